//! Dates, times of day and lengths of time, by value.

use serde_json::Value;

/// A time of day, with the other half of the day where it was not said: "08:51 or 20:51".
pub fn time(best: &Value) -> Option<String> {
    let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
    if best.get("kind")? != "time" {
        return None;
    }
    let likely = text(best.get("start"))?;
    Some(match text(best.get("alts").and_then(|alts| alts.get(0))) {
        Some(other) => format!("{likely} or {other}"),
        None => likely,
    })
}

pub fn length(best: &Value) -> Option<String> {
    best.get("start").filter(|_| best.get("kind").is_some_and(|kind| kind == "duration"))?.as_str().map(str::to_owned)
}

/// A bare hour is of either half of the day, unless it says which.
pub fn same_time(gold: &str, predicted: &str) -> bool {
    let Some((hour, minute, half)) = gold_time(gold) else { return false };
    predicted.split(" or ").filter_map(clock).any(|(said_hour, said_minute)| {
        let same_hour = match half {
            Some(pm) => said_hour == hour % 12 + if pm { 12 } else { 0 },
            None => said_hour % 12 == hour % 12,
        };
        same_hour && said_minute == minute
    })
}

fn clock(text: &str) -> Option<(u8, u8)> {
    let (hour, minute) = text.split_once(':')?;
    Some((hour.parse().ok()?, minute.parse().ok()?))
}

/// Hour, minute, and whether it is after noon.
fn gold_time(gold: &str) -> Option<(u8, u8, Option<bool>)> {
    let (figures, rest) = gold.split_once(' ').unwrap_or((gold, ""));
    let (hour, minute) = clock(figures)?;
    let half: String = rest.to_lowercase().chars().filter(|c| c.is_alphabetic()).take(2).collect();
    let half = match half.as_str() {
        "am" => Some(false),
        "pm" => Some(true),
        _ => None,
    };
    Some((hour, minute, half))
}

/// "3615 second" and "PT1H15S".
pub fn same_length(gold: &str, predicted: &str) -> bool {
    let Some((count, unit)) = gold.split_once(' ') else { return false };
    let (Ok(count), Ok(said)) = (count.parse::<i64>(), predicted.parse::<jiff::Span>()) else { return false };
    let months = i64::from(said.get_years()) * 12 + i64::from(said.get_months());
    let seconds_each = match unit {
        "year" => return months == count * 12 && said.get_days() == 0,
        "month" => return months == count && said.get_days() == 0,
        "second" => 1,
        "minute" => 60,
        "hour" => 3_600,
        "day" => 86_400,
        "week" => 604_800,
        _ => return false,
    };
    let seconds = said.total((jiff::Unit::Second, jiff::SpanRelativeTo::days_are_24_hours()));
    months == 0 && seconds.is_ok_and(|seconds| (seconds - (count * seconds_each) as f64).abs() < 0.5)
}

/// What a date says: any part may be missing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Parts {
    year: Option<u16>,
    month: Option<u8>,
    day: Option<u8>,
    quarter: Option<u8>,
    decade: bool,
}

/// A date as a source writes it, and one as `understand` does ("2012-07-25", "--01-15", "1506-07", "1980s", "2022-Q2").
pub fn same_date(gold: &str, predicted: &str) -> bool {
    let (Some(gold), Some(said)) = (gold_date(gold), understood_date(predicted)) else { return false };
    let same_year = match (gold.year, said.year) {
        // Without its century.
        (Some(gold), Some(said)) if gold < 100 || said < 100 => gold % 100 == said % 100,
        (gold, said) => gold == said,
    };
    same_year && Parts { year: None, ..gold } == Parts { year: None, ..said }
}

fn understood_date(text: &str) -> Option<Parts> {
    if let Some(year) = text.strip_suffix('s') {
        return Some(Parts { year: Some(year.parse().ok()?), decade: true, ..Parts::default() });
    }
    if let Some((year, quarter)) = text.split_once("-Q") {
        return Some(Parts {
            year: Some(year.parse().ok()?),
            quarter: Some(quarter.parse().ok()?),
            ..Parts::default()
        });
    }
    let (year, rest) = match text.strip_prefix("--") {
        Some(rest) => (None, Some(rest)),
        None => match text.split_once('-') {
            Some((year, rest)) => (Some(year), Some(rest)),
            None => (Some(text), None),
        },
    };
    let (month, day) = match rest.map(|rest| rest.split_once('-').unwrap_or((rest, ""))) {
        Some((month, day)) => (Some(month.parse().ok()?), day.parse().ok()),
        None => (None, None),
    };
    let year = match year {
        Some(year) => Some(year.parse().ok()?),
        None => None,
    };
    Some(Parts { year, month, day, ..Parts::default() })
}

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

fn gold_date(gold: &str) -> Option<Parts> {
    let plain = gold.to_lowercase().replace('\'', "");
    if let Some(year) = plain.strip_suffix('s').and_then(|year| year.trim().parse().ok()) {
        return Some(Parts { year: Some(year), decade: true, ..Parts::default() });
    }
    let mut parts = Parts::default();
    let words: Vec<&str> = plain.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let is_figures = words.len() == 3 && words.iter().all(|word| word.bytes().all(|b| b.is_ascii_digit()));
    if is_figures && words[0].len() == 4 {
        let [year, month, day] = words.as_slice() else { return None };
        return Some(Parts {
            year: Some(year.parse().ok()?),
            month: Some(month.parse().ok()?),
            day: Some(day.parse().ok()?),
            ..Parts::default()
        });
    }
    if is_figures {
        let [month, day, year] = words.as_slice() else { return None };
        return Some(Parts {
            year: Some(year.parse().ok()?),
            month: Some(month.parse().ok()?),
            day: Some(day.parse().ok()?),
            ..Parts::default()
        });
    }
    for word in words {
        if let Some(quarter) = word.strip_prefix('q').and_then(|q| q.parse().ok()) {
            parts.quarter = Some(quarter);
        } else if let Some(at) = MONTHS.iter().position(|month| word.starts_with(month)) {
            parts.month = u8::try_from(at + 1).ok();
        } else {
            let number: u16 = word.trim_end_matches(|c: char| c.is_alphabetic()).parse().ok()?;
            if number < 32 && parts.day.is_none() {
                parts.day = u8::try_from(number).ok();
            } else {
                parts.year = Some(number);
            }
        }
    }
    Some(parts)
}
