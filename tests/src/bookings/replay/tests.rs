//! The replay finds nothing in a day that went right, and whatever is planted in it.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{Kind, replay};
use crate::bookings::{
    journal::{Entry, Micros, Request, Said, Shown, Told, Visit, Wanted},
    tables::{Appointment, Audit, Claim, Hold, MINUTE, Segment, Service, Stored, Tables},
};

const TENANT: Uuid = Uuid::from_u128(1);
const MASSAGE: Uuid = Uuid::from_u128(2);
const ANA: Uuid = Uuid::from_u128(3);
const BEN: Uuid = Uuid::from_u128(4);
const ROOM: Uuid = Uuid::from_u128(5);
const SESSION: Uuid = Uuid::from_u128(6);

const BOOKED: Uuid = Uuid::from_u128(100);
const MOVED: Uuid = Uuid::from_u128(101);
const CANCELLED: Uuid = Uuid::from_u128(102);
const EXPIRED_HOLD: Uuid = Uuid::from_u128(200);
const BOOKED_HOLD: Uuid = Uuid::from_u128(201);

const HOUR: Micros = 60 * MINUTE;
const NOW: Micros = 1_000 * HOUR;

/// An hour, a quarter of an hour after it, and a place in the room.
#[derive(Default)]
struct Day {
    tables: Tables,
    journal: Vec<Entry>,
}

impl Day {
    /// One client books what it held, another books and moves, a third books and cancels, and a fourth lets a hold expire.
    fn that_went_right() -> Self {
        let mut day = Self::default();
        day.tables.read_at = NOW;
        let service = Service { before: 0, after: 15 * MINUTE, needs: vec![ROOM] };
        day.tables.services.insert(MASSAGE, service);
        day.tables.places.insert(ROOM, 2);

        day.hold(BOOKED_HOLD, ANA, 9 * HOUR);
        day.tables.holds.push(Hold { id: BOOKED_HOLD, ended_as: Some("booked".to_owned()) });
        day.book(BOOKED, "first", ANA, 9 * HOUR, Some(BOOKED_HOLD));
        day.stands(BOOKED, 1, "first", (ANA, 0), 9 * HOUR);

        day.book(MOVED, "second", ANA, 11 * HOUR, None);
        day.change(MOVED, 2, "appointment_rescheduled", (BEN, 9 * HOUR));
        day.stands(MOVED, 2, "second", (BEN, 1), 9 * HOUR);

        day.book(CANCELLED, "third", ANA, 12 * HOUR, None);
        day.change(CANCELLED, 2, "appointment_cancelled", (ANA, 12 * HOUR));
        day.row(CANCELLED, 2, "third", ANA, 12 * HOUR);

        day.hold(EXPIRED_HOLD, BEN, 14 * HOUR);
        day.audit("hold_expired", &json!({ "hold_id": EXPIRED_HOLD }));
        day.tables.holds.push(Hold { id: EXPIRED_HOLD, ended_as: Some("expired".to_owned()) });
        day
    }

    fn hold(&mut self, id: Uuid, staff: Uuid, start: Micros) {
        self.audit("hold_placed", &json!({ "hold_id": id }));
        let key = format!("hold {id}");
        self.answer(&key, json!({ "id": id, "service": MASSAGE, "slot": slot(staff, start), "expires_at": NOW }));
        let visit = Visit { services: vec![(MASSAGE, Some(staff))], start };
        let request = Request::Hold { session: SESSION, visit };
        self.told(&key, request, Said::Held { hold: id, expires_at: NOW });
    }

    fn book(&mut self, id: Uuid, key: &str, staff: Uuid, start: Micros, hold: Option<Uuid>) {
        self.audit("appointment_booked", &json!({ "appointment_id": id, "hold_id": hold }));
        self.appointment_answer(key, (id, 1), "booked", (staff, start));
        let wanted = match hold {
            Some(hold) => Wanted::Hold { hold, expires_at: NOW },
            None => Wanted::Slot(Visit { services: vec![(MASSAGE, None)], start }),
        };
        let request = Request::Book { session: SESSION, wanted };
        self.told(key, request, stands((id, 1), false, (staff, start)));
    }

    fn change(&mut self, id: Uuid, version: u32, action: &str, (staff, start): (Uuid, Micros)) {
        self.audit(action, &json!({ "appointment_id": id, "version": version }));
        let cancelled = action == "appointment_cancelled";
        let key = format!("{action} {id}");
        self.appointment_answer(&key, (id, version), if cancelled { "cancelled" } else { "booked" }, (staff, start));
        let request = Request::Cancel { session: SESSION, appointment: id, version: version - 1 };
        self.told(&key, request, stands((id, version), cancelled, (staff, start)));
    }

    /// Ben is away from four to six.
    fn block(&mut self, id: Uuid) {
        self.audit("block_placed", &json!({ "block_id": id }));
        self.answer(
            "away",
            json!({ "id": id, "staff": BEN, "start": 16 * HOUR, "end": 18 * HOUR, "purpose": "absence" }),
        );
    }

    /// Ben's own calendar has something from four to six, and shows whom he serves at nine.
    fn calendar(&mut self) {
        self.lands(&[], &[(BEN, 16 * HOUR, 18 * HOUR)]);
        let event = "dentist".to_owned();
        self.told("", Request::Enter { staff: BEN, event, during: Some((16 * HOUR, 18 * HOUR)) }, Said::Entered);
        let shown = Shown { appointment: MOVED, start: 9 * HOUR, end: 10 * HOUR };
        self.told("", Request::LookUp { staff: BEN }, Said::Shows(vec![shown]));
    }

    /// A calendar's claims have the ids of their starts' hours.
    fn lands(&mut self, freed: &[Uuid], claimed: &[(Uuid, Micros, Micros)]) {
        let id = |start: Micros| Uuid::from_u128(u128::try_from(1_000 + start / HOUR).expect("an hour"));
        let instant = |at| crate::bookings::door::instant(at).to_string();
        let rows = claimed
            .iter()
            .map(|&(_, start, end)| json!({ "claim_id": id(start), "start": instant(start), "end": instant(end) }));
        let details = json!({ "staff_id": BEN, "freed": freed, "claimed": rows.collect::<Vec<_>>() });
        self.audit("calendar_landed", &details);
        self.tables.audit.last_mut().expect("its row").has_session = false;
        self.tables.claims.retain(|claim| !freed.contains(&claim.id));
        for &(resource, start, end) in claimed {
            let (appointment, state) = (None, "absence".to_owned());
            let claim = self.claim_of(BOOKED).clone();
            let claim = Claim { id: id(start), resource, start, end, appointment, state, from_calendar: true, ..claim };
            self.tables.claims.push(claim);
        }
    }

    /// The rows of an appointment that has its time.
    fn stands(&mut self, id: Uuid, version: i32, key: &str, (staff, lane): (Uuid, i16), start: Micros) {
        self.row(id, version, key, staff, start);
        for (kind, resource, lane) in [("staff", staff, 0), ("room", ROOM, lane)] {
            self.tables.claims.push(Claim {
                id: Uuid::nil(),
                tenant: TENANT,
                kind: kind.to_owned(),
                resource,
                lane,
                start,
                end: start + HOUR + 15 * MINUTE,
                state: "booked".to_owned(),
                hold: None,
                appointment: Some(id),
                block: None,
                from_calendar: false,
                expires_at: None,
            });
        }
    }

    fn row(&mut self, id: Uuid, version: i32, key: &str, staff: Uuid, start: Micros) {
        let (end, cancelled) = (start + HOUR, id == CANCELLED);
        let notes = key.to_owned();
        self.tables.appointments.push(Appointment { id, tenant: TENANT, start, end, cancelled, version, notes });
        self.tables.segments.push(Segment { appointment: id, position: 0, service: MASSAGE, staff, start, end });
    }

    fn audit(&mut self, action: &str, details: &Value) {
        let id = i64::try_from(self.tables.audit.len()).expect("few rows");
        let (action, details) = (action.to_owned(), details.clone());
        self.tables.audit.push(Audit { id, tenant: TENANT, has_session: true, action, details });
    }

    fn appointment_answer(&mut self, key: &str, (id, version): (Uuid, u32), status: &str, at: (Uuid, Micros)) {
        let slot = slot(at.0, at.1);
        self.answer(key, json!({ "id": id, "version": version, "status": status, "service": MASSAGE, "slot": slot }));
    }

    fn answer(&mut self, key: &str, done: Value) {
        self.tables.answers.push(Stored { tenant: TENANT, key: key.to_owned(), answer: json!({ "done": done }) });
    }

    fn told(&mut self, key: &str, request: Request, said: Said) {
        let whole = format!("{said:?}");
        let entry =
            Entry { tenant: TENANT, key: key.to_owned(), misuse: false, request, answered_at: NOW, said, whole };
        self.journal.push(entry);
    }

    fn claim_of(&mut self, appointment: Uuid) -> &mut Claim {
        self.tables.claims.iter_mut().find(|claim| claim.appointment == Some(appointment)).expect("a claim")
    }

    fn hold_claim(&mut self, hold: Uuid, expires_at: Micros) {
        let claim = Claim {
            hold: Some(hold),
            appointment: None,
            expires_at: Some(expires_at),
            state: "hold".to_owned(),
            resource: BEN,
            start: 14 * HOUR,
            end: 15 * HOUR + 15 * MINUTE,
            ..self.claim_of(BOOKED).clone()
        };
        self.tables.claims.push(claim);
    }

    /// The kinds of what is wrong.
    fn found(&self) -> Vec<Kind> {
        let findings = replay(&self.tables, &self.journal).findings;
        Kind::ALL.into_iter().filter(|&kind| findings.of(kind) > 0).collect()
    }
}

fn slot(staff: Uuid, start: Micros) -> Value {
    json!({ "start": start, "end": start + HOUR, "staff": staff })
}

fn stands((appointment, version): (Uuid, u32), cancelled: bool, (staff, start): (Uuid, Micros)) -> Said {
    Said::Stands(Told { appointment, version, cancelled, start, end: start + HOUR, people: vec![staff] })
}

#[test]
fn a_day_that_went_right_is_clean() {
    let day = Day::that_went_right();
    let replayed = replay(&day.tables, &day.journal);
    assert!(replayed.findings.is_empty(), "{:?}", replayed.findings);
    assert_eq!(replayed.actions.values().sum::<usize>(), day.tables.audit.len(), "every row is replayed");
}

#[test]
fn a_client_within_the_buffer_of_another_is_found() {
    let mut day = Day::that_went_right();
    let (id, start) = (Uuid::from_u128(300), 10 * HOUR + 10 * MINUTE);
    day.book(id, "fourth", ANA, start, None);
    day.stands(id, 1, "fourth", (ANA, 0), start);
    assert_eq!(day.found(), [Kind::Overlap]);
}

/// Both have long been cancelled, so that no table shows it.
#[test]
fn an_overlap_that_is_past_is_found() {
    let mut day = Day::that_went_right();
    let id = Uuid::from_u128(300);
    day.book(id, "fourth", ANA, 9 * HOUR, None);
    day.change(id, 2, "appointment_cancelled", (ANA, 9 * HOUR));
    day.row(id, 2, "fourth", ANA, 9 * HOUR);
    day.tables.appointments.last_mut().expect("its row").cancelled = true;
    assert_eq!(day.found(), [Kind::Overlap]);
}

#[test]
fn a_third_client_in_a_room_for_two_is_found() {
    let mut day = Day::that_went_right();
    let (id, dev) = (Uuid::from_u128(300), Uuid::from_u128(7));
    day.book(id, "fourth", dev, 9 * HOUR, None);
    day.stands(id, 1, "fourth", (dev, 2), 9 * HOUR);
    assert_eq!(day.found(), [Kind::Overlap]);
}

#[test]
fn a_booking_that_is_gone_is_found() {
    let mut day = Day::that_went_right();
    day.tables.appointments.retain(|row| row.id != BOOKED);
    day.tables.segments.retain(|segment| segment.appointment != BOOKED);
    day.tables.claims.retain(|claim| claim.appointment != Some(BOOKED));
    assert!(day.found().contains(&Kind::Lost));
}

/// As after a commit that the server acknowledged and forgot.
#[test]
fn a_booking_that_only_its_client_knows_of_is_found() {
    let mut day = Day::that_went_right();
    let request = Request::Book { session: SESSION, wanted: Wanted::Slot(Visit { services: Vec::new(), start: 0 }) };
    day.told("fourth", request, stands((Uuid::from_u128(300), 1), false, (ANA, 16 * HOUR)));
    assert!(day.found().contains(&Kind::Lost));
}

#[test]
fn a_booking_without_its_time_is_found() {
    let mut day = Day::that_went_right();
    day.claim_of(BOOKED).end -= 15 * MINUTE;
    assert_eq!(day.found(), [Kind::Lost], "its buffer is not claimed");
    day.tables.claims.retain(|claim| claim.appointment != Some(BOOKED));
    assert_eq!(day.found(), [Kind::Lost], "nothing is claimed");
}

#[test]
fn a_cancellation_that_frees_nothing_is_found() {
    let mut day = Day::that_went_right();
    let claim =
        Claim { appointment: Some(CANCELLED), start: 12 * HOUR, end: 13 * HOUR, ..day.claim_of(BOOKED).clone() };
    day.tables.claims.push(claim);
    assert_eq!(day.found(), [Kind::Lost]);
}

#[test]
fn a_live_hold_that_gave_nothing_is_found() {
    let mut day = Day::that_went_right();
    let wanted = Wanted::Hold { hold: EXPIRED_HOLD, expires_at: NOW + 1 };
    let refused = Said::Refused { reason: "hold_expired".to_owned() };
    day.told("fourth", Request::Book { session: SESSION, wanted }, refused);
    day.tables.answers.push(Stored { tenant: TENANT, key: "fourth".to_owned(), answer: json!({ "refused": {} }) });
    assert_eq!(day.found(), [Kind::Lost]);
}

#[test]
fn an_orphan_hold_is_found() {
    let mut day = Day::that_went_right();
    day.hold_claim(EXPIRED_HOLD, NOW + HOUR);
    assert_eq!(day.found(), [Kind::OrphanHold], "it ended and still has time");

    let mut day = Day::that_went_right();
    day.tables.audit.retain(|row| row.action != "hold_expired");
    day.hold_claim(EXPIRED_HOLD, NOW - MINUTE);
    assert!(day.found().contains(&Kind::OrphanHold), "it should have ended");

    let mut day = Day::that_went_right();
    day.tables.holds.push(Hold { id: Uuid::from_u128(300), ended_as: None });
    assert_eq!(day.found(), [Kind::OrphanHold], "it has no time and never ended");
}

#[test]
fn two_answers_for_a_key_are_found() {
    let mut day = Day::that_went_right();
    let again = Entry { whole: "another".to_owned(), ..day.journal[1].clone() };
    day.journal.push(again);
    assert_eq!(day.found(), [Kind::TwoAnswers]);
}

#[test]
fn two_effects_of_a_key_are_found() {
    let mut day = Day::that_went_right();
    let id = Uuid::from_u128(300);
    day.book(id, "fourth", BEN, 16 * HOUR, None);
    day.stands(id, 1, "first", (BEN, 0), 16 * HOUR);
    assert_eq!(day.found(), [Kind::TwoAnswers]);
}

#[test]
fn a_key_that_serves_another_request_is_found() {
    let mut day = Day::that_went_right();
    let misuse = Entry { misuse: true, ..day.journal[1].clone() };
    day.journal.push(misuse);
    assert_eq!(day.found(), [Kind::TwoAnswers]);
}

#[test]
fn an_action_that_nobody_wrote_down_is_found() {
    for action in ["appointment_booked", "appointment_rescheduled", "appointment_cancelled", "hold_placed"] {
        let mut day = Day::that_went_right();
        let last = day.tables.audit.iter().rposition(|row| row.action == action).expect("such a row");
        day.tables.audit.remove(last);
        assert!(day.found().contains(&Kind::Record), "{action}");
    }
}

#[test]
fn a_fault_that_a_client_saw_is_found() {
    let mut day = Day::that_went_right();
    day.told("fourth", Request::Cancel { session: SESSION, appointment: BOOKED, version: 1 }, Said::Fault);
    assert_eq!(day.found(), [Kind::Fault]);
}

#[test]
fn an_overbooking_is_the_owners_alone() {
    let (id, start) = (Uuid::from_u128(300), 9 * HOUR + 30 * MINUTE);
    let mut day = Day::that_went_right();
    day.tables.places.insert(ROOM, 3);
    day.book(id, "fourth", ANA, start, None);
    day.stands(id, 1, "fourth", (ANA, 2), start);
    day.claim_of(id).lane = 1;
    assert_eq!(day.found(), [Kind::Overlap], "no caller's");
    day.tables.audit.last_mut().expect("its row").details["overbooked"] = json!(true);
    assert_eq!(day.found(), [], "the owner's");
    day.tables.places.insert(ROOM, 2);
    assert_eq!(day.found(), [Kind::Overlap], "but no room's");
}

#[test]
fn a_client_of_somebody_who_is_away_is_found() {
    let (block, id) = (Uuid::from_u128(400), Uuid::from_u128(300));
    let mut day = Day::that_went_right();
    day.block(block);
    let claim = Claim {
        appointment: None,
        block: Some(block),
        resource: BEN,
        start: 16 * HOUR,
        end: 18 * HOUR,
        ..day.claim_of(BOOKED).clone()
    };
    day.tables.claims.push(claim);
    assert_eq!(day.found(), []);
    day.book(id, "fourth", BEN, 17 * HOUR, None);
    day.stands(id, 1, "fourth", (BEN, 0), 17 * HOUR);
    assert_eq!(day.found(), [Kind::Overlap]);
}

#[test]
fn time_that_was_given_back_and_is_not_free_is_found() {
    let block = Uuid::from_u128(400);
    let mut day = Day::that_went_right();
    day.block(block);
    day.told("", Request::Lift { block }, Said::Released);
    assert_eq!(day.found(), [Kind::Lost]);
}

#[test]
fn a_calendar_that_went_right_is_clean() {
    let mut day = Day::that_went_right();
    day.calendar();
    assert_eq!(day.found(), []);
    // He is free from five on now.
    day.told(
        "",
        Request::Enter { staff: BEN, event: "dentist".to_owned(), during: Some((16 * HOUR, 17 * HOUR)) },
        Said::Entered,
    );
    assert_eq!(day.found(), [Kind::Lost], "the calendar's claim is too long");
    let former = day.tables.claims.last().expect("it").id;
    day.lands(&[former], &[(BEN, 16 * HOUR, 17 * HOUR)]);
    assert_eq!(day.found(), []);
}

#[test]
fn a_client_at_the_time_of_an_event_is_found() {
    let mut day = Day::that_went_right();
    day.calendar();
    let id = Uuid::from_u128(300);
    day.book(id, "fourth", BEN, 17 * HOUR, None);
    day.stands(id, 1, "fourth", (BEN, 0), 17 * HOUR);
    let shown = [(MOVED, 9 * HOUR), (id, 17 * HOUR)];
    let shown = shown.map(|(appointment, start)| Shown { appointment, start, end: start + HOUR });
    day.told("", Request::LookUp { staff: BEN }, Said::Shows(shown.to_vec()));
    assert_eq!(day.found(), [Kind::Overlap, Kind::Lost], "and the event has not all of its time");
}

#[test]
fn an_event_that_takes_no_time_is_found() {
    let mut day = Day::that_went_right();
    day.calendar();
    day.told(
        "",
        Request::Enter { staff: BEN, event: "lunch".to_owned(), during: Some((12 * HOUR, 13 * HOUR)) },
        Said::Entered,
    );
    assert_eq!(day.found(), [Kind::Lost]);
}

#[test]
fn an_event_that_gives_no_time_back_is_found() {
    let mut day = Day::that_went_right();
    day.calendar();
    day.told("", Request::Enter { staff: BEN, event: "dentist".to_owned(), during: None }, Said::Entered);
    assert_eq!(day.found(), [Kind::Lost]);
}

#[test]
fn a_calendar_that_shows_what_does_not_stand_is_found() {
    for shown in [
        vec![],
        vec![Shown { appointment: MOVED, start: 11 * HOUR, end: 12 * HOUR }],
        vec![Shown { appointment: MOVED, start: 9 * HOUR, end: 10 * HOUR }; 2],
        vec![
            Shown { appointment: MOVED, start: 9 * HOUR, end: 10 * HOUR },
            Shown { appointment: CANCELLED, start: 12 * HOUR, end: 13 * HOUR },
        ],
    ] {
        let mut day = Day::that_went_right();
        day.calendar();
        day.told("", Request::LookUp { staff: BEN }, Said::Shows(shown.clone()));
        assert_eq!(day.found(), [Kind::Record], "{shown:?}");
    }
}
