//! A tenant may have its sentences finished: an interruption stops what comes after the one that plays.

use call::{Action, BargeInMode, CallConfig, Directive, Event, Expectation, Phase, Timer};

use crate::script::*;

/// "Two is free." plays as segment 2 and "Or is three better?" waits as 3; the agent may say more.
fn speaking() -> Script {
    let mut call = Script::asked_with(CallConfig { barge_in: BargeInMode::AfterSentence, ..CallConfig::default() });
    call.at(2_050, sentence(1, "Two is free."), &[speak(2, 1, "Two is free.")]);
    call.at(2_060, sentence(1, "Or is three better?"), &[speak(3, 1, "Or is three better?")]);
    call.at(2_100, started(2), &[]);
    call
}

#[test]
fn an_interruption_lets_the_sentence_end_and_drops_the_rest() {
    let mut call = speaking();
    call.at(2_600, Event::SpeechStarted, &[]);
    let stop_after = Action::StopSpeakingAfter { segment: segment(2) };
    call.at(2_900, partial(2, "No wait"), &[cancel(1), stop_after]);
    call.at(3_000, partial(2, "No wait tomorrow"), &[]);
    call.in_phase(Phase::Speaking);
    call.at(3_200, played_to_end(2, 12), &[heard_until(1, "Two is free.")]);
    call.at(3_300, Event::SpeechStopped, &[]);
    call.passes(3_800, Timer::Endpoint, &[finalize(2)]);
    call.at(3_900, transcript(2, "No wait, tomorrow."), &[ask(2, "No wait, tomorrow.")]);
}

#[test]
fn words_that_are_known_before_the_sentence_ends_are_asked_when_it_does() {
    let mut call = speaking();
    call.at(2_200, Event::SpeechStarted, &[]);
    call.at(2_500, Event::SpeechStopped, &[]);
    call.passes(3_000, Timer::Endpoint, &[finalize(2)]);
    let stop_after = Action::StopSpeakingAfter { segment: segment(2) };
    call.at(3_100, transcript(2, "Tomorrow."), &[cancel(1), stop_after]);
    call.at(3_300, played_to_end(2, 12), &[heard_until(1, "Two is free."), ask_on(2, 1, "Tomorrow.")]);
    let end =
        [cancel(2), heard_until(2, ""), outcome(call::Status::Completed, call::EndReason::CallerHungUp, 4_000, 2, 1)];
    call.at(4_000, Event::CallerHungUp, &end);
}

#[test]
fn a_farewell_that_is_interrupted_does_not_end_the_call() {
    let mut call = Script::asked_with(CallConfig { barge_in: BargeInMode::AfterSentence, ..CallConfig::default() });
    call.at(2_050, sentence(1, "Goodbye."), &[speak(2, 1, "Goodbye.")]);
    call.at(2_060, completed(1, Expectation::Open, Directive::HangUp), &[]);
    call.at(2_100, started(2), &[]);
    call.at(2_600, Event::SpeechStarted, &[]);
    call.at(2_900, partial(2, "One more thing"), &[]);
    call.at(3_000, played_to_end(2, 8), &[heard(1, "Goodbye.")]);
    call.in_phase(Phase::Listening);
}
