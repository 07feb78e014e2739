//! Calls that are ended by the carrier's REST API.

use media_gateway::twilio::hang_up::{AccountSettings, HangUp, HangUpError};
use proto::id::CallSid;
use rstest::rstest;
use system_tests::fakes::twilio_rest::{ACCOUNT_SID, AUTH_TOKEN, CallUpdate, Refuse, TwilioRest};

const CALL: &str = "CA0123456789abcdef0123456789abcdef";

#[rstest]
#[case::at_once(&[], Ok(()))]
#[case::after_the_carrier_was_busy(&[Refuse(503, 20_503), Refuse(429, 20_429)], Ok(()))]
#[case::of_a_call_that_the_carrier_has_forgotten(&[Refuse(404, 20_404)], Ok(()))]
#[case::of_a_call_that_is_over(&[Refuse(400, 21_220)], Ok(()))]
#[case::which_is_refused(&[Refuse(400, 21_218)], Err(HangUpError::Answered { status: 400 }))]
#[tokio::test]
async fn a_call_is_ended(#[case] answers: &[Refuse], #[case] ended: Result<(), HangUpError>) {
    service_runtime::install_crypto_provider();
    let carrier = TwilioRest::start().await.expect("a port");
    for refused in answers {
        carrier.calls().script(*refused);
    }
    assert_eq!(hang_up(&carrier.url(), AUTH_TOKEN).end(&call()).await, ended);
    let passed = answers.iter().filter(|Refuse(status, _)| *status == 429 || *status >= 500).count();
    let update = CallUpdate { call_sid: CALL.to_owned(), status: "completed".to_owned() };
    assert_eq!(carrier.calls().requests(), vec![update; passed + 1]);
}

#[tokio::test]
async fn a_wrong_token_is_told_at_once() {
    service_runtime::install_crypto_provider();
    let carrier = TwilioRest::start().await.expect("a port");
    let ended = hang_up(&carrier.url(), "another").end(&call()).await;
    assert_eq!(ended, Err(HangUpError::Answered { status: 401 }));
}

fn hang_up(url: &str, token: &str) -> HangUp {
    let settings = AccountSettings {
        base_url: url.to_owned(),
        account_sid: ACCOUNT_SID.to_owned(),
        auth_token: token.to_owned().into(),
    };
    HangUp::new(settings).expect("a client")
}

fn call() -> CallSid {
    CALL.parse().expect("a Call SID")
}
