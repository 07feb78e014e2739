//! Single words and phrases.

mod calendar;
mod clocks;
mod numbers;
mod units;

use crate::agent::dialogue::understand::{
    moment::{Leaf, Node, Scene},
    words::Words,
};

/// Adds every reading of the words from `i` on.
pub fn at(scene: &Scene<'_>, i: usize, out: &mut Vec<Leaf>) {
    let words = scene.words;
    let mut add = |node: Node, taken: usize, confidence: f32| out.push(Leaf { node, taken, confidence });
    units::at(words, i, &mut add);
    numbers::at(words, i, &mut add);
    calendar::at(scene, i, &mut add);
    clocks::at(scene, i, &mut add);
}

type Add<'a> = &'a mut dyn FnMut(Node, usize, f32);

/// "12.53%", "$20": an amount of something else.
fn is_share(words: &Words<'_>, i: usize) -> bool {
    words.follows(i).starts_with(['%', '€', '£']) || words.norm(i).starts_with('$')
}
