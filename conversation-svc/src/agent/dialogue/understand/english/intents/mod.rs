//! What English-speaking callers say for each [`Intent`]; an apostrophe is left out, as in every word here.

mod booking;
mod existing;
mod questions;
mod talk;

use crate::agent::dialogue::understand::{grammar::Phrases, intent::Intent};

/// The more particular intents come first.
pub const INTENTS: &[(Intent, Phrases)] = &[
    (Intent::Reschedule, existing::RESCHEDULE),
    (Intent::Cancel, existing::CANCEL),
    (Intent::Keep, existing::KEEP),
    (Intent::LookUp, existing::LOOK_UP),
    (Intent::Existing, existing::EXISTING),
    (Intent::Abort, booking::ABORT),
    (Intent::Another, booking::ANOTHER),
    (Intent::Book, booking::BOOK),
    (Intent::Want, booking::WANT),
    (Intent::Find, booking::FIND),
    (Intent::AskHours, questions::ASK_HOURS),
    (Intent::AskPrice, questions::ASK_PRICE),
    (Intent::AskParking, questions::ASK_PARKING),
    (Intent::AskAddress, questions::ASK_ADDRESS),
    (Intent::AskDuration, questions::ASK_DURATION),
    (Intent::AskStaff, questions::ASK_STAFF),
    (Intent::AskServices, questions::ASK_SERVICES),
    (Intent::AskTimes, questions::ASK_TIMES),
    (Intent::AskPhone, questions::ASK_PHONE),
    (Intent::AskMore, questions::ASK_MORE),
    (Intent::Online, talk::ONLINE),
    (Intent::NotArrived, talk::NOT_ARRIVED),
    (Intent::Arrived, talk::ARRIVED),
    (Intent::Human, talk::HUMAN),
    (Intent::Slower, talk::SLOWER),
    (Intent::Repeat, talk::REPEAT),
    (Intent::Goodbye, talk::GOODBYE),
    (Intent::Thanks, talk::THANKS),
    (Intent::Greeting, talk::GREETING),
    (Intent::Without, booking::WITHOUT),
    (Intent::OtherOptions, booking::OTHER_OPTIONS),
    (Intent::Earlier, booking::EARLIER),
    (Intent::Later, booking::LATER),
    (Intent::ThatDay, booking::THAT_DAY),
    (Intent::OffTopic, questions::OFF_TOPIC),
    (Intent::SameTime, booking::SAME_TIME),
    (Intent::Instead, existing::INSTEAD),
    (Intent::NoRecording, talk::NO_RECORDING),
    (Intent::Unsure, talk::UNSURE),
    (Intent::Wait, talk::WAIT),
    (Intent::AnyStaff, booking::ANY_STAFF),
    (Intent::Also, booking::ALSO),
    (Intent::All, existing::ALL),
];
