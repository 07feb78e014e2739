use proto::Language;
use rstest::rstest;

use super::*;

fn number(text: &str) -> Option<String> {
    find(&Words::of(text, Language::English)).map(|f| f.value.number)
}

#[rstest]
#[case("my number is 415-555-0123", Some("4155550123"))]
#[case("(415) 555-0123", Some("4155550123"))]
#[case("+44 (0) 161/1234567", Some("+4401611234567"))]
#[case("Office-1(516)733-3989", Some("15167333989"))]
#[case("call 4155550123 on 04/21/2027 at 12:30", Some("4155550123"))]
#[case("415 555 0123, 3 pm", Some("4155550123"))]
#[case("four one five five five five oh one two three", Some("4155550123"))]
#[case("+1 415 555 0123", Some("+14155550123"))]
#[case("four fifteen double five five zero one twenty three", Some("4155550123"))]
#[case("four one five 555 0123", Some("4155550123"))]
#[case("my order number is 12345678 and my phone is 415 555 0123", Some("4155550123"))]
#[case("tomorrow at 3", None)]
#[case("2026-11-24", None)]
#[case("my account number is 12345678", None)]
#[case("my account is one two three four five six seven eight", None)]
#[case("#20020211895", None)]
#[case("-2208960000", None)]
#[case("77.034040723966", None)]
#[case("911-67-0060", None)]
#[case("3600000009S", None)]
#[case("(39 (6)) 345276", None)]
fn numbers(#[case] text: &str, #[case] expected: Option<&str>) {
    assert_eq!(number(text).as_deref(), expected, "{text}");
}

#[rstest]
#[case("415-555-0123 ext. 12")]
#[case("415-555-0123x12")]
#[case("415-555-0123 extension one two")]
#[case("four one five five five five oh one two three extension twelve")]
fn extensions(#[case] text: &str) {
    let found = find(&Words::of(text, Language::English)).expect("a number");
    assert_eq!((found.value.number.as_str(), found.value.extension.as_deref()), ("4155550123", Some("12")), "{text}");
}
