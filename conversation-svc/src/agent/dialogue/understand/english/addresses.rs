//! The English words of an e-mail address said aloud.

use super::super::email::Addresses;

pub const ADDRESSES: Addresses = Addresses {
    at: &["at", "@"],
    like_at: &["add", "ad", "and", "hat", "that", "et", "app", "apt", "had", "as", "act", "an"],
    run_in: &["at", "and", "add"],
    before: &[
        "is", "its", "be", "email", "mail", "address", "my", "the", "to", "yes", "no", "yeah", "yep", "nope", "sure",
        "ok", "okay", "use", "um", "uh", "was", "said", "sorry", "actually", "would", "thats", "that", "it", "reach",
        "me", "at", "and", "oh", "well", "so", "with", "write", "send", "for", "on", "this", "confirm", "correct",
        "right", "please", "mean", "meant", "then", "not", "wait", "spelled", "spell", "hi", "hello", "say",
    ],
    explaining: &["in", "as", "like"],
    symbols: &[
        ("dot", '.'),
        ("period", '.'),
        ("point", '.'),
        ("underscore", '_'),
        ("_", '_'),
        ("under score", '_'),
        ("dash", '-'),
        ("hyphen", '-'),
        ("minus", '-'),
        ("-", '-'),
        ("plus", '+'),
    ],
    dot_com: &["dotcom"],
    labels: &[
        ("calm", "com"),
        ("come", "com"),
        ("comm", "com"),
        ("kom", "com"),
        ("con", "com"),
        ("cam", "com"),
        ("comb", "com"),
        ("cum", "com"),
        ("order", "org"),
        ("orc", "org"),
        ("nut", "net"),
        ("nett", "net"),
    ],
    providers: &[],
    joining: &[],
};
