//! A database of its own for a test of the whole, on whatever server the tests run on.

use std::str::FromStr as _;

use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, Executor as _, postgres::PgConnectOptions};

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
