//! The recogniser has a judgement of its own on whether the turn is over. It hastens the end of a pause and never makes one.

use call::{Directive, Event, Expectation, Timer, TurnEnd};

use crate::script::*;

/// The caller said "A massage tomorrow" until 3,000 ms.
fn paused() -> Script {
    let mut call = Script::greeted();
    call.at(2_000, Event::SpeechStarted, &[]);
    call.at(2_900, partial(1, "A massage tomorrow"), &[]);
    call.at(3_000, Event::SpeechStopped, &[]);
    call
}

#[test]
fn a_sure_end_ends_the_pause_at_once() {
    let mut call = paused();
    call.at(3_120, hint(1, TurnEnd::Sure), &[finalize(1)]);
    call.at(3_200, transcript(1, "A massage tomorrow."), &[ask(1, "A massage tomorrow.")]);
}

#[test]
fn a_likely_end_shortens_the_pause_to_300_ms() {
    let mut call = paused();
    call.at(3_120, hint(1, TurnEnd::Likely), &[]);
    call.passes(3_300, Timer::Endpoint, &[finalize(1)]);
}

#[test]
fn a_likely_end_that_comes_later_than_that_ends_the_pause() {
    let mut call = paused();
    call.at(3_400, hint(1, TurnEnd::Likely), &[finalize(1)]);
}

#[test]
fn an_end_that_is_taken_back_leaves_the_whole_pause() {
    let mut call = paused();
    call.at(3_120, hint(1, TurnEnd::Likely), &[]);
    call.at(3_200, hint(1, TurnEnd::TakenBack), &[]);
    call.passes(3_500, Timer::Endpoint, &[finalize(1)]);
}

#[test]
fn a_caller_who_still_makes_sound_is_not_cut() {
    let mut call = Script::greeted();
    call.at(2_000, Event::SpeechStarted, &[]);
    call.at(2_900, partial(1, "A massage"), &[]);
    call.at(3_000, hint(1, TurnEnd::Sure), &[]);
    call.next_deadline(6_900, Timer::WordsStalled);
    call.at(3_400, partial(1, "A massage tomorrow"), &[]);
    call.at(3_600, Event::SpeechStopped, &[]);
    call.passes(4_100, Timer::Endpoint, &[finalize(1)]);
}

#[test]
fn an_end_that_was_seen_before_the_detector_saw_it_counts_once_it_does() {
    let mut call = Script::greeted();
    call.at(2_000, Event::SpeechStarted, &[]);
    call.at(2_900, partial(1, "A massage"), &[]);
    call.at(2_980, hint(1, TurnEnd::Sure), &[]);
    call.at(3_000, Event::SpeechStopped, &[finalize(1)]);
}

#[test]
fn an_end_of_words_that_are_not_there_is_none() {
    let mut call = Script::greeted();
    call.at(1_500, hint(1, TurnEnd::Sure), &[]);
    call.at(2_000, Event::SpeechStarted, &[]);
    call.at(2_200, hint(1, TurnEnd::Sure), &[]);
    call.at(2_500, Event::SpeechStopped, &[]);
    call.passes(3_000, Timer::Endpoint, &[finalize(1)]);
    call.at(3_010, hint(1, TurnEnd::Sure), &[]);
    assert_eq!(call.late_answers(), 1);
}

#[test]
fn an_address_that_is_spelled_is_cut_by_nothing_but_a_sure_end() {
    let dictating = || {
        let mut call = Script::speaking_with(Expectation::Email, Directive::Listen);
        call.at(4_000, played_to_end(2, 22), &[heard(1, "It costs eighty euros.")]);
        call.at(5_000, Event::SpeechStarted, &[]);
        call.at(5_900, partial(2, "a l e x"), &[]);
        call.at(6_000, Event::SpeechStopped, &[]);
        call
    };
    let mut call = dictating();
    call.at(6_350, hint(2, TurnEnd::Likely), &[]);
    call.passes(6_900, Timer::Endpoint, &[finalize(2)]);
    let mut call = dictating();
    call.at(6_350, hint(2, TurnEnd::Sure), &[finalize(2)]);
}
