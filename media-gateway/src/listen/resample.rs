//! Sample rate conversion: the caller's 8 kHz to the 16 kHz that recognition hears, and the voice's own rate to
//! the carrier's 8 kHz.

use std::{f64::consts::PI, sync::LazyLock};

use rubato::{Fft, FixedSync, Indexing, Resampler, audioadapter_buffers::direct::SequentialSlice};

use super::TELEPHONE_RATE_HZ;

/// A rate that cannot be converted.
#[derive(Debug, thiserror::Error)]
#[error("cannot convert {from_hz} Hz to {to_hz} Hz: {reason}")]
pub struct ResampleError {
    from_hz: u32,
    to_hz: u32,
    reason: String,
}

/// Telephone samples that each new one between two of them is made of.
const TAPS: usize = 32;
/// Samples that are made together, so that the processor can make several at once.
const BLOCK: usize = 16;

/// How much each of [`TAPS`] samples has of the one in their middle: a sinc under Hann's window, the shortest that keeps the
/// telephone band flat and its mirror image 62 dB down. The latter half is the former one's mirror image.
static BETWEEN: LazyLock<[f32; TAPS / 2]> = LazyLock::new(|| {
    let half = TAPS as f64 / 2.0;
    let weights: [f64; TAPS / 2] = std::array::from_fn(|tap| {
        let angle = PI * (tap as f64 + 0.5 - half);
        angle.sin() / angle * 0.5 * (1.0 + (angle / half).cos())
    });
    let sum: f64 = 2.0 * weights.iter().sum::<f64>();
    weights.map(|weight| (weight / sum) as f32)
});

/// 8 kHz to 16 kHz, as a stream, with 2 ms of delay. One for each call leg.
///
/// At twice the rate every other sample is one of those that came, and all between them are made in the same way: a
/// general resampler takes ten times as long.
pub struct Upsampler {
    /// What came last, oldest first: one sample less than the next one between needs.
    recent: Vec<f32>,
}

impl Default for Upsampler {
    fn default() -> Self {
        Self { recent: vec![0.0; TAPS - 1] }
    }
}

impl Upsampler {
    /// Appends what these samples become: twice as many.
    pub fn push(&mut self, samples: &[f32], output: &mut Vec<f32>) {
        self.recent.extend_from_slice(samples);
        let from = output.len();
        output.resize(from + 2 * samples.len(), 0.0);
        let mut blocks = output[from..].chunks_exact_mut(2 * BLOCK);
        let mut at = 0;
        for block in &mut blocks {
            double::<BLOCK>(&self.recent[at..], block);
            at += BLOCK;
        }
        for pair in blocks.into_remainder().chunks_exact_mut(2) {
            double::<1>(&self.recent[at..], pair);
            at += 1;
        }
        self.recent.drain(..samples.len());
    }
}

/// So many samples, and after each the one between it and the next.
fn double<const COUNT: usize>(samples: &[f32], output: &mut [f32]) {
    let mut between = [0.0; COUNT];
    for (tap, weight) in BETWEEN.iter().enumerate() {
        let (former, latter) = (&samples[tap..tap + COUNT], &samples[TAPS - 1 - tap..TAPS - 1 - tap + COUNT]);
        for ((sum, former), latter) in between.iter_mut().zip(former).zip(latter) {
            *sum += weight * (former + latter);
        }
    }
    for ((pair, sample), between) in output.chunks_exact_mut(2).zip(&samples[TAPS / 2 - 1..]).zip(between) {
        pair.copy_from_slice(&[*sample, between]);
    }
}

/// A voice's rate to 8 kHz, as a stream of stretches that together are one clip.
pub struct Downsampler {
    resampler: Fft<f32>,
    waiting: Vec<f32>,
    made: Vec<f32>,
    /// Samples still to be cut from the front: the filter's delay.
    early: usize,
    /// What went in and what came out, to give the clip its exact length.
    taken: usize,
    given: usize,
    from_hz: u32,
}

impl Downsampler {
    pub fn new(from_hz: u32) -> Result<Self, ResampleError> {
        // About 20 ms a block.
        let block = from_hz as usize / 50;
        let resampler = Fft::new(from_hz as usize, TELEPHONE_RATE_HZ as usize, block, 1, FixedSync::Both)
            .map_err(|error| failed(from_hz, TELEPHONE_RATE_HZ, error))?;
        let made = vec![0.0; resampler.output_frames_max()];
        let early = resampler.output_delay();
        Ok(Self { resampler, waiting: Vec::new(), made, early, taken: 0, given: 0, from_hz })
    }

    /// Appends what these samples become, as far as the filter lets it go.
    pub fn push(&mut self, samples: &[f32], output: &mut Vec<f32>) -> Result<(), ResampleError> {
        self.taken += samples.len();
        self.waiting.extend_from_slice(samples);
        self.run(output)
    }

    /// Appends the rest of the clip; the next sample begins another.
    pub fn finish(&mut self, output: &mut Vec<f32>) -> Result<(), ResampleError> {
        let length = (self.taken as u64 * u64::from(TELEPHONE_RATE_HZ)).div_ceil(u64::from(self.from_hz)) as usize;
        let missing = length.saturating_sub(self.given);
        let mut rest = Vec::with_capacity(missing);
        while rest.len() < missing {
            let block = self.resampler.input_frames_next();
            self.waiting.resize(self.waiting.len() + block, 0.0);
            self.run(&mut rest)?;
        }
        output.extend_from_slice(&rest[..missing]);
        self.resampler.reset();
        self.waiting.clear();
        self.early = self.resampler.output_delay();
        (self.taken, self.given) = (0, 0);
        Ok(())
    }

    fn run(&mut self, output: &mut Vec<f32>) -> Result<(), ResampleError> {
        let from_hz = self.from_hz;
        let failed = |error: &dyn std::fmt::Display| failed(from_hz, TELEPHONE_RATE_HZ, error);
        let room = self.made.len();
        let mut used = 0;
        while self.waiting.len() - used >= self.resampler.input_frames_next() {
            let left = self.waiting.len() - used;
            let input = SequentialSlice::new(&self.waiting[used..], 1, left).map_err(|error| failed(&error))?;
            let mut target = SequentialSlice::new_mut(&mut self.made, 1, room).map_err(|error| failed(&error))?;
            let (taken, made) = self
                .resampler
                .process_into_buffer(&input, &mut target, None::<&Indexing>)
                .map_err(|error| failed(&error))?;
            used += taken;
            let cut = self.early.min(made);
            self.early -= cut;
            self.given += made - cut;
            output.extend_from_slice(&self.made[cut..made]);
        }
        self.waiting.drain(..used);
        Ok(())
    }
}

fn failed(from_hz: u32, to_hz: u32, reason: impl std::fmt::Display) -> ResampleError {
    ResampleError { from_hz, to_hz, reason: reason.to_string() }
}

#[cfg(test)]
mod tests {
    use std::f32::consts::TAU;

    use super::*;

    fn tone(hz: f32, rate_hz: f32, samples: usize) -> Vec<f32> {
        (0..samples).map(|index| 0.5 * (TAU * hz * index as f32 / rate_hz).sin()).collect()
    }

    /// The amplitude of one frequency, by correlation, away from the edges.
    fn amplitude(samples: &[f32], hz: f32, rate_hz: f32) -> f32 {
        let inner = &samples[samples.len() / 4..samples.len() * 3 / 4];
        let (mut sine, mut cosine) = (0.0_f64, 0.0_f64);
        for (index, &sample) in inner.iter().enumerate() {
            let angle = f64::from(TAU * hz / rate_hz) * index as f64;
            sine += f64::from(sample) * angle.sin();
            cosine += f64::from(sample) * angle.cos();
        }
        (2.0 * sine.hypot(cosine) / inner.len() as f64) as f32
    }

    fn decibel(ratio: f32) -> f32 {
        20.0 * ratio.max(1e-9).log10()
    }

    fn upsampled(input: &[f32], cuts: impl Iterator<Item = usize>) -> Vec<f32> {
        let mut upsampler = Upsampler::default();
        let (mut output, mut rest) = (Vec::new(), input);
        for cut in cuts {
            let (now, later) = rest.split_at(cut.min(rest.len()));
            upsampler.push(now, &mut output);
            rest = later;
        }
        output
    }

    #[test]
    fn the_telephone_band_goes_up_flat_and_without_an_image() {
        for hz in [300.0, 1_000.0, 3_000.0, 3_400.0] {
            let output = upsampled(&tone(hz, 8_000.0, 16_000), std::iter::repeat_n(160, 100));
            let kept = decibel(amplitude(&output, hz, 16_000.0) / 0.5);
            assert!(kept.abs() < 0.5, "{hz} Hz: {kept} dB");
            let image = decibel(amplitude(&output, 8_000.0 - hz, 16_000.0) / 0.5);
            // 3400 Hz has its image in the filter's slope.
            let most = if hz > 3_000.0 { -20.0 } else { -50.0 };
            assert!(image < most, "image of {hz} Hz: {image} dB");
        }
    }

    #[test]
    fn how_the_stream_is_cut_does_not_matter() {
        let input = tone(440.0, 8_000.0, 1_600);
        let frames = upsampled(&input, std::iter::repeat_n(160, 10));
        let ragged = upsampled(&input, [1, 0, 79, 333, 160, 7, 1_020].into_iter());
        assert_eq!(frames, ragged);
        assert_eq!(frames.len(), 3_200);
    }

    #[test]
    fn nothing_in_nothing_out() {
        assert!(upsampled(&[], [0, 0].into_iter()).is_empty());
        let mut output = Vec::new();
        let mut downsampler = Downsampler::new(22_050).expect("a rate");
        downsampler.push(&[], &mut output).expect("nothing");
        downsampler.finish(&mut output).expect("nothing");
        assert!(output.is_empty());
    }

    #[test]
    fn a_voice_comes_down_in_its_exact_length_and_free_of_aliases() {
        for (rate, hz) in [(22_050, 1_000.0), (22_050, 3_300.0), (16_000, 2_000.0), (48_000, 500.0)] {
            let seconds = 1;
            let mut downsampler = Downsampler::new(rate).expect("a rate");
            for _clip in 0..2 {
                let mut output = Vec::new();
                for part in tone(hz, rate as f32, rate as usize * seconds).chunks(777) {
                    downsampler.push(part, &mut output).expect("samples");
                }
                downsampler.finish(&mut output).expect("samples");
                assert_eq!(output.len(), 8_000 * seconds);
                let kept = decibel(amplitude(&output, hz, 8_000.0) / 0.5);
                assert!(kept.abs() < 0.5, "{hz} Hz: {kept} dB");
            }
            // 5 kHz would fold to 3 kHz.
            let mut output = Vec::new();
            downsampler.push(&tone(5_000.0, rate as f32, rate as usize), &mut output).expect("samples");
            downsampler.finish(&mut output).expect("samples");
            let alias = decibel(amplitude(&output, 3_000.0, 8_000.0) / 0.5);
            assert!(alias < -60.0, "alias {alias} dB");
        }
    }

    #[test]
    fn an_impulse_stays_where_it_was() {
        let mut input = vec![0.0; 22_050];
        input[11_025] = 1.0;
        let (mut output, mut downsampler) = (Vec::new(), Downsampler::new(22_050).expect("a rate"));
        downsampler.push(&input, &mut output).expect("samples");
        downsampler.finish(&mut output).expect("samples");
        let loudest = (0..output.len()).max_by(|&a, &b| output[a].abs().total_cmp(&output[b].abs()));
        assert!(loudest.is_some_and(|at| at.abs_diff(4_000) <= 1), "{loudest:?}");
    }
}
