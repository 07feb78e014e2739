//! Takes out what is kept no longer. Each is a batch of rows that no other replica is at; how many there were is given back.

use jiff::Timestamp;
use service_runtime::database;

use super::{Step as _, Store, StoreError};

impl Store {
    /// Hashes the phone numbers of calls that began before `before`.
    pub async fn hash_phones(&self, before: Timestamp, hash_key: &[u8], limit: i64) -> Result<u64, StoreError> {
        let mut connection = database::of_tenant(&self.pool, database::EVERY_TENANT).await.step("connect")?;
        let hashed = sqlx::query(
            "WITH old AS (SELECT id FROM voice_sessions \
                          WHERE phone_number LIKE '+%' AND started_at < to_timestamp($1::float8 / 1e6) \
                          ORDER BY started_at LIMIT $3 FOR UPDATE SKIP LOCKED) \
             UPDATE voice_sessions v SET phone_number = hashed_phone(phone_number, $2) FROM old WHERE v.id = old.id",
        )
        .bind(before.as_microsecond())
        .bind(hash_key)
        .bind(limit)
        .execute(&mut *connection)
        .await
        .step("hash the phones of old calls")?;
        Ok(hashed.rows_affected())
    }

    /// Empties conversations that nothing was said in since `before`: what was said, and who said it.
    pub async fn empty_conversations(&self, before: Timestamp, limit: i64) -> Result<u64, StoreError> {
        let mut connection = database::of_tenant(&self.pool, database::EVERY_TENANT).await.step("connect")?;
        let emptied = sqlx::query(
            "WITH old AS (SELECT id FROM chat_sessions \
                          WHERE emptied_at IS NULL AND created_at < to_timestamp($1::float8 / 1e6) \
                            AND updated_at < to_timestamp($1::float8 / 1e6) \
                          ORDER BY created_at LIMIT $2 FOR UPDATE SKIP LOCKED) \
             UPDATE chat_sessions c SET state = '{}', emptied_at = now() FROM old WHERE c.id = old.id",
        )
        .bind(before.as_microsecond())
        .bind(limit)
        .execute(&mut *connection)
        .await
        .step("empty old conversations")?;
        Ok(emptied.rows_affected())
    }
}
