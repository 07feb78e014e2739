//! A call whose conversation service goes away.

use std::time::Duration;

use receptionist::demonstration;
use service_runtime::grpc;
use system_tests::{
    caller::{Ending, LineTime},
    eventually,
    fakes::cable::{Cable, Fault, Faults},
};

use crate::{
    second_gateway::SecondGateway,
    spoken::text_of,
    whole::{Whole, with_whole},
};

/// For waits on the other side; a machine under load is slow.
const BOUND: Duration = Duration::from_secs(30);

#[test]
fn a_call_goes_on_with_the_conversation_that_was_lost_in_the_middle_of_a_turn() {
    with_whole(async |whole| {
        let (faults, cable) = cable(whole).await;
        let lines = ["I would like to book a massage", "where are you"];
        let gateway = SecondGateway::start(whole, &lines, &cable.url()).await;
        let call = gateway.dial().await;
        let call_sid = call.call_sid().to_owned();
        call.wait_until_agent_quiet(LineTime::ZERO, BOUND).await.expect("the greeting");
        // The answer to this does not get through.
        faults.plan(0, Fault::Reset);
        for line in lines {
            call.say(line).await.expect("the line is open");
            let answer = call.wait_until_agent_quiet(call.now(), BOUND).await.expect("a reply, all the same");
            assert!(!text_of(&answer).contains("went wrong"), "no apology: {}", text_of(&answer));
        }
        assert_eq!(faults.happened(), 1);
        call.hang_up().await.expect("a report");

        let row = demonstration::finished_row(&whole.running, &call_sid).await.expect("it ends").expect("a session");
        assert_eq!(row.status, "completed");
        let turns = row.state["history"].as_array().expect("turns");
        let said: Vec<&str> = turns.iter().filter_map(|turn| turn["caller"].as_str()).collect();
        assert_eq!(said, lines, "each turn was handled once");
    });
}

#[test]
fn a_second_loss_is_apologised_for_and_ends_the_call() {
    with_whole(async |whole| {
        let (faults, cable) = cable(whole).await;
        let lines = ["what do you offer", "where are you"];
        let gateway = SecondGateway::start(whole, &lines, &cable.url()).await;
        let call = gateway.dial().await;
        call.wait_until_agent_quiet(LineTime::ZERO, BOUND).await.expect("the greeting");
        faults.plan(0, Fault::Reset);
        call.say(lines[0]).await.expect("the line is open");
        call.wait_until_agent_quiet(call.now(), BOUND).await.expect("a reply, all the same");
        faults.plan(0, Fault::Reset);
        call.say(lines[1]).await.expect("the line is open");
        eventually(BOUND, "the second loss", async || faults.happened() == 2).await;
        let report = call.wait_for_report(BOUND).await.expect("the gateway ends the call");
        assert_eq!(report.ended, Some(Ending::AgentHungUp));
    });
}

/// Between the gateway and the conversation service.
async fn cable(whole: &Whole) -> (Faults, Cable) {
    let faults = Faults::default();
    let cable = Cable::to(&grpc::uri_of(whole.running.grpc_addr), &faults).await.expect("a port");
    (faults, cable)
}
