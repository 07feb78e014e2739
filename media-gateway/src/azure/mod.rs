//! What Azure's speech services have in common on the wire, whichever way the speech goes: frames, headers, and how a
//! client presents itself.

pub mod frame;

use http::HeaderValue;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;
use service_runtime::Clock;
use uuid::Uuid;

/// What we call ourselves; Azure refuses requests without it.
pub const PRODUCT: &str = concat!("receptionist/", env!("CARGO_PKG_VERSION"));
/// The header that carries the key of a resource.
pub const KEY_HEADER: &str = "Ocp-Apim-Subscription-Key";
/// The header that names a connection, with an id of [`new_id`].
pub const CONNECTION_HEADER: &str = "X-ConnectionId";
pub const JSON: &str = "application/json";

/// Names a connection or a turn: 32 hexadecimal digits, without dashes.
pub fn new_id() -> String {
    Uuid::new_v4().simple().to_string()
}

/// The time of a message, as `X-Timestamp` has it.
pub fn timestamp(clock: Clock) -> String {
    format!("{:.3}", clock.now())
}

/// A key as a header's value. One that cannot be sent is reported at start-up; it comes to the same as a refused one.
pub fn key_value(key: &SecretString) -> HeaderValue {
    let mut value = HeaderValue::from_str(key.expose_secret().trim()).unwrap_or(HeaderValue::from_static(""));
    value.set_sensitive(true);
    value
}

/// The body of `speech.config`, sent once on a connection.
pub fn speech_config() -> String {
    json!({"context": {
        "system": {"name": PRODUCT, "version": env!("CARGO_PKG_VERSION"), "build": "rust", "lang": "rust"},
        "os": {"platform": "Linux", "name": "linux", "version": "1"},
    }})
    .to_string()
}
