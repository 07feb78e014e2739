//! A turn's words on their way to the stream, as long as they are wanted.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use proto::conversation::v1::AgentEvent;
use tokio::sync::mpsc;
use tonic::Status;

use super::translate;
use crate::turn::{Listener, Said};

pub type Stream = mpsc::Sender<Result<AgentEvent, Status>>;

/// Whether a turn's reply is still wanted; shared by the turn and by whoever may cancel it.
#[derive(Debug, Clone, Default)]
pub struct Wanted(Arc<AtomicBool>);

impl Wanted {
    pub fn no_more(&self) {
        self.0.store(true, Ordering::Release);
    }

    pub fn is(&self) -> bool {
        !self.0.load(Ordering::Acquire)
    }
}

pub struct Wire {
    out: Stream,
    wanted: Wanted,
}

impl Wire {
    pub const fn new(out: Stream, wanted: Wanted) -> Self {
        Self { out, wanted }
    }
}

impl Listener for Wire {
    fn wants(&self) -> bool {
        self.wanted.is()
    }

    async fn take(&mut self, said: Said) {
        // Nobody is left to hear it when this fails; the end of the stream is seen where events are read.
        let _ = self.out.send(Ok(translate::said(said))).await;
    }
}
