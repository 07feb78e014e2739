//! What a carrier's socket may bring but must not: each is counted, and a call that it ends tells its caller so.

use std::time::Duration;

use receptionist::demonstration;
use system_tests::{
    caller::{Call, Ending, LineTime},
    eventually,
};

use crate::whole::{Whole, with_whole};

/// For waits on the other side; a machine under load is slow.
const BOUND: Duration = Duration::from_secs(30);
/// What the gateway takes at most in one message.
const MESSAGE_BYTES_MAX: usize = 64 * 1024;
/// Malformed messages until a stream is no carrier's.
const MALFORMED_MAX: usize = 100;

#[test]
fn a_stream_of_nonsense_ends_the_call_with_an_apology() {
    with_whole(async |whole| {
        let call = greeted(whole).await;
        for _ in 0..MALFORMED_MAX {
            call.send(r#"{"event":"media","media":{"payload":"?"}}"#.to_owned()).await.expect("the line is open");
        }
        let since = call.now();
        call.say("What do you offer?").await.expect("the line is still open");
        call.wait_until_agent_quiet(since, BOUND).await.expect("the call goes on");
        assert_lost(whole, call, "malformed", "media".to_owned()).await;
    });
}

#[test]
fn a_message_that_is_too_large_ends_the_call_with_an_apology() {
    with_whole(async |whole| {
        let call = greeted(whole).await;
        assert_lost(whole, call, "too_large", "x".repeat(MESSAGE_BYTES_MAX + 1)).await;
    });
}

#[test]
fn a_socket_that_is_half_dead_ends_the_call() {
    with_whole(async |whole| {
        let call = greeted(whole).await;
        let before = whole.metric(&lost("silent")).await;
        call.fall_silent().await.expect("the line is open");
        let report = call.wait_for_report(BOUND).await.expect("the gateway ends the call");
        assert_eq!(report.ended, Some(Ending::AgentHungUp), "the stream was closed in good order");
        assert_apology(&report.carrier_said);
        assert_eq!(whole.metric(&lost("silent")).await, before + 1.0);
    });
}

#[test]
fn another_streams_end_is_not_this_calls_end() {
    with_whole(async |whole| {
        let call = greeted(whole).await;
        let counted = r#"carrier_messages_malformed_total{kind="other_stream"}"#;
        let before = whole.metric(counted).await;
        call.send(r#"{"event":"stop","streamSid":"MZ00000000000000000000000000000000"}"#.to_owned())
            .await
            .expect("the line is open");
        eventually(BOUND, "the message is counted", async || whole.metric(counted).await == before + 1.0).await;
        let since = call.now();
        call.say("What do you offer?").await.expect("the line is still open");
        call.wait_until_agent_quiet(since, BOUND).await.expect("the call goes on");
        let report = call.hang_up().await.expect("it ends");
        assert_eq!(report.carrier_said, [] as [&str; 0], "nothing went wrong that a caller would hear of");
    });
}

/// A call whose greeting was heard.
async fn greeted(whole: &Whole) -> Call {
    let config = demonstration::dial_config(&whole.running, booking_svc::demo::SALON_NUMBER).expect("a line");
    let call = demonstration::dial_patiently(config).await.expect("the line opens");
    call.wait_until_agent_quiet(LineTime::ZERO, BOUND).await.expect("the greeting");
    call
}

/// Sends the message that is one too many.
async fn assert_lost(whole: &Whole, call: Call, why: &str, message: String) {
    let before = whole.metric(&lost(why)).await;
    // The gateway may close before all of it is written.
    let _ = call.send(message).await;
    let report = call.wait_for_report(BOUND).await.expect("the gateway ends the call");
    assert_apology(&report.carrier_said);
    assert_eq!(whole.metric(&lost(why)).await, before + 1.0);
}

fn assert_apology(said: &[String]) {
    assert!(said.iter().any(|sentence| sentence.contains("interrupted")), "the carrier said {said:?}");
}

fn lost(why: &str) -> String {
    format!(r#"carrier_streams_lost_total{{why="{why}"}}"#)
}
