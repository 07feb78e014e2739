//! What can go wrong with a connection, in as few kinds as we act on differently.

use http::StatusCode;

/// Why a connection could not be made, or ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    #[error("DEEPGRAM_BASE_URL or a setting makes no valid request")]
    Request,
    #[error("Deepgram refused a parameter of the request; check DEEPGRAM_MODEL and the tenant's language")]
    BadRequest,
    #[error("Deepgram refused the key; check DEEPGRAM_API_KEY and its project's permissions")]
    Unauthorized,
    #[error("the Deepgram project has no credit left")]
    NoCredit,
    #[error("the Deepgram project has as many live streams as it may")]
    TooManyStreams,
    #[error("Deepgram answered the upgrade with status {0}")]
    Refused(u16),
    #[error("Deepgram could not be reached")]
    Unreachable,
    #[error("Deepgram did not answer the upgrade in time")]
    ConnectTimeout,
    #[error("Deepgram closed the connection with code {0}")]
    Closed(u16),
    #[error("Deepgram could not decode the audio; check DEEPGRAM_ENCODING")]
    NotDecodable,
    #[error("Deepgram had nothing to say in its own time limit")]
    ServerSilent,
    #[error("Deepgram had no audio for ten seconds")]
    NoAudio,
    #[error("the connection broke")]
    Broken,
    #[error("Deepgram reported an error of its own")]
    ServerError,
    #[error("Deepgram sent more malformed messages than a network explains")]
    Malformed,
    #[error("Deepgram takes audio, or no more of it, and says nothing")]
    Stalled,
    #[error("Deepgram was out of reach for too long")]
    Outage,
}

impl Trouble {
    /// Of an upgrade that was answered with something else than 101.
    pub fn of_status(status: StatusCode) -> Self {
        match status.as_u16() {
            400 => Self::BadRequest,
            401 | 403 => Self::Unauthorized,
            402 => Self::NoCredit,
            429 => Self::TooManyStreams,
            status => Self::Refused(status),
        }
    }

    /// Of a close frame. The reason may have other text around its code.
    pub fn of_close(code: u16, reason: &str) -> Self {
        if reason.contains("DATA-0000") {
            Self::NotDecodable
        } else if reason.contains("NET-0000") {
            Self::ServerSilent
        } else if reason.contains("NET-0001") {
            Self::NoAudio
        } else {
            Self::Closed(code)
        }
    }

    /// Whether the same may go well in a moment. The others need a person, or more time than a caller has.
    pub const fn is_passing(self) -> bool {
        match self {
            Self::Refused(status) => status >= 500,
            Self::Unreachable
            | Self::ConnectTimeout
            | Self::Closed(_)
            | Self::ServerSilent
            | Self::NoAudio
            | Self::Broken
            | Self::ServerError
            | Self::Malformed
            | Self::Stalled => true,
            Self::Request
            | Self::BadRequest
            | Self::Unauthorized
            | Self::NoCredit
            | Self::TooManyStreams
            | Self::NotDecodable
            | Self::Outage => false,
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::BadRequest => "bad_request",
            Self::Unauthorized => "unauthorized",
            Self::NoCredit => "no_credit",
            Self::TooManyStreams => "too_many_streams",
            Self::Refused(_) => "refused",
            Self::Unreachable => "unreachable",
            Self::ConnectTimeout => "connect_timeout",
            Self::Closed(_) => "closed",
            Self::NotDecodable => "not_decodable",
            Self::ServerSilent => "server_silent",
            Self::NoAudio => "no_audio",
            Self::Broken => "broken",
            Self::ServerError => "server_error",
            Self::Malformed => "malformed",
            Self::Stalled => "stalled",
            Self::Outage => "outage",
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(400, Trouble::BadRequest, false)]
    #[case(401, Trouble::Unauthorized, false)]
    #[case(402, Trouble::NoCredit, false)]
    #[case(403, Trouble::Unauthorized, false)]
    #[case(404, Trouble::Refused(404), false)]
    #[case(429, Trouble::TooManyStreams, false)]
    #[case(503, Trouble::Refused(503), true)]
    fn a_refused_upgrade_has_its_kind(#[case] status: u16, #[case] trouble: Trouble, #[case] passing: bool) {
        let of_status = Trouble::of_status(StatusCode::from_u16(status).unwrap());
        assert_eq!((of_status, of_status.is_passing()), (trouble, passing));
    }

    #[rstest]
    #[case(1008, "DATA-0000", Trouble::NotDecodable, false)]
    #[case(1011, "received NET-0000: no text", Trouble::ServerSilent, true)]
    #[case(1011, "NET-0001", Trouble::NoAudio, true)]
    #[case(1011, "", Trouble::Closed(1011), true)]
    fn a_close_frame_has_its_kind(
        #[case] code: u16,
        #[case] reason: &str,
        #[case] trouble: Trouble,
        #[case] passing: bool,
    ) {
        let of_close = Trouble::of_close(code, reason);
        assert_eq!((of_close, of_close.is_passing()), (trouble, passing));
    }
}
