//! How long a pause ends the caller's turn: by what was asked for, by the caller's own
//! pace, and by what the recogniser makes of the words. Whether
//! there is a pause at all is the voice activity detector's word alone: a caller who makes sound is never cut.

use std::time::Duration;

use crate::{
    config::Timings,
    event::{Expectation, TurnEnd},
    pace::Pace,
};

/// What is left to wait once the detector says that silence began.
pub(crate) fn wait(timings: &Timings, expects: Expectation, hint: Option<TurnEnd>, pace: &Pace) -> Duration {
    // A yes ends soon as it is, and nothing dictated is hurried.
    let may_be_quick = !expects.is_dictated() && expects != Expectation::YesNo;
    let silence = pace.fit(timings.endpoint_for(expects), may_be_quick);
    let silence = match hint {
        Some(TurnEnd::Sure) => Duration::ZERO,
        Some(TurnEnd::Likely) if !expects.is_dictated() => silence.min(timings.endpoint_likely),
        Some(TurnEnd::Likely | TurnEnd::TakenBack) | None => silence,
    };
    silence.saturating_sub(timings.vad_hangover)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(Expectation::Open, 500, 300)]
    #[case(Expectation::Service, 500, 300)]
    #[case(Expectation::Date, 500, 300)]
    #[case(Expectation::Time, 500, 300)]
    #[case(Expectation::YesNo, 250, 250)]
    #[case(Expectation::Name, 700, 300)]
    #[case(Expectation::Email, 900, 900)]
    #[case(Expectation::Phone, 900, 900)]
    fn the_pause_fits_what_is_expected_and_how_likely_the_end_is(
        #[case] expects: Expectation,
        #[case] ms: u64,
        #[case] likely_ms: u64,
    ) {
        let wait = |hint| wait(&Timings::default(), expects, hint, &Pace::default());
        assert_eq!(wait(None), Duration::from_millis(ms));
        assert_eq!(wait(Some(TurnEnd::Likely)), Duration::from_millis(likely_ms));
        assert_eq!(wait(Some(TurnEnd::TakenBack)), Duration::from_millis(ms));
        assert_eq!(wait(Some(TurnEnd::Sure)), Duration::ZERO);
    }

    #[test]
    fn the_detectors_own_wait_counts() {
        let timings = Timings { vad_hangover: Duration::from_millis(200), ..Timings::default() };
        assert_eq!(wait(&timings, Expectation::Open, None, &Pace::default()), Duration::from_millis(300));
        let timings = Timings { vad_hangover: Duration::from_millis(600), ..Timings::default() };
        assert_eq!(wait(&timings, Expectation::Open, None, &Pace::default()), Duration::ZERO);
    }
}
