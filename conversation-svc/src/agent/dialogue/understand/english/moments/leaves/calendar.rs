//! Days, months and holidays by their names, and dates in figures.

use jiff::civil::Date;

use super::Add;
use crate::agent::dialogue::understand::{
    date::{DayOrder, Days, add_days, next_month_day, written},
    english::{
        holiday,
        moments::{days::weekday_named, months, months::month_named, runs},
    },
    moment::{Node, Scene},
    time::{Part, When},
    words::Words,
};

pub fn at(scene: &Scene<'_>, i: usize, add: Add<'_>) {
    let (words, today) = (scene.words, scene.today());
    const DAYS: &[(&str, i32)] = &[
        ("the day after tomorrow", 2),
        ("day after tomorrow", 2),
        ("tomorrow", 1),
        ("tomorrows", 1),
        ("to morrow", 1),
        ("tmrw", 1),
        ("tmr", 1),
        ("tommorow", 1),
        ("tommorrow", 1),
        ("tomorow", 1),
        ("the next day", 1),
        ("next day", 1),
        ("the following day", 1),
        ("the day after", 1),
        ("later today", 0),
        ("today", 0),
        ("todays", 0),
        ("yesterday", -1),
        ("the day before yesterday", -2),
        ("day before yesterday", -2),
    ];
    for (phrase, days) in DAYS {
        if let Some(taken) = words.phrase(i, phrase) {
            add(Node::Days(Days::one(add_days(today, *days))), taken, 0.95);
        }
    }
    for (phrase, part) in [
        ("tonight", Part::Evening),
        ("this morning", Part::Morning),
        ("this afternoon", Part::Afternoon),
        ("this evening", Part::Evening),
    ] {
        if let Some(taken) = words.phrase(i, phrase) {
            add(Node::Dated(Days::one(today), When::Part(part)), taken, 0.95);
        }
    }
    let word = words.norm(i);
    if let Some(day) = weekday_named(word) {
        // Words that are more often something else need a neighbour.
        add(Node::Weekday(day, word.len() > 4 || matches!(word, "tues" | "weds" | "thur")), 1, 0.9);
    }
    if let Some(month) = month_named(word) {
        add(Node::Month(month), 1, 0.9);
    }
    // "15Sep", "mar4"
    let figures = |c: char| c.is_ascii_digit();
    let day_then_month = word.split_at_checked(word.find(|c| !figures(c)).unwrap_or(0));
    let month_then_day = word.split_at_checked(word.find(figures).unwrap_or(0)).map(|(month, day)| (day, month));
    for (day, month) in [day_then_month, month_then_day].into_iter().flatten() {
        if let (Ok(day), Some(month)) = (day.parse(), month_named(month))
            && let Some(date) = next_month_day(today, month, day)
        {
            add(Node::Days(Days::one(date)), 1, 0.9);
        }
    }
    if let Some((rule, taken)) = holiday::named(words, i) {
        add(Node::Feast(rule), taken, 0.9);
    }
    if let Some(hit) = written(words, i, today, DayOrder::MonthFirst).filter(|_| !words.follows(i).starts_with('%')) {
        add(Node::Days(hit.days), hit.taken, hit.confidence);
    }
    // "Friday 7.6": minutes have two figures, so it is a day beside one.
    if let Some((month, day)) = word.split_once('.').filter(|(_, day)| day.len() == 1)
        && weekday_named(words.before(i)).is_some()
        && let (Ok(month), Ok(day)) = (month.parse(), day.parse())
        && let Some(date) = next_month_day(today, month, day)
    {
        add(Node::Days(Days::one(date)), 1, 0.9);
    }
    if let Some(days) = months::written(words, i, today) {
        add(Node::Days(days), 1, 0.9);
    }
    weekend(words, i, today, add);
    if let Some(taken) = words.any_phrase(i, &["eom", "the eom", "end of month"])
        && let Some(days) = runs::end_of_this_month(today)
    {
        add(Node::Days(days), taken, 0.8);
    }
    const NOW: &[&str] = &["now", "right now", "at present", "at the moment", "at this time", "at this moment"];
    if let Some(taken) = words.any_phrase(i, NOW) {
        add(Node::Instant(scene.now), taken, 0.5);
    }
}

fn weekend(words: &Words<'_>, i: usize, today: Date, add: Add<'_>) {
    if let Some(taken) = words.any_phrase(i, &["the weekend", "over the weekend", "weekends"]) {
        add(Node::Days(runs::weekend(today, 0)), taken, 0.85);
    }
}
