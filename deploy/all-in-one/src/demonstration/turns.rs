//! A call's turns as both sides had them: what the caller said, what was recognised, what was answered.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use system_tests::caller::{Report, Said};

use crate::ledger::CallRow;

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct TurnShown {
    /// The words that the caller's voice was given.
    pub caller_said: String,
    /// What the recognition made of them, from the session's stored history; several turns where it heard several.
    pub recognised: Option<String>,
    /// What the agent answered, from the same history.
    pub reply: Option<String>,
    /// What the caller understood of the answer.
    pub reply_heard: Option<String>,
    pub utterance_end_to_first_audio_ms: Option<u64>,
}

/// One turn in the session's stored state.
#[derive(Debug, Deserialize)]
struct Exchange {
    caller: String,
    reply: String,
    at: Timestamp,
}

/// Puts the two sides together: by order what the caller said and heard, by time what was recognised of it.
pub fn shown(said: &[Said], report: &Report, row: Option<&CallRow>) -> Vec<TurnShown> {
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
    for (exchange, at_ms) in row.map(history).unwrap_or_default() {
        // It belongs to the utterance that had begun last.
        let begun = report.spoken.iter().take_while(|spoken| spoken.from.as_ms() <= at_ms).count();
        if let Some(turn) = begun.checked_sub(1).and_then(|index| turns.get_mut(index)) {
            append(&mut turn.recognised, &exchange.caller);
            append(&mut turn.reply, &exchange.reply);
        }
    }
    turns
}

/// The session's exchanges with their times since the call began.
fn history(row: &CallRow) -> Vec<(Exchange, u64)> {
    let exchanges = row.state.get("history").and_then(|history| Vec::<Exchange>::deserialize(history).ok());
    let timed = |exchange: Exchange| {
        let since_start = exchange.at.duration_since(row.started_at).as_millis();
        (exchange, u64::try_from(since_start).unwrap_or(0))
    };
    exchanges.unwrap_or_default().into_iter().map(timed).collect()
}

fn append(words: &mut Option<String>, more: &str) {
    match words {
        Some(words) => {
            words.push(' ');
            words.push_str(more);
        }
        None => *words = Some(more.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use system_tests::caller::{LineTime, Spoken};

    use super::*;

    fn spoken(text: &str, from_ms: u64, to_ms: u64) -> Spoken {
        Spoken {
            text: text.to_owned(),
            from: LineTime::of_frame(from_ms / 20),
            to: LineTime::of_frame(to_ms / 20),
            utterance_end_to_first_audio_ms: Some(400),
            onset_to_silence_ms: None,
        }
    }

    #[test]
    fn an_utterance_that_was_heard_as_two_keeps_both_and_the_next_keeps_its_own() {
        let said = [
            Said::Agent { heard: "Hello.".to_owned(), latency_ms: None },
            Said::Caller { text: "A massage, please.".to_owned() },
            Said::Agent { heard: "Which day?".to_owned(), latency_ms: None },
            Said::Caller { text: "Tomorrow.".to_owned() },
        ];
        let report = Report {
            spoken: vec![spoken("A massage, please.", 1_000, 2_000), spoken("Tomorrow.", 5_000, 5_600)],
            ..Report::default()
        };
        let exchange =
            |at: &str, caller: &str| json!({"turn": 1, "caller": caller, "reply": "R.", "fact": null, "at": at});
        let row = CallRow {
            started_at: "2026-11-24T12:00:00Z".parse().expect("a timestamp"),
            status: "completed".to_owned(),
            outcome: None,
            turn_count: 3,
            barge_in_count: 0,
            session_id: uuid::Uuid::nil(),
            state: json!({"history": [
                exchange("2026-11-24T12:00:01.6Z", "A massage."),
                exchange("2026-11-24T12:00:02.4Z", "Please."),
                exchange("2026-11-24T12:00:06Z", "Tomorrow."),
            ]}),
        };
        let turns = shown(&said, &report, Some(&row));
        assert_eq!(turns[0].recognised.as_deref(), Some("A massage. Please."));
        assert_eq!(turns[0].reply_heard.as_deref(), Some("Which day?"));
        assert_eq!(turns[1].recognised.as_deref(), Some("Tomorrow."));
        assert_eq!(turns[1].utterance_end_to_first_audio_ms, Some(400));
    }
}
