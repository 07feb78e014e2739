//! A call whose socket dies.

use std::time::Duration;

use receptionist::{
    demonstration::{self, Wish},
    ledger,
};
use system_tests::{caller::LineTime, eventually};

use crate::whole::{Whole, alone_with_whole};

/// For waits on the other side; a machine under load is slow.
const BOUND: Duration = Duration::from_secs(30);

/// The gauge that counts the driver's tasks.
const CALLS_ACTIVE: &str = "calls_active";

#[test]
fn a_socket_that_dies_leaves_no_hold_no_lease_and_no_task() {
    alone_with_whole(async |whole| {
        let plan = whole.plan(Wish { service: "Haircut", ..Wish::MASSAGE }, 3).await;
        let config = demonstration::dial_config(&whole.running, &plan.called).expect("a line");
        let call = demonstration::dial_patiently(config).await.expect("the line opens");
        let call_sid = call.call_sid().to_owned();
        call.wait_until_agent_quiet(LineTime::ZERO, BOUND).await.expect("the greeting");
        let day = plan.start.strftime("%A, %B %-d").to_string();
        let wish = format!("I would like a haircut on {day} at two p.m., please.");
        call.say(&wish).await.expect("the line is open");
        let asked = call.now();
        call.wait_until_agent_quiet(asked, BOUND).await.expect("a reply");
        let session =
            ledger::call_row(whole.running.pool(), &call_sid).await.expect("the database").expect("a session");
        assert_eq!(session.status, "active");
        assert!(!traces_in_redis(whole, &call_sid).await.is_empty(), "a live call has its lease");
        let holds = ledger::holds_of_session(whole.running.pool(), session.session_id).await.expect("the database");
        assert_eq!(holds, 1, "the slot is held for the caller");
        assert_eq!(whole.metric(CALLS_ACTIVE).await, 1.0);

        call.drop_socket().await.expect("the carrier goes on");

        let row = demonstration::finished_row(&whole.running, &call_sid).await.expect("it ends").expect("a session");
        assert!(["failed", "completed"].contains(&row.status.as_str()), "status {}", row.status);
        assert_eq!(row.outcome.as_deref(), Some("abandoned"));
        eventually(BOUND, "the holds are released", async || {
            ledger::holds_of_session(whole.running.pool(), row.session_id).await.expect("the database") == 0
        })
        .await;
        eventually(BOUND, "the call's task is gone", async || whole.metric(CALLS_ACTIVE).await == 0.0).await;
        eventually(BOUND, "the lease is gone", async || traces_in_redis(whole, &call_sid).await.is_empty()).await;
        let appointments = ledger::appointments_of_call(whole.running.pool(), &call_sid).await.expect("the database");
        assert!(appointments.is_empty());
    });
}

/// The keys of Redis that still stand for a call: by their name, or by a member.
async fn traces_in_redis(whole: &Whole, call_sid: &str) -> Vec<String> {
    let client = redis::Client::open(&*whole.running.redis_url).expect("a URL");
    let mut redis = client.get_multiplexed_async_connection().await.expect("Redis");
    let keys: Vec<String> = redis::cmd("KEYS").arg("*").query_async(&mut redis).await.expect("keys");
    let mut traces = Vec::new();
    for key in keys {
        // Of another type than a sorted set: an error, so no member.
        let score: Option<f64> =
            redis::cmd("ZSCORE").arg(&key).arg(call_sid).query_async(&mut redis).await.unwrap_or_default();
        if key.contains(call_sid) || score.is_some() {
            traces.push(key);
        }
    }
    traces
}
