//! A person's name: announced ("my name is …"), brought in by a greeting ("it's Alex Morrison, I need …"), or said bare
//! when it was asked for; with letters spelled after it.

mod heard;
mod read;

pub use self::read::capitalised;
use super::{Found, grammar::Phrases, words::Words};

/// How names are said in a language.
pub struct Names {
    /// What introduces one.
    pub leads: Phrases,
    /// Leads that introduce much else besides a name, so the word after them is looked at.
    pub weak_leads: Phrases,
    /// What introduces the first name alone, and the last name alone.
    pub first: Phrases,
    pub last: Phrases,
    /// What introduces one at the beginning of a conversation, where it is written as a name ("it's Alex").
    pub greets: Phrases,
    /// What follows a name that a conversation begins with ("Alex here").
    pub trails: Phrases,
    /// Words no name begins with.
    pub never_first: &'static [&'static str],
    /// Words that end a name.
    pub never_within: &'static [&'static str],
    /// What may come before a bare name.
    pub fillers: &'static [&'static str],
    /// Sounds of somebody who thinks; they end no name.
    pub hesitations: &'static [&'static str],
    /// Before a name and no part of it ("Mrs.").
    pub titles: &'static [&'static str],
    /// After a weak lead, the endings of words that are no name ("I'm looking").
    pub no_name_endings: &'static [&'static str],
    /// Words within a name that do not end one ("de la"); they are written small.
    pub particles: &'static [&'static str],
    /// A name has at most this many words.
    pub words_max: usize,
    /// A first word of a name that asks when another follows: "will it", not "Will Price".
    pub asks: fn(&str, &str) -> bool,
}

/// The names a text gives. `asked`: a name was asked for. `taken(i)`: word `i` is part of something else.
pub fn find(words: &Words<'_>, asked: bool, taken: &dyn Fn(usize) -> bool) -> Vec<Found<String>> {
    let mut found = heard::announced(words, taken);
    if found.is_empty() && asked {
        found.extend(heard::bare(words, taken));
    }
    found
}

/// The name of somebody who begins with it: "hi, it's Alex Morrison", "Alex Morrison here".
pub fn greeting(words: &Words<'_>, taken: &dyn Fn(usize) -> bool) -> Option<Found<String>> {
    heard::greeting(words, taken)
}

#[cfg(test)]
mod tests {
    use proto::Language;
    use rstest::rstest;

    use super::*;

    fn name(text: &str, asked: bool) -> Option<String> {
        find(&Words::of(text, Language::English), asked, &|_| false).into_iter().next().map(|f| f.value)
    }

    #[rstest]
    #[case("My name is Alex Morrison.", "Alex Morrison")]
    #[case("my name is alex morrison and I want a massage", "Alex Morrison")]
    #[case("This is Maria", "Maria")]
    #[case("Hi, I'm Jane Doe", "Jane Doe")]
    #[case("name is Alex Morrison, M O R R I S O N", "Alex Morrison")]
    #[case("My name is Alex Morison, M-O-R-R-I-S-O-N", "Alex Morrison")]
    #[case("the name's Li Wei", "Li Wei")]
    #[case("my name is s m i t h no sorry s m y t h", "Smyth")]
    #[case("my name is Jane s m i t h, I mean s m y t h", "Jane Smyth")]
    #[case("my name is alpha lima echo x-ray", "Alex")]
    #[case("my name is Bob b as in boy o b as in boy", "Bob")]
    #[case("last name is Miller m i double l e r", "Miller")]
    #[case("first name Alex, last name Morrison", "Alex Morrison")]
    #[case("my last name is Morrison and my first name is Alex", "Alex Morrison")]
    #[case("my last name is spelled M O R R I S O N", "Morrison")]
    #[case("I'm Alex Morison, a-l-e-x m-o-r-r-i-s-o-n", "Alex Morrison")]
    #[case("my name is Katherine with a C", "Catherine")]
    #[case("I'm Jon without an h", "Jon")]
    #[case("The name is Bond, James Bond", "James Bond")]
    #[case("this is Mrs. Jones", "Jones")]
    #[case("my name is Jean-Luc Picard", "Jean-Luc Picard")]
    #[case("my name is, uh, alex um morrison", "Alex Morrison")]
    #[case("You're speaking with Alex Morrison", "Alex Morrison")]
    #[case("This is Sarah Jones about the booking", "Sarah Jones")]
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
    #[case("It's Alex Morrison, I need to move my appointment", "Alex Morrison")]
    #[case("Hi, it's Alex Morrison", "Alex Morrison")]
    #[case("it's Alex again", "Alex")]
    #[case("Alex Morrison here, I'd like a massage", "Alex Morrison")]
    #[case("hello, bob smith calling", "Bob Smith")]
    fn names_that_a_call_begins_with(#[case] text: &str, #[case] expected: &str) {
        let found = greeting(&Words::of(text, Language::English), &|_| false);
        assert_eq!(found.map(|f| f.value).as_deref(), Some(expected), "{text}");
    }

    #[rstest]
    #[case("It's fine")]
    #[case("it's urgent, I need to come in")]
    #[case("It's raining today")]
    #[case("It's me again")]
    #[case("Is anyone there")]
    #[case("I'm calling to cancel")]
    fn no_name_at_the_beginning(#[case] text: &str) {
        assert_eq!(greeting(&Words::of(text, Language::English), &|_| false).map(|f| f.value), None, "{text}");
    }

    #[rstest]
    #[case("I'm looking for a massage", false)]
    #[case("This is great", false)]
    #[case("This is ridiculous", false)]
    #[case("I'm free tomorrow", false)]
    #[case("what time do you open", true)]
    #[case("no", true)]
    #[case("I want to cancel", true)]
    fn no_name(#[case] text: &str, #[case] asked: bool) {
        assert_eq!(name(text, asked), None, "{text}");
    }
}
