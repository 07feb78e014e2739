//! The nearest yes beside a no.

use jiff::{SignedDuration, Timestamp};

use super::{availability::Availability, rules::Rules, slot::Slot, visit::Visit};

/// How far around an asked start alternatives are looked for: first near, then anywhere the horizon allows.
const NEAR: SignedDuration = SignedDuration::from_hours(7 * 24);
const ANYWHERE: SignedDuration = SignedDuration::from_hours(62 * 24);

/// How many alternatives a refusal carries.
pub const ALTERNATIVES_MAX: usize = 3;

/// Where alternatives to an asked start are looked for, in order: near it, then as far as it makes sense.
/// The asked start is first moved to where anything can be had at all. A start that the asker has already is no
/// alternative.
pub fn windows(
    rules: &Rules,
    visit: &Visit<'_>,
    asked: Timestamp,
    now: Timestamp,
    had: Option<Timestamp>,
) -> Vec<Near> {
    let earliest = visit.earliest(now);
    let horizon = visit.last_date(rules.date_of(now)).tomorrow().ok();
    let horizon = horizon.and_then(|d| d.to_zoned_datetime(rules.zone.clone()).ok()).map(|z| z.timestamp());
    let latest = horizon.unwrap_or(Timestamp::MAX).max(earliest);
    let around = asked.clamp(earliest, latest);
    let reach = |by: SignedDuration| Near {
        around: asked,
        had,
        from: around.checked_sub(by).unwrap_or(earliest).clamp(earliest, latest),
        to: around.checked_add(by).unwrap_or(latest).clamp(earliest, latest),
    };
    vec![reach(NEAR), reach(ANYWHERE)]
}

/// A window in which the slots nearest to a start are asked for.
#[derive(Debug, Clone, Copy)]
pub struct Near {
    around: Timestamp,
    had: Option<Timestamp>,
    pub from: Timestamp,
    pub to: Timestamp,
}

impl Near {
    /// Free slots of the window, nearest to the start first.
    pub fn nearest(&self, availability: &Availability<'_>) -> Vec<Slot> {
        let mut slots = availability.slots(self.from, self.to, usize::MAX).unwrap_or_default();
        slots.retain(|s| Some(s.start) != self.had);
        slots.sort_by_key(|s| (s.start.duration_since(self.around).abs(), s.start));
        slots.truncate(ALTERNATIVES_MAX);
        slots
    }
}
