//! Date and time expressions with their resolved values, and when an understanding of one counts as right.
//!
//! The libraries that the values come from resolve more than a caller says: a bare time of day to an instant, a bare day to
//! midnight or to the time of asking, a part of the day to hours of their own. Such a value is met by what was really said.

use jiff::{
    SignedDuration, Timestamp,
    civil::{Date, DateTime, Time},
    tz::TimeZone,
};
use serde::Deserialize;
use serde_json::Value;

/// One expression.
#[derive(Debug, Clone, Deserialize)]
pub struct Row {
    pub id: String,
    pub src: String,
    pub text: String,
    pub kind: String,
    /// Local time at which it is said.
    #[serde(rename = "ref")]
    pub reference: DateTime,
    pub start: Option<String>,
    pub end: Option<String>,
    pub end_excl: Option<String>,
    pub dir: Option<String>,
    #[serde(default)]
    pub alts: Vec<Alternative>,
    /// Whether it belongs to booking; a corpus of booking dialogues does not say.
    #[serde(default = "yes")]
    pub booking: bool,
    #[serde(default)]
    pub tags: Vec<String>,
}

/// A further reading that the source accepts: in one corpus text, in another an object.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum Alternative {
    Text(String),
    Value { value: Option<String>, start: Option<String> },
}

const fn yes() -> bool {
    true
}

impl Alternative {
    fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Value { value, start } => value.as_deref().or(start.as_deref()),
        }
    }
}

impl Row {
    /// The moment at which it is said, in a zone without changes.
    pub fn now(&self) -> Timestamp {
        TimeZone::UTC.to_timestamp(self.reference).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    /// What the group in the report is: the kind, and whether it is of booking.
    pub fn group(&self) -> String {
        if self.booking { self.kind.clone() } else { format!("{} (not booking)", self.kind) }
    }

    /// Whether the best reading of `dates`, as `understand` gives them, is this row's value.
    pub fn is_met_by(&self, dates: &[Value]) -> bool {
        let Some(best) = dates.first() else { return self.kind == "none" };
        let Some(best) = Reading::of(best) else { return false };
        // Where am or pm was not said, both are meant until opening hours decide.
        let said = || [best.start].into_iter().chain(best.other_half);
        let values = self.start.as_deref().into_iter().chain(self.alts.iter().filter_map(Alternative::text));
        match self.kind.as_str() {
            "none" => false,
            "duration" => {
                best.kind == "duration" && self.start.as_deref().is_some_and(|gold| same_length(gold, best.start))
            }
            "open" => {
                let of_one_side = best.kind == "open" && self.dir.as_deref() == best.dir;
                of_one_side && self.says_one_of(values, said())
            }
            "interval" => {
                let other_half = best.other_range.map(|(start, end)| Reading { start, end_excl: Some(end), ..best });
                self.is_same_range(&best) || other_half.is_some_and(|other| self.is_same_range(&other))
            }
            "week" => best.kind == "week" && self.start.as_deref() == Some(best.start),
            // A library gives the day of asking within a month.
            "month" => best.kind == "month" && self.start.as_deref().and_then(|s| s.get(..7)) == best.start.get(..7),
            _ => {
                if best.kind == "duration" {
                    return values.into_iter().any(|gold| self.is_counted_from_asking(gold, best.start));
                }
                let holds_default = best.is_part_of_day && self.has_default_hour() && self.is_within(&best);
                holds_default || matches!(best.kind, "date" | "time" | "datetime") && self.says_one_of(values, said())
            }
        }
    }

    fn says_one_of<'a>(
        &self,
        values: impl Iterator<Item = &'a str>,
        said: impl Iterator<Item = &'a str> + Clone,
    ) -> bool {
        values.into_iter().any(|gold| said.clone().any(|said| self.is_same_moment(gold, said)))
    }

    /// A length said alone, which the source counts from the moment of asking.
    fn is_counted_from_asking(&self, gold: &str, length: &str) -> bool {
        let Some(end) = length.parse::<jiff::Span>().ok().and_then(|span| self.reference.checked_add(span).ok()) else {
            return false;
        };
        match Moment::parse(gold) {
            Some(Moment::At(gold)) => within_a_minute(gold, end),
            Some(Moment::Day(gold)) => gold == end.date(),
            _ => false,
        }
    }

    /// The source took an hour of its own for a part of the day.
    fn has_default_hour(&self) -> bool {
        self.tags.iter().any(|tag| tag == "default-hour")
    }

    fn is_within(&self, best: &Reading<'_>) -> bool {
        let moment = |text: Option<&str>| text.and_then(|text| self.instant(text));
        match (moment(self.start.as_deref()), moment(Some(best.start)), moment(best.end_excl)) {
            (Some(gold), Some(from), Some(to)) => from <= gold && (gold < to || to <= from),
            _ => false,
        }
    }

    /// Whether a reading says the gold moment. What it leaves out is what the source filled in: the day of asking or
    /// the next for a bare time, midnight or the time of asking for a bare day.
    fn is_same_moment(&self, gold: &str, said: &str) -> bool {
        match (Moment::parse(gold), Moment::parse(said)) {
            (Some(Moment::At(gold)), Some(Moment::At(said))) => within_a_minute(gold, said),
            (Some(Moment::Day(gold)), Some(Moment::Day(said))) => gold == said,
            (Some(Moment::Clock(gold)), Some(Moment::Clock(said))) => same_clock(gold, said),
            (Some(Moment::At(gold)), Some(Moment::Clock(said))) => {
                let asked_on = self.reference.date();
                let next = asked_on.tomorrow().unwrap_or(asked_on);
                same_clock(gold.time(), said) && (gold.date() == asked_on || gold.date() == next)
            }
            (Some(Moment::At(gold)), Some(Moment::Day(said))) => {
                let asked_at = self.reference.time();
                let filled_in = gold.time() == Time::midnight() || gold.hour() == asked_at.hour();
                gold.date() == said && filled_in
            }
            _ => false,
        }
    }

    fn is_same_range(&self, best: &Reading<'_>) -> bool {
        let (Some(gold_start), Some(gold_end)) =
            (self.start.as_deref(), self.end_excl.as_deref().or(self.end.as_deref()))
        else {
            return false;
        };
        let (Some(from), Some(to)) = (self.instant(gold_start), self.instant(gold_end)) else { return false };
        if best.kind == "open" && best.dir == Some("before") {
            // "By Friday" is a range from the moment of asking on.
            return within_a_minute(from, self.reference) && self.is_same_moment(gold_end, best.start);
        }
        let Some(end) = best.end_excl else { return false };
        let (Some(best_from), Some(best_to)) = (self.instant(best.start), self.instant(end)) else { return false };
        let (from, to) = (self.on_day_of(best.start, from), self.on_day_of(end, to));
        let best_to = if best_to <= best_from { best_to.tomorrow().unwrap_or(best_to) } else { best_to };
        let to = if to <= from { to.tomorrow().unwrap_or(to) } else { to };
        if best.is_part_of_day {
            // The sources' hours differ for the same words: what counts is that they share time.
            return best_from < to && from < best_to;
        }
        // Sources end a range at its last minute, hour or day, or after it.
        let tolerance = if Moment::is_day(gold_end) || Moment::is_day(end) {
            SignedDuration::from_hours(24)
        } else {
            SignedDuration::from_hours(1)
        };
        within(from, best_from, SignedDuration::from_mins(1)) && within(to, best_to, tolerance)
    }

    /// A gold moment on the day of asking, where only a time of day was said: the source chose the day.
    fn on_day_of(&self, said: &str, gold: DateTime) -> DateTime {
        let asked_on = self.reference.date();
        let is_near = gold.date() == asked_on || asked_on.tomorrow().is_ok_and(|next| next == gold.date());
        match Moment::parse(said) {
            Some(Moment::Clock(_)) if is_near => asked_on.to_datetime(gold.time()),
            _ => gold,
        }
    }

    fn instant(&self, text: &str) -> Option<DateTime> {
        Some(match Moment::parse(text)? {
            Moment::At(at) => at,
            Moment::Day(day) => day.at(0, 0, 0, 0),
            Moment::Clock(clock) => self.reference.date().to_datetime(clock),
        })
    }
}

/// One of `dates`.
#[derive(Clone, Copy)]
struct Reading<'a> {
    kind: &'a str,
    start: &'a str,
    end_excl: Option<&'a str>,
    dir: Option<&'a str>,
    other_half: Option<&'a str>,
    other_range: Option<(&'a str, &'a str)>,
    is_part_of_day: bool,
}

impl<'a> Reading<'a> {
    fn of(value: &'a Value) -> Option<Self> {
        let text = |name: &str| value.get(name).and_then(Value::as_str);
        let other = value.get("alts").and_then(|alts| alts.get(0));
        let of_other = |name: &str| other.and_then(|other| other.get(name)).and_then(Value::as_str);
        Some(Self {
            kind: text("kind")?,
            start: text("start")?,
            end_excl: text("end_excl"),
            dir: text("dir"),
            other_half: other.and_then(Value::as_str),
            other_range: of_other("start").zip(of_other("end_excl")),
            is_part_of_day: text("kind") == Some("interval") && text("grain") == Some("hour"),
        })
    }
}

enum Moment {
    Day(Date),
    Clock(Time),
    At(DateTime),
}

impl Moment {
    fn parse(text: &str) -> Option<Self> {
        if text.contains('T') {
            return text.parse().ok().map(Self::At);
        }
        if text.contains(':') {
            // 24:00 is the end of the day before.
            let text = text.strip_prefix("24:").map_or_else(|| text.to_owned(), |rest| format!("00:{rest}"));
            return text.parse().ok().map(Self::Clock);
        }
        text.parse().ok().map(Self::Day)
    }

    fn is_day(text: &str) -> bool {
        matches!(Self::parse(text), Some(Self::Day(_)))
    }
}

fn within(a: DateTime, b: DateTime, tolerance: SignedDuration) -> bool {
    a.duration_since(b).abs() <= tolerance
}

fn within_a_minute(a: DateTime, b: DateTime) -> bool {
    within(a, b, SignedDuration::from_secs(59))
}

fn same_clock(a: Time, b: Time) -> bool {
    (a.hour(), a.minute()) == (b.hour(), b.minute())
}

/// Lengths of time in ISO 8601; a day is 24 hours and a week 7 days.
fn same_length(a: &str, b: &str) -> bool {
    if a == b {
        return true;
    }
    let length = |text: &str| {
        let span: jiff::Span = text.parse().ok()?;
        span.total((jiff::Unit::Second, jiff::SpanRelativeTo::days_are_24_hours())).ok()
    };
    matches!((length(a), length(b)), (Some(a), Some(b)) if (a - b).abs() < 0.5)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    fn row(kind: &str, start: &str) -> Row {
        serde_json::from_value(json!({
            "id": "x", "src": "s", "text": "t", "kind": kind, "ref": "2026-03-04T10:00:00", "start": start,
        }))
        .expect("a row")
    }

    fn met(row: &Row, kind: &str, start: &str) -> bool {
        row.is_met_by(&[json!({ "kind": kind, "start": start })])
    }

    #[rstest]
    #[case("date", "2026-03-05", "date", "2026-03-05", true)]
    #[case("date", "2026-03-05", "date", "2026-03-06", false)]
    #[case("time", "15:00:00", "time", "15:00", true)]
    #[case("time", "15:00:00", "datetime", "2026-03-04T15:00:00", false)]
    #[case::midnight("time", "24:00", "time", "00:00", true)]
    #[case("datetime", "2026-03-05T15:00:00", "datetime", "2026-03-05T15:00:00", true)]
    #[case::the_source_filled_in_the_day("datetime", "2026-03-04T15:00:00", "time", "15:00", true)]
    #[case::of_a_far_day("datetime", "2026-03-09T15:00:00", "time", "15:00", false)]
    #[case::the_source_filled_in_midnight("datetime", "2026-03-09T00:00:00", "date", "2026-03-09", true)]
    #[case::the_time_matters("datetime", "2026-03-09T15:00:00", "date", "2026-03-09", false)]
    #[case("duration", "PT2H", "duration", "PT120M", true)]
    #[case("duration", "PT2H", "time", "02:00", false)]
    #[case::the_day_of_asking_in_a_month("month", "2026-08-04", "month", "2026-08-01", true)]
    #[case("none", "", "date", "2026-03-05", false)]
    fn a_value_is_met_by_what_was_said(
        #[case] kind: &str,
        #[case] gold: &str,
        #[case] said_kind: &str,
        #[case] said: &str,
        #[case] expected: bool,
    ) {
        assert_eq!(met(&row(kind, gold), said_kind, said), expected);
    }

    #[test]
    fn nothing_understood_meets_nothing_to_understand() {
        assert!(row("none", "").is_met_by(&[]));
        assert!(!row("date", "2026-03-05").is_met_by(&[]));
    }

    #[test]
    fn a_range_has_both_ends_and_a_part_of_the_day_shares_time() {
        let range = Row { end_excl: Some("2026-03-05T16:00:00".into()), ..row("interval", "2026-03-05T12:00:00") };
        let said = |start: &str, end: &str, grain: &str| {
            range.is_met_by(&[json!({ "kind": "interval", "start": start, "end_excl": end, "grain": grain })])
        };
        assert!(said("2026-03-05T12:00:00", "2026-03-05T15:00:00", "minute"));
        assert!(!said("2026-03-05T13:00:00", "2026-03-05T16:00:00", "minute"));
        assert!(said("2026-03-05T13:00:00", "2026-03-05T19:00:00", "hour"));
        assert!(!said("2026-03-05T18:00:00", "2026-03-05T22:00:00", "hour"));
    }
}
