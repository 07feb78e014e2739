//! How one of several options is named in English.

use super::super::choice::Choices;

pub const CHOICES: Choices = Choices {
    first: &[
        "the earlier one",
        "the earlier",
        "the earliest",
        "the former",
        "earlier one",
        "earliest one",
        "the first",
    ],
    last: &[
        "the last one",
        "the last",
        "last one",
        "the latest",
        "the later one",
        "the later",
        "the latter",
        "later one",
        "latest one",
    ],
    either: &[
        "either",
        "either one",
        "any of those",
        "any of them",
        "whichever",
        "you choose",
        "you pick",
        "doesnt matter",
        "dont care",
        "dont mind",
        "no preference",
    ],
    numbered: &["number", "option", "option number"],
    of: &["of"],
    the: &["the"],
};
