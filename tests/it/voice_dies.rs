//! Calls on which a vendor's voice dies in the middle of a sentence.

use std::{net::SocketAddr, time::Duration};

use receptionist::{
    demonstration,
    evaluation::failover::{self, Death},
    up::{Data, Running, UpConfig},
};
use rstest::rstest;
use serde_json::json;
use service_runtime::Env;
use system_tests::{
    caller::LineTime,
    database, eventually,
    fakes::{
        azure_tts::{self, AzureTts},
        elevenlabs::{self, ElevenLabs},
        served::Course,
    },
    settles,
};

use crate::{
    record,
    spoken::{text_of, text_of_samples},
    whole::{Whole, alone_with_whole, with_whole},
};

/// For waits on the other side; a machine under load is slow.
const BOUND: Duration = Duration::from_secs(30);

#[test]
fn the_caller_hears_another_voice_go_on_within_three_seconds() {
    // No other call is made meanwhile.
    alone_with_whole(async |whole| {
        let azure = AzureTts::start().await.expect("a port");
        let other = ElevenLabs::start().await.expect("a port");
        let running = start(whole, &azure, &other, &[]).await;
        let config = demonstration::dial_config(&running, booking_svc::demo::SALON_NUMBER).expect("a line");
        let call = demonstration::dial_patiently(config).await.expect("the line opens");
        let call_sid = call.call_sid().to_owned();
        let greeting = call.wait_until_agent_quiet(LineTime::ZERO, BOUND).await.expect("the greeting");
        let spoken = azure.record().requests();
        assert!(text_of(&greeting).starts_with(&spoken[0].text), "{:?}", text_of(&greeting));
        fixed_phrases_are_made(&azure).await;

        // Half a second of the reply, and then nothing.
        azure.record().script(azure_tts::Script::Sound(Course::StallAfter(4_000)));
        call.say(WISH).await.expect("the line is open");
        let asked = call.now();
        eventually(BOUND, "the other voice is asked", async || !other.record().requests().is_empty()).await;
        let request = other.record().requests().remove(0).body;
        let heard = || text_of_samples(&call.heard_since(asked));
        eventually(BOUND, "it goes on", async || heard().contains(&request.text)).await;

        let silence = call.longest_silence(call.wait_for_any_sound(asked, BOUND).await.expect("a reply"), call.now());
        assert!(silence < Duration::from_secs(3), "{silence:?}");
        let sentence = format!("{}{}", request.previous_text, request.text);
        assert!(azure.record().requests().iter().any(|request| request.text == sentence), "{sentence:?}");
        let heard = heard();
        let (first, _) = heard.split_once(&request.text).expect("it is said whole");
        assert!(sentence.starts_with(first) && first.len() >= request.previous_text.trim_end().len(), "{heard:?}");
        call.hang_up().await.expect("the call ends");
        let switch = json!({"kind": "synthesis", "from": "azure", "to": "elevenlabs"});
        record::assert_switched(&running, &call_sid, &[switch]).await;
        running.stop().await.expect("everything ends");
    });
}

/// Where a call ends or is interrupted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Then {
    /// The other voice goes on, and the caller hangs up.
    HangsUp,
    /// The other voice goes on, and the caller speaks into it.
    Interrupts,
    /// Nobody goes on.
    NobodyGoesOn,
}

#[rstest]
#[case::hangs_up(Then::HangsUp)]
#[case::interrupts(Then::Interrupts)]
#[case::nobody_goes_on(Then::NobodyGoesOn)]
fn what_was_not_heard_is_not_remembered(#[case] then: Then) {
    with_whole(async |whole| {
        let azure = AzureTts::start().await.expect("a port");
        let other = ElevenLabs::start().await.expect("a port");
        // With the time of every word no word is said twice.
        let running =
            start(whole, &azure, &other, &[("AZURE_TTS_MODE", "websocket"), ("TTS_CHAIN", "azure,elevenlabs")]).await;
        let config = demonstration::dial_config(&running, booking_svc::demo::SALON_NUMBER).expect("a line");
        let call = demonstration::dial_patiently(config).await.expect("the line opens");
        let call_sid = call.call_sid().to_owned();
        call.wait_until_agent_quiet(LineTime::ZERO, BOUND).await.expect("the greeting");
        fixed_phrases_are_made(&azure).await;

        let made_before = azure.record().requests().len();
        azure.record().script(azure_tts::Script::Sound(Course::StallAfter(6_400)));
        if then == Then::NobodyGoesOn {
            other.record().script(elevenlabs::Script::Status(401));
        }
        call.say(WISH).await.expect("the line is open");
        let asked = call.now();
        let began = call.wait_for_any_sound(asked, BOUND).await.expect("the reply begins");
        if then == Then::NobodyGoesOn {
            call.wait_until_agent_quiet(began, BOUND).await.expect("the beginning of the reply");
        } else {
            // What lies behind the first 6,400 bytes is said by the other voice.
            let goes_on = call.wait_for_any_sound(began + Duration::from_millis(900), BOUND).await.expect("it goes on");
            call.wait_for_any_sound(goes_on + Duration::from_millis(400), BOUND).await.expect("it goes on");
        }
        if then == Then::Interrupts {
            call.say("Wait, stop, not that, I have another question.").await.expect("the line is open");
        }
        let heard = letters(&text_of_samples(&call.heard_since(asked)));
        let sentences: Vec<String> =
            azure.record().requests()[made_before..].iter().map(|request| request.text.clone()).collect();
        call.hang_up().await.expect("the call ends");

        let row = demonstration::finished_row(&running, &call_sid).await.expect("it ends").expect("a session");
        let history = row.state["history"].as_array().expect("a history");
        let exchange =
            history.iter().find(|exchange| exchange["caller"].as_str().is_some_and(|said| said.contains("haircut")));
        let reply = exchange.expect("the turn")["reply"].as_str().expect("text").to_owned();
        println!("asked to say {sentences:?}, heard {heard:?}, remembered {reply:?}");
        let remembered = letters(&reply);
        assert!(!remembered.is_empty(), "some of it was heard");
        assert!(remembered.len() < letters(&sentences.concat()).len(), "{reply:?} was not heard whole");
        // While the caller hangs up, a little more is heard.
        let more = if then == Then::HangsUp { LETTERS_A_SECOND } else { 0 };
        assert!(remembered.len() <= heard.len() + more, "{reply:?} of {heard:?}");
        let both = heard.len().min(remembered.len());
        assert_eq!(remembered[..both], heard[..both]);
        running.stop().await.expect("everything ends");
    });
}

#[test]
fn voices_that_die_in_a_call_leave_short_silences() {
    // No other call is made meanwhile.
    alone_with_whole(async |_| {
        let deaths: Vec<Death> = failover::deaths(5);
        let env = environment().await;
        let silences = failover::call(env, &deaths).await.expect("the call");
        println!("silences after the death of a voice: {silences:?}");
        assert_eq!(silences.len(), deaths.len());
        assert!(silences.iter().all(|silence| *silence < Duration::from_secs(3)), "{silences:?}");
    });
}

/// What the caller wants, and by what it is found again.
const WISH: &str = "I would like to book a haircut, please.";

/// The fake voices say sixteen characters a second.
const LETTERS_A_SECOND: usize = 16;

/// So that later requests are those of replies.
async fn fixed_phrases_are_made(azure: &AzureTts) {
    let made = async || azure.record().requests().len();
    settles(BOUND, Duration::from_secs(2), "the fixed phrases are made", made).await;
}

async fn environment() -> Env {
    let env = Env::of_process();
    match env.text("DATABASE_URL") {
        Some(server) => {
            env.with("DATABASE_URL", database::fresh_for(&server, "voice").await.expect("a fresh database"))
        }
        None => env,
    }
}

pub async fn start(whole: &Whole, azure: &AzureTts, other: &ElevenLabs, more: &[(&str, &str)]) -> Running {
    let mut env = environment()
        .await
        .with("TWILIO_AUTH_TOKEN", "")
        .with("PUBLIC_URL", "https://receptionist.example")
        .with("AZURE_TTS_KEY", azure_tts::KEY)
        .with("AZURE_TTS_BASE_URL", azure.url())
        .with("ELEVENLABS_API_KEY", elevenlabs::KEY)
        .with("ELEVENLABS_BASE_URL", other.url());
    for (name, value) in more {
        env = env.with(name, *value);
    }
    let http = SocketAddr::from(([127, 0, 0, 1], 0));
    let config = UpConfig { data: Data::Throwaway, http, clock: whole.clock, env, voice: true };
    Running::start(config).await.expect("everything starts")
}

/// Spaces and stops may be cut where voices or sentences follow each other.
fn letters(text: &str) -> String {
    text.chars().filter(|character| character.is_alphanumeric()).collect()
}
