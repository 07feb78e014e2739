//! A receptionist that is started again greets with what it kept on disk.

use std::{fs, time::Duration};

use receptionist::demonstration;
use system_tests::{
    caller::LineTime,
    fakes::{azure_tts::AzureTts, elevenlabs::ElevenLabs},
    settles,
};

use crate::{spoken::text_of, voice_dies::start, whole::with_whole};

/// For waits on the other side; a machine under load is slow.
const BOUND: Duration = Duration::from_secs(30);

#[test]
fn a_restarted_receptionist_greets_without_asking_the_vendor() {
    with_whole(async |whole| {
        let dir = tempfile::tempdir().expect("a folder");
        let kept = [("TTS_CACHE_DIR", dir.path().to_str().expect("text"))];
        let files = || fs::read_dir(dir.path()).map(Iterator::count).unwrap_or_default();
        let mut greetings = Vec::new();
        for is_restarted in [false, true] {
            let azure = AzureTts::start().await.expect("a port");
            let other = ElevenLabs::start().await.expect("a port");
            let running = start(whole, &azure, &other, &kept).await;
            let config = demonstration::dial_config(&running, booking_svc::demo::SALON_NUMBER).expect("a line");
            let call = demonstration::dial_patiently(config).await.expect("the line opens");
            let greeting = call.wait_until_agent_quiet(LineTime::ZERO, BOUND).await.expect("the greeting");
            let made = async || files();
            settles(BOUND, Duration::from_secs(2), "the fixed phrases are kept", made).await;
            call.hang_up().await.expect("the call ends");
            running.stop().await.expect("everything ends");
            let asked: Vec<String> = azure.record().requests().into_iter().map(|request| request.text).collect();
            assert_eq!(asked.is_empty(), is_restarted, "{asked:?}");
            greetings.push(text_of(&greeting));
        }
        assert_eq!(greetings[0], greetings[1]);
    });
}
