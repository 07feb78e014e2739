//! Days of the week: "next Friday", "Friday the 13th", "Monday next week", "the last Friday of March".

use jiff::{
    ToSpan as _,
    civil::{Date, Weekday},
};

use super::{
    OF, ON, THE, day_number, is_day, is_day_number, is_feast, is_hours, is_month, is_number, is_ordinal, is_run,
    is_weekday, is_which, is_year, months::months_first,
};
use crate::agent::dialogue::understand::{
    date::{Days, Grain, add_days, coming, monday_of, next_day_of_month},
    moment::{
        Node,
        Part::{Is, Maybe, Word},
        Rule, Scene, Which,
    },
};

/// How far ahead a weekday and a day of the month are looked for together.
const AGREEMENT_DAYS: i32 = 200;

pub const DAYS: &[Rule] = &[
    Rule {
        parts: &[Is(is_weekday)],
        confidence: 0.9,
        make: |scene, n| match n {
            [Node::Weekday(day, sure)] if *sure || scene.asked_date || scene.words.len() <= 2 => {
                one(coming(scene.today(), *day, false))
            }
            _ => None,
        },
    },
    Rule {
        parts: &[Word(ON), Is(is_weekday)],
        confidence: 0.9,
        make: |scene, n| match n {
            [Node::Weekday(day, _)] => one(coming(scene.today(), *day, false)),
            _ => None,
        },
    },
    Rule {
        parts: &[Maybe(ON), Is(is_which), Is(is_weekday)],
        confidence: 0.9,
        make: |scene, n| match n {
            [Node::Which(which), Node::Weekday(day, _)] => one(which_weekday(scene.today(), *which, *day)),
            _ => None,
        },
    },
    // "Friday next week", "Friday of this week"
    Rule {
        parts: &[Is(is_weekday), Maybe(&["of", "in"]), Is(is_run)],
        confidence: 0.9,
        make: |_, n| match n {
            [Node::Weekday(day, _), Node::Days(week)] => in_week(week, *day),
            _ => None,
        },
    },
    Rule {
        parts: &[Is(is_run), Maybe(&["on"]), Is(is_weekday)],
        confidence: 0.9,
        make: |_, n| match n {
            [Node::Days(week), Node::Weekday(day, _)] => in_week(week, *day),
            _ => None,
        },
    },
    Rule {
        parts: &[Is(is_weekday), Word(&["after next"])],
        confidence: 0.9,
        make: |scene, n| match n {
            [Node::Weekday(day, _)] => one(add_days(coming(scene.today(), *day, false), 7)),
            _ => None,
        },
    },
    // "Friday week"
    Rule {
        parts: &[Is(is_weekday), Word(&["week"])],
        confidence: 0.8,
        make: |scene, n| match n {
            [Node::Weekday(day, _)] => one(add_days(coming(scene.today(), *day, false), 7)),
            _ => None,
        },
    },
    // "Monday the second", "Friday 23"
    Rule {
        parts: &[Maybe(&["on", "this"]), Is(is_weekday), Maybe(THE), Is(is_day_number)],
        confidence: 0.93,
        make: |scene, n| match n {
            [Node::Weekday(day, _), number] if counts_as_day(number) => {
                let agreed = agreed(scene.today(), *day, day_number(number)?);
                one(agreed.or_else(|| next_day_of_month(scene.today(), day_number(number)?.unsigned_abs().into()))?)
            }
            _ => None,
        },
    },
    // "Friday, March 3rd": the date decides.
    Rule {
        parts: &[Maybe(&["on", "this"]), Is(is_weekday), Maybe(THE), Is(is_day)],
        confidence: 0.95,
        make: |scene, n| match n {
            [Node::Weekday(day, _), Node::Days(date)] => one(agreed_date(scene.today(), *day, date.start)),
            _ => None,
        },
    },
    // "March 3rd, a Friday", "in 3 days, on Friday"
    Rule {
        parts: &[Is(is_day), Maybe(&["on", "a", "which is a"]), Is(is_weekday)],
        confidence: 0.9,
        make: |_, n| match n {
            [Node::Days(date), Node::Weekday(day, _)] if date.start.weekday() == *day => Some(Node::Days(*date)),
            _ => None,
        },
    },
    // "The last Friday of March", "first Monday in October"
    Rule {
        parts: &[Maybe(THE), Is(is_ordinal), Is(is_weekday), Word(OF), Is(is_month)],
        confidence: 0.92,
        make: nth_of_month,
    },
    Rule {
        parts: &[Maybe(THE), Is(is_ordinal), Is(is_weekday), Maybe(OF), Is(is_run)],
        confidence: 0.92,
        make: nth_of_run,
    },
    Rule { parts: &[Is(is_which), Is(is_weekday), Word(OF), Is(is_month)], confidence: 0.92, make: nth_of_month },
    // "The last Friday of the month": of this one, or of the next when it has passed.
    Rule { parts: &[Maybe(THE), Is(is_ordinal), Is(is_weekday), Word(OF_MONTH)], confidence: 0.93, make: nth_to_come },
    Rule { parts: &[Is(is_which), Is(is_weekday), Word(OF_MONTH)], confidence: 0.93, make: nth_to_come },
    // "The first Monday evening of next month"
    Rule {
        parts: &[
            Maybe(THE),
            Is(is_ordinal),
            Is(is_weekday),
            Maybe(&["in the", "at"]),
            Is(is_hours),
            Word(OF),
            Is(is_run),
        ],
        confidence: 0.93,
        make: |scene, n| match n {
            [nth, day, Node::Hours(hours), month] => match nth_of_run(scene, &[nth, day, month])? {
                Node::Days(days) => Some(Node::Dated(days, *hours)),
                _ => None,
            },
            _ => None,
        },
    },
    Rule { parts: &[Is(is_which), Is(is_weekday), Word(OF), Is(is_run)], confidence: 0.92, make: nth_of_run },
    // "Christmas", "Easter 2027", "next Thanksgiving"
    Rule {
        parts: &[Maybe(ON), Is(is_feast)],
        confidence: 0.9,
        make: |scene, n| match n {
            [Node::Feast(rule)] => one(rule.next(scene.today())?),
            _ => None,
        },
    },
    Rule {
        parts: &[Is(is_which), Is(is_feast)],
        confidence: 0.9,
        make: |scene, n| match n {
            [Node::Which(which), Node::Feast(rule)] if *which != Which::Last => one(rule.next(scene.today())?),
            _ => None,
        },
    },
    Rule {
        parts: &[Is(is_feast), Maybe(&["of", "in"]), Is(is_year)],
        confidence: 0.9,
        make: |_, n| match n {
            [Node::Feast(rule), Node::Year(year)] => one(rule.in_year(*year)?),
            _ => None,
        },
    },
    // "The Friday before Christmas", "the closest Monday to October 5th"
    Rule {
        parts: &[Maybe(THE), Is(is_weekday), Word(&["before", "prior to"]), Is(is_day)],
        confidence: 0.9,
        make: |_, n| match n {
            [Node::Weekday(day, _), Node::Days(date)] => {
                one(add_days(coming(add_days(date.start, -8), *day, false), 0))
            }
            _ => None,
        },
    },
    Rule {
        parts: &[Maybe(THE), Is(is_weekday), Word(&["after", "following"]), Is(is_day)],
        confidence: 0.9,
        make: |_, n| match n {
            [Node::Weekday(day, _), Node::Days(date)] => one(coming(date.start, *day, false)),
            _ => None,
        },
    },
    Rule {
        parts: &[Word(&["the closest", "closest", "the nearest"]), Is(is_weekday), Word(&["to"]), Is(is_day)],
        confidence: 0.9,
        make: |_, n| match n {
            [Node::Weekday(day, _), Node::Days(date)] => one(coming(add_days(date.start, -4), *day, false)),
            _ => None,
        },
    },
    // "On the 5th of March": the word before it belongs to it.
    Rule {
        parts: &[Word(&["on", "on the"]), Is(is_day)],
        confidence: 0.95,
        make: |_, n| n.first().map(|day| (*day).clone()),
    },
];

fn one(day: Date) -> Option<Node> {
    Some(Node::Days(Days::one(day)))
}

/// "Friday 3" is an hour as often; an ordinal and a number beyond the hours are not.
fn counts_as_day(node: &Node) -> bool {
    is_ordinal(node) || is_number(node) && day_number(node).is_some_and(|n| n > 12)
}

fn which_weekday(today: Date, which: Which, day: Weekday) -> Date {
    let offset = i32::from(day.to_monday_zero_offset());
    match which {
        Which::This | Which::Coming => coming(today, day, which == Which::This),
        Which::Next => add_days(monday_of(today), 7 + offset),
        Which::Last => add_days(monday_of(today), offset - 7),
    }
}

fn in_week(week: &Days, day: Weekday) -> Option<Node> {
    match week.grain {
        Grain::Week => one(add_days(week.start, i32::from(day.to_monday_zero_offset()))),
        Grain::Days if week.end_excl <= add_days(week.start, 7) => {
            one((0..7).map(|n| add_days(week.start, n)).find(|d| d.weekday() == day && *d < week.end_excl)?)
        }
        _ => None,
    }
}

/// The next day that is both.
fn agreed(today: Date, weekday: Weekday, day: i8) -> Option<Date> {
    (0..AGREEMENT_DAYS).map(|n| add_days(today, n)).find(|d| d.weekday() == weekday && d.day() == day)
}

/// The date itself, or in a year in which it is that weekday when that is near.
fn agreed_date(today: Date, weekday: Weekday, date: Date) -> Date {
    let same = |year: i16| Date::new(year, date.month(), date.day()).ok();
    let years = [Some(date.year()), today.year().checked_add(1)];
    let agreed = years.into_iter().flatten().filter_map(same).find(|d| d.weekday() == weekday && *d >= today);
    agreed.filter(|d| *d <= add_days(today, AGREEMENT_DAYS)).unwrap_or(date)
}

fn nth_of_month(scene: &Scene<'_>, n: &[&Node]) -> Option<Node> {
    let (nth, day, month) = match n {
        [nth, Node::Weekday(day, _), Node::Month(month)] => (nth, day, month),
        _ => return None,
    };
    let nth = place(nth)?;
    let found = months_first(scene.today(), *month)
        .find_map(|first| first.nth_weekday_of_month(nth, *day).ok().filter(|date| *date >= scene.today()));
    one(found?)
}

const OF_MONTH: &[&str] = &["of the month", "in the month", "of this month", "this month"];

fn nth_to_come(scene: &Scene<'_>, n: &[&Node]) -> Option<Node> {
    let [nth, Node::Weekday(day, _)] = n else { return None };
    let nth = place(nth)?;
    let this = scene.today().first_of_month();
    let months = [Some(this), this.checked_add(1.months()).ok()];
    let found = months.into_iter().flatten().filter_map(|first| first.nth_weekday_of_month(nth, *day).ok());
    one(found.into_iter().find(|date| *date >= scene.today())?)
}

fn nth_of_run(_: &Scene<'_>, n: &[&Node]) -> Option<Node> {
    match n {
        [nth, Node::Weekday(day, _), Node::Days(days)] if days.grain == Grain::Month => {
            one(days.start.nth_weekday_of_month(place(nth)?, *day).ok()?)
        }
        _ => None,
    }
}

/// Which one of a month; -1 is the last.
pub fn place(node: &Node) -> Option<i8> {
    match node {
        Node::Ordinal(n @ 1..=5) => i8::try_from(*n).ok(),
        Node::Which(Which::Last) => Some(-1),
        _ => None,
    }
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
