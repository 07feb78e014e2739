//! Days counted from another, and runs of days: "in two weeks", "a week from Friday", "next week", "in March".

use jiff::{ToSpan as _, civil::Date};

use super::{
    month::{month_at, month_day, month_named},
    named_day,
    weekday::weekday,
};
use crate::agent::dialogue::understand::{
    date::{Days, Grain, Hit, add_days, hit, monday_of, month_of},
    english::number,
    words::Words,
};

pub fn offset(words: &Words<'_>, i: usize, today: Date) -> Option<Hit> {
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
pub fn span(words: &Words<'_>, i: usize, today: Date) -> Option<Hit> {
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
