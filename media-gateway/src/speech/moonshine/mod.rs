//! Speech recognition: Moonshine base, an encoder over the whole clip and a decoder that gives one token a step.

mod decoder;
mod encoder;
mod guess;
mod hold;
mod search;

use std::sync::Arc;

use rten::RunOptions;

pub use self::guess::Guess;
use self::{
    decoder::Decoder,
    encoder::Encoder,
    hold::{Free, OfPhrases, Something, Spelled},
    search::{Found, Search},
};
use super::{
    RunError,
    expected::{Expected, Phrases, Place},
    models::{LoadError, ModelFiles, read},
    terms::Terms,
    tokens::Vocabulary,
    workers::Checkpoint,
};
use crate::listen::LISTENING_RATE_HZ;

const LAYERS: usize = 8;

/// Speech has fewer tokens than this; more means that the decoder goes in circles.
const TOKENS_A_SECOND_MAX: f32 = 6.5;
/// On top of the rate, so that a short "yes" has room.
const TOKENS_EXTRA: usize = 6;

/// The encoder's three strided convolutions need at least this much. Shorter clips are padded with silence.
const SAMPLES_MIN: usize = LISTENING_RATE_HZ as usize / 4;

/// How much likelier, in nats, other words must be than the expected ones to be believed. What other numbers would
/// give stands in `docs/speech.md`.
const UNEXPECTED_BETTER: f32 = 7.0;

/// How much likelier, in nats, other words must be than a term of the business to be believed. Of synthetic callers of
/// five voices over the telephone's band: 31 of 44 misheard terms lie nearer; other words, such as "message" for
/// "massage", lie from 5.7 on.
const OTHER_THAN_TERM_BETTER: f32 = 5.0;

/// The model at times gives up before the first word of what was plainly said, most of all where it is spelled. The text
/// that it would have begun with is believed from so many tokens on, if those after the first are so likely: nats a token.
/// Spelled words lie from -0.14 to -0.53, sound without words from -0.62 on; of shorter texts that tells nothing.
const BEGUN_TOKENS_MIN: usize = 5;
const BEGUN_SCORE_MIN: f32 = -0.55;

/// How many first tokens are tried when a text is held to phrases: the first one decides most, and the likeliest may
/// lead into a word that is not the likeliest.
const FIRST_TOKENS: usize = 4;

pub struct Moonshine {
    encoder: Encoder,
    decoder: Decoder,
    vocabulary: Vocabulary,
    digits: Phrases,
}

/// What is known of a clip before it is heard.
#[derive(Debug, Clone, Default)]
pub struct Prior {
    pub expected: Expected,
    /// Of the business that is called.
    pub terms: Arc<Terms>,
    /// What an earlier pass over the same sound heard. Costs no accuracy and spares time, as far as it is right.
    pub guess: Guess,
    /// Speech began in it and ended: there are words to be found.
    pub is_whole: bool,
}

/// What a pass made out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words {
    pub text: String,
    /// For a pass over the same sound and what follows it.
    pub guess: Guess,
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

    /// The words of a clip at 16 kHz, in normal case; empty when it holds none. Words other than what is known of them
    /// are given only if they fit the sound much better. Between steps it passes the `checkpoint`.
    pub fn transcribe(
        &self,
        samples: &[f32],
        prior: &Prior,
        options: &RunOptions,
        checkpoint: &Checkpoint<'_>,
    ) -> Result<Words, RunError> {
        let mut clip = samples.to_vec();
        clip.resize(clip.len().max(SAMPLES_MIN), 0.0);
        let seconds = clip.len() as f32 / LISTENING_RATE_HZ as f32;
        let steps_max = (seconds * TOKENS_A_SECOND_MAX) as usize + TOKENS_EXTRA;

        let frames = self.encoder.run(clip, options, checkpoint)?;
        let tokens = self.vocabulary.len();
        let search = Search { decoder: &self.decoder, tokens, frames: &frames, steps_max, options, checkpoint };
        let mut free = search.run(&Free, &prior.guess)?;
        if free.tokens.is_empty() && prior.is_whole {
            let begun = search.run(&Something, &Guess::default())?;
            if begun.tokens.len() >= BEGUN_TOKENS_MIN && begun.score_after_first() >= BEGUN_SCORE_MIN {
                free = begun;
            }
        }
        let words = match prior.expected {
            Expected::Anything => free,
            Expected::Terms => self.with_terms(&prior.terms, free, &search)?,
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
            let hold = OfPhrases { phrases, vocabulary: &self.vocabulary, not_first: &tried, at_least };
            let found = search.run(&hold, &Guess::default())?;
            let Some(&first) = found.tokens.first() else { break };
            tried.push(first);
            if found.score > at_least {
                best = Some(found);
            }
        }
        Ok(best.unwrap_or(free))
    }

    /// The `free` text, or the likeliest one with a term in it, unless the free one is much likelier.
    fn with_terms(&self, terms: &Terms, free: Found, search: &Search<'_>) -> Result<Found, RunError> {
        let heard = Guess(free.tokens.clone());
        let mut best: Option<Found> = None;
        for text in terms.alternatives(&self.vocabulary.text(&free.tokens)) {
            let at_least = best.as_ref().map_or(free.score - OTHER_THAN_TERM_BETTER, |best| best.score);
            let hold = Spelled::new(&text, &self.vocabulary, at_least);
            let found = search.run(&hold, &heard)?;
            if found.score > at_least {
                best = Some(found);
            }
        }
        Ok(best.unwrap_or(free))
    }
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
    fn doubled_stops_become_one() {
        assert_eq!(tidy("At ten a m.. With Dr. Lee,."), "At ten a m. With Dr. Lee,");
        assert_eq!(tidy("Is it 10:15, or $4.50?"), "Is it 10:15, or $4.50?");
        assert_eq!(tidy("Well..."), "Well.");
    }
}
