//! Leases: a session's holds live as long as its stream, and end with it.
//!
//! A stream that ends, breaks or falls silent releases the session's holds. When this process stops, they are
//! left to their expiry instead: the caller is still there and opens its lease again at another replica. The latest
//! lease of a session is the one that counts.

use std::time::Duration;

use proto::booking::v1 as wire;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tonic::{Status, Streaming};

use crate::desk::{Desk, DeskError, LeaseKey};

use super::translate as t;

/// A heartbeat is due every 10 s; after two that are missing the other side is gone.
const SILENCE_MAX: Duration = Duration::from_secs(25);
/// Answers that wait to be read. When full, a heartbeat's answer is dropped and counted: the next one says as much.
const ANSWERS_MAX: usize = 4;

type Answers = mpsc::Sender<Result<wire::LeaseResponse, Status>>;

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

    /// Keeps the lease in a task of its own. The answer does not wait for the first message: a client may want to
    /// see it before it sends one.
    pub fn open(&self, requests: Streaming<wire::LeaseRequest>) -> ReceiverStream<Result<wire::LeaseResponse, Status>> {
        let (answers, stream) = mpsc::channel(ANSWERS_MAX);
        let leases = self.clone();
        self.tasks.spawn(async move {
            let open = metrics::gauge!("booking_leases_open");
            open.increment(1.0);
            leases.keep(requests, answers).await;
            open.decrement(1.0);
        });
        ReceiverStream::new(stream)
    }

    async fn keep(&self, mut requests: Streaming<wire::LeaseRequest>, answers: Answers) {
        let key = match self.begin(&mut requests).await {
            Ok(Some(key)) => key,
            Ok(None) => return,
            Err(status) => {
                let _ = answers.try_send(Err(status));
                return;
            }
        };
        loop {
            self.heartbeat(key, &answers).await;
            tokio::select! {
                () = self.stop.cancelled() => return,
                () = answers.closed() => break,
                next = tokio::time::timeout(SILENCE_MAX, requests.message()) => match next {
                    Ok(Ok(Some(next))) if is_of(&next, key) => {}
                    Ok(Ok(Some(_))) => {
                        let wrong = Status::invalid_argument("a lease is of one session: open another stream");
                        let _ = answers.try_send(Err(wrong));
                        break;
                    }
                    // Ended, broken or silent: nobody is there any more.
                    Ok(Ok(None) | Err(_)) | Err(_) => break,
                },
            }
        }
        self.end(key).await;
    }

    /// Reads whose holds it is about; `None`: nobody's, before the first message the stream or the process ended.
    async fn begin(&self, requests: &mut Streaming<wire::LeaseRequest>) -> Result<Option<LeaseKey>, Status> {
        let first = tokio::select! {
            () = self.stop.cancelled() => return Ok(None),
            first = tokio::time::timeout(SILENCE_MAX, requests.message()) => first,
        };
        let Some(first) = first.map_err(|_| Status::deadline_exceeded("no first message"))?? else { return Ok(None) };
        let key = LeaseKey::new(t::id(&first.tenant_id)?, t::id(&first.session_id)?);
        self.desk.open_lease(key).await.map_err(super::status)?;
        Ok(Some(key))
    }

    async fn heartbeat(&self, key: LeaseKey, answers: &Answers) {
        match self.desk.renew(key).await {
            Ok(holds) => {
                let holds = holds.iter().map(t::hold).collect();
                if answers.try_send(Ok(wire::LeaseResponse { holds })).is_err() {
                    metrics::counter!("booking_lease_answers_dropped_total").increment(1);
                }
            }
            Err(error) => failed(key, "renewing", &error),
        }
    }

    async fn end(&self, key: LeaseKey) {
        match self.desk.end_lease(key).await {
            Ok(0) => {}
            Ok(holds) => metrics::counter!("booking_lease_releases_total").increment(u64::from(holds)),
            // They expire by themselves then.
            Err(error) => failed(key, "releasing", &error),
        }
    }
}

fn is_of(request: &wire::LeaseRequest, key: LeaseKey) -> bool {
    request.tenant_id.parse() == Ok(key.tenant) && request.session_id.parse() == Ok(key.session)
}

fn failed(key: LeaseKey, what: &'static str, error: &DeskError) {
    metrics::counter!("booking_lease_failures_total", "what" => what).increment(1);
    tracing::warn!(session_id = %key.session, what, %error, "lease: a session's holds could not be changed");
}
