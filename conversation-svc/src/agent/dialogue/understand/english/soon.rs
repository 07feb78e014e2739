//! Moments counted from now in hours and minutes: "in two hours", "half an hour from now".

use jiff::{SignedDuration, civil::DateTime};

use super::number;
use crate::agent::dialogue::understand::{Found, words::Words};

pub fn find(words: &Words<'_>, now: DateTime) -> Option<Found<DateTime>> {
    (0..words.len()).find_map(|i| {
        let lead = words.any_phrase(i, &["in", "in about", "within", "in around"]).unwrap_or(0);
        let (minutes, mut taken) = length(words, i + lead)?;
        let after = words.any_phrase(i + lead + taken, &["from now", "later"]);
        if lead == 0 && after.is_none() {
            return None;
        }
        taken += lead + after.unwrap_or(0);
        let at = now.checked_add(SignedDuration::from_mins(minutes)).ok()?;
        Some(Found::new(at, 0.9, i..i + taken))
    })
}

/// Hours and minutes at `i`: minutes in all, words taken.
fn length(words: &Words<'_>, i: usize) -> Option<(i64, usize)> {
    if let Some(n) = words.any_phrase(i, &["half an hour", "half hour", "a half hour"]) {
        return Some((30, n));
    }
    let (count, n) = match (words.norm(i), words.norm(i + 1), words.norm(i + 2)) {
        ("a" | "an", _, _) => (1, 1),
        _ if words.phrase(i, "a couple of").is_some() => (2, 3),
        _ => number::cardinal(words, i)
            .filter(|(n, _)| (1..=1_000).contains(n))
            .and_then(|(n, taken)| Some((i64::try_from(n).ok()?, taken)))?,
    };
    match words.norm(i + n) {
        "minutes" | "minute" | "mins" | "min" => Some((count, n + 1)),
        "hours" | "hour" | "hrs" | "hr" => {
            let mut taken = n + 1;
            let mut minutes = count * 60;
            if let Some(half) = words.any_phrase(i + taken, &["and a half"]) {
                return Some((minutes + 30, taken + half));
            }
            let and = usize::from(words.norm(i + taken) == "and");
            if let Some((more, used)) = number::cardinal(words, i + taken + and).filter(|(m, _)| *m < 60)
                && matches!(words.norm(i + taken + and + used), "minutes" | "minute" | "mins" | "min")
            {
                minutes += i64::try_from(more).ok()?;
                taken += and + used + 1;
            }
            Some((minutes, taken))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proto::Language;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("in two hours", Some("2026-11-24T12:15:00"))]
    #[case("half an hour from now", Some("2026-11-24T10:45:00"))]
    #[case("in an hour and 15 minutes", Some("2026-11-24T11:30:00"))]
    #[case("in 20 min", Some("2026-11-24T10:35:00"))]
    #[case("it takes two hours", None)]
    #[case("in a minute", Some("2026-11-24T10:16:00"))]
    fn moments(#[case] text: &str, #[case] expected: Option<&str>) {
        let found = find(&Words::of(text, Language::English), date(2026, 11, 24).at(10, 15, 0, 0));
        assert_eq!(found.map(|f| f.value.to_string()).as_deref(), expected, "{text}");
    }
}
