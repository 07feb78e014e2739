//! When a call may be recorded: after its consent sentence was heard to the end, and not before or otherwise.

use call::{Action, CallConfig, Event, Timer};

use crate::script::*;

const CONSENT: &str = "This call may be recorded.";

/// "Hello." is segment 1, the consent sentence 2.
fn asking_consent() -> Script {
    let greeting = vec!["Hello.".into(), CONSENT.into()];
    let mut call = Script::new(CallConfig { greeting, greeting_ends_in_consent: true, ..CallConfig::default() });
    call.at(0, Event::LineReady, &[speak(1, 0, "Hello."), speak(2, 0, CONSENT)]);
    call.at(40, started(1), &[]);
    call
}

#[test]
fn the_consent_sentence_counts_when_its_last_mark_came_back() {
    let mut call = asking_consent();
    call.at(900, played_to_end(1, 6), &[]);
    call.at(920, started(2), &[]);
    call.at(1_500, played(2, 20), &[]);
    call.at(2_000, played_to_end(2, 26), &[Action::ConsentHeard, heard(0, "Hello. This call may be recorded.")]);
}

#[test]
fn a_consent_sentence_that_was_cut_never_counts() {
    let mut call = asking_consent();
    call.at(900, played_to_end(1, 6), &[]);
    call.at(920, started(2), &[]);
    call.at(1_500, played(2, 13), &[]);
    call.at(1_550, Event::SpeechStarted, &[]);
    let cut = [Action::StopSpeaking, heard_until(0, "Hello. This call may")];
    call.at(1_800, partial(1, "I want to book"), &cut);
    // The mark comes all the same, as carriers return marks upon a clear.
    call.at(1_900, played_to_end(2, 26), &[]);
}

#[test]
fn a_consent_sentence_whose_mark_never_came_does_not_count() {
    let mut call = asking_consent();
    call.at(900, played_to_end(1, 6), &[]);
    call.at(920, started(2), &[]);
    call.passes(7_520, Timer::MarkDeadline, &[heard(0, "Hello. This call may be recorded.")]);
    call.at(8_000, played_to_end(2, 26), &[]);
}

#[test]
fn a_greeting_without_consent_gives_none() {
    let mut call = Script::new(CallConfig { greeting: vec!["Hello.".into()], ..CallConfig::default() });
    call.at(0, Event::LineReady, &[speak(1, 0, "Hello.")]);
    call.at(900, played_to_end(1, 6), &[heard(0, "Hello.")]);
}
