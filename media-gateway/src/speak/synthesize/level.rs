//! Loudness and silence at the edges, at 8 kHz.

/// The level of speech that telephone networks are planned for, roughly: -20 dBFS while somebody speaks.
const SPEECH_RMS: f32 = 0.1;
/// Above this, peaks are bent instead of cut.
const KNEE: f32 = 0.7;
/// Quieter than this is silence: -46 dBFS.
const SILENT: f32 = 0.005;
/// Kept before the first sound, for soft onsets.
const LEAD: usize = 160;
/// Kept after the last one.
const TAIL: usize = 320;

/// The gain that brings a voice with this level to the telephone's.
pub fn gain_for(speech_rms: f32) -> f32 {
    (SPEECH_RMS / speech_rms.max(1e-3)).clamp(0.25, 4.0)
}

/// Raises or lowers samples; what would be too loud is bent.
pub fn apply(gain: f32, samples: &mut [f32]) {
    for sample in samples {
        let loud = *sample * gain;
        let over = loud.abs() - KNEE;
        *sample = if over > 0.0 { (KNEE + (1.0 - KNEE) * (over / (1.0 - KNEE)).tanh()).copysign(loud) } else { loud };
    }
}

/// Where sound begins, with a short lead; `None` if there is none.
pub fn onset(samples: &[f32]) -> Option<usize> {
    samples.iter().position(|sample| sample.abs() > SILENT).map(|first| first.saturating_sub(LEAD))
}

/// Where sound has ended, with a short tail.
pub fn offset(samples: &[f32]) -> usize {
    samples.iter().rposition(|sample| sample.abs() > SILENT).map_or(0, |last| (last + TAIL).min(samples.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_meet_and_peaks_stay_inside() {
        assert!((gain_for(0.2) - 0.5).abs() < 1e-6);
        assert!((gain_for(0.0) - 4.0).abs() < 1e-6);
        let mut samples = [0.1, -0.1, 0.9, -5.0];
        apply(2.0, &mut samples);
        assert_eq!(samples[..2], [0.2, -0.2]);
        assert!(samples[2] < 1.0 && samples[2] > KNEE && samples[3] >= -1.0);
    }

    #[test]
    fn edges_are_found() {
        let mut samples = vec![0.0; 8_000];
        samples[4_000] = 0.5;
        assert_eq!(onset(&samples), Some(4_000 - LEAD));
        assert_eq!(offset(&samples), 4_000 + TAIL);
        assert_eq!((onset(&[0.0; 10]), offset(&[0.0; 10])), (None, 0));
    }
}
