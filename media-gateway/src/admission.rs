//! May this call begin? Leases in Redis, so that all gateways count together.
//!
//! A call takes a place of its tenant at the webhook, before the socket opens, in one atomic script. The place has
//! a deadline that the live call moves on: a gateway that dies gives its places back by itself.

use std::time::Duration;

use proto::id::{CallSid, TenantId};
use rand::{Rng as _, distr::Alphanumeric};
use redis::{AsyncCommands as _, Script, aio::ConnectionManager};
use serde::{Deserialize, Serialize};
use tokio::runtime::Handle;
use tokio_util::task::TaskTracker;
use tracing::Instrument as _;

/// How long the carrier has from the webhook to the open stream.
const TOKEN_TTL: Duration = Duration::from_secs(60);
/// How long a live call keeps its place without a heartbeat.
const LEASE_TTL: Duration = Duration::from_secs(30);
/// How often a live call moves its lease on.
pub const LEASE_HEARTBEAT: Duration = Duration::from_secs(10);
/// How long it is remembered that we ended a call, for the carrier's question what to do next.
const ENDED_TTL: Duration = Duration::from_secs(300);
/// Redis is local to the installation; longer than this means that it is away.
const REDIS_TIMEOUT: Duration = Duration::from_secs(2);

#[derive(Debug, thiserror::Error)]
pub enum AdmissionError {
    #[error("connecting to Redis: {0}")]
    Connect(#[source] redis::RedisError),
    #[error("asking Redis: {0}")]
    Ask(#[source] redis::RedisError),
    #[error("Redis did not answer within {REDIS_TIMEOUT:?}")]
    Timeout,
    #[error("a stored stream token cannot be read: {0}")]
    Token(#[source] serde_json::Error),
}

/// What the webhook knew of a call, kept until its stream opens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Admitted {
    pub call_sid: String,
    pub account_sid: String,
    pub tenant_id: TenantId,
    /// E.164, empty when withheld. In Redis only, never in a log.
    pub caller_phone: String,
}

/// The installation's count of live calls. Cheap to clone.
#[derive(Clone)]
pub struct Admission {
    redis: ConnectionManager,
}

impl Admission {
    pub async fn connect(redis_url: &str) -> Result<Self, AdmissionError> {
        let client = redis::Client::open(redis_url).map_err(AdmissionError::Connect)?;
        let connecting = ConnectionManager::new(client);
        let redis = bounded(connecting, AdmissionError::Connect).await?;
        Ok(Self { redis })
    }

    /// Takes a place for a call, if its tenant has one free. Asking again for the same call is not a second place.
    pub async fn take_place(&self, tenant: TenantId, call: &CallSid, limit: u32) -> Result<bool, AdmissionError> {
        let script = Script::new(TAKE_PLACE);
        let mut invocation = script.prepare_invoke();
        invocation.key(calls_key(tenant)).arg(call.as_str()).arg(limit).arg(millis(TOKEN_TTL));
        bounded(invocation.invoke_async::<bool>(&mut self.redis.clone()), AdmissionError::Ask).await
    }

    /// Keeps the place of a live call.
    pub async fn keep_place(&self, tenant: TenantId, call: &CallSid) -> Result<(), AdmissionError> {
        let script = Script::new(KEEP_PLACE);
        let mut invocation = script.prepare_invoke();
        invocation.key(calls_key(tenant)).arg(call.as_str()).arg(millis(LEASE_TTL));
        bounded(invocation.invoke_async::<()>(&mut self.redis.clone()), AdmissionError::Ask).await
    }

    /// Gives the place of an ended call back. Twice is as good as once.
    pub async fn give_place_back(&self, tenant: TenantId, call: &CallSid) -> Result<(), AdmissionError> {
        let mut redis = self.redis.clone();
        bounded(redis.zrem::<_, _, ()>(calls_key(tenant), call.as_str()), AdmissionError::Ask).await
    }

    /// A one-use secret that the stream of this call must bring.
    pub async fn issue_token(&self, admitted: &Admitted) -> Result<String, AdmissionError> {
        let token: String = rand::rng().sample_iter(Alphanumeric).take(43).map(char::from).collect();
        let stored = serde_json::to_string(admitted).map_err(AdmissionError::Token)?;
        let mut redis = self.redis.clone();
        bounded(redis.set_ex::<_, _, ()>(token_key(&token), stored, TOKEN_TTL.as_secs()), AdmissionError::Ask).await?;
        Ok(token)
    }

    /// What the webhook knew, once; `None` for a token that is unknown, used or too old.
    pub async fn redeem_token(&self, token: &str) -> Result<Option<Admitted>, AdmissionError> {
        let mut redis = self.redis.clone();
        let stored: Option<String> = bounded(redis.get_del(token_key(token)), AdmissionError::Ask).await?;
        stored.map(|s| serde_json::from_str(&s).map_err(AdmissionError::Token)).transpose()
    }

    /// Notes that we ended this call ourselves.
    pub async fn note_ended(&self, call: &CallSid) -> Result<(), AdmissionError> {
        let mut redis = self.redis.clone();
        bounded(redis.set_ex::<_, _, ()>(ended_key(call), 1, ENDED_TTL.as_secs()), AdmissionError::Ask).await
    }

    pub async fn was_ended_by_us(&self, call: &CallSid) -> Result<bool, AdmissionError> {
        let mut redis = self.redis.clone();
        bounded(redis.exists(ended_key(call)), AdmissionError::Ask).await
    }
}

/// A call's place in its tenant's count. Given back when it is dropped, however the call ends; should that fail, its lease
/// runs out by itself.
pub struct Place {
    admission: Admission,
    tenant: TenantId,
    call: CallSid,
    tasks: TaskTracker,
}

impl Place {
    /// Of a call that took one. `tasks` are waited for before the process ends.
    pub const fn of(admission: Admission, tenant: TenantId, call: CallSid, tasks: TaskTracker) -> Self {
        Self { admission, tenant, call, tasks }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        // Without a runtime this process is over, and the lease runs out.
        let Ok(runtime) = Handle::try_current() else { return };
        let (admission, tenant, call) = (self.admission.clone(), self.tenant, self.call.clone());
        let give_back = async move {
            if let Err(error) = admission.give_place_back(tenant, &call).await {
                tracing::warn!(%error, "could not give the call's place back; its lease runs out by itself");
            }
        };
        self.tasks.spawn_on(give_back.in_current_span(), &runtime);
    }
}

/// Live calls of a tenant: a sorted set of Call SIDs, scored by the millisecond at which each lease ends.
fn calls_key(tenant: TenantId) -> String {
    format!("voice:calls:{tenant}")
}

fn token_key(token: &str) -> String {
    format!("voice:stream-token:{token}")
}

fn ended_key(call: &CallSid) -> String {
    format!("voice:ended:{call}")
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

async fn bounded<T>(
    asking: impl Future<Output = redis::RedisResult<T>>,
    step: fn(redis::RedisError) -> AdmissionError,
) -> Result<T, AdmissionError> {
    tokio::time::timeout(REDIS_TIMEOUT, asking).await.map_err(|_| AdmissionError::Timeout)?.map_err(step)
}

/// `KEYS[1]` the tenant's calls; `ARGV` call, limit, milliseconds. The server's clock is the only one asked.
const TAKE_PLACE: &str = r"
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
local held = redis.call('ZSCORE', KEYS[1], ARGV[1])
if not held and redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[2]) then return 0 end
redis.call('ZADD', KEYS[1], now + ARGV[3], ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[3] * 2)
return 1
";

/// `KEYS[1]` the tenant's calls; `ARGV` call, milliseconds.
const KEEP_PLACE: &str = r"
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[2] * 2)
return 1
";
