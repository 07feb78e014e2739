//! The agent is asked from the words so far while the pause runs: its answer waits for the words to be all.

use call::{Action, EndReason, Event, Expectation, Phase, Phrases, Status, Timer, TurnEnd};
use rstest::rstest;

use crate::script::*;

/// "Hello." was heard; the caller said "A massage" from 2,000 to 2,500 ms, and the words of it came at 2,650 ms.
fn asked_early() -> Script {
    let mut call = pausing();
    call.at(2_650, partial(1, "A massage"), &[ask_early(1, "A massage")]);
    call.in_phase(Phase::Listening);
    call
}

fn pausing() -> Script {
    let mut call = Script::greeted();
    call.at(1_500, Event::EarlyTurnsOffered, &[]);
    call.at(2_000, Event::SpeechStarted, &[]);
    call.at(2_500, Event::SpeechStopped, &[]);
    call
}

#[test]
fn an_answer_that_came_early_is_said_as_soon_as_the_words_are_known_to_be_all() {
    let mut call = asked_early();
    call.at(2_700, sentence(1, "When would you like to come?"), &[prepare(1, "When would you like to come?")]);
    call.at(2_705, sentence(1, "We are open all week."), &[]);
    call.at(2_710, completed(1, Expectation::Date, call::Directive::Listen), &[]);
    call.passes(3_000, Timer::Endpoint, &[finalize(1)]);
    let said = [speak(2, 1, "When would you like to come?"), speak(3, 1, "We are open all week.")];
    call.at(3_010, transcript(1, "A massage."), &[&[confirm(1)], said.as_slice()].concat());
    call.at(3_050, started(2), &[]);
    call.at(4_000, played_to_end(2, 28), &[]);
    call.at(4_500, played_to_end(3, 21), &[heard(1, "When would you like to come? We are open all week.")]);
    let end = [outcome(Status::Completed, EndReason::CallerHungUp, 5_000, 1, 0)];
    call.at(5_000, Event::CallerHungUp, &end);
}

#[test]
fn an_agent_that_is_still_thinking_goes_on_with_the_turn() {
    let mut call = asked_early();
    call.passes(3_000, Timer::Endpoint, &[finalize(1)]);
    call.at(3_010, transcript(1, "a massage"), &[confirm(1)]);
    call.in_phase(Phase::Processing);
    call.at(3_400, sentence(1, "When?"), &[speak(2, 1, "When?")]);
    call.at(3_410, listen_on(1), &[]);
}

#[test]
fn other_words_in_the_end_make_it_never_asked() {
    let mut call = asked_early();
    call.at(2_700, sentence(1, "When?"), &[prepare(1, "When?")]);
    call.passes(3_000, Timer::Endpoint, &[finalize(1)]);
    let actions = [cancel(1), ask(2, "No massage.")];
    call.at(3_010, transcript(1, "No massage."), &actions);
    call.at(3_020, sentence(1, "How long?"), &[]);
    assert_eq!(call.late_answers(), 1, "the early turn's answer is nobody's");
    let end = [cancel(2), heard_until(2, ""), outcome(Status::Completed, EndReason::CallerHungUp, 3_500, 1, 0)];
    call.at(3_500, Event::CallerHungUp, &end);
}

#[test]
fn other_words_while_the_pause_runs_are_asked_in_its_place() {
    let mut call = asked_early();
    call.at(2_700, partial(1, "A massage."), &[]);
    call.at(2_800, partial(1, "A message"), &[cancel(1), ask_early(2, "A message")]);
    call.passes(3_000, Timer::Endpoint, &[finalize(1)]);
    call.at(3_010, transcript(1, "A message."), &[confirm(2)]);
}

#[rstest]
#[case::a_caller_who_goes_on(Event::SpeechStarted)]
#[case::a_key(Event::Dtmf { digit: '4' })]
#[case::a_recogniser_that_takes_it_back(hint(1, TurnEnd::TakenBack))]
fn it_is_cancelled_by(#[case] event: Event) {
    let mut call = asked_early();
    call.at(2_800, event, &[cancel(1)]);
}

#[test]
fn a_caller_who_goes_on_is_asked_about_again_at_the_next_pause() {
    let mut call = asked_early();
    call.at(2_800, Event::SpeechStarted, &[cancel(1)]);
    call.at(3_200, Event::SpeechStopped, &[]);
    call.at(3_350, partial(1, "A massage tomorrow"), &[ask_early(2, "A massage tomorrow")]);
    call.passes(3_700, Timer::Endpoint, &[finalize(1)]);
    call.at(3_710, transcript(1, "A massage tomorrow."), &[confirm(2)]);
}

#[test]
fn words_of_speech_that_goes_on_are_not_asked() {
    let mut call = Script::greeted();
    call.at(1_500, Event::EarlyTurnsOffered, &[]);
    call.at(2_000, Event::SpeechStarted, &[]);
    call.at(2_500, partial(1, "A massage"), &[]);
    call.at(2_600, Event::SpeechStopped, &[]);
}

#[test]
fn a_recogniser_that_holds_the_end_for_likely_is_believed_at_once() {
    let mut call = Script::greeted();
    call.at(1_500, Event::EarlyTurnsOffered, &[]);
    call.at(2_000, Event::SpeechStarted, &[]);
    call.at(2_400, partial(1, "A massage"), &[]);
    call.at(2_450, hint(1, TurnEnd::Likely), &[]);
    call.at(2_500, Event::SpeechStopped, &[ask_early(1, "A massage")]);
}

#[test]
fn an_agent_that_does_not_take_early_turns_gets_none() {
    let mut call = Script::greeted();
    call.at(2_000, Event::SpeechStarted, &[]);
    call.at(2_500, Event::SpeechStopped, &[]);
    call.at(2_650, partial(1, "A massage"), &[]);
}

#[test]
fn what_is_dictated_is_not_asked_at_a_pause() {
    let mut call = Script::speaking_with(Expectation::Email, call::Directive::Listen);
    call.at(2_150, Event::EarlyTurnsOffered, &[]);
    call.at(3_000, played_to_end(2, 22), &[heard(1, "It costs eighty euros.")]);
    call.at(4_000, Event::SpeechStarted, &[]);
    call.at(5_000, Event::SpeechStopped, &[]);
    call.at(5_100, partial(2, "alex at"), &[]);
}

#[test]
fn nothing_is_asked_over_our_own_voice() {
    let mut call = Script::speaking();
    call.at(2_150, Event::EarlyTurnsOffered, &[]);
    call.at(2_200, Event::SpeechStarted, &[]);
    call.at(2_600, Event::SpeechStopped, &[]);
    let cut = [Action::StopSpeaking, heard_until(1, "")];
    let asked =
        Action::AskEarly { turn: call::TurnId::new(2), text: "No wait".into(), continues: Some(call::TurnId::new(1)) };
    call.at(2_700, partial(2, "No wait"), &[cut.as_slice(), &[asked]].concat());
}

#[test]
fn a_silent_transcript_ends_it() {
    let mut call = asked_early();
    call.passes(3_000, Timer::Endpoint, &[finalize(1)]);
    let sorry = Phrases::default().not_understood;
    call.at(3_010, transcript(1, ""), &[cancel(1), speak(2, 0, &sorry)]);
}

#[test]
fn an_early_answer_that_fails_is_asked_for_again() {
    let mut call = asked_early();
    call.at(2_700, failed(1), &[]);
    call.passes(3_000, Timer::Endpoint, &[finalize(1)]);
    call.at(3_010, transcript(1, "A massage."), &[ask(2, "A massage.")]);
}

#[test]
fn a_call_that_ends_takes_it_back() {
    let mut call = asked_early();
    let end = [cancel(1), outcome(Status::Completed, EndReason::CallerHungUp, 2_700, 0, 0)];
    call.at(2_700, Event::CallerHungUp, &end);
    call.is_over();
}

#[test]
fn the_last_turn_is_asked_early_and_the_one_after_it_is_not() {
    let mut config = call::CallConfig::default();
    config.limits.turns_max = 1;
    let mut call = Script::asked_with(config);
    call.at(2_050, sentence(1, "Yes?"), &[speak(2, 1, "Yes?")]);
    call.at(2_060, listen_on(1), &[]);
    call.at(2_070, Event::EarlyTurnsOffered, &[]);
    call.at(2_100, started(2), &[]);
    call.at(2_500, played_to_end(2, 4), &[heard(1, "Yes?")]);
    call.at(4_000, Event::SpeechStarted, &[]);
    call.at(4_500, Event::SpeechStopped, &[]);
    call.at(4_600, partial(2, "One more"), &[]);
}

/// When a caller who stops at 2,500 ms hears the first word of an agent that needs so long: the recogniser has the words
/// 150 ms later, and at once when they are asked for.
fn first_word_at(agent_ms: u64, early: bool) -> u64 {
    let mut call = Script::greeted();
    if early {
        call.at(1_500, Event::EarlyTurnsOffered, &[]);
    }
    call.at(2_000, Event::SpeechStarted, &[]);
    call.at(2_500, Event::SpeechStopped, &[]);
    let asked_early = early.then(|| ask_early(1, "A massage"));
    call.at(2_650, partial(1, "A massage"), asked_early.as_slice());
    let answered_at = if early { 2_650 } else { 3_001 } + agent_ms;
    let answer = sentence(1, "When?");
    if answered_at < 3_000 {
        call.at(answered_at, answer, &[prepare(1, "When?")]);
        call.passes(3_000, Timer::Endpoint, &[finalize(1)]);
        call.at(3_001, transcript(1, "A massage."), &[confirm(1), speak(2, 1, "When?")]);
        return 3_001;
    }
    call.passes(3_000, Timer::Endpoint, &[finalize(1)]);
    let taken = if early { confirm(1) } else { ask(1, "A massage.") };
    call.at(3_001, transcript(1, "A massage."), &[taken]);
    call.at(answered_at, answer, &[speak(2, 1, "When?")]);
    answered_at
}

#[rstest]
#[case::the_engine(20, 20)]
#[case::a_fast_model(300, 300)]
#[case::a_slow_model(600, 351)]
fn a_caller_waits_less_by_what_the_pause_leaves_the_agent(#[case] agent_ms: u64, #[case] won_ms: u64) {
    assert_eq!(first_word_at(agent_ms, false) - first_word_at(agent_ms, true), won_ms);
}

fn ask_early(turn: u32, text: &str) -> Action {
    Action::AskEarly { turn: call::TurnId::new(turn), text: text.into(), continues: None }
}

fn prepare(turn: u32, text: &str) -> Action {
    Action::PrepareSpeech { turn: call::TurnId::new(turn), text: text.into() }
}

fn confirm(turn: u32) -> Action {
    Action::ConfirmTurn { turn: call::TurnId::new(turn) }
}
