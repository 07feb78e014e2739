//! The ids that tie an action to its answers. Each counts up within one call.

use serde::{Deserialize, Serialize};

macro_rules! counter_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(u32);

        impl $name {
            pub const fn new(number: u32) -> Self {
                Self(number)
            }

            pub const fn number(self) -> u32 {
                self.0
            }

            #[must_use]
            pub const fn next(self) -> Self {
                Self(self.0.wrapping_add(1))
            }
        }
    };
}

counter_id!(
    /// A stretch of the caller's speech that is transcribed as one. The first is 1.
    UtteranceId
);
counter_id!(
    /// A caller's turn and the reply to it. 0 is what we say unasked: the greeting, re-prompts, the farewell.
    TurnId
);
counter_id!(
    /// A sentence that is synthesised and played as one.
    SegmentId
);

impl UtteranceId {
    pub const FIRST: Self = Self::new(1);
}

impl TurnId {
    /// What we say unasked.
    pub const UNASKED: Self = Self::new(0);
}
