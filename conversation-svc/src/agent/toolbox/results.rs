//! What a model is told of a call: facts it may say, in the words in which they can be said.

use serde_json::{Value, json};

use super::schema::LOCAL_TIME;
use crate::agent::dialogue::{
    Dialogue, State, ToolAnswer,
    tool::{Appointment, Slot},
};

/// Starts that are listed beside the three that are worth offering.
const STARTS_MAX: usize = 24;

/// An answer in JSON. `say` is how the engine would word it.
pub fn result(dialogue: &Dialogue<'_>, state: &State, answer: &ToolAnswer, say: &[String]) -> Value {
    let at = |slot: &Slot| dialogue.business.local(slot.start);
    let written = |slot: &Slot| at(slot).strftime(LOCAL_TIME).to_string();
    let said = |slot: &Slot| dialogue.words().date_time(at(slot), dialogue.today());
    let told = |slot: &Slot| json!({ "start": written(slot), "with": slot.staff_name, "say": said(slot) });
    let say = say.join(" ");
    let options: Vec<Value> = state.booking.offers.iter().map(told).collect();
    match answer {
        ToolAnswer::Slots { slots, .. } => {
            let mut starts: Vec<String> = slots.iter().map(written).collect();
            starts.dedup();
            let more = starts.len().saturating_sub(STARTS_MAX);
            starts.truncate(STARTS_MAX);
            json!({ "offer": options, "free": starts, "more": more, "say": say })
        }
        ToolAnswer::Held(hold) => json!({ "held": told(&hold.slot), "booked": false, "say": say }),
        ToolAnswer::Released => json!({ "released": true }),
        ToolAnswer::Booked(appointment) => json!({ "booked": told(&appointment.slot), "told_caller": say }),
        ToolAnswer::Moved(appointment) => json!({ "moved": told(&appointment.slot), "told_caller": say }),
        ToolAnswer::Cancelled(appointment) => json!({ "cancelled": told(&appointment.slot), "told_caller": say }),
        ToolAnswer::Appointments(_) => json!({ "appointments": appointments(dialogue, state) }),
        ToolAnswer::Refused(_) => json!({ "refused": say, "offer": options }),
        ToolAnswer::HandedOff { sent } => json!({ "sent": sent, "say": say }),
        ToolAnswer::Failed => json!({ "failed": say }),
    }
}

/// The caller's own, by the numbers that they are called by.
fn appointments(dialogue: &Dialogue<'_>, state: &State) -> Vec<Value> {
    let business = dialogue.business;
    let one = |(number, appointment): (usize, &Appointment)| {
        let start = business.local(appointment.slot.start);
        json!({
            "number": number,
            "service": business.service(appointment.service).map(|service| service.name.as_str()),
            "start": start.strftime(LOCAL_TIME).to_string(),
            "with": appointment.slot.staff_name,
            "say": dialogue.words().date_time(start, dialogue.today()),
        })
    };
    (1..).zip(state.known()).map(one).collect()
}

/// Why a call was not carried out.
pub fn error(text: &str) -> Value {
    json!({ "error": text })
}
