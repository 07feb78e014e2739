//! People's own calendars.

use serde_json::json;
use uuid::Uuid;

use super::day::{BEN, BOOKED, CANCELLED, Day, HOUR, MOVED};
use crate::bookings::{
    journal::{Micros, Request, Said, Shown},
    replay::Kind,
    tables::Claim,
};

impl Day {
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
