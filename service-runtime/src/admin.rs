//! `/healthz`, `/readyz` and `/metrics`, on every service.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::{Router, http::StatusCode, routing::get};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

/// Whether this process should get new work; shared by whoever can take it out of service.
#[derive(Debug, Clone, Default)]
pub struct Readiness(Arc<AtomicBool>);

impl Readiness {
    pub fn set(&self, ready: bool) {
        self.0.store(ready, Ordering::Release);
    }

    pub fn is_ready(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

/// How often histograms sum up what was recorded. Until then they keep every value, and a scrape may never come.
const SUM_UP_EVERY: Duration = Duration::from_secs(5);

/// Makes the process's metrics recorder; once per process, later calls give a handle to a recorder of their own.
/// Within a runtime.
pub fn install_metrics() -> PrometheusHandle {
    let recorder = PrometheusBuilder::new().build_recorder();
    let handle = recorder.handle();
    let kept = handle.clone();
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(SUM_UP_EVERY).await;
            kept.run_upkeep();
        }
    });
    // Fails when one is installed already (tests in one process): its owner shows the figures then.
    let _ = metrics::set_global_recorder(recorder);
    handle
}

/// The three routes. `/healthz`: the process runs. `/readyz`: it takes work, else 503.
pub fn routes(readiness: Readiness, metrics: PrometheusHandle) -> Router {
    Router::new()
        .route("/healthz", get(|| async { "ok" }))
        .route(
            "/readyz",
            get(move || async move {
                if readiness.is_ready() {
                    (StatusCode::OK, "ready")
                } else {
                    (StatusCode::SERVICE_UNAVAILABLE, "not ready")
                }
            }),
        )
        .route("/metrics", get(move || async move { metrics.render() }))
}
