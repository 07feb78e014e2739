//! One utterance as one JSON object, for tools that show or score the understanding.

use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use proto::Language;
use serde_json::{Map, Value, json};

use super::{
    Answer, Context, Expectation, Found, answer,
    date::{Days, Grain, add_days},
    name, number,
    time::{Clock, Part, When},
    understand,
    words::Words,
};

/// What was understood of `text`, said at `now` in `zone`, with no business behind it: `dates` (best first, each `text`,
/// `kind`, `start`, `end_excl`, `grain`, `dir`), `email`, `phone`, `numbers`, `money`, `yes_no`, `names`, `service`, `intent`.
pub fn to_json(text: &str, language: Language, now: Timestamp, zone: &TimeZone) -> Value {
    let local = zone.to_datetime(now);
    let words = Words::of(text, language);
    // A number alone is a time here, as it is where a time was asked for.
    let expects = if words.len() <= 3 { Expectation::Time } else { Expectation::Open };
    let context =
        Context { language, now: local, expects, offered: false, name_read_back: false, services: &[], staff: &[] };
    let understood = understand(text, &context);
    let said = |range: &std::ops::Range<usize>| words.text(range.clone());
    json!({
        "text": text,
        "dates": moments(&words, &understood.dates, &understood.times, local),
        "email": understood.email.as_ref().map(|f| f.value.address.clone()),
        "phone": understood.phone.as_ref().map(|f| f.value.clone()),
        "numbers": numbers(&words),
        "money": money(&words),
        "yes_no": answer::find(&words).map(|f| match f.value { Answer::Yes => "yes", Answer::No => "no" }),
        "names": name::find(&words, false, &|_| false).into_iter().map(|f| f.value).collect::<Vec<_>>(),
        "service": understood.something_else.as_ref().map(|f| said(&f.words)),
        "intent": understood.intents.first().map(|f| f.value),
    })
}

fn moments(words: &Words<'_>, dates: &[Found<Days>], times: &[Found<When>], now: DateTime) -> Vec<Value> {
    let mut out = Vec::new();
    let mut used = vec![false; times.len()];
    for date in dates {
        let beside = times.iter().position(|t| gap(&date.words, &t.words) <= 2);
        match beside.filter(|k| !used[*k]).and_then(|k| times.get(k).map(|t| (k, t))) {
            Some((k, time)) if date.value.single().is_some() => {
                used[k] = true;
                let range = date.words.start.min(time.words.start)..date.words.end.max(time.words.end);
                let confidence = date.confidence.min(time.confidence);
                out.push((confidence + 0.1, dated(date.value, time.value, words.text(range), confidence)));
            }
            _ => out.push((date.confidence, day(date.value, words.text(date.words.clone()), date.confidence))),
        }
    }
    for (time, _) in times.iter().zip(&used).filter(|(_, used)| !**used) {
        out.push((time.confidence, time_alone(time, words.text(time.words.clone()), now)));
    }
    out.sort_by(|a, b| b.0.total_cmp(&a.0));
    out.into_iter().map(|(_, value)| value).collect()
}

/// Words between two ranges; 0 when they touch.
fn gap(a: &std::ops::Range<usize>, b: &std::ops::Range<usize>) -> usize {
    if a.end <= b.start { b.start - a.end } else { a.start.saturating_sub(b.end) }
}

fn object(text: &str, kind: &str, confidence: f32, fields: &[(&str, Value)]) -> Value {
    let mut map = Map::new();
    map.insert("text".into(), text.into());
    map.insert("kind".into(), kind.into());
    map.insert("confidence".into(), json!((confidence * 100.0).round() / 100.0));
    for (key, value) in fields {
        map.insert((*key).into(), value.clone());
    }
    Value::Object(map)
}

fn day(days: Days, text: &str, confidence: f32) -> Value {
    let start = days.start.to_string();
    match days.grain {
        Grain::Day => object(text, "date", confidence, &[("start", json!(start)), ("grain", json!("day"))]),
        Grain::Week => object(
            text,
            "week",
            confidence,
            &[("start", json!(start)), ("end_excl", json!(days.end_excl.to_string())), ("grain", json!("week"))],
        ),
        Grain::Month => object(
            text,
            "month",
            confidence,
            &[("start", json!(start)), ("end_excl", json!(days.end_excl.to_string())), ("grain", json!("month"))],
        ),
        Grain::Days => object(
            text,
            "interval",
            confidence,
            &[("start", json!(start)), ("end_excl", json!(days.end_excl.to_string())), ("grain", json!("day"))],
        ),
    }
}

fn grain(clock: Clock) -> &'static str {
    if clock.minute == 0 { "hour" } else { "minute" }
}

/// The likelier reading of an open hour with no business to ask: by day.
fn by_day(clock: Clock) -> (i8, i8) {
    let hour = if clock.open && (1..=7).contains(&clock.hour) { clock.hour + 12 } else { clock.hour };
    (hour, clock.minute)
}

fn part_hours(part: Part) -> (i8, i8) {
    match part {
        Part::Morning => (0, 12),
        Part::Lunch => (12, 14),
        Part::Afternoon => (12, 19),
        Part::Evening => (18, 24),
    }
}

fn dated(days: Days, when: When, text: &str, confidence: f32) -> Value {
    let at = |hour: i8, minute: i8| {
        let date = if hour >= 24 { add_days(days.start, 1) } else { days.start };
        format!("{date}T{:02}:{minute:02}:00", hour % 24)
    };
    let clock_at = |clock: Clock| {
        let (hour, minute) = by_day(clock);
        at(hour, minute)
    };
    match when {
        When::At(c) | When::Around(c) => {
            object(text, "datetime", confidence, &[("start", json!(clock_at(c))), ("grain", json!(grain(c)))])
        }
        When::From(c) => object(
            text,
            "open",
            confidence,
            &[("start", json!(clock_at(c))), ("dir", json!("after")), ("grain", json!(grain(c)))],
        ),
        When::Until(c) => object(
            text,
            "open",
            confidence,
            &[("start", json!(clock_at(c))), ("dir", json!("before")), ("grain", json!(grain(c)))],
        ),
        When::Between(a, b) => object(
            text,
            "interval",
            confidence,
            &[("start", json!(clock_at(a))), ("end_excl", json!(clock_at(b))), ("grain", json!("minute"))],
        ),
        When::Part(part) => {
            let (from, to) = part_hours(part);
            object(
                text,
                "interval",
                confidence,
                &[("start", json!(at(from, 0))), ("end_excl", json!(at(to, 0))), ("grain", json!("hour"))],
            )
        }
        When::Any | When::Earliest => day(days, text, confidence),
    }
}

fn time_alone(time: &Found<When>, text: &str, now: DateTime) -> Value {
    let show = |(hour, minute): (i8, i8)| format!("{:02}:{minute:02}", hour % 24);
    let confidence = time.confidence;
    match time.value {
        When::At(c) | When::Around(c) => {
            let mut fields = vec![("start", json!(show(by_day(c)))), ("grain", json!(grain(c)))];
            if c.open {
                fields.push(("alts", json!([show(((by_day(c).0 + 12) % 24, c.minute))])));
            }
            object(text, "time", confidence, &fields)
        }
        When::From(c) => object(
            text,
            "open",
            confidence,
            &[("start", json!(show(by_day(c)))), ("dir", json!("after")), ("grain", json!(grain(c)))],
        ),
        When::Until(c) => object(
            text,
            "open",
            confidence,
            &[("start", json!(show(by_day(c)))), ("dir", json!("before")), ("grain", json!(grain(c)))],
        ),
        When::Between(a, b) => object(
            text,
            "interval",
            confidence,
            &[("start", json!(show(by_day(a)))), ("end_excl", json!(show(by_day(b)))), ("grain", json!("minute"))],
        ),
        When::Part(part) => {
            let (from, to) = part_hours(part);
            object(
                text,
                "interval",
                confidence,
                &[("start", json!(show((from, 0)))), ("end_excl", json!(show((to, 0)))), ("grain", json!("hour"))],
            )
        }
        When::Any | When::Earliest => object(
            text,
            "open",
            confidence,
            &[("start", json!(now.date().to_string())), ("dir", json!("after")), ("grain", json!("day"))],
        ),
    }
}

fn numbers(words: &Words<'_>) -> Vec<u64> {
    let (mut out, mut i) = (Vec::new(), 0);
    while i < words.len() {
        match number::cardinal(words, i) {
            Some((n, taken)) => {
                out.push(n);
                i += taken;
            }
            None => i += 1,
        }
    }
    out
}

/// Amounts: "$20", "twenty dollars", "20 euros and 50 cents".
fn money(words: &Words<'_>) -> Vec<Value> {
    let money = &words.grammar().money;
    let (mut out, mut i) = (Vec::new(), 0);
    while i < words.len() {
        let word = words.norm(i);
        let symbol = [('$', "USD"), ('€', "EUR"), ('£', "GBP")]
            .into_iter()
            .find_map(|(c, code)| word.strip_prefix(c).map(|rest| (rest.replace(',', ""), code)));
        if let Some((amount, currency)) = symbol
            && let Ok(amount) = amount.parse::<f64>()
        {
            out.push(json!({ "amount": amount, "currency": currency }));
            i += 1;
            continue;
        }
        let Some((n, taken)) = number::cardinal(words, i) else {
            i += 1;
            continue;
        };
        let unit = words.norm(i + taken);
        let Some((_, currency)) = money.units.iter().find(|(name, _)| *name == unit) else {
            i += taken;
            continue;
        };
        i += taken + 1;
        let mut amount = n as f64;
        let and = usize::from(money.and.contains(&words.norm(i)));
        if let Some((cents, used)) = number::cardinal(words, i + and)
            .filter(|(c, used)| *c < 100 && money.hundredths.contains(&words.norm(i + and + used)))
        {
            amount += cents as f64 / 100.0;
            i += and + used + 1;
        }
        out.push(json!({ "amount": amount, "currency": currency }));
    }
    out
}
