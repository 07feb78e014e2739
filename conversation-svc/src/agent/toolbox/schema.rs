//! The tools as JSON Schema, in the form that vendors enforce: all properties required, null for what is not known, no
//! others. Names of services and people are enumerated, so that a model can ask for nothing that is not there.

use serde_json::{Value, json};

use super::Tool;
use crate::agent::{business::Business, dialogue::Channel, llm::ToolSchema};

/// How a local time is written; it is the business's own.
pub const LOCAL_TIME: &str = "%Y-%m-%dT%H:%M";

impl Tool {
    /// The tools of a conversation as a model sees them.
    pub fn schemas(business: &Business, channel: Channel) -> Vec<ToolSchema> {
        let offered = Self::ALL.into_iter().filter(|tool| tool.is_offered(channel));
        offered
            .map(|tool| ToolSchema {
                name: tool.name(),
                description: tool.description(),
                parameters: tool.parameters(business),
            })
            .collect()
    }

    fn parameters(self, business: &Business) -> Value {
        let local = |what: &str| json!({ "type": "string", "description": format!("{what}: YYYY-MM-DDTHH:MM, local") });
        let or_null = |what: &str| json!({ "type": ["string", "null"], "description": what });
        match self {
            Self::FindSlots => object(&[
                ("service", service(business)),
                ("staff", staff(business)),
                ("from", local("the earliest start")),
                ("to", local("the end of the search, not included")),
                ("further", further(business)),
                ("moving", number(&["integer", "null"], "of the appointment that is to be moved; null: a new one")),
            ]),
            Self::PlaceHold => object(&[
                ("service", service(business)),
                ("staff", staff(business)),
                ("start", local("the start")),
                ("further", further(business)),
                ("moving", number(&["integer", "null"], "of the appointment that is to go there; null: a new one")),
            ]),
            Self::Book => object(&[
                ("name", json!({ "type": "string", "description": "first and last name" })),
                ("email", or_null("null: the caller has none or does not want to give it")),
            ]),
            Self::FindAppointments => object(&[
                ("name", json!({ "type": "string", "description": "as the caller said it" })),
                ("email", or_null("that it was booked with, if the caller gave one")),
                ("phone", or_null("that it was booked with, if not the one that calls: + and digits")),
                ("purpose", json!({ "type": "string", "enum": ["move", "cancel", "look_up"] })),
            ]),
            Self::Reschedule => object(&[
                ("appointment", number(&["integer"], "of the appointment")),
                ("start", local("the new start")),
                ("staff", staff(business)),
            ]),
            Self::Cancel => object(&[("appointment", number(&["integer"], "of the appointment"))]),
            Self::StartHandoff => object(&[(
                "reason",
                json!({ "type": "string", "enum": ["user_request", "many_slots", "email_input"] }),
            )]),
            Self::KeepDetails => object(&[
                ("name", or_null("first and last name; null: as it was")),
                ("email", or_null("the address; null: as it was")),
                ("email_confirmed", json!({ "type": "boolean", "description": "the caller said that it is right" })),
            ]),
            Self::ReleaseHold | Self::EndCall => object(&[]),
        }
    }
}

fn object(properties: &[(&str, Value)]) -> Value {
    let names: Vec<&str> = properties.iter().map(|(name, _)| *name).collect();
    let properties: serde_json::Map<String, Value> =
        properties.iter().map(|(name, kind)| ((*name).to_owned(), kind.clone())).collect();
    json!({ "type": "object", "properties": properties, "required": names, "additionalProperties": false })
}

/// Appointments are counted as they were found, from 1.
fn number(kinds: &[&str], what: &str) -> Value {
    json!({ "type": kinds, "description": format!("the number {what}") })
}

fn service(business: &Business) -> Value {
    let names: Vec<&str> = business.services.iter().map(|service| service.name.as_str()).collect();
    json!({ "type": "string", "enum": names })
}

fn further(business: &Business) -> Value {
    json!({
        "type": ["array", "null"], "items": service(business),
        "description": "what follows it in the same visit; null: nothing",
    })
}

fn staff(business: &Business) -> Value {
    let names = business.staff.iter().map(|person| Value::from(person.name.as_str()));
    let or_anyone: Vec<Value> = names.chain([Value::Null]).collect();
    json!({ "type": ["string", "null"], "enum": or_anyone, "description": "null: anyone" })
}
