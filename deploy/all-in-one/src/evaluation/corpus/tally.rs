//! Right answers counted by group.

use std::collections::BTreeMap;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    pub rows: u32,
    pub right: u32,
}

impl Count {
    /// Between 0 and 1; `None` without rows.
    pub fn share(self) -> Option<f64> {
        (self.rows > 0).then(|| f64::from(self.right) / f64::from(self.rows))
    }

    pub fn add(&mut self, right: bool) {
        self.rows += 1;
        self.right += u32::from(right);
    }
}

/// Counts per group, and of all.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    pub groups: BTreeMap<String, Count>,
    pub total: Count,
}

impl Tally {
    pub fn add(&mut self, group: &str, right: bool) {
        self.groups.entry(group.to_owned()).or_default().add(right);
        self.total.add(right);
    }
}
