//! The decoder: what comes next, after the frames of the clip and the tokens so far.

use rten::{Model, NodeId, RunOptions, Value, ValueOrView};
use rten_tensor::{Layout as _, NdTensor, Tensor};

use super::LAYERS;
use crate::speech::{
    RunError,
    models::{LoadError, ModelFiles, load_packed_model},
};

const HEADS: usize = 8;
const HEAD_WIDTH: usize = 52;
/// Of a cache: batch, head, token, width.
const TOKEN_AXIS: usize = 2;

pub struct Decoder {
    model: Model,
    token_in: NodeId,
    frames_in: NodeId,
    cached_in: NodeId,
    logits_out: NodeId,
    caches: Vec<Cache>,
}

/// One attention cache: what it gives after a step goes in at the next.
struct Cache {
    past: NodeId,
    present: NodeId,
    /// Over the clip, not over the words: computed at the first step, then only read.
    fixed: bool,
}

/// What the decoder knows of the tokens so far.
pub struct Memory {
    caches: Vec<Value>,
    steps: usize,
}

impl Decoder {
    pub fn load(files: &ModelFiles) -> Result<Self, LoadError> {
        let model = load_packed_model(&files.decoder)?;
        let node = |name: &str| {
            model
                .find_node(name)
                .ok_or_else(|| LoadError::Unfit { path: files.decoder.clone(), reason: format!("it has no `{name}`") })
        };
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
        Ok(Self {
            token_in: node("input_ids")?,
            frames_in: node("encoder_hidden_states")?,
            cached_in: node("use_cache_branch")?,
            logits_out: node("logits")?,
            model,
            caches,
        })
    }

    pub fn empty_memory(&self) -> Memory {
        let none = |_: &Cache| NdTensor::<f32, 4>::zeros([0, HEADS, 1, HEAD_WIDTH]).into();
        Memory { caches: self.caches.iter().map(none).collect(), steps: 0 }
    }

    /// For each of `tokens`, how likely every token is after it: logits, a row each. `memory` is brought up to date.
    /// Several at once cost little more than one: reading the weights takes most of the time.
    pub fn step(
        &self,
        tokens: &[usize],
        frames: &Value,
        memory: &mut Memory,
        options: &RunOptions,
    ) -> Result<Logits, RunError> {
        let failed = |error: &dyn std::fmt::Display| RunError::model("recognition", "decode", error);
        let is_first = memory.steps == 0;
        memory.steps += 1;
        let before = std::mem::take(&mut memory.caches);
        let mut kept = Vec::with_capacity(before.len());
        let ids = NdTensor::from_data([1, tokens.len()], tokens.iter().map(|&id| id as i32).collect::<Vec<_>>());
        let mut inputs: Vec<(NodeId, ValueOrView)> = vec![
            (self.token_in, ids.into()),
            (self.frames_in, frames.into()),
            (self.cached_in, NdTensor::from_data([1], vec![i32::from(!is_first)]).into()),
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
            self.model.run(inputs, &outputs, Some(options.clone())).map_err(|error| failed(&error))?.into_iter();
        let logits: Tensor<f32> = results
            .next()
            .ok_or_else(|| failed(&"no logits came out"))?
            .try_into()
            .map_err(|error| failed(&format!("{error:?}")))?;
        memory.caches = results
            .zip(kept)
            .map(|(new, old)| match old {
                Some(old) if !is_first => old,
                _ => new,
            })
            .collect();
        let width = match *logits.shape() {
            [1, rows, width] if rows == tokens.len() && width > 0 => width,
            ref other => return Err(failed(&format!("{} tokens gave logits of {other:?}", tokens.len()))),
        };
        Ok(Logits { all: logits.into_data(), width })
    }

    /// Leaves in `memory` the first `tokens` of those that it was brought up to date with.
    pub fn forget_after(&self, tokens: usize, memory: &mut Memory) -> Result<(), RunError> {
        for (_, value) in self.caches.iter().zip(&mut memory.caches).filter(|(cache, _)| !cache.fixed) {
            match value {
                Value::FloatTensor(cache) if cache.ndim() == 4 => {
                    if cache.size(TOKEN_AXIS) > tokens {
                        cache.clip_dim(TOKEN_AXIS, 0..tokens);
                    }
                }
                _ => return Err(RunError::model("recognition", "decode", "a cache has an unknown form")),
            }
        }
        Ok(())
    }
}

/// A row for each token that went in.
pub struct Logits {
    all: Vec<f32>,
    width: usize,
}

impl Logits {
    pub fn rows(&self) -> impl Iterator<Item = &[f32]> {
        self.all.chunks_exact(self.width)
    }
}
