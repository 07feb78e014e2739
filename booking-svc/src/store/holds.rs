//! Holds: the record of what was kept for whom. Whether a hold still holds is its claim's matter.

use jiff::Timestamp;
use proto::id::{AppointmentId, HoldId, ServiceId, SessionId, StaffId, TenantId};
use serde::{Deserialize, Serialize};
use sqlx::{FromRow, PgConnection, PgExecutor, types::Json};
use uuid::Uuid;

use crate::booking::{
    hold::{Actor, Hold},
    plan::Taken,
    slot::{Segment, Slot, SlotChoice, StaffChoice},
};

use super::{
    claims,
    error::{Step as _, StoreError},
    time::SqlTime,
};

/// Why a hold ended without an appointment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    Released,
    Replaced,
}

impl Ended {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Released => "released",
            Self::Replaced => "replaced",
        }
    }
}

/// A hold as it was placed, and what became of it.
#[derive(Debug, Clone)]
pub struct Held {
    pub id: HoldId,
    pub service: ServiceId,
    pub staff: StaffId,
    pub any_staff: bool,
    /// What follows the first service in the same visit.
    pub further: Vec<HeldSegment>,
    pub start: Timestamp,
    /// Of the whole visit.
    pub end: Timestamp,
    pub placed_at: Timestamp,
    /// Of the rules under which its time was claimed.
    pub rules_version: i64,
    pub appointment: Option<AppointmentId>,
    /// Its claim stands and has not expired, by the database's clock.
    pub live: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct HeldSegment {
    pub segment: Segment,
    /// The caller named nobody for it.
    pub any_staff: bool,
}

impl Held {
    /// The hold's own slot, with its people.
    pub fn in_place(&self) -> SlotChoice {
        let further = self.further.iter().map(|held| (held.segment.service, StaffChoice::Named(held.segment.staff)));
        let (service, staff, start) = (self.service, StaffChoice::Named(self.staff), self.start);
        SlotChoice { service, staff, further: further.collect(), start }
    }

    /// What the caller asked for when it was placed.
    pub fn as_asked(&self) -> SlotChoice {
        let of = |any_staff: bool, staff: StaffId| if any_staff { StaffChoice::Any } else { StaffChoice::Named(staff) };
        let asked = |held: &HeldSegment| (held.segment.service, of(held.any_staff, held.segment.staff));
        let (service, staff, start) = (self.service, of(self.any_staff, self.staff), self.start);
        SlotChoice { service, staff, further: self.further.iter().map(asked).collect(), start }
    }

    /// Who was to give each service, in order.
    pub fn people(&self) -> impl Iterator<Item = StaffId> {
        std::iter::once(self.staff).chain(self.further.iter().map(|held| held.segment.staff))
    }

    /// Whether it is one of the slots that a choice leaves open.
    fn fits(&self, choice: &SlotChoice) -> bool {
        let held = self.in_place();
        let fits = |(held, wanted): ((ServiceId, StaffChoice), (ServiceId, StaffChoice))| {
            held.0 == wanted.0 && (wanted.1 == StaffChoice::Any || wanted.1 == held.1)
        };
        held.start == choice.start
            && held.further.len() == choice.further.len()
            && held.services().zip(choice.services()).all(fits)
    }
}

#[derive(FromRow)]
struct HeldRow {
    id: Uuid,
    service_id: Uuid,
    staff_id: Uuid,
    any_staff: bool,
    further: Json<Vec<HeldSegment>>,
    starts_at: SqlTime,
    ends_at: SqlTime,
    placed_at: SqlTime,
    rules_version: i64,
    appointment_id: Option<Uuid>,
    live: bool,
}

impl From<HeldRow> for Held {
    fn from(row: HeldRow) -> Self {
        Self {
            id: HoldId::from_uuid(row.id),
            service: ServiceId::from_uuid(row.service_id),
            staff: StaffId::from_uuid(row.staff_id),
            any_staff: row.any_staff,
            further: row.further.0,
            start: row.starts_at.0,
            end: row.ends_at.0,
            placed_at: row.placed_at.0,
            rules_version: row.rules_version,
            appointment: row.appointment_id.map(AppointmentId::from_uuid),
            live: row.live,
        }
    }
}

/// The columns of a [`HeldRow`]; what follows says which rows.
macro_rules! select {
    ($which:literal) => {
        concat!(
            "SELECT id, service_id, staff_id, any_staff, further, starts_at, ends_at, placed_at, rules_version, appointment_id, \
                    EXISTS (SELECT 1 FROM claims c WHERE c.hold_id = h.id AND c.expires_at > now()) AS live \
             FROM holds h ",
            $which
        )
    };
}

/// The session of a hold.
pub async fn session_of(
    db: impl PgExecutor<'_>,
    tenant: TenantId,
    id: HoldId,
) -> Result<Option<SessionId>, StoreError> {
    let session: Option<Uuid> = sqlx::query_scalar("SELECT session_id FROM holds WHERE id = $1 AND tenant_id = $2")
        .bind(id.as_uuid())
        .bind(tenant.as_uuid())
        .fetch_optional(db)
        .await
        .step("read the hold's session")?;
    Ok(session.map(SessionId::from_uuid))
}

/// A session's hold; `None` when it is unknown or another session's.
pub async fn find(
    db: impl PgExecutor<'_>,
    tenant: TenantId,
    session: SessionId,
    id: HoldId,
) -> Result<Option<Held>, StoreError> {
    let row: Option<HeldRow> = sqlx::query_as(select!("WHERE id = $1 AND tenant_id = $2 AND session_id = $3"))
        .bind(id.as_uuid())
        .bind(tenant.as_uuid())
        .bind(session.as_uuid())
        .fetch_optional(db)
        .await
        .step("read the hold")?;
    Ok(row.map(Held::from))
}

/// The session's live hold of just what is asked for.
pub async fn on(tx: &mut PgConnection, actor: &Actor, choice: &SlotChoice) -> Result<Option<Held>, StoreError> {
    let row: Option<HeldRow> = sqlx::query_as(select!("WHERE tenant_id = $1 AND session_id = $2 AND ended_as IS NULL"))
        .bind(actor.tenant.as_uuid())
        .bind(actor.session.as_uuid())
        .fetch_optional(tx)
        .await
        .step("look for the session's hold")?;
    Ok(row.map(Held::from).filter(|held| held.live && held.fits(choice)))
}

/// Writes a hold; its claims are the caller's matter.
pub async fn insert(tx: &mut PgConnection, actor: &Actor, held: &Held) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO holds (id, tenant_id, session_id, channel, service_id, staff_id, any_staff, further, starts_at, ends_at, \
                            placed_at, rules_version) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    )
    .bind(held.id.as_uuid())
    .bind(actor.tenant.as_uuid())
    .bind(actor.session.as_uuid())
    .bind(actor.channel.as_str())
    .bind(held.service.as_uuid())
    .bind(held.staff.as_uuid())
    .bind(held.any_staff)
    .bind(Json(&held.further))
    .bind(SqlTime(held.start))
    .bind(SqlTime(held.end))
    .bind(SqlTime(held.placed_at))
    .bind(held.rules_version)
    .execute(tx)
    .await
    .step("write the hold")?;
    Ok(())
}

pub async fn mark_booked(tx: &mut PgConnection, id: HoldId, appointment: AppointmentId) -> Result<(), StoreError> {
    sqlx::query("UPDATE holds SET ended_as = 'booked', ended_at = now(), appointment_id = $2 WHERE id = $1")
        .bind(id.as_uuid())
        .bind(appointment.as_uuid())
        .execute(tx)
        .await
        .step("mark the hold as booked")?;
    Ok(())
}

/// Ends a hold in favour of an appointment that moves to its time.
pub async fn hand_over(tx: &mut PgConnection, id: HoldId, appointment: AppointmentId) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM claims WHERE hold_id = $1")
        .bind(id.as_uuid())
        .execute(&mut *tx)
        .await
        .step("hand a hold's time over")?;
    mark_booked(tx, id, appointment).await
}

/// Ends a session's standing holds (all, or one), with an audit row each. Gives their number.
pub async fn end(
    tx: &mut PgConnection,
    tenant: TenantId,
    session: SessionId,
    which: Option<HoldId>,
    how: Ended,
) -> Result<u32, StoreError> {
    let ended = sqlx::query(
        "WITH gone AS (DELETE FROM claims WHERE tenant_id = $1 AND session_id = $2 AND state = 'hold' \
                         AND ($3::uuid IS NULL OR hold_id = $3) RETURNING hold_id), \
              ended AS (UPDATE holds h SET ended_as = $4, ended_at = now() FROM gone WHERE h.id = gone.hold_id \
                        RETURNING h.id, h.tenant_id, h.session_id, h.channel) \
         INSERT INTO audit_log (tenant_id, session_id, channel, action, details) \
         SELECT tenant_id, session_id, channel, 'hold_released', jsonb_build_object('hold_id', id, 'how', $4) FROM ended",
    )
    .bind(tenant.as_uuid())
    .bind(session.as_uuid())
    .bind(which.map(|id| id.as_uuid()))
    .bind(how.as_str())
    .execute(tx)
    .await
    .step("end the session's holds")?;
    Ok(u32::try_from(ended.rows_affected()).unwrap_or(u32::MAX))
}

/// Clears expired holds out of the way, with an audit row each in the name of their own sessions.
pub async fn expire_overlapping(tx: &mut PgConnection, taken: &Taken) -> Result<(), StoreError> {
    sqlx::query(
        "WITH gone AS (DELETE FROM claims WHERE hold_id IN ( \
                         SELECT hold_id FROM claims WHERE resource_id = $1 AND state = 'hold' AND expires_at <= now() \
                           AND starts_at > $2 - interval '26 hours' AND starts_at < $3 AND upper(during) > $2) \
                       RETURNING hold_id), \
              ended AS (UPDATE holds h SET ended_as = 'expired', ended_at = now() FROM gone WHERE h.id = gone.hold_id \
                        RETURNING h.id, h.tenant_id, h.session_id, h.channel) \
         INSERT INTO audit_log (tenant_id, session_id, channel, action, details) \
         SELECT tenant_id, session_id, channel, 'hold_expired', jsonb_build_object('hold_id', id) FROM ended",
    )
    .bind(taken.resource)
    .bind(SqlTime(taken.during.start))
    .bind(SqlTime(taken.during.end))
    .execute(tx)
    .await
    .step("clear expired holds")?;
    Ok(())
}

/// Clears up to `limit` expired holds of all tenants. Rows that another replica is at are left to it.
pub async fn expire(tx: &mut PgConnection, limit: i64) -> Result<u64, StoreError> {
    let done = sqlx::query(
        "WITH old AS (SELECT hold_id FROM claims WHERE state = 'hold' AND expires_at <= now() AND position = 0 \
                      ORDER BY expires_at LIMIT $1 FOR UPDATE SKIP LOCKED), \
              gone AS (DELETE FROM claims c USING old WHERE c.hold_id = old.hold_id RETURNING c.hold_id), \
              ended AS (UPDATE holds h SET ended_as = 'expired', ended_at = now() FROM gone WHERE h.id = gone.hold_id \
                        RETURNING h.id, h.tenant_id, h.session_id, h.channel) \
         INSERT INTO audit_log (tenant_id, session_id, channel, action, details) \
         SELECT tenant_id, session_id, channel, 'hold_expired', jsonb_build_object('hold_id', id) FROM ended",
    )
    .bind(limit)
    .execute(tx)
    .await
    .step("clear expired holds")?;
    Ok(done.rows_affected())
}

/// Forgets holds that ended and answers that were kept, once nobody can come back to them.
pub async fn forget(tx: &mut PgConnection, limit: i64) -> Result<u64, StoreError> {
    let holds = sqlx::query(
        "DELETE FROM holds WHERE id IN (SELECT id FROM holds WHERE ended_at < now() - interval '1 day' \
                                        ORDER BY ended_at LIMIT $1 FOR UPDATE SKIP LOCKED)",
    )
    .bind(limit)
    .execute(&mut *tx)
    .await
    .step("forget ended holds")?;
    let answers = sqlx::query(
        "DELETE FROM idempotency WHERE (tenant_id, key) IN (SELECT tenant_id, key FROM idempotency \
             WHERE created_at < now() - interval '1 day' ORDER BY created_at LIMIT $1 FOR UPDATE SKIP LOCKED)",
    )
    .bind(limit)
    .execute(tx)
    .await
    .step("forget stored answers")?;
    Ok(holds.rows_affected() + answers.rows_affected())
}

#[derive(FromRow)]
struct LiveRow {
    id: Uuid,
    service_id: Uuid,
    staff_id: Uuid,
    staff_name: String,
    further: Json<Vec<HeldSegment>>,
    starts_at: SqlTime,
    ends_at: SqlTime,
    left_micros: i64,
}

/// A session's live holds; `now` is the service's clock, which the expiry is given in.
pub async fn live(
    db: impl PgExecutor<'_>,
    tenant: TenantId,
    session: SessionId,
    now: Timestamp,
) -> Result<Vec<Hold>, StoreError> {
    let rows: Vec<LiveRow> = sqlx::query_as(
        "SELECT h.id, h.service_id, h.staff_id, s.name AS staff_name, h.further, h.starts_at, h.ends_at, \
                (extract(epoch FROM c.expires_at - now()) * 1000000)::bigint AS left_micros \
         FROM claims c JOIN holds h ON h.id = c.hold_id JOIN staff s ON s.id = h.staff_id \
         WHERE c.session_id = $2 AND c.tenant_id = $1 AND c.state = 'hold' AND c.position = 0 AND c.resource_kind = 'staff' \
           AND c.expires_at > now() \
         ORDER BY h.starts_at",
    )
    .bind(tenant.as_uuid())
    .bind(session.as_uuid())
    .fetch_all(db)
    .await
    .step("read the session's holds")?;
    let holds = rows.into_iter().map(|row| Hold {
        id: HoldId::from_uuid(row.id),
        service: ServiceId::from_uuid(row.service_id),
        slot: Slot {
            start: row.starts_at.0,
            end: row.ends_at.0,
            staff: StaffId::from_uuid(row.staff_id),
            staff_name: row.staff_name,
            further: row.further.0.into_iter().map(|held| held.segment).collect(),
        },
        expires_at: claims::expiry(now, row.left_micros),
    });
    Ok(holds.collect())
}
