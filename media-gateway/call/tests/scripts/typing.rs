//! The caller types a number instead of saying it.

use call::{Action, CallConfig, Event, Phase, Timer};

use crate::script::*;

fn key(digit: char) -> Event {
    Event::Dtmf { digit }
}

#[test]
fn what_is_typed_is_an_answer_after_2_s_without_a_key() {
    let mut call = Script::greeted();
    for (nth, digit) in (0..).zip("01515".chars()) {
        call.at(20_000 + nth * 500, key(digit), &[]);
    }
    call.passes(24_000, Timer::Typing, &[ask(1, "01515")]);
    call.in_phase(Phase::Processing);
}

#[test]
fn a_hash_ends_it_at_once_and_a_star_takes_it_back() {
    let mut call = Script::greeted();
    call.at(2_000, key('9'), &[]);
    call.at(2_100, key('*'), &[]);
    call.next_deadline(37_100, Timer::Idle);
    call.at(3_000, key('#'), &[]);
    call.at(4_000, key('4'), &[]);
    call.at(4_100, key('2'), &[]);
    call.at(4_200, key('#'), &[ask(1, "42")]);
}

#[test]
fn the_first_key_silences_us_and_a_reply_waits_for_the_last() {
    let mut call = Script::speaking();
    call.at(2_500, played(2, 9), &[]);
    call.at(2_600, key('1'), &[Action::StopSpeaking, heard_until(1, "It costs")]);
    call.at(2_700, key('2'), &[]);
    call.at(2_800, key('#'), &[ask(2, "12")]);

    let mut call = Script::asked();
    call.at(2_050, key('1'), &[]);
    call.at(2_100, sentence(1, "It costs eighty."), &[]);
    call.at(2_110, listen_on(1), &[]);
    call.passes(3_300, Timer::HeldReply, &[]);
    call.passes(4_050, Timer::Typing, &[heard_until(1, ""), ask(2, "1")]);
}

#[test]
fn what_is_typed_over_a_protected_sentence_is_answered_after_it() {
    let greeting = vec!["This call may be recorded.".to_owned()];
    let mut call = Script::new(CallConfig { greeting, greeting_ends_in_consent: true, ..CallConfig::default() });
    call.at(0, Event::LineReady, &[speak(1, 0, "This call may be recorded.")]);
    call.at(40, started(1), &[]);
    call.at(500, key('4'), &[]);
    call.at(600, key('#'), &[]);
    let heard_out = [Action::ConsentHeard, heard(0, "This call may be recorded."), ask(1, "4")];
    call.at(2_000, played_to_end(1, 26), &heard_out);
}
