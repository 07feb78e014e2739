//! Our own voice: what waits to be said, what was sent to be said, how much of it was played, and until when the next
//! mark must come. Audio itself is the driver's.

use std::{collections::VecDeque, time::Duration};

use crate::{
    config::Timings,
    id::{SegmentId, TurnId},
    time::CallTime,
    words::whole_words,
};

/// A sentence to be spoken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    pub turn: TurnId,
    pub text: String,
    /// Whether it is reported as heard: sentences of a reply and the greeting are, other phrases are not.
    pub reported: bool,
    /// The caller cannot interrupt it.
    pub protected: bool,
    /// It only bridges the time to the agent's first sentence.
    pub filler: bool,
}

impl Line {
    /// A sentence of the agent's reply.
    pub const fn reply(turn: TurnId, text: String) -> Self {
        Self { turn, text, reported: true, protected: false, filler: false }
    }

    /// What bridges the time to a reply.
    pub const fn filler(text: String) -> Self {
        Self { turn: TurnId::UNASKED, text, reported: false, protected: false, filler: true }
    }

    /// A phrase of ours.
    pub const fn phrase(text: String) -> Self {
        Self { turn: TurnId::UNASKED, text, reported: false, protected: false, filler: false }
    }

    /// A sentence of the greeting.
    pub const fn greeting(text: String, protected: bool) -> Self {
        Self { turn: TurnId::UNASKED, text, reported: true, protected, filler: false }
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Playout {
    last_id: SegmentId,
    /// Not to be said yet, because the caller has the floor. Bounded by the sentences of a reply and one phrase.
    waiting: VecDeque<Line>,
    /// Said since nothing was outstanding, in order. Kept after they were played, for what was heard.
    segments: Vec<Segment>,
    failures_in_a_row: u32,
    /// Our voice is paused: nothing is played, and no mark is owed.
    paused: bool,
}

#[derive(Debug, Clone)]
struct Segment {
    id: SegmentId,
    line: Line,
    chars: u32,
    played: u32,
    started: bool,
    state: State,
    /// The latest of: it became the first outstanding one, it started, it made progress.
    progress_at: CallTime,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Outstanding,
    Played,
    Failed,
    /// Never said, because the caller interrupted what comes before it.
    Dropped,
}

impl Playout {
    pub fn new() -> Self {
        Self {
            last_id: SegmentId::new(0),
            waiting: VecDeque::new(),
            segments: Vec::new(),
            failures_in_a_row: 0,
            paused: false,
        }
    }

    pub fn wait(&mut self, line: Line) {
        self.waiting.push_back(line);
    }

    pub fn is_waiting(&self) -> bool {
        !self.waiting.is_empty()
    }

    pub fn take_waiting(&mut self) -> Option<Line> {
        self.waiting.pop_front()
    }

    pub fn drop_waiting(&mut self) {
        self.waiting.clear();
    }

    /// Takes up a line as the next segment.
    pub fn say(&mut self, now: CallTime, line: Line) -> SegmentId {
        self.last_id = self.last_id.next();
        let chars = u32::try_from(line.text.chars().count()).unwrap_or(u32::MAX);
        self.segments.push(Segment {
            id: self.last_id,
            line,
            chars,
            played: 0,
            started: false,
            state: State::Outstanding,
            progress_at: now,
        });
        self.last_id
    }

    /// False, like the other two reports, if the segment is not outstanding: stopped, played or never said.
    pub fn started(&mut self, now: CallTime, id: SegmentId) -> bool {
        let Some(segment) = self.outstanding_mut(id) else { return false };
        if !segment.started {
            segment.started = true;
            segment.progress_at = now;
        }
        true
    }

    pub fn played(&mut self, now: CallTime, id: SegmentId, chars: u32, last: bool) -> bool {
        let Some(segment) = self.outstanding_mut(id) else { return false };
        segment.started = true;
        if chars > segment.played {
            segment.played = chars.min(segment.chars);
            segment.progress_at = now;
        }
        self.failures_in_a_row = 0;
        if last {
            self.finish(now, id, State::Played);
        }
        true
    }

    pub fn failed(&mut self, now: CallTime, id: SegmentId) -> bool {
        if self.outstanding_mut(id).is_none() {
            return false;
        }
        self.failures_in_a_row += 1;
        self.finish(now, id, State::Failed);
        true
    }

    /// The mark of the first outstanding segment is overdue. If it ever started, its end was played, for all we know;
    /// if not, it failed.
    pub fn overdue(&mut self, now: CallTime) {
        let Some(segment) = self.first_outstanding() else { return };
        let (id, started) = (segment.id, segment.started);
        if started {
            self.finish(now, id, State::Played);
        } else {
            self.failed(now, id);
        }
    }

    /// Until when the next mark must come; None if none is owed.
    pub fn deadline(&self, timings: &Timings) -> Option<CallTime> {
        let segment = self.first_outstanding().filter(|_| !self.paused)?;
        let left = segment.chars.saturating_sub(segment.played);
        let saying: Duration = timings.mark_per_char.saturating_mul(left);
        Some(segment.progress_at + timings.mark_grace.saturating_add(saying))
    }

    pub fn failures_in_a_row(&self) -> u32 {
        self.failures_in_a_row
    }

    pub fn is_outstanding(&self) -> bool {
        self.first_outstanding().is_some()
    }

    /// Something that the caller must hear out is being said.
    pub fn is_protected(&self) -> bool {
        self.segments.iter().any(|segment| segment.is_outstanding() && segment.line.protected)
    }

    /// What is still to be heard of what is being said.
    pub fn unheard(&self) -> String {
        let unheard = |segment: &Segment| -> String {
            segment.line.text.chars().skip(usize::try_from(segment.played).unwrap_or(usize::MAX)).collect()
        };
        let texts: Vec<String> = self.segments.iter().filter(|segment| segment.is_outstanding()).map(unheard).collect();
        texts.join(" ")
    }

    /// The caller can hear our voice now.
    pub fn is_audible(&self) -> bool {
        !self.paused && self.first_outstanding().is_some_and(|segment| segment.started)
    }

    pub const fn is_paused(&self) -> bool {
        self.paused
    }

    pub fn pause(&mut self) {
        self.paused = true;
    }

    /// Goes on; where from. None if it was not paused.
    pub fn resume(&mut self, now: CallTime) -> Option<(SegmentId, u32)> {
        if !std::mem::take(&mut self.paused) {
            return None;
        }
        let first = self.segments.iter_mut().find(|segment| segment.is_outstanding())?;
        first.progress_at = now;
        Some((first.id, first.played))
    }

    /// Drops what would be said after the segment that plays. Which that is; None if nothing is dropped.
    pub fn drop_after_first(&mut self) -> Option<SegmentId> {
        let mut outstanding = self.segments.iter_mut().filter(|segment| segment.is_outstanding());
        let first = outstanding.next()?.id;
        let dropped = outstanding.map(|later| later.state = State::Dropped).count();
        (dropped > 0).then_some(first)
    }

    /// All that is being said is a filler, and none of its sound left yet.
    pub fn is_unheard_filler(&self) -> bool {
        let mut outstanding = self.segments.iter().filter(|segment| segment.is_outstanding());
        outstanding.next().is_some_and(|first| first.line.filler && !first.started) && outstanding.next().is_none()
    }

    /// What is being said is not said after all.
    pub fn drop_outstanding(&mut self) {
        self.segments.retain(|segment| !segment.is_outstanding());
        self.paused = false;
    }

    /// Something was said since the last `clear`.
    pub fn has_spoken(&self) -> bool {
        !self.segments.is_empty()
    }

    /// The last thing we have to say is what plays now.
    pub fn is_on_last(&self) -> bool {
        self.waiting.is_empty() && self.segments.iter().filter(|segment| segment.is_outstanding()).count() == 1
    }

    /// What was heard of the lines that are reported: whole words.
    pub fn heard(&self) -> String {
        let heard: Vec<&str> = self
            .segments
            .iter()
            .filter(|segment| segment.line.reported)
            .map(|segment| match segment.state {
                State::Played => segment.line.text.trim(),
                State::Outstanding | State::Failed | State::Dropped => whole_words_played(segment),
            })
            .filter(|text| !text.is_empty())
            .collect();
        heard.join(" ")
    }

    /// A line that is reported failed, or was dropped.
    pub fn lost_some(&self) -> bool {
        let is_lost = |state| matches!(state, State::Failed | State::Dropped);
        self.segments.iter().any(|segment| segment.line.reported && is_lost(segment.state))
    }

    /// Forgets everything said and to be said.
    pub fn clear(&mut self) {
        self.waiting.clear();
        self.segments.clear();
        self.paused = false;
    }

    fn first_outstanding(&self) -> Option<&Segment> {
        self.segments.iter().find(|segment| segment.is_outstanding())
    }

    fn outstanding_mut(&mut self, id: SegmentId) -> Option<&mut Segment> {
        self.segments.iter_mut().find(|segment| segment.id == id && segment.is_outstanding())
    }

    fn finish(&mut self, now: CallTime, id: SegmentId, state: State) {
        if let Some(segment) = self.outstanding_mut(id) {
            segment.state = state;
        }
        if let Some(next) = self.segments.iter_mut().find(|segment| segment.is_outstanding()) {
            next.progress_at = now;
        }
    }
}

impl Segment {
    fn is_outstanding(&self) -> bool {
        self.state == State::Outstanding
    }
}

/// Nothing was heard of a segment before its first mark, not even a first word.
fn whole_words_played(segment: &Segment) -> &str {
    if segment.played == 0 { "" } else { whole_words(&segment.line.text, segment.played) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn ms(ms: u64) -> CallTime {
        CallTime::from_ms(ms)
    }

    fn line(text: &str) -> Line {
        Line::reply(TurnId::new(1), text.into())
    }

    fn saying(texts: &[&str]) -> (Playout, Vec<SegmentId>) {
        let mut playout = Playout::new();
        let ids = texts.iter().map(|text| playout.say(ms(0), line(text))).collect();
        (playout, ids)
    }

    #[test]
    fn what_was_heard_is_whole_words_up_to_the_last_mark() {
        let (mut playout, ids) = saying(&["One two.", "Three four five."]);
        assert_eq!(playout.heard(), "");
        playout.played(ms(1), ids[0], 8, true);
        playout.played(ms(2), ids[1], 12, false);
        assert_eq!(playout.heard(), "One two. Three four");
        playout.played(ms(3), ids[1], 3, false);
        assert_eq!(playout.heard(), "One two. Three four", "a mark does not take back what was heard");
    }

    #[test]
    fn the_deadline_follows_length_and_progress_of_the_first_outstanding() {
        let timings = Timings::default();
        let (mut playout, ids) = saying(&["0123456789", "01234"]);
        assert_eq!(playout.deadline(&timings), Some(ms(5_000)));
        playout.started(ms(100), ids[0]);
        assert_eq!(playout.deadline(&timings), Some(ms(5_100)));
        playout.started(ms(900), ids[0]);
        assert_eq!(playout.deadline(&timings), Some(ms(5_100)), "it starts once");
        playout.played(ms(1_000), ids[0], 6, false);
        assert_eq!(playout.deadline(&timings), Some(ms(5_400)));
        playout.played(ms(2_000), ids[0], 6, false);
        assert_eq!(playout.deadline(&timings), Some(ms(5_400)), "no progress, no delay");
        playout.played(ms(3_000), ids[0], 10, true);
        assert_eq!(playout.deadline(&timings), Some(ms(7_500)));
        playout.played(ms(4_000), ids[1], 5, true);
        assert_eq!(playout.deadline(&timings), None);
    }

    #[test]
    fn an_overdue_segment_was_played_if_it_started_and_failed_if_not() {
        let (mut playout, ids) = saying(&["One.", "Two."]);
        playout.started(ms(1), ids[0]);
        playout.overdue(ms(5_000));
        assert_eq!(playout.heard(), "One.");
        assert!(!playout.lost_some());
        playout.overdue(ms(10_000));
        assert_eq!(playout.heard(), "One.");
        assert!(playout.lost_some());
        assert_eq!(playout.failures_in_a_row(), 1);
    }

    #[test]
    fn failures_count_until_something_is_played() {
        let (mut playout, ids) = saying(&["One.", "Two.", "Three."]);
        assert!(playout.failed(ms(1), ids[0]));
        assert!(!playout.failed(ms(1), ids[0]), "it fails once");
        playout.played(ms(2), ids[1], 1, false);
        assert_eq!(playout.failures_in_a_row(), 0);
        assert!(playout.failed(ms(3), ids[2]));
        assert_eq!(playout.failures_in_a_row(), 1);
    }

    #[test]
    fn a_pause_owes_no_mark_and_goes_on_from_what_was_heard() {
        let timings = Timings::default();
        let (mut playout, ids) = saying(&["0123456789", "01234"]);
        playout.played(ms(100), ids[0], 4, false);
        playout.pause();
        assert_eq!((playout.deadline(&timings), playout.is_audible()), (None, false));
        assert!(playout.is_outstanding());
        assert_eq!(playout.resume(ms(9_000)), Some((ids[0], 4)));
        assert_eq!(playout.deadline(&timings), Some(ms(13_600)));
        assert_eq!(playout.resume(ms(9_100)), None, "it was not paused");
    }

    #[test]
    fn what_is_dropped_was_not_heard() {
        let (mut playout, ids) = saying(&["One.", "Two.", "Three."]);
        playout.played(ms(1), ids[0], 4, true);
        assert_eq!(playout.drop_after_first(), Some(ids[1]));
        assert_eq!(playout.drop_after_first(), None);
        playout.played(ms(2), ids[1], 4, true);
        assert!(!playout.is_outstanding());
        assert_eq!(playout.heard(), "One. Two.");
        assert!(playout.lost_some());
    }

    #[test]
    fn nothing_counts_after_a_stop() {
        let (mut playout, ids) = saying(&["One two."]);
        playout.clear();
        assert!(!playout.started(ms(1), ids[0]));
        assert!(!playout.played(ms(1), ids[0], 8, true));
        assert!(!playout.failed(ms(1), ids[0]));
        assert_eq!(playout.heard(), "");
        assert_ne!(playout.say(ms(2), line("Three.")), ids[0], "an id is never used again");
    }
}
