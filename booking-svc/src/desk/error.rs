//! What a channel has to tell its caller when the desk could not answer.

use proto::ErrorKind;

use crate::store::{error::StoreError, transaction::WriteError};

#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    #[error("no tenant has this id")]
    UnknownTenant,
    #[error("no tenant answers this number")]
    UnknownNumber,
    #[error("the idempotency key was used for another request: use a fresh key for a new request")]
    KeyReused,
    #[error("the rules kept changing while this was written: try again")]
    RulesChanging,
    #[error(transparent)]
    Write(#[from] WriteError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl DeskError {
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::UnknownTenant | Self::UnknownNumber => ErrorKind::NotFound,
            Self::KeyReused => ErrorKind::InvalidArgument,
            Self::RulesChanging | Self::Write(WriteError::Busy { .. }) => ErrorKind::Unavailable,
            Self::Write(WriteError::Store { source, .. }) | Self::Store(source) => kind_of(source),
        }
    }
}

fn kind_of(error: &StoreError) -> ErrorKind {
    match &error.source {
        sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::Tls(_) => {
            ErrorKind::Unavailable
        }
        // 57: the server is going down, or a statement met its time limit.
        _ if error.code().is_some_and(|code| code.starts_with("57") || code.starts_with("53")) => {
            ErrorKind::Unavailable
        }
        _ => ErrorKind::Internal,
    }
}
