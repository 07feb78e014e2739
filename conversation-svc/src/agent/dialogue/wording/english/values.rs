use jiff::civil::{Date, DateTime, Time, Weekday};

use super::English;
use crate::agent::{
    business::{OpenRange, Price},
    dialogue::wording::{Values, needs_year},
};

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

impl Values for English {
    fn date(&self, date: Date, today: Date) -> String {
        let month = MONTHS.get(usize::from(date.month().unsigned_abs()).saturating_sub(1)).copied().unwrap_or_default();
        let day = date.day();
        let suffix = match (day % 10, day / 10) {
            (_, 1) => "th",
            (1, _) => "st",
            (2, _) => "nd",
            (3, _) => "rd",
            _ => "th",
        };
        let year = if needs_year(date, today) { format!(", {}", date.year()) } else { String::new() };
        format!("{}, {month} {day}{suffix}{year}", weekday(date.weekday()))
    }

    fn weekdays(&self, first: Weekday, last: Weekday) -> String {
        let (from, to) = (weekday(first), weekday(last));
        match first.until(last) {
            0 => from.to_owned(),
            1 => format!("{from} and {to}"),
            _ => format!("{from} to {to}"),
        }
    }

    fn time(&self, time: Time) -> String {
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

    fn date_time(&self, at: DateTime, today: Date) -> String {
        format!("{} at {}", self.date(at.date(), today), self.time(at.time()))
    }

    fn times_on(&self, times: &[Time], date: Date, today: Date) -> String {
        let times: Vec<String> = times.iter().map(|time| self.time(*time)).collect();
        format!("{} on {}", self.or(&times), self.date(date, today))
    }

    fn wished(&self, date: Option<Date>, time: Option<Time>, today: Date) -> String {
        match (time, date) {
            (Some(time), Some(date)) => format!("{} on {}", self.time(time), self.date(date, today)),
            (None, Some(date)) => self.date(date, today),
            (_, None) => "that time".to_owned(),
        }
    }

    fn hours(&self, ranges: &[OpenRange]) -> String {
        let end = |range: &OpenRange| range.end_time().map_or("midnight".to_owned(), |end| self.time(end));
        let said: Vec<String> =
            ranges.iter().map(|r| format!("from {} to {}", self.time(r.start_time()), end(r))).collect();
        self.and(&said)
    }

    fn or(&self, items: &[String]) -> String {
        join(items, "or")
    }

    fn and(&self, items: &[String]) -> String {
        join(items, "and")
    }

    fn price(&self, price: &Price) -> String {
        let unit = match price.currency.as_str() {
            "USD" => "dollars",
            "EUR" => "euros",
            "GBP" => "pounds",
            "MXN" => "pesos",
            other => other,
        };
        let (whole, minor) = (price.amount_minor / 100, price.amount_minor % 100);
        if minor == 0 { format!("{whole} {unit}") } else { format!("{whole}.{minor:02} {unit}") }
    }

    fn appointment(&self, service: Option<&str>) -> String {
        let noun = service.unwrap_or("appointment");
        let vowel = noun.chars().next().is_some_and(|c| "aeiouAEIOU".contains(c));
        format!("{} {noun}", if vowel { "an" } else { "a" })
    }

    fn own(&self, service: Option<&str>) -> String {
        format!("your {}", service.unwrap_or("appointment"))
    }

    fn length(&self, minutes: u32) -> String {
        match (minutes / 60, minutes % 60) {
            (1, 0) => "an hour".to_owned(),
            (hours, 0) if hours > 48 && hours % 24 == 0 => format!("{} days", hours / 24),
            (hours, 0) => format!("{hours} hours"),
            _ => format!("{minutes} minutes"),
        }
    }

    fn symbol(&self, c: char) -> Option<&'static str> {
        Some(match c {
            '@' => "at",
            '.' => "dot",
            '_' => "underscore",
            '-' => "dash",
            '+' => "plus",
            '/' => "slash",
            _ => return None,
        })
    }
}

const fn weekday(day: Weekday) -> &'static str {
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

fn join(items: &[String], link: &str) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [front @ .., last] => format!("{} {link} {last}", front.join(", ")),
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
        assert_eq!(English.date(at, day(2026, 11, 24)), expected);
    }
}
