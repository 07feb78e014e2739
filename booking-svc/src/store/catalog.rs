//! The rules of a tenant, read as one snapshot and kept until their version changes.

mod tenant;

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, PoisonError},
};

use jiff::tz::TimeZone;
use proto::{
    PhoneNumber,
    id::{ResourceId, ServiceId, StaffId, TenantId},
};
use sqlx::{Connection as _, FromRow, PgConnection, PgExecutor, PgPool};
use uuid::Uuid;

use crate::booking::{
    local_time::{MinuteRange, WeekHours},
    rules::{DateException, Lane, Resource, ResourceKind, Rules, Service, Staff},
};

use super::{
    error::{Step as _, StoreError, unreadable},
    tenancy,
    time::SqlDate,
};

/// Tenants whose rules are kept; when full, all are dropped and read again as they are asked for.
const TENANTS_MAX: usize = 1_024;

#[derive(Debug)]
pub struct Catalog {
    pool: PgPool,
    kept: Mutex<HashMap<TenantId, Arc<Rules>>>,
}

impl Catalog {
    pub fn new(pool: PgPool) -> Self {
        Self { pool, kept: Mutex::default() }
    }

    /// The rules as they are now; `None`: no such tenant.
    pub async fn rules(&self, tenant: TenantId) -> Result<Option<Arc<Rules>>, StoreError> {
        let mut connection = tenancy::reading(&self.pool, tenant).await?;
        let Some(version) = version(&mut *connection, tenant).await? else { return Ok(None) };
        let kept = self.lock().get(&tenant).filter(|rules| rules.version == version).cloned();
        if kept.is_some() {
            return Ok(kept);
        }
        let Some(rules) = load(&mut connection, tenant).await? else { return Ok(None) };
        let rules = Arc::new(rules);
        let mut kept = self.lock();
        if kept.len() >= TENANTS_MAX {
            kept.clear();
        }
        kept.insert(tenant, Arc::clone(&rules));
        Ok(Some(rules))
    }

    pub async fn tenant_of_number(&self, number: &PhoneNumber) -> Result<Option<TenantId>, StoreError> {
        let id: Option<Uuid> = sqlx::query_scalar("SELECT tenant_id FROM tenant_numbers WHERE phone_number = $1")
            .bind(number.reveal())
            .fetch_optional(&self.pool)
            .await
            .step("look up a called number")?;
        Ok(id.map(TenantId::from_uuid))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<TenantId, Arc<Rules>>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The version of a tenant's rules, to compare with what a decision was based on.
pub async fn version(db: impl PgExecutor<'_>, tenant: TenantId) -> Result<Option<i64>, StoreError> {
    sqlx::query_scalar("SELECT rules_version FROM tenants WHERE id = $1")
        .bind(tenant.as_uuid())
        .fetch_optional(db)
        .await
        .step("read the rules' version")
}

async fn load(connection: &mut PgConnection, id: TenantId) -> Result<Option<Rules>, StoreError> {
    let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
    let mut tx = connection.begin_with(begin).await.step("begin reading the rules")?;
    let Some(tenant) = tenant::read(&mut tx, id).await? else { return Ok(None) };
    let zone = TimeZone::get(&tenant.time_zone).map_err(|e| unreadable("read the tenant's time zone", e))?;
    let rules = Rules {
        tenant: id,
        version: tenant.rules_version,
        services: services(&mut tx, id).await?,
        staff: staff(&mut tx, id).await?,
        resources: resources(&mut tx, id).await?,
        week: opening_hours(&mut tx, id).await?,
        exceptions: exceptions(&mut tx, id).await?,
        zone,
        profile: tenant.into_profile()?,
    };
    tx.rollback().await.step("end reading the rules")?;
    Ok(Some(rules))
}

#[derive(FromRow)]
struct ServiceRow {
    id: Uuid,
    name: String,
    description: String,
    synonyms: Vec<String>,
    duration_minutes: i32,
    buffer_before_minutes: i32,
    buffer_after_minutes: i32,
    price_minor: i64,
    currency: String,
    slot_grid_minutes: i32,
    notice_minutes: i32,
    horizon_days: i32,
    staff_ids: Vec<Uuid>,
    resource_ids: Vec<Uuid>,
}

async fn services(tx: &mut PgConnection, tenant: TenantId) -> Result<Vec<Service>, StoreError> {
    let rows: Vec<ServiceRow> = sqlx::query_as(
        "SELECT id, name, description, synonyms, duration_minutes, buffer_before_minutes, buffer_after_minutes, \
                price_minor, currency, slot_grid_minutes, notice_minutes, horizon_days, \
                ARRAY(SELECT p.staff_id FROM staff_services p JOIN staff f ON f.id = p.staff_id \
                      WHERE p.service_id = s.id AND f.active ORDER BY f.position, f.name) AS staff_ids, \
                ARRAY(SELECT n.resource_id FROM service_resources n WHERE n.service_id = s.id ORDER BY 1) AS resource_ids \
         FROM services s WHERE tenant_id = $1 AND active ORDER BY position, name",
    )
    .bind(tenant.as_uuid())
    .fetch_all(tx)
    .await
    .step("read the services")?;
    rows.into_iter()
        .map(|row| {
            Ok(Service {
                id: ServiceId::from_uuid(row.id),
                name: row.name,
                description: row.description,
                synonyms: row.synonyms,
                duration_minutes: number(row.duration_minutes)?,
                buffer_before_minutes: number(row.buffer_before_minutes)?,
                buffer_after_minutes: number(row.buffer_after_minutes)?,
                price_minor: row.price_minor,
                currency: row.currency,
                slot_grid_minutes: number(row.slot_grid_minutes)?,
                notice_minutes: number(row.notice_minutes)?,
                horizon_days: number(row.horizon_days)?,
                staff: row.staff_ids.into_iter().map(StaffId::from_uuid).collect(),
                needs: row.resource_ids.into_iter().map(ResourceId::from_uuid).collect(),
            })
        })
        .collect()
}

async fn staff(tx: &mut PgConnection, tenant: TenantId) -> Result<Vec<Staff>, StoreError> {
    let people: Vec<(Uuid, String)> =
        sqlx::query_as("SELECT id, name FROM staff WHERE tenant_id = $1 AND active ORDER BY position, name")
            .bind(tenant.as_uuid())
            .fetch_all(&mut *tx)
            .await
            .step("read the staff")?;
    let rows: Vec<(Uuid, i16, i32, i32)> = sqlx::query_as(
        "SELECT staff_id, weekday, start_minute, end_minute FROM staff_hours WHERE tenant_id = $1 \
         ORDER BY staff_id, weekday, start_minute",
    )
    .bind(tenant.as_uuid())
    .fetch_all(tx)
    .await
    .step("read the staff's hours")?;
    let mut hours: HashMap<Uuid, WeekHours> = HashMap::new();
    for (staff, weekday, start, end) in rows {
        add_hours(hours.entry(staff).or_default(), weekday, start, end)?;
    }
    let named = people.into_iter();
    Ok(named.map(|(id, name)| Staff { id: StaffId::from_uuid(id), name, hours: hours.remove(&id) }).collect())
}

async fn resources(tx: &mut PgConnection, tenant: TenantId) -> Result<Vec<Resource>, StoreError> {
    let rows: Vec<(Uuid, String, bool, Lane)> =
        sqlx::query_as("SELECT id, name, kind = 'room', places FROM resources WHERE tenant_id = $1 ORDER BY id")
            .bind(tenant.as_uuid())
            .fetch_all(tx)
            .await
            .step("read the rooms and machines")?;
    let kind = |room: bool| if room { ResourceKind::Room } else { ResourceKind::Machine };
    let rows = rows.into_iter();
    let resource =
        |(id, name, room, places)| Resource { id: ResourceId::from_uuid(id), name, kind: kind(room), places };
    Ok(rows.map(resource).collect())
}

async fn opening_hours(tx: &mut PgConnection, tenant: TenantId) -> Result<WeekHours, StoreError> {
    let rows: Vec<(i16, i32, i32)> = sqlx::query_as(
        "SELECT weekday, start_minute, end_minute FROM opening_hours WHERE tenant_id = $1 ORDER BY weekday, start_minute",
    )
    .bind(tenant.as_uuid())
    .fetch_all(tx)
    .await
    .step("read the opening hours")?;
    let mut week = WeekHours::default();
    for (weekday, start, end) in rows {
        add_hours(&mut week, weekday, start, end)?;
    }
    Ok(week)
}

async fn exceptions(
    tx: &mut PgConnection,
    tenant: TenantId,
) -> Result<BTreeMap<jiff::civil::Date, DateException>, StoreError> {
    let rows: Vec<(SqlDate, String, Vec<i32>, Vec<i32>)> = sqlx::query_as(
        "SELECT date, reason, ARRAY(SELECT lower(r) FROM unnest(open) r ORDER BY r), \
                ARRAY(SELECT upper(r) FROM unnest(open) r ORDER BY r) \
         FROM date_exceptions WHERE tenant_id = $1",
    )
    .bind(tenant.as_uuid())
    .fetch_all(tx)
    .await
    .step("read the date exceptions")?;
    rows.into_iter()
        .map(|(date, reason, starts, ends)| {
            let ranges = starts.into_iter().zip(ends);
            let open = ranges.map(|(start, end)| minute_range(start, end)).collect::<Result<_, _>>()?;
            Ok((date.0, DateException { open, reason }))
        })
        .collect()
}

fn add_hours(week: &mut WeekHours, weekday: i16, start: i32, end: i32) -> Result<(), StoreError> {
    let day = usize::try_from(weekday - 1).ok().and_then(|index| week.get_mut(index));
    let day = day.ok_or_else(|| unreadable("read the hours", "a weekday outside 1–7"))?;
    day.push(minute_range(start, end)?);
    Ok(())
}

fn minute_range(start: i32, end: i32) -> Result<MinuteRange, StoreError> {
    Ok(MinuteRange { start: number(start)?, end: number(end)? })
}

fn number<T: TryFrom<i32>>(value: i32) -> Result<T, StoreError> {
    T::try_from(value).map_err(|_| unreadable("read the rules", "a number out of range"))
}
