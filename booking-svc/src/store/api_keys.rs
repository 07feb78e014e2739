//! Keys to a tenant's REST API. Only their hashes are kept.

use proto::id::TenantId;
use rand::Rng as _;
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};
use sqlx::PgPool;
use uuid::Uuid;

use super::error::{Step as _, StoreError};

/// What a key begins with, so that one that leaked is recognised for what it is.
const PREFIX: &str = "rk_";

/// A new key of a tenant; it can be read here and never again.
pub async fn create(pool: &PgPool, tenant: TenantId, name: &str) -> Result<SecretString, StoreError> {
    // 256 random bits need no slow hash against guessing.
    let (high, low) = rand::rng().random::<(u128, u128)>();
    let key = SecretString::from(format!("{PREFIX}{high:032x}{low:032x}"));
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

fn hash(key: &SecretString) -> Vec<u8> {
    Sha256::digest(key.expose_secret().as_bytes()).to_vec()
}
