//! A measure's figures, in milliseconds.

use std::time::Duration;

use serde::Serialize;

use crate::evaluation::figures::Times;

#[derive(Debug, Serialize)]
pub struct Quantiles {
    pub count: usize,
    pub p50: Option<f64>,
    pub p95: Option<f64>,
    pub p99: Option<f64>,
    pub max: Option<f64>,
}

impl Quantiles {
    pub fn of(durations: &[Duration]) -> Self {
        let mut times = Times::default();
        durations.iter().for_each(|&duration| times.push(duration));
        let [p50, p95, p99, max] = [0.5, 0.95, 0.99, 1.0].map(|share| times.percentile(share));
        Self { count: durations.len(), p50, p95, p99, max }
    }
}
