//! The media gateway as a process of its own, under calls: what it keeps of them, and what a suspension does to them.

use std::{error::Error, time::Duration};

use receptionist::benchmark::{metrics::Metrics, stage::Stage};
use rustix::process::{Pid, Signal, kill_process};
use system_tests::{eventually, load::Counted};
use tokio::process::Command;

type Outcome = Result<(), Box<dyn Error>>;

const PATIENCE: Duration = Duration::from_secs(20);

async fn stage() -> Result<Stage, Box<dyn Error>> {
    Ok(Stage::start_with(Command::new(env!("CARGO_BIN_EXE_receptionist"))).await?)
}

async fn metric(stage: &Stage, name: &str) -> Result<usize, Box<dyn Error>> {
    Ok(Metrics::read(&stage.base_url()).await?.sum(name) as usize)
}

async fn calls_active(stage: &Stage) -> usize {
    metric(stage, "calls_active").await.unwrap_or(usize::MAX)
}

#[tokio::test]
async fn a_call_that_is_over_leaves_nothing_behind() -> Outcome {
    let mut stage = stage().await?;
    let (at_once, life) = (5, Duration::from_millis(800));
    stage.pass_through(50, at_once, life).await;
    eventually(PATIENCE, "all calls are over", async || calls_active(&stage).await == 0).await;
    let warm = stage.resident_kib()?;
    stage.pass_through(50, at_once, life).await;
    eventually(PATIENCE, "all calls are over", async || calls_active(&stage).await == 0).await;
    let held = stage.resident_kib()?;
    assert_eq!(stage.load.lost(), 0);
    assert!(held * 10 <= warm * 11, "fifty calls took {warm} KiB to {held} KiB");
    stage.stop().await;
    Ok(())
}

/// A machine that was moved, a stopped process, a clock that jumped: seconds of audio lie in the sockets at once.
#[tokio::test]
async fn after_a_suspension_calls_go_on_with_what_is_fresh() -> Outcome {
    const CALLS: usize = 4;
    let suspended = Duration::from_millis(3_500);
    let mut stage = stage().await?;
    stage.raise_to(CALLS).await;
    eventually(PATIENCE, "all calls have begun", async || calls_active(&stage).await == CALLS).await;
    let pid = i32::try_from(stage.pid()).ok().and_then(Pid::from_raw).ok_or("a process id")?;

    kill_process(pid, Signal::STOP)?;
    tokio::time::sleep(suspended).await;
    kill_process(pid, Signal::CONT)?;

    let after = stage.load.measure(Duration::from_secs(7)).await;
    assert_eq!((stage.load.active(), stage.load.lost()), (CALLS, 0), "every call goes on");
    let dropped = metric(&stage, "carrier_audio_late_dropped_total").await?;
    // What is older than two seconds, which is 75 frames of each call; neither clock is exact.
    assert!((CALLS * 55..=CALLS * 95).contains(&dropped), "{dropped} frames were too old");
    assert!(after.counts.of(Counted::Turns) >= CALLS, "callers go on speaking");
    assert_eq!(after.counts.of(Counted::Unanswered), 0, "and are answered");
    stage.stop().await;
    Ok(())
}
