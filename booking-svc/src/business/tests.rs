//! What a file may say, and where an error points.

use jiff::civil::date;
use rstest::rstest;

use super::{
    read,
    values::{Day, Days},
};

const EXAMPLE: &str = include_str!("../../../docs/business.example.yaml");

#[test]
fn the_documented_example_is_read() {
    let file = read(EXAMPLE).expect("well-formed");
    assert_eq!((file.slug.0.as_str(), file.services.len(), file.staff.len()), ("corner-studio", 2, 2));
    assert_eq!(file.services[1].price.minor, 18_950);
    let week: Vec<(Days, usize)> = file.hours.iter().map(|(days, hours)| (*days, hours.0.len())).collect();
    assert_eq!(week, [(Days { first: 1, last: 4 }, 2), (Days { first: 5, last: 5 }, 1)]);
}

#[rstest]
#[case("monday-thursday: 9:00-12:30", "monday-thursday: 9:00-9:00", "times in order")]
#[case("monday-thursday:", "mon-thu:", "a weekday or a span of them")]
#[case("12-25:", "13-25:", "a date such as")]
#[case("minutes: 30", "minutes: 3", "expected 5 to 720")]
#[case("price: 45 ", "price: 45.123 ", "an amount such as")]
#[case("America/Denver", "Denver/America", "a time zone such as")]
#[case("\"+14155550166\"", "\"555-0166\"", "a number in quotes")]
#[case("language: en-US", "language: fr-FR", "a language of the receptionist's")]
#[case("slug: corner-studio ", "slug: Corner Studio ", "small letters")]
#[case("staff: [Ana Ruiz, Ben Okafor]", "staff: [Ana Ruiz, Ben]", "nobody of this name")]
#[case("needs: [Treatment room, Laser]", "needs: [Lazer]", "nothing of this name")]
#[case("- name: Ben Okafor", "- name: Ana Ruiz", "a person of this name is above")]
#[case("web_address:", "website:", "website")]
#[case("email_from: desk@corner-studio.example", "email_from: desk", "an e-mail address")]
fn an_error_points_at_its_line(#[case] from: &str, #[case] to: &str, #[case] what: &str) {
    let before = EXAMPLE.find(from).expect("a part of the example");
    let line = 1 + EXAMPLE[..before].matches('\n').count();
    let error = read(&EXAMPLE.replacen(from, to, 1)).expect_err("malformed").to_string();
    assert!(error.contains(what) && error.contains(&format!("line {line}")), "line {line}: {error}");
}

#[test]
fn a_weekday_has_its_hours_once() {
    let twice = EXAMPLE.replacen("friday: 9:00-16:00", "thursday: 9:00-16:00", 1);
    assert_eq!(read(&twice).expect_err("malformed").to_string(), "hours: a weekday is named twice");
}

#[test]
fn what_is_no_yaml_or_lacks_something_is_said() {
    for (text, what) in [("slug: [", "line"), ("slug: a", "missing field"), ("", "end of input")] {
        let error = read(text).expect_err("malformed").to_string();
        assert!(error.contains(what), "{text:?}: {error}");
    }
}

#[test]
fn a_day_of_each_year_is_the_next_three() {
    let christmas = Day::Yearly { month: 12, day: 25 };
    assert_eq!(christmas.dates(date(2026, 12, 26)), [date(2027, 12, 25), date(2028, 12, 25), date(2029, 12, 25)]);
    let leap_day = Day::Yearly { month: 2, day: 29 };
    assert_eq!(leap_day.dates(date(2026, 1, 1)), [date(2028, 2, 29), date(2032, 2, 29), date(2036, 2, 29)]);
    assert_eq!(Day::Once(date(2020, 1, 1)).dates(date(2026, 1, 1)), [date(2020, 1, 1)]);
}
