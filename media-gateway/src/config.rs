//! The gateway's settings, from environment variables. A missing vendor key selects the embedded provider.

use std::{path::PathBuf, time::Duration};

use call::BargeInMode;
use secrecy::SecretString;
use service_runtime::{Env, EnvErrors};

use crate::{
    listen::transcribe,
    provider_chain::Installed,
    recording::RecordingSettings,
    speak::synthesize::{PhraseDiskSettings, VoiceSettings},
    twilio::hang_up::AccountSettings,
};

#[derive(Debug, Clone)]
pub struct Config {
    /// `VOICE_CHANNEL_ENABLED` (true). Off: voice endpoints answer 503 and no stream is accepted.
    pub voice_enabled: bool,
    /// `TWILIO_AUTH_TOKEN`. Without it no webhook can be verified, so every one is refused.
    pub twilio_auth_token: Option<SecretString>,
    /// `TWILIO_ACCOUNT_SID`. When set, webhooks of other accounts are refused.
    pub twilio_account_sid: Option<String>,
    /// Where calls are ended; unset: by the closed stream alone.
    pub carrier_account: Option<AccountSettings>,
    /// `PUBLIC_URL`: how the carrier reaches us, e.g. `https://voice.example.com`. Unset: the request's `Host`, over http.
    pub public_url: Option<String>,
    /// `VOICE_CONCURRENT_CALLS_PER_TENANT` (5).
    pub concurrent_calls_per_tenant: u32,
    /// `VOICE_MAX_CALL_DURATION_MS` (600000).
    pub max_call_duration: Duration,
    /// `VOICE_MAX_TURNS` (20).
    pub max_turns: u32,
    /// `VOICE_CONSENT_DISCLAIMER` (true): whether a tenant's consent sentence is spoken.
    pub consent_disclaimer: bool,
    /// `VOICE_BARGE_IN_MODE` (`immediate`): whether a caller's interruption stops us at once, or `after-sentence`.
    /// A tenant may have its own.
    pub barge_in: BargeInMode,
    /// `VOICE_EARLY_TURNS` (true): the agent is asked while the caller's pause is still being waited out.
    pub early_turns: bool,
    /// `VOICE_TRACE_DIR`: where each call's core trace is written; unset: nowhere.
    pub trace_dir: Option<PathBuf>,
    /// Where recordings are kept, and who may have them.
    pub recording: RecordingSettings,
    /// `RECEPTIONIST_MODELS_DIR`: the embedded speech models.
    pub models_dir: PathBuf,
    /// Who may listen; see [`transcribe::Provider::installed`].
    pub listeners: Installed<transcribe::Provider>,
    /// Who may speak; see [`VoiceSettings::from_env`].
    pub voices: VoiceSettings,
    /// Where phrases are kept for the next start.
    pub phrases: PhraseDiskSettings,
    /// `REDIS_URL` (`redis://127.0.0.1:6379`).
    pub redis_url: String,
    /// `BOOKING_GRPC_URL` (`http://127.0.0.1:7001`).
    pub booking_url: String,
    /// `CONVERSATION_GRPC_URL` (`http://127.0.0.1:7002`).
    pub conversation_url: String,
}

impl Config {
    pub fn from_env(env: &Env) -> Result<Self, EnvErrors> {
        let text = |name, default: &str| env.text(name).unwrap_or_else(|| default.to_owned());
        let millis =
            |name, default| Duration::from_millis(env.parsed(name, "a number of milliseconds").unwrap_or(default));
        let public_url = env.text("PUBLIC_URL").map(|url| url.trim_end_matches('/').to_owned());
        if let Some(url) = &public_url
            && !(url.starts_with("https://") || url.starts_with("http://"))
        {
            env.reject("PUBLIC_URL", "a URL such as https://voice.example.com");
        }
        let config = Self {
            voice_enabled: env.flag("VOICE_CHANNEL_ENABLED", true),
            twilio_auth_token: env.secret("TWILIO_AUTH_TOKEN"),
            twilio_account_sid: env.text("TWILIO_ACCOUNT_SID"),
            carrier_account: AccountSettings::from_env(env),
            public_url,
            concurrent_calls_per_tenant: env
                .parsed("VOICE_CONCURRENT_CALLS_PER_TENANT", "a number of calls")
                .unwrap_or(5),
            max_call_duration: millis("VOICE_MAX_CALL_DURATION_MS", 600_000),
            max_turns: env.parsed("VOICE_MAX_TURNS", "a number of turns").unwrap_or(20),
            consent_disclaimer: env.flag("VOICE_CONSENT_DISCLAIMER", true),
            barge_in: barge_in_mode(env),
            early_turns: env.flag("VOICE_EARLY_TURNS", true),
            trace_dir: env.text("VOICE_TRACE_DIR").map(PathBuf::from),
            recording: RecordingSettings::from_env(env),
            models_dir: crate::speech::models_dir(|name| env.text(name)),
            listeners: transcribe::Provider::installed(env),
            voices: VoiceSettings::from_env(env),
            phrases: PhraseDiskSettings::from_env(env),
            redis_url: text("REDIS_URL", "redis://127.0.0.1:6379"),
            booking_url: text("BOOKING_GRPC_URL", "http://127.0.0.1:7001"),
            conversation_url: text("CONVERSATION_GRPC_URL", "http://127.0.0.1:7002"),
        };
        env.finish(config)
    }
}

fn barge_in_mode(env: &Env) -> BargeInMode {
    let Some(named) = env.text("VOICE_BARGE_IN_MODE") else { return BargeInMode::default() };
    named.parse().unwrap_or_else(|_| {
        env.reject("VOICE_BARGE_IN_MODE", "`immediate` or `after-sentence`");
        BargeInMode::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_defaults_hold() {
        let config = Config::from_env(&Env::from_pairs([("HOME", "/h")])).expect("defaults");
        assert!(config.voice_enabled && config.consent_disclaimer);
        assert_eq!((config.concurrent_calls_per_tenant, config.max_turns), (5, 20));
        assert_eq!(config.max_call_duration, Duration::from_secs(600));
        assert_eq!(config.models_dir, PathBuf::from("/h/.cache/receptionist/models"));
    }

    #[test]
    fn malformed_variables_are_named() {
        let env = Env::from_pairs([
            ("VOICE_MAX_TURNS", "many"),
            ("PUBLIC_URL", "voice.example.com"),
            ("VOICE_BARGE_IN_MODE", "never"),
            ("TWILIO_BASE_URL", "api.twilio.com"),
            ("TWILIO_ACCOUNT_SID", "AC/../1"),
        ]);
        let error = Config::from_env(&env).expect_err("malformed").to_string();
        assert!(error.contains("VOICE_MAX_TURNS") && error.contains("PUBLIC_URL"), "{error}");
        assert!(error.contains("VOICE_BARGE_IN_MODE"), "{error}");
        assert!(error.contains("TWILIO_BASE_URL") && error.contains("TWILIO_ACCOUNT_SID"), "{error}");
    }
}
