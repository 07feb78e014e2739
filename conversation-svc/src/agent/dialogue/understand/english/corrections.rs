//! How values are taken back in English, and how an appointment is said to go from one to another.

use super::super::{relocation::Relocations, settle::Corrections};

pub const CORRECTIONS: Corrections = Corrections {
    between: &[
        "no",
        "actually",
        "sorry",
        "wait",
        "i mean",
        "i meant",
        "rather",
        "make that",
        "make it",
        "correction",
        "scratch that",
        "or better",
        "to",
    ],
    negations: &["not", "isnt", "than", "instead of"],
};

pub const RELOCATIONS: Relocations = Relocations {
    nouns: &["appointment", "appointments", "booking", "reservation", "visit", "slot", "session", "one"],
    owners: &["my", "the", "our", "that", "this"],
    own: &["my", "our"],
    links: &["on", "for", "at", "from", "of", "is"],
    from: &["from"],
    to: &["to", "into", "until", "till"],
};
