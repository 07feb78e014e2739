//! Sound over our voice pauses it at once; words make it an interruption, and without them we go on.

use call::{Action, CallConfig, Directive, Event, Expectation, Phase, Phrases, Timer};

use crate::script::*;

/// "It costs eighty euros." plays as segment 2 since 2,100 ms.
fn speaking() -> Script {
    Script::speaking_in(CallConfig::default(), Expectation::Open, Directive::Listen)
}

fn resume(number: u32, chars: u32) -> Action {
    Action::ResumeSpeaking { segment: segment(number), chars }
}

#[test]
fn our_voice_pauses_150_ms_into_speech_and_words_make_it_an_interruption() {
    let mut call = speaking();
    call.at(2_500, played(2, 5), &[]);
    call.at(2_600, Event::SpeechStarted, &[]);
    call.passes(2_750, Timer::BargeInGate, &[Action::PauseSpeaking]);
    call.in_phase(Phase::Speaking);
    call.next_deadline(4_750, Timer::PauseLimit);
    call.at(3_190, partial(2, "No wait"), &[Action::StopSpeaking, heard_until(1, "It")]);
    call.in_phase(Phase::Listening);
    call.at(3_500, Event::SpeechStopped, &[]);
    call.passes(4_000, Timer::Endpoint, &[finalize(2)]);
    call.at(4_100, transcript(2, "No wait, tomorrow."), &[ask(2, "No wait, tomorrow.")]);
}

#[test]
fn a_cough_is_over_and_our_voice_goes_on_from_the_last_mark() {
    let mut call = speaking();
    call.at(2_500, played(2, 9), &[]);
    call.at(2_600, Event::SpeechStarted, &[]);
    call.passes(2_750, Timer::BargeInGate, &[Action::PauseSpeaking]);
    call.at(2_950, Event::SpeechStopped, &[]);
    call.passes(3_350, Timer::PauseLimit, &[resume(2, 9)]);
    call.passes(3_450, Timer::Endpoint, &[finalize(2)]);
    call.at(3_500, transcript(2, ""), &[]);
    call.at(5_000, played_to_end(2, 22), &[heard(1, "It costs eighty euros.")]);
}

#[test]
fn a_noise_that_goes_on_pauses_our_voice_for_two_seconds_and_only_once() {
    let mut call = speaking();
    call.at(2_600, Event::SpeechStarted, &[]);
    call.passes(2_750, Timer::BargeInGate, &[Action::PauseSpeaking]);
    call.passes(4_750, Timer::PauseLimit, &[resume(2, 0)]);
    // 22 characters of 100 ms and 4 s since it went on.
    call.next_deadline(10_950, Timer::MarkDeadline);
    call.at(5_000, partial(2, "wait a moment"), &[Action::StopSpeaking, heard_until(1, "")]);
}

#[test]
fn words_of_a_sound_that_ends_late_in_the_pause_are_waited_for() {
    let mut call = speaking();
    call.at(2_600, Event::SpeechStarted, &[]);
    call.passes(2_750, Timer::BargeInGate, &[Action::PauseSpeaking]);
    call.at(4_700, Event::SpeechStopped, &[]);
    call.at(5_000, partial(2, "I would like to book"), &[Action::StopSpeaking, heard_until(1, "")]);
}

#[test]
fn a_nod_ends_the_pause_as_soon_as_it_is_known() {
    let mut call = speaking();
    call.at(2_600, Event::SpeechStarted, &[]);
    call.passes(2_750, Timer::BargeInGate, &[Action::PauseSpeaking]);
    call.at(2_950, Event::SpeechStopped, &[]);
    call.at(3_190, partial(2, "Uh-huh"), &[resume(2, 0)]);
    call.passes(3_450, Timer::Endpoint, &[finalize(2)]);
    call.at(3_500, transcript(2, "Uh-huh."), &[]);
}

#[test]
fn marks_of_a_pause_are_not_waited_for() {
    let mut config = CallConfig::default();
    config.timings.barge_in_pause = std::time::Duration::from_secs(60);
    let mut call = Script::speaking_in(config, Expectation::Open, Directive::Listen);
    call.at(2_600, Event::SpeechStarted, &[]);
    call.passes(2_750, Timer::BargeInGate, &[Action::PauseSpeaking]);
    call.passes(22_600, Timer::UtteranceCap, &[finalize(2)]);
    call.at(22_700, transcript(2, ""), &[resume(2, 0)]);
}

#[test]
fn each_pause_for_nothing_makes_the_next_one_harder() {
    let mut call = speaking();
    for (at, needed, utterance) in [(2_600, 150, 2), (5_000, 300, 3), (8_000, 600, 4)] {
        call.at(at, Event::SpeechStarted, &[]);
        call.passes(at + needed, Timer::BargeInGate, &[Action::PauseSpeaking]);
        call.at(at + needed + 50, Event::SpeechStopped, &[]);
        call.passes(at + needed + 450, Timer::PauseLimit, &[resume(2, 0)]);
        call.passes(at + needed + 550, Timer::Endpoint, &[finalize(utterance)]);
        call.at(at + needed + 600, transcript(utterance, ""), &[]);
    }
    // Now only words stop us.
    call.at(10_000, Event::SpeechStarted, &[]);
    call.at(12_000, partial(5, "Wait"), &[Action::StopSpeaking, heard_until(1, "")]);
}

#[test]
fn a_caller_who_speaks_when_our_voice_begins_has_it_pause_at_once() {
    let mut call = Script::asked();
    call.at(2_050, sentence(1, "It costs eighty."), &[speak(2, 1, "It costs eighty.")]);
    call.at(2_060, Event::SpeechStarted, &[]);
    call.at(2_300, started(2), &[Action::PauseSpeaking]);
}

#[test]
fn what_cannot_be_said_does_not_stay_paused() {
    let mut call = speaking();
    call.at(2_600, Event::SpeechStarted, &[]);
    call.passes(2_750, Timer::BargeInGate, &[Action::PauseSpeaking]);
    call.at(2_760, played_to_end(2, 22), &[]);
    assert_eq!(call.late_answers(), 1, "the clear returned its marks");
    let sorry = Phrases::default().not_understood;
    call.at(2_800, segment_failed(2), &[Action::StopSpeaking, heard_until(1, ""), speak(3, 0, &sorry)]);
}

#[test]
fn last_words_are_not_held_up_by_a_pause() {
    let mut call = speaking();
    call.at(2_600, Event::SpeechStarted, &[]);
    call.passes(2_750, Timer::BargeInGate, &[Action::PauseSpeaking]);
    let trouble = Phrases::default().trouble;
    call.at(2_800, Event::TranscriptionLost, &[resume(2, 0), speak(3, 0, &trouble)]);
}
