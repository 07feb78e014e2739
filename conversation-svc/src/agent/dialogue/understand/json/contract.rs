//! The fields that others read, each by what people say: which are there, of which kind, and what stands in them.

use jiff::{Timestamp, tz::TimeZone};
use proto::Language;
use rstest::rstest;
use serde_json::{Value, json};

use super::to_json;

/// A Tuesday, a quarter past ten in New York.
fn understood(text: &str) -> Value {
    let now: Timestamp = "2026-11-24T10:15:00-05:00".parse().expect("an instant");
    to_json(text, Language::English, now, &TimeZone::get("America/New_York").expect("a zone"))
}

/// Every field has its kind in whatever was said.
fn expect_shape(text: &str) -> Value {
    let object = understood(text);
    let field = |name: &str| object.get(name).unwrap_or_else(|| panic!("{name} of {text}"));
    let is_text_or_null = |value: &Value| value.is_null() || value.is_string();
    for name in ["email", "phone", "extension", "service", "intent"] {
        assert!(is_text_or_null(field(name)), "{name} of {text}: {}", field(name));
    }
    assert!(matches!(field("yes_no").as_str(), None | Some("yes" | "no")), "{text}");
    assert!(field("numbers").as_array().is_some_and(|list| list.iter().all(Value::is_number)), "{text}");
    assert!(field("names").as_array().is_some_and(|list| list.iter().all(Value::is_string)), "{text}");
    for amount in field("money").as_array().expect("a list") {
        assert!(amount["amount"].is_number() && amount["currency"].is_string(), "{text}: {amount}");
    }
    let mut before = f64::INFINITY;
    for date in field("dates").as_array().expect("a list") {
        let has = |name: &str| date.get(name).is_some_and(Value::is_string);
        let kind = date["kind"].as_str().unwrap_or_default();
        assert!(has("text") && has("start"), "{text}: {date}");
        let complete = match kind {
            "date" | "time" | "datetime" => has("grain"),
            "week" | "month" | "interval" => has("grain") && (has("end") || has("end_excl")),
            "open" => has("grain") && matches!(date["dir"].as_str(), Some("after" | "before")),
            "duration" => date["start"].as_str().is_some_and(|length| length.starts_with('P')),
            _ => false,
        };
        assert!(complete, "{text}: {date}");
        // Best first: a day with its time may stand before what is a little surer.
        let confidence = date["confidence"].as_f64().expect("a number");
        assert!((0.0..=1.0).contains(&confidence) && confidence <= before + 0.3, "{text}: {date}");
        before = confidence;
    }
    object
}

#[rstest]
#[case("tomorrow", "kind", json!("date"))]
#[case("tomorrow", "start", json!("2026-11-25"))]
#[case("tomorrow", "grain", json!("day"))]
#[case("I'd like a massage tomorrow at 2 pm", "text", json!("tomorrow at 2 pm"))]
#[case("I'd like a massage tomorrow at 2 pm", "start", json!("2026-11-25T14:00:00"))]
#[case("I'd like a massage tomorrow at 2 pm", "kind", json!("datetime"))]
#[case("at half past three", "start", json!("15:30"))]
#[case("at half past three", "alts", json!(["03:30"]))]
#[case("at half past three", "grain", json!("minute"))]
#[case("next week", "kind", json!("week"))]
#[case("next week", "end_excl", json!("2026-12-07"))]
#[case("in December", "kind", json!("month"))]
#[case("between two and four on Friday", "kind", json!("interval"))]
#[case("between two and four on Friday", "end_excl", json!("2026-11-27T16:00:00"))]
#[case("after four", "dir", json!("after"))]
#[case("before noon", "dir", json!("before"))]
#[case("an hour and a half", "start", json!("PT1.5H"))]
#[case("not Thursday, Friday at ten", "start", json!("2026-11-27T10:00:00"))]
fn the_best_date(#[case] text: &str, #[case] field: &str, #[case] expected: Value) {
    let object = expect_shape(text);
    assert_eq!(object["dates"][0][field], expected, "{text}: {}", object["dates"]);
}

#[rstest]
#[case("my email is alex dot smith at gmail dot com", "email", json!("alex.smith@gmail.com"))]
#[case("my number is two one two five five five oh one two three", "phone", json!("2125550123"))]
#[case("call 212-555-0123 extension 12", "extension", json!("12"))]
#[case("+44 20 7946 0958", "phone", json!("+442079460958"))]
#[case("twenty five", "numbers", json!([25]))]
#[case("minus two and a half", "numbers", json!([-2.5]))]
#[case("forty five dollars", "money", json!([{ "amount": 45, "currency": "USD" }]))]
#[case("yes please", "yes_no", json!("yes"))]
#[case("no, thank you", "yes_no", json!("no"))]
#[case("my name is Alex Morrison", "names", json!(["Alex Morrison"]))]
#[case("It's Alex Morrison, I need to cancel", "names", json!(["Alex Morrison"]))]
#[case("I'd like a haircut", "service", json!("haircut"))]
#[case("I want to book an appointment", "intent", json!("book"))]
#[case("please cancel my appointment", "intent", json!("cancel"))]
#[case("I need to reschedule", "intent", json!("reschedule"))]
#[case("what are your opening hours", "intent", json!("ask_hours"))]
fn one_field(#[case] text: &str, #[case] field: &str, #[case] expected: Value) {
    assert_eq!(expect_shape(text)[field], expected, "{text}");
}

#[rstest]
#[case("")]
#[case("   ")]
#[case("\u{0}\u{1}\u{7}")]
#[case("... !? ,,,")]
#[case("\u{fffd}\u{fffd}")]
#[case("🙂 🙂")]
fn nothing_is_nothing(#[case] text: &str) {
    let object = expect_shape(text);
    let empty = |name: &str| object[name].as_array().is_some_and(Vec::is_empty);
    assert!(["dates", "numbers", "money", "names"].into_iter().all(empty), "{object}");
    assert!(
        ["email", "phone", "yes_no", "service", "intent"].into_iter().all(|name| object[name].is_null()),
        "{object}"
    );
}

#[test]
fn controls_and_length_leave_the_rest_readable() {
    assert_eq!(expect_shape("\u{1}tomorrow\u{7} at 3")["dates"][0]["start"], json!("2026-11-25T15:00:00"));
    let long = "tomorrow at three ".repeat(5_000);
    let start = expect_shape(&long)["dates"][0]["start"].clone();
    assert!(start.as_str().is_some_and(|start| start.starts_with("2026-11-25")), "{start}");
}
