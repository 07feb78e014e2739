//! Tells clients by e-mail, with the appointment as a calendar file, through any SMTP server.
//!
//! [`compose`] writes a message, [`smtp`] has it sent. A server that took a message and lost the connection before it said
//! so gets it again; both have the same Message-ID, by which a mailbox may know them for one.

mod compose;
mod smtp;

use lettre::message::Mailbox;

use crate::{
    booking::announcement::Announcement,
    jobs::outbox::{Listener, Told, Untold},
};

use super::occasion::Reader;
use smtp::Server;

pub use smtp::{MailError, MailSettings};

pub struct ByEmail {
    reader: Reader,
    /// None: no e-mails are sent.
    server: Option<Server>,
}

impl ByEmail {
    pub fn new(reader: Reader, settings: Option<&MailSettings>) -> Result<Self, MailError> {
        Ok(Self { reader, server: settings.map(Server::new).transpose()? })
    }
}

#[tonic::async_trait]
impl Listener for ByEmail {
    fn name(&self) -> &'static str {
        "email"
    }

    async fn tell(&self, announcement: &Announcement) -> Result<Told, Untold> {
        let Some(server) = &self.server else { return Ok(Told::Skipped("off")) };
        let occasion = match self.reader.read(announcement).await? {
            Ok(occasion) => occasion,
            Err(nothing) => return Ok(Told::Skipped(nothing)),
        };
        let business = occasion.business();
        if !business.messages.by_email {
            return Ok(Told::Skipped("not_wanted"));
        }
        let email = occasion.stored.client_email.reveal();
        if email.is_empty() {
            return Ok(Told::Skipped("no_address"));
        }
        let Ok(email) = email.parse() else { return Ok(Told::Skipped("malformed_address")) };
        let from = business.messages.email_from.parse().unwrap_or_else(|_| server.from().clone());
        let to = Mailbox::new(Some(occasion.stored.client_name.reveal().clone()), email);
        let message = compose::message(&occasion, from, to).map_err(|error| {
            tracing::error!(%error, appointment = %announcement.appointment, "an e-mail could not be written");
            Untold::Never { reason: "not_written" }
        })?;
        server.send(message).await.map(|()| Told::Done)
    }
}
