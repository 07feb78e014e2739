//! Runs of days: weeks, weekends, months and parts of them: "next week", "the end of the month".

use jiff::{ToSpan as _, civil::Date};

use super::{
    OF, THE, is_days, is_month, is_number, is_ordinal, is_run, is_section, is_unit, is_which, months::months_first,
};
use crate::agent::dialogue::understand::{
    date::{Days, Grain, add_days, monday_of, month_of},
    moment::{
        Node,
        Part::{Is, Maybe, Word},
        Rule, Scene, Section, Unit, Which,
    },
};

pub const RUNS: &[Rule] = &[
    // "Next week", "this weekend", "the following month"
    Rule {
        parts: &[
            Maybe(&["later", "sometime", "some time", "any time", "anytime", "in", "for", "over", "around", "for the"]),
            Is(is_which),
            Is(is_unit),
        ],
        confidence: 0.87,
        make: |scene, n| match n {
            [Node::Which(which), Node::Unit(unit)] => which_unit(scene.today(), *which, *unit),
            _ => None,
        },
    },
    Rule {
        parts: &[Maybe(THE), Is(is_unit), Word(&["after next"])],
        confidence: 0.9,
        make: |scene, n| match n {
            [Node::Unit(unit)] => nth_unit(scene.today(), *unit, 2),
            _ => None,
        },
    },
    Rule {
        parts: &[Maybe(THE), Is(is_unit), Word(&["of"]), Maybe(THE), Is(is_days)],
        confidence: 0.9,
        make: |_, n| match n {
            [Node::Unit(Unit::Week), Node::Days(day)] => {
                Some(Node::Days(Days::run(monday_of(day.start), 7, Grain::Week)))
            }
            [Node::Unit(Unit::Weekend), Node::Days(day)] => Some(Node::Days(weekend(day.start, 0))),
            _ => None,
        },
    },
    // "The week commencing the 5th"
    Rule {
        parts: &[
            Maybe(THE),
            Word(&["w/c", "wc", "week commencing", "week beginning", "week starting", "week starting on"]),
            Maybe(THE),
            Is(is_days),
        ],
        confidence: 0.92,
        make: |_, n| match n {
            [Node::Days(day)] => Some(Node::Days(Days::run(monday_of(day.start), 7, Grain::Week))),
            _ => None,
        },
    },
    // "The week after Thanksgiving"
    Rule {
        parts: &[Maybe(THE), Is(is_unit), Word(&["after", "following"]), Is(is_days)],
        confidence: 0.92,
        make: |_, n| match n {
            [Node::Unit(Unit::Week), Node::Days(day)] if day.single().is_some() => {
                Some(Node::Days(Days::run(add_days(monday_of(day.start), 7), 7, Grain::Week)))
            }
            _ => None,
        },
    },
    Rule {
        parts: &[Maybe(THE), Is(is_unit), Word(&["before"]), Is(is_days)],
        confidence: 0.92,
        make: |_, n| match n {
            [Node::Unit(Unit::Week), Node::Days(day)] if day.single().is_some() => {
                Some(Node::Days(Days::run(add_days(monday_of(day.start), -7), 7, Grain::Week)))
            }
            _ => None,
        },
    },
    // "The last week of July", "first weekend of next month"
    Rule {
        parts: &[Maybe(THE), Is(is_place), Is(is_unit), Word(OF), Is(is_month)],
        confidence: 0.88,
        make: |scene, n| match n {
            [place, Node::Unit(unit), Node::Month(month)] => {
                unit_of_month(place, *unit, months_first(scene.today(), *month).next()?)
            }
            _ => None,
        },
    },
    Rule {
        parts: &[Maybe(THE), Is(is_place), Is(is_unit), Word(OF), Is(is_run)],
        confidence: 0.88,
        make: |_, n| match n {
            [place, Node::Unit(unit), Node::Days(month)] if month.grain == Grain::Month => {
                unit_of_month(place, *unit, month.start)
            }
            _ => None,
        },
    },
    // "End of the month", "early next week", "mid March"
    Rule {
        parts: &[
            Maybe(&["at the", "in the", "the", "around the", "around", "at", "in", "towards the"]),
            Is(is_section),
            Maybe(&["of", "of the", "in", "of around", "part of"]),
            Is(is_run),
        ],
        confidence: 0.86,
        make: |_, n| match n {
            [Node::Section(section), Node::Days(days)] => section_of(*section, days),
            _ => None,
        },
    },
    Rule {
        parts: &[
            Maybe(&["at the", "in the", "the", "around", "in"]),
            Is(is_section),
            Maybe(&["of", "in", "part of"]),
            Is(is_month),
        ],
        confidence: 0.86,
        make: |scene, n| match n {
            [Node::Section(section), Node::Month(month)] => {
                section_of(*section, &month_of(months_first(scene.today(), *month).next()?)?)
            }
            _ => None,
        },
    },
    Rule {
        parts: &[Maybe(&["at the", "the", "by"]), Is(is_section), Word(&["of", "of the"]), Is(is_unit)],
        confidence: 0.86,
        make: |scene, n| match n {
            [Node::Section(section), Node::Unit(unit @ (Unit::Week | Unit::Month))] => {
                match nth_unit(scene.today(), *unit, 0)? {
                    Node::Days(days) => section_of(*section, &days),
                    _ => None,
                }
            }
            _ => None,
        },
    },
    // "Two upcoming weeks" is the second of them.
    Rule {
        parts: &[Is(is_number), Word(&["upcoming"]), Is(is_unit)],
        confidence: 0.85,
        make: |scene, n| match n {
            [Node::Number(count), Node::Unit(unit)] => upcoming(scene, *count, *unit),
            _ => None,
        },
    },
    Rule {
        parts: &[Word(&["upcoming"]), Is(is_number), Is(is_unit)],
        confidence: 0.86,
        make: |scene, n| match n {
            [Node::Number(count), Node::Unit(unit)] => upcoming(scene, *count, *unit),
            _ => None,
        },
    },
    Rule {
        parts: &[Word(&["rest of", "the rest of", "remaining of", "remainder of"]), Maybe(THE), Is(is_unit)],
        confidence: 0.86,
        make: |scene, n| match n {
            [Node::Unit(unit)] => match nth_unit(scene.today(), *unit, 0)? {
                Node::Days(days) => {
                    Some(Node::Days(Days { start: scene.today(), end_excl: days.end_excl, grain: Grain::Days }))
                }
                _ => None,
            },
            _ => None,
        },
    },
    Rule {
        parts: &[Word(&["the", "during the", "within the"]), Is(is_unit)],
        confidence: 0.5,
        make: |scene, n| match n {
            [Node::Unit(unit @ (Unit::Week | Unit::Month))] if scene.words.len() <= 3 => {
                nth_unit(scene.today(), *unit, 0)
            }
            _ => None,
        },
    },
];

fn is_place(node: &Node) -> bool {
    is_ordinal(node) || is_which(node)
}

/// Saturday and Sunday of a week counted from this one.
pub fn weekend(today: Date, weeks: i32) -> Days {
    Days::run(add_days(monday_of(today), 5 + 7 * weeks), 2, Grain::Days)
}

fn which_unit(today: Date, which: Which, unit: Unit) -> Option<Node> {
    let ahead = match (which, unit) {
        (Which::This, _) | (Which::Coming, Unit::Weekend) => 0,
        (Which::Coming | Which::Next, _) => 1,
        (Which::Last, _) => -1,
    };
    nth_unit(today, unit, ahead)
}

/// The week, weekend or month so many after this one.
fn nth_unit(today: Date, unit: Unit, ahead: i32) -> Option<Node> {
    Some(Node::Days(match unit {
        Unit::Week => Days::run(add_days(monday_of(today), 7 * ahead), 7, Grain::Week),
        Unit::Weekend => weekend(today, ahead),
        Unit::Month => month_of(today.first_of_month().checked_add(ahead.months()).ok()?)?,
        _ => return None,
    }))
}

fn upcoming(scene: &Scene<'_>, count: f64, unit: Unit) -> Option<Node> {
    let ahead = Some(count).filter(|count| count.fract() == 0.0 && (1.0..=60.0).contains(count))? as i32;
    match unit {
        Unit::Day => Some(Node::Days(Days::one(add_days(scene.today(), ahead)))),
        _ => nth_unit(scene.today(), unit, ahead),
    }
}

fn unit_of_month(place: &Node, unit: Unit, first: Date) -> Option<Node> {
    let nth = super::days::place(place)?;
    let month = month_of(first)?;
    // The last that is whole.
    let last_monday = monday_of(add_days(month.end_excl, -7));
    match (unit, nth) {
        (Unit::Week, -1) => Some(Node::Days(Days::run(last_monday, 7, Grain::Week))),
        (Unit::Week, nth) => {
            Some(Node::Days(Days::run(add_days(monday_of(first), 7 * i32::from(nth - 1)), 7, Grain::Week)))
        }
        (Unit::Weekend, nth) => {
            let saturday = first.nth_weekday_of_month(nth, jiff::civil::Weekday::Saturday).ok()?;
            Some(Node::Days(Days::run(saturday, 2, Grain::Days)))
        }
        (Unit::Day, nth) if nth > 0 => Some(Node::Days(Days::one(add_days(first, i32::from(nth) - 1)))),
        _ => None,
    }
}

/// The end of this month, for its abbreviations.
pub fn end_of_this_month(today: Date) -> Option<Days> {
    match section_of(Section::End, &month_of(today.first_of_month())?)? {
        Node::Days(days) => Some(days),
        _ => None,
    }
}

/// Weeks begin on Monday to Wednesday and end on Friday to Sunday; months have three parts of ten days.
fn section_of(section: Section, days: &Days) -> Option<Node> {
    let (start, length) = match (days.grain, section) {
        (Grain::Week, Section::Beginning) => (days.start, 3),
        (Grain::Week, Section::Middle) => (add_days(days.start, 2), 2),
        (Grain::Week, Section::End) => (add_days(days.start, 4), 3),
        (Grain::Month, Section::Beginning) => (days.start, 10),
        (Grain::Month, Section::Middle) => (add_days(days.start, 10), 10),
        (Grain::Month, Section::End) => {
            let start = add_days(days.start, 20);
            return Some(Node::Days(Days { start, end_excl: days.end_excl, grain: Grain::Days }));
        }
        _ => return None,
    };
    Some(Node::Days(Days::run(start, length, Grain::Days)))
}
