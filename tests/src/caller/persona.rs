//! A caller with a wish: hears a question, says what a person would, and says it otherwise when it is asked again.
//! What a question asks for is read off the words alone, in [`question`].

mod question;

use question::Question;

/// What the caller wants, in the words it uses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Purpose {
    /// What follows "I would like", e.g. "to book a massage".
    pub wish: String,
    /// What follows "I need", for when the wish was not understood, e.g. "a massage".
    pub service: String,
    /// e.g. "tomorrow".
    pub day: String,
    /// The same as it is read back, e.g. "November 25".
    pub date: String,
    /// e.g. "two p.m.".
    pub time: String,
    /// The same as it is read back, e.g. "2 PM" or "10:30 AM".
    pub clock: String,
    pub name: String,
    /// The address itself, e.g. `alex@example.com`.
    pub email: String,
}

/// A person gives up on a question that comes back for the fourth time.
const REPEATS_MAX: usize = 3;
/// A read-back that still sounds wrong after this many corrections is taken for misheard by ourselves.
const CORRECTIONS_MAX: usize = 4;

/// Decides what to say from what was heard. It never knows what the agent meant, only its words.
#[derive(Debug, Clone)]
pub struct Persona {
    purpose: Purpose,
    last: Option<Question>,
    last_heard: String,
    repeats: usize,
    corrections: usize,
}

impl Persona {
    pub fn new(purpose: Purpose) -> Self {
        Self { purpose, last: None, last_heard: String::new(), repeats: 0, corrections: 0 }
    }

    /// The next thing to say; none when there is nothing left to say: the agent said goodbye, or does not understand.
    pub fn answer(&mut self, heard: &str) -> Option<String> {
        let question = question::of(heard);
        // Two read-backs in a row may be of two things.
        let again = self.last == Some(question) && (question != Question::Confirm || sounds(heard) == self.last_heard);
        self.repeats = if again { self.repeats + 1 } else { 0 };
        self.last = Some(question);
        self.last_heard = sounds(heard);
        if question == Question::Goodbye || self.repeats > REPEATS_MAX {
            return None;
        }
        Some(self.words(question, heard))
    }

    fn words(&mut self, question: Question, heard: &str) -> String {
        let Purpose { wish, service, day, time, name, email, .. } = &self.purpose;
        let first_time = self.repeats == 0;
        match question {
            Question::Service if self.repeats.is_multiple_of(2) => format!("I would like {wish}, please."),
            Question::Service => format!("I need {service}."),
            Question::Day if first_time => format!("{day}, please."),
            Question::Day => format!("{day}."),
            Question::Time if first_time => format!("At {time}, please."),
            Question::Time => format!("{time}."),
            Question::DayAndTime => format!("{day} at {time}, please."),
            Question::Name if first_time => format!("My name is {name}."),
            Question::Name if self.repeats == 1 => format!("{name}."),
            Question::Name => name.split(' ').map(spelled).collect::<Vec<_>>().join(", "),
            Question::Email if self.repeats.is_multiple_of(2) => format!("{}.", spoken_email(email)),
            Question::Email | Question::EmailSpelled => format!("{}.", spelled_email(email)),
            Question::UserSpelled => spelled(user(email)),
            Question::Confirm => self.confirm(heard),
            Question::AnythingElse => "No, thank you. Goodbye.".to_owned(),
            Question::Unclear | Question::Goodbye => "Sorry, could you say that again?".to_owned(),
        }
    }

    /// Yes, unless what was read back sounds like another address, day or time.
    fn confirm(&mut self, heard: &str) -> String {
        let Purpose { email, date, time, clock, .. } = &self.purpose;
        if self.corrections < CORRECTIONS_MAX {
            if reads_an_email(heard) && !sounds(heard).contains(&sounds(&spoken_email(email))) {
                self.corrections += 1;
                // In turn letter by letter and in words: one of them may come through.
                let again = if self.corrections % 2 == 1 { spelled_email(email) } else { spoken_email(email) };
                return format!("No. It is {again}.");
            }
            if reads_a_date(heard) && !sounds(heard).contains(&sounds(date)) {
                self.corrections += 1;
                return format!("No. On {date}, please.");
            }
            if reads_a_time(heard) && !sounds(heard).contains(&sounds(clock)) {
                self.corrections += 1;
                return format!("No. At {time}, please.");
            }
        }
        if self.repeats == 0 { "Yes, please.".to_owned() } else { "Yes.".to_owned() }
    }
}

fn user(email: &str) -> &str {
    email.split_once('@').map_or(email, |(user, _)| user)
}

/// alex@example.com → "alex at example dot com"
fn spoken_email(email: &str) -> String {
    email.replace('.', " dot ").replace('@', " at ")
}

/// alex@example.com → "A. L. E. X., at example dot com"
fn spelled_email(email: &str) -> String {
    let host = email.split_once('@').map_or("", |(_, host)| host);
    format!("{}, at {}", spelled(user(email)), host.replace('.', " dot "))
}

/// Letter by letter, as one says them.
fn spelled(word: &str) -> String {
    word.chars().filter(|c| c.is_alphanumeric()).map(|c| format!("{}.", c.to_uppercase())).collect::<Vec<_>>().join(" ")
}

fn reads_an_email(heard: &str) -> bool {
    let heard = heard.to_lowercase();
    heard.contains(" dot ") || heard.contains(".com") || heard.contains('@')
}

fn reads_a_date(heard: &str) -> bool {
    const MONTHS: [&str; 11] = [
        "january",
        "february",
        "march",
        "april",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    // "May" is too common a word to tell.
    let heard = heard.to_lowercase();
    MONTHS.iter().any(|month| heard.contains(month))
}

fn reads_a_time(heard: &str) -> bool {
    let heard = heard.to_lowercase();
    ["a.m", "p.m", " am", " pm"].iter().any(|half| heard.contains(half))
}

/// Text as it sounds, for comparing: letters and digits alone, with a spelled word like the word itself.
fn sounds(text: &str) -> String {
    let text = text.to_lowercase().replace(" dot ", ".").replace('@', " at ");
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn purpose() -> Purpose {
        Purpose {
            wish: "to book a massage".to_owned(),
            service: "a massage".to_owned(),
            day: "tomorrow".to_owned(),
            date: "November 25".to_owned(),
            time: "two p.m.".to_owned(),
            clock: "2 PM".to_owned(),
            name: "Alex Morrison".to_owned(),
            email: "alex@example.com".to_owned(),
        }
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
    fn a_read_back_is_checked_like_a_person_would() {
        let mut persona = Persona::new(purpose());
        for right in
            ["I have Alex at example.com. Is that right?", "I have A, L, E, X, at example dot com. Is that right?"]
        {
            let answer = persona.answer(right).expect("an answer");
            assert!(answer.starts_with("Yes"), "{right}: {answer}");
        }
        let wrong = persona.answer("I have Alec at example.com. Is that right?").expect("an answer");
        assert_eq!(wrong, "No. It is A. L. E. X., at example dot com.");
    }

    #[test]
    fn a_booking_without_an_address_in_it_is_confirmed() {
        let asked = "So that's a massage tomorrow at 2 PM, for Alex Morrison. Shall I book it?";
        assert_eq!(Persona::new(purpose()).answer(asked).as_deref(), Some("Yes, please."));
    }

    #[test]
    fn another_day_than_the_wanted_one_is_corrected() {
        let mut persona = Persona::new(purpose());
        let right = persona.answer("A massage on Wednesday, November 25th at 2 p.m. Shall I book it?");
        assert_eq!(right.as_deref(), Some("Yes, please."));
        let wrong = persona.answer("A massage on Wednesday, December 2nd at 2 p.m. Shall I book it?");
        assert_eq!(wrong.as_deref(), Some("No. On November 25, please."));
    }

    #[test]
    fn another_time_than_the_wanted_one_is_corrected() {
        let wrong = Persona::new(purpose()).answer("A massage on Wednesday, November 25th at 10 a.m. Shall I book it?");
        assert_eq!(wrong.as_deref(), Some("No. At two p.m., please."));
    }

    #[test]
    fn goodbye_needs_no_answer() {
        assert_eq!(Persona::new(purpose()).answer("See you then. Goodbye!"), None);
    }
}
