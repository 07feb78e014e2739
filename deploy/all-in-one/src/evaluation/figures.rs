//! Times and their percentiles.

use std::time::Duration;

/// Durations that were measured, in milliseconds.
#[derive(Debug, Clone, Default)]
pub struct Times(Vec<f64>);

impl Times {
    pub fn push(&mut self, time: Duration) {
        self.0.push(millis(time));
    }

    pub fn extend(&mut self, others: &Self) {
        self.0.extend_from_slice(&others.0);
    }

    /// The value that `share` (0 … 1) of all do not exceed; `None` if there are none.
    pub fn percentile(&self, share: f64) -> Option<f64> {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        let rank = (share * sorted.len() as f64).ceil() as usize;
        sorted.get(rank.saturating_sub(1)).copied()
    }

    /// "120 / 190"
    pub fn p50_p95(&self) -> String {
        match (self.percentile(0.5), self.percentile(0.95)) {
            (Some(p50), Some(p95)) => format!("{p50:.0} / {p95:.0}"),
            _ => "–".to_owned(),
        }
    }
}

pub fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_values_that_were_measured() {
        let mut times = Times::default();
        assert_eq!((times.percentile(0.5), times.p50_p95().as_str()), (None, "–"));
        for ms in (1..=20).rev() {
            times.push(Duration::from_millis(ms));
        }
        assert_eq!(times.percentile(0.5), Some(10.0));
        assert_eq!(times.percentile(0.95), Some(19.0));
        assert_eq!(times.percentile(1.0), Some(20.0));
    }
}
