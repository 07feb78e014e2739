//! A database of its own for a test of the whole, on whatever server the tests run on.

use std::{
    str::FromStr as _,
    sync::atomic::{AtomicU32, Ordering},
};

use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, Executor as _, PgPool, postgres::PgConnectOptions};

/// Makes an empty database, in place of one of the same name that an earlier run left; returns its URL.
///
/// # Panics
/// When the name is more than letters, digits and `_`: it goes into SQL as it is.
pub async fn fresh(server_url: &str, name: &str) -> Result<String, sqlx::Error> {
    assert!(name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'), "a plain name");
    let mut connection = PgConnectOptions::from_str(server_url)?.connect().await?;
    connection.execute(AssertSqlSafe(format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))).await?;
    connection.execute(AssertSqlSafe(format!("CREATE DATABASE {name}"))).await?;
    connection.close().await?;
    Ok(named(server_url, name))
}

/// Another one at each call of this process, named after `what`, for tests that run beside each other. The next run takes the
/// same names, so that no more of them are left on a server.
pub async fn fresh_for(server_url: &str, what: &str) -> Result<String, sqlx::Error> {
    static MADE: AtomicU32 = AtomicU32::new(0);
    fresh(server_url, &format!("receptionist_{what}_{}", MADE.fetch_add(1, Ordering::Relaxed))).await
}

/// The pools of a test, closed when this is dropped: its database is dropped next, and PostgreSQL waits five seconds for whoever
/// is still connected to it.
#[derive(Default)]
pub struct Closing(pub Vec<PgPool>);

impl Drop for Closing {
    fn drop(&mut self) {
        for pool in std::mem::take(&mut self.0) {
            tokio::spawn(async move { pool.close().await });
        }
    }
}

/// The URL with another database: the path between the authority and the query.
pub fn named(url: &str, name: &str) -> String {
    let (address, query) = url.split_once('?').map_or((url, None), |(address, query)| (address, Some(query)));
    let authority_at = address.find("://").map_or(0, |at| at + 3);
    let path_at = address[authority_at..].find('/').map_or(address.len(), |at| authority_at + at);
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    format!("{}/{name}{query}", &address[..path_at])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_database_of_a_url_is_replaced() {
        assert_eq!(
            named("postgres://u@localhost:5432/a?host=/tmp/x", "b"),
            "postgres://u@localhost:5432/b?host=/tmp/x"
        );
        assert_eq!(named("postgres://u:p@db.example", "b"), "postgres://u:p@db.example/b");
    }
}
