//! A day and a time of day: "tomorrow at three", "3 pm on Friday", "tonight at 8".

use jiff::civil::Time;

use super::{
    is_clock, is_dated, is_day, is_days, is_hours, is_part_of_day, is_run, is_sure_clock,
    ranges::moves,
    times::{in_part, settled},
};
use crate::agent::dialogue::understand::{
    date::{Days, add_days},
    moment::{
        Node,
        Part::{Is, Maybe, Word},
        Rule,
    },
    time::{Clock, Part as PartOfDay, When, between},
};

const AT: &[&str] = &[
    "at",
    "in the",
    "@",
    "say",
    "maybe",
    "maybe at",
    "for",
    "in",
    "like",
    "the",
    "at like",
    "preferably",
    "preferably at",
    "sometime",
    "please",
    "please at",
];
const ON: &[&str] = &["on", "on the", "of", "for", "for the", "the", "in the"];

pub const JOINS: &[Rule] = &[
    Rule {
        parts: &[Is(is_day), Maybe(AT), Is(is_hours)],
        confidence: 0.92,
        make: |_, n| match n {
            [Node::Days(day), Node::Hours(hours)] => dated(day, *hours),
            _ => None,
        },
    },
    Rule {
        parts: &[Is(is_day), Maybe(AT), Is(is_sure_clock)],
        confidence: 0.95,
        make: |_, n| match n {
            [Node::Days(day), Node::Clock(clock, _)] => dated(day, When::At(*clock)),
            _ => None,
        },
    },
    // "Friday 3"
    Rule {
        parts: &[Is(is_day), Maybe(AT), Is(is_clock)],
        confidence: 0.75,
        make: |_, n| match n {
            [Node::Days(day), Node::Clock(clock, false)] => dated(day, When::At(*clock)),
            _ => None,
        },
    },
    Rule {
        parts: &[Word(&["for", "at"]), Is(is_clock), Maybe(ON), Is(is_day)],
        confidence: 0.7,
        make: |_, n| match n {
            [Node::Clock(clock, false), Node::Days(day)] => dated(day, When::At(*clock)),
            _ => None,
        },
    },
    Rule {
        parts: &[Is(is_hours), Maybe(ON), Is(is_day)],
        confidence: 0.92,
        make: |_, n| match n {
            [Node::Hours(hours), Node::Days(day)] => dated(day, *hours),
            _ => None,
        },
    },
    Rule {
        parts: &[Is(is_sure_clock), Maybe(ON), Is(is_day)],
        confidence: 0.95,
        make: |_, n| match n {
            [Node::Clock(clock, _), Node::Days(day)] => dated(day, When::At(*clock)),
            _ => None,
        },
    },
    Rule {
        parts: &[Is(is_dated), Maybe(AT), Is(is_clock)],
        confidence: 0.94,
        make: |_, n| match n {
            [Node::Dated(day, When::Part(part)), Node::Clock(clock, _)] => in_part_of(day, *part, *clock),
            _ => None,
        },
    },
    Rule {
        parts: &[Is(is_dated), Maybe(&["at", "in the"]), Is(is_hours)],
        confidence: 0.94,
        make: |_, n| match n {
            [Node::Dated(day, When::Part(part)), Node::Hours(When::At(clock))] => in_part_of(day, *part, *clock),
            [Node::Dated(day, When::Part(part)), Node::Hours(hours)] => {
                settled(*hours, *part).map(|hours| Node::Dated(*day, hours))
            }
            [Node::Dated(day, hours), Node::Hours(When::Part(part))] => {
                settled(*hours, *part).map(|hours| Node::Dated(*day, hours))
            }
            _ => None,
        },
    },
    Rule {
        parts: &[Is(is_hours), Maybe(&["on", "for"]), Is(is_dated)],
        confidence: 0.94,
        make: |_, n| match n {
            [Node::Hours(hours), Node::Dated(day, When::Part(part))] => {
                settled(*hours, *part).map(|hours| Node::Dated(*day, hours))
            }
            _ => None,
        },
    },
    Rule {
        parts: &[Is(is_clock), Is(is_dated)],
        confidence: 0.93,
        make: |_, n| match n {
            [Node::Clock(clock, _), Node::Dated(day, When::Part(part))] => in_part_of(day, *part, *clock),
            _ => None,
        },
    },
    // "9.30 tomorrow": a bare hour beside a day may be a number of something, with minutes it is a time.
    Rule {
        parts: &[Is(is_clock), Maybe(ON), Is(is_day)],
        confidence: 0.8,
        make: |_, n| match n {
            [Node::Clock(clock, false), Node::Days(day)] if clock.minute > 0 => dated(day, When::At(*clock)),
            _ => None,
        },
    },
    // "This time tomorrow"
    Rule {
        parts: &[Word(&["this time", "about this time", "around this time", "at this time"]), Is(is_day)],
        confidence: 0.93,
        make: |scene, n| match n {
            [Node::Days(day)] => dated(day, When::Around(Clock::known(scene.now.hour(), scene.now.minute()))),
            _ => None,
        },
    },
    // "Sometime Thursday afternoon"
    Rule {
        parts: &[
            Word(&["any time", "anytime", "sometime", "some time", "whenever"]),
            Maybe(&["on", "in", "during"]),
            Is(is_dated),
        ],
        confidence: 0.93,
        make: |_, n| n.first().map(|dated| (*dated).clone()),
    },
    // "Today to tomorrow afternoon"
    Rule {
        parts: &[Maybe(&["between", "from"]), Is(is_day), Word(&["and", "to", "-", "until", "till"]), Is(is_dated)],
        confidence: 0.93,
        make: |scene, n| match n {
            [Node::Days(from), Node::Dated(to, hours)] if from.start < to.start && !moves(scene) => {
                let end = match hours {
                    When::At(clock) | When::Until(clock) => clock.readings().next()?,
                    When::Part(part) => part_ends(*part),
                    _ => return None,
                };
                let start = if from.start == scene.today() { scene.now } else { from.start.at(0, 0, 0, 0) };
                Some(Node::Range(start, to.start.to_datetime(end)))
            }
            _ => None,
        },
    },
    // "Tomorrow am"
    Rule {
        parts: &[Is(is_day), Word(&["am", "a.m"])],
        confidence: 0.85,
        make: |_, n| match n {
            [Node::Days(day)] => Some(Node::Dated(*day, When::Part(PartOfDay::Morning))),
            _ => None,
        },
    },
    Rule {
        parts: &[Is(is_day), Word(&["pm", "p.m"])],
        confidence: 0.85,
        make: |_, n| match n {
            [Node::Days(day)] => Some(Node::Dated(*day, When::Part(PartOfDay::Afternoon))),
            _ => None,
        },
    },
    // "Tomorrow, two to four", "five to seven today"
    Rule {
        parts: &[
            Is(is_day),
            Maybe(&["from", "between", "at", "anywhere between", "any time between", "sometime between", "in between"]),
            Is(is_clock),
            Word(&["and", "to", "-", "until", "till"]),
            Is(is_clock),
        ],
        confidence: 0.92,
        make: |_, n| match n {
            [Node::Days(day), Node::Clock(from, _), Node::Clock(to, _)] => Some(Node::Dated(*day, between(*from, *to))),
            _ => None,
        },
    },
    Rule {
        parts: &[
            Maybe(&["from", "between"]),
            Is(is_clock),
            Word(&["and", "to", "-", "until", "till"]),
            Is(is_clock),
            Maybe(ON),
            Is(is_day),
        ],
        confidence: 0.92,
        make: |_, n| match n {
            [Node::Clock(from, _), Node::Clock(to, _), Node::Days(day)] => Some(Node::Dated(*day, between(*from, *to))),
            _ => None,
        },
    },
    // "Between two tomorrow and four", "10:30 today to 10:30 tomorrow"
    Rule {
        parts: &[Maybe(&["between", "from"]), Is(is_dated), Word(&["and", "to", "-", "until", "till"]), Is(is_clock)],
        confidence: 0.93,
        make: |_, n| match n {
            [Node::Dated(day, When::At(from)), Node::Clock(to, _)] => Some(Node::Dated(*day, between(*from, *to))),
            _ => None,
        },
    },
    Rule {
        parts: &[
            Word(&["between", "from"]),
            Is(is_clock),
            Is(is_day),
            Word(&["and", "to", "-", "until", "till"]),
            Is(is_clock),
        ],
        confidence: 0.93,
        make: |_, n| match n {
            [Node::Clock(from, _), Node::Days(day), Node::Clock(to, _)] => Some(Node::Dated(*day, between(*from, *to))),
            _ => None,
        },
    },
    Rule {
        parts: &[Maybe(&["between", "from"]), Is(is_dated), Word(&["and", "to", "-", "until", "till"]), Is(is_dated)],
        confidence: 0.93,
        make: |_, n| match n {
            [Node::Dated(from, When::At(a)), Node::Dated(to, When::At(b))] => {
                let at = |day: &Days, clock: &Clock| clock.readings().next().map(|time| day.start.to_datetime(time));
                let (from, to) = (at(from, a)?, at(to, b)?);
                (from < to).then_some(Node::Range(from, to))
            }
            _ => None,
        },
    },
    // A wish about the day and its time in one: "after two on Friday" is joined above; "next week in the morning" stays two.
    Rule {
        parts: &[
            Word(&["any time", "anytime", "sometime", "some time", "whenever"]),
            Maybe(&["on", "in", "during"]),
            Is(is_days),
        ],
        confidence: 0.9,
        make: |_, n| match n {
            [Node::Days(days)] => Some(if is_run(n[0]) { Node::Days(*days) } else { Node::Dated(*days, When::Any) }),
            _ => None,
        },
    },
    Rule {
        parts: &[Is(is_part_of_day), Maybe(&["of", "on"]), Is(is_day)],
        confidence: 0.92,
        make: |_, n| match n {
            [Node::Hours(part), Node::Days(day)] => dated(day, *part),
            _ => None,
        },
    },
];

fn dated(day: &Days, hours: When) -> Option<Node> {
    Some(Node::Dated(*day, hours))
}

/// The evening ends with the day.
const fn part_ends(part: PartOfDay) -> Time {
    match part {
        PartOfDay::Morning => Time::constant(12, 0, 0, 0),
        PartOfDay::Lunch => Time::constant(14, 0, 0, 0),
        PartOfDay::Afternoon => Time::constant(18, 0, 0, 0),
        PartOfDay::Evening => Time::constant(23, 59, 0, 0),
    }
}

fn in_part_of(day: &Days, part: PartOfDay, clock: Clock) -> Option<Node> {
    let at = in_part(clock, part);
    // Midnight of an evening begins the next day.
    let next = part == PartOfDay::Evening && at.hour == 0 && !at.open;
    let day = if next { Days::one(add_days(day.start, 1)) } else { *day };
    Some(Node::Dated(day, When::At(at)))
}
