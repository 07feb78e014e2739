//! Twilio's Messages resource: one form-encoded POST, with basic authentication.
//!
//! A message that was not taken (busy, not reached) is tried again; one that may have been taken once more at most,
//! since a second text is a smaller nuisance than none. All within a time that a caller on the line waits.

use std::time::Duration;

use proto::{PhoneNumber, Private};
use rand::Rng as _;
use reqwest::StatusCode;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use service_runtime::Env;

use super::SmsError;

const BASE_URL: &str = "https://api.twilio.com";
const TRY_MAX: Duration = Duration::from_millis(2_500);
const CONNECT_MAX: Duration = Duration::from_millis(1_500);
/// With every try and pause; a caller waits for the outcome.
const ALL_TRIES_MAX: Duration = Duration::from_secs(5);
/// Before each further try, at most.
const PAUSES: [Duration; 3] = [Duration::from_millis(200), Duration::from_millis(600), Duration::from_millis(1_200)];
/// An answer is a few hundred bytes; more of it is not read.
const ANSWER_BYTES_MAX: usize = 64 * 1024;

/// The sender cannot send text messages, which is our mistake and not the number's.
const CODE_SENDER_CANNOT: i32 = 21_606;

#[derive(Debug, Clone)]
pub struct TwilioSettings {
    pub base_url: String,
    pub account_sid: String,
    pub auth_token: SecretString,
    /// Who the messages are from.
    pub from: PhoneNumber,
}

impl TwilioSettings {
    /// None when a key is missing, or messages are switched off. What is malformed is recorded in `env`.
    pub fn from_env(env: &Env) -> Option<Self> {
        let wanted = env.flag("TWILIO_SMS_ENABLED", true);
        let base_url = env.text("TWILIO_BASE_URL").unwrap_or_else(|| BASE_URL.to_owned());
        if !base_url.starts_with("https://") && !base_url.starts_with("http://") {
            env.reject("TWILIO_BASE_URL", "a URL such as https://api.twilio.com");
        }
        let account_sid = env.text("TWILIO_ACCOUNT_SID");
        if account_sid.as_ref().is_some_and(|sid| !sid.bytes().all(|b| b.is_ascii_alphanumeric())) {
            env.reject("TWILIO_ACCOUNT_SID", "letters and digits, such as AC0123…");
        }
        let from = env.parsed::<PhoneNumber>("TWILIO_PHONE_NUMBER", "an E.164 number such as +14155550100");
        let auth_token = env.secret("TWILIO_AUTH_TOKEN");
        let (Some(account_sid), Some(auth_token), Some(from), true) = (account_sid, auth_token, from, wanted) else {
            return None;
        };
        Some(Self { base_url: base_url.trim_end_matches('/').to_owned(), account_sid, auth_token, from })
    }
}

#[derive(Debug, Clone)]
pub struct Twilio {
    settings: TwilioSettings,
    http: reqwest::Client,
}

#[derive(Deserialize)]
struct Accepted {
    sid: String,
}

#[derive(Deserialize)]
struct Fault {
    code: Option<i32>,
}

impl Twilio {
    pub fn new(settings: TwilioSettings) -> Result<Self, reqwest::Error> {
        let http = reqwest::Client::builder()
            .connect_timeout(CONNECT_MAX)
            .timeout(TRY_MAX)
            // Nobody else is to see the account's token.
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        Ok(Self { settings, http })
    }

    /// Has the carrier send a message; gives its id.
    pub async fn send(&self, to: &PhoneNumber, body: &Private<String>) -> Result<String, SmsError> {
        let tries = async {
            let mut pauses = PAUSES.iter();
            let mut unclear = 0;
            loop {
                let error = match self.try_once(to, body).await {
                    Ok(sid) => return Ok(sid),
                    Err(error) => error,
                };
                unclear += u32::from(matches!(error, SmsError::Unclear { .. }));
                let again = match error {
                    SmsError::Away { .. } => true,
                    SmsError::Unclear { .. } => unclear == 1,
                    SmsError::Refused { .. } | SmsError::Account { .. } => false,
                };
                let Some(pause) = pauses.next().filter(|_| again) else { return Err(error) };
                metrics::counter!("handoff_sms_retries_total").increment(1);
                let pause = rand::rng().random_range(*pause / 2..=*pause);
                tokio::time::sleep(pause).await;
            }
        };
        // A try that was cut short may have been taken.
        tokio::time::timeout(ALL_TRIES_MAX, tries).await.unwrap_or(Err(SmsError::Unclear { status: None }))
    }

    async fn try_once(&self, to: &PhoneNumber, body: &Private<String>) -> Result<String, SmsError> {
        let TwilioSettings { base_url, account_sid, auth_token, from } = &self.settings;
        let request = self
            .http
            .post(format!("{base_url}/2010-04-01/Accounts/{account_sid}/Messages.json"))
            .basic_auth(account_sid, Some(auth_token.expose_secret()))
            .form(&[("To", to.reveal()), ("From", from.reveal()), ("Body", body.reveal())]);
        let response = request.send().await.map_err(|error| {
            if error.is_connect() { SmsError::Away { status: None } } else { SmsError::Unclear { status: None } }
        })?;
        let status = response.status();
        let answer = read(response).await;
        if status.is_success() {
            // Taken, whatever else it says.
            let sid = serde_json::from_slice(&answer).map(|accepted: Accepted| accepted.sid);
            return Ok(sid.unwrap_or_default());
        }
        let code = serde_json::from_slice(&answer).ok().and_then(|fault: Fault| fault.code);
        Err(refusal(status, code))
    }
}

async fn read(mut response: reqwest::Response) -> Vec<u8> {
    let mut answer = Vec::new();
    // An answer that breaks off is one without details.
    while let Ok(Some(piece)) = response.chunk().await {
        if answer.len() + piece.len() > ANSWER_BYTES_MAX {
            break;
        }
        answer.extend_from_slice(&piece);
    }
    answer
}

fn refusal(status: StatusCode, code: Option<i32>) -> SmsError {
    let number = status.as_u16();
    match status {
        StatusCode::TOO_MANY_REQUESTS => SmsError::Away { status: Some(number) },
        _ if status.is_server_error() => SmsError::Unclear { status: Some(number) },
        StatusCode::BAD_REQUEST if code != Some(CODE_SENDER_CANNOT) => SmsError::Refused { status: number, code },
        _ => SmsError::Account { status: number, code },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys() -> Env {
        Env::from_pairs([
            ("TWILIO_ACCOUNT_SID", "AC1"),
            ("TWILIO_AUTH_TOKEN", "token"),
            ("TWILIO_PHONE_NUMBER", "+14155550100"),
        ])
    }

    #[test]
    fn every_key_is_needed_and_messages_can_be_switched_off() {
        let settings = TwilioSettings::from_env(&keys()).expect("all keys");
        assert_eq!((settings.base_url.as_str(), settings.account_sid.as_str()), (BASE_URL, "AC1"));
        for missing in ["TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_PHONE_NUMBER"] {
            assert!(TwilioSettings::from_env(&keys().with(missing, "")).is_none(), "{missing}");
        }
        assert!(TwilioSettings::from_env(&keys().with("TWILIO_SMS_ENABLED", "false")).is_none());
    }

    #[test]
    fn what_is_malformed_is_named() {
        let env = keys()
            .with("TWILIO_PHONE_NUMBER", "0800")
            .with("TWILIO_BASE_URL", "api.twilio.com")
            .with("TWILIO_ACCOUNT_SID", "AC/../1");
        TwilioSettings::from_env(&env);
        let error = env.finish(()).expect_err("malformed").to_string();
        for name in ["TWILIO_PHONE_NUMBER", "TWILIO_BASE_URL", "TWILIO_ACCOUNT_SID"] {
            assert!(error.contains(name), "{error}");
        }
    }

    #[test]
    fn answers_are_told_apart() {
        let of = |status: u16, code| refusal(StatusCode::from_u16(status).expect("a status"), code);
        assert_eq!(of(400, Some(21_610)), SmsError::Refused { status: 400, code: Some(21_610) });
        assert_eq!(of(400, Some(21_606)), SmsError::Account { status: 400, code: Some(21_606) });
        assert_eq!(of(401, Some(20_003)), SmsError::Account { status: 401, code: Some(20_003) });
        assert_eq!(of(429, Some(20_429)), SmsError::Away { status: Some(429) });
        assert_eq!(of(503, None), SmsError::Unclear { status: Some(503) });
    }
}
