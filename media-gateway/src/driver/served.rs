//! Who listens and who speaks on a call, for its record.

use proto::conversation::v1::{ProviderSwitched, SpeechKind};

/// One of the two, as the record has it so far.
#[derive(Debug)]
pub struct Served {
    kind: SpeechKind,
    provider: &'static str,
}

impl Served {
    pub const fn new(kind: SpeechKind, provider: &'static str) -> Self {
        Self { kind, provider }
    }

    /// What the record is to be told when `provider` serves now.
    pub fn by(&mut self, provider: &'static str) -> Option<ProviderSwitched> {
        let from = std::mem::replace(&mut self.provider, provider);
        (from != provider).then(|| ProviderSwitched {
            kind: self.kind.into(),
            from: from.to_owned(),
            to: provider.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_switch_is_told_once_each_way() {
        let mut served = Served::new(SpeechKind::Synthesis, "azure");
        assert_eq!(served.by("azure"), None);
        let there = served.by("embedded").expect("a switch");
        assert_eq!((there.kind(), &*there.from, &*there.to), (SpeechKind::Synthesis, "azure", "embedded"));
        assert_eq!(served.by("embedded"), None);
        assert_eq!(served.by("azure").map(|back| back.to).as_deref(), Some("azure"));
    }
}
