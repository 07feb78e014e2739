//! Several services in one visit, one after the other: what they are called, who gives them, how long they take.

use proto::id::ServiceId;

use super::{
    Dialogue, State, replies, spoken,
    tool::{Appointment, ServiceChoice, Slot},
};

/// As many as one visit can have.
pub const SERVICES_MAX: usize = 6;

/// What follows the first service, with the asked person wherever that person performs it; what is moved stays with whom
/// it is.
pub fn further(dialogue: &Dialogue<'_>, state: &State) -> Vec<ServiceChoice> {
    if let Some(moving) = state.moving() {
        let kept = |staff| Some(staff).filter(|_| state.booking.staff.is_some());
        return moving
            .slot
            .further
            .iter()
            .map(|s| ServiceChoice { service: s.service, staff: kept(s.staff) })
            .collect();
    }
    let performs = |service: ServiceId| {
        state.booking.staff.filter(|staff| dialogue.business.service(service).is_some_and(|s| s.staff.contains(staff)))
    };
    state.booking.further.iter().map(|service| ServiceChoice { service: *service, staff: performs(*service) }).collect()
}

/// "massage and facial"; none when the business has no such service any more.
pub fn name(dialogue: &Dialogue<'_>, first: ServiceId, further: impl IntoIterator<Item = ServiceId>) -> Option<String> {
    let services = std::iter::once(first).chain(further);
    let names: Vec<String> = services.filter_map(|id| dialogue.business.service(id)).map(replies::said).collect();
    (!names.is_empty()).then(|| dialogue.words().and(&names))
}

pub fn name_of(dialogue: &Dialogue<'_>, appointment: &Appointment) -> Option<String> {
    name(dialogue, appointment.service, appointment.slot.further.iter().map(|segment| segment.service))
}

/// "Dana", "Dana and Maria"; none when nobody is named.
pub fn people(dialogue: &Dialogue<'_>, slot: &Slot) -> Option<String> {
    let names = std::iter::once(&slot.staff_name).chain(slot.further.iter().map(|segment| &segment.staff_name));
    let mut people: Vec<String> = Vec::new();
    for name in names.filter(|name| !name.is_empty()).map(|name| spoken::person(name, dialogue.business)) {
        if !people.contains(&name) {
            people.push(name);
        }
    }
    (!people.is_empty()).then(|| dialogue.words().and(&people))
}

pub fn minutes(dialogue: &Dialogue<'_>, first: ServiceId, further: &[ServiceChoice]) -> u32 {
    let services = std::iter::once(first).chain(further.iter().map(|choice| choice.service));
    services.filter_map(|id| dialogue.business.service(id)).map(|service| service.minutes).sum()
}
