//! Lengths of time, and moments counted by them: "an hour and a half", "in two weeks", "3 days after Easter".

use jiff::civil::{Date, DateTime};

use super::{
    is_dated, is_day, is_feast, is_instant, is_length, is_number, is_sure_clock, is_unit, is_weekday, is_which,
};
use crate::agent::dialogue::understand::{
    date::{Days, Grain, add_days, coming, monday_of},
    moment::{
        Length, Node,
        Part::{Is, Maybe, Word},
        Rule, Scene, Unit, Which,
    },
    time::{Clock, When},
};

pub const LENGTHS: &[Rule] = &[
    Rule {
        parts: &[Is(is_number), Maybe(&["of", "of an", "of a", "extra", "additional", "fewer", "more"]), Is(is_unit)],
        confidence: 0.9,
        make: |_, n| match n {
            [Node::Number(count), Node::Unit(unit)] => Some(Node::Length(Length::of(*count, *unit))),
            _ => None,
        },
    },
    Rule {
        parts: &[Is(is_number), Word(&["and a half", "and half"]), Is(is_unit)],
        confidence: 0.9,
        make: |_, n| counted(n, 0.5),
    },
    Rule {
        parts: &[Is(is_number), Word(&["and a quarter"]), Is(is_unit)],
        confidence: 0.9,
        make: |_, n| counted(n, 0.25),
    },
    Rule { parts: &[Is(is_length), Word(&["and a half", "and half"])], confidence: 0.9, make: |_, n| longer(n, 0.5) },
    Rule { parts: &[Is(is_length), Word(&["and a quarter"])], confidence: 0.9, make: |_, n| longer(n, 0.25) },
    Rule {
        parts: &[Is(is_length), Maybe(&["and"]), Is(is_length)],
        confidence: 0.9,
        make: |_, n| match n {
            [Node::Length(a), Node::Length(b)] => a.and(b).map(Node::Length),
            _ => None,
        },
    },
    Rule {
        parts: &[
            Word(&["less than", "more than", "at least", "at most", "up to", "about", "around", "exactly", "roughly"]),
            Is(is_length),
        ],
        confidence: 0.85,
        make: |_, n| n.first().map(|length| (*length).clone()),
    },
    // "An hour fifteen"
    Rule {
        parts: &[Is(is_length), Is(is_number)],
        confidence: 0.6,
        make: |_, n| match n {
            [Node::Length(hours), Node::Number(minutes)]
                if hours.last_unit() == Some(Unit::Hour) && (10.0..60.0).contains(minutes) =>
            {
                hours.and(&Length::of(*minutes, Unit::Minute)).map(Node::Length)
            }
            _ => None,
        },
    },
];

fn counted(n: &[&Node], fraction: f64) -> Option<Node> {
    match n {
        [Node::Number(count), Node::Unit(unit)] => Some(Node::Length(Length::of(count + fraction, *unit))),
        _ => None,
    }
}

fn longer(n: &[&Node], fraction: f64) -> Option<Node> {
    match n {
        [Node::Length(length)] => length.plus_fraction(fraction).map(Node::Length),
        _ => None,
    }
}

const FROM_NOW: &[&str] = &[
    "from now",
    "from right now",
    "from today",
    "from this moment",
    "after today",
    "after now",
    "later",
    "hence",
    "out",
    "from there",
];
const AGO: &[&str] = &["ago", "before now", "before today", "back", "earlier"];

pub const OFFSETS: &[Rule] = &[
    Rule {
        parts: &[
            Word(&["in", "in about", "in around", "after", "in exactly", "in just"]),
            Is(is_length),
            Maybe(&["time"]),
        ],
        confidence: 0.9,
        make: |scene, n| after_now(scene, n.first()?),
    },
    Rule {
        parts: &[Word(&["within", "within the next", "within next"]), Is(is_length)],
        confidence: 0.9,
        make: |scene, n| within(scene, n.first()?),
    },
    Rule { parts: &[Is(is_length), Word(FROM_NOW)], confidence: 0.9, make: |scene, n| after_now(scene, n.first()?) },
    Rule {
        parts: &[Maybe(&["now", "today"]), Word(&["+", "plus"]), Is(is_length)],
        confidence: 0.9,
        make: |scene, n| after_now(scene, n.first()?),
    },
    Rule {
        parts: &[Is(is_length), Word(AGO)],
        confidence: 0.9,
        make: |scene, n| match n {
            [Node::Length(length)] => shifted(length, length.before(scene.now)),
            _ => None,
        },
    },
    Rule {
        parts: &[Is(is_length), Word(&["after", "from", "following", "past", "after the", "since"]), Is(is_anchor)],
        confidence: 0.9,
        make: |scene, n| match n {
            [Node::Length(length), anchor] => from_anchor(scene, length, anchor, true),
            _ => None,
        },
    },
    Rule {
        parts: &[Is(is_length), Word(&["before", "prior to", "to", "before the"]), Is(is_anchor)],
        confidence: 0.88,
        make: |scene, n| match n {
            [Node::Length(length), anchor] => from_anchor(scene, length, anchor, false),
            _ => None,
        },
    },
    Rule {
        parts: &[Is(is_anchor), Word(&["+", "plus"]), Is(is_length)],
        confidence: 0.9,
        make: |scene, n| match n {
            [anchor, Node::Length(length)] => from_anchor(scene, length, anchor, true),
            _ => None,
        },
    },
    // "Today in one hour"
    Rule {
        parts: &[Is(is_day), Is(is_instant)],
        confidence: 0.9,
        make: |_, n| match n {
            [Node::Days(days), Node::Instant(at)] if days.single() == Some(at.date()) => Some(Node::Instant(*at)),
            _ => None,
        },
    },
    // "A week on Friday", "two weeks today"
    Rule {
        parts: &[Is(is_length), Maybe(&["on"]), Is(is_weekday)],
        confidence: 0.9,
        make: |scene, n| match n {
            [Node::Length(length), Node::Weekday(day, _)] => weeks_on(length, coming(scene.today(), *day, false)),
            _ => None,
        },
    },
    Rule {
        parts: &[Is(is_length), Is(is_day)],
        confidence: 0.9,
        make: |_, n| match n {
            [Node::Length(length), Node::Days(day)] => weeks_on(length, day.start),
            _ => None,
        },
    },
    // "The day after Thanksgiving", "the day before the 5th"
    Rule {
        parts: &[Maybe(&["the"]), Word(&["day after"]), Is(is_day_or_feast)],
        confidence: 0.93,
        make: |scene, n| beside(scene, n, 1),
    },
    Rule {
        parts: &[Maybe(&["the"]), Word(&["day before"]), Is(is_day_or_feast)],
        confidence: 0.93,
        make: |scene, n| beside(scene, n, -1),
    },
    // "Friday in two weeks"
    Rule {
        parts: &[Is(is_weekday), Word(&["in"]), Is(is_length)],
        confidence: 0.9,
        make: |scene, n| match n {
            [Node::Weekday(day, _), Node::Length(length)] if length.last_unit() == Some(Unit::Week) => {
                let then = length.after(scene.now)?.date();
                let monday = monday_of(then);
                Some(Node::Days(Days::one(add_days(monday, i32::from(day.to_monday_zero_offset())))))
            }
            _ => None,
        },
    },
    // "Two Fridays from now"
    Rule {
        parts: &[Is(is_number), Is(is_weekday), Word(&["from now", "from today"])],
        confidence: 0.9,
        make: |scene, n| match n {
            [Node::Number(count), Node::Weekday(day, _)] if count.fract() == 0.0 && (1.0..=60.0).contains(count) => {
                let first = coming(scene.today(), *day, false);
                Some(Node::Days(Days::one(add_days(first, 7 * (*count as i32 - 1)))))
            }
            _ => None,
        },
    },
    // "The next three days"
    Rule {
        parts: &[Is(is_which), Is(is_length)],
        confidence: 0.85,
        make: |scene, n| match n {
            [Node::Which(Which::Next), Node::Length(length)] => next_length(scene, length),
            _ => None,
        },
    },
    Rule {
        parts: &[Is(is_which), Is(is_length)],
        confidence: 0.8,
        make: |scene, n| match n {
            [Node::Which(Which::Last), Node::Length(length)] => {
                let from = length.before(scene.now)?;
                Some(if length.is_of_days() {
                    Node::Days(Days { start: from.date(), end_excl: scene.today(), grain: Grain::Days })
                } else {
                    Node::Range(from, scene.now)
                })
            }
            _ => None,
        },
    },
    Rule {
        parts: &[Is(is_number), Word(&["more"]), Is(is_unit)],
        confidence: 0.85,
        make: |scene, n| match n {
            [Node::Number(count), Node::Unit(unit)] => next_length(scene, &Length::of(*count, *unit)),
            _ => None,
        },
    },
    // "A week starting tomorrow", "for 3 days from today"
    Rule {
        parts: &[
            Maybe(&["for"]),
            Is(is_length),
            Word(&["starting", "starting from", "starting on", "beginning", "as of"]),
            Is(is_day),
        ],
        confidence: 0.88,
        make: |_, n| run_of(n),
    },
    Rule {
        parts: &[Word(&["for"]), Is(is_length), Word(&["from", "from the"]), Is(is_day)],
        confidence: 0.89,
        make: |_, n| run_of(n),
    },
    Rule {
        parts: &[Is(is_day), Word(&["for"]), Is(is_length)],
        confidence: 0.88,
        make: |_, n| match n {
            [day, length] => run_of(&[length, day]),
            _ => None,
        },
    },
];

fn is_day_or_feast(node: &Node) -> bool {
    is_day(node) || is_feast(node)
}

fn beside(scene: &Scene<'_>, n: &[&Node], days: i32) -> Option<Node> {
    let day = match n {
        [Node::Days(day)] => day.start,
        [Node::Feast(rule)] => rule.next(scene.today())?,
        _ => return None,
    };
    Some(Node::Days(Days::one(add_days(day, days))))
}

/// Whole weeks after a day.
fn weeks_on(length: &Length, day: Date) -> Option<Node> {
    let (days, minutes) = length.in_days_and_minutes()?;
    let weeks = length.last_unit() == Some(Unit::Week) && minutes == 0 && days > 0;
    weeks.then(|| Node::Days(Days::one(add_days(day, days))))
}

fn is_anchor(node: &Node) -> bool {
    is_day(node) || is_dated(node) || is_feast(node) || is_instant(node) || is_sure_clock(node) || is_weekday(node)
}

/// A length from now on: a day when it is of days, otherwise a moment.
fn after_now(scene: &Scene<'_>, length: &Node) -> Option<Node> {
    match length {
        Node::Length(length) => shifted(length, length.after(scene.now)),
        _ => None,
    }
}

fn shifted(length: &Length, at: Option<DateTime>) -> Option<Node> {
    let at = at?;
    Some(if length.is_of_days() { Node::Days(Days::one(at.date())) } else { Node::Instant(at) })
}

fn within(scene: &Scene<'_>, length: &Node) -> Option<Node> {
    let Node::Length(length) = length else { return None };
    let until = length.after(scene.now)?;
    Some(if length.is_of_days() {
        Node::Days(Days { start: scene.today(), end_excl: add_days(until.date(), 1), grain: Grain::Days })
    } else {
        Node::Range(scene.now, until)
    })
}

fn next_length(scene: &Scene<'_>, length: &Length) -> Option<Node> {
    if !length.is_of_days() {
        return Some(Node::Range(scene.now, length.after(scene.now)?));
    }
    let start = add_days(scene.today(), 1);
    // Business days are counted over the days between them.
    let counted_from = if length.last_unit() == Some(Unit::BusinessDay) { scene.today() } else { start };
    let end = length.after(counted_from.at(0, 0, 0, 0))?.date();
    let end_excl = if counted_from == start { end } else { add_days(end, 1) };
    (start < end_excl).then_some(Node::Days(Days { start, end_excl, grain: Grain::Days }))
}

fn run_of(n: &[&Node]) -> Option<Node> {
    match n {
        [Node::Length(length), Node::Days(day)] if length.is_of_days() => {
            let end_excl = length.after(day.start.at(0, 0, 0, 0))?.date();
            (day.start < end_excl).then_some(Node::Days(Days { start: day.start, end_excl, grain: Grain::Days }))
        }
        _ => None,
    }
}

fn from_anchor(scene: &Scene<'_>, length: &Length, anchor: &Node, later: bool) -> Option<Node> {
    let day_start = |day: Date| day.at(0, 0, 0, 0);
    let at_clock = |day: Date, clock: &Clock| clock.readings().next().map(|time| day.to_datetime(time));
    let (from, of_days) = match anchor {
        Node::Days(days) => (day_start(days.start), true),
        Node::Feast(rule) => (day_start(rule.next(scene.today())?), true),
        Node::Weekday(day, _) => (day_start(coming(scene.today(), *day, false)), true),
        Node::Dated(days, When::At(clock)) => (at_clock(days.start, clock)?, false),
        Node::Instant(at) => (*at, false),
        Node::Clock(clock, _) => (at_clock(scene.today(), clock)?, false),
        _ => return None,
    };
    let at = if later { length.after(from) } else { length.before(from) }?;
    Some(if of_days && length.is_of_days() { Node::Days(Days::one(at.date())) } else { Node::Instant(at) })
}
