//! Recognition by a provider at the other end of a WebSocket. The `session` decides, the provider's `dialect` puts it into
//! words, and this carries them between the two and the socket.
//!
//! There is no task: the connection is worked on while the call asks what was heard, and it ends with the call.

pub mod assembly;
mod audio;
mod backlog;
mod connection;
pub mod dialect;
mod pieces;
mod replay;
pub mod segment;
mod session;
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

pub use self::{
    audio::{Encoder, Encoding},
    socket::socket_url,
    trouble::Trouble,
};
use self::{
    dialect::Dialect,
    session::Session,
    socket::{Connecting, Socket},
};
use super::{Command, Heard, Recogniser};

/// The recogniser of one call.
pub struct Remote {
    session: Session,
    link: Link,
    /// At the latest when the session's next deadline is.
    timer: Pin<Box<Sleep>>,
}

enum Link {
    None,
    Connecting(Connecting),
    Open(Open),
}

struct Open {
    socket: Box<Socket>,
    /// Something was sent, and may not have left.
    unflushed: bool,
}

impl Remote {
    /// Connects as soon as it is asked what was heard. `first` is the utterance that is open.
    pub fn new(dialect: Box<dyn Dialect>, first: UtteranceId) -> Self {
        let now = Instant::now();
        let session = Session::new(now, first, dialect);
        Self { session, link: Link::None, timer: Box::pin(tokio::time::sleep_until(now)) }
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
                    self.link = Link::Connecting(socket::connect(self.session.dialect().request()));
                }
                wanted
            }
            Link::Connecting(connecting) => {
                let Poll::Ready(connected) = connecting.as_mut().poll(context) else { return false };
                match connected {
                    Ok(socket) => {
                        self.link = Link::Open(Open { socket: Box::new(socket), unflushed: false });
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
            Link::Open(open) => {
                let sent = send_all(open, &mut self.session, now, context);
                match sent.and_then(|()| receive(&mut open.socket, context)) {
                    Ok(Some(Received::Text(text))) => self.session.message(now, &text),
                    Ok(Some(Received::Nothing)) => {}
                    Ok(Some(Received::Closed(code, reason))) => {
                        self.link = Link::None;
                        self.session.closed(now, code, &reason);
                    }
                    Ok(None) => return false,
                    Err(trouble) => self.fail(now, trouble),
                }
                true
            }
        }
    }

    fn advance_timer(&mut self, context: &mut Context<'_>) -> bool {
        let Some(at) = self.session.poll_timeout() else { return false };
        // A timer that comes too early costs less than moving it on with each piece that is sent.
        if self.timer.deadline() > at || self.timer.is_elapsed() {
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

impl Recogniser for Remote {
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

impl Drop for Remote {
    fn drop(&mut self) {
        if let Link::Open(open) = std::mem::replace(&mut self.link, Link::None) {
            socket::say_goodbye(*open.socket, self.session.dialect().farewell());
        }
    }
}

/// Sends what there is, as far as the network takes it.
fn send_all(open: &mut Open, session: &mut Session, now: Instant, context: &mut Context<'_>) -> Result<(), Trouble> {
    let mut socket = Pin::new(&mut *open.socket);
    while session.has_outgoing()
        && let Poll::Ready(ready) = socket.as_mut().poll_ready(context)
    {
        ready.map_err(|_| Trouble::Broken)?;
        let Some(message) = session.poll_outgoing(now) else { break };
        socket.as_mut().start_send(message).map_err(|_| Trouble::Broken)?;
        open.unflushed = true;
    }
    if open.unflushed {
        match socket.poll_flush(context) {
            Poll::Ready(Err(_)) => return Err(Trouble::Broken),
            Poll::Ready(Ok(())) => open.unflushed = false,
            Poll::Pending => {}
        }
    }
    Ok(())
}

enum Received {
    Text(String),
    Closed(u16, String),
    /// No provider says anything in binary, and the library answers pings.
    Nothing,
}

/// What came; `None` when there is nothing yet.
fn receive(socket: &mut Socket, context: &mut Context<'_>) -> Result<Option<Received>, Trouble> {
    let Poll::Ready(message) = Pin::new(socket).poll_next(context) else { return Ok(None) };
    match message {
        Some(Ok(Message::Close(Some(frame)))) => {
            Ok(Some(Received::Closed(frame.code.into(), frame.reason.as_str().to_owned())))
        }
        Some(Ok(Message::Text(text))) => Ok(Some(Received::Text(text.as_str().to_owned()))),
        Some(Ok(Message::Binary(_))) => {
            metrics::counter!("transcribe_messages_ignored_total").increment(1);
            Ok(Some(Received::Nothing))
        }
        Some(Ok(_)) => Ok(Some(Received::Nothing)),
        Some(Err(_)) | None => Err(Trouble::Broken),
    }
}
