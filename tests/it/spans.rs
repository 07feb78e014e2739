//! What a collector gets to see of a call.

use std::time::Duration;

use opentelemetry_proto::tonic::{common::v1::any_value::Value, trace::v1::Span};
use receptionist::demonstration;
use service_runtime::{Env, grpc, spans::Spans};
use system_tests::{
    caller::{CALLER_NUMBER, LineTime},
    fakes::collector::{Collector, attribute},
};

use crate::{second_gateway::SecondGateway, whole::with_whole};

/// For waits on the other side; a machine under load is slow.
const BOUND: Duration = Duration::from_secs(30);
const SAID: &str = "I would like to book a massage my name is Alex Morrison";
const STAGES: [&str; 6] = ["endpoint", "transcript", "asked", "first_sentence", "first_byte", "first_frame"];

#[test]
fn each_turn_is_one_span_of_its_call_with_its_stages_and_without_its_words() {
    with_whole(async |whole| {
        let collector = Collector::start().await.expect("a port");
        let env = Env::from_pairs([("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url())]);
        let exported = Spans::start(&env, "receptionist").expect("an address");

        let gateway = SecondGateway::start(whole, &[SAID], &grpc::uri_of(whole.running.grpc_addr)).await;
        let call = gateway.dial().await;
        let call_sid = call.call_sid().to_owned();
        call.wait_until_agent_quiet(LineTime::ZERO, BOUND).await.expect("the greeting");
        call.say(SAID).await.expect("the line is open");
        call.wait_until_agent_quiet(call.now(), BOUND).await.expect("a reply");
        call.hang_up().await.expect("a report");
        demonstration::finished_row(&whole.running, &call_sid).await.expect("it ends").expect("a session");
        exported.end().await;

        let spans = collector.spans();
        let of_call = |span: &&Span| attribute(span, "call.sid") == Some(Value::StringValue(call_sid.clone()));
        let whole_call = spans.iter().find(of_call).expect("the call's span");
        let below: Vec<&Span> = spans.iter().filter(|span| span.parent_span_id == whole_call.span_id).collect();
        let turn = below.iter().rfind(|span| span.name == "turn" && is(span, "turn.answered")).expect("a turn's span");
        assert_eq!(turn.trace_id, whole_call.trace_id);
        let stages: Vec<&str> = turn.events.iter().map(|event| event.name.as_str()).collect();
        assert_eq!(stages, STAGES);
        let ms = STAGES.map(|stage| number(turn, &format!("turn.{stage}_ms")));
        assert!(ms.is_sorted(), "one after the other: {ms:?}");
        assert!(turn.end_time_unix_nano > turn.start_time_unix_nano, "from the caller's last sound to our first");

        // The agent's part came from the other service, by the metadata of its stream.
        let agent = below.iter().find(|span| span.name == "agent_turn").expect("the agent's span");
        assert_eq!(agent.trace_id, whole_call.trace_id);

        let all = format!("{:?}", collector.requests());
        for personal in ["Alex", "Morrison", "massage", CALLER_NUMBER, &CALLER_NUMBER[1..]] {
            assert!(!all.contains(personal), "{personal} was exported");
        }
    });
}

fn is(span: &Span, key: &str) -> bool {
    attribute(span, key) == Some(Value::BoolValue(true))
}

fn number(span: &Span, key: &str) -> i64 {
    match attribute(span, key) {
        Some(Value::IntValue(number)) => number,
        other => panic!("{key}: {other:?}"),
    }
}
