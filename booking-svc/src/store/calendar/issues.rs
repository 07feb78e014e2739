//! Where a calendar and the appointments disagree: for the business to decide.

use jiff::Timestamp;
use proto::id::{AppointmentId, StaffId, TenantId};
use serde_json::json;
use sqlx::{FromRow, PgConnection};
use uuid::Uuid;

use crate::{
    booking::slot::Span,
    store::{
        audit,
        error::{Step as _, StoreError},
        time::SqlTime,
    },
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// Our event was deleted there: shall the appointment be cancelled?
    Deleted,
    /// It was moved there: shall the appointment be?
    Moved(Span),
    /// Another event lies at the appointment's time.
    Overlap(Span),
}

impl Kind {
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Deleted => "deleted",
            Self::Moved(_) => "moved",
            Self::Overlap(_) => "overlap",
        }
    }

    pub const fn during(&self) -> Option<Span> {
        match self {
            Self::Deleted => None,
            Self::Moved(during) | Self::Overlap(during) => Some(*during),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub appointment: AppointmentId,
    pub event: String,
    pub kind: Kind,
}

/// What became of an issue; its text is what the table stores.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settled {
    Accepted,
    Dismissed,
    Resolved,
}

impl Settled {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Dismissed => "dismissed",
            Self::Resolved => "resolved",
        }
    }
}

#[derive(Debug, Clone)]
pub struct Issue {
    pub id: Uuid,
    pub staff: StaffId,
    pub found: Found,
    pub state: String,
    pub found_at: Timestamp,
}

#[derive(FromRow)]
struct Row {
    id: Uuid,
    staff_id: Uuid,
    appointment_id: Uuid,
    kind: String,
    event_id: String,
    starts_at: Option<SqlTime>,
    ends_at: Option<SqlTime>,
    state: String,
    found_at: SqlTime,
}

impl From<Row> for Issue {
    fn from(row: Row) -> Self {
        let during = row.starts_at.zip(row.ends_at).map(|(start, end)| Span { start: start.0, end: end.0 });
        let kind = match (row.kind.as_str(), during) {
            ("moved", Some(during)) => Kind::Moved(during),
            ("overlap", Some(during)) => Kind::Overlap(during),
            _ => Kind::Deleted,
        };
        let appointment = AppointmentId::from_uuid(row.appointment_id);
        Self {
            id: row.id,
            staff: StaffId::from_uuid(row.staff_id),
            found: Found { appointment, event: row.event_id, kind },
            state: row.state,
            found_at: row.found_at.0,
        }
    }
}

/// Records what was found, unless it stands already, or the business has dismissed just that. True: it is new.
pub async fn record(
    tx: &mut PgConnection,
    tenant: TenantId,
    staff: StaffId,
    found: &Found,
) -> Result<bool, StoreError> {
    let during = found.kind.during();
    let new = sqlx::query(
        "INSERT INTO calendar_issues (id, tenant_id, staff_id, appointment_id, kind, event_id, starts_at, ends_at) \
         SELECT $1, $2, $3, $4, $5, $6, $7, $8 \
         WHERE NOT EXISTS (SELECT FROM calendar_issues WHERE appointment_id = $4 AND staff_id = $3 AND kind = $5 \
                             AND event_id = $6 AND state = 'dismissed' AND kind = 'overlap' \
                             AND starts_at = $7 AND ends_at = $8) \
         ON CONFLICT (appointment_id, staff_id, kind, event_id) WHERE state = 'open' \
         DO UPDATE SET starts_at = excluded.starts_at, ends_at = excluded.ends_at \
             WHERE (calendar_issues.starts_at, calendar_issues.ends_at) \
                   IS DISTINCT FROM (excluded.starts_at, excluded.ends_at)",
    )
    .bind(Uuid::now_v7())
    .bind(tenant.as_uuid())
    .bind(staff.as_uuid())
    .bind(found.appointment.as_uuid())
    .bind(found.kind.as_str())
    .bind(&found.event)
    .bind(during.map(|during| SqlTime(during.start)))
    .bind(during.map(|during| SqlTime(during.end)))
    .execute(&mut *tx)
    .await
    .step("record a calendar's issue")?
    .rows_affected()
        > 0;
    if new {
        let details = json!({ "appointment_id": found.appointment, "staff_id": staff, "kind": found.kind.as_str() });
        audit::record_of_appointment(tx, tenant, found.appointment, "calendar_issue_found", &details).await?;
    }
    Ok(new)
}

/// Ends the open issues of a person's calendar that are of `kinds` and not among those that still hold.
pub async fn resolve_others(
    tx: &mut PgConnection,
    staff: StaffId,
    kinds: &[&str],
    holding: &[Found],
) -> Result<(), StoreError> {
    let of = |found: &Found| format!("{} {} {}", found.appointment, found.kind.as_str(), found.event);
    sqlx::query(
        "UPDATE calendar_issues SET state = 'resolved', settled_at = now() \
         WHERE staff_id = $1 AND state = 'open' AND kind = ANY($2) \
           AND NOT (appointment_id || ' ' || kind || ' ' || event_id = ANY($3))",
    )
    .bind(staff.as_uuid())
    .bind(kinds)
    .bind(holding.iter().map(of).collect::<Vec<_>>())
    .execute(tx)
    .await
    .step("resolve a calendar's issues")?;
    Ok(())
}

/// Ends what is open about our events of an appointment in a person's calendar: it says again what the appointment is.
pub async fn resolve_of(db: &mut PgConnection, appointment: AppointmentId, staff: StaffId) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE calendar_issues SET state = 'resolved', settled_at = now() \
         WHERE appointment_id = $1 AND staff_id = $2 AND state = 'open' AND kind IN ('deleted', 'moved')",
    )
    .bind(appointment.as_uuid())
    .bind(staff.as_uuid())
    .execute(db)
    .await
    .step("resolve an appointment's issues")?;
    Ok(())
}

/// The business's, latest first.
pub async fn listed(
    db: &mut PgConnection,
    tenant: TenantId,
    open_only: bool,
    limit: u32,
) -> Result<Vec<Issue>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT id, staff_id, appointment_id, kind, event_id, starts_at, ends_at, state, found_at FROM calendar_issues \
         WHERE tenant_id = $1 AND (state = 'open' OR NOT $2) ORDER BY found_at DESC, id DESC LIMIT $3",
    )
    .bind(tenant.as_uuid())
    .bind(open_only)
    .bind(i64::from(limit))
    .fetch_all(db)
    .await
    .step("list calendars' issues")?;
    Ok(rows.into_iter().map(Issue::from).collect())
}

pub async fn find(db: &mut PgConnection, tenant: TenantId, id: Uuid) -> Result<Option<Issue>, StoreError> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT id, staff_id, appointment_id, kind, event_id, starts_at, ends_at, state, found_at FROM calendar_issues \
         WHERE tenant_id = $1 AND id = $2",
    )
    .bind(tenant.as_uuid())
    .bind(id)
    .fetch_optional(db)
    .await
    .step("read a calendar's issue")?;
    Ok(row.map(Issue::from))
}

/// False: it was not open any more.
pub async fn settle(tx: &mut PgConnection, tenant: TenantId, issue: &Issue, how: Settled) -> Result<bool, StoreError> {
    let settled = sqlx::query(
        "UPDATE calendar_issues SET state = $3, settled_at = now() WHERE tenant_id = $1 AND id = $2 AND state = 'open'",
    )
    .bind(tenant.as_uuid())
    .bind(issue.id)
    .bind(how.as_str())
    .execute(&mut *tx)
    .await
    .step("settle a calendar's issue")?
    .rows_affected()
        > 0;
    if settled {
        let details = json!({ "issue_id": issue.id, "kind": issue.found.kind.as_str(), "as": how.as_str() });
        audit::record_of_appointment(tx, tenant, issue.found.appointment, "calendar_issue_settled", &details).await?;
    }
    Ok(settled)
}
