//! What the tables say, as plain rows. Times are microseconds since 1970.

use std::collections::HashMap;

use serde_json::Value;
use sqlx::{Connection as _, FromRow, PgConnection};
use uuid::Uuid;

use super::journal::Micros;

#[derive(Debug, Clone, Default)]
pub struct Tables {
    /// When they were read, by the database's clock.
    pub read_at: Micros,
    pub services: HashMap<Uuid, Service>,
    /// How many a room or machine serves at once.
    pub places: HashMap<Uuid, i16>,
    pub appointments: Vec<Appointment>,
    pub segments: Vec<Segment>,
    pub claims: Vec<Claim>,
    pub holds: Vec<Hold>,
    /// In the order of writing.
    pub audit: Vec<Audit>,
    pub answers: Vec<Stored>,
}

#[derive(Debug, Clone, Default)]
pub struct Service {
    pub before: Micros,
    pub after: Micros,
    pub needs: Vec<Uuid>,
}

#[derive(Debug, Clone, FromRow)]
pub struct Appointment {
    pub id: Uuid,
    pub tenant: Uuid,
    pub start: Micros,
    pub end: Micros,
    pub cancelled: bool,
    pub version: i32,
    pub notes: String,
}

#[derive(Debug, Clone, FromRow)]
pub struct Segment {
    pub appointment: Uuid,
    pub position: i16,
    pub service: Uuid,
    pub staff: Uuid,
    pub start: Micros,
    pub end: Micros,
}

#[derive(Debug, Clone, FromRow)]
pub struct Claim {
    pub id: Uuid,
    pub tenant: Uuid,
    pub kind: String,
    pub resource: Uuid,
    pub lane: i16,
    pub start: Micros,
    pub end: Micros,
    pub state: String,
    pub hold: Option<Uuid>,
    pub appointment: Option<Uuid>,
    pub block: Option<Uuid>,
    pub from_calendar: bool,
    pub expires_at: Option<Micros>,
}

#[derive(Debug, Clone, FromRow)]
pub struct Hold {
    pub id: Uuid,
    pub ended_as: Option<String>,
}

#[derive(Debug, Clone, FromRow)]
pub struct Audit {
    pub id: i64,
    pub tenant: Uuid,
    pub has_session: bool,
    pub action: String,
    pub details: Value,
}

/// An answer that is kept for repeats.
#[derive(Debug, Clone, FromRow)]
pub struct Stored {
    pub tenant: Uuid,
    pub key: String,
    pub answer: Value,
}

/// A whole number of microseconds since 1970.
macro_rules! micros {
    ($instant:literal) => {
        concat!("(extract(epoch FROM ", $instant, ") * 1000000)::bigint")
    };
}

impl Tables {
    /// Reads them all in one snapshot.
    pub async fn read(database_url: &str) -> Result<Self, sqlx::Error> {
        let mut connection = PgConnection::connect(database_url).await?;
        let mut tx = connection.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
        let read_at = sqlx::query_scalar(concat!("SELECT ", micros!("now()"))).fetch_one(&mut *tx).await?;
        let services: Vec<(Uuid, i64, i64, Vec<Uuid>)> = sqlx::query_as(
            "SELECT id, buffer_before_minutes::bigint, buffer_after_minutes::bigint, \
                    ARRAY(SELECT resource_id FROM service_resources n WHERE n.service_id = s.id) FROM services s",
        )
        .fetch_all(&mut *tx)
        .await?;
        let services = services
            .into_iter()
            .map(|(id, before, after, needs)| (id, Service { before: before * MINUTE, after: after * MINUTE, needs }));
        let services = services.collect();
        let places: Vec<(Uuid, i16)> = sqlx::query_as("SELECT id, places FROM resources").fetch_all(&mut *tx).await?;
        let places = places.into_iter().collect();
        let appointments = sqlx::query_as(concat!(
            "SELECT id, tenant_id AS tenant, ",
            micros!("starts_at"),
            " AS start, ",
            micros!("ends_at"),
            r#" AS "end", "#,
            "status = 'cancelled' AS cancelled, version, notes FROM appointments"
        ))
        .fetch_all(&mut *tx)
        .await?;
        let segments = sqlx::query_as(concat!(
            "SELECT appointment_id AS appointment, position, service_id AS service, staff_id AS staff, ",
            micros!("starts_at"),
            " AS start, ",
            micros!("ends_at"),
            r#" AS "end" FROM appointment_segments ORDER BY appointment_id, position"#
        ))
        .fetch_all(&mut *tx)
        .await?;
        let claims = sqlx::query_as(concat!(
            "SELECT id, tenant_id AS tenant, resource_kind AS kind, resource_id AS resource, lane, state, hold_id AS hold, ",
            "appointment_id AS appointment, block_id AS block, from_calendar, ", micros!("lower(during)"), " AS start, ", micros!("upper(during)"), r#" AS "end", "#,
            micros!("expires_at"), " AS expires_at FROM claims"
        ))
        .fetch_all(&mut *tx)
        .await?;
        let holds = sqlx::query_as("SELECT id, ended_as FROM holds").fetch_all(&mut *tx).await?;
        let audit = sqlx::query_as(
            "SELECT id, tenant_id AS tenant, session_id IS NOT NULL AS has_session, action, details FROM audit_log ORDER BY id",
        )
        .fetch_all(&mut *tx)
        .await?;
        let answers =
            sqlx::query_as("SELECT tenant_id AS tenant, key, answer FROM idempotency").fetch_all(&mut *tx).await?;
        Ok(Self { read_at, services, places, appointments, segments, claims, holds, audit, answers })
    }
}

pub const MINUTE: Micros = 60_000_000;
