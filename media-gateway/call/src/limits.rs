//! How long a call may last and how many turns it may have. Counts the turns; what is said when a limit is met is
//! decided where calls end.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{id::TurnId, time::millis};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// From the start of the call to the wrap-up. 10 minutes; in JSON milliseconds.
    #[serde(with = "millis")]
    pub duration_max: Duration,
    /// Turns that are sent to the agent; the next one ends the call. 20.
    pub turns_max: u32,
    /// Sentences of one reply; at the next one the reply is cut short. 64.
    pub sentences_max: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { duration_max: Duration::from_secs(600), turns_max: 20, sentences_max: 64 }
    }
}

/// Hands out turns until there are none left.
#[derive(Debug, Clone)]
pub(crate) struct TurnCount {
    used: u32,
    /// An id is never used again, also of a turn that came to nothing.
    last: TurnId,
}

impl TurnCount {
    pub const fn new() -> Self {
        Self { used: 0, last: TurnId::UNASKED }
    }

    /// The next turn, unless the caller had `limit` of them.
    pub fn take(&mut self, limit: u32) -> Option<TurnId> {
        let turn = self.early(limit)?;
        self.used += 1;
        Some(turn)
    }

    /// A turn that does not count until it is confirmed, under the same condition.
    pub fn early(&mut self, limit: u32) -> Option<TurnId> {
        (self.used < limit).then(|| {
            self.last = self.last.next();
            self.last
        })
    }

    pub const fn confirm_early(&mut self) {
        self.used += 1;
    }

    /// A turn that the caller does not take: what follows the last one. None if there was none.
    pub fn after_last(&self) -> Option<TurnId> {
        (self.used > 0).then(|| self.last.next())
    }

    pub const fn used(&self) -> u32 {
        self.used
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_turn_after_the_last_is_refused_and_not_counted() {
        let mut turns = TurnCount::new();
        assert_eq!(turns.take(2), Some(TurnId::new(1)));
        assert_eq!(turns.take(2), Some(TurnId::new(2)));
        assert_eq!(turns.take(2), None);
        assert_eq!(turns.used(), 2);
    }

    #[test]
    fn an_early_turn_counts_when_it_is_confirmed_and_its_id_is_never_used_again() {
        let mut turns = TurnCount::new();
        assert_eq!(turns.early(2), Some(TurnId::new(1)));
        assert_eq!(turns.after_last(), None);
        assert_eq!(turns.early(2), Some(TurnId::new(2)));
        turns.confirm_early();
        assert_eq!(turns.take(2), Some(TurnId::new(3)));
        assert_eq!((turns.used(), turns.early(2)), (2, None));
        assert_eq!(turns.after_last(), Some(TurnId::new(4)));
    }
}
