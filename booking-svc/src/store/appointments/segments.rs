//! The services of an appointment, each with who gives it.

use proto::id::{ServiceId, StaffId, TenantId};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::booking::appointment::Appointment;

use super::super::{
    error::{Step as _, StoreError},
    time::SqlTime,
};

pub async fn insert(tx: &mut PgConnection, tenant: TenantId, appointment: &Appointment) -> Result<(), StoreError> {
    let slot = &appointment.slot;
    let first_end = slot.further.first().map_or(slot.end, |next| next.start);
    let first = (appointment.service, slot.staff, slot.start, first_end);
    let further = slot.further.iter().map(|s| (s.service, s.staff, s.start, s.end));
    let all: Vec<(ServiceId, StaffId, _, _)> = std::iter::once(first).chain(further).collect();
    sqlx::query(
        "INSERT INTO appointment_segments (appointment_id, tenant_id, position, service_id, staff_id, starts_at, ends_at) \
         SELECT $1, $2, s.n - 1, s.service_id, s.staff_id, s.starts_at, s.ends_at \
         FROM unnest($3::uuid[], $4::uuid[], $5::timestamptz[], $6::timestamptz[]) \
              WITH ORDINALITY AS s (service_id, staff_id, starts_at, ends_at, n)",
    )
    .bind(appointment.id.as_uuid())
    .bind(tenant.as_uuid())
    .bind(all.iter().map(|s| s.0.as_uuid()).collect::<Vec<Uuid>>())
    .bind(all.iter().map(|s| s.1.as_uuid()).collect::<Vec<Uuid>>())
    .bind(all.iter().map(|s| SqlTime(s.2)).collect::<Vec<_>>())
    .bind(all.iter().map(|s| SqlTime(s.3)).collect::<Vec<_>>())
    .execute(tx)
    .await
    .step("write the services of the appointment")?;
    Ok(())
}

pub async fn delete(tx: &mut PgConnection, appointment: &Appointment) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM appointment_segments WHERE appointment_id = $1")
        .bind(appointment.id.as_uuid())
        .execute(tx)
        .await
        .step("clear the services of the appointment")?;
    Ok(())
}
