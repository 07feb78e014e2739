//! What the engine made of the dialogues, against what the corpus says of them.

use std::collections::BTreeMap;

use super::{
    Agent, Dialogue, Domain, Frame, Slots, Who,
    domain::{Kind, is_booking},
};
use crate::evaluation::corpus::tally::Count;

/// Named values: right, predicted, and in the corpus.
#[derive(Debug, Clone, Copy, Default)]
pub struct Overlap {
    pub right: u32,
    pub predicted: u32,
    pub gold: u32,
}

impl Overlap {
    fn add(&mut self, gold: &Slots, predicted: &Slots) {
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        self.gold += count(gold.len());
        self.predicted += count(predicted.len());
        self.right +=
            count(gold.iter().filter(|(slot, value)| predicted.get(*slot).is_some_and(|p| same(p, value))).count());
    }

    pub fn f1(self) -> Option<f64> {
        let both = self.predicted + self.gold;
        (both > 0).then(|| 2.0 * f64::from(self.right) / f64::from(both))
    }
}

/// The measures of one kind of dialogues.
#[derive(Debug, Clone, Copy, Default)]
pub struct Measures {
    pub dialogues: u32,
    pub intent: Count,
    /// Every slot of the turn's service.
    pub slots: Overlap,
    /// Day, time and provider alone.
    pub booking_slots: Overlap,
    pub joint: Count,
    pub booking_joint: Count,
    pub booked: Count,
    /// Dialogues that book nothing, and those in which the engine booked nothing either.
    pub unbooked: Count,
}

/// One user turn of one service, or the booking of a dialogue.
pub struct Row {
    pub id: String,
    pub text: String,
    pub gold: Scored,
    pub predicted: Scored,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Scored {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub intent: Option<String>,
    pub slots: Option<Slots>,
}

impl Row {
    pub fn is_right(&self) -> bool {
        let slots = match (&self.gold.slots, &self.predicted.slots) {
            (Some(gold), Some(predicted)) => alike(gold, predicted),
            (gold, predicted) => gold.is_none() && predicted.is_none(),
        };
        slots && self.gold.intent == self.predicted.intent
    }
}

/// Plays a dialogue and adds what came of it, by service. The rows come back in the order of the turns.
pub fn play(
    dialogue: &Dialogue,
    domains: &BTreeMap<String, Domain>,
    sums: &mut BTreeMap<String, Measures>,
) -> Vec<Row> {
    let mut agents: BTreeMap<&str, Agent<'_>> = BTreeMap::new();
    let mut rows = Vec::new();
    for (index, turn) in dialogue.turns.iter().enumerate() {
        let mut days = Vec::new();
        if turn.who == Who::System {
            let elsewhere = |service: &str| of_service(&turn.frames, service).is_none();
            agents.iter_mut().filter(|(service, _)| elsewhere(service)).for_each(|(_, agent)| agent.turns_away());
        }
        for frame in &turn.frames {
            let Some(domain) = domains.get(&frame.service) else { continue };
            let agent = agents.entry(&frame.service).or_insert_with(|| Agent::new(domain));
            if turn.who == Who::System {
                agent.says(&turn.text, frame);
                continue;
            }
            let next = dialogue.turns.get(index + 1).and_then(|turn| of_service(&turn.frames, &frame.service));
            let heard = agent.hears(&turn.text, next);
            let measures = sums.entry(frame.service.clone()).or_default();
            let row = Row {
                id: format!("{}/{index}", dialogue.id),
                text: turn.text.clone(),
                gold: Scored { intent: frame.intent.clone(), slots: Some(frame.state.clone()) },
                predicted: Scored { intent: Some(heard.intent), slots: Some(heard.state) },
            };
            measures.add_turn(domain, &row);
            rows.push(row);
            if let Some(day) = agent.day() {
                days.push((frame.service.as_str(), day));
            }
        }
        for (service, day) in days {
            agents.iter_mut().filter(|(other, _)| **other != service).for_each(|(_, agent)| agent.overhears(day));
        }
    }
    for (service, agent) in agents {
        let Some(domain) = domains.get(service) else { continue };
        let measures = sums.entry(service.to_owned()).or_default();
        let gold = dialogue
            .calls
            .iter()
            .rfind(|call| call.service == service && is_booking(&call.method))
            .map(|call| call.params.clone());
        let predicted = agent.booked.map(|slots| only(&slots, gold.as_ref(), domain));
        measures.dialogues += 1;
        if domain.books.is_none() {
            continue;
        }
        let right = match (&gold, &predicted) {
            (Some(gold), Some(predicted)) => alike(gold, predicted),
            (gold, predicted) => gold.is_none() && predicted.is_none(),
        };
        if gold.is_some() {
            measures.booked.add(right)
        } else {
            measures.unbooked.add(right)
        }
        rows.push(Row {
            id: format!("{}/{service}/booking", dialogue.id),
            text: String::new(),
            gold: Scored { intent: None, slots: gold },
            predicted: Scored { intent: None, slots: predicted },
        });
    }
    rows
}

fn of_service<'f>(frames: &'f [Frame], service: &str) -> Option<&'f Frame> {
    frames.iter().find(|frame| frame.service == service)
}

/// The slots that a booking has: those of the call, and day, time and provider.
fn only(slots: &Slots, call: Option<&Slots>, domain: &Domain) -> Slots {
    let of_booking = |slot: &String| {
        call.is_some_and(|call| call.contains_key(slot))
            || domain.slots.get(slot).is_some_and(|kind| is_of_booking(*kind))
    };
    slots.iter().filter(|(slot, _)| of_booking(slot)).map(|(slot, value)| (slot.clone(), value.clone())).collect()
}

const fn is_of_booking(kind: Kind) -> bool {
    matches!(kind, Kind::Date | Kind::Time | Kind::Provider)
}

impl Measures {
    fn add_turn(&mut self, domain: &Domain, row: &Row) {
        self.intent.add(row.gold.intent == row.predicted.intent);
        let (Some(gold), Some(predicted)) = (&row.gold.slots, &row.predicted.slots) else { return };
        self.slots.add(gold, predicted);
        self.joint.add(alike(gold, predicted));
        let (gold, predicted) = (only(gold, None, domain), only(predicted, None, domain));
        self.booking_slots.add(&gold, &predicted);
        self.booking_joint.add(alike(&gold, &predicted));
    }
}

fn alike(a: &Slots, b: &Slots) -> bool {
    a.len() == b.len() && a.iter().all(|(slot, value)| b.get(slot).is_some_and(|other| same(value, other)))
}

/// Midnight is "24:00" in the corpus.
fn same(a: &str, b: &str) -> bool {
    let midnight = |value: &str| matches!(value, "24:00" | "00:00");
    a.eq_ignore_ascii_case(b) || midnight(a) && midnight(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A dialogue in the corpus's shape, of words that are not in it.
    fn dialogue(last: &str) -> Dialogue {
        let user = |text: &str, intent: &str, state: serde_json::Value| serde_json::json!({ "who": "user", "text": text, "frames": [{ "service": "Dogs_1", "intent": intent, "state": state }] });
        let system = |text: &str, acts: serde_json::Value| serde_json::json!({ "who": "system", "text": text, "frames": [{ "service": "Dogs_1", "acts": acts }] });
        let town = serde_json::json!({ "town": "Springfield" });
        let groomer = serde_json::json!({ "town": "Springfield", "groomer_name": "Paws Palace" });
        let known = serde_json::json!({
            "town": "Springfield", "groomer_name": "Paws Palace", "groom_date": "2019-03-05", "groom_time": "15:30",
        });
        let offer = serde_json::json!([["OFFER", "groomer_name", ["Paws Palace"]], ["OFFER", "town", ["Springfield"]]]);
        let confirm = serde_json::json!([
            ["CONFIRM", "groomer_name", ["Paws Palace"]],
            ["CONFIRM", "groom_date", ["the 5th"], ["2019-03-05"]],
            ["CONFIRM", "groom_time", ["3:30"], ["15:30"]],
        ]);
        let params =
            serde_json::json!({ "groomer_name": "Paws Palace", "groom_date": "2019-03-05", "groom_time": "15:30" });
        let whole = serde_json::json!({
            "id": "1",
            "calls": [{ "service": "Dogs_1", "method": "BookGroomer", "params": params, "ok": true }],
            "turns": [
                user("Find me a groomer in Springfield", "FindGroomer", town),
                system("How about Paws Palace?", offer),
                user("That one sounds lovely", "FindGroomer", groomer),
                system("Shall I book it?", serde_json::json!([["OFFER_INTENT", "intent", ["BookGroomer"]]])),
                user("Yes, for the 5th of this month at half past 3 in the afternoon", "BookGroomer", known.clone()),
                system("Paws Palace on the 5th at 3:30?", confirm),
                user(last, "BookGroomer", known),
                system("Done.", serde_json::json!([["NOTIFY_SUCCESS"]])),
            ],
        });
        serde_json::from_value(whole).expect("the corpus's shape")
    }

    fn measured(last: &str) -> Measures {
        let dialogues = [dialogue(last)];
        let domains = Domain::of(&dialogues);
        let mut sums = BTreeMap::new();
        play(&dialogues[0], &domains, &mut sums);
        sums["Dogs_1"]
    }

    #[test]
    fn a_dialogue_that_is_understood_is_booked_as_it_was() {
        let measures = measured("Yes please. And what's their address?");
        assert_eq!((measures.booked.rows, measures.booked.right), (1, 1));
        assert_eq!((measures.joint.rows, measures.joint.right), (4, 4));
        assert_eq!((measures.intent.rows, measures.intent.right), (4, 4));
        assert_eq!(measures.slots.f1(), Some(1.0));
    }

    #[test]
    fn what_was_not_agreed_to_is_not_booked() {
        let measures = measured("No, make it 4 pm");
        assert_eq!((measures.booked.rows, measures.booked.right), (1, 0));
        assert_eq!((measures.joint.rows, measures.joint.right), (4, 3));
    }
}
