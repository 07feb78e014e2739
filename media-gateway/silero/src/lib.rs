//! The Silero voice activity network for 16 kHz, written out: how likely is speech in each 32 ms of sound.
//!
//! A general engine spends most of its time on this network with its hundred tiny operations and with the way to a
//! thread of its own. Here it is four convolutions and one recurrent step on the calling thread, a tenth of that time.

mod layer;
mod weights;

use rten_simd::SimdUnaryOp as _;
use rten_vecmath::{Sigmoid, Tanh};

use layer::Layer;
use weights::Weights;
pub use weights::WeightsError;

/// Samples of one window at 16 kHz: 32 ms.
pub const WINDOW: usize = 512;
/// The end of the window before, which the network wants in front of each.
pub const CONTEXT: usize = 64;

/// Samples of one spectrum, and from one to the next.
const SPECTRUM: usize = 256;
const HOP: usize = 128;
/// At the end the sound is mirrored, so that the last spectrum is whole.
const MIRRORED: usize = 64;
const PADDED: usize = CONTEXT + WINDOW + MIRRORED;
/// Spectra of one window.
const SPECTRA: usize = (PADDED - SPECTRUM) / HOP + 1;
/// Frequencies of a spectrum.
const BINS: usize = SPECTRUM / 2 + 1;
/// What the convolutions make of each moment.
const WIDE: usize = 128;
const NARROW: usize = 64;
/// A convolution looks at a moment and its neighbours.
const REACH: usize = 3;
/// Of the recurrent step.
const CELLS: usize = 128;
const GATES: usize = 4 * CELLS;

/// What the network remembers of one listener's sound.
#[derive(Debug, Clone)]
pub struct Memory {
    hidden: [f32; CELLS],
    cells: [f32; CELLS],
}

impl Memory {
    /// Of somebody who has heard nothing at all.
    pub const fn empty() -> Self {
        Self { hidden: [0.0; CELLS], cells: [0.0; CELLS] }
    }
}

/// The network. Read-only: all calls share one.
pub struct Network {
    /// The real parts of each frequency, then the imaginary ones.
    transform: Layer,
    convolutions: [Layer; 4],
    recurrent: Layer,
    verdict: [f32; CELLS],
    verdict_bias: f32,
}

impl Network {
    /// Takes the weights from the model's ONNX file.
    pub fn from_onnx(file: &[u8]) -> Result<Self, WeightsError> {
        let weights = Weights::of_branch(file, "then_branch")?;
        let convolution = |number: usize, inputs: usize, outputs: usize, taps: std::ops::Range<usize>| {
            let name = format!("encoder.{number}.reparam_conv");
            let kernel = weights.tensor(&format!("{name}.weight"), &[outputs, inputs, REACH])?;
            let bias = weights.tensor(&format!("{name}.bias"), &[outputs])?;
            let weight = |input: usize, output: usize| {
                let (tap, channel) = (taps.start + input / inputs, input % inputs);
                kernel[(output * inputs + channel) * REACH + tap]
            };
            Ok(Layer::new(taps.len() * inputs, outputs, weight, |output| bias[output]))
        };
        let basis = weights.tensor("stft.forward_basis_buffer", &[2 * BINS, 1, SPECTRUM])?;
        let from_input = weights.tensor("decoder.rnn.weight_ih", &[GATES, WIDE])?;
        let from_hidden = weights.tensor("decoder.rnn.weight_hh", &[GATES, CELLS])?;
        let input_bias = weights.tensor("decoder.rnn.bias_ih", &[GATES])?;
        let hidden_bias = weights.tensor("decoder.rnn.bias_hh", &[GATES])?;
        let gate = |input: usize, gate: usize| match input.checked_sub(WIDE) {
            None => from_input[gate * WIDE + input],
            Some(hidden) => from_hidden[gate * CELLS + hidden],
        };
        let verdict = weights.tensor("decoder.decoder.2.weight", &[1, CELLS, 1])?;
        Ok(Self {
            transform: Layer::new(SPECTRUM, 2 * BINS, |input, output| basis[output * SPECTRUM + input], |_| 0.0),
            convolutions: [
                convolution(0, BINS, WIDE, 0..3)?,
                convolution(1, WIDE, NARROW, 0..3)?,
                // Two moments come in and one goes out, so that the first tap has none, and then the outer ones.
                convolution(2, NARROW, NARROW, 1..3)?,
                convolution(3, NARROW, WIDE, 1..2)?,
            ],
            recurrent: Layer::new(WIDE + CELLS, GATES, gate, |gate| input_bias[gate] + hidden_bias[gate]),
            verdict: std::array::from_fn(|cell| verdict[cell]),
            verdict_bias: weights.tensor("decoder.decoder.2.bias", &[1])?[0],
        })
    }

    /// The probability of speech in a window, 0 to 1; the window before has left its end in `context`.
    pub fn probability(&self, context: &[f32; CONTEXT], window: &[f32; WINDOW], memory: &mut Memory) -> f32 {
        let features = self.features(&self.spectra(context, window));
        self.remember(&features, memory);
        let sum: f32 = memory.hidden.iter().zip(&self.verdict).map(|(hidden, weight)| hidden.max(0.0) * weight).sum();
        Sigmoid {}.scalar_eval(sum + self.verdict_bias)
    }

    /// How loud each frequency is at each moment; a moment of nothing before the first and after the last.
    fn spectra(&self, context: &[f32; CONTEXT], window: &[f32; WINDOW]) -> [f32; (SPECTRA + 2) * BINS] {
        let mut sound = [0.0; PADDED];
        sound[..CONTEXT].copy_from_slice(context);
        sound[CONTEXT..CONTEXT + WINDOW].copy_from_slice(window);
        let last = CONTEXT + WINDOW - 1;
        for mirrored in 1..=MIRRORED {
            sound[last + mirrored] = sound[last - mirrored];
        }
        let parts: [_; SPECTRA] = std::array::from_fn(|moment| &sound[moment * HOP..moment * HOP + SPECTRUM]);
        let mut transformed = [[0.0; 2 * BINS]; SPECTRA];
        self.transform.apply::<SPECTRA>(parts, transformed.each_mut().map(|moment| &mut moment[..]));
        let mut spectra = [0.0; (SPECTRA + 2) * BINS];
        for (loud, parts) in spectra[BINS..].chunks_exact_mut(BINS).zip(&transformed) {
            let (real, imaginary) = parts.split_at(BINS);
            for ((loud, real), imaginary) in loud.iter_mut().zip(real).zip(imaginary) {
                *loud = (real * real + imaginary * imaginary).sqrt();
            }
        }
        spectra
    }

    fn features(&self, spectra: &[f32]) -> [f32; WIDE] {
        let [first, second, third, fourth] = &self.convolutions;
        let around = |moment: usize| &spectra[moment * BINS..(moment + REACH) * BINS];
        // As for the spectra, nothing comes before the first moment. None is looked at after the last.
        let mut wide = [0.0; (SPECTRA + 1) * WIDE];
        let (_, moments) = wide.split_at_mut(WIDE);
        let mut moments = moments.chunks_exact_mut(WIDE);
        first
            .apply::<SPECTRA>(std::array::from_fn(around), std::array::from_fn(|_| moments.next().unwrap_or_default()));
        rectify(&mut wide);

        let around = |moment: usize| &wide[2 * moment * WIDE..(2 * moment + REACH) * WIDE];
        let mut pair = [0.0; 2 * NARROW];
        let (former, latter) = pair.split_at_mut(NARROW);
        second.apply::<2>([around(0), around(1)], [former, latter]);
        rectify(&mut pair);

        let mut narrow = [0.0; NARROW];
        third.apply::<1>([&pair], [&mut narrow]);
        rectify(&mut narrow);
        let mut features = [0.0; WIDE];
        fourth.apply::<1>([&narrow], [&mut features]);
        rectify(&mut features);
        features
    }

    /// One step of a long short-term memory.
    fn remember(&self, features: &[f32; WIDE], memory: &mut Memory) {
        let mut inputs = [0.0; WIDE + CELLS];
        inputs[..WIDE].copy_from_slice(features);
        inputs[WIDE..].copy_from_slice(&memory.hidden);
        let mut gates = [0.0; GATES];
        self.recurrent.apply::<1>([&inputs], [&mut gates]);
        let (take, rest) = gates.split_at_mut(CELLS);
        let (keep, rest) = rest.split_at_mut(CELLS);
        let (news, give) = rest.split_at_mut(CELLS);
        Sigmoid {}.map_mut(take);
        Sigmoid {}.map_mut(keep);
        Tanh {}.map_mut(news);
        Sigmoid {}.map_mut(give);
        for (index, cell) in memory.cells.iter_mut().enumerate() {
            *cell = keep[index] * *cell + take[index] * news[index];
        }
        memory.hidden = memory.cells;
        Tanh {}.map_mut(&mut memory.hidden);
        for (hidden, give) in memory.hidden.iter_mut().zip(give) {
            *hidden *= *give;
        }
    }
}

fn rectify(values: &mut [f32]) {
    for value in values {
        *value = value.max(0.0);
    }
}
