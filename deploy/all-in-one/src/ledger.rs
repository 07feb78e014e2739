//! Reads back what a call left in the database: the appointment's row and the session's.

use jiff::{Timestamp, ZonedDateTime, tz::TimeZone};
use serde::Serialize;
use sqlx::{PgPool, Row as _};

/// An appointment as it stands in PostgreSQL.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BookedAppointment {
    pub service: String,
    pub staff: String,
    /// With its zone, RFC 9557: `2026-11-25T14:00:00-05:00[America/New_York]`.
    #[serde(serialize_with = "as_text")]
    pub start: ZonedDateTime,
    pub client_name: String,
    pub client_email: String,
}

/// The row of a phone call, with its chat session's state.
#[derive(Debug, Clone)]
pub struct CallRow {
    pub started_at: Timestamp,
    pub status: String,
    pub outcome: Option<String>,
    pub turn_count: i32,
    pub barge_in_count: i32,
    pub session_id: uuid::Uuid,
    pub state: serde_json::Value,
}

#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    #[error("reading the database: {0}")]
    Database(#[from] sqlx::Error),
    #[error("an appointment's time or zone is malformed: {0}")]
    Time(#[from] jiff::Error),
}

/// The call's row; none when no session was opened.
pub async fn call_row(pool: &PgPool, call_sid: &str) -> Result<Option<CallRow>, LedgerError> {
    let row = sqlx::query(
        "SELECT (extract(epoch FROM v.started_at) * 1000000)::bigint AS started_us, v.status, v.outcome, v.turn_count,
                v.barge_in_count, v.chat_session_id, c.state
         FROM voice_sessions v JOIN chat_sessions c ON c.id = v.chat_session_id WHERE v.call_sid = $1",
    )
    .bind(call_sid)
    .fetch_optional(pool)
    .await?;
    row.map(|row| {
        Ok(CallRow {
            started_at: Timestamp::from_microsecond(row.try_get("started_us")?)?,
            status: row.try_get("status")?,
            outcome: row.try_get("outcome")?,
            turn_count: row.try_get("turn_count")?,
            barge_in_count: row.try_get("barge_in_count")?,
            session_id: row.try_get("chat_session_id")?,
            state: row.try_get("state")?,
        })
    })
    .transpose()
}

/// How many phone calls opened a session so far.
pub async fn call_count(pool: &PgPool) -> Result<i64, LedgerError> {
    Ok(sqlx::query_scalar("SELECT count(*) FROM voice_sessions").fetch_one(pool).await?)
}

/// The appointments that a call made, oldest first.
pub async fn appointments_of_call(pool: &PgPool, call_sid: &str) -> Result<Vec<BookedAppointment>, LedgerError> {
    let rows: Vec<(String, String, i64, String, String, String)> = sqlx::query_as(
        "SELECT s.name, st.name, (extract(epoch FROM a.starts_at) * 1000000)::bigint, a.time_zone, a.client_name, a.client_email
         FROM appointments a
         JOIN voice_sessions v ON v.chat_session_id = a.session_id
         JOIN services s ON s.id = a.service_id
         JOIN staff st ON st.id = a.staff_id
         WHERE v.call_sid = $1 AND a.status = 'booked' ORDER BY a.created_at",
    )
    .bind(call_sid)
    .fetch_all(pool)
    .await?;
    let appointment = |(service, staff, starts_us, zone, client_name, client_email): (_, _, _, String, _, _)| {
        let start = Timestamp::from_microsecond(starts_us)?.to_zoned_datetime(TimeZone::get(&zone)?);
        Ok(BookedAppointment { service, staff, start, client_name, client_email })
    };
    rows.into_iter().map(appointment).collect()
}

/// How many rows still hold time for a session without an appointment.
pub async fn holds_of_session(pool: &PgPool, session_id: uuid::Uuid) -> Result<i64, LedgerError> {
    let held = "SELECT count(*) FROM claims WHERE session_id = $1 AND state = 'hold'";
    Ok(sqlx::query_scalar(held).bind(session_id).fetch_one(pool).await?)
}

fn as_text<S: serde::Serializer>(start: &ZonedDateTime, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(start)
}
