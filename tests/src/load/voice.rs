//! What all callers of a load say: frames that were made once, as they go over the wire. A line is never quite still:
//! where nobody speaks there is noise, as loud as on an ordinary telephone.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use rand::{Rng as _, SeedableRng as _, rngs::StdRng};

use crate::{
    caller::{g711, recording::sounding},
    caller_voice::{self, VoiceError},
};

/// Samples of a frame: 20 ms.
const FRAME: usize = 160;
/// The noise of a line: uniform, -50 dBFS.
const NOISE_PEAK: i16 = 180;
/// Frames until the noise begins again: a second.
const NOISE_FRAMES: usize = 50;
/// About what people speak at on the telephone: root mean square, -22 dBFS.
const SPEECH_RMS: f64 = 2_600.0;

const REQUEST: &str = "I would like to book a massage for tomorrow afternoon.";
const INTERRUPTION: &str = "No, wait, I would rather come on Friday morning.";

pub struct CallerVoice {
    /// Base64 of each frame's μ-law.
    noise: Vec<String>,
    pub request: Vec<String>,
    pub interruption: Vec<String>,
}

impl CallerVoice {
    pub async fn make() -> Result<Self, VoiceError> {
        let mut random = StdRng::seed_from_u64(7);
        let noise = (0..NOISE_FRAMES).map(|_| frame(&[], &mut random)).collect();
        let request = utterance(REQUEST, &mut random).await?;
        let interruption = utterance(INTERRUPTION, &mut random).await?;
        Ok(Self { noise, request, interruption })
    }

    pub fn noise(&self, index: usize) -> &str {
        &self.noise[index % NOISE_FRAMES]
    }
}

async fn utterance(text: &str, random: &mut StdRng) -> Result<Vec<String>, VoiceError> {
    let samples = caller_voice::speak(text, caller_voice::DEFAULT).await?;
    let samples = &samples[sounding(&samples).unwrap_or(0..samples.len())];
    let power: f64 = samples.iter().map(|&sample| f64::from(sample).powi(2)).sum();
    let gain = SPEECH_RMS / (power / samples.len().max(1) as f64).sqrt().max(1.0);
    let scaled: Vec<i16> = samples.iter().map(|&sample| (f64::from(sample) * gain) as i16).collect();
    Ok(scaled.chunks(FRAME).map(|samples| frame(samples, random)).collect())
}

/// A frame of these samples over the noise.
fn frame(samples: &[i16], random: &mut StdRng) -> String {
    let noisy = (0..FRAME).map(|index| {
        let noise = random.random_range(-NOISE_PEAK..=NOISE_PEAK);
        g711::encode(samples.get(index).copied().unwrap_or(0).saturating_add(noise))
    });
    BASE64_STANDARD.encode(noisy.collect::<Vec<u8>>())
}
