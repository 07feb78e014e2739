//! A person's name: announced ("my name is …"), or said bare when it was asked for; with letters spelled after it.

use super::{
    Found,
    grammar::Phrases,
    sound, spelling,
    words::{Break, Words},
};

/// How names are said in a language.
pub struct Names {
    /// What introduces one.
    pub leads: Phrases,
    /// Leads that introduce much else besides a name, so the word after them is looked at.
    pub weak_leads: Phrases,
    /// Words no name begins with.
    pub never_first: &'static [&'static str],
    /// Words that end a name.
    pub never_within: &'static [&'static str],
    /// What may come before a bare name.
    pub fillers: &'static [&'static str],
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
    let mut found = announced(words, taken);
    if found.is_empty() && asked {
        found.extend(bare(words, taken));
    }
    found
}

fn announced(words: &Words<'_>, taken: &dyn Fn(usize) -> bool) -> Vec<Found<String>> {
    let names = &words.grammar().names;
    let mut found = Vec::new();
    let mut i = 0;
    while i < words.len() {
        let lead = names.leads.iter().filter_map(|p| words.phrase(i, p).map(|n| (n, *p))).max_by_key(|(n, _)| *n);
        let Some((n, phrase)) = lead else {
            i += 1;
            continue;
        };
        let weak = names.weak_leads.contains(&phrase);
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

/// After a weak lead: no verb, and written as a name where case tells.
fn plausible(words: &Words<'_>, i: usize) -> bool {
    let written = words.text(i..i + 1);
    !words.grammar().names.no_name_endings.iter().any(|ending| words.norm(i).ends_with(ending))
        && written.chars().next().is_some_and(|c| c.is_uppercase() || !has_case(words))
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
    while i < words.len() && words.grammar().names.fillers.contains(&words.norm(i)) {
        i += 1;
    }
    let (name, used) = name_at(words, i, taken)?;
    // Something long that is not a name at its end is a sentence, not a name.
    let rest = words.len() - (i + used);
    (rest <= 6).then(|| Found::new(name, if rest == 0 { 0.8 } else { 0.6 }, i..i + used))
}

fn name_at(words: &Words<'_>, start: usize, taken: &dyn Fn(usize) -> bool) -> Option<(String, usize)> {
    let names = &words.grammar().names;
    let mut parts: Vec<String> = Vec::new();
    let mut i = start;
    while i < words.len() && parts.len() < names.words_max {
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
        // "S m i t h, no, sorry, s m y t h"
        if i > start
            && let Some(again) = respelled(words, i)
        {
            parts.pop();
            i = again;
            continue;
        }
        let word = words.norm(i);
        let first = parts.is_empty();
        if first && (names.asks)(word, words.norm(i + 1)) {
            break;
        }
        let named = word.chars().all(char::is_alphabetic)
            && !(if first { names.never_first } else { names.never_within }).contains(&word)
            && (word.chars().count() > 1 || !first);
        if !named {
            break;
        }
        parts.push(if names.particles.contains(&word) && !first { word.to_owned() } else { as_written(words, i) });
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
    while parts.last().is_some_and(|last| names.particles.contains(&last.as_str())) {
        parts.pop();
        i -= 1;
    }
    (!parts.is_empty()).then(|| (parts.join(" "), i - start))
}

/// Where another spelling begins, after words at `i` that take one back.
fn respelled(words: &Words<'_>, i: usize) -> Option<usize> {
    let between = words.grammar().corrections.between;
    let mut at = i;
    while let Some(taken) = words.any_phrase(at, between) {
        at += taken;
    }
    (at > i && spelling::run_begins(words, at)).then_some(at)
}

fn as_written(words: &Words<'_>, i: usize) -> String {
    let text = words.text(i..i + 1).trim_matches(|c: char| !c.is_alphanumeric());
    if text.chars().any(char::is_uppercase) && text.chars().any(char::is_lowercase) {
        text.to_owned()
    } else {
        let plain: String = text.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect();
        capitalised(&plain)
    }
}

fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map(|c| c.to_uppercase().collect::<String>() + chars.as_str()).unwrap_or_default()
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
