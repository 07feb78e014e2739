//! Splits a reply into the sentences that are spoken one by one.
//!
//! A stop inside an address, a number or "a.m." ends nothing; a list's items are sentences of their own; a mark without
//! words (an emoji) stays with the sentence before it.

/// Words that end in a stop and go on, in English and Spanish.
const ABBREVIATIONS: &[&str] = &[
    "mr", "mrs", "ms", "dr", "st", "ave", "no", "vs", "e.g", "i.e", "etc", "approx", "jr", "sr", "prof", "min", "inc",
    "sra", "srta", "dra", "av", "avda", "blvd", "col", "núm", "tel", "ud", "uds",
];
/// Words that end in a stop and may end a sentence too: a capital after them decides.
const EITHER: &[&str] = &["a.m", "p.m", "u.s"];
/// What begins an item of a list.
const BULLETS: [char; 5] = ['-', '*', '•', '–', '·'];

pub fn split(text: &str) -> Vec<String> {
    let mut sentences: Vec<String> = Vec::new();
    for line in text.lines() {
        let line = without_bullet(line.trim());
        for piece in split_line(line) {
            let piece = piece.trim();
            if piece.is_empty() {
                continue;
            }
            let has_words = piece.chars().any(char::is_alphanumeric);
            match sentences.last_mut() {
                Some(last) if !has_words => {
                    last.push(' ');
                    last.push_str(piece);
                }
                _ => sentences.push(piece.to_owned()),
            }
        }
    }
    sentences
}

/// Sentences of a text that is still being written, each as soon as its end is certain.
#[derive(Debug, Default)]
pub struct Streamed {
    text: String,
}

/// Characters of a sentence that has no end: it is cut at a word.
const SENTENCE_MAX: usize = 400;

impl Streamed {
    /// Takes in what was written; gives the sentences that are whole.
    pub fn push(&mut self, text: &str) -> Vec<String> {
        // Marks of emphasis are not spoken.
        self.text.extend(text.chars().filter(|c| !matches!(c, '*' | '`' | '#')));
        let mut whole = split(&self.text);
        // What follows may still be a part of the last one.
        let rest = whole.pop().unwrap_or_default();
        if let Some(at) = self.text.rfind(&rest).filter(|_| !whole.is_empty()) {
            self.text.drain(..at);
            return whole;
        }
        match self.text.rfind(char::is_whitespace).filter(|_| self.text.chars().count() > SENTENCE_MAX) {
            Some(at) => {
                let rest = self.text.split_off(at);
                split(&std::mem::replace(&mut self.text, rest))
            }
            None => Vec::new(),
        }
    }

    /// The text has ended.
    pub fn end(&mut self) -> Vec<String> {
        split(&std::mem::take(&mut self.text))
    }

    /// The text was cut: what is not whole is left out.
    pub fn cut(&mut self) -> Vec<String> {
        let mut sentences = self.end();
        if sentences.last().is_some_and(|last| !last.ends_with(['.', '!', '?', '…'])) {
            sentences.pop();
        }
        sentences
    }
}

fn without_bullet(line: &str) -> &str {
    let rest = line.trim_start_matches(BULLETS);
    if rest.len() < line.len() && rest.starts_with(' ') {
        return rest.trim_start();
    }
    // "1. Massage", "2) Facial"
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    match line.get(digits..) {
        Some(rest) if digits > 0 && digits <= 2 && (rest.starts_with(". ") || rest.starts_with(") ")) => {
            rest.get(2..).unwrap_or_default()
        }
        _ => line,
    }
}

fn split_line(line: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut chars = line.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if !matches!(c, '.' | '!' | '?' | '…') {
            continue;
        }
        // Closing quotes, brackets and further marks belong to the sentence.
        let mut end = at + c.len_utf8();
        while let Some((next, mark)) =
            chars.peek().copied().filter(|(_, m)| matches!(m, '.' | '!' | '?' | '…' | '"' | '”' | '\'' | ')'))
        {
            end = next + mark.len_utf8();
            chars.next();
        }
        let rest = &line[end..];
        if !(rest.is_empty() || rest.starts_with(char::is_whitespace)) {
            continue;
        }
        if c == '.' && end == at + 1 && goes_on(&line[start..at], rest) {
            continue;
        }
        pieces.push(&line[start..end]);
        start = end;
    }
    pieces.push(&line[start..]);
    pieces
}

/// Whether a stop after `before` is part of a word rather than an end.
fn goes_on(before: &str, rest: &str) -> bool {
    let word =
        before.rsplit(char::is_whitespace).next().unwrap_or_default().trim_start_matches(['(', '"']).to_lowercase();
    let capital_next = rest.trim_start().chars().next().is_some_and(char::is_uppercase);
    if EITHER.contains(&word.as_str()) {
        return !rest.trim().is_empty() && !capital_next;
    }
    let initial = word.chars().count() == 1 && word.chars().all(char::is_alphabetic) && word != "i";
    ABBREVIATIONS.contains(&word.as_str()) || initial && capital_next
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("One sentence", &["One sentence"])]
    #[case("First. Second.", &["First.", "Second."])]
    #[case("Great! Shall I book it?", &["Great!", "Shall I book it?"])]
    #[case("Really?! Yes.", &["Really?!", "Yes."])]
    #[case("At 2 p.m. on Friday. OK?", &["At 2 p.m. on Friday.", "OK?"])]
    #[case("It is at 2 p.m. Shall I book it?", &["It is at 2 p.m.", "Shall I book it?"])]
    #[case("Dr. Smith is in.", &["Dr. Smith is in."])]
    #[case("J. Smith is in.", &["J. Smith is in."])]
    #[case("Estamos en Av. del Sol 12. ¿Algo más?", &["Estamos en Av. del Sol 12.", "¿Algo más?"])]
    #[case("¡Listo! ¿La reservo?", &["¡Listo!", "¿La reservo?"])]
    #[case("Write to alex@example.com. Thanks!", &["Write to alex@example.com.", "Thanks!"])]
    #[case("That is 12.50 dollars.", &["That is 12.50 dollars."])]
    #[case("See you! 😀 Bye.", &["See you!", "😀 Bye."])]
    #[case("See you! 😀", &["See you! 😀"])]
    #[case("We have:\n- Massage\n- Facial\n1. Manicure", &["We have:", "Massage", "Facial", "Manicure"])]
    #[case("• One\n• Two", &["One", "Two"])]
    #[case("He said \"yes.\" Then he left.", &["He said \"yes.\"", "Then he left."])]
    #[case("", &[])]
    #[case("...", &["..."])]
    fn sentences(#[case] text: &str, #[case] expected: &[&str]) {
        assert_eq!(split(text), expected);
    }

    fn streamed(text: &str, size: usize) -> Vec<String> {
        let mut streamed = Streamed::default();
        let chars: Vec<char> = text.chars().collect();
        let mut out: Vec<String> =
            chars.chunks(size).flat_map(|piece| streamed.push(&piece.iter().collect::<String>())).collect();
        out.extend(streamed.end());
        out
    }

    #[rstest]
    #[case("First. Second.")]
    #[case("At 2 p.m. on Friday. OK?")]
    #[case("It is at 2 p.m. Shall I book it?")]
    #[case("Dr. Smith is in. Write to alex@example.com. That is 12.50 dollars.")]
    #[case("We have:\n- Massage\n- Facial\n1. Manicure")]
    #[case("See you! 😀 Bye.")]
    #[case("¡Listo! ¿La reservo? Estamos en Av. del Sol 12.")]
    fn a_text_that_streams_has_the_same_sentences(#[case] text: &str) {
        for size in 1..20 {
            assert_eq!(streamed(text, size), split(text), "in pieces of {size}");
        }
    }

    #[test]
    fn a_sentence_is_given_when_the_next_one_begins() {
        let mut streamed = Streamed::default();
        assert_eq!(streamed.push("It is **free"), Vec::<String>::new());
        assert_eq!(streamed.push("**. "), Vec::<String>::new());
        assert_eq!(streamed.push("Shall"), ["It is free."]);
        assert_eq!(streamed.push(" I book it? And"), ["Shall I book it?"]);
        assert_eq!(streamed.cut(), Vec::<String>::new());
    }

    #[test]
    fn a_text_without_an_end_is_cut_at_a_word() {
        let mut streamed = Streamed::default();
        let given = (0..200).flat_map(|_| streamed.push("word ")).collect::<Vec<_>>();
        assert!(!given.is_empty() && given.iter().all(|s| s.chars().count() <= SENTENCE_MAX + 5), "{given:?}");
        assert!(given.iter().chain(&streamed.end()).flat_map(|s| s.split(' ')).all(|word| word == "word"));
    }

    proptest::proptest! {
        #[test]
        fn no_word_is_lost(text in "[a-zA-Z0-9 .!?,@'\n]{0,120}") {
            let words = |t: &str| t.split_whitespace().collect::<Vec<_>>().join(" ");
            // Only list marks go, and there are none that a digit could be taken for.
            proptest::prop_assume!(!text.lines().any(|l| l.trim_start().starts_with(|c: char| c.is_ascii_digit())));
            proptest::prop_assert_eq!(words(&split(&text).join(" ")), words(&text));
        }
    }
}
