//! A turn's words on their way to the stream, as long as they are wanted.

use proto::conversation::v1::AgentEvent;
use tokio::sync::{mpsc, watch};
use tonic::Status;

use super::translate;
use crate::turn::{Listener, Said};

pub type Stream = mpsc::Sender<Result<AgentEvent, Status>>;

/// Whether a turn's reply is still wanted, and whether its words were all the caller said; shared by the turn and by
/// whoever may cancel or confirm it.
#[derive(Debug, Clone)]
pub struct Wanted(watch::Sender<Standing>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// Asked early: it may come to nothing.
    Early,
    Wanted,
    /// The reply is not wanted. What the turn does goes on.
    Unwanted,
    /// It was asked early and never was.
    Void,
}

impl Wanted {
    pub fn new(early: bool) -> Self {
        Self(watch::Sender::new(if early { Standing::Early } else { Standing::Wanted }))
    }

    pub fn no_more(&self) {
        self.0.send_modify(|standing| {
            *standing = match standing {
                Standing::Early | Standing::Void => Standing::Void,
                Standing::Wanted | Standing::Unwanted => Standing::Unwanted,
            };
        });
    }

    pub fn confirm(&self) {
        self.0.send_if_modified(|standing| {
            *standing == Standing::Early && {
                *standing = Standing::Wanted;
                true
            }
        });
    }

    pub fn is(&self) -> bool {
        matches!(*self.0.borrow(), Standing::Early | Standing::Wanted)
    }

    /// Waits until the reply is not wanted any more.
    async fn is_unwanted(&self) {
        let mut standing = self.0.subscribe();
        // The sender lives as long as this.
        let _ = standing.wait_for(|standing| matches!(standing, Standing::Unwanted | Standing::Void)).await;
    }

    /// Waits until an early turn is confirmed or cancelled; false: it never was.
    async fn is_confirmed(&self) -> bool {
        let mut standing = self.0.subscribe();
        // The sender lives as long as this.
        let settled = standing.wait_for(|standing| *standing != Standing::Early).await;
        settled.is_ok_and(|standing| *standing != Standing::Void)
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

    async fn unwanted(&self) {
        self.wanted.is_unwanted().await;
    }

    async fn confirms(&mut self) -> bool {
        self.wanted.is_confirmed().await
    }

    async fn take(&mut self, said: Said) {
        // Nobody is left to hear it when this fails; the end of the stream is seen where events are read.
        let _ = self.out.send(Ok(translate::said(said))).await;
    }
}
