//! Businesses to try things with: a salon, a garage, and a clinic that speaks Spanish, each in its file. Their ids are fixed, so that tests
//! and documents can name them. A business that is there already is left as it is.

use jiff::civil::Date;
use proto::id::{ServiceId, StaffId, TenantId};
use sqlx::PgPool;

use crate::{
    business::{self, ImportError, Malformed},
    store::error::{Step as _, StoreError},
};

pub const SALON: &str = "harmony-wellness";
pub const SALON_NUMBER: &str = "+14155550199";
pub const GARAGE: &str = "northside-garage";
pub const GARAGE_NUMBER: &str = "+14155550188";
pub const CLINIC: &str = "clinica-dental-del-sol";
pub const CLINIC_NUMBER: &str = "+14155550177";

const FILES: [&str; 3] = [include_str!("salon.yaml"), include_str!("garage.yaml"), include_str!("clinic.yaml")];

pub fn tenant_id(slug: &str) -> TenantId {
    TenantId::from_uuid(business::id(slug, "tenant", ""))
}

/// By the service's name, e.g. "Massage".
pub fn service_id(slug: &str, name: &str) -> ServiceId {
    ServiceId::from_uuid(business::id(slug, "service", name))
}

/// By the person's full name, e.g. "Maria Lopez".
pub fn staff_id(slug: &str, name: &str) -> StaffId {
    StaffId::from_uuid(business::id(slug, "staff", name))
}

#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    #[error(transparent)]
    File(#[from] Malformed),
    #[error(transparent)]
    Import(#[from] ImportError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Puts in those that are not there, as seen from `today`: they are closed on the next Christmas and New Year's Days.
pub async fn seed(pool: &PgPool, today: Date) -> Result<(), SeedError> {
    for text in FILES {
        let file = business::read(text)?;
        let there: bool = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM tenants WHERE slug = $1)")
            .bind(&file.slug.0)
            .fetch_one(pool)
            .await
            .step("look for a demonstration business")?;
        if !there {
            business::import(pool, &file, today).await?;
        }
    }
    Ok(())
}
