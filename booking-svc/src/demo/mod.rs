//! Businesses to try things with: a salon, a garage, and a clinic that speaks Spanish. Their ids are fixed, so that tests and documents can
//! name them. What is there already is left as it is.

mod clinic;
mod garage;
mod salon;

use jiff::civil::Date;
use proto::id::{ServiceId, StaffId, TenantId};
use sqlx::{PgConnection, PgPool};
use uuid::{Uuid, uuid};

/// The names below are hashed under this, so that they are the same ids everywhere.
const NAMESPACE: Uuid = uuid!("5a2c1f0e-9d3b-4a77-8c4e-2f1f6b0c9a11");

pub const SALON: &str = "harmony-wellness";
pub const SALON_NUMBER: &str = "+14155550199";
pub const GARAGE: &str = "northside-garage";
pub const GARAGE_NUMBER: &str = "+14155550188";
pub const CLINIC: &str = "clinica-dental-del-sol";
pub const CLINIC_NUMBER: &str = "+14155550177";

pub fn tenant_id(slug: &str) -> TenantId {
    TenantId::from_uuid(id(slug, "tenant", ""))
}

/// By the service's name, e.g. "Massage".
pub fn service_id(slug: &str, name: &str) -> ServiceId {
    ServiceId::from_uuid(id(slug, "service", name))
}

/// By the person's full name, e.g. "Maria Lopez".
pub fn staff_id(slug: &str, name: &str) -> StaffId {
    StaffId::from_uuid(id(slug, "staff", name))
}

fn id(slug: &str, kind: &str, name: &str) -> Uuid {
    Uuid::new_v5(&NAMESPACE, format!("{slug}/{kind}/{name}").as_bytes())
}

struct Business {
    slug: &'static str,
    name: &'static str,
    phone_number: &'static str,
    time_zone: &'static str,
    /// BCP 47
    language: &'static str,
    greeting: &'static str,
    consent_sentence: &'static str,
    address: &'static str,
    web_address: &'static str,
    staff: &'static [Person],
    services: &'static [Offer],
    /// ISO weekday, and minutes since midnight.
    hours: &'static [(i16, i32, i32)],
}

struct Person {
    name: &'static str,
    /// Empty: whenever the business is open.
    hours: &'static [(i16, i32, i32)],
}

struct Offer {
    name: &'static str,
    description: &'static str,
    synonyms: &'static [&'static str],
    minutes: i32,
    buffer_after_minutes: i32,
    price_minor: i64,
    staff: &'static [&'static str],
}

/// Puts the businesses in, as seen from `today`: they are closed on the next Christmas and New Year's Day.
pub async fn seed(pool: &PgPool, today: Date) -> Result<(), sqlx::Error> {
    let mut tx = pool.begin().await?;
    for business in [&salon::SALON, &garage::GARAGE, &clinic::CLINIC] {
        seed_business(&mut tx, business, today).await?;
    }
    tx.commit().await
}

async fn seed_business(tx: &mut PgConnection, business: &Business, today: Date) -> Result<(), sqlx::Error> {
    let tenant = tenant_id(business.slug).as_uuid();
    sqlx::query(
        // With the clock of the statement, so that they keep the order in which they are listed.
        "INSERT INTO tenants (id, slug, name, time_zone, language, greeting, consent_sentence, address, web_address, \
                              created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, clock_timestamp()) ON CONFLICT DO NOTHING",
    )
    .bind(tenant)
    .bind(business.slug)
    .bind(business.name)
    .bind(business.time_zone)
    .bind(business.language)
    .bind(business.greeting)
    .bind(business.consent_sentence)
    .bind(business.address)
    .bind(business.web_address)
    .execute(&mut *tx)
    .await?;
    sqlx::query("INSERT INTO tenant_numbers (phone_number, tenant_id) VALUES ($1, $2) ON CONFLICT DO NOTHING")
        .bind(business.phone_number)
        .bind(tenant)
        .execute(&mut *tx)
        .await?;
    for (weekday, start, end) in business.hours {
        sqlx::query("INSERT INTO opening_hours (tenant_id, weekday, start_minute, end_minute) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING")
            .bind(tenant)
            .bind(weekday)
            .bind(start)
            .bind(end)
            .execute(&mut *tx)
            .await?;
    }
    for (position, person) in (0..).zip(business.staff) {
        seed_person(tx, business, person, position).await?;
    }
    for (position, offer) in (0..).zip(business.services) {
        seed_service(tx, business, offer, position).await?;
    }
    for (month, day, reason) in [(12, 25, "Christmas Day"), (1, 1, "New Year's Day")] {
        let Some(date) = next(today, month, day) else { continue };
        sqlx::query("INSERT INTO date_exceptions (tenant_id, date, reason) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
            .bind(tenant)
            .bind(crate::store::time::SqlDate(date))
            .bind(reason)
            .execute(&mut *tx)
            .await?;
    }
    Ok(())
}

async fn seed_person(
    tx: &mut PgConnection,
    business: &Business,
    person: &Person,
    position: i32,
) -> Result<(), sqlx::Error> {
    let tenant = tenant_id(business.slug).as_uuid();
    let staff = staff_id(business.slug, person.name).as_uuid();
    sqlx::query("INSERT INTO staff (id, tenant_id, name, position) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING")
        .bind(staff)
        .bind(tenant)
        .bind(person.name)
        .bind(position)
        .execute(&mut *tx)
        .await?;
    for (weekday, start, end) in person.hours {
        sqlx::query(
            "INSERT INTO staff_hours (tenant_id, staff_id, weekday, start_minute, end_minute) VALUES ($1, $2, $3, $4, $5) \
             ON CONFLICT DO NOTHING",
        )
        .bind(tenant)
        .bind(staff)
        .bind(weekday)
        .bind(start)
        .bind(end)
        .execute(&mut *tx)
        .await?;
    }
    Ok(())
}

async fn seed_service(
    tx: &mut PgConnection,
    business: &Business,
    offer: &Offer,
    position: i32,
) -> Result<(), sqlx::Error> {
    let tenant = tenant_id(business.slug).as_uuid();
    let service = service_id(business.slug, offer.name).as_uuid();
    sqlx::query(
        "INSERT INTO services (id, tenant_id, name, description, synonyms, duration_minutes, buffer_after_minutes, \
                               price_minor, slot_grid_minutes, notice_minutes, horizon_days, position) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 30, 60, 90, $9) ON CONFLICT DO NOTHING",
    )
    .bind(service)
    .bind(tenant)
    .bind(offer.name)
    .bind(offer.description)
    .bind(offer.synonyms)
    .bind(offer.minutes)
    .bind(offer.buffer_after_minutes)
    .bind(offer.price_minor)
    .bind(position)
    .execute(&mut *tx)
    .await?;
    for name in offer.staff {
        sqlx::query(
            "INSERT INTO staff_services (tenant_id, staff_id, service_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        )
        .bind(tenant)
        .bind(staff_id(business.slug, name).as_uuid())
        .bind(service)
        .execute(&mut *tx)
        .await?;
    }
    Ok(())
}

/// The first such day that is not before `today`.
fn next(today: Date, month: i8, day: i8) -> Option<Date> {
    let this_year = Date::new(today.year(), month, day).ok()?;
    if this_year >= today { Some(this_year) } else { Date::new(today.year() + 1, month, day).ok() }
}
