//! Local rules into instants: a date, wall-clock minutes and a zone give a span of real time.
//!
//! Where clocks are changed a wall-clock time may not exist (gap) or exist twice (fold): an edge of opening
//! hours inside a gap is the moment the clocks jump, and inside a fold it is the first of the two.

use jiff::{
    Timestamp, ToSpan as _,
    civil::Date,
    tz::{AmbiguousOffset, TimeZone},
};

use super::slot::Span;

pub const MINUTES_PER_DAY: u16 = 1440;

/// Wall-clock minutes of one day since local midnight, half-open; 1440 is the next midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct MinuteRange {
    pub start: u16,
    pub end: u16,
}

/// Opening hours per weekday, Monday first. An empty day is a closed one.
pub type WeekHours = [Vec<MinuteRange>; 7];

/// The spans of real time that a date's minute ranges mean; ranges that fall into a gap whole vanish.
pub fn spans_on<'a>(zone: &'a TimeZone, date: Date, ranges: &'a [MinuteRange]) -> impl Iterator<Item = Span> + 'a {
    ranges.iter().filter_map(move |range| {
        let start = edge(zone, date, range.start)?;
        let end = edge(zone, date, range.end)?;
        (start < end).then_some(Span { start, end })
    })
}

/// Every instant at which the zone's clocks show this minute of this date: none in a gap, two in a fold.
pub fn instants_at(zone: &TimeZone, date: Date, minute: u16) -> impl Iterator<Item = Timestamp> {
    let instants = local(date, minute).map(|local| {
        let shown = zone.to_ambiguous_timestamp(local);
        match shown.offset() {
            AmbiguousOffset::Unambiguous { offset } => [offset.to_timestamp(local).ok(), None],
            AmbiguousOffset::Gap { .. } => [None, None],
            AmbiguousOffset::Fold { before, after } => {
                [before.to_timestamp(local).ok(), after.to_timestamp(local).ok()]
            }
        }
    });
    instants.into_iter().flatten().flatten()
}

/// Minutes since local midnight and the rest of the minute in nanoseconds, as the zone's clocks show them.
pub fn minute_of_day(zone: &TimeZone, at: Timestamp) -> (Date, u16, i64) {
    let local = zone.to_datetime(at);
    let minute = u16::from(local.hour().unsigned_abs()) * 60 + u16::from(local.minute().unsigned_abs());
    let rest = i64::from(local.second()) * 1_000_000_000 + i64::from(local.subsec_nanosecond());
    (local.date(), minute, rest)
}

fn edge(zone: &TimeZone, date: Date, minute: u16) -> Option<Timestamp> {
    let local = local(date, minute)?;
    match zone.to_ambiguous_timestamp(local).offset() {
        AmbiguousOffset::Unambiguous { offset } => offset.to_timestamp(local).ok(),
        AmbiguousOffset::Fold { before, .. } => before.to_timestamp(local).ok(),
        AmbiguousOffset::Gap { before, .. } => {
            // The old offset puts a time of the gap at or after the jump, so the jump is the last change before it.
            let after_jump = before.to_timestamp(local).ok()?.checked_add(1.nanosecond()).ok()?;
            zone.preceding(after_jump).next().map(|jump| jump.timestamp())
        }
    }
}

fn local(date: Date, minute: u16) -> Option<jiff::civil::DateTime> {
    let (date, minute) =
        if minute >= MINUTES_PER_DAY { (date.tomorrow().ok()?, minute - MINUTES_PER_DAY) } else { (date, minute) };
    let hour = i8::try_from(minute / 60).ok()?;
    let minute = i8::try_from(minute % 60).ok()?;
    Some(date.to_datetime(jiff::civil::Time::new(hour, minute, 0, 0).ok()?))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use rstest::rstest;

    use super::*;

    fn new_york() -> TimeZone {
        TimeZone::get("America/New_York").expect("zone data")
    }

    fn spans(day: Date, start: u16, end: u16) -> Vec<String> {
        let ranges = [MinuteRange { start, end }];
        spans_on(&new_york(), day, &ranges).map(|s| format!("{} {}", s.start, s.end)).collect()
    }

    #[rstest]
    // The clocks jump from 02:00 to 03:00 EDT at 07:00Z.
    #[case::an_opening_in_the_gap(date(2026, 3, 8), 150, 600, &["2026-03-08T07:00:00Z 2026-03-08T14:00:00Z"])]
    #[case::a_closing_in_the_gap(date(2026, 3, 8), 60, 150, &["2026-03-08T06:00:00Z 2026-03-08T07:00:00Z"])]
    #[case::all_inside_the_gap(date(2026, 3, 8), 125, 170, &[])]
    // The clocks go back from 02:00 EDT to 01:00 EST at 06:00Z.
    #[case::an_opening_in_the_fold(date(2026, 11, 1), 90, 300, &["2026-11-01T05:30:00Z 2026-11-01T10:00:00Z"])]
    #[case::the_whole_day_of_the_fold(date(2026, 11, 1), 0, 1440, &["2026-11-01T04:00:00Z 2026-11-02T05:00:00Z"])]
    fn edges_at_a_change_of_clocks(#[case] day: Date, #[case] start: u16, #[case] end: u16, #[case] expected: &[&str]) {
        assert_eq!(spans(day, start, end), expected);
    }

    #[test]
    fn a_wall_clock_minute_exists_never_once_or_twice() {
        let zone = new_york();
        let count = |day, minute| instants_at(&zone, day, minute).count();
        assert_eq!(count(date(2026, 3, 8), 150), 0);
        assert_eq!(count(date(2026, 3, 9), 150), 1);
        assert_eq!(count(date(2026, 11, 1), 90), 2);
    }
}
