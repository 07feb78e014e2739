//! Recognition by Deepgram, streamed over a WebSocket. The `session` decides; this carries between it and the socket.
//!
//! There is no task: the connection is worked on while the call asks what was heard, and it ends with the call.

mod assembly;
mod audio;
mod flux;
mod message;
mod replay;
mod segment;
mod session;
mod settings;
mod socket;
mod trouble;

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use call::UtteranceId;
use futures::{Sink as _, Stream as _};
use tokio::time::{Instant, Sleep};
use tokio_tungstenite::tungstenite::Message;

pub use self::{audio::Encoding, settings::DeepgramSettings};
use self::{
    session::{Outgoing, Session},
    socket::{Connecting, Socket},
    trouble::Trouble,
};
use super::{Command, Heard, Hints, Recogniser};

/// Of the provider, in metrics and in a session's row.
pub const NAME: &str = "deepgram";

/// The recogniser of one call.
pub struct Deepgram {
    settings: DeepgramSettings,
    hints: Hints,
    session: Session,
    link: Link,
    /// Re-armed for the session's next deadline.
    timer: Pin<Box<Sleep>>,
}

enum Link {
    None,
    Connecting(Connecting),
    Open(Box<Socket>),
}

impl Deepgram {
    /// Connects as soon as it is asked what was heard. `first` is the utterance that is open.
    pub fn new(settings: DeepgramSettings, hints: Hints, first: UtteranceId) -> Self {
        let now = Instant::now();
        let session = Session::new(now, first, settings.encoding, settings.is_flux());
        Self { settings, hints, session, link: Link::None, timer: Box::pin(tokio::time::sleep_until(now)) }
    }

    /// One step of whatever can go on. False when all is waiting.
    fn advance(&mut self, context: &mut Context<'_>) -> bool {
        self.advance_link(context) || self.advance_timer(context)
    }

    fn advance_link(&mut self, context: &mut Context<'_>) -> bool {
        let now = Instant::now();
        match &mut self.link {
            Link::None => {
                let wanted = self.session.wants_connection(now);
                if wanted {
                    self.session.connecting();
                    self.link = Link::Connecting(socket::connect(&self.settings, &self.hints));
                }
                wanted
            }
            Link::Connecting(connecting) => {
                let Poll::Ready(connected) = connecting.as_mut().poll(context) else { return false };
                match connected {
                    Ok(socket) => {
                        self.link = Link::Open(Box::new(socket));
                        self.session.connected(now);
                    }
                    Err(trouble) => self.fail(now, trouble),
                }
                true
            }
            Link::Open(_) if !self.session.is_up() => {
                self.link = Link::None;
                true
            }
            Link::Open(socket) => {
                let sent = send_all(socket, &mut self.session, now, context);
                match sent.and_then(|()| receive(socket, context)) {
                    Ok(Some(text)) => self.session.message(now, &text),
                    Ok(None) => return false,
                    Err(trouble) => self.fail(now, trouble),
                }
                true
            }
        }
    }

    fn advance_timer(&mut self, context: &mut Context<'_>) -> bool {
        let Some(at) = self.session.poll_timeout() else { return false };
        if self.timer.deadline() != at {
            self.timer.as_mut().reset(at);
        }
        if self.timer.as_mut().poll(context).is_pending() {
            return false;
        }
        self.session.handle_timeout(Instant::now());
        if matches!(self.link, Link::Connecting(_)) && !self.session.is_connecting() {
            self.link = Link::None;
        }
        true
    }

    fn fail(&mut self, now: Instant, trouble: Trouble) {
        self.link = Link::None;
        self.session.failed(now, trouble);
    }
}

impl Recogniser for Deepgram {
    fn send(&mut self, command: Command) {
        self.session.command(Instant::now(), command);
    }

    fn poll_heard(&mut self, context: &mut Context<'_>) -> Poll<Heard> {
        loop {
            if let Some(heard) = self.session.poll_heard() {
                return Poll::Ready(heard);
            }
            if !self.advance(context) {
                return Poll::Pending;
            }
        }
    }
}

impl Drop for Deepgram {
    fn drop(&mut self) {
        if let Link::Open(socket) = std::mem::replace(&mut self.link, Link::None) {
            socket::say_goodbye(*socket);
        }
    }
}

/// Sends what there is, as far as the network takes it.
fn send_all(
    socket: &mut Socket,
    session: &mut Session,
    now: Instant,
    context: &mut Context<'_>,
) -> Result<(), Trouble> {
    let mut socket = Pin::new(socket);
    while let Poll::Ready(ready) = socket.as_mut().poll_ready(context) {
        ready.map_err(|_| Trouble::Broken)?;
        let Some(outgoing) = session.poll_outgoing(now) else { break };
        let message = match outgoing {
            Outgoing::Audio(bytes) => Message::Binary(bytes),
            Outgoing::KeepAlive => Message::text(r#"{"type":"KeepAlive"}"#),
            Outgoing::Finalize => Message::text(r#"{"type":"Finalize"}"#),
        };
        socket.as_mut().start_send(message).map_err(|_| Trouble::Broken)?;
    }
    match socket.poll_flush(context) {
        Poll::Ready(Err(_)) => Err(Trouble::Broken),
        Poll::Ready(Ok(())) | Poll::Pending => Ok(()),
    }
}

/// The next message: empty for one that only shows life; `None` when there is none yet.
fn receive(socket: &mut Socket, context: &mut Context<'_>) -> Result<Option<String>, Trouble> {
    let Poll::Ready(message) = Pin::new(socket).poll_next(context) else { return Ok(None) };
    match message {
        Some(Ok(Message::Close(Some(frame)))) => Err(Trouble::of_close(frame.code.into(), &frame.reason)),
        Some(Ok(Message::Text(text))) => Ok(Some(text.as_str().to_owned())),
        // Deepgram sends nothing else that means something; the library answers pings.
        Some(Ok(_)) => Ok(Some(r#"{"type":"Ignored"}"#.to_owned())),
        Some(Err(_)) | None => Err(Trouble::Broken),
    }
}
