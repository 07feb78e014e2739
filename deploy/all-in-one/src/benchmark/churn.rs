//! Calls that come and go: what the gateway keeps of those that are over.

use std::time::Duration;

use serde::Serialize;

use super::stage::Stage;

/// After a round's last call ended: its goodbyes to the vendors are said.
const SETTLE: Duration = Duration::from_secs(3);

#[derive(Debug, Clone, Copy)]
pub struct Plan {
    pub rounds: usize,
    pub calls_per_round: usize,
    pub at_once: usize,
    pub life: Duration,
}

/// What is left after some rounds, with no call active.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Round {
    /// All that have been made.
    pub calls: usize,
    pub lost: usize,
    pub resident_kib: u64,
}

impl Round {
    const fn calls_made(&self) -> f64 {
        self.calls as f64
    }

    const fn held(&self) -> f64 {
        self.resident_kib as f64
    }
}

/// How memory goes with the number of calls. The first round warms what all calls share, and is not in it.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Slope {
    pub bytes_per_call: f64,
    /// From the second round's end to the last one's.
    pub growth_percent: f64,
}

pub async fn run(plan: Plan, mut tell: impl FnMut(Round)) -> anyhow::Result<Option<Slope>> {
    let mut stage = Stage::start().await?;
    let mut rounds = Vec::with_capacity(plan.rounds);
    for number in 1..=plan.rounds {
        let Plan { calls_per_round, at_once, life, .. } = plan;
        stage.pass_through(calls_per_round, at_once, life).await;
        tokio::time::sleep(SETTLE).await;
        let calls = number * calls_per_round;
        let round = Round { calls, lost: stage.load.lost(), resident_kib: stage.resident_kib()? };
        tell(round);
        rounds.push(round);
    }
    stage.stop().await;
    Ok(slope(&rounds))
}

/// By least squares.
fn slope(rounds: &[Round]) -> Option<Slope> {
    let (_, rounds) = rounds.split_first()?;
    let [first, .., last] = rounds else { return None };
    let mean = |of: fn(&Round) -> f64| rounds.iter().map(of).sum::<f64>() / rounds.len() as f64;
    let (calls, kib) = (Round::calls_made, Round::held);
    let (mean_calls, mean_kib) = (mean(calls), mean(kib));
    let spread: f64 = rounds.iter().map(|round| (calls(round) - mean_calls).powi(2)).sum();
    let together: f64 = rounds.iter().map(|round| (calls(round) - mean_calls) * (kib(round) - mean_kib)).sum();
    Some(Slope { bytes_per_call: 1_024.0 * together / spread, growth_percent: 100.0 * (kib(last) / kib(first) - 1.0) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rounds(kib: &[u64]) -> Vec<Round> {
        kib.iter()
            .enumerate()
            .map(|(number, &resident_kib)| Round { calls: (number + 1) * 100, lost: 0, resident_kib })
            .collect()
    }

    #[test]
    fn what_each_call_leaves_is_the_slope() {
        assert!(slope(&rounds(&[1_000])).is_none());
        let slope = slope(&rounds(&[1_000, 1_100, 1_200, 1_300])).expect("a slope");
        assert!((slope.bytes_per_call - 1_024.0).abs() < 1e-6);
        assert!((slope.growth_percent - 100.0 * 2.0 / 11.0).abs() < 1e-6);
    }
}
