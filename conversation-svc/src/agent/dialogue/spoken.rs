//! Values as they are said: dates in full, times on the twelve-hour clock, addresses for the ear.

use jiff::civil::{Date, DateTime, Time, Weekday};

use super::Channel;
use crate::agent::business::{Business, OpenRange, Price};

/// A date further ahead than this is said with its year.
const YEAR_SAID_DAYS: i32 = 300;

/// "Tuesday, December 1st"
pub fn date(date: Date, today: Date) -> String {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let month = MONTHS.get(usize::from(date.month().unsigned_abs()).saturating_sub(1)).copied().unwrap_or_default();
    let day = date.day();
    let suffix = match (day % 10, day / 10) {
        (_, 1) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    let year = match date.since(today) {
        Ok(ahead) if ahead.get_days() <= YEAR_SAID_DAYS => String::new(),
        _ => format!(", {}", date.year()),
    };
    format!("{}, {month} {day}{suffix}{year}", weekday(date.weekday()))
}

pub fn weekday(day: Weekday) -> &'static str {
    match day {
        Weekday::Monday => "Monday",
        Weekday::Tuesday => "Tuesday",
        Weekday::Wednesday => "Wednesday",
        Weekday::Thursday => "Thursday",
        Weekday::Friday => "Friday",
        Weekday::Saturday => "Saturday",
        Weekday::Sunday => "Sunday",
    }
}

/// "2 PM", "9:30 AM", "noon"
pub fn time(time: Time) -> String {
    let half = if time.hour() < 12 { "AM" } else { "PM" };
    let hour = match time.hour() % 12 {
        0 => 12,
        hour => hour,
    };
    match (time.hour(), time.minute()) {
        (12, 0) => "noon".to_owned(),
        (_, 0) => format!("{hour} {half}"),
        (_, minute) => format!("{hour}:{minute:02} {half}"),
    }
}

/// "Tuesday, December 1st at 2 PM"
pub fn date_time(at: DateTime, today: Date) -> String {
    format!("{} at {}", date(at.date(), today), time(at.time()))
}

/// "from 9 AM to 6 PM", "from 9 AM to noon and from 1 PM to 6 PM"
pub fn hours(ranges: &[OpenRange]) -> String {
    let at =
        |minute: u32| time(Time::new((minute / 60 % 24) as i8, (minute % 60) as i8, 0, 0).unwrap_or(Time::midnight()));
    let said: Vec<String> = ranges
        .iter()
        .map(|r| format!("from {} to {}", at(r.start), if r.end >= 1440 { "midnight".to_owned() } else { at(r.end) }))
        .collect();
    join(&said, "and")
}

/// "a, b or c"
pub fn or(items: &[String]) -> String {
    join(items, "or")
}

/// "a, b and c"
pub fn and(items: &[String]) -> String {
    join(items, "and")
}

fn join(items: &[String], link: &str) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [front @ .., last] => format!("{} {link} {last}", front.join(", ")),
    }
}

pub fn a(noun: &str) -> String {
    let vowel = noun.chars().next().is_some_and(|c| "aeiouAEIOU".contains(c));
    format!("{} {noun}", if vowel { "an" } else { "a" })
}

pub fn price(price: &Price) -> String {
    let unit = match price.currency.as_str() {
        "USD" => "dollars",
        "EUR" => "euros",
        "GBP" => "pounds",
        other => other,
    };
    let (whole, minor) = (price.amount_minor / 100, price.amount_minor % 100);
    if minor == 0 { format!("{whole} {unit}") } else { format!("{whole}.{minor:02} {unit}") }
}

/// A member of the staff by first name, unless two share it.
pub fn person(name: &str, business: &Business) -> String {
    let first = |name: &str| name.split_whitespace().next().unwrap_or_default().to_lowercase();
    let shared = business.staff.iter().filter(|s| first(&s.name) == first(name)).count() > 1;
    if shared { name.to_owned() } else { name.split_whitespace().next().unwrap_or(name).to_owned() }
}

/// An address for the channel: "alex at example dot com" by ear, as it is written on a screen.
pub fn email(address: &str, channel: Channel) -> String {
    match (channel, address.split_once('@')) {
        (Channel::Phone, Some((local, domain))) => format!("{} at {}", by_ear(local), by_ear(domain)),
        _ => address.to_owned(),
    }
}

/// The same with its local part letter by letter: "A, L, E, X, at example dot com".
pub fn email_spelled(address: &str, channel: Channel) -> String {
    match (channel, address.split_once('@')) {
        (Channel::Phone, Some((local, domain))) => format!("{}, at {}", letters(local), by_ear(domain)),
        _ => address.to_owned(),
    }
}

fn letters(text: &str) -> String {
    text.chars()
        .map(|c| symbol(c).map_or_else(|| c.to_uppercase().to_string(), str::to_owned))
        .collect::<Vec<_>>()
        .join(", ")
}

fn symbol(c: char) -> Option<&'static str> {
    Some(match c {
        '.' => "dot",
        '_' => "underscore",
        '-' => "dash",
        '+' => "plus",
        _ => return None,
    })
}

fn by_ear(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match symbol(c) {
            Some(word) => out.push_str(&format!(" {word} ")),
            // Digits one by one, so that "42" is not a number to be guessed.
            None if c.is_ascii_digit() => out.push_str(&format!(" {c} ")),
            None => out.push(c),
        }
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A web address for the ear: "bloom dot example".
pub fn web(address: &str, channel: Channel) -> String {
    match channel {
        Channel::Web => address.to_owned(),
        Channel::Phone => {
            let bare = address.trim_start_matches("https://").trim_start_matches("http://").trim_end_matches('/');
            bare.replace('.', " dot ").replace('/', " slash ").replace('-', " dash ")
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date as day;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(day(2026, 12, 1), "Tuesday, December 1st")]
    #[case(day(2026, 12, 12), "Saturday, December 12th")]
    #[case(day(2027, 1, 22), "Friday, January 22nd")]
    #[case(day(2027, 12, 3), "Friday, December 3rd, 2027")]
    fn dates_are_said_in_full(#[case] at: Date, #[case] expected: &str) {
        assert_eq!(date(at, day(2026, 11, 24)), expected);
    }

    #[test]
    fn addresses_are_for_the_ear_on_the_phone_and_for_the_eye_on_the_web() {
        assert_eq!(email("alex.m42@example.com", Channel::Phone), "alex dot m 4 2 at example dot com");
        assert_eq!(email_spelled("al-x@example.com", Channel::Phone), "A, L, dash, X, at example dot com");
        assert_eq!(email("alex@example.com", Channel::Web), "alex@example.com");
        assert_eq!(web("https://bloom.example/book", Channel::Phone), "bloom dot example slash book");
    }
}
