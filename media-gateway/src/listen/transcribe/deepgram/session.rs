//! One call's session with Deepgram, over as many connections as it takes. Pure: what came in and the time are told to
//! it; what goes out, what was heard and the next deadline are asked of it. Sockets are left to the client.

use std::{collections::VecDeque, time::Duration};

use bytes::Bytes;
use call::{TurnEnd, UtteranceId};
use tokio::time::Instant;

use super::{
    super::{Command, Heard},
    assembly::Assembly,
    audio::{Encoder, Encoding},
    flux::Turns,
    message::{Results, ServerMessage},
    replay::Replay,
    segment::{Position, Segment, position},
    trouble::Trouble,
};
use crate::listen::{LISTENING_RATE_HZ, voice_activity};

/// Audio that waits for a connection or a slow network. Then the oldest is dropped, and counted.
const QUEUED_MAX: Position = samples(Duration::from_secs(5));
/// From `Finalize` to the words. The core waits almost twice as long, which leaves a spare recogniser its time.
const FINAL_PATIENCE: Duration = Duration::from_millis(800);
/// Before the next try to connect, by how many went wrong before it.
const BACKOFF: [Duration; 3] = [Duration::ZERO, Duration::from_millis(200), Duration::from_millis(500)];
/// No connection for this long is one for a spare.
const OUTAGE_MAX: Duration = Duration::from_millis(2_500);
/// A connection that held this long was good: the next break is the first one again.
const PROVEN: Duration = Duration::from_secs(10);
/// v1 closes after 10 s without a sign of life.
const KEEP_ALIVE: Duration = Duration::from_secs(4);
/// v2 knows no keep-alive: it is sent silence after a pause in the audio.
const FLUX_PAUSE_MAX: Duration = Duration::from_millis(500);
const SILENCE: Duration = Duration::from_millis(240);
/// v1 has results about each second, empty ones too. Speech that goes without any for so long is not heard.
const STALL: Duration = Duration::from_secs(5);
/// One is a bug in a proxy; many are no Deepgram.
const MALFORMED_MAX: u32 = 10;

/// What goes to the socket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outgoing {
    /// Never empty: Deepgram would take that for the end.
    Audio(Bytes),
    KeepAlive,
    Finalize,
}

pub struct Session {
    dialect: Dialect,
    encoder: Encoder,
    assembly: Assembly,
    queue: VecDeque<Item>,
    queued: Position,
    replay: Replay,
    /// Where the next audio goes.
    sent: Position,
    state: State,
    /// Connections that went wrong in a row.
    failures: usize,
    /// When Finalizes are to be answered, oldest first.
    owed: VecDeque<(UtteranceId, Instant)>,
    lost: Option<Heard>,
}

enum Dialect {
    Results,
    Turns(Turns),
}

enum Item {
    Audio {
        bytes: Bytes,
        length: Position,
    },
    SpeechStarted,
    SpeechStopped,
    Finalize(UtteranceId),
    KeepAlive,
    /// Asks again, on a new connection, for the end of an utterance.
    Flush(UtteranceId),
}

enum State {
    Down { since: Instant, try_at: Instant },
    Connecting { down_since: Instant },
    Up(Connection),
    Lost,
}

struct Connection {
    since: Instant,
    /// The position of its first sample.
    origin: Position,
    had_audio: bool,
    last_sent: Instant,
    last_heard: Instant,
    /// Speech was sent then, and no message came since.
    unanswered_since: Option<Instant>,
    malformed: u32,
}

const fn samples(length: Duration) -> Position {
    length.as_millis() as Position * LISTENING_RATE_HZ as Position / 1_000
}

impl Session {
    pub fn new(now: Instant, first: UtteranceId, encoding: Encoding, is_flux: bool) -> Self {
        Self {
            dialect: if is_flux { Dialect::Turns(Turns::default()) } else { Dialect::Results },
            encoder: Encoder::new(encoding),
            assembly: Assembly::new(first),
            queue: VecDeque::new(),
            queued: 0,
            replay: Replay::default(),
            sent: 0,
            state: State::Down { since: now, try_at: now },
            failures: 0,
            owed: VecDeque::new(),
            lost: None,
        }
    }

    pub fn command(&mut self, now: Instant, command: Command) {
        if matches!(self.state, State::Lost) {
            return;
        }
        match command {
            Command::Audio(samples) => {
                let bytes = self.encoder.encode(&samples);
                self.queue_audio(now, bytes, samples.len() as Position);
            }
            Command::SpeechStarted => self.queue.push_back(Item::SpeechStarted),
            Command::SpeechStopped => self.queue.push_back(Item::SpeechStopped),
            // Its vocabulary is set when the socket opens.
            Command::Expect(_) => {}
            Command::Finalize(id) => {
                self.queue.push_back(Item::Finalize(id));
                self.owed.push_back((id, now + FINAL_PATIENCE));
            }
        }
    }

    /// Whether it is time to connect. Say so once the attempt began, and then how it went.
    pub fn wants_connection(&self, now: Instant) -> bool {
        matches!(self.state, State::Down { try_at, .. } if try_at <= now)
    }

    pub fn connecting(&mut self) {
        if let State::Down { since, .. } = self.state {
            self.state = State::Connecting { down_since: since };
        }
    }

    pub fn connected(&mut self, now: Instant) {
        if let State::Connecting { .. } = self.state {
            if let Dialect::Turns(turns) = &mut self.dialect {
                *turns = Turns::default();
            }
            self.state = State::Up(Connection {
                since: now,
                origin: self.sent,
                had_audio: false,
                last_sent: now,
                last_heard: now,
                unanswered_since: None,
                malformed: 0,
            });
        }
    }

    /// Whether an attempt to connect is still wanted.
    pub const fn is_connecting(&self) -> bool {
        matches!(self.state, State::Connecting { .. })
    }

    /// Whether a connection that was made is still wanted.
    pub const fn is_up(&self) -> bool {
        matches!(self.state, State::Up(_))
    }

    /// The attempt to connect, or the connection, went wrong.
    pub fn failed(&mut self, now: Instant, trouble: Trouble) {
        let since = match &self.state {
            State::Up(connection) => {
                if now.duration_since(connection.since) >= PROVEN {
                    self.failures = 0;
                }
                now
            }
            State::Connecting { down_since: since } | State::Down { since, .. } => *since,
            State::Lost => return,
        };
        let Some(backoff) = BACKOFF.get(self.failures).filter(|_| trouble.is_passing()) else {
            return self.end(trouble);
        };
        metrics::counter!("deepgram_troubles_total", "kind" => trouble.label()).increment(1);
        tracing::warn!(%trouble, failures = self.failures, "a Deepgram connection went wrong; trying again");
        self.failures += 1;
        if self.is_up() {
            self.rewind();
        }
        self.state = State::Down { since, try_at: now + *backoff };
    }

    /// A text message. One that is malformed counts against the connection.
    pub fn message(&mut self, now: Instant, text: &str) {
        let State::Up(connection) = &mut self.state else { return };
        connection.last_heard = now;
        connection.unanswered_since = None;
        let origin = connection.origin;
        match super::message::parse(text) {
            Ok(ServerMessage::Results(results)) => self.results(results, origin),
            Ok(ServerMessage::TurnInfo(turn)) => {
                if let Dialect::Turns(turns) = &mut self.dialect {
                    turns.hear(turn, origin, &mut self.assembly);
                }
            }
            Ok(ServerMessage::UtteranceEnd) => self.assembly.hear_turn_end(TurnEnd::Sure),
            Ok(ServerMessage::Error(failure)) => {
                tracing::warn!(code = ?failure.code.get(..64).unwrap_or(&failure.code), "Deepgram reported an error");
                self.failed(now, Trouble::ServerError);
            }
            Ok(
                ServerMessage::SpeechStarted
                | ServerMessage::Metadata
                | ServerMessage::Connected
                | ServerMessage::Unknown,
            ) => {}
            Err(_) => {
                metrics::counter!("deepgram_messages_malformed_total").increment(1);
                connection.malformed += 1;
                if connection.malformed > MALFORMED_MAX {
                    self.failed(now, Trouble::Malformed);
                }
            }
        }
    }

    /// What to send next, while there is a connection that takes it.
    pub fn poll_outgoing(&mut self, now: Instant) -> Option<Outgoing> {
        loop {
            let State::Up(connection) = &mut self.state else { return None };
            match self.queue.pop_front()? {
                Item::Audio { bytes, length } => {
                    connection.had_audio = true;
                    connection.last_sent = now;
                    self.queued -= length;
                    self.sent += length;
                    self.replay.push(bytes.clone(), self.sent, length);
                    return Some(Outgoing::Audio(bytes));
                }
                Item::SpeechStarted => {
                    if matches!(self.dialect, Dialect::Results) {
                        connection.unanswered_since.get_or_insert(now);
                    }
                    self.assembly.speech_started();
                }
                Item::SpeechStopped => {
                    self.assembly.speech_stopped(self.sent.saturating_sub(samples(voice_activity::HANGOVER)));
                }
                Item::KeepAlive => return Some(Outgoing::KeepAlive),
                Item::Finalize(id) => {
                    if self.assembly.finalize(id, self.sent) && self.flush(id) {
                        return Some(Outgoing::Finalize);
                    }
                }
                Item::Flush(id) => {
                    if self.flush(id) {
                        return Some(Outgoing::Finalize);
                    }
                }
            }
        }
    }

    pub fn poll_heard(&mut self) -> Option<Heard> {
        if self.lost.is_some() {
            return self.lost.take();
        }
        if matches!(self.state, State::Lost) {
            return None;
        }
        let heard = self.assembly.poll_heard()?;
        if let Heard::Final { utterance, .. } = &heard {
            self.owed.retain(|(id, _)| id != utterance);
        }
        Some(heard)
    }

    pub fn poll_timeout(&self) -> Option<Instant> {
        let owed = self.owed.front().map(|(_, at)| *at);
        let state = match &self.state {
            State::Down { since, try_at } => Some((*try_at).min(*since + OUTAGE_MAX)),
            State::Connecting { down_since } => Some(*down_since + OUTAGE_MAX),
            State::Up(connection) => {
                let stalled_at = connection.unanswered_since.map(|since| since + STALL);
                stalled_at.into_iter().chain([self.idle_at(connection)]).min()
            }
            State::Lost => return None,
        };
        owed.into_iter().chain(state).min()
    }

    pub fn handle_timeout(&mut self, now: Instant) {
        match &self.state {
            State::Down { since, .. } | State::Connecting { down_since: since } => {
                if now >= *since + OUTAGE_MAX {
                    return self.failed(now, Trouble::Outage);
                }
            }
            State::Up(connection) if connection.unanswered_since.is_some_and(|since| now >= since + STALL) => {
                return self.failed(now, Trouble::Stalled);
            }
            State::Up(connection) if now >= self.idle_at(connection) => self.fill_pause(now),
            State::Up(_) => {}
            State::Lost => return,
        }
        while let Some((id, _)) = self.owed.front().filter(|(_, at)| *at <= now).copied() {
            if !self.answer_overdue(now, id) {
                return;
            }
        }
    }

    fn results(&mut self, results: Results, origin: Position) {
        let start = position(origin, results.start);
        let end = position(origin, results.start + results.duration);
        let best = results.channel.alternatives.into_iter().next().unwrap_or_default();
        let segment = Segment::new(best, origin, start, end);
        // One page of the documentation has `speech_final` without `is_final`: the words are as good as final then.
        if results.is_final || results.speech_final || results.from_finalize {
            self.assembly.hear_final(segment);
        } else {
            self.assembly.hear_interim(segment);
        }
        if results.from_finalize {
            self.assembly.flushed(end);
        } else if results.speech_final {
            self.assembly.hear_turn_end(TurnEnd::Likely);
        }
    }

    /// Whether a flush is to be sent for this utterance, which is noted then. Flux knows none.
    fn flush(&mut self, id: UtteranceId) -> bool {
        let flushes = matches!(self.dialect, Dialect::Results) && self.assembly.pending().any(|(owed, _)| owed == id);
        if flushes {
            self.assembly.flush_sent(id, self.sent);
        }
        flushes
    }

    fn queue_audio(&mut self, now: Instant, bytes: Bytes, length: Position) {
        if bytes.is_empty() {
            return;
        }
        self.queued += length;
        self.queue.push_back(Item::Audio { bytes, length });
        if self.queued > QUEUED_MAX && self.is_up() {
            self.failed(now, Trouble::Stalled);
        }
        while self.queued > QUEUED_MAX {
            let Some(oldest) = self.queue.iter().position(|item| matches!(item, Item::Audio { .. })) else { return };
            if let Some(Item::Audio { length, .. }) = self.queue.remove(oldest) {
                self.queued -= length;
                metrics::counter!("transcribe_audio_dropped_total", "provider" => super::NAME).increment(1);
            }
        }
    }

    /// Puts what Deepgram may not have understood before what it has not been sent.
    fn rewind(&mut self) {
        let from = self.assembly.restart(self.replay.oldest(self.sent));
        let pieces = self.replay.take_from(from);
        let mut flushes = self.assembly.pending().peekable();
        let mut again = Vec::with_capacity(pieces.len());
        self.sent = pieces.first().map_or(self.sent, |first| first.start());
        for piece in pieces {
            let (end, length) = (piece.end, piece.length);
            self.queued += length;
            again.push(Item::Audio { bytes: piece.bytes, length });
            while let Some((id, _)) = flushes.next_if(|(_, boundary)| *boundary <= end) {
                again.push(Item::Flush(id));
            }
        }
        again.extend(flushes.map(|(id, _)| Item::Flush(id)));
        for item in again.into_iter().rev() {
            self.queue.push_front(item);
        }
    }

    fn idle_at(&self, connection: &Connection) -> Instant {
        connection.last_sent
            + match self.dialect {
                Dialect::Results => KEEP_ALIVE,
                Dialect::Turns(_) => FLUX_PAUSE_MAX,
            }
    }

    /// No audio came for a while. A stream that never had any needs some, whatever else is sent.
    fn fill_pause(&mut self, now: Instant) {
        let State::Up(connection) = &mut self.state else { return };
        connection.last_sent = now;
        if !self.queue.is_empty() {
            return;
        }
        if matches!(self.dialect, Dialect::Results) && connection.had_audio {
            self.queue.push_back(Item::KeepAlive);
        } else {
            let bytes = self.encoder.encode(&[0.0; samples(SILENCE) as usize]);
            self.queue_audio(now, bytes, samples(SILENCE));
        }
    }

    /// The words of an utterance did not come in time. False if that is the end of the session.
    fn answer_overdue(&mut self, now: Instant, id: UtteranceId) -> bool {
        let is_queued = self.queue.iter().any(|item| matches!(item, Item::Finalize(queued) if *queued == id));
        match &self.state {
            State::Up(connection) if !is_queued => {
                let asked_at = now.checked_sub(FINAL_PATIENCE);
                let silent = asked_at.is_some_and(|asked_at| connection.last_heard <= asked_at);
                if silent && self.assembly.owes_speech(id) {
                    self.end(Trouble::Stalled);
                    return false;
                }
            }
            _ => {
                // Without the connection there is nothing to answer with; a spare has all the audio.
                self.end(Trouble::Outage);
                return false;
            }
        }
        self.owed.pop_front();
        if self.assembly.oldest_pending().is_some_and(|(oldest, _)| oldest == id) {
            metrics::counter!("transcribe_finals_overdue_total", "provider" => super::NAME).increment(1);
            self.assembly.give_up_oldest();
        }
        true
    }

    fn end(&mut self, trouble: Trouble) {
        metrics::counter!("deepgram_troubles_total", "kind" => trouble.label()).increment(1);
        tracing::warn!(%trouble, "Deepgram is given up for this call");
        self.state = State::Lost;
        self.queue.clear();
        self.owed.clear();
        self.lost = Some(Heard::Lost);
    }
}

#[cfg(test)]
mod tests;
