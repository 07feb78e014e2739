//! What a turn is about, said at its beginning: the language, the names that are likely, and what the audio is like.

use serde_json::json;

use super::AzureSttSettings;
use crate::listen::LISTENING_RATE_HZ;

/// Azure advises no more, and a message may have 64 KiB.
const TERMS_MAX: usize = 100;
const TERM_CHARS_MAX: usize = 100;
/// Where a language is spoken when nothing else is said: a recogniser is of a country.
const COUNTRIES: [(&str, &str); 7] = [
    ("en", "en-US"),
    ("es", "es-US"),
    ("es-419", "es-US"),
    ("fr", "fr-FR"),
    ("de", "de-DE"),
    ("it", "it-IT"),
    ("pt", "pt-BR"),
];

/// Bytes of a sample: 16 bits, one channel.
const SAMPLE_BYTES: u16 = 2;
const PCM: u16 = 1;

/// A tenant's language (BCP 47; empty for English) as Azure knows it.
pub fn locale(language: &str) -> String {
    let language = if language.is_empty() { "en" } else { language };
    let known = COUNTRIES.iter().find(|(tongue, _)| tongue.eq_ignore_ascii_case(language));
    known.map_or(language, |(_, locale)| locale).to_owned()
}

/// The body of `speech.context`: a phrase is over after a short silence, its words come with their places, and these
/// names are likely.
pub fn speech_context(settings: &AzureSttSettings, terms: &[String]) -> String {
    let mut context = json!({
        "phraseDetection": {
            "mode": "Conversation",
            "conversation": {"segmentation": {
                "mode": "Custom",
                "segmentationSilenceTimeoutMs": settings.segmentation_silence.as_millis() as u64,
            }},
        },
        "phraseOutput": {"format": "Detailed", "detailed": {"options": ["WordTimings"]}},
    });
    let items: Vec<_> = terms
        .iter()
        .filter(|term| !term.trim().is_empty() && term.chars().count() <= TERM_CHARS_MAX)
        .take(TERMS_MAX)
        .map(|term| json!({"text": term}))
        .collect();
    if !items.is_empty() {
        context["dgi"] = json!({"groups": [{"type": "Generic", "items": items}], "bias": 1.0});
    }
    context.to_string()
}

/// The RIFF header of audio without an end: 16 kHz, 16 bits, one channel.
pub fn wav_header() -> Vec<u8> {
    let mut header = Vec::with_capacity(44);
    header.extend(b"RIFF\0\0\0\0WAVEfmt ");
    header.extend(16_u32.to_le_bytes());
    header.extend(PCM.to_le_bytes());
    header.extend(1_u16.to_le_bytes());
    header.extend(LISTENING_RATE_HZ.to_le_bytes());
    header.extend((LISTENING_RATE_HZ * u32::from(SAMPLE_BYTES)).to_le_bytes());
    header.extend(SAMPLE_BYTES.to_le_bytes());
    header.extend((8 * SAMPLE_BYTES).to_le_bytes());
    header.extend(b"data\0\0\0\0");
    header
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::Value;
    use service_runtime::Env;

    use super::*;

    fn context(terms: &[&str]) -> Value {
        let env = Env::from_pairs([("AZURE_STT_KEY", "key"), ("AZURE_STT_SEGMENTATION_SILENCE_MS", "250")]);
        let terms: Vec<String> = terms.iter().map(|&term| term.to_owned()).collect();
        serde_json::from_str(&speech_context(&AzureSttSettings::from_env(&env).unwrap(), &terms)).unwrap()
    }

    #[rstest]
    #[case("", "en-US")]
    #[case("en", "en-US")]
    #[case("en-GB", "en-GB")]
    #[case("ES", "es-US")]
    #[case("es-MX", "es-MX")]
    #[case("es-419", "es-US")]
    #[case("tlh", "tlh")]
    fn a_language_has_a_country(#[case] language: &str, #[case] expected: &str) {
        assert_eq!(locale(language), expected);
    }

    #[test]
    fn names_are_told_as_phrases_within_limits() {
        let long = "x".repeat(TERM_CHARS_MAX + 1);
        let context = context(&["Deep Tissue Massage", " ", &long, "Anna O'Neil"]);
        let items = &context["dgi"]["groups"][0]["items"];
        assert_eq!(*items, json!([{"text": "Deep Tissue Massage"}, {"text": "Anna O'Neil"}]));
        let segmentation = &context["phraseDetection"]["conversation"]["segmentation"];
        assert_eq!(segmentation["segmentationSilenceTimeoutMs"], 250);
        let many = vec!["Año"; 500];
        assert_eq!(self::context(&many)["dgi"]["groups"][0]["items"].as_array().unwrap().len(), TERMS_MAX);
        assert!(self::context(&[]).get("dgi").is_none());
    }

    #[test]
    fn the_header_is_one_that_a_wav_reader_takes() {
        let spec = hound::WavReader::new(&wav_header()[..]).unwrap().spec();
        assert_eq!((spec.channels, spec.sample_rate, spec.bits_per_sample), (1, 16_000, 16));
        assert_eq!(wav_header().len(), 44);
    }
}
