//! A caller with a wish: hears a question, says what a person would, and says it otherwise when it is asked again.

/// What the caller wants, in the words it uses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Purpose {
    /// As spoken, e.g. "a massage".
    pub service: String,
    /// e.g. "tomorrow".
    pub day: String,
    /// e.g. "two p m".
    pub time: String,
    pub name: String,
    /// The address itself, e.g. `alex@example.com`.
    pub email: String,
}

/// What the agent asks for, as far as a caller cares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Question {
    Service,
    Day,
    Time,
    Name,
    Email,
    Confirm,
    AnythingElse,
    Goodbye,
    Unclear,
}

/// Decides what to say from what was heard. It never knows what the agent meant, only its words.
#[derive(Debug, Clone)]
pub struct Persona {
    purpose: Purpose,
    last: Option<Question>,
    repeats: usize,
}

/// A person gives up on a question that comes back for the fourth time.
const REPEATS_MAX: usize = 3;

impl Persona {
    pub fn new(purpose: Purpose) -> Self {
        Self { purpose, last: None, repeats: 0 }
    }

    /// The next thing to say; none when there is nothing left to say: the agent said goodbye, or does not understand.
    pub fn answer(&mut self, heard: &str) -> Option<String> {
        let question = question_in(heard);
        let again = self.last == Some(question);
        self.repeats = if again { self.repeats + 1 } else { 0 };
        self.last = Some(question);
        if question == Question::Goodbye || self.repeats > REPEATS_MAX {
            return None;
        }
        Some(self.words(question))
    }

    fn words(&self, question: Question) -> String {
        let Purpose { service, day, time, name, .. } = &self.purpose;
        let first_time = self.repeats == 0;
        match question {
            Question::Service if first_time => format!("I would like to book {service}, please."),
            Question::Service => format!("{service}."),
            Question::Day if first_time => format!("{day}, please."),
            Question::Day => format!("{day}."),
            Question::Time if first_time => format!("At {time}, please."),
            Question::Time => format!("{time}."),
            Question::Name if first_time => format!("My name is {name}."),
            Question::Name => self.name_otherwise(),
            Question::Email => self.email_words(),
            Question::Confirm if first_time => "Yes, please.".to_owned(),
            Question::Confirm => "Yes, that is correct.".to_owned(),
            Question::AnythingElse => "No, thank you. Goodbye.".to_owned(),
            Question::Unclear | Question::Goodbye => "Sorry, could you say that again?".to_owned(),
        }
    }

    fn name_otherwise(&self) -> String {
        let name = &self.purpose.name;
        if self.repeats % 2 == 1 {
            format!("{name}.")
        } else {
            name.split(' ').map(spelled).collect::<Vec<_>>().join(", ")
        }
    }

    /// First as a word, then letter by letter.
    fn email_words(&self) -> String {
        let (user, host) = self.purpose.email.split_once('@').unwrap_or((&self.purpose.email, ""));
        let host = host.replace('.', " dot ");
        if self.repeats.is_multiple_of(2) {
            format!("{} at {host}.", user.replace('.', " dot "))
        } else {
            format!("{}, at {host}.", spelled(user))
        }
    }
}

/// Letter by letter, as one says them.
fn spelled(word: &str) -> String {
    word.chars().filter(|c| c.is_alphanumeric()).map(|c| format!("{}.", c.to_uppercase())).collect::<Vec<_>>().join(" ")
}

/// The question in the agent's words. The last sentence that asks decides; a request to confirm outranks the words
/// that it reads back.
fn question_in(heard: &str) -> Question {
    let heard = heard.to_lowercase();
    let sentences: Vec<&str> =
        heard.split_inclusive(['.', '?', '!']).map(str::trim).filter(|s| !s.is_empty()).collect();
    let asked = sentences.iter().rev().find(|sentence| sentence.ends_with('?')).copied();
    asked
        .map(question_of)
        .filter(|question| *question != Question::Unclear)
        .or_else(|| sentences.iter().rev().map(|s| question_of(s)).find(|question| *question != Question::Unclear))
        .unwrap_or(Question::Unclear)
}

fn question_of(sentence: &str) -> Question {
    let says = |words: &[&str]| words.iter().any(|word| sentence.contains(word));
    if says(&["anything else", "something else"]) {
        Question::AnythingElse
    } else if says(&["goodbye", "good bye", "bye", "have a great", "have a nice", "have a good"]) {
        Question::Goodbye
    } else if says(&[
        "is that right",
        "is that correct",
        "correct?",
        "right?",
        "confirm",
        "shall i book",
        "should i book",
        "book it",
        "book that",
        "did i get that",
        "does that work",
        "is that ok",
    ]) {
        Question::Confirm
    } else if says(&["e-mail", "email", "e mail"]) {
        Question::Email
    } else if says(&["your name", "name, please", "full name", "who is", "what name", "first and last", "name for"]) {
        Question::Name
    } else if says(&[
        "what time",
        "which time",
        "time would",
        "time of day",
        "when on",
        "time suits",
        "time works",
        "o'clock would",
    ]) {
        Question::Time
    } else if says(&[
        "what day",
        "which day",
        "what date",
        "which date",
        "day would",
        "day works",
        "day suits",
        "when would",
        "date would",
        "when should",
        "when shall",
    ]) {
        Question::Day
    } else if says(&[
        "help you",
        "which service",
        "what service",
        "what would you like",
        "what can i do",
        "like to book",
        "looking for",
    ]) {
        Question::Service
    } else if says(&["time"]) {
        Question::Time
    } else if says(&["day", "date"]) {
        Question::Day
    } else if says(&["service"]) {
        Question::Service
    } else {
        Question::Unclear
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn purpose() -> Purpose {
        Purpose {
            service: "a massage".to_owned(),
            day: "tomorrow".to_owned(),
            time: "two p m".to_owned(),
            name: "Alex Morrison".to_owned(),
            email: "alex@example.com".to_owned(),
        }
    }

    #[rstest]
    #[case("Thank you for calling Harmony. This call may be recorded. How can I help you today?", Question::Service)]
    #[case("A massage, good. What day would you like to come in?", Question::Day)]
    #[case("Tomorrow, Wednesday the 25th of November. What time would suit you?", Question::Time)]
    #[case("Two o'clock is free. May I have your name, please?", Question::Name)]
    #[case("And what is your e-mail address?", Question::Email)]
    #[case("I have alex at example dot com. Is that right?", Question::Confirm)]
    #[case("A massage tomorrow at 2 PM for Alex Morrison. Shall I book it?", Question::Confirm)]
    #[case("You are booked. Is there anything else I can help you with?", Question::AnythingElse)]
    #[case("Thank you for calling. Goodbye!", Question::Goodbye)]
    #[case("Hm.", Question::Unclear)]
    fn questions_are_found_in_what_is_heard(#[case] heard: &str, #[case] question: Question) {
        assert_eq!(question_in(heard), question);
    }

    #[test]
    fn a_question_that_comes_back_is_answered_otherwise_and_in_the_end_not_at_all() {
        let mut persona = Persona::new(purpose());
        let answers: Vec<_> = (0..5).map(|_| persona.answer("What is your e-mail address?")).collect();
        assert_eq!(answers[0].as_deref(), Some("alex at example dot com."));
        assert_eq!(answers[1].as_deref(), Some("A. L. E. X., at example dot com."));
        assert!(answers[3].is_some());
        assert_eq!(answers[4], None);
    }

    #[test]
    fn goodbye_needs_no_answer() {
        assert_eq!(Persona::new(purpose()).answer("Goodbye!"), None);
    }
}
