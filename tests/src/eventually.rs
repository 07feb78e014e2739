//! Waits for a condition instead of sleeping.

use std::time::Duration;

use tokio::time::Instant;

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(20);

/// Returns once `holds` says yes.
///
/// # Panics
/// When `bound` has passed; the message names what was waited for.
pub async fn eventually(bound: Duration, what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let deadline = Instant::now() + bound;
    while !holds().await {
        assert!(Instant::now() < deadline, "not within {} s: {what}", bound.as_secs());
        tokio::time::sleep(PAUSE).await;
    }
}

/// Returns what `look` finds, once it finds something.
///
/// # Panics
/// When `bound` has passed; the message names what was waited for.
pub async fn found<T>(bound: Duration, what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let mut found = None;
    eventually(bound, what, async || {
        found = look().await;
        found.is_some()
    })
    .await;
    found.unwrap_or_else(|| panic!("nothing was found: {what}"))
}

/// Returns once a count has stayed the same for `quiet`.
///
/// # Panics
/// When `bound` has passed; the message names what was waited for.
pub async fn settles(bound: Duration, quiet: Duration, what: &str, mut count: impl AsyncFnMut() -> usize) {
    let (mut last, mut since) = (count().await, Instant::now());
    eventually(bound, what, async || {
        let now = count().await;
        if now != last {
            (last, since) = (now, Instant::now());
        }
        since.elapsed() >= quiet
    })
    .await;
}
