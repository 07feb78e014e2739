//! What the agent knows of the business it answers for: its services, people, hours and addresses.

use std::collections::BTreeMap;

use jiff::{
    Timestamp,
    civil::{Date, DateTime, Time},
    tz::TimeZone,
};
use proto::{
    Language,
    id::{ServiceId, StaffId, TenantId},
};

#[derive(Debug, Clone)]
pub struct Business {
    pub tenant: TenantId,
    pub name: String,
    /// What it speaks with its callers.
    pub language: Language,
    pub zone: TimeZone,
    pub greeting: String,
    /// Empty when the tenant has none.
    pub consent_sentence: String,
    pub address: String,
    pub web_address: String,
    /// Its own number, E.164; empty when it has none.
    pub phone: String,
    pub services: Vec<Service>,
    pub staff: Vec<Staff>,
    /// Monday first.
    pub week: [Vec<OpenRange>; 7],
    /// Dates on which other hours hold.
    pub exceptions: BTreeMap<Date, Vec<OpenRange>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    pub id: ServiceId,
    pub name: String,
    pub synonyms: Vec<String>,
    pub minutes: u32,
    pub price: Option<Price>,
    /// Who performs it.
    pub staff: Vec<StaffId>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Price {
    pub amount_minor: i64,
    /// ISO 4217.
    pub currency: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Staff {
    pub id: StaffId,
    pub name: String,
}

/// Minutes since local midnight, `[start, end)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenRange {
    pub start: u32,
    pub end: u32,
}

impl OpenRange {
    pub fn start_time(self) -> Time {
        time_at(self.start).unwrap_or(Time::midnight())
    }

    /// `None`: until midnight.
    pub fn end_time(self) -> Option<Time> {
        time_at(self.end)
    }

    pub fn holds(self, time: Time) -> bool {
        (self.start..self.end).contains(&minute_of(time))
    }
}

fn time_at(minute: u32) -> Option<Time> {
    let (hour, minute) = (i8::try_from(minute / 60).ok()?, i8::try_from(minute % 60).ok()?);
    Time::new(hour, minute, 0, 0).ok()
}

pub fn minute_of(time: Time) -> u32 {
    u32::from(time.hour().unsigned_abs()) * 60 + u32::from(time.minute().unsigned_abs())
}

impl Business {
    /// The opening hours of a date; empty when it is closed.
    pub fn open_on(&self, date: Date) -> &[OpenRange] {
        match self.exceptions.get(&date) {
            Some(ranges) => ranges,
            None => {
                let weekday = usize::from(date.weekday().to_monday_zero_offset().unsigned_abs());
                self.week.get(weekday).map_or(&[], Vec::as_slice)
            }
        }
    }

    /// An instant on the business's wall clock.
    pub fn local(&self, at: Timestamp) -> DateTime {
        self.zone.to_datetime(at)
    }

    pub fn service(&self, id: ServiceId) -> Option<&Service> {
        self.services.iter().find(|s| s.id == id)
    }

    pub fn staff_member(&self, id: StaffId) -> Option<&Staff> {
        self.staff.iter().find(|s| s.id == id)
    }
}
