use rstest::rstest;
use serde_json::json;

use super::*;

fn row(class: &str, written: Option<&str>) -> Row {
    Row { id: "x".into(), class: class.into(), spoken: "said".into(), written: written.map(str::to_owned), field: None }
}

fn right(class: &str, written: &str, understood: Value) -> bool {
    row(class, Some(written)).read(&understood).right
}

#[rstest]
#[case("$18.50", json!([{ "amount": 18.5, "currency": "USD" }]), true)]
#[case("$2.5 billion", json!([{ "amount": 2.5e9, "currency": "USD" }]), true)]
#[case("$20/mo is what we charge.", json!([{ "amount": 20, "currency": "USD" }]), true)]
#[case("£20", json!([{ "amount": 20, "currency": "USD" }]), false)]
#[case("1.69 billion yuan", json!([{ "amount": 1.69e9, "currency": "CNY" }]), true)]
#[case("$18", json!([]), false)]
fn amounts(#[case] gold: &str, #[case] money: Value, #[case] expected: bool) {
    assert_eq!(right("money", gold, json!({ "money": money })), expected, "{gold}");
}

#[rstest]
#[case("123-123-5678", "1231235678", true)]
#[case("call me at +1 123-123-5678", "+11231235678", true)]
#[case("123-123-5678", "1231235679", false)]
#[case("+1 123-123-5678", "1231235678", false)]
#[case("ab9", "ab9", true)]
fn telephones(#[case] gold: &str, #[case] said: &str, #[case] expected: bool) {
    assert_eq!(right("telephone", gold, json!({ "phone": said })), expected, "{gold}");
}

#[test]
fn an_extension_belongs_to_a_telephone() {
    let said = json!({ "phone": "01611234567", "extension": "123" });
    assert!(right("telephone", "0161 123 4567 ext. 123", said.clone()));
    assert!(!right("telephone", "0161 123 4567", said));
}

#[test]
fn what_is_none_must_not_be_found() {
    assert!(row("telephone", None).read(&json!({ "phone": null, "spelled": ["12"] })).right);
    assert!(!row("telephone", None).read(&json!({ "phone": "12345678" })).right);
}

#[rstest]
#[case("july 25 2012", "2012-07-25", true)]
#[case("25th jul 2012", "2012-07-25", true)]
#[case("jan. 15", "--01-15", true)]
#[case("Jan-15", "--01-15", true)]
#[case("01/07/98", "1998-01-07", true)]
#[case("1998/2/30", "1998-02-30", true)]
#[case("1980s", "1980s", true)]
#[case("1980s", "1980", false)]
#[case("'80s", "1980s", true)]
#[case("Q2 2022", "2022-Q2", true)]
#[case("july 1506", "1506-07", true)]
#[case("january 15", "2026-01-15", false)]
fn dates(#[case] gold: &str, #[case] said: &str, #[case] expected: bool) {
    assert_eq!(right("date", gold, json!({ "calendar": [said] })), expected, "{gold}");
}

#[rstest]
#[case("11:55 p.m.", "23:55", true)]
#[case("11:55 p.m.", "11:55", false)]
#[case("08:51", "20:51", true)]
#[case("08:00 gmt", "08:00", true)]
#[case("1:59 p.m.est", "13:59", true)]
fn times(#[case] gold: &str, #[case] said: &str, #[case] expected: bool) {
    assert_eq!(right("time", gold, json!({ "dates": [{ "kind": "time", "start": said }] })), expected, "{gold}");
}

#[rstest]
#[case("cardinal", "1.2e6", json!({ "numbers": [1_200_000] }), true)]
#[case("cardinal", "12", json!({ "numbers": [1, 2] }), false)]
#[case("decimal", "-60.2400", json!({ "numbers": [-60.24] }), true)]
#[case("decimal", "8 million", json!({ "numbers": [8_000_000] }), true)]
#[case("ordinal", "1121st", json!({ "ordinals": [1121] }), true)]
#[case("ordinal", "end-1", json!({ "ordinals": ["end-1"] }), true)]
#[case("ordinal", "end-1", json!({ "ordinals": [1] }), false)]
#[case("electronic", "email is abc1@gmail.com", json!({ "email": "abc1@gmail.com" }), true)]
#[case("electronic", "a@aol.com", json!({ "email": "aol.com" }), false)]
#[case("duration", "75 minute", json!({ "dates": [{ "kind": "duration", "start": "PT1H15M" }] }), true)]
#[case("duration", "27 month", json!({ "dates": [{ "kind": "duration", "start": "P2Y3M" }] }), true)]
#[case("duration", "2 minute", json!({ "dates": [{ "kind": "time", "start": "02:00" }] }), false)]
#[case("yesno", "yes", json!({ "yes_no": "yes" }), true)]
#[case("yesno", "yes", json!({ "yes_no": null }), false)]
fn values(#[case] class: &str, #[case] gold: &str, #[case] understood: Value, #[case] expected: bool) {
    assert_eq!(right(class, gold, understood), expected, "{class} {gold}");
}
