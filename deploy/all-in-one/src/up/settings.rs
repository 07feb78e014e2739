//! Makes the environment that the services read: what the user set, the stores of our own, and addresses.

use std::{
    fs::{self, File},
    io::Write as _,
    net::SocketAddr,
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use rand::Rng as _;
use secrecy::ExposeSecret as _;
use service_runtime::{Env, grpc};

use super::Data;
use crate::stores::Stores;

/// In the data folder: what signs local calls when no real carrier is configured.
const TOKEN_FILE: &str = "carrier-token";
/// Where the gateway keeps phrases.
const PHRASES: &str = "TTS_CACHE_DIR";

#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    #[error("{name} is set and {other} is not: set both, or neither")]
    HalfGiven { name: &'static str, other: &'static str },
    #[error("the token for local calls in {}: {source}", path.display())]
    Token { path: PathBuf, source: std::io::Error },
}

#[derive(Debug)]
pub struct Settings {
    pub database_url: String,
    pub redis_url: String,
    pub carrier_token: String,
    env: Env,
}

impl Settings {
    pub fn resolve(env: Env, stores: Option<&Stores>, data: &Data) -> Result<Self, SettingsError> {
        let given = |name: &'static str, other, own: fn(&Stores) -> &str| {
            env.text(name)
                .or_else(|| stores.map(|stores| own(stores).to_owned()))
                .ok_or(SettingsError::HalfGiven { name: other, other: name })
        };
        let database_url = given("DATABASE_URL", "REDIS_URL", Stores::database_url)?;
        let redis_url = given("REDIS_URL", "DATABASE_URL", Stores::redis_url)?;
        let carrier_token = match (env.secret("TWILIO_AUTH_TOKEN"), data) {
            (Some(token), _) => token.expose_secret().to_owned(),
            (None, Data::Throwaway) => new_token(),
            (None, Data::Kept(folder)) => kept_token(folder)?,
        };
        let env = if env.is_set(PHRASES) { env } else { env.with(PHRASES, phrases_of(data)) };
        Ok(Self { database_url, redis_url, carrier_token, env })
    }

    /// The environment of the services, which share one gRPC port.
    pub fn for_services(&self, grpc_addr: SocketAddr) -> Env {
        let address = grpc::uri_of(grpc_addr);
        self.env
            .clone()
            .with("DATABASE_URL", &*self.database_url)
            .with("REDIS_URL", &*self.redis_url)
            .with("TWILIO_AUTH_TOKEN", &*self.carrier_token)
            .with("BOOKING_GRPC_URL", &*address)
            .with("CONVERSATION_GRPC_URL", &*address)
            .with("HANDOFF_GRPC_URL", &*address)
    }
}

/// Phrases are kept as long as the data is.
fn phrases_of(data: &Data) -> String {
    match data {
        Data::Kept(folder) => folder.join("phrases").display().to_string(),
        Data::Throwaway => "off".to_owned(),
    }
}

/// The token that `up` on this folder uses for local calls, for a caller on the same machine.
pub fn read_token(folder: &Path) -> Option<String> {
    let text = fs::read_to_string(folder.join(TOKEN_FILE)).ok()?;
    Some(text.trim().to_owned()).filter(|token| !token.is_empty())
}

fn kept_token(folder: &Path) -> Result<String, SettingsError> {
    if let Some(token) = read_token(folder) {
        return Ok(token);
    }
    let path = folder.join(TOKEN_FILE);
    let failed = |source| SettingsError::Token { path: path.clone(), source };
    fs::create_dir_all(folder).map_err(failed)?;
    let token = new_token();
    let mut file = File::options().write(true).create(true).truncate(true).mode(0o600).open(&path).map_err(failed)?;
    writeln!(file, "{token}").map_err(failed)?;
    Ok(token)
}

fn new_token() -> String {
    format!("{:032x}", rand::rng().random::<u128>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kept_token_stays_the_same_and_is_closed_to_others() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().expect("a folder");
        let first = kept_token(folder.path()).expect("a token");
        assert_eq!(kept_token(folder.path()).expect("a token"), first);
        assert_eq!(read_token(folder.path()), Some(first));
        let mode = folder.path().join(TOKEN_FILE).metadata().expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn given_stores_are_used_as_they_are_and_the_services_share_one_address() {
        let env = Env::from_pairs([("DATABASE_URL", "postgres://d"), ("REDIS_URL", "redis://r")]);
        let settings = Settings::resolve(env, None, &Data::Throwaway).expect("both are given");
        let env = settings.for_services(SocketAddr::from(([127, 0, 0, 1], 7)));
        assert_eq!(env.text("DATABASE_URL").as_deref(), Some("postgres://d"));
        assert_eq!(env.text("BOOKING_GRPC_URL").as_deref(), Some("http://127.0.0.1:7"));
        assert_eq!(env.text("TWILIO_AUTH_TOKEN").map(|token| token.len()), Some(32));
        assert_eq!(env.text(PHRASES).as_deref(), Some("off"));
    }
}
