//! Silence, losses and hang-ups. Whole calls that meet a limit are among the scenarios by name.

use call::{Action, CallConfig, Directive, EndReason, Event, Expectation, Phase, Phrases, Status, Timer};
use rstest::rstest;

use crate::script::*;

#[test]
fn a_caller_who_is_still_there_has_all_the_time_again() {
    let phrases = Phrases::default();
    let mut call = Script::greeted_with(words_only());
    call.passes(36_000, Timer::Idle, &[speak(2, 0, &phrases.still_there)]);
    call.at(36_100, started(2), &[]);
    call.at(37_000, Event::SpeechStarted, &[]);
    call.at(37_300, partial(1, "Yeah"), &[Action::StopSpeaking]);
    call.at(37_400, Event::SpeechStopped, &[]);
    call.passes(37_900, Timer::Endpoint, &[finalize(1)]);
    call.at(38_000, transcript(1, "Yeah."), &[ask(1, "Yeah.")]);
    call.at(38_100, sentence(1, "Good."), &[speak(3, 1, "Good.")]);
    call.at(38_110, listen_on(1), &[]);
    call.at(38_150, started(3), &[]);
    call.at(39_000, played_to_end(3, 5), &[heard(1, "Good.")]);
    call.passes(74_000, Timer::Idle, &[speak(4, 0, &phrases.still_there)]);
}

#[test]
fn noise_does_not_keep_a_silent_call_up() {
    let phrases = Phrases::default();
    let mut call = Script::greeted();
    call.says(10_000, 10_300, 1, "", 10_900, &[]);
    call.at(30_000, Event::SpeechStarted, &[]);
    call.passes(50_000, Timer::UtteranceCap, &[finalize(2)]);
    call.at(50_100, transcript(2, ""), &[]);
    call.passes(36_000, Timer::Idle, &[speak(2, 0, &phrases.still_there)]);
}

#[test]
fn the_idle_timer_does_not_run_while_the_agent_works() {
    let mut config = CallConfig::default();
    config.timings.agent = std::time::Duration::from_secs(60);
    let call = Script::asked_with(config);
    call.next_deadline(62_000, Timer::AgentDeadline);
}

#[test]
fn the_call_ends_on_the_last_mark_of_the_last_segment() {
    let mut call = Script::asked();
    call.at(2_050, sentence(1, "Thank you."), &[speak(2, 1, "Thank you.")]);
    call.at(2_060, sentence(1, "Goodbye."), &[speak(3, 1, "Goodbye.")]);
    call.at(2_070, completed(1, Expectation::Open, Directive::HangUp), &[]);
    call.at(2_100, started(2), &[]);
    call.at(3_000, played_to_end(2, 10), &[]);
    call.at(3_050, started(3), &[]);
    call.at(3_500, played(3, 8), &[]);
    let end = [
        heard(1, "Thank you. Goodbye."),
        Action::HangUp,
        outcome(Status::Completed, EndReason::AgentHungUp, 3_600, 1, 0),
    ];
    call.at(3_600, played_to_end(3, 8), &end);
}

#[test]
fn a_farewell_whose_mark_does_not_come_ends_all_the_same() {
    let mut call = Script::speaking_with(Expectation::Open, Directive::HangUp);
    let end = [
        heard(1, "It costs eighty euros."),
        Action::HangUp,
        outcome(Status::Completed, EndReason::AgentHungUp, 8_300, 1, 0),
    ];
    call.passes(8_300, Timer::MarkDeadline, &end);
}

#[test]
fn an_agent_that_hangs_up_without_a_word_is_obeyed() {
    let mut call = Script::asked();
    let end = [heard(1, ""), Action::HangUp, outcome(Status::Completed, EndReason::AgentHungUp, 2_050, 1, 0)];
    call.at(2_050, completed(1, Expectation::Open, Directive::HangUp), &end);
}

#[rstest]
#[case::awaiting_line(Script::new(CallConfig::default()), Phase::AwaitingLine, &[], 0)]
#[case::listening(Script::greeted(), Phase::Listening, &[], 0)]
#[case::processing(Script::asked(), Phase::Processing, &[cancel(1), heard_until(1, "")], 1)]
#[case::speaking(Script::speaking(), Phase::Speaking, &[heard_until(1, "")], 1)]
#[case::farewell(
    Script::speaking_with(Expectation::Open, Directive::HangUp), Phase::Ending, &[heard_until(1, "")], 1
)]
fn a_lost_stream_ends_the_call_at_once(
    #[case] mut call: Script,
    #[case] phase: Phase,
    #[case] before: &[Action],
    #[case] turns: u32,
    #[values((Event::StreamLost, Status::Failed, EndReason::StreamLost),
             (Event::CallerHungUp, Status::Completed, EndReason::CallerHungUp))]
    (event, status, reason): (Event, Status, EndReason),
) {
    call.in_phase(phase);
    let mut end = before.to_vec();
    end.push(outcome(status, reason, 2_200, turns, 0));
    call.at(2_200, event, &end);
    call.is_over();
}

#[test]
fn a_stream_lost_during_the_greeting_or_the_last_words() {
    let mut call = Script::new(CallConfig { greeting: vec!["Hello.".into()], ..CallConfig::default() });
    call.at(0, Event::LineReady, &[speak(1, 0, "Hello.")]);
    call.in_phase(Phase::Greeting);
    call.at(10, Event::StreamLost, &[heard_until(0, ""), outcome(Status::Failed, EndReason::StreamLost, 10, 0, 0)]);
    call.is_over();

    let mut call = Script::greeted();
    let Phrases { wrap_up, wrap_up_goodbye, .. } = Phrases::default();
    call.at(2_000, Event::Shutdown, &[speak(2, 0, &wrap_up), speak(3, 0, &wrap_up_goodbye)]);
    call.at(2_500, Event::StreamLost, &[outcome(Status::Completed, EndReason::Shutdown, 2_500, 0, 0)]);
    call.is_over();
}

#[test]
fn a_line_that_never_carries_sound_is_given_up() {
    let mut call = Script::new(CallConfig::default());
    let end = [outcome(Status::Failed, EndReason::StreamLost, 10_000, 0, 0)];
    call.passes(10_000, Timer::LineReady, &end);
    call.is_over();
}

#[test]
fn without_speech_recognition_we_apologise_and_hang_up() {
    let trouble = Phrases::default().trouble;
    let mut call = Script::speaking();
    call.at(2_200, Event::TranscriptionLost, &[speak(3, 0, &trouble)]);
    call.in_phase(Phase::Ending);
    call.at(3_000, played_to_end(2, 22), &[]);
    call.at(3_050, started(3), &[]);
    let end = [
        heard(1, "It costs eighty euros."),
        Action::HangUp,
        outcome(Status::Failed, EndReason::SpeechFailed, 8_000, 1, 0),
    ];
    call.at(8_000, played_to_end(3, 80), &end);
    call.is_over();
}

#[test]
fn a_conversation_that_is_lost_is_dialled_again_and_the_open_turn_asked_again() {
    let mut call = Script::asked();
    call.at(2_200, Event::ConversationLost, &[Action::RedialConversation, ask(1, "Hi.")]);
    call.at(2_900, sentence(1, "Hello, what can I do for you?"), &[speak(2, 1, "Hello, what can I do for you?")]);
    call.at(2_910, listen_on(1), &[]);
    call.at(3_000, started(2), &[]);
    call.at(4_000, played_to_end(2, 29), &[heard(1, "Hello, what can I do for you?")]);
    call.says(5_000, 5_300, 2, "A massage.", 6_000, &[ask(2, "A massage.")]);
}

#[test]
fn a_conversation_that_is_lost_while_nobody_waits_for_it_is_dialled_again_unnoticed() {
    let mut call = Script::greeted();
    call.at(1_200, Event::ConversationLost, &[Action::RedialConversation]);
    call.in_phase(Phase::Listening);
    call.says(5_000, 5_300, 1, "A massage.", 6_000, &[ask(1, "A massage.")]);
}

#[test]
fn a_reply_that_broke_off_with_the_conversation_is_played_and_asked_for_again_by_the_caller() {
    let sorry = Phrases::default().not_understood;
    let mut call = Script::asked();
    call.at(2_050, sentence(1, "Two is free."), &[speak(2, 1, "Two is free.")]);
    call.at(2_100, started(2), &[]);
    call.at(2_200, Event::ConversationLost, &[Action::RedialConversation, speak(3, 0, &sorry)]);
    call.at(3_000, played_to_end(2, 12), &[]);
    call.at(3_050, started(3), &[]);
    call.at(4_000, played_to_end(3, 99), &[heard_until(1, "Two is free.")]);
    call.in_phase(Phase::Listening);
}

#[test]
fn without_a_conversation_we_apologise_and_hang_up() {
    let trouble = Phrases::default().trouble;
    let mut call = Script::asked();
    call.at(2_100, Event::ConversationLost, &[Action::RedialConversation, ask(1, "Hi.")]);
    call.at(2_200, Event::ConversationLost, &[speak(2, 0, &trouble)]);
    call.at(2_300, Event::ConversationLost, &[]);
    call.at(2_400, sentence(1, "Late."), &[]);
    let end = [heard_until(1, ""), Action::HangUp, outcome(Status::Failed, EndReason::ConversationLost, 2_500, 1, 0)];
    call.at(2_500, segment_failed(2), &end);
    call.is_over();
}

#[test]
fn one_failed_segment_is_not_heard_and_two_end_the_call() {
    let mut call = Script::asked();
    call.at(2_050, sentence(1, "One."), &[speak(2, 1, "One.")]);
    call.at(2_060, sentence(1, "Two."), &[speak(3, 1, "Two.")]);
    call.at(2_070, listen_on(1), &[]);
    call.at(2_100, segment_failed(2), &[]);
    call.at(2_110, started(3), &[]);
    call.at(3_000, played_to_end(3, 4), &[heard_until(1, "Two.")]);

    call.says(4_000, 4_300, 2, "Hi.", 4_900, &[ask(2, "Hi.")]);
    call.at(5_000, sentence(2, "Three."), &[speak(4, 2, "Three.")]);
    call.at(5_010, listen_on(2), &[]);
    let sorry = Phrases::default().not_understood;
    call.at(5_100, segment_failed(4), &[heard_until(2, ""), speak(5, 0, &sorry)]);
    let end = [Action::HangUp, outcome(Status::Failed, EndReason::SpeechFailed, 5_200, 2, 0)];
    call.at(5_200, segment_failed(5), &end);
    call.is_over();
}

#[test]
fn a_shutdown_lets_the_call_end_within_10_s() {
    let Phrases { wrap_up, wrap_up_goodbye, .. } = Phrases::default();
    let mut call = Script::speaking();
    let cut = [Action::StopSpeaking, heard_until(1, ""), speak(3, 0, &wrap_up), speak(4, 0, &wrap_up_goodbye)];
    call.at(2_200, Event::Shutdown, &cut);
    call.at(2_300, started(3), &[]);
    call.at(4_000, played_to_end(3, 22), &[]);
    call.at(6_000, played(4, 26), &[]);
    // 5 characters are left.
    let end = [Action::HangUp, outcome(Status::Completed, EndReason::Shutdown, 10_500, 1, 0)];
    call.passes(10_500, Timer::MarkDeadline, &end);
    call.is_over();
}

#[test]
fn a_shutdown_ends_a_call_that_is_already_ending() {
    let mut config = CallConfig::default();
    config.timings.mark_grace = std::time::Duration::from_secs(60);
    let trouble = config.phrases.trouble.clone();
    let mut call = Script::greeted_with(config);
    call.at(2_000, Event::TranscriptionLost, &[speak(2, 0, &trouble)]);
    call.at(2_100, Event::Shutdown, &[]);
    let end = [Action::HangUp, outcome(Status::Failed, EndReason::SpeechFailed, 12_100, 0, 0)];
    call.passes(12_100, Timer::EndingCap, &end);
    call.is_over();
}
