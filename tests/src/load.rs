//! Many calls at once against one media gateway, and how long it makes them wait.
//!
//! Everything around the gateway is here: the carrier's side of each call, recognition, synthesis, the agent and the
//! bookings, each with a fixed delay, so that what is measured above these delays is the gateway's own. The fakes of
//! [`crate::fakes`] check the protocol byte by byte; these do as little as they can, since they share a core.

mod carrier;
mod figures;
mod recognition;
mod services;
mod synthesis;
mod voice;

use std::{
    collections::HashMap,
    io,
    net::SocketAddr,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{net::TcpListener, task::JoinSet, time::Instant};

use crate::caller_voice::VoiceError;
use figures::Figures;
pub use figures::{Counted, Counts, Measured, Window};
use voice::CallerVoice;

/// The number that all calls are made to, E.164.
pub const CALLED: &str = "+14155550199";
/// From `Finalize` to the final words.
pub const FINAL_DELAY: Duration = Duration::from_millis(60);
/// From a tenth of a second of speech to its first words.
pub const PARTIAL_DELAY: Duration = Duration::from_millis(40);
/// From a turn to the agent's sentence.
pub const AGENT_DELAY: Duration = Duration::from_millis(200);
/// From a sentence to the first of its sound.
pub const SOUND_DELAY: Duration = Duration::from_millis(100);
/// Between two calls that begin.
const DIAL_EVERY: Duration = Duration::from_millis(37);
/// A call that has not begun by then is lost.
const DIAL_MAX: Duration = Duration::from_secs(20);

#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    #[error(transparent)]
    Voice(#[from] VoiceError),
    #[error("opening a port of the load: {0}")]
    Listen(#[from] io::Error),
}

/// Where the services around the gateway are.
#[derive(Debug, Clone, Copy)]
pub struct Addresses {
    pub recognition: SocketAddr,
    pub synthesis: SocketAddr,
    /// Conversation and booking.
    pub services: SocketAddr,
}

/// What all parts of a load share.
struct Shared {
    figures: Figures,
    voice: CallerVoice,
    /// By their Call SID.
    calls: Mutex<HashMap<String, Arc<CallState>>>,
    /// When the final words of an utterance were sent, by their text.
    finals: Mutex<HashMap<String, Instant>>,
    active: AtomicUsize,
    ending: AtomicBool,
}

/// What the fakes tell a call's carrier.
#[derive(Default)]
struct CallState {
    /// The first sound of a sentence left, and its first frame has not come.
    sound_sent: Mutex<Option<Instant>>,
}

impl Shared {
    /// The state of a call, by whoever hears of it first.
    fn call(&self, call_sid: &str) -> Arc<CallState> {
        Arc::clone(lock(&self.calls).entry(call_sid.to_owned()).or_default())
    }

    fn is_ending(&self) -> bool {
        self.ending.load(Ordering::Acquire)
    }
}

/// The running load. Dropping it ends its calls and its services.
pub struct Load {
    shared: Arc<Shared>,
    addresses: Addresses,
    services: JoinSet<()>,
    calls: JoinSet<()>,
    dialled: usize,
}

impl Load {
    /// Starts the services; no call yet.
    pub async fn start() -> Result<Self, LoadError> {
        let shared = Arc::new(Shared {
            figures: Figures::default(),
            voice: CallerVoice::make().await?,
            calls: Mutex::default(),
            finals: Mutex::default(),
            active: AtomicUsize::new(0),
            ending: AtomicBool::new(false),
        });
        let (recognition, synthesis, others) = (listen().await?, listen().await?, listen().await?);
        let addresses = Addresses {
            recognition: recognition.local_addr()?,
            synthesis: synthesis.local_addr()?,
            services: others.local_addr()?,
        };
        let mut services = JoinSet::new();
        services.spawn(recognition::serve(recognition, Arc::clone(&shared)));
        services.spawn(synthesis::serve(synthesis, Arc::clone(&shared)));
        services.spawn(services::serve(others, Arc::clone(&shared)));
        Ok(Self { shared, addresses, services, calls: JoinSet::new(), dialled: 0 })
    }

    pub const fn addresses(&self) -> Addresses {
        self.addresses
    }

    /// Makes calls until this many are active, one after the other; those that are lost are not replaced.
    pub async fn raise_to(&mut self, calls: usize, voice_url: &str, auth_token: &str) {
        let mut next = tokio::time::interval(DIAL_EVERY);
        while self.dialled < calls {
            next.tick().await;
            let call = carrier::Dial::new(voice_url, auth_token, self.dialled);
            self.calls.spawn(carrier::run(call, Arc::clone(&self.shared)));
            self.dialled += 1;
        }
        let deadline = Instant::now() + DIAL_MAX;
        let settled = || self.active() + self.shared.figures.count(Counted::Lost) >= calls;
        while !settled() && Instant::now() < deadline {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Makes so many calls, `at_once` at a time, each of which hangs up after `life`. Returns when the last one has.
    pub async fn pass_through(
        &mut self,
        calls: usize,
        at_once: usize,
        life: Duration,
        voice_url: &str,
        auth_token: &str,
    ) {
        let mut next = tokio::time::interval(life / u32::try_from(at_once).unwrap_or(u32::MAX));
        for _ in 0..calls {
            next.tick().await;
            if self.calls.len() >= at_once {
                self.calls.join_next().await;
            }
            let call = carrier::Dial::new(voice_url, auth_token, self.dialled).hanging_up_after(life);
            self.calls.spawn(carrier::run(call, Arc::clone(&self.shared)));
            self.dialled += 1;
        }
        while self.calls.join_next().await.is_some() {}
    }

    /// Calls that were lost since the load began.
    pub fn lost(&self) -> usize {
        self.shared.figures.count(Counted::Lost)
    }

    pub fn active(&self) -> usize {
        self.shared.active.load(Ordering::Acquire)
    }

    /// Measures what happens for so long.
    pub async fn measure(&self, length: Duration) -> Window {
        self.shared.figures.begin();
        tokio::time::sleep(length).await;
        self.shared.figures.end()
    }

    /// Why calls were lost, and how many each.
    pub fn losses(&self) -> Vec<(String, usize)> {
        self.shared.figures.losses()
    }

    /// Hangs up everywhere.
    pub async fn end(mut self) {
        self.shared.ending.store(true, Ordering::Release);
        while self.calls.join_next().await.is_some() {}
        self.services.shutdown().await;
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn listen() -> io::Result<TcpListener> {
    TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, 0)).await
}
