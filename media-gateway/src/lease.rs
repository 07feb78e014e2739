//! What a live call keeps, and gives back when it ends: its tenant's place and its session's holds.
//!
//! Both end by themselves when this process dies: the place has a deadline in Redis, and the booking service
//! releases the holds when the stream breaks.

use std::time::Duration;

use proto::{
    booking::v1::{LeaseRequest, booking_service_client::BookingServiceClient},
    id::{CallSid, SessionId, TenantId},
};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::transport::Channel;

use crate::admission::{Admission, LEASE_HEARTBEAT};

/// Holds live for two minutes without a heartbeat.
const HOLDS_HEARTBEAT: Duration = Duration::from_secs(5);
/// Before the stream of a lease that broke is opened again.
const REOPEN_AFTER: Duration = Duration::from_millis(500);

/// Moves the call's place in its tenant's count on, until it is dropped. Redis away: tried again at the next beat.
pub async fn keep_place(admission: Admission, tenant: TenantId, call: CallSid) {
    let mut beat = tokio::time::interval(LEASE_HEARTBEAT);
    loop {
        beat.tick().await;
        if let Err(error) = admission.keep_place(tenant, &call).await {
            tracing::warn!(%error, "could not keep the call's place");
            metrics::counter!("lease_heartbeats_failed_total", "lease" => "place").increment(1);
        }
    }
}

/// Keeps the session's holds alive, until it is dropped; the booking service releases them then.
pub async fn keep_holds(booking: BookingServiceClient<Channel>, tenant: TenantId, session: SessionId) {
    loop {
        if let Err(status) = one_stream(booking.clone(), tenant, session).await {
            tracing::warn!(code = ?status.code(), "the lease on the call's holds broke, opening it again");
        }
        metrics::counter!("lease_heartbeats_failed_total", "lease" => "holds").increment(1);
        tokio::time::sleep(REOPEN_AFTER).await;
    }
}

async fn one_stream(
    mut booking: BookingServiceClient<Channel>,
    tenant: TenantId,
    session: SessionId,
) -> Result<(), tonic::Status> {
    // One heartbeat waits at most; a service that does not take it has broken the lease.
    let (beats, receiver) = mpsc::channel(1);
    let request = LeaseRequest { tenant_id: tenant.to_string(), session_id: session.to_string() };
    // The service answers once it has read whose holds it is to keep. The lane is empty, so this cannot fail.
    let _ = beats.try_send(request.clone());
    let mut answers = booking.lease(ReceiverStream::new(receiver)).await?.into_inner();
    let mut beat = tokio::time::interval(HOLDS_HEARTBEAT);
    loop {
        tokio::select! {
            _ = beat.tick() => {
                let sent = tokio::time::timeout(HOLDS_HEARTBEAT, beats.send(request.clone())).await;
                if !matches!(sent, Ok(Ok(()))) {
                    return Ok(());
                }
            }
            answer = answers.message() => {
                if answer?.is_none() {
                    return Ok(());
                }
            }
        }
    }
}
