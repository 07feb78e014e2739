//! The lease over real gRPC: holds live with the stream and end with it.

use std::{net::SocketAddr, time::Duration};

use booking_svc::{BookingSvc, GRPC_NAME, booking::slot::SlotChoice, demo};
use proto::{
    booking::v1::{
        self as wire, booking_service_client::BookingServiceClient, place_hold_response::Outcome as HoldOutcome,
    },
    common::v1::Channel as WireChannel,
    convert::to_wire_time,
    id::SessionId,
};
use service_runtime::{Clock, grpc, lifecycle::Lifecycle};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use system_tests::eventually;
use tokio::{net::TcpListener, sync::mpsc};
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Code, service::RoutesBuilder, transport::Channel};

use crate::support::{NOW, Salon, TOMORROW_TWO_PM, anyone, at, fresh_key, with};

/// A stream's end is told at once, well before its silence (25 s) or the holds' expiry (120 s) would tell.
const RELEASED_WITHIN: Duration = Duration::from_secs(15);

struct Served {
    salon: Salon,
    address: SocketAddr,
    _lifecycle: Lifecycle,
}

impl Served {
    async fn open(db: PgConnectOptions) -> Self {
        let salon = Salon::open(db).await;
        let lifecycle = Lifecycle::new();
        let clock = Clock::starting_at(at(NOW));
        let service = BookingSvc::start_on(salon.pool.clone(), Duration::from_secs(120), Vec::new(), clock, &lifecycle)
            .await
            .expect("the service starts");
        let mut routes = RoutesBuilder::default();
        service.add_grpc(&mut routes);
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let stop = lifecycle.soft().clone();
        lifecycle.spawn("grpc", grpc::serve(listener, routes, &[GRPC_NAME], proto::DESCRIPTORS, stop));
        Self { salon, address, _lifecycle: lifecycle }
    }

    async fn client(&self) -> BookingServiceClient<Channel> {
        let endpoint = tonic::transport::Endpoint::from_shared(grpc::uri_of(self.address)).expect("a URI");
        BookingServiceClient::new(endpoint.connect().await.expect("a connection"))
    }

    fn hold(&self, session: SessionId, choice: SlotChoice) -> wire::PlaceHoldRequest {
        wire::PlaceHoldRequest {
            tenant_id: self.salon.tenant.to_string(),
            session_id: session.to_string(),
            channel: WireChannel::Phone.into(),
            idempotency_key: fresh_key(),
            service_id: choice.service.to_string(),
            staff_id: String::new(),
            start: Some(to_wire_time(choice.start)),
            further_services: Vec::new(),
        }
    }

    fn heartbeat(&self, session: SessionId) -> wire::LeaseRequest {
        wire::LeaseRequest { tenant_id: self.salon.tenant.to_string(), session_id: session.to_string() }
    }

    /// Waits until no hold stands.
    async fn released(&self) {
        let held = "SELECT count(*) FROM claims WHERE state = 'hold'";
        eventually(RELEASED_WITHIN, "the stream's end frees the holds", async || self.salon.count(held).await == 0)
            .await;
    }
}

type Beats = mpsc::Sender<wire::LeaseRequest>;

async fn lease(
    served: &Served,
    client: &mut BookingServiceClient<Channel>,
    session: SessionId,
) -> (Beats, tonic::Streaming<wire::LeaseResponse>) {
    let (beats, requests) = mpsc::channel(4);
    beats.send(served.heartbeat(session)).await.expect("an open stream");
    let mut answers = client.lease(ReceiverStream::new(requests)).await.expect("a lease").into_inner();
    answers.message().await.expect("an answer").expect("to the first message");
    (beats, answers)
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn heartbeats_extend_the_holds(_: PgPoolOptions, db: PgConnectOptions) {
    let served = Served::open(db).await;
    let (mut client, session) = (served.client().await, SessionId::new());
    let (beats, mut answers) = lease(&served, &mut client, session).await;
    client.place_hold(served.hold(session, anyone("Massage", TOMORROW_TWO_PM))).await.expect("a hold");
    sqlx::query("UPDATE claims SET expires_at = now() + interval '5 seconds'")
        .execute(&served.salon.pool)
        .await
        .expect("an update");
    beats.send(served.heartbeat(session)).await.expect("an open stream");
    let held = answers.message().await.expect("an answer").expect("to the heartbeat");
    assert_eq!(held.holds.len(), 1);
    let left = "SELECT extract(epoch FROM min(expires_at) - now())::bigint FROM claims";
    assert!(served.salon.count(left).await > 60, "back to the full time");
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn a_finished_stream_frees_the_holds(_: PgPoolOptions, db: PgConnectOptions) {
    let served = Served::open(db).await;
    let (mut client, session) = (served.client().await, SessionId::new());
    let (beats, _answers) = lease(&served, &mut client, session).await;
    client.place_hold(served.hold(session, anyone("Massage", TOMORROW_TWO_PM))).await.expect("a hold");
    drop(beats);
    served.released().await;
    assert_eq!(served.salon.audit(session).await, ["phone hold_placed", "phone hold_released"]);
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn a_broken_connection_frees_the_holds(_: PgPoolOptions, db: PgConnectOptions) {
    let served = Served::open(db).await;
    let (mut other, session) = (served.client().await, SessionId::new());
    let mut client = served.client().await;
    let leased = lease(&served, &mut client, session).await;
    other.place_hold(served.hold(session, anyone("Massage", TOMORROW_TWO_PM))).await.expect("a hold");
    // The whole client goes, mid-stream, as a crashed gateway's does.
    drop((leased, client));
    served.released().await;
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn a_former_stream_that_ends_late_does_not_free_what_its_successor_keeps(_: PgPoolOptions, db: PgConnectOptions) {
    let served = Served::open(db).await;
    let (mut client, session) = (served.client().await, SessionId::new());
    let (former, mut former_answers) = lease(&served, &mut client, session).await;
    let (successor, _answers) = lease(&served, &mut client, session).await;
    client.place_hold(served.hold(session, anyone("Massage", TOMORROW_TWO_PM))).await.expect("a hold");
    drop(former);
    // The stream's own end comes after its lease has ended.
    while former_answers.message().await.is_ok_and(|m| m.is_some()) {}
    assert_eq!(served.salon.count("SELECT count(*) FROM claims WHERE state = 'hold'").await, 1);
    drop(successor);
    served.released().await;
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn a_lease_is_of_one_known_session(_: PgPoolOptions, db: PgConnectOptions) {
    let served = Served::open(db).await;
    let (mut client, session) = (served.client().await, SessionId::new());
    let (beats, mut answers) = lease(&served, &mut client, session).await;
    beats.send(served.heartbeat(SessionId::new())).await.expect("an open stream");
    let status = answers.message().await.expect_err("another session");
    assert_eq!(status.code(), Code::InvalidArgument);

    for (tenant_id, code) in [(SessionId::new().to_string(), Code::NotFound), (String::new(), Code::InvalidArgument)] {
        let first = wire::LeaseRequest { tenant_id, session_id: session.to_string() };
        let requests = tokio_stream::iter([first]);
        let mut answers = client.lease(requests).await.expect("a stream").into_inner();
        assert_eq!(answers.message().await.expect_err("refused").code(), code);
    }
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn the_periodic_job_clears_expired_holds_on_any_number_of_replicas(_: PgPoolOptions, db: PgConnectOptions) {
    let salon = Salon::open(db).await;
    let sessions: Vec<SessionId> = (0..2).map(|_| SessionId::new()).collect();
    for session in &sessions {
        crate::support::done(salon.hold(*session, anyone("Massage", TOMORROW_TWO_PM)).await);
    }
    salon.expire_holds().await;
    let lifecycle = Lifecycle::new();
    for _ in 0..3 {
        let clock = Clock::starting_at(at(NOW));
        BookingSvc::start_on(salon.pool.clone(), Duration::from_secs(120), Vec::new(), clock, &lifecycle)
            .await
            .expect("a replica");
    }
    let served = Served { salon, address: SocketAddr::from(([127, 0, 0, 1], 0)), _lifecycle: lifecycle };
    served.released().await;
    for session in sessions {
        assert_eq!(served.salon.audit(session).await, ["phone hold_placed", "phone hold_expired"]);
    }
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn a_booked_hold_survives_its_stream(_: PgPoolOptions, db: PgConnectOptions) {
    let served = Served::open(db).await;
    let (mut client, session) = (served.client().await, SessionId::new());
    let (beats, mut answers) = lease(&served, &mut client, session).await;
    let placed = client.place_hold(served.hold(session, anyone("Massage", TOMORROW_TWO_PM))).await.expect("a hold");
    let Some(HoldOutcome::Hold(hold)) = placed.into_inner().outcome else { panic!("no hold") };
    let request = wire::BookRequest {
        tenant_id: served.salon.tenant.to_string(),
        session_id: session.to_string(),
        channel: WireChannel::Phone.into(),
        idempotency_key: fresh_key(),
        what: Some(wire::book_request::What::HoldId(hold.hold_id)),
        client: Some(wire::Client {
            name: "Alex Morrison".to_owned(),
            email: "Alex@Example.com".to_owned(),
            phone: String::new(),
        }),
        notes: String::new(),
    };
    let booked = client.book(request).await.expect("an answer").into_inner();
    let Some(wire::book_response::Outcome::Appointment(appointment)) = booked.outcome else { panic!("not booked") };
    assert_eq!(appointment.slot, hold.slot);
    assert_eq!(appointment.client.expect("a client").email, "alex@example.com");
    drop(beats);
    while answers.message().await.is_ok_and(|m| m.is_some()) {}
    assert_eq!(served.salon.count("SELECT count(*) FROM claims WHERE state = 'booked'").await, 1);
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn requests_that_cannot_be_meant_are_refused_by_name(_: PgPoolOptions, db: PgConnectOptions) {
    let served = Served::open(db).await;
    let (mut client, session) = (served.client().await, SessionId::new());
    let good = served.hold(session, with("Massage", "Maria Lopez", TOMORROW_TWO_PM));
    let cases = [
        (wire::PlaceHoldRequest { tenant_id: "salon".to_owned(), ..good.clone() }, Code::InvalidArgument),
        (wire::PlaceHoldRequest { tenant_id: SessionId::new().to_string(), ..good.clone() }, Code::NotFound),
        (wire::PlaceHoldRequest { channel: 0, ..good.clone() }, Code::InvalidArgument),
        (wire::PlaceHoldRequest { idempotency_key: String::new(), ..good.clone() }, Code::InvalidArgument),
        (wire::PlaceHoldRequest { start: None, ..good.clone() }, Code::InvalidArgument),
    ];
    for (request, code) in cases {
        let status = client.place_hold(request).await.expect_err("refused");
        assert_eq!(status.code(), code, "{status:?}");
    }
    client.place_hold(good.clone()).await.expect("the good one passes");
    let reused = wire::PlaceHoldRequest { session_id: SessionId::new().to_string(), ..good };
    assert_eq!(client.place_hold(reused).await.expect_err("reused").code(), Code::InvalidArgument);
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn a_called_number_finds_its_tenant(_: PgPoolOptions, db: PgConnectOptions) {
    let served = Served::open(db).await;
    let mut client = served.client().await;
    let number = |n: &str| wire::ResolveNumberRequest { called_number: n.to_owned() };
    let tenant = client.resolve_number(number(demo::GARAGE_NUMBER)).await.expect("the garage").into_inner();
    assert_eq!((tenant.slug.as_str(), tenant.time_zone.as_str()), ("northside-garage", "America/Los_Angeles"));
    let unknown = client.resolve_number(number("+14155550000")).await.expect_err("nobody");
    assert_eq!(unknown.code(), Code::NotFound);
    let services =
        client.list_services(wire::ListServicesRequest { tenant_id: tenant.tenant_id }).await.expect("services");
    let services = services.into_inner();
    assert_eq!(services.opening_days.len(), 7);
    assert_eq!(services.opening_days[0].open.len(), 2, "a lunch break");
    assert!(services.opening_days[5].open.is_empty(), "closed on Saturday");
    assert!(services.services.iter().any(|s| s.name == "Oil change" && s.synonyms.contains(&"oil".to_owned())));
}
