//! Messages to clients about their appointments: by e-mail and as a text, when one is booked, moved or cancelled.
//!
//! [`occasion`] reads what there is to tell, [`wording`] says it in the business's language, [`email`] and [`text`] send it.
//! Each is a listener of the outbox of its own, so that a mail server's trouble keeps no text back. Nothing here runs in a
//! caller's path, and nothing personal is logged or audited.

pub mod email;
mod occasion;
pub mod text;
pub mod wording;

use std::sync::Arc;

use service_runtime::{Clock, Env, grpc::GrpcError};
use sqlx::PgPool;

use crate::jobs::outbox::Listener;

use email::{ByEmail, MailError, MailSettings};
use occasion::Reader;
use text::ByText;

#[derive(Debug, Clone)]
pub struct MessageSettings {
    /// None: no e-mails are sent.
    pub mail: Option<MailSettings>,
    /// `HANDOFF_GRPC_URL`: the service that sends text messages. None: none are sent.
    pub texts_url: Option<String>,
}

#[derive(Debug, thiserror::Error)]
pub enum MessagesError {
    #[error("HANDOFF_GRPC_URL: {0}")]
    Texts(#[from] GrpcError),
    #[error(transparent)]
    Mail(#[from] MailError),
}

impl MessageSettings {
    /// What is malformed is recorded in `env`.
    pub fn from_env(env: &Env) -> Self {
        let texts_url = env.text("HANDOFF_GRPC_URL");
        if texts_url.as_ref().is_some_and(|url| !url.starts_with("http://") && !url.starts_with("https://")) {
            env.reject("HANDOFF_GRPC_URL", "http://host:port");
        }
        Self { mail: MailSettings::from_env(env), texts_url }
    }
}

/// Those who tell clients. What is off is said once here, and skipped with its reason for each appointment.
pub fn listeners(
    pool: &PgPool,
    clock: Clock,
    settings: &MessageSettings,
) -> Result<[Arc<dyn Listener>; 2], MessagesError> {
    if settings.mail.is_none() {
        tracing::info!("e-mails to clients are off: SMTP_URL is not set");
    }
    if settings.texts_url.is_none() {
        tracing::info!("text messages to clients are off: HANDOFF_GRPC_URL is not set");
    }
    let reader = Reader::new(pool.clone(), clock);
    let by_email = ByEmail::new(reader.clone(), settings.mail.as_ref())?;
    let by_text = ByText::new(reader, settings.texts_url.as_deref())?;
    Ok([Arc::new(by_email), Arc::new(by_text)])
}
