//! Times of day in English.

mod clock;

use crate::agent::dialogue::understand::{
    time::{Beside, Clock, Hit, Part, Reader, When, between},
    words::Words,
};

pub const TIMES: &[Reader] = &[
    |words, i, _| bounded(words, i),
    |words, i, _| range(words, i),
    |words, i, _| special(words, i),
    clock_hit,
    |words, i, _| part_hit(words, i),
];

/// A phrase, and the wish it makes of the clock time after it.
type Bound = (&'static str, fn(Clock) -> When);

fn bounded(words: &Words<'_>, i: usize) -> Option<Hit> {
    const LEADS: &[Bound] = &[
        ("after", When::From),
        ("any time after", When::From),
        ("anytime after", When::From),
        ("later than", When::From),
        ("not before", When::From),
        ("no earlier than", When::From),
        ("starting at", When::At),
        ("from", When::From),
        ("before", When::Until),
        ("until", When::Until),
        ("no later than", When::Until),
        ("earlier than", When::Until),
        ("by", When::Until),
        ("around", When::Around),
        ("about", When::Around),
        ("at around", When::Around),
        ("at about", When::Around),
        ("close to", When::Around),
        ("roughly", When::Around),
        ("maybe around", When::Around),
        ("approximately", When::Around),
    ];
    let (n, make) =
        LEADS.iter().filter_map(|(p, make)| words.phrase(i, p).map(|n| (n, make))).max_by_key(|(n, _)| *n)?;
    let (clock, used, _) = clock::read(words, i + n, true)?;
    Some((make(clock), n + used, 0.85))
}

fn range(words: &Words<'_>, i: usize) -> Option<Hit> {
    let lead = words
        .any_phrase(i, &["between", "from", "anywhere between", "sometime between", "any time between"])
        .unwrap_or(0);
    let (a, used_a, cue) = clock::read(words, i + lead, true)?;
    let link = words.norm(i + lead + used_a);
    let linked = match link {
        "-" => true,
        "to" | "till" | "until" => lead > 0 || cue,
        "and" => words.norm(i).ends_with("between") || words.before(i + lead) == "between",
        _ => false,
    };
    if !linked {
        return None;
    }
    let (b, used_b, _) = clock::read(words, i + lead + used_a + 1, true)?;
    Some((between(a, b), lead + used_a + 1 + used_b, 0.85))
}

fn special(words: &Words<'_>, i: usize) -> Option<Hit> {
    const EARLIEST: &[&str] = &[
        "the first you have",
        "first you have",
        "first available",
        "the first available",
        "next available",
        "first opening",
        "next opening",
        "earliest",
        "the earliest",
        "as soon as possible",
        "as early as possible",
        "soonest",
        "asap",
        "first thing",
        "whatever comes first",
    ];
    const ANY: &[&str] = &[
        "any time",
        "anytime",
        "whenever",
        "any time is fine",
        "no preference on time",
        "whatever time",
        "all day",
        "any hour",
    ];
    if let Some(n) = words.any_phrase(i, EARLIEST) {
        return Some((When::Earliest, n, 0.85));
    }
    words.any_phrase(i, ANY).map(|n| (When::Any, n, 0.8))
}

fn part_hit(words: &Words<'_>, i: usize) -> Option<Hit> {
    let lead = words
        .any_phrase(
            i,
            &[
                "in the",
                "in the early",
                "in the late",
                "early",
                "late",
                "sometime in the",
                "this",
                "at",
                "during the",
                "around",
                "the",
            ],
        )
        .unwrap_or(0);
    let part = part_named(words.norm(i + lead))?;
    // "good morning" greets.
    if matches!(words.before(i), "good") || words.norm(i) == "good" {
        return None;
    }
    Some((When::Part(part), lead + 1, 0.85))
}

fn part_named(word: &str) -> Option<Part> {
    Some(match word {
        "morning" | "mornings" => Part::Morning,
        "lunch" | "lunchtime" | "midday" => Part::Lunch,
        "afternoon" | "afternoons" => Part::Afternoon,
        "evening" | "evenings" | "tonight" | "night" => Part::Evening,
        _ => return None,
    })
}

fn clock_hit(words: &Words<'_>, i: usize, beside: &Beside<'_>) -> Option<Hit> {
    let lead = words.any_phrase(i, &["at", "for", "to", "make it", "say", "maybe"]).unwrap_or(0);
    let (lead, (clock, used, cue)) = match clock::read(words, i + lead, words.norm(i) == "at") {
        Some(hit) => (lead, hit),
        // "to pm": the lead itself is the number, misheard.
        None => (0, clock::read(words, i, false)?),
    };
    // "The last one" is a choice.
    let pronoun = || {
        let before = words.before(i + lead);
        PRONOUN_BEFORE.contains(&before) || lead == 0 && (words.len() > 3 || i > 0 && (beside.dated)(i - 1))
    };
    if words.norm(i + lead) == "one" && !cue && pronoun() {
        return None;
    }
    let after_date = lead == 0 && i > 0 && (beside.dated)(i - 1);
    let strong_lead = words.norm(i) == "at" || words.phrase(i, "make it").is_some();
    let end = i + lead + used;
    let confidence = if cue {
        0.95
    } else if counted(words, end) {
        return None;
    } else if strong_lead {
        0.85
    } else if beside.asked || after_date {
        0.75
    } else if lead > 0
        && words.norm(i) == "for"
        && (end == words.len() || (beside.dated)(end) || words.norm(end) == "on")
    {
        0.6
    } else {
        return None;
    };
    Some((When::At(clock), lead + used, confidence))
}

/// Before "one" they make it a pronoun.
const PRONOUN_BEFORE: &[&str] = &[
    "first", "second", "third", "last", "that", "this", "the", "earlier", "later", "latest", "earliest", "which",
    "either", "other", "another", "any", "every", "each", "next", "no",
];

/// What follows makes the number a count: "two people", "30 minutes".
fn counted(words: &Words<'_>, i: usize) -> bool {
    matches!(
        words.norm(i),
        "people"
            | "persons"
            | "person"
            | "of"
            | "minutes"
            | "minute"
            | "min"
            | "mins"
            | "hours"
            | "hour"
            | "hr"
            | "hrs"
            | "days"
            | "d"
            | "w"
            | "m"
            | "day"
            | "weeks"
            | "week"
            | "months"
            | "month"
            | "dollars"
            | "euros"
            | "percent"
            | "years"
            | "year"
            | "times"
            | "services"
            | "appointments"
            | "th"
            | "more"
            | "kids"
            | "children"
            | "friends"
            | "guests"
            | "options"
            | "slots"
    )
}

#[cfg(test)]
mod tests {
    use proto::Language;
    use rstest::rstest;

    use super::*;
    use crate::agent::dialogue::understand::time::find;

    fn said(text: &str, asked: bool) -> String {
        let words = Words::of(text, Language::English);
        let found = find(&words, asked, &|_| false, &|_| false);
        let show = |c: Clock| format!("{}:{:02}{}", c.hour, c.minute, if c.open { "?" } else { "" });
        found
            .iter()
            .map(|f| match f.value {
                When::At(c) => show(c),
                When::Around(c) => format!("~{}", show(c)),
                When::From(c) => format!("{}..", show(c)),
                When::Until(c) => format!("..{}", show(c)),
                When::Between(a, b) => format!("{}..{}", show(a), show(b)),
                other => format!("{other:?}"),
            })
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[rstest]
    #[case("2 pm", "14:00")]
    #[case("at 2 p.m.", "14:00")]
    #[case("2 P M", "14:00")]
    #[case("to pm", "14:00")]
    #[case("for p.m.", "16:00")]
    #[case("at to", "2:00?")]
    #[case("at two", "2:00?")]
    #[case("half past three", "3:30?")]
    #[case("quarter to five", "4:45?")]
    #[case("a quarter past 1 in the afternoon", "13:15")]
    #[case("twenty minutes to nine in the morning", "8:40")]
    #[case("3:30", "3:30?")]
    #[case("at 330", "3:30?")]
    #[case("three thirty", "3:30?")]
    #[case("three thirty p.m", "15:30")]
    #[case("ten forty five", "10:45?")]
    #[case("two oh five", "2:05?")]
    #[case("14:30", "14:30")]
    #[case("noon", "12:00")]
    #[case("two in the afternoon", "14:00")]
    #[case("two o'clock", "2:00?")]
    #[case("12 pm", "12:00")]
    #[case("12 am", "0:00")]
    #[case("around ten", "~10:00?")]
    #[case("after four", "4:00?..")]
    #[case("before noon", "..12:00")]
    #[case("between 2 and 4", "2:00?..4:00?")]
    #[case("from 3 to 5 pm", "15:00..17:00")]
    #[case("3:30-5PM", "15:30..17:00")]
    #[case("10 am to 1 pm", "10:00..13:00")]
    #[case("between 11 and 1 pm", "11:00..13:00")]
    #[case("in the afternoon", "Part(Afternoon)")]
    #[case("in the morning, at ten", "10:00")]
    #[case("any time", "Any")]
    #[case("the first you have", "Earliest")]
    #[case("as soon as possible", "Earliest")]
    fn a_time(#[case] text: &str, #[case] expected: &str) {
        assert_eq!(said(text, false), expected, "{text}");
    }

    #[rstest]
    #[case("three", "3:00?")]
    #[case("three please", "3:00?")]
    #[case("1030", "10:30?")]
    fn a_bare_number_when_a_time_was_asked_for(#[case] text: &str, #[case] expected: &str) {
        assert_eq!(said(text, true), expected, "{text}");
    }

    #[rstest]
    #[case("good morning")]
    #[case("three")]
    #[case("for two people")]
    #[case("I want to book")]
    #[case("30 minutes")]
    #[case("13 am")]
    #[case("I'd like that for sure")]
    fn no_time(#[case] text: &str) {
        assert_eq!(said(text, false), "", "{text}");
    }
}
