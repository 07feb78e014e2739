//! Where the writers of this process wait for each other, before their transactions: in the order in which they came, without a
//! connection and without a snapshot that grows old. Writers of other processes meet at the database's locks.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, Mutex as StdMutex, MutexGuard, PoisonError},
};

use tokio::sync::{Mutex, OwnedMutexGuard};

/// One of the process, as its locks are: keys are hashes that no two tenants share.
static QUEUE: LazyLock<Queue> = LazyLock::new(Queue::default);

/// A gate for each key that somebody has or waits for.
#[derive(Default)]
struct Queue(StdMutex<HashMap<i64, Arc<Mutex<()>>>>);

/// Somebody's turn at some keys; its end is the next one's turn.
#[must_use]
pub struct Turn {
    queue: &'static Queue,
    gates: Vec<(i64, Option<OwnedMutexGuard<()>>)>,
}

/// Waits for the turn at all of these keys, which are sorted and without repeats: nobody can wait in a circle.
pub async fn turn(keys: &[i64]) -> Turn {
    let mut turn = Turn { queue: &QUEUE, gates: Vec::with_capacity(keys.len()) };
    for &key in keys {
        // Before the wait, so that a wait that is given up leaves no gate behind.
        turn.gates.push((key, None));
        let gate = Arc::clone(turn.queue.gates().entry(key).or_default());
        let guard = gate.lock_owned().await;
        if let Some((_, place)) = turn.gates.last_mut() {
            *place = Some(guard);
        }
    }
    turn
}

impl Queue {
    fn gates(&self) -> MutexGuard<'_, HashMap<i64, Arc<Mutex<()>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut gates = self.queue.gates();
        for (key, guard) in self.gates.drain(..) {
            drop(guard);
            // Gates are handed out under this very lock: nobody has or waits for one that only the map has.
            if gates.get(&key).is_some_and(|gate| Arc::strong_count(gate) == 1) {
                gates.remove(&key);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;

    use super::*;

    fn is_open(key: i64) -> bool {
        QUEUE.gates().contains_key(&key)
    }

    #[test]
    fn a_key_is_had_by_one_at_a_time_and_others_are_not_kept() {
        let first = turn(&[1, 3]).now_or_never().expect("nobody is there");
        assert!(turn(&[2, 3]).now_or_never().is_none(), "3 is taken");
        assert!(turn(&[2]).now_or_never().is_some(), "2 was given back by who gave up");
        drop(first);
        assert!(turn(&[1, 2, 3]).now_or_never().is_some());
        assert!(![1, 2, 3].into_iter().any(is_open), "nothing is left behind");
    }

    #[test]
    fn turns_come_in_the_order_of_arrival() {
        let first = turn(&[11]).now_or_never();
        let mut waiting: Vec<_> = (0..3).map(|_| Box::pin(turn(&[11]))).collect();
        assert!(waiting.iter_mut().all(|wait| wait.as_mut().now_or_never().is_none()));
        drop(first);
        while !waiting.is_empty() {
            assert!(
                waiting.iter_mut().skip(1).all(|wait| wait.as_mut().now_or_never().is_none()),
                "not before the first"
            );
            assert!(waiting.remove(0).now_or_never().is_some(), "the first is next");
        }
        assert!(!is_open(11));
    }
}
