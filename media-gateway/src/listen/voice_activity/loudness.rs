//! The detector's first stage: does a window stand out from the line's own noise? Costs less than a microsecond, and the
//! model tens of them.

use crate::speech::WINDOW;

/// Power of -56 dBFS, well under a whisper on the telephone: what is quieter never stands out.
const GATE: f32 = 0.0016 * 0.0016;
/// How far above the noise something stands out: 8 dB.
const ABOVE_NOISE: f32 = 6.3;
/// Louder noise is not believed to be noise: somebody may have spoken since the call began. -38 dBFS.
const NOISE_MAX: f32 = 1.6e-4;
/// The noise is the quietest window of the last three seconds: words have gaps that let it through. It is kept as the
/// quietest of each of these blocks.
const BLOCKS: usize = 4;
const BLOCK_WINDOWS: usize = 24;

/// The noise of one line.
#[derive(Debug, Clone)]
pub struct Loudness {
    quietest: [f32; BLOCKS],
    windows: usize,
}

impl Default for Loudness {
    fn default() -> Self {
        Self { quietest: [f32::INFINITY; BLOCKS], windows: 0 }
    }
}

impl Loudness {
    /// Takes the next window. Whether it is louder than the line's noise.
    pub fn stands_out(&mut self, window: &[f32; WINDOW]) -> bool {
        let power = power(window);
        let block = self.windows / BLOCK_WINDOWS % BLOCKS;
        if self.windows.is_multiple_of(BLOCK_WINDOWS) {
            self.quietest[block] = f32::INFINITY;
        }
        self.quietest[block] = self.quietest[block].min(power);
        self.windows += 1;
        let noise = self.quietest.iter().copied().fold(NOISE_MAX, f32::min);
        power > (noise * ABOVE_NOISE).max(GATE)
    }
}

/// Whether a window is so quiet that nothing in it is speech.
pub fn is_silent(window: &[f32; WINDOW]) -> bool {
    power(window) < GATE
}

/// The mean square. In lanes, so that the processor can add several at once.
fn power(window: &[f32; WINDOW]) -> f32 {
    const LANES: usize = 8;
    let mut sums = [0.0; LANES];
    for samples in window.chunks_exact(LANES) {
        for (sum, sample) in sums.iter_mut().zip(samples) {
            *sum += sample * sample;
        }
    }
    sums.iter().sum::<f32>() / WINDOW as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A window of this loudness, in dBFS.
    fn tone(decibel: f32) -> [f32; WINDOW] {
        let amplitude = 10_f32.powf(decibel / 20.0);
        std::array::from_fn(|index| if index % 2 == 0 { amplitude } else { -amplitude })
    }

    /// How many of so many windows stand out.
    fn standing_out(loudness: &mut Loudness, decibel: f32, windows: usize) -> usize {
        (0..windows).filter(|_| loudness.stands_out(&tone(decibel))).count()
    }

    #[test]
    fn the_lines_own_noise_does_not_stand_out_and_speech_over_it_does() {
        let mut loudness = Loudness::default();
        assert_eq!(standing_out(&mut loudness, -50.0, 100), 0);
        assert_eq!(standing_out(&mut loudness, -44.0, 3), 0);
        assert_eq!(standing_out(&mut loudness, -40.0, 3), 3);
    }

    #[test]
    fn silence_is_no_noise_that_a_breath_would_stand_out_from() {
        let mut loudness = Loudness::default();
        assert_eq!(standing_out(&mut loudness, -90.0, 100), 0);
        assert_eq!(standing_out(&mut loudness, -60.0, 10), 0);
        assert_eq!(standing_out(&mut loudness, -50.0, 10), 10);
    }

    #[test]
    fn whoever_speaks_from_the_first_moment_on_is_heard() {
        assert_eq!(standing_out(&mut Loudness::default(), -25.0, 500), 500);
    }

    #[test]
    fn noise_that_begins_is_noise_after_a_while() {
        let mut loudness = Loudness::default();
        standing_out(&mut loudness, -60.0, 100);
        assert_eq!(standing_out(&mut loudness, -42.0, 70), 70, "it may be a voice");
        standing_out(&mut loudness, -42.0, 30);
        assert_eq!(standing_out(&mut loudness, -42.0, 10), 0);
    }
}
