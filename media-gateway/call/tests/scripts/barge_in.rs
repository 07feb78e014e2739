//! The caller speaks while we do.

use std::time::Duration;

use call::{Action, CallConfig, Directive, EndReason, Event, Expectation, Phase, Phrases, Status, Timer, Timings};

use crate::script::*;

#[test]
fn the_caller_interrupts_500_ms_into_a_reply() {
    let mut call = Script::speaking();
    call.at(2_500, played(2, 5), &[]);
    call.at(2_600, Event::SpeechStarted, &[]);
    call.at(2_700, partial(2, "No wait"), &[]);
    call.passes(2_750, Timer::BargeInGate, &[Action::StopSpeaking, heard_until(1, "It")]);
    call.in_phase(Phase::Listening);
    call.at(2_760, played(2, 12), &[]);
    call.at(3_500, Event::SpeechStopped, &[]);
    call.passes(4_000, Timer::Endpoint, &[finalize(2)]);
    call.at(4_100, transcript(2, "No wait, tomorrow."), &[ask(2, "No wait, tomorrow.")]);
    let end = [cancel(2), heard_until(2, ""), outcome(Status::Completed, EndReason::CallerHungUp, 5_000, 2, 1)];
    call.at(5_000, Event::CallerHungUp, &end);
}

#[test]
fn an_interruption_cancels_a_turn_that_is_still_open() {
    let mut call = Script::asked_with(words_only());
    call.at(2_050, sentence(1, "One moment please."), &[speak(2, 1, "One moment please.")]);
    call.at(2_100, started(2), &[]);
    call.at(2_300, Event::SpeechStarted, &[]);
    call.at(2_400, played(2, 10), &[]);
    call.at(2_600, partial(2, "Stop"), &[Action::StopSpeaking, cancel(1), heard_until(1, "One moment")]);
    call.at(2_700, sentence(1, "A late one."), &[]);
    call.at(2_710, listen_on(1), &[]);
    assert_eq!(call.late_answers(), 2);
}

#[test]
fn speech_of_less_than_150_ms_is_ignored() {
    let mut call = Script::speaking();
    call.at(2_600, Event::SpeechStarted, &[]);
    call.at(2_650, partial(2, "Wait"), &[]);
    call.at(2_749, Event::SpeechStopped, &[]);
    call.at(2_800, partial(2, "Wait now"), &[]);
    call.in_phase(Phase::Speaking);
    call.next_deadline(8_300, Timer::MarkDeadline);
}

#[test]
fn what_the_detector_needs_to_decide_counts_right() {
    let timings = Timings {
        vad_onset: Duration::from_millis(60),
        vad_hangover: Duration::from_millis(200),
        barge_in_pause: Duration::ZERO,
        ..Timings::default()
    };
    let mut call = Script::greeted_with(CallConfig { timings, ..CallConfig::default() });
    call.passes(36_000, Timer::Idle, &[speak(2, 0, &Phrases::default().still_there)]);
    call.at(36_100, started(2), &[]);
    // 149 ms of speech: it began 60 ms before the first report and ended 200 ms before the second.
    call.at(36_200, Event::SpeechStarted, &[]);
    call.at(36_489, Event::SpeechStopped, &[]);
    call.at(36_500, partial(1, "No"), &[]);
    // 150 ms of speech, as soon as that much was heard.
    call.at(36_600, Event::SpeechStarted, &[]);
    call.passes(36_690, Timer::BargeInGate, &[Action::StopSpeaking]);
}

#[test]
fn words_too_short_to_interrupt_are_answered_once_we_are_silent() {
    let mut call = Script::speaking();
    call.at(3_900, Event::SpeechStarted, &[]);
    call.at(4_040, Event::SpeechStopped, &[]);
    call.at(4_100, partial(2, "No"), &[]);
    call.at(4_200, played_to_end(2, 22), &[heard(1, "It costs eighty euros.")]);
    call.passes(4_700, Timer::Endpoint, &[finalize(2)]);
    call.at(4_800, transcript(2, "No."), &[ask(2, "No.")]);
}

#[test]
fn speech_of_150_ms_with_words_interrupts_even_if_the_words_come_later() {
    let mut call = Script::speaking();
    call.at(2_600, Event::SpeechStarted, &[]);
    call.at(2_750, Event::SpeechStopped, &[]);
    call.at(2_900, partial(2, "Wait"), &[Action::StopSpeaking, heard_until(1, "")]);
    call.passes(3_250, Timer::Endpoint, &[finalize(2)]);
}

#[test]
fn sound_without_words_does_not_interrupt() {
    let mut call = Script::speaking();
    call.says(2_600, 3_400, 2, "", 4_000, &[]);
    call.in_phase(Phase::Speaking);
    call.at(4_200, played_to_end(2, 22), &[heard(1, "It costs eighty euros.")]);
}

#[test]
fn words_without_speech_do_not_interrupt() {
    let mut call = Script::speaking();
    call.at(2_600, partial(2, "Euros"), &[]);
    call.in_phase(Phase::Speaking);
}

#[test]
fn a_nod_does_not_interrupt_and_is_not_asked() {
    let mut call = Script::speaking();
    call.at(2_600, Event::SpeechStarted, &[]);
    call.at(2_900, partial(2, "Uh-huh"), &[]);
    call.at(3_000, Event::SpeechStopped, &[]);
    call.passes(3_500, Timer::Endpoint, &[finalize(2)]);
    call.at(3_600, transcript(2, "Uh-huh, okay."), &[]);
    call.in_phase(Phase::Speaking);
    call.at(4_000, played_to_end(2, 22), &[heard(1, "It costs eighty euros.")]);
}

#[test]
fn the_same_nod_is_a_turn_when_we_are_silent() {
    let mut call = Script::greeted();
    call.says(2_000, 2_400, 1, "Okay.", 3_000, &[ask(1, "Okay.")]);
}

#[test]
fn an_early_yes_answers_the_question_that_is_being_spoken() {
    let mut call = Script::speaking_with(Expectation::YesNo, Directive::Listen);
    call.at(2_600, Event::SpeechStarted, &[]);
    call.at(2_900, partial(2, "Yeah"), &[Action::StopSpeaking, heard_until(1, "")]);
    call.at(3_000, Event::SpeechStopped, &[]);
    call.passes(3_250, Timer::Endpoint, &[finalize(2)]);
    call.at(3_400, transcript(2, "Yeah."), &[ask(2, "Yeah.")]);
}

#[test]
fn a_yes_before_the_question_is_only_a_nod() {
    let mut call = Script::asked_with(words_only());
    call.at(2_050, sentence(1, "Two is free."), &[speak(2, 1, "Two is free.")]);
    call.at(2_060, sentence(1, "Is that good?"), &[speak(3, 1, "Is that good?")]);
    call.at(2_070, completed(1, Expectation::YesNo, Directive::Listen), &[]);
    call.at(2_100, started(2), &[]);
    call.at(2_300, Event::SpeechStarted, &[]);
    call.at(2_600, partial(2, "Yes"), &[]);
    call.in_phase(Phase::Speaking);
}

#[test]
fn a_transcript_with_words_interrupts_what_we_began_meanwhile() {
    let mut call = Script::asked();
    call.at(2_050, sentence(1, "It costs eighty."), &[speak(2, 1, "It costs eighty.")]);
    call.at(2_060, Event::SpeechStarted, &[]);
    call.at(2_300, Event::SpeechStopped, &[]);
    call.at(2_350, listen_on(1), &[]);
    call.passes(2_800, Timer::Endpoint, &[finalize(2)]);
    let interrupt = [Action::StopSpeaking, heard_until(1, ""), ask_on(2, 1, "And my wife.")];
    call.at(2_900, transcript(2, "And my wife."), &interrupt);
}

#[test]
fn a_second_interruption_waits_for_300_ms() {
    let mut call = Script::speaking();
    call.at(2_110, Event::SpeechStarted, &[]);
    call.at(2_400, Event::SpeechStopped, &[]);
    call.passes(2_900, Timer::Endpoint, &[finalize(2)]);
    let interrupt = [Action::StopSpeaking, heard_until(1, ""), ask_on(2, 1, "Tomorrow.")];
    call.at(3_000, transcript(2, "Tomorrow."), &interrupt);
    call.at(3_010, sentence(2, "At two or three."), &[speak(3, 2, "At two or three.")]);
    call.at(3_020, Event::SpeechStarted, &[]);
    call.at(3_100, partial(3, "Two"), &[]);
    call.passes(3_170, Timer::BargeInGate, &[]);
    call.passes(3_300, Timer::BargeInGate, &[Action::StopSpeaking, cancel(2), heard_until(2, "")]);
}

#[test]
fn the_greeting_can_be_interrupted() {
    let greeting = vec!["Bella Spa, hello.".into(), "This call is recorded.".into()];
    let mut call = Script::new(CallConfig { greeting, ..CallConfig::default() });
    call.at(0, Event::LineReady, &[speak(1, 0, "Bella Spa, hello."), speak(2, 0, "This call is recorded.")]);
    call.at(40, started(1), &[]);
    call.at(1_000, played_to_end(1, 17), &[]);
    call.at(1_100, Event::SpeechStarted, &[]);
    call.at(1_400, partial(1, "I need"), &[Action::StopSpeaking, heard_until(0, "Bella Spa, hello.")]);
}

#[test]
fn a_caller_who_interrupts_the_farewell_stays() {
    let mut call = Script::speaking_with(Expectation::Open, Directive::HangUp);
    call.in_phase(Phase::Ending);
    call.at(2_600, Event::SpeechStarted, &[]);
    call.at(2_900, partial(2, "One more thing"), &[Action::StopSpeaking, heard_until(1, "")]);
    call.in_phase(Phase::Listening);
    call.at(3_000, Event::SpeechStopped, &[]);
    call.passes(3_500, Timer::Endpoint, &[finalize(2)]);
    call.at(3_600, transcript(2, "One more thing."), &[ask(2, "One more thing.")]);
}

#[test]
fn an_interruption_that_comes_to_nothing_is_asked_about() {
    let sorry = Phrases::default().not_understood;
    let mut call = Script::speaking();
    call.at(2_600, Event::SpeechStarted, &[]);
    call.at(2_900, partial(2, "Wait"), &[Action::StopSpeaking, heard_until(1, "")]);
    call.at(3_000, Event::SpeechStopped, &[]);
    call.passes(3_500, Timer::Endpoint, &[finalize(2)]);
    call.at(3_600, transcript(2, ""), &[speak(3, 0, &sorry)]);
}
