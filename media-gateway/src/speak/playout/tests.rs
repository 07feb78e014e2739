use super::*;

const ONE: SegmentId = SegmentId::new(1);
const TWO: SegmentId = SegmentId::new(2);

/// Polls everything that is due at `now`.
fn drain(playout: &mut Playout, now: Instant) -> Vec<Outgoing> {
    std::iter::from_fn(|| playout.poll(now)).collect()
}

fn frames(out: &[Outgoing]) -> usize {
    out.iter().filter(|o| matches!(o, Outgoing::Frame { .. })).count()
}

fn marks(out: &[Outgoing]) -> Vec<String> {
    out.iter()
        .filter_map(|o| match o {
            Outgoing::Mark { name, .. } => Some(name.clone()),
            Outgoing::Frame { .. } => None,
        })
        .collect()
}

/// `count` frames of audio for `chars` characters.
fn speak(playout: &mut Playout, id: SegmentId, count: usize, chars: u32) {
    playout.push(id, &vec![0x55; count * FRAME_BYTES], chars);
    playout.complete(id);
}

#[test]
fn no_more_than_the_lead_lies_at_the_carrier() {
    let (start, mut playout) = (Instant::now(), Playout::new());
    speak(&mut playout, ONE, 100, 50);
    let mut sent = frames(&drain(&mut playout, start));
    assert_eq!(sent, frames_in(LEAD_MAX), "a burst up to the lead");
    for tick in 1..=90_u32 {
        let now = start + FRAME * tick;
        sent += frames(&drain(&mut playout, now));
        let played = tick as usize;
        assert!(sent - played <= frames_in(LEAD_MAX), "{sent} sent, {played} played");
    }
    assert_eq!(sent, 100);
    assert_eq!(playout.gaps(), 0);
}

#[test]
fn marks_come_at_least_every_400_ms_and_at_the_end() {
    let (start, mut playout) = (Instant::now(), Playout::new());
    speak(&mut playout, ONE, 50, 50);
    let mut since_mark = 0;
    let mut all = Vec::new();
    for tick in 0..60_u32 {
        for out in drain(&mut playout, start + FRAME * tick) {
            match out {
                Outgoing::Frame { .. } => since_mark += 1,
                Outgoing::Mark { name, .. } => {
                    all.push(name);
                    since_mark = 0;
                }
            }
            assert!(since_mark <= frames_in(MARK_EVERY));
        }
    }
    let heard: Vec<Heard> = all.iter().flat_map(|name| playout.mark_returned(name)).collect();
    assert_eq!(heard.iter().map(|h| h.chars).collect::<Vec<_>>(), [20, 40, 50]);
    assert_eq!(heard.iter().map(|h| h.last).collect::<Vec<_>>(), [false, false, true]);
    assert!(!playout.is_speaking());
}

#[test]
fn after_a_stop_nothing_of_it_goes_out_and_its_marks_were_not_heard() {
    let (start, mut playout) = (Instant::now(), Playout::new());
    speak(&mut playout, ONE, 30, 30);
    let mut out = drain(&mut playout, start);
    out.extend(drain(&mut playout, start + Duration::from_millis(300)));
    let names = marks(&out);
    assert_eq!(names.len(), 1);
    assert!(playout.stop(start + Duration::from_millis(300)), "the carrier still has audio");
    assert_eq!(drain(&mut playout, start + Duration::from_secs(1)), []);
    assert_eq!(playout.mark_returned(&names[0]), []);

    speak(&mut playout, TWO, 1, 3);
    let after = drain(&mut playout, start + Duration::from_secs(2));
    assert!(
        after.iter().all(|o| matches!(o, Outgoing::Frame { generation: 1, .. } | Outgoing::Mark { generation: 1, .. }))
    );
}

#[test]
fn a_voice_that_was_sent_whole_is_cleared_until_its_marks_are_back() {
    for acknowledged in [false, true] {
        let (start, mut playout) = (Instant::now(), Playout::new());
        // A frame less than the lead: the last mark goes with it.
        let count = frames_in(LEAD_MAX) - 1;
        speak(&mut playout, ONE, count, 10);
        let out = drain(&mut playout, start);
        assert_eq!((frames(&out), playout.next_due(start)), (count, None), "all of it is at the carrier");
        if acknowledged {
            marks(&out).iter().for_each(|name| drop(playout.mark_returned(name)));
        }
        // However long ago: only a mark says that it was played.
        assert_eq!(playout.stop(start + Duration::from_secs(5)), !acknowledged);
    }
}

#[test]
fn a_pause_goes_on_after_the_last_mark_that_came_back() {
    let (start, mut playout) = (Instant::now(), Playout::new());
    let audio: Vec<u8> = (0..50_u8).flat_map(|frame| [frame; FRAME_BYTES]).collect();
    playout.push(ONE, &audio, 50);
    playout.complete(ONE);
    let mut out = Vec::new();
    for tick in 0..=35_u32 {
        out.extend(drain(&mut playout, start + FRAME * tick));
    }
    let names = marks(&out);
    assert_eq!(names.len(), 2);
    let heard = Heard { segment: ONE, chars: 20, last: false };
    assert_eq!(playout.mark_returned(&names[0]), [heard]);

    let paused_at = start + FRAME * 36;
    assert!(playout.pause(paused_at), "the carrier has audio");
    assert_eq!(playout.mark_returned(&names[1]), [], "the clear returned it");
    assert_eq!(playout.next_due(paused_at), None);
    assert_eq!(drain(&mut playout, paused_at), []);
    playout.push(TWO, &[7; FRAME_BYTES], 1);
    playout.complete(TWO);

    playout.resume();
    let mut again = Vec::new();
    let mut heard = Vec::new();
    for tick in 100..200_u32 {
        let out = drain(&mut playout, start + FRAME * tick);
        heard.extend(marks(&out).iter().flat_map(|name| playout.mark_returned(name)));
        again.extend(out);
    }
    let sent: Vec<u8> = again
        .iter()
        .filter_map(|out| match out {
            Outgoing::Frame { generation: 1, mulaw, .. } => Some(mulaw[0]),
            _ => None,
        })
        .collect();
    assert_eq!(sent, (20..50).chain([7]).collect::<Vec<u8>>());
    let last = |segment, chars| Heard { segment, chars, last: true };
    assert_eq!(heard[heard.len() - 2..], [last(ONE, 50), last(TWO, 1)]);
    assert_eq!(playout.gaps(), 0);
    assert!(!playout.is_speaking());
}

#[test]
fn a_segment_that_was_sent_whole_is_sent_again_if_its_end_was_not_heard() {
    let (start, mut playout) = (Instant::now(), Playout::new());
    speak(&mut playout, ONE, 5, 5);
    let first = drain(&mut playout, start);
    assert_eq!((frames(&first), marks(&first).len()), (5, 1));
    assert!(playout.pause(start + FRAME));
    playout.resume();
    let second = drain(&mut playout, start + FRAME * 50);
    assert_eq!((frames(&second), marks(&second).len()), (5, 1));
    assert_eq!(playout.mark_returned(&marks(&second)[0]), [Heard { segment: ONE, chars: 5, last: true }]);
}

#[test]
fn a_stop_after_a_segment_leaves_that_one_whole() {
    let (start, mut playout) = (Instant::now(), Playout::new());
    speak(&mut playout, ONE, 5, 5);
    speak(&mut playout, TWO, 50, 50);
    let mut out = drain(&mut playout, start);
    playout.stop_after(ONE);
    out.extend(drain(&mut playout, start + FRAME * 50));
    let heard: Vec<Heard> = marks(&out).iter().flat_map(|name| playout.mark_returned(name)).collect();
    assert_eq!(heard, [Heard { segment: ONE, chars: 5, last: true }]);
    assert_eq!(frames(&out), frames_in(LEAD_MAX), "what the carrier had already");
    assert!(!playout.is_speaking());
}

#[test]
fn a_stop_with_nothing_at_the_carrier_sends_no_clear() {
    let (start, mut playout) = (Instant::now(), Playout::new());
    assert!(!playout.stop(start));
    speak(&mut playout, ONE, 2, 3);
    let names = marks(&drain(&mut playout, start));
    for name in names {
        playout.mark_returned(&name);
    }
    assert!(!playout.stop(start + Duration::from_secs(1)));
}

#[test]
fn a_short_last_frame_is_filled_with_silence_and_a_part_of_one_waits() {
    let (start, mut playout) = (Instant::now(), Playout::new());
    playout.push(ONE, &[1; 100], 4);
    assert_eq!(playout.next_due(start), None, "the rest of the frame is being made");
    playout.push(ONE, &[2; 100], 8);
    let out = drain(&mut playout, start);
    assert_eq!(frames(&out), 1);
    playout.complete(ONE);
    let Some(Outgoing::Frame { mulaw, .. }) = playout.poll(start) else { panic!("a frame") };
    assert_eq!((mulaw.len(), mulaw[39], mulaw[40]), (FRAME_BYTES, 2, SILENCE));
}

#[test]
fn a_segment_that_is_made_too_slowly_counts_its_gap() {
    let (start, mut playout) = (Instant::now(), Playout::new());
    playout.push(ONE, &[1; FRAME_BYTES], 2);
    assert_eq!(frames(&drain(&mut playout, start)), 1);
    playout.push(ONE, &[1; FRAME_BYTES], 4);
    assert_eq!(frames(&drain(&mut playout, start + Duration::from_millis(500))), 1);
    assert_eq!(playout.gaps(), 1);
}

#[test]
fn the_end_of_what_is_heard_stays_while_it_is_sent() {
    let (start, mut playout) = (Instant::now(), Playout::new());
    assert_eq!(playout.heard_out_at(start), None);
    playout.push(ONE, &[1; 30 * FRAME_BYTES + 100], 9);
    let end = Some(start + FRAME * 30);
    assert_eq!(playout.heard_out_at(start), end);
    for tick in 0..40_u32 {
        drain(&mut playout, start + FRAME * tick);
        assert_eq!(playout.heard_out_at(start + FRAME * tick), end, "tick {tick}");
    }
    playout.push(ONE, &[1; 60], 9);
    assert_eq!(playout.heard_out_at(start + FRAME * 50), Some(start + FRAME * 51));
    playout.stop(start + FRAME * 50);
    assert_eq!(playout.heard_out_at(start + FRAME * 50), None);
}

#[test]
fn an_empty_segment_is_played_at_once() {
    let mut playout = Playout::new();
    playout.complete(ONE);
    let names = marks(&drain(&mut playout, Instant::now()));
    assert_eq!(playout.mark_returned(&names[0]), [Heard { segment: ONE, chars: 0, last: true }]);
}

#[test]
fn frames_leave_in_pairs_where_the_call_is_awake_anyway() {
    let (start, mut playout) = (Instant::now(), Playout::new());
    speak(&mut playout, ONE, 200, 50);
    drain(&mut playout, start);
    let mut sizes = Vec::new();
    for tick in 1..=80_u32 {
        let now = start + FRAME * tick + Duration::from_millis(u64::from(tick) * 3 % 7);
        assert!(playout.next_due(now).is_some_and(|at| at > now), "the carrier's frames come often enough");
        if playout.is_worth_sending(now) {
            sizes.push(frames(&drain(&mut playout, now)));
        }
    }
    assert_eq!(playout.gaps(), 0);
    assert!(sizes.iter().all(|&size| size == 2), "{sizes:?}");
    // In the time of eighty frames.
    assert!((39..=40).contains(&sizes.len()), "{}", sizes.len());
}

#[test]
fn without_the_carriers_frames_the_least_lead_is_kept() {
    let (start, mut playout) = (Instant::now(), Playout::new());
    speak(&mut playout, ONE, 50, 50);
    drain(&mut playout, start);
    let due = playout.next_due(start).expect("more to send");
    assert_eq!(due - start, LEAD_MAX - LEAD_MIN);
    assert!(!playout.is_worth_sending(start) && playout.is_worth_sending(due));
    assert_eq!(frames(&drain(&mut playout, due)), 3);
}

#[test]
fn there_is_room_until_so_much_waits_and_again_when_some_of_it_was_sent() {
    let (start, mut playout) = (Instant::now(), Playout::new());
    let few = FRAME * 100;
    playout.push(ONE, &[1; 99 * FRAME_BYTES], 9);
    assert!(playout.has_room(few));
    playout.push(ONE, &[1; FRAME_BYTES], 9);
    assert!(!playout.has_room(few) && playout.has_room(QUEUE_MAX));
    playout.pause(start);
    drain(&mut playout, start);
    assert!(!playout.has_room(few), "nothing is sent in a pause, and nothing need be made");
    playout.resume();
    drain(&mut playout, start);
    assert!(playout.has_room(few));
}
