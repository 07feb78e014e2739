//! What is said of a booking in the making: to begin or drop one, and to choose.

use super::Phrases;

pub const ABORT: Phrases = &[
    "never mind",
    "nevermind",
    "forget it",
    "forget about it",
    "start over",
    "start again",
    "stop",
    "leave it",
    "maybe later",
    "not now",
    "changed my mind about booking",
    "i changed my mind",
];

pub const ANOTHER: Phrases = &[
    "another appointment",
    "another booking",
    "book another",
    "another one",
    "one more appointment",
    "second appointment",
    "something else as well",
];

pub const BOOK: Phrases = &[
    "book",
    "booking",
    "appointment",
    "schedule",
    "reserve",
    "reservation",
    "set up|a|an appointment|visit",
    "set up",
    "set me up",
    "come in",
    "to visit",
    "get in",
    "sign me up",
    "slot for",
    "a slot",
    "fit me in",
    "squeeze me in",
    "can|could|may i have an appointment|opening",
    "can|could|may i have a booking|reservation|slot|time",
];

pub const WANT: Phrases = &[
    "id like|love",
    "i would like|love",
    "i want|need|wanna",
    "can i get",
    "could i get",
    "can i have",
    "could i have",
];

pub const FIND: Phrases = &[
    "find|finding me|us|a|an|some|someone|somebody|one|another|any",
    "to|please find",
    "help finding",
    "looking|look|search|searching for",
    "looking to find|see",
    "search",
    "searching",
    "locate",
    "recommend",
    "suggest",
    "know of|a|an|any",
    "where|what can i find",
];

/// Of what was just spoken of or offered.
pub const THAT_DAY: Phrases = &["that day|date", "the same day|date", "same day|date"];

pub const OTHER_OPTIONS: Phrases = &[
    "something else",
    "other times",
    "another time",
    "other options",
    "a different time",
    "different time",
    "other day",
    "another day",
    "different day",
    "what else",
    "anything else",
    "any|some|find|show|check|try|the others",
    "any|some|find|show|have other",
    "other|different|another|alternative choice|option|one|place|person|suggestion|recommendation|provider|doctor|dentist|stylist|therapist|salon",
    "other|different|alternative choices|options|ones|places|people|suggestions|providers|doctors|dentists|stylists|therapists|salons",
    "anyone|someone|somebody|anybody|who|somewhere|anywhere else",
    "what|how about another|others",
    "find|try|show|suggest|recommend me|us| another|others|more",
    "any|show|find more",
    "alternative|alternatives",
    "else is there",
    "other openings",
    "else do you have",
    "none of those",
    "none of them",
    "neither",
];

pub const SAME_TIME: Phrases = &["same time", "same time and day", "same day and time", "same hour"];

pub const ANY_STAFF: Phrases = &[
    "anyone",
    "anybody",
    "no preference",
    "doesnt matter",
    "dont care",
    "dont mind",
    "whoever",
    "either is fine",
    "either one",
    "any of them",
    "whoever is available",
    "no particular",
    "does not matter",
];

pub const WITHOUT: Phrases = &[
    "i dont have one",
    "dont have an email",
    "dont have email",
    "no email",
    "without email",
    "without an email",
    "i have no email",
    "dont use email",
    "rather not give",
    "dont want to give",
    "rather not say",
    "dont have one",
    "do not have one",
    "do not have an email",
];

pub const EARLIER: Phrases = &["anything earlier", "earlier"];

pub const LATER: Phrases = &["anything later", "later"];

pub const ALSO: Phrases =
    &["also", "as well", "too", "add", "adding", "in addition", "on top", "along with", "together with", "plus"];
