//! How a call is ended: what it kept is given back, and its outcome is known to all.

use std::time::Duration;

use tokio::time::Instant;

use super::{Driver, wire};

/// How long the ends of a call may take: the close at the carrier, the conversation's last writes.
const CLOSE_PATIENCE: Duration = Duration::from_secs(2);

impl Driver {
    pub(super) async fn end(mut self) {
        let Some(outcome) = self.outcome else { return };
        self.measure.call_ended(&outcome);
        if self.hung_up
            && let Err(error) = self.gateway.admission().note_ended(&self.opened.call_sid).await
        {
            tracing::warn!(%error, "could not note that we ended the call");
        }
        self.record_who_serves();
        self.tell_agent(wire::call_ended(&outcome));
        // The leases end first, so that a call that is over keeps nothing.
        self.leases.shutdown().await;
        let over_at = Instant::now();
        let ((), declined) = tokio::join!(self.writer.close(CLOSE_PATIENCE), self.conversation.close(CLOSE_PATIENCE));
        if declined {
            self.recording.declined();
        }
        self.recording.finish(over_at).await;
        self.trace.finish().await;
        if self.hung_up {
            self.gateway.hang_up(self.opened.call_sid.clone());
        }
        metrics::counter!("playout_gaps_total").increment(self.speaking.gaps());
        metrics::counter!("call_late_answers_total").increment(u64::from(self.call.late_answers()));
        tracing::info!(
            status = ?outcome.status,
            reason = ?outcome.reason,
            duration_ms = outcome.duration.as_millis(),
            turns = outcome.turns,
            barge_ins = outcome.barge_ins,
            "the call ended"
        );
    }
}
