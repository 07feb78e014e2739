//! The media gateway under a rising number of calls, on one core, with everything around it on another.

use std::time::Duration;

use anyhow::Context as _;
use serde::Serialize;
use system_tests::load::{Counted, Measured, Window};

use super::{metrics::Metrics, process, quantiles::Quantiles, stage::Stage};

/// Numbers of calls that are tried, one after the other.
pub const LEVELS: [usize; 9] = [10, 20, 50, 100, 200, 300, 400, 500, 1_000];
/// Own delay and lateness at p99 beyond which no more calls are added, in milliseconds.
const ENOUGH_MS: f64 = 20.0;
/// After the last call of a level began, before it is measured.
const SETTLE: Duration = Duration::from_secs(5);

/// What one number of calls came to. Times in milliseconds.
#[derive(Debug, Serialize)]
pub struct Level {
    pub calls: usize,
    pub active: usize,
    pub lost: usize,
    /// Recognition's final words → the request to the agent.
    pub final_to_request: Quantiles,
    /// First sound of a sentence → its first frame at the carrier.
    pub sound_to_frame: Quantiles,
    pub frame_lateness: Quantiles,
    pub onset_to_clear: Quantiles,
    /// The gateway's own figure, of the last minute: it is decided to stop → `clear` is with the kernel. At p99.
    pub decision_to_clear_p99: Option<f64>,
    pub start_to_greeting: Quantiles,
    /// How late the load was by itself; large values make the others worthless.
    pub load_lateness: Quantiles,
    pub cpu_seconds_per_call_minute: f64,
    /// Of the gateway's core.
    pub core_share: f64,
    /// Of the load's core.
    pub load_core_share: f64,
    /// What the gateway holds beyond what it held without calls, for each of them.
    pub kib_per_call: u64,
    /// All that it holds.
    pub resident_mib: u64,
    pub turns: usize,
    pub frames: usize,
    pub unanswered: usize,
    pub unheard_interruptions: usize,
    pub stale_frames: usize,
}

impl Level {
    fn is_enough(&self) -> bool {
        let beyond = |quantiles: &Quantiles| quantiles.p99.is_some_and(|p99| p99 > ENOUGH_MS);
        self.lost > 0 || [&self.final_to_request, &self.sound_to_frame, &self.frame_lateness].into_iter().any(beyond)
    }
}

/// Measures each of `levels` for so long, and tells of each; ends early when the gateway has enough.
pub async fn run(levels: &[usize], length: Duration, mut tell: impl FnMut(&Level)) -> anyhow::Result<()> {
    let mut stage = Stage::start().await?;
    // The first call warms what all calls share.
    stage.raise_to(1).await;
    tokio::time::sleep(SETTLE).await;
    let empty = stage.resident_kib()?;
    for &calls in levels {
        stage.raise_to(calls).await;
        tokio::time::sleep(SETTLE).await;
        let level = measure(&stage, calls, length, empty).await?;
        tell(&level);
        if level.is_enough() {
            break;
        }
    }
    stage.stop().await;
    Ok(())
}

async fn measure(stage: &Stage, calls: usize, length: Duration, empty_kib: u64) -> anyhow::Result<Level> {
    let worked = |pid| process::worked(pid).context("the gateway ended");
    let (load, subject, own) = (&stage.load, stage.pid(), std::process::id());
    let (before, load_before) = (worked(subject)?, worked(own)?);
    let began = tokio::time::Instant::now();
    let window = load.measure(length).await;
    let wall = began.elapsed();
    let (worked, load_worked) = (worked(subject)? - before, worked(own)? - load_before);
    let resident = stage.resident_kib()?;
    let active = load.active();
    let decision_to_clear = Metrics::read(&stage.base_url()).await?.quantile("carrier_clear_ms", "0.99");
    let of = |measured| Quantiles::of(window.of(measured));
    let Window { counts, .. } = &window;
    let core_share = worked.as_secs_f64() / wall.as_secs_f64();
    Ok(Level {
        calls,
        active,
        lost: counts.of(Counted::Lost),
        final_to_request: of(Measured::FinalToRequest),
        sound_to_frame: of(Measured::SoundToFrame),
        frame_lateness: of(Measured::FrameLateness),
        onset_to_clear: of(Measured::OnsetToClear),
        decision_to_clear_p99: decision_to_clear.map(|wait| wait.as_secs_f64() * 1_000.0),
        start_to_greeting: of(Measured::StartToGreeting),
        load_lateness: of(Measured::LoadLateness),
        cpu_seconds_per_call_minute: 60.0 * core_share / active.max(1) as f64,
        core_share,
        load_core_share: load_worked.as_secs_f64() / wall.as_secs_f64(),
        kib_per_call: resident.saturating_sub(empty_kib) / active.max(1) as u64,
        resident_mib: resident / 1_024,
        turns: counts.of(Counted::Turns),
        frames: counts.of(Counted::Frames),
        unanswered: counts.of(Counted::Unanswered),
        unheard_interruptions: counts.of(Counted::UnheardInterruptions),
        stale_frames: counts.of(Counted::StaleFrames),
    })
}
