//! The decoder: one token a step, after the frames of the clip and the tokens so far.

use rten::{Model, NodeId, RunOptions, Value, ValueOrView};
use rten_tensor::{NdTensor, Tensor};

use super::LAYERS;
use crate::speech::{
    RunError,
    models::{LoadError, ModelFiles, load_model},
};

const HEADS: usize = 8;
const HEAD_WIDTH: usize = 52;

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
        let model = load_model(&files.decoder)?;
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

    /// How likely each token is after `token`, as logits. `memory` is brought up to date.
    pub fn step(
        &self,
        token: i32,
        frames: &Value,
        memory: &mut Memory,
        options: &RunOptions,
    ) -> Result<Vec<f32>, RunError> {
        let failed = |error: &dyn std::fmt::Display| RunError::model("recognition", "decode", error);
        let is_first = memory.steps == 0;
        memory.steps += 1;
        let before = std::mem::take(&mut memory.caches);
        let mut kept = Vec::with_capacity(before.len());
        let mut inputs: Vec<(NodeId, ValueOrView)> = vec![
            (self.token_in, NdTensor::from_data([1, 1], vec![token]).into()),
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
        Ok(logits.into_data())
    }
}
