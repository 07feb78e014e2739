//! How far something goes from where it is, in English.

use jiff::civil::date;

use super::{super::shift::Shifts, moments::MOMENTS};
use crate::agent::dialogue::understand::{
    Found,
    moment::{Node, Scene, read},
    shift::Shift,
    words::Words,
};

pub const SHIFTS: Shifts = Shifts {
    later: &["later", "later on", "back", "out", "after that|it"],
    earlier: &["earlier", "sooner", "forward", "up", "before that|it", "ahead"],
    by: &["by", "for"],
    pushes: &["push", "delay", "postpone", "put off"],
    lengths,
};

fn lengths(words: &Words<'_>, taken: &dyn Fn(usize) -> bool) -> Vec<Found<Shift>> {
    // No length depends on the moment.
    let now = date(2000, 1, 3).at(0, 0, 0, 0);
    let scene = Scene { words, now, asked_date: false, asked_time: false };
    let shift = |found: Found<Node>| match &found.value {
        Node::Length(length) => {
            let (days, minutes) = length.in_days_and_minutes()?;
            Some(Found::new(Shift { days, minutes }, found.confidence, found.words))
        }
        _ => None,
    };
    read(&scene, &MOMENTS, taken).into_iter().filter_map(shift).collect()
}
