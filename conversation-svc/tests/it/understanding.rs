//! Properties of the understanding over arbitrary text.

use conversation_svc::{
    agent::dialogue::{
        Channel, Dialogue, Expectation, State, Step, ToolAnswer,
        understand::{Context, understand},
    },
    understand_json,
};
use jiff::{Timestamp, civil::date, tz::TimeZone};
use proptest::prelude::*;
use proto::Language;

use super::world;

/// Words that the grammars know, so that random text reaches deep into them.
fn words() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "next",
        "friday",
        "the",
        "second",
        "of",
        "march",
        "at",
        "half",
        "past",
        "three",
        "pm",
        "p.m.",
        "between",
        "and",
        "2",
        "330",
        "31st",
        "a",
        "b",
        "as",
        "in",
        "boy",
        "double",
        "t",
        "dot",
        "com",
        "@",
        "alex@example.com",
        "my",
        "name",
        "is",
        "no",
        "yes",
        "actually",
        "not",
        "massage",
        "with",
        "maria",
        "two",
        "weeks",
        "from",
        "today",
        "2026-02-30",
        "13/13",
        "twenty",
        "hundred",
        "thousand",
        "oh",
        "w",
        "-",
        "…",
        "double u",
        "x-ray",
        "99999999999999999999",
        "12:75",
        "0:00",
        "a.m",
        "é",
        "👌🏾",
        "e\u{301}",
        "İ",
        "ß",
        "$",
        "under score",
        "capital",
        "to",
    ]);
    let word = prop_oneof![4 => known.prop_map(str::to_owned), 1 => "\\PC{0,6}"];
    prop::collection::vec(word, 0..14).prop_map(|words| words.join(" "))
}

/// The same for Spanish.
fn palabras() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "el",
        "próximo",
        "viernes",
        "mañana",
        "pasado",
        "por",
        "la",
        "de",
        "las",
        "tres",
        "y",
        "media",
        "menos",
        "cuarto",
        "para",
        "entre",
        "a",
        "p.",
        "m.",
        "2",
        "330",
        "31",
        "treinta",
        "uno",
        "marzo",
        "que",
        "viene",
        "en",
        "ocho",
        "días",
        "semana",
        "be",
        "burro",
        "hache",
        "eñe",
        "doble",
        "uve",
        "te",
        "o",
        "arroba",
        "punto",
        "com",
        "guion",
        "bajo",
        "todo",
        "junto",
        "@",
        "me",
        "llamo",
        "soy",
        "nombre",
        "del",
        "Cruz",
        "no",
        "sí",
        "mejor",
        "perdón",
        "digo",
        "masaje",
        "con",
        "María",
        "dos",
        "mil",
        "cien",
        "seiscientos",
        "más",
        "primero",
        "último",
        "mes",
        "1.º",
        "30 de febrero",
        "99999999999999999999",
        "12:75",
        "0:00",
        "¿",
        "ñ",
        "n\u{303}",
        "É",
        "-",
        "…",
        "mayúscula",
        "hoy",
        "noche",
        "quincena",
    ]);
    let word = prop_oneof![4 => known.prop_map(str::to_owned), 1 => "\\PC{0,6}"];
    prop::collection::vec(word, 0..14).prop_map(|words| words.join(" "))
}

fn said() -> impl Strategy<Value = (Language, String)> {
    prop_oneof![
        words().prop_map(|text| (Language::English, text)),
        palabras().prop_map(|text| (Language::Spanish, text)),
    ]
}

fn language() -> impl Strategy<Value = Language> {
    prop::sample::select(Language::ALL.to_vec())
}

fn expectation() -> impl Strategy<Value = Expectation> {
    prop::sample::select(vec![
        Expectation::Open,
        Expectation::YesNo,
        Expectation::Service,
        Expectation::Date,
        Expectation::Time,
        Expectation::Name,
        Expectation::Email,
        Expectation::Phone,
    ])
}

#[test]
fn what_was_understood_shows_no_value_in_its_debug_form() {
    let business = world::business();
    let context = Context {
        language: Language::English,
        now: date(2026, 11, 24).at(10, 0, 0, 0),
        expects: Expectation::Email,
        offered: false,
        read_back: false,
        services: &business.services,
        staff: &business.staff,
    };
    for text in ["My name is Zelda Quux, z e l d a at quux dot com, 415 555 0123", "z e l d a"] {
        let shown = format!("{:?}", understand(text, &context)).to_lowercase();
        for value in ["zelda", "quux", "0123"] {
            assert!(!shown.contains(value), "{value} in {shown}");
        }
    }
}

proptest! {
    #[test]
    fn no_text_panics_and_every_range_lies_in_it((language, text) in said(), expects in expectation(), offered: bool, read_back: bool) {
        let business = world::business();
        let context = Context { language, now: date(2026, 11, 24).at(10, 0, 0, 0), expects, offered, read_back, services: &business.services, staff: &business.staff };
        let understood = understand(&text, &context);
        let ends = understood.dates.iter().map(|f| f.words.end)
            .chain(understood.times.iter().map(|f| f.words.end))
            .chain(understood.names.iter().map(|f| f.words.end))
            .chain(understood.services.iter().map(|f| f.words.end))
            .chain(understood.intents.iter().map(|f| f.words.end));
        for end in ends {
            prop_assert!(end <= understood.words, "{} of {}", end, understood.words);
        }
        for found in &understood.dates {
            prop_assert!(found.value.start < found.value.end_excl);
        }
        let now: Timestamp = "2026-11-24T15:00:00Z".parse().expect("an instant");
        let shown = understand_json(&text, language, now, &TimeZone::UTC);
        prop_assert!(shown.is_object());
    }

    #[test]
    fn no_text_panics_at_all(language in language(), text in "\\PC{0,200}") {
        let now: Timestamp = "9999-12-30T22:00:00Z".parse().expect("the end of the calendar");
        prop_assert!(understand_json(&text, language, now, &TimeZone::UTC).is_object());
    }

    /// Whatever is said and however the booking service answers, a turn ends within its tools, says something, and
    /// never claims a booking that was not made.
    #[test]
    fn every_turn_ends_with_words(lines in prop::collection::vec(words(), 1..12), answers in prop::collection::vec(0..4u8, 80)) {
        let mut world = world::World::new("2026-11-24T15:00:00Z".parse().expect("an instant"));
        let business = world.business.clone();
        let mut state = State::new(Channel::Phone, None);
        let mut answers = answers.into_iter();
        for (turn, line) in (1..).zip(lines) {
            let dialogue = Dialogue { business: &business, now: world.now, turn };
            let mut step = dialogue.hear(&mut state, &line);
            let mut tools = 0;
            let reply = loop {
                match step {
                    Step::Say(reply) => break reply,
                    Step::Call(call) => {
                        tools += 1;
                        prop_assert!(tools <= 6);
                        let answer = match answers.next() {
                            Some(0) => ToolAnswer::Failed,
                            _ => world.answer(call),
                        };
                        step = dialogue.answered(&mut state, answer);
                    }
                }
            };
            prop_assert!(!reply.text.trim().is_empty());
            let claims = reply.text.contains("You're booked");
            prop_assert!(!claims || !world.appointments.is_empty());
        }
    }
}
