//! The voice activity model: how likely is speech in each 32 ms window.

use std::sync::Arc;

use rten::{Model, NodeId, RunOptions, Value};
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
}

impl SileroModel {
    pub fn load(files: &ModelFiles) -> Result<Self, LoadError> {
        let model = load_model(&files.voice_activity)?;
        let node = |name: &str| {
            model.find_node(name).ok_or_else(|| LoadError::Unfit {
                path: files.voice_activity.clone(),
                reason: format!("it has no `{name}`"),
            })
        };
        Ok(Self {
            input: node("input")?,
            state: node("state")?,
            rate: node("sr")?,
            probability: node("output")?,
            next_state: node("stateN")?,
            model,
        })
    }
}

/// One listener: the model's memory of one call's sound.
pub struct Silero {
    model: Arc<SileroModel>,
    options: RunOptions,
    state: Option<Value>,
    context: [f32; CONTEXT],
}

impl Silero {
    pub(super) fn new(model: Arc<SileroModel>, options: RunOptions) -> Self {
        Self { model, options, state: None, context: [0.0; CONTEXT] }
    }

    /// Forgets what it heard.
    pub fn reset(&mut self) {
        self.state = None;
        self.context = [0.0; CONTEXT];
    }

    /// The probability of speech in a window, 0 to 1. Takes about 0.2 ms of one core, in the caller's thread.
    pub fn probability(&mut self, window: &[f32; WINDOW]) -> Result<f32, RunError> {
        let failed = |error: &dyn std::fmt::Display| RunError::model("voice activity", "run", error);
        let mut input = Vec::with_capacity(CONTEXT + WINDOW);
        input.extend_from_slice(&self.context);
        input.extend_from_slice(window);
        self.context.copy_from_slice(&window[WINDOW - CONTEXT..]);
        let state = self.state.take().unwrap_or_else(|| NdTensor::<f32, 3>::zeros(STATE).into());
        let model = &*self.model;
        let [probability, state] = model
            .model
            .run_n(
                vec![
                    (model.input, NdTensor::from_data([1, CONTEXT + WINDOW], input).into()),
                    (model.state, state.into()),
                    (model.rate, NdTensor::from_data([], vec![LISTENING_RATE_HZ as i32]).into()),
                ],
                [model.probability, model.next_state],
                Some(self.options.clone()),
            )
            .map_err(|error| failed(&error))?;
        self.state = Some(state);
        let probability: NdTensor<f32, 2> = probability.try_into().map_err(|error| failed(&format!("{error:?}")))?;
        probability.iter().next().copied().ok_or_else(|| failed(&"no probability came out"))
    }
}
