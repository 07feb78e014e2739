//! What can go wrong with a connection, in as few kinds as we act on differently.

use http::StatusCode;

/// Why a connection could not be made, or ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    #[error("the base URL or a setting makes no valid request")]
    Request,
    #[error("a parameter of the request was refused; check the model and the tenant's language")]
    BadRequest,
    #[error("the key was refused; check it, its region and what it may do")]
    Unauthorized,
    #[error("the account has no credit or quota left")]
    NoCredit,
    #[error("the account has as many live streams as it may")]
    TooManyStreams,
    #[error("the upgrade was answered with status {0}")]
    Refused(u16),
    #[error("it could not be reached")]
    Unreachable,
    #[error("the upgrade was not answered in time")]
    ConnectTimeout,
    #[error("the connection was closed with code {0}")]
    Closed(u16),
    #[error("the audio could not be decoded; check its encoding")]
    NotDecodable,
    #[error("a message of ours was refused with code {0}: this client and the service do not speak the same protocol")]
    Protocol(u16),
    #[error("it had nothing to say within its own time limit")]
    ServerSilent,
    #[error("it had no audio for too long")]
    NoAudio,
    #[error("the connection broke")]
    Broken,
    #[error("it reported an error of its own")]
    ServerError,
    #[error("it sent more malformed messages than a network explains")]
    Malformed,
    #[error("it takes audio, or no more of it, and says nothing")]
    Stalled,
    #[error("it was out of reach for too long")]
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
            | Self::Protocol(_)
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
            Self::Protocol(_) => "protocol",
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
}
