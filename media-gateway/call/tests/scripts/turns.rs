//! Whole calls, endpointing, transcripts and what the agent may do to a turn.

use call::{Action, CallConfig, Directive, EndReason, Event, Expectation, Phase, Phrases, Status, Timer, Timings};
use rstest::rstest;

use crate::script::*;

#[test]
fn a_call_from_greeting_to_goodbye() {
    let greeting = vec!["Bella Spa, hello.".into(), "This call is recorded.".into()];
    let mut call = Script::new(CallConfig { greeting, ..CallConfig::default() });
    call.in_phase(Phase::AwaitingLine);
    call.next_deadline(10_000, Timer::LineReady);

    call.at(20, Event::LineReady, &[speak(1, 0, "Bella Spa, hello."), speak(2, 0, "This call is recorded.")]);
    call.in_phase(Phase::Greeting);
    call.at(60, started(1), &[]);
    call.at(1_000, played(1, 10), &[]);
    call.at(1_600, played_to_end(1, 17), &[]);
    call.at(1_650, started(2), &[]);
    call.at(3_000, played_to_end(2, 22), &[heard(0, "Bella Spa, hello. This call is recorded.")]);
    call.in_phase(Phase::Listening);

    call.at(4_000, Event::SpeechStarted, &[]);
    call.at(4_500, partial(1, "A massage"), &[]);
    call.at(5_000, Event::SpeechStopped, &[]);
    call.passes(5_500, Timer::Endpoint, &[finalize(1)]);
    call.in_phase(Phase::Processing);
    call.at(5_650, transcript(1, "A massage tomorrow, please."), &[ask(1, "A massage tomorrow, please.")]);
    call.at(5_700, sentence(1, "Two o'clock is free."), &[speak(3, 1, "Two o'clock is free.")]);
    call.in_phase(Phase::Speaking);
    call.at(5_750, sentence(1, "Shall I book it?"), &[speak(4, 1, "Shall I book it?")]);
    call.at(5_760, completed(1, Expectation::YesNo, Directive::Listen), &[]);
    call.at(5_900, started(3), &[]);
    call.at(7_000, played_to_end(3, 20), &[]);
    call.at(7_050, started(4), &[]);
    call.at(8_000, played_to_end(4, 16), &[heard(1, "Two o'clock is free. Shall I book it?")]);

    call.at(8_500, Event::SpeechStarted, &[]);
    call.at(8_800, Event::SpeechStopped, &[]);
    call.passes(9_050, Timer::Endpoint, &[finalize(2)]);
    call.at(9_150, transcript(2, "Yes."), &[ask(2, "Yes.")]);
    call.at(9_300, sentence(2, "It is booked. Goodbye."), &[speak(5, 2, "It is booked. Goodbye.")]);
    call.at(9_310, completed(2, Expectation::Open, Directive::HangUp), &[]);
    call.in_phase(Phase::Ending);
    call.at(9_400, started(5), &[]);
    call.at(10_000, played(5, 13), &[]);
    let end = [
        heard(2, "It is booked. Goodbye."),
        Action::HangUp,
        outcome(Status::Completed, EndReason::AgentHungUp, 11_000, 2, 0),
    ];
    call.at(11_000, played_to_end(5, 22), &end);
    call.is_over();
}

#[test]
fn speech_after_499_ms_goes_on_with_the_utterance() {
    let mut call = Script::greeted();
    call.at(2_000, Event::SpeechStarted, &[]);
    call.at(3_000, Event::SpeechStopped, &[]);
    call.at(3_499, Event::SpeechStarted, &[]);
    call.at(4_000, Event::SpeechStopped, &[]);
    // A caller who pauses is given more time.
    call.passes(4_600, Timer::Endpoint, &[finalize(1)]);
}

#[test]
fn speech_after_500_ms_is_the_next_utterance() {
    let mut call = Script::greeted();
    call.at(2_000, Event::SpeechStarted, &[]);
    call.at(3_000, Event::SpeechStopped, &[]);
    call.passes(3_500, Timer::Endpoint, &[finalize(1)]);
    call.at(3_500, Event::SpeechStarted, &[]);
    call.at(4_000, Event::SpeechStopped, &[]);
    call.at(4_100, transcript(1, "One."), &[ask(1, "One.")]);
    call.passes(4_500, Timer::Endpoint, &[finalize(2)]);
}

#[test]
fn a_driver_that_wakes_up_late_gets_what_was_due_first() {
    let mut call = call::Call::new(CallConfig::default());
    let ms = call::CallTime::from_ms;
    call.handle(ms(0), Event::LineReady);
    call.handle(ms(100), Event::SpeechStarted);
    call.handle(ms(500), Event::SpeechStopped);
    while call.poll_action().is_some() {}
    call.handle(ms(1_010), Event::SpeechStarted);
    assert_eq!(call.poll_action(), Some(finalize(1)));
}

#[rstest]
#[case(Expectation::YesNo, 250)]
#[case(Expectation::Date, 500)]
#[case(Expectation::Name, 700)]
#[case(Expectation::Email, 900)]
#[case(Expectation::Phone, 900)]
fn the_pause_depends_on_what_was_asked(#[case] expects: Expectation, #[case] pause: u64) {
    let mut call = Script::speaking_with(expects, Directive::Listen);
    call.at(4_000, played_to_end(2, 22), &[heard(1, "It costs eighty euros.")]);
    call.at(5_000, Event::SpeechStarted, &[]);
    call.at(6_000, Event::SpeechStopped, &[]);
    call.passes(6_000 + pause, Timer::Endpoint, &[finalize(2)]);
}

#[test]
fn the_silence_that_the_detector_needed_counts_towards_the_pause() {
    let timings = Timings { vad_hangover: std::time::Duration::from_millis(200), ..Timings::default() };
    let mut call = Script::greeted_with(CallConfig { timings, ..CallConfig::default() });
    call.at(2_000, Event::SpeechStarted, &[]);
    call.at(3_000, Event::SpeechStopped, &[]);
    call.passes(3_300, Timer::Endpoint, &[finalize(1)]);
}

#[test]
fn partials_alone_do_nothing_but_the_last_stands_in_for_a_transcript_that_does_not_come() {
    let mut call = Script::greeted();
    call.at(2_000, Event::SpeechStarted, &[]);
    call.at(2_300, partial(1, "I'd"), &[]);
    call.at(2_600, partial(1, "I'd like"), &[]);
    call.at(2_700, partial(2, "of an utterance that is not open"), &[]);
    call.at(3_000, Event::SpeechStopped, &[]);
    call.at(3_100, partial(1, "I'd like a massage"), &[]);
    call.passes(3_500, Timer::Endpoint, &[finalize(1)]);
    call.passes(5_000, Timer::TranscriptDeadline, &[ask(1, "I'd like a massage")]);
    call.at(5_200, transcript(1, "I'd like a massage."), &[]);
    assert_eq!(call.late_answers(), 2);
}

#[test]
fn an_utterance_without_words_is_no_turn() {
    let mut call = Script::greeted();
    call.says(2_000, 2_390, 1, "", 3_000, &[]);
    call.in_phase(Phase::Listening);
    call.says(4_000, 5_000, 2, "Um…", 5_600, &[]);
    call.in_phase(Phase::Listening);
    call.next_deadline(36_000, Timer::Idle);
}

#[test]
fn a_caller_of_whom_no_word_came_is_asked_to_say_it_again() {
    let sorry = Phrases::default().not_understood;
    let mut call = Script::greeted();
    for (from, utterance) in [(2_000, 1), (12_000, 2)] {
        call.says(from, from + 400, utterance, "", from + 1_000, &[speak(utterance + 1, 0, &sorry)]);
        call.at(from + 1_100, started(utterance + 1), &[]);
        call.at(from + 3_000, played_to_end(utterance + 1, 32), &[]);
        call.in_phase(Phase::Listening);
    }
    // It is a noisy line. Silence counts from our own last word.
    call.says(22_000, 23_000, 3, "", 23_600, &[]);
    call.next_deadline(50_000, Timer::Idle);
    call.says(30_000, 31_000, 4, "A massage", 31_600, &[ask(1, "A massage")]);
}

#[test]
fn noise_that_goes_on_is_not_asked_about() {
    let mut call = Script::greeted();
    call.at(2_000, Event::SpeechStarted, &[]);
    call.at(3_000, Event::SpeechStopped, &[]);
    call.passes(3_500, Timer::Endpoint, &[finalize(1)]);
    call.at(3_550, Event::SpeechStarted, &[]);
    call.at(3_600, transcript(1, ""), &[]);
    call.at(8_000, Event::SpeechStopped, &[]);
    call.passes(8_500, Timer::Endpoint, &[finalize(2)]);
    call.at(8_600, transcript(2, ""), &[]);
}

#[test]
fn words_that_the_detector_missed_are_a_turn() {
    let mut call = Script::greeted();
    call.at(2_000, partial(1, "hello"), &[]);
    call.at(2_200, partial(1, "hello there"), &[]);
    call.passes(2_500, Timer::Endpoint, &[finalize(1)]);
    call.at(2_600, transcript(1, "Hello there."), &[ask(1, "Hello there.")]);
}

#[test]
fn twenty_seconds_without_a_pause_are_taken_as_they_are() {
    let mut call = Script::greeted();
    call.at(2_000, Event::SpeechStarted, &[]);
    call.at(12_000, Event::SpeechStopped, &[]);
    call.at(12_300, Event::SpeechStarted, &[]);
    call.passes(22_000, Timer::UtteranceCap, &[finalize(1)]);
    call.at(22_100, transcript(1, "A long story"), &[ask(1, "A long story")]);
    call.at(23_000, Event::SpeechStopped, &[]);
    call.passes(23_500, Timer::Endpoint, &[finalize(2)]);
    call.at(23_600, transcript(2, "and its end."), &[cancel(1), heard_until(1, ""), ask_on(2, 1, "and its end.")]);
}

#[test]
fn sound_that_brings_no_new_word_for_4_s_is_noise_and_the_turn_ends_in_it() {
    let mut call = Script::greeted();
    call.at(2_000, Event::SpeechStarted, &[]);
    call.at(2_500, partial(1, "A massage"), &[]);
    call.at(3_000, partial(1, "A massage tomorrow"), &[]);
    call.at(5_000, partial(1, "A massage tomorrow"), &[]);
    call.passes(7_000, Timer::WordsStalled, &[finalize(1)]);
    call.at(7_100, transcript(1, "A massage tomorrow."), &[ask(1, "A massage tomorrow.")]);
    // What goes on neither holds the reply up nor pauses it.
    call.at(7_200, sentence(1, "At two or three."), &[speak(2, 1, "At two or three.")]);
    call.at(7_300, started(2), &[]);
    call.next_deadline(12_900, Timer::MarkDeadline);
}

#[test]
fn rapid_transcripts_never_leave_two_turns_open() {
    let mut call = Script::asked();
    call.says(2_050, 2_200, 2, "And my wife.", 2_800, &[cancel(1), heard_until(1, ""), ask_on(2, 1, "And my wife.")]);
    call.at(2_850, Event::SpeechStarted, &[]);
    call.at(3_000, Event::SpeechStopped, &[]);
    call.passes(3_650, Timer::Endpoint, &[finalize(3)]);
    call.at(3_700, transcript(3, "At two."), &[cancel(2), heard_until(2, ""), ask_on(3, 2, "At two.")]);
    call.at(3_750, sentence(1, "Late."), &[]);
    call.at(3_760, listen_on(1), &[]);
    call.at(3_770, sentence(3, "Booked."), &[speak(2, 3, "Booked.")]);
}

#[test]
fn transcripts_out_of_order_are_asked_in_order() {
    let mut call = Script::greeted();
    call.at(2_000, Event::SpeechStarted, &[]);
    call.at(2_300, Event::SpeechStopped, &[]);
    call.passes(2_800, Timer::Endpoint, &[finalize(1)]);
    call.at(2_900, Event::SpeechStarted, &[]);
    call.at(3_100, Event::SpeechStopped, &[]);
    call.passes(3_600, Timer::Endpoint, &[finalize(2)]);
    call.at(3_700, transcript(2, "tomorrow."), &[]);
    call.at(3_800, transcript(1, "A massage"), &[ask(1, "A massage tomorrow.")]);
}

#[test]
fn a_nod_while_the_agent_thinks_is_not_a_turn() {
    let mut call = Script::asked();
    call.says(2_050, 2_300, 2, "Okay.", 2_900, &[]);
    call.at(3_000, sentence(1, "It costs eighty."), &[speak(2, 1, "It costs eighty.")]);
}

#[test]
fn a_reply_waits_for_a_caller_who_speaks_again() {
    let mut call = Script::asked();
    call.at(2_050, Event::SpeechStarted, &[]);
    call.at(2_060, sentence(1, "It costs eighty."), &[]);
    call.at(2_070, listen_on(1), &[]);
    call.in_phase(Phase::Processing);
    call.at(2_400, partial(2, "and my wife"), &[]);
    call.at(3_000, Event::SpeechStopped, &[]);
    call.passes(3_260, Timer::HeldReply, &[]);
    call.passes(3_500, Timer::Endpoint, &[finalize(2)]);
    call.at(3_600, transcript(2, "And my wife."), &[heard_until(1, ""), ask_on(2, 1, "And my wife.")]);
}

#[test]
fn a_reply_that_waited_for_nothing_is_spoken() {
    let mut call = Script::asked();
    call.at(2_050, Event::SpeechStarted, &[]);
    call.at(2_060, sentence(1, "It costs eighty."), &[]);
    call.at(2_200, Event::SpeechStopped, &[]);
    call.passes(2_700, Timer::Endpoint, &[finalize(2)]);
    call.at(2_800, transcript(2, ""), &[speak(2, 1, "It costs eighty.")]);
}

#[test]
fn a_reply_does_not_wait_long_for_mere_noise() {
    let mut call = Script::asked();
    call.at(2_050, Event::SpeechStarted, &[]);
    call.at(2_060, sentence(1, "It costs eighty."), &[]);
    call.passes(3_260, Timer::HeldReply, &[speak(2, 1, "It costs eighty.")]);
    call.at(3_300, sentence(1, "All in."), &[speak(3, 1, "All in.")]);
}

#[test]
fn an_agent_that_says_nothing_for_15_s_is_given_up() {
    let sorry = Phrases::default().not_understood;
    let mut call = Script::asked();
    call.passes(17_000, Timer::AgentDeadline, &[cancel(1), speak(2, 0, &sorry)]);
    call.at(17_010, sentence(1, "Late."), &[]);
    call.at(17_050, started(2), &[]);
    call.at(18_000, played_to_end(2, 32), &[heard_until(1, "")]);
    call.in_phase(Phase::Listening);
}

#[test]
fn a_failed_reply_is_excused_once() {
    let phrases = Phrases::default();
    let mut call = Script::asked();
    call.at(2_100, failed(1), &[speak(2, 0, &phrases.not_understood)]);
    call.at(2_150, started(2), &[]);
    call.at(4_000, played_to_end(2, 32), &[heard_until(1, "")]);

    call.says(4_500, 5_000, 2, "Hi.", 5_600, &[ask(2, "Hi.")]);
    call.at(5_700, failed(2), &[speak(3, 0, &phrases.trouble)]);
    call.in_phase(Phase::Ending);
    call.at(5_800, started(3), &[]);
    let end = [heard_until(2, ""), Action::HangUp, outcome(Status::Failed, EndReason::ConversationLost, 9_000, 2, 0)];
    call.at(9_000, played_to_end(3, 80), &end);
    call.is_over();
}

#[test]
fn a_reply_in_between_forgives_the_failure() {
    let sorry = Phrases::default().not_understood;
    let mut call = Script::asked();
    call.at(2_100, failed(1), &[speak(2, 0, &sorry)]);
    call.at(2_150, started(2), &[]);
    call.at(4_000, played_to_end(2, 32), &[heard_until(1, "")]);
    call.says(4_500, 5_000, 2, "Hi.", 5_600, &[ask(2, "Hi.")]);
    call.at(5_700, sentence(2, "Hello."), &[speak(3, 2, "Hello.")]);
    call.at(5_710, listen_on(2), &[]);
    call.at(5_720, started(3), &[]);
    call.at(6_000, played_to_end(3, 6), &[heard(2, "Hello.")]);
    call.says(7_000, 7_400, 3, "Hi.", 8_000, &[ask(3, "Hi.")]);
    call.at(8_100, failed(3), &[speak(4, 0, &sorry)]);
}

#[test]
fn a_reply_of_no_words_is_a_failed_reply() {
    let sorry = Phrases::default().not_understood;
    let mut call = Script::asked();
    call.at(2_100, sentence(1, "  "), &[]);
    call.at(2_110, listen_on(1), &[speak(2, 0, &sorry)]);
}

#[test]
fn a_reply_is_cut_short_at_its_last_allowed_sentence() {
    let mut config = CallConfig::default();
    config.limits.sentences_max = 1;
    let mut call = Script::asked_with(config);
    call.at(2_100, sentence(1, "One."), &[speak(2, 1, "One.")]);
    call.at(2_110, sentence(1, "Two."), &[cancel(1)]);
    call.at(2_120, sentence(1, "Three."), &[]);
    call.at(2_200, started(2), &[]);
    call.at(3_000, played_to_end(2, 4), &[heard_until(1, "One.")]);
}

#[test]
fn a_mark_that_does_not_come_counts_as_played() {
    let mut call = Script::speaking();
    // 22 characters of 100 ms and 4 s since it started at 2,100 ms.
    call.passes(8_300, Timer::MarkDeadline, &[heard(1, "It costs eighty euros.")]);
    call.at(8_400, played_to_end(2, 22), &[]);
    call.in_phase(Phase::Listening);
}

#[test]
fn the_deadline_of_a_mark_moves_with_each_mark() {
    let mut call = Script::speaking();
    call.at(3_000, played(2, 12), &[]);
    // 10 characters are left.
    call.next_deadline(8_000, Timer::MarkDeadline);
}

/// An asked call whose caller was heard to say "Yes." until 1,400 ms; the question "Shall I book it?" plays.
fn confirming() -> Script {
    let mut call = Script::asked_with(words_only());
    call.at(2_050, sentence(1, "Shall I book it?"), &[speak(2, 1, "Shall I book it?")]);
    call.at(2_060, completed(1, Expectation::YesNo, Directive::Listen), &[]);
    call.at(2_100, started(2), &[]);
    call
}

#[test]
fn please_after_a_breath_is_no_answer_to_a_question_that_has_just_begun() {
    let mut call = confirming();
    call.at(2_200, Event::SpeechStarted, &[]);
    call.at(2_450, partial(2, "please"), &[]);
    call.at(2_600, Event::SpeechStopped, &[]);
    call.passes(2_850, Timer::Endpoint, &[finalize(2)]);
    call.at(2_900, transcript(2, "Please."), &[]);
    call.at(3_400, played_to_end(2, 16), &[heard(1, "Shall I book it?")]);
}

#[test]
fn words_after_a_breath_go_on_with_the_turn() {
    let mut call = confirming();
    call.at(2_200, Event::SpeechStarted, &[]);
    call.at(2_450, partial(2, "that is"), &[Action::StopSpeaking, heard_until(1, "")]);
    call.at(3_000, Event::SpeechStopped, &[]);
    call.passes(3_250, Timer::Endpoint, &[finalize(2)]);
    call.at(3_300, transcript(2, "That is right."), &[ask_on(2, 1, "That is right.")]);
}

#[test]
fn yes_after_a_second_answers_the_question() {
    let mut call = confirming();
    call.at(2_800, Event::SpeechStarted, &[]);
    call.at(3_000, partial(2, "yes"), &[Action::StopSpeaking, heard_until(1, "")]);
    call.at(3_100, Event::SpeechStopped, &[]);
    call.passes(3_350, Timer::Endpoint, &[finalize(2)]);
    call.at(3_400, transcript(2, "Yes."), &[ask(2, "Yes.")]);
}
