//! A chain of recognisers that serve one call one after another. When one is lost, the next is told everything about the
//! utterances whose words are owed, and answers them; the call hears of nothing but a short delay.

mod health;
mod journal;

use std::{
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
};

use call::UtteranceId;
use tokio::time::Instant;

use self::{health::Health, journal::Journal};
use super::{Command, Heard, Hints, Recogniser};

/// Opens a recogniser for a call; the utterance is the one that is open.
pub type Open = Box<dyn Fn(&Hints, UtteranceId) -> Box<dyn Recogniser> + Send + Sync>;

/// All providers. Shared by all calls, and so is what is known of each one's health.
struct Pool(Vec<Link>);

/// Some of the providers in the order in which they are preferred. Cheap to clone.
#[derive(Clone)]
pub struct Chain {
    pool: Arc<Pool>,
    /// Places in the pool.
    order: Arc<[usize]>,
}

struct Link {
    /// In metrics and in a session's row.
    name: &'static str,
    open: Open,
    health: Mutex<Health>,
}

impl Chain {
    /// All of them, as they stand.
    pub fn new(providers: Vec<(&'static str, Open)>) -> Self {
        let link = |(name, open)| Link { name, open, health: Mutex::default() };
        let order = (0..providers.len()).collect();
        Self { pool: Arc::new(Pool(providers.into_iter().map(link).collect())), order }
    }

    /// Those with these names, in this order; their health stays one with that of the others'.
    #[must_use]
    pub fn in_order(&self, names: &[&str]) -> Self {
        let place = |name: &&str| self.pool.0.iter().position(|link| link.name == *name);
        Self { pool: Arc::clone(&self.pool), order: names.iter().filter_map(place).collect() }
    }

    /// The first one that is well and was not lost already; if all are unwell, the first that was not lost.
    fn choose(&self, now: Instant, lost: &[usize]) -> Option<usize> {
        let left = || self.order.iter().copied().filter(|index| !lost.contains(index));
        left().find(|&index| self.health(index, |health| health.is_worth_a_try(now))).or_else(|| left().next())
    }

    fn health<T>(&self, index: usize, with: impl FnOnce(&mut Health) -> T) -> T {
        // A health is whole between any two of its changes.
        with(&mut self.pool.0[index].health.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The recogniser of one call, whoever serves it.
pub struct Failover {
    chain: Chain,
    hints: Hints,
    journal: Journal,
    open_utterance: UtteranceId,
    serving: Option<Serving>,
    /// Who was lost since words last came.
    lost: Vec<usize>,
    told_lost: bool,
}

struct Serving {
    index: usize,
    opened_at: Instant,
    recogniser: Box<dyn Recogniser>,
}

impl Failover {
    pub fn open(chain: Chain, hints: Hints) -> Self {
        let mut failover = Self {
            chain,
            hints,
            journal: Journal::default(),
            open_utterance: UtteranceId::FIRST,
            serving: None,
            lost: Vec::new(),
            told_lost: false,
        };
        failover.begin_service(Instant::now());
        failover
    }

    /// Who serves now; of a call that was lost by all, the last one.
    pub fn provider(&self) -> &'static str {
        let index = self.serving.as_ref().map(|serving| serving.index).or(self.lost.last().copied());
        index.and_then(|index| self.chain.pool.0.get(index)).map_or("none", |link| link.name)
    }

    pub fn send(&mut self, command: Command) {
        let Some(serving) = &mut self.serving else { return };
        self.journal.note(&command);
        if let Command::Finalize(id) = &command {
            self.open_utterance = id.next();
        }
        serving.recogniser.send(command);
    }

    pub fn poll_heard(&mut self, context: &mut Context<'_>) -> Poll<Heard> {
        // Each turn but the last loses a provider, and none is tried twice without words in between.
        while let Some(serving) = &mut self.serving {
            let heard = std::task::ready!(serving.recogniser.poll_heard(context));
            match heard {
                Heard::Lost => self.switch(Instant::now()),
                Heard::Final { utterance, .. } => {
                    let (index, opened_at) = (serving.index, serving.opened_at);
                    if self.journal.answered(utterance) {
                        self.chain.health(index, |health| health.succeeded(opened_at));
                        self.lost.clear();
                        return Poll::Ready(heard);
                    }
                    metrics::counter!("transcribe_finals_unasked_total").increment(1);
                }
                Heard::Partial { .. } | Heard::TurnEnd { .. } => return Poll::Ready(heard),
            }
        }
        if std::mem::replace(&mut self.told_lost, true) { Poll::Pending } else { Poll::Ready(Heard::Lost) }
    }

    fn switch(&mut self, now: Instant) {
        let Some(lost) = self.serving.take() else { return };
        self.chain.health(lost.index, |health| health.failed(now));
        self.lost.push(lost.index);
        let from = self.chain.pool.0[lost.index].name;
        self.begin_service(now);
        let to = self.serving.as_ref().map_or("none", |serving| self.chain.pool.0[serving.index].name);
        metrics::counter!("stt_failovers_total", "from" => from, "to" => to).increment(1);
        tracing::warn!(from, to, "speech recognition was lost within a call");
    }

    fn begin_service(&mut self, now: Instant) {
        let Some(index) = self.chain.choose(now, &self.lost) else { return };
        let link = &self.chain.pool.0[index];
        let first = self.journal.owed().next().unwrap_or(self.open_utterance);
        let mut recogniser = (link.open)(&self.hints, first);
        for command in self.journal.replay() {
            recogniser.send(command);
        }
        metrics::counter!("stt_sessions_total", "provider" => link.name).increment(1);
        self.serving = Some(Serving { index, opened_at: now, recogniser });
    }
}

#[cfg(test)]
mod tests;
