//! The way in: the carrier's bytes to samples, samples to speech onsets and words.

pub mod leg;
pub mod mulaw;
pub mod resample;
pub mod transcribe;
pub mod voice_activity;

/// What the telephone carries, in samples a second.
pub const TELEPHONE_RATE_HZ: u32 = 8_000;

/// What recognition and voice activity detection hear, in samples a second.
pub const LISTENING_RATE_HZ: u32 = 16_000;

/// The nearest 16-bit sample; what is louder is clipped, what is not a number is silence.
///
/// Written so that the processor can take several at once: `f32::round` is a call for each.
pub fn to_i16(sample: f32) -> i16 {
    (sample * 32_767.0 + 0.5_f32.copysign(sample)) as i16
}

#[cfg(test)]
mod tests {
    use super::to_i16;

    #[test]
    fn samples_become_the_nearest_ones() {
        for value in [-32_767_i16, -1, 0, 1, 1_234, 32_767] {
            for off in [-0.4, 0.0, 0.4] {
                assert_eq!(to_i16((f32::from(value) + off) / 32_767.0), value, "{value} {off}");
            }
        }
        assert_eq!([2.0, -2.0, f32::NAN].map(to_i16), [i16::MAX, i16::MIN, 0]);
    }
}
