//! The private PostgreSQL: made once with `initdb`, then `postgres` itself as our child, on a unix socket alone.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process, test_kill_process};
use sqlx::{Connection as _, Executor as _, PgConnection};
use tokio::time::Instant;

use super::{
    Durability, StoresError,
    binaries::{self, PostgresBinaries},
    data_dir::DataDir,
    identity::Identity,
    percent_encoded,
    server::{self, Server},
};

/// Role and database. Whoever reaches the socket is this role (`trust`): its folder is closed to other accounts.
const NAME: &str = "receptionist";
/// Only names the socket's file: no TCP port is opened.
const PORT: u16 = 5432;
/// Every service's pool, the tests' many small databases, and a spare for a person with `psql`.
const CONNECTIONS_MAX: u16 = 300;

/// Recovery after a crash may take a while on a slow disk.
const READY_MAX: Duration = Duration::from_secs(60);
/// A fast shutdown writes a checkpoint.
const STOP_MAX: Duration = Duration::from_secs(20);
/// How long a server whose parent was killed may take to end by itself.
const ORPHAN_MAX: Duration = Duration::from_secs(20);

#[derive(Debug)]
pub struct Postgres {
    server: Server,
    url: String,
}

impl Postgres {
    pub async fn start(data_dir: &DataDir, identity: &Identity, durability: Durability) -> Result<Self, StoresError> {
        let cluster = data_dir.path().join("postgres");
        let log = data_dir.path().join("postgres.log");
        let binaries = binaries::postgres(made_by(&cluster).as_deref())?;
        if !cluster.exists() {
            make_cluster(&binaries, data_dir, identity, durability, &cluster, &log).await?;
        }
        give_folders(data_dir, identity)?;
        end_orphan(&cluster).await;

        let words = server_words(&binaries, identity, durability, &cluster, data_dir.sockets());
        // SIGINT is PostgreSQL's fast shutdown: sessions are closed, data is written.
        let server = Server::start("starting PostgreSQL", &words, log, Signal::INT).await?;
        let url = |database: &str| {
            format!("postgres://{NAME}@localhost:{PORT}/{database}?host={}", percent_encoded(data_dir.sockets()))
        };
        let maintenance = url("postgres");
        server
            .wait_until_ready(READY_MAX, async || match PgConnection::connect(&maintenance).await {
                Ok(connection) => connection.close().await.is_ok(),
                Err(_) => false,
            })
            .await?;
        create_database(&maintenance).await?;
        Ok(Self { server, url: url(NAME) })
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    pub async fn ended(&self) {
        self.server.ended().await;
    }

    pub async fn stop(self) {
        self.server.stop(STOP_MAX).await;
    }
}

/// The major version that made the cluster; none when there is no cluster.
fn made_by(cluster: &Path) -> Option<String> {
    fs::read_to_string(cluster.join("PG_VERSION")).ok().map(|text| text.trim().to_owned())
}

/// Makes the cluster beside its place and moves it there whole, so that a killed `initdb` leaves nothing half-made.
async fn make_cluster(
    binaries: &PostgresBinaries,
    data_dir: &DataDir,
    identity: &Identity,
    durability: Durability,
    cluster: &Path,
    log: &Path,
) -> Result<(), StoresError> {
    let failed = |source| StoresError::Io { step: "making the database folder", source };
    let new = data_dir.path().join("postgres.new");
    if new.exists() {
        fs::remove_dir_all(&new).map_err(failed)?;
    }
    fs::create_dir(&new).map_err(failed)?;
    identity.own(&new).map_err(failed)?;
    give_folders(data_dir, identity)?;

    let mut words = identity.prefix(Some("TERM"));
    words.push(text(&binaries.folder.join("initdb")));
    words.extend(["-D".to_owned(), text(&new)]);
    words.extend(["-U", NAME, "-A", "trust", "--no-locale", "-E", "UTF8"].map(str::to_owned));
    if durability == Durability::Throwaway {
        words.push("--no-sync".to_owned());
    }
    server::run("making the database (initdb)", &words, log).await?;
    fs::rename(&new, cluster).map_err(failed)
}

fn give_folders(data_dir: &DataDir, identity: &Identity) -> Result<(), StoresError> {
    for folder in [data_dir.path(), data_dir.sockets()] {
        identity.own(folder).map_err(|source| StoresError::Io { step: "giving the database its folder", source })?;
    }
    Ok(())
}

fn server_words(
    binaries: &PostgresBinaries,
    identity: &Identity,
    durability: Durability,
    cluster: &Path,
    sockets: &Path,
) -> Vec<String> {
    let mut words = identity.prefix(Some("INT"));
    words.push(text(&binaries.folder.join("postgres")));
    words.extend(["-D".to_owned(), text(cluster), "-k".to_owned(), text(sockets)]);
    words.extend(["-p".to_owned(), PORT.to_string()]);
    let mut set = |setting: &str| words.extend(["-c".to_owned(), setting.to_owned()]);
    set("listen_addresses=");
    set(&format!("max_connections={CONNECTIONS_MAX}"));
    if durability == Durability::Throwaway {
        for setting in ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_wal_size=2GB"] {
            set(setting);
        }
    }
    words
}

/// A killed run's server gets its signal from the kernel; it may still be on its way out. The folder's lock is ours,
/// so whatever runs on it is such an orphan, and a pid file without a process is a leftover that PostgreSQL
/// replaces by itself.
async fn end_orphan(cluster: &Path) {
    let Some(pid) = orphan(cluster) else { return };
    let _ = kill_process(pid, Signal::INT);
    let deadline = Instant::now() + ORPHAN_MAX;
    while test_kill_process(pid).is_ok() && Instant::now() < deadline {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// The process that the pid file names, if it is PostgreSQL on this very cluster.
fn orphan(cluster: &Path) -> Option<Pid> {
    let file = fs::read_to_string(cluster.join("postmaster.pid")).ok()?;
    let pid: i32 = file.lines().next()?.trim().parse().ok()?;
    let command_line = fs::read(PathBuf::from(format!("/proc/{pid}/cmdline"))).ok()?;
    let ours = command_line.split(|&byte| byte == 0).any(|word| word == cluster.as_os_str().as_encoded_bytes());
    ours.then(|| Pid::from_raw(pid)).flatten()
}

async fn create_database(maintenance_url: &str) -> Result<(), StoresError> {
    let mut connection = PgConnection::connect(maintenance_url).await?;
    let exists: bool = sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)")
        .bind(NAME)
        .fetch_one(&mut connection)
        .await?;
    if !exists {
        connection.execute("CREATE DATABASE receptionist").await?;
    }
    connection.close().await?;
    Ok(())
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}
