//! Local times of the business: which reading of "three" is meant, and which slots a wish allows.

use jiff::{
    Timestamp,
    civil::{Date, DateTime, Time, time},
};

use crate::agent::{
    business::{Business, minute_of},
    dialogue::understand::{
        When,
        time::{Clock, Part},
    },
};

/// Minutes either side of "around ten".
const AROUND_MIN: u32 = 90;

/// The reading of a clock time that lies in the opening hours; by day when both or neither does.
pub fn resolve(business: &Business, clock: Clock, date: Option<Date>) -> Time {
    let open_then = |at: Time| match date {
        Some(date) if !business.open_on(date).is_empty() => business.open_on(date).iter().any(|r| r.holds(at)),
        _ => business.week.iter().flatten().any(|r| r.holds(at)),
    };
    let mut readings = clock.readings();
    let first = readings.next().unwrap_or(Time::midnight());
    match readings.next() {
        None => first,
        Some(second) => match (open_then(first), open_then(second)) {
            (true, false) => first,
            (false, true) => second,
            // By day: 7 to 11 in the morning, 12 to 6 in the afternoon.
            _ if (7..=11).contains(&first.hour()) => first,
            _ if first.hour() == 12 => first,
            _ => second,
        },
    }
}

/// Whether a start time fits a wish.
pub fn fits(business: &Business, when: Option<When>, start: DateTime) -> bool {
    let minute = minute_of(start.time());
    let at = |clock: Clock| minute_of(resolve(business, clock, Some(start.date())));
    match when {
        None | Some(When::Any | When::Earliest) => true,
        Some(When::At(clock)) => minute == at(clock),
        Some(When::Around(clock)) => minute.abs_diff(at(clock)) <= AROUND_MIN,
        Some(When::From(clock)) => minute >= at(clock),
        Some(When::Until(clock)) => minute < at(clock),
        Some(When::Between(from, to)) => (at(from)..at(to)).contains(&minute),
        Some(When::Part(part)) => {
            let (from, to) = part_bounds(part);
            start.time() >= from && start.time() < to
        }
    }
}

/// Where in the day a wish points, to offer what is nearest.
pub fn aim(business: &Business, when: Option<When>, date: Date) -> Option<u32> {
    match when? {
        When::At(clock) | When::Around(clock) => Some(minute_of(resolve(business, clock, Some(date)))),
        _ => None,
    }
}

fn part_bounds(part: Part) -> (Time, Time) {
    match part {
        Part::Morning => (time(0, 0, 0, 0), time(12, 0, 0, 0)),
        Part::Lunch => (time(11, 30, 0, 0), time(13, 30, 0, 0)),
        Part::Afternoon => (time(12, 0, 0, 0), time(18, 0, 0, 0)),
        Part::Evening => (time(17, 0, 0, 0), time(23, 59, 0, 0)),
    }
}

pub fn local(business: &Business, at: Timestamp) -> DateTime {
    business.zone.to_datetime(at)
}
