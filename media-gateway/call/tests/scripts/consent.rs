//! When a call may be recorded: after its consent sentence was heard to the end, and not before or otherwise.

use call::{Action, CallConfig, Event, Phase, Phrases, Timer};

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
fn words_over_the_consent_sentence_do_not_cut_it_and_are_answered_after_it() {
    let mut call = asking_consent();
    call.at(500, Event::SpeechStarted, &[]);
    call.at(800, partial(1, "I want to book"), &[]);
    call.at(900, played_to_end(1, 6), &[]);
    call.at(920, started(2), &[]);
    call.at(1_000, Event::SpeechStopped, &[]);
    call.passes(1_500, Timer::Endpoint, &[finalize(1)]);
    call.at(1_600, transcript(1, "I want to book"), &[]);
    call.in_phase(Phase::Greeting);
    let heard_out = [Action::ConsentHeard, heard(0, "Hello. This call may be recorded."), ask(1, "I want to book")];
    call.at(2_000, played_to_end(2, 26), &heard_out);
}

#[test]
fn what_was_said_over_it_waits_for_what_the_caller_is_still_saying() {
    let mut call = asking_consent();
    call.at(500, Event::SpeechStarted, &[]);
    call.at(800, Event::SpeechStopped, &[]);
    call.passes(1_300, Timer::Endpoint, &[finalize(1)]);
    call.at(1_400, transcript(1, "I want to book"), &[]);
    call.at(1_450, played_to_end(1, 6), &[]);
    call.at(1_460, started(2), &[]);
    call.at(1_500, Event::SpeechStarted, &[]);
    call.at(2_000, played_to_end(2, 26), &[Action::ConsentHeard, heard(0, "Hello. This call may be recorded.")]);
    call.at(2_300, Event::SpeechStopped, &[]);
    call.passes(2_800, Timer::Endpoint, &[finalize(2)]);
    call.at(2_900, transcript(2, "a massage."), &[ask(1, "I want to book a massage.")]);
}

#[test]
fn a_nod_or_a_cough_over_the_consent_sentence_is_nothing_to_answer() {
    let mut call = asking_consent();
    call.says(300, 600, 1, "Okay.", 1_150, &[]);
    call.says(1_200, 1_500, 2, "", 2_050, &[]);
    call.at(2_100, played_to_end(1, 6), &[]);
    call.at(2_150, started(2), &[]);
    call.at(3_000, played_to_end(2, 26), &[Action::ConsentHeard, heard(0, "Hello. This call may be recorded.")]);
    call.in_phase(Phase::Listening);
}

#[test]
fn a_consent_sentence_that_a_shutdown_cut_never_counts() {
    let mut call = asking_consent();
    call.at(900, played_to_end(1, 6), &[]);
    call.at(920, started(2), &[]);
    call.at(1_500, played(2, 13), &[]);
    let cut = [
        Action::StopSpeaking,
        heard_until(0, "Hello. This call may"),
        speak(3, 0, &Phrases::default().wrap_up),
        speak(4, 0, &Phrases::default().wrap_up_goodbye),
    ];
    call.at(1_800, Event::Shutdown, &cut);
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
