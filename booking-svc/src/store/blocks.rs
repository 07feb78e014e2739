//! Blocks, and the claims that keep their time.

use proto::id::{BlockId, StaffId, TenantId};
use sqlx::{FromRow, PgConnection, PgExecutor};
use uuid::Uuid;

use crate::booking::{
    block::{Block, ListBlocks, Purpose},
    hold::Actor,
    slot::Span,
};

use super::{
    error::{Step as _, StoreError, unreadable},
    time::SqlTime,
};

/// Writes a block and claims its time, piece by piece.
pub async fn insert(tx: &mut PgConnection, actor: &Actor, block: &Block, pieces: &[Span]) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO blocks (id, tenant_id, staff_id, session_id, channel, starts_at, ends_at, reason) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(block.id.as_uuid())
    .bind(actor.tenant.as_uuid())
    .bind(block.staff.as_uuid())
    .bind(actor.session.as_uuid())
    .bind(actor.channel.as_str())
    .bind(SqlTime(block.start))
    .bind(SqlTime(block.end))
    .bind(block.purpose.as_str())
    .execute(&mut *tx)
    .await
    .step("write the block")?;
    sqlx::query(
        "INSERT INTO claims (id, tenant_id, resource_kind, resource_id, during, state, block_id) \
         SELECT gen_random_uuid(), $1, 'staff', $2, tstzrange(p.starts_at, p.ends_at), 'absence', $3 \
         FROM unnest($4::timestamptz[], $5::timestamptz[]) AS p (starts_at, ends_at)",
    )
    .bind(actor.tenant.as_uuid())
    .bind(block.staff.as_uuid())
    .bind(block.id.as_uuid())
    .bind(pieces.iter().map(|piece| SqlTime(piece.start)).collect::<Vec<_>>())
    .bind(pieces.iter().map(|piece| SqlTime(piece.end)).collect::<Vec<_>>())
    .execute(tx)
    .await
    .step("claim the block's time")?;
    Ok(())
}

/// Gives a block's time back, with an audit row in the name of who made it. False: it was given back before.
pub async fn lift(tx: &mut PgConnection, tenant: TenantId, id: BlockId) -> Result<bool, StoreError> {
    let lifted = sqlx::query(
        "WITH lifted AS (UPDATE blocks SET lifted_at = now() WHERE tenant_id = $1 AND id = $2 AND lifted_at IS NULL \
                         RETURNING id, tenant_id, session_id, channel), \
              freed AS (DELETE FROM claims USING lifted WHERE block_id = lifted.id) \
         INSERT INTO audit_log (tenant_id, session_id, channel, action, details) \
         SELECT tenant_id, session_id, channel, 'block_lifted', jsonb_build_object('block_id', id) FROM lifted",
    )
    .bind(tenant.as_uuid())
    .bind(id.as_uuid())
    .execute(tx)
    .await
    .step("lift the block")?;
    Ok(lifted.rows_affected() > 0)
}

/// Whether there is or was such a block.
pub async fn exists(db: impl PgExecutor<'_>, tenant: TenantId, id: BlockId) -> Result<bool, StoreError> {
    sqlx::query_scalar("SELECT EXISTS (SELECT FROM blocks WHERE tenant_id = $1 AND id = $2)")
        .bind(tenant.as_uuid())
        .bind(id.as_uuid())
        .fetch_one(db)
        .await
        .step("look for the block")
}

/// Whose time it takes, or took.
pub async fn staff_of(db: impl PgExecutor<'_>, tenant: TenantId, id: BlockId) -> Result<Option<StaffId>, StoreError> {
    let staff: Option<Uuid> = sqlx::query_scalar("SELECT staff_id FROM blocks WHERE tenant_id = $1 AND id = $2")
        .bind(tenant.as_uuid())
        .bind(id.as_uuid())
        .fetch_optional(db)
        .await
        .step("look whose time a block takes")?;
    Ok(staff.map(StaffId::from_uuid))
}

#[derive(FromRow)]
struct Row {
    id: Uuid,
    staff_id: Uuid,
    starts_at: SqlTime,
    ends_at: SqlTime,
    reason: String,
}

/// Those that stand, earliest first.
pub async fn listed(db: impl PgExecutor<'_>, wanted: &ListBlocks) -> Result<Vec<Block>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT id, staff_id, starts_at, ends_at, reason FROM blocks \
         WHERE tenant_id = $1 AND lifted_at IS NULL AND ends_at > $2 AND starts_at < $3 ORDER BY starts_at, id LIMIT $4",
    )
    .bind(wanted.tenant.as_uuid())
    .bind(SqlTime(wanted.span.start))
    .bind(SqlTime(wanted.span.end))
    .bind(i64::from(wanted.limit))
    .fetch_all(db)
    .await
    .step("list the blocks")?;
    rows.into_iter().map(Block::try_from).collect()
}

impl TryFrom<Row> for Block {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let purpose = match row.reason.as_str() {
            "absence" => Purpose::Absence,
            "walk_ins" => Purpose::WalkIns,
            _ => return Err(unreadable("list the blocks", "a purpose that is unknown")),
        };
        Ok(Self {
            id: BlockId::from_uuid(row.id),
            staff: StaffId::from_uuid(row.staff_id),
            start: row.starts_at.0,
            end: row.ends_at.0,
            purpose,
        })
    }
}
