//! Whether the engine is sure of what it understood: then it answers at once, and no model is asked.

use std::ops::Range;

use proto::Language;

use super::{
    Dialogue, State,
    apply::{self, Reaction},
    understand::{Found, Intent, Understanding, words::Words},
};

/// A value that is less sure makes a turn hard.
const SURE: f32 = 0.6;
/// Words that nothing explains, beside small ones: more of them may mean something.
const UNEXPLAINED_MAX: usize = 2;

/// How the engine reads an utterance.
pub struct Reading {
    pub said: Understanding,
    /// The engine would answer it well.
    pub plain: bool,
}

impl Reading {
    /// Nothing was heard, or what was heard must be obeyed to the letter.
    pub fn must_be_plain(&self) -> bool {
        self.said.words == 0 || self.said.has(Intent::NoRecording)
    }
}

impl Dialogue<'_> {
    /// Reads an utterance, and leaves the conversation as it is.
    pub fn read(&self, state: &State, text: &str) -> Reading {
        let mut reading = Reading { said: self.understand(state, text), plain: false };
        reading.plain = reading.must_be_plain() || self.is_plain(state, text, &reading.said);
        reading
    }

    fn is_plain(&self, state: &State, text: &str, said: &Understanding) -> bool {
        let mut tried = state.clone();
        if apply::apply(self, &mut tried, said) == Reaction::Missed {
            return false;
        }
        let several = said.services.len() > 1 || said.names.len() > 1 || said.something_else.is_some();
        !several && is_sure(said) && unexplained(text, self.business.language, said) <= UNEXPLAINED_MAX
    }
}

fn is_sure(said: &Understanding) -> bool {
    let dates = said.dates.iter().map(|found| found.confidence);
    let times = said.times.iter().map(|found| found.confidence);
    let services = said.services.iter().map(|found| found.confidence);
    let names = said.names.iter().map(|found| found.confidence);
    dates.chain(times).chain(services).chain(names).all(|confidence| confidence >= SURE)
}

/// Words that belong to nothing that was understood, and are no small ones.
fn unexplained(text: &str, language: Language, said: &Understanding) -> usize {
    let words = Words::of(text, language);
    let explained = ranges(said);
    let small = small_words(language);
    (0..words.len())
        .filter(|i| !explained.iter().any(|range| range.contains(i)))
        .filter(|i| !small.contains(&words.norm(*i)))
        .count()
}

fn ranges(said: &Understanding) -> Vec<Range<usize>> {
    fn all<T>(found: &[Found<T>]) -> impl Iterator<Item = Range<usize>> + '_ {
        found.iter().map(|f| f.words.clone())
    }
    let answer = said.answer.iter().map(|f| f.words.clone());
    let email = said.email.iter().map(|f| f.words.clone());
    // An address that is being spelled is all there is.
    let spelled = said.email_local.iter().map(|_| 0..said.words);
    let phone = said.phone.iter().map(|f| f.words.clone());
    let choice = said.choice.iter().map(|f| f.words.clone());
    all(&said.intents)
        .chain(all(&said.dates))
        .chain(all(&said.times))
        .chain(all(&said.moments))
        .chain(all(&said.services))
        .chain(all(&said.staff))
        .chain(all(&said.names))
        .chain(answer)
        .chain(email)
        .chain(spelled)
        .chain(phone)
        .chain(choice)
        .collect()
}

/// Words that carry a wish and are none.
const fn small_words(language: Language) -> &'static [&'static str] {
    match language {
        Language::English => &[
            "a",
            "an",
            "the",
            "i",
            "im",
            "id",
            "ill",
            "my",
            "me",
            "you",
            "your",
            "it",
            "its",
            "is",
            "are",
            "be",
            "to",
            "for",
            "of",
            "on",
            "in",
            "at",
            "and",
            "or",
            "so",
            "with",
            "by",
            "would",
            "could",
            "can",
            "may",
            "will",
            "like",
            "want",
            "need",
            "get",
            "have",
            "do",
            "please",
            "just",
            "oh",
            "uh",
            "um",
            "well",
            "hi",
            "hello",
            "hey",
            "yes",
            "yeah",
            "ok",
            "okay",
            "that",
            "this",
            "there",
            "then",
            "thats",
            "was",
            "wondering",
            "if",
            "maybe",
            "actually",
            "let",
            "lets",
            "make",
            "see",
            "take",
            "go",
            "how",
            "about",
            "what",
            "thanks",
            "thank",
            "appointment",
            "booking",
            "book",
            "schedule",
            "some",
            "one",
            "also",
            "make",
            "mm",
            "hmm",
            "er",
            "ah",
            "good",
            "great",
            "perfect",
            "sorry",
            "no",
            "not",
            "name",
            "email",
            "number",
            "day",
            "time",
            "instead",
        ],
        Language::Spanish => &[
            "un", "una", "el", "la", "los", "las", "lo", "yo", "mi", "me", "su", "es", "esta", "son", "a", "al", "de",
            "del", "en", "para", "por", "con", "y", "o", "que", "se", "le", "quisiera", "quiero", "quiere", "querria",
            "puede", "puedo", "podria", "necesito", "favor", "si", "bueno", "pues", "eh", "hola", "buenas", "buenos",
            "dias", "tardes", "gracias", "cita", "reservar", "reserva", "hacer", "pedir", "agendar", "ver", "tener",
            "tal", "vez", "mejor", "entonces", "ya", "muy", "bien", "perfecto", "claro", "no", "nombre", "correo",
            "dia", "hora", "tambien", "como", "usted", "llamo", "soy", "seria", "gustaria", "mire", "disculpe", "vale",
        ],
    }
}
