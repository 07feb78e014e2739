//! Access tokens: bought with a refresh token or with a service account's signature, kept until shortly before they expire.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use proto::id::StaffId;
use ring::{rand::SystemRandom, signature};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Deserializer};
use serde_json::json;
use service_runtime::Clock;
use tokio::{sync::Mutex as AsyncMutex, time::Instant};

use super::{
    client,
    error::{self, GoogleError},
    settings::{GoogleSettings, ServiceAccount},
};

const SCOPES: &str = "https://www.googleapis.com/auth/calendar.events";
/// Renewed so long before its end, so that no request carries one that ends on its way.
const RENEW_BEFORE: Duration = Duration::from_secs(60);
/// A signature is good for so long at most.
const ASSERTION_SECONDS: i64 = 3_600;
const TRIES: u32 = 3;
/// Accounts whose tokens are kept; when full, all are dropped and bought again as they are needed.
const KEPT_MAX: usize = 1_024;

/// As whom a calendar is used.
#[derive(Debug, Clone)]
pub enum Access {
    ServiceAccount,
    /// Of the person's own account, which let us in.
    Account {
        of: StaffId,
        refresh_token: SecretString,
    },
}

impl Access {
    fn key(&self) -> Option<StaffId> {
        match self {
            Self::ServiceAccount => None,
            Self::Account { of, .. } => Some(*of),
        }
    }
}

#[derive(Debug, Clone)]
struct Token {
    secret: SecretString,
    renew_at: Instant,
}

type Slot = Arc<AsyncMutex<Option<Token>>>;

#[derive(Debug)]
pub struct Tokens {
    settings: Arc<GoogleSettings>,
    http: reqwest::Client,
    clock: Clock,
    kept: Mutex<HashMap<Option<StaffId>, Slot>>,
    /// New refresh tokens that came along, until somebody stores them.
    rotated: Mutex<HashMap<StaffId, SecretString>>,
}

/// What the token endpoint gives.
#[derive(Debug)]
pub struct Granted {
    access_token: SecretString,
    lives: Duration,
    pub refresh_token: Option<SecretString>,
}

#[derive(Deserialize)]
struct Answer {
    access_token: String,
    #[serde(deserialize_with = "seconds")]
    expires_in: u64,
    refresh_token: Option<String>,
}

impl From<Answer> for Granted {
    fn from(answer: Answer) -> Self {
        Self {
            access_token: SecretString::from(answer.access_token),
            lives: Duration::from_secs(answer.expires_in),
            refresh_token: answer.refresh_token.map(SecretString::from),
        }
    }
}

/// A number, or a number in quotes.
fn seconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Either {
        Number(u64),
        Text(String),
    }
    match Either::deserialize(deserializer)? {
        Either::Number(seconds) => Ok(seconds),
        Either::Text(text) => text.parse().map_err(serde::de::Error::custom),
    }
}

impl Tokens {
    pub fn new(settings: Arc<GoogleSettings>, http: reqwest::Client, clock: Clock) -> Self {
        Self { settings, http, clock, kept: Mutex::default(), rotated: Mutex::default() }
    }

    /// One that is valid for another minute. Whoever else wants the same account's waits for the same purchase.
    pub async fn get(&self, access: &Access) -> Result<SecretString, GoogleError> {
        let slot = self.slot(access);
        let mut token = slot.lock().await;
        if let Some(token) = token.as_ref().filter(|token| token.renew_at > Instant::now()) {
            return Ok(token.secret.clone());
        }
        *token = None;
        let granted = self.buy(access).await?;
        let lives = granted.lives.saturating_sub(RENEW_BEFORE);
        *token = Some(Token { secret: granted.access_token.clone(), renew_at: Instant::now() + lives });
        if let (Some(of), Some(refresh_token)) = (access.key(), granted.refresh_token) {
            self.rotated.lock().unwrap_or_else(PoisonError::into_inner).insert(of, refresh_token);
        }
        Ok(granted.access_token)
    }

    /// Forgets a token that was not accepted, unless it was replaced meanwhile.
    pub async fn refused(&self, access: &Access, refused: &SecretString) {
        let slot = self.slot(access);
        let mut token = slot.lock().await;
        if token.as_ref().is_some_and(|token| token.secret.expose_secret() == refused.expose_secret()) {
            *token = None;
        }
    }

    /// A refresh token that replaces the stored one.
    pub fn take_rotated(&self, of: StaffId) -> Option<SecretString> {
        self.rotated.lock().unwrap_or_else(PoisonError::into_inner).remove(&of)
    }

    /// The first refresh token of an account, for the code that its owner's browser brought.
    pub async fn exchange(&self, code: &SecretString, redirect_uri: &str) -> Result<Granted, GoogleError> {
        let client = self.settings.oauth.as_ref().ok_or(GoogleError::Refused("no_oauth_client"))?;
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code.expose_secret()),
            ("redirect_uri", redirect_uri),
            ("client_id", &client.id),
            ("client_secret", client.secret.expose_secret()),
        ];
        // A code is good once: a repeat would spoil it.
        self.ask(&form).await
    }

    fn slot(&self, access: &Access) -> Slot {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT_MAX {
            kept.clear();
        }
        Arc::clone(kept.entry(access.key()).or_default())
    }

    async fn buy(&self, access: &Access) -> Result<Granted, GoogleError> {
        let mut pause = self.settings.token_pause;
        for attempt in 1.. {
            let granted = match access {
                Access::ServiceAccount => {
                    let account = self.settings.service_account.as_ref();
                    let account = account.ok_or(GoogleError::Refused("no_service_account"))?;
                    let assertion = assertion(account, &self.settings.token_url, self.clock.now().as_second())?;
                    let grant_type = "urn:ietf:params:oauth:grant-type:jwt-bearer";
                    self.ask(&[("grant_type", grant_type), ("assertion", assertion.expose_secret())]).await
                }
                Access::Account { refresh_token, .. } => {
                    let client = self.settings.oauth.as_ref().ok_or(GoogleError::Refused("no_oauth_client"))?;
                    self.ask(&[
                        ("grant_type", "refresh_token"),
                        ("client_id", &client.id),
                        ("client_secret", client.secret.expose_secret()),
                        ("refresh_token", refresh_token.expose_secret()),
                    ])
                    .await
                }
            };
            match granted {
                Err(GoogleError::Busy(_)) if attempt < TRIES => {
                    tokio::time::sleep(pause.mul_f64(rand::random_range(0.9..=1.1))).await;
                    pause *= 2;
                }
                granted => return granted,
            }
        }
        Err(GoogleError::Busy("token_server_error"))
    }

    async fn ask(&self, form: &[(&str, &str)]) -> Result<Granted, GoogleError> {
        let response = self.http.post(&self.settings.token_url).form(form).send().await;
        let response = response.map_err(|_| GoogleError::Busy("not_reached"))?;
        let status = response.status();
        let body = client::read(response).await?;
        if !status.is_success() {
            return Err(error::of_tokens(status, &body));
        }
        let answer: Answer = serde_json::from_slice(&body).map_err(|_| GoogleError::Malformed("token_answer"))?;
        Ok(answer.into())
    }
}

/// A signed statement of who we are (RFC 7523).
fn assertion(account: &ServiceAccount, audience: &str, now: i64) -> Result<SecretString, GoogleError> {
    let header = json!({ "alg": "RS256", "typ": "JWT", "kid": account.key_id });
    let claims = json!({
        "iss": account.email, "scope": SCOPES, "aud": audience, "iat": now, "exp": now + ASSERTION_SECONDS,
    });
    let mut text =
        format!("{}.{}", URL_SAFE_NO_PAD.encode(header.to_string()), URL_SAFE_NO_PAD.encode(claims.to_string()));
    let mut signed = vec![0; account.key.public().modulus_len()];
    account
        .key
        .sign(&signature::RSA_PKCS1_SHA256, &SystemRandom::new(), text.as_bytes(), &mut signed)
        .map_err(|_| GoogleError::Malformed("signature"))?;
    text.push('.');
    URL_SAFE_NO_PAD.encode_string(&signed, &mut text);
    Ok(SecretString::from(text))
}
