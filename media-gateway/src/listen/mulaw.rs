//! G.711 μ-law, the carrier's sample format: eight bits a sample, finer steps for quiet sounds.

use super::to_i16;

/// The byte for silence.
pub const SILENCE: u8 = 0xFF;

/// G.711 adds this to a 14-bit magnitude so that every segment begins at a power of two; here scaled to 16 bits.
const BIAS: i32 = 0x84;
/// The largest magnitude that has a code.
const CLIP: i32 = 32_635;

/// 16-bit value of each code.
static DECODED: [i16; 256] = {
    let mut table = [0; 256];
    let mut code = 0;
    while code < 256 {
        // On the line all bits are inverted.
        let bits = !(code as u8);
        let segment = (bits >> 4) & 0x07;
        let step = (bits & 0x0F) as i32;
        let magnitude = (((step << 3) + BIAS) << segment) - BIAS;
        table[code] = if bits & 0x80 == 0 { magnitude as i16 } else { -magnitude as i16 };
        code += 1;
    }
    table
};

/// The 16-bit sample of a code.
pub fn decode(code: u8) -> i16 {
    DECODED[usize::from(code)]
}

/// The code of a 16-bit sample.
///
/// A code is a small floating-point number: its segment and its step are the end of the exponent and the beginning of the
/// mantissa of the processor's own, so that it can make several at once.
pub fn encode(sample: i16) -> u8 {
    const STEP_BITS: u32 = 4;
    let sign = if sample < 0 { 0x80 } else { 0 };
    let magnitude = i32::from(sample).abs().min(CLIP) + BIAS;
    let bits = (magnitude as f32).to_bits() >> (f32::MANTISSA_DIGITS - 1 - STEP_BITS);
    // What the bias alone has is the first segment.
    let first = (BIAS as f32).to_bits() >> (f32::MANTISSA_DIGITS - 1) << STEP_BITS;
    !(sign | (bits - first) as u8)
}

/// Appends the samples of these codes, scaled to -1 … 1.
pub fn decode_to_f32(codes: &[u8], samples: &mut Vec<f32>) {
    samples.extend(codes.iter().map(|&code| f32::from(decode(code)) / 32_768.0));
}

/// Appends the codes of samples in -1 … 1; what is louder is clipped.
pub fn encode_f32(samples: &[f32], codes: &mut Vec<u8>) {
    codes.extend(samples.iter().map(|&sample| encode(to_i16(sample))));
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    /// The ends of G.711's segments (its table 2a, decoder output values), scaled from 14 to 16 bits.
    #[rstest]
    #[case(0xFF, 0)]
    #[case(0x7F, 0)]
    #[case(0xFE, 8)]
    #[case(0xF0, 120)]
    #[case(0xEF, 132)]
    #[case(0xE0, 372)]
    #[case(0xD0, 876)]
    #[case(0xC0, 1_884)]
    #[case(0xB0, 3_900)]
    #[case(0xA0, 7_932)]
    #[case(0x90, 15_996)]
    #[case(0x80, 32_124)]
    #[case(0x00, -32_124)]
    #[case(0x7E, -8)]
    #[case(0x8F, 16_764)]
    fn codes_have_the_values_of_the_standard(#[case] code: u8, #[case] sample: i16) {
        assert_eq!(decode(code), sample);
    }

    #[test]
    fn every_code_survives_the_round_trip() {
        for code in 0..=u8::MAX {
            // Negative zero has a code of its own, which no sample asks for.
            let expected = if code == 0x7F { SILENCE } else { code };
            assert_eq!(encode(decode(code)), expected, "{code:#04x}");
        }
    }

    #[test]
    fn every_sample_gets_the_nearest_code_of_its_segment() {
        for sample in i16::MIN..=i16::MAX {
            let error = (i32::from(sample) - i32::from(decode(encode(sample)))).abs();
            // Half a step of the segment: at most a sixteenth of the magnitude and its bias.
            let magnitude = i32::from(sample).abs().min(CLIP) + BIAS;
            assert!(error <= magnitude / 32 + 4 || i32::from(sample).abs() > CLIP, "{sample}: {error}");
        }
    }

    #[test]
    fn odd_values_are_clipped() {
        let mut codes = Vec::new();
        encode_f32(&[9.0, -9.0, f32::NAN, f32::INFINITY, 0.0], &mut codes);
        assert_eq!(codes, [0x80, 0x00, SILENCE, 0x80, SILENCE]);
        encode_f32(&[], &mut codes);
        assert_eq!(codes.len(), 5);
    }
}
