//! Pacing: which frame or mark goes to the carrier now, and what the marks that come back mean.
//!
//! Pure: time comes in, frames and marks come out. The carrier plays in real time what it was sent, so the play
//! head is known: never more than [`LEAD_MAX`] of unplayed audio lies there, which is what a `clear` has to drop, and
//! never less than [`LEAD_MIN`] while there is more to send.
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
/// With less of it, more is sent whatever else goes on.
pub const LEAD_MIN: Duration = Duration::from_millis(140);
/// Below it two frames have room, so that sending is worth its system call if this process is awake anyway.
const LEAD_FOR_TWO: Duration = Duration::from_millis(160);
/// Most audio between two marks.
pub const MARK_EVERY: Duration = Duration::from_millis(400);
/// Most audio that waits here. The driver takes no more from the synthesiser until it is below.
pub const QUEUE_MAX: Duration = Duration::from_secs(20);
/// The same of what is made in this process: more would be made in vain when the caller interrupts, and before the caller's
/// words are made out.
pub const QUEUE_MAX_OF_ENGINE: Duration = Duration::from_secs(2);
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
    /// In order; the first was not played to its end, as far as marks tell.
    segments: VecDeque<Segment>,
    /// When the carrier will have played all that it was sent.
    carrier_done_at: Option<Instant>,
    since_mark: Duration,
    marks_made: u64,
    unacknowledged: VecDeque<Mark>,
    paused: bool,
    /// Times that a segment ran dry in its middle: audible gaps.
    gaps: u64,
}

#[derive(Debug)]
struct Mark {
    name: String,
    heard: Heard,
    /// Bytes of the segment that were played when it comes back.
    byte: usize,
}

#[derive(Debug)]
struct Segment {
    id: SegmentId,
    /// What may have to be sent: from the last mark that came back.
    audio: VecDeque<u8>,
    /// (byte count from the segment's start, characters of text spoken by then), ascending.
    alignment: VecDeque<(usize, u32)>,
    bytes_pushed: usize,
    bytes_sent: usize,
    /// By the last mark that came back.
    bytes_heard: usize,
    chars_heard: u32,
    chars_sent: u32,
    /// No more audio will be pushed.
    complete: bool,
    /// All of it was sent, and its end marked.
    ended: bool,
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
            paused: false,
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

    /// When the caller will have heard all that is here; `None` while nothing was sent since the beginning or a stop.
    pub fn heard_out_at(&self, now: Instant) -> Option<Instant> {
        // A part of a frame waits for its rest.
        let waiting: usize = self.segments.iter().map(|segment| segment.unsent() / FRAME_BYTES).sum();
        if waiting == 0 {
            return self.carrier_done_at;
        }
        let begins = self.carrier_done_at.map_or(now, |done| done.max(now));
        Some(begins + FRAME * u32::try_from(waiting).unwrap_or(u32::MAX))
    }

    /// Whether more audio may be taken from the synthesiser, if so much may wait.
    pub fn has_room(&self, queue_max: Duration) -> bool {
        let waiting: usize = self.segments.iter().map(Segment::unsent).sum();
        waiting / FRAME_BYTES < frames_in(queue_max)
    }

    /// Forgets everything not played to its end. True when the carrier must be sent `clear`: marks are pending there.
    pub fn stop(&mut self, now: Instant) -> bool {
        self.segments.clear();
        self.paused = false;
        self.drop_sent(now)
    }

    /// Forgets the segments after this one. What the carrier has of them already is heard, but not counted.
    pub fn stop_after(&mut self, id: SegmentId) {
        self.segments.retain(|segment| segment.id <= id);
        self.unacknowledged.retain(|mark| mark.heard.segment <= id);
    }

    /// Sends nothing until `resume`, which begins after the last mark that came back. True as for `stop`.
    pub fn pause(&mut self, now: Instant) -> bool {
        self.paused = true;
        self.segments.iter_mut().for_each(Segment::rewind);
        self.drop_sent(now)
    }

    pub fn resume(&mut self) {
        self.paused = false;
    }

    /// When the next frame or mark must go out; `None` while there is nothing to send.
    pub fn next_due(&self, now: Instant) -> Option<Instant> {
        self.sendable_at(now, LEAD_MIN)
    }

    /// Whether it is worth to send now what must go out a little later.
    pub fn is_worth_sending(&self, now: Instant) -> bool {
        self.sendable_at(now, LEAD_FOR_TWO).is_some_and(|at| at <= now)
    }

    /// When there is something to send and no more than this unplayed.
    fn sendable_at(&self, now: Instant, lead: Duration) -> Option<Instant> {
        if self.paused {
            return None;
        }
        if self.since_mark >= MARK_EVERY {
            return Some(now);
        }
        let head = self.segments.iter().find(|segment| !segment.ended)?;
        if head.unsent() < FRAME_BYTES && !head.complete {
            // The rest of a frame, or of the segment, is still being made.
            return None;
        }
        match self.carrier_done_at {
            Some(done) if done > now => Some(done.checked_sub(lead).unwrap_or(now).max(now)),
            _ => Some(now),
        }
    }

    /// The next frame or mark that has room.
    pub fn poll(&mut self, now: Instant) -> Option<Outgoing> {
        if self.sendable_at(now, LEAD_MAX.saturating_sub(FRAME))? > now {
            return None;
        }
        if self.since_mark >= MARK_EVERY {
            return Some(self.mark());
        }
        let generation = self.generation;
        let head = self.segments.iter_mut().find(|segment| !segment.ended)?;
        if head.unsent() == 0 {
            // Complete, by `next_due`: its end is marked, and the next segment's turn has come.
            head.ended = true;
            let heard = Heard { segment: head.id, chars: head.chars_sent, last: true };
            let byte = head.bytes_sent;
            return Some(self.named_mark(heard, byte));
        }
        let first = head.bytes_sent == 0;
        let mulaw = head.next_frame();
        let segment = head.id;
        // The segment ran out while it was still being made: the next frame comes after a gap.
        if self.carrier_done_at.is_some_and(|done| done <= now) && !first {
            self.gaps += 1;
        }
        let done = self.carrier_done_at.filter(|done| *done > now).unwrap_or(now);
        self.carrier_done_at = Some(done + FRAME);
        self.since_mark += FRAME;
        Some(Outgoing::Frame { generation, segment, first, mulaw })
    }

    /// A mark came back: what was heard since the one before. Empty for a mark that a `clear` returned, or that we
    /// never sent. Marks return in order, so one that got lost is covered by the next.
    pub fn mark_returned(&mut self, name: &str) -> Vec<Heard> {
        let Some(at) = self.unacknowledged.iter().position(|mark| mark.name == name) else { return Vec::new() };
        let returned: Vec<Mark> = self.unacknowledged.drain(..=at).collect();
        for Mark { heard, byte, .. } in &returned {
            if heard.last {
                self.segments.retain(|segment| segment.id != heard.segment);
            } else if let Some(segment) = self.segments.iter_mut().find(|segment| segment.id == heard.segment) {
                segment.was_heard(*byte, heard.chars);
            }
        }
        returned.into_iter().map(|mark| mark.heard).collect()
    }

    /// Whether the carrier still owes us a mark.
    pub fn is_speaking(&self) -> bool {
        !self.segments.is_empty() || !self.unacknowledged.is_empty()
    }

    /// What was sent and not heard by now never will be. True when the carrier still has some of it.
    fn drop_sent(&mut self, now: Instant) -> bool {
        self.generation += 1;
        self.since_mark = Duration::ZERO;
        let pending = !self.unacknowledged.is_empty() || self.carrier_done_at.is_some_and(|done| done > now);
        self.unacknowledged.clear();
        self.carrier_done_at = None;
        pending
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
                bytes_heard: 0,
                chars_heard: 0,
                chars_sent: 0,
                complete: false,
                ended: false,
            });
            self.segments.len() - 1
        });
        &mut self.segments[at]
    }

    /// A mark after the frame that was sent last.
    fn mark(&mut self) -> Outgoing {
        let sent = self.segments.iter().rev().find(|segment| segment.bytes_sent > 0);
        let of = sent.map(|s| (Heard { segment: s.id, chars: s.chars_sent, last: false }, s.bytes_sent));
        let Some((heard, byte)) = of else { return self.unnamed_mark() };
        self.named_mark(heard, byte)
    }

    fn named_mark(&mut self, heard: Heard, byte: usize) -> Outgoing {
        let mark = self.unnamed_mark();
        if let Outgoing::Mark { name, .. } = &mark {
            self.unacknowledged.push_back(Mark { name: name.clone(), heard, byte });
        }
        mark
    }

    fn unnamed_mark(&mut self) -> Outgoing {
        self.since_mark = Duration::ZERO;
        self.marks_made += 1;
        Outgoing::Mark { generation: self.generation, name: format!("{}.{}", self.generation, self.marks_made) }
    }
}

impl Segment {
    fn unsent(&self) -> usize {
        self.bytes_pushed - self.bytes_sent
    }

    fn next_frame(&mut self) -> Vec<u8> {
        let take = self.unsent().min(FRAME_BYTES);
        let from = self.bytes_sent - self.bytes_heard;
        let mut frame: Vec<u8> = self.audio.range(from..from + take).copied().collect();
        frame.resize(FRAME_BYTES, SILENCE);
        self.bytes_sent += take;
        self.chars_sent = self.chars_at(self.bytes_sent);
        frame
    }

    fn was_heard(&mut self, byte: usize, chars: u32) {
        self.audio.drain(..byte.saturating_sub(self.bytes_heard).min(self.audio.len()));
        self.bytes_heard = byte.max(self.bytes_heard);
        self.chars_heard = chars;
    }

    /// What was not heard is to be sent again.
    fn rewind(&mut self) {
        self.bytes_sent = self.bytes_heard;
        self.chars_sent = self.chars_heard;
        self.ended = false;
    }

    /// Characters spoken by a byte, evenly spread inside each chunk.
    fn chars_at(&self, byte: usize) -> u32 {
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
mod tests;
