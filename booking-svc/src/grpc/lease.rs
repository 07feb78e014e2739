//! Leases: a session's holds live as long as its stream, and end with it.
//!
//! A stream that ends, breaks or falls silent releases the session's holds. When this process stops, they are
//! left to their expiry instead: the caller is still there and opens its lease again at another replica.

use std::time::Duration;

use proto::{
    booking::v1 as wire,
    id::{SessionId, TenantId},
};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tonic::{Status, Streaming};

use crate::desk::{Desk, DeskError};

use super::translate as t;

/// A heartbeat is due every 10 s; after two that are missing the other side is gone.
const SILENCE_MAX: Duration = Duration::from_secs(25);
/// Answers that wait to be read. When full, a heartbeat's answer is dropped and counted: the next one says as much.
const ANSWERS_MAX: usize = 4;

#[derive(Debug, Clone)]
pub struct Leases {
    desk: Desk,
    tasks: TaskTracker,
    stop: CancellationToken,
}

impl Leases {
    pub fn new(desk: Desk, tasks: TaskTracker, stop: CancellationToken) -> Self {
        Self { desk, tasks, stop }
    }

    /// Reads the first message, and keeps the lease in a task of its own from then on.
    pub async fn open(
        &self,
        mut requests: Streaming<wire::LeaseRequest>,
    ) -> Result<ReceiverStream<Result<wire::LeaseResponse, Status>>, Status> {
        let first = tokio::time::timeout(SILENCE_MAX, requests.message())
            .await
            .map_err(|_| Status::deadline_exceeded("no first message"))??
            .ok_or_else(|| Status::invalid_argument("the stream ended before its first message"))?;
        let lease =
            Lease { desk: self.desk.clone(), tenant: t::id(&first.tenant_id)?, session: t::id(&first.session_id)? };
        lease.desk.rules(lease.tenant).await.map_err(super::status)?;
        let (answers, stream) = mpsc::channel(ANSWERS_MAX);
        self.tasks.spawn(lease.keep(requests, answers, self.stop.clone()));
        Ok(ReceiverStream::new(stream))
    }
}

struct Lease {
    desk: Desk,
    tenant: TenantId,
    session: SessionId,
}

impl Lease {
    async fn keep(
        self,
        mut requests: Streaming<wire::LeaseRequest>,
        answers: mpsc::Sender<Result<wire::LeaseResponse, Status>>,
        stop: CancellationToken,
    ) {
        let open = metrics::gauge!("booking_leases_open");
        open.increment(1.0);
        let released = loop {
            self.heartbeat(&answers).await;
            tokio::select! {
                () = stop.cancelled() => break false,
                () = answers.closed() => break true,
                next = tokio::time::timeout(SILENCE_MAX, requests.message()) => match next {
                    Ok(Ok(Some(next))) if self.is_mine(&next) => {}
                    Ok(Ok(Some(_))) => {
                        let wrong = Status::invalid_argument("a lease is of one session: open another stream");
                        let _ = answers.try_send(Err(wrong));
                        break true;
                    }
                    // Ended, broken or silent: nobody is there any more.
                    Ok(Ok(None) | Err(_)) | Err(_) => break true,
                },
            }
        };
        open.decrement(1.0);
        if released {
            self.release().await;
        }
    }

    fn is_mine(&self, request: &wire::LeaseRequest) -> bool {
        request.tenant_id == self.tenant.to_string() && request.session_id == self.session.to_string()
    }

    async fn heartbeat(&self, answers: &mpsc::Sender<Result<wire::LeaseResponse, Status>>) {
        match self.desk.renew(self.tenant, self.session).await {
            Ok(holds) => {
                let holds = holds.iter().map(t::hold).collect();
                if answers.try_send(Ok(wire::LeaseResponse { holds })).is_err() {
                    metrics::counter!("booking_lease_answers_dropped_total").increment(1);
                }
            }
            Err(error) => self.failed("renewing", &error),
        }
    }

    async fn release(&self) {
        match self.desk.release(self.tenant, self.session, None).await {
            Ok(0) => {}
            Ok(holds) => metrics::counter!("booking_lease_releases_total").increment(u64::from(holds)),
            // They expire by themselves then.
            Err(error) => self.failed("releasing", &error),
        }
    }

    fn failed(&self, what: &'static str, error: &DeskError) {
        metrics::counter!("booking_lease_failures_total", "what" => what).increment(1);
        tracing::warn!(session_id = %self.session, what, %error, "lease: a session's holds could not be changed");
    }
}
