//! A call as a list of events: two bytes a step or a few more, when and what.

use call::{BargeInMode, CallConfig, Directive, Event, Expectation, SegmentId, TurnEnd, TurnId, UtteranceId};
use call_rules::{Broken, Step, WORDS, What, World, short_call};

use crate::bytes::Bytes;

/// A longer case finds nothing that a shorter one does not.
const STEPS_MAX: usize = 400;
/// Milliseconds. Short waits are usual; the long ones reach the re-prompt and the limits.
const WAITS: [u64; 16] = [0, 1, 5, 20, 20, 40, 100, 149, 150, 250, 500, 700, 1_200, 4_000, 15_000, 36_000];

/// Runs a call through these events and to its end, with every action checked, and its record replayed.
///
/// # Errors
///
/// The rule that was broken.
pub fn call_events(bytes: &[u8]) -> Result<(), Broken> {
    let mut bytes = Bytes::new(bytes);
    let mut world = World::new(config(&mut bytes));
    for _ in 0..STEPS_MAX {
        let Some(wait) = bytes.next() else { break };
        let wait = WAITS[usize::from(wait) % WAITS.len()];
        world.take(Step { wait, what: what(&mut bytes) })?;
    }
    world.run_out()?;
    world.observer.check_end()?;
    let differences = call::trace::replay(world.trace.as_bytes()).map_err(|error| Broken(error.to_string()))?;
    differences.first().map_or(Ok(()), |first| Err(Broken(format!("the record does not replay: {first}"))))
}

fn config(bytes: &mut Bytes<'_>) -> CallConfig {
    let mut config = short_call();
    config.barge_in = bytes.one_of(&[BargeInMode::Immediate, BargeInMode::AfterSentence]);
    if bytes.flag() {
        config.timings.vad_onset = std::time::Duration::from_millis(96);
        config.timings.vad_hangover = std::time::Duration::from_millis(192);
    }
    config
}

fn what(bytes: &mut Bytes<'_>) -> What {
    match bytes.next().unwrap_or(0) % 32 {
        0 | 1 => What::Nothing,
        2 => What::Event(Event::LineReady),
        3 => What::Event(Event::EarlyTurnsOffered),
        4 | 5 => What::Event(Event::SpeechStarted),
        6 | 7 => What::Event(Event::SpeechStopped),
        8 => What::Words(words(bytes)),
        9 => What::WordsAsSoFar,
        10 | 11 => What::WordsSoFar(words(bytes)),
        12 => What::Hints(turn_end(bytes)),
        13 | 14 => What::Sentence(words(bytes)),
        15 => What::Completes(expectation(bytes), directive(bytes)),
        16 => What::Fails,
        17 | 18 => What::Starts,
        19 => What::Progresses(number(bytes)),
        20 | 21 => What::IsPlayed,
        22 => What::CannotBeSaid,
        23 => What::Oversleeps,
        24 => What::Event(Event::Dtmf { digit: bytes.one_of(&['5', '0', '#', '*', 'A']) }),
        _ => What::Event(any_event(bytes)),
    }
}

/// Of whatever id, and out of place.
fn any_event(bytes: &mut Bytes<'_>) -> Event {
    let kind = bytes.next().unwrap_or(0) % 16;
    let id = number(bytes) % 12;
    let (utterance, turn, segment) = (UtteranceId::new(id), TurnId::new(id), SegmentId::new(id));
    match kind {
        0 => Event::Partial { utterance, text: words(bytes) },
        1 => Event::Transcript { utterance, text: words(bytes) },
        2 => Event::PartialAsAsked { utterance },
        3 => Event::TranscriptAsAsked { utterance },
        4 => Event::TurnEndHint { utterance, end: turn_end(bytes) },
        5 => Event::Sentence { turn, text: words(bytes) },
        6 => Event::ReplyCompleted { turn, expects: expectation(bytes), directive: directive(bytes) },
        7 => Event::ReplyFailed { turn },
        8 => Event::SegmentStarted { segment },
        9 => Event::Played { segment, chars: number(bytes), last: bytes.flag() },
        10 => Event::SegmentFailed { segment },
        11 => Event::TranscriptionLost,
        12 => Event::ConversationLost,
        13 => Event::CallerHungUp,
        14 => Event::StreamLost,
        _ => Event::Shutdown,
    }
}

fn words(bytes: &mut Bytes<'_>) -> String {
    bytes.one_of(&WORDS).to_owned()
}

fn number(bytes: &mut Bytes<'_>) -> u32 {
    u32::from(bytes.next().unwrap_or(0))
}

fn turn_end(bytes: &mut Bytes<'_>) -> TurnEnd {
    bytes.one_of(&[TurnEnd::Likely, TurnEnd::Sure, TurnEnd::TakenBack])
}

fn expectation(bytes: &mut Bytes<'_>) -> Expectation {
    bytes.one_of(&[
        Expectation::Open,
        Expectation::YesNo,
        Expectation::Service,
        Expectation::Date,
        Expectation::Time,
        Expectation::Name,
        Expectation::Email,
        Expectation::Phone,
    ])
}

fn directive(bytes: &mut Bytes<'_>) -> Directive {
    bytes.one_of(&[Directive::Listen, Directive::Listen, Directive::HangUp, Directive::HandOff])
}
