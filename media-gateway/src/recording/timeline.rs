//! Puts both sides of a call beside each other: the caller as received, and our voice as it was played.
//!
//! Pure: moments and frames in, settled samples out. A frame that was sent is heard only when a mark behind it comes
//! back, or when a `clear` finds that its moment had passed; what a `clear` dropped stays silent. The carrier plays one
//! frame after the other in real time, so where a frame lies is known when it is sent.

use std::{collections::VecDeque, time::Duration};

use crate::listen::mulaw;

/// Samples of a second, of each side.
pub const RATE_HZ: u32 = 8_000;
/// How long a moment stays open for the marks that tell what was played: lead, mark distance and the network's ways.
/// At most so much of a call is in memory, plus [`AHEAD_MAX`].
const OPEN: usize = 3 * RATE_HZ as usize;
/// The caller's frames come in real time. If one comes so late, it is placed where it belongs.
const LATE_MAX: usize = RATE_HZ as usize / 5;
/// Caller audio further ahead of time than this is no live call's; it is dropped and counted.
const AHEAD_MAX: usize = RATE_HZ as usize;
/// Frames and marks that wait for marks. The carrier holds ten frames, and a mark comes every twenty.
const PENDING_MAX: usize = 1_024;

/// One moment of both sides: left the caller, right us.
pub type Pair = [i16; 2];

#[derive(Debug, Default)]
pub struct Timeline {
    /// The sample at which the open part begins. All before it was taken.
    base: usize,
    open: VecDeque<Pair>,
    /// The sample behind the last of the caller's.
    caller_end: usize,
    /// The sample at which the carrier will have played all that it was sent.
    play_head: usize,
    pending: VecDeque<Pending>,
    lost: u64,
}

#[derive(Debug)]
enum Pending {
    Frame { at: usize, mulaw: Vec<u8> },
    Mark(String),
}

impl Timeline {
    /// Samples that could not be placed: too early, too late or too many.
    pub const fn lost(&self) -> u64 {
        self.lost
    }

    /// Caller audio that came at `now`, counted from the recording's start.
    pub fn heard(&mut self, now: Duration, caller: &[u8]) {
        let expected = samples(now).saturating_sub(caller.len());
        if self.caller_end + LATE_MAX < expected {
            self.caller_end = expected;
        }
        if self.caller_end > samples(now) + AHEAD_MAX {
            return self.count_lost(caller.len());
        }
        self.caller_end = self.place(self.caller_end, caller, 0);
    }

    /// A frame of ours went out.
    pub fn sent(&mut self, now: Duration, frame: &[u8]) {
        let at = self.play_head.max(samples(now));
        self.play_head = at + frame.len();
        self.wait(Pending::Frame { at, mulaw: frame.to_vec() });
    }

    /// A mark went out, behind the frames before it.
    pub fn marked(&mut self, name: &str) {
        self.wait(Pending::Mark(name.to_owned()));
    }

    /// A mark came back: what was sent before it was played. Unknown marks, and those of a `clear`, say nothing.
    pub fn mark_returned(&mut self, name: &str) {
        let Some(at) = self.pending.iter().position(|p| matches!(p, Pending::Mark(known) if known == name)) else {
            return;
        };
        let played: Vec<Pending> = self.pending.drain(..=at).collect();
        for pending in played {
            if let Pending::Frame { at, mulaw } = pending {
                self.place(at, &mulaw, 1);
            }
        }
    }

    /// The carrier was told to drop what it had not played.
    pub fn cleared(&mut self, now: Duration) {
        let now = samples(now);
        for pending in std::mem::take(&mut self.pending) {
            if let Pending::Frame { at, mulaw } = pending
                && at < now
            {
                self.place(at, &mulaw[..mulaw.len().min(now - at)], 1);
            }
        }
        self.play_head = now;
    }

    /// What is settled by `now`, in order.
    pub fn settled(&mut self, now: Duration) -> Vec<Pair> {
        self.take_until(samples(now).saturating_sub(OPEN))
    }

    /// Everything, at the end of the call: what is unconfirmed is taken as a `clear` would.
    pub fn finish(&mut self, now: Duration) -> Vec<Pair> {
        self.cleared(now);
        self.take_until(samples(now))
    }

    fn take_until(&mut self, end: usize) -> Vec<Pair> {
        let count = end.saturating_sub(self.base);
        self.base += count;
        // Where neither side has anything yet, there is silence.
        let have = count.min(self.open.len());
        self.open.drain(..have).chain(std::iter::repeat_n([0, 0], count - have)).collect()
    }

    fn place(&mut self, at: usize, mulaw: &[u8], side: usize) -> usize {
        for (offset, code) in mulaw.iter().enumerate() {
            let Some(index) = (at + offset).checked_sub(self.base) else {
                self.count_lost(1);
                continue;
            };
            if index >= self.open.len() {
                self.open.resize(index + 1, [0, 0]);
            }
            if let Some(pair) = self.open.get_mut(index) {
                pair[side] = mulaw::decode(*code);
            }
        }
        at + mulaw.len()
    }

    fn wait(&mut self, pending: Pending) {
        if self.pending.len() >= PENDING_MAX
            && let Some(Pending::Frame { mulaw, .. }) = self.pending.pop_front()
        {
            self.count_lost(mulaw.len());
        }
        self.pending.push_back(pending);
    }

    fn count_lost(&mut self, samples: usize) {
        self.lost += samples as u64;
    }
}

fn samples(at: Duration) -> usize {
    usize::try_from(at.as_millis()).unwrap_or(usize::MAX / 16) * (RATE_HZ as usize / 1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A loud code and its sample.
    const LOUD: u8 = 0x80;

    fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    fn side(pairs: &[Pair], side: usize, from_ms: usize, to_ms: usize) -> Vec<bool> {
        pairs[from_ms * 8..to_ms * 8].iter().map(|pair| pair[side] != 0).collect()
    }

    fn all(of: &[bool]) -> bool {
        of.iter().all(|loud| *loud)
    }

    fn none(of: &[bool]) -> bool {
        of.iter().all(|loud| !loud)
    }

    #[test]
    fn the_caller_is_left_as_received_and_what_was_marked_is_right() {
        let mut timeline = Timeline::default();
        for frame in 1..=5 {
            timeline.heard(ms(frame * 20), &[LOUD; 160]);
        }
        timeline.sent(ms(20), &[LOUD; 160]);
        timeline.marked("m1");
        timeline.sent(ms(20), &[LOUD; 160]);
        timeline.mark_returned("m1");
        let pairs = timeline.finish(ms(30));
        assert_eq!(pairs.len(), 30 * 8);
        assert!(all(&side(&pairs, 0, 0, 30)));
        assert!(none(&side(&pairs, 1, 0, 20)) && all(&side(&pairs, 1, 20, 30)));
    }

    #[test]
    fn what_a_clear_dropped_is_silent() {
        let mut timeline = Timeline::default();
        // 200 ms lie at the carrier; it is told to drop them after 90.
        for _ in 0..10 {
            timeline.sent(ms(100), &[LOUD; 160]);
        }
        timeline.marked("m1");
        timeline.cleared(ms(190));
        timeline.mark_returned("m1");
        timeline.sent(ms(250), &[LOUD; 160]);
        timeline.marked("m2");
        timeline.mark_returned("m2");
        let pairs = timeline.finish(ms(400));
        assert!(none(&side(&pairs, 1, 0, 100)) && all(&side(&pairs, 1, 100, 190)));
        assert!(none(&side(&pairs, 1, 190, 250)) && all(&side(&pairs, 1, 250, 270)));
        assert!(none(&side(&pairs, 1, 270, 400)));
        assert_eq!(timeline.lost(), 0);
    }

    #[test]
    fn frames_lie_one_behind_the_other_however_early_they_were_sent() {
        let mut timeline = Timeline::default();
        timeline.sent(ms(0), &[LOUD; 160]);
        timeline.sent(ms(0), &[0xff; 160]);
        timeline.sent(ms(10), &[LOUD; 160]);
        timeline.marked("m");
        timeline.mark_returned("m");
        let pairs = timeline.finish(ms(100));
        assert!(all(&side(&pairs, 1, 0, 20)) && none(&side(&pairs, 1, 20, 40)) && all(&side(&pairs, 1, 40, 60)));
    }

    #[test]
    fn a_hole_in_the_callers_audio_is_silence_of_its_length() {
        let mut timeline = Timeline::default();
        timeline.heard(ms(20), &[LOUD; 160]);
        timeline.heard(ms(1_020), &[LOUD; 160]);
        let pairs = timeline.finish(ms(1_020));
        assert!(
            all(&side(&pairs, 0, 0, 20)) && none(&side(&pairs, 0, 20, 1_000)) && all(&side(&pairs, 0, 1_000, 1_020))
        );
    }

    #[test]
    fn memory_is_bounded_and_what_is_settled_is_given_once() {
        let mut timeline = Timeline::default();
        let mut taken = 0;
        for frame in 1..=1_000 {
            timeline.heard(ms(frame * 20), &[LOUD; 160]);
            timeline.sent(ms(frame * 20), &[LOUD; 160]);
            taken += timeline.settled(ms(frame * 20)).len();
            assert!(timeline.open.len() <= OPEN + AHEAD_MAX + 160 && timeline.pending.len() <= PENDING_MAX);
        }
        taken += timeline.finish(ms(20_000)).len();
        assert_eq!(taken, 20_000 * 8);
        assert!(timeline.lost() > 0, "a mark that never came in time is counted");
    }

    #[test]
    fn audio_faster_than_life_is_dropped_and_counted() {
        let mut timeline = Timeline::default();
        for _ in 0..200 {
            timeline.heard(ms(20), &[LOUD; 160]);
        }
        assert!(timeline.lost() > 0 && timeline.open.len() <= AHEAD_MAX + 2 * 160);
    }
}
