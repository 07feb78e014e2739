//! What the gateway is measured on: itself on one core, all that is around it on another, and a Redis.

use std::time::Duration;

use anyhow::Context as _;
use service_runtime::Env;
use system_tests::load::Load;
use tokio::process::Command;

use super::{
    process,
    subject::{CARRIER_TOKEN, Subject},
};
use crate::{evaluation::machine, stores::Stores};

const GATEWAY_CORE: usize = 0;
const LOAD_CORE: usize = 1;

pub struct Stage {
    pub load: Load,
    pub(super) subject: Subject,
    stores: Option<Stores>,
}

impl Stage {
    /// Each on a core of its own, to be measured.
    pub async fn start() -> anyhow::Result<Self> {
        anyhow::ensure!(process::pin_self(LOAD_CORE).await, "two cores and `taskset` of util-linux are needed");
        Self::start_with(process::own_program_on(GATEWAY_CORE)?).await
    }

    /// With this program as the gateway.
    pub async fn start_with(program: Command) -> anyhow::Result<Self> {
        service_runtime::install_crypto_provider();
        let given = Env::of_process().text("REDIS_URL");
        let stores = if given.is_none() { Some(Stores::start_throwaway().await?) } else { None };
        let redis_url = given.as_deref().or(stores.as_ref().map(Stores::redis_url)).context("a Redis")?;
        let load = Load::start().await?;
        let subject = Subject::start(program, load.addresses(), redis_url).await?;
        Ok(Self { load, subject, stores })
    }

    /// The gateway's process.
    pub const fn pid(&self) -> u32 {
        self.subject.pid()
    }

    /// Where the gateway answers.
    pub fn base_url(&self) -> String {
        self.subject.base_url()
    }

    /// Makes calls until this many are active.
    pub async fn raise_to(&mut self, calls: usize) {
        self.load.raise_to(calls, &self.subject.voice_url(), CARRIER_TOKEN).await;
    }

    /// Makes so many calls, `at_once` at a time, each of which hangs up after `life`.
    pub async fn pass_through(&mut self, calls: usize, at_once: usize, life: Duration) {
        self.load.pass_through(calls, at_once, life, &self.subject.voice_url(), CARRIER_TOKEN).await;
    }

    /// What the gateway holds, in KiB.
    pub fn resident_kib(&self) -> anyhow::Result<u64> {
        machine::resident_kib(self.subject.pid()).context("the gateway ended")
    }

    pub async fn stop(self) {
        for (why, count) in self.load.losses() {
            eprintln!("{count} calls lost: {why}");
        }
        self.load.end().await;
        self.subject.stop().await;
        if let Some(stores) = self.stores {
            stores.stop().await;
        }
    }
}
