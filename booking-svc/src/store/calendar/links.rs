//! Which calendar a person has, how far it is known, and over which channel it announces changes. None of it is a booking: these
//! are short READ COMMITTED transactions, which no booking's snapshot minds.

use jiff::Timestamp;
use proto::id::{StaffId, TenantId};
use sqlx::{FromRow, PgConnection, PgPool};
use uuid::Uuid;

use crate::store::{
    error::{Step as _, StoreError},
    tenancy::{self, Sees},
    time::SqlTime,
};

/// How we get at a calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoredAccess {
    /// It is shared with the installation's own account.
    ServiceAccount,
    /// Its owner let us in; the refresh token, sealed.
    Account(Vec<u8>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Active,
    /// The calendar does not let us in.
    Broken,
    /// So much was deleted there at once that nothing of it is believed.
    Stopped,
}

impl State {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Broken => "broken",
            Self::Stopped => "stopped",
        }
    }
}

#[derive(Debug, Clone)]
pub struct Link {
    pub tenant: TenantId,
    pub staff: StaffId,
    /// The calendar's id at Google.
    pub calendar: String,
    pub access: StoredAccess,
    pub shows_clients: bool,
    pub state: State,
    /// Why it is not active.
    pub problem: Option<String>,
    pub trusts_deletions: bool,
    pub sync_token: Option<String>,
    pub mirrored_to: Option<Timestamp>,
    pub synced_at: Option<Timestamp>,
    pub fresh: bool,
    pub failures: u32,
    pub channel: Option<StoredChannel>,
    /// Until when whoever looks at it has it to themselves; what they found counts only while it is this.
    pub leased_until: Option<Timestamp>,
    /// When this was read, by the database's clock.
    pub read_at: Timestamp,
}

/// A channel over which the calendar's changes are announced.
#[derive(Debug, Clone)]
pub struct StoredChannel {
    pub id: Uuid,
    pub resource: String,
    pub expires_at: Timestamp,
}

#[derive(FromRow)]
pub(super) struct Row {
    tenant_id: Uuid,
    staff_id: Uuid,
    calendar_id: String,
    refresh_token: Option<Vec<u8>>,
    shows_clients: bool,
    state: String,
    problem: Option<String>,
    trusts_deletions: bool,
    sync_token: Option<String>,
    mirrored_to: Option<SqlTime>,
    synced_at: Option<SqlTime>,
    fresh: bool,
    failures: i32,
    channel_id: Option<Uuid>,
    channel_resource: Option<String>,
    channel_expires_at: Option<SqlTime>,
    leased_until: Option<SqlTime>,
    read_at: SqlTime,
}

impl From<Row> for Link {
    fn from(row: Row) -> Self {
        let channel = match (row.channel_id, row.channel_resource, row.channel_expires_at) {
            (Some(id), Some(resource), Some(expires_at)) => {
                Some(StoredChannel { id, resource, expires_at: expires_at.0 })
            }
            _ => None,
        };
        Self {
            tenant: TenantId::from_uuid(row.tenant_id),
            staff: StaffId::from_uuid(row.staff_id),
            calendar: row.calendar_id,
            access: row.refresh_token.map_or(StoredAccess::ServiceAccount, StoredAccess::Account),
            shows_clients: row.shows_clients,
            state: match row.state.as_str() {
                "active" => State::Active,
                "stopped" => State::Stopped,
                _ => State::Broken,
            },
            problem: row.problem,
            trusts_deletions: row.trusts_deletions,
            sync_token: row.sync_token,
            mirrored_to: row.mirrored_to.map(|at| at.0),
            synced_at: row.synced_at.map(|at| at.0),
            fresh: row.fresh,
            failures: row.failures.unsigned_abs(),
            channel,
            leased_until: row.leased_until.map(|at| at.0),
            read_at: row.read_at.0,
        }
    }
}

/// The columns of a [`Row`].
macro_rules! columns {
    () => {
        "tenant_id, staff_id, calendar_id, refresh_token, shows_clients, state, problem, trusts_deletions, sync_token, \
         mirrored_to, synced_at, coalesce(fresh_until > now(), false) AS fresh, failures, channel_id, channel_resource, \
         channel_expires_at, leased_until, now() AS read_at"
    };
}
pub(super) use columns;

/// What somebody links.
#[derive(Debug)]
pub struct NewLink<'a> {
    pub tenant: TenantId,
    pub staff: StaffId,
    pub calendar: &'a str,
    pub access: &'a StoredAccess,
    pub shows_clients: bool,
}

/// Links a person to a calendar, in place of the one before. Nothing is known of it yet.
pub async fn connect(pool: &PgPool, new: &NewLink<'_>) -> Result<(), StoreError> {
    let (access, token) = match new.access {
        StoredAccess::ServiceAccount => ("service_account", None),
        StoredAccess::Account(token) => ("oauth", Some(token)),
    };
    let mut tx = tenancy::writing(pool, Sees::Tenant(new.tenant)).await?;
    // What was written into another calendar says nothing of this one.
    sqlx::query(
        "DELETE FROM calendar_written USING calendar_links l \
         WHERE calendar_written.staff_id = $1 AND l.staff_id = $1 AND l.calendar_id <> $2",
    )
    .bind(new.staff.as_uuid())
    .bind(new.calendar)
    .execute(&mut *tx)
    .await
    .step("forget what was written elsewhere")?;
    sqlx::query(
        "INSERT INTO calendar_links (staff_id, tenant_id, calendar_id, access, refresh_token, shows_clients) \
         VALUES ($1, $2, $3, $4, $5, $6) \
         ON CONFLICT (staff_id) DO UPDATE SET \
             calendar_id = excluded.calendar_id, access = excluded.access, refresh_token = excluded.refresh_token, \
             shows_clients = excluded.shows_clients, state = 'active', problem = NULL, sync_token = NULL, \
             mirrored_to = NULL, fresh_until = NULL, due_at = now(), leased_until = NULL, failures = 0, channel_id = NULL, \
             channel_token_hash = NULL, channel_resource = NULL, channel_expires_at = NULL",
    )
    .bind(new.staff.as_uuid())
    .bind(new.tenant.as_uuid())
    .bind(new.calendar)
    .bind(access)
    .bind(token)
    .bind(new.shows_clients)
    .execute(&mut *tx)
    .await
    .step("link a calendar")?;
    tx.commit().await.step("commit")
}

/// Takes the link away, with what is known by it; false: there was none.
pub async fn disconnect(tx: &mut PgConnection, staff: StaffId) -> Result<bool, StoreError> {
    for statement in [
        "DELETE FROM calendar_busy WHERE staff_id = $1",
        "DELETE FROM calendar_written WHERE staff_id = $1",
        "UPDATE calendar_issues SET state = 'resolved', settled_at = now() WHERE staff_id = $1 AND state = 'open'",
    ] {
        sqlx::query(statement).bind(staff.as_uuid()).execute(&mut *tx).await.step("forget a calendar")?;
    }
    let gone = sqlx::query("DELETE FROM calendar_links WHERE staff_id = $1")
        .bind(staff.as_uuid())
        .execute(tx)
        .await
        .step("take a link away")?;
    Ok(gone.rows_affected() > 0)
}

pub async fn find(db: &mut PgConnection, tenant: TenantId, staff: StaffId) -> Result<Option<Link>, StoreError> {
    let row: Option<Row> =
        sqlx::query_as(concat!("SELECT ", columns!(), " FROM calendar_links WHERE tenant_id = $1 AND staff_id = $2"))
            .bind(tenant.as_uuid())
            .bind(staff.as_uuid())
            .fetch_optional(db)
            .await
            .step("read a calendar's link")?;
    Ok(row.map(Link::from))
}

/// Whose channel it is, with the hash of its token.
pub async fn of_channel(
    db: &mut PgConnection,
    tenant: TenantId,
    channel: Uuid,
) -> Result<Option<(StaffId, Vec<u8>)>, StoreError> {
    let row: Option<(Uuid, Vec<u8>)> = sqlx::query_as(
        "SELECT staff_id, channel_token_hash FROM calendar_links WHERE tenant_id = $1 AND channel_id = $2",
    )
    .bind(tenant.as_uuid())
    .bind(channel)
    .fetch_optional(db)
    .await
    .step("look up a channel")?;
    Ok(row.map(|(staff, hash)| (StaffId::from_uuid(staff), hash)))
}

pub async fn set_channel(
    pool: &PgPool,
    link: &Link,
    channel: &StoredChannel,
    token_hash: Vec<u8>,
) -> Result<(), StoreError> {
    let mut tx = tenancy::writing(pool, Sees::Tenant(link.tenant)).await?;
    sqlx::query(
        "UPDATE calendar_links SET channel_id = $2, channel_token_hash = $3, channel_resource = $4, channel_expires_at = $5 \
         WHERE staff_id = $1",
    )
    .bind(link.staff.as_uuid())
    .bind(channel.id)
    .bind(token_hash)
    .bind(&channel.resource)
    .bind(SqlTime(channel.expires_at))
    .execute(&mut *tx)
    .await
    .step("write down a channel")?;
    tx.commit().await.step("commit")
}

pub async fn set_refresh_token(pool: &PgPool, link: &Link, sealed: Vec<u8>) -> Result<(), StoreError> {
    let mut tx = tenancy::writing(pool, Sees::Tenant(link.tenant)).await?;
    sqlx::query("UPDATE calendar_links SET refresh_token = $2 WHERE staff_id = $1 AND access = 'oauth'")
        .bind(link.staff.as_uuid())
        .bind(sealed)
        .execute(&mut *tx)
        .await
        .step("replace a refresh token")?;
    tx.commit().await.step("commit")
}

/// Who of these people has a calendar.
pub async fn linked(db: &mut PgConnection, people: &[StaffId]) -> Result<Vec<StaffId>, StoreError> {
    let ids: Vec<Uuid> = people.iter().map(|one| one.as_uuid()).collect();
    let linked: Vec<Uuid> =
        sqlx::query_scalar("SELECT staff_id FROM calendar_links WHERE staff_id = ANY($1) ORDER BY 1")
            .bind(ids)
            .fetch_all(db)
            .await
            .step("read who has a calendar")?;
    Ok(linked.into_iter().map(StaffId::from_uuid).collect())
}
