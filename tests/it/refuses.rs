//! Requests that are not the carrier's.

use std::time::Duration;

use receptionist::{demonstration, ledger};
use system_tests::caller::{self, CallError, Signing};

use crate::whole::{Whole, alone_with_whole, with_whole};

/// For waits on the other side; a machine under load is slow.
const BOUND: Duration = Duration::from_secs(30);

#[test]
fn e2e_08_wrong_signature_is_refused() {
    alone_with_whole(async |whole| {
        for signing in [Signing::WrongWebhook, Signing::NoWebhook] {
            assert_refused_at_the_webhook(whole, signing).await;
        }
    });
}

#[test]
fn a_stream_whose_upgrade_is_not_signed_is_refused() {
    alone_with_whole(async |whole| {
        let sessions_before = sessions(whole).await;
        let mut config = demonstration::dial_config(&whole.running, booking_svc::demo::SALON_NUMBER).expect("a line");
        config.signing = Signing::NoUpgrade;
        let refused = caller::dial(config).await;
        assert!(matches!(refused, Err(CallError::Upgrade(_))), "{refused:?}");
        assert_eq!(sessions(whole).await, sessions_before);
    });
}

#[test]
fn a_stream_of_another_format_is_refused() {
    with_whole(async |whole| {
        let refused = r#"media_streams_refused_total{reason="format"}"#;
        let before = whole.metric(refused).await;
        let mut config = demonstration::dial_config(&whole.running, booking_svc::demo::SALON_NUMBER).expect("a line");
        config.sample_rate_hz = 16_000;
        let call = demonstration::dial_patiently(config).await.expect("the socket opens");
        let report = call.wait_for_report(BOUND).await.expect("the gateway ends the stream");
        let said = &report.carrier_said;
        assert!(said.iter().any(|sentence| sentence.contains("interrupted")), "the caller is told: {said:?}");
        assert_eq!(whole.metric(refused).await, before + 1.0);
    });
}

#[test]
fn a_number_that_nobody_has_is_told_so_by_the_carriers_voice() {
    with_whole(async |whole| {
        let config = demonstration::dial_config(&whole.running, "+14155550000").expect("a line");
        let answer = caller::dial(config).await;
        assert!(matches!(&answer, Err(CallError::NotConnected { said }) if !said.is_empty()), "{answer:?}");
    });
}

async fn assert_refused_at_the_webhook(whole: &Whole, signing: Signing) {
    let sessions_before = sessions(whole).await;
    let mut config = demonstration::dial_config(&whole.running, booking_svc::demo::SALON_NUMBER).expect("a line");
    config.signing = signing;
    let refused = caller::dial(config).await;
    assert!(matches!(refused, Err(CallError::Refused(403))), "{signing:?}: {refused:?}");
    assert_eq!(sessions(whole).await, sessions_before, "{signing:?} leaves no session");
}

async fn sessions(whole: &Whole) -> i64 {
    ledger::call_count(whole.running.pool()).await.expect("the sessions")
}
