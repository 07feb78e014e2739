//! Where the connection to a provider stands: when to try for one, how often, and when to give up. Pure.

use std::time::Duration;

use tokio::time::Instant;

use super::trouble::Trouble;

/// Before the next try to connect, by how many went wrong before it.
const BACKOFF: [Duration; 3] = [Duration::ZERO, Duration::from_millis(200), Duration::from_millis(500)];
/// No connection for this long is one for a spare.
const OUTAGE_MAX: Duration = Duration::from_millis(2_500);
/// A connection that held this long was good: the next break is the first one again.
const PROVEN: Duration = Duration::from_secs(10);
/// One is a bug in a proxy; many are no provider.
pub const MALFORMED_MAX: u32 = 10;

pub struct Connection {
    state: State,
    /// Connections that went wrong in a row.
    failures: usize,
}

enum State {
    Down { since: Instant, try_at: Instant },
    Connecting { down_since: Instant },
    Up(Live),
    Lost,
}

/// A connection that stands.
pub struct Live {
    since: Instant,
    pub last_sent: Instant,
    pub last_heard: Instant,
    /// Since when something is to be answered, and no message came.
    pub unanswered_since: Option<Instant>,
    malformed: u32,
}

impl Live {
    /// A message that cannot be read. False if there were too many.
    pub const fn bears_malformed(&mut self) -> bool {
        self.malformed += 1;
        self.malformed <= MALFORMED_MAX
    }
}

/// What follows when a connection, or the try for one, goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    Retry,
    GiveUp,
}

impl Connection {
    pub const fn new(now: Instant) -> Self {
        Self { state: State::Down { since: now, try_at: now }, failures: 0 }
    }

    /// Whether it is time to connect.
    pub fn is_wanted(&self, now: Instant) -> bool {
        matches!(self.state, State::Down { try_at, .. } if try_at <= now)
    }

    pub const fn connecting(&mut self) {
        if let State::Down { since, .. } = self.state {
            self.state = State::Connecting { down_since: since };
        }
    }

    /// False if it was not wanted any more.
    pub fn connected(&mut self, now: Instant) -> bool {
        let wanted = self.is_connecting();
        if wanted {
            let live = Live { since: now, last_sent: now, last_heard: now, unanswered_since: None, malformed: 0 };
            self.state = State::Up(live);
        }
        wanted
    }

    pub const fn is_connecting(&self) -> bool {
        matches!(self.state, State::Connecting { .. })
    }

    pub const fn is_up(&self) -> bool {
        matches!(self.state, State::Up(_))
    }

    pub const fn is_lost(&self) -> bool {
        matches!(self.state, State::Lost)
    }

    pub const fn live(&self) -> Option<&Live> {
        if let State::Up(live) = &self.state { Some(live) } else { None }
    }

    pub const fn live_mut(&mut self) -> Option<&mut Live> {
        if let State::Up(live) = &mut self.state { Some(live) } else { None }
    }

    /// It went wrong. None if it was lost already.
    pub fn failed(&mut self, now: Instant, trouble: Trouble) -> Option<Next> {
        let since = match &self.state {
            State::Up(live) => {
                if now.duration_since(live.since) >= PROVEN {
                    self.failures = 0;
                }
                now
            }
            State::Connecting { down_since: since } | State::Down { since, .. } => *since,
            State::Lost => return None,
        };
        let Some(backoff) = BACKOFF.get(self.failures).filter(|_| trouble.is_passing()) else {
            return Some(Next::GiveUp);
        };
        self.failures += 1;
        self.state = State::Down { since, try_at: now + *backoff };
        Some(Next::Retry)
    }

    pub const fn failures(&self) -> usize {
        self.failures
    }

    pub const fn lose(&mut self) {
        self.state = State::Lost;
    }

    /// When the next try is due, or too late. None while a connection stands, and when all is lost.
    pub fn poll_timeout(&self) -> Option<Instant> {
        match &self.state {
            State::Down { since, try_at } => Some((*try_at).min(*since + OUTAGE_MAX)),
            State::Connecting { down_since } => Some(*down_since + OUTAGE_MAX),
            State::Up(_) | State::Lost => None,
        }
    }

    /// Whether there was none for too long.
    pub fn is_overdue(&self, now: Instant) -> bool {
        match &self.state {
            State::Down { since, .. } | State::Connecting { down_since: since } => now >= *since + OUTAGE_MAX,
            State::Up(_) | State::Lost => false,
        }
    }
}
