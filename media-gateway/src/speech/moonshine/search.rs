//! The search for a text: at each step the likeliest token of those that are allowed.

use rten::{RunOptions, Value};

use super::{
    decoder::Decoder,
    guess::{Ahead, Guess},
    hold::Hold,
};
use crate::speech::{RunError, workers::Checkpoint};

const START: usize = 1;
const END: usize = 2;

/// What stays the same over the searches in one clip.
pub struct Search<'a> {
    pub decoder: &'a Decoder,
    /// Tokens of the vocabulary. The model has room for more.
    pub tokens: usize,
    pub frames: &'a Value,
    pub steps_max: usize,
    pub options: &'a RunOptions,
    pub checkpoint: &'a Checkpoint<'a>,
}

pub struct Found {
    pub tokens: Vec<usize>,
    /// The logarithm of its probability.
    pub score: f32,
    /// The part of it that the first token has.
    first: f32,
}

impl Found {
    /// How likely what follows the first token is, the end with it: the mean logarithm of the probabilities. Unlike the whole
    /// score, it says how well a text fits that was begun against the odds.
    pub fn score_after_first(&self) -> f32 {
        (self.score - self.first) / self.tokens.len().max(1) as f32
    }
}

impl Search<'_> {
    /// Takes the likeliest token at each step, out of those that `hold` leaves. A search that falls below what it is
    /// held to breaks off, its score with it. What the `guess` goes on with is looked at in one step, and forgotten from
    /// the first token on that is not the likeliest.
    pub fn run<H: Hold>(&self, hold: &H, guess: &Guess) -> Result<Found, RunError> {
        let mut memory = self.decoder.empty_memory();
        let mut place = hold.start();
        let mut found = Found { tokens: Vec::new(), score: 0.0, first: 0.0 };
        let mut ahead = Ahead::of(guess);
        let mut input = vec![START];
        input.extend(ahead.rest());
        while found.tokens.len() < self.steps_max {
            input.truncate(self.steps_max - found.tokens.len());
            self.checkpoint.pass()?;
            let logits = self.decoder.step(&input, self.frames, &mut memory, self.options)?;
            for (row, logits) in logits.rows().enumerate() {
                let logits = &logits[..logits.len().min(self.tokens)];
                let leads = |id| match id {
                    END => hold.may_end(place).then_some(place),
                    id => hold.after(place, id),
                };
                let Some((next, after)) = likeliest(logits, leads) else {
                    found.score = f32::NEG_INFINITY;
                    return Ok(found);
                };
                found.score += log_probability(logits, next);
                if next == END {
                    return Ok(found);
                }
                if found.tokens.is_empty() {
                    found.first = found.score;
                }
                found.tokens.push(next);
                if found.score <= hold.at_least() {
                    return Ok(found);
                }
                place = after;
                if input.get(row + 1) != Some(&next) {
                    self.decoder.forget_after(found.tokens.len(), &mut memory)?;
                    input = vec![next];
                    input.extend(ahead.find_again(row, next));
                    break;
                }
            }
        }
        // Out of steps before the text is whole.
        if !hold.may_end(place) {
            found.score = f32::NEG_INFINITY;
        }
        Ok(found)
    }
}

/// The token with the highest logit among those that lead somewhere, and where it leads.
fn likeliest<P>(logits: &[f32], leads: impl Fn(usize) -> Option<P>) -> Option<(usize, P)> {
    let mut best = None;
    let mut highest = f32::NEG_INFINITY;
    for (id, &logit) in logits.iter().enumerate() {
        if logit > highest
            && let Some(place) = leads(id)
        {
            (best, highest) = (Some((id, place)), logit);
        }
    }
    best
}

fn log_probability(logits: &[f32], id: usize) -> f32 {
    let highest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let sum: f32 = logits.iter().map(|logit| (logit - highest).exp()).sum();
    logits[id] - highest - sum.ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_likeliest_token_is_one_that_leads_somewhere() {
        let logits = [1.0, 4.0, 3.0, f32::NAN];
        let even = |id: usize| id.is_multiple_of(2).then_some(id / 2);
        assert_eq!(likeliest(&logits, even), Some((2, 1)));
        assert_eq!(likeliest::<()>(&logits, |_| None), None);
    }

    #[test]
    fn what_follows_the_first_token_is_judged_without_it() {
        let found = Found { tokens: vec![7, 8], score: -5.0, first: -4.0 };
        assert_eq!(found.score_after_first(), -0.5);
        let nothing = Found { tokens: vec![], score: -1.0, first: 0.0 };
        assert_eq!(nothing.score_after_first(), -1.0);
    }

    #[test]
    fn probabilities_add_up_to_one() {
        let logits = [100.0, 99.0, -5.0];
        let sum: f32 = (0..3).map(|id| log_probability(&logits, id).exp()).sum();
        assert!((sum - 1.0).abs() < 1e-5);
        assert!(log_probability(&logits, 0) > log_probability(&logits, 1));
    }
}
