//! Where recordings lie and who may fetch them, from the environment.

use std::path::PathBuf;

use proto::id::{CallSid, TenantId};
use secrecy::SecretString;
use service_runtime::Env;

#[derive(Debug, Clone, Default)]
pub struct RecordingSettings {
    /// `VOICE_RECORDING_DIR`: where recordings are kept. Unset: no call is ever recorded.
    pub store: Option<Store>,
    /// `VOICE_RECORDING_KEY`: the bearer key that fetches and deletes recordings. Unset: nobody can.
    pub key: Option<SecretString>,
}

impl RecordingSettings {
    pub fn from_env(env: &Env) -> Self {
        let store = env.text("VOICE_RECORDING_DIR").map(|dir| Store { dir: dir.into() });
        Self { store, key: env.secret("VOICE_RECORDING_KEY") }
    }
}

/// The folder of all recordings: one folder a tenant, one file a call. Typed ids make every path; none leads outside.
#[derive(Debug, Clone)]
pub struct Store {
    pub dir: PathBuf,
}

impl Store {
    pub fn tenant_dir(&self, tenant: TenantId) -> PathBuf {
        self.dir.join(tenant.to_string())
    }

    pub fn file(&self, tenant: TenantId, call: &CallSid) -> PathBuf {
        self.tenant_dir(tenant).join(format!("{call}.wav"))
    }
}
