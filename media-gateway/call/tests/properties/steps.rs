//! Random steps: mostly what may happen next, and now and then anything at all.

use call::{Directive, Event, Expectation, SegmentId, TurnEnd, TurnId, UtteranceId};
use call_rules::{Step, WORDS, What};
use proptest::{prelude::*, sample::select};

pub fn any_steps() -> impl Strategy<Value = Vec<Step>> {
    let step = (wait(), what()).prop_map(|(wait, what)| Step { wait, what });
    prop::collection::vec(step, 0..120).prop_map(|mut steps| {
        // Most calls get a line; the rest show what happens without.
        if steps.len() % 8 != 0 {
            steps.insert(0, Step::happens(10, Event::LineReady));
            steps.insert(0, Step::happens(10, Event::EarlyTurnsOffered));
        }
        steps
    })
}

fn wait() -> impl Strategy<Value = u64> {
    prop_oneof![8 => 0_u64..300, 4 => 300_u64..1_000, 1 => 1_000_u64..6_000, 1 => Just(36_000)]
}

fn what() -> impl Strategy<Value = What> {
    prop_oneof![
        6 => Just(What::Event(Event::SpeechStarted)),
        6 => Just(What::Event(Event::SpeechStopped)),
        6 => words().prop_map(What::Words),
        6 => Just(What::WordsAsSoFar),
        4 => words().prop_map(What::WordsSoFar),
        3 => any_turn_end().prop_map(What::Hints),
        8 => words().prop_map(What::Sentence),
        4 => (expectation(), directive()).prop_map(|(expects, directive)| What::Completes(expects, directive)),
        1 => Just(What::Fails),
        6 => Just(What::Starts),
        6 => (0_u32..40).prop_map(What::Progresses),
        6 => Just(What::IsPlayed),
        1 => Just(What::CannotBeSaid),
        2 => Just(What::Nothing),
        1 => Just(What::Oversleeps),
        4 => any_event().prop_map(What::Event),
    ]
}

fn words() -> impl Strategy<Value = String> {
    select(WORDS.to_vec()).prop_map(String::from)
}

fn expectation() -> impl Strategy<Value = Expectation> {
    select(vec![Expectation::Open, Expectation::YesNo, Expectation::Date, Expectation::Name, Expectation::Email])
}

pub fn any_turn_end() -> impl Strategy<Value = TurnEnd> {
    select(vec![TurnEnd::Likely, TurnEnd::Sure, TurnEnd::TakenBack])
}

fn directive() -> impl Strategy<Value = Directive> {
    prop_oneof![6 => Just(Directive::Listen), 1 => Just(Directive::HangUp), 1 => Just(Directive::HandOff)]
}

fn any_event() -> impl Strategy<Value = Event> {
    let utterance = || (0_u32..8).prop_map(UtteranceId::new);
    let turn = || (0_u32..8).prop_map(TurnId::new);
    let segment = || (0_u32..12).prop_map(SegmentId::new);
    prop_oneof![
        4 => Just(Event::LineReady),
        4 => (utterance(), words()).prop_map(|(utterance, text)| Event::Partial { utterance, text }),
        4 => (utterance(), words()).prop_map(|(utterance, text)| Event::Transcript { utterance, text }),
        1 => utterance().prop_map(|utterance| Event::PartialAsAsked { utterance }),
        1 => utterance().prop_map(|utterance| Event::TranscriptAsAsked { utterance }),
        1 => Just(Event::EarlyTurnsOffered),
        4 => (utterance(), any_turn_end()).prop_map(|(utterance, end)| Event::TurnEndHint { utterance, end }),
        4 => (turn(), words()).prop_map(|(turn, text)| Event::Sentence { turn, text }),
        4 => (turn(), expectation(), directive())
            .prop_map(|(turn, expects, directive)| Event::ReplyCompleted { turn, expects, directive }),
        4 => turn().prop_map(|turn| Event::ReplyFailed { turn }),
        4 => segment().prop_map(|segment| Event::SegmentStarted { segment }),
        4 => (segment(), 0_u32..40, any::<bool>())
            .prop_map(|(segment, chars, last)| Event::Played { segment, chars, last }),
        4 => segment().prop_map(|segment| Event::SegmentFailed { segment }),
        8 => select(vec!['5', '0', '#', '*', 'A']).prop_map(|digit| Event::Dtmf { digit }),
        1 => Just(Event::TranscriptionLost),
        1 => Just(Event::ConversationLost),
        1 => Just(Event::CallerHungUp),
        1 => Just(Event::StreamLost),
        1 => Just(Event::Shutdown),
    ]
}
