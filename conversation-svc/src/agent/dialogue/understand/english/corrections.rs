//! How values are taken back in English.

use super::super::settle::Corrections;

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
