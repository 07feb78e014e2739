//! A spelled address is heard, wherever in its frames the sound begins: at some places the model would rather give up.

use call::Expectation;
use media_gateway::{
    listen::mulaw,
    speech::{Engine, models_dir},
};
use receptionist::evaluation::chain::{Pace, hear};
use system_tests::caller_voice;

/// A part of a frame: 7.5 ms.
const SHIFT_BYTES: usize = 60;
const SHIFTS: usize = 8;

#[tokio::test]
async fn no_place_in_the_frames_makes_a_spelled_address_vanish() {
    let engine =
        Engine::load(models_dir(|name| std::env::var(name).ok())).expect("speech models; `make models` fetches them");
    let samples =
        caller_voice::speak("A. L. E. X., at example dot com.", caller_voice::DEFAULT).await.expect("a voice");
    for shift in 0..SHIFTS {
        let mut sound = vec![mulaw::SILENCE; shift * SHIFT_BYTES];
        sound.extend(samples.iter().copied().map(mulaw::encode));
        let heard = hear(&engine, &sound, Expectation::Email, &[], Pace::Condensed).await.expect("words").text;
        println!("{shift}: {heard}");
        assert!(heard.to_lowercase().contains("example"), "{heard:?} was heard, {shift} parts of a frame later");
    }
}
