//! What a caller wants of us, beside the values given: to book, to ask, to hear it again, to leave.

use super::{Found, words::Words};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Intent {
    Book,
    Reschedule,
    Cancel,
    /// "Never mind": whatever we are doing, stop it.
    Abort,
    AskHours,
    AskPrice,
    AskAddress,
    AskDuration,
    AskStaff,
    AskServices,
    /// "What times do you have?"
    AskTimes,
    AskParking,
    Human,
    Repeat,
    Slower,
    Greeting,
    Thanks,
    Goodbye,
    /// "Another appointment."
    Another,
    /// "I don't have one", of what was asked for.
    Without,
    /// "Something else", of what was offered.
    OtherOptions,
    /// "Anyone", of staff.
    AnyStaff,
    /// "One moment."
    Wait,
    /// "At the same time", of another day.
    SameTime,
    /// "Please don't record this."
    NoRecording,
}

use Intent as I;

/// Phrases by intent; an apostrophe is left out in them, as in every word here.
const PHRASES: &[(Intent, &[&str])] = &[
    (
        I::Reschedule,
        &[
            "reschedule",
            "move my appointment",
            "change my appointment",
            "move my booking",
            "change my booking",
            "postpone",
            "push my appointment",
            "move an appointment",
            "change an appointment",
            "rebook",
            "change the time of my appointment",
            "change the date of my appointment",
            "move it to another day",
        ],
    ),
    (
        I::Cancel,
        &[
            "cancel my appointment",
            "cancel my booking",
            "cancel an appointment",
            "cancel the appointment",
            "cancel",
            "call off my appointment",
            "delete my appointment",
        ],
    ),
    (
        I::Abort,
        &[
            "never mind",
            "nevermind",
            "forget it",
            "forget about it",
            "start over",
            "start again",
            "cancel that",
            "cancel it",
            "cancel this",
            "stop",
            "leave it",
            "maybe later",
            "not now",
            "changed my mind about booking",
            "i changed my mind",
        ],
    ),
    (
        I::Another,
        &[
            "another appointment",
            "another booking",
            "book another",
            "another one",
            "one more appointment",
            "second appointment",
            "something else as well",
        ],
    ),
    (
        I::Book,
        &[
            "book",
            "booking",
            "appointment",
            "schedule",
            "reserve",
            "reservation",
            "make an appointment",
            "set up",
            "set me up",
            "come in",
            "get in",
            "sign me up",
            "slot for",
            "a slot",
            "fit me in",
            "squeeze me in",
            "id like",
            "i would like",
            "i want",
            "i need",
            "can i get",
            "could i get",
            "can i have",
            "could i have",
            "looking for",
        ],
    ),
    (
        I::AskHours,
        &[
            "opening hours",
            "business hours",
            "your hours",
            "what hours",
            "are you open",
            "when are you open",
            "when do you open",
            "when do you close",
            "what time do you open",
            "what time do you close",
            "open on",
            "open today",
            "open tomorrow",
            "do you open",
            "do you close",
            "how late",
            "how early",
            "hours of operation",
            "closing time",
            "opening time",
            "your opening times",
            "what are the hours",
        ],
    ),
    (
        I::AskPrice,
        &[
            "how much",
            "price",
            "prices",
            "cost",
            "costs",
            "what do you charge",
            "what does it cost",
            "pricing",
            "the rate",
            "your rates",
            "how expensive",
            "fee",
        ],
    ),
    (I::AskParking, &["parking", "park my car", "where can i park", "can i park"]),
    (
        I::AskAddress,
        &[
            "address",
            "where are you",
            "located",
            "location",
            "directions",
            "how do i get there",
            "how do i find you",
            "what street",
            "where is the",
            "where is your",
            "where do i go",
            "where exactly",
        ],
    ),
    (I::AskDuration, &["how long", "duration", "how many minutes", "how much time"]),
    (
        I::AskStaff,
        &[
            "who works",
            "who is working",
            "who is available",
            "who do you have",
            "which staff",
            "which therapist",
            "which stylist",
            "who does",
            "who will",
            "who would",
            "who can",
            "which people",
            "whos available",
            "whos working",
            "your staff",
            "who performs",
            "who gives",
            "who is it with",
            "with whom",
        ],
    ),
    (
        I::AskServices,
        &[
            "what services",
            "which services",
            "what do you offer",
            "what do you do",
            "what treatments",
            "what can i book",
            "what kind of",
            "what kinds of",
            "what types",
            "your services",
            "services do you",
            "what else do you",
            "what are my options",
            "list of services",
            "what do you have",
            "what have you got",
        ],
    ),
    (
        I::AskTimes,
        &[
            "what times",
            "which times",
            "what time do you have",
            "what times do you have",
            "when are you free",
            "whats available",
            "what is available",
            "what do you have available",
            "when can i come",
            "any openings",
            "any availability",
            "what availability",
            "when is",
            "when do you have",
            "do you have anything",
            "what slots",
            "whats free",
            "what openings",
            "have anything",
            "got anything",
            "what time is available",
            "what times are available",
            "what do you have open",
        ],
    ),
    (
        I::Human,
        &[
            "a person",
            "real person",
            "a human",
            "human being",
            "representative",
            "an operator",
            "operator",
            "speak to someone",
            "talk to someone",
            "speak with someone",
            "talk with someone",
            "speak to a",
            "talk to a",
            "speak to the",
            "the manager",
            "your manager",
            "receptionist",
            "real human",
            "somebody real",
            "connect me",
            "transfer me",
            "someone real",
            "an agent",
        ],
    ),
    (I::Slower, &["slower", "slow down", "more slowly", "too fast"]),
    (
        I::Repeat,
        &[
            "repeat",
            "say that again",
            "say it again",
            "say again",
            "come again",
            "pardon",
            "what did you say",
            "one more time",
            "what was that",
            "didnt catch that",
            "didnt hear",
            "didnt get that",
            "excuse me",
            "i missed that",
            "could you say that",
            "what were the options",
            "what were those",
            "once more",
            "cant hear you",
            "couldnt hear",
        ],
    ),
    (
        I::Goodbye,
        &[
            "goodbye",
            "good bye",
            "bye",
            "bye bye",
            "see you",
            "have a good day",
            "have a nice day",
            "have a great day",
            "thats all",
            "thats it",
            "im good",
            "im fine",
            "all good",
            "that is all",
            "that will be all",
            "thatll be all",
            "nothing else",
            "im done",
            "were done",
            "thats everything",
            "that is everything",
            "talk to you later",
            "hang up",
            "i have to go",
            "gotta go",
            "no thats it",
            "thats it thanks",
            "thats it thank you",
            "all set",
            "im good thanks",
            "im good thank you",
            "no im good",
            "take care",
            "ill call back",
            "call you back",
            "call back later",
        ],
    ),
    (I::Thanks, &["thanks", "thank you", "thank", "appreciate", "cheers"]),
    (I::Greeting, &["hello", "hi", "hey", "good morning", "good afternoon", "good evening", "hiya"]),
    (
        I::Without,
        &[
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
        ],
    ),
    (
        I::OtherOptions,
        &[
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
            "anything earlier",
            "anything later",
            "earlier",
            "later",
            "any others",
            "any other",
            "other openings",
            "else do you have",
            "none of those",
            "none of them",
            "neither",
        ],
    ),
    (I::SameTime, &["same time", "same hour"]),
    (
        I::NoRecording,
        &[
            "dont record",
            "do not record",
            "not record",
            "no recording",
            "no recordings",
            "stop recording",
            "stop the recording",
            "dont want this recorded",
            "dont want this call recorded",
            "dont want it recorded",
            "dont want to be recorded",
            "do not want to be recorded",
            "not want to be recorded",
            "not want this recorded",
            "not want this call recorded",
            "rather not be recorded",
            "not be recorded",
            "not to be recorded",
            "without recording",
            "without being recorded",
            "turn off the recording",
            "turn the recording off",
            "delete the recording",
            "dont consent to recording",
            "dont consent to being recorded",
            "do not consent to being recorded",
            "dont agree to be recorded",
            "dont agree to the recording",
        ],
    ),
    (
        I::Wait,
        &[
            "hold on",
            "one moment",
            "one second",
            "one sec",
            "just a second",
            "just a moment",
            "just a sec",
            "give me a second",
            "give me a moment",
            "let me check",
            "let me see",
            "let me think",
            "hang on",
            "a moment please",
            "wait a second",
            "wait a moment",
            "one minute",
            "just a minute",
            "give me a minute",
        ],
    ),
    (
        I::AnyStaff,
        &[
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
        ],
    ),
];

/// Every intent that a text shows, once each, in the order of the table above (the more particular first).
pub fn find(words: &Words<'_>) -> Vec<Found<Intent>> {
    let mut found: Vec<Found<Intent>> = Vec::new();
    for (intent, phrases) in PHRASES {
        let Some(range) = longest(words, phrases) else { continue };
        // Words that a longer phrase of another intent holds say that intent only.
        if found.iter().any(|f| f.words.start <= range.start && range.end <= f.words.end && f.words.len() > range.len())
        {
            continue;
        }
        found.retain(|f| !(range.start <= f.words.start && f.words.end <= range.end && range.len() > f.words.len()));
        let confidence = if range.len() > 1 { 0.9 } else { 0.75 };
        found.push(Found::new(*intent, confidence, range));
    }
    found
}

fn longest(words: &Words<'_>, phrases: &[&str]) -> Option<std::ops::Range<usize>> {
    (0..words.len()).filter_map(|i| words.any_phrase(i, phrases).map(|n| i..i + n)).max_by_key(|r| r.len())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("I'd like to book a massage", I::Book)]
    #[case("what time do you close on Friday", I::AskHours)]
    #[case("How much is a facial?", I::AskPrice)]
    #[case("where are you located", I::AskAddress)]
    #[case("how long does it take", I::AskDuration)]
    #[case("can I speak to a person", I::Human)]
    #[case("Sorry, could you say that again?", I::Repeat)]
    #[case("okay, bye", I::Goodbye)]
    #[case("I need to reschedule", I::Reschedule)]
    #[case("cancel my appointment", I::Cancel)]
    #[case("never mind", I::Abort)]
    #[case("please don't record this call", I::NoRecording)]
    #[case("I do not want to be recorded", I::NoRecording)]
    #[case("no recording please", I::NoRecording)]
    #[case("could you stop recording", I::NoRecording)]
    #[case("what services do you offer", I::AskServices)]
    #[case("thank you very much", I::Thanks)]
    fn intents(#[case] text: &str, #[case] expected: Intent) {
        let found = find(&Words::of(text));
        assert!(found.iter().any(|f| f.value == expected), "{text}: {found:?}");
    }
}
