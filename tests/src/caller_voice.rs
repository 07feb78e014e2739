//! The simulated caller's voice: flite, a small synthesiser of the distribution's, run as a process. It is another
//! program with another voice than the agent's, so that recognition is not tested on its own echo.

use std::{
    io,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use media_gateway::listen::{TELEPHONE_RATE_HZ, resample::Downsampler};
use tokio::{process::Command, time::timeout};

/// The one of flite's voices (`kal`, `kal16`, `rms`, `slt`, `awb`) that recognition understands best over the telephone:
/// one word in eighteen is wrong on booking lines, against one in five of the others.
pub const DEFAULT: &str = "kal16";

/// A minute of speech takes flite about a second.
const PATIENCE: Duration = Duration::from_secs(30);

#[derive(Debug, thiserror::Error)]
pub enum VoiceError {
    #[error("the simulated caller has no voice: flite is missing; run `apt-get install -y flite`")]
    Missing,
    #[error("flite could not be run: {0}")]
    NotRun(#[source] io::Error),
    #[error("flite did not end in {} s", PATIENCE.as_secs())]
    Slow,
    #[error("flite has no voice {voice:?}, or failed: {reason}")]
    Failed { voice: String, reason: String },
    #[error("flite's sound cannot be read: {0}")]
    Sound(String),
}

/// The text as 8 kHz samples, in one of flite's voices.
pub async fn speak(text: &str, voice: &str) -> Result<Vec<i16>, VoiceError> {
    let file = WaveFile(std::env::temp_dir().join(format!("caller-voice-{}.wav", uuid::Uuid::new_v4())));
    let running = Command::new("flite")
        .args(["-voice", voice, "-t", text, "-o"])
        .arg(&file.0)
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output();
    let output =
        timeout(PATIENCE, running).await.map_err(|_| VoiceError::Slow)?.map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => VoiceError::Missing,
            _ => VoiceError::NotRun(error),
        })?;
    if !output.status.success() || !file.0.exists() {
        let reason = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        return Err(VoiceError::Failed { voice: voice.to_owned(), reason });
    }
    read(&file.0)
}

/// Removes the file when the sound was read, or will not be.
struct WaveFile(PathBuf);

impl Drop for WaveFile {
    fn drop(&mut self) {
        // It may never have been made.
        let _ = std::fs::remove_file(&self.0);
    }
}

fn read(path: &Path) -> Result<Vec<i16>, VoiceError> {
    let sound = |error: &dyn std::fmt::Display| VoiceError::Sound(error.to_string());
    let reader = hound::WavReader::open(path).map_err(|error| sound(&error))?;
    let rate = reader.spec().sample_rate;
    let samples: Vec<i16> = reader.into_samples::<i16>().collect::<Result<_, _>>().map_err(|error| sound(&error))?;
    if rate == TELEPHONE_RATE_HZ {
        return Ok(samples);
    }
    let scaled: Vec<f32> = samples.iter().map(|&sample| f32::from(sample) / 32_768.0).collect();
    let mut downsampler = Downsampler::new(rate).map_err(|error| sound(&error))?;
    let mut telephone = Vec::new();
    downsampler.push(&scaled, &mut telephone).map_err(|error| sound(&error))?;
    downsampler.finish(&mut telephone).map_err(|error| sound(&error))?;
    Ok(telephone.into_iter().map(|sample| (sample * 32_767.0).round() as i16).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_sentence_is_spoken_at_telephone_rate() {
        let samples = speak("I would like to book a haircut, please.", DEFAULT).await.expect("flite speaks");
        let seconds = samples.len() as f32 / TELEPHONE_RATE_HZ as f32;
        assert!((1.0..6.0).contains(&seconds), "{seconds} s");
        let loudest = samples.iter().map(|sample| sample.unsigned_abs()).max();
        assert!(loudest.is_some_and(|loudest| loudest > 3_000), "{loudest:?}");
    }

    #[tokio::test]
    async fn an_unknown_voice_is_an_error_or_another_voice_but_never_silence() {
        match speak("Hello.", "nobody").await {
            Ok(samples) => assert!(!samples.is_empty()),
            Err(error) => assert!(matches!(error, VoiceError::Failed { .. }), "{error}"),
        }
    }
}
