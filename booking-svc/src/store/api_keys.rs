//! Keys to a tenant's REST API. Only their hashes are kept.

use proto::id::TenantId;
use secrecy::SecretString;
use sqlx::PgPool;
use uuid::Uuid;

use super::{
    error::{Step as _, StoreError},
    token::{self, hash},
};

/// What a key begins with, so that one that leaked is recognised for what it is.
const PREFIX: &str = "rk_";

/// A new key of a tenant; it can be read here and never again.
pub async fn create(pool: &PgPool, tenant: TenantId, name: &str) -> Result<SecretString, StoreError> {
    let key = token::create(PREFIX);
    sqlx::query("INSERT INTO api_keys (id, tenant_id, name, key_hash) VALUES ($1, $2, $3, $4)")
        .bind(Uuid::now_v7())
        .bind(tenant.as_uuid())
        .bind(name)
        .bind(hash(&key))
        .execute(pool)
        .await
        .step("write the API key")?;
    Ok(key)
}

/// Whose key it is; `None`: nobody's, or it was revoked.
pub async fn tenant_of(pool: &PgPool, key: &SecretString) -> Result<Option<TenantId>, StoreError> {
    let id: Option<Uuid> =
        sqlx::query_scalar("SELECT tenant_id FROM api_keys WHERE key_hash = $1 AND revoked_at IS NULL")
            .bind(hash(key))
            .fetch_optional(pool)
            .await
            .step("look up an API key")?;
    Ok(id.map(TenantId::from_uuid))
}
