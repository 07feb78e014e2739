//! A handoff's life: started by a call, looked at, claimed once, forgotten. The database's clock decides about
//! expiry; the service's clock only says when that will be.

use std::time::Duration;

use proto::{ErrorKind, PhoneNumber, Private, id::TenantId};
use service_runtime::Clock;
use sqlx::PgPool;

use crate::store::{self, StoreError};

use super::{Delivering, Delivery, Handoff, NewHandoff, Shut, Token, token::NoRandomness};

#[derive(Debug, thiserror::Error)]
pub enum HandoffError {
    #[error("no call of this tenant has this id")]
    UnknownCall,
    #[error(transparent)]
    Shut(#[from] Shut),
    #[error(transparent)]
    Randomness(#[from] NoRandomness),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl HandoffError {
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::UnknownCall | Self::Shut(Shut::Unknown) => ErrorKind::NotFound,
            Self::Shut(Shut::Claimed) => ErrorKind::AlreadyExists,
            Self::Shut(Shut::Expired) => ErrorKind::FailedPrecondition,
            Self::Store(error) if error.is_away() => ErrorKind::Unavailable,
            Self::Randomness(_) | Self::Store(_) => ErrorKind::Internal,
        }
    }
}

/// Cheap to clone.
#[derive(Debug, Clone)]
pub struct Handoffs {
    pool: PgPool,
    clock: Clock,
    ttl: Duration,
    delivering: Delivering,
}

/// A handoff that was begun.
#[derive(Debug, Clone)]
pub struct Started {
    pub token: Token,
    pub expires_at: jiff::Timestamp,
    pub delivery: Delivery,
}

impl Handoffs {
    pub const fn new(pool: PgPool, clock: Clock, ttl: Duration, delivering: Delivering) -> Self {
        Self { pool, clock, ttl, delivering }
    }

    /// Keeps what the call leaves, under a fresh token, and sends the caller the link.
    pub async fn start(&self, new: &NewHandoff) -> Result<Started, HandoffError> {
        let token = Token::fresh()?;
        let ttl_micros = i64::try_from(self.ttl.as_micros()).unwrap_or(i64::MAX);
        if !store::insert(&self.pool, new, &token, ttl_micros).await? {
            return Err(HandoffError::UnknownCall);
        }
        metrics::counter!("handoff_started_total", "reason" => new.reason.as_str()).increment(1);
        let expires_at = self.at(ttl_micros);
        let delivery = self.delivering.deliver(&self.pool, new.tenant, &new.phone_number, &token).await;
        if let Err(error) = store::audit_delivery(&self.pool, new, delivery).await {
            tracing::error!(%error, "writing the audit log");
        }
        Ok(Started { token, expires_at, delivery })
    }

    /// Sends a text message for another service; under one key once.
    pub async fn send_text(
        &self,
        tenant: TenantId,
        phone: &PhoneNumber,
        body: &Private<String>,
        key: &str,
    ) -> Delivery {
        self.delivering.send(&self.pool, tenant, phone, body, key).await
    }

    /// Opens a handoff, for the first who asks.
    pub async fn claim(&self, token: &str) -> Result<Handoff, HandoffError> {
        let result = self.open(token, store::claim).await;
        let outcome = match &result {
            Ok(_) => "claimed",
            Err(HandoffError::Shut(Shut::Unknown)) => "unknown",
            Err(HandoffError::Shut(Shut::Claimed)) => "claimed_before",
            Err(HandoffError::Shut(Shut::Expired)) => "expired",
            Err(_) => "failed",
        };
        metrics::counter!("handoff_claims_total", "outcome" => outcome).increment(1);
        result
    }

    /// The same without claiming it.
    pub async fn look(&self, token: &str) -> Result<Handoff, HandoffError> {
        self.open(token, store::find).await
    }

    async fn open(
        &self,
        token: &str,
        find: impl AsyncFn(&PgPool, &Token) -> Result<Result<store::Found, Shut>, StoreError>,
    ) -> Result<Handoff, HandoffError> {
        let token = Token::parse(token).ok_or(Shut::Unknown)?;
        let found = find(&self.pool, &token).await??;
        Ok(Handoff {
            tenant: found.tenant,
            voice_session: found.voice_session,
            reason: found.reason,
            conversation: found.conversation,
            booking_state: found.booking_state,
            expires_at: self.at(found.left_micros),
        })
    }

    fn at(&self, left_micros: i64) -> jiff::Timestamp {
        let now = self.clock.now();
        now.checked_add(jiff::SignedDuration::from_micros(left_micros)).unwrap_or(now)
    }
}
