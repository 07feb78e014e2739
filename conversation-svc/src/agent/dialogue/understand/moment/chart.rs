//! Reading bottom up: every reading of every stretch of words, each joined from its neighbours by a rule, and the best
//! choice among them.

use std::ops::Range;

use super::{Moments, Node, Scene};
use crate::agent::dialogue::understand::{Found, words::Break};

/// Readings of one text in all; a text that has more is nonsense.
const ITEMS_MAX: usize = 1_500;
/// How often rules may build on each other's results.
const DEPTH_MAX: usize = 8;

/// A reading of the words from the one it was asked for.
pub struct Leaf {
    pub node: Node,
    pub taken: usize,
    pub confidence: f32,
}

/// One place in a rule.
pub enum Part {
    /// One of these phrases.
    Word(&'static [&'static str]),
    /// One of these phrases, or nothing.
    Maybe(&'static [&'static str]),
    /// A reading of this kind.
    Is(fn(&Node) -> bool),
}

/// Joins neighbours. `make` gets the readings in the places of [`Part::Is`], in order.
pub struct Rule {
    pub parts: &'static [Part],
    /// How sure the joined reading is at most.
    pub confidence: f32,
    pub make: fn(&Scene<'_>, &[&Node]) -> Option<Node>,
}

struct Item {
    words: Range<usize>,
    node: Node,
    confidence: f32,
}

struct Chart<'s> {
    scene: &'s Scene<'s>,
    items: Vec<Item>,
    /// The items that begin at a word.
    at: Vec<Vec<usize>>,
}

/// The moments of a text, in the order they were said. `taken(i)`: word `i` is part of something else already.
pub fn read(scene: &Scene<'_>, moments: &Moments, taken: &dyn Fn(usize) -> bool) -> Vec<Found<Node>> {
    let mut chart = Chart { scene, items: Vec::new(), at: vec![Vec::new(); scene.words.len() + 1] };
    let mut leaves = Vec::new();
    for i in 0..scene.words.len() {
        (moments.leaves)(scene, i, &mut leaves);
        for leaf in leaves.drain(..) {
            let words = i..i + leaf.taken;
            if leaf.taken > 0 && words.end <= scene.words.len() && !words.clone().any(taken) {
                chart.add(Item { words, node: leaf.node, confidence: leaf.confidence });
            }
        }
    }
    chart.join(moments.rules, taken);
    chart.best()
}

impl Chart<'_> {
    /// Whether it was new.
    fn add(&mut self, item: Item) -> bool {
        let known = |at: &Vec<usize>| {
            at.iter().filter_map(|i| self.items.get(*i)).any(|i| i.words.end == item.words.end && i.node == item.node)
        };
        let start = item.words.start;
        if self.items.len() >= ITEMS_MAX || self.at.get(start).is_none_or(known) {
            return false;
        }
        self.at[start].push(self.items.len());
        self.items.push(item);
        true
    }

    fn join(&mut self, rules: &[&[Rule]], taken: &dyn Fn(usize) -> bool) {
        // What the last round added: a rule is worth another look only where one of its parts is new.
        let mut fresh = 0;
        for _ in 0..DEPTH_MAX {
            let known = self.items.len();
            let mut joined = Vec::new();
            for start in 0..self.at.len() {
                for rule in rules.iter().flat_map(|rules| rules.iter()) {
                    self.fit(rule.parts, start..start, &mut Vec::new(), &mut |end, picked| {
                        if picked.iter().any(|p| *p >= fresh) {
                            joined.extend(self.made(rule, start..end, picked));
                        }
                    });
                }
            }
            for item in joined {
                if !item.words.clone().any(taken) {
                    self.add(item);
                }
            }
            fresh = known;
            if self.items.len() == known {
                break;
            }
        }
    }

    fn made(&self, rule: &Rule, words: Range<usize>, picked: &[usize]) -> Option<Item> {
        let parts: Vec<&Item> = picked.iter().filter_map(|i| self.items.get(*i)).collect();
        let nodes: Vec<&Node> = parts.iter().map(|item| &item.node).collect();
        let node = (rule.make)(self.scene, &nodes)?;
        let confidence = parts.iter().map(|item| item.confidence).fold(rule.confidence, f32::min);
        Some(Item { words, node, confidence })
    }

    /// Calls `found` for every way in which the parts fit after `words`, with the end and the items picked.
    fn fit(
        &self,
        parts: &[Part],
        words: Range<usize>,
        picked: &mut Vec<usize>,
        found: &mut dyn FnMut(usize, &[usize]),
    ) {
        let Some((part, rest)) = parts.split_first() else {
            return found(words.end, picked);
        };
        let at = words.end;
        if at > words.start && !self.may_join(at) {
            if matches!(part, Part::Maybe(_)) && rest.is_empty() {
                found(at, picked);
            }
            return;
        }
        match part {
            Part::Word(phrases) | Part::Maybe(phrases) => {
                if matches!(part, Part::Maybe(_)) {
                    self.fit(rest, words.clone(), picked, found);
                }
                for taken in phrases.iter().filter_map(|phrase| self.scene.words.phrase(at, phrase)) {
                    self.fit(rest, words.start..at + taken, picked, found);
                }
            }
            Part::Is(kind) => {
                for index in self.at.get(at).into_iter().flatten() {
                    if let Some(item) = self.items.get(*index).filter(|item| kind(&item.node)) {
                        picked.push(*index);
                        self.fit(rest, words.start..item.words.end, picked, found);
                        picked.pop();
                    }
                }
            }
        }
    }

    /// Two sentences are not read as one; a dot after a short word shortens it ("Dec. 12").
    fn may_join(&self, at: usize) -> bool {
        let before = at.wrapping_sub(1);
        self.scene.words.break_after(before) != Break::Sentence || self.scene.words.norm(before).len() <= 4
    }

    /// The answers that together cover most words; of equals the fewer, then the surer.
    fn best(self) -> Vec<Found<Node>> {
        let length = self.scene.words.len();
        // From each word on: the score, and the item that begins there, if one does.
        let mut best: Vec<(f64, Option<usize>)> = vec![(0.0, None); length + 1];
        for start in (0..length).rev() {
            best[start] = (best[start + 1].0, None);
            for index in &self.at[start] {
                let item = &self.items[*index];
                let score = item.words.len() as f64 - 0.5 + f64::from(item.confidence) / 10.0 + best[item.words.end].0;
                if item.node.answers(self.scene) && score > best[start].0 {
                    best[start] = (score, Some(*index));
                }
            }
        }
        let (mut found, mut at) = (Vec::new(), 0);
        while let Some((_, item)) = best.get(at) {
            match item.and_then(|index| self.items.get(index)) {
                Some(item) => {
                    at = item.words.end;
                    if item.node == Node::Nothing {
                        continue;
                    }
                    found.push(Found::new(item.node.clone().answer(), item.confidence, item.words.clone()));
                }
                None => at += 1,
            }
        }
        found
    }
}
