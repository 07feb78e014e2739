//! What can go wrong with the database, by the step that failed.

/// A failed statement. What the database said may quote values, so `Display` names the step and the SQLSTATE only.
#[derive(Debug, thiserror::Error)]
#[error("{step}: {}", describe(source))]
pub struct StoreError {
    pub step: &'static str,
    pub source: sqlx::Error,
}

impl StoreError {
    /// SQLSTATE, when the database itself answered.
    pub fn code(&self) -> Option<String> {
        self.source.as_database_error().and_then(|e| e.code()).map(std::borrow::Cow::into_owned)
    }

    /// The exclusion constraint refused an overlap: an answer ("just taken"), not a fault.
    pub fn is_overlap(&self) -> bool {
        self.code().as_deref() == Some("23P01")
    }
}

/// Names the step of a failed statement.
pub trait Step<T> {
    fn step(self, step: &'static str) -> Result<T, StoreError>;
}

impl<T> Step<T> for Result<T, sqlx::Error> {
    fn step(self, step: &'static str) -> Result<T, StoreError> {
        self.map_err(|source| StoreError { step, source })
    }
}

/// A stored value that this version cannot read (a zone that is gone, a malformed answer).
pub fn unreadable(step: &'static str, what: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> StoreError {
    StoreError { step, source: sqlx::Error::Decode(what.into()) }
}

fn describe(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::Database(e) => format!(
            "database error {}{}",
            e.code().unwrap_or_default(),
            e.constraint().map(|c| format!(" on {c}")).unwrap_or_default()
        ),
        sqlx::Error::Io(e) => format!("connection lost ({})", e.kind()),
        sqlx::Error::PoolTimedOut => "no free connection in time".to_owned(),
        sqlx::Error::Decode(e) => format!("unreadable value ({e})"),
        sqlx::Error::ColumnDecode { index, .. } => format!("unreadable column {index}"),
        other => other.to_string(),
    }
}
