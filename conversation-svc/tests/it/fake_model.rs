//! A model for the dialogue scripts: it wants the tools called that the engine would call, in JSON, by the names and local
//! times that models know, and says what came of it. What it asks for goes through the table of tools, as a vendor's
//! answer does.

use conversation_svc::agent::{
    dialogue::{
        After, Dialogue, Reply, State, Step, ToolAnswer, ToolCall,
        existing::Task,
        tool::{Contact, ServiceChoice},
        understand::{When, time::Part},
    },
    toolbox::arguments::{self, Request},
};
use serde_json::{Value, json};

use super::world::World;

/// A turn that leads to tools is a model's: what it called, and what it said. None: the engine answers.
pub fn answer(
    world: &mut World,
    dialogue: &Dialogue<'_>,
    state: &mut State,
    text: &str,
) -> Option<(Vec<String>, Reply)> {
    let mut thought = state.clone();
    let mut step = dialogue.hear(&mut thought, text);
    if !matches!(step, Step::Call(_)) {
        return None;
    }
    let mut said = dialogue.hear_for_model(state, text);
    let mut called = Vec::new();
    let mut after = After::Listen;
    keep(dialogue, state, &thought);
    while let Step::Call(wanted) = step {
        let (name, arguments) = in_json(world, &thought, state, &narrowed(world, &thought, &wanted));
        let request = arguments::read(dialogue, state, name, &arguments.to_string());
        let call = match request {
            Ok(Request::Call(call)) => call,
            Ok(Request::Find { name, contact, task }) => {
                dialogue.keep(state, Some(name), None, false);
                dialogue.wants(state, task);
                ToolCall::FindAppointments { contact }
            }
            Ok(Request::Hold { call, moving }) => {
                dialogue.holds_for(state, moving);
                call
            }
            Ok(_) => panic!("{name} is another tool"),
            Err(mistake) => panic!("{name} {arguments}: {mistake}"),
        };
        assert_eq!(call, narrowed(world, &thought, &wanted), "{name} {arguments}");
        if let Some(release) = dialogue.prepare(state, &call) {
            called.push(world.describe(&release));
            world.answer(release);
        }
        called.push(world.describe(&call));
        let answer = world.answer(call);
        said.extend(dialogue.take_for_model(state, &answer));
        if answer == (ToolAnswer::HandedOff { sent: true }) {
            after = After::HandOff;
        }
        step = dialogue.answered(&mut thought, answer);
    }
    let Step::Say(reply) = step else { return None };
    // It says what was told of the tools, and asks what it thinks should be asked.
    let expects = dialogue.said_by_model(state, &dialogue.understand(&thought, ""), &reply.text, after);
    Some((called, Reply { expects, after, ..reply }))
}

/// A model searches the part of the day that is wished for; the engine searches the day and picks.
fn narrowed(world: &World, thought: &State, call: &ToolCall) -> ToolCall {
    let mut call = call.clone();
    let wished = thought.booking.days.filter(|days| days.single).zip(thought.booking.when);
    if let (ToolCall::FindSlots { from, to, .. }, Some((day, When::Part(Part::Afternoon)))) = (&mut call, wished) {
        let at = |hour| world.business.zone.to_timestamp(day.start.at(hour, 0, 0, 0)).expect("an instant");
        (*from, *to) = ((*from).max(at(12)), (*to).min(at(18)));
    }
    call
}

/// Notes what the caller said of themselves.
fn keep(dialogue: &Dialogue<'_>, state: &mut State, thought: &State) {
    let arguments = json!({
        "name": thought.name, "email": Some(&thought.email.address).filter(|address| !address.is_empty()),
        "email_confirmed": thought.email.confirmed,
    });
    match arguments::read(dialogue, state, "keep_details", &arguments.to_string()) {
        Ok(Request::Keep { name, email, email_confirmed }) => dialogue.keep(state, name, email, email_confirmed),
        _ => panic!("keep_details {arguments}"),
    }
}

fn in_json(world: &World, thought: &State, state: &State, call: &ToolCall) -> (&'static str, Value) {
    let staff = |id: &Option<_>| id.and_then(|id| world.business.staff_member(id)).map(|person| person.name.clone());
    let names = |further: &[ServiceChoice]| -> Vec<String> {
        further.iter().map(|choice| world.service_name(choice.service)).collect()
    };
    let number = |id| {
        let found = state.known().position(|appointment| appointment.id == id);
        found.map(|index| index + 1)
    };
    let arguments = match call {
        ToolCall::FindSlots { service, staff: who, from, to, moving, further } => json!({
            "service": world.service_name(*service), "staff": staff(who), "from": world.local(*from), "to": world.local(*to),
            "moving": moving.and_then(number), "further": names(further),
        }),
        ToolCall::PlaceHold { service, staff: who, start, further } => {
            let moving = thought.moving().and_then(|appointment| number(appointment.id));
            json!({
                "service": world.service_name(*service), "staff": staff(who), "start": world.local(*start),
                "further": names(further), "moving": moving,
            })
        }
        ToolCall::ReleaseHold { .. } => json!({}),
        ToolCall::Book { client, .. } => {
            json!({ "name": client.name, "email": Some(&client.email).filter(|email| !email.is_empty()) })
        }
        ToolCall::FindAppointments { contact } => {
            let (email, phone) = match contact {
                Contact::Email(email) => (Some(email), None),
                Contact::Phone(phone) => (None, Some(phone)),
            };
            let purpose = match thought.task {
                Task::Move => "move",
                Task::Cancel => "cancel",
                Task::LookUp | Task::Book => "look_up",
            };
            json!({ "name": thought.name, "email": email, "phone": phone, "purpose": purpose })
        }
        ToolCall::Reschedule { appointment, start, staff: who, .. } => {
            json!({ "appointment": number(*appointment), "start": world.local(*start), "staff": staff(who) })
        }
        ToolCall::Cancel { appointment, .. } => json!({ "appointment": number(*appointment) }),
        ToolCall::StartHandoff { reason } => json!({ "reason": reason }),
    };
    (call.name(), arguments)
}
