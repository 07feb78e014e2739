//! Recordings as something to say.

use std::path::Path;

use media_gateway::listen::{TELEPHONE_RATE_HZ, resample::Downsampler};

#[derive(Debug, thiserror::Error)]
pub enum WavError {
    #[error("{path}: {source}")]
    Read { path: String, source: hound::Error },
    #[error("{path}: expected mono with 16 bits a sample, at 8000 Hz or more")]
    Format { path: String },
    #[error("{path}: {reason}")]
    Resample { path: String, reason: String },
}

/// Reads a mono WAV of 16-bit samples, brought to 8 kHz.
pub fn read_wav(file: &Path) -> Result<Vec<i16>, WavError> {
    let path = file.display().to_string();
    let read = |source| WavError::Read { path: path.clone(), source };
    let mut reader = hound::WavReader::open(file).map_err(read)?;
    let spec = reader.spec();
    let known = spec.channels == 1 && spec.bits_per_sample == 16 && spec.sample_rate >= TELEPHONE_RATE_HZ;
    if !known || spec.sample_format != hound::SampleFormat::Int {
        return Err(WavError::Format { path });
    }
    let samples: Vec<i16> = reader.samples().collect::<Result<_, _>>().map_err(read)?;
    if spec.sample_rate == TELEPHONE_RATE_HZ {
        return Ok(samples);
    }
    let floats: Vec<f32> = samples.iter().map(|&sample| f32::from(sample) / 32_768.0).collect();
    let mut output = Vec::new();
    Downsampler::new(spec.sample_rate)
        .and_then(|mut downsampler| {
            downsampler.push(&floats, &mut output)?;
            downsampler.finish(&mut output)
        })
        .map_err(|error| WavError::Resample { path, reason: error.to_string() })?;
    Ok(output.into_iter().map(|sample| (sample * 32_767.0).round().clamp(-32_768.0, 32_767.0) as i16).collect())
}
