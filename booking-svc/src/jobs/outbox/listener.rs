//! Who is told of changes of appointments, and what it says to that.

use std::time::Duration;

use crate::{
    booking::announcement::{Announcement, Topic},
    store::error::StoreError,
};

/// Somebody in the world outside: a calendar, the client.
#[tonic::async_trait]
pub trait Listener: Send + Sync + 'static {
    /// Under which its deliveries are stored; never to be changed.
    fn name(&self) -> &'static str;

    /// What it wants to hear of.
    fn topics(&self) -> &'static [Topic] {
        &Topic::ALL
    }

    /// Tells it. The same announcement may come again, after a success too: if a process dies before it has written the
    /// success down. Those about one appointment come one at a time, in order, but the appointment may have changed since.
    async fn tell(&self, announcement: &Announcement) -> Result<Told, Untold>;
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    Done,
    /// There was nothing to do, and why.
    Skipped(&'static str),
}

/// The reasons are words for metrics and the table; details belong into the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Untold {
    /// It may succeed later: not before `after`, if that is known.
    Later { reason: &'static str, after: Option<Duration> },
    /// It will not.
    Never { reason: &'static str },
}

impl From<StoreError> for Untold {
    fn from(error: StoreError) -> Self {
        tracing::warn!(%error, "telling of an appointment failed");
        Self::Later { reason: "database", after: None }
    }
}
