//! A call that lasted as long as it may is wrapped up: with what came of it, and never for long.

use call::{Action, CallConfig, EndReason, Event, Phrases, Status, Timer};

use crate::script::*;

/// Turn 1 was asked at 2,000 ms, "Two or three." plays as segment 2, and the call may last 3 s.
fn speaking() -> Script {
    let mut config = words_only();
    config.limits.duration_max = std::time::Duration::from_secs(3);
    let mut call = Script::asked_with(config);
    call.at(2_050, sentence(1, "Two or three."), &[speak(2, 1, "Two or three.")]);
    call.at(2_100, started(2), &[]);
    call.at(2_500, played(2, 6), &[]);
    call
}

/// The limit was reached and the summary, turn 2, asked for.
fn wrapping_up() -> Script {
    let mut call = speaking();
    let wrap_up = Phrases::default().wrap_up;
    let actions = [Action::StopSpeaking, cancel(1), heard_until(1, "Two or"), speak(3, 0, &wrap_up), summary(2)];
    call.passes(3_000, Timer::DurationLimit, &actions);
    call.at(3_100, started(3), &[]);
    call
}

fn timeout(ms: u64) -> Action {
    outcome(Status::Timeout, EndReason::DurationLimit, ms, 1, 0)
}

#[test]
fn the_agent_sums_up_before_the_goodbye() {
    let goodbye = Phrases::default().wrap_up_goodbye;
    let mut call = wrapping_up();
    call.at(3_400, sentence(2, "Nothing is booked yet."), &[speak(4, 2, "Nothing is booked yet.")]);
    call.at(3_410, listen_on(2), &[speak(5, 0, &goodbye)]);
    call.at(4_000, Event::SpeechStarted, &[]);
    call.at(4_500, partial(2, "But wait"), &[]);
    call.at(5_000, played_to_end(3, 22), &[]);
    call.at(7_000, played_to_end(4, 22), &[]);
    let end = [heard(2, "Nothing is booked yet."), Action::HangUp, timeout(9_000)];
    call.at(9_000, played_to_end(5, 31), &end);
    call.is_over();
}

#[test]
fn an_agent_that_does_not_sum_up_in_time_is_not_waited_for() {
    let goodbye = Phrases::default().wrap_up_goodbye;
    let mut call = wrapping_up();
    call.at(5_000, played_to_end(3, 22), &[]);
    call.passes(6_000, Timer::AgentDeadline, &[cancel(2), speak(4, 0, &goodbye)]);
    call.at(6_050, sentence(2, "Late."), &[]);
    call.at(6_100, started(4), &[]);
    call.at(8_000, played_to_end(4, 31), &[heard_until(2, ""), Action::HangUp, timeout(8_000)]);
}

#[test]
fn an_agent_that_has_nothing_to_sum_up_or_fails_is_gone_on_without() {
    let goodbye = Phrases::default().wrap_up_goodbye;
    for event in [listen_on(2), failed(2), Event::ConversationLost] {
        let mut call = wrapping_up();
        call.at(3_200, event, &[speak(4, 0, &goodbye)]);
        call.at(5_000, played_to_end(3, 22), &[]);
        call.in_phase(call::Phase::Ending);
    }
}

#[test]
fn without_a_turn_there_is_nothing_to_sum_up() {
    let mut config = CallConfig::default();
    config.timings.idle = std::time::Duration::from_secs(3_600);
    let Phrases { wrap_up, wrap_up_goodbye, .. } = Phrases::default();
    let mut call = Script::greeted_with(config);
    let words = [speak(2, 0, &wrap_up), speak(3, 0, &wrap_up_goodbye)];
    call.passes(600_000, Timer::DurationLimit, &words);
}

#[test]
fn the_wrap_up_never_takes_more_than_15_s() {
    let mut config = CallConfig::default();
    config.limits.duration_max = std::time::Duration::from_secs(3);
    config.timings.mark_grace = std::time::Duration::from_secs(60);
    let Phrases { wrap_up, wrap_up_goodbye, .. } = Phrases::default();
    let mut call = Script::greeted_with(config);
    call.passes(3_000, Timer::DurationLimit, &[speak(2, 0, &wrap_up), speak(3, 0, &wrap_up_goodbye)]);
    let end = [Action::HangUp, outcome(Status::Timeout, EndReason::DurationLimit, 18_000, 0, 0)];
    call.passes(18_000, Timer::EndingCap, &end);
    call.is_over();
}

#[test]
fn a_farewell_never_takes_more_than_30_s_unless_the_caller_stays() {
    let bye = || {
        let mut config = words_only();
        config.timings.mark_grace = std::time::Duration::from_secs(60);
        let mut call = Script::asked_with(config);
        call.at(2_050, sentence(1, "Goodbye."), &[speak(2, 1, "Goodbye.")]);
        let hang_up = completed(1, call::Expectation::Open, call::Directive::HangUp);
        call.at(2_060, hang_up, &[]);
        call.at(2_100, started(2), &[]);
        call
    };
    let mut call = bye();
    let end = [heard_until(1, ""), Action::HangUp, outcome(Status::Completed, EndReason::AgentHungUp, 32_060, 1, 0)];
    call.passes(32_060, Timer::EndingCap, &end);

    let mut call = bye();
    call.at(2_600, Event::SpeechStarted, &[]);
    call.at(2_900, partial(2, "One more thing"), &[Action::StopSpeaking, heard_until(1, "")]);
    call.at(3_000, Event::SpeechStopped, &[]);
    call.passes(3_500, Timer::Endpoint, &[finalize(2)]);
    call.at(3_600, transcript(2, ""), &[speak(3, 0, &Phrases::default().not_understood)]);
    call.at(3_700, started(3), &[]);
    call.at(5_000, played_to_end(3, 32), &[]);
    call.next_deadline(40_000, Timer::Idle);
}
