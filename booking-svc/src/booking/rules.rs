//! What a business offers and when: the rules that availability is computed from.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp, ToSpan as _, civil::Date, tz::TimeZone};
use proto::id::{ResourceId, ServiceId, StaffId, TenantId};

use super::{
    error::Reason,
    local_time::{self, MinuteRange, WeekHours},
    slot::{self, Span, StaffChoice},
};

/// Everything that does not change with a booking.
#[derive(Debug, Clone)]
pub struct Rules {
    pub tenant: TenantId,
    /// Grows with every change; a writer compares it inside its transaction.
    pub version: i64,
    pub profile: Profile,
    pub zone: TimeZone,
    pub services: Vec<Service>,
    pub staff: Vec<Staff>,
    pub resources: Vec<Resource>,
    pub week: WeekHours,
    pub exceptions: BTreeMap<Date, DateException>,
}

/// How a business presents itself.
#[derive(Debug, Clone, Default)]
pub struct Profile {
    pub slug: String,
    pub name: String,
    /// IANA.
    pub time_zone: String,
    /// BCP 47.
    pub language: String,
    pub greeting: String,
    pub consent_sentence: String,
    pub address: String,
    pub web_address: String,
    pub concurrent_calls_max: u32,
    /// E.164.
    pub phone_numbers: Vec<String>,
    pub recording_enabled: bool,
    pub recording_retention_days: u32,
    /// How long before its start an appointment may still be moved or cancelled.
    pub change_notice_minutes: u32,
    /// Empty: as the installation has it. Which modes there are is the media gateway's to know.
    pub barge_in_mode: String,
    pub speech: Speech,
    pub messages: Messages,
}

/// How a business's calls are heard and spoken to. What is empty or unset is as the installation has it; which providers
/// there are is the media gateway's to know.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Speech {
    /// Names of providers, first choice first.
    pub recognition_chain: Vec<String>,
    pub synthesis_chain: Vec<String>,
    pub azure_voice: String,
    pub azure_style: String,
    pub azure_rate_percent: Option<i16>,
    pub elevenlabs_voice_id: String,
    pub elevenlabs_rate_percent: Option<i16>,
}

/// How clients are told of their appointments, as far as the installation can.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Messages {
    pub by_email: bool,
    pub by_text: bool,
    /// Whom e-mails are from; empty: the installation's address.
    pub email_from: String,
}

#[derive(Debug, Clone)]
pub struct Service {
    pub id: ServiceId,
    pub name: String,
    pub description: String,
    pub synonyms: Vec<String>,
    pub duration_minutes: u16,
    pub buffer_before_minutes: u16,
    pub buffer_after_minutes: u16,
    pub price_minor: i64,
    pub currency: String,
    /// Starts lie at multiples of this since local midnight.
    pub slot_grid_minutes: u16,
    pub notice_minutes: u32,
    pub horizon_days: u16,
    /// Who performs it, in the business's own order.
    pub staff: Vec<StaffId>,
    /// It takes a place of each.
    pub needs: Vec<ResourceId>,
}

/// A room or a machine.
#[derive(Debug, Clone)]
pub struct Resource {
    pub id: ResourceId,
    pub name: String,
    pub kind: ResourceKind,
    /// How many can use it at once.
    pub places: Lane,
}

/// What can be occupied; its text is what the tables store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResourceKind {
    Staff,
    Room,
    Machine,
}

impl ResourceKind {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Staff => "staff",
            Self::Room => "room",
            Self::Machine => "machine",
        }
    }
}

/// One of a resource's places, from 0.
pub type Lane = i16;

#[derive(Debug, Clone)]
pub struct Staff {
    pub id: StaffId,
    pub name: String,
    /// `None`: whenever the business is open.
    pub hours: Option<WeekHours>,
}

/// Other hours on one date than the weekly ones; none: closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DateException {
    pub open: Vec<MinuteRange>,
    pub reason: String,
}

impl Rules {
    pub fn service(&self, id: ServiceId) -> Result<&Service, Reason> {
        self.services.iter().find(|s| s.id == id).ok_or(Reason::UnknownService)
    }

    /// Those of the choice who perform the service.
    pub fn performers(&self, service: &Service, choice: StaffChoice) -> Result<Vec<&Staff>, Reason> {
        let wanted = |id: StaffId| match choice {
            StaffChoice::Any => true,
            StaffChoice::Named(named) => named == id,
        };
        let performers: Vec<&Staff> =
            self.staff.iter().filter(|s| wanted(s.id) && service.staff.contains(&s.id)).collect();
        if performers.is_empty() { Err(Reason::UnknownStaff) } else { Ok(performers) }
    }

    /// What the service needs beside a person.
    pub fn needs(&self, service: &Service) -> Vec<&Resource> {
        self.resources.iter().filter(|resource| service.needs.contains(&resource.id)).collect()
    }

    pub fn opening_on(&self, date: Date) -> &[MinuteRange] {
        match self.exceptions.get(&date) {
            Some(exception) => &exception.open,
            None => &self.week[weekday_index(date)],
        }
    }

    /// Whether an appointment that begins then may still be moved or cancelled.
    pub fn changeable(&self, start: Timestamp, now: Timestamp) -> Result<(), Reason> {
        let notice_minutes = self.profile.change_notice_minutes;
        let latest = start.checked_sub(SignedDuration::from_mins(i64::from(notice_minutes))).unwrap_or(start);
        let begun = start <= now;
        if begun || now > latest { Err(Reason::TooLate { notice_minutes }) } else { Ok(()) }
    }

    /// When the business is open on these dates and the ones beside them (hours may touch across midnight).
    pub fn open_spans(&self, first: Date, last: Date) -> Vec<Span> {
        let days = dates(first, last).flat_map(|d| local_time::spans_on(&self.zone, d, self.opening_on(d)));
        slot::joined(days.collect())
    }

    pub fn staff_spans(&self, hours: &WeekHours, first: Date, last: Date) -> Vec<Span> {
        let days = dates(first, last).flat_map(|d| local_time::spans_on(&self.zone, d, &hours[weekday_index(d)]));
        slot::joined(days.collect())
    }

    /// The whole of a local date.
    pub fn day(&self, date: Date) -> Option<Span> {
        let midnight = |date: Date| Some(date.to_zoned_datetime(self.zone.clone()).ok()?.timestamp());
        Some(Span { start: midnight(date)?, end: midnight(date.tomorrow().ok()?)? })
    }

    pub fn date_of(&self, at: Timestamp) -> Date {
        self.zone.to_datetime(at).date()
    }
}

impl Service {
    pub fn duration(&self) -> SignedDuration {
        SignedDuration::from_mins(i64::from(self.duration_minutes))
    }

    /// Service time for a start.
    pub fn span(&self, start: Timestamp) -> Option<Span> {
        Span::starting(start, self.duration())
    }

    /// Service time with its buffers: what is claimed.
    pub fn blocked(&self, service_time: &Span) -> Option<Span> {
        service_time.widened(self.buffer_before(), self.buffer_after())
    }

    pub fn buffer_before(&self) -> SignedDuration {
        SignedDuration::from_mins(i64::from(self.buffer_before_minutes))
    }

    pub fn buffer_after(&self) -> SignedDuration {
        SignedDuration::from_mins(i64::from(self.buffer_after_minutes))
    }

    /// The first instant that keeps the notice period.
    pub fn earliest(&self, now: Timestamp) -> Timestamp {
        now.checked_add(SignedDuration::from_mins(i64::from(self.notice_minutes))).unwrap_or(Timestamp::MAX)
    }

    /// The last local date that may be booked.
    pub fn last_date(&self, today: Date) -> Date {
        today.checked_add(i64::from(self.horizon_days).days()).unwrap_or(Date::MAX)
    }
}

/// The dates of [first − 1, last + 1].
fn dates(first: Date, last: Date) -> impl Iterator<Item = Date> {
    let first = first.yesterday().unwrap_or(first);
    let last = last.tomorrow().unwrap_or(last);
    std::iter::successors(Some(first), |d| d.tomorrow().ok()).take_while(move |d| *d <= last)
}

fn weekday_index(date: Date) -> usize {
    usize::from(date.weekday().to_monday_zero_offset().unsigned_abs())
}
