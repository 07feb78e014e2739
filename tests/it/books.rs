//! Calls that book.

use receptionist::demonstration::{self, Demonstrated, Plan, Wish};
use system_tests::caller::Said;

use crate::{
    log,
    whole::{Whole, with_whole},
};

#[test]
fn e2e_01_books_a_massage_by_phone() {
    with_whole(async |whole| {
        let plan = whole.plan(Wish::MASSAGE, 0).await;
        let call = make(whole, &plan).await;
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
        let call = make(whole, &plan).await;
        assert_booked(&call, &plan, "Brake inspection");
    });
}

/// A caller who gave up because neither side understood the other calls again, once, as people do. A call that booked
/// anything is never repeated: what it booked must be right.
async fn make(whole: &Whole, plan: &Plan) -> Demonstrated {
    let first = dial(whole, plan).await;
    if first.agent_hung_up || !first.appointments.is_empty() {
        return first;
    }
    println!("the caller gave up and calls again");
    dial(whole, plan).await
}

async fn dial(whole: &Whole, plan: &Plan) -> Demonstrated {
    let mut conversation = Vec::new();
    let made = demonstration::make_call(&whole.running, plan, &whole.ears, |said| conversation.push(said)).await;
    // Shown when the test fails.
    for said in conversation {
        match said {
            Said::Caller { text } => println!("caller: {text}"),
            Said::Agent { heard, latency_ms } => println!("agent:  {heard} ({latency_ms:?} ms)"),
        }
    }
    made.expect("the call is made")
}

fn assert_booked(call: &Demonstrated, plan: &Plan, service: &str) {
    let [appointment] = &call.appointments[..] else { panic!("just one appointment: {:#?}", call.appointments) };
    assert_eq!(appointment.service, service);
    assert_eq!(appointment.start, plan.start);
    assert_eq!(appointment.client_name, plan.purpose.name);
    assert_eq!(appointment.client_email, plan.purpose.email);
    assert_eq!(call.outcome.as_deref(), Some("booked"));
    assert_eq!(call.row.as_ref().map(|row| row.status.as_str()), Some("completed"));
    assert!(call.greeting_ms.is_some() && call.turns.iter().any(|turn| turn.utterance_end_to_first_audio_ms.is_some()));
    let malformed: &[String] = &call.report.malformed;
    assert!(malformed.is_empty(), "the carrier would have refused: {malformed:?}");
}
