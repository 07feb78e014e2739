//! A typed call that moves an appointment and another that cancels it, over the real services and their database.

use std::net::SocketAddr;

use jiff::civil::DateTime;
use proto::{
    common::v1::Channel,
    conversation::v1::{
        AgentEvent, CallEnded, CallStarted, CallStatus, CallerEvent, EndReason, Turn, agent_event, caller_event,
        conversation_service_client::ConversationServiceClient,
    },
};
use receptionist::{
    directory,
    up::{Data, Running, UpConfig},
};
use service_runtime::{Clock, Env, grpc};
use sqlx::PgPool;
use system_tests::database;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::Streaming;

const CALLER: &str = "+12125550177";
/// A Tuesday.
const NOW: &str = "2026-11-24T15:00:00Z";

#[tokio::test(flavor = "multi_thread")]
async fn an_appointment_is_booked_then_moved_then_cancelled_by_three_calls() {
    let running = start().await;
    let pool = running.pool().clone();

    let mut booking = Call::open(&running, "a1").await;
    booking.says("This is Alex Morrison, I'd like a haircut with Dana tomorrow at two pm").await;
    booking.says("I don't have an email").await;
    let booked = booking.says("yes please").await;
    assert!(booked.contains("You're booked"), "{booked}");
    booking.ends().await;
    assert_eq!(rows(&pool).await, [row("booked", 1, "2026-11-25T14:00")]);

    let mut moving = Call::open(&running, "a2").await;
    let asked = moving.says("Hi, can I move my haircut to Friday at ten?").await;
    assert!(asked.contains("name") && !asked.contains("November 25th"), "{asked}");
    let read_back = moving.says("Alex Morrison").await;
    assert!(read_back.contains("Wednesday, November 25th at 2 PM to Friday, November 27th at 10 AM"), "{read_back}");
    let moved = moving.says("yes").await;
    assert!(moved.contains("has been moved to Friday, November 27th at 10 AM with Dana"), "{moved}");
    moving.ends().await;
    assert_eq!(rows(&pool).await, [row("booked", 2, "2026-11-27T10:00")]);

    let mut cancelling = Call::open(&running, "a3").await;
    let read_back = cancelling.says("This is Alex Morrison, I need to cancel my appointment on Friday").await;
    assert!(read_back.contains("Friday, November 27th at 10 AM. Shall I cancel it?"), "{read_back}");
    assert_eq!(rows(&pool).await, [row("booked", 2, "2026-11-27T10:00")], "nothing before the yes");
    let cancelled = cancelling.says("yes, cancel it").await;
    assert!(cancelled.contains("I've cancelled your haircut"), "{cancelled}");
    cancelling.ends().await;
    assert_eq!(rows(&pool).await, [row("cancelled", 3, "2026-11-27T10:00")]);
    let claims: i64 = sqlx::query_scalar("SELECT count(*) FROM claims").fetch_one(&pool).await.expect("a query");
    assert_eq!(claims, 0, "its time is free again");

    let outcomes: Vec<Option<String>> = sqlx::query_scalar("SELECT outcome FROM voice_sessions ORDER BY started_at")
        .fetch_all(&pool)
        .await
        .expect("a query");
    assert_eq!(outcomes, [Some("booked".to_owned()), Some("rescheduled".to_owned()), Some("cancelled".to_owned())]);
    running.stop().await.expect("everything stops");
}

async fn start() -> Running {
    service_runtime::install_crypto_provider();
    let mut env = Env::of_process();
    if let Some(server) = env.text("DATABASE_URL") {
        let database = database::fresh_for(&server, "changes").await.expect("a fresh database");
        env = env.with("DATABASE_URL", database);
    }
    let clock = Clock::starting_at(NOW.parse().expect("an instant"));
    let http = SocketAddr::from(([127, 0, 0, 1], 0));
    Running::start(UpConfig { data: Data::Throwaway, http, clock, env, voice: false }).await.expect("everything starts")
}

fn row(status: &str, version: i32, start: &str) -> (String, i32, DateTime) {
    (status.to_owned(), version, start.parse().expect("a local time"))
}

/// Status, version and local start of every appointment.
async fn rows(pool: &PgPool) -> Vec<(String, i32, DateTime)> {
    let rows: Vec<(String, i32, String)> = sqlx::query_as(
        "SELECT status, version, to_char(starts_at AT TIME ZONE time_zone, 'YYYY-MM-DD\"T\"HH24:MI:SS')
         FROM appointments ORDER BY created_at",
    )
    .fetch_all(pool)
    .await
    .expect("a query");
    let local = |(status, version, start): (String, i32, String)| (status, version, start.parse().expect("a time"));
    rows.into_iter().map(local).collect()
}

/// A phone call whose words are typed.
struct Call {
    out: mpsc::Sender<CallerEvent>,
    events: Streaming<AgentEvent>,
    turn: u32,
}

impl Call {
    async fn open(running: &Running, sid: &str) -> Self {
        let businesses = directory::businesses(running.pool()).await.expect("the businesses");
        let salon = businesses.iter().find(|b| b.slug == booking_svc::demo::SALON).expect("the salon");
        let (out, receiver) = mpsc::channel(8);
        let started = CallStarted {
            tenant_id: salon.tenant_id.to_string(),
            channel: Channel::Phone.into(),
            call_sid: format!("CA{}", sid.repeat(16)),
            stream_sid: format!("MZ{}", sid.repeat(16)),
            caller_phone: CALLER.to_owned(),
            ..CallStarted::default()
        };
        out.send(event(caller_event::Event::CallStarted(started))).await.expect("queued");
        let channel = grpc::channel(&grpc::uri_of(running.grpc_addr)).expect("an address");
        let mut client = ConversationServiceClient::new(channel);
        let mut events = client.converse(ReceiverStream::new(receiver)).await.expect("a stream").into_inner();
        let opened = events.message().await.expect("no error").and_then(|message| message.event);
        assert!(matches!(opened, Some(agent_event::Event::SessionOpened(_))), "no session: {opened:?}");
        Self { out, events, turn: 0 }
    }

    /// The reply to it.
    async fn says(&mut self, text: &str) -> String {
        self.turn += 1;
        let turn = Turn { turn_id: self.turn, text: text.to_owned(), ..Turn::default() };
        self.out.send(event(caller_event::Event::Turn(turn))).await.expect("the stream is open");
        let mut reply = Vec::new();
        loop {
            let message = self.events.message().await.expect("no error").expect("the conversation goes on");
            match message.event {
                Some(agent_event::Event::Sentence(sentence)) => reply.push(sentence.text),
                Some(agent_event::Event::TurnCompleted(_)) => return reply.join(" "),
                other => panic!("neither a sentence nor the end of a turn: {other:?}"),
            }
        }
    }

    async fn ends(mut self) {
        let ended = CallEnded {
            status: CallStatus::Completed.into(),
            reason: EndReason::CallerHungUp.into(),
            turn_count: self.turn,
            ..CallEnded::default()
        };
        self.out.send(event(caller_event::Event::CallEnded(ended))).await.expect("the stream is open");
        drop(self.out);
        // The service has written the end when its side closes.
        while self.events.message().await.expect("no error").is_some() {}
    }
}

fn event(event: caller_event::Event) -> CallerEvent {
    CallerEvent { event: Some(event) }
}
