//! What the core wants done. Each action carries the ids that its answer must bring back, so that a late answer
//! of a cancelled turn is recognised and dropped.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::id::{SegmentId, TurnId, UtteranceId};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Synthesise this text and play it after what is queued. Answers: `SegmentStarted`, `Played` …, or `SegmentFailed`.
    Speak { segment: SegmentId, turn: TurnId, text: String },
    /// Drop every segment that was not played to its end, here and at the carrier (`clear`). Marks that come back
    /// after it were not heard.
    StopSpeaking,
    /// Drop the segments after this one, which is played to its end.
    StopSpeakingAfter { segment: SegmentId },
    /// Stop for a moment, here and at the carrier (`clear`), and keep what was not played: either `ResumeSpeaking` or
    /// `StopSpeaking` follows. Marks that come back meanwhile were not heard.
    PauseSpeaking,
    /// Go on from the last mark that came back before the pause: what follows these characters of this segment was not
    /// heard.
    ResumeSpeaking { segment: SegmentId, chars: u32 },
    /// The utterance is over: give its words. What is said from now on is the next utterance (`id + 1`).
    /// Answer: `Transcript` with this id, always.
    FinalizeTranscript { utterance: UtteranceId },
    /// Send the caller's words to the agent. Answers: `Sentence` …, then `ReplyCompleted` or `ReplyFailed`.
    ///
    /// `continues` names the turn that this one goes on with: the caller spoke on before the reply to it could have been
    /// taken in, so the text is the rest of what they meant to say, not an answer.
    AskAgent {
        turn: TurnId,
        text: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        continues: Option<TurnId>,
    },
    /// As `AskAgent`, from the words so far: the caller may say more. Nothing that the agent does for it may be noticed
    /// outside until `ConfirmTurn`; after `CancelTurn` it never was. Answers as to `AskAgent`, at any time.
    AskEarly {
        turn: TurnId,
        text: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        continues: Option<TurnId>,
    },
    /// Make the sound of this sentence ahead, if that costs nothing: it is the first of an early turn's reply. None of it is
    /// played, unless a `Speak` of the turn has the same text; after `CancelTurn` it is forgotten.
    PrepareSpeech { turn: TurnId, text: String },
    /// The words of the turn that was asked early were all: from now on it is a turn like any other.
    ConfirmTurn { turn: TurnId },
    /// Open the stream to the conversation service again, for the same session. What follows goes to the new one; an
    /// answer that was owed is asked for again, or given up.
    RedialConversation,
    /// Ask the agent to sum the conversation up in a sentence, as the reply to this turn; the call ends after it. Answers as
    /// to `AskAgent`.
    AskSummary { turn: TurnId },
    /// The conversation is to go on elsewhere: on the web, by a text message. The agent tells the caller how, as the reply to
    /// this turn; the call ends after it. Answers as to `AskAgent`.
    RequestHandoff { turn: TurnId, reason: HandoffReason },
    /// The reply to this turn is no longer wanted. A turn that was asked early and not confirmed never was.
    CancelTurn { turn: TurnId },
    /// Tell the conversation what was heard of a reply: whole words, up to the cut.
    ReportHeard { turn: TurnId, text: String, complete: bool },
    /// The caller heard the consent sentence to its end: a recording may begin. Once, and never after it was cut.
    ConsentHeard,
    /// End the call at the carrier.
    HangUp,
    /// The call is over; the last action, once.
    RecordOutcome(Outcome),
}

/// Why a call cannot go on by phone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HandoffReason {
    /// The caller had as many turns as a call may have.
    TurnLimit,
}

/// The figures of a call that ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    pub status: Status,
    pub reason: EndReason,
    pub duration: Duration,
    /// Turns that were sent to the agent.
    pub turns: u32,
    pub barge_ins: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Completed,
    Failed,
    Timeout,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndReason {
    CallerHungUp,
    AgentHungUp,
    Silence,
    DurationLimit,
    TurnLimit,
    /// The caller was sent a link to go on with elsewhere, and was silent after it.
    HandedOff,
    StreamLost,
    SpeechFailed,
    ConversationLost,
    Shutdown,
}
