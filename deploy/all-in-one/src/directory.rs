//! Looks up the businesses of an installation, for people who want to call one.

use proto::id::TenantId;
use sqlx::PgPool;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Business {
    pub tenant_id: TenantId,
    pub slug: String,
    pub name: String,
    pub time_zone: String,
    /// E.164.
    pub phone_numbers: Vec<String>,
}

/// All of them, in the order in which they were made.
pub async fn businesses(pool: &PgPool) -> Result<Vec<Business>, sqlx::Error> {
    let rows: Vec<(uuid::Uuid, String, String, String, Vec<String>)> = sqlx::query_as(
        "SELECT t.id, t.slug, t.name, t.time_zone, array_remove(array_agg(n.phone_number ORDER BY n.phone_number), NULL)
         FROM tenants t LEFT JOIN tenant_numbers n ON n.tenant_id = t.id
         GROUP BY t.id ORDER BY t.created_at, t.slug",
    )
    .fetch_all(pool)
    .await?;
    let business = |(id, slug, name, time_zone, phone_numbers)| Business {
        tenant_id: TenantId::from_uuid(id),
        slug,
        name,
        time_zone,
        phone_numbers,
    };
    Ok(rows.into_iter().map(business).collect())
}
