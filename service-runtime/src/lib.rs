//! What every process of ours needs, and no domain word: configuration from variables ([`mod@env`]), logs without
//! personal data ([`telemetry`], [`redact`]), spans for a collector ([`spans`]), start and stop ([`lifecycle`]), health and metrics ([`admin`]),
//! gRPC servers and channels ([`grpc`]), HTTP servers ([`http`]), a whole service process ([`process`]), PostgreSQL
//! (`database`, for those that ask for the feature), whether a vendor is worth asking ([`Health`]), how long personal
//! data is kept ([`retention`]), jobs that come round ([`rounds`]), and wall time as a value ([`Clock`]).

pub mod admin;
pub mod clock;
#[cfg(feature = "database")]
pub mod database;
pub mod env;
pub mod grpc;
mod health;
pub mod http;
pub mod lifecycle;
pub mod process;
pub mod redact;
pub mod retention;
pub mod rounds;
pub mod spans;
pub mod telemetry;

pub use clock::Clock;
pub use env::{Env, EnvErrors};
pub use health::Health;

/// Makes ring the process's TLS provider. First thing in every `main` and in every test that opens TLS;
/// a second call does nothing.
pub fn install_crypto_provider() {
    // An error means that a provider is installed already, which is what we want.
    let _ = rustls::crypto::ring::default_provider().install_default();
}
