//! The replay finds nothing in a day that went right, and whatever is planted in it.

mod calendars;
mod day;

use serde_json::json;
use uuid::Uuid;

use super::{Kind, replay};
use crate::bookings::{
    journal::{Entry, Request, Said, Visit, Wanted},
    tables::{Claim, Hold, MINUTE, Stored},
};
use day::*;

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
