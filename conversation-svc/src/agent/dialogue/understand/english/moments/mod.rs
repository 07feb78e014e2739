//! When, in English: "next Friday" is Friday of next week, "Friday" and "this Friday" the coming one; month before day in
//! bare numbers.

mod clock;
mod days;
mod joins;
mod leaves;
mod lengths;
mod months;
mod nothing;
mod ranges;
mod runs;
#[cfg(test)]
mod tests;
mod times;

pub use self::months::month_named;
use crate::agent::dialogue::understand::{
    moment::{Moments, Node},
    time::When,
};

pub static MOMENTS: Moments = Moments {
    leaves: leaves::at,
    rules: &[
        lengths::LENGTHS,
        lengths::OFFSETS,
        days::DAYS,
        months::MONTHS,
        runs::RUNS,
        ranges::RANGES,
        times::TIMES,
        joins::JOINS,
        nothing::NOTHING,
    ],
    before_now: &["in", "over", "by", "free", "available", "open", "there", "appointment", "something", "anything"],
};

const OF: &[&str] = &["of", "in", "of the", "in the", "from"];
const THE: &[&str] = &["the"];
const ON: &[&str] = &["on", "on the", "for", "for the"];
/// Between the ends of a range.
const TO: &[&str] =
    &["-", "to", "till", "until", "til", "through", "thru", "to the", "till the", "until the", "through the"];

fn is_number(node: &Node) -> bool {
    matches!(node, Node::Number(_))
}

fn is_ordinal(node: &Node) -> bool {
    matches!(node, Node::Ordinal(_))
}

fn is_day_of_month(node: &Node) -> bool {
    matches!(node, Node::DayOfMonth(..))
}

/// A number that can be the day of a month.
fn is_day_number(node: &Node) -> bool {
    day_number(node).is_some()
}

fn day_number(node: &Node) -> Option<i8> {
    match node {
        Node::Number(n) if n.fract() == 0.0 && (1.0..=31.0).contains(n) => Some(*n as i8),
        Node::Ordinal(n) => i8::try_from(*n).ok().filter(|n| (1..=31).contains(n)),
        _ => None,
    }
}

fn is_unit(node: &Node) -> bool {
    matches!(node, Node::Unit(_))
}

fn is_length(node: &Node) -> bool {
    matches!(node, Node::Length(_))
}

fn is_which(node: &Node) -> bool {
    matches!(node, Node::Which(_))
}

fn is_weekday(node: &Node) -> bool {
    matches!(node, Node::Weekday(..))
}

fn is_month(node: &Node) -> bool {
    matches!(node, Node::Month(_))
}

fn is_year(node: &Node) -> bool {
    matches!(node, Node::Year(_))
}

fn is_feast(node: &Node) -> bool {
    matches!(node, Node::Feast(_))
}

fn is_section(node: &Node) -> bool {
    matches!(node, Node::Section(_))
}

fn is_days(node: &Node) -> bool {
    matches!(node, Node::Days(_))
}

/// One day.
fn is_day(node: &Node) -> bool {
    matches!(node, Node::Days(days) if days.single().is_some())
}

/// A week, a month or another run of days.
fn is_run(node: &Node) -> bool {
    matches!(node, Node::Days(days) if days.single().is_none())
}

fn is_hours(node: &Node) -> bool {
    matches!(node, Node::Hours(_))
}

fn is_dated(node: &Node) -> bool {
    matches!(node, Node::Dated(..))
}

fn is_instant(node: &Node) -> bool {
    matches!(node, Node::Instant(_))
}

fn is_clock(node: &Node) -> bool {
    matches!(node, Node::Clock(..))
}

fn is_sure_clock(node: &Node) -> bool {
    matches!(node, Node::Clock(_, true))
}

fn is_part_of_day(node: &Node) -> bool {
    matches!(node, Node::Hours(When::Part(_)))
}
