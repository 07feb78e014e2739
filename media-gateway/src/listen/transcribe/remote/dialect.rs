//! How a provider is spoken to: its messages for what we want to say, and what its answers mean. Everything else about
//! a session with a provider is the same for all of them.

use std::{collections::VecDeque, time::Duration};

use bytes::Bytes;
use tokio_tungstenite::tungstenite::Message;

use super::{assembly::Assembly, audio::Encoding, segment::Position, trouble::Trouble};

/// What goes to the socket next, in order.
pub type Outbox = VecDeque<Message>;

/// One provider's way of speaking. Pure but for the ids and the time that its messages carry; of one call, over all its
/// connections.
pub trait Dialect: Send {
    /// Of the provider: in logs, metrics and a session's row.
    fn name(&self) -> &'static str;

    /// How it takes audio.
    fn encoding(&self) -> Encoding;

    /// The upgrade that opens a connection.
    fn request(&self) -> Result<http::Request<()>, Trouble>;

    /// A connection was made; its first sample will be the one at `origin`.
    fn opened(&mut self, origin: Position, outbox: &mut Outbox);

    /// Whether audio may be sent now. False while the provider is still to answer what came before.
    fn takes_audio(&self) -> bool {
        true
    }

    /// The next audio, which is never empty. It begins at `start`.
    fn audio(&mut self, bytes: Bytes, start: Position, outbox: &mut Outbox);

    /// Our detector heard speech begin in the audio that follows.
    fn speech_started(&mut self) {}

    /// Asks for all words up to `end`, the end of the audio so far. False if there is no way to.
    fn flush(&mut self, end: Position, outbox: &mut Outbox) -> bool;

    /// What keeps a connection alive when no audio came for how long.
    fn filler(&self) -> (Duration, Filler);

    /// How long the provider may still take to say anything. None while it has no reason to.
    fn patience(&self) -> Option<Duration>;

    /// A text message came.
    fn hear(&mut self, text: &str, assembly: &mut Assembly) -> Answer;

    /// What a close frame means.
    fn trouble_of_close(&self, code: u16, reason: &str) -> Trouble;

    /// What is said before the connection is closed.
    fn farewell(&self) -> Message;
}

/// What stands in for audio.
#[derive(Debug, Clone, PartialEq)]
pub enum Filler {
    Message(Message),
    Silence,
}

/// What a message of the provider comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// It was taken in, or it says nothing that matters here.
    Taken,
    /// It cannot be read. One is a bug in a proxy; many are no provider.
    Malformed,
    /// It stopped listening before we were done: audio after its last final words is to be sent again.
    Restart,
    Trouble(Trouble),
}
