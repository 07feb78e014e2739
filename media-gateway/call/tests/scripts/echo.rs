//! Our own voice comes back from a loudspeaker.

use call::{Action, CallConfig, Directive, Event, Expectation, Timer};

use crate::script::*;

/// "It costs eighty euros." plays as segment 2 since 2,100 ms and "It costs" was heard by 2,500 ms.
fn speaking() -> Script {
    let mut call = Script::speaking_in(CallConfig::default(), Expectation::Open, Directive::Listen);
    call.at(2_500, played(2, 9), &[]);
    call
}

#[test]
fn our_own_words_do_not_interrupt_us_and_are_no_turn() {
    let mut call = speaking();
    call.at(2_600, Event::SpeechStarted, &[]);
    call.passes(2_750, Timer::BargeInGate, &[Action::PauseSpeaking]);
    call.at(2_900, Event::SpeechStopped, &[]);
    call.at(3_190, partial(2, "eighty euros"), &[]);
    call.passes(3_300, Timer::PauseLimit, &[Action::ResumeSpeaking { segment: segment(2), chars: 9 }]);
    call.passes(3_400, Timer::Endpoint, &[finalize(2)]);
    call.at(3_500, transcript(2, "Eighty euros."), &[]);
    call.at(4_500, played_to_end(2, 22), &[heard(1, "It costs eighty euros.")]);
}

#[test]
fn a_caller_may_repeat_what_was_said_before() {
    let mut call = speaking();
    call.at(2_600, Event::SpeechStarted, &[]);
    call.passes(2_750, Timer::BargeInGate, &[Action::PauseSpeaking]);
    call.at(3_190, partial(2, "it costs"), &[Action::StopSpeaking, heard_until(1, "It costs")]);
}

#[test]
fn a_caller_who_talks_over_the_echo_is_heard() {
    let mut call = speaking();
    call.at(2_600, Event::SpeechStarted, &[]);
    call.passes(2_750, Timer::BargeInGate, &[Action::PauseSpeaking]);
    let interrupt = [Action::StopSpeaking, heard_until(1, "It costs")];
    call.at(3_190, partial(2, "eighty is too much"), &interrupt);
}

#[test]
fn our_last_words_heard_back_after_they_ended_are_nothing_that_was_missed() {
    let mut call = speaking();
    call.at(4_000, Event::SpeechStarted, &[]);
    call.passes(4_150, Timer::BargeInGate, &[Action::PauseSpeaking]);
    call.passes(6_150, Timer::PauseLimit, &[Action::ResumeSpeaking { segment: segment(2), chars: 9 }]);
    call.at(6_300, played_to_end(2, 22), &[heard(1, "It costs eighty euros.")]);
    call.at(6_350, Event::SpeechStopped, &[]);
    call.passes(6_850, Timer::Endpoint, &[finalize(2)]);
    call.at(6_900, transcript(2, "eighty euros"), &[]);
}
