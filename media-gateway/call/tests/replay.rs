//! A recorded call replays without a difference, without its words, and a changed record shows where it differs.

use call::{
    Action, Call, CallConfig, CallTime, Directive, Event, Expectation, SegmentId, TurnId, UtteranceId,
    trace::{Difference, Recorder, TraceError, Words, replay},
};
use rstest::rstest;

#[rstest]
fn a_recorded_call_replays_without_a_difference(#[values(Words::Masked, Words::Kept)] words: Words) {
    let trace = record(words);
    let differences = replay(trace.as_bytes()).unwrap();
    assert_eq!(differences, []);
}

#[test]
fn a_trace_holds_no_words_unless_asked_to() {
    let masked = record(Words::Masked);
    for word in ["Morrison", "morrison", "alex", "massage", "Alex", "0151", "\"digit\":\"7\""] {
        assert!(!masked.contains(word), "{word} is in the trace");
    }
    assert!(masked.contains("Uh-huh"), "turn-taking goes by it");
    let kept = record(Words::Kept);
    assert!(kept.contains("I'm Alex Morrison"));
}

#[test]
fn the_lines_are_the_documented_ones() {
    let trace = record(Words::Masked);
    let lines: Vec<&str> = trace.lines().collect();
    insta::assert_snapshot!(lines[1..].join("\n"));
}

#[test]
fn a_changed_action_is_a_difference_with_its_line() {
    let trace = record(Words::Kept);
    let changed = trace.replace(r#""chars":10,"last":false"#, r#""chars":3,"last":false"#);
    assert_ne!(changed, trace);
    let differences = replay(changed.as_bytes()).unwrap();
    let line = 1 + trace.lines().position(|line| line.contains(r#""text":"Two is""#)).unwrap();
    let heard = |text: &str| Action::ReportHeard { turn: TurnId::new(1), text: text.into(), complete: false };
    let expected = Difference { line, recorded: Some(heard("Two is")), replayed: Some(heard("Two")) };
    assert_eq!(differences, [expected]);
    assert!(differences[0].to_string().starts_with(&format!("line {line}: recorded ReportHeard")));
}

#[test]
fn a_missing_and_a_superfluous_action_are_differences() {
    let trace = record(Words::Masked);
    let stop = "{\"action\":\"stop_speaking\"}\n";
    let line = 1 + trace.lines().position(|line| line == stop.trim_end()).unwrap();

    let missing: String = trace.split_inclusive('\n').filter(|line| *line != stop).collect();
    let differences = replay(missing.as_bytes()).unwrap();
    assert_eq!(differences[0].line, line);
    assert_eq!(differences[0].replayed, Some(Action::StopSpeaking));

    let superfluous = format!("{trace}{stop}");
    let differences = replay(superfluous.as_bytes()).unwrap();
    let line = superfluous.lines().count();
    assert_eq!(differences, [Difference { line, recorded: Some(Action::StopSpeaking), replayed: None }]);

    let last: String = trace.lines().take(trace.lines().count() - 1).map(|line| format!("{line}\n")).collect();
    let differences = replay(last.as_bytes()).unwrap();
    assert_eq!(differences.len(), 1);
    assert!(matches!(differences[0].replayed, Some(Action::RecordOutcome(_))));
}

#[test]
fn a_header_may_leave_out_what_is_default() {
    let trace = "{\"trace\":1,\"config\":{}}\n\n{\"at\":5,\"event\":\"line_ready\"}\n";
    assert_eq!(replay(trace.as_bytes()).unwrap(), []);
}

#[rstest]
#[case("", "line 1 must be the header")]
#[case("{\"at\":5,\"event\":\"line_ready\"}\n", "line 1 must be the header")]
#[case("{\"trace\":2,\"config\":{}}\n", "form 2")]
#[case("{\"trace\":1,\"config\":{}}\nnot json\n", "line 2 is not JSON")]
#[case("{\"trace\":1,\"config\":{}}\n{\"at\":5,\"event\":\"no_such\"}\n", "line 2 is not JSON")]
#[case("{\"trace\":1,\"config\":{}}\n{\"at\":5}\n", "line 2 must hold")]
#[case("{\"trace\":1,\"config\":{}}\n{\"at\":5,\"event\":\"shutdown\",\"action\":\"hang_up\"}\n", "line 2 must hold")]
#[case("{\"trace\":1,\"config\":{}}\n{\"trace\":1,\"config\":{}}\n", "line 2 is a second header")]
fn a_malformed_trace_says_what_is_wrong(#[case] trace: &str, #[case] message: &str) {
    let error = replay(trace.as_bytes()).unwrap_err();
    assert!(error.to_string().contains(message), "{error}");
}

#[test]
fn a_line_without_end_is_refused() {
    let endless = std::io::BufReader::new(std::io::repeat(b' '));
    assert!(matches!(replay(endless), Err(TraceError::TooLong { line: 1 })));
}

/// A call with an interruption, a nod, a key and a loss, driven as a driver does it.
fn record(words: Words) -> String {
    let config = CallConfig { greeting: vec!["Hello.".into()], ..CallConfig::default() };
    let recorder = Recorder::new(words);
    let mut trace = recorder.header(&config);
    let mut call = Call::new(config);
    for (at, event) in events() {
        while let Some((deadline, timer)) = call.poll_timeout()
            && deadline < at
        {
            trace.push_str(&recorder.timeout(deadline, timer));
            call.handle_timeout(deadline);
            record_actions(&mut call, recorder, &mut trace);
        }
        trace.push_str(&recorder.event(at, &event));
        call.handle(at, event);
        record_actions(&mut call, recorder, &mut trace);
    }
    assert_eq!(call.poll_timeout(), None, "the call has ended");
    trace
}

fn record_actions(call: &mut Call, recorder: Recorder, trace: &mut String) {
    while let Some(action) = call.poll_action() {
        trace.push_str(&recorder.action(&action));
    }
}

fn events() -> Vec<(CallTime, Event)> {
    let transcript =
        |utterance, text: &str| Event::Transcript { utterance: UtteranceId::new(utterance), text: text.into() };
    let partial = |utterance, text: &str| Event::Partial { utterance: UtteranceId::new(utterance), text: text.into() };
    let sentence = |turn, text: &str| Event::Sentence { turn: TurnId::new(turn), text: text.into() };
    let completed = |turn, expects, directive| Event::ReplyCompleted { turn: TurnId::new(turn), expects, directive };
    let started = |segment| Event::SegmentStarted { segment: SegmentId::new(segment) };
    let played = |segment, chars, last| Event::Played { segment: SegmentId::new(segment), chars, last };
    let events = [
        (20, Event::LineReady),
        (60, started(1)),
        (900, played(1, 6, true)),
        (2_000, Event::SpeechStarted),
        (2_500, partial(1, "I'm Alex")),
        (3_000, Event::SpeechStopped),
        (3_650, transcript(1, "I'm Alex Morrison, a massage please.")),
        (3_700, sentence(1, "Two is free, Alex.")),
        (3_710, completed(1, Expectation::Time, Directive::Listen)),
        (3_800, started(2)),
        (4_000, Event::SpeechStarted),
        (4_200, partial(2, "Uh-huh")),
        (4_300, Event::SpeechStopped),
        (4_850, transcript(2, "Uh-huh.")),
        (4_860, played(2, 10, false)),
        (4_900, Event::SpeechStarted),
        (5_100, partial(3, "No, later")),
        (5_500, Event::SpeechStopped),
        (6_100, transcript(3, "No, later, my number is 0151.")),
        (6_200, Event::Dtmf { digit: '7' }),
        (6_300, Event::TranscriptionLost),
        (6_400, started(3)),
        (10_000, played(3, 99, true)),
    ];
    events.map(|(ms, event)| (CallTime::from_ms(ms), event)).to_vec()
}
