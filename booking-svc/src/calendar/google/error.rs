//! What goes wrong at Google, by what can be done about it.

use reqwest::StatusCode;
use serde::Deserialize;

/// No answer's text is repeated here: only words that we know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum GoogleError {
    /// Again after a while, longer each time.
    #[error("busy or not reached ({0})")]
    Busy(&'static str),
    /// Again much later; somebody has to be told.
    #[error("the quota is used up ({0})")]
    QuotaSpent(&'static str),
    /// The account's owner took the access back, or let it lapse. Final.
    #[error("access was taken back")]
    Revoked,
    /// Something is set up wrongly, here or there: no repeat helps.
    #[error("not let in ({0})")]
    Refused(&'static str),
    #[error("there is no such thing, or it is not shared with us")]
    NotFound,
    /// An event of this id is there, or was.
    #[error("the id is taken")]
    Duplicate,
    #[error("it is deleted")]
    Deleted,
    /// The sync token is too old: everything has to be listed again.
    #[error("the sync token is no longer valid")]
    FullSyncRequired,
    /// It is no longer what was read.
    #[error("it was changed meanwhile")]
    Changed,
    /// A fault of ours, or an answer that is none.
    #[error("not understood ({0})")]
    Malformed(&'static str),
}

impl GoogleError {
    /// A stable word for metrics and for the business.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Busy(_) => "busy",
            Self::QuotaSpent(_) => "quota_spent",
            Self::Revoked => "access_revoked",
            Self::Refused(reason) | Self::Malformed(reason) => reason,
            Self::NotFound => "not_found",
            Self::Duplicate => "duplicate",
            Self::Deleted => "deleted",
            Self::FullSyncRequired => "full_sync_required",
            Self::Changed => "changed",
        }
    }
}

#[derive(Deserialize)]
struct Answer {
    error: Body,
}

#[derive(Deserialize)]
struct Body {
    #[serde(default)]
    errors: Vec<Detail>,
}

#[derive(Deserialize)]
struct Detail {
    #[serde(default)]
    reason: String,
}

/// The calendar API's "no". A 403 is worth a repeat or not by its reason alone.
pub fn of_calendar(status: StatusCode, body: &[u8]) -> GoogleError {
    let answer = serde_json::from_slice::<Answer>(body).ok();
    let reason = answer.and_then(|answer| answer.error.errors.into_iter().next()).map(|detail| detail.reason);
    let reason = reason.as_deref().unwrap_or_default();
    match (status.as_u16(), reason) {
        (403 | 429, "quotaExceeded") => GoogleError::QuotaSpent("quota_exceeded"),
        (403 | 429, "dailyLimitExceeded") => GoogleError::QuotaSpent("daily_limit_exceeded"),
        (403, "rateLimitExceeded" | "userRateLimitExceeded") | (429, _) => GoogleError::Busy("rate_limit"),
        (403, "forbiddenForServiceAccounts") => GoogleError::Refused("forbidden_for_service_accounts"),
        (403, "insufficientPermissions") => GoogleError::Refused("insufficient_permissions"),
        (403, "forbiddenForNonOrganizer") => GoogleError::Refused("forbidden_for_non_organizer"),
        (403, _) => GoogleError::Refused("forbidden"),
        (401, _) => GoogleError::Refused("unauthorized"),
        (404, _) => GoogleError::NotFound,
        (409, _) => GoogleError::Duplicate,
        (410, "fullSyncRequired" | "updatedMinTooLongAgo") => GoogleError::FullSyncRequired,
        (410, _) => GoogleError::Deleted,
        (412, _) => GoogleError::Changed,
        (408, _) => GoogleError::Busy("timeout"),
        (500..=599, _) => GoogleError::Busy("server_error"),
        (400, "timeRangeEmpty") => GoogleError::Malformed("time_range_empty"),
        (400, _) => GoogleError::Malformed("bad_request"),
        _ => GoogleError::Malformed("unexpected_status"),
    }
}

#[derive(Deserialize)]
struct TokenAnswer {
    #[serde(default)]
    error: String,
}

/// The token endpoint's "no".
pub fn of_tokens(status: StatusCode, body: &[u8]) -> GoogleError {
    let error = serde_json::from_slice::<TokenAnswer>(body).map(|answer| answer.error).unwrap_or_default();
    match (status.as_u16(), error.as_str()) {
        (_, "invalid_grant") => GoogleError::Revoked,
        (_, "internal_failure" | "server_error" | "temporarily_unavailable") => GoogleError::Busy("token_server_error"),
        (408 | 429 | 500 | 503 | 504, _) => GoogleError::Busy("token_server_error"),
        (_, "invalid_client") => GoogleError::Refused("invalid_client"),
        (_, "unauthorized_client") => GoogleError::Refused("unauthorized_client"),
        (_, "invalid_scope") => GoogleError::Refused("invalid_scope"),
        _ => GoogleError::Refused("token_refused"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calendar(status: u16, reason: &str) -> GoogleError {
        let body = format!(r#"{{"error":{{"errors":[{{"domain":"global","reason":"{reason}"}}],"code":{status}}}}}"#);
        of_calendar(StatusCode::from_u16(status).expect("a status"), body.as_bytes())
    }

    #[test]
    fn a_403_is_judged_by_its_reason() {
        for (reason, expected) in [
            ("rateLimitExceeded", GoogleError::Busy("rate_limit")),
            ("userRateLimitExceeded", GoogleError::Busy("rate_limit")),
            ("quotaExceeded", GoogleError::QuotaSpent("quota_exceeded")),
            ("dailyLimitExceeded", GoogleError::QuotaSpent("daily_limit_exceeded")),
            ("forbidden", GoogleError::Refused("forbidden")),
            ("insufficientPermissions", GoogleError::Refused("insufficient_permissions")),
            ("forbiddenForServiceAccounts", GoogleError::Refused("forbidden_for_service_accounts")),
            ("forbiddenForNonOrganizer", GoogleError::Refused("forbidden_for_non_organizer")),
            ("something new", GoogleError::Refused("forbidden")),
        ] {
            assert_eq!(calendar(403, reason), expected, "{reason}");
        }
    }

    #[test]
    fn every_other_status_has_its_meaning() {
        for (status, reason, expected) in [
            (400, "invalid", GoogleError::Malformed("bad_request")),
            (400, "timeRangeEmpty", GoogleError::Malformed("time_range_empty")),
            (401, "authError", GoogleError::Refused("unauthorized")),
            (404, "notFound", GoogleError::NotFound),
            (409, "duplicate", GoogleError::Duplicate),
            (410, "deleted", GoogleError::Deleted),
            (410, "fullSyncRequired", GoogleError::FullSyncRequired),
            (410, "updatedMinTooLongAgo", GoogleError::FullSyncRequired),
            (412, "conditionNotMet", GoogleError::Changed),
            (429, "rateLimitExceeded", GoogleError::Busy("rate_limit")),
            (500, "backendError", GoogleError::Busy("server_error")),
            (503, "backendError", GoogleError::Busy("server_error")),
        ] {
            assert_eq!(calendar(status, reason), expected, "{status} {reason}");
        }
        assert_eq!(of_calendar(StatusCode::BAD_GATEWAY, b"<html>"), GoogleError::Busy("server_error"));
    }

    #[test]
    fn only_some_of_the_token_endpoints_errors_pass() {
        let of = |status: u16, error: &str| {
            let body = format!(r#"{{"error":"{error}","error_description":"…"}}"#);
            of_tokens(StatusCode::from_u16(status).expect("a status"), body.as_bytes())
        };
        assert_eq!(of(400, "invalid_grant"), GoogleError::Revoked);
        assert_eq!(of(401, "invalid_client"), GoogleError::Refused("invalid_client"));
        assert_eq!(of(400, "temporarily_unavailable"), GoogleError::Busy("token_server_error"));
        assert_eq!(of(503, ""), GoogleError::Busy("token_server_error"));
    }
}
