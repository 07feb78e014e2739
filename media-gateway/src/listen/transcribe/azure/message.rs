//! What Azure sends within a turn. What is unknown is ignored; what is missing has its default.

use serde::Deserialize;

/// Offsets and lengths are in units of 100 ns, from the first sample of the turn.
const UNITS_PER_SECOND: f64 = 1e7;

pub fn seconds(units: f64) -> f64 {
    units / UNITS_PER_SECOND
}

/// `speech.hypothesis`: the words so far of a phrase.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Hypothesis {
    pub text: String,
    #[serde(default)]
    pub offset: f64,
    #[serde(default)]
    pub duration: f64,
}

/// `speech.phrase`: what was said in a span, and will not change.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Phrase {
    #[serde(rename = "RecognitionStatus")]
    pub status: Status,
    #[serde(default)]
    pub offset: f64,
    #[serde(default)]
    pub duration: f64,
    display_text: Option<String>,
    /// The likeliest first.
    #[serde(rename = "NBest", default)]
    alternatives: Vec<Alternative>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
pub enum Status {
    Success,
    /// Sound, but no words.
    NoMatch,
    /// Nothing but silence since the turn, or the last phrase.
    InitialSilenceTimeout,
    /// Nothing but noise.
    BabbleTimeout,
    Error,
    EndOfDictation,
    /// As many streams as the account may have.
    TooManyRequests,
    BadRequest,
    /// The quota is used up.
    Forbidden,
    #[serde(other)]
    Unknown,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Alternative {
    display: Option<String>,
    #[serde(default)]
    words: Vec<Word>,
}

/// Where a word of an alternative was said. The words themselves are as they sound, not as they are written.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Word {
    #[serde(default)]
    pub offset: f64,
    #[serde(default)]
    pub duration: f64,
}

impl Phrase {
    /// As it is written, with capitals and punctuation.
    pub fn into_text(self) -> String {
        let best = self.alternatives.into_iter().next().and_then(|best| best.display);
        best.or(self.display_text).unwrap_or_default()
    }

    pub fn words(&self) -> &[Word] {
        self.alternatives.first().map_or(&[], |best| &best.words)
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[test]
    fn a_detailed_phrase_gives_the_best_as_it_is_written() {
        let phrase: Phrase = serde_json::from_str(
            r#"{"Id":"1","RecognitionStatus":"Success","Offset":1300000,"Duration":14000000,"Channel":0,
                "NBest":[{"Confidence":0.96,"Lexical":"at three","ITN":"at 3","MaskedITN":"at 3","Display":"At 3.",
                          "Words":[{"Word":"at","Offset":1300000,"Duration":2000000},
                                   {"Word":"three","Offset":3300000,"Duration":4000000}]},
                         {"Confidence":0.5,"Display":"A tree."}]}"#,
        )
        .unwrap();
        assert_eq!((phrase.status, phrase.offset, phrase.duration), (Status::Success, 1_300_000.0, 14_000_000.0));
        assert_eq!(phrase.words().iter().map(|word| seconds(word.offset)).collect::<Vec<_>>(), [0.13, 0.33]);
        assert_eq!(phrase.into_text(), "At 3.");
    }

    #[rstest]
    #[case::simple(r#"{"RecognitionStatus":"Success","DisplayText":"Yes.","Offset":1,"Duration":2}"#, "Yes.")]
    #[case::without_display(
        r#"{"RecognitionStatus":"Success","DisplayText":"Yes.","NBest":[{"Lexical":"yes"}]}"#,
        "Yes."
    )]
    #[case::empty(r#"{"RecognitionStatus":"NoMatch","Offset":1,"Duration":2}"#, "")]
    fn what_is_missing_has_its_default(#[case] body: &str, #[case] text: &str) {
        let phrase: Phrase = serde_json::from_str(body).unwrap();
        assert!(phrase.words().is_empty());
        assert_eq!(phrase.into_text(), text);
    }

    #[rstest]
    #[case(r#"{"RecognitionStatus":"Startled"}"#, Some(Status::Unknown))]
    #[case(r#"{"RecognitionStatus":"BabbleTimeout","Offset":-1.5e300}"#, Some(Status::BabbleTimeout))]
    #[case(r#"{"DisplayText":"Yes."}"#, None)]
    #[case(r#"{"RecognitionStatus":"Success","Offset":"soon"}"#, None)]
    #[case("[1,2", None)]
    fn a_status_is_known_unknown_or_missing(#[case] body: &str, #[case] status: Option<Status>) {
        assert_eq!(serde_json::from_str::<Phrase>(body).ok().map(|phrase| phrase.status), status);
    }
}
