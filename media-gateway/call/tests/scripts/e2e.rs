//! The scenarios that must exist by name and need no network, in virtual time. Each is committed as a trace, which is
//! replayed on every run: `UPDATE_TRACES=1` writes them anew.

use call::{Action, CallConfig, EndReason, Event, Phase, Phrases, Status, Timer};

use crate::script::*;

#[test]
fn e2e_02_silence() {
    let phrases = Phrases::default();
    let mut call = Script::greeted();
    call.passes(36_000, Timer::Idle, &[speak(2, 0, &phrases.still_there)]);
    call.at(36_100, started(2), &[]);
    call.at(38_000, played_to_end(2, 24), &[]);
    call.in_phase(Phase::Listening);
    call.passes(73_000, Timer::Idle, &[speak(3, 0, &phrases.silence_goodbye)]);
    call.at(73_100, started(3), &[]);
    let end = [Action::HangUp, outcome(Status::Completed, EndReason::Silence, 78_000, 0, 0)];
    call.at(78_000, played_to_end(3, 76), &end);
    call.is_over();
    call.is_committed_as("e2e_02_silence");
}

#[test]
fn e2e_03_barge_in() {
    let mut call = Script::speaking_in(CallConfig::default(), call::Expectation::Open, call::Directive::Listen);
    call.at(2_500, played(2, 5), &[]);
    // 500 ms into the reply the caller speaks; 150 ms later they have silence.
    call.at(2_600, Event::SpeechStarted, &[]);
    call.passes(2_750, Timer::BargeInGate, &[Action::PauseSpeaking]);
    call.at(3_190, partial(2, "No wait"), &[Action::StopSpeaking, heard_until(1, "It")]);
    call.at(3_200, played(2, 12), &[]);
    call.at(3_500, Event::SpeechStopped, &[]);
    call.passes(4_000, Timer::Endpoint, &[finalize(2)]);
    call.at(4_100, transcript(2, "No wait, tomorrow."), &[ask(2, "No wait, tomorrow.")]);
    call.at(4_200, sentence(2, "Tomorrow it is."), &[speak(3, 2, "Tomorrow it is.")]);
    call.at(4_210, listen_on(2), &[]);
    call.at(4_300, started(3), &[]);
    call.at(5_500, played_to_end(3, 15), &[heard(2, "Tomorrow it is.")]);
    call.in_phase(Phase::Listening);
    call.at(9_000, Event::CallerHungUp, &[outcome(Status::Completed, EndReason::CallerHungUp, 9_000, 2, 1)]);
    call.is_committed_as("e2e_03_barge_in");
}

#[test]
fn e2e_04_ten_minutes() {
    let mut config = CallConfig::default();
    config.timings.idle = std::time::Duration::from_secs(3_600);
    let Phrases { wrap_up, wrap_up_goodbye, .. } = Phrases::default();
    let mut call = Script::asked_with(config);
    call.at(2_050, sentence(1, "Two or three."), &[speak(2, 1, "Two or three.")]);
    call.at(2_060, listen_on(1), &[]);
    call.at(2_100, started(2), &[]);
    call.at(3_000, played_to_end(2, 13), &[heard(1, "Two or three.")]);
    call.passes(600_000, Timer::DurationLimit, &[speak(3, 0, &wrap_up), summary(2)]);
    call.at(600_100, started(3), &[]);
    call.at(600_500, sentence(2, "Nothing is booked yet."), &[speak(4, 2, "Nothing is booked yet.")]);
    call.at(600_510, listen_on(2), &[speak(5, 0, &wrap_up_goodbye)]);
    call.at(602_000, played_to_end(3, 22), &[]);
    call.at(604_000, played_to_end(4, 22), &[]);
    let end = [
        heard(2, "Nothing is booked yet."),
        Action::HangUp,
        outcome(Status::Timeout, EndReason::DurationLimit, 606_000, 1, 0),
    ];
    call.at(606_000, played_to_end(5, 31), &end);
    call.is_over();
    call.is_committed_as("e2e_04_ten_minutes");
}

#[test]
fn e2e_05_twenty_one_turns() {
    let Phrases { turn_limit, wrap_up_goodbye, .. } = Phrases::default();
    let mut call = Script::greeted();
    for turn in 1..=20_u32 {
        let at = u64::from(turn) * 3_000;
        call.says(at, at + 300, turn, "And?", at + 900, &[ask(turn, "And?")]);
        call.at(at + 1_000, sentence(turn, "Well."), &[speak(turn + 1, turn, "Well.")]);
        call.at(at + 1_010, listen_on(turn), &[]);
        call.at(at + 1_020, started(turn + 1), &[]);
        call.at(at + 1_500, played_to_end(turn + 1, 5), &[heard(turn, "Well.")]);
    }
    call.says(63_000, 63_300, 21, "And?", 63_900, &[speak(22, 0, &turn_limit), handoff(21)]);
    call.at(64_000, started(22), &[]);
    call.at(64_500, sentence(21, "I sent you a link."), &[speak(23, 21, "I sent you a link.")]);
    let goodbye = completed(21, call::Expectation::YesNo, call::Directive::HandOff);
    call.at(64_510, goodbye, &[speak(24, 0, &wrap_up_goodbye)]);
    call.at(67_000, played_to_end(22, 49), &[]);
    call.at(68_000, played_to_end(23, 18), &[]);
    let end = [
        heard(21, "I sent you a link."),
        Action::HangUp,
        outcome(Status::Completed, EndReason::TurnLimit, 70_000, 20, 0),
    ];
    call.at(70_000, played_to_end(24, 31), &end);
    call.is_over();
    call.is_committed_as("e2e_05_twenty_one_turns");
}
