//! The embedded stores on real servers: they hold data across runs, end with their parent, and recover from a kill.

use std::{
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

use receptionist::stores::{Attached, Durability, Stores, StoresError};
use sqlx::{Connection as _, PgConnection};

type Outcome = Result<(), Box<dyn std::error::Error>>;

#[tokio::test]
async fn data_outlives_an_orderly_stop_and_two_runs_do_not_share_a_folder() -> Outcome {
    let folder = tempfile::tempdir()?;
    let stores = Stores::start(folder.path(), Durability::Kept).await?;
    let second = Stores::start(folder.path(), Durability::Kept).await;
    assert!(matches!(second, Err(StoresError::DataDir(_))));

    let mut database = PgConnection::connect(stores.database_url()).await?;
    sqlx::raw_sql("CREATE TABLE kept (n int); INSERT INTO kept VALUES (7)").execute(&mut database).await?;
    let durable: String = sqlx::query_scalar("SHOW fsync").fetch_one(&mut database).await?;
    assert_eq!(durable, "on", "a user's bookings are flushed");
    let mut redis = redis::Client::open(stores.redis_url())?.get_multiplexed_async_connection().await?;
    let _: () = redis::cmd("SET").arg("kept").arg(7).query_async(&mut redis).await?;
    stores.stop().await;

    let stores = Stores::start(folder.path(), Durability::Kept).await?;
    let mut database = PgConnection::connect(stores.database_url()).await?;
    let n: i32 = sqlx::query_scalar("SELECT n FROM kept").fetch_one(&mut database).await?;
    let mut redis = redis::Client::open(stores.redis_url())?.get_multiplexed_async_connection().await?;
    let m: i32 = redis::cmd("GET").arg("kept").query_async(&mut redis).await?;
    assert_eq!((n, m), (7, 7));
    stores.stop().await;
    Ok(())
}

#[tokio::test]
async fn a_second_process_finds_the_database_that_runs_and_starts_one_that_does_not() -> Outcome {
    let folder = tempfile::tempdir()?;
    let stores = Stores::start(folder.path(), Durability::Throwaway).await?;
    let mut database = PgConnection::connect(stores.database_url()).await?;
    sqlx::raw_sql("CREATE TABLE kept (n int)").execute(&mut database).await?;
    let beside = Attached::to(folder.path()).await?;
    assert_eq!(beside.database_url(), stores.database_url());
    beside.detach().await;
    stores.stop().await;

    let alone = Attached::to(folder.path()).await?;
    let mut database = PgConnection::connect(alone.database_url()).await?;
    sqlx::raw_sql("SELECT n FROM kept").execute(&mut database).await?;
    alone.detach().await;
    assert!(servers_on(folder.path()).is_empty());
    Ok(())
}

#[tokio::test]
async fn a_killed_process_leaves_no_server_and_its_folder_starts_again() -> Outcome {
    let mut parent = Command::new(env!("CARGO_BIN_EXE_receptionist"))
        .args(["dev-stores", "--", "sh", "-c", "echo $DATABASE_URL; exec sleep 60"])
        .stdout(Stdio::piped())
        .spawn()?;
    let mut url = String::new();
    BufReader::new(parent.stdout.take().ok_or("piped")?).read_line(&mut url)?;
    let sockets = url.trim().split("host=").nth(1).ok_or("a URL with a socket folder")?.to_owned();
    let folder = Path::new(&sockets).parent().ok_or("a folder")?.to_owned();
    let servers = servers_on(&folder);
    assert!(servers.len() >= 2, "PostgreSQL and Redis run: {servers:?}");

    parent.kill()?;
    parent.wait()?;
    system_tests::eventually(Duration::from_secs(20), "the killed process's servers are gone", async || {
        servers_on(&folder).is_empty()
    })
    .await;
    let stores = Stores::start(&folder, Durability::Throwaway).await?;
    assert!(PgConnection::connect(stores.database_url()).await.is_ok());
    stores.stop().await;
    std::fs::remove_dir_all(&folder)?;
    Ok(())
}

#[tokio::test]
async fn a_folder_with_a_long_path_gets_short_sockets() -> Outcome {
    let parent = tempfile::tempdir()?;
    let stores = Stores::start(&parent.path().join("long".repeat(30)), Durability::Throwaway).await?;
    assert!(PgConnection::connect(stores.database_url()).await.is_ok());
    stores.stop().await;
    Ok(())
}

/// The processes whose command line names the folder, by their command lines.
fn servers_on(folder: &Path) -> Vec<String> {
    let folder = folder.to_string_lossy().into_owned();
    let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    processes
        .filter_map(|entry| std::fs::read(entry.path().join("cmdline")).ok())
        .map(|line| String::from_utf8_lossy(&line).replace('\0', " "))
        .filter(|line| line.contains(&folder) && (line.contains("postgres -D") || line.contains("redis-server")))
        .collect()
}
