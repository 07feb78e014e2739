//! A call that goes on elsewhere: the link was sent, and the call stays open until it has arrived.

use call::{Action, CallConfig, Directive, EndReason, Event, Expectation, Phrases, Status, Timer};

use crate::script::*;

const SENT: &str = "I sent you a link.";

/// Turn 1 was answered with a link, heard by 4,000 ms.
fn link_sent() -> Script {
    let mut call = Script::asked();
    call.at(2_050, sentence(1, SENT), &[speak(2, 1, SENT)]);
    call.at(2_060, completed(1, Expectation::YesNo, Directive::HandOff), &[]);
    call.at(2_100, started(2), &[]);
    call.at(4_000, played_to_end(2, 18), &[heard(1, SENT)]);
    call
}

#[test]
fn after_30_s_of_silence_the_link_is_named_once_more_and_the_call_ends() {
    let goodbye = Phrases::default().link_goodbye;
    let mut call = link_sent();
    call.passes(34_000, Timer::Idle, &[speak(3, 0, &goodbye)]);
    call.at(34_100, started(3), &[]);
    let end = [Action::HangUp, outcome(Status::Completed, EndReason::HandedOff, 37_000, 1, 0)];
    call.at(37_000, played_to_end(3, 41), &end);
    call.is_over();
}

#[test]
fn a_caller_who_has_the_link_is_said_goodbye_to_by_the_agent() {
    let mut call = link_sent();
    call.at(6_000, Event::SpeechStarted, &[]);
    call.at(6_400, Event::SpeechStopped, &[]);
    call.passes(6_650, Timer::Endpoint, &[finalize(2)]);
    call.at(6_700, transcript(2, "Got it."), &[ask(2, "Got it.")]);
    call.at(6_800, sentence(2, "Goodbye."), &[speak(3, 2, "Goodbye.")]);
    call.at(6_810, completed(2, Expectation::Open, Directive::HangUp), &[]);
    call.at(6_900, started(3), &[]);
    let end = [heard(2, "Goodbye."), Action::HangUp, outcome(Status::Completed, EndReason::AgentHungUp, 7_500, 2, 0)];
    call.at(7_500, played_to_end(3, 8), &end);
}

#[test]
fn a_caller_who_goes_on_by_phone_is_asked_for_after_a_silence_as_ever() {
    let still_there = Phrases::default().still_there;
    let mut call = link_sent();
    call.at(6_000, Event::SpeechStarted, &[]);
    call.at(6_400, Event::SpeechStopped, &[]);
    call.passes(6_650, Timer::Endpoint, &[finalize(2)]);
    call.at(6_700, transcript(2, "A massage."), &[ask(2, "A massage.")]);
    call.at(6_800, sentence(2, "What day?"), &[speak(3, 2, "What day?")]);
    call.at(6_810, listen_on(2), &[]);
    call.at(6_900, started(3), &[]);
    call.at(8_000, played_to_end(3, 9), &[heard(2, "What day?")]);
    call.passes(43_000, Timer::Idle, &[speak(4, 0, &still_there)]);
}

#[test]
fn a_caller_who_speaks_into_the_goodbye_stays() {
    let goodbye = Phrases::default().link_goodbye;
    let mut call = link_sent();
    call.passes(34_000, Timer::Idle, &[speak(3, 0, &goodbye)]);
    call.at(34_100, started(3), &[]);
    call.at(35_000, Event::SpeechStarted, &[]);
    call.passes(35_150, Timer::BargeInGate, &[Action::PauseSpeaking]);
    call.at(35_400, partial(2, "No wait please"), &[Action::StopSpeaking]);
    call.in_phase(call::Phase::Listening);
}

#[test]
fn at_the_turn_limit_an_agent_that_cannot_hand_over_is_not_waited_for_long() {
    let mut config = CallConfig::default();
    config.limits.turns_max = 1;
    let Phrases { turn_limit, wrap_up_goodbye, .. } = Phrases::default();
    let mut call = Script::asked_with(config);
    call.at(2_050, sentence(1, "Well."), &[speak(2, 1, "Well.")]);
    call.at(2_060, listen_on(1), &[]);
    call.at(2_100, started(2), &[]);
    call.at(2_500, played_to_end(2, 5), &[heard(1, "Well.")]);
    call.says(4_000, 4_300, 2, "And?", 4_900, &[speak(3, 0, &turn_limit), handoff(2)]);
    call.at(5_000, started(3), &[]);
    call.at(8_000, played_to_end(3, 49), &[]);
    call.passes(12_900, Timer::AgentDeadline, &[cancel(2), speak(4, 0, &wrap_up_goodbye)]);
    call.at(13_000, started(4), &[]);
    let end = [heard_until(2, ""), Action::HangUp, outcome(Status::Completed, EndReason::TurnLimit, 15_000, 1, 0)];
    call.at(15_000, played_to_end(4, 31), &end);
    call.is_over();
}
