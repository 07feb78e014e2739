//! A client with a random life: it asks for what it may, twice, late, or not waiting for the answer, and keeps a journal.

use std::{
    collections::VecDeque,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use rand::{Rng as _, SeedableRng as _, rngs::StdRng, seq::IndexedRandom as _};
use service_runtime::Clock;
use uuid::Uuid;

use super::{
    business::Business,
    door::{Answer, Door, Rest},
    journal::{Entry, Micros, Request, Said, Visit, Wanted},
    tables::MINUTE,
};

/// Requests that a client may send again later.
const REMEMBERED_MAX: usize = 12;
/// Appointments of a business beyond which clients rather cancel, so that there is always something to be had.
const STANDING_MAX: usize = 160;
/// A request without an answer is sent again this often: longer than the service is ever away.
const SENDINGS_MAX: usize = 60;
/// Events that a client keeps in the business's calendar.
const EVENTS_MAX: usize = 6;
/// Starts that everybody wants.
const POPULAR: usize = 12;

pub struct Client {
    door: Door,
    /// For what the other door cannot do.
    rest: Rest,
    business: Arc<Business>,
    clock: Clock,
    random: StdRng,
    session: Uuid,
    held: Option<(Uuid, Micros)>,
    blocks: Vec<Uuid>,
    /// In the business's own calendar.
    events: Vec<String>,
    remembered: VecDeque<(String, Request)>,
    journal: Vec<Entry>,
}

/// How many operations all clients have begun; a request counts once, however often it is sent.
#[derive(Default)]
pub struct Progress(AtomicUsize);

impl Progress {
    pub fn begun(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

/// What a client does next.
#[derive(Clone, Copy)]
enum Whim {
    Hold,
    BookHeld,
    BookSlot,
    Move,
    Cancel,
    Release,
    /// Goes away without a word: its hold expires.
    Leave,
    /// As the owner.
    Overbook,
    Block,
    Lift,
    /// As somebody with a calendar of their own.
    Enter,
    Resume,
    /// Sends an old request again.
    Repeat,
    /// Uses an old key for something else.
    Misuse,
}

impl Client {
    pub fn new(door: Door, rest: Rest, business: Arc<Business>, clock: Clock, seed: u64) -> Self {
        let mut random = StdRng::seed_from_u64(seed);
        let session = uuid(&mut random);
        let (held, blocks, events) = (None, Vec::new(), Vec::new());
        let (remembered, journal) = (VecDeque::new(), Vec::new());
        Self { door, rest, business, clock, random, session, held, blocks, events, remembered, journal }
    }

    /// Lives until so many operations were begun by all; the journal.
    pub async fn live(mut self, progress: Arc<Progress>, operations: usize) -> Vec<Entry> {
        while progress.0.fetch_add(1, Ordering::Relaxed) < operations {
            self.step().await;
        }
        self.journal
    }

    async fn step(&mut self) {
        match self.whim() {
            Whim::Hold => {
                let request = Request::Hold { session: self.session, visit: self.visit() };
                self.held = match self.ask(request).await {
                    Said::Held { hold, expires_at } => Some((hold, expires_at)),
                    // A refused hold leaves the former one as it was; without an answer nobody knows.
                    Said::Refused { .. } => self.held,
                    _ => None,
                };
            }
            Whim::BookHeld => {
                let Some((hold, expires_at)) = self.held.take() else { return self.book_slot().await };
                let request = Request::Book { session: self.session, wanted: Wanted::Hold { hold, expires_at } };
                self.ask(request).await;
            }
            Whim::BookSlot => self.book_slot().await,
            Whim::Move => {
                let Some((appointment, version)) = self.standing() else { return self.book_slot().await };
                let (start, any_staff) = (self.start(), self.random.random_bool(0.5));
                self.held = None;
                let request = Request::Move { session: self.session, appointment, version, start, any_staff };
                let said = self.ask(request).await;
                self.catch_up(appointment, said).await;
            }
            Whim::Cancel => {
                let Some((appointment, version)) = self.standing() else { return self.book_slot().await };
                let said = self.ask(Request::Cancel { session: self.session, appointment, version }).await;
                self.catch_up(appointment, said).await;
            }
            Whim::Release => {
                if let Some((hold, _)) = self.held.take() {
                    self.ask(Request::Release { session: self.session, hold }).await;
                }
            }
            Whim::Leave => {
                self.session = uuid(&mut self.random);
                self.held = None;
            }
            Whim::Overbook => {
                let visit = self.visit();
                self.ask(Request::Overbook { visit }).await;
            }
            Whim::Block => self.block().await,
            Whim::Lift => {
                if let Some(block) = self.blocks.pop() {
                    self.ask(Request::Lift { block }).await;
                }
            }
            Whim::Enter => self.enter().await,
            Whim::Resume => {
                let staff = self.business.calendar.0;
                self.ask(Request::Resume { staff }).await;
            }
            Whim::Repeat => {
                if let Some((key, request)) = self.old() {
                    self.send(&key, &request, false).await;
                }
            }
            Whim::Misuse => {
                if let Some((key, former)) = self.old() {
                    let request = Request::Book { session: self.session, wanted: Wanted::Slot(self.visit()) };
                    if request != former {
                        self.send(&key, &request, true).await;
                    }
                }
            }
        }
    }

    fn whim(&mut self) -> Whim {
        let crowded = self.business.standing().len() > STANDING_MAX;
        if self.held.is_some() && self.random.random_bool(0.5) {
            return Whim::BookHeld;
        }
        match self.random.random_range(0..100) {
            0..50 if crowded => Whim::Cancel,
            0..24 => Whim::Hold,
            24..46 => Whim::BookHeld,
            46..58 => Whim::BookSlot,
            58..67 => Whim::Move,
            67..76 => Whim::Cancel,
            76..77 => Whim::Overbook,
            77..78 => Whim::Block,
            78..80 => Whim::Lift,
            80..84 => Whim::Release,
            84..88 => Whim::Leave,
            88..90 if self.random.random_bool(0.03) => Whim::Resume,
            88..90 => Whim::Enter,
            90..98 => Whim::Repeat,
            _ => Whim::Misuse,
        }
    }

    async fn book_slot(&mut self) {
        // It gives up whatever the session holds.
        self.held = None;
        let request = Request::Book { session: self.session, wanted: Wanted::Slot(self.visit()) };
        self.ask(request).await;
    }

    /// Somebody is away, from an hour to two days and more.
    async fn block(&mut self) {
        let Some(offer) = self.business.offers.choose(&mut self.random) else { return };
        let Some(&staff) = offer.staff_ids.choose(&mut self.random) else { return };
        let (start, hours) = (self.start(), *[1, 2, 2, 4, 56].choose(&mut self.random).unwrap_or(&1));
        let request = Request::Block { staff, start, end: start + hours * 60 * MINUTE };
        if let Said::Blocked { block } = self.ask(request).await {
            self.blocks.push(block);
        }
    }

    /// Somebody enters, moves or deletes an event, from half an hour to a working day long.
    async fn enter(&mut self) {
        let staff = self.business.calendar.0;
        let known = self.events.len();
        let event = match self.random.random_range(0..10) {
            0..5 if known < EVENTS_MAX => None,
            _ if known > 0 => Some(self.random.random_range(0..known)),
            _ => None,
        };
        let delete = event.is_some() && self.random.random_bool(0.6);
        let event = match event {
            Some(known) if delete => self.events.swap_remove(known),
            Some(known) => self.events[known].clone(),
            None => {
                let new = format!("own{}", uuid(&mut self.random).simple());
                self.events.push(new.clone());
                new
            }
        };
        let (start, halves) = (self.start(), *[1, 2, 2, 4, 16].choose(&mut self.random).unwrap_or(&1));
        let during = (!delete).then_some((start, start + halves * 30 * MINUTE));
        self.ask(Request::Enter { staff, event, during }).await;
    }

    /// Another client may have changed it since.
    async fn catch_up(&mut self, appointment: Uuid, said: Said) {
        if matches!(said, Said::Refused { ref reason } if ["changed_meanwhile", "already_cancelled", "unknown"].contains(&reason.as_str()))
        {
            match self.rest.read(appointment).await.said {
                Said::Stands(told) => self.business.note(&told),
                _ => self.business.forget(appointment),
            }
        }
    }

    /// Makes a request under a fresh key, in one of the ways that requests are made.
    async fn ask(&mut self, request: Request) -> Said {
        let key = if request.has_key() { uuid(&mut self.random).to_string() } else { String::new() };
        let door = self.door_of(&request);
        match self.random.random_range(0..100) {
            // Sent twice at the same moment.
            0..7 => {
                let (first, second) = tokio::join!(door.send(&key, &request), door.send(&key, &request));
                for answer in [first, second] {
                    self.keep(&key, &request, false, answer);
                }
            }
            // Hung up on, before or after its effect.
            7..16 => {
                let patience = Duration::from_micros(self.random.random_range(100..30_000));
                if let Ok(answer) = tokio::time::timeout(patience, door.send(&key, &request)).await {
                    self.keep(&key, &request, false, answer);
                }
            }
            _ => {}
        }
        let mut said = self.send(&key, &request, false).await;
        for _ in 0..SENDINGS_MAX {
            if said.is_definite() {
                break;
            }
            let pause = Duration::from_millis(self.random.random_range(50..400));
            tokio::time::sleep(pause).await;
            said = self.send(&key, &request, false).await;
        }
        if !key.is_empty() && said.is_definite() {
            self.remembered.truncate(REMEMBERED_MAX - 1);
            self.remembered.push_front((key, request));
        }
        if !said.is_definite() {
            // Whatever the session holds now, nobody knows.
            self.session = uuid(&mut self.random);
            self.held = None;
        }
        said
    }

    async fn send(&mut self, key: &str, request: &Request, misuse: bool) -> Said {
        let answer = self.door_of(request).send(key, request).await;
        self.keep(key, request, misuse, answer)
    }

    fn door_of(&self, request: &Request) -> Door {
        match request {
            _ if request.is_a_calendars() => Door::Calendar(self.business.calendar.1.clone()),
            _ if request.is_the_owners() => Door::Rest(self.rest.clone()),
            _ => self.door.clone(),
        }
    }

    fn keep(&mut self, key: &str, request: &Request, misuse: bool, Answer { said, whole }: Answer) -> Said {
        if let Said::Stands(told) = &said {
            self.business.note(told);
        }
        self.journal.push(Entry {
            tenant: self.business.tenant,
            key: key.to_owned(),
            misuse,
            request: request.clone(),
            answered_at: self.clock.now().as_microsecond(),
            said: said.clone(),
            whole,
        });
        said
    }

    fn old(&mut self) -> Option<(String, Request)> {
        let n = self.random.random_range(0..REMEMBERED_MAX);
        self.remembered.get(n).cloned()
    }

    fn standing(&mut self) -> Option<(Uuid, u32)> {
        self.business.standing().choose(&mut self.random).copied()
    }

    fn start(&mut self) -> Micros {
        let starts = &self.business.starts;
        let starts = if self.random.random_bool(0.3) { &starts[..POPULAR.min(starts.len())] } else { starts };
        starts.choose(&mut self.random).copied().unwrap_or_default()
    }

    fn visit(&mut self) -> Visit {
        let start = self.start();
        let more = match self.random.random_range(0..10) {
            0..7 => 0,
            7..9 => 1,
            _ => 2,
        };
        let services = (0..=more).filter_map(|_| {
            let offer = self.business.offers.choose(&mut self.random)?;
            let named = self.random.random_bool(0.5);
            let staff = if named { offer.staff_ids.choose(&mut self.random).copied() } else { None };
            Some((offer.id, staff))
        });
        Visit { services: services.collect(), start }
    }
}

fn uuid(random: &mut StdRng) -> Uuid {
    uuid::Builder::from_random_bytes(random.random()).into_uuid()
}
