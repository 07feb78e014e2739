//! Times of day: "at three", "after 4 pm", "between two and four", "3 o'clock in the afternoon".

use super::{is_clock, is_hours, is_length, is_part_of_day, is_section, is_sure_clock};
use crate::agent::dialogue::understand::{
    moment::{
        Length, Node,
        Part::{Is, Maybe, Word},
        Rule, Scene, Unit,
    },
    time::{Clock, Half, Part as PartOfDay, When, between},
};

pub const TIMES: &[Rule] = &[
    Rule { parts: &[Is(is_sure_clock)], confidence: 0.95, make: |_, n| clock(n).map(at) },
    Rule {
        parts: &[Word(&["at", "make it", "say", "@", "at about"]), Is(is_clock)],
        confidence: 0.87,
        make: |_, n| clock(n).map(at),
    },
    Rule {
        parts: &[Word(&["for", "to", "maybe", "on"]), Is(is_clock)],
        confidence: 0.75,
        make: |scene, n| match n {
            [Node::Clock(clock, sure)] if *sure || scene.asked_time => Some(at(*clock)),
            _ => None,
        },
    },
    // "For two": an hour at the end of what is said, a number of something otherwise.
    Rule {
        parts: &[Word(&["for"]), Is(is_clock)],
        confidence: 0.6,
        make: |scene, n| match n {
            [Node::Clock(clock, false)] if ends_with(scene, "for") => Some(at(*clock)),
            _ => None,
        },
    },
    Rule {
        parts: &[
            Word(&[
                "around",
                "about",
                "at around",
                "at about",
                "close to",
                "roughly",
                "maybe around",
                "approximately",
                "near",
                "at roughly",
            ]),
            Is(is_clock),
        ],
        confidence: 0.85,
        make: |_, n| clock(n).map(|clock| Node::Hours(When::Around(clock))),
    },
    Rule {
        parts: &[Is(is_clock), Word(&["ish", "or so", "or thereabouts"])],
        confidence: 0.85,
        make: |_, n| clock(n).map(|clock| Node::Hours(When::Around(clock))),
    },
    Rule {
        parts: &[
            Word(&[
                "after",
                "any time after",
                "anytime after",
                "later than",
                "not before",
                "no earlier than",
                "from",
                "since",
                "starting at",
                "from around",
                "after around",
                "sometime after",
            ]),
            Is(is_clock),
        ],
        confidence: 0.85,
        make: |_, n| clock(n).map(|clock| Node::Hours(When::From(clock))),
    },
    Rule {
        parts: &[
            Maybe(&["at"]),
            Is(is_clock),
            Word(&["or later", "onwards", "onward", "or after", "and after", "and later"]),
        ],
        confidence: 0.9,
        make: |_, n| clock(n).map(|clock| Node::Hours(When::From(clock))),
    },
    Rule {
        parts: &[
            Word(&[
                "before",
                "until",
                "till",
                "by",
                "no later than",
                "not later than",
                "earlier than",
                "up to",
                "as late as",
                "before around",
                "sometime before",
            ]),
            Is(is_clock),
        ],
        confidence: 0.85,
        make: |_, n| clock(n).map(|clock| Node::Hours(When::Until(clock))),
    },
    Rule {
        parts: &[Maybe(&["at"]), Is(is_clock), Word(&["or earlier", "or before", "at the latest"])],
        confidence: 0.9,
        make: |_, n| clock(n).map(|clock| Node::Hours(When::Until(clock))),
    },
    // Ranges
    Rule {
        parts: &[
            Word(&["between", "from", "anywhere between", "sometime between", "any time between", "in between"]),
            Is(is_clock),
            Word(&["and", "to", "till", "until", "-", "through", "til"]),
            Is(is_clock),
        ],
        confidence: 0.88,
        make: |_, n| both(n),
    },
    Rule {
        parts: &[Maybe(&["at", "around"]), Is(is_clock), Word(&["-"]), Is(is_clock)],
        confidence: 0.88,
        make: |scene, n| both(n).filter(|_| !scene.words.norms().any(|w| w == "of")),
    },
    Rule {
        parts: &[Maybe(&["at"]), Is(is_sure_clock), Word(&["to", "till", "until", "through", "til"]), Is(is_clock)],
        confidence: 0.88,
        make: |_, n| both(n),
    },
    Rule {
        parts: &[Is(is_clock), Word(&["to", "till", "until", "through"]), Is(is_sure_clock)],
        confidence: 0.8,
        make: |_, n| both(n),
    },
    Rule {
        parts: &[
            Word(&["after", "later than", "from"]),
            Is(is_clock),
            Word(&["but before", "and before", "before", "but no later than", "but not after"]),
            Is(is_clock),
        ],
        confidence: 0.89,
        make: |_, n| both(n),
    },
    // "4 pm for 30 minutes", "for two hours from 2 pm"
    Rule {
        parts: &[Is(is_clock), Word(&["for"]), Is(is_length)],
        confidence: 0.88,
        make: |_, n| match n {
            [Node::Clock(clock, _), Node::Length(length)] => lasting(*clock, length),
            _ => None,
        },
    },
    Rule {
        parts: &[Word(&["from"]), Is(is_clock), Word(&["for"]), Is(is_length)],
        confidence: 0.88,
        make: |_, n| match n {
            [Node::Clock(clock, _), Node::Length(length)] => lasting(*clock, length),
            _ => None,
        },
    },
    Rule {
        parts: &[Word(&["for"]), Is(is_length), Word(&["from", "starting at", "at"]), Is(is_clock)],
        confidence: 0.88,
        make: |_, n| match n {
            [Node::Length(length), Node::Clock(clock, _)] => lasting(*clock, length),
            _ => None,
        },
    },
    // "30 minutes past 3 pm"
    Rule {
        parts: &[Is(is_length), Word(&["past", "after"]), Is(is_clock)],
        confidence: 0.9,
        make: |_, n| match n {
            [Node::Length(length), Node::Clock(clock, _)]
                if length.last_unit() == Some(Unit::Minute) && clock.minute == 0 =>
            {
                let minute = minutes(length)?;
                (0..60).contains(&minute).then(|| at(Clock { minute: minute as i8, ..*clock }))
            }
            _ => None,
        },
    },
    // Parts of the day
    Rule {
        parts: &[
            Word(&[
                "in the",
                "in",
                "early in the",
                "late in the",
                "sometime in the",
                "during the",
                "during",
                "around",
                "at",
                "the",
                "any",
                "some time in the",
                "over",
            ]),
            Is(is_part_of_day),
        ],
        confidence: 0.9,
        make: |_, n| n.first().map(|part| (*part).clone()),
    },
    Rule {
        parts: &[Maybe(&["in the", "the", "in"]), Is(is_section), Maybe(&["in the", "of the"]), Is(is_part_of_day)],
        confidence: 0.9,
        make: |_, n| n.get(1).map(|part| (*part).clone()),
    },
    Rule {
        parts: &[Word(&["before"]), Is(is_part_of_day)],
        confidence: 0.8,
        make: |_, n| match n {
            [Node::Hours(When::Part(PartOfDay::Lunch | PartOfDay::Afternoon))] => {
                Some(Node::Hours(When::Until(Clock::known(12, 0))))
            }
            [Node::Hours(When::Part(PartOfDay::Evening))] => Some(Node::Hours(When::Until(Clock::known(18, 0)))),
            _ => None,
        },
    },
    Rule {
        parts: &[Word(&["after"]), Is(is_part_of_day)],
        confidence: 0.8,
        make: |_, n| match n {
            [Node::Hours(When::Part(PartOfDay::Lunch))] => Some(Node::Hours(When::From(Clock::known(13, 0)))),
            [Node::Hours(When::Part(PartOfDay::Morning))] => Some(Node::Hours(When::From(Clock::known(12, 0)))),
            [Node::Hours(When::Part(PartOfDay::Evening))] => Some(Node::Hours(When::From(Clock::known(20, 0)))),
            _ => None,
        },
    },
    // The part of the day decides the half of the clock time.
    Rule {
        parts: &[
            Is(is_part_of_day),
            Maybe(&["at", "around", "about", "say", "maybe", "maybe at", "@", "like at", "by"]),
            Is(is_clock),
        ],
        confidence: 0.93,
        make: |_, n| match n {
            [Node::Hours(When::Part(part)), Node::Clock(clock, _)] => Some(at(in_part(*clock, *part))),
            _ => None,
        },
    },
    Rule {
        parts: &[Is(is_part_of_day), Is(is_hours)],
        confidence: 0.93,
        make: |_, n| match n {
            [Node::Hours(When::Part(part)), Node::Hours(hours)] => settled(*hours, *part).map(Node::Hours),
            _ => None,
        },
    },
    Rule {
        parts: &[Is(is_hours), Maybe(&["in the", "on the", "in"]), Is(is_part_of_day)],
        confidence: 0.93,
        make: |_, n| match n {
            [Node::Hours(hours), Node::Hours(When::Part(part))] => settled(*hours, *part).map(Node::Hours),
            _ => None,
        },
    },
];

fn clock(n: &[&Node]) -> Option<Clock> {
    match n {
        [Node::Clock(clock, _)] => Some(*clock),
        _ => None,
    }
}

fn at(clock: Clock) -> Node {
    Node::Hours(When::At(clock))
}

fn both(n: &[&Node]) -> Option<Node> {
    match n {
        [Node::Clock(from, _), Node::Clock(to, _)] => {
            // "8 pm to 11": the half said first holds on.
            let to = if to.open && !from.open && from.hour >= 12 && from.hour % 12 < to.hour % 12 {
                to.with(Half::Pm)?
            } else {
                *to
            };
            Some(Node::Hours(between(*from, to)))
        }
        _ => None,
    }
}

/// Minutes in a length; none beyond a day.
fn minutes(length: &Length) -> Option<i64> {
    let midnight = jiff::civil::date(2001, 1, 1).at(0, 0, 0, 0);
    let minutes = length.after(midnight)?.duration_since(midnight).as_mins();
    (0..=1_440).contains(&minutes).then_some(minutes)
}

fn lasting(from: Clock, length: &Length) -> Option<Node> {
    let end = i64::from(from.hour) * 60 + i64::from(from.minute) + minutes(length)?;
    let (hour, minute) = (i8::try_from(end / 60).ok()?, i8::try_from(end % 60).ok()?);
    let to = if from.open && hour <= 12 { Clock { hour, minute, open: true } } else { Clock::known(hour % 24, minute) };
    Some(Node::Hours(When::Between(from, to)))
}

/// A clock time in a part of the day; twelve in the evening is midnight.
pub fn in_part(clock: Clock, part: PartOfDay) -> Clock {
    let half = if part == PartOfDay::Morning { Half::Am } else { Half::Pm };
    if !clock.open {
        return clock;
    }
    if part == PartOfDay::Evening && clock.hour == 12 {
        Clock::known(0, clock.minute)
    } else {
        clock.with(half).unwrap_or(clock)
    }
}

/// A time of day with the half that a part of the day gives it; None when it is a part itself.
pub fn settled(hours: When, part: PartOfDay) -> Option<When> {
    Some(match hours {
        When::At(clock) => When::At(in_part(clock, part)),
        When::Around(clock) => When::Around(in_part(clock, part)),
        When::From(clock) => When::From(in_part(clock, part)),
        When::Until(clock) => When::Until(in_part(clock, part)),
        When::Between(from, to) => When::Between(in_part(from, part), in_part(to, part)),
        When::Earliest => When::Part(part),
        When::Part(_) | When::Any => return None,
    })
}

fn ends_with(scene: &Scene<'_>, lead: &str) -> bool {
    let length = scene.words.len();
    length >= 2 && scene.words.norm(length - 2) == lead
}
