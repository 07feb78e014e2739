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
mod shifts;

use super::{
    Topic,
    grammar::{Grammar, Money, Numbers},
    phone::Phones,
};

pub static GRAMMAR: Grammar = Grammar {
    units: &[
        "am", "pm", "a.m", "p.m", "a", "p", "h", "hr", "hrs", "hour", "hours", "min", "mins", "minutes", "d", "day",
        "days", "w", "week", "weeks", "oclock", "o'clock", "o\"clock",
    ],
    numbers: Numbers {
        cardinal: number::cardinal,
        ordinal: number::ordinal,
        quantity: number::quantity,
        rank: number::rank,
        relative_ranks: &[
            ("next", "current+1"),
            ("next one", "current+1"),
            ("previous", "current-1"),
            ("previous one", "current-1"),
            ("current", "current+0"),
            ("current one", "current+0"),
            ("last", "end+0"),
            ("last one", "end+0"),
            ("last but one", "end-1"),
            ("next to last", "end-1"),
            ("second to last", "end-1"),
            ("second last", "end-1"),
            ("penultimate", "end-1"),
            ("last but two", "end-2"),
            ("third to last", "end-2"),
            ("antepenultimate", "end-2"),
        ],
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
    relocations: corrections::RELOCATIONS,
    shifts: shifts::SHIFTS,
    names: names::NAMES,
    requests: services::REQUESTS,
    letters: letters::LETTERS,
    letterings: letters::LETTERINGS,
    addresses: addresses::ADDRESSES,
    phones: Phones {
        own: &["phone", "telephone", "tel", "cell", "cellphone", "mobile", "landline", "call", "text", "reach", "fax"],
        others: &[
            "account",
            "card",
            "ssn",
            "social",
            "security",
            "order",
            "invoice",
            "reservation",
            "confirmation",
            "booking",
            "reference",
            "policy",
            "member",
            "membership",
            "passport",
            "license",
            "licence",
            "formula",
            "ip",
            "serial",
            "ticket",
            "tracking",
            "routing",
            "insurance",
            "claim",
            "visa",
            "mastercard",
        ],
        extension: &["extension", "ext", "x"],
    },
    money: Money {
        units: &[
            ("us dollar", "USD"),
            ("us dollars", "USD"),
            ("usd", "USD"),
            ("eur", "EUR"),
            ("gbp", "GBP"),
            ("dollar", "USD"),
            ("dollars", "USD"),
            ("buck", "USD"),
            ("bucks", "USD"),
            ("euro", "EUR"),
            ("euros", "EUR"),
            ("pound", "GBP"),
            ("pounds", "GBP"),
            ("pound sterling", "GBP"),
            ("pounds sterling", "GBP"),
            ("peso", "MXN"),
            ("pesos", "MXN"),
            ("yen", "JPY"),
            ("yuan", "CNY"),
            ("won", "KRW"),
            ("rupee", "INR"),
            ("rupees", "INR"),
            ("franc", "CHF"),
            ("francs", "CHF"),
        ],
        hundredths: &[("cent", "USD"), ("cents", "USD"), ("penny", "GBP"), ("pence", "GBP")],
        one: &["a", "an"],
        and: &["and"],
    },
};
