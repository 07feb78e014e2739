//! Days by their place in a month: "March third", "the 5th", "the 10th of next month".

use jiff::{ToSpan as _, civil::Date};

use super::{THE, day_number, is_day, is_day_number, is_day_of_month, is_month, is_ordinal, is_run, is_which, is_year};
use crate::agent::dialogue::understand::{
    date::{Days, Grain, add_days, month_of, next_day_of_month, next_month_day},
    moment::{
        Node,
        Part::{Is, Maybe, Word},
        Rule, Scene, Which,
    },
    words::Words,
};

pub const MONTHS: &[Rule] = &[
    // "March 3rd", "March the third"
    Rule {
        parts: &[Is(is_month), Maybe(THE), Is(is_day_number)],
        confidence: 0.95,
        make: |scene, n| match n {
            [Node::Month(month), day] => one(next_month_day(scene.today(), *month, day_number(day)?)?),
            _ => None,
        },
    },
    // "The 3rd of March", "3 March"
    Rule {
        parts: &[Maybe(THE), Is(is_day_number), Maybe(&["of", "day of"]), Is(is_month)],
        confidence: 0.95,
        make: |scene, n| match n {
            // "One may ask"
            [Node::Number(_), Node::Month(5)] if scene.words.norms().any(|word| word == "one") => None,
            [day, Node::Month(month)] => one(next_month_day(scene.today(), *month, day_number(day)?)?),
            _ => None,
        },
    },
    Rule {
        parts: &[Is(is_month), Maybe(THE), Is(is_day_number), Maybe(&["in", "of"]), Is(is_year)],
        confidence: 0.96,
        make: |_, n| match n {
            [Node::Month(month), day, Node::Year(year)] => one(Date::new(*year, *month, day_number(day)?).ok()?),
            _ => None,
        },
    },
    Rule {
        parts: &[
            Maybe(THE),
            Is(is_day_number),
            Maybe(&["of", "day of"]),
            Is(is_month),
            Maybe(&["in", "of", "year"]),
            Is(is_year),
        ],
        confidence: 0.96,
        make: |_, n| match n {
            [day, Node::Month(month), Node::Year(year)] => one(Date::new(*year, *month, day_number(day)?).ok()?),
            _ => None,
        },
    },
    // "The 21st this month"
    Rule {
        parts: &[Maybe(&["around the", "on the", "the"]), Is(is_ordinal), Is(is_run)],
        confidence: 0.9,
        make: |_, n| match n {
            [day, Node::Days(month)] if month.grain == Grain::Month => {
                one(Date::new(month.start.year(), month.start.month(), day_number(day)?).ok()?)
            }
            _ => None,
        },
    },
    // "The 10th of next month", "20 of this month"
    Rule {
        parts: &[Maybe(THE), Is(is_day_number), Word(&["of", "of the", "day of", "in"]), Is(is_run)],
        confidence: 0.92,
        make: |_, n| match n {
            [day, Node::Days(month)] if month.grain == Grain::Month => {
                one(Date::new(month.start.year(), month.start.month(), day_number(day)?).ok()?)
            }
            _ => None,
        },
    },
    // "The last day of May", "fifth last day of next month"
    Rule { parts: &[Is(is_which), Word(&["day of"]), Is(is_run)], confidence: 0.92, make: |_, n| from_end(1, n) },
    Rule {
        parts: &[Is(is_which), Word(&["day of"]), Is(is_month)],
        confidence: 0.92,
        make: |scene, n| from_end_of_month(scene, 1, n),
    },
    Rule {
        parts: &[Maybe(THE), Is(is_ordinal), Word(&["last day of"]), Is(is_month)],
        confidence: 0.92,
        make: |scene, n| match n {
            [Node::Ordinal(nth), month] => {
                from_end_of_month(scene, i32::try_from(*nth).ok()?, &[&Node::Which(Which::Last), month])
            }
            _ => None,
        },
    },
    // "The 5th"
    Rule {
        parts: &[Word(&["the", "on the", "on"]), Is(is_day_of_month)],
        confidence: 0.85,
        make: |scene, n| match n {
            [Node::DayOfMonth(day, _)] => bare_day(scene, *day),
            _ => None,
        },
    },
    Rule {
        parts: &[Is(is_day_of_month)],
        confidence: 0.8,
        make: |scene, n| match n {
            [Node::DayOfMonth(day, written)] if scene.asked_date || *written => bare_day(scene, *day),
            _ => None,
        },
    },
    // Months as such: with a cue or alone, since "may" and "march" are verbs too.
    Rule {
        parts: &[Word(&["in", "during", "for", "sometime in", "around"]), Is(is_month)],
        confidence: 0.8,
        make: |scene, n| whole_month(scene, n.first()?),
    },
    Rule {
        parts: &[Is(is_month)],
        confidence: 0.8,
        make: |scene, n| {
            let alone = scene.words.len() == 1 && scene.words.norm(0).len() > 3
                || scene.words.norm(0) == "may" && scene.words.len() == 1;
            if alone { whole_month(scene, n.first()?) } else { None }
        },
    },
    Rule {
        parts: &[Is(is_which), Is(is_month)],
        confidence: 0.8,
        make: |scene, n| match n {
            // "This may be late"
            [Node::Which(Which::This), Node::Month(5)] if scene.words.len() > 3 => None,
            [Node::Which(Which::This | Which::Coming | Which::Next), month] => whole_month(scene, month),
            _ => None,
        },
    },
    Rule {
        parts: &[Is(is_month), Maybe(&["of"]), Is(is_year)],
        confidence: 0.8,
        make: |_, n| match n {
            [Node::Month(month), Node::Year(year)] => month_of(Date::new(*year, *month, 1).ok()?).map(Node::Days),
            _ => None,
        },
    },
    // "July 13th 2027" when the day came as a whole
    Rule {
        parts: &[Is(is_day), Maybe(&["in", "of"]), Is(is_year)],
        confidence: 0.94,
        make: |scene, n| match n {
            [Node::Days(day), Node::Year(year)] if names_month(scene) => {
                one(Date::new(*year, day.start.month(), day.start.day()).ok()?)
            }
            _ => None,
        },
    },
];

fn one(day: Date) -> Option<Node> {
    Some(Node::Days(Days::one(day)))
}

fn names_month(scene: &Scene<'_>) -> bool {
    scene.words.norms().any(|word| month_named(word).is_some())
}

/// The first days of such a month, this year's if it is not over and the next years'.
pub fn months_first(today: Date, month: i8) -> impl Iterator<Item = Date> {
    let this = today.first_of_month();
    (0..=24_i32).filter_map(move |n| this.checked_add(n.months()).ok()).filter(move |first| first.month() == month)
}

fn whole_month(scene: &Scene<'_>, month: &Node) -> Option<Node> {
    match month {
        Node::Month(month) => month_of(months_first(scene.today(), *month).next()?).map(Node::Days),
        _ => None,
    }
}

fn from_end(nth: i32, n: &[&Node]) -> Option<Node> {
    match n {
        [Node::Which(Which::Last), Node::Days(month)] => one(add_days(month.end_excl, -nth)),
        _ => None,
    }
}

fn from_end_of_month(scene: &Scene<'_>, nth: i32, n: &[&Node]) -> Option<Node> {
    match n {
        [which, month] => from_end(nth, &[which, &whole_month(scene, month)?]),
        _ => None,
    }
}

fn bare_day(scene: &Scene<'_>, day: i8) -> Option<Node> {
    one(next_day_of_month(scene.today(), day.unsigned_abs().into())?)
}

/// "8/Oct/2012", "Oct/2", "20.07.2021", "20270302", "sep.1st"
pub fn written(words: &Words<'_>, i: usize, today: Date) -> Option<Days> {
    let word = words.norm(i);
    if word.len() == 8 && word.bytes().all(|b| b.is_ascii_digit()) {
        let part = |range: std::ops::Range<usize>| word.get(range).and_then(|digits| digits.parse::<i16>().ok());
        let small = |range| part(range).and_then(|n| i8::try_from(n).ok());
        let year = part(0..4).filter(|year| (2000..2100).contains(year))?;
        return Date::new(year, small(4..6)?, small(6..8)?).ok().map(Days::one);
    }
    let parts: Vec<&str> = word.split(['/', '.', '-']).collect();
    let day = |text: &str| {
        let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        digits.parse::<i8>().ok().filter(|day| (1..=31).contains(day))
    };
    let year = |text: &str| text.parse::<i16>().ok().filter(|year| (2000..2100).contains(year));
    match parts.as_slice() {
        [a, b] => match (month_named(a), month_named(b)) {
            (Some(month), None) => match (year(b), day(b)) {
                (Some(year), _) => month_of(Date::new(year, month, 1).ok()?),
                (None, Some(day)) => next_month_day(today, month, day).map(Days::one),
                _ => None,
            },
            (None, Some(month)) => next_month_day(today, month, day(a)?).map(Days::one),
            // "2/2027"
            _ => month_of(Date::new(year(b).filter(|_| word.contains('/'))?, day(a)?, 1).ok()?),
        },
        [d, m, y] => {
            let month = month_named(m).or_else(|| m.parse().ok().filter(|_| word.contains('.')))?;
            Date::new(year(y)?, month, day(d)?).ok().map(Days::one)
        }
        _ => None,
    }
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
