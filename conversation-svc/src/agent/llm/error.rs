//! What goes wrong at a model, and what follows from it: is it worth asking once more, and for how long is the vendor
//! left alone?

use std::time::Duration;

use http::{HeaderMap, StatusCode, header::RETRY_AFTER};

/// Why a model did not answer, or not to the end.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    #[error("could not connect")]
    Connect,
    #[error("the request was refused as malformed (status {0})")]
    BadRequest(u16),
    #[error("the conversation is longer than the model reads")]
    PromptTooLong,
    #[error("the key was refused (status {0})")]
    KeyRefused(u16),
    #[error("the model is not known to the vendor; check its name")]
    UnknownModel,
    #[error("the account has nothing left to spend")]
    QuotaExhausted,
    #[error("too many requests")]
    TooManyRequests { retry_after: Option<Duration> },
    #[error("the service is not available (status {status})")]
    Unavailable { status: u16, retry_after: Option<Duration> },
    #[error("no word within {} ms", .0.as_millis())]
    FirstTokenLate(Duration),
    #[error("the answer stopped for {} ms", .0.as_millis())]
    Stalled(Duration),
    #[error("the connection broke off")]
    BrokeOff,
    #[error("the answer does not follow the protocol: {0}")]
    Protocol(&'static str),
    #[error("the answer is larger than any that we take")]
    AnswerTooLong,
    #[error("the model does not answer this")]
    Refused,
    #[error("the answer has no words")]
    Empty,
    #[error("the turn has no time left")]
    OutOfTime,
}

/// Before the second try of a request that met a passing fault.
const RETRY_PAUSE: Duration = Duration::from_millis(100);
/// The same for a vendor that had too much to do and did not say for how long.
const RETRY_PAUSE_BUSY: Duration = Duration::from_millis(300);
/// The longest pause that a vendor may ask for. Longer ones are cut.
const RETRY_AFTER_MAX: Duration = Duration::from_secs(300);
/// A key, a model's name or an account that is wrong seldom heals by itself.
const SKIP_REFUSED: Duration = Duration::from_secs(60);
/// Anthropic's status for a service that has too much to do.
const OVERLOADED: u16 = 529;

impl ModelError {
    /// What a status other than success means, with the error's `code` or `type` from its body.
    pub fn of_status(status: StatusCode, headers: &HeaderMap, code: &str) -> Self {
        let retry_after = retry_after(headers);
        match status.as_u16() {
            _ if code == "context_length_exceeded" => Self::PromptTooLong,
            402 => Self::QuotaExhausted,
            401 | 403 => Self::KeyRefused(status.as_u16()),
            404 => Self::UnknownModel,
            413 => Self::PromptTooLong,
            429 if QUOTA_CODES.contains(&code) => Self::QuotaExhausted,
            429 => Self::TooManyRequests { retry_after },
            408 | 409 | 500..=599 => Self::Unavailable { status: status.as_u16(), retry_after },
            400..=499 => Self::BadRequest(status.as_u16()),
            _ => Self::Protocol("a status that is neither success nor error"),
        }
    }

    /// What an error means that comes inside an open stream, by its `code` or `type`.
    pub fn of_code(code: &str) -> Self {
        match code {
            "context_length_exceeded" | "request_too_large" => Self::PromptTooLong,
            "invalid_request_error" => Self::BadRequest(400),
            "authentication_error" | "invalid_api_key" => Self::KeyRefused(401),
            "permission_error" => Self::KeyRefused(403),
            "not_found_error" | "model_not_found" => Self::UnknownModel,
            "billing_error" => Self::QuotaExhausted,
            code if QUOTA_CODES.contains(&code) => Self::QuotaExhausted,
            "rate_limit_error" | "rate_limit_exceeded" | "slow_down" => Self::TooManyRequests { retry_after: None },
            "overloaded_error" => Self::Unavailable { status: OVERLOADED, retry_after: None },
            _ => Self::Unavailable { status: 500, retry_after: None },
        }
    }

    /// How long to wait before the request is sent once more, if that may help and `left` is enough. Only for errors
    /// that came before any word.
    pub fn retry_pause(&self, left: Duration) -> Option<Duration> {
        let pause = match self {
            Self::Connect | Self::BrokeOff => RETRY_PAUSE,
            Self::Unavailable { retry_after, .. } => retry_after.unwrap_or(RETRY_PAUSE),
            Self::TooManyRequests { retry_after } => retry_after.unwrap_or(RETRY_PAUSE_BUSY),
            _ => return None,
        };
        (pause < left / 2).then_some(pause)
    }

    /// For how long the vendor need not be asked at all, where the error says so.
    pub const fn skip_for(&self) -> Option<Duration> {
        match self {
            Self::KeyRefused(_) | Self::UnknownModel | Self::QuotaExhausted => Some(SKIP_REFUSED),
            Self::TooManyRequests { retry_after } | Self::Unavailable { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    /// Whether it tells of the vendor's state, rather than of this one question.
    pub const fn is_of_vendor(&self) -> bool {
        !matches!(self, Self::Refused | Self::Empty | Self::PromptTooLong | Self::OutOfTime | Self::BadRequest(_))
    }

    /// For metrics.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::BadRequest(_) => "bad_request",
            Self::PromptTooLong => "prompt_too_long",
            Self::KeyRefused(_) => "key_refused",
            Self::UnknownModel => "unknown_model",
            Self::QuotaExhausted => "quota_exhausted",
            Self::TooManyRequests { .. } => "too_many_requests",
            Self::Unavailable { .. } => "unavailable",
            Self::FirstTokenLate(_) => "first_token_late",
            Self::Stalled(_) => "stalled",
            Self::BrokeOff => "broke_off",
            Self::Protocol(_) => "protocol",
            Self::AnswerTooLong => "answer_too_long",
            Self::Refused => "refused",
            Self::Empty => "empty",
            Self::OutOfTime => "out_of_time",
        }
    }
}

const QUOTA_CODES: [&str; 2] = ["insufficient_quota", "credit_balance_exhausted"];

/// `retry-after-ms`, else `Retry-After` in seconds. The form with a date is not used by these vendors.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let number = |name: &str| headers.get(name)?.to_str().ok()?.trim().parse::<f64>().ok();
    let seconds = number("retry-after-ms").map(|ms| ms / 1_000.0).or_else(|| number(RETRY_AFTER.as_str()))?;
    Some(Duration::try_from_secs_f64(seconds).ok()?.min(RETRY_AFTER_MAX))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(400, "", ModelError::BadRequest(400))]
    #[case(400, "context_length_exceeded", ModelError::PromptTooLong)]
    #[case(401, "invalid_api_key", ModelError::KeyRefused(401))]
    #[case(402, "billing_error", ModelError::QuotaExhausted)]
    #[case(403, "", ModelError::KeyRefused(403))]
    #[case(404, "model_not_found", ModelError::UnknownModel)]
    #[case(413, "request_too_large", ModelError::PromptTooLong)]
    #[case(429, "rate_limit_exceeded", ModelError::TooManyRequests { retry_after: None })]
    #[case(429, "insufficient_quota", ModelError::QuotaExhausted)]
    #[case(500, "", ModelError::Unavailable { status: 500, retry_after: None })]
    #[case(529, "overloaded_error", ModelError::Unavailable { status: 529, retry_after: None })]
    #[case(302, "", ModelError::Protocol("a status that is neither success nor error"))]
    fn statuses_have_meanings(#[case] status: u16, #[case] code: &str, #[case] error: ModelError) {
        let status = StatusCode::from_u16(status).expect("a status");
        assert_eq!(ModelError::of_status(status, &HeaderMap::new(), code), error);
    }

    #[test]
    fn a_pause_is_kept_when_there_is_time_for_it() {
        let headers = HeaderMap::from_iter([(RETRY_AFTER, HeaderValue::from_static("2"))]);
        let error = ModelError::of_status(StatusCode::TOO_MANY_REQUESTS, &headers, "");
        assert_eq!(error.skip_for(), Some(Duration::from_secs(2)));
        assert_eq!(error.retry_pause(Duration::from_secs(1)), None);
        assert_eq!(error.retry_pause(Duration::from_secs(5)), Some(Duration::from_secs(2)));
        assert_eq!(ModelError::QuotaExhausted.retry_pause(Duration::from_secs(5)), None);
    }

    #[test]
    fn a_pause_in_milliseconds_counts_before_one_in_seconds() {
        let mut headers = HeaderMap::from_iter([(RETRY_AFTER, HeaderValue::from_static("2"))]);
        headers.insert("retry-after-ms", HeaderValue::from_static("250"));
        assert_eq!(retry_after(&headers), Some(Duration::from_millis(250)));
        headers.insert("retry-after-ms", HeaderValue::from_static("-1"));
        assert_eq!(retry_after(&headers), None, "nonsense is no pause");
    }
}
