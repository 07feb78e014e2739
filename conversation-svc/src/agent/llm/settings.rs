//! Which models answer, how they are reached, and how much of a call they may cost.

use std::time::Duration;

use http::HeaderValue;
use secrecy::{ExposeSecret as _, SecretString};
use service_runtime::Env;

/// Who a model is bought from, or whose protocol it speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Vendor {
    /// Chat completions, of OpenAI and of all who speak as it does.
    OpenAi,
    /// Messages, of Anthropic.
    Anthropic,
}

impl Vendor {
    /// In the order of preference.
    pub const ALL: [Self; 2] = [Self::OpenAi, Self::Anthropic];

    /// As it stands in settings, metrics and traces.
    pub const fn name(self) -> &'static str {
        match self {
            Self::OpenAi => "openai",
            Self::Anthropic => "anthropic",
        }
    }

    const fn key_variable(self) -> &'static str {
        match self {
            Self::OpenAi => "OPENAI_API_KEY",
            Self::Anthropic => "ANTHROPIC_API_KEY",
        }
    }
}

/// Which turns a model answers, of those that come to this service.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Turns {
    /// Those that the dialogue engine is not sure of.
    #[default]
    Hard,
    All,
    None,
}

#[derive(Debug, Clone)]
pub struct ModelSettings {
    pub vendor: Vendor,
    /// `OPENAI_API_KEY`, `ANTHROPIC_API_KEY`. Unset: the model is not asked.
    pub key: SecretString,
    /// `OPENAI_BASE_URL` (`https://api.openai.com/v1`), `ANTHROPIC_BASE_URL` (`https://api.anthropic.com`).
    pub base_url: String,
    /// `OPENAI_MODEL` (`gpt-4.1-mini`), `ANTHROPIC_MODEL` (`claude-haiku-4-5`).
    pub model: String,
    /// `OPENAI_TOKENS_FIELD`: what bounds an answer is called `max_completion_tokens`, and `max_tokens` by older servers.
    pub tokens_field: &'static str,
    /// `LLM_TEMPERATURE`, from 0 to 1. Unset: the model's own; some models take no other.
    pub temperature: Option<f32>,
    pub deadlines: Deadlines,
}

/// How long a model may keep a caller waiting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadlines {
    /// `LLM_FIRST_TOKEN_MS_MAX` (2500): from the request to the first word, a second try included. Then the next is asked.
    pub first_token: Duration,
    /// `LLM_PROGRESS_MS_MAX` (2500): between two pieces of an answer.
    pub progress: Duration,
}

#[derive(Debug, Clone)]
pub struct LlmSettings {
    /// First choice first: `LLM_CHAIN`, such as `anthropic,openai`; unset, whoever has a key, OpenAI first. The engine
    /// follows the last of them.
    pub models: Vec<ModelSettings>,
    /// `LLM_TURNS`: `hard`, `all` or `none`.
    pub turns: Turns,
    /// `LLM_TURN_MS_MAX` (12000): all that models may take of one turn, their tools included.
    pub turn: Duration,
    /// `LLM_ANSWER_TOKENS_MAX` (300): of one answer.
    pub answer_tokens_max: u32,
    /// `LLM_CALL_TOKENS_MAX` (150000): read and written in one conversation; then the engine answers alone.
    pub call_tokens_max: u64,
    /// `LLM_CALL_ROUNDS_MAX` (60): requests in one conversation; then the engine answers alone.
    pub call_rounds_max: u32,
}

impl LlmSettings {
    pub fn from_env(env: &Env) -> Self {
        let ms = |name, default| {
            let expected = "milliseconds from 1";
            let parsed = env.parsed(name, expected).unwrap_or(default);
            if parsed == 0 {
                env.reject(name, expected);
            }
            Duration::from_millis(parsed)
        };
        let deadlines =
            Deadlines { first_token: ms("LLM_FIRST_TOKEN_MS_MAX", 2_500), progress: ms("LLM_PROGRESS_MS_MAX", 2_500) };
        let temperature = temperature(env);
        let installed: Vec<ModelSettings> =
            Vendor::ALL.into_iter().filter_map(|vendor| model(env, vendor, temperature, deadlines)).collect();
        Self {
            models: in_order(env, installed),
            turns: turns(env),
            turn: ms("LLM_TURN_MS_MAX", 12_000),
            answer_tokens_max: env.parsed("LLM_ANSWER_TOKENS_MAX", "a number of tokens").unwrap_or(300),
            call_tokens_max: env.parsed("LLM_CALL_TOKENS_MAX", "a number of tokens").unwrap_or(150_000),
            call_rounds_max: env.parsed("LLM_CALL_ROUNDS_MAX", "a number of requests").unwrap_or(60),
        }
    }
}

fn turns(env: &Env) -> Turns {
    match env.text("LLM_TURNS").as_deref() {
        None | Some("hard") => Turns::Hard,
        Some("all") => Turns::All,
        Some("none") => Turns::None,
        Some(_) => {
            env.reject("LLM_TURNS", "hard, all or none");
            Turns::Hard
        }
    }
}

fn temperature(env: &Env) -> Option<f32> {
    let expected = "a number from 0 to 1";
    let temperature: f32 = env.parsed("LLM_TEMPERATURE", expected)?;
    if !(0.0..=1.0).contains(&temperature) {
        env.reject("LLM_TEMPERATURE", expected);
    }
    Some(temperature)
}

fn model(env: &Env, vendor: Vendor, temperature: Option<f32>, deadlines: Deadlines) -> Option<ModelSettings> {
    let (base_variable, base_default, model_variable, model_default) = match vendor {
        Vendor::OpenAi => ("OPENAI_BASE_URL", "https://api.openai.com/v1", "OPENAI_MODEL", "gpt-4.1-mini"),
        Vendor::Anthropic => ("ANTHROPIC_BASE_URL", "https://api.anthropic.com", "ANTHROPIC_MODEL", "claude-haiku-4-5"),
    };
    let base_url = env.text(base_variable).unwrap_or_else(|| base_default.to_owned());
    if !(base_url.starts_with("https://") || base_url.starts_with("http://")) {
        env.reject(base_variable, &format!("a URL such as {base_default}"));
    }
    let tokens_field = match env.text("OPENAI_TOKENS_FIELD").as_deref() {
        None | Some("max_completion_tokens") => "max_completion_tokens",
        Some("max_tokens") => "max_tokens",
        Some(_) => {
            if vendor == Vendor::OpenAi {
                env.reject("OPENAI_TOKENS_FIELD", "max_completion_tokens or max_tokens");
            }
            "max_completion_tokens"
        }
    };
    let key = env.secret(vendor.key_variable());
    if key.as_ref().is_some_and(|key| HeaderValue::from_str(key.expose_secret()).is_err()) {
        env.reject(vendor.key_variable(), "a key without spaces or line ends in it");
    }
    Some(ModelSettings {
        vendor,
        key: key?,
        base_url: base_url.trim_end_matches('/').to_owned(),
        model: env.text(model_variable).unwrap_or_else(|| model_default.to_owned()),
        tokens_field,
        temperature,
        deadlines,
    })
}

fn in_order(env: &Env, installed: Vec<ModelSettings>) -> Vec<ModelSettings> {
    let Some(written) = env.text("LLM_CHAIN") else { return installed };
    let mut order: Vec<ModelSettings> = Vec::new();
    for name in written.split(',').map(str::trim) {
        let Some(vendor) = Vendor::ALL.into_iter().find(|vendor| vendor.name().eq_ignore_ascii_case(name)) else {
            env.reject("LLM_CHAIN", "openai, anthropic or both, first choice first");
            continue;
        };
        match installed.iter().find(|model| model.vendor == vendor) {
            Some(model) if order.iter().all(|other| other.vendor != vendor) => order.push(model.clone()),
            Some(_) => env.reject("LLM_CHAIN", "each name once"),
            None => {
                env.reject("LLM_CHAIN", &format!("no {} while {} is not set", vendor.name(), vendor.key_variable()))
            }
        }
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEYS: [(&str, &str); 2] = [("OPENAI_API_KEY", "k"), ("ANTHROPIC_API_KEY", "l")];

    fn names(settings: &LlmSettings) -> Vec<&'static str> {
        settings.models.iter().map(|model| model.vendor.name()).collect()
    }

    #[test]
    fn the_documented_defaults_hold() {
        let settings = LlmSettings::from_env(&Env::default());
        assert!(settings.models.is_empty());
        assert_eq!(
            (settings.turns, settings.turn, settings.call_tokens_max),
            (Turns::Hard, Duration::from_secs(12), 150_000)
        );
        let settings = LlmSettings::from_env(&Env::from_pairs(KEYS));
        assert_eq!(names(&settings), ["openai", "anthropic"]);
        let [openai, anthropic] = settings.models.as_slice() else { panic!("two") };
        assert_eq!((openai.model.as_str(), openai.base_url.as_str()), ("gpt-4.1-mini", "https://api.openai.com/v1"));
        assert_eq!((anthropic.model.as_str(), anthropic.temperature), ("claude-haiku-4-5", None));
    }

    #[test]
    fn the_chain_says_who_is_asked_first() {
        let env = Env::from_pairs(KEYS).with("LLM_CHAIN", "anthropic, openai");
        assert_eq!(names(&LlmSettings::from_env(&env)), ["anthropic", "openai"]);
    }

    #[test]
    fn malformed_variables_are_named() {
        let env = Env::from_pairs([
            ("OPENAI_BASE_URL", "api.openai.com"),
            ("OPENAI_TOKENS_FIELD", "tokens"),
            ("OPENAI_API_KEY", "a\nb"),
            ("LLM_CHAIN", "anthropic,mine"),
            ("LLM_TURNS", "some"),
            ("LLM_TEMPERATURE", "3"),
            ("LLM_FIRST_TOKEN_MS_MAX", "0"),
            ("LLM_CALL_TOKENS_MAX", "many"),
        ]);
        let _ = LlmSettings::from_env(&env);
        let errors = env.finish(()).expect_err("malformed").to_string();
        for name in [
            "OPENAI_BASE_URL",
            "OPENAI_TOKENS_FIELD",
            "OPENAI_API_KEY",
            "LLM_CHAIN",
            "LLM_TURNS",
            "LLM_TEMPERATURE",
            "LLM_FIRST_TOKEN_MS_MAX",
            "LLM_CALL_TOKENS_MAX",
        ] {
            assert!(errors.contains(&format!("{name} ")), "{name}: {errors}");
        }
        assert!(errors.contains("no anthropic while ANTHROPIC_API_KEY is not set"), "{errors}");
    }
}
