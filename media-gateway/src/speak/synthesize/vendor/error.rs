//! What goes wrong at a vendor, and what follows from it: is it worth asking once more, and for how long is the vendor
//! left alone?

use std::time::Duration;

use http::{HeaderMap, StatusCode, header::RETRY_AFTER};

use crate::azure::frame::MalformedFrame;

/// Why a vendor did not speak a text, or not all of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VendorError {
    #[error("could not connect")]
    Connect,
    #[error("the request was refused as malformed (status {0}); check the voice and the base URL")]
    BadRequest(u16),
    #[error("the key was refused (status {0}); check the key and the region")]
    KeyRefused(u16),
    #[error("too many requests")]
    TooManyRequests { retry_after: Option<Duration> },
    #[error("the service is not available (status {0})")]
    Unavailable(u16),
    #[error("no sound within {} ms", .0.as_millis())]
    FirstByteLate(Duration),
    #[error("the sound stopped for {} ms", .0.as_millis())]
    Stalled(Duration),
    #[error("another voice spoke first after {} ms of waiting", .0.as_millis())]
    Outrun(Duration),
    #[error("the connection broke off")]
    BrokeOff,
    #[error("the answer does not follow the protocol: {0}")]
    Protocol(&'static str),
    #[error("the text is too long for one request")]
    TextTooLong,
}

/// Before the second try of a service that was not available.
const RETRY_PAUSE: Duration = Duration::from_millis(50);
/// The same for one that had too much to do and did not say for how long.
const RETRY_PAUSE_BUSY: Duration = Duration::from_millis(200);
/// The longest pause that a vendor may ask for. Longer ones are cut.
const RETRY_AFTER_MAX: Duration = Duration::from_secs(300);
/// A key that is wrong, or a request that is, seldom heals by itself.
const SKIP_REFUSED: Duration = Duration::from_secs(60);

impl From<MalformedFrame> for VendorError {
    fn from(MalformedFrame(what): MalformedFrame) -> Self {
        Self::Protocol(what)
    }
}

impl VendorError {
    /// What a status other than success means. Bodies of errors are not specified, so they are not read.
    pub fn of_status(status: StatusCode, headers: &HeaderMap) -> Self {
        let code = status.as_u16();
        match code {
            401 | 403 => Self::KeyRefused(code),
            408 | 500..=599 => Self::Unavailable(code),
            429 => Self::TooManyRequests { retry_after: retry_after(headers) },
            400..=499 => Self::BadRequest(code),
            _ => Self::Protocol("a status that is neither success nor error"),
        }
    }

    /// How long to wait before the request is sent once more, if that may help and `left` is enough. Only for errors
    /// that came before any sound.
    pub fn retry_pause(&self, left: Duration) -> Option<Duration> {
        let pause = match self {
            Self::Connect | Self::Unavailable(_) | Self::BrokeOff => RETRY_PAUSE,
            Self::TooManyRequests { retry_after } => retry_after.unwrap_or(RETRY_PAUSE_BUSY),
            Self::BadRequest(_)
            | Self::KeyRefused(_)
            | Self::FirstByteLate(_)
            | Self::Stalled(_)
            | Self::Outrun(_)
            | Self::Protocol(_)
            | Self::TextTooLong => return None,
        };
        (pause < left / 2).then_some(pause)
    }

    /// For how long the vendor need not be asked at all, where the error says so.
    pub fn skip_for(&self) -> Option<Duration> {
        match self {
            Self::KeyRefused(_) => Some(SKIP_REFUSED),
            Self::TooManyRequests { retry_after } => *retry_after,
            _ => None,
        }
    }

    /// For metrics.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::BadRequest(_) => "bad_request",
            Self::KeyRefused(_) => "key_refused",
            Self::TooManyRequests { .. } => "too_many_requests",
            Self::Unavailable(_) => "unavailable",
            Self::FirstByteLate(_) => "first_byte_late",
            Self::Stalled(_) => "stalled",
            Self::Outrun(_) => "outrun",
            Self::BrokeOff => "broke_off",
            Self::Protocol(_) => "protocol",
            Self::TextTooLong => "text_too_long",
        }
    }
}

/// `Retry-After` in seconds. The form with a date is not used by these vendors.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds: u64 = headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds).min(RETRY_AFTER_MAX))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(400, VendorError::BadRequest(400))]
    #[case(401, VendorError::KeyRefused(401))]
    #[case(403, VendorError::KeyRefused(403))]
    #[case(404, VendorError::BadRequest(404))]
    #[case(415, VendorError::BadRequest(415))]
    #[case(422, VendorError::BadRequest(422))]
    #[case(429, VendorError::TooManyRequests { retry_after: None })]
    #[case(502, VendorError::Unavailable(502))]
    #[case(304, VendorError::Protocol("a status that is neither success nor error"))]
    fn statuses_have_meanings(#[case] status: u16, #[case] error: VendorError) {
        let status = StatusCode::from_u16(status).expect("a status");
        assert_eq!(VendorError::of_status(status, &HeaderMap::new()), error);
    }

    #[test]
    fn a_pause_is_kept_when_there_is_time_for_it() {
        let headers = HeaderMap::from_iter([(RETRY_AFTER, HeaderValue::from_static("2"))]);
        let error = VendorError::of_status(StatusCode::TOO_MANY_REQUESTS, &headers);
        assert_eq!(error.skip_for(), Some(Duration::from_secs(2)));
        assert_eq!(error.retry_pause(Duration::from_secs(1)), None);
        assert_eq!(error.retry_pause(Duration::from_secs(5)), Some(Duration::from_secs(2)));
        assert_eq!(VendorError::Unavailable(503).retry_pause(Duration::from_millis(80)), None);
        assert_eq!(VendorError::KeyRefused(401).retry_pause(Duration::from_secs(5)), None);
    }
}
