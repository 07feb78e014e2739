//! Recordings as the telephone carries them: any mono WAV of integers, floats or μ-law, brought to 8 kHz μ-law.

use std::{
    fs,
    path::{Path, PathBuf},
};

use hound::{SampleFormat, WavReader};
use media_gateway::listen::{
    TELEPHONE_RATE_HZ, mulaw,
    resample::{Downsampler, ResampleError},
};

/// WAVE's number for μ-law.
const FORMAT_MULAW: u16 = 7;
/// More than an hour of the best sound.
const BYTES_MAX: u64 = 1 << 30;

#[derive(Debug, thiserror::Error)]
pub enum WavError {
    #[error("reading {}", path.display())]
    Unreadable { path: PathBuf, source: std::io::Error },
    #[error("{} is no WAV that can be read: {reason}", path.display())]
    Unfit { path: PathBuf, reason: String },
    #[error("bringing {} to the telephone's rate", path.display())]
    Rate { path: PathBuf, source: ResampleError },
}

/// The file's sound in 8 kHz μ-law.
pub fn read_telephone(path: &Path) -> Result<Vec<u8>, WavError> {
    let unreadable = |source| WavError::Unreadable { path: path.into(), source };
    let unfit = |reason: String| WavError::Unfit { path: path.into(), reason };
    if fs::metadata(path).map_err(unreadable)?.len() > BYTES_MAX {
        return Err(unfit("it is longer than 1 GiB".to_owned()));
    }
    let bytes = fs::read(path).map_err(unreadable)?;
    let (rate_hz, samples) = match mulaw_of(&bytes) {
        Some((rate_hz, codes)) => {
            let mut samples = Vec::with_capacity(codes.len());
            mulaw::decode_to_f32(codes, &mut samples);
            (rate_hz, samples)
        }
        None => decode(&bytes).map_err(unfit)?,
    };
    if rate_hz < TELEPHONE_RATE_HZ {
        return Err(unfit(format!("{rate_hz} Hz is less than the telephone's {TELEPHONE_RATE_HZ}")));
    }
    let at_8k = to_8k(rate_hz, samples).map_err(|source| WavError::Rate { path: path.into(), source })?;
    let mut codes = Vec::with_capacity(at_8k.len());
    mulaw::encode_f32(&at_8k, &mut codes);
    Ok(codes)
}

fn to_8k(rate_hz: u32, samples: Vec<f32>) -> Result<Vec<f32>, ResampleError> {
    if rate_hz == TELEPHONE_RATE_HZ {
        return Ok(samples);
    }
    let mut output = Vec::with_capacity(samples.len());
    let mut downsampler = Downsampler::new(rate_hz)?;
    downsampler.push(&samples, &mut output)?;
    downsampler.finish(&mut output)?;
    Ok(output)
}

fn decode(bytes: &[u8]) -> Result<(u32, Vec<f32>), String> {
    let mut reader = WavReader::new(bytes).map_err(|error| error.to_string())?;
    let spec = reader.spec();
    if spec.channels != 1 {
        return Err(format!("it has {} channels; mono is needed", spec.channels));
    }
    let samples: Result<Vec<f32>, _> = match spec.sample_format {
        SampleFormat::Float => reader.samples::<f32>().collect(),
        SampleFormat::Int => {
            let full_scale = 2_f32.powi(i32::from(spec.bits_per_sample) - 1);
            reader.samples::<i32>().map(|sample| sample.map(|sample| sample as f32 / full_scale)).collect()
        }
    };
    Ok((spec.sample_rate, samples.map_err(|error| error.to_string())?))
}

/// Rate and bytes of a mono μ-law WAV, which the WAV library does not know; `None` if it is none.
fn mulaw_of(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let mut rest = bytes.strip_prefix(b"RIFF")?.get(4..)?.strip_prefix(b"WAVE")?;
    let mut rate_hz = None;
    loop {
        let (head, after) = rest.split_first_chunk::<8>()?;
        let length = u32::from_le_bytes([head[4], head[5], head[6], head[7]]) as usize;
        let body = &after[..length.min(after.len())];
        match &head[..4] {
            b"fmt " => {
                let (format, _) = body.split_first_chunk::<8>()?;
                let is_mono_mulaw =
                    u16::from_le_bytes([format[0], format[1]]) == FORMAT_MULAW && format[2..4] == [1, 0];
                rate_hz =
                    Some(u32::from_le_bytes([format[4], format[5], format[6], format[7]])).filter(|_| is_mono_mulaw);
            }
            b"data" => return Some((rate_hz?, body)),
            _ => {}
        }
        // Chunks begin at even places.
        rest = after.get(length + length % 2..)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mulaw_wav(codes: &[u8]) -> Vec<u8> {
        let mut bytes = b"RIFF\0\0\0\0WAVEfmt \x12\0\0\0\x07\0\x01\0\x40\x1f\0\0\x40\x1f\0\0\x01\0\x08\0\0\0".to_vec();
        bytes.extend(b"fact\x03\0\0\0abc\0data");
        bytes.extend((codes.len() as u32).to_le_bytes());
        bytes.extend(codes);
        bytes
    }

    #[test]
    fn a_mulaw_file_comes_through_unchanged() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("a.wav");
        let codes = [0x80, 0x9A, 0xFF, 0x12, 0x00];
        fs::write(&path, mulaw_wav(&codes)).expect("written");
        assert_eq!(read_telephone(&path).expect("μ-law"), codes);
    }

    #[test]
    fn a_cut_file_is_an_error_that_names_it() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("a.wav");
        for length in [0, 4, 11, 20, 40] {
            fs::write(&path, &mulaw_wav(&[1, 2])[..length]).expect("written");
            let error = read_telephone(&path).expect_err("cut").to_string();
            assert!(error.contains("a.wav"), "{error}");
        }
    }

    #[test]
    fn another_rate_becomes_the_telephones() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("a.wav");
        let spec =
            hound::WavSpec { channels: 1, sample_rate: 44_100, bits_per_sample: 16, sample_format: SampleFormat::Int };
        let mut writer = hound::WavWriter::create(&path, spec).expect("a file");
        for index in 0..44_100 {
            writer.write_sample(((index as f32 * 0.05).sin() * 8_000.0) as i16).expect("written");
        }
        writer.finalize().expect("written");
        assert_eq!(read_telephone(&path).expect("a second").len(), 8_000);
    }
}
