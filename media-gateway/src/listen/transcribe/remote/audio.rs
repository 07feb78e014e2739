//! Samples to the bytes that a provider is told to expect.

use bytes::Bytes;

use super::segment::Position;
use crate::listen::{LISTENING_RATE_HZ, TELEPHONE_RATE_HZ, mulaw, resample::Upsampler, to_i16};

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

impl Encoding {
    /// Audio as it is kept for a while: as the telephone has it, however it travels. The samples were raised from 8 kHz, so
    /// that there is nothing above 4 kHz in them: every other one says it all.
    pub fn pack(self, bytes: &Bytes) -> Bytes {
        match self {
            Self::Linear16 => {
                let (pairs, last) = bytes.as_chunks::<4>();
                let mut packed = Vec::with_capacity(pairs.len() + 1);
                packed.extend(pairs.iter().map(|pair| mulaw::encode(i16::from_le_bytes([pair[0], pair[1]]))));
                packed.extend(last.first_chunk().map(|sample| mulaw::encode(i16::from_le_bytes(*sample))));
                packed.into()
            }
            Self::Mulaw => bytes.clone(),
        }
    }

    /// So many samples of what was packed, as they travel.
    pub fn unpack(self, packed: &Bytes, length: Position, upsampler: &mut Upsampler) -> Bytes {
        match self {
            Self::Linear16 => {
                let (mut narrow, mut wide) = (Vec::with_capacity(packed.len()), Vec::with_capacity(2 * packed.len()));
                mulaw::decode_to_f32(packed, &mut narrow);
                upsampler.push(&narrow, &mut wide);
                wide.truncate(usize::try_from(length).unwrap_or(usize::MAX));
                let mut bytes = Vec::new();
                Encoder::new(self).encode(&wide, &mut bytes);
                bytes.into()
            }
            Self::Mulaw => packed.clone(),
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
                // As in `pack`.
                let rest = &samples[usize::from(self.skip).min(samples.len())..];
                self.skip ^= samples.len() % 2 == 1;
                let (pairs, last) = rest.as_chunks::<2>();
                bytes.extend(pairs.iter().map(|pair| mulaw::encode(to_i16(pair[0]))));
                bytes.extend(last.iter().map(|&sample| mulaw::encode(to_i16(sample))));
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
    fn audio_that_was_kept_is_as_it_was_but_for_the_telephones_own_noise() {
        let samples: Vec<f32> = (0..1_280).map(|n| 0.4 * (n as f32 * 0.2).sin()).collect();
        for encoding in [Encoding::Linear16, Encoding::Mulaw] {
            let mut sent = Vec::new();
            Encoder::new(encoding).encode(&samples, &mut sent);
            let sent = Bytes::from(sent);
            let packed = encoding.pack(&sent);
            assert_eq!(packed.len(), samples.len() / 2);
            let again = encoding.unpack(&packed, samples.len() as Position, &mut Upsampler::default());
            assert_eq!(again.len(), sent.len());
            let values = |bytes: &Bytes| -> Vec<i32> {
                bytes.chunks_exact(2).map(|pair| i32::from(i16::from_le_bytes([pair[0], pair[1]]))).collect()
            };
            if encoding == Encoding::Linear16 {
                // The filter comes 16 telephone samples late.
                let (sent, again) = (values(&sent), values(&again));
                let worst = sent[100..1_200].iter().zip(&again[132..]).map(|(a, b)| (a - b).abs()).max();
                assert!(worst.is_some_and(|worst| worst < 800), "{worst:?}");
            } else {
                assert_eq!(again, sent);
            }
        }
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
