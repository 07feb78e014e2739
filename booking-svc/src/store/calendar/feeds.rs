//! Feeds of people's appointments: whose a token is, and what stands in them.

use jiff::Timestamp;
use proto::{
    Private,
    id::{AppointmentId, StaffId, TenantId},
};
use secrecy::SecretString;
use sqlx::{FromRow, PgConnection, PgPool};
use uuid::Uuid;

use crate::{
    booking::slot::Span,
    store::{
        error::{Step as _, StoreError},
        time::SqlTime,
        token::{self, hash},
    },
};

/// What a token begins with, so that one that leaked is recognised for what it is.
const PREFIX: &str = "cf_";

/// Whose feed it is, and what it shows.
#[derive(Debug, Clone, Copy)]
pub struct Feed {
    pub tenant: TenantId,
    pub staff: StaffId,
    pub shows_clients: bool,
}

/// A new token for a person's feed, in place of the one before.
pub async fn replace(db: &mut PgConnection, feed: Feed) -> Result<SecretString, StoreError> {
    let token = token::create(PREFIX);
    sqlx::query(
        "INSERT INTO calendar_feeds (staff_id, tenant_id, token_hash, shows_clients) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (staff_id) DO UPDATE SET \
             token_hash = excluded.token_hash, shows_clients = excluded.shows_clients, created_at = now()",
    )
    .bind(feed.staff.as_uuid())
    .bind(feed.tenant.as_uuid())
    .bind(hash(&token))
    .bind(feed.shows_clients)
    .execute(db)
    .await
    .step("write the calendar feed")?;
    Ok(token)
}

/// False: there was none.
pub async fn end(db: &mut PgConnection, tenant: TenantId, staff: StaffId) -> Result<bool, StoreError> {
    let ended = sqlx::query("DELETE FROM calendar_feeds WHERE tenant_id = $1 AND staff_id = $2")
        .bind(tenant.as_uuid())
        .bind(staff.as_uuid())
        .execute(db)
        .await
        .step("end the calendar feed")?;
    Ok(ended.rows_affected() > 0)
}

/// `None`: nobody's, or it was replaced.
pub async fn of_token(pool: &PgPool, token: &SecretString) -> Result<Option<Feed>, StoreError> {
    let row: Option<(Uuid, Uuid, bool)> =
        sqlx::query_as("SELECT tenant_id, staff_id, shows_clients FROM calendar_feeds WHERE token_hash = $1")
            .bind(hash(token))
            .fetch_optional(pool)
            .await
            .step("look up a calendar feed")?;
    Ok(row.map(|(tenant, staff, shows_clients)| Feed {
        tenant: TenantId::from_uuid(tenant),
        staff: StaffId::from_uuid(staff),
        shows_clients,
    }))
}

/// One service of an appointment that stands.
#[derive(Debug, Clone)]
pub struct Segment {
    pub appointment: AppointmentId,
    /// Of the visit's services, from 0.
    pub position: u16,
    pub version: u32,
    pub service_name: String,
    pub during: Span,
    pub client_name: Private<String>,
    pub changed_at: Timestamp,
}

#[derive(FromRow)]
struct Row {
    appointment_id: Uuid,
    position: i16,
    version: i32,
    service_name: String,
    starts_at: SqlTime,
    ends_at: SqlTime,
    client_name: String,
    updated_at: SqlTime,
}

/// What a person gives from one time to another, earliest first.
pub async fn segments(
    db: &mut PgConnection,
    Feed { tenant, staff, .. }: Feed,
    window: Span,
    limit: u32,
) -> Result<Vec<Segment>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT s.appointment_id, s.position, a.version, v.name AS service_name, s.starts_at, s.ends_at, a.client_name, a.updated_at \
         FROM appointment_segments s JOIN appointments a ON a.id = s.appointment_id JOIN services v ON v.id = s.service_id \
         WHERE s.tenant_id = $1 AND s.staff_id = $2 AND s.starts_at >= $3 AND s.starts_at < $4 AND a.status = 'booked' \
         ORDER BY s.starts_at, s.appointment_id, s.position LIMIT $5",
    )
    .bind(tenant.as_uuid())
    .bind(staff.as_uuid())
    .bind(SqlTime(window.start))
    .bind(SqlTime(window.end))
    .bind(i64::from(limit))
    .fetch_all(db)
    .await
    .step("read a person's appointments")?;
    let segments = rows.into_iter().map(|row| Segment {
        appointment: AppointmentId::from_uuid(row.appointment_id),
        position: row.position.unsigned_abs(),
        version: row.version.unsigned_abs(),
        service_name: row.service_name,
        during: Span { start: row.starts_at.0, end: row.ends_at.0 },
        client_name: Private::new(row.client_name),
        changed_at: row.updated_at.0,
    });
    Ok(segments.collect())
}
