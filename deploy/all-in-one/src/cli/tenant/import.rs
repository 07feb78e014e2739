//! `tenant import`: makes the database say what a business's file says.

use std::path::Path;

use anyhow::Context as _;
use booking_svc::business::{self, File};
use sqlx::PgPool;

use super::today;

pub async fn import(pool: &PgPool, path: &Path) -> anyhow::Result<()> {
    let file = read(path)?;
    let imported = business::import(pool, &file, today()).await.with_context(|| path.display().to_string())?;
    let done = if imported.new { "added" } else { "updated" };
    println!("{done} {} ({})", file.name, file.slug.0);
    Ok(())
}

/// An error names the file and the line.
pub fn read(path: &Path) -> anyhow::Result<File> {
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    business::read(&text).with_context(|| path.display().to_string())
}
