//! Samples to the bytes that a provider is told to expect.

use crate::listen::{LISTENING_RATE_HZ, TELEPHONE_RATE_HZ, mulaw, to_i16};

/// How audio travels.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Encoding {
    /// 16 bits a sample at 16 kHz: 32 KB a second.
    #[default]
    Linear16,
    /// As the telephone has it: a quarter of the bytes.
    Mulaw,
}

impl Encoding {
    /// The value of the `encoding` parameter.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Linear16 => "linear16",
            Self::Mulaw => "mulaw",
        }
    }

    pub const fn rate_hz(self) -> u32 {
        match self {
            Self::Linear16 => LISTENING_RATE_HZ,
            Self::Mulaw => TELEPHONE_RATE_HZ,
        }
    }
}

impl std::str::FromStr for Encoding {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        [Self::Linear16, Self::Mulaw].into_iter().find(|encoding| encoding.name() == text).ok_or(())
    }
}

/// The encoder of one stream.
#[derive(Debug)]
pub struct Encoder {
    encoding: Encoding,
    /// The next sample is one of those that μ-law leaves out.
    skip: bool,
}

impl Encoder {
    pub const fn new(encoding: Encoding) -> Self {
        Self { encoding, skip: false }
    }

    /// Appends the bytes of these samples.
    pub fn encode(&mut self, samples: &[f32], bytes: &mut Vec<u8>) {
        match self.encoding {
            Encoding::Linear16 => {
                let from = bytes.len();
                bytes.resize(from + 2 * samples.len(), 0);
                for (pair, &sample) in bytes[from..].chunks_exact_mut(2).zip(samples) {
                    pair.copy_from_slice(&to_i16(sample).to_le_bytes());
                }
            }
            Encoding::Mulaw => {
                // The samples were raised from 8 kHz, so there is nothing above 4 kHz in them: every other one says it all.
                let kept = samples.iter().skip(usize::from(self.skip)).step_by(2);
                self.skip ^= samples.len() % 2 == 1;
                bytes.extend(kept.map(|&sample| mulaw::encode(to_i16(sample))));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn linear_samples_are_little_endian_and_clipped() {
        let mut bytes = vec![7];
        Encoder::new(Encoding::Linear16).encode(&[0.0, 1.0, -9.0, f32::NAN], &mut bytes);
        assert_eq!(bytes[..], [7, 0, 0, 0xFF, 0x7F, 0x00, 0x80, 0, 0]);
    }

    #[test]
    fn mulaw_keeps_every_other_sample_across_pieces_of_any_length() {
        let samples: Vec<f32> = (0..640_u16).map(|n| f32::from(n % 2) * 0.5).collect();
        let mut whole = Vec::new();
        Encoder::new(Encoding::Mulaw).encode(&samples, &mut whole);
        assert_eq!(whole[..], [0xFF; 320]);
        let mut encoder = Encoder::new(Encoding::Mulaw);
        let mut pieces = Vec::new();
        samples.chunks(63).for_each(|piece| encoder.encode(piece, &mut pieces));
        assert_eq!(pieces, whole);
    }
}
