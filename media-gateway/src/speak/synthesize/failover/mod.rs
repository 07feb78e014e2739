//! The providers in their order, and one sentence on its way through them: when one fails, the next says what is left
//! of the sentence at once; when one is late, the next is asked beside it. What a provider is and how it speaks is left
//! to it.

mod hedge;
mod relay;
mod remainder;
mod speaker;

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use service_runtime::Health;
use tokio::time::Instant;

pub use self::{
    hedge::Runway,
    relay::{Manner, Relay},
};
use self::{hedge::Usual, speaker::Failure};
use super::Provider;

/// All providers. Shared by all calls, and so is what they know of each other's health.
struct Pool(Vec<Link>);

/// Some of the providers, first choice first. Cheap to clone.
#[derive(Clone)]
pub struct Chain {
    pool: Arc<Pool>,
    /// Places in the pool.
    order: Arc<[usize]>,
}

struct Link {
    provider: Provider,
    health: Mutex<Health>,
    usual: Mutex<Usual>,
}

impl Chain {
    /// All of them, as they stand.
    pub fn new(providers: Vec<Provider>) -> Self {
        let order = (0..providers.len()).collect();
        let link = |provider| Link { provider, health: Mutex::default(), usual: Mutex::default() };
        Self { pool: Arc::new(Pool(providers.into_iter().map(link).collect())), order }
    }

    /// Those with these names, in this order; their health stays one with that of the others'.
    #[must_use]
    pub fn in_order(&self, names: &[&str]) -> Self {
        let place = |name: &&str| self.pool.0.iter().position(|link| link.provider.name() == *name);
        Self { pool: Arc::clone(&self.pool), order: names.iter().filter_map(place).collect() }
    }

    /// Who would speak now.
    pub fn first(&self) -> Option<&Provider> {
        self.pick(&[], Instant::now()).map(|index| &self.link(index).provider)
    }

    pub fn has_vendors(&self) -> bool {
        self.links().any(|link| link.provider.is_vendor())
    }

    /// Opens connections, so that the first sentence finds them open.
    pub async fn warm(self) {
        let warm = |link: &'_ Link| {
            let provider = link.provider.clone();
            async move {
                if let Err(error) = provider.warm().await {
                    tracing::debug!(provider = provider.name(), %error, "could not open a connection ahead");
                }
            }
        };
        futures::future::join_all(self.links().map(warm)).await;
    }

    fn name(&self, index: usize) -> &'static str {
        self.link(index).provider.name()
    }

    /// The first one worth asking that is not `out`; when all are ailing, the first that is not.
    fn pick(&self, out: &[usize], now: Instant) -> Option<usize> {
        let mut left = self.order.iter().copied().filter(|index| !out.contains(index));
        left.clone().find(|&index| self.link(index).health().is_worth_asking(now)).or_else(|| left.next())
    }

    fn links(&self) -> impl Iterator<Item = &Link> {
        self.order.iter().map(|&index| self.link(index))
    }

    fn link(&self, index: usize) -> &Link {
        &self.pool.0[index]
    }
}

impl Link {
    fn health(&self) -> MutexGuard<'_, Health> {
        self.health.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn usual(&self) -> MutexGuard<'_, Usual> {
        self.usual.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn first_sound_took(&self, time: Duration) {
        let first_byte_ms = time.as_secs_f64() * 1_000.0;
        metrics::histogram!("tts_first_byte_ms", "provider" => self.provider.name()).record(first_byte_ms);
        self.usual().learn(time);
    }

    /// A failure of the engine in this process says nothing of the next sentence.
    fn failed(&self, failure: &Failure) {
        let Failure::Vendor(error) = failure else { return };
        let provider = self.provider.name();
        metrics::counter!("tts_errors_total", "provider" => provider, "error" => error.name()).increment(1);
        self.health().failed(Instant::now(), error.skip_for());
    }
}
