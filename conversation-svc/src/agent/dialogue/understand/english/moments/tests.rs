//! What is understood of days and times, and what is left alone.

use jiff::civil::{DateTime, date};
use proto::Language;
use rstest::rstest;

use crate::agent::dialogue::understand::{
    date::{Days, Grain},
    grammar::Grammar,
    moment::{self, Scene},
    time::{Clock, When},
    words::Words,
};

/// A Tuesday.
const NOW: DateTime = date(2026, 11, 24).at(10, 15, 0, 0);

fn said(text: &str, asked_time: bool) -> (Vec<Days>, Vec<When>) {
    let words = Words::of(text, Language::English);
    let scene = Scene { words: &words, now: NOW, asked_date: false, asked_time };
    let moments = Grammar::of(Language::English).moments.expect("read together");
    let (days, times) = moment::wishes(&moment::read(&scene, moments, &|_| false), NOW);
    (days.into_iter().map(|found| found.value).collect(), times.into_iter().map(|found| found.value).collect())
}

fn days_in(text: &str) -> Option<Days> {
    let (days, _) = said(text, false);
    assert!(days.len() <= 1, "{text}: {days:?}");
    days.first().copied()
}

fn times_in(text: &str, asked: bool) -> String {
    let show = |c: Clock| format!("{}:{:02}{}", c.hour, c.minute, if c.open { "?" } else { "" });
    let shown = said(text, asked).1.into_iter().map(|when| match when {
        When::At(c) => show(c),
        When::Around(c) => format!("~{}", show(c)),
        When::From(c) => format!("{}..", show(c)),
        When::Until(c) => format!("..{}", show(c)),
        When::Between(a, b) => format!("{}..{}", show(a), show(b)),
        other => format!("{other:?}"),
    });
    shown.collect::<Vec<_>>().join(" ")
}

#[rstest]
#[case("today", "2026-11-24")]
#[case("tomorrow afternoon", "2026-11-25")]
#[case("the day after tomorrow", "2026-11-26")]
#[case("on Friday please", "2026-11-27")]
#[case("this Friday", "2026-11-27")]
#[case("next Friday", "2026-12-04")]
#[case("Friday next week", "2026-12-04")]
#[case("next week on Friday", "2026-12-04")]
#[case("Tuesday", "2026-12-01")]
#[case("next Tuesday", "2026-12-01")]
#[case("a week from Friday", "2026-12-04")]
#[case("in two weeks", "2026-12-08")]
#[case("two weeks from tomorrow", "2026-12-09")]
#[case("in a couple of days", "2026-11-26")]
#[case("a week on Friday", "2026-12-04")]
#[case("two weeks today", "2026-12-08")]
#[case("in a fortnight", "2026-12-08")]
#[case("a fortnight on Monday", "2026-12-14")]
#[case("the day after Thanksgiving", "2026-11-27")]
#[case("the day before Christmas", "2026-12-24")]
#[case("the last Friday of the month", "2026-11-27")]
#[case("the first Monday of this month", "2026-12-07")]
#[case("sometime Thursday afternoon", "2026-11-26")]
#[case("the first Monday evening of next month", "2026-12-07")]
#[case("Friday 12.4", "2026-12-04")]
#[case("in a month", "2026-12-24")]
#[case("the 5th", "2026-12-05")]
#[case("on the fifth", "2026-12-05")]
#[case("the 24th", "2026-11-24")]
#[case("march third", "2027-03-03")]
#[case("March 3rd, 2027", "2027-03-03")]
#[case("the third of March", "2027-03-03")]
#[case("December first", "2026-12-01")]
#[case("Tuesday, December 1st", "2026-12-01")]
#[case("Wednesday the second", "2026-12-02")]
#[case("Monday the second", "2026-12-02")]
#[case("12/1", "2026-12-01")]
#[case("2026-12-01", "2026-12-01")]
#[case("Christmas Eve", "2026-12-24")]
#[case("Thanksgiving", "2026-11-26")]
#[case("the last Monday of March", "2027-03-29")]
#[case("the first Friday of next month", "2026-12-04")]
#[case("the 30th of this month", "2026-11-30")]
#[case("Friday after next", "2026-12-04")]
#[case("Sunday the 6th", "2026-12-06")]
#[case("Fri 4th", "2026-12-04")]
#[case("15Dec", "2026-12-15")]
#[case("December 15th at three", "2026-12-15")]
#[case("two weeks before Christmas", "2026-12-11")]
#[case("the Monday after Christmas", "2026-12-28")]
#[case("three Fridays from now", "2026-12-11")]
#[case("easter 2027", "2027-03-28")]
#[case("the last day of next month", "2026-12-31")]
#[case("20.12.2026", "2026-12-20")]
fn a_day(#[case] text: &str, #[case] expected: &str) {
    let days = days_in(text).expect(text);
    assert_eq!((days.start.to_string().as_str(), days.grain), (expected, Grain::Day), "{text}");
}

#[rstest]
#[case("next week", "2026-11-30", "2026-12-07")]
#[case("this weekend", "2026-11-28", "2026-11-30")]
#[case("in January", "2027-01-01", "2027-02-01")]
#[case("Monday to Wednesday", "2026-11-30", "2026-12-03")]
#[case("December 13 to 15", "2026-12-13", "2026-12-16")]
#[case("December 28 to 3", "2026-12-28", "2027-01-04")]
#[case("from the 13th to the 15th of July", "2027-07-13", "2027-07-16")]
#[case("early next week", "2026-11-30", "2026-12-03")]
#[case("26 June to 28 June in 2027", "2027-06-26", "2027-06-29")]
#[case("w/c December 9th", "2026-12-07", "2026-12-14")]
#[case("the week after Thanksgiving", "2026-11-30", "2026-12-07")]
#[case("the end of the month", "2026-11-21", "2026-12-01")]
#[case("the next three days", "2026-11-25", "2026-11-28")]
#[case("the week of December 9th", "2026-12-07", "2026-12-14")]
#[case("the next 4 business days", "2026-11-25", "2026-12-01")]
#[case("before Friday", "2026-11-24", "2026-11-27")]
#[case("by Friday", "2026-11-24", "2026-11-28")]
#[case("after Friday", "2026-11-28", "2026-12-26")]
fn days(#[case] text: &str, #[case] start: &str, #[case] end_excl: &str) {
    let days = days_in(text).expect(text);
    assert_eq!((days.start.to_string().as_str(), days.end_excl.to_string().as_str()), (start, end_excl), "{text}");
}

#[rstest]
#[case("the first one")]
#[case("just a second")]
#[case("I may march on")]
#[case("a massage for two")]
#[case("February 30th")]
#[case("who sat there")]
#[case("One may ask")]
#[case("12.53%")]
#[case("the second half")]
#[case("June 31st")]
#[case("I had one two weeks ago")]
#[case("February 20 - 29, 2027")]
#[case("April 20 to 31")]
#[case("20 to 31 April")]
#[case("twice a week")]
#[case("three times a week")]
fn no_date(#[case] text: &str) {
    assert_eq!(days_in(text), None, "{text}");
}

#[rstest]
#[case("2 pm", "14:00")]
#[case("at 2 p.m.", "14:00")]
#[case("2 P M", "14:00")]
#[case("to pm", "14:00")]
#[case("for p.m.", "16:00")]
#[case("at to", "2:00?")]
#[case("at two", "2:00?")]
#[case("half past three", "3:30?")]
#[case("quarter to five", "4:45?")]
#[case("a quarter past 1 in the afternoon", "13:15")]
#[case("twenty minutes to nine in the morning", "8:40")]
#[case("3:30", "3:30?")]
#[case("at 330", "3:30?")]
#[case("three thirty", "3:30?")]
#[case("thirteen thirty", "13:30")]
#[case("fifteen forty five", "15:45")]
#[case("three thirty p.m", "15:30")]
#[case("ten forty five", "10:45?")]
#[case("two oh five", "2:05?")]
#[case("14:30", "14:30")]
#[case("noon", "12:00")]
#[case("two in the afternoon", "14:00")]
#[case("two o'clock", "2:00?")]
#[case("12 pm", "12:00")]
#[case("12 am", "0:00")]
#[case("around ten", "~10:00?")]
#[case("after four", "4:00?..")]
#[case("before noon", "..12:00")]
#[case("between 2 and 4", "2:00?..4:00?")]
#[case("from 3 to 5 pm", "15:00..17:00")]
#[case("3:30-5PM", "15:30..17:00")]
#[case("10 am to 1 pm", "10:00..13:00")]
#[case("between 11 and 1 pm", "11:00..13:00")]
#[case("in the afternoon", "Part(Afternoon)")]
#[case("in the morning, at ten", "10:00")]
#[case("any time", "Any")]
#[case("the first you have", "Earliest")]
#[case("as soon as possible", "Earliest")]
#[case("tonight at 8", "20:00")]
#[case("8 tonight", "20:00")]
#[case("3ish", "3:00?")]
#[case("11:00:00 pm", "23:00")]
#[case("16h", "16:00")]
#[case("four or later", "4:00?..")]
#[case("after two but before five", "2:00?..5:00?")]
#[case("4 pm for 30 minutes", "16:00..16:30")]
#[case("tomorrow from two to four", "2:00?..4:00?")]
#[case("Monday at 2.30", "2:30?")]
#[case("9.30 tomorrow", "9:30?")]
#[case("1430 on Friday", "14:30")]
#[case("between 0730-0930", "7:30..9:30")]
#[case("threeish", "3:00?")]
#[case("after work on Thursday", "17:00..")]
#[case("during the day on Friday", "8:00..18:00")]
#[case("mid night", "0:00")]
#[case("this time tomorrow", "~10:15")]
#[case("December 30th 23 pm", "23:00")]
fn a_time(#[case] text: &str, #[case] expected: &str) {
    assert_eq!(times_in(text, false), expected, "{text}");
}

#[rstest]
#[case("three", "3:00?")]
#[case("three please", "3:00?")]
#[case("1030", "10:30?")]
fn a_bare_number_when_a_time_was_asked_for(#[case] text: &str, #[case] expected: &str) {
    assert_eq!(times_in(text, true), expected, "{text}");
}

#[rstest]
#[case("good morning")]
#[case("three")]
#[case("for two people")]
#[case("I want to book")]
#[case("30 minutes")]
#[case("13 am")]
#[case("nineteen eighty")]
#[case("I'd like that for sure")]
#[case("14pm")]
#[case("0 am")]
#[case("room 305")]
#[case("at one point")]
#[case("just a minute")]
#[case("not now")]
fn no_time(#[case] text: &str) {
    assert_eq!(times_in(text, false), "", "{text}");
}

#[rstest]
#[case("in two hours", "2026-11-24 ~12:15")]
#[case("half an hour from now", "2026-11-24 ~10:45")]
#[case("in an hour and 15 minutes", "2026-11-24 ~11:30")]
#[case("in 20 min", "2026-11-24 ~10:35")]
#[case("it takes two hours", "")]
#[case("this evening at 12", "2026-11-25 0:00")]
fn counted_from_now(#[case] text: &str, #[case] expected: &str) {
    let day = days_in(text).map(|days| days.start.to_string()).unwrap_or_default();
    assert_eq!(format!("{day} {}", times_in(text, false)).trim(), expected, "{text}");
}
