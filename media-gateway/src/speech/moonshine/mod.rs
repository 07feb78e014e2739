//! Speech recognition: Moonshine base, an encoder over the whole clip and a decoder that gives one token a step.

mod decoder;
mod encoder;
mod guess;

use rten::{RunOptions, Value};

pub use self::guess::Guess;
use self::{decoder::Decoder, encoder::Encoder, guess::Ahead};
use super::{
    RunError,
    expected::{Expected, Phrases, Place},
    models::{LoadError, ModelFiles, read},
    tokens::Vocabulary,
    workers::Checkpoint,
};
use crate::listen::LISTENING_RATE_HZ;

const LAYERS: usize = 8;

const START: usize = 1;
const END: usize = 2;

/// Speech has fewer tokens than this; more means that the decoder goes in circles.
const TOKENS_A_SECOND_MAX: f32 = 6.5;
/// On top of the rate, so that a short "yes" has room.
const TOKENS_EXTRA: usize = 6;

/// The encoder's three strided convolutions need at least this much. Shorter clips are padded with silence.
const SAMPLES_MIN: usize = LISTENING_RATE_HZ as usize / 4;

/// How much likelier, in nats, other words must be than the expected ones to be believed. Measured over the telephone's
/// band: of 160 misheard digits 139 lie nearer, other speech lies beyond 9.
const UNEXPECTED_BETTER: f32 = 7.0;

/// How many first tokens are tried when a text is held to phrases: the first one decides most, and the likeliest may
/// lead into a word that is not the likeliest.
const FIRST_TOKENS: usize = 4;

pub struct Moonshine {
    encoder: Encoder,
    decoder: Decoder,
    vocabulary: Vocabulary,
    digits: Phrases,
}

/// What a pass made out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words {
    pub text: String,
    /// For a pass over the same sound and what follows it.
    pub guess: Guess,
}

/// What stays the same over the steps of a search.
struct Search<'a> {
    frames: &'a Value,
    steps_max: usize,
    options: &'a RunOptions,
    checkpoint: &'a Checkpoint<'a>,
}

/// What a text is held to.
enum Hold<'a> {
    Nothing,
    /// Phrases, begun with another token than these; given up when no longer likelier than `at_least`.
    To {
        phrases: &'a Phrases,
        not_first: &'a [usize],
        at_least: f32,
    },
}

struct Found {
    tokens: Vec<usize>,
    /// The logarithm of its probability.
    score: f32,
}

impl Moonshine {
    pub fn load(files: &ModelFiles) -> Result<Self, LoadError> {
        Ok(Self {
            encoder: Encoder::load(files)?,
            decoder: Decoder::load(files)?,
            vocabulary: Vocabulary::parse(&files.tokens, &read(&files.tokens)?)?,
            digits: Phrases::digits(),
        })
    }

    /// The words of a clip at 16 kHz, in normal case; empty when it holds none. Words that are not `expected` are given
    /// only if they fit the sound much better. `guess` costs no accuracy and spares time, as far as it is right. Between
    /// steps it passes the `checkpoint`.
    pub fn transcribe(
        &self,
        samples: &[f32],
        expected: Expected,
        guess: &Guess,
        options: &RunOptions,
        checkpoint: &Checkpoint<'_>,
    ) -> Result<Words, RunError> {
        let mut clip = samples.to_vec();
        clip.resize(clip.len().max(SAMPLES_MIN), 0.0);
        let seconds = clip.len() as f32 / LISTENING_RATE_HZ as f32;
        let steps_max = (seconds * TOKENS_A_SECOND_MAX) as usize + TOKENS_EXTRA;

        let frames = self.encoder.run(clip, options, checkpoint)?;
        let search = Search { frames: &frames, steps_max, options, checkpoint };
        let free = self.search(&search, &Hold::Nothing, guess)?;
        let words = match expected {
            Expected::Anything => free,
            Expected::Digits => self.held_to(&self.digits, free, &search)?,
        };
        Ok(Words { text: tidy(&self.vocabulary.text(&words.tokens)), guess: Guess(words.tokens) })
    }

    /// The likeliest text of `phrases`, or the `free` one if it is much likelier.
    fn held_to(&self, phrases: &Phrases, free: Found, search: &Search<'_>) -> Result<Found, RunError> {
        let after = |place, &id: &usize| phrases.after(place, self.vocabulary.bytes(id));
        if free.tokens.iter().try_fold(Place::START, after).is_some_and(|place| phrases.may_end(place)) {
            return Ok(free);
        }
        let mut best: Option<Found> = None;
        let mut tried = Vec::with_capacity(FIRST_TOKENS);
        for _ in 0..FIRST_TOKENS {
            let at_least = best.as_ref().map_or(free.score - UNEXPECTED_BETTER, |best| best.score);
            let found = self.search(search, &Hold::To { phrases, not_first: &tried, at_least }, &Guess::default())?;
            let Some(&first) = found.tokens.first() else { break };
            tried.push(first);
            if found.score > at_least {
                best = Some(found);
            }
        }
        Ok(best.unwrap_or(free))
    }

    /// Takes the likeliest token at each step, out of those that `hold` leaves. A search that falls below what it is
    /// held to breaks off, its score with it. What the `guess` goes on with is looked at in one step, and forgotten from
    /// the first token on that is not the likeliest.
    fn search(&self, search: &Search<'_>, hold: &Hold<'_>, guess: &Guess) -> Result<Found, RunError> {
        let mut memory = self.decoder.empty_memory();
        let mut place = Place::START;
        let mut found = Found { tokens: Vec::new(), score: 0.0 };
        let mut ahead = Ahead::of(guess);
        let mut input = vec![START];
        input.extend(ahead.rest());
        while found.tokens.len() < search.steps_max {
            input.truncate(search.steps_max - found.tokens.len());
            search.checkpoint.pass()?;
            let logits = self.decoder.step(&input, search.frames, &mut memory, search.options)?;
            for (row, logits) in logits.rows().enumerate() {
                // The model has room for more tokens than there are.
                let logits = &logits[..logits.len().min(self.vocabulary.len())];
                let leads = |id| match hold {
                    Hold::Nothing => Some(place),
                    Hold::To { not_first, .. } if found.tokens.is_empty() && not_first.contains(&id) => None,
                    Hold::To { phrases, .. } if id == END => phrases.may_end(place).then_some(place),
                    Hold::To { phrases, .. } => phrases.after(place, self.vocabulary.bytes(id)),
                };
                let Some((next, after)) = likeliest(logits, leads) else {
                    found.score = f32::NEG_INFINITY;
                    return Ok(found);
                };
                found.score += log_probability(logits, next);
                if next == END {
                    return Ok(found);
                }
                found.tokens.push(next);
                if let Hold::To { at_least, .. } = hold
                    && found.score <= *at_least
                {
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
        // Out of steps within a word: no text of the phrases.
        if let Hold::To { phrases, .. } = hold
            && !phrases.may_end(place)
        {
            found.score = f32::NEG_INFINITY;
        }
        Ok(found)
    }
}

/// The token with the highest logit among those that lead somewhere, and where it leads.
fn likeliest(logits: &[f32], leads: impl Fn(usize) -> Option<Place>) -> Option<(usize, Place)> {
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

/// The model likes to end a phrase twice: "a.m..", "haircut,.". Of several stops the first one stays.
fn tidy(text: &str) -> String {
    let is_stop = |character: char| matches!(character, '.' | ',' | '?' | '!' | ';' | ':');
    let mut tidied = String::with_capacity(text.len());
    for character in text.chars() {
        if !(is_stop(character) && tidied.ends_with(is_stop)) {
            tidied.push(character);
        }
    }
    tidied
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_likeliest_token_is_one_that_leads_somewhere() {
        let logits = [1.0, 4.0, 3.0, f32::NAN];
        let even = |id: usize| id.is_multiple_of(2).then_some(Place::START);
        assert_eq!(likeliest(&logits, even), Some((2, Place::START)));
        assert_eq!(likeliest(&logits, |_| None), None);
    }

    #[test]
    fn probabilities_add_up_to_one() {
        let logits = [100.0, 99.0, -5.0];
        let sum: f32 = (0..3).map(|id| log_probability(&logits, id).exp()).sum();
        assert!((sum - 1.0).abs() < 1e-5);
        assert!(log_probability(&logits, 0) > log_probability(&logits, 1));
    }

    #[test]
    fn doubled_stops_become_one() {
        assert_eq!(tidy("At ten a m.. With Dr. Lee,."), "At ten a m. With Dr. Lee,");
        assert_eq!(tidy("Is it 10:15, or $4.50?"), "Is it 10:15, or $4.50?");
        assert_eq!(tidy("Well..."), "Well.");
    }
}
