//! What the booking service says of a tenant, kept for a short while: every call begins with it.

use std::{collections::HashMap, sync::Arc, time::Duration};

use jiff::{civil::Date, tz::TimeZone};
use proto::{
    Language,
    booking::v1::{self as wire, booking_service_client::BookingServiceClient},
    convert::from_wire_date,
    id::TenantId,
};
use tokio::{sync::Mutex, time::Instant};
use tonic::{Request, Status, transport::Channel};

use crate::agent::business::{Business, OpenRange, Price, Service, Staff};

/// A change of hours or prices is known after this.
const FRESH: Duration = Duration::from_secs(30);
/// Tenants kept; beyond them the oldest goes.
const TENANTS_MAX: usize = 1_000;
const DEADLINE: Duration = Duration::from_secs(2);

#[derive(Clone)]
pub struct Directory {
    booking: BookingServiceClient<Channel>,
    kept: Arc<Mutex<Kept>>,
}

/// By tenant, with when it was asked for.
type Kept = HashMap<TenantId, (Instant, Arc<Business>)>;

impl Directory {
    pub fn new(booking: BookingServiceClient<Channel>) -> Self {
        Self { booking, kept: Arc::default() }
    }

    pub async fn business(&self, tenant: TenantId) -> Result<Arc<Business>, Status> {
        if let Some((at, business)) = self.kept.lock().await.get(&tenant)
            && at.elapsed() < FRESH
        {
            return Ok(business.clone());
        }
        let business = Arc::new(self.load(tenant).await?);
        let mut kept = self.kept.lock().await;
        if kept.len() >= TENANTS_MAX
            && let Some(oldest) = kept.iter().min_by_key(|(_, (at, _))| *at).map(|(id, _)| *id)
        {
            kept.remove(&oldest);
        }
        kept.insert(tenant, (Instant::now(), business.clone()));
        Ok(business)
    }

    async fn load(&self, tenant: TenantId) -> Result<Business, Status> {
        let mut booking = self.booking.clone();
        let tenant_id = tenant.to_string();
        let mut about = Request::new(wire::GetTenantRequest { tenant_id: tenant_id.clone() });
        about.set_timeout(DEADLINE);
        let about = booking.get_tenant(about).await?.into_inner();
        let mut services = Request::new(wire::ListServicesRequest { tenant_id });
        services.set_timeout(DEADLINE);
        let services = booking.list_services(services).await?.into_inner();
        business(tenant, about, services)
    }
}

fn business(tenant: TenantId, about: wire::Tenant, listed: wire::ListServicesResponse) -> Result<Business, Status> {
    let zone =
        TimeZone::get(&about.time_zone).map_err(|_| Status::internal("the tenant's time zone is unknown here"))?;
    let mut week: [Vec<OpenRange>; 7] = Default::default();
    for day in listed.opening_days {
        let index = usize::try_from(day.weekday).ok().and_then(|d| d.checked_sub(1));
        if let Some(ranges) = index.and_then(|i| week.get_mut(i)) {
            *ranges = day.open.into_iter().map(range).collect();
        }
    }
    let exceptions = listed
        .date_exceptions
        .into_iter()
        .map(|e| {
            Ok::<(Date, Vec<OpenRange>), Status>((
                from_wire_date(e.date.as_ref())?,
                e.open.into_iter().map(range).collect(),
            ))
        })
        .collect::<Result<_, _>>()?;
    Ok(Business {
        tenant,
        name: about.name,
        language: Language::of_tenant(&about.language),
        zone,
        greeting: about.greeting,
        consent_sentence: about.consent_sentence,
        address: about.address,
        web_address: about.web_address,
        phone: about.phone_numbers.into_iter().next().unwrap_or_default(),
        services: listed.services.into_iter().map(service).collect::<Result<_, _>>()?,
        staff: listed
            .staff
            .into_iter()
            .map(|s| Ok(Staff { id: id(&s.staff_id)?, name: s.name }))
            .collect::<Result<_, Status>>()?,
        week,
        exceptions,
    })
}

fn range(range: proto::common::v1::LocalTimeRange) -> OpenRange {
    OpenRange { start: range.start_minute, end: range.end_minute }
}

fn service(service: wire::Service) -> Result<Service, Status> {
    Ok(Service {
        id: id(&service.service_id)?,
        name: service.name,
        synonyms: service.synonyms,
        minutes: service.duration_minutes,
        price: service.price.map(|p| Price { amount_minor: p.amount_minor, currency: p.currency }),
        staff: service.staff_ids.iter().map(|s| id(s)).collect::<Result<_, _>>()?,
    })
}

fn id<T: std::str::FromStr<Err = proto::id::MalformedId>>(text: &str) -> Result<T, Status> {
    text.parse().map_err(|e: proto::id::MalformedId| Status::internal(format!("booking service: {e}")))
}
