//! Calls on which recognition is lost, or is another's.

use std::{net::SocketAddr, time::Duration};

use receptionist::{
    demonstration,
    up::{Data, Running, UpConfig},
};
use serde_json::json;
use system_tests::{
    caller::{Ending, LineTime},
    database, eventually,
    fakes::{
        azure_stt::{self, AzureStt},
        azure_tts::{self, AzureTts},
        deepgram::{self, Deepgram},
        voice::Lines,
    },
};

use crate::{
    record,
    spoken::text_of,
    whole::{Whole, with_whole},
};

/// For waits on the other side; a machine under load is slow.
const BOUND: Duration = Duration::from_secs(30);
/// Three that are answered, and one that is not heard to its end.
const LINES: [&str; 4] =
    ["I would like to book a massage", "tomorrow", "at two in the afternoon", "my name is Alex Morrison"];

#[test]
fn e2e_10_stt_drops_with_no_failover_left() {
    // Its turn on the line: no other call is made meanwhile.
    with_whole(async |whole| {
        let lines = Lines::of(&LINES);
        let deepgram = Deepgram::start_hearing(lines.clone()).await.expect("a port");
        let azure = AzureTts::start().await.expect("a port");
        let running = start(whole, "deepgram", &of_deepgram(&deepgram), &azure).await;
        let config = demonstration::dial_config(&running, booking_svc::demo::SALON_NUMBER).expect("a line");
        let call = demonstration::dial_patiently(config).await.expect("the line opens");
        let call_sid = call.call_sid().to_owned();
        let mut since = LineTime::ZERO;
        for line in &LINES[..3] {
            call.wait_until_agent_quiet(since, BOUND).await.expect("a greeting or a reply");
            call.say(line).await.expect("the line is open");
            since = call.now();
        }
        let reply = call.wait_until_agent_quiet(since, BOUND).await.expect("the third reply");
        assert!(!text_of(&reply).contains("sorry"), "{}", text_of(&reply));

        let dropped_at = async {
            eventually(BOUND, "the fourth line is heard", async || lines.left() == 0).await;
            deepgram.fail_for_good();
            call.now()
        };
        let (said, dropped_at) = tokio::join!(call.say(LINES[3]), dropped_at);
        said.expect("the line is open");
        let apology = call.wait_for_last_words(dropped_at, BOUND).await.expect("the agent hangs up");
        let apology = text_of(&apology.expect("an apology"));
        assert!(apology.contains("I'm sorry") && apology.contains("harmony-wellness.example"), "{apology:?}");
        let report = call.wait_for_report(BOUND).await.expect("a report");
        assert_eq!(report.ended, Some(Ending::AgentHungUp));

        let row = demonstration::finished_row(&running, &call_sid).await.expect("a row").expect("a session");
        assert_eq!(row.status, "failed");
        let history = row.state["history"].as_array().expect("a history");
        let recognised: Vec<&str> = history.iter().filter_map(|exchange| exchange["caller"].as_str()).collect();
        assert_eq!(recognised, LINES[..3]);
        running.stop().await.expect("everything ends");
    });
}

#[test]
fn a_call_whose_recognition_was_taken_over_says_so_in_its_record() {
    with_whole(async |whole| {
        let lines = Lines::of(&["a massage", "tomorrow"]);
        let deepgram = Deepgram::start_hearing(lines.clone()).await.expect("a port");
        let azure = AzureTts::start().await.expect("a port");
        let running = start(whole, "deepgram,embedded", &of_deepgram(&deepgram), &azure).await;
        let config = demonstration::dial_config(&running, booking_svc::demo::SALON_NUMBER).expect("a line");
        let call = demonstration::dial_patiently(config).await.expect("the line opens");
        let call_sid = call.call_sid().to_owned();
        call.wait_until_agent_quiet(LineTime::ZERO, BOUND).await.expect("the greeting");
        call.say("I would like to book a massage").await.expect("the line is open");
        call.wait_until_agent_quiet(call.now(), BOUND).await.expect("a reply");
        let dropped = async {
            eventually(BOUND, "the second line is heard", async || lines.left() == 0).await;
            deepgram.fail_for_good();
        };
        let (said, ()) = tokio::join!(call.say("tomorrow afternoon"), dropped);
        said.expect("the line is open");
        call.wait_until_agent_quiet(call.now(), BOUND).await.expect("a reply to what the engine heard");
        call.hang_up().await.expect("the call ends");

        let row = demonstration::finished_row(&running, &call_sid).await.expect("a row").expect("a session");
        let switch = json!({"kind": "recognition", "from": "deepgram", "to": "embedded"});
        record::assert_switched(&running, &call_sid, &[switch]).await;
        // "Noon" was in no line of the fake's: these are the engine's own words.
        let words = row.state["history"][1]["caller"].as_str().expect("a second turn").to_lowercase();
        assert!(words.contains("noon"), "{words}");
        running.stop().await.expect("everything ends");
    });
}

#[test]
fn a_call_is_heard_by_azure_when_deepgram_is_gone() {
    with_whole(async |whole| {
        let lines = Lines::of(&LINES[..2]);
        let (deepgram, listener) = (Deepgram::start().await, AzureStt::start_hearing(lines.clone()).await);
        let (deepgram, listener) = (deepgram.expect("a port"), listener.expect("a port"));
        deepgram.fail_for_good();
        let azure = AzureTts::start().await.expect("a port");
        let listener_url = listener.url();
        let variables = [
            &of_deepgram(&deepgram)[..],
            &[("AZURE_STT_KEY", azure_stt::KEY.to_owned()), ("AZURE_STT_BASE_URL", listener_url)],
        ]
        .concat();
        let running = start(whole, "deepgram,azure", &variables, &azure).await;
        let config = demonstration::dial_config(&running, booking_svc::demo::SALON_NUMBER).expect("a line");
        let call = demonstration::dial_patiently(config).await.expect("the line opens");
        let call_sid = call.call_sid().to_owned();
        let mut since = LineTime::ZERO;
        for line in &LINES[..2] {
            call.wait_until_agent_quiet(since, BOUND).await.expect("a greeting or a reply");
            call.say(line).await.expect("the line is open");
            since = call.now();
        }
        call.wait_until_agent_quiet(since, BOUND).await.expect("the second reply");
        call.hang_up().await.expect("the call ends");

        let row = demonstration::finished_row(&running, &call_sid).await.expect("a row").expect("a session");
        let history = row.state["history"].as_array().expect("a history");
        let recognised: Vec<&str> = history.iter().filter_map(|exchange| exchange["caller"].as_str()).collect();
        assert_eq!(recognised, ["I would like to book a massage.", "Tomorrow."]);
        let switch = json!({"kind": "recognition", "from": "deepgram", "to": "azure"});
        record::assert_switched(&running, &call_sid, &[switch]).await;
        // The names of the business, so that they are heard better.
        let terms = listener.turns()[0].context["dgi"]["groups"][0]["items"].to_string();
        assert!(terms.contains("Massage"), "{terms}");
        assert_eq!(listener.violations(), Vec::<String>::new());
        running.stop().await.expect("everything ends");
    });
}

fn of_deepgram(deepgram: &Deepgram) -> [(&'static str, String); 2] {
    [("DEEPGRAM_API_KEY", deepgram::KEY.to_owned()), ("DEEPGRAM_BASE_URL", deepgram.url())]
}

/// A receptionist that listens by this chain and speaks by a voice that can be read again.
async fn start(whole: &Whole, stt_chain: &str, listeners: &[(&'static str, String)], azure: &AzureTts) -> Running {
    let mut env = service_runtime::Env::of_process()
        .with("TWILIO_AUTH_TOKEN", "")
        .with("PUBLIC_URL", "https://receptionist.example")
        .with("STT_CHAIN", stt_chain)
        .with("TTS_CHAIN", "azure")
        .with("AZURE_TTS_KEY", azure_tts::KEY)
        .with("AZURE_TTS_BASE_URL", azure.url());
    for (name, value) in listeners {
        env = env.with(name, value.as_str());
    }
    if let Some(server) = env.text("DATABASE_URL") {
        let database = database::fresh_for(&server, "deaf").await.expect("a fresh database");
        env = env.with("DATABASE_URL", database);
    }
    let http = SocketAddr::from(([127, 0, 0, 1], 0));
    let config = UpConfig { data: Data::Throwaway, http, clock: whole.clock, env, voice: true };
    Running::start(config).await.expect("everything starts")
}
