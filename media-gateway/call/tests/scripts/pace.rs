//! The caller's pace sets how long a pause ends their turn.

use call::{Event, Timer};

use crate::script::*;

#[test]
fn a_caller_who_pauses_within_sentences_is_given_more_time() {
    let mut call = Script::greeted();
    call.at(2_000, Event::SpeechStarted, &[]);
    call.at(3_000, Event::SpeechStopped, &[]);
    // A pause of 450 ms is to be expected again: 650 ms would do, and half the way there is 575 ms.
    call.at(3_450, Event::SpeechStarted, &[]);
    call.at(4_000, Event::SpeechStopped, &[]);
    call.passes(4_575, Timer::Endpoint, &[finalize(1)]);
}

#[test]
fn a_caller_who_was_cut_short_is_given_more_time() {
    let mut call = Script::greeted();
    call.says(1_500, 2_000, 1, "A massage", 2_600, &[ask(1, "A massage")]);
    let go_on = [cancel(1), heard_until(1, ""), ask_on(2, 1, "for my wife")];
    call.says(2_700, 3_000, 2, "for my wife", 3_600, &go_on);
    call.at(4_500, Event::SpeechStarted, &[]);
    call.at(5_000, Event::SpeechStopped, &[]);
    // The pause was 700 ms, and half the way to the longest wait, 800 ms, is 650 ms.
    call.passes(5_650, Timer::Endpoint, &[finalize(3)]);
}

#[test]
fn a_caller_who_speaks_in_one_go_is_answered_sooner() {
    let mut call = Script::greeted();
    call.at(2_000, Event::SpeechStarted, &[]);
    call.at(5_000, Event::SpeechStopped, &[]);
    call.passes(5_500, Timer::Endpoint, &[finalize(1)]);
    call.at(5_600, transcript(1, "A massage"), &[ask(1, "A massage")]);
    call.at(5_700, sentence(1, "When?"), &[speak(2, 1, "When?")]);
    call.at(5_710, listen_on(1), &[]);
    call.at(5_750, started(2), &[]);
    call.at(6_500, played_to_end(2, 5), &[heard(1, "When?")]);
    call.at(9_000, Event::SpeechStarted, &[]);
    call.at(12_000, Event::SpeechStopped, &[]);
    call.passes(12_485, Timer::Endpoint, &[finalize(2)]);
}
