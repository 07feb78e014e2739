//! Keeps a call's core trace in a file, when the installation asks for it. Without voice and without words.

use std::path::{Path, PathBuf};

use call::{
    Action, CallConfig, CallTime, Event, Timer,
    trace::{Recorder, Words},
};
use proto::id::CallSid;

/// A line per event and action, none per audio frame: a ten-minute call is under 200 KB. What goes beyond this is left
/// out and counted.
const TRACE_BYTES_MAX: usize = 4 * 1024 * 1024;

/// The trace of one call, in memory until the call ends: the driver does not wait for a disk.
pub struct TraceFile(Option<Kept>);

struct Kept {
    path: PathBuf,
    recorder: Recorder,
    lines: String,
}

impl TraceFile {
    pub fn begin(dir: Option<&Path>, call: &CallSid, config: &CallConfig) -> Self {
        Self(dir.map(|dir| {
            let recorder = Recorder::new(Words::Masked);
            Kept { path: dir.join(format!("{call}.trace")), recorder, lines: recorder.header(config) }
        }))
    }

    pub fn event(&mut self, at: CallTime, event: &Event) {
        self.keep(|recorder| recorder.event(at, event));
    }

    pub fn timeout(&mut self, at: CallTime, timer: Timer) {
        self.keep(|recorder| recorder.timeout(at, timer));
    }

    pub fn action(&mut self, action: &Action) {
        self.keep(|recorder| recorder.action(action));
    }

    /// Writes the file. A trace that cannot be written is reported; the call is none the worse for it.
    pub async fn finish(self) {
        let Some(Kept { path, lines, .. }) = self.0 else { return };
        let written = async {
            if let Some(dir) = path.parent() {
                tokio::fs::create_dir_all(dir).await?;
            }
            tokio::fs::write(&path, lines).await
        };
        if let Err(error) = written.await {
            tracing::warn!(path = %path.display(), %error, "could not write the call's trace");
        }
    }

    fn keep(&mut self, line: impl FnOnce(&Recorder) -> String) {
        let Some(kept) = &mut self.0 else { return };
        if kept.lines.len() < TRACE_BYTES_MAX {
            kept.lines.push_str(&line(&kept.recorder));
        } else {
            metrics::counter!("trace_lines_dropped_total").increment(1);
        }
    }
}
