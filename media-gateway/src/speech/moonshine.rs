//! Speech recognition: Moonshine base, an encoder over the whole clip and a decoder that gives one token a step.

use std::path::Path;

use rten::{Model, NodeId, Operators, RunOptions, Value, ValueOrView};
use rten_tensor::{NdTensor, Tensor, prelude::*};

use super::{
    RunError,
    models::{LoadError, ModelFiles, load_model, read},
    tokens::Vocabulary,
};
use crate::listen::LISTENING_RATE_HZ;

const LAYERS: usize = 8;
const HEADS: usize = 8;
const HEAD_WIDTH: usize = 52;

const START: i32 = 1;
const END: usize = 2;

/// Speech has fewer tokens than this; more means that the decoder goes in circles.
const TOKENS_A_SECOND_MAX: f32 = 6.5;
/// On top of the rate, so that a short "yes" has room.
const TOKENS_EXTRA: usize = 6;

/// The encoder's three strided convolutions need at least this much. Shorter clips are padded with silence.
const SAMPLES_MIN: usize = LISTENING_RATE_HZ as usize / 4;

pub struct Moonshine {
    encoder: Model,
    encoder_in: NodeId,
    encoder_out: NodeId,
    decoder: Model,
    token_in: NodeId,
    frames_in: NodeId,
    cached_in: NodeId,
    logits_out: NodeId,
    caches: Vec<Cache>,
    vocabulary: Vocabulary,
}

/// One attention cache of the decoder: what it gives after a step goes in at the next.
struct Cache {
    past: NodeId,
    present: NodeId,
    /// Over the clip, not over the words: computed at the first step, then only read.
    fixed: bool,
}

impl Moonshine {
    pub fn load(files: &ModelFiles) -> Result<Self, LoadError> {
        let encoder = load_model(&files.encoder)?;
        let decoder = load_model(&files.decoder)?;
        let vocabulary = Vocabulary::parse(&files.tokens, &read(&files.tokens)?)?;
        let node =
            |name: &str| decoder.find_node(name).ok_or_else(|| unfit(&files.decoder, format!("it has no `{name}`")));
        let mut caches = Vec::with_capacity(LAYERS * 4);
        for layer in 0..LAYERS {
            for (over, fixed) in [("decoder", false), ("encoder", true)] {
                for part in ["key", "value"] {
                    caches.push(Cache {
                        past: node(&format!("past_key_values.{layer}.{over}.{part}"))?,
                        present: node(&format!("present.{layer}.{over}.{part}"))?,
                        fixed,
                    });
                }
            }
        }
        let only =
            |ids: &[NodeId]| ids.first().copied().ok_or_else(|| unfit(&files.encoder, "it has no input or output"));
        Ok(Self {
            encoder_in: only(encoder.input_ids())?,
            encoder_out: only(encoder.output_ids())?,
            token_in: node("input_ids")?,
            frames_in: node("encoder_hidden_states")?,
            cached_in: node("use_cache_branch")?,
            logits_out: node("logits")?,
            encoder,
            decoder,
            caches,
            vocabulary,
        })
    }

    /// The words of a clip at 16 kHz, in normal case; empty when it holds none. Between steps it asks `wanted`, so
    /// that work nobody waits for ends early.
    pub fn transcribe(
        &self,
        samples: &[f32],
        options: &RunOptions,
        wanted: &dyn Fn() -> bool,
    ) -> Result<String, RunError> {
        let mut clip = samples.to_vec();
        clip.resize(clip.len().max(SAMPLES_MIN), 0.0);
        let seconds = clip.len() as f32 / LISTENING_RATE_HZ as f32;
        let steps_max = (seconds * TOKENS_A_SECOND_MAX) as usize + TOKENS_EXTRA;

        let frames = self.encode(clip, options)?;
        let mut memory: Vec<Value> =
            self.caches.iter().map(|_| NdTensor::<f32, 4>::zeros([0, HEADS, 1, HEAD_WIDTH]).into()).collect();
        let mut token = START;
        let mut words = Vec::new();
        for step in 0..steps_max {
            if !wanted() {
                return Err(RunError::Abandoned);
            }
            let next = self.decode(step, token, &frames, &mut memory, options)?;
            if next == END {
                break;
            }
            words.push(next);
            token = next as i32;
        }
        Ok(tidy(&self.vocabulary.text(&words)))
    }

    fn encode(&self, clip: Vec<f32>, options: &RunOptions) -> Result<Value, RunError> {
        let clip = NdTensor::from_data([1, clip.len()], clip);
        let [frames] = self
            .encoder
            .run_n(vec![(self.encoder_in, clip.into())], [self.encoder_out], Some(options.clone()))
            .map_err(|error| RunError::model("recognition", "encode", error))?;
        Ok(frames)
    }

    /// One step: the likeliest token after `token`. `memory` holds the caches and is brought up to date.
    fn decode(
        &self,
        step: usize,
        token: i32,
        frames: &Value,
        memory: &mut Vec<Value>,
        options: &RunOptions,
    ) -> Result<usize, RunError> {
        let failed = |error: &dyn std::fmt::Display| RunError::model("recognition", "decode", error);
        let before = std::mem::take(memory);
        let mut kept = Vec::with_capacity(before.len());
        let mut inputs: Vec<(NodeId, ValueOrView)> = vec![
            (self.token_in, NdTensor::from_data([1, 1], vec![token]).into()),
            (self.frames_in, frames.into()),
            (self.cached_in, NdTensor::from_data([1], vec![i32::from(step > 0)]).into()),
        ];
        // The growing caches are handed over, to be updated in place; the fixed ones are only lent.
        for (cache, value) in self.caches.iter().zip(before) {
            if cache.fixed {
                kept.push(Some(value));
            } else {
                kept.push(None);
                inputs.push((cache.past, value.into()));
            }
        }
        for (cache, value) in self.caches.iter().zip(&kept) {
            if let Some(value) = value {
                inputs.push((cache.past, value.into()));
            }
        }
        let outputs: Vec<NodeId> =
            std::iter::once(self.logits_out).chain(self.caches.iter().map(|cache| cache.present)).collect();
        let mut results =
            self.decoder.run(inputs, &outputs, Some(options.clone())).map_err(|error| failed(&error))?.into_iter();
        let logits: Tensor<f32> = results
            .next()
            .ok_or_else(|| failed(&"no logits came out"))?
            .try_into()
            .map_err(|error| failed(&format!("{error:?}")))?;
        *memory = results
            .zip(kept)
            .map(|(new, old)| match old {
                Some(old) if step > 0 => old,
                _ => new,
            })
            .collect();
        let likeliest = logits.arg_max(-1, false).map_err(|error| failed(&format!("{error:?}")))?;
        likeliest
            .iter()
            .next()
            .and_then(|&id| usize::try_from(id).ok())
            .filter(|&id| id < self.vocabulary.len())
            .ok_or_else(|| failed(&"a token outside the vocabulary"))
    }
}

fn unfit(path: &Path, reason: impl Into<String>) -> LoadError {
    LoadError::Unfit { path: path.into(), reason: reason.into() }
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
