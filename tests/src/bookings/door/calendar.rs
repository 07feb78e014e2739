//! A person's own calendar, as its owner uses it: at Google, past the booking service.

use std::sync::Arc;

use serde_json::{Value, json};
use uuid::Uuid;

use super::{Answer, instant, time};
use crate::{
    bookings::journal::{Micros, Request, Said, Shown},
    fakes::google_calendar::GoogleCalendar,
};

/// The mark of an event that the booking service wrote: whose appointment it is.
const APPOINTMENT: &str = "/extendedProperties/private/appointmentId";

#[derive(Clone)]
pub struct Calendar {
    google: Arc<GoogleCalendar>,
    id: String,
}

impl Calendar {
    /// A new, empty one that the booking service may use.
    pub fn new(google: Arc<GoogleCalendar>, id: String) -> Self {
        google.share(&id);
        Self { google, id }
    }

    pub fn id(&self) -> &str {
        &self.id
    }

    pub fn send(&self, request: &Request) -> Answer {
        let said = match request {
            Request::Enter { event, during, .. } => {
                self.google.put(&self.id, event, &fields(*during));
                Said::Entered
            }
            Request::LookUp { .. } => Said::Shows(self.appointments()),
            _ => Said::Fault,
        };
        Answer { said, whole: String::new() }
    }

    fn appointments(&self) -> Vec<Shown> {
        self.google.events(&self.id).iter().filter_map(shown).collect()
    }
}

fn fields(during: Option<(Micros, Micros)>) -> Value {
    match during {
        Some((start, end)) => {
            let at = |at: Micros| json!({ "dateTime": instant(at).to_string() });
            json!({ "start": at(start), "end": at(end) })
        }
        None => json!({ "status": "cancelled" }),
    }
}

/// `None`: the owner's own.
fn shown(event: &Value) -> Option<Shown> {
    let appointment: Uuid = event.pointer(APPOINTMENT)?.as_str()?.parse().ok()?;
    let at = |end: &str| event[end]["dateTime"].as_str().and_then(time).unwrap_or_default();
    Some(Shown { appointment, start: at("start"), end: at("end") })
}
