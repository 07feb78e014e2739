use jiff::{Timestamp, tz::TimeZone};
use proto::Language;
use rstest::rstest;
use serde_json::{Value, json};

use super::to_json;

fn field(text: &str, language: Language, name: &str) -> Value {
    to_json(text, language, Timestamp::UNIX_EPOCH, &TimeZone::UTC).get(name).cloned().unwrap_or_default()
}

#[rstest]
#[case("$18.50", json!([{ "amount": 18.5, "currency": "USD" }]))]
#[case("it's $1,200 in all", json!([{ "amount": 1200, "currency": "USD" }]))]
#[case("twenty dollars and fifty cents", json!([{ "amount": 20.5, "currency": "USD" }]))]
#[case("fifty cents", json!([{ "amount": 0.5, "currency": "USD" }]))]
#[case("one dollar fifty", json!([{ "amount": 1.5, "currency": "USD" }]))]
#[case("€5,50", json!([{ "amount": 5.5, "currency": "EUR" }]))]
#[case("5 USD", json!([{ "amount": 5, "currency": "USD" }]))]
#[case("a dollar", json!([{ "amount": 1, "currency": "USD" }]))]
#[case("one pound twenty pence", json!([{ "amount": 1.2, "currency": "GBP" }]))]
#[case("$2.5 billion", json!([{ "amount": 2.5e9 as i64, "currency": "USD" }]))]
#[case("two point five billion us dollars", json!([{ "amount": 2.5e9 as i64, "currency": "USD" }]))]
#[case("twenty massages", json!([]))]
fn money(#[case] text: &str, #[case] expected: Value) {
    assert_eq!(field(text, Language::English, "money"), expected, "{text}");
}

#[rstest]
#[case("one oh seven oh eight", json!(["10708"]))]
#[case("sixty seven ten", json!(["6710"]))]
#[case("m g e four oh two", json!(["mge402"]))]
#[case("november alpha tango one", json!(["nat1"]))]
#[case("two two five dot double five dot o dot four o", json!(["225.55.0.40"]))]
#[case("I'd like a massage", json!([]))]
fn spelled(#[case] text: &str, #[case] expected: Value) {
    assert_eq!(field(text, Language::English, "spelled"), expected, "{text}");
}

#[rstest]
#[case("the last but one", json!(["end-1"]))]
#[case("the next one", json!(["current+1"]))]
#[case("the third one", json!([3]))]
fn ordinals(#[case] text: &str, #[case] expected: Value) {
    assert_eq!(field(text, Language::English, "ordinals"), expected, "{text}");
}

#[rstest]
#[case("veinticinco euros con cincuenta céntimos", "money", json!([{ "amount": 25.5, "currency": "EUR" }]))]
#[case("dos coma cinco", "numbers", json!([2.5]))]
#[case("menos tres", "numbers", json!([-3]))]
#[case("dos millones y medio", "numbers", json!([2_500_000]))]
#[case("la penúltima", "ordinals", json!(["end-1"]))]
#[case("el quince de julio de dos mil doce", "calendar", json!(["2012-07-15"]))]
fn spanish(#[case] text: &str, #[case] name: &str, #[case] expected: Value) {
    assert_eq!(field(text, Language::Spanish, name), expected, "{text}");
}
