//! The agent takes long, and the caller is told so.

use call::{Action, CallConfig, Event, Phrases, Timer};

use crate::script::*;

fn with_fillers() -> CallConfig {
    let own = |texts: [&str; 2]| texts.map(str::to_owned).to_vec();
    let phrases = Phrases {
        fillers: own(["One moment.", "Let me see."]),
        progress: own(["Still looking.", "Almost there."]),
        ..Phrases::default()
    };
    CallConfig { phrases, ..CallConfig::default() }
}

#[test]
fn a_filler_bridges_700_ms_and_is_no_word_of_the_agents() {
    let mut call = Script::asked_with(with_fillers());
    call.passes(2_700, Timer::Filler, &[speak(2, 0, "One moment.")]);
    call.at(2_750, started(2), &[]);
    call.at(3_000, sentence(1, "Two is free."), &[speak(3, 1, "Two is free.")]);
    call.at(3_010, listen_on(1), &[]);
    call.at(3_500, played_to_end(2, 11), &[]);
    call.at(3_550, started(3), &[]);
    call.at(4_500, played_to_end(3, 12), &[heard(1, "Two is free.")]);

    call.says(5_000, 5_300, 2, "At two.", 5_900, &[ask(2, "At two.")]);
    call.passes(6_600, Timer::Filler, &[speak(4, 0, "Let me see.")]);
}

#[test]
fn a_reply_that_comes_first_is_spoken_without_a_filler() {
    let mut call = Script::asked_with(with_fillers());
    call.at(2_600, sentence(1, "Two is free."), &[speak(2, 1, "Two is free.")]);
    call.next_deadline(7_800, Timer::MarkDeadline);
}

#[test]
fn a_filler_that_nobody_heard_yet_is_not_said() {
    let mut call = Script::asked_with(with_fillers());
    call.passes(2_700, Timer::Filler, &[speak(2, 0, "One moment.")]);
    call.at(2_720, sentence(1, "Two is free."), &[Action::StopSpeaking, speak(3, 1, "Two is free.")]);
}

#[test]
fn a_long_wait_is_told_of_every_4_s_until_the_agent_is_given_up() {
    let phrases = with_fillers().phrases;
    let mut call = Script::asked_with(with_fillers());
    let (mut at, mut segment) = (2_700, 2);
    for phrase in [&phrases.fillers[0], &phrases.progress[0], &phrases.progress[1]] {
        call.passes(at, Timer::Filler, &[speak(segment, 0, phrase)]);
        call.at(at + 50, started(segment), &[]);
        call.at(at + 1_000, played_to_end(segment, 20), &[]);
        (at, segment) = (at + 5_000, segment + 1);
    }
    call.passes(17_000, Timer::AgentDeadline, &[cancel(1), speak(5, 0, &phrases.not_understood)]);
}

#[test]
fn an_agent_that_falls_silent_within_its_reply_is_waited_for_aloud() {
    let mut call = Script::asked_with(with_fillers());
    call.at(2_050, sentence(1, "Let me look."), &[speak(2, 1, "Let me look.")]);
    call.at(2_100, started(2), &[]);
    call.at(3_000, played_to_end(2, 12), &[]);
    call.passes(7_000, Timer::Filler, &[speak(3, 0, "Still looking.")]);
    call.at(7_050, started(3), &[]);
    call.at(7_100, sentence(1, "Two is free."), &[speak(4, 1, "Two is free.")]);
}

#[test]
fn a_caller_who_speaks_needs_no_filler() {
    let mut call = Script::asked_with(with_fillers());
    call.at(2_600, Event::SpeechStarted, &[]);
    call.next_deadline(17_000, Timer::AgentDeadline);
    call.at(3_000, Event::SpeechStopped, &[]);
    call.passes(3_500, Timer::Endpoint, &[finalize(2)]);
    call.at(3_600, transcript(2, "And my wife."), &[cancel(1), heard_until(1, ""), ask(2, "And my wife.")]);
    call.passes(4_300, Timer::Filler, &[speak(2, 0, "One moment.")]);
}

#[test]
fn a_filler_can_be_interrupted() {
    let mut call = Script::asked_with(with_fillers());
    call.passes(2_700, Timer::Filler, &[speak(2, 0, "One moment.")]);
    call.at(2_750, started(2), &[]);
    call.at(2_800, Event::SpeechStarted, &[]);
    call.passes(2_950, Timer::BargeInGate, &[Action::PauseSpeaking]);
    call.at(3_300, partial(2, "And at three"), &[Action::StopSpeaking, cancel(1), heard_until(1, "")]);
}
