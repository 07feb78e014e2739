//! One answer per key: the first one, kept with a hash of the request it belongs to.

use proto::id::TenantId;
use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest as _, Sha256};
use sqlx::{PgConnection, PgExecutor};

use super::error::{Step as _, StoreError, unreadable};

/// A hash of everything a request asks for; its parts are told apart by their lengths.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    pub fn of<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let mut hash = Sha256::new();
        for part in parts {
            hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            hash.update(part);
        }
        Self(hash.finalize().into())
    }
}

/// A request's key and fingerprint.
#[derive(Debug, Clone)]
pub struct Once {
    pub tenant: TenantId,
    pub key: String,
    pub fingerprint: Fingerprint,
}

/// What a key was used for before.
#[derive(Debug)]
pub enum Known<T> {
    Answered(T),
    /// Another request: a mistake of the caller.
    OtherRequest,
}

/// What was answered under this key; `None`: nothing yet.
///
/// Read outside of the writing transaction: inside it the read would lock the index page against strangers' keys
/// that fall on it. A twin that commits in between is caught by [`store`].
pub async fn find<T: DeserializeOwned>(db: impl PgExecutor<'_>, once: &Once) -> Result<Option<Known<T>>, StoreError> {
    let row: Option<(Vec<u8>, serde_json::Value)> =
        sqlx::query_as("SELECT request_hash, answer FROM idempotency WHERE tenant_id = $1 AND key = $2")
            .bind(once.tenant.as_uuid())
            .bind(&once.key)
            .fetch_optional(db)
            .await
            .step("read the stored answer")?;
    let Some((hash, answer)) = row else { return Ok(None) };
    if hash != once.fingerprint.0 {
        return Ok(Some(Known::OtherRequest));
    }
    let answer = serde_json::from_value(answer).map_err(|e| unreadable("read the stored answer", e))?;
    Ok(Some(Known::Answered(answer)))
}

/// Keeps the answer with the effect it tells of; false: the key has an answer already, so the effect must not stand.
pub async fn store<T: Serialize + Sync>(tx: &mut PgConnection, once: &Once, answer: &T) -> Result<bool, StoreError> {
    let answer = serde_json::to_value(answer).map_err(|e| unreadable("store the answer", e))?;
    let stored = sqlx::query(
        "INSERT INTO idempotency (tenant_id, key, request_hash, answer) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (tenant_id, key) DO NOTHING",
    )
    .bind(once.tenant.as_uuid())
    .bind(&once.key)
    .bind(&once.fingerprint.0[..])
    .bind(answer)
    .execute(tx)
    .await
    .step("store the answer")?;
    Ok(stored.rows_affected() == 1)
}
