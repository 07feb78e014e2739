//! Pacing: which frame or mark goes to the carrier now, and what the marks that come back mean.
//!
//! Pure: time comes in, frames and marks come out. The carrier plays in real time what it was sent, so the play
//! head is known: never more than [`LEAD_MAX`] of unplayed audio lies there, which is what a `clear` has to drop.
//! Marks are at most [`MARK_EVERY`] apart, so that heard text is known to half a second.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

use call::SegmentId;

/// μ-law, 8 kHz, mono: 160 bytes are 20 ms (G.711).
pub const FRAME_BYTES: usize = 160;
pub const FRAME: Duration = Duration::from_millis(20);
/// Most unplayed audio that lies at the carrier.
pub const LEAD_MAX: Duration = Duration::from_millis(200);
/// Most audio between two marks.
pub const MARK_EVERY: Duration = Duration::from_millis(400);
/// Most audio that waits here. The driver takes no more from the synthesiser until it is below.
pub const QUEUE_MAX: Duration = Duration::from_secs(20);
/// μ-law silence, for the rest of a segment's last frame.
const SILENCE: u8 = 0xff;

/// One thing for the carrier. `generation` tells the writer whether it is still wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outgoing {
    Frame { generation: u64, segment: SegmentId, first: bool, mulaw: Vec<u8> },
    Mark { generation: u64, name: String },
}

impl Outgoing {
    pub const fn generation(&self) -> u64 {
        match self {
            Self::Frame { generation, .. } | Self::Mark { generation, .. } => *generation,
        }
    }

    /// The segment whose first frame this is.
    pub const fn first_of(&self) -> Option<SegmentId> {
        match self {
            Self::Frame { segment, first: true, .. } => Some(*segment),
            Self::Frame { .. } | Self::Mark { .. } => None,
        }
    }
}

/// A mark that came back in time: the caller heard the segment up to here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Heard {
    pub segment: SegmentId,
    /// Characters of the segment's text.
    pub chars: u32,
    /// The segment was played to its end.
    pub last: bool,
}

#[derive(Debug)]
pub struct Playout {
    generation: u64,
    segments: VecDeque<Segment>,
    /// When the carrier will have played all that it was sent.
    carrier_done_at: Option<Instant>,
    since_mark: Duration,
    marks_made: u64,
    unacknowledged: VecDeque<(String, Heard)>,
    /// Times that a segment ran dry in its middle: audible gaps.
    gaps: u64,
}

#[derive(Debug)]
struct Segment {
    id: SegmentId,
    audio: VecDeque<u8>,
    /// (byte count from the segment's start, characters of text spoken by then), ascending.
    alignment: VecDeque<(usize, u32)>,
    bytes_pushed: usize,
    bytes_sent: usize,
    chars_sent: u32,
    complete: bool,
}

impl Default for Playout {
    fn default() -> Self {
        Self::new()
    }
}

impl Playout {
    pub fn new() -> Self {
        Self {
            generation: 0,
            segments: VecDeque::new(),
            carrier_done_at: None,
            since_mark: Duration::ZERO,
            marks_made: 0,
            unacknowledged: VecDeque::new(),
            gaps: 0,
        }
    }

    pub fn generation(&self) -> u64 {
        self.generation
    }

    pub fn gaps(&self) -> u64 {
        self.gaps
    }

    /// Adds audio to the segment that is being synthesised; `chars` of its text are spoken when this chunk ends.
    pub fn push(&mut self, id: SegmentId, mulaw: &[u8], chars: u32) {
        let segment = self.open_segment(id);
        segment.audio.extend(mulaw);
        segment.bytes_pushed += mulaw.len();
        segment.alignment.push_back((segment.bytes_pushed, chars));
    }

    /// The segment has all its audio.
    pub fn complete(&mut self, id: SegmentId) {
        self.open_segment(id).complete = true;
    }

    /// Whether more audio may be taken from the synthesiser.
    pub fn has_room(&self) -> bool {
        let waiting: usize = self.segments.iter().map(|s| s.audio.len()).sum();
        waiting / FRAME_BYTES < frames_in(QUEUE_MAX)
    }

    /// Forgets everything not played to its end. True when the carrier must be sent `clear`: marks are pending there.
    pub fn stop(&mut self, now: Instant) -> bool {
        self.generation += 1;
        self.segments.clear();
        self.since_mark = Duration::ZERO;
        let pending = !self.unacknowledged.is_empty() || self.carrier_done_at.is_some_and(|done| done > now);
        self.unacknowledged.clear();
        self.carrier_done_at = None;
        pending
    }

    /// When the next frame or mark may go out; `None` while there is nothing to send.
    pub fn next_due(&self, now: Instant) -> Option<Instant> {
        if self.since_mark >= MARK_EVERY {
            return Some(now);
        }
        let head = self.segments.front()?;
        if head.audio.len() < FRAME_BYTES && !head.complete {
            // The rest of a frame, or of the segment, is still being made.
            return None;
        }
        match self.carrier_done_at {
            Some(done) if done > now => Some((done + FRAME).checked_sub(LEAD_MAX).unwrap_or(now).max(now)),
            _ => Some(now),
        }
    }

    /// The next frame or mark that is due.
    pub fn poll(&mut self, now: Instant) -> Option<Outgoing> {
        if self.since_mark >= MARK_EVERY {
            return Some(self.mark());
        }
        if self.next_due(now)? > now {
            return None;
        }
        let generation = self.generation;
        let head = self.segments.front_mut()?;
        if head.audio.is_empty() {
            // Complete, by `next_due`: its end is marked, and it makes room for the next.
            let mark = self.mark_end();
            self.segments.pop_front();
            return mark;
        }
        let first = head.bytes_sent == 0;
        let mulaw = head.take_frame();
        let segment = head.id;
        let done = self.carrier_done_at.filter(|done| *done > now).unwrap_or(now);
        // The segment ran out while it was still being made: the next frame comes after a gap.
        if done == now && !first {
            self.gaps += 1;
        }
        self.carrier_done_at = Some(done + FRAME);
        self.since_mark += FRAME;
        Some(Outgoing::Frame { generation, segment, first, mulaw })
    }

    /// A mark came back: what was heard since the one before. Empty for a mark that a `clear` returned, or that we
    /// never sent. Marks return in order, so one that got lost is covered by the next.
    pub fn mark_returned(&mut self, name: &str) -> Vec<Heard> {
        match self.unacknowledged.iter().position(|(known, _)| known == name) {
            Some(at) => self.unacknowledged.drain(..=at).map(|(_, heard)| heard).collect(),
            None => Vec::new(),
        }
    }

    /// Whether the carrier still owes us a mark.
    pub fn is_speaking(&self) -> bool {
        !self.segments.is_empty() || !self.unacknowledged.is_empty()
    }

    fn open_segment(&mut self, id: SegmentId) -> &mut Segment {
        let known = self.segments.iter().position(|s| s.id == id);
        let at = known.unwrap_or_else(|| {
            self.segments.push_back(Segment {
                id,
                audio: VecDeque::new(),
                alignment: VecDeque::new(),
                bytes_pushed: 0,
                bytes_sent: 0,
                chars_sent: 0,
                complete: false,
            });
            self.segments.len() - 1
        });
        &mut self.segments[at]
    }

    fn mark(&mut self) -> Outgoing {
        self.since_mark = Duration::ZERO;
        let heard = self.segments.front().map(|s| Heard { segment: s.id, chars: s.chars_sent, last: false });
        self.named_mark(heard)
    }

    fn mark_end(&mut self) -> Option<Outgoing> {
        self.since_mark = Duration::ZERO;
        let heard = self.segments.front().map(|s| Heard { segment: s.id, chars: s.chars_sent, last: true })?;
        Some(self.named_mark(Some(heard)))
    }

    fn named_mark(&mut self, heard: Option<Heard>) -> Outgoing {
        self.marks_made += 1;
        let name = format!("{}.{}", self.generation, self.marks_made);
        if let Some(heard) = heard {
            self.unacknowledged.push_back((name.clone(), heard));
        }
        Outgoing::Mark { generation: self.generation, name }
    }
}

impl Segment {
    fn take_frame(&mut self) -> Vec<u8> {
        let take = self.audio.len().min(FRAME_BYTES);
        let mut frame: Vec<u8> = self.audio.drain(..take).collect();
        frame.resize(FRAME_BYTES, SILENCE);
        self.bytes_sent += take;
        self.chars_sent = self.chars_at(self.bytes_sent);
        frame
    }

    /// Characters spoken by a byte, evenly spread inside each chunk.
    fn chars_at(&mut self, byte: usize) -> u32 {
        let (mut from_byte, mut from_chars) = (0, 0);
        for (to_byte, to_chars) in &self.alignment {
            if byte >= *to_byte {
                (from_byte, from_chars) = (*to_byte, *to_chars);
                continue;
            }
            let span_chars = u64::from(to_chars.saturating_sub(from_chars));
            let done = (byte - from_byte) as u64;
            let span = (to_byte - from_byte).max(1) as u64;
            return from_chars + u32::try_from(span_chars * done / span).unwrap_or(0);
        }
        from_chars
    }
}

fn frames_in(duration: Duration) -> usize {
    usize::try_from(duration.as_millis() / FRAME.as_millis()).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
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
            after
                .iter()
                .all(|o| matches!(o, Outgoing::Frame { generation: 1, .. } | Outgoing::Mark { generation: 1, .. }))
        );
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
    fn an_empty_segment_is_played_at_once() {
        let mut playout = Playout::new();
        playout.complete(ONE);
        let names = marks(&drain(&mut playout, Instant::now()));
        assert_eq!(playout.mark_returned(&names[0]), [Heard { segment: ONE, chars: 0, last: true }]);
    }
}
