use proptest::prelude::*;

use super::{super::segment::TimedWord, *};

/// Milliseconds as a position.
const fn ms(ms: u64) -> Position {
    ms * 16
}

/// Words of a span, spread over it.
fn span(start: u64, end: u64, text: &str) -> Segment {
    let texts: Vec<&str> = text.split_whitespace().collect();
    let step = (end - start) / texts.len().max(1) as u64;
    let word = |(index, text): (usize, &&str)| {
        let at = start + step * index as u64;
        TimedWord { text: (*text).to_owned(), start: ms(at), end: ms(at + step) }
    };
    Segment {
        text: text.to_owned(),
        words: texts.iter().enumerate().map(word).collect(),
        start: ms(start),
        end: ms(end),
    }
}

const fn id(number: u32) -> UtteranceId {
    UtteranceId::new(number)
}

/// All that was heard, as short lines.
fn heard(assembly: &mut Assembly) -> Vec<String> {
    std::iter::from_fn(|| assembly.poll_heard())
        .map(|heard| match heard {
            Heard::Partial { utterance, text } => format!("{}? {}", utterance.number(), text.reveal()),
            Heard::Final { utterance, text } => format!("{}. {}", utterance.number(), text.reveal()),
            Heard::TurnEnd { utterance, end } => format!("{} {end:?}", utterance.number()),
            Heard::Lost => "lost".to_owned(),
        })
        .collect()
}

#[test]
fn finals_add_up_and_interims_replace_one_another() {
    let mut assembly = Assembly::new(id(1));
    assembly.hear_interim(span(0, 1_000, "I"));
    assert_eq!(heard(&mut assembly), ["1? I"]);
    assembly.hear_interim(span(0, 1_500, "I need"));
    assembly.hear_final(span(0, 2_000, "I need a"));
    assert_eq!(heard(&mut assembly), ["1? I need a"], "only the latest counts");
    assembly.hear_interim(span(2_000, 3_000, "massage"));
    assert_eq!(heard(&mut assembly), ["1? I need a massage"]);
    assembly.hear_interim(span(2_000, 3_400, "massage"));
    assert!(heard(&mut assembly).is_empty(), "nothing new");
}

#[test]
fn words_that_are_all_final_are_given_at_once() {
    let mut assembly = Assembly::new(id(1));
    assembly.speech_started();
    assembly.hear_final(span(0, 2_300, "a massage please"));
    assembly.speech_stopped(ms(2_000));
    assert!(!assembly.finalize(id(1), ms(2_500)), "no flush is needed");
    assert_eq!(heard(&mut assembly), ["1? a massage please", "1. a massage please"]);
    assert!(!assembly.finalize(id(2), ms(4_000)), "nothing was said");
    assert_eq!(heard(&mut assembly), ["2. "]);
}

#[test]
fn a_flush_brings_the_words_that_were_not_final() {
    let mut assembly = Assembly::new(id(1));
    assembly.speech_started();
    assembly.hear_interim(span(0, 900, "three"));
    assembly.speech_stopped(ms(800));
    assert!(assembly.finalize(id(1), ms(1_300)));
    assembly.flush_sent(id(1), ms(1_300));
    heard(&mut assembly);
    // Too little was pending for a span that reaches the end.
    assembly.hear_final(span(0, 700, "three thirty"));
    assembly.flushed(ms(700));
    assert_eq!(heard(&mut assembly).last().map(String::as_str), Some("1. three thirty"));
}

#[test]
fn speech_that_was_not_heard_yet_is_waited_for() {
    let mut assembly = Assembly::new(id(1));
    assembly.hear_final(span(0, 1_000, "at"));
    assembly.speech_started();
    assembly.speech_stopped(ms(2_000));
    assert!(assembly.finalize(id(1), ms(2_500)));
    assert!(assembly.owes_speech(id(1)));
    assembly.hear_final(span(1_000, 1_500, ""));
    heard(&mut assembly);
    assembly.hear_final(span(1_500, 2_100, "three"));
    assert_eq!(heard(&mut assembly), ["1. at three"], "all speech is covered, if not all silence");
}

#[test]
fn words_that_may_change_stand_for_speech_that_came_a_moment_after_them() {
    for (speech_end, owed) in [(1_400, false), (1_600, true)] {
        let mut assembly = Assembly::new(id(1));
        assembly.speech_started();
        assembly.hear_interim(span(0, 1_000, "at three"));
        assembly.speech_stopped(ms(speech_end));
        assert!(assembly.finalize(id(1), ms(2_000)));
        assert_eq!(assembly.owes_speech(id(1)), owed, "{speech_end} ms");
    }
}

#[test]
fn a_late_answer_to_one_flush_does_not_answer_the_next() {
    let mut assembly = Assembly::new(id(1));
    assembly.speech_started();
    assert!(assembly.finalize(id(1), ms(1_000)));
    assembly.flush_sent(id(1), ms(1_000));
    assembly.give_up_oldest();
    assert!(assembly.finalize(id(2), ms(2_000)));
    assembly.flush_sent(id(2), ms(2_000));
    assert_eq!(heard(&mut assembly), ["1. "]);
    assembly.hear_final(span(0, 900, ""));
    assembly.flushed(ms(900));
    assert!(heard(&mut assembly).is_empty());
    assembly.hear_final(span(900, 2_000, "two"));
    assert_eq!(heard(&mut assembly), ["2. two"]);
}

#[test]
fn words_that_were_given_as_they_were_do_not_come_again() {
    let mut assembly = Assembly::new(id(1));
    assembly.speech_started();
    assembly.hear_interim(span(0, 1_000, "hello book"));
    assert!(assembly.finalize(id(1), ms(1_000)));
    assembly.give_up_oldest();
    assembly.hear_final(span(0, 2_000, "hello book a massage"));
    assembly.speech_stopped(ms(1_900));
    assembly.finalize(id(2), ms(2_500));
    assert_eq!(heard(&mut assembly), ["1? hello book", "1. hello book", "2? a massage", "2. a massage"]);
}

#[test]
fn a_span_over_two_utterances_gives_each_its_words() {
    let mut assembly = Assembly::new(id(1));
    assembly.speech_started();
    assert!(assembly.finalize(id(1), ms(1_000)));
    assembly.hear_interim(span(0, 2_000, "one two"));
    assert_eq!(heard(&mut assembly), ["1? one"]);
    assembly.hear_final(span(0, 2_000, "one two"));
    assert_eq!(heard(&mut assembly), ["1. one", "2? two"]);
}

#[test]
fn a_break_repeats_what_was_not_final_and_keeps_what_is_too_old() {
    let mut assembly = Assembly::new(id(1));
    assembly.hear_final(span(0, 1_000, "hello"));
    assembly.hear_interim(span(1_000, 2_000, "book a"));
    assert_eq!(assembly.restart(ms(500)), ms(1_000), "from the end of the final words");
    assembly.hear_interim(span(1_000, 5_000, "book a massage please"));
    assert_eq!(assembly.restart(ms(3_500)), ms(4_000), "not in the middle of a word");
    heard(&mut assembly);
    assembly.hear_final(span(4_000, 5_000, "please"));
    assembly.finalize(id(1), ms(5_000));
    assert_eq!(heard(&mut assembly), ["1. hello book a massage please"]);
}

#[test]
fn debts_are_bounded() {
    let mut assembly = Assembly::new(id(1));
    assembly.speech_started();
    for number in 1..=40 {
        assembly.finalize(id(number), ms(u64::from(number) * 1_000));
        assembly.flush_sent(id(number), ms(u64::from(number) * 1_000));
    }
    assert_eq!((assembly.pending().count(), assembly.flushes.len()), (PENDING_MAX, FLUSHES_MAX));
    assert_eq!(heard(&mut assembly).len(), 40 - PENDING_MAX);
}

#[derive(Debug, Clone)]
enum Step {
    Interim(u64, u64, usize),
    Final(u64, u64, usize),
    Flushed(u64),
    Speech(bool),
    Finalize,
    GiveUp,
    Restart(u64),
    Later(u64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let span = || (0..20_000_u64, 0..5_000_u64, 0..6_usize);
    let step = prop_oneof![
        3 => span().prop_map(|(start, length, words)| Step::Interim(start, length, words)),
        3 => span().prop_map(|(start, length, words)| Step::Final(start, length, words)),
        2 => (0..20_000_u64).prop_map(Step::Flushed),
        2 => any::<bool>().prop_map(Step::Speech),
        2 => Just(Step::Finalize),
        1 => Just(Step::GiveUp),
        1 => (0..20_000_u64).prop_map(Step::Restart),
        2 => (0..2_000_u64).prop_map(Step::Later),
    ];
    proptest::collection::vec(step, 0..60)
}

proptest! {
    /// Whatever comes in whatever order: each utterance has one final, in their order, and no partial after it.
    #[test]
    fn every_finalize_has_one_final(steps in steps()) {
        let mut assembly = Assembly::new(id(1));
        let (mut now, mut next) = (0, id(1));
        for step in steps {
            match step {
                Step::Interim(start, length, words) => {
                    assembly.hear_interim(span(start, start + length, &"w ".repeat(words)));
                }
                Step::Final(start, length, words) => {
                    assembly.hear_final(span(start, start + length, &"w ".repeat(words)));
                }
                Step::Flushed(end) => assembly.flushed(ms(end)),
                Step::Speech(true) => assembly.speech_started(),
                Step::Speech(false) => assembly.speech_stopped(ms(now)),
                Step::Finalize => {
                    if assembly.finalize(next, ms(now)) {
                        assembly.flush_sent(next, ms(now));
                    }
                    next = next.next();
                }
                Step::GiveUp => {
                    assembly.give_up_oldest();
                }
                Step::Restart(oldest) => {
                    assembly.restart(ms(oldest.min(now)));
                }
                Step::Later(more) => now += more,
            }
        }
        while assembly.give_up_oldest() {}
        let mut answered = id(0);
        while let Some(heard) = assembly.poll_heard() {
            match heard {
                Heard::Final { utterance, .. } => {
                    prop_assert_eq!(utterance, answered.next());
                    answered = utterance;
                }
                Heard::Partial { utterance, text } => {
                    prop_assert!(utterance > answered && utterance <= next);
                    prop_assert!(!text.reveal().is_empty());
                }
                Heard::TurnEnd { .. } => prop_assert!(false, "nobody judged the end of a turn"),
                Heard::Lost => prop_assert!(false, "an assembly is never lost"),
            }
        }
        prop_assert_eq!(answered.next(), next);
    }
}
