//! What is measured and counted, from all tasks of the load.

use std::{
    collections::BTreeMap,
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use super::lock;

/// A wait that is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measured {
    /// Recognition's final words sent → the turn is at the agent.
    FinalToRequest,
    /// The first sound of a sentence sent → its first frame is at the carrier.
    SoundToFrame,
    /// `start` sent → the first frame of the greeting.
    StartToGreeting,
    /// A frame's arrival after the moment from which on less lay at the carrier than the gateway keeps there.
    FrameLateness,
    /// The first frame of an interruption sent → `clear`.
    OnsetToClear,
    /// How late the load itself sends its frames: beyond a few milliseconds the other figures mean nothing.
    LoadLateness,
}

/// Something that is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    Frames,
    Turns,
    /// Interruptions that no `clear` followed within two seconds.
    UnheardInterruptions,
    /// Utterances that no reply followed within eight seconds.
    Unanswered,
    /// Frames of a sentence that was cleared.
    StaleFrames,
    Lost,
}

const MEASURED: usize = 6;
const COUNTED: usize = 6;

/// The durations that were measured in a window, and the counts.
#[derive(Debug, Default)]
pub struct Window {
    durations: [Vec<Duration>; MEASURED],
    pub counts: Counts,
}

impl Window {
    pub fn of(&self, measured: Measured) -> &[Duration] {
        &self.durations[measured as usize]
    }
}

#[derive(Debug, Clone, Copy, Default)]
pub struct Counts([usize; COUNTED]);

impl Counts {
    pub const fn of(&self, counted: Counted) -> usize {
        self.0[counted as usize]
    }
}

#[derive(Default)]
pub struct Figures {
    measuring: AtomicBool,
    durations: [Mutex<Vec<Duration>>; MEASURED],
    counts: [AtomicUsize; COUNTED],
    at_begin: Mutex<Counts>,
    losses: Mutex<BTreeMap<String, usize>>,
}

impl Figures {
    /// Greetings come when calls begin, which is before a window; they are kept until one ends.
    pub fn measured(&self, measured: Measured, duration: Duration) {
        if measured == Measured::StartToGreeting || self.measuring.load(Ordering::Relaxed) {
            lock(&self.durations[measured as usize]).push(duration);
        }
    }

    pub fn counted(&self, counted: Counted) {
        self.counts[counted as usize].fetch_add(1, Ordering::Relaxed);
    }

    /// Since the load began.
    pub fn count(&self, counted: Counted) -> usize {
        self.counts[counted as usize].load(Ordering::Relaxed)
    }

    pub fn lost(&self, why: String) {
        *lock(&self.losses).entry(why).or_default() += 1;
        self.counted(Counted::Lost);
    }

    pub fn losses(&self) -> Vec<(String, usize)> {
        lock(&self.losses).iter().map(|(why, count)| (why.clone(), *count)).collect()
    }

    pub fn begin(&self) {
        *lock(&self.at_begin) = self.counts();
        self.measuring.store(true, Ordering::Relaxed);
    }

    /// Calls are lost from the load's beginning on, everything else is counted within the window.
    pub fn end(&self) -> Window {
        self.measuring.store(false, Ordering::Relaxed);
        let before = *lock(&self.at_begin);
        let mut counts = self.counts();
        for (counted, before) in before.0.iter().enumerate() {
            if counted != Counted::Lost as usize {
                counts.0[counted] -= before;
            }
        }
        Window { durations: std::array::from_fn(|index| std::mem::take(&mut *lock(&self.durations[index]))), counts }
    }

    fn counts(&self) -> Counts {
        Counts(std::array::from_fn(|index| self.counts[index].load(Ordering::Relaxed)))
    }
}
