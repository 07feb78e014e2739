//! What a business offers.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::booking::{self, local_time::MinuteRange, rules::Rules};

/// What a business offers, by whom, and when it is open.
#[derive(Debug, Serialize, ToSchema)]
pub struct Catalog {
    pub name: String,
    /// IANA.
    pub time_zone: String,
    /// BCP 47.
    pub language: String,
    pub services: Vec<Service>,
    pub staff: Vec<Staff>,
    /// A day that is not listed is closed.
    pub opening_hours: Vec<OpeningDay>,
    /// Other hours than the weekly ones.
    pub date_exceptions: Vec<DateException>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Service {
    pub id: Uuid,
    pub name: String,
    pub description: String,
    pub duration_minutes: u16,
    /// In the currency's smallest unit.
    pub price_minor: i64,
    /// ISO 4217.
    pub currency: String,
    /// Who performs it.
    pub staff_ids: Vec<Uuid>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Staff {
    pub id: Uuid,
    pub name: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct OpeningDay {
    /// ISO 8601: Monday is 1.
    pub weekday: u8,
    pub open: Vec<Hours>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct DateException {
    #[schema(format = Date)]
    pub date: String,
    /// None: closed.
    pub open: Vec<Hours>,
    pub reason: String,
}

/// Local time of day, half-open.
#[derive(Debug, Serialize, ToSchema)]
pub struct Hours {
    /// Minutes since local midnight.
    pub start_minute: u16,
    pub end_minute: u16,
}

fn hours(ranges: &[MinuteRange]) -> Vec<Hours> {
    ranges.iter().map(|range| Hours { start_minute: range.start, end_minute: range.end }).collect()
}

impl From<&Rules> for Catalog {
    fn from(rules: &Rules) -> Self {
        let service = |service: &booking::rules::Service| Service {
            id: service.id.as_uuid(),
            name: service.name.clone(),
            description: service.description.clone(),
            duration_minutes: service.duration_minutes,
            price_minor: service.price_minor,
            currency: service.currency.clone(),
            staff_ids: service.staff.iter().map(|id| id.as_uuid()).collect(),
        };
        let days = (1..).zip(&rules.week).filter(|(_, open)| !open.is_empty());
        let exceptions = rules.exceptions.iter().map(|(date, exception)| DateException {
            date: date.to_string(),
            open: hours(&exception.open),
            reason: exception.reason.clone(),
        });
        Self {
            name: rules.profile.name.clone(),
            time_zone: rules.profile.time_zone.clone(),
            language: rules.profile.language.clone(),
            services: rules.services.iter().map(service).collect(),
            staff: rules.staff.iter().map(|staff| Staff { id: staff.id.as_uuid(), name: staff.name.clone() }).collect(),
            opening_hours: days.map(|(weekday, open)| OpeningDay { weekday, open: hours(open) }).collect(),
            date_exceptions: exceptions.collect(),
        }
    }
}
