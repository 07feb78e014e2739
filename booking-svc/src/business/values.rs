//! Single values of a business's file, each with what it may be.

use std::{fmt, str::FromStr};

use jiff::{civil::Date, tz::TimeZone};
use proto::{Language, PhoneNumber};
use serde::{Deserialize, Deserializer, de::Error as _};

use crate::booking::local_time::{MINUTES_PER_DAY, MinuteRange};

/// A text that means something; what it may be is said when it does not.
trait Meaning: Sized {
    const EXPECTED: &'static str;

    fn of(text: &str) -> Option<Self>;
}

fn meaning<'de, T: Meaning, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    let text = String::deserialize(deserializer)?;
    T::of(text.trim()).ok_or_else(|| D::Error::custom(format!("`{text}`: expected {}", T::EXPECTED)))
}

macro_rules! meaningful {
    ($($name:ident),+) => {
        $(impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                meaning(deserializer)
            }
        })+
    };
}

meaningful!(Slug, Zone, Tag, Phone, Email, Days, Hours, Day, Currency);

/// The business's name in addresses and commands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slug(pub String);

impl Meaning for Slug {
    const EXPECTED: &'static str = "small letters, digits and single hyphens, such as harmony-wellness";

    fn of(text: &str) -> Option<Self> {
        let word = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        text.split('-').all(word).then(|| Self(text.to_owned()))
    }
}

/// IANA.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone(pub String);

impl Meaning for Zone {
    const EXPECTED: &'static str = "a time zone such as America/New_York";

    fn of(text: &str) -> Option<Self> {
        TimeZone::get(text).ok().map(|_| Self(text.to_owned()))
    }
}

/// BCP 47, of a language that is spoken here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag(pub String);

impl Meaning for Tag {
    const EXPECTED: &'static str = "a language of the receptionist's: en-US, en-GB, es-US, es-MX …";

    fn of(text: &str) -> Option<Self> {
        Language::from_str(text).ok().map(|_| Self(text.to_owned()))
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phone(pub PhoneNumber);

impl Meaning for Phone {
    const EXPECTED: &'static str = "a number in quotes with its country, such as \"+14155550123\"";

    fn of(text: &str) -> Option<Self> {
        text.parse().ok().map(Self)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Email(pub String);

impl Meaning for Email {
    const EXPECTED: &'static str = "an e-mail address such as desk@example.com";

    fn of(text: &str) -> Option<Self> {
        lettre::Address::from_str(text).ok().map(|address| Self(address.to_string()))
    }
}

/// ISO 4217.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Currency(pub String);

impl Meaning for Currency {
    const EXPECTED: &'static str = "three capitals such as USD";

    fn of(text: &str) -> Option<Self> {
        (text.len() == 3 && text.bytes().all(|b| b.is_ascii_uppercase())).then(|| Self(text.to_owned()))
    }
}

/// Weekdays, ISO 8601: Monday is 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Days {
    pub first: i16,
    pub last: i16,
}

pub const WEEKDAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

impl Meaning for Days {
    const EXPECTED: &'static str = "a weekday or a span of them: monday, saturday, monday-friday";

    fn of(text: &str) -> Option<Self> {
        let day = |name: &str| (1..).zip(WEEKDAYS).find(|(_, known)| *known == name.trim()).map(|(number, _)| number);
        let (first, last) = text.split_once('-').unwrap_or((text, text));
        let days = Self { first: day(first)?, last: day(last)? };
        (days.first <= days.last).then_some(days)
    }
}

/// Local times of a day, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hours(pub Vec<MinuteRange>);

impl Meaning for Hours {
    const EXPECTED: &'static str = "times in order, such as 9:00-18:00 or 8:00-12:00, 13:00-17:00";

    fn of(text: &str) -> Option<Self> {
        let range = |text: &str| {
            let (start, end) = text.split_once('-')?;
            let range = MinuteRange { start: minute(start)?, end: minute(end)? };
            (range.start < range.end).then_some(range)
        };
        let ranges: Vec<MinuteRange> = text.split(',').map(range).collect::<Option<_>>()?;
        ranges.windows(2).all(|pair| pair[0].end < pair[1].start).then_some(Self(ranges))
    }
}

/// `9:00`; `24:00` is the end of the day.
fn minute(text: &str) -> Option<u16> {
    let (hours, minutes) = text.trim().split_once(':')?;
    let two_digits = |text: &str| text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit());
    if !two_digits(minutes) || !(two_digits(hours) || hours.len() == 1) {
        return None;
    }
    let (hours, minutes): (u16, u16) = (hours.parse().ok()?, minutes.parse().ok()?);
    let minute = hours.checked_mul(60)?.checked_add(minutes)?;
    (minutes < 60 && minute <= MINUTES_PER_DAY).then_some(minute)
}

/// A date, or a day of each year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Day {
    Once(Date),
    Yearly { month: i8, day: i8 },
}

impl Meaning for Day {
    const EXPECTED: &'static str = "a date such as 2026-12-24, or a day of each year such as 12-25";

    fn of(text: &str) -> Option<Self> {
        if let Some((month, day)) = text.split_once('-').filter(|(month, _)| month.len() == 2) {
            let (month, day) = (month.parse().ok()?, day.parse().ok()?);
            // A leap year has every day that there is.
            return Date::new(2028, month, day).ok().map(|_| Self::Yearly { month, day });
        }
        text.parse().ok().map(Self::Once)
    }
}

impl Day {
    /// The dates that are meant, seen from a day: of a yearly one the next three.
    pub fn dates(self, today: Date) -> Vec<Date> {
        match self {
            Self::Once(date) => vec![date],
            Self::Yearly { month, day } => {
                let in_year = |year| Date::new(year, month, day).ok();
                (today.year()..).take(12).filter_map(in_year).filter(|date| *date >= today).take(3).collect()
            }
        }
    }
}

/// A whole number within bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Within<const MIN: i32, const MAX: i32>(pub i32);

impl<'de, const MIN: i32, const MAX: i32> Deserialize<'de> for Within<MIN, MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = i32::deserialize(deserializer)?;
        if (MIN..=MAX).contains(&number) {
            Ok(Self(number))
        } else {
            Err(D::Error::custom(format!("{number}: expected {MIN} to {MAX}")))
        }
    }
}

/// An amount in a currency's main unit, with at most two decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Price {
    pub minor: i64,
}

impl<'de> Deserialize<'de> for Price {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let amount = f64::deserialize(deserializer)?;
        let minor = (amount * 100.0).round();
        let exact = (amount * 100.0 - minor).abs() < 1e-6;
        if exact && (0.0..1e12).contains(&minor) {
            #[expect(clippy::cast_possible_truncation, reason = "whole, and within bounds")]
            let minor = minor as i64;
            Ok(Self { minor })
        } else {
            Err(D::Error::custom(format!("{amount}: expected an amount such as 90 or 45.50")))
        }
    }
}

/// A text that is not empty.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Words(pub String);

impl<'de> Deserialize<'de> for Words {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let text = text.trim();
        if text.is_empty() || text.contains('\0') {
            return Err(D::Error::custom("expected some words"));
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
