//! The spans of a call: one for the whole, and one for each turn, from the caller's last sound to our first.

use call::Outcome;
use proto::id::CallSid;
use service_runtime::spans::{self, Context, KeyValue, Past};
use tokio::time::Instant;

use super::measure::Turn;

const SCOPE: &str = "media-gateway";

pub struct CallSpan(Context);

impl CallSpan {
    pub fn begin(call: &CallSid) -> Self {
        Self(spans::begin(SCOPE, "call", vec![KeyValue::new("call.sid", call.to_string())]))
    }

    /// For whoever works for this call.
    pub fn context(&self) -> Context {
        self.0.clone()
    }

    /// A turn whose reply is heard, or will not be.
    pub fn turn(&self, turn: &Turn) {
        let stages = turn.stages();
        let mut attributes = vec![
            KeyValue::new("turn.id", i64::from(turn.id.number())),
            KeyValue::new("turn.early", turn.early),
            KeyValue::new("turn.answered", turn.first_frame.is_some()),
        ];
        let since = |at: Instant| at.saturating_duration_since(turn.began);
        attributes.extend(stages.iter().map(|(stage, at)| {
            let ms = i64::try_from(since(*at).as_millis()).unwrap_or(i64::MAX);
            KeyValue::new(format!("turn.{stage}_ms"), ms)
        }));
        let now = spans::now();
        let wall = |at: Instant| now.checked_sub(at.elapsed()).unwrap_or(now);
        let events = stages.iter().map(|(stage, at)| (*stage, wall(*at))).collect();
        spans::record(&self.0, Past { scope: SCOPE, name: "turn", began: wall(turn.began), attributes, events });
    }

    pub fn end(&self, outcome: &Outcome) {
        let attributes = vec![
            KeyValue::new("call.status", format!("{:?}", outcome.status)),
            KeyValue::new("call.reason", format!("{:?}", outcome.reason)),
            KeyValue::new("call.turns", i64::from(outcome.turns)),
            KeyValue::new("call.barge_ins", i64::from(outcome.barge_ins)),
        ];
        spans::end(&self.0, attributes);
    }
}
