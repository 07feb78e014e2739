//! The voice activity model: how likely is speech in each 32 ms window.

use std::sync::Arc;

pub use ::silero::WINDOW;
use ::silero::{CONTEXT, Memory, Network};

use super::models::{LoadError, ModelFiles, read};

/// Windows of silence until the memory no longer changes much.
const SETTLING_WINDOWS: usize = 16;

pub(super) struct SileroModel {
    network: Network,
    /// The memory of somebody who has listened to silence for a while. An empty one misses short words.
    settled: Memory,
}

impl SileroModel {
    pub fn load(files: &ModelFiles) -> Result<Self, LoadError> {
        let path = &files.voice_activity;
        let network = Network::from_onnx(&read(path)?)
            .map_err(|error| LoadError::Unfit { path: path.clone(), reason: error.to_string() })?;
        let mut settled = Memory::empty();
        for _ in 0..SETTLING_WINDOWS {
            network.probability(&[0.0; CONTEXT], &[0.0; WINDOW], &mut settled);
        }
        Ok(Self { network, settled })
    }
}

/// One listener: the model's memory of one call's sound.
pub struct Silero {
    model: Arc<SileroModel>,
    memory: Memory,
    context: [f32; CONTEXT],
}

impl Silero {
    pub(super) fn new(model: Arc<SileroModel>) -> Self {
        Self { memory: model.settled.clone(), model, context: [0.0; CONTEXT] }
    }

    /// Forgets what it heard: a while of silence has passed.
    pub fn settle(&mut self) {
        self.memory = self.model.settled.clone();
    }

    /// Passes over a window without asking the model.
    pub fn skip(&mut self, window: &[f32; WINDOW]) {
        self.context.copy_from_slice(&window[WINDOW - CONTEXT..]);
    }

    /// The probability of speech in a window, 0 to 1. Takes 0.02 to 0.06 ms of one core, in the caller's thread.
    pub fn probability(&mut self, window: &[f32; WINDOW]) -> f32 {
        let probability = self.model.network.probability(&self.context, window, &mut self.memory);
        self.skip(window);
        probability
    }
}

#[cfg(test)]
mod tests {
    use rten_tensor::{NdTensor, prelude::*};

    use super::*;
    use crate::{
        listen::LISTENING_RATE_HZ,
        speech::models::{load_model, models_dir},
    };

    /// Something like a voice, which comes and goes, over a little noise.
    fn sound(windows: usize) -> Vec<f32> {
        let mut noise = 1_u32;
        let sample = |index: usize| {
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let time = index as f32 / LISTENING_RATE_HZ as f32;
            let pitch = 130.0 + 30.0 * (3.0 * time).sin();
            let voice: f32 =
                (1..20).map(|n| (std::f32::consts::TAU * pitch * n as f32 * time).sin() / n as f32).sum::<f32>();
            0.1 * voice * (2.0 * time).sin().max(0.0) + 0.01 * (noise >> 8) as f32 / (1 << 24) as f32
        };
        (0..windows * WINDOW).map(sample).collect()
    }

    #[test]
    fn the_network_says_what_a_general_engine_makes_of_the_models_file() {
        let files = ModelFiles::find(&models_dir(|name| std::env::var(name).ok()), None).expect("the models");
        let network = SileroModel::load(&files).expect("the network").network;
        let model = load_model(&files.voice_activity).expect("a model");
        let node = |name| model.find_node(name).expect("a node of the model");
        let (mut memory, mut state, mut context) =
            (Memory::empty(), NdTensor::<f32, 3>::zeros([2, 1, 128]), [0.0; CONTEXT]);
        let (mut least, mut most) = (1.0_f32, 0.0_f32);
        for window in sound(150).as_chunks::<WINDOW>().0 {
            let input: Vec<f32> = context.iter().chain(window).copied().collect();
            let inputs = vec![
                (node("input"), NdTensor::from_data([1, CONTEXT + WINDOW], input).into()),
                (node("state"), state.into()),
                (node("sr"), NdTensor::from_data([], vec![LISTENING_RATE_HZ as i32]).into()),
            ];
            let [expected, next] = model.run_n(inputs, [node("output"), node("stateN")], None).expect("a run");
            let expected: NdTensor<f32, 2> = expected.try_into().expect("a probability");
            let expected = expected.iter().next().copied().expect("a probability");
            state = next.try_into().expect("a state");
            let probability = network.probability(&context, window, &mut memory);
            assert!((probability - expected).abs() < 1e-4, "{probability} for {expected}");
            (least, most) = (least.min(probability), most.max(probability));
            context.copy_from_slice(&window[WINDOW - CONTEXT..]);
        }
        assert!(least < 0.1 && most > 0.3, "all sounded the same: {least} to {most}");
    }
}
