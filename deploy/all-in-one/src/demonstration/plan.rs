//! What the caller of a demonstration wants: a service, at an hour on the next day that has it free.

use jiff::{ToSpan as _, ZonedDateTime, civil::Time, tz::TimeZone};
use proto::booking::v1::{FindSlotsRequest, booking_service_client::BookingServiceClient};
use service_runtime::{Clock, grpc};
use system_tests::{caller::Purpose, caller_voice};

use crate::{ledger::BookedAppointment, up::Running};

/// A business that is closed for two weeks has nothing to demonstrate.
const DAYS_MAX: i32 = 14;

#[derive(Debug, Clone)]
pub struct Plan {
    /// As the business names it.
    pub service: String,
    pub purpose: Purpose,
    /// The caller's voice.
    pub voice: String,
    /// The number that is called, E.164.
    pub called: String,
    pub start: ZonedDateTime,
}

#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    #[error("asking for free slots: {0}")]
    Slots(#[from] tonic::Status),
    #[error(transparent)]
    Grpc(#[from] grpc::GrpcError),
    #[error("a date of the plan: {0}")]
    Date(#[from] jiff::Error),
    #[error("no such slot is free within {DAYS_MAX} days")]
    NothingFree,
}

/// What to book, in names and in the caller's words.
#[derive(Debug, Clone, Copy)]
pub struct Wish<'a> {
    pub tenant: &'a str,
    pub called: &'a str,
    pub service: &'a str,
    /// What follows "I would like".
    pub wish_words: &'a str,
    /// What follows "I need".
    pub need_words: &'a str,
    pub hour: Time,
    pub hour_words: &'a str,
    pub name: &'a str,
    pub email: &'a str,
    /// One of flite's: which voice's "Alex" survives the telephone differs from which one's "David" does.
    pub voice: &'a str,
}

impl Wish<'static> {
    /// A massage at two at the first demonstration business.
    pub const MASSAGE: Self = Self {
        tenant: booking_svc::demo::SALON,
        called: booking_svc::demo::SALON_NUMBER,
        service: "Massage",
        wish_words: "to book a massage",
        need_words: "a massage",
        hour: Time::constant(14, 0, 0, 0),
        hour_words: "two p.m.",
        name: "Alex Morrison",
        email: "alex@example.com",
        voice: "slt",
    };

    /// The brakes looked over, at eleven at the second one.
    pub const BRAKES: Self = Self {
        tenant: booking_svc::demo::GARAGE,
        called: booking_svc::demo::GARAGE_NUMBER,
        service: "Brake inspection",
        wish_words: "to have the brakes checked",
        need_words: "a brake inspection",
        hour: Time::constant(11, 0, 0, 0),
        hour_words: "eleven in the morning",
        name: "David Chen",
        email: "david@example.com",
        voice: caller_voice::DEFAULT,
    };
}

impl Plan {
    /// What of it is not as the caller meant it.
    pub fn differs_from(&self, booked: &BookedAppointment) -> Vec<&'static str> {
        let same = [
            ("service", booked.service == self.service),
            ("time", booked.start == self.start),
            ("name", booked.client_name == self.purpose.name),
            ("e-mail address", booked.client_email == self.purpose.email),
        ];
        same.into_iter().filter(|(_, same)| !same).map(|(what, _)| what).collect()
    }

    /// The wish on the first day from tomorrow (plus `skip_days`) on which its hour is free.
    pub async fn of(
        running: &Running,
        wish: Wish<'_>,
        zone: &TimeZone,
        clock: Clock,
        skip_days: i32,
    ) -> Result<Self, PlanError> {
        let mut booking = BookingServiceClient::new(grpc::channel(&grpc::uri_of(running.grpc_addr))?);
        let today = clock.now().to_zoned_datetime(zone.clone()).date();
        for days in 1 + skip_days..=DAYS_MAX {
            let date = today.checked_add(days.days())?;
            let start = date.at(wish.hour.hour(), wish.hour.minute(), 0, 0).to_zoned_datetime(zone.clone())?;
            let request = FindSlotsRequest {
                tenant_id: booking_svc::demo::tenant_id(wish.tenant).to_string(),
                service_id: booking_svc::demo::service_id(wish.tenant, wish.service).to_string(),
                from: Some(proto::convert::to_wire_time(start.timestamp())),
                to: Some(proto::convert::to_wire_time(start.timestamp().checked_add(1.minute())?)),
                limit: 1,
                ..FindSlotsRequest::default()
            };
            if booking.find_slots(request).await?.into_inner().slots.is_empty() {
                continue;
            }
            let day = if days == 1 { "tomorrow".to_owned() } else { start.strftime("%A, %B %-d").to_string() };
            let purpose = Purpose {
                wish: wish.wish_words.to_owned(),
                service: wish.need_words.to_owned(),
                day,
                date: start.strftime("%B %-d").to_string(),
                clock: start.strftime("%-I:%M %p").to_string().replace(":00", ""),
                time: wish.hour_words.to_owned(),
                name: wish.name.to_owned(),
                email: wish.email.to_owned(),
            };
            let voice = wish.voice.to_owned();
            let service = wish.service.to_owned();
            return Ok(Self { service, purpose, voice, called: wish.called.to_owned(), start });
        }
        Err(PlanError::NothingFree)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_through_wrong_is_named() {
        let start: ZonedDateTime = "2026-11-25T14:00[America/New_York]".parse().expect("a time");
        let booked = BookedAppointment {
            service: "Massage".into(),
            staff: "Maria".into(),
            start: start.clone(),
            client_name: "Alex Morrison".into(),
            client_email: "alex@example.com".into(),
        };
        let none = String::new;
        let (name, email) = (booked.client_name.clone(), booked.client_email.clone());
        let purpose = Purpose {
            wish: none(),
            service: none(),
            day: none(),
            date: none(),
            time: none(),
            clock: none(),
            name,
            email,
        };
        let plan = Plan { service: "Massage".into(), purpose, voice: none(), called: none(), start };
        assert_eq!(plan.differs_from(&booked), [""; 0]);
        let misheard =
            BookedAppointment { client_email: "ellx@example.com".into(), service: "Manicure".into(), ..booked };
        assert_eq!(plan.differs_from(&misheard), ["service", "e-mail address"]);
    }
}
