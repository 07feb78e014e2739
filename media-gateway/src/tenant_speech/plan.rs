//! What a tenant's settings come to among the providers that there are. Pure.

use proto::{
    Language,
    booking::v1::{AzureVoice, ElevenLabsVoice, SpeechSettings},
    language::NotSpoken,
};

use crate::{
    provider_chain::{self, Offers},
    speak::synthesize::{VoiceChoice, azure, elevenlabs},
};

/// Of a tenant whose own language is not spoken here: its callers are better served in this one than not at all.
const DEFAULT_LANGUAGE_TAG: &str = "en-US";

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    pub language: Language,
    /// BCP 47.
    pub language_tag: String,
    /// Names, first choice first; empty when nobody can.
    pub listeners: Vec<&'static str>,
    pub speakers: Vec<&'static str>,
    pub voice: VoiceChoice,
    /// What is wrong with the settings.
    pub faults: Vec<Fault>,
}

/// A setting that cannot be had and is left out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    #[error(transparent)]
    Language(#[from] NotSpoken),
    #[error("recognition_chain: {0}")]
    Listener(provider_chain::Fault),
    #[error("synthesis_chain: {0}")]
    Speaker(provider_chain::Fault),
    #[error("azure_voice: {voice:?} does not speak the language {language}")]
    VoiceOfAnotherLanguage { voice: String, language: Language },
    #[error("{field}: {value:?} is malformed: expected {expected}")]
    Malformed { field: &'static str, value: String, expected: &'static str },
}

impl Plan {
    pub fn of(language_tag: &str, settings: SpeechSettings, listeners: &Offers, speakers: &Offers) -> Self {
        let mut faults = Vec::new();
        let (language, language_tag) = match language_tag.parse() {
            Ok(language) => (language, language_tag.to_owned()),
            Err(not_spoken) => {
                faults.push(Fault::Language(not_spoken));
                (Language::default(), DEFAULT_LANGUAGE_TAG.to_owned())
            }
        };
        let listeners = listeners.choose(&settings.recognition_chain, language);
        let speakers = speakers.choose(&settings.synthesis_chain, language);
        faults.extend(listeners.faults.into_iter().map(Fault::Listener));
        faults.extend(speakers.faults.into_iter().map(Fault::Speaker));
        let voice = VoiceChoice {
            language: Some(language_tag.clone()),
            azure: azure_wish(settings.azure_voice.unwrap_or_default(), language, &mut faults),
            elevenlabs: elevenlabs_wish(settings.elevenlabs_voice.unwrap_or_default(), &mut faults),
        };
        Self { language, language_tag, listeners: listeners.chain, speakers: speakers.chain, voice, faults }
    }

    /// Somebody can listen, and somebody speak.
    pub const fn is_served(&self) -> bool {
        !self.listeners.is_empty() && !self.speakers.is_empty()
    }
}

fn azure_wish(wanted: AzureVoice, language: Language, faults: &mut Vec<Fault>) -> azure::VoiceWish {
    let rate =
        |rate| within(rate, &azure::RATE_PERCENT, "azure_voice.rate_percent", "a number from -50 to 100", faults);
    let rate_percent = wanted.rate_percent.and_then(rate);
    let (name, style) = (set(wanted.name), set(wanted.style));
    match name {
        Some(value) if !azure::is_voice_name(&value) => {
            let expected = "a voice such as en-US-JennyNeural";
            faults.push(Fault::Malformed { field: "azure_voice.name", value, expected });
        }
        Some(voice) if !azure::speaks(&voice, language) => {
            faults.push(Fault::VoiceOfAnotherLanguage { voice, language });
        }
        name => return azure::VoiceWish { name, style, rate_percent },
    }
    // The style is that voice's.
    azure::VoiceWish { rate_percent, ..azure::VoiceWish::default() }
}

fn elevenlabs_wish(wanted: ElevenLabsVoice, faults: &mut Vec<Fault>) -> elevenlabs::VoiceWish {
    let voice_id = match set(wanted.voice_id) {
        Some(id) if !elevenlabs::is_voice_id(&id) => {
            let expected = "the id of a voice: letters and digits";
            faults.push(Fault::Malformed { field: "elevenlabs_voice.voice_id", value: id, expected });
            None
        }
        voice_id => voice_id,
    };
    let rate = |rate| {
        within(rate, &elevenlabs::RATE_PERCENT, "elevenlabs_voice.rate_percent", "a number from -30 to 20", faults)
    };
    elevenlabs::VoiceWish { voice_id, rate_percent: wanted.rate_percent.and_then(rate) }
}

fn set(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}

fn within(
    rate_percent: i32,
    range: &std::ops::RangeInclusive<i8>,
    field: &'static str,
    expected: &'static str,
    faults: &mut Vec<Fault>,
) -> Option<i8> {
    let rate = i8::try_from(rate_percent).ok().filter(|rate| range.contains(rate));
    if rate.is_none() {
        faults.push(Fault::Malformed { field, value: rate_percent.to_string(), expected });
    }
    rate
}

impl Fault {
    /// In metrics.
    pub const fn label(&self) -> &'static str {
        match self {
            Self::Language(_) => "unknown_language",
            Self::Listener(fault) | Self::Speaker(fault) => fault.label(),
            Self::VoiceOfAnotherLanguage { .. } => "voice_of_another_language",
            Self::Malformed { .. } => "malformed",
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use service_runtime::Env;

    use super::*;
    use crate::{listen::transcribe, speak::synthesize::VoiceSettings};

    const KEYS: [(&str, &str); 2] = [("DEEPGRAM_API_KEY", "d"), ("AZURE_TTS_KEY", "a")];

    fn plan(keys: &[(&str, &str)], language: &str, settings: SpeechSettings) -> Plan {
        let env = Env::from_pairs(keys.iter().copied());
        let (listeners, voices) = (transcribe::Provider::installed(&env), VoiceSettings::from_env(&env));
        env.finish(()).expect("well-formed");
        Plan::of(language, settings, &listeners.offers, voices.offers())
    }

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    #[test]
    fn without_settings_of_its_own_a_tenant_has_the_installations() {
        let plan = plan(&KEYS, "en-GB", SpeechSettings::default());
        assert_eq!((plan.language, plan.language_tag.as_str()), (Language::English, "en-GB"));
        assert_eq!((plan.listeners, plan.speakers), (vec!["deepgram", "embedded"], vec!["azure", "embedded"]));
        assert_eq!(plan.voice, VoiceChoice { language: Some("en-GB".to_owned()), ..VoiceChoice::default() });
        assert_eq!(plan.faults, []);
    }

    #[test]
    fn each_chain_and_voice_is_the_tenants_own() {
        let settings = SpeechSettings {
            recognition_chain: names(&["embedded"]),
            synthesis_chain: names(&["azure"]),
            azure_voice: Some(AzureVoice {
                name: "es-MX-DaliaNeural".to_owned(),
                style: "cheerful".to_owned(),
                rate_percent: Some(-5),
            }),
            elevenlabs_voice: Some(ElevenLabsVoice { voice_id: "abc1".to_owned(), rate_percent: Some(10) }),
        };
        let english = plan(&KEYS, "en-US", settings.clone());
        assert_eq!((english.listeners, english.speakers), (vec!["embedded"], vec!["azure"]));
        let rate_alone = azure::VoiceWish { rate_percent: Some(-5), ..azure::VoiceWish::default() };
        assert_eq!(english.voice.azure, rate_alone, "that voice reads no English");
        assert_eq!(english.faults.len(), 1, "{:?}", english.faults);

        let spanish = plan(&KEYS, "es-US", settings);
        assert_eq!((spanish.listeners, spanish.speakers), (vec!["deepgram"], vec!["azure"]));
        assert_eq!(spanish.voice.azure.name.as_deref(), Some("es-MX-DaliaNeural"));
        assert_eq!(spanish.voice.azure.style.as_deref(), Some("cheerful"));
        assert_eq!(spanish.voice.elevenlabs.rate_percent, Some(10));
        assert_eq!(spanish.faults.len(), 1, "the engine hears no Spanish: {:?}", spanish.faults);
    }

    #[test]
    fn a_language_that_nobody_is_set_up_for_is_not_served() {
        let spanish = plan(&[], "es-US", SpeechSettings::default());
        assert!(!spanish.is_served() && spanish.listeners.is_empty() && spanish.speakers.is_empty());
        let half = plan(&KEYS[..1], "es-US", SpeechSettings::default());
        assert!(!half.is_served() && half.speakers.is_empty() && half.listeners == ["deepgram"]);
        assert!(plan(&KEYS, "es-US", SpeechSettings::default()).is_served());
    }

    #[rstest]
    #[case::language("de-DE", SpeechSettings::default(), "unknown_language", "de-DE")]
    #[case::provider(
        "en-US",
        SpeechSettings { recognition_chain: names(&["whisper"]), ..SpeechSettings::default() },
        "unknown_provider",
        "recognition_chain: no provider \"whisper\""
    )]
    #[case::key(
        "en-US",
        SpeechSettings { synthesis_chain: names(&["elevenlabs"]), ..SpeechSettings::default() },
        "no_key",
        "synthesis_chain: elevenlabs has no key: ELEVENLABS_API_KEY is not set"
    )]
    #[case::azure_name(
        "en-US",
        SpeechSettings {
            azure_voice: Some(AzureVoice { name: "Jenny".to_owned(), ..AzureVoice::default() }),
            ..SpeechSettings::default()
        },
        "malformed",
        "azure_voice.name: \"Jenny\""
    )]
    #[case::azure_rate(
        "en-US",
        SpeechSettings {
            azure_voice: Some(AzureVoice { rate_percent: Some(300), ..AzureVoice::default() }),
            ..SpeechSettings::default()
        },
        "malformed",
        "azure_voice.rate_percent: \"300\""
    )]
    #[case::elevenlabs_id(
        "en-US",
        SpeechSettings {
            elevenlabs_voice: Some(ElevenLabsVoice { voice_id: "../user".to_owned(), rate_percent: None }),
            ..SpeechSettings::default()
        },
        "malformed",
        "elevenlabs_voice.voice_id"
    )]
    fn what_cannot_be_had_is_named_and_costs_no_call(
        #[case] language: &str,
        #[case] settings: SpeechSettings,
        #[case] label: &str,
        #[case] said: &str,
    ) {
        let plan = plan(&KEYS, language, settings);
        assert!(plan.is_served());
        assert_eq!((plan.language, plan.language_tag.as_str()), (Language::English, "en-US"));
        let [fault] = &plan.faults[..] else { panic!("one fault: {:?}", plan.faults) };
        assert_eq!(fault.label(), label);
        assert!(fault.to_string().contains(said), "{fault}");
        assert_eq!(plan.voice.azure, azure::VoiceWish::default());
        assert_eq!(plan.voice.elevenlabs, elevenlabs::VoiceWish::default());
    }
}
