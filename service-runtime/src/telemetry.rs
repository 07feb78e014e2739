//! Logs: one line an event, readable alone and searchable by field, personal fields redacted by name.

use std::{fmt, io::IsTerminal as _};

use tracing::field::{Field, Visit};
use tracing_subscriber::{
    EnvFilter, fmt::FmtContext, fmt::FormatEvent, fmt::FormatFields, fmt::MakeWriter, fmt::format::Writer,
    layer::SubscriberExt as _, registry::LookupSpan, util::SubscriberInitExt as _,
};

use crate::redact;

/// What is logged when `RUST_LOG` does not say.
const DEFAULT_FILTER: &str = "info,sqlx=warn,h2=warn,tower=warn,hyper=warn";
/// The same where only trouble is to be seen. A pool warns of connections that end while the database stops.
const QUIET_FILTER: &str = "warn,sqlx=error";

/// Starts logging to standard error; a second call does nothing (tests share a process).
///
/// `quiet` keeps only warnings, for commands whose standard output is the product.
pub fn init(quiet: bool) {
    let default = if quiet { QUIET_FILTER } else { DEFAULT_FILTER };
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(default));
    init_with(filter, std::io::stderr, std::io::stderr().is_terminal());
}

/// The same log to another place, as far as `filter` lets it through.
pub fn init_with<W>(filter: EnvFilter, writer: W, ansi: bool)
where
    W: for<'writer> MakeWriter<'writer> + Send + Sync + 'static,
{
    let layer = tracing_subscriber::fmt::layer()
        .with_writer(writer)
        .with_ansi(ansi)
        .fmt_fields(RedactingFields)
        .event_format(Line);
    let _ = tracing_subscriber::registry().with(filter).with(layer).try_init();
}

/// Writes `field=value` pairs, with personal ones redacted by name.
#[derive(Debug, Clone, Copy)]
pub struct RedactingFields;

impl<'writer> FormatFields<'writer> for RedactingFields {
    fn format_fields<R: tracing_subscriber::field::RecordFields>(
        &self,
        mut writer: Writer<'writer>,
        fields: R,
    ) -> fmt::Result {
        let mut visitor = Visitor { writer: &mut writer, result: Ok(()), first: true };
        fields.record(&mut visitor);
        visitor.result
    }
}

struct Visitor<'a, 'writer> {
    writer: &'a mut Writer<'writer>,
    result: fmt::Result,
    first: bool,
}

impl Visit for Visitor<'_, '_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if self.result.is_err() {
            return;
        }
        let gap = if std::mem::take(&mut self.first) { "" } else { " " };
        self.result = if field.name() == "message" {
            write!(self.writer, "{gap}{value:?}")
        } else if redact::is_personal(field.name()) {
            write!(self.writer, "{gap}{}={}", field.name(), redact::PLACEHOLDER)
        } else {
            write!(self.writer, "{gap}{}={value:?}", field.name())
        };
    }
}

/// `LEVEL target: [span fields] message field=value …`, after a UTC time.
struct Line;

impl<S, N> FormatEvent<S, N> for Line
where
    S: tracing::Subscriber + for<'a> LookupSpan<'a>,
    N: for<'writer> FormatFields<'writer> + 'static,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &tracing::Event<'_>,
    ) -> fmt::Result {
        use tracing_subscriber::fmt::time::FormatTime as _;
        tracing_subscriber::fmt::time::SystemTime.format_time(&mut writer)?;
        write!(writer, " {:5} {}: ", event.metadata().level(), event.metadata().target())?;
        if let Some(scope) = context.event_scope() {
            for span in scope.from_root() {
                let extensions = span.extensions();
                if let Some(fields) = extensions.get::<tracing_subscriber::fmt::FormattedFields<N>>()
                    && !fields.is_empty()
                {
                    write!(writer, "{}{{{fields}}} ", span.name())?;
                }
            }
        }
        context.field_format().format_fields(writer.by_ref(), event)?;
        writeln!(writer)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Sink(Arc<Mutex<Vec<u8>>>);

    impl std::io::Write for Sink {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_personal_field_is_redacted_in_events_and_spans() {
        let sink = Sink::default();
        let writer = sink.clone();
        let layer = tracing_subscriber::fmt::layer()
            .with_ansi(false)
            .with_writer(move || writer.clone())
            .fmt_fields(RedactingFields)
            .event_format(Line);
        tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), || {
            let span = tracing::info_span!("call", caller_phone = "+14155550123", turn = 2);
            let _entered = span.enter();
            tracing::info!(client_name = "Alex Morrison", slot = 7, "booked");
        });
        let text = String::from_utf8(sink.0.lock().unwrap().clone()).expect("text");
        assert!(text.contains("call{caller_phone=[redacted] turn=2} booked client_name=[redacted] slot=7"), "{text}");
    }
}
