//! From one day to another, and all days on one side of one: "July 13 to 15", "after Friday", "by the 5th".

use jiff::{ToSpan as _, civil::Date};

use super::{
    THE, TO, day_number, is_clock, is_day, is_day_number, is_days, is_instant, is_month, is_ordinal, is_year,
    months::months_first,
};
use crate::agent::dialogue::understand::{
    date::{Days, Grain, add_days, month_of, next_day_of_month, next_month_day},
    moment::{
        Node,
        Part::{Is, Maybe, Word},
        Rule, Scene, Side,
    },
};

pub const RANGES: &[Rule] = &[
    // "From Monday to Wednesday", "July 13 through August 2"
    Rule {
        parts: &[Maybe(FROM), Is(is_days), Word(TO), Is(is_days)],
        confidence: 0.9,
        make: |scene, n| match n {
            [Node::Days(from), Node::Days(to)] if !moves(scene) => range(from.start, to.end_excl),
            _ => None,
        },
    },
    Rule {
        parts: &[Word(BETWEEN), Is(is_days), Word(&["and", "to", "-"]), Is(is_days)],
        confidence: 0.9,
        make: |_, n| match n {
            [Node::Days(from), Node::Days(to)] => range(from.start, to.end_excl),
            _ => None,
        },
    },
    // "July 13 to 15", "April ninth through the 17th"
    Rule {
        parts: &[Maybe(FROM), Is(is_month), Maybe(THE), Is(is_day_number), Word(TO), Is(is_day_number)],
        confidence: 0.93,
        make: days_after_month,
    },
    Rule {
        parts: &[
            Word(BETWEEN),
            Is(is_month),
            Maybe(THE),
            Is(is_day_number),
            Word(&["and", "and the", "to"]),
            Is(is_day_number),
        ],
        confidence: 0.93,
        make: days_after_month,
    },
    Rule {
        parts: &[Maybe(FROM), Is(is_month), Is(is_day_number), Word(TO), Is(is_day_number), Is(is_year)],
        confidence: 0.94,
        make: |_, n| match n {
            [Node::Month(month), from, to, Node::Year(year)] => {
                numbered(Date::new(*year, *month, day_number(from)?).ok()?, day_number(to)?)
            }
            _ => None,
        },
    },
    // "The 13th to the 15th of July", "10 - 22 August 2027"
    Rule {
        parts: &[Maybe(FROM), Maybe(THE), Is(is_day_number), Word(TO), Is(is_day_number), Maybe(&["of"]), Is(is_month)],
        confidence: 0.94,
        make: days_before_month,
    },
    Rule {
        parts: &[
            Word(BETWEEN),
            Maybe(THE),
            Is(is_day_number),
            Word(&["and", "and the", "to"]),
            Is(is_day_number),
            Maybe(&["of"]),
            Is(is_month),
        ],
        confidence: 0.94,
        make: days_before_month,
    },
    Rule {
        parts: &[
            Maybe(FROM),
            Maybe(THE),
            Is(is_day_number),
            Word(TO),
            Is(is_day_number),
            Maybe(&["of"]),
            Is(is_month),
            Is(is_year),
        ],
        confidence: 0.95,
        make: |_, n| match n {
            [from, to, Node::Month(month), Node::Year(year)] => {
                numbered(Date::new(*year, *month, day_number(from)?).ok()?, day_number(to)?)
            }
            _ => None,
        },
    },
    // "26 June to 28 June in 2027": the year is said once.
    Rule {
        parts: &[
            Maybe(FROM),
            Is(is_day_number),
            Maybe(&["of"]),
            Is(is_month),
            Word(TO),
            Is(is_day_number),
            Maybe(&["of"]),
            Is(is_month),
            Maybe(&["in", "of"]),
            Is(is_year),
        ],
        confidence: 0.95,
        make: |_, n| match n {
            [day, Node::Month(month), last, Node::Month(to), Node::Year(year)] => {
                in_one_year(*year, (*month, day), (*to, last))
            }
            _ => None,
        },
    },
    Rule {
        parts: &[
            Maybe(FROM),
            Is(is_month),
            Is(is_day_number),
            Word(TO),
            Is(is_month),
            Is(is_day_number),
            Maybe(&["in", "of"]),
            Is(is_year),
        ],
        confidence: 0.95,
        make: |_, n| match n {
            [Node::Month(month), day, Node::Month(to), last, Node::Year(year)] => {
                in_one_year(*year, (*month, day), (*to, last))
            }
            _ => None,
        },
    },
    // "Between the 21st and 23rd"
    Rule {
        parts: &[Word(BETWEEN), Is(is_ordinal), Word(&["and", "and the"]), Is(is_ordinal)],
        confidence: 0.85,
        make: |scene, n| match n {
            [from, to] => {
                let first = next_day_of_month(scene.today(), day_number(from)?.unsigned_abs().into())?;
                numbered(first, day_number(to)?)
            }
            _ => None,
        },
    },
    // "From March to May"
    Rule { parts: &[Maybe(FROM), Is(is_month), Word(TO), Is(is_month)], confidence: 0.85, make: months },
    Rule { parts: &[Word(BETWEEN), Is(is_month), Word(&["and"]), Is(is_month)], confidence: 0.85, make: months },
    Rule {
        parts: &[Word(BETWEEN), Is(is_instant), Word(&["and"]), Is(is_days)],
        confidence: 0.9,
        make: |scene, n| match n {
            [Node::Instant(_), Node::Days(to)] => range(scene.today(), to.end_excl),
            _ => None,
        },
    },
    // "More than two weeks from today"
    Rule { parts: &[Word(&["more than"]), Is(is_day)], confidence: 0.88, make: |scene, n| open(scene, Side::After, n) },
    Rule {
        parts: &[Word(&["less than"]), Is(is_day)],
        confidence: 0.88,
        make: |scene, n| open(scene, Side::Before, n),
    },
    // "After Friday", "by the 5th"
    Rule {
        parts: &[
            Word(&[
                "from",
                "starting",
                "starting on",
                "starting from",
                "beginning",
                "as of",
                "since",
                "not before",
                "no earlier than",
            ]),
            Maybe(THE),
            Is(is_days_or_month),
        ],
        confidence: 0.86,
        make: |scene, n| open(scene, Side::From, n),
    },
    Rule {
        parts: &[
            Word(&["after", "any time after", "anytime after", "sometime after", "later than"]),
            Maybe(THE),
            Is(is_days_or_month),
        ],
        confidence: 0.87,
        make: |scene, n| open(scene, Side::After, n),
    },
    Rule {
        parts: &[Is(is_day), Word(&["or later", "onwards", "onward", "or after", "and after", "or any day after"])],
        confidence: 0.9,
        make: |scene, n| open(scene, Side::From, n),
    },
    Rule {
        parts: &[
            Word(&["before", "earlier than", "sometime before", "any time before", "anytime before"]),
            Maybe(THE),
            Is(is_days_or_month),
        ],
        confidence: 0.87,
        make: |scene, n| open(scene, Side::Before, n),
    },
    Rule {
        parts: &[
            Word(&["by", "until", "till", "no later than", "not later than", "up to"]),
            Maybe(THE),
            Is(is_days_or_month),
        ],
        confidence: 0.87,
        make: |scene, n| open(scene, Side::Until, n),
    },
    Rule {
        parts: &[Word(&["between", "from"]), Is(is_instant), Word(&["and", "to", "until", "till"]), Is(is_clock)],
        confidence: 0.9,
        make: |scene, n| match n {
            [Node::Instant(now), Node::Clock(until, _)] => {
                let until = until.readings().map(|time| scene.today().to_datetime(time)).find(|at| at > now)?;
                Some(Node::Range(*now, until))
            }
            _ => None,
        },
    },
];

const FROM: &[&str] = &["from", "from the", "any time from", "sometime from", "on", "on the", "in"];
const BETWEEN: &[&str] =
    &["between", "between the", "anywhere between", "sometime between", "any time between", "in between"];

fn is_days_or_month(node: &Node) -> bool {
    is_days(node) || is_month(node)
}

fn open(scene: &Scene<'_>, side: Side, n: &[&Node]) -> Option<Node> {
    match n {
        [Node::Days(days)] => Some(Node::OpenDays(side, *days)),
        [Node::Month(month)] => Some(Node::OpenDays(side, month_of(months_first(scene.today(), *month).next()?)?)),
        _ => None,
    }
}

/// "Move it from Monday to Wednesday" names two days, not a range.
pub fn moves(scene: &Scene<'_>) -> bool {
    const MOVES: &[&str] = &["move", "change", "switch", "reschedule", "moved", "push", "shift", "rebook", "swap"];
    scene.words.norms().any(|word| MOVES.contains(&word))
}

fn range(start: Date, end_excl: Date) -> Option<Node> {
    if start < end_excl {
        return Some(Node::Days(Days { start, end_excl, grain: Grain::Days }));
    }
    // Both were taken as the next of their kind: the end is the one after the start, of a weekday or of a year.
    let next_week = add_days(end_excl, 7);
    let end_excl = if start < next_week { next_week } else { end_excl.checked_add(1.years()).ok()? };
    (start < end_excl).then_some(Node::Days(Days { start, end_excl, grain: Grain::Days }))
}

fn in_one_year(year: i16, from: (i8, &Node), to: (i8, &Node)) -> Option<Node> {
    let date = |(month, day): (i8, &Node)| Date::new(year, month, day_number(day)?).ok();
    let (from, to) = (date(from)?, date(to)?);
    range(from, add_days(to, 1)).filter(|_| from < to)
}

/// From a day to the next one of that number: in the same month, if that has it, when it is the larger one.
fn numbered(from: Date, to: i8) -> Option<Node> {
    let this = from.first_of_month();
    let month = if to > from.day() { this } else { this.checked_add(1.months()).ok()? };
    range(from, add_days(Date::new(month.year(), month.month(), to).ok()?, 1))
}

/// A month, then two days of it.
fn days_after_month(scene: &Scene<'_>, n: &[&Node]) -> Option<Node> {
    match n {
        [Node::Month(month), from, to] => {
            numbered(next_month_day(scene.today(), *month, day_number(from)?)?, day_number(to)?)
        }
        _ => None,
    }
}

/// Two days, then their month.
fn days_before_month(scene: &Scene<'_>, n: &[&Node]) -> Option<Node> {
    let [from, to, Node::Month(month)] = n else { return None };
    let to = next_month_day(scene.today(), *month, day_number(to)?)?;
    let from = Date::new(to.year(), to.month(), day_number(from)?).ok()?;
    range(from, add_days(to, 1)).filter(|_| from < to)
}

fn months(scene: &Scene<'_>, n: &[&Node]) -> Option<Node> {
    let [Node::Month(from), Node::Month(to)] = n else { return None };
    let first = months_first(scene.today(), *from).next()?;
    let last = months_first(first, *to).find(|last| *last > first)?;
    range(first, month_of(last)?.end_excl)
}
