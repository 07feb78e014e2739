//! Days and times: the kinds are `date`, `time`, `datetime`, `week`, `month`, `interval`, `open` and `duration`.

use jiff::civil::{Date, DateTime};
use serde_json::{Map, Value, json};

use crate::agent::dialogue::understand::{
    Found, Understanding,
    date::{Days, Grain, add_days},
    moment::{Node, Side},
    time::{Clock, Part, When},
    words::Words,
};

/// Best first: what says more, then what is surer.
pub fn shown(words: &Words<'_>, understood: &Understanding, now: DateTime) -> Vec<Value> {
    let joined;
    let moments = if words.grammar().moments.is_some() {
        &understood.moments
    } else {
        joined = beside(&understood.dates, &understood.times);
        &joined
    };
    let mut shown: Vec<(f32, Value)> = moments.iter().filter_map(|found| weighed(words, found, now)).collect();
    shown.sort_by(|a, b| b.0.total_cmp(&a.0));
    shown.into_iter().map(|(_, value)| value).collect()
}

/// Days with the times of day that stand beside them.
fn beside(dates: &[Found<Days>], times: &[Found<When>]) -> Vec<Found<Node>> {
    let mut times: Vec<Option<&Found<When>>> = times.iter().map(Some).collect();
    let mut joined: Vec<Found<Node>> = dates
        .iter()
        .map(|date| {
            let near = times.iter_mut().find(|time| time.is_some_and(|time| gap(&date.words, &time.words) <= 2));
            match near.filter(|_| date.value.single().is_some()).and_then(Option::take) {
                Some(time) => Found::new(
                    Node::Dated(date.value, time.value),
                    date.confidence.min(time.confidence),
                    date.words.start.min(time.words.start)..date.words.end.max(time.words.end),
                ),
                None => Found::new(Node::Days(date.value), date.confidence, date.words.clone()),
            }
        })
        .collect();
    let alone = times.into_iter().flatten();
    joined.extend(alone.map(|time| Found::new(Node::Hours(time.value), time.confidence, time.words.clone())));
    joined
}

/// Words between two ranges; 0 when they touch.
fn gap(a: &std::ops::Range<usize>, b: &std::ops::Range<usize>) -> usize {
    if a.end <= b.start { b.start - a.end } else { a.start.saturating_sub(b.end) }
}

fn weighed(words: &Words<'_>, found: &Found<Node>, now: DateTime) -> Option<(f32, Value)> {
    let mut value = Map::new();
    value.insert("text".into(), words.text(found.words.clone()).into());
    value.insert("confidence".into(), json!((found.confidence * 100.0).round() / 100.0));
    for (key, field) in fields(&found.value, now)? {
        value.insert(key.to_owned(), field);
    }
    // A day with a time says more than either.
    let more = if matches!(found.value, Node::Dated(..) | Node::Range(..)) { 0.1 } else { 0.0 };
    let less = if matches!(found.value, Node::Length(_)) { 0.2 } else { 0.0 };
    Some((found.confidence + more - less, Value::Object(value)))
}

type Fields = Vec<(&'static str, Value)>;

fn fields(moment: &Node, now: DateTime) -> Option<Fields> {
    Some(match moment {
        Node::Days(days) => of_days(*days),
        Node::OpenDays(side, days) => {
            // A day bounds by itself, a run by the end that is meant.
            let ends = matches!(side, Side::After | Side::Until) && days.single().is_none();
            open(&if ends { days.end_excl } else { days.start }.to_string(), *side, "day")
        }
        Node::Hours(when) => of_hours(*when, now),
        Node::Dated(days, when) => of_dated(*days, *when),
        Node::Instant(at) => {
            vec![("kind", json!("datetime")), ("start", json!(second(*at))), ("grain", json!("minute"))]
        }
        Node::Range(from, to) => interval(&second(*from), &second(*to), "minute"),
        Node::Length(length) => vec![("kind", json!("duration")), ("start", json!(length.to_string()))],
        _ => return None,
    })
}

fn second(at: DateTime) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S").to_string()
}

fn interval(start: &str, end_excl: &str, grain: &str) -> Fields {
    vec![("kind", json!("interval")), ("start", json!(start)), ("end_excl", json!(end_excl)), ("grain", json!(grain))]
}

fn open(start: &str, side: Side, grain: &str) -> Fields {
    let dir = match side {
        Side::From | Side::After => "after",
        Side::Before | Side::Until => "before",
    };
    vec![("kind", json!("open")), ("start", json!(start)), ("dir", json!(dir)), ("grain", json!(grain))]
}

fn of_days(days: Days) -> Fields {
    let (start, end_excl) = (days.start.to_string(), days.end_excl.to_string());
    let (kind, grain) = match days.grain {
        Grain::Day => return vec![("kind", json!("date")), ("start", json!(start)), ("grain", json!("day"))],
        Grain::Week => ("week", "week"),
        Grain::Month => ("month", "month"),
        Grain::Days => ("interval", "day"),
    };
    let mut fields = interval(&start, &end_excl, grain);
    fields[0].1 = json!(kind);
    fields
}

fn grain(clock: Clock) -> &'static str {
    if clock.minute == 0 { "hour" } else { "minute" }
}

/// The likelier reading of an open hour with no business to ask: by day.
fn by_day(clock: Clock) -> Clock {
    let hour = if clock.open && (1..=7).contains(&clock.hour) { clock.hour + 12 } else { clock.hour };
    Clock::known(hour, clock.minute)
}

fn other_half(clock: Clock) -> Clock {
    Clock::known((clock.hour + 12) % 24, clock.minute)
}

/// Both ends read alike: "7 to 8" is in one half of the day, "11 to 1" goes over noon.
fn range_by_day(from: Clock, to: Clock) -> (Clock, Clock) {
    let (from, mut end) = (by_day(from), by_day(to));
    if to.open && end.hour <= from.hour && end.hour < 12 {
        end.hour += 12;
    }
    (from, end)
}

/// A range of clock times, with its other half of the day where neither end says which is meant.
fn range(from: Clock, to: Clock, show: impl Fn(Clock, Clock) -> (String, String)) -> Fields {
    let (likely_from, likely_to) = range_by_day(from, to);
    let (start, end_excl) = show(likely_from, likely_to);
    let mut fields = interval(&start, &end_excl, "minute");
    if from.open && to.open {
        let (start, end_excl) = show(other_half(likely_from), other_half(likely_to));
        fields.push(("alts", json!([{ "start": start, "end_excl": end_excl }])));
    }
    fields
}

/// The times on one side of a clock time.
fn open_clock(clock: Clock, side: Side, show: impl Fn(Clock) -> String) -> Fields {
    let likely = by_day(clock);
    let mut fields = open(&show(likely), side, grain(clock));
    if clock.open {
        fields.push(("alts", json!([show(other_half(likely))])));
    }
    fields
}

fn part_hours(part: Part) -> (i8, i8) {
    match part {
        Part::Morning => (0, 12),
        Part::Lunch => (12, 14),
        Part::Afternoon => (12, 19),
        Part::Evening => (18, 24),
    }
}

fn at(day: Date, clock: Clock) -> String {
    let day = if clock.hour >= 24 { add_days(day, 1) } else { day };
    format!("{day}T{:02}:{:02}:00", clock.hour % 24, clock.minute)
}

fn of_dated(days: Days, when: When) -> Fields {
    let day = days.start;
    match when {
        When::At(clock) | When::Around(clock) => {
            let likely = by_day(clock);
            let mut fields =
                vec![("kind", json!("datetime")), ("start", json!(at(day, likely))), ("grain", json!(grain(clock)))];
            if clock.open {
                fields.push(("alts", json!([at(day, other_half(likely))])));
            }
            fields
        }
        When::From(clock) => open_clock(clock, Side::From, |clock| at(day, clock)),
        When::Until(clock) => open_clock(clock, Side::Until, |clock| at(day, clock)),
        When::Between(from, to) => range(from, to, |from, to| {
            let ends_on = if to.hour < from.hour { add_days(day, 1) } else { day };
            (at(day, from), at(ends_on, to))
        }),
        When::Part(part) => {
            let (from, to) = part_hours(part);
            interval(&at(day, Clock::known(from, 0)), &at(day, Clock::known(to, 0)), "hour")
        }
        When::Any | When::Earliest => of_days(days),
    }
}

fn of_hours(when: When, now: DateTime) -> Fields {
    let show = |clock: Clock| format!("{:02}:{:02}", clock.hour % 24, clock.minute);
    match when {
        When::At(clock) | When::Around(clock) => {
            let likely = by_day(clock);
            let mut fields =
                vec![("kind", json!("time")), ("start", json!(show(likely))), ("grain", json!(grain(clock)))];
            if clock.open {
                fields.push(("alts", json!([show(other_half(likely))])));
            }
            fields
        }
        When::From(clock) => open_clock(clock, Side::From, show),
        When::Until(clock) => open_clock(clock, Side::Until, show),
        When::Between(from, to) => range(from, to, |from, to| (show(from), show(to))),
        When::Part(part) => {
            let (from, to) = part_hours(part);
            interval(&show(Clock::known(from, 0)), &show(Clock::known(to, 0)), "hour")
        }
        When::Any | When::Earliest => open(&now.date().to_string(), Side::From, "day"),
    }
}
