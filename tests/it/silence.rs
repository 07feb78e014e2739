//! A caller who says nothing.

use std::time::{Duration, Instant};

use receptionist::demonstration;
use service_runtime::grpc;
use system_tests::caller::{Ending, LineTime};

use crate::{second_gateway::SecondGateway, spoken::text_of, whole::with_whole};

/// A silence is as long as this before anything is done about it, and no longer than the other.
const SILENCE: Duration = Duration::from_secs(35);
const BOUND: Duration = Duration::from_secs(60);

#[test]
fn e2e_02_a_silent_caller_is_asked_after_and_let_go() {
    with_whole(async |whole| {
        let gateway = SecondGateway::start(whole, &[], &grpc::uri_of(whole.running.grpc_addr)).await;
        let call = gateway.dial().await;
        let call_sid = call.call_sid().to_owned();
        call.wait_until_agent_quiet(LineTime::ZERO, BOUND).await.expect("the greeting");

        let quiet_since = Instant::now();
        let asked = call.wait_until_agent_quiet(call.now(), BOUND).await.expect("the caller is asked after");
        assert_eq!(text_of(&asked), "Are you still there?");
        // The greeting's end is noticed a little after it.
        assert!(quiet_since.elapsed() > SILENCE - Duration::from_secs(5), "{:?}", quiet_since.elapsed());

        let goodbye = call.wait_for_last_words(call.now(), BOUND).await.expect("the line is open until then");
        assert!(goodbye.is_some_and(|words| text_of(&words).contains("oodbye")), "a polite end");
        let report = call.wait_for_report(BOUND).await.expect("a report");
        assert_eq!(report.ended, Some(Ending::AgentHungUp));
        let row = demonstration::finished_row(&whole.running, &call_sid).await.expect("it ends").expect("a session");
        assert_eq!((row.status.as_str(), row.outcome.as_deref()), ("completed", Some("abandoned")));
    });
}
