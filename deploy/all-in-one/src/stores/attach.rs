//! Finding the database of a process that runs on a data folder, so that a command beside it can change what it serves.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::Path,
};

use sqlx::{Connection as _, PgConnection};

use super::{Durability, Stores, StoresError};

/// In the data folder while its database runs: where it is.
const URL_FILE: &str = "database-url";

/// A data folder's database: another process's, or our own for as long as the value lives.
#[derive(Debug)]
pub struct Attached {
    url: String,
    own: Option<Stores>,
}

impl Attached {
    pub async fn to(folder: &Path) -> Result<Self, StoresError> {
        if let Some(url) = running(folder).await {
            return Ok(Self { url, own: None });
        }
        let stores = Stores::start(folder, Durability::Kept).await?;
        Ok(Self { url: stores.database_url().to_owned(), own: Some(stores) })
    }

    pub fn database_url(&self) -> &str {
        &self.url
    }

    pub async fn detach(self) {
        if let Some(stores) = self.own {
            stores.stop().await;
        }
    }
}

/// A file that a killed process left names nothing that answers.
async fn running(folder: &Path) -> Option<String> {
    let url = fs::read_to_string(folder.join(URL_FILE)).ok()?;
    PgConnection::connect(&url).await.ok()?.close().await.ok()?;
    Some(url)
}

pub(super) fn announce(folder: &Path, url: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    let mut file = options.write(true).create(true).truncate(true).mode(0o600).open(folder.join(URL_FILE))?;
    file.write_all(url.as_bytes())
}

pub(super) fn withdraw(folder: &Path) {
    // What is not there need not be removed.
    let _ = fs::remove_file(folder.join(URL_FILE));
}
