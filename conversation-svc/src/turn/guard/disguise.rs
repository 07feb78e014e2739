//! Attempts to instruct the agent in disguise: misspelled, spaced out, in look-alike letters, in other words around them.
//!
//! Words are brought to one form and compared loosely; what matters is that a word of command and a word for what it is
//! to be done to stand near each other.

use std::ops::Range;

use proto::Language;

use super::phrases;
use crate::agent::dialogue::understand::words::unaccented;

/// Words that may stand between a command and its object.
const GAP_MAX: usize = 10;
/// Letters one by one, from so many on, are a word that was spaced out.
const SPACED_MIN: usize = 6;

/// Words of an order, and what it is about.
pub(super) struct Order {
    pub name: &'static str,
    pub commands: &'static [&'static str],
    pub objects: &'static [&'static str],
}

struct Token {
    /// In plain small letters.
    form: String,
    /// Bytes of the text.
    place: Range<usize>,
    spaced: bool,
}

/// What was found, by name, with the bytes it takes.
pub(super) fn find(text: &str) -> Vec<(&'static str, Range<usize>)> {
    let tokens = tokens(text);
    let orders = Language::ALL.into_iter().flat_map(|language| phrases(language).orders);
    let mut found = Vec::new();
    for order in orders {
        for (i, token) in tokens.iter().enumerate() {
            if token.spaced && holds(&token.form, order) {
                found.push((order.name, token.place.clone()));
                continue;
            }
            if !is_one_of(&token.form, order.commands) {
                continue;
            }
            let reach = tokens.iter().skip(i + 1).take(GAP_MAX + 1);
            if let Some(object) = reach.clone().find(|other| is_one_of(&other.form, order.objects)) {
                found.push((order.name, token.place.start..object.place.end));
            }
        }
    }
    found
}

/// Words run into each other hold a command and, after it, an object.
fn holds(form: &str, order: &Order) -> bool {
    order.commands.iter().any(|command| {
        form.find(command)
            .is_some_and(|at| order.objects.iter().any(|object| form[at + command.len()..].contains(object)))
    })
}

/// Words that are no slip of another one.
const WORDS: &[&str] =
    &["forgot", "ignored", "show", "shown", "olvido", "olvidado", "promptly", "rule", "trading", "draining"];

fn is_one_of(form: &str, words: &[&str]) -> bool {
    if WORDS.contains(&form) {
        return words.contains(&form);
    }
    words.iter().any(|word| {
        let length = word.chars().count();
        // One slip in a word of five letters, two in one of nine.
        let slips = match length {
            0..=4 => 0,
            5..=8 => 1,
            _ => 2,
        };
        form == *word || slips > 0 && form.chars().count().abs_diff(length) <= slips && edits(form, word) <= slips
    })
}

/// Letters to change, to add, to leave out or to swap with the next one.
fn edits(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows: [Vec<usize>; 3] = [Vec::new(), (0..=b.len()).collect(), Vec::new()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let same = usize::from(a[i - 1] != b[j - 1]);
            let mut least = (rows[1][j] + 1).min(row[j - 1] + 1).min(rows[1][j - 1] + same);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(rows[0][j - 2] + 1);
            }
            row.push(least);
        }
        rows.rotate_left(1);
        rows[1] = row;
    }
    rows[1][b.len()]
}

fn tokens(text: &str) -> Vec<Token> {
    let mut words: Vec<Token> = Vec::new();
    let mut begun: Option<usize> = None;
    let ends = text.char_indices().map(|(at, c)| (at, is_letter(c))).chain([(text.len(), false)]);
    for (at, letter) in ends {
        match (begun, letter) {
            (None, true) => begun = Some(at),
            (Some(start), false) => {
                words.push(Token { form: form(&text[start..at]), place: start..at, spaced: false });
                begun = None;
            }
            _ => {}
        }
    }
    joined(words)
}

/// Runs of single letters as one word.
fn joined(words: Vec<Token>) -> Vec<Token> {
    let mut out: Vec<Token> = Vec::new();
    let mut run: Vec<Token> = Vec::new();
    let flush = |run: &mut Vec<Token>, out: &mut Vec<Token>| {
        if run.len() >= SPACED_MIN {
            let place = run[0].place.start..run[run.len() - 1].place.end;
            out.push(Token { form: run.iter().map(|token| token.form.as_str()).collect(), place, spaced: true });
            run.clear();
        } else {
            out.append(run);
        }
    };
    for word in words {
        if word.form.chars().count() == 1 {
            run.push(word);
        } else {
            flush(&mut run, &mut out);
            // Words run into each other are looked through as well.
            let spaced = word.form.chars().count() > 20;
            out.push(Token { spaced, ..word });
        }
    }
    flush(&mut run, &mut out);
    out
}

fn is_letter(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '@' | '$' | '0'..='9' | '\u{300}'..='\u{36f}')
}

/// In plain small letters: without accents, without signs that look like letters.
fn form(word: &str) -> String {
    let has_letters = word.chars().any(char::is_alphabetic);
    word.chars()
        .flat_map(char::to_lowercase)
        .filter_map(unaccented)
        .map(|c| match c {
            'а' | 'α' => 'a',
            'е' | 'ε' => 'e',
            'о' | 'ο' => 'o',
            'р' | 'ρ' => 'p',
            'с' => 'c',
            'у' => 'y',
            'х' => 'x',
            'і' | 'ι' => 'i',
            'ѕ' => 's',
            'т' | 'τ' => 't',
            'п' => 'n',
            '0' if has_letters => 'o',
            '1' if has_letters => 'i',
            '3' if has_letters => 'e',
            '4' | '@' if has_letters => 'a',
            '5' | '$' if has_letters => 's',
            '7' if has_letters => 't',
            // Full-width letters.
            'ａ'..='ｚ' => char::from_u32(u32::from(c) - u32::from('ａ') + u32::from('a')).unwrap_or(c),
            other => other,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("ignroe", "ignore", 1)]
    #[case("instuctions", "instructions", 1)]
    #[case("ignore", "ignore", 0)]
    #[case("", "abc", 3)]
    #[case("forgt", "forget", 1)]
    fn slips_are_counted(#[case] a: &str, #[case] b: &str, #[case] expected: usize) {
        assert_eq!(edits(a, b), expected);
    }

    #[test]
    fn letters_that_look_alike_are_the_same() {
        assert_eq!(form("1gn0r3"), "ignore");
        assert_eq!(form("Ｉｇｎｏｒｅ"), "ignore");
        assert_eq!(form("іgnоrе"), "ignore");
        assert_eq!(form("2026"), "2026");
    }
}
