//! The models in their order, and what all calls know of their health. When one fails, the next is asked; after the last
//! the dialogue engine answers.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use service_runtime::Health;
use tokio::time::Instant;

use super::{Answer, LlmSettings, ModelError, Prompt, Usage, model::Model};

/// A caller waits: a vendor that cannot be reached in this time is followed by the next.
const CONNECT_MAX: Duration = Duration::from_secs(1);
/// Connections that were not used for so long are closed by vendors anyway.
const IDLE_MAX: Duration = Duration::from_secs(90);

/// The models of an installation. Cheap to clone.
#[derive(Clone)]
pub struct Models {
    links: Arc<[Link]>,
    pub settings: Arc<LlmSettings>,
}

struct Link {
    model: Model,
    health: Mutex<Health>,
}

/// A model's place in the order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pick(usize);

impl Models {
    pub fn new(settings: LlmSettings) -> Result<Self, reqwest::Error> {
        let http = reqwest::Client::builder()
            .connect_timeout(CONNECT_MAX)
            .pool_idle_timeout(IDLE_MAX)
            .tcp_nodelay(true)
            // Nobody else is to see a key.
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        let link = |model| Link { model: Model::new(model, http.clone()), health: Mutex::default() };
        Ok(Self { links: settings.models.iter().cloned().map(link).collect(), settings: Arc::new(settings) })
    }

    pub fn is_empty(&self) -> bool {
        self.links.is_empty()
    }

    /// The first one worth asking that is not `out`; none: the engine answers. One that ails is not asked at all, since
    /// the engine is always well.
    pub fn pick(&self, out: &[Pick]) -> Option<Pick> {
        let now = Instant::now();
        let mut picks = (0..self.links.len()).map(Pick).filter(|pick| !out.contains(pick));
        picks.find(|pick| self.link(*pick).health().is_worth_asking(now))
    }

    pub fn name(&self, pick: Pick) -> &'static str {
        self.link(pick).model.name()
    }

    pub async fn ask(&self, pick: Pick, prompt: &Prompt, turn_ends: Instant) -> Result<Answer, ModelError> {
        let link = self.link(pick);
        let asked = Instant::now();
        link.health().asked(asked);
        let answer = link.model.ask(prompt, turn_ends).await?;
        let first_token_ms = asked.elapsed().as_secs_f64() * 1_000.0;
        metrics::histogram!("llm_first_token_ms", "provider" => self.name(pick)).record(first_token_ms);
        Ok(answer)
    }

    /// An answer came whole.
    pub fn answered(&self, pick: Pick, usage: Option<Usage>) {
        let provider = self.name(pick);
        metrics::counter!("llm_requests_total", "provider" => provider, "outcome" => "answered").increment(1);
        let Usage { input, input_cached, output } = usage.unwrap_or_default();
        for (kind, tokens) in [("input", input), ("input_cached", input_cached), ("output", output)] {
            metrics::counter!("llm_tokens_total", "provider" => provider, "kind" => kind).increment(tokens);
        }
        self.link(pick).health().answered();
    }

    pub fn failed(&self, pick: Pick, error: &ModelError) {
        let provider = self.name(pick);
        metrics::counter!("llm_requests_total", "provider" => provider, "outcome" => error.name()).increment(1);
        tracing::warn!(provider, %error, "a model did not answer");
        if error.is_of_vendor() {
            self.link(pick).health().failed(Instant::now(), error.skip_for());
        }
    }

    /// Opens connections, so that the first question finds them open.
    pub async fn warm(self) {
        for link in self.links.iter() {
            if let Err(error) = link.model.warm().await {
                tracing::debug!(provider = link.model.name(), %error, "could not open a connection ahead");
            }
        }
    }

    fn link(&self, Pick(index): Pick) -> &Link {
        &self.links[index]
    }
}

impl Link {
    fn health(&self) -> MutexGuard<'_, Health> {
        self.health.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
