//! Writes an e-mail: its text, and the appointment as a file that calendars understand.

use std::time::{Duration, UNIX_EPOCH};

use lettre::{
    Address, Message,
    message::{
        Attachment, Mailbox, MultiPart, SinglePart,
        header::{ContentType, HeaderName, HeaderValue},
    },
};

use crate::{
    calendar::ics::Invitation,
    messages::{occasion::Occasion, wording},
};

/// RFC 3834: nobody's holiday notice is to answer it.
const AUTO_SUBMITTED: HeaderName = HeaderName::new_from_ascii_str("Auto-Submitted");
const FILE_NAME: &str = "appointment.ics";

#[derive(Debug, thiserror::Error)]
pub enum ComposeError {
    #[error("assembling the e-mail: {0}")]
    Assemble(#[from] lettre::error::Error),
    #[error("the type of the calendar file: {0}")]
    Type(#[from] lettre::message::header::ContentTypeErr),
}

/// In the name of the business.
pub fn message(occasion: &Occasion, from: Address, to: Mailbox) -> Result<Message, ComposeError> {
    let (wording, facts) = (wording::of(occasion.language()), occasion.facts());
    let organizer_email = from.to_string();
    let invitation = Invitation {
        stored: &occasion.stored,
        business: occasion.business(),
        organizer_email: &organizer_email,
        now: occasion.now,
    };
    let appointment = &occasion.stored.appointment;
    // One for each state of an appointment, so that a repeat is known for one.
    let id = format!("<{}.{}@{}>", appointment.id, appointment.version, from.domain());
    let file = Attachment::new(FILE_NAME.to_owned())
        .body(invitation.to_text().into_inner(), ContentType::parse(invitation.method().content_type())?);
    Ok(Message::builder()
        .from(Mailbox::new(Some(one_line(facts.business)), from))
        .to(Mailbox { name: to.name.as_deref().map(one_line), ..to })
        .subject(one_line(&wording.subject(occasion.topic, &facts)))
        .date(UNIX_EPOCH + Duration::from_secs(u64::try_from(occasion.now.as_second()).unwrap_or_default()))
        .message_id(Some(id))
        .raw_header(HeaderValue::new(AUTO_SUBMITTED, "auto-generated".to_owned()))
        .multipart(
            MultiPart::mixed().singlepart(SinglePart::plain(wording.body(occasion.topic, &facts))).singlepart(file),
        )?)
}

/// A header is one line, whatever is in a name.
fn one_line(text: &str) -> String {
    text.split(char::is_control).collect::<Vec<_>>().join(" ")
}
