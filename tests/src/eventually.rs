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
