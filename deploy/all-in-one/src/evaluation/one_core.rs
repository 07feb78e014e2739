//! The engine as it is measured: this process on one core, with one engine thread.

use anyhow::Context as _;
use media_gateway::speech::{Engine, EngineOptions, models_dir};
use service_runtime::Env;

use super::{machine::Machine, pin::Pin};

pub struct OneCore {
    /// As it was before the pin.
    pub machine: Machine,
    pub pin: Pin,
    pub engine: Engine,
}

impl OneCore {
    pub fn load() -> anyhow::Result<Self> {
        let machine = Machine::here();
        // Before the engine starts its threads: they inherit it.
        let pin = Pin::to_one_core().context("pinning the process to one core")?;
        let models = models_dir(|name| Env::of_process().text(name));
        let options = EngineOptions { threads: 1, ..EngineOptions::new(models) };
        let engine = Engine::load_with(&options).context("loading the speech models")?;
        Ok(Self { machine, pin, engine })
    }

    /// An error if a thread has left the core: then there are no figures of one core.
    pub fn check(&self) -> anyhow::Result<()> {
        let core = self.pin.core();
        anyhow::ensure!(
            self.pin.holds().context("looking where the threads run")?,
            "a thread ran on another core than {core}: these are no figures of one core"
        );
        Ok(())
    }
}
