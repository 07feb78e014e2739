//! The recording of one call as its driver holds it: it begins with the consent, follows both sides, and is kept or
//! deleted at the end. The disk is a task's; the driver never waits for it.

use std::{
    io,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use service_runtime::lifecycle::Lifecycle;
use tokio::{sync::mpsc, task::JoinHandle, time::Instant};

use super::{
    file::WavFile,
    timeline::{Pair, Timeline},
};
use crate::speak::playout::Outgoing;

/// Samples that go to the disk at once: 200 ms.
const BLOCK: usize = 1_600;
/// Blocks that wait for the disk: 5 s. Full: the newest is replaced by silence, counted, and the recording is incomplete.
const QUEUE: usize = 25;
/// How long the end of a call waits for the disk.
const DISK_PATIENCE: Duration = Duration::from_secs(5);

/// A call's recording, if it has one.
pub struct Recording {
    /// Where it would lie; none when this call is never recorded.
    path: Option<PathBuf>,
    lifecycle: Lifecycle,
    kept: Option<Kept>,
}

struct Kept {
    began: Instant,
    timeline: Timeline,
    block: Vec<Pair>,
    /// Samples that the disk had no room for, to be filled with silence.
    skipped: usize,
    incomplete: bool,
    blocks: mpsc::Sender<Block>,
    discard: Arc<AtomicBool>,
    task: JoinHandle<()>,
}

enum Block {
    Sound { silence_before: usize, pairs: Vec<Pair> },
    Complete,
}

impl Recording {
    /// Nothing is kept yet. `path`: none when this call is never to be recorded.
    pub const fn prepared(path: Option<PathBuf>, lifecycle: Lifecycle) -> Self {
        Self { path, lifecycle, kept: None }
    }

    /// The consent was heard: from now on the call is kept.
    pub fn consent_heard(&mut self, now: Instant) {
        let Some(path) = self.path.take() else { return };
        let (blocks, waiting) = mpsc::channel(QUEUE);
        let discard = Arc::new(AtomicBool::new(false));
        // Tracked, so that a stop of the process waits for the file's end. It ends when the sender is gone.
        let task = self.lifecycle.tasks().spawn(keep(path, waiting, discard.clone()));
        let (timeline, block) = (Timeline::default(), Vec::with_capacity(BLOCK));
        self.kept = Some(Kept { began: now, timeline, block, skipped: 0, incomplete: false, blocks, discard, task });
        metrics::counter!("recordings_begun_total").increment(1);
    }

    /// The caller does not want it: what was kept is deleted, and this call is never recorded again.
    pub fn declined(&mut self) {
        self.path = None;
        if let Some(kept) = self.kept.take() {
            // The task ends by itself, since its sender goes.
            kept.discard.store(true, Ordering::Release);
            metrics::counter!("recordings_declined_total").increment(1);
            tracing::info!("the caller declined the recording; it is deleted");
        }
    }

    pub fn caller(&mut self, now: Instant, mulaw: &[u8]) {
        let Some(kept) = &mut self.kept else { return };
        let at = now.saturating_duration_since(kept.began);
        kept.timeline.heard(at, mulaw);
        let settled = kept.timeline.settled(at);
        kept.add(&settled);
    }

    pub fn sent(&mut self, now: Instant, outgoing: &Outgoing) {
        let Some(kept) = &mut self.kept else { return };
        match outgoing {
            Outgoing::Frame { mulaw, .. } => kept.timeline.sent(now.saturating_duration_since(kept.began), mulaw),
            Outgoing::Mark { name, .. } => kept.timeline.marked(name),
        }
    }

    pub fn mark_returned(&mut self, name: &str) {
        if let Some(kept) = &mut self.kept {
            kept.timeline.mark_returned(name);
        }
    }

    pub fn cleared(&mut self, now: Instant) {
        if let Some(kept) = &mut self.kept {
            kept.timeline.cleared(now.saturating_duration_since(kept.began));
        }
    }

    /// The call is over: the rest is written and the file closed.
    pub async fn finish(mut self, now: Instant) {
        let Some(mut kept) = self.kept.take() else { return };
        let rest = kept.timeline.finish(now.saturating_duration_since(kept.began));
        kept.add(&rest);
        let pairs = std::mem::take(&mut kept.block);
        kept.send(pairs);
        let lost = kept.timeline.lost();
        metrics::counter!("recording_samples_lost_total").increment(lost);
        let complete = lost == 0 && !kept.incomplete;
        let closing = async {
            if complete {
                // A task that is gone has told why.
                let _ = kept.blocks.send(Block::Complete).await;
            }
            drop(kept.blocks);
            // A panic of the task has been reported by the runtime.
            let _ = kept.task.await;
        };
        if tokio::time::timeout(DISK_PATIENCE, closing).await.is_err() {
            // The task goes on by itself; the process's stop waits for it.
            metrics::counter!("recordings_closed_late_total").increment(1);
        }
    }
}

impl Kept {
    fn add(&mut self, pairs: &[Pair]) {
        self.block.extend_from_slice(pairs);
        if self.block.len() >= BLOCK {
            let full = std::mem::replace(&mut self.block, Vec::with_capacity(BLOCK));
            self.send(full);
        }
    }

    fn send(&mut self, pairs: Vec<Pair>) {
        let count = pairs.len();
        match self.blocks.try_send(Block::Sound { silence_before: self.skipped, pairs }) {
            Ok(()) => self.skipped = 0,
            Err(_) => {
                self.skipped += count;
                self.incomplete = true;
                metrics::counter!("recording_blocks_dropped_total").increment(1);
            }
        }
    }
}

async fn keep(path: PathBuf, blocks: mpsc::Receiver<Block>, discard: Arc<AtomicBool>) {
    let written = write(&path, blocks, &discard).await;
    if let Err(error) = written {
        metrics::counter!("recordings_failed_total").increment(1);
        tracing::error!(%error, "could not write a recording; check VOICE_RECORDING_DIR and its space");
    }
    if discard.load(Ordering::Acquire)
        && let Err(error) = tokio::fs::remove_file(&path).await
        && error.kind() != io::ErrorKind::NotFound
    {
        metrics::counter!("recordings_undeleted_total").increment(1);
        tracing::error!(%error, path = %path.display(), "could not delete a declined recording; delete it by hand");
    }
}

async fn write(path: &Path, mut blocks: mpsc::Receiver<Block>, discard: &AtomicBool) -> io::Result<()> {
    let mut file = WavFile::create(path).await?;
    let mut complete = false;
    while let Some(block) = blocks.recv().await {
        if discard.load(Ordering::Acquire) {
            return Ok(());
        }
        match block {
            Block::Sound { silence_before, pairs } => {
                for rest in (0..silence_before).step_by(BLOCK) {
                    file.write(&vec![[0, 0]; BLOCK.min(silence_before - rest)]).await?;
                }
                file.write(&pairs).await?;
            }
            Block::Complete => complete = true,
        }
    }
    file.finish(complete).await
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOUD: [u8; 160] = [0x80; 160];

    fn frame() -> Outgoing {
        Outgoing::Frame { generation: 0, segment: call::SegmentId::new(1), first: false, mulaw: LOUD.to_vec() }
    }

    #[tokio::test]
    async fn nothing_is_kept_before_consent_and_all_after_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("c.wav");
        let mut recording = Recording::prepared(Some(path.clone()), Lifecycle::new());
        let start = Instant::now();
        recording.caller(start, &LOUD);
        recording.sent(start, &frame());
        assert!(!path.exists());
        recording.consent_heard(start);
        for step in 1..=50 {
            recording.caller(start + Duration::from_millis(20 * step), &LOUD);
        }
        recording.sent(start + Duration::from_millis(400), &frame());
        recording.sent(start, &Outgoing::Mark { generation: 0, name: "m".to_owned() });
        recording.mark_returned("m");
        recording.finish(start + Duration::from_secs(1)).await;
        let mut read = hound::WavReader::open(&path).expect("a WAV");
        let samples: Vec<i16> = read.samples().map(|sample| sample.expect("a sample")).collect();
        assert_eq!(samples.len(), 2 * 8_000);
        assert!(samples.iter().step_by(2).all(|left| *left != 0));
        let right = samples.iter().skip(1).step_by(2).filter(|right| **right != 0).count();
        assert_eq!(right, 160);
        assert_eq!(&std::fs::read(&path).expect("bytes")[32..40], b"complete");
    }

    #[tokio::test]
    async fn a_declined_recording_is_deleted_and_does_not_begin_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("c.wav");
        let lifecycle = Lifecycle::new();
        let mut recording = Recording::prepared(Some(path.clone()), lifecycle.clone());
        let start = Instant::now();
        recording.consent_heard(start);
        for step in 1..=500 {
            recording.caller(start + Duration::from_millis(20 * step), &LOUD);
        }
        recording.declined();
        recording.consent_heard(start);
        recording.finish(start + Duration::from_secs(10)).await;
        lifecycle.tasks().close();
        lifecycle.tasks().wait().await;
        assert!(!path.exists());
    }

    #[tokio::test]
    async fn a_call_that_is_not_to_be_recorded_is_not() {
        let mut recording = Recording::prepared(None, Lifecycle::new());
        let start = Instant::now();
        recording.consent_heard(start);
        recording.caller(start, &LOUD);
        assert!(recording.kept.is_none());
    }
}
