//! Ends a call at the carrier by its REST API. The closed stream ends it too, by way of `/voice-continue`; this is for
//! when the carrier does not get so far, and a caller would be left on a line that is dead and paid for.

use std::time::Duration;

use proto::id::CallSid;
use reqwest::StatusCode;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use service_runtime::Env;

const BASE_URL: &str = "https://api.twilio.com";
const TRY_MAX: Duration = Duration::from_millis(2_500);
const CONNECT_MAX: Duration = Duration::from_millis(1_500);
/// Before each further try.
const PAUSES: [Duration; 4] =
    [Duration::from_millis(500), Duration::from_secs(1), Duration::from_secs(2), Duration::from_secs(4)];
/// "Call is not in progress": it is over already.
const CODE_NOT_IN_PROGRESS: i32 = 21_220;

/// The account that calls are ended in.
#[derive(Debug, Clone)]
pub struct AccountSettings {
    /// `TWILIO_BASE_URL`.
    pub base_url: String,
    /// `TWILIO_ACCOUNT_SID`.
    pub account_sid: String,
    /// `TWILIO_AUTH_TOKEN`.
    pub auth_token: SecretString,
}

impl AccountSettings {
    /// None when a key is missing. What is malformed is recorded in `env`.
    pub fn from_env(env: &Env) -> Option<Self> {
        let base_url = env.text("TWILIO_BASE_URL").unwrap_or_else(|| BASE_URL.to_owned());
        if !base_url.starts_with("https://") && !base_url.starts_with("http://") {
            env.reject("TWILIO_BASE_URL", "a URL such as https://api.twilio.com");
        }
        let account_sid = env.text("TWILIO_ACCOUNT_SID")?;
        if !account_sid.bytes().all(|b| b.is_ascii_alphanumeric()) {
            env.reject("TWILIO_ACCOUNT_SID", "letters and digits, such as AC0123…");
        }
        let auth_token = env.secret("TWILIO_AUTH_TOKEN")?;
        Some(Self { base_url: base_url.trim_end_matches('/').to_owned(), account_sid, auth_token })
    }
}

/// Why a call could not be ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HangUpError {
    #[error("the carrier was not reached, or did not answer")]
    Away,
    #[error("the carrier answered {status}")]
    Answered { status: u16 },
}

impl HangUpError {
    /// It may go better next time.
    const fn passes(self) -> bool {
        match self {
            Self::Away => true,
            Self::Answered { status } => status == 429 || status >= 500,
        }
    }
}

#[derive(Debug, Clone)]
pub struct HangUp {
    settings: AccountSettings,
    http: reqwest::Client,
}

#[derive(Deserialize)]
struct Fault {
    code: Option<i32>,
}

impl HangUp {
    pub fn new(settings: AccountSettings) -> Result<Self, reqwest::Error> {
        let http = reqwest::Client::builder()
            .connect_timeout(CONNECT_MAX)
            .timeout(TRY_MAX)
            // Nobody else is to see the account's token.
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        Ok(Self { settings, http })
    }

    /// Tries until the call is over, as far as the carrier says.
    ///
    /// # Errors
    ///
    /// The last answer, when the carrier refuses, or fails at every try.
    pub async fn end(&self, call: &CallSid) -> Result<(), HangUpError> {
        let mut pauses = PAUSES.iter();
        loop {
            let Err(error) = self.try_once(call).await else { return Ok(()) };
            match pauses.next().filter(|_| error.passes()) {
                Some(pause) => tokio::time::sleep(*pause).await,
                None => return Err(error),
            }
        }
    }

    async fn try_once(&self, call: &CallSid) -> Result<(), HangUpError> {
        let AccountSettings { base_url, account_sid, auth_token } = &self.settings;
        let request = self
            .http
            .post(format!("{base_url}/2010-04-01/Accounts/{account_sid}/Calls/{call}.json"))
            .basic_auth(account_sid, Some(auth_token.expose_secret()))
            .form(&[("Status", "completed")]);
        let response = request.send().await.map_err(|_| HangUpError::Away)?;
        let status = response.status();
        // A call that the carrier does not know is none that goes on.
        if status.is_success() || status == StatusCode::NOT_FOUND {
            return Ok(());
        }
        let is_over = status == StatusCode::BAD_REQUEST
            && response.json().await.is_ok_and(|fault: Fault| fault.code == Some(CODE_NOT_IN_PROGRESS));
        if is_over { Ok(()) } else { Err(HangUpError::Answered { status: status.as_u16() }) }
    }
}
