//! What an agent's words ask for, as far as a caller cares.

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Question {
    Service,
    Day,
    Time,
    DayAndTime,
    Name,
    Email,
    /// The whole address, letter by letter.
    EmailSpelled,
    /// Only what stands before the at sign, letter by letter.
    UserSpelled,
    Confirm,
    AnythingElse,
    Goodbye,
    Unclear,
}

/// The question in what was heard. The last sentence that asks decides; without one, the last that sounds like asking.
pub fn of(heard: &str) -> Question {
    let heard = heard.to_lowercase();
    let sentences: Vec<&str> =
        heard.split_inclusive(['.', '?', '!']).map(str::trim).filter(|s| !s.is_empty()).collect();
    let known = |sentence: &&str| Some(of_sentence(sentence)).filter(|question| *question != Question::Unclear);
    let asked = sentences.iter().rev().filter(|sentence| sentence.ends_with('?')).find_map(known);
    let offered = || offers_times(&heard).then_some(Question::Time);
    asked.or_else(|| sentences.iter().rev().find_map(known)).or_else(offered).unwrap_or(Question::Unclear)
}

/// "8 a.m., 9:30 a.m. or 11 a.m.", whatever came of the question after it.
fn offers_times(heard: &str) -> bool {
    let spaced = spaced(heard);
    let halves = [" a m ", " am ", " p m ", " pm "].iter().map(|half| spaced.matches(half).count()).sum::<usize>();
    halves > 1 && spaced.contains(" or ")
}

/// In this order: the first question that has a word in the sentence.
const WORDS: &[(Question, &[&str])] = &[
    (Question::AnythingElse, &["anything else", "something else"]),
    (Question::Goodbye, &["goodbye", "good bye", "bye-bye", "have a great", "have a nice", "have a good"]),
    (Question::UserSpelled, &["before the at"]),
    (Question::EmailSpelled, &["letter by letter", "spell your e"]),
    (
        Question::Confirm,
        &[
            "is that right",
            "is that correct",
            "correct?",
            "confirm",
            "shall i",
            "should i book",
            "book it",
            "book that",
            "does that work",
            "would that work",
            "is that ok",
            "is that ri",
            // The end of a question is the part that is lost most easily.
            "is that r",
            "did i get that",
        ],
    ),
    (Question::Email, &["e-mail", "email", "e mail"]),
    (
        Question::Name,
        &["your name", "name, please", "full name", "what name", "first and last", "name for", "name should"],
    ),
    (Question::DayAndTime, &["day and time", "day and a time", "date and time", "day and what time"]),
    (
        Question::Time,
        &[
            "what time",
            "which time",
            "time would",
            "time suits",
            "time works",
            "time of day",
            "which would you like",
            "suits you best",
        ],
    ),
    (
        Question::Day,
        &[
            "what day",
            "which day",
            "what date",
            "which date",
            "day would",
            "day suits",
            "day works",
            "when would",
            "when should",
        ],
    ),
    (
        Question::Service,
        &[
            "help",
            "which service",
            "what service",
            "do for you",
            "what can we do",
            "what can i do",
            "like to book",
            "looking for",
            "like to have",
        ],
    ),
    (Question::Time, &["time", "o'clock"]),
    (Question::Day, &["day", "date"]),
    (Question::Service, &["service", "would you like"]),
    // A summary asks to be confirmed, also when its question was not understood.
    (Question::Confirm, &["so that's"]),
];

fn of_sentence(sentence: &str) -> Question {
    let sentence = spaced(sentence);
    let said = |words: &[&str]| words.iter().any(|word| sentence.contains(&spaced(word)));
    WORDS.iter().find(|(_, words)| said(words)).map_or(Question::Unclear, |(question, _)| *question)
}

/// Whole words between single spaces: "Wednesday" asks for no day.
fn spaced(text: &str) -> String {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.fold(" ".to_owned(), |spaced, word| spaced + word + " ")
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("Thank you for calling Harmony. How can I help you today? This call may be recorded.", Question::Service)]
    #[case("Northside Garage, good day. What can we do for your car?", Question::Service)]
    #[case("A massage, good. What day would you like to come in?", Question::Day)]
    #[case("What day and time would you like for your massage?", Question::DayAndTime)]
    #[case("Please tell me a day and a time, for example: Friday at 2 PM.", Question::DayAndTime)]
    #[case("Tomorrow, Wednesday the 25th of November. What time would suit you?", Question::Time)]
    #[case("Tomorrow at 2 PM with Maria is free. May I have your first and last name?", Question::Name)]
    #[case("Thanks, Alex. What's your e-mail address?", Question::Email)]
    #[case(
        "Please say your email slowly, letter by letter, for example J O E at example dot com.",
        Question::EmailSpelled
    )]
    #[case("Please spell the part before the at sign, letter by letter.", Question::UserSpelled)]
    #[case("I have alex at example dot com. Is that right?", Question::Confirm)]
    #[case("So that's a massage tomorrow at 2 PM for Alex Morrison. Shall I book it?", Question::Confirm)]
    #[case("You're booked. Is there anything else I can do for you?", Question::AnythingElse)]
    #[case("Thank you, and see you soon. Goodbye!", Question::Goodbye)]
    #[case("how can i help you today", Question::Service)]
    #[case("So that's a massage with Maria on Wednesday, November 25th. Shelley Booker.", Question::Confirm)]
    #[case("I have 8 AM, 9:30 AM or 11 AM on Monday, November 30th. Which would you like?", Question::Time)]
    #[case("I have 8 a.m. 9:30 a.m. or 11 a.m. a.m. Monday, November 30th. What to to best?", Question::Time)]
    #[case("Wednesday, November 25th at 2 PM.", Question::Unclear)]
    #[case("Hm.", Question::Unclear)]
    fn questions_are_found_in_what_is_heard(#[case] heard: &str, #[case] question: Question) {
        assert_eq!(of(heard), question);
    }
}
