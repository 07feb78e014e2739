//! The words of the agent, in each language. What to say is decided elsewhere; here is how it is said.
//!
//! A language is a folder of three files: `values.rs` says dates, times, lists and prices, `changes.rs` speaks of appointments
//! that exist, `sentences.rs` says everything else. The compiler knows when one of them lacks something. To add a language: name it in [`Language`], then follow
//! the compiler.

mod changes;
mod english;
mod sentences;
mod spanish;
mod values;

use proto::Language;

pub use self::{
    changes::Changes,
    sentences::{Forms, Missing, Sentences, Then},
    spanish::MONTHS as SPANISH_MONTHS,
    values::Values,
};

/// All that is said in one language.
pub trait Wording: Values + Sentences + Changes {}

impl<T: Values + Sentences + Changes> Wording for T {}

pub const fn of(language: Language) -> &'static dyn Wording {
    match language {
        Language::English => &english::English,
        Language::Spanish => &spanish::Spanish,
    }
}

/// A date further ahead than this is said with its year.
const YEAR_SAID_DAYS: i32 = 300;

fn needs_year(date: jiff::civil::Date, today: jiff::civil::Date) -> bool {
    date.since(today).map_or(true, |ahead| ahead.get_days() > YEAR_SAID_DAYS)
}

/// With a capital letter, to begin a sentence.
fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|c| c.to_uppercase().collect::<String>() + chars.as_str()).unwrap_or_default()
}
