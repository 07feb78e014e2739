//! The caller's ears: what it heard on the line, in words. Runs the embedded recognition on the heard audio, which
//! is the agent's voice after μ-law and the carrier.

use std::path::Path;

use media_gateway::{
    listen::resample::Upsampler,
    speech::{Engine, Line, Priority, Work},
};

use super::recording::{AUDIBLE, sounding};

const RATE_HZ: usize = 8_000;
/// Recognition is best on a sentence or two; a longer stretch is cut at its pauses.
const CLIP_MAX: usize = 7 * RATE_HZ;
/// A pause between sentences.
const PAUSE: usize = RATE_HZ / 5;

#[derive(Debug, thiserror::Error)]
pub enum EarsError {
    #[error(transparent)]
    Models(#[from] media_gateway::speech::LoadError),
    #[error("recognising what was heard: {0}")]
    Recognition(String),
}

/// Shares its models among calls; cheap to clone.
#[derive(Clone)]
pub struct Ears {
    engine: Engine,
}

impl std::fmt::Debug for Ears {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Ears")
    }
}

impl Ears {
    /// Loads the models: about half a second.
    pub fn load(models_dir: &Path) -> Result<Self, EarsError> {
        Ok(Self { engine: Engine::load(models_dir)? })
    }

    /// The words in 8 kHz samples; empty when there are none.
    pub async fn transcribe(&self, samples: &[i16]) -> Result<String, EarsError> {
        let failed = |error: &dyn std::fmt::Display| EarsError::Recognition(error.to_string());
        let line = Line::default();
        let mut words = Vec::new();
        for clip in clips(samples) {
            let mut upsampled = Vec::with_capacity(2 * clip.len());
            let telephone: Vec<f32> = clip.iter().map(|&sample| f32::from(sample) / 32_768.0).collect();
            Upsampler::default().push(&telephone, &mut upsampled);
            let text = self
                .engine
                .submit(&line, Priority::Following, Work::hearing(&upsampled), move |bench| {
                    bench.transcribe(&upsampled)
                })
                .map_err(|error| failed(&error))?
                .await
                .map_err(|error| failed(&error))?
                .map_err(|error| failed(&error))?;
            words.push(text.trim().to_owned());
        }
        Ok(words.join(" ").trim().to_owned())
    }
}

/// Cuts a long stretch in the middle of pauses, into clips no longer than need be.
fn clips(samples: &[i16]) -> Vec<&[i16]> {
    let Some(range) = sounding(samples) else {
        return Vec::new();
    };
    let mut rest = &samples[range];
    let mut clips = Vec::new();
    while rest.len() > CLIP_MAX {
        let cut = last_pause(&rest[..CLIP_MAX]).unwrap_or(CLIP_MAX);
        let (clip, after) = rest.split_at(cut);
        clips.push(clip);
        rest = sounding(after).map_or(&[], |range| &after[range]);
    }
    if !rest.is_empty() {
        clips.push(rest);
    }
    clips
}

/// The middle of the last pause.
fn last_pause(samples: &[i16]) -> Option<usize> {
    let mut quiet = 0;
    for (index, sample) in samples.iter().enumerate().rev() {
        quiet = if sample.unsigned_abs() < AUDIBLE { quiet + 1 } else { 0 };
        if quiet == PAUSE {
            return Some(index + PAUSE / 2);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sound(seconds: usize) -> Vec<i16> {
        vec![2_000; seconds * RATE_HZ]
    }

    #[test]
    fn a_long_stretch_is_cut_at_a_pause() {
        let samples = [sound(5), vec![0; RATE_HZ / 2], sound(5)].concat();
        let lengths: Vec<usize> = clips(&samples).iter().map(|clip| clip.len() / RATE_HZ).collect();
        assert_eq!(lengths, [5, 5]);
    }

    #[test]
    fn silence_has_nothing_to_hear() {
        assert!(clips(&[0; RATE_HZ]).is_empty());
    }
}
