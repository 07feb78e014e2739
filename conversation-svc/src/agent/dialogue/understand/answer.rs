//! Yes and no, in the many forms people give them.

use super::{Found, words::Words};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    Yes,
    No,
}

const YES: &[&str] = &[
    "yes",
    "please",
    "i think so",
    "thats the one",
    "it does",
    "yeah",
    "yep",
    "yup",
    "yea",
    "yas",
    "ya",
    "yess",
    "sure",
    "correct",
    "right",
    "okay",
    "ok",
    "k",
    "absolutely",
    "definitely",
    "certainly",
    "exactly",
    "indeed",
    "perfect",
    "great",
    "fine",
    "good",
    "alright",
    "all right",
    "affirmative",
    "agreed",
    "agree",
    "please do",
    "yes please",
    "of course",
    "go ahead",
    "go for it",
    "sounds good",
    "sounds great",
    "sounds fine",
    "sounds right",
    "that works",
    "works for me",
    "that is right",
    "thats right",
    "that is correct",
    "thats correct",
    "thats fine",
    "that is fine",
    "thats good",
    "thats great",
    "thats perfect",
    "thats it",
    "its ok",
    "its okay",
    "its fine",
    "its good",
    "its right",
    "its correct",
    "lets do it",
    "lets do that",
    "lets go with that",
    "book it",
    "do it",
    "do that",
    "i do",
    "i am",
    "it is",
    "i would",
    "id love that",
    "why not",
    "you got it",
    "uh huh",
    "mm hmm",
    "mhm",
    "m hm",
    "you bet",
    "by all means",
    "confirm",
    "confirmed",
    "i confirm",
    "no problem",
    "thats what i said",
    "that was what i said",
    "looks good",
    "looks right",
    "that will do",
    "that ll do",
    "thatll do",
    "i agree",
    "cool",
    "awesome",
    "lovely",
    "wonderful",
    "excellent",
    "very good",
    "si",
    "👍",
    "👌",
    "please book it",
    "id like that",
    "ill take it",
    "ill take that",
];
const NO: &[&str] = &[
    "no",
    "nope",
    "nah",
    "na",
    "naw",
    "not really",
    "no thanks",
    "no thank you",
    "no way",
    "not right",
    "not correct",
    "not quite",
    "wrong",
    "incorrect",
    "thats wrong",
    "thats not right",
    "that is not right",
    "thats not it",
    "thats incorrect",
    "that is wrong",
    "not that",
    "negative",
    "disagree",
    "i disagree",
    "i dont think so",
    "i do not think so",
    "dont",
    "do not",
    "please dont",
    "id rather not",
    "rather not",
    "never",
    "not at all",
    "not now",
    "not today",
    "neither",
    "none of them",
    "none of those",
    "none",
    "thats not what i said",
    "it isnt",
    "its not",
    "it is not",
    "that doesnt work",
    "doesnt work",
    "does not work",
    "cant do that",
    "i cant",
    "i cannot",
    "wont work",
    "not okay",
    "not ok",
    "not good",
    "not fine",
    "👎",
    "i dont",
    "i do not",
    "thats not correct",
    "isnt right",
];

/// Words that may come before the answer: "well, yes", "oh no".
const LEADING: &[&str] = &[
    "well", "oh", "um", "uh", "er", "ah", "hmm", "so", "and", "but", "i", "think", "yes", "that", "thats", "guess",
    "then", "just", "actually", "hi", "hello", "please",
];

/// The yes that can only be meant as one.
const PLAIN_YES: &[&str] =
    &["yes", "yeah", "yep", "yup", "yea", "sure", "please", "i", "absolutely", "definitely", "certainly", "of"];

/// Whether a yes may only take note of what was said.
pub fn acknowledges(words: &Words<'_>, found: &Found<Answer>) -> bool {
    found.value == Answer::Yes && !found.words.clone().any(|i| PLAIN_YES.contains(&words.norm(i)))
}

/// The answer a text gives, if it gives one. What stands first counts: "yes. I said no" is a yes.
pub fn find(words: &Words<'_>) -> Option<Found<Answer>> {
    // A recogniser's "know" is a "no" when it is all there is.
    if words.len() == 1 && words.norm(0) == "know" {
        return Some(Found::new(Answer::No, 0.6, 0..1));
    }
    let mut leading = true;
    for i in 0..words.len() {
        let yes = longest(words, i, YES);
        let no = longest(words, i, NO);
        if let Some((answer, n)) = match (yes, no) {
            (Some(y), Some(n)) if n >= y => Some((Answer::No, n)),
            (Some(y), _) => Some((Answer::Yes, y)),
            (None, Some(n)) => Some((Answer::No, n)),
            (None, None) => None,
        } {
            let word = words.norm(i);
            // Praise and "I do" are answers only where they stand alone or lead.
            let weak = n == 1
                && matches!(
                    word,
                    "good"
                        | "fine"
                        | "great"
                        | "right"
                        | "k"
                        | "cool"
                        | "ya"
                        | "na"
                        | "none"
                        | "never"
                        | "dont"
                        | "lovely"
                        | "si"
                        | "ok"
                        | "okay"
                        | "please"
                );
            let negated = i > 0 && matches!(words.before(i), "not" | "isnt" | "dont" | "doesnt" | "arent");
            if negated {
                return Some(Found::new(Answer::No, 0.8, i - 1..i + n));
            }
            if leading || !weak && i < 4 {
                let confidence = if leading && (n > 1 || !weak) {
                    0.95
                } else if leading {
                    0.7
                } else {
                    0.6
                };
                return Some(Found::new(answer, confidence, i..i + n));
            }
        }
        leading &= LEADING.contains(&words.norm(i));
    }
    None
}

fn longest(words: &Words<'_>, i: usize, phrases: &[&str]) -> Option<usize> {
    let thumbs = words.norm(i).chars().next().filter(|c| matches!(c, '👌' | '👍' | '👎')).map(String::from);
    if let Some(thumb) = thumbs {
        return phrases.contains(&thumb.as_str()).then_some(1);
    }
    words.any_phrase(i, phrases)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("Yes.")]
    #[case("yeah, that's right")]
    #[case("Yep")]
    #[case("sure, go ahead")]
    #[case("That's correct.")]
    #[case("sounds good")]
    #[case("Please do")]
    #[case("that works for me")]
    #[case("Well, yes")]
    #[case("Yes. I said no")]
    #[case("👌🏾 It's ok")]
    #[case("book it")]
    #[case("No problem")]
    fn yes(#[case] text: &str) {
        assert_eq!(find(&Words::of(text)).map(|f| f.value), Some(Answer::Yes), "{text}");
    }

    #[rstest]
    #[case("No.")]
    #[case("nope")]
    #[case("No, on Thursday")]
    #[case("that's not right")]
    #[case("That is wrong")]
    #[case("I don't think so")]
    #[case("no. I said the fourth of July")]
    #[case("disagree")]
    #[case("No thanks, that's all")]
    #[case("know")]
    #[case("not really")]
    fn no(#[case] text: &str) {
        assert_eq!(find(&Words::of(text)).map(|f| f.value), Some(Answer::No), "{text}");
    }

    #[rstest]
    #[case("I'd like a massage tomorrow")]
    #[case("Alex Morrison")]
    #[case("what time do you open")]
    #[case("")]
    fn neither(#[case] text: &str) {
        assert_eq!(find(&Words::of(text)), None, "{text}");
    }
}
