//! Calls that go on on the web: the text message over the carrier's REST API, and the claim of its link.

use std::{net::SocketAddr, time::Duration};

use handoff_svc::{
    handoff::{Delivering, Delivery, NewHandoff, Reason, lifecycle::Handoffs},
    sms::{Twilio, TwilioSettings},
};
use proto::{Private, id::TenantId};
use receptionist::{
    demonstration,
    up::{Data, Running, UpConfig},
};
use reqwest::StatusCode;
use rstest::rstest;
use serde_json::{Value, json};
use service_runtime::{Clock, Env};
use sqlx::PgPool;
use system_tests::{
    caller::{CALLER_NUMBER, Ending, LineTime},
    database, eventually,
    fakes::{
        azure_tts::{self, AzureTts},
        deepgram::{self, Deepgram},
        twilio_rest::{ACCOUNT_SID, AUTH_TOKEN, CallUpdate, Refuse, TwilioRest},
        voice::Lines,
    },
};
use uuid::Uuid;

use crate::{
    spoken::text_of,
    whole::{Whole, with_whole},
};

/// For waits on the other side; a machine under load is slow.
const BOUND: Duration = Duration::from_secs(30);
const OUR_NUMBER: &str = "+14155550100";
const WEB: &str = "https://web.example";
/// As many as such a call may have, and one more.
const LINES: [&str; 4] = ["I would like to book a massage", "what does it cost", "where are you", "and your hours"];

#[test]
fn e2e_05_too_many_turns_end_in_a_text_message_whose_link_has_the_conversation() {
    // Its turn on the line: no other call is made meanwhile.
    with_whole(async |whole| {
        let carrier = TwilioRest::start().await.expect("a port");
        let deepgram = Deepgram::start_hearing(Lines::of(&LINES)).await.expect("a port");
        let azure = AzureTts::start().await.expect("a port");
        let running = start(whole, &carrier, &deepgram, &azure).await;
        let config = demonstration::dial_config(&running, booking_svc::demo::SALON_NUMBER).expect("a line");
        let call = demonstration::dial_patiently(config).await.expect("the line opens");
        let call_sid = call.call_sid().to_owned();
        let mut since = LineTime::ZERO;
        for line in LINES {
            call.wait_until_agent_quiet(since, BOUND).await.expect("a greeting or a reply");
            call.say(line).await.expect("the line is open");
            since = call.now();
        }
        let last_words = call.wait_for_last_words(since, BOUND * 2).await.expect("the agent hangs up");
        let last_words = text_of(&last_words.expect("last words"));
        for words in ["let me transfer you to our website", "I've sent you a text message with a link", "Goodbye"] {
            assert!(last_words.contains(words), "{last_words:?}");
        }
        let report = call.wait_for_report(BOUND).await.expect("a report");
        assert_eq!(report.ended, Some(Ending::AgentHungUp));

        let row = demonstration::finished_row(&running, &call_sid).await.expect("a row").expect("a session");
        assert_eq!((row.status.as_str(), row.outcome.as_deref()), ("completed", Some("handoff")));
        let audited: Vec<(String, String)> = sqlx::query_as(
            "SELECT action, channel FROM audit_log WHERE session_id = $1 AND action LIKE 'handoff%' ORDER BY id",
        )
        .bind(row.session_id)
        .fetch_all(running.pool())
        .await
        .expect("the audit log");
        let phone = |action: &str| (action.to_owned(), "phone".to_owned());
        assert_eq!(audited, [phone("handoff_started"), phone("handoff_message")]);

        let ended = || carrier.calls().requests();
        eventually(BOUND, "the call is ended at the carrier", async || !ended().is_empty()).await;
        assert_eq!(ended(), [CallUpdate { call_sid: call_sid.clone(), status: "completed".to_owned() }]);

        let [message] = &carrier.record().requests()[..] else { panic!("one message") };
        assert_eq!((message.to.as_str(), message.from.as_str()), (CALLER_NUMBER, OUR_NUMBER));
        let (text, token) = message.body.split_once("/chat?hs=").expect("a link");
        assert_eq!(text, format!("Harmony Wellness - Continue booking: {WEB}"));

        // E2E-06, as far as the API goes: the link opens what the call left, once.
        let http = running.http_addr.expect("voice is on");
        let claim =
            || async { reqwest::get(format!("http://{http}/api/v1/handoff/{token}")).await.expect("an answer") };
        let claimed = claim().await;
        assert_eq!(claimed.status(), StatusCode::OK);
        let handoff: Value = claimed.json().await.expect("a handoff");
        assert_eq!((&handoff["reason"], &handoff["booking_state"]["service"]), (&json!("timeout"), &json!("Massage")));
        let conversation = handoff["conversation"].as_array().expect("what was said");
        let of_caller: Vec<&str> = conversation
            .iter()
            .filter(|said| said["who"] == "caller")
            .filter_map(|said| said["text"].as_str())
            .collect();
        assert_eq!(of_caller, LINES[..3]);
        assert!(conversation.iter().any(|said| said["who"] == "agent"), "{conversation:?}");
        assert_eq!(claim().await.status(), StatusCode::CONFLICT);
        running.stop().await.expect("everything ends");
    });
}

async fn start(whole: &Whole, carrier: &TwilioRest, deepgram: &Deepgram, azure: &AzureTts) -> Running {
    let mut env = Env::of_process()
        .with("PUBLIC_URL", "https://receptionist.example")
        .with("PUBLIC_WEB_URL", WEB)
        .with("TWILIO_ACCOUNT_SID", ACCOUNT_SID)
        .with("TWILIO_AUTH_TOKEN", AUTH_TOKEN)
        .with("TWILIO_PHONE_NUMBER", OUR_NUMBER)
        .with("TWILIO_BASE_URL", carrier.url())
        .with("VOICE_MAX_TURNS", (LINES.len() - 1).to_string())
        .with("STT_CHAIN", "deepgram")
        .with("DEEPGRAM_API_KEY", deepgram::KEY)
        .with("DEEPGRAM_BASE_URL", deepgram.url())
        .with("TTS_CHAIN", "azure")
        .with("AZURE_TTS_KEY", azure_tts::KEY)
        .with("AZURE_TTS_BASE_URL", azure.url());
    if let Some(server) = env.text("DATABASE_URL") {
        let database = database::fresh_for(&server, "handoff").await.expect("a fresh database");
        env = env.with("DATABASE_URL", database);
    }
    let http = SocketAddr::from(([127, 0, 0, 1], 0));
    let config = UpConfig { data: Data::Throwaway, http, clock: whole.clock, env, voice: true };
    Running::start(config).await.expect("everything starts")
}

/// A call of a business that has a web address, handed over through the fake.
struct Call {
    handoffs: Handoffs,
    new: NewHandoff,
}

impl Call {
    async fn of(pool: &PgPool, carrier: &TwilioRest) -> Self {
        service_runtime::install_crypto_provider();
        let (tenant, chat, call) = (TenantId::new(), Uuid::new_v4(), Uuid::new_v4());
        sqlx::query(
            "INSERT INTO tenants (id, slug, name, time_zone, greeting, language, web_address) \
             VALUES ($1, 'sol', 'Sol', 'UTC', 'Hola.', 'es-US', 'sol.example')",
        )
        .bind(tenant.as_uuid())
        .execute(pool)
        .await
        .expect("a tenant");
        sqlx::query("INSERT INTO chat_sessions (id, tenant_id, channel) VALUES ($1, $2, 'phone')")
            .bind(chat)
            .bind(tenant.as_uuid())
            .execute(pool)
            .await
            .expect("a session");
        sqlx::query("INSERT INTO voice_sessions (id, tenant_id, chat_session_id, call_sid) VALUES ($1, $2, $3, 'CA1')")
            .bind(call)
            .bind(tenant.as_uuid())
            .bind(chat)
            .execute(pool)
            .await
            .expect("a call");
        let settings = TwilioSettings {
            base_url: carrier.url(),
            account_sid: ACCOUNT_SID.to_owned(),
            auth_token: AUTH_TOKEN.to_owned().into(),
            from: OUR_NUMBER.parse().expect("a number"),
        };
        let delivering = Delivering::new(Some(Twilio::new(settings).expect("a client")), None);
        let new = NewHandoff {
            tenant,
            voice_session: call,
            phone_number: CALLER_NUMBER.parse().expect("a number"),
            reason: Reason::UserRequest,
            conversation: Private::new(json!([])),
            booking_state: Private::new(json!({})),
        };
        Self { handoffs: Handoffs::new(pool.clone(), Clock::system(), Duration::from_secs(900), delivering), new }
    }

    async fn hand_over(&self) -> Delivery {
        self.handoffs.start(&self.new).await.expect("a handoff").delivery
    }
}

#[rstest]
#[case::taken(&[], Delivery::Sent, 1, "sent")]
#[case::busy(&[Refuse(429, 20_429), Refuse(429, 20_429)], Delivery::Sent, 3, "sent")]
#[case::trouble_once(&[Refuse(503, 0)], Delivery::Sent, 2, "sent")]
#[case::trouble(&[Refuse(500, 0), Refuse(502, 0)], Delivery::Failed, 2, "unclear")]
#[case::opted_out(&[Refuse(400, 21_610)], Delivery::Refused, 1, "failed")]
#[case::landline(&[Refuse(400, 21_635)], Delivery::Refused, 1, "failed")]
#[case::our_number_cannot(&[Refuse(400, 21_606)], Delivery::Failed, 1, "failed")]
#[case::unknown_account(&[Refuse(404, 20_404)], Delivery::Failed, 1, "failed")]
#[tokio::test]
async fn a_text_message_is_tried_as_often_as_it_can_help(
    #[case] scripts: &[Refuse],
    #[case] expected: Delivery,
    #[case] tries: usize,
    #[case] state: &str,
) {
    let carrier = TwilioRest::start().await.expect("a port");
    scripts.iter().for_each(|script| carrier.record().script(*script));
    let server = std::env::var("DATABASE_URL").expect("DATABASE_URL");
    let url = database::fresh_for(&server, "handoff_sms").await.expect("a fresh database");
    let pool = PgPool::connect(&url).await.expect("a connection");
    migrations::run(&pool).await.expect("the tables");
    let call = Call::of(&pool, &carrier).await;
    assert_eq!(call.hand_over().await, expected);
    let sent = carrier.record().requests();
    assert_eq!(sent.len(), tries);
    assert!(sent[0].body.starts_with("Sol - Siga con su reserva: https://sol.example/chat?hs="), "{}", sent[0].body);
    let states: Vec<String> =
        sqlx::query_scalar("SELECT state FROM text_messages").fetch_all(&pool).await.expect("the messages");
    assert_eq!(states, [state]);
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn a_phone_gets_five_text_messages_a_day(pool: PgPool) {
    let carrier = TwilioRest::start().await.expect("a port");
    let call = Call::of(&pool, &carrier).await;
    let all = futures::future::join_all((0..8).map(|_| call.hand_over())).await;
    let count = |wanted| all.iter().filter(|delivery| **delivery == wanted).count();
    assert_eq!((count(Delivery::Sent), count(Delivery::Limited)), (5, 3), "{all:?}");
    assert_eq!(carrier.record().requests().len(), 5);
    sqlx::query("UPDATE text_messages SET created_at = created_at - interval '25 hours'")
        .execute(&pool)
        .await
        .expect("a day passes");
    assert_eq!(call.hand_over().await, Delivery::Sent);
}
