//! A private PostgreSQL and a private Redis for a process that was given none.
//!
//! Both keep their data under one folder, listen on unix sockets alone, and end with this process, even when it is
//! killed. Services never come here: they take `DATABASE_URL` and `REDIS_URL`, and this module makes the values.

mod attach;
mod binaries;
mod data_dir;
mod identity;
mod postgres;
mod redis;
mod server;

use std::{
    path::{Path, PathBuf},
    process::ExitStatus,
};

pub use attach::Attached;
pub use data_dir::{DataDir, DataDirError};
use identity::Identity;
use postgres::Postgres;
use redis::Redis;

/// What the data is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Somebody's bookings: every commit is on the disk.
    Kept,
    /// Tests and demonstrations: nothing is flushed, about eight times faster.
    Throwaway,
}

#[derive(Debug, thiserror::Error)]
pub enum StoresError {
    #[error(transparent)]
    DataDir(#[from] DataDirError),
    #[error(
        "{program} was not found on this machine. `make setup` installs it, or run: sudo apt-get install -y --no-install-recommends {package}. \
         To use a server of your own instead, set {variable}"
    )]
    Missing { program: &'static str, package: &'static str, variable: &'static str },
    #[error("this account is root, and PostgreSQL refuses to run as root: {0}")]
    Root(&'static str),
    #[error(
        "the data folder was made by PostgreSQL {made_by}, which is not on this machine: install postgresql-{made_by}, or choose another --data-dir"
    )]
    OtherVersion { made_by: String },
    #[error("{step}: {source}")]
    Io { step: &'static str, source: std::io::Error },
    #[error("{step} failed ({status}); its last words:\n{log_tail}")]
    Failed { step: &'static str, status: ExitStatus, log_tail: String },
    #[error("{server} was not ready within {seconds} s; its last words:\n{log_tail}")]
    NotReady { server: &'static str, seconds: u64, log_tail: String },
    #[error("preparing the database: {0}")]
    Database(#[from] sqlx::Error),
}

/// The two servers, while they run. Dropping it asks them to end; [`Stores::stop`] also waits until they have.
#[derive(Debug)]
pub struct Stores {
    postgres: Postgres,
    redis: Redis,
    data_dir: DataDir,
}

impl Stores {
    /// Starts both on `data_dir`, which is made if need be and may be used by one process at a time.
    pub async fn start(data_dir: &Path, durability: Durability) -> Result<Self, StoresError> {
        Self::start_in(DataDir::open(data_dir)?, durability).await
    }

    /// Starts both on a fresh folder that is removed at the end.
    pub async fn start_throwaway() -> Result<Self, StoresError> {
        Self::start_in(DataDir::throwaway()?, Durability::Throwaway).await
    }

    async fn start_in(data_dir: DataDir, durability: Durability) -> Result<Self, StoresError> {
        let identity = Identity::find(data_dir.path())?;
        let (postgres, redis) =
            tokio::try_join!(Postgres::start(&data_dir, &identity, durability), Redis::start(&data_dir, durability),)?;
        attach::announce(data_dir.path(), postgres.url())
            .map_err(|source| StoresError::Io { step: "writing where the database is", source })?;
        Ok(Self { postgres, redis, data_dir })
    }

    /// As sqlx takes it.
    pub fn database_url(&self) -> &str {
        self.postgres.url()
    }

    /// As the `redis` crate takes it.
    pub fn redis_url(&self) -> &str {
        self.redis.url()
    }

    pub fn data_dir(&self) -> &Path {
        self.data_dir.path()
    }

    /// Done when one of the servers ended by itself; names it.
    pub async fn ended(&self) -> &'static str {
        tokio::select! {
            () = self.postgres.ended() => "PostgreSQL",
            () = self.redis.ended() => "Redis",
        }
    }

    /// Ends both in order: PostgreSQL closes its sessions and writes a checkpoint, Redis flushes its log.
    pub async fn stop(self) {
        let Self { postgres, redis, data_dir } = self;
        attach::withdraw(data_dir.path());
        tokio::join!(postgres.stop(), redis.stop());
        drop(data_dir);
    }
}

/// A path as the value of a URL's query, or as its path.
fn percent_encoded(path: &Path) -> String {
    use std::os::unix::ffi::OsStrExt as _;
    path.as_os_str().as_bytes().iter().fold(String::new(), |mut text, &byte| {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
        text
    })
}

/// Where programs that set-up fetched lie; `setup.sh` uses the same rule.
fn cache_dir() -> Option<PathBuf> {
    let of = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    of("RECEPTIONIST_CACHE_DIR")
        .or_else(|| of("XDG_CACHE_HOME").map(|cache| cache.join("receptionist")))
        .or_else(|| of("HOME").map(|home| home.join(".cache/receptionist")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_survives_a_url() {
        assert_eq!(percent_encoded(Path::new("/tmp/a b%/ü")), "/tmp/a%20b%25/%C3%BC");
    }
}
