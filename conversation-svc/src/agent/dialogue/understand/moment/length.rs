//! Lengths of time as they are said: "an hour and a half", "two weeks".

use std::fmt;

use jiff::{SignedDuration, ToSpan as _, civil::DateTime};

use super::super::date::add_days;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unit {
    Second,
    Minute,
    Hour,
    Day,
    /// Monday to Friday.
    BusinessDay,
    Week,
    Weekend,
    Month,
    Quarter,
    Year,
}

impl Unit {
    /// Whether counting by it leaves the time of day alone.
    pub const fn is_of_days(self) -> bool {
        !matches!(self, Self::Second | Self::Minute | Self::Hour)
    }
}

/// One or more counts, the larger unit first.
#[derive(Debug, Clone, PartialEq)]
pub struct Length(Vec<(f64, Unit)>);

impl Length {
    pub fn of(count: f64, unit: Unit) -> Self {
        Self(vec![(count, unit)])
    }

    /// "An hour" and "ten minutes"; only the smaller unit can follow.
    pub fn and(&self, more: &Self) -> Option<Self> {
        let (last, next) = (self.0.last()?.1, more.0.first()?.1);
        (next < last && self.0.len() < 6).then(|| Self(self.0.iter().chain(&more.0).copied().collect()))
    }

    /// More of its last unit: "an hour" and "a half".
    pub fn plus_fraction(&self, fraction: f64) -> Option<Self> {
        let mut longer = self.clone();
        longer.0.last_mut()?.0 += fraction;
        Some(longer)
    }

    /// Whether it can be counted in whole days.
    pub fn is_of_days(&self) -> bool {
        self.0.iter().all(|(count, unit)| unit.is_of_days() && (count.fract() == 0.0 || *unit > Unit::Week))
    }

    pub fn last_unit(&self) -> Option<Unit> {
        self.0.last().map(|(_, unit)| *unit)
    }

    pub fn after(&self, from: DateTime) -> Option<DateTime> {
        self.counted(from, 1.0)
    }

    pub fn before(&self, from: DateTime) -> Option<DateTime> {
        self.counted(from, -1.0)
    }

    /// Its days, which leave the time of day alone, and its minutes; months and years are neither.
    pub fn in_days_and_minutes(&self) -> Option<(i32, i32)> {
        self.0.iter().try_fold((0, 0), |(days, minutes), (count, unit)| {
            let whole = |count: f64| (count.fract() == 0.0 && count.abs() <= 10_000.0).then_some(count as i32);
            Some(match unit {
                Unit::Minute => (days, minutes + whole(*count)?),
                Unit::Hour => (days, minutes + whole((count * 60.0).round())?),
                Unit::Day | Unit::BusinessDay => (days + whole(*count)?, minutes),
                Unit::Week | Unit::Weekend => (days + whole(count * 7.0)?, minutes),
                Unit::Second | Unit::Month | Unit::Quarter | Unit::Year => return None,
            })
        })
    }

    fn counted(&self, from: DateTime, sign: f64) -> Option<DateTime> {
        self.0.iter().try_fold(from, |at, (count, unit)| count_on(at, sign * count, *unit))
    }
}

fn count_on(at: DateTime, count: f64, unit: Unit) -> Option<DateTime> {
    if !(-100_000.0..=100_000.0).contains(&count) {
        return None;
    }
    // Bounded above, so that it fits.
    let whole = |count: f64| count.round() as i32;
    let seconds = |seconds: f64| at.checked_add(SignedDuration::from_secs(seconds.round() as i64)).ok();
    match unit {
        Unit::Second => seconds(count),
        Unit::Minute => seconds(count * 60.0),
        Unit::Hour => seconds(count * 3_600.0),
        Unit::Day if count.fract() == 0.0 => at.checked_add(whole(count).days()).ok(),
        Unit::Day => seconds(count * 86_400.0),
        Unit::BusinessDay => business_days(at, whole(count)),
        Unit::Week | Unit::Weekend => count_on(at, count * 7.0, Unit::Day),
        Unit::Month => at.checked_add(whole(count).months()).ok(),
        Unit::Quarter => at.checked_add(whole(count * 3.0).months()).ok(),
        Unit::Year => at.checked_add(whole(count * 12.0).months()).ok(),
    }
}

fn business_days(at: DateTime, count: i32) -> Option<DateTime> {
    if count.abs() > 1_000 {
        return None;
    }
    let (mut day, mut left) = (at.date(), count.abs());
    while left > 0 {
        day = add_days(day, count.signum());
        left -= i32::from(day.weekday().to_monday_one_offset() <= 5);
    }
    Some(day.to_datetime(at.time()))
}

/// ISO 8601, with the counts as they were said ("PT1.5H").
impl fmt::Display for Length {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("P")?;
        let mut in_time = false;
        for (count, unit) in &self.0 {
            let (count, letter) = match unit {
                Unit::Second => (*count, 'S'),
                Unit::Minute => (*count, 'M'),
                Unit::Hour => (*count, 'H'),
                Unit::Day | Unit::BusinessDay => (*count, 'D'),
                Unit::Week | Unit::Weekend => (*count, 'W'),
                Unit::Month => (*count, 'M'),
                Unit::Quarter => (count * 3.0, 'M'),
                Unit::Year => (*count, 'Y'),
            };
            if !unit.is_of_days() && !in_time {
                in_time = true;
                f.write_str("T")?;
            }
            write!(f, "{count}{letter}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn lengths_are_written_as_they_were_said() {
        let hours = Length::of(1.5, Unit::Hour);
        assert_eq!(hours.to_string(), "PT1.5H");
        let day = Length::of(1.0, Unit::Day).and(&Length::of(2.0, Unit::Hour)).expect("an hour is shorter");
        assert_eq!(day.to_string(), "P1DT2H");
        assert_eq!(hours.and(&Length::of(1.0, Unit::Day)), None);
    }

    #[test]
    fn days_keep_the_time_of_day_and_hours_do_not() {
        let friday = date(2026, 11, 27).at(10, 0, 0, 0);
        let after = |count, unit| Length::of(count, unit).after(friday).map(|at| at.to_string());
        assert_eq!(after(2.0, Unit::BusinessDay).as_deref(), Some("2026-12-01T10:00:00"));
        assert_eq!(after(1.5, Unit::Day).as_deref(), Some("2026-11-28T22:00:00"));
        assert_eq!(after(3.0, Unit::Month).as_deref(), Some("2027-02-27T10:00:00"));
        assert_eq!(after(1e9, Unit::Year), None);
        assert!(!Length::of(1.5, Unit::Day).is_of_days() && Length::of(2.0, Unit::Week).is_of_days());
    }
}
