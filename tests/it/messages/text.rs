//! Text messages: through the handoff service, which has the carrier's keys and counts.

use std::time::Duration;

use booking_svc::demo;
use handoff_svc::{
    GRPC_NAME, HandoffSvc,
    handoff::Delivering,
    sms::{Twilio, TwilioSettings},
};
use service_runtime::{Clock, Env, grpc};
use sqlx::PgPool;
use system_tests::fakes::twilio_rest::{ACCOUNT_SID, AUTH_TOKEN, Refuse, TwilioRest};
use tokio::net::TcpListener;
use tonic::service::RoutesBuilder;

use super::{Business, CLIENT_PHONE, client};

const OUR_NUMBER: &str = "+14155550100";

/// The handoff service before a carrier; its address.
async fn handoff_service(salon: &Business, carrier: &TwilioRest) -> Env {
    let settings = TwilioSettings {
        base_url: carrier.url(),
        account_sid: ACCOUNT_SID.to_owned(),
        auth_token: AUTH_TOKEN.to_owned().into(),
        from: OUR_NUMBER.parse().expect("a number"),
    };
    let delivering = Delivering::new(Some(Twilio::new(settings).expect("a client")), None);
    let (ttl, lifecycle) = (Duration::from_secs(900), &salon.lifecycle);
    let service = HandoffSvc::start_on(salon.pool.clone(), ttl, delivering, Clock::system(), lifecycle);
    let mut routes = RoutesBuilder::default();
    service.await.expect("a service").add_grpc(&mut routes);
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let uri = grpc::uri_of(listener.local_addr().expect("an address"));
    let stop = lifecycle.soft().clone();
    lifecycle.spawn("grpc", grpc::serve(listener, routes, &[GRPC_NAME], proto::DESCRIPTORS, stop));
    Env::from_pairs([("HANDOFF_GRPC_URL", uri)])
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn clients_hear_by_text_what_becomes_of_their_appointment(pool: PgPool) {
    let carrier = TwilioRest::start().await.expect("a port");
    let salon = Business::open(pool, demo::SALON).await;
    salon.tell(&handoff_service(&salon, &carrier).await);
    let booked = salon.massage().await;
    salon.until_settled("text", 1).await;
    let moved = salon.reschedule(&booked).await;
    salon.until_settled("text", 2).await;
    salon.cancel(&moved).await;
    salon.until_settled("text", 3).await;
    let texts = carrier.record().requests();
    let bodies: Vec<&str> = texts.iter().map(|text| text.body.as_str()).collect();
    assert_eq!(
        bodies,
        [
            "Harmony Wellness: booked. Massage, Thu, Jun 11, 2:00 PM EDT. Questions or changes: +14155550199",
            "Harmony Wellness: moved. Massage, now Thu, Jun 11, 3:00 PM EDT. Questions or changes: +14155550199",
            "Harmony Wellness: cancelled. Massage, Thu, Jun 11, 3:00 PM EDT. Questions or changes: +14155550199",
        ]
    );
    assert!(texts.iter().all(|text| text.to == CLIENT_PHONE && text.from == OUR_NUMBER));
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn a_delivery_that_is_repeated_sends_no_second_text(pool: PgPool) {
    let carrier = TwilioRest::start().await.expect("a port");
    let salon = Business::open(pool, demo::SALON).await;
    salon.tell(&handoff_service(&salon, &carrier).await);
    salon.massage().await;
    salon.until_settled("text", 1).await;
    // As if the process had died before it wrote the success down.
    salon.set("UPDATE outbox_deliveries SET state = 'waiting', settled_at = NULL, available_at = now() WHERE tenant_id = $1").await;
    salon.until_settled("text", 1).await;
    assert_eq!(salon.deliveries("text").await, [("done".to_owned(), String::new(), 2)]);
    assert_eq!(carrier.record().requests().len(), 1);
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn our_accounts_trouble_puts_a_text_off(pool: PgPool) {
    let carrier = TwilioRest::start().await.expect("a port");
    carrier.record().script(Refuse(401, 20_003));
    let salon = Business::open(pool, demo::SALON).await;
    salon.tell(&handoff_service(&salon, &carrier).await);
    salon.massage().await;
    salon.until_put_off("text", "carrier").await;
    salon.hurry().await;
    salon.until_settled("text", 1).await;
    assert_eq!(salon.deliveries("text").await, [("done".to_owned(), String::new(), 2)]);
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn a_client_who_opted_out_is_left_alone(pool: PgPool) {
    let carrier = TwilioRest::start().await.expect("a port");
    carrier.record().script(Refuse(400, 21_610));
    let salon = Business::open(pool, demo::SALON).await;
    salon.tell(&handoff_service(&salon, &carrier).await);
    salon.massage().await;
    salon.until_settled("text", 1).await;
    assert_eq!(salon.deliveries("text").await, [("dead".to_owned(), "refused".to_owned(), 1)]);
    assert_eq!(carrier.record().requests().len(), 1);
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn a_text_that_may_have_been_sent_is_not_sent_again(pool: PgPool) {
    let carrier = TwilioRest::start().await.expect("a port");
    // Within one delivery the carrier is asked twice.
    carrier.record().script(Refuse(500, 0));
    carrier.record().script(Refuse(502, 0));
    let salon = Business::open(pool, demo::SALON).await;
    salon.tell(&handoff_service(&salon, &carrier).await);
    salon.massage().await;
    salon.until_settled("text", 1).await;
    assert_eq!(salon.deliveries("text").await, [("dead".to_owned(), "unclear".to_owned(), 1)]);
    assert_eq!(carrier.record().requests().len(), 2);
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn nothing_is_sent_where_it_is_not_wanted_or_there_is_no_phone(pool: PgPool) {
    let carrier = TwilioRest::start().await.expect("a port");
    let salon = Business::open(pool, demo::SALON).await;
    salon.tell(&handoff_service(&salon, &carrier).await);
    let nobody =
        booking_svc::booking::appointment::Client { phone: None, ..client("Alex Morrison", "alex@example.com") };
    salon.book("Massage", "Sam Rivera", nobody).await;
    salon.until_settled("text", 1).await;
    salon.set("UPDATE tenants SET messages_by_text = false WHERE id = $1").await;
    salon.massage().await;
    salon.until_settled("text", 2).await;
    let reasons: Vec<String> = salon.deliveries("text").await.into_iter().map(|(_, reason, _)| reason).collect();
    assert_eq!(reasons, ["no_phone", "not_wanted"]);
    assert_eq!(carrier.record().requests(), []);
}
