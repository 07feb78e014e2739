//! Calls that cannot get what they ask for: a spoken answer, and no row.

use jiff::{ToSpan as _, civil::Weekday};
use proto::{
    booking::v1::{
        BookRequest, Client, RefusalReason, SlotChoice, book_request, book_response,
        booking_service_client::BookingServiceClient,
    },
    common::v1::Channel,
};
use receptionist::{
    demonstration::{self, Wish},
    ledger,
};
use service_runtime::grpc;
use system_tests::caller::{self, Line, Said};

use crate::whole::{Whole, with_whole};

/// More people than the salon has.
const STAFF_MAX: u32 = 10;

#[test]
fn a_closed_day_is_answered_and_not_booked() {
    with_whole(async |whole| {
        let zone = whole.zone(booking_svc::demo::SALON).await;
        let today = whole.clock.now().to_zoned_datetime(zone).date();
        let sunday = today.nth_weekday(1, Weekday::Sunday).expect("a date").strftime("%A, %B %-d");
        let replies = ask(whole, &format!("I would like a massage on {sunday}, at two p.m., please.")).await;
        assert_says(&replies, &["closed", "not open", "open"]);
    });
}

#[test]
fn an_unknown_service_is_answered_and_not_booked() {
    with_whole(async |whole| {
        let replies = ask(whole, "I would like to book a piano lesson, please.").await;
        assert_says(&replies, &["massage", "facial", "haircut", "manicure", "offer", "sorry"]);
    });
}

#[test]
fn a_taken_slot_is_answered_and_not_booked() {
    with_whole(async |whole| {
        let wish = Wish { service: "Haircut", ..Wish::MASSAGE };
        let plan = whole.plan(wish, 2).await;
        take_from_everyone(whole, wish, &plan.start).await;
        let day = plan.start.strftime("%A, %B %-d").to_string();
        let replies = ask(whole, &format!("I would like a haircut on {day} at two p.m., please.")).await;
        assert_says(&replies, &["taken", "not available", "not free", "booked", "sorry", "instead"]);
    });
}

/// Asks, hears the answer, declines what is offered; the call must leave no appointment. Returns the replies as stored.
async fn ask(whole: &Whole, question: &str) -> String {
    let config = demonstration::dial_config(&whole.running, booking_svc::demo::SALON_NUMBER).expect("a line");
    let call = demonstration::dial_patiently(config).await.expect("the line opens");
    let call_sid = call.call_sid().to_owned();
    let lines = [question, "No, thank you. Goodbye."].map(|text| Line { text: text.to_owned(), samples: None });
    let mut heard = Vec::new();
    let ended = caller::recite(&call, Some(&whole.ears), lines, |said| {
        if let Said::Agent { heard: words, .. } = said {
            heard.push(words);
        }
    })
    .await
    .expect("the conversation");
    let report = if ended { call.wait_for_report(caller::END_MAX).await } else { call.hang_up().await };
    assert!(report.expect("a report").malformed.is_empty());

    let row = demonstration::finished_row(&whole.running, &call_sid).await.expect("it ends").expect("a session");
    assert_ne!(row.outcome.as_deref(), Some("booked"));
    let appointments = ledger::appointments_of_call(whole.running.pool(), &call_sid).await.expect("the database");
    assert!(appointments.is_empty(), "{appointments:?}");
    // The greeting is not an answer.
    heard.get(1).cloned().unwrap_or_default()
}

/// What the caller heard passed through two voices' worth of telephone, so one of several words is enough.
fn assert_says(reply: &str, words: &[&str]) {
    let heard = reply.to_lowercase();
    assert!(words.iter().any(|word| heard.contains(word)), "heard {heard:?}, expected one of {words:?}");
}

/// Books the slot with whoever is free, until nobody is.
async fn take_from_everyone(whole: &Whole, wish: Wish<'_>, start: &jiff::ZonedDateTime) {
    assert_ne!(start.weekday(), Weekday::Sunday);
    assert!(start.timestamp().checked_sub(1.hour()).is_ok_and(|before| before > whole.clock.now()));
    let channel = grpc::channel(&grpc::uri_of(whole.running.grpc_addr)).expect("an address");
    let mut booking = BookingServiceClient::new(channel);
    for person in 0..STAFF_MAX {
        let request = BookRequest {
            tenant_id: booking_svc::demo::tenant_id(wish.tenant).to_string(),
            session_id: uuid::Uuid::now_v7().to_string(),
            channel: Channel::Web.into(),
            idempotency_key: format!("says_no takes the slot {person}"),
            what: Some(book_request::What::Slot(SlotChoice {
                service_id: booking_svc::demo::service_id(wish.tenant, wish.service).to_string(),
                staff_id: String::new(),
                start: Some(proto::convert::to_wire_time(start.timestamp())),
                ..SlotChoice::default()
            })),
            client: Some(Client {
                name: "Robin Vale".to_owned(),
                email: "robin@example.com".to_owned(),
                phone: String::new(),
            }),
            notes: String::new(),
        };
        match booking.book(request).await.expect("an answer").into_inner().outcome {
            Some(book_response::Outcome::Appointment(_)) => {}
            Some(book_response::Outcome::Refusal(refusal)) => {
                assert!(person > 0 && refusal.reason() == RefusalReason::Taken, "{refusal:?}");
                return;
            }
            None => panic!("no outcome"),
        }
    }
    panic!("the slot is never taken");
}
