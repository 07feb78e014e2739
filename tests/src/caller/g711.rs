//! G.711 μ-law, written apart from the gateway's, so that the two check each other.

/// What the line carries when nobody talks.
pub const SILENCE: u8 = 0xFF;
const BIAS: i32 = 0x84;
const CLIP: i32 = 32_635;

pub fn encode(sample: i16) -> u8 {
    let sign = if sample < 0 { 0x80 } else { 0 };
    let magnitude = i32::from(sample).abs().min(CLIP) + BIAS;
    // The segment is the place of the highest bit above the seventh.
    let segment = (magnitude >> 7).ilog2().min(7);
    let mantissa = (magnitude >> (segment + 3)) & 0x0F;
    let segment = i32::try_from(segment).unwrap_or(7);
    let code = sign | (segment << 4) | mantissa;
    !u8::try_from(code & 0xFF).unwrap_or(0)
}

pub fn decode(byte: u8) -> i16 {
    let code = i32::from(!byte);
    let segment = (code >> 4) & 0x07;
    let magnitude = ((((code & 0x0F) << 3) + BIAS) << segment) - BIAS;
    let sample = if code & 0x80 == 0 { magnitude } else { -magnitude };
    i16::try_from(sample).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_values_of_the_standard() {
        for (byte, sample) in [(0xFF, 0), (0x7F, 0), (0x80, 32_124), (0x00, -32_124), (0xF0, 120), (0xE7, 260)] {
            assert_eq!(decode(byte), sample, "{byte:#04x}");
        }
        assert_eq!(encode(0), SILENCE);
        assert_eq!((encode(i16::MAX), encode(i16::MIN)), (0x80, 0x00));
    }

    #[test]
    fn every_code_survives_a_round_trip() {
        // Two codes mean zero; the positive one is sent.
        for byte in (0..=u8::MAX).filter(|&byte| byte != 0x7F) {
            assert_eq!(encode(decode(byte)), byte, "{byte:#04x}");
        }
    }
}
