//! A call on which the vendor's voice dies in the middle of a sentence.

use std::{net::SocketAddr, time::Duration};

use receptionist::{
    demonstration,
    up::{Data, Running, UpConfig},
};
use serde_json::json;
use system_tests::{
    caller::{self, LineTime},
    database, eventually,
    fakes::{
        azure_tts::{self, AzureTts},
        elevenlabs::{self, ElevenLabs},
        served::Course,
    },
};

use crate::{
    record,
    spoken::text_of,
    whole::{Whole, with_whole},
};

/// For waits on the other side; a machine under load is slow.
const BOUND: Duration = Duration::from_secs(30);

#[test]
fn the_caller_hears_another_voice_go_on_within_three_seconds() {
    // Its turn on the line: no other call is made meanwhile.
    with_whole(async |whole| {
        let azure = AzureTts::start().await.expect("a port");
        let other = ElevenLabs::start().await.expect("a port");
        let running = start(whole, &azure, &other).await;
        let config = demonstration::dial_config(&running, booking_svc::demo::SALON_NUMBER).expect("a line");
        let call = caller::dial(config).await.expect("the line opens");
        let call_sid = call.call_sid().to_owned();
        let greeting = call.wait_until_agent_quiet(LineTime::ZERO, BOUND).await.expect("the greeting");
        let spoken = azure.record().requests();
        assert!(text_of(&greeting).starts_with(&spoken[0].text), "{:?}", text_of(&greeting));
        eventually(BOUND, "the fixed phrases are made", async || {
            azure.record().requests().iter().any(|request| request.text.contains("something went wrong"))
        })
        .await;

        // Half a second of the reply, and then nothing.
        azure.record().script(azure_tts::Script::Sound(Course::StallAfter(4_000)));
        let asked = call.now();
        call.say("I would like to book a haircut, please.").await.expect("the line is open");
        let first = call.wait_until_agent_quiet(asked, BOUND).await.expect("half a second of the reply");
        let second = call.wait_until_agent_quiet(first.to, BOUND).await.expect("the rest of the reply");

        assert!(second.from.ms_since(first.to) < 3_000, "{} ms", second.from.ms_since(first.to));
        let request = other.record().requests().into_iter().next().expect("the other voice was asked").body;
        let sentence = format!("{}{}", request.previous_text, request.text);
        assert!(azure.record().requests().iter().any(|request| request.text == sentence), "{sentence:?}");
        let (first, second) = (text_of(&first), text_of(&second));
        assert!(sentence.starts_with(&first) && first.len() >= request.previous_text.trim_end().len(), "{first:?}");
        assert!(second.starts_with(&request.text), "{second:?} after {first:?}");
        call.hang_up().await.expect("the call ends");
        let switch = json!({"kind": "synthesis", "from": "azure", "to": "elevenlabs"});
        record::assert_switched(&running, &call_sid, &[switch]).await;
        running.stop().await.expect("everything ends");
    });
}

async fn start(whole: &Whole, azure: &AzureTts, other: &ElevenLabs) -> Running {
    let mut env = service_runtime::Env::of_process()
        .with("TWILIO_AUTH_TOKEN", "")
        .with("PUBLIC_URL", "https://receptionist.example")
        .with("AZURE_TTS_KEY", azure_tts::KEY)
        .with("AZURE_TTS_BASE_URL", azure.url())
        .with("ELEVENLABS_API_KEY", elevenlabs::KEY)
        .with("ELEVENLABS_BASE_URL", other.url());
    if let Some(server) = env.text("DATABASE_URL") {
        let database = database::fresh(&server, "receptionist_voice_tests").await.expect("a fresh database");
        env = env.with("DATABASE_URL", database);
    }
    let http = SocketAddr::from(([127, 0, 0, 1], 0));
    let config = UpConfig { data: Data::Throwaway, http, clock: whole.clock, env, voice: true };
    Running::start(config).await.expect("everything starts")
}
