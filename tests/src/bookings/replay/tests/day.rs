//! A day at a small business, as the tables and the clients' journal have it.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::bookings::{
    journal::{Entry, Micros, Request, Said, Told, Visit, Wanted},
    replay::{Kind, replay},
    tables::{Appointment, Audit, Claim, Hold, MINUTE, Segment, Service, Stored, Tables},
};

pub const TENANT: Uuid = Uuid::from_u128(1);
pub const MASSAGE: Uuid = Uuid::from_u128(2);
pub const ANA: Uuid = Uuid::from_u128(3);
pub const BEN: Uuid = Uuid::from_u128(4);
pub const ROOM: Uuid = Uuid::from_u128(5);
pub const SESSION: Uuid = Uuid::from_u128(6);

pub const BOOKED: Uuid = Uuid::from_u128(100);
pub const MOVED: Uuid = Uuid::from_u128(101);
pub const CANCELLED: Uuid = Uuid::from_u128(102);
pub const EXPIRED_HOLD: Uuid = Uuid::from_u128(200);
pub const BOOKED_HOLD: Uuid = Uuid::from_u128(201);

pub const HOUR: Micros = 60 * MINUTE;
pub const NOW: Micros = 1_000 * HOUR;

/// An hour, a quarter of an hour after it, and a place in the room.
#[derive(Default)]
pub struct Day {
    pub tables: Tables,
    pub journal: Vec<Entry>,
}

impl Day {
    /// One client books what it held, another books and moves, a third books and cancels, and a fourth lets a hold expire.
    pub fn that_went_right() -> Self {
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

    pub fn hold(&mut self, id: Uuid, staff: Uuid, start: Micros) {
        self.audit("hold_placed", &json!({ "hold_id": id }));
        let key = format!("hold {id}");
        self.answer(&key, json!({ "id": id, "service": MASSAGE, "slot": slot(staff, start), "expires_at": NOW }));
        let visit = Visit { services: vec![(MASSAGE, Some(staff))], start };
        let request = Request::Hold { session: SESSION, visit };
        self.told(&key, request, Said::Held { hold: id, expires_at: NOW });
    }

    pub fn book(&mut self, id: Uuid, key: &str, staff: Uuid, start: Micros, hold: Option<Uuid>) {
        self.audit("appointment_booked", &json!({ "appointment_id": id, "hold_id": hold }));
        self.appointment_answer(key, (id, 1), "booked", (staff, start));
        let wanted = match hold {
            Some(hold) => Wanted::Hold { hold, expires_at: NOW },
            None => Wanted::Slot(Visit { services: vec![(MASSAGE, None)], start }),
        };
        let request = Request::Book { session: SESSION, wanted };
        self.told(key, request, stands((id, 1), false, (staff, start)));
    }

    pub fn change(&mut self, id: Uuid, version: u32, action: &str, (staff, start): (Uuid, Micros)) {
        self.audit(action, &json!({ "appointment_id": id, "version": version }));
        let cancelled = action == "appointment_cancelled";
        let key = format!("{action} {id}");
        self.appointment_answer(&key, (id, version), if cancelled { "cancelled" } else { "booked" }, (staff, start));
        let request = Request::Cancel { session: SESSION, appointment: id, version: version - 1 };
        self.told(&key, request, stands((id, version), cancelled, (staff, start)));
    }

    /// Ben is away from four to six.
    pub fn block(&mut self, id: Uuid) {
        self.audit("block_placed", &json!({ "block_id": id }));
        self.answer(
            "away",
            json!({ "id": id, "staff": BEN, "start": 16 * HOUR, "end": 18 * HOUR, "purpose": "absence" }),
        );
    }

    /// The rows of an appointment that has its time.
    pub fn stands(&mut self, id: Uuid, version: i32, key: &str, (staff, lane): (Uuid, i16), start: Micros) {
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

    pub fn row(&mut self, id: Uuid, version: i32, key: &str, staff: Uuid, start: Micros) {
        let (end, cancelled) = (start + HOUR, id == CANCELLED);
        let notes = key.to_owned();
        self.tables.appointments.push(Appointment { id, tenant: TENANT, start, end, cancelled, version, notes });
        self.tables.segments.push(Segment { appointment: id, position: 0, service: MASSAGE, staff, start, end });
    }

    pub fn audit(&mut self, action: &str, details: &Value) {
        let id = i64::try_from(self.tables.audit.len()).expect("few rows");
        let (action, details) = (action.to_owned(), details.clone());
        self.tables.audit.push(Audit { id, tenant: TENANT, has_session: true, action, details });
    }

    pub fn appointment_answer(&mut self, key: &str, (id, version): (Uuid, u32), status: &str, at: (Uuid, Micros)) {
        let slot = slot(at.0, at.1);
        self.answer(key, json!({ "id": id, "version": version, "status": status, "service": MASSAGE, "slot": slot }));
    }

    pub fn answer(&mut self, key: &str, done: Value) {
        self.tables.answers.push(Stored { tenant: TENANT, key: key.to_owned(), answer: json!({ "done": done }) });
    }

    pub fn told(&mut self, key: &str, request: Request, said: Said) {
        let whole = format!("{said:?}");
        let entry =
            Entry { tenant: TENANT, key: key.to_owned(), misuse: false, request, answered_at: NOW, said, whole };
        self.journal.push(entry);
    }

    pub fn claim_of(&mut self, appointment: Uuid) -> &mut Claim {
        self.tables.claims.iter_mut().find(|claim| claim.appointment == Some(appointment)).expect("a claim")
    }

    pub fn hold_claim(&mut self, hold: Uuid, expires_at: Micros) {
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
    pub fn found(&self) -> Vec<Kind> {
        let findings = replay(&self.tables, &self.journal).findings;
        Kind::ALL.into_iter().filter(|&kind| findings.of(kind) > 0).collect()
    }
}

pub fn slot(staff: Uuid, start: Micros) -> Value {
    json!({ "start": start, "end": start + HOUR, "staff": staff })
}

pub fn stands((appointment, version): (Uuid, u32), cancelled: bool, (staff, start): (Uuid, Micros)) -> Said {
    Said::Stands(Told { appointment, version, cancelled, start, end: start + HOUR, people: vec![staff] })
}
