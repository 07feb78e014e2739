//! Calls that book.

use receptionist::demonstration::{Demonstrated, Plan, Wish};

use crate::{log, whole::with_whole};

#[test]
fn e2e_01_books_a_massage_by_phone() {
    with_whole(async |whole| {
        let plan = whole.plan(Wish::MASSAGE, 0).await;
        let call = whole.book(&plan).await;
        assert_booked(&call, &plan, "Massage");
        log::assert_nothing_personal(&plan.purpose);
        assert!(call.agent_hung_up, "the agent ends the call after its goodbye");
        assert!(
            call.turns.iter().all(|turn| turn.recognised.is_some()),
            "every turn is in the session: {:#?}",
            call.turns
        );
    });
}

#[test]
fn other_words_at_another_business_book_just_that() {
    with_whole(async |whole| {
        let plan = whole.plan(Wish::BRAKES, 1).await;
        let call = whole.book(&plan).await;
        assert_booked(&call, &plan, "Brake inspection");
    });
}

fn assert_booked(call: &Demonstrated, plan: &Plan, service: &str) {
    let [appointment] = &call.appointments[..] else { panic!("just one appointment: {:#?}", call.appointments) };
    assert_eq!(appointment.service, service);
    assert_eq!(plan.differs_from(appointment), [""; 0], "{appointment:#?}");
    assert_eq!(call.outcome.as_deref(), Some("booked"));
    assert_eq!(call.row.as_ref().map(|row| row.status.as_str()), Some("completed"));
    assert!(call.greeting_ms.is_some() && call.turns.iter().any(|turn| turn.utterance_end_to_first_audio_ms.is_some()));
    let malformed: &[String] = &call.report.malformed;
    assert!(malformed.is_empty(), "the carrier would have refused: {malformed:?}");
}
