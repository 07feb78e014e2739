//! Makes the database say what a business's file says, in one transaction.
//!
//! A person, service or resource is known by its name. One that the file no longer has is kept for the appointments that
//! name it, and can no longer be booked.

use jiff::civil::Date;
use proto::id::TenantId;
use sqlx::{PgConnection, PgPool, postgres::types::PgRange};
use uuid::Uuid;

use super::file::{File, Person, Resource, Service, Week};
use crate::store::{
    error::{Step as _, StoreError},
    time::SqlDate,
};

/// The ids of what files describe are hashes under this, so that a second import means the same rows.
const NAMESPACE: Uuid = uuid::uuid!("5a2c1f0e-9d3b-4a77-8c4e-2f1f6b0c9a11");

/// The tables' own defaults, for what a file leaves out.
const CALLS_AT_ONCE: i32 = 5;
const RECORDINGS_KEPT_DAYS: i32 = 30;
const GRID_MINUTES: i32 = 30;
const HORIZON_DAYS: i32 = 60;

#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error("the number {0} is another business's")]
    ForeignNumber(proto::PhoneNumber),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Imported {
    pub tenant: TenantId,
    /// It was not there before.
    pub new: bool,
}

/// The id of what a file calls `name`.
pub fn id(slug: &str, kind: &str, name: &str) -> Uuid {
    Uuid::new_v5(&NAMESPACE, format!("{slug}/{kind}/{name}").as_bytes())
}

/// Days of each year are put in from `today` on.
pub async fn import(pool: &PgPool, file: &File, today: Date) -> Result<Imported, ImportError> {
    let mut tx = pool.begin().await.step("begin the import")?;
    let imported = write(&mut tx, file, today).await?;
    tx.commit().await.step("commit the import")?;
    Ok(imported)
}

pub(crate) async fn write(tx: &mut PgConnection, file: &File, today: Date) -> Result<Imported, ImportError> {
    let (tenant, new) = tenant(tx, file).await?;
    clear(tx, tenant).await?;
    numbers(tx, tenant, file).await?;
    for (weekday, start, end) in minutes(&file.hours) {
        sqlx::query("INSERT INTO opening_hours (tenant_id, weekday, start_minute, end_minute) VALUES ($1, $2, $3, $4)")
            .bind(tenant)
            .bind(weekday)
            .bind(start)
            .bind(end)
            .execute(&mut *tx)
            .await
            .step("write the opening hours")?;
    }
    dates(tx, tenant, file, today).await?;
    let mut of = Writer { tx, tenant, file };
    for (position, person) in (0..).zip(&file.staff) {
        of.person(position, person).await?;
    }
    for one in &file.resources {
        of.resource(one).await?;
    }
    for (position, service) in (0..).zip(&file.services) {
        of.service(position, service).await?;
    }
    Ok(Imported { tenant: TenantId::from_uuid(tenant), new })
}

async fn tenant(tx: &mut PgConnection, file: &File) -> Result<(Uuid, bool), StoreError> {
    let texts = |words: &[super::values::Words]| words.iter().map(|word| word.0.clone()).collect::<Vec<_>>();
    let (calls, speech) = (&file.calls, &file.speech);
    sqlx::query_as(
        // With the clock of the statement, so that businesses keep the order in which they came.
        "INSERT INTO tenants (id, slug, name, time_zone, language, greeting, consent_sentence, address, web_address, \
                              concurrent_calls_max, recording_enabled, recording_retention_days, change_notice_minutes, \
                              barge_in_mode, recognition_chain, synthesis_chain, azure_voice, azure_style, \
                              azure_rate_percent, elevenlabs_voice_id, elevenlabs_rate_percent, messages_by_email, \
                              messages_by_text, email_from, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, \
                 $22, $23, $24, clock_timestamp()) \
         ON CONFLICT (slug) DO UPDATE SET \
             name = excluded.name, time_zone = excluded.time_zone, language = excluded.language, \
             greeting = excluded.greeting, consent_sentence = excluded.consent_sentence, address = excluded.address, \
             web_address = excluded.web_address, concurrent_calls_max = excluded.concurrent_calls_max, \
             recording_enabled = excluded.recording_enabled, \
             recording_retention_days = excluded.recording_retention_days, \
             change_notice_minutes = excluded.change_notice_minutes, barge_in_mode = excluded.barge_in_mode, \
             recognition_chain = excluded.recognition_chain, synthesis_chain = excluded.synthesis_chain, \
             azure_voice = excluded.azure_voice, azure_style = excluded.azure_style, \
             azure_rate_percent = excluded.azure_rate_percent, elevenlabs_voice_id = excluded.elevenlabs_voice_id, \
             elevenlabs_rate_percent = excluded.elevenlabs_rate_percent, \
             messages_by_email = excluded.messages_by_email, messages_by_text = excluded.messages_by_text, \
             email_from = excluded.email_from \
         RETURNING id, xmax = 0 AS new",
    )
    .bind(id(&file.slug.0, "tenant", ""))
    .bind(&file.slug.0)
    .bind(&file.name.0)
    .bind(&file.time_zone.0)
    .bind(&file.language.0)
    .bind(&file.greeting.0)
    .bind(&file.consent_sentence)
    .bind(&file.address)
    .bind(&file.web_address)
    .bind(calls.at_once_max.map_or(CALLS_AT_ONCE, |max| max.0))
    .bind(calls.recorded)
    .bind(calls.recordings_kept_days.map_or(RECORDINGS_KEPT_DAYS, |days| days.0))
    .bind(file.change_notice_minutes.map_or(0, |minutes| minutes.0))
    .bind(calls.barge_in.map_or("", super::file::BargeIn::as_str))
    .bind(texts(&speech.recognition))
    .bind(texts(&speech.synthesis))
    .bind(&speech.azure_voice)
    .bind(&speech.azure_style)
    .bind(speech.azure_rate_percent.map(|percent| percent.0))
    .bind(&speech.elevenlabs_voice_id)
    .bind(speech.elevenlabs_rate_percent.map(|percent| percent.0))
    .bind(file.messages.email)
    .bind(file.messages.text)
    .bind(file.messages.email_from.as_ref().map_or("", |email| &email.0))
    .fetch_one(tx)
    .await
    .step("write the business")
}

/// Takes out what is written anew, and out of service what may not come again.
async fn clear(tx: &mut PgConnection, tenant: Uuid) -> Result<(), StoreError> {
    for statement in [
        "DELETE FROM tenant_numbers WHERE tenant_id = $1",
        "DELETE FROM opening_hours WHERE tenant_id = $1",
        "DELETE FROM date_exceptions WHERE tenant_id = $1",
        "DELETE FROM staff_hours WHERE tenant_id = $1",
        "DELETE FROM staff_services WHERE tenant_id = $1",
        "DELETE FROM service_resources WHERE tenant_id = $1",
        "UPDATE staff SET active = false WHERE tenant_id = $1 AND active",
        "UPDATE services SET active = false WHERE tenant_id = $1 AND active",
    ] {
        sqlx::query(statement).bind(tenant).execute(&mut *tx).await.step("clear the business's rules")?;
    }
    Ok(())
}

async fn numbers(tx: &mut PgConnection, tenant: Uuid, file: &File) -> Result<(), ImportError> {
    for phone in &file.phone_numbers {
        let added = sqlx::query(
            "INSERT INTO tenant_numbers (phone_number, tenant_id) VALUES ($1, $2) ON CONFLICT (phone_number) DO NOTHING",
        )
        .bind(phone.0.reveal())
        .bind(tenant)
        .execute(&mut *tx)
        .await
        .step("write a phone number")?;
        if added.rows_affected() == 0 {
            return Err(ImportError::ForeignNumber(phone.0.clone()));
        }
    }
    Ok(())
}

async fn dates(tx: &mut PgConnection, tenant: Uuid, file: &File, today: Date) -> Result<(), StoreError> {
    for (day, other) in &file.dates {
        let open = other.open.iter().flat_map(|hours| &hours.0);
        let open: Vec<PgRange<i32>> = open.map(|range| PgRange::from(range.start.into()..range.end.into())).collect();
        for date in day.dates(today) {
            // A date that is named by itself stands before a day of each year, and comes first in the file's order.
            sqlx::query(
                "INSERT INTO date_exceptions (tenant_id, date, reason, open) VALUES ($1, $2, $3, $4) \
                 ON CONFLICT (tenant_id, date) DO NOTHING",
            )
            .bind(tenant)
            .bind(SqlDate(date))
            .bind(&other.reason)
            .bind(&open)
            .execute(&mut *tx)
            .await
            .step("write a date's hours")?;
        }
    }
    Ok(())
}

/// Weekdays with their minutes since local midnight.
fn minutes(week: &Week) -> impl Iterator<Item = (i16, i32, i32)> {
    week.iter().flat_map(|(days, hours)| {
        let ranges = hours.0.iter();
        (days.first..=days.last)
            .flat_map(move |day| ranges.clone().map(move |range| (day, range.start.into(), range.end.into())))
    })
}

struct Writer<'a> {
    tx: &'a mut PgConnection,
    tenant: Uuid,
    file: &'a File,
}

impl Writer<'_> {
    fn id(&self, kind: &str, name: &str) -> Uuid {
        id(&self.file.slug.0, kind, name)
    }

    async fn person(&mut self, position: i32, person: &Person) -> Result<(), StoreError> {
        let name = &person.name.value.0;
        let staff = self.id("staff", name);
        sqlx::query(
            "INSERT INTO staff (id, tenant_id, name, position) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (id) DO UPDATE SET name = excluded.name, position = excluded.position, active = true",
        )
        .bind(staff)
        .bind(self.tenant)
        .bind(name)
        .bind(position)
        .execute(&mut *self.tx)
        .await
        .step("write a person")?;
        for (weekday, start, end) in person.hours.iter().flat_map(minutes) {
            sqlx::query(
                "INSERT INTO staff_hours (tenant_id, staff_id, weekday, start_minute, end_minute) VALUES ($1, $2, $3, $4, $5)",
            )
            .bind(self.tenant)
            .bind(staff)
            .bind(weekday)
            .bind(start)
            .bind(end)
            .execute(&mut *self.tx)
            .await
            .step("write a person's hours")?;
        }
        Ok(())
    }

    async fn resource(&mut self, resource: &Resource) -> Result<(), StoreError> {
        let name = &resource.name.value.0;
        sqlx::query(
            "INSERT INTO resources (id, tenant_id, kind, name, places) VALUES ($1, $2, $3, $4, $5) \
             ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, name = excluded.name, places = excluded.places",
        )
        .bind(self.id("resource", name))
        .bind(self.tenant)
        .bind(resource.kind.as_str())
        .bind(name)
        .bind(resource.places.map_or(1, |places| places.0))
        .execute(&mut *self.tx)
        .await
        .step("write a resource")?;
        Ok(())
    }

    async fn service(&mut self, position: i32, service: &Service) -> Result<(), StoreError> {
        let name = &service.name.value.0;
        let id = self.id("service", name);
        let synonyms: Vec<&str> = service.synonyms.iter().map(|word| word.0.as_str()).collect();
        sqlx::query(
            "INSERT INTO services (id, tenant_id, name, description, synonyms, duration_minutes, buffer_before_minutes, \
                                   buffer_after_minutes, price_minor, currency, slot_grid_minutes, notice_minutes, \
                                   horizon_days, position) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) \
             ON CONFLICT (id) DO UPDATE SET \
                 name = excluded.name, description = excluded.description, synonyms = excluded.synonyms, \
                 duration_minutes = excluded.duration_minutes, buffer_before_minutes = excluded.buffer_before_minutes, \
                 buffer_after_minutes = excluded.buffer_after_minutes, price_minor = excluded.price_minor, \
                 currency = excluded.currency, slot_grid_minutes = excluded.slot_grid_minutes, \
                 notice_minutes = excluded.notice_minutes, horizon_days = excluded.horizon_days, \
                 position = excluded.position, active = true",
        )
        .bind(id)
        .bind(self.tenant)
        .bind(name)
        .bind(&service.description)
        .bind(synonyms)
        .bind(service.minutes.0)
        .bind(service.buffer_before_minutes.map_or(0, |minutes| minutes.0))
        .bind(service.buffer_after_minutes.map_or(0, |minutes| minutes.0))
        .bind(service.price.minor)
        .bind(&self.file.currency.0)
        .bind(service.grid_minutes.map_or(GRID_MINUTES, |minutes| minutes.0))
        .bind(service.notice_minutes.map_or(0, |minutes| minutes.0))
        .bind(service.horizon_days.map_or(HORIZON_DAYS, |days| days.0))
        .bind(position)
        .execute(&mut *self.tx)
        .await
        .step("write a service")?;
        for person in &service.staff {
            let staff = self.id("staff", &person.value.0);
            self.link("INSERT INTO staff_services (tenant_id, service_id, staff_id) VALUES ($1, $2, $3)", id, staff)
                .await?;
        }
        for need in &service.needs {
            let resource = self.id("resource", &need.value.0);
            let link = "INSERT INTO service_resources (tenant_id, service_id, resource_id) VALUES ($1, $2, $3)";
            self.link(link, id, resource).await?;
        }
        Ok(())
    }

    async fn link(&mut self, insert: &'static str, service: Uuid, to: Uuid) -> Result<(), StoreError> {
        let query = sqlx::query(insert).bind(self.tenant).bind(service).bind(to);
        query.execute(&mut *self.tx).await.step("say what a service needs")?;
        Ok(())
    }
}
