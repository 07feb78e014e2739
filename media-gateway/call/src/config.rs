//! What a call is told before it begins: the phrases it says unasked, its timings and its limits. Reading them from
//! the environment or a tenant's settings is left to the driver.

use std::{str::FromStr, time::Duration};

use serde::{Deserialize, Serialize};

use crate::{endpointing, event::Expectation, limits::Limits, pace::Pace, time::millis, words::Language};

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CallConfig {
    /// Sentence by sentence: the greeting, then the consent sentence if there is one. May be empty.
    pub greeting: Vec<String>,
    /// Whether the last sentence of the greeting is the one that a recording needs to have been heard.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub greeting_ends_in_consent: bool,
    /// How our voice gives way to the caller's.
    pub barge_in: BargeInMode,
    /// What the caller speaks, so that an "uh-huh" is known for what it is.
    pub language: Language,
    pub phrases: Phrases,
    pub timings: Timings,
    pub limits: Limits,
}

/// What an interruption stops.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BargeInMode {
    /// Our voice, at once.
    #[default]
    Immediate,
    /// What we would have said after the sentence that plays.
    AfterSentence,
}

/// There is no mode of this name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected `immediate` or `after-sentence`")]
pub struct UnknownBargeInMode;

impl FromStr for BargeInMode {
    type Err = UnknownBargeInMode;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        match name {
            "immediate" => Ok(Self::Immediate),
            "after-sentence" => Ok(Self::AfterSentence),
            _ => Err(UnknownBargeInMode),
        }
    }
}

impl CallConfig {
    /// With the default timings and limits.
    #[must_use]
    pub fn new(greeting: Vec<String>, phrases: Phrases) -> Self {
        Self { greeting, phrases, ..Self::default() }
    }
}

/// What is said without asking the agent. Each is synthesised as one segment; an empty one is not said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Phrases {
    /// After the first long silence.
    pub still_there: String,
    /// After the second, before hanging up.
    pub silence_goodbye: String,
    /// When the call has lasted as long as it may, or the process must stop.
    pub wrap_up: String,
    /// After it, or the turn limit, and after the agent's last words if there are any.
    pub wrap_up_goodbye: String,
    /// When a part is lost for good: an apology and where else to go.
    pub trouble: String,
    /// When one reply failed, or no word came of what the caller said; the call goes on.
    pub not_understood: String,
    /// When the caller has had as many turns as a call may have. The agent then says how it goes on.
    pub turn_limit: String,
    /// After the silence that follows a link to go on with, before hanging up.
    pub link_goodbye: String,
    /// When the agent's first sentence takes long: one of these, never the same twice in a row. None by default.
    pub fillers: Vec<String>,
    /// When it takes longer still. None by default.
    pub progress: Vec<String>,
}

impl Default for Phrases {
    fn default() -> Self {
        let text = |text: &str| text.to_owned();
        Self {
            still_there: text("Are you still there?"),
            silence_goodbye: text("I can't hear you, so I'll hang up now. Please call again any time. Goodbye."),
            wrap_up: text("I need to wrap up now."),
            wrap_up_goodbye: text("Thank you for calling. Goodbye."),
            trouble: text("I'm sorry, we are having technical trouble. Please use our website instead. Goodbye."),
            not_understood: text("Sorry, could you say that again?"),
            turn_limit: text("Let me transfer you to our website to finish this."),
            link_goodbye: text("Goodbye, the link is valid for 15 minutes."),
            fillers: Vec::new(),
            progress: Vec::new(),
        }
    }
}

/// Every wait of a call. In JSON: milliseconds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Timings {
    /// From the start of the call to `LineReady`. 10 s.
    #[serde(with = "millis")]
    pub line_ready: Duration,
    /// Silence that ends the caller's turn. 500 ms.
    #[serde(with = "millis")]
    pub endpoint: Duration,
    /// The same after a yes/no question. 250 ms.
    #[serde(with = "millis")]
    pub endpoint_yes_no: Duration,
    /// The same when a name was asked for. 700 ms.
    #[serde(with = "millis")]
    pub endpoint_name: Duration,
    /// The same when an e-mail address or phone number is dictated. 900 ms.
    #[serde(with = "millis")]
    pub endpoint_dictated: Duration,
    /// The longest of these waits when the recogniser holds the turn's end for likely; nothing dictated is cut short by that.
    /// 300 ms. Where it is sure, the detector's word is enough.
    #[serde(with = "millis")]
    pub endpoint_likely: Duration,
    /// How long speech has lasted when the detector reports `SpeechStarted`: counts towards its length. 0 ms; set it to
    /// what the detector in use needs at least.
    #[serde(with = "millis")]
    pub vad_onset: Duration,
    /// How long silence has lasted when the detector reports `SpeechStopped`: counts towards the waits above. 0 ms;
    /// set it to what the detector in use needs.
    #[serde(with = "millis")]
    pub vad_hangover: Duration,
    /// The longest utterance, counted from its first sound; what was said by then is taken as it is. 20 s,
    /// twice that for what is dictated.
    #[serde(with = "millis")]
    pub utterance_cap: Duration,
    /// Sound that goes on so long after the last new word is noise, and the turn ends in it. 4 s.
    #[serde(with = "millis")]
    pub words_stalled: Duration,
    /// From `FinalizeTranscript` to the words; then the last partial stands in. 1.5 s.
    #[serde(with = "millis")]
    pub transcript: Duration,
    /// From the question to the agent, or its last sentence, to the next sentence or the end of the reply. 15 s.
    #[serde(with = "millis")]
    pub agent: Duration,
    /// From the question to the agent to the filler, if the caller hears nothing. 700 ms.
    #[serde(with = "millis")]
    pub filler: Duration,
    /// How long the caller hears nothing after a filler, word of progress, or a sentence that is not the last. 4 s.
    #[serde(with = "millis")]
    pub progress: Duration,
    /// Speech in our silence that is at least so long, and of which no word came, is asked about. 400 ms.
    #[serde(with = "millis")]
    pub unheard_speech: Duration,
    /// How long a reply waits for a caller who makes sound again but says no word. 1.2 s.
    #[serde(with = "millis")]
    pub held_reply: Duration,
    /// Speech that begins so soon after a turn's goes on with it: no one takes in a reply and answers in that time. 1 s.
    #[serde(with = "millis")]
    pub going_on: Duration,
    /// Shorter speech never interrupts. 150 ms.
    #[serde(with = "millis")]
    pub barge_in_speech: Duration,
    /// No second interruption so soon after one. 300 ms.
    #[serde(with = "millis")]
    pub barge_in_cool_down: Duration,
    /// How long sound without a word pauses our voice, before it goes on: longer than a recogniser needs for a first word.
    /// 2 s; zero: only words stop it.
    #[serde(with = "millis")]
    pub barge_in_pause: Duration,
    /// How much longer than the sound such a pause is, for its words to come, also where that is beyond its limit. 400 ms.
    #[serde(with = "millis")]
    pub barge_in_words: Duration,
    /// The time one character takes to say, generously. 100 ms.
    #[serde(with = "millis")]
    pub mark_per_char: Duration,
    /// Beyond that, how long a mark may take to come back. 4 s.
    #[serde(with = "millis")]
    pub mark_grace: Duration,
    /// Silence after which the caller is asked for, and the call ends the second time. 35 s.
    #[serde(with = "millis")]
    pub idle: Duration,
    /// From the duration limit to the agent's summary, and then to its end. 3 s.
    #[serde(with = "millis")]
    pub summary: Duration,
    /// From the turn limit to the agent's word on how it goes on, which may wait for a carrier. 8 s.
    #[serde(with = "millis")]
    pub handoff: Duration,
    /// Silence after a link was sent, before the goodbye. 30 s.
    #[serde(with = "millis")]
    pub handed_off: Duration,
    /// From one key to the next, before what was typed is taken as an answer. 2 s.
    #[serde(with = "millis")]
    pub typing: Duration,
    /// From the first of any other last words to the end, whatever happens. 30 s.
    #[serde(with = "millis")]
    pub farewell_cap: Duration,
    /// From the duration limit to the end, whatever happens. 15 s.
    #[serde(with = "millis")]
    pub ending_cap: Duration,
    /// From `Shutdown` to the end, whatever happens. 10 s.
    #[serde(with = "millis")]
    pub shutdown_cap: Duration,
}

impl Default for Timings {
    fn default() -> Self {
        let ms = Duration::from_millis;
        Self {
            line_ready: ms(10_000),
            endpoint: ms(500),
            endpoint_yes_no: ms(250),
            endpoint_name: ms(700),
            endpoint_dictated: ms(900),
            endpoint_likely: ms(300),
            vad_onset: Duration::ZERO,
            vad_hangover: Duration::ZERO,
            utterance_cap: ms(20_000),
            words_stalled: ms(4_000),
            transcript: ms(1_500),
            agent: ms(15_000),
            filler: ms(700),
            progress: ms(4_000),
            unheard_speech: ms(400),
            held_reply: ms(1_200),
            going_on: ms(1_000),
            barge_in_speech: ms(150),
            barge_in_cool_down: ms(300),
            barge_in_pause: ms(2_000),
            barge_in_words: ms(400),
            mark_per_char: ms(100),
            mark_grace: ms(4_000),
            idle: ms(35_000),
            summary: ms(3_000),
            handoff: ms(8_000),
            handed_off: ms(30_000),
            typing: ms(2_000),
            farewell_cap: ms(30_000),
            ending_cap: ms(15_000),
            shutdown_cap: ms(10_000),
        }
    }
}

impl Timings {
    /// What is left to wait once the detector says that silence began: of a caller who is not known yet, and a recogniser
    /// that gives no hints.
    pub fn endpoint_after(&self, expects: Expectation) -> Duration {
        endpointing::wait(self, expects, None, &Pace::default())
    }

    /// The silence that ends a turn, by what the caller was asked for.
    pub(crate) fn endpoint_for(&self, expects: Expectation) -> Duration {
        match expects {
            Expectation::YesNo => self.endpoint_yes_no,
            Expectation::Name => self.endpoint_name,
            Expectation::Email | Expectation::Phone => self.endpoint_dictated,
            Expectation::Open | Expectation::Service | Expectation::Date | Expectation::Time => self.endpoint,
        }
    }

    pub(crate) fn utterance_cap(&self, expects: Expectation) -> Duration {
        if expects.is_dictated() { self.utterance_cap.saturating_mul(2) } else { self.utterance_cap }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_config_reads_back_and_missing_fields_have_defaults() {
        let config = CallConfig { greeting: vec!["Hello.".into()], ..CallConfig::default() };
        let json = serde_json::to_string(&config).unwrap();
        assert_eq!(serde_json::from_str::<CallConfig>(&json).unwrap(), config);
        assert_eq!(serde_json::from_str::<CallConfig>("{}").unwrap(), CallConfig::default());
    }

    #[test]
    fn a_mode_has_the_same_name_in_settings_and_in_traces() {
        for mode in [BargeInMode::Immediate, BargeInMode::AfterSentence] {
            let name: String = serde_json::from_value(serde_json::to_value(mode).unwrap()).unwrap();
            assert_eq!(name.parse(), Ok(mode));
        }
        assert_eq!("Immediate".parse::<BargeInMode>(), Err(UnknownBargeInMode));
    }
}
