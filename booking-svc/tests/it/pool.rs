//! A connection that comes back to the pool in the middle of something.

use futures::FutureExt as _;
use service_runtime::{
    Env,
    database::{self, DatabaseSettings},
};
use sqlx::{Connection as _, Row as _};

#[tokio::test]
async fn a_transaction_that_is_given_up_as_it_begins_is_left_to_nobody() {
    let settings = DatabaseSettings::from_env(&Env::of_process(), "POOL_TEST_CONNECTIONS_MAX", 1);
    let pool = database::open(&settings, "pool test").await.expect("a database");
    let mut connection = pool.acquire().await.expect("a connection");
    // It takes the server a moment, so that it is always given up before it is answered.
    assert!(connection.begin_with("BEGIN; SELECT pg_sleep(0.1)").now_or_never().is_none());
    drop(connection);

    let mut next = pool.acquire().await.expect("another one");
    let row = sqlx::raw_sql("SELECT transaction_timestamp() = statement_timestamp()").fetch_one(&mut *next).await;
    assert!(row.expect("an answer").get::<bool, _>(0), "a statement is a transaction of its own");
}
