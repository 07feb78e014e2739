//! The providers in their order, and one sentence on its way through them: when one fails, the next says what is left
//! of the sentence at once. What a provider is and how it speaks is left to it.

mod health;
mod relay;
mod remainder;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::time::Instant;

use self::health::Health;
pub use self::relay::{Manner, Relay};
use super::{Provider, vendor::VendorError};

/// The providers, first choice first. Shared by all calls, and so is what they know of each other's health.
pub struct Chain {
    links: Vec<Link>,
}

struct Link {
    provider: Provider,
    health: Mutex<Health>,
}

impl Chain {
    pub fn new(providers: Vec<Provider>) -> Self {
        let links = providers.into_iter().map(|provider| Link { provider, health: Mutex::default() }).collect();
        Self { links }
    }

    /// Who would speak now.
    pub fn first(&self) -> Option<&Provider> {
        self.pick(&[], Instant::now()).map(|index| &self.links[index].provider)
    }

    pub fn has_vendors(&self) -> bool {
        self.links.iter().any(|link| link.provider.is_vendor())
    }

    /// Opens connections, so that the first sentence finds them open.
    pub async fn warm(self: Arc<Self>) {
        let warm = |link: &'_ Link| {
            let provider = link.provider.clone();
            async move {
                if let Err(error) = provider.warm().await {
                    tracing::debug!(provider = provider.name(), %error, "could not open a connection ahead");
                }
            }
        };
        futures::future::join_all(self.links.iter().map(warm)).await;
    }

    /// The first one worth asking that did not fail already; when all are ailing, the first that did not.
    fn pick(&self, failed: &[usize], now: Instant) -> Option<usize> {
        let mut left = (0..self.links.len()).filter(|index| !failed.contains(index));
        left.clone().find(|&index| self.links[index].health().is_worth_asking(now)).or_else(|| left.next())
    }
}

impl Link {
    fn health(&self) -> MutexGuard<'_, Health> {
        self.health.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn failed(&self, error: &VendorError) {
        let provider = self.provider.name();
        metrics::counter!("tts_errors_total", "provider" => provider, "error" => error.name()).increment(1);
        self.health().failed(Instant::now(), error.skip_for());
    }
}
