//! What a caller wants of us, beside the values given: to book, to ask, to hear it again, to leave.

use super::{Found, words::Words};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Intent {
    /// "Book it", "an appointment": says so itself.
    Book,
    /// "I'd like …", "can I have …": most often an appointment.
    Want,
    /// "Find me …", "do you know a good …".
    Find,
    Reschedule,
    Cancel,
    /// "When is my appointment?"
    LookUp,
    /// "I have an appointment", "the one I have": one that exists is meant.
    Existing,
    /// "Both", "all of them", of appointments that exist.
    All,
    /// "Don't cancel it", "leave it as it is".
    Keep,
    /// "Can we make that four instead", of what was just spoken of.
    Instead,
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
    AskPhone,
    /// Something else of what was just spoken of ("do they …").
    AskMore,
    Human,
    Repeat,
    Slower,
    Greeting,
    Thanks,
    Goodbye,
    /// "Another appointment."
    Another,
    /// "And a facial too": besides what was said.
    Also,
    /// "I don't have one", of what was asked for.
    Without,
    /// "Something else", of what was offered.
    OtherOptions,
    /// "Anything earlier", than what was offered.
    Earlier,
    Later,
    /// "Anyone", of staff.
    AnyStaff,
    /// "I'm not sure", of what was asked.
    Unsure,
    /// "One moment."
    Wait,
    /// "On that day", of one that was spoken of.
    ThatDay,
    /// What no business answers: the weather.
    OffTopic,
    /// "At the same time", of another day.
    SameTime,
    /// "Text me the link", "can I do this online?"
    Online,
    /// "Got it", of what was sent.
    Arrived,
    /// "It isn't there yet."
    NotArrived,
    /// "Please don't record this."
    NoRecording,
}

impl Intent {
    pub const fn is_question(self) -> bool {
        matches!(
            self,
            Self::AskHours
                | Self::AskPrice
                | Self::AskAddress
                | Self::AskDuration
                | Self::AskStaff
                | Self::AskServices
                | Self::AskTimes
                | Self::AskParking
                | Self::AskPhone
                | Self::AskMore
        )
    }
}

/// Every intent that a text shows, once each, in the order of the grammar.
pub fn find(words: &Words<'_>) -> Vec<Found<Intent>> {
    let mut found: Vec<Found<Intent>> = Vec::new();
    for (intent, phrases) in words.grammar().intents {
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
    use proto::Language;
    use rstest::rstest;

    use super::{Intent as I, *};

    #[rstest]
    #[case("I'd like to book a massage", I::Book)]
    #[case("what time do you close on Friday", I::AskHours)]
    #[case("How much is a facial?", I::AskPrice)]
    #[case("where are you located", I::AskAddress)]
    #[case("how long does it take", I::AskDuration)]
    #[case("can you give me their phone number", I::AskPhone)]
    #[case("do they offer cosmetic services", I::AskMore)]
    #[case("I'm looking for a therapist", I::Find)]
    #[case("I'd like a facial", I::Want)]
    #[case("are there any other stylists", I::OtherOptions)]
    #[case("how about someone else", I::OtherOptions)]
    #[case("book it on that day", I::ThatDay)]
    #[case("that's all for today, thanks", I::Goodbye)]
    #[case("can I speak to a person", I::Human)]
    #[case("Sorry, could you say that again?", I::Repeat)]
    #[case("okay, bye", I::Goodbye)]
    #[case("I need to reschedule", I::Reschedule)]
    #[case("cancel my appointment", I::Cancel)]
    #[case("cancel that", I::Cancel)]
    #[case("could you move tomorrow's massage to Friday", I::Reschedule)]
    #[case("change my Friday appointment", I::Reschedule)]
    #[case("when is my appointment?", I::LookUp)]
    #[case("Do I have anything on Friday?", I::LookUp)]
    #[case("actually move the one I have", I::Existing)]
    #[case("I already have an appointment", I::Existing)]
    #[case("no, don't cancel it", I::Keep)]
    #[case("leave it as it is", I::Keep)]
    #[case("can we make that four instead", I::Instead)]
    #[case("never mind", I::Abort)]
    #[case("please don't record this call", I::NoRecording)]
    #[case("please don't recall this call", I::NoRecording)]
    #[case("I do not want to be recorded", I::NoRecording)]
    #[case("no recording please", I::NoRecording)]
    #[case("could you stop recording", I::NoRecording)]
    #[case("what services do you offer", I::AskServices)]
    #[case("can you text me the link", I::Online)]
    #[case("Could I do this online?", I::Online)]
    #[case("I'd rather book on your website", I::Online)]
    #[case("got it", I::Arrived)]
    #[case("I haven't got it yet", I::NotArrived)]
    #[case("thank you very much", I::Thanks)]
    fn intents(#[case] text: &str, #[case] expected: Intent) {
        let found = find(&Words::of(text, Language::English));
        assert!(found.iter().any(|f| f.value == expected), "{text}: {found:?}");
    }

    #[rstest]
    #[case("can I have an appointment tomorrow", I::Existing)]
    #[case("no, don't cancel it", I::Cancel)]
    #[case("don't cancel my appointment", I::Cancel)]
    #[case("I don't want to cancel it", I::Cancel)]
    #[case("what time do you have on Friday", I::LookUp)]
    fn intents_that_are_not_meant(#[case] text: &str, #[case] other: Intent) {
        let found = find(&Words::of(text, Language::English));
        assert!(found.iter().all(|f| f.value != other), "{text}: {found:?}");
    }
}
