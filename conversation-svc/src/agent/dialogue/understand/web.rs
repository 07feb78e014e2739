//! Addresses on the web, said aloud: "www dot example dot com slash news".

use super::{
    email, spelling,
    words::{Break, Words},
};

const PIECES_MAX: usize = 48;

/// Every address of a text; what stands before an "at" is of e-mail.
pub fn find(words: &Words<'_>) -> Vec<String> {
    let at = words.grammar().addresses.at;
    let (mut out, mut i) = (Vec::new(), 0);
    while i < words.len() {
        match address(words, i) {
            Some((address, end)) if words.any_phrase(end, at).is_none() && !at.contains(&words.before(i)) => {
                out.push(address);
                i = end;
            }
            _ => i += 1,
        }
    }
    out
}

/// Labels with symbols between them, from `i` on: the address, where it ends.
fn address(words: &Words<'_>, i: usize) -> Option<(String, usize)> {
    let (mut text, mut at) = label(words, i)?;
    while at < words.len() && at - i < PIECES_MAX {
        let mut after = at;
        let mut symbols = String::new();
        // "W W W. A B C dot com"
        if text.ends_with("www") && words.break_after(at - 1) == Break::Sentence {
            symbols.push('.');
        }
        while let Some((symbol, taken)) = symbol(words, after) {
            symbols.push(symbol);
            after += taken;
        }
        let Some((next, end)) = label(words, after).filter(|_| !symbols.is_empty()) else { break };
        text.push_str(&symbols);
        text.push_str(&next);
        at = end;
    }
    is_address(&text).then_some((text, at))
}

fn symbol(words: &Words<'_>, i: usize) -> Option<(char, usize)> {
    match words.norm(i) {
        "slash" => Some(('/', 1)),
        "colon" => Some((':', 1)),
        _ => email::symbol(words, i).filter(|(symbol, _)| matches!(symbol, '.' | '-' | '_')),
    }
}

/// Letters and figures said one by one, or one word.
fn label(words: &Words<'_>, i: usize) -> Option<(String, usize)> {
    if let Some((letters, taken)) = spelling::run(words, i) {
        return Some((letters, i + taken));
    }
    let mut figures = String::new();
    let mut at = i;
    while let Some(digits) = spelling::digits(words, at) {
        figures.push_str(&digits.text);
        at += digits.taken;
    }
    if !figures.is_empty() {
        return Some((figures, at));
    }
    let word = words.norm(i);
    let is_word = !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '.' || c == '-');
    let parted = i > 0 && words.break_after(i - 1) == Break::Clause;
    (is_word && symbol(words, i).is_none() && !parted).then(|| (word.to_owned(), i + 1))
}

/// A scheme, or a domain whose last label is of letters.
fn is_address(text: &str) -> bool {
    let (scheme, rest) = text.split_once("://").map_or((None, text), |(scheme, rest)| (Some(scheme), rest));
    let host = rest.split('/').next().unwrap_or_default();
    let top = host.rsplit_once('.').map(|(_, top)| top);
    let is_top = top.is_some_and(|top| top.len() > 1 && top.chars().all(|c| c.is_ascii_alphabetic()));
    is_top || scheme.is_some_and(|scheme| scheme.chars().all(|c| c.is_ascii_alphabetic())) && rest.len() > 1
}

#[cfg(test)]
mod tests {
    use proto::Language;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("our site is example dot com", &["example.com"])]
    #[case("w w w dot o u r n e w s dot com", &["www.ournews.com"])]
    #[case("http colon slash slash www dot example dot com slash one two dash sm", &["http://www.example.com/12-sm"])]
    #[case("W W W. A B C dot com", &["www.abc.com"])]
    #[case("alex at example dot com", &[])]
    #[case("five point four", &[])]
    #[case("Monday slash Tuesday", &[])]
    fn addresses(#[case] text: &str, #[case] expected: &[&str]) {
        assert_eq!(find(&Words::of(text, Language::English)), expected, "{text}");
    }
}
