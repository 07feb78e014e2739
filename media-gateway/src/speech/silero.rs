//! The voice activity model: how likely is speech in each 32 ms window.

use std::sync::Arc;

use rten::{Model, NodeId, RunOptions};
use rten_tensor::{NdTensor, prelude::*};

use super::{
    RunError,
    models::{LoadError, ModelFiles, load_model},
};
use crate::listen::LISTENING_RATE_HZ;

/// Samples of one window at 16 kHz: 32 ms.
pub const WINDOW: usize = 512;
/// The end of the window before, which the model wants in front of each.
const CONTEXT: usize = 64;
const STATE: [usize; 3] = [2, 1, 128];

pub(super) struct SileroModel {
    model: Model,
    input: NodeId,
    state: NodeId,
    rate: NodeId,
    probability: NodeId,
    next_state: NodeId,
    /// The memory of somebody who has listened to silence for a while. An empty one misses short words.
    settled: NdTensor<f32, 3>,
}

/// Windows of silence until the memory no longer changes much.
const SETTLING_WINDOWS: usize = 16;

impl SileroModel {
    pub fn load(files: &ModelFiles, options: &RunOptions) -> Result<Self, LoadError> {
        let model = load_model(&files.voice_activity)?;
        let node = |name: &str| {
            model.find_node(name).ok_or_else(|| LoadError::Unfit {
                path: files.voice_activity.clone(),
                reason: format!("it has no `{name}`"),
            })
        };
        let mut loaded = Self {
            input: node("input")?,
            state: node("state")?,
            rate: node("sr")?,
            probability: node("output")?,
            next_state: node("stateN")?,
            settled: NdTensor::zeros(STATE),
            model,
        };
        let silence = [0.0; CONTEXT + WINDOW];
        for _ in 0..SETTLING_WINDOWS {
            let (_, state) = loaded
                .run(silence.to_vec(), loaded.settled.clone(), options)
                .map_err(|error| LoadError::Unfit { path: files.voice_activity.clone(), reason: error.to_string() })?;
            loaded.settled = state;
        }
        Ok(loaded)
    }

    /// The probability of speech in a window with its context, and the memory after it.
    fn run(
        &self,
        input: Vec<f32>,
        state: NdTensor<f32, 3>,
        options: &RunOptions,
    ) -> Result<(f32, NdTensor<f32, 3>), RunError> {
        let failed = |error: &dyn std::fmt::Display| RunError::model("voice activity", "run", error);
        let [probability, state] = self
            .model
            .run_n(
                vec![
                    (self.input, NdTensor::from_data([1, CONTEXT + WINDOW], input).into()),
                    (self.state, state.into()),
                    (self.rate, NdTensor::from_data([], vec![LISTENING_RATE_HZ as i32]).into()),
                ],
                [self.probability, self.next_state],
                Some(options.clone()),
            )
            .map_err(|error| failed(&error))?;
        let probability: NdTensor<f32, 2> = probability.try_into().map_err(|error| failed(&format!("{error:?}")))?;
        let state: NdTensor<f32, 3> = state.try_into().map_err(|error| failed(&format!("{error:?}")))?;
        let probability = probability.iter().next().copied().ok_or_else(|| failed(&"no probability came out"))?;
        Ok((probability, state))
    }
}

/// One listener: the model's memory of one call's sound.
pub struct Silero {
    model: Arc<SileroModel>,
    options: RunOptions,
    state: NdTensor<f32, 3>,
    context: [f32; CONTEXT],
}

impl Silero {
    pub(super) fn new(model: Arc<SileroModel>, options: RunOptions) -> Self {
        let state = model.settled.clone();
        Self { model, options, state, context: [0.0; CONTEXT] }
    }

    /// Forgets what it heard: a while of silence has passed.
    pub fn settle(&mut self) {
        self.state = self.model.settled.clone();
    }

    /// Passes over a window without asking the model.
    pub fn skip(&mut self, window: &[f32; WINDOW]) {
        self.context.copy_from_slice(&window[WINDOW - CONTEXT..]);
    }

    /// The probability of speech in a window, 0 to 1. Takes about 0.2 ms of one core, in the caller's thread.
    pub fn probability(&mut self, window: &[f32; WINDOW]) -> Result<f32, RunError> {
        let mut input = Vec::with_capacity(CONTEXT + WINDOW);
        input.extend_from_slice(&self.context);
        input.extend_from_slice(window);
        self.skip(window);
        let state = std::mem::replace(&mut self.state, NdTensor::zeros([0, 0, 0]));
        let outcome = self.model.run(input, state, &self.options);
        match outcome {
            Ok((probability, state)) => {
                self.state = state;
                Ok(probability)
            }
            Err(error) => {
                self.settle();
                Err(error)
            }
        }
    }
}
