//! The database schema: numbered SQL files that only ever add, and the migrator that applies them.
//! Every statement works while the former version of the services still runs. No data is seeded here.

use sqlx::migrate::{MigrateError, Migrator};

/// All migrations, compiled in. `#[sqlx::test(migrator = "migrations::MIGRATOR")]` gives a test its own database.
pub static MIGRATOR: Migrator = sqlx::migrate!("./sql");

/// Brings a database up to date; several processes may call it at once (a database lock lets one work).
pub async fn run(pool: &sqlx::PgPool) -> Result<(), MigrateError> {
    MIGRATOR.run(pool).await
}
