//! Telling listeners of changes: to each, in order, again after a failure, by one replica at a time.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use booking_svc::{
    booking::{
        announcement::{Announcement, Topic},
        appointment::{Appointment, CancelRequest, Wanted},
    },
    jobs::outbox::{Listener, Told, Untold, relay},
    store::outbox::{self, Settlement},
};
use proto::id::{AppointmentId, SessionId};
use service_runtime::{database, lifecycle::Lifecycle};
use sqlx::{
    PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use system_tests::eventually;

use crate::support::{Salon, TOMORROW_TWO_PM, anyone, done, fresh_key, with};

const WITHIN: Duration = Duration::from_secs(20);

type Answers = Box<dyn Fn(usize) -> Result<Told, Untold> + Send + Sync>;

/// Answers the nth call as it is told to, and remembers what it heard.
struct Recording {
    name: &'static str,
    answers: Answers,
    calls: AtomicUsize,
    heard: Mutex<Vec<Announcement>>,
}

impl Recording {
    fn new(name: &'static str, answers: impl Fn(usize) -> Result<Told, Untold> + Send + Sync + 'static) -> Arc<Self> {
        Arc::new(Self { name, answers: Box::new(answers), calls: AtomicUsize::new(0), heard: Mutex::default() })
    }

    fn heard(&self) -> Vec<(Topic, u32)> {
        self.heard.lock().expect("no panic").iter().map(|told| (told.topic, told.version)).collect()
    }
}

#[tonic::async_trait]
impl Listener for Recording {
    fn name(&self) -> &'static str {
        self.name
    }

    async fn tell(&self, announcement: &Announcement) -> Result<Told, Untold> {
        let call = self.calls.fetch_add(1, Ordering::SeqCst);
        // Somebody else gets a turn, as with a real listener.
        tokio::task::yield_now().await;
        let answer = (self.answers)(call);
        if answer.is_ok() {
            self.heard.lock().expect("no panic").push(*announcement);
        }
        answer
    }
}

/// A replica that tells `listeners` until it is dropped.
struct Replica(Lifecycle);

impl Replica {
    fn start<const N: usize>(pool: &PgPool, listeners: [Arc<Recording>; N]) -> Self {
        let lifecycle = Lifecycle::new();
        let listeners = listeners.into_iter().map(|one| one as Arc<dyn Listener>).collect();
        relay(pool, listeners, &lifecycle);
        Self(lifecycle)
    }
}

impl Drop for Replica {
    fn drop(&mut self) {
        self.0.stop();
    }
}

async fn until(what: &str, done: impl AsyncFnMut() -> bool) {
    eventually(WITHIN, what, done).await;
}

impl Salon {
    /// Books, moves and cancels.
    async fn change_thrice(&self, staff: &str, start: &str, later: &str) -> Appointment {
        let session = SessionId::new();
        let booked = done(self.book(session, Wanted::Slot(with("Massage", staff, start))).await);
        let moved = done(self.reschedule(&self.move_request(session, &booked, later)).await);
        let cancel = CancelRequest {
            actor: self.actor(session),
            idempotency_key: fresh_key(),
            appointment: moved.id,
            expected_version: moved.version,
        };
        done(self.desk.cancel(&cancel).await.expect("an answer"))
    }

    async fn deliveries(&self, state: &str) -> i64 {
        sqlx::query_scalar("SELECT count(*) FROM outbox_deliveries WHERE state = $1")
            .bind(state)
            .fetch_one(&self.pool)
            .await
            .expect("a count")
    }

    /// Makes all that waits due: a pause, or the lease of a replica that is gone, is over.
    async fn hurry(&self) {
        sqlx::query("UPDATE outbox_deliveries SET available_at = now() WHERE state = 'waiting'")
            .execute(&self.pool)
            .await
            .expect("an update");
    }
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn every_listener_hears_of_each_change_in_order(_: PgPoolOptions, db: PgConnectOptions) {
    let salon = Salon::open(db.clone()).await;
    let fine = Recording::new("fine", |_| Ok(Told::Done));
    // Its first answers are failures, so later changes of the appointment have to wait for the first.
    let shaky = Recording::new("shaky", |call| {
        if call < 3 { Err(Untold::Later { reason: "busy", after: None }) } else { Ok(Told::Skipped("nothing_to_do")) }
    });
    // In the service's own role, under row security.
    let options = database::in_role(database::limited(db), "receptionist_booking");
    let pool = PgPoolOptions::new().max_connections(6).connect_with(options).await.expect("a database");
    let _replica = Replica::start(&pool, [Arc::clone(&fine), Arc::clone(&shaky)]);
    salon.change_thrice("Maria Lopez", TOMORROW_TWO_PM, "2026-06-11T19:00:00Z").await;

    let all = [(Topic::Booked, 1), (Topic::Rescheduled, 2), (Topic::Cancelled, 3)];
    until("the one without trouble hears all", async || fine.heard() == all).await;
    until("the shaky one is told again", async || {
        salon.hurry().await;
        shaky.heard() == all
    })
    .await;
    until("all is settled", async || salon.deliveries("done").await == 6).await;
    assert_eq!(fine.calls.load(Ordering::SeqCst), 3, "a listener is not told again for another one's trouble");
    let skipped = salon.count("SELECT count(*) FROM outbox_deliveries WHERE reason = 'nothing_to_do'").await;
    assert_eq!(skipped, 3);
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn replicas_share_the_work_and_tell_each_change_once(_: PgPoolOptions, db: PgConnectOptions) {
    let salon = Salon::open(db).await;
    let heard = Recording::new("one", |_| Ok(Told::Done));
    let _replicas = [(); 3].map(|()| Replica::start(&salon.pool, [Arc::clone(&heard)]));
    let times = [("T14", "T15"), ("T16", "T17"), ("T18", "T19"), ("T20", "T21")];
    for (start, later) in times {
        let (start, later) = (format!("2026-06-11{start}:00:00Z"), format!("2026-06-11{later}:00:00Z"));
        tokio::join!(
            salon.change_thrice("Maria Lopez", &start, &later),
            salon.change_thrice("Sam Rivera", &start, &later)
        );
    }
    until("all is settled", async || salon.deliveries("done").await == 24).await;
    let mut of_each: HashMap<AppointmentId, Vec<u32>> = HashMap::new();
    for told in heard.heard.lock().expect("no panic").iter() {
        of_each.entry(told.appointment).or_default().push(told.version);
    }
    assert_eq!(of_each.len(), 8);
    assert!(of_each.values().all(|versions| versions == &[1, 2, 3]), "once each, in order: {of_each:?}");
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn what_a_killed_replica_was_at_is_taken_up_and_its_late_word_is_void(_: PgPoolOptions, db: PgConnectOptions) {
    let salon = Salon::open(db).await;
    done(salon.book(SessionId::new(), Wanted::Slot(anyone("Massage", TOMORROW_TWO_PM))).await);
    outbox::hand_out(&salon.pool, &[("one", Topic::Booked)], 10).await.expect("handed out");
    let lease = Duration::from_secs(60);
    let taken = outbox::claim(&salon.pool, "one", 10, lease).await.expect("a claim");
    assert_eq!((taken.len(), taken[0].attempt), (1, 1));
    assert!(outbox::claim(&salon.pool, "one", 10, lease).await.expect("a claim").is_empty(), "it is another's");

    // It dies there; its lease runs out.
    salon.hurry().await;
    let heard = Recording::new("one", |_| Ok(Told::Done));
    let _replica = Replica::start(&salon.pool, [Arc::clone(&heard)]);
    until("another replica tells it", async || salon.deliveries("done").await == 1).await;
    assert_eq!(heard.heard(), [(Topic::Booked, 1)]);
    let late = outbox::settle(&salon.pool, "one", &taken[0], Settlement::Dead { reason: "late" }).await;
    assert!(!late.expect("an answer"), "it is not its own any more");
    assert_eq!(salon.deliveries("dead").await, 0);
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn what_cannot_be_told_is_kept_counted_and_audited(_: PgPoolOptions, db: PgConnectOptions) {
    let salon = Salon::open(db).await;
    let session = SessionId::new();
    done(salon.book(session, Wanted::Slot(anyone("Massage", TOMORROW_TWO_PM))).await);
    let deaf = Recording::new("deaf", |_| Err(Untold::Never { reason: "refused" }));
    let _replica = Replica::start(&salon.pool, [Arc::clone(&deaf)]);
    until("it is given up", async || salon.deliveries("dead").await == 1).await;
    let standing = outbox::standing(&salon.pool, "deaf").await.expect("a count");
    assert_eq!((standing.waiting, standing.dead), (0, 1));
    until("the audit log has it", async || {
        salon.audit(session).await == ["phone appointment_booked", "phone delivery_given_up"]
    })
    .await;
    assert_eq!(deaf.calls.load(Ordering::SeqCst), 1);
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn a_delivery_that_kills_its_process_is_given_up(_: PgPoolOptions, db: PgConnectOptions) {
    let salon = Salon::open(db).await;
    done(salon.book(SessionId::new(), Wanted::Slot(anyone("Massage", TOMORROW_TWO_PM))).await);
    outbox::hand_out(&salon.pool, &[("one", Topic::Booked)], 10).await.expect("handed out");
    sqlx::query("UPDATE outbox_deliveries SET attempts = 20").execute(&salon.pool).await.expect("an update");
    let never = Recording::new("one", |_| Ok(Told::Done));
    let _replica = Replica::start(&salon.pool, [Arc::clone(&never)]);
    until("it is given up", async || salon.deliveries("dead").await == 1).await;
    assert_eq!(never.calls.load(Ordering::SeqCst), 0);
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn nothing_piles_up_where_nobody_listens(_: PgPoolOptions, db: PgConnectOptions) {
    let salon = Salon::open(db).await;
    done(salon.book(SessionId::new(), Wanted::Slot(anyone("Massage", TOMORROW_TWO_PM))).await);
    let _replica = Replica::start(&salon.pool, []);
    until("it is done with", async || salon.count("SELECT count(*) FROM outbox WHERE done_at IS NOT NULL").await == 1)
        .await;
}
