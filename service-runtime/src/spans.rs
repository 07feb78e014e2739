//! Spans of this process, sent to an OpenTelemetry collector (OTLP over gRPC) where one is named, and their place in a call
//! from service to service, in the metadata of gRPC (W3C Trace Context). Without a collector nothing is made or sent.
//!
//! A span holds times and ids. What is said, and by whom, has no place in one.

use std::time::{Duration, SystemTime};

pub use opentelemetry::{Context, KeyValue};
use opentelemetry::{
    global,
    propagation::{Extractor, Injector, TextMapPropagator as _},
    trace::{Event, TraceContextExt as _, Tracer as _},
};
use opentelemetry_otlp::{SpanExporter, WithExportConfig as _};
use opentelemetry_sdk::{
    Resource,
    error::OTelSdkResult,
    propagation::TraceContextPropagator,
    trace::{SdkTracerProvider, SpanData},
};
use tonic::metadata::{MetadataKey, MetadataMap};

use crate::Env;

/// One export; a collector that takes longer is away.
const EXPORT_MAX: Duration = Duration::from_secs(5);

#[derive(Debug, thiserror::Error)]
#[error("OTEL_EXPORTER_OTLP_ENDPOINT: {0}")]
pub struct SpansError(#[from] opentelemetry_otlp::ExporterBuildError);

/// The spans of a process, until it ends.
#[derive(Debug, Default)]
pub struct Spans(Option<SdkTracerProvider>);

impl Spans {
    /// `OTEL_EXPORTER_OTLP_ENDPOINT`: such as `http://localhost:4317`; unset: no spans. Within a runtime.
    ///
    /// # Errors
    ///
    /// The endpoint is no address.
    pub fn start(env: &Env, service: &'static str) -> Result<Self, SpansError> {
        let Some(endpoint) = env.text("OTEL_EXPORTER_OTLP_ENDPOINT") else { return Ok(Self::default()) };
        let exporter = SpanExporter::builder().with_tonic().with_endpoint(endpoint).with_timeout(EXPORT_MAX).build()?;
        let provider = SdkTracerProvider::builder()
            .with_batch_exporter(Counted(exporter))
            .with_resource(Resource::builder().with_service_name(service).build())
            .build();
        global::set_tracer_provider(provider.clone());
        Ok(Self(Some(provider)))
    }

    /// Sends what is left, for a few seconds at most.
    pub async fn end(self) {
        if let Some(provider) = self.0 {
            // It blocks; an error was counted where it happened.
            let _ = tokio::task::spawn_blocking(move || provider.shutdown()).await;
        }
    }
}

/// A span that others belong to; it lasts until [`end`].
pub fn begin(scope: &'static str, name: &'static str, attributes: Vec<KeyValue>) -> Context {
    let tracer = global::tracer(scope);
    Context::new().with_span(tracer.span_builder(name).with_attributes(attributes).start(&tracer))
}

/// Ends a span with what came of it.
pub fn end(context: &Context, attributes: Vec<KeyValue>) {
    let span = context.span();
    span.set_attributes(attributes);
    span.end();
}

/// The system's own time, whatever the process's [`crate::Clock`] says: spans of many processes meet in one collector.
#[expect(clippy::disallowed_methods, reason = "the one place that times spans")]
pub fn now() -> SystemTime {
    SystemTime::now()
}

/// Something that was over when it was told.
#[derive(Debug)]
pub struct Past {
    pub scope: &'static str,
    pub name: &'static str,
    pub began: SystemTime,
    pub attributes: Vec<KeyValue>,
    /// What happened in it, and when.
    pub events: Vec<(&'static str, SystemTime)>,
}

/// Makes a span of it, which ends now.
pub fn record(parent: &Context, past: Past) {
    if !parent.span().span_context().is_valid() {
        return;
    }
    let Past { scope, name, began, attributes, events } = past;
    let tracer = global::tracer(scope);
    let events = events.into_iter().map(|(name, at)| Event::new(name, at, Vec::new(), 0)).collect();
    let builder = tracer.span_builder(name).with_start_time(began).with_attributes(attributes).with_events(events);
    // It ends when it is dropped.
    drop(tracer.build_with_context(builder, parent));
}

/// Tells the service that is called which span it works for.
pub fn carry(context: &Context, metadata: &mut MetadataMap) {
    TraceContextPropagator::new().inject_context(context, &mut Carrier(metadata));
}

/// The span that the caller works for; an empty context if it did not say.
pub fn carried(metadata: &MetadataMap) -> Context {
    TraceContextPropagator::new().extract_with_context(&Context::new(), &Carried(metadata))
}

struct Carrier<'m>(&'m mut MetadataMap);

impl Injector for Carrier<'_> {
    fn set(&mut self, key: &str, value: String) {
        if let (Ok(key), Ok(value)) = (MetadataKey::from_bytes(key.as_bytes()), value.parse()) {
            self.0.insert(key, value);
        }
    }
}

struct Carried<'m>(&'m MetadataMap);

impl Extractor for Carried<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key)?.to_str().ok()
    }

    fn keys(&self) -> Vec<&str> {
        vec!["traceparent", "tracestate"]
    }
}

/// Counts the spans that did not get to the collector.
#[derive(Debug)]
struct Counted(SpanExporter);

impl opentelemetry_sdk::trace::SpanExporter for Counted {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let spans = batch.len() as u64;
        let exported = self.0.export(batch).await;
        let result = if exported.is_ok() { "sent" } else { "lost" };
        metrics::counter!("spans_exported_total", "result" => result).increment(spans);
        exported
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.0.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.0.set_resource(resource);
    }
}

#[cfg(test)]
mod tests {
    use opentelemetry::trace::{SpanContext, SpanId, TraceFlags, TraceId, TraceState};

    use super::*;

    #[test]
    fn a_context_rides_in_metadata() {
        let span = SpanContext::new(
            TraceId::from(0x0af7_6519_16cd_43dd_8448_eb21_1c80_319c),
            SpanId::from(0xb7ad_6b71_6920_3331),
            TraceFlags::SAMPLED,
            false,
            TraceState::default(),
        );
        let mut metadata = MetadataMap::new();
        carry(&Context::new().with_remote_span_context(span.clone()), &mut metadata);
        let header = metadata.get("traceparent").expect("a header").to_str().expect("text");
        assert_eq!(header, "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        let carried = carried(&metadata);
        assert_eq!(carried.span().span_context().trace_id(), span.trace_id());
        assert_eq!(carried.span().span_context().span_id(), span.span_id());
    }

    #[test]
    fn without_a_collector_there_is_no_context_to_carry() {
        let mut metadata = MetadataMap::new();
        carry(&begin("test", "call", Vec::new()), &mut metadata);
        assert!(metadata.is_empty());
        metadata.insert("traceparent", "00-nonsense".parse().expect("text"));
        assert!(!carried(&metadata).span().span_context().is_valid());
    }
}
