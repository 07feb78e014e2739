//! The log of the whole system, kept for a search: nothing that belongs to a person may be in it.

use std::{
    io,
    sync::{Mutex, PoisonError},
};

use system_tests::caller::{CALLER_NUMBER, Purpose};
use tracing_subscriber::EnvFilter;

/// All that our own code says, at every level.
const FILTER: &str = "warn,booking_svc=trace,call=trace,conversation_svc=trace,handoff_svc=trace,media_gateway=trace,\
                      receptionist=trace,service_runtime=trace,system_tests=trace";

static LOG: Mutex<Vec<u8>> = Mutex::new(Vec::new());

/// Begins to keep the log.
pub fn keep() {
    service_runtime::telemetry::init_with(EnvFilter::new(FILTER), || Keeper, false);
}

struct Keeper;

impl io::Write for Keeper {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LOG.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// After a call with this purpose: every line is searched for the caller's name, address and number.
pub fn assert_nothing_personal(purpose: &Purpose) {
    let log = String::from_utf8_lossy(&LOG.lock().unwrap_or_else(PoisonError::into_inner)).into_owned();
    assert!(log.contains("the call ended"), "the log of the call was kept");
    let number = CALLER_NUMBER.trim_start_matches('+');
    let user = purpose.email.split('@').next().unwrap_or_default();
    let personal = purpose.name.split(' ').chain([purpose.email.as_str(), user, number]);
    for value in personal {
        let value = value.to_lowercase();
        let found = log.lines().find(|line| line.to_lowercase().contains(&value));
        assert!(found.is_none(), "{value:?} is in the log: {found:?}");
    }
}
