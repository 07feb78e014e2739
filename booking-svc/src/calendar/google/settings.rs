//! Whom we are at Google, from variables.

use std::{sync::Arc, time::Duration};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ring::signature::RsaKeyPair;
use secrecy::SecretString;
use serde::Deserialize;
use service_runtime::Env;

const CALENDAR_URL: &str = "https://www.googleapis.com/calendar/v3";
const TOKEN_URL: &str = "https://oauth2.googleapis.com/token";
/// Before the second try for a token; doubled before the third.
const TOKEN_PAUSE: Duration = Duration::from_secs(1);

#[derive(Debug, Clone)]
pub struct GoogleSettings {
    pub calendar_url: String,
    pub token_url: String,
    pub token_pause: Duration,
    /// For calendars that are shared with it.
    pub service_account: Option<Arc<ServiceAccount>>,
    /// For accounts whose owners let us in.
    pub oauth: Option<OauthClient>,
}

/// An account of the installation itself, with which businesses share their calendars.
pub struct ServiceAccount {
    pub email: String,
    pub key_id: String,
    pub key: RsaKeyPair,
}

#[derive(Debug, Clone)]
pub struct OauthClient {
    pub id: String,
    pub secret: SecretString,
}

impl std::fmt::Debug for ServiceAccount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ServiceAccount").field("key_id", &self.key_id).finish_non_exhaustive()
    }
}

/// The file that Google gives out for a service account.
#[derive(Deserialize)]
struct KeyFile {
    client_email: String,
    private_key_id: String,
    private_key: String,
}

impl GoogleSettings {
    /// `None`: neither a service account nor an OAuth client is set up. What is malformed is recorded in `env`.
    pub fn from_env(env: &Env) -> Option<Self> {
        let service_account = env.text("GOOGLE_SERVICE_ACCOUNT_FILE").and_then(|path| {
            let read = std::fs::read(&path).ok().and_then(|file| ServiceAccount::read(&file));
            if read.is_none() {
                env.reject("GOOGLE_SERVICE_ACCOUNT_FILE", "the path of a service account's JSON key");
            }
            read
        });
        let oauth = match (env.text("GOOGLE_CLIENT_ID"), env.secret("GOOGLE_CLIENT_SECRET")) {
            (Some(id), Some(secret)) => Some(OauthClient { id, secret }),
            (None, None) => None,
            _ => {
                env.missing("GOOGLE_CLIENT_ID or GOOGLE_CLIENT_SECRET", "set both, or neither");
                None
            }
        };
        let url = |name: &str, default: &str| {
            let url = env.text(name).unwrap_or_else(|| default.to_owned());
            if !url.starts_with("https://") && !url.starts_with("http://") {
                env.reject(name, "a URL such as https://www.googleapis.com/calendar/v3");
            }
            url.trim_end_matches('/').to_owned()
        };
        let settings = Self {
            calendar_url: url("GOOGLE_CALENDAR_BASE_URL", CALENDAR_URL),
            token_url: url("GOOGLE_TOKEN_URL", TOKEN_URL),
            token_pause: TOKEN_PAUSE,
            service_account: service_account.map(Arc::new),
            oauth,
        };
        (settings.service_account.is_some() || settings.oauth.is_some()).then_some(settings)
    }
}

impl ServiceAccount {
    /// `None`: this is no such file.
    pub fn read(file: &[u8]) -> Option<Self> {
        let file: KeyFile = serde_json::from_slice(file).ok()?;
        let body =
            file.private_key.split_once("-----BEGIN PRIVATE KEY-----")?.1.split_once("-----END PRIVATE KEY-----")?.0;
        let body: String = body.split_whitespace().collect();
        let key = RsaKeyPair::from_pkcs8(&STANDARD.decode(body).ok()?).ok()?;
        Some(Self { email: file.client_email, key_id: file.private_key_id, key })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_set_up_without_keys_and_half_a_client_is_named() {
        assert!(GoogleSettings::from_env(&Env::default()).is_none());
        let env = Env::from_pairs([
            ("GOOGLE_CLIENT_ID", "id"),
            ("GOOGLE_SERVICE_ACCOUNT_FILE", "/nowhere/key.json"),
            ("GOOGLE_TOKEN_URL", "oauth2"),
        ]);
        assert!(GoogleSettings::from_env(&env).is_none());
        let error = env.finish(()).expect_err("malformed").to_string();
        for name in ["GOOGLE_CLIENT_SECRET", "GOOGLE_SERVICE_ACCOUNT_FILE", "GOOGLE_TOKEN_URL"] {
            assert!(error.contains(name), "{error}");
        }
    }
}
