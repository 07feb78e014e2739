//! Connections that die.

use std::time::Duration;

use sqlx::{Connection as _, PgConnection};

/// Ends one of the service's connections at a time, one in a transaction if there is such a one, until it is dropped.
/// `killed` counts them.
pub async fn kill_connections(
    database_url: &str,
    every: Duration,
    mut killed: impl FnMut(),
) -> Result<std::convert::Infallible, sqlx::Error> {
    let mut connection = PgConnection::connect(database_url).await?;
    let mut ticks = tokio::time::interval(every);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let ended: Option<bool> = sqlx::query_scalar(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
             WHERE application_name = 'booking-svc' AND datname = current_database() \
             ORDER BY xact_start IS NULL, random() LIMIT 1",
        )
        .fetch_optional(&mut connection)
        .await?;
        if ended == Some(true) {
            killed();
        }
    }
}
