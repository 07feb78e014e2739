//! Businesses of one installation whose calls are heard and spoken to in different ways.

use std::{net::SocketAddr, time::Duration};

use booking_svc::demo;
use receptionist::{
    demonstration,
    up::{Data, Running, UpConfig},
};
use system_tests::{
    caller::{Call, CallError, LineTime},
    database, eventually,
    fakes::{
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

#[test]
fn two_businesses_of_one_gateway_have_their_own_ears_and_voices() {
    // Its turn on the line: no other call is made meanwhile.
    with_whole(async |whole| {
        let traces = tempfile::tempdir().expect("a folder");
        let deepgram = Deepgram::start_hearing(Lines::of(&["I would like to book a massage"])).await.expect("a port");
        let azure = AzureTts::start().await.expect("a port");
        let keys = [
            ("DEEPGRAM_API_KEY", deepgram::KEY),
            ("DEEPGRAM_BASE_URL", &deepgram.url()),
            ("AZURE_TTS_KEY", azure_tts::KEY),
            ("AZURE_TTS_BASE_URL", &azure.url()),
            ("VOICE_TRACE_DIR", traces.path().to_str().expect("a path")),
        ];
        let running = start(whole, &keys).await;
        let salon = "recognition_chain = '{deepgram}', synthesis_chain = '{azure}', azure_voice = 'en-GB-SoniaNeural', \
                     azure_style = 'cheerful', azure_rate_percent = -5, barge_in_mode = 'after-sentence'";
        set(&running, demo::SALON, salon).await;
        set(&running, demo::GARAGE, "recognition_chain = '{embedded}', synthesis_chain = '{embedded}'").await;

        let call = dial(&running, demo::GARAGE_NUMBER).await.expect("the line opens");
        let garage_sid = call.call_sid().to_owned();
        call.wait_until_agent_quiet(LineTime::ZERO, BOUND).await.expect("the greeting");
        call.say("I would like an oil change, please.").await.expect("the line is open");
        call.wait_until_agent_quiet(call.now(), BOUND).await.expect("a reply");
        call.hang_up().await.expect("the call ends");
        let row = demonstration::finished_row(&running, &garage_sid).await.expect("a row").expect("a session");
        let words = row.state["history"][0]["caller"].as_str().expect("a turn").to_lowercase();
        assert!(words.contains("oil"), "{words}");
        assert!(deepgram.requests().is_empty() && azure.record().requests().is_empty(), "no vendor was asked");
        assert_eq!(began_with(&running, &garage_sid).await, "embedded embedded");

        let call = dial(&running, demo::SALON_NUMBER).await.expect("the line opens");
        let salon_sid = call.call_sid().to_owned();
        let greeting = call.wait_until_agent_quiet(LineTime::ZERO, BOUND).await.expect("the greeting");
        assert!(text_of(&greeting).contains("Harmony Wellness"), "{}", text_of(&greeting));
        call.say("I would like to book a massage").await.expect("the line is open");
        call.wait_until_agent_quiet(call.now(), BOUND).await.expect("a reply");
        call.hang_up().await.expect("the call ends");
        assert_eq!(began_with(&running, &salon_sid).await, "deepgram azure");
        assert_eq!(deepgram.requests().len(), 1);
        for (sid, mode) in [(&garage_sid, "immediate"), (&salon_sid, "after-sentence")] {
            let path = traces.path().join(format!("{sid}.trace"));
            eventually(BOUND, "the call's trace", async || path.exists()).await;
            let trace = std::fs::read_to_string(path).expect("a trace");
            assert!(trace.contains(&format!(r#""barge_in":"{mode}""#)), "each has its own mode");
        }
        for request in azure.record().requests() {
            assert_eq!((request.voice.as_str(), request.language.as_str()), ("en-GB-SoniaNeural", "en-GB"));
            assert_eq!((request.style.as_deref(), request.rate.as_deref()), (Some("cheerful"), Some("-5%")));
        }
        running.stop().await.expect("everything ends");
    });
}

#[test]
fn a_mistake_in_the_settings_costs_no_call() {
    with_whole(async |whole| {
        let azure = AzureTts::start().await.expect("a port");
        let keys = [("AZURE_TTS_KEY", azure_tts::KEY), ("AZURE_TTS_BASE_URL", &azure.url()), ("TTS_CHAIN", "azure")];
        let running = start(whole, &keys).await;
        let mistaken = "recognition_chain = '{deepgram,whisper}', synthesis_chain = '{elevenlabs}', \
                        azure_voice = 'es-MX-DaliaNeural', language = 'xx-YY', barge_in_mode = 'never'";
        set(&running, demo::SALON, mistaken).await;
        let call = dial(&running, demo::SALON_NUMBER).await.expect("the line opens");
        let call_sid = call.call_sid().to_owned();
        let greeting = call.wait_until_agent_quiet(LineTime::ZERO, BOUND).await.expect("the greeting");
        assert!(text_of(&greeting).contains("Harmony Wellness"), "{}", text_of(&greeting));
        call.hang_up().await.expect("the call ends");
        demonstration::finished_row(&running, &call_sid).await.expect("a row").expect("a session");
        assert_eq!(began_with(&running, &call_sid).await, "embedded azure");
        assert!(azure.record().requests().iter().all(|request| request.voice == "en-US-JennyNeural"));
        running.stop().await.expect("everything ends");
    });
}

#[test]
fn a_language_that_nobody_here_speaks_is_told_by_the_carrier_in_that_language() {
    with_whole(async |whole| {
        let running = start(whole, &[]).await;
        set(&running, demo::SALON, "language = 'es-US'").await;
        let refused = dial(&running, demo::SALON_NUMBER).await.expect_err("nobody can serve it");
        let CallError::NotConnected { said } = refused else { panic!("{refused}") };
        let [said] = &said[..] else { panic!("one sentence: {said:?}") };
        assert_eq!(said.language.as_deref(), Some("es-MX"), "one of the carrier's voices");
        for words in ["Harmony Wellness", "no puede atender llamadas por teléfono", "harmony-wellness.example"] {
            assert!(said.text.contains(words), "{}", said.text);
        }
        // The others are served as ever, and the tenant too when its language is one of the engine's again.
        for (slug, number) in [(demo::GARAGE, demo::GARAGE_NUMBER), (demo::SALON, demo::SALON_NUMBER)] {
            set(&running, slug, "language = 'en-US'").await;
            let call = dial(&running, number).await.expect("the line opens");
            call.hang_up().await.expect("the call ends");
        }
        running.stop().await.expect("everything ends");
    });
}

async fn start(whole: &Whole, variables: &[(&str, &str)]) -> Running {
    let mut env = service_runtime::Env::of_process()
        .with("TWILIO_AUTH_TOKEN", "")
        .with("PUBLIC_URL", "https://receptionist.example");
    for (name, value) in variables {
        env = env.with(name, *value);
    }
    if let Some(server) = env.text("DATABASE_URL") {
        env = env.with("DATABASE_URL", database::fresh_for(&server, "tenant_speech").await.expect("a fresh database"));
    }
    let http = SocketAddr::from(([127, 0, 0, 1], 0));
    let config = UpConfig { data: Data::Throwaway, http, clock: whole.clock, env, voice: true };
    Running::start(config).await.expect("everything starts")
}

/// Changes columns of a business.
async fn set(running: &Running, slug: &str, columns: &str) {
    let update = sqlx::AssertSqlSafe(format!("UPDATE tenants SET {columns} WHERE slug = $1"));
    let changed = sqlx::query(update).bind(slug).execute(running.pool()).await.expect("well-formed settings");
    assert_eq!(changed.rows_affected(), 1);
}

async fn dial(running: &Running, called: &str) -> Result<Call, CallError> {
    demonstration::dial_patiently(demonstration::dial_config(running, called).expect("a line")).await
}

/// Who listened and who spoke at the beginning of a call.
async fn began_with(running: &Running, call_sid: &str) -> String {
    let (listens, speaks) = record::began_with(running, call_sid).await;
    format!("{listens} {speaks}")
}
