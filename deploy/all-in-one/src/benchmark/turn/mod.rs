//! How long the agent's own engine takes for a turn: written dialogues are played with tools that answer from memory.

mod business;
mod script;
mod tools;

use std::time::Instant;

use conversation_svc::agent::dialogue::{Channel, Dialogue, State, Step};
use serde::Serialize;

pub use self::script::{Script, ScriptError, read};
use self::tools::Tools;
use crate::evaluation::{figures::Times, machine::Machine};

#[derive(Debug, Serialize)]
pub struct Figures {
    pub machine: Machine,
    pub dialogues: usize,
    pub turns: usize,
    pub p50_ms: Option<f64>,
    pub p99_ms: Option<f64>,
    pub max_ms: Option<f64>,
    /// What was said in the slowest turn.
    pub slowest: String,
}

/// Plays every script `rounds` times; the first round, which fills caches, is not counted where there are more.
pub fn run(scripts: &[Script], rounds: usize) -> Figures {
    let mut times = Times::default();
    let mut slowest = (0.0, String::new());
    let mut turns = 0;
    for round in 0..rounds.max(1) {
        let counts = round > 0 || rounds <= 1;
        for script in scripts {
            let business = business::speaking(script.language);
            let mut tools = Tools::new(&business);
            let mut state = State::new(Channel::Phone, Some("+14155550123".to_owned()));
            for (turn, line) in (1..).zip(&script.lines) {
                let dialogue = Dialogue { business: &business, now: script.now, turn };
                let begun = Instant::now();
                let mut step = dialogue.hear(&mut state, line);
                while let Step::Call(call) = step {
                    step = dialogue.answered(&mut state, tools.answer(call));
                }
                let time = begun.elapsed();
                if counts {
                    times.push(time);
                    turns += 1;
                    let ms = crate::evaluation::figures::millis(time);
                    if ms > slowest.0 {
                        slowest = (ms, line.clone());
                    }
                }
            }
        }
    }
    Figures {
        machine: Machine::here(),
        dialogues: scripts.len(),
        turns,
        p50_ms: times.percentile(0.5),
        p99_ms: times.percentile(0.99),
        max_ms: times.percentile(1.0),
        slowest: slowest.1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_a_dialogue_is_a_turn() {
        let script: Script = Script::parse(
            "now: 2026-11-24T10:00\ncaller: A massage tomorrow at 2\ntool: place_hold\ncaller: Alex Morrison\ngoes on: thanks",
            proto::Language::English,
        );
        let figures = run(&[script], 1);
        assert_eq!((figures.dialogues, figures.turns), (1, 3));
        assert!(figures.max_ms.is_some_and(|ms| ms > 0.0) && !figures.slowest.is_empty());
    }
}
