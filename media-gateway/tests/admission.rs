//! Places and tokens against a real Redis: `REDIS_URL` names it (`make test` starts a private one).

use std::time::Duration;

use media_gateway::admission::{Admission, Admitted, Place};
use proto::id::{CallSid, TenantId};
use tokio_util::task::TaskTracker;

async fn admission() -> Admission {
    let url = std::env::var("REDIS_URL").expect("REDIS_URL is not set: run `make test`, which starts a private Redis");
    Admission::connect(&url).await.expect("Redis")
}

fn call(number: u32) -> CallSid {
    format!("CA{number:032x}").parse().expect("a Call SID")
}

#[tokio::test]
async fn a_tenant_has_as_many_places_as_its_limit() {
    let (admission, tenant) = (admission().await, TenantId::new());
    for number in 0..5 {
        assert!(admission.take_place(tenant, &call(number), 5).await.expect("Redis"));
    }
    assert!(!admission.take_place(tenant, &call(5), 5).await.expect("Redis"), "the sixth call");
    assert!(admission.take_place(TenantId::new(), &call(5), 5).await.expect("Redis"), "another tenant");

    admission.give_place_back(tenant, &call(2)).await.expect("Redis");
    admission.give_place_back(tenant, &call(2)).await.expect("twice is as good as once");
    assert!(admission.take_place(tenant, &call(5), 5).await.expect("Redis"));
}

#[tokio::test]
async fn a_call_that_panics_leaves_no_place_behind() {
    let (admission, tenant, tasks) = (admission().await, TenantId::new(), TaskTracker::new());
    assert!(admission.take_place(tenant, &call(1), 1).await.expect("Redis"));
    let place = Place::of(admission.clone(), tenant, call(1), tasks.clone());
    let carried = tokio::spawn(async move {
        let _place = place;
        panic!("as a fault of ours would");
    });
    assert!(carried.await.expect_err("a panic").is_panic());
    tasks.close();
    tokio::time::timeout(Duration::from_secs(10), tasks.wait()).await.expect("bounded");
    assert!(admission.take_place(tenant, &call(2), 1).await.expect("Redis"));
}

#[tokio::test]
async fn a_repeated_webhook_takes_no_second_place() {
    let (admission, tenant) = (admission().await, TenantId::new());
    assert!(admission.take_place(tenant, &call(1), 1).await.expect("Redis"));
    assert!(admission.take_place(tenant, &call(1), 1).await.expect("Redis"));
    assert!(!admission.take_place(tenant, &call(2), 1).await.expect("Redis"));
}

#[tokio::test]
async fn thirty_two_calls_at_once_get_exactly_the_places_there_are() {
    let (admission, tenant) = (admission().await, TenantId::new());
    let racers = (0..32).map(|number| {
        let admission = admission.clone();
        tokio::spawn(async move { admission.take_place(tenant, &call(number), 5).await.expect("Redis") })
    });
    let admitted =
        futures::future::join_all(racers).await.into_iter().filter(|r| *r.as_ref().expect("no panic")).count();
    assert_eq!(admitted, 5);
}

#[tokio::test]
async fn a_token_opens_one_stream_and_no_more() {
    let admission = admission().await;
    let admitted = Admitted {
        call_sid: call(7).to_string(),
        account_sid: "AC1".to_owned(),
        tenant_id: TenantId::new(),
        caller_phone: "+14155550123".to_owned(),
    };
    let token = admission.issue_token(&admitted).await.expect("Redis");
    assert_eq!(admission.redeem_token(&token).await.expect("Redis"), Some(admitted));
    assert_eq!(admission.redeem_token(&token).await.expect("Redis"), None, "used");
    assert_eq!(admission.redeem_token("made-up").await.expect("Redis"), None, "unknown");
}

#[tokio::test]
async fn it_is_remembered_which_calls_we_ended() {
    let admission = admission().await;
    let (ours, lost) = (format!("CA{}", uuid::Uuid::new_v4().simple()), format!("CA{}", uuid::Uuid::new_v4().simple()));
    let (ours, lost): (CallSid, CallSid) = (ours.parse().expect("a Call SID"), lost.parse().expect("a Call SID"));
    admission.note_ended(&ours).await.expect("Redis");
    assert!(admission.was_ended_by_us(&ours).await.expect("Redis"));
    assert!(!admission.was_ended_by_us(&lost).await.expect("Redis"));
}

#[tokio::test]
async fn a_redis_that_is_away_is_an_error_soon() {
    let asking = Admission::connect("redis://127.0.0.1:1");
    let answer = tokio::time::timeout(Duration::from_secs(10), asking).await.expect("bounded");
    assert!(answer.is_err());
}
