//! Calls that change appointments, over the wire: what their rows say of them.

use proto::{
    common::v1::Channel,
    conversation::v1::{CallStatus, EndReason},
};
use sqlx::PgPool;

use super::wire::{Installation, eventually};

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn a_call_that_moves_an_appointment_is_rescheduled(pool: PgPool) {
    let installation = Installation::start(pool.clone()).await;
    installation.has("Massage", "2026-11-27T14:00", "Alex Morrison").await;
    let lines = ["This is Alex Morrison, move my Friday appointment to Monday at three", "yes please"];
    assert_eq!(outcome_of(&installation, &pool, &lines).await.as_deref(), Some("rescheduled"));
    assert_eq!(installation.appointments().await, ["Massage 2026-11-30T15:00 Alex Morrison "]);
    assert_eq!(installation.holds().await, 0);
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn a_call_that_cancels_an_appointment_is_cancelled(pool: PgPool) {
    let installation = Installation::start(pool.clone()).await;
    installation.has("Massage", "2026-11-27T14:00", "Alex Morrison").await;
    let lines = ["I need to cancel my appointment", "Alex Morrison", "yes"];
    assert_eq!(outcome_of(&installation, &pool, &lines).await.as_deref(), Some("cancelled"));
    assert!(installation.appointments().await.is_empty());
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn what_is_booked_and_cancelled_in_one_call_is_cancelled(pool: PgPool) {
    let installation = Installation::start(pool.clone()).await;
    let lines = [
        "I'd like a massage tomorrow at 2 pm",
        "Alex Morrison",
        "alex@example.com",
        "yes",
        "yes please",
        "oh no, cancel it please",
        "yes",
    ];
    assert_eq!(outcome_of(&installation, &pool, &lines).await.as_deref(), Some("cancelled"));
    assert!(installation.appointments().await.is_empty());
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn a_call_that_only_asks_has_no_outcome(pool: PgPool) {
    let installation = Installation::start(pool.clone()).await;
    installation.has("Massage", "2026-11-27T14:00", "Alex Morrison").await;
    let lines = ["This is Alex Morrison, when is my appointment?", "thank you, bye"];
    assert_eq!(outcome_of(&installation, &pool, &lines).await, None);
}

/// What the call's row says, once it has ended.
async fn outcome_of(installation: &Installation, pool: &PgPool, lines: &[&str]) -> Option<String> {
    let mut caller = installation.call(Channel::Phone).await;
    for line in lines {
        let reply = caller.says(line).await;
        assert!(!reply.text.is_empty(), "no reply to {line}");
    }
    let turns = u32::try_from(lines.len()).expect("a few");
    caller.ends(CallStatus::Completed, EndReason::AgentHungUp, turns).await;
    eventually(|| async {
        let ended: Option<(Option<String>,)> =
            sqlx::query_as("SELECT outcome FROM voice_sessions WHERE status <> 'active'")
                .fetch_optional(pool)
                .await
                .expect("a query");
        ended.map(|(outcome,)| outcome)
    })
    .await
}
