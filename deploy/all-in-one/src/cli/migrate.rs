//! `migrate`: brings a database that is not ours up to date.

use std::process::ExitCode;

use anyhow::Context as _;
use secrecy::ExposeSecret as _;
use service_runtime::Env;
use sqlx::postgres::PgPoolOptions;

pub async fn run() -> anyhow::Result<ExitCode> {
    let url = Env::of_process().secret("DATABASE_URL").context(
        "DATABASE_URL is not set: it names the database to bring up to date (`receptionist up` migrates its own)",
    )?;
    let pool = PgPoolOptions::new()
        .max_connections(1)
        .connect(url.expose_secret())
        .await
        .context("connecting to the database of DATABASE_URL")?;
    migrations::run(&pool).await.context("bringing the database up to date")?;
    pool.close().await;
    println!("the database is up to date");
    Ok(ExitCode::SUCCESS)
}
