//! What happens to a call, as the core hears of it. Audio never enters: only what was made of it.

use serde::{Deserialize, Serialize};

use crate::id::{SegmentId, TurnId, UtteranceId};

/// Something that happened outside the core. The driver makes exactly one of each message, result or loss.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// The media stream is up and the caller's first frame came: the line carries sound both ways.
    LineReady,

    /// The voice activity detector heard speech begin. The time of the event is when it decided.
    SpeechStarted,
    /// It heard speech end: silence has begun.
    SpeechStopped,
    /// Words so far of the utterance that is open; may change.
    Partial { utterance: UtteranceId, text: String },
    /// The words of an utterance, in answer to `FinalizeTranscript`. Empty when there were none.
    Transcript { utterance: UtteranceId, text: String },
    /// In place of a `Partial`: the words so far are those that the agent was asked early. Made by `Call::judged`.
    PartialAsAsked { utterance: UtteranceId },
    /// In place of a `Transcript`: the words are those that the agent was asked early. Made by `Call::judged`.
    TranscriptAsAsked { utterance: UtteranceId },
    /// The recogniser's own judgement of whether the caller's turn is over, from the words and the sound of them. Not an
    /// answer to anything; not every recogniser has one.
    TurnEndHint { utterance: UtteranceId, end: TurnEnd },
    /// No speech recognition is left.
    TranscriptionLost,

    /// The agent can be asked early (`AskEarly`).
    EarlyTurnsOffered,
    /// A sentence of the agent's reply.
    Sentence { turn: TurnId, text: String },
    /// The reply has all its sentences.
    ReplyCompleted { turn: TurnId, expects: Expectation, directive: Directive },
    /// The agent could not answer this turn; the conversation goes on.
    ReplyFailed { turn: TurnId },
    /// The stream to the conversation service is gone, or could not be opened.
    ConversationLost,

    /// The first frame of a segment went to the carrier.
    SegmentStarted { segment: SegmentId },
    /// The carrier played a segment up to this many characters of its text (a mark came back, and no `clear`
    /// was sent after that mark). `last`: to its end.
    Played { segment: SegmentId, chars: u32, last: bool },
    /// A segment could not be synthesised by any provider; nothing more of it will be played.
    SegmentFailed { segment: SegmentId },

    /// The caller pressed a key: `0`–`9`, `*` or `#`.
    Dtmf { digit: char },
    /// The carrier said that the call ended.
    CallerHungUp,
    /// The media stream ended without a word.
    StreamLost,
    /// This process must stop; calls are to end.
    Shutdown,
}

/// How sure a recogniser is that the caller's turn is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TurnEnd {
    /// It may well be over: the pause need not be long.
    Likely,
    /// It is over, as far as the recogniser is concerned.
    Sure,
    /// The caller goes on: what was said before does not hold.
    TakenBack,
}

/// What the agent's last words ask for. Tunes how long a pause ends the caller's turn.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Expectation {
    #[default]
    Open,
    YesNo,
    Service,
    Date,
    Time,
    Name,
    Email,
    Phone,
}

impl Expectation {
    /// Said piece by piece, with pauses that end nothing.
    pub(crate) const fn is_dictated(self) -> bool {
        matches!(self, Self::Email | Self::Phone)
    }
}

/// What is to happen after the reply was heard.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Directive {
    /// Listen on.
    #[default]
    Listen,
    /// Hang up once the last word was heard.
    HangUp,
    /// A link to go on with elsewhere was sent: stay until it has arrived, and say goodbye after a silence.
    HandOff,
}
