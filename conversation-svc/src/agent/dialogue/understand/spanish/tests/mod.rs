//! What Spanish-speaking callers say and what is understood of it: one file a kind, one row an utterance.

mod addresses;
mod answers;
mod dates;
mod intents;
mod names;
mod numbers;
mod times;
mod whole;

use jiff::civil::{Date, date};
use proto::Language;

use crate::agent::dialogue::{
    Expectation,
    understand::{Context, Understanding, understand, words::Words},
};

/// A Tuesday.
const TODAY: Date = date(2026, 11, 24);

fn words(text: &str) -> Words<'_> {
    Words::of(text, Language::Spanish)
}

fn heard(text: &str, expects: Expectation) -> Understanding {
    let context = Context {
        language: Language::Spanish,
        now: TODAY.at(10, 0, 0, 0),
        expects,
        offered: false,
        read_back: false,
        services: &[],
        staff: &[],
    };
    understand(text, &context)
}
