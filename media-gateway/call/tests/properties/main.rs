//! What holds for every call, whatever happens in whatever order: random events, plausible and not, against an observer
//! that knows only the rules.

mod steps;

use call::{Action, BargeInMode, CallConfig, Event, Timer, UtteranceId};
use proptest::{prelude::*, sample::select};

use call_rules::{Step, World, short_call};

use crate::steps::{any_steps, any_turn_end};

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, ..ProptestConfig::default() })]

    /// The observer checks each action against the rules as it comes.
    #[test]
    fn every_call_keeps_the_rules(mode in any_mode(), steps in any_steps()) {
        let mut world = World::new(CallConfig { barge_in: mode, ..short_call() });
        for step in steps {
            world.take(step)?;
        }
        // Nothing more happens: the deadlines alone bring the call to its end.
        world.run_out()?;
        world.observer.check_end()?;
    }

    #[test]
    fn the_same_events_give_the_same_actions(steps in any_steps()) {
        let mut first = World::new(short_call());
        let mut second = World::new(short_call());
        for step in steps {
            prop_assert_eq!(first.take(step.clone())?, second.take(step)?);
        }
    }

    /// Masked words change no decision.
    #[test]
    fn a_record_of_any_call_replays(mode in any_mode(), steps in any_steps()) {
        let mut world = World::new(CallConfig { barge_in: mode, ..short_call() });
        for step in steps {
            world.take(step)?;
        }
        let differences = call::trace::replay(world.trace.as_bytes());
        prop_assert_eq!(differences.map_err(|error| TestCaseError::fail(error.to_string()))?, []);
    }

    /// Bursts of speech under 150 ms, with any words, while a reply plays.
    #[test]
    fn short_speech_never_stops_playback(
        bursts in prop::collection::vec((0_u64..150, 1_u64..400, "(no|wait|okay|stop it|)"), 1..20),
    ) {
        let mut world = World::speaking(CallConfig::default());
        for (length, gap, words) in bursts {
            let partial = Event::Partial { utterance: UtteranceId::new(2), text: words };
            for (wait, event) in [(gap, Event::SpeechStarted), (0, partial), (length, Event::SpeechStopped)] {
                let actions = world.take(Step::happens(wait, event))?;
                prop_assert!(!is_silenced(&actions), "{:?}", actions);
            }
        }
        // Nor when pauses and transcripts have had their time.
        let actions = world.take(Step::happens(3_000, Event::SpeechStarted))?;
        prop_assert!(!actions.contains(&Action::StopSpeaking), "{:?}", actions);
    }

    /// Whatever the recogniser thinks of it, a caller who still makes sound is heard out.
    #[test]
    fn no_hint_cuts_a_caller_who_speaks(
        hints in prop::collection::vec(
            (0_u64..120, select(vec!["", "two", "two or", "two or three"]), any_turn_end()),
            1..30,
        ),
    ) {
        let mut world = World::listening();
        let mut actions = world.take(Step::happens(0, Event::SpeechStarted))?;
        for (wait, words, end) in hints {
            let utterance = UtteranceId::new(1);
            actions.extend(world.take(Step::happens(wait, Event::Partial { utterance, text: words.into() }))?);
            actions.extend(world.take(Step::happens(0, Event::TurnEndHint { utterance, end }))?);
        }
        prop_assert!(!actions.iter().any(|action| matches!(action, Action::FinalizeTranscript { .. })), "{:?}", actions);
    }

    /// Words or not, the caller has silence 150 ms after they began, and our voice again if nothing came of it.
    #[test]
    fn speech_silences_our_voice_within_150_ms(length in 150_u64..5_000, words in select(vec!["", "okay", "no wait"])) {
        let mut world = World::speaking(CallConfig::default());
        world.take(Step::happens(0, Event::SpeechStarted))?;
        let actions = world.take(Step::passes(150))?;
        prop_assert!(is_silenced(&actions), "{:?}", actions);
        let partial = Event::Partial { utterance: UtteranceId::new(2), text: words.into() };
        let mut actions = world.take(Step::happens(length - 150, partial))?;
        actions.extend(world.take(Step::happens(0, Event::SpeechStopped))?);
        actions.extend(world.take(Step::passes(1_000))?);
        let resumed = actions.iter().any(|action| matches!(action, Action::ResumeSpeaking { .. }));
        prop_assert_eq!(resumed, words != "no wait" || length >= 2_150, "{:?}", actions);
    }

    /// However the words and the speech come, an interruption is either not there or stops us within a moment.
    #[test]
    fn speech_with_words_stops_playback_at_once(words_after in 0_u64..1_000, length in 150_u64..1_000) {
        let mut world = World::speaking(CallConfig::default());
        let partial = Event::Partial { utterance: UtteranceId::new(2), text: "no wait".into() };
        let mut script = vec![(0, Event::SpeechStarted), (words_after, partial), (length, Event::SpeechStopped)];
        script.sort_by_key(|(at, _)| *at);
        let mut now = 0;
        let mut stopped_at = None;
        for (at, event) in script {
            let actions = world.take(Step::happens(at - now, event))?;
            now = at;
            if stopped_at.is_none() && actions.contains(&Action::StopSpeaking) {
                stopped_at = Some(at);
            }
        }
        prop_assert!(stopped_at.is_some(), "never stopped");
        prop_assert!(stopped_at <= Some(words_after.max(length)));
    }
}

fn any_mode() -> impl Strategy<Value = BargeInMode> {
    select(vec![BargeInMode::Immediate, BargeInMode::AfterSentence])
}

fn is_silenced(actions: &[Action]) -> bool {
    actions.iter().any(|action| matches!(action, Action::StopSpeaking | Action::PauseSpeaking))
}

#[test]
fn a_deadline_stands_from_the_first_moment() {
    let call = call::Call::new(CallConfig::default());
    assert_eq!(call.poll_timeout().map(|(_, timer)| timer), Some(Timer::LineReady));
}
