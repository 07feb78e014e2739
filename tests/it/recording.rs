//! A call is kept only if its business records, and is played and deleted by the key alone.

use std::{path::PathBuf, time::Duration};

use receptionist::demonstration;
use system_tests::caller::LineTime;
use tokio::sync::Mutex;

use crate::whole::{RECORDING_KEY, Whole, with_whole};

/// For waits on the other side; a machine under load is slow.
const BOUND: Duration = Duration::from_secs(45);
/// Whether the business records is for one test at a time to say.
static SETTING: Mutex<()> = Mutex::const_new(());
/// Louder than the line's silence.
const AUDIBLE: u16 = 300;

#[test]
fn only_a_business_that_records_has_a_recording_and_the_key_plays_and_deletes_it() {
    with_whole(async |whole| {
        let _setting = SETTING.lock().await;
        let unrecorded = make_call(whole).await;
        assert!(!file_of(whole, &unrecorded).exists());

        set_recording(whole, true).await;
        let recorded = make_call(whole).await;
        set_recording(whole, false).await;

        let path = file_of(whole, &recorded);
        let mut wav = hound::WavReader::open(&path).expect("a WAV");
        assert_eq!((wav.spec().channels, wav.spec().sample_rate), (2, 8_000));
        let samples: Vec<i16> = wav.samples().map(|sample| sample.expect("a sample")).collect();
        let loud = |side: usize| samples.iter().skip(side).step_by(2).filter(|s| s.unsigned_abs() > AUDIBLE).count();
        assert!(loud(0) > 2_000, "the caller's words: {}", loud(0));
        assert!(loud(1) > 2_000, "the agent's reply: {}", loud(1));

        let address = whole.running.http_addr.expect("voice is on");
        let tenant = booking_svc::demo::tenant_id(booking_svc::demo::SALON);
        let url = format!("http://{address}/api/v1/tenants/{tenant}/recordings/{recorded}");
        let client = reqwest::Client::new();
        let get = |key: &str| client.get(&url).bearer_auth(key).send();
        assert_eq!(get("not the key").await.expect("an answer").status(), 401);
        let played = get(RECORDING_KEY).await.expect("an answer").bytes().await.expect("a body");
        assert_eq!(played, std::fs::read(&path).expect("the file"));
        let deleted = client.delete(&url).bearer_auth(RECORDING_KEY).send().await.expect("an answer");
        assert_eq!(deleted.status(), 204);
        assert!(!path.exists());
        assert_eq!(get(RECORDING_KEY).await.expect("an answer").status(), 404);
    });
}

#[test]
fn a_caller_who_says_so_is_not_recorded() {
    with_whole(async |whole| {
        let _setting = SETTING.lock().await;
        set_recording(whole, true).await;
        let config = demonstration::dial_config(&whole.running, booking_svc::demo::SALON_NUMBER).expect("a line");
        let call = demonstration::dial_patiently(config).await.expect("the line opens");
        let path = file_of(whole, call.call_sid());
        call.wait_until_agent_quiet(LineTime::ZERO, BOUND).await.expect("the greeting");
        system_tests::eventually(BOUND, "the recording has begun", async || path.exists()).await;
        set_recording(whole, false).await;

        let declined = call.now();
        call.say("Please don't record this call.").await.expect("the line is open");
        system_tests::eventually(BOUND, "what was kept is gone", async || !path.exists()).await;
        call.wait_until_agent_quiet(declined, BOUND).await.expect("a reply");
        let asked = call.now();
        call.say("How much is a massage, please?").await.expect("the line is open");
        call.wait_until_agent_quiet(asked, BOUND).await.expect("the call goes on");

        let call_sid = call.call_sid().to_owned();
        call.hang_up().await.expect("the call ends");
        let row = demonstration::finished_row(&whole.running, &call_sid).await.expect("it ends").expect("a session");
        assert!(row.turn_count >= 2, "both sentences were turns of the call");
        assert_eq!(files_named_after(whole, &call_sid), Vec::<PathBuf>::new(), "nothing of it is kept");
    });
}

/// Whatever the folder of recordings has of a call, under any ending.
fn files_named_after(whole: &Whole, call_sid: &str) -> Vec<PathBuf> {
    let folder = file_of(whole, call_sid).parent().expect("the tenant's folder").to_owned();
    let entries = std::fs::read_dir(folder).expect("the folder");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    paths.filter(|path| path.to_string_lossy().contains(call_sid)).collect()
}

/// Hears the greeting and the consent sentence out, asks something, hears the answer and hangs up.
async fn make_call(whole: &Whole) -> String {
    let config = demonstration::dial_config(&whole.running, booking_svc::demo::SALON_NUMBER).expect("a line");
    let call = demonstration::dial_patiently(config).await.expect("the line opens");
    call.wait_until_agent_quiet(LineTime::ZERO, BOUND).await.expect("the greeting");
    let asked = call.now();
    call.say("How much is a massage, please?").await.expect("the line is open");
    call.wait_until_agent_quiet(asked, BOUND).await.expect("a reply");
    let call_sid = call.call_sid().to_owned();
    call.hang_up().await.expect("the call ends");
    demonstration::finished_row(&whole.running, &call_sid).await.expect("it ends").expect("a session");
    // The row is written before the file is closed.
    let path = file_of(whole, &call_sid);
    if path.exists() {
        system_tests::eventually(BOUND, "the recording is complete", async || {
            std::fs::read(&path).is_ok_and(|bytes| bytes.get(32..40) == Some(b"complete"))
        })
        .await;
    }
    call_sid
}

fn file_of(whole: &Whole, call_sid: &str) -> PathBuf {
    let tenant = booking_svc::demo::tenant_id(booking_svc::demo::SALON);
    whole.recordings.path().join(tenant.to_string()).join(format!("{call_sid}.wav"))
}

async fn set_recording(whole: &Whole, enabled: bool) {
    sqlx::query("UPDATE tenants SET recording_enabled = $1 WHERE slug = $2")
        .bind(enabled)
        .bind(booking_svc::demo::SALON)
        .execute(whole.running.pool())
        .await
        .expect("the database");
}
