//! E2E-03: the caller speaks over the agent.

use std::time::Duration;

use receptionist::demonstration;
use system_tests::{caller::LineTime, eventually};

use crate::whole::alone_with_whole;

/// For waits on the other side; a machine under load is slow.
const BOUND: Duration = Duration::from_secs(30);
/// How far into a reply the caller speaks.
const INTO_REPLY_MS: u64 = 500;

#[test]
fn e2e_03_a_caller_who_speaks_over_a_reply_has_silence_and_is_heard() {
    alone_with_whole(async |whole| {
        let config = demonstration::dial_config(&whole.running, booking_svc::demo::SALON_NUMBER).expect("a line");
        let call = demonstration::dial_patiently(config).await.expect("the line opens");
        let call_sid = call.call_sid().to_owned();
        call.wait_until_agent_quiet(LineTime::ZERO, BOUND).await.expect("the greeting");
        call.say("What services do you offer, and what do they cost?").await.expect("the line is open");
        let began = call.wait_until_agent_speaks(call.now(), BOUND).await.expect("a reply");
        eventually(BOUND, "the reply goes on", async || call.now().as_ms() >= began.as_ms() + INTO_REPLY_MS).await;
        // Not in a breath between two of its words.
        call.wait_until_agent_speaks(call.now(), BOUND).await.expect("the reply goes on");

        call.say("I would like to book a haircut please.").await.expect("the line is open");
        call.wait_until_agent_quiet(call.now(), BOUND).await.expect("a reply to what was said over the first");
        let report = call.hang_up().await.expect("a report");

        let interruption = &report.spoken[1];
        let silence = interruption.onset_to_silence_ms.expect("the agent fell silent");
        println!("onset to silence: {silence} ms, clears: {}", report.clears);
        assert!(report.clears >= 1, "the carrier's buffer is cleared");
        let row = demonstration::finished_row(&whole.running, &call_sid).await.expect("it ends").expect("a session");
        // A caller who pauses for long within the sentence interrupts the reply to its first half as well.
        assert!(row.barge_in_count >= 1, "it counts as an interruption");
        assert_eq!(report.malformed, Vec::<String>::new());
    });
}
