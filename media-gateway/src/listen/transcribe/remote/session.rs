//! One call's session with a provider, over as many connections as it takes. Pure: what came in and the time are told to
//! it; what goes out, what was heard and the next deadline are asked of it. Sockets are left to the client, the
//! provider's words to its dialect.

use std::{collections::VecDeque, time::Duration};

use call::UtteranceId;
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::Message;

use super::{
    super::{Command, Heard},
    assembly::Assembly,
    backlog::{Backlog, Item},
    connection::{Connection, Live, Next},
    dialect::{Answer, Dialect, Filler, Outbox},
    pieces::{Gathered, Pieces},
    replay::Replay,
    segment::{Position, samples},
    trouble::Trouble,
};
use crate::listen::voice_activity;

/// From `Finalize` to the words. The core waits almost twice as long, which leaves a spare recogniser its time.
const FINAL_PATIENCE: Duration = Duration::from_millis(800);
/// Sent instead of audio that does not come.
const SILENCE: Duration = Duration::from_millis(240);

pub struct Session {
    dialect: Box<dyn Dialect>,
    pieces: Pieces,
    assembly: Assembly,
    backlog: Backlog,
    outbox: Outbox,
    replay: Replay,
    /// Where the next audio goes.
    sent: Position,
    connection: Connection,
    /// When Finalizes are to be answered, oldest first.
    owed: VecDeque<(UtteranceId, Instant)>,
    lost: Option<Heard>,
}

impl Session {
    pub fn new(now: Instant, first: UtteranceId, dialect: Box<dyn Dialect>) -> Self {
        Self {
            pieces: Pieces::new(dialect.encoding()),
            replay: Replay::new(dialect.encoding()),
            dialect,
            assembly: Assembly::new(first),
            backlog: Backlog::new(),
            outbox: Outbox::new(),
            sent: 0,
            connection: Connection::new(now),
            owed: VecDeque::new(),
            lost: None,
        }
    }

    pub const fn dialect(&self) -> &dyn Dialect {
        &*self.dialect
    }

    pub fn command(&mut self, now: Instant, command: Command) {
        if self.connection.is_lost() {
            return;
        }
        match command {
            Command::Audio(samples) => self.queue_audio(now, &samples),
            Command::SpeechStarted => {
                self.pieces.speech_started();
                self.queue_after_audio(now, Item::SpeechStarted);
            }
            Command::SpeechStopped => {
                self.pieces.speech_stopped();
                self.queue_after_audio(now, Item::SpeechStopped);
            }
            // A provider's vocabulary is set when its stream begins.
            Command::Expect(_) => {}
            Command::Finalize(id) => {
                self.queue_after_audio(now, Item::Finalize(id));
                self.owed.push_back((id, now + FINAL_PATIENCE));
            }
        }
    }

    /// Whether it is time to connect. Say so once the attempt began, and then how it went.
    pub fn wants_connection(&self, now: Instant) -> bool {
        self.connection.is_wanted(now)
    }

    pub const fn connecting(&mut self) {
        self.connection.connecting();
    }

    pub fn connected(&mut self, now: Instant) {
        if self.connection.connected(now) {
            self.backlog.connected();
            self.dialect.opened(self.sent, &mut self.outbox);
        }
    }

    /// Whether an attempt to connect is still wanted.
    pub const fn is_connecting(&self) -> bool {
        self.connection.is_connecting()
    }

    /// Whether a connection that was made is still wanted.
    pub const fn is_up(&self) -> bool {
        self.connection.is_up()
    }

    /// The attempt to connect, or the connection, went wrong.
    pub fn failed(&mut self, now: Instant, trouble: Trouble) {
        let was_up = self.is_up();
        match self.connection.failed(now, trouble) {
            Some(Next::Retry) => {
                let provider = self.dialect.name();
                metrics::counter!("transcribe_troubles_total", "provider" => provider, "kind" => trouble.label())
                    .increment(1);
                let failures = self.connection.failures();
                tracing::warn!(provider, %trouble, failures, "a connection to a recogniser went wrong; trying again");
                if was_up {
                    self.backlog.disconnected();
                    self.outbox.clear();
                    self.rewind();
                }
            }
            Some(Next::GiveUp) => self.end(trouble),
            None => {}
        }
    }

    /// The provider closed the connection.
    pub fn closed(&mut self, now: Instant, code: u16, reason: &str) {
        let trouble = self.dialect.trouble_of_close(code, reason);
        self.failed(now, trouble);
    }

    /// A text message.
    pub fn message(&mut self, now: Instant, text: &str) {
        let Some(live) = self.connection.live_mut() else { return };
        live.last_heard = now;
        let answer = self.dialect.hear(text, &mut self.assembly);
        live.unanswered_since = self.dialect.patience().map(|_| now);
        match answer {
            Answer::Taken => {}
            Answer::Malformed => {
                let is_borne = live.bears_malformed();
                metrics::counter!("transcribe_messages_malformed_total", "provider" => self.dialect.name())
                    .increment(1);
                if !is_borne {
                    self.failed(now, Trouble::Malformed);
                }
            }
            Answer::Restart => self.rewind(),
            Answer::Trouble(trouble) => self.failed(now, trouble),
        }
    }

    /// Whether it is worth to ask what to send next.
    pub fn has_outgoing(&self) -> bool {
        self.is_up() && (!self.outbox.is_empty() || (self.dialect.takes_audio() && !self.backlog.is_empty()))
    }

    /// What to send next, while there is a connection that takes it.
    pub fn poll_outgoing(&mut self, now: Instant) -> Option<Message> {
        while self.is_up() {
            if let Some(message) = self.outbox.pop_front() {
                return Some(message);
            }
            if !self.dialect.takes_audio() {
                return None;
            }
            let item = self.backlog.pop()?;
            self.carry_out(now, item);
            if let Some(live) = self.connection.live_mut()
                && self.dialect.patience().is_some()
            {
                live.unanswered_since.get_or_insert(now);
            }
        }
        None
    }

    pub fn poll_heard(&mut self) -> Option<Heard> {
        if self.lost.is_some() {
            return self.lost.take();
        }
        if self.connection.is_lost() {
            return None;
        }
        let heard = self.assembly.poll_heard()?;
        if let Heard::Final { utterance, .. } = &heard {
            self.owed.retain(|(id, _)| id != utterance);
        }
        Some(heard)
    }

    pub fn poll_timeout(&self) -> Option<Instant> {
        if self.connection.is_lost() {
            return None;
        }
        let owed = self.owed.front().map(|(_, at)| *at);
        let live = self.connection.live();
        let stalled_at = live.and_then(|live| self.stalled_at(live));
        let idle_at = live.map(|live| self.idle_at(live));
        [owed, self.connection.poll_timeout(), stalled_at, idle_at].into_iter().flatten().min()
    }

    pub fn handle_timeout(&mut self, now: Instant) {
        if self.connection.is_lost() {
            return;
        }
        if self.connection.is_overdue(now) {
            return self.failed(now, Trouble::Outage);
        }
        if let Some(live) = self.connection.live() {
            if self.stalled_at(live).is_some_and(|at| now >= at) {
                return self.failed(now, Trouble::Stalled);
            }
            if now >= self.idle_at(live) {
                self.fill_pause(now);
            }
        }
        while let Some((id, _)) = self.owed.front().filter(|(_, at)| *at <= now).copied() {
            if !self.answer_overdue(now, id) {
                return;
            }
        }
    }

    fn stalled_at(&self, live: &Live) -> Option<Instant> {
        Some(live.unanswered_since? + self.dialect.patience()?)
    }

    fn idle_at(&self, live: &Live) -> Instant {
        live.last_sent + self.dialect.filler().0
    }

    fn carry_out(&mut self, now: Instant, item: Item) {
        match item {
            Item::Audio { bytes, length } => {
                if let Some(live) = self.connection.live_mut() {
                    live.last_sent = now;
                }
                let start = self.sent;
                self.sent += length;
                self.replay.push(&bytes, self.sent, length);
                self.dialect.audio(bytes, start, &mut self.outbox);
            }
            Item::SpeechStarted => {
                self.dialect.speech_started();
                self.assembly.speech_started();
            }
            Item::SpeechStopped => {
                self.assembly.speech_stopped(self.sent.saturating_sub(samples(voice_activity::HANGOVER)));
            }
            Item::KeepAlive => {
                if let (_, Filler::Message(message)) = self.dialect.filler() {
                    self.outbox.push_back(message);
                }
            }
            Item::Finalize(id) => {
                if self.assembly.finalize(id, self.sent) {
                    self.flush(id);
                }
            }
            Item::Flush(id) => self.flush(id),
        }
    }

    /// Asks for the words of this utterance, if they are still owed.
    fn flush(&mut self, id: UtteranceId) {
        let is_owed = self.assembly.pending().any(|(owed, _)| owed == id);
        if is_owed && self.dialect.flush(self.sent, &mut self.outbox) {
            self.assembly.flush_sent(id, self.sent);
        }
    }

    fn queue_audio(&mut self, now: Instant, audio: &[f32]) {
        if let Some(piece) = self.pieces.push(audio) {
            self.queue_piece(now, piece);
        }
    }

    /// What was gathered belongs before it.
    fn queue_after_audio(&mut self, now: Instant, item: Item) {
        if let Some(piece) = self.pieces.take() {
            self.queue_piece(now, piece);
        }
        self.backlog.push(item);
    }

    fn queue_piece(&mut self, now: Instant, Gathered { bytes, length }: Gathered) {
        self.backlog.push(Item::Audio { bytes, length });
        if self.backlog.is_over_full() && self.is_up() {
            self.failed(now, Trouble::Stalled);
        }
        let shed = self.backlog.shed();
        if shed > 0 {
            metrics::counter!("transcribe_audio_dropped_total", "provider" => self.dialect.name()).increment(shed);
        }
    }

    /// Puts what the provider may not have understood before what it has not been sent.
    fn rewind(&mut self) {
        let from = self.assembly.restart(self.replay.oldest(self.sent));
        let pieces = self.replay.take_from(from);
        self.sent = pieces.first().map_or(self.sent, |first| first.start());
        self.backlog.put_back(pieces, self.assembly.pending());
    }

    /// No audio came for a while.
    fn fill_pause(&mut self, now: Instant) {
        let Some(live) = self.connection.live_mut() else { return };
        live.last_sent = now;
        if !self.backlog.is_empty() {
            return;
        }
        match self.dialect.filler().1 {
            Filler::Message(_) => self.queue_after_audio(now, Item::KeepAlive),
            // What was gathered is sound enough; with silence added it could be longer than a message may be.
            Filler::Silence => match self.pieces.take() {
                Some(piece) => self.queue_piece(now, piece),
                None => self.queue_audio(now, &[0.0; samples(SILENCE) as usize]),
            },
        }
    }

    /// The words of an utterance did not come in time. False if that is the end of the session.
    fn answer_overdue(&mut self, now: Instant, id: UtteranceId) -> bool {
        let Some(live) = self.connection.live().filter(|_| !self.backlog.has_finalize(id)) else {
            // Without the connection there is nothing to answer with; a spare has all the audio.
            self.end(Trouble::Outage);
            return false;
        };
        let asked_at = now.checked_sub(FINAL_PATIENCE);
        let silent = asked_at.is_some_and(|asked_at| live.last_heard <= asked_at);
        if silent && self.assembly.owes_speech(id) {
            self.end(Trouble::Stalled);
            return false;
        }
        self.owed.pop_front();
        if self.assembly.oldest_pending().is_some_and(|(oldest, _)| oldest == id) {
            metrics::counter!("transcribe_finals_overdue_total", "provider" => self.dialect.name()).increment(1);
            self.assembly.give_up_oldest();
        }
        true
    }

    fn end(&mut self, trouble: Trouble) {
        let provider = self.dialect.name();
        metrics::counter!("transcribe_troubles_total", "provider" => provider, "kind" => trouble.label()).increment(1);
        tracing::warn!(provider, %trouble, "a recogniser is given up for this call");
        self.connection.lose();
        self.backlog.clear();
        self.outbox.clear();
        self.owed.clear();
        self.lost = Some(Heard::Lost);
    }
}

#[cfg(test)]
mod tests;
