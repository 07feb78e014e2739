//! What looks like a day, a time or a length and is none: "twice a day", "ten years old", "not now", "February 20 to 30".

use super::{TO, day_number, is_day_number, is_instant, is_length, is_month, is_number, is_unit, is_year};
use crate::agent::dialogue::understand::{
    date::next_month_day,
    moment::{
        Node,
        Part::{Is, Maybe, Word},
        Rule, Scene, Unit,
    },
};

pub const NOTHING: &[Rule] = &[
    // How often
    Rule {
        parts: &[Word(&["once", "twice", "thrice"]), Maybe(&["every"]), Is(is_length)],
        confidence: 0.9,
        make: |_, _| Some(Node::Nothing),
    },
    Rule {
        parts: &[Is(is_number), Word(&["times", "times every"]), Is(is_length)],
        confidence: 0.9,
        make: |_, _| Some(Node::Nothing),
    },
    Rule { parts: &[Word(&["per"]), Is(is_unit)], confidence: 0.9, make: |_, _| Some(Node::Nothing) },
    // "A day" by itself is what something is counted by.
    Rule {
        parts: &[Word(&["a"]), Is(is_unit)],
        confidence: 0.95,
        make: |scene, n| match n {
            [Node::Unit(unit)] if *unit == Unit::Day && scene.words.len() == 2 => Some(Node::Nothing),
            _ => None,
        },
    },
    Rule { parts: &[Is(is_length), Word(&["old", "of age"])], confidence: 0.9, make: |_, _| Some(Node::Nothing) },
    Rule {
        parts: &[Word(&["just", "give me", "hold on", "hang on", "for just"]), Is(is_length)],
        confidence: 0.95,
        make: |_, n| match n {
            [Node::Length(length)] if length.last_unit() <= Some(Unit::Minute) => Some(Node::Nothing),
            _ => None,
        },
    },
    Rule {
        parts: &[Word(&["not", "all for", "enough for", "bye for"]), Is(is_instant)],
        confidence: 0.9,
        make: |scene, n| match n {
            [Node::Instant(at)] if *at == scene.now => Some(Node::Nothing),
            _ => None,
        },
    },
    // A range with an end that no calendar has is none, rather than its other half.
    Rule {
        parts: &[Is(is_month), Is(is_day_number), Word(TO), Is(is_day_number)],
        confidence: 0.9,
        make: |scene, n| match n {
            [Node::Month(month), from, to] => impossible(scene, *month, from, to),
            _ => None,
        },
    },
    Rule {
        parts: &[Is(is_month), Is(is_day_number), Word(TO), Is(is_day_number), Is(is_year)],
        confidence: 0.95,
        make: |_, n| match n {
            [Node::Month(month), from, to, Node::Year(year)] => {
                let exists = |day| jiff::civil::Date::new(*year, *month, day).is_ok();
                let both = exists(day_number(from)?) && exists(day_number(to)?);
                (!both).then_some(Node::Nothing)
            }
            _ => None,
        },
    },
    Rule {
        parts: &[Is(is_day_number), Word(TO), Is(is_day_number), Maybe(&["of"]), Is(is_month)],
        confidence: 0.9,
        make: |scene, n| match n {
            [from, to, Node::Month(month)] => impossible(scene, *month, from, to),
            _ => None,
        },
    },
];

fn impossible(scene: &Scene<'_>, month: i8, from: &Node, to: &Node) -> Option<Node> {
    let exists = |day| next_month_day(scene.today(), month, day).is_some();
    let both = exists(day_number(from)?) && exists(day_number(to)?);
    (!both).then_some(Node::Nothing)
}
