//! Dates in what a caller says, relative to a given day.
//!
//! "Next Friday" is Friday of next week, "Friday" and "this Friday" the coming one; month before day in bare
//! numbers; a date without a year is its next occurrence. A vague date ("next week") is a range of days.

use jiff::{
    ToSpan as _,
    civil::{Date, Weekday},
};

use super::{Found, holiday, number, words::Words};

/// What length of time the words name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grain {
    Day,
    Week,
    Month,
    /// Some other run of days ("this weekend").
    Days,
}

/// Whole days, `[start, end_excl)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days {
    pub start: Date,
    pub end_excl: Date,
    pub grain: Grain,
}

impl Days {
    pub fn one(day: Date) -> Self {
        Self { start: day, end_excl: add_days(day, 1), grain: Grain::Day }
    }

    fn run(start: Date, days: i32, grain: Grain) -> Self {
        Self { start, end_excl: add_days(start, days), grain }
    }

    /// The day, when it is a single one.
    pub fn single(&self) -> Option<Date> {
        (self.grain == Grain::Day).then_some(self.start)
    }
}

/// A reading of some words as days.
pub(super) struct Hit {
    pub days: Days,
    pub taken: usize,
    pub confidence: f32,
}

/// The dates of a text, in the order they were said. `asked`: a date was asked for, so a bare day counts.
pub fn find(words: &Words<'_>, today: Date, asked: bool) -> Vec<Found<Days>> {
    let mut found = Vec::new();
    let mut i = 0;
    while i < words.len() {
        match at(words, i, today, asked) {
            Some(hit) => {
                found.push(Found::new(hit.days, hit.confidence, i..i + hit.taken));
                i += hit.taken.max(1);
            }
            None => i += 1,
        }
    }
    found
}

fn at(words: &Words<'_>, i: usize, today: Date, asked: bool) -> Option<Hit> {
    [
        named_day(words, i, today),
        weekday(words, i, today, asked),
        month_day(words, i, today),
        offset(words, i, today),
        span(words, i, today),
        numeric(words, i, today),
        holiday::at(words, i, today),
        nth_weekday(words, i, today),
        day_of_month(words, i, today, asked),
    ]
    .into_iter()
    .flatten()
    .max_by_key(|hit| hit.taken)
}

pub(super) fn hit(days: Days, taken: usize, confidence: f32) -> Option<Hit> {
    Some(Hit { days, taken, confidence })
}

fn named_day(words: &Words<'_>, i: usize, today: Date) -> Option<Hit> {
    const NAMED: &[(&str, i32)] = &[
        ("the day after tomorrow", 2),
        ("day after tomorrow", 2),
        ("tomorrow", 1),
        ("tomorrows", 1),
        ("to morrow", 1),
        ("tmrw", 1),
        ("the next day", 1),
        ("the following day", 1),
        ("tonight", 0),
        ("later today", 0),
        ("today", 0),
        ("todays", 0),
        ("this morning", 0),
        ("this afternoon", 0),
        ("this evening", 0),
    ];
    let (taken, days) =
        NAMED.iter().filter_map(|(p, d)| words.phrase(i, p).map(|n| (n, *d))).max_by_key(|(n, _)| *n)?;
    // The part of the day in "this morning" and "tonight" stays for the times to read.
    let taken = if words.norm(i) == "this" { 1 } else { taken };
    hit(Days::one(add_days(today, days)), taken, 0.95)
}

fn weekday(words: &Words<'_>, i: usize, today: Date, asked: bool) -> Option<Hit> {
    let next_week_first =
        words.any_phrase(i, &["next week on", "next week"]).filter(|n| weekday_named(words.norm(i + n)).is_some());
    let (lead, lead_next, lead_this) = match (words.norm(i), words.norm(i + 1)) {
        _ if next_week_first.is_some() => (next_week_first?, true, false),
        ("on", "the") if weekday_named(words.norm(i + 2)).is_some() => (2, false, false),
        ("this", "coming" | "upcoming") | ("the", "coming") => (2, false, true),
        ("next" | "following", _) => (1, true, false),
        ("the", "following" | "next") => (2, true, false),
        ("this" | "coming" | "upcoming", _) => (1, false, true),
        ("on", _) => (1, false, false),
        _ => (0, false, false),
    };
    let name = words.norm(i + lead);
    let day = weekday_named(name)?;
    // Words that are more often something else need a cue.
    let doubtful = matches!(name, "sun" | "sat" | "mon" | "wed" | "thu" | "fri");
    if doubtful && lead == 0 && !asked && words.len() > 2 {
        return None;
    }
    let mut taken = lead + 1;
    let mut next = lead_next;
    let mut weeks_later = 0;
    for (phrase, effect_next, weeks) in [
        ("of next week", true, 0),
        ("next week", true, 0),
        ("after next", false, 1),
        ("in two weeks", false, 2),
        ("week", false, 1),
    ] {
        if let Some(n) = words.phrase(i + taken, phrase) {
            if phrase == "after next" && lead_this {
                continue;
            }
            taken += n;
            next |= effect_next;
            weeks_later = weeks;
            break;
        }
    }
    if let Some(n) = words.any_phrase(i + taken, &["of this week", "this week"]) {
        taken += n;
    }
    // "Monday the second", "Monday, March 3rd": the date decides.
    if let Some(more) = month_day(words, i + taken, today) {
        return hit(more.days, taken + more.taken, 0.95);
    }
    if let Some(more) = numeric(words, i + taken, today) {
        return hit(more.days, taken + more.taken, 0.95);
    }
    let the = usize::from(words.norm(i + taken) == "the");
    if let Some((n, used)) = number::ordinal(words, i + taken + the).filter(|(n, _)| (1..=31).contains(n))
        && !next
    {
        let agreed = (0..92).map(|d| add_days(today, d)).find(|d| d.weekday() == day && d.day() as u64 == n);
        let (date, confidence) = match agreed {
            Some(date) => (date, 0.95),
            None => (next_day_of_month(today, n)?, 0.6),
        };
        return hit(Days::one(date), taken + the + used, confidence);
    }
    let date = if next {
        add_days(monday_of(today), 7 + i32::from(day.to_monday_zero_offset()))
    } else {
        coming(today, day, lead_this)
    };
    hit(Days::one(add_days(date, weeks_later * 7)), taken, 0.9)
}

fn month_day(words: &Words<'_>, i: usize, today: Date) -> Option<Hit> {
    let on = usize::from(words.norm(i) == "on");
    let (month, day, mut taken) = month_then_day(words, i + on).or_else(|| day_then_month(words, i + on))?;
    taken += on;
    let comma_year = number::year(words, i + taken)
        .filter(|_| words.norm(i + taken).len() == 4 || words.norm(i + taken) == "twenty");
    let date = match comma_year {
        Some((year, n)) => {
            taken += n;
            Date::new(year, month, day).ok()?
        }
        None => next_month_day(today, month, day)?,
    };
    hit(Days::one(date), taken, 0.95)
}

fn month_then_day(words: &Words<'_>, i: usize) -> Option<(i8, i8, usize)> {
    let month = month_named(words.norm(i))?;
    let the = usize::from(words.norm(i + 1) == "the");
    let (day, n) = number::ordinal(words, i + 1 + the).or_else(|| {
        number::cardinal(words, i + 1 + the).filter(|_| !matches!(words.norm(i + 2 + the), "pm" | "am" | "oclock"))
    })?;
    day_number(day).map(|day| (month, day, 1 + the + n))
}

fn day_then_month(words: &Words<'_>, i: usize) -> Option<(i8, i8, usize)> {
    let the = usize::from(words.norm(i) == "the");
    let (day, n) = number::ordinal(words, i + the).or_else(|| number::cardinal(words, i + the))?;
    let of = usize::from(words.norm(i + the + n) == "of");
    let month = month_named(words.norm(i + the + n + of))?;
    day_number(day).map(|day| (month, day, the + n + of + 1))
}

fn day_number(day: u64) -> Option<i8> {
    i8::try_from(day).ok().filter(|d| (1..=31).contains(d))
}

fn offset(words: &Words<'_>, i: usize, today: Date) -> Option<Hit> {
    let lead = usize::from(matches!(words.norm(i), "in" | "within" | "after"));
    let (count, n) = match (words.norm(i + lead), words.norm(i + lead + 1), words.norm(i + lead + 2)) {
        ("a", "couple", "of") => (2, 3),
        ("a" | "one", "fortnight", _) => (2, 1),
        ("a" | "an" | "one", _, _) => (1, 1),
        _ => number::cardinal(words, i + lead).filter(|(n, _)| (1..=400).contains(n)).map(|(n, t)| (n as i32, t))?,
    };
    let unit = words.norm(i + lead + n);
    let mut taken = lead + n + 1;
    let from = words.any_phrase(i + taken, &["from now", "from today", "later", "time"]);
    let base = match from {
        Some(n) => {
            taken += n;
            Some(today)
        }
        None if matches!(words.norm(i + taken), "from" | "after") => {
            let base = [
                named_day(words, i + taken + 1, today),
                weekday(words, i + taken + 1, today, true),
                month_day(words, i + taken + 1, today),
            ]
            .into_iter()
            .flatten()
            .max_by_key(|h| h.taken);
            base.map(|h| {
                taken += 1 + h.taken;
                h.days.start
            })
        }
        None => None,
    };
    if lead == 0 && base.is_none() {
        return None;
    }
    let base = base.unwrap_or(today);
    let date = match unit {
        "day" | "days" => add_days(base, count),
        "week" | "weeks" | "fortnight" => add_days(base, count * 7),
        "month" | "months" => base.checked_add(count.months()).ok()?,
        _ => return None,
    };
    hit(Days::one(date), taken, 0.9)
}

/// Weeks, weekends and months.
fn span(words: &Words<'_>, i: usize, today: Date) -> Option<Hit> {
    let monday = monday_of(today);
    let weekend = |week: i32| Days::run(add_days(monday, 5 + 7 * week), 2, Grain::Days);
    const SPANS: &[(&str, Span)] = &[
        ("the week after next", Span::Week(2)),
        ("week after next", Span::Week(2)),
        ("next week", Span::Week(1)),
        ("the next week", Span::Week(1)),
        ("the following week", Span::Week(1)),
        ("this week", Span::Week(0)),
        ("later this week", Span::Week(0)),
        ("this weekend", Span::Weekend(0)),
        ("the weekend", Span::Weekend(0)),
        ("this coming weekend", Span::Weekend(0)),
        ("next weekend", Span::Weekend(1)),
        ("next month", Span::Month(1)),
        ("this month", Span::Month(0)),
        ("later this month", Span::Month(0)),
    ];
    enum Span {
        Week(i32),
        Weekend(i32),
        Month(i32),
    }
    if let Some((taken, span)) =
        SPANS.iter().filter_map(|(p, s)| words.phrase(i, p).map(|n| (n, s))).max_by_key(|(n, _)| *n)
    {
        let days = match span {
            Span::Week(n) => Days::run(add_days(monday, 7 * n), 7, Grain::Week),
            Span::Weekend(n) => weekend(*n),
            Span::Month(n) => month_of(today.first_of_month().checked_add((*n).months()).ok()?)?,
        };
        return hit(days, taken, 0.85);
    }
    // "in March": with a cue, or alone, since "may" and "march" are verbs too.
    let cue = usize::from(matches!(words.norm(i), "in" | "during"));
    month_named(words.norm(i + cue)).filter(|_| cue > 0 || words.len() == 1)?;
    let (first, _) = month_at(words, i + cue, today)?;
    hit(month_of(first)?, cue + 1, 0.8)
}

fn month_of(first: Date) -> Option<Days> {
    let end_excl = first.checked_add(1.months()).ok()?;
    Some(Days { start: first, end_excl, grain: Grain::Month })
}

/// "3/8", "3/8/2027", "2027-03-08".
fn numeric(words: &Words<'_>, i: usize, today: Date) -> Option<Hit> {
    let word = words.norm(i);
    let parts: Vec<&str> = word.split(['/', '-']).collect();
    if !parts.iter().all(|p| !p.is_empty() && p.len() <= 4 && p.bytes().all(|b| b.is_ascii_digit())) {
        return None;
    }
    let n = |k: usize| parts.get(k).and_then(|p| p.parse::<i16>().ok());
    let small = |k: usize| n(k).and_then(|n| i8::try_from(n).ok());
    let date = match parts.as_slice() {
        [year, _, _] if year.len() == 4 => Date::new(n(0)?, small(1)?, small(2)?).ok()?,
        [_, _, year] => {
            let year = if year.len() == 2 { 2000 + n(2)? } else { n(2)? };
            let (first, second) = (small(0)?, small(1)?);
            Date::new(year, first, second).or_else(|_| Date::new(year, second, first)).ok()?
        }
        [_, _] if word.contains('/') => {
            let (first, second) = (small(0)?, small(1)?);
            next_month_day(today, first, second).or_else(|| next_month_day(today, second, first))?
        }
        _ => return None,
    };
    hit(Days::one(date), 1, 0.9)
}

/// "The last Monday of March", "third Friday in December", "first Monday of next month".
fn nth_weekday(words: &Words<'_>, i: usize, today: Date) -> Option<Hit> {
    let the = usize::from(words.norm(i) == "the");
    let (nth, used) = match words.norm(i + the) {
        "last" => (-1, 1),
        _ => number::ordinal(words, i + the).filter(|(n, _)| (1..=5).contains(n)).map(|(n, used)| (n as i8, used))?,
    };
    let day = weekday_named(words.norm(i + the + used))?;
    let link = i + the + used + 1;
    if !matches!(words.norm(link), "of" | "in") {
        return None;
    }
    let (first, more) = month_at(words, link + 1, today)?;
    let date = first.nth_weekday_of_month(nth, day).ok()?;
    let date =
        if date < today { first.checked_add(1.years()).ok()?.nth_weekday_of_month(nth, day).ok()? } else { date };
    hit(Days::one(date), the + used + 2 + more, 0.9)
}

/// A month named at `i` ("March", "this month", "next month"): its first day, words taken.
fn month_at(words: &Words<'_>, i: usize, today: Date) -> Option<(Date, usize)> {
    let this = today.first_of_month();
    if let Some(n) = words.any_phrase(i, &["this month", "the month"]) {
        return Some((this, n));
    }
    if let Some(n) = words.any_phrase(i, &["next month", "the next month", "the following month"]) {
        return Some((this.checked_add(1.months()).ok()?, n));
    }
    let month = month_named(words.norm(i))?;
    let first = (0..12).filter_map(|n: i32| this.checked_add(n.months()).ok()).find(|d| d.month() == month)?;
    Some((first, 1))
}

/// "the 5th"; what follows must not make it a choice ("the first one").
fn day_of_month(words: &Words<'_>, i: usize, today: Date, asked: bool) -> Option<Hit> {
    let lead = words.any_phrase(i, &["on the", "the", "on"]).unwrap_or(0);
    let (n, used) = number::ordinal(words, i + lead)?;
    let written = words.norm(i + lead).starts_with(|c: char| c.is_ascii_digit());
    let follows = words.norm(i + lead + used);
    if follows == "of"
        && let Some((first, more)) = month_at(words, i + lead + used + 1, today)
    {
        let date = Date::new(first.year(), first.month(), day_number(n)?).ok()?;
        return hit(Days::one(date), lead + used + 1 + more, 0.9);
    }
    if matches!(
        follows,
        "one"
            | "option"
            | "slot"
            | "time"
            | "available"
            | "opening"
            | "appointment"
            | "you"
            | "thing"
            | "choice"
            | "floor"
            | "of"
            | "name"
            | "visit"
    ) {
        return None;
    }
    // "February 30th" is no day of another month.
    if month_named(words.before(i)).is_some() || month_named(follows).is_some() {
        return None;
    }
    // "one second", "a third", "at first"
    if lead == 0 && !written && (!asked || i > 0 && matches!(words.before(i), "a" | "one" | "at")) {
        return None;
    }
    let confidence = if asked || written || words.norm(i) == "on" { 0.85 } else { 0.6 };
    hit(Days::one(next_day_of_month(today, n)?), lead + used, confidence)
}

pub fn weekday_named(word: &str) -> Option<Weekday> {
    let word = word.strip_suffix('s').filter(|w| w.ends_with("day")).unwrap_or(word);
    Some(match word {
        "monday" | "mon" => Weekday::Monday,
        "tuesday" | "tues" | "tue" => Weekday::Tuesday,
        "wednesday" | "wed" | "weds" | "wensday" | "wendsday" => Weekday::Wednesday,
        "thursday" | "thurs" | "thur" | "thu" => Weekday::Thursday,
        "friday" | "fri" => Weekday::Friday,
        "saturday" | "sat" => Weekday::Saturday,
        "sunday" | "sun" => Weekday::Sunday,
        _ => return None,
    })
}

pub fn month_named(word: &str) -> Option<i8> {
    const MONTHS: [(&str, &str); 12] = [
        ("january", "jan"),
        ("february", "feb"),
        ("march", "mar"),
        ("april", "apr"),
        ("may", "may"),
        ("june", "jun"),
        ("july", "jul"),
        ("august", "aug"),
        ("september", "sep"),
        ("october", "oct"),
        ("november", "nov"),
        ("december", "dec"),
    ];
    let index = MONTHS
        .iter()
        .position(|(long, short)| word == *long || word == *short || (word == "sept" && *short == "sep"))?;
    i8::try_from(index + 1).ok()
}

fn coming(today: Date, day: Weekday, today_counts: bool) -> Date {
    let ahead = i32::from(today.weekday().until(day));
    add_days(today, if ahead == 0 && !today_counts { 7 } else { ahead })
}

fn monday_of(day: Date) -> Date {
    add_days(day, -i32::from(day.weekday().to_monday_zero_offset()))
}

pub(super) fn next_month_day(today: Date, month: i8, day: i8) -> Option<Date> {
    // Four years reach the next 29 February.
    (0..=4).filter_map(|n| Date::new(today.year().checked_add(n)?, month, day).ok()).find(|d| *d >= today)
}

fn next_day_of_month(today: Date, day: u64) -> Option<Date> {
    let day = day_number(day)?;
    (0..12)
        .filter_map(|n: i32| today.first_of_month().checked_add(n.months()).ok())
        .filter_map(|first| Date::new(first.year(), first.month(), day).ok())
        .find(|d| *d >= today)
}

/// A day so many days later; the day itself at the end of the calendar.
pub fn add_days(day: Date, days: i32) -> Date {
    day.checked_add(days.days()).unwrap_or(day)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use rstest::rstest;

    use super::*;

    /// A Tuesday.
    const TODAY: Date = date(2026, 11, 24);

    fn only(text: &str) -> Option<Days> {
        let found = find(&Words::of(text), TODAY, false);
        assert!(found.len() <= 1, "{found:?}");
        found.first().map(|f| f.value)
    }

    #[rstest]
    #[case("today", "2026-11-24")]
    #[case("tomorrow afternoon", "2026-11-25")]
    #[case("the day after tomorrow", "2026-11-26")]
    #[case("on Friday please", "2026-11-27")]
    #[case("this Friday", "2026-11-27")]
    #[case("next Friday", "2026-12-04")]
    #[case("Friday next week", "2026-12-04")]
    #[case("next week on Friday", "2026-12-04")]
    #[case("Tuesday", "2026-12-01")]
    #[case("next Tuesday", "2026-12-01")]
    #[case("a week from Friday", "2026-12-04")]
    #[case("in two weeks", "2026-12-08")]
    #[case("two weeks from tomorrow", "2026-12-09")]
    #[case("in a couple of days", "2026-11-26")]
    #[case("in a month", "2026-12-24")]
    #[case("the 5th", "2026-12-05")]
    #[case("on the fifth", "2026-12-05")]
    #[case("the 24th", "2026-11-24")]
    #[case("march third", "2027-03-03")]
    #[case("March 3rd, 2027", "2027-03-03")]
    #[case("the third of March", "2027-03-03")]
    #[case("December first", "2026-12-01")]
    #[case("Tuesday, December 1st", "2026-12-01")]
    #[case("Wednesday the second", "2026-12-02")]
    #[case("Monday the second", "2026-12-02")]
    #[case("12/1", "2026-12-01")]
    #[case("2026-12-01", "2026-12-01")]
    #[case("Christmas Eve", "2026-12-24")]
    #[case("Thanksgiving", "2026-11-26")]
    #[case("the last Monday of March", "2027-03-29")]
    #[case("the first Friday of next month", "2026-12-04")]
    #[case("the 30th of this month", "2026-11-30")]
    #[case("Friday after next", "2026-12-04")]
    fn a_day(#[case] text: &str, #[case] expected: &str) {
        let days = only(text).expect(text);
        assert_eq!((days.start.to_string().as_str(), days.grain), (expected, Grain::Day), "{text}");
    }

    #[rstest]
    #[case("next week", "2026-11-30", "2026-12-07")]
    #[case("this weekend", "2026-11-28", "2026-11-30")]
    #[case("in January", "2027-01-01", "2027-02-01")]
    fn days(#[case] text: &str, #[case] start: &str, #[case] end_excl: &str) {
        let days = only(text).expect(text);
        assert_eq!((days.start.to_string().as_str(), days.end_excl.to_string().as_str()), (start, end_excl), "{text}");
    }

    #[rstest]
    #[case("the first one")]
    #[case("just a second")]
    #[case("I may march on")]
    #[case("a massage for two")]
    #[case("February 30th")]
    #[case("who sat there")]
    fn no_date(#[case] text: &str) {
        assert_eq!(only(text), None, "{text}");
    }
}
