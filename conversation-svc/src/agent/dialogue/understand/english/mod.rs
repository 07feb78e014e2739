//! English.

mod addresses;
mod answers;
mod choices;
mod corrections;
mod holiday;
mod intents;
mod letters;
mod moments;
mod names;
pub mod number;
mod services;

use super::{
    Topic,
    grammar::{Grammar, Money, Numbers},
};

pub static GRAMMAR: Grammar = Grammar {
    units: &[
        "am", "pm", "a.m", "p.m", "a", "p", "h", "hr", "hrs", "hour", "hours", "min", "mins", "minutes", "d", "day",
        "days", "w", "week", "weeks", "oclock", "o'clock", "o\"clock",
    ],
    numbers: Numbers {
        cardinal: number::cardinal,
        ordinal: number::ordinal,
        below_hundred: number::below_hundred,
        group: number::below_hundred,
        digits_of: number::digits_of,
        multiples: &[("double", 2), ("triple", 3), ("treble", 3)],
        hundred: &["hundred"],
    },
    dates: &[],
    moments: Some(&moments::MOMENTS),
    month_named: moments::month_named,
    times: &[],
    moment: |_, _| None,
    answers: answers::ANSWERS,
    intents: intents::INTENTS,
    topics: &[
        (Topic::Service, &["service", "treatment"]),
        (Topic::Staff, &["person", "staff", "therapist", "stylist"]),
        (Topic::Day, &["day", "date"]),
        (Topic::Time, &["time", "hour"]),
        (Topic::Name, &["name"]),
        (Topic::Email, &["email", "mail", "address"]),
    ],
    choices: choices::CHOICES,
    corrections: corrections::CORRECTIONS,
    names: names::NAMES,
    requests: services::REQUESTS,
    letters: letters::LETTERS,
    addresses: addresses::ADDRESSES,
    money: Money {
        units: &[
            ("dollar", "USD"),
            ("dollars", "USD"),
            ("bucks", "USD"),
            ("euro", "EUR"),
            ("euros", "EUR"),
            ("pound", "GBP"),
            ("pounds", "GBP"),
        ],
        hundredths: &["cent", "cents", "pence"],
        and: &["and"],
    },
};
