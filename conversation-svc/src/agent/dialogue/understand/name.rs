//! A person's name: announced ("my name is …"), or said bare when it was asked for; with letters spelled after it.

use super::{
    Found, sound, spelling,
    words::{Break, Words},
};

/// A name has at most this many words.
const WORDS_MAX: usize = 4;

const LEADS: &[&str] = &[
    "my name is",
    "my names",
    "the name is",
    "the names",
    "name is",
    "names",
    "this is",
    "i am",
    "im",
    "call me",
    "you can call me",
    "its under",
    "it is under",
    "under the name",
    "under the name of",
    "in the name of",
    "put it under",
    "book it under",
    "my full name is",
    "it should be under",
    "the appointment is for",
    "my name should be",
    "spelled",
];
/// Leads that introduce much else besides a name, so the word after them is looked at.
const WEAK_LEADS: &[&str] = &["this is", "i am", "im", "names", "the names", "the appointment is for", "spelled"];
/// Words no name begins with.
const NOT_A_NAME: &[&str] = &[
    "a",
    "an",
    "the",
    "not",
    "in",
    "on",
    "at",
    "for",
    "to",
    "looking",
    "calling",
    "here",
    "sorry",
    "fine",
    "good",
    "great",
    "free",
    "available",
    "interested",
    "trying",
    "just",
    "afraid",
    "busy",
    "happy",
    "going",
    "about",
    "wondering",
    "sure",
    "ok",
    "okay",
    "hoping",
    "thinking",
    "so",
    "very",
    "really",
    "new",
    "also",
    "perfect",
    "correct",
    "right",
    "wrong",
    "it",
    "that",
    "this",
    "my",
    "your",
    "what",
    "who",
    "how",
    "when",
    "where",
    "why",
    "is",
    "was",
    "yes",
    "no",
    "nope",
    "yeah",
    "done",
    "unable",
    "able",
    "still",
    "running",
    "late",
    "only",
    "ready",
    "all",
    "calling",
    "having",
    "from",
    "with",
    "please",
    "can",
    "could",
    "would",
    "i",
    "id",
    "ill",
    "im",
    "do",
    "dont",
    "does",
    "did",
    "have",
    "want",
    "need",
    "book",
    "cancel",
    "any",
    "anyone",
    "anything",
    "nothing",
    "none",
    "never",
    "hello",
    "hi",
    "hey",
    "good",
    "thanks",
    "thank",
    "tomorrow",
    "today",
    "tonight",
    "morning",
    "afternoon",
    "evening",
    "next",
    "first",
    "second",
    "third",
    "email",
    "phone",
    "number",
    "name",
    "actually",
    "wait",
    "well",
    "um",
    "uh",
    "er",
    "change",
    "make",
    "let",
    "lets",
    "me",
    "we",
    "us",
    "you",
    "they",
    "he",
    "she",
    "but",
    "and",
    "or",
    "if",
    "of",
    "there",
    "repeat",
    "say",
];
/// Words that end a name.
const AFTER: &[&str] = &[
    "and", "my", "at", "is", "calling", "for", "on", "with", "please", "email", "phone", "number", "i", "id", "im",
    "the", "here", "speaking", "thanks", "thank", "tomorrow", "today", "but", "so", "to", "from", "can", "could",
    "would", "want", "need", "not", "spelled", "that", "thats", "it", "its", "you", "a", "an", "are", "by", "the",
    "was", "if", "again", "sir",
];
const FILLERS: &[&str] = &[
    "um",
    "uh",
    "er",
    "well",
    "oh",
    "yes",
    "yeah",
    "sure",
    "ok",
    "okay",
    "its",
    "so",
    "hi",
    "hello",
    "it",
    "is",
    "of",
    "course",
    "yep",
    "no",
    "thats",
    "sorry",
    "actually",
    "the",
    "certainly",
    "absolutely",
    "alright",
    "under",
    "put",
    "please",
    "just",
    "for",
    "name",
    "my",
    "names",
    "hey",
];

/// The names a text gives. `asked`: a name was asked for. `taken(i)`: word `i` is part of something else.
pub fn find(words: &Words<'_>, asked: bool, taken: &dyn Fn(usize) -> bool) -> Vec<Found<String>> {
    let mut found = announced(words, taken);
    if found.is_empty() && asked {
        found.extend(bare(words, taken));
    }
    found
}

fn announced(words: &Words<'_>, taken: &dyn Fn(usize) -> bool) -> Vec<Found<String>> {
    let mut found = Vec::new();
    let mut i = 0;
    while i < words.len() {
        let lead = LEADS.iter().filter_map(|p| words.phrase(i, p).map(|n| (n, *p))).max_by_key(|(n, _)| *n);
        let Some((n, phrase)) = lead else {
            i += 1;
            continue;
        };
        let weak = WEAK_LEADS.contains(&phrase);
        match name_at(words, i + n, taken) {
            Some((name, used)) if !weak || plausible(words, i + n) => {
                found.push(Found::new(name, if weak { 0.75 } else { 0.9 }, i..i + n + used));
                i += n + used;
            }
            _ => i += n,
        }
    }
    found
}

/// After a weak lead: no verb in -ing, and written as a name where case tells.
fn plausible(words: &Words<'_>, i: usize) -> bool {
    let written = words.text(i..i + 1);
    !words.norm(i).ends_with("ing") && written.chars().next().is_some_and(|c| c.is_uppercase() || !has_case(words))
}

/// Whether the text bears capitals beyond its first letter and "I".
fn has_case(words: &Words<'_>) -> bool {
    (1..words.len()).any(|i| {
        let text = words.text(i..i + 1);
        text.chars().next().is_some_and(char::is_uppercase)
            && !text.starts_with("I'")
            && !text.starts_with("I’")
            && text != "I"
    })
}

fn bare(words: &Words<'_>, taken: &dyn Fn(usize) -> bool) -> Option<Found<String>> {
    let mut i = 0;
    while i < words.len() && FILLERS.contains(&words.norm(i)) {
        i += 1;
    }
    let (name, used) = name_at(words, i, taken)?;
    // Something long that is not a name at its end is a sentence, not a name.
    let rest = words.len() - (i + used);
    (rest <= 6).then(|| Found::new(name, if rest == 0 { 0.8 } else { 0.6 }, i..i + used))
}

fn name_at(words: &Words<'_>, start: usize, taken: &dyn Fn(usize) -> bool) -> Option<(String, usize)> {
    let mut parts: Vec<String> = Vec::new();
    let mut i = start;
    while i < words.len() && parts.len() < WORDS_MAX {
        if taken(i) {
            break;
        }
        if let Some((letters, n)) = spelling::run(words, i) {
            let spelled = capitalised(&letters);
            // "Morrison, m o r r i s o n": the spelling decides how the word before is written.
            match parts.iter().position(|p| sound::likeness(&p.to_lowercase(), &letters) > 0.55) {
                Some(at) => parts[at] = spelled,
                None => parts.push(spelled),
            }
            i += n;
            continue;
        }
        let word = words.norm(i);
        let first = parts.is_empty();
        // "Will it take long" asks; "Will Price" is a name.
        if first
            && word == "will"
            && matches!(words.norm(i + 1), "you" | "it" | "that" | "there" | "i" | "they" | "be" | "we")
        {
            break;
        }
        let named = word.chars().all(char::is_alphabetic)
            && !(if first { NOT_A_NAME } else { AFTER }).contains(&word)
            && (word.chars().count() > 1 || !first);
        if !named {
            break;
        }
        parts.push(as_written(words, i));
        i += 1;
        // A comma ends a name, unless its spelling follows; "Alex. Morrison." is a recogniser's pause.
        let stop = match words.break_after(i - 1) {
            Break::None => false,
            Break::Clause => !spelling::run_begins(words, i),
            Break::Sentence => parts.len() >= 2 && !spelling::run_begins(words, i),
        };
        if stop {
            break;
        }
    }
    (!parts.is_empty()).then(|| (parts.join(" "), i - start))
}

fn as_written(words: &Words<'_>, i: usize) -> String {
    let text = words.text(i..i + 1).trim_matches(|c: char| !c.is_alphanumeric());
    if text.chars().any(char::is_uppercase) && text.chars().any(char::is_lowercase) {
        text.to_owned()
    } else {
        capitalised(words.norm(i))
    }
}

fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map(|c| c.to_uppercase().collect::<String>() + chars.as_str()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn name(text: &str, asked: bool) -> Option<String> {
        find(&Words::of(text), asked, &|_| false).into_iter().next().map(|f| f.value)
    }

    #[rstest]
    #[case("My name is Alex Morrison.", "Alex Morrison")]
    #[case("my name is alex morrison and I want a massage", "Alex Morrison")]
    #[case("This is Maria", "Maria")]
    #[case("Hi, I'm Jane Doe", "Jane Doe")]
    #[case("name is Alex Morrison, M O R R I S O N", "Alex Morrison")]
    #[case("My name is Alex Morison, M-O-R-R-I-S-O-N", "Alex Morrison")]
    #[case("the name's Li Wei", "Li Wei")]
    fn announced_names(#[case] text: &str, #[case] expected: &str) {
        assert_eq!(name(text, false).as_deref(), Some(expected), "{text}");
    }

    #[rstest]
    #[case("Alex Morrison", "Alex Morrison")]
    #[case("Alex Morrison.", "Alex Morrison")]
    #[case("alex morrison", "Alex Morrison")]
    #[case("Sure, it's Alex Morrison.", "Alex Morrison")]
    #[case("um Alex", "Alex")]
    #[case("O'Brien", "O'Brien")]
    #[case("a l e x", "Alex")]
    fn bare_names(#[case] text: &str, #[case] expected: &str) {
        assert_eq!(name(text, true).as_deref(), Some(expected), "{text}");
    }

    #[rstest]
    #[case("I'm looking for a massage", false)]
    #[case("This is great", false)]
    #[case("I'm free tomorrow", false)]
    #[case("what time do you open", true)]
    #[case("no", true)]
    #[case("I want to cancel", true)]
    fn no_name(#[case] text: &str, #[case] asked: bool) {
        assert_eq!(name(text, asked), None, "{text}");
    }
}
