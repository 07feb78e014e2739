//! Text as a list of words with their place in it. Everything that understands reads this list; how a word was
//! written (case, apostrophes, hyphens, "p.m." or "pm", "2pm" or "2 pm") ends here.

use std::ops::Range;

use proto::Language;

use super::grammar::Grammar;

/// Words beyond this many are not read. A minute of fast speech is about 200.
const WORDS_MAX: usize = 400;

/// How the writer, or the recogniser, parted a word from the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Break {
    None,
    /// `,` `;` `:`
    Clause,
    /// `.` `!` `?`
    Sentence,
}

#[derive(Debug, Clone)]
pub struct Word {
    /// Lower case, without accents, apostrophes and outer punctuation.
    pub norm: String,
    /// Bytes of the text.
    pub place: Range<usize>,
    pub after: Break,
    /// Written in one piece with the next word ("j-o-h-n", "2pm").
    pub glued: bool,
}

/// The words of a text, and the grammar they are read by.
#[derive(Clone)]
pub struct Words<'t> {
    text: &'t str,
    grammar: &'static Grammar,
    list: Vec<Word>,
}

impl<'t> Words<'t> {
    pub fn of(text: &'t str, language: Language) -> Self {
        Self::by(text, Grammar::of(language))
    }

    /// The words of another text of the same language.
    pub fn like<'o>(&self, text: &'o str) -> Words<'o> {
        Words::by(text, self.grammar)
    }

    fn by(text: &'t str, grammar: &'static Grammar) -> Self {
        let mut list = Vec::new();
        for chunk in chunks(text) {
            if list.len() >= WORDS_MAX {
                break;
            }
            for sentence in run_on(text, chunk) {
                split_chunk(text, sentence, grammar, &mut list);
            }
        }
        Self { text, grammar, list }
    }

    pub fn grammar(&self) -> &'static Grammar {
        self.grammar
    }

    pub fn len(&self) -> usize {
        self.list.len()
    }

    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    pub fn get(&self, i: usize) -> Option<&Word> {
        self.list.get(i)
    }

    /// The normal form of word `i`; empty beyond the end.
    pub fn norm(&self, i: usize) -> &str {
        self.list.get(i).map_or("", |w| w.norm.as_str())
    }

    pub fn before(&self, i: usize) -> &str {
        i.checked_sub(1).map_or("", |i| self.norm(i))
    }

    pub fn break_after(&self, i: usize) -> Break {
        self.list.get(i).map_or(Break::Sentence, |w| w.after)
    }

    /// The text of a range of words, as it was written.
    pub fn text(&self, range: Range<usize>) -> &'t str {
        let (Some(first), Some(last)) =
            (self.list.get(range.start), range.end.checked_sub(1).and_then(|i| self.list.get(i)))
        else {
            return "";
        };
        self.text.get(first.place.start..last.place.end).unwrap_or_default()
    }

    /// The whole text.
    pub fn source(&self) -> &'t str {
        self.text
    }

    /// The words that have bytes of the range.
    pub fn within(&self, bytes: Range<usize>) -> Range<usize> {
        let start = self.list.iter().position(|word| word.place.end > bytes.start).unwrap_or(self.list.len());
        let end = self.list.iter().rposition(|word| word.place.start < bytes.end).map_or(start, |last| last + 1);
        start..end.max(start)
    }

    /// The text right after word `i`.
    pub fn follows(&self, i: usize) -> &'t str {
        self.list.get(i).and_then(|word| self.text.get(word.place.end..)).unwrap_or_default()
    }

    /// The punctuation written onto word `i` from the left.
    pub fn leads(&self, i: usize) -> &'t str {
        let before = self.list.get(i).and_then(|word| self.text.get(..word.place.start)).unwrap_or_default();
        let start = before.rfind(|c: char| c.is_alphanumeric() || c.is_whitespace());
        let start = start.map_or(0, |at| at + before[at..].chars().next().map_or(0, char::len_utf8));
        &before[start..]
    }

    /// Whether a blank, or nothing, stands before the `lead` bytes that are written onto word `i` from the left.
    pub fn is_parted(&self, i: usize, lead: usize) -> bool {
        let start = self.list.get(i).and_then(|word| word.place.start.checked_sub(lead));
        let before = start.and_then(|start| self.text.get(..start)).unwrap_or_default();
        before.chars().next_back().is_none_or(|c| !c.is_alphanumeric())
    }

    pub fn norms(&self) -> impl Iterator<Item = &str> {
        self.list.iter().map(|w| w.norm.as_str())
    }

    /// How many words `phrase` takes at `i`, if it stands there. `phrase` is in normal form, parted by blanks; `a|b` is
    /// either of two words, and what ends in `|` may be left out.
    pub fn phrase(&self, i: usize, phrase: &str) -> Option<usize> {
        // Nearly every phrase is ruled out by its letters, which is much cheaper than by its words.
        if !phrase.contains(self.norm(i)) {
            return None;
        }
        let mut n = 0;
        for wanted in phrase.split(' ') {
            let word = self.norm(i + n);
            if !word.is_empty() && wanted.split('|').any(|w| w == word) {
                n += 1;
            } else if !wanted.ends_with('|') {
                return None;
            }
        }
        (n > 0).then_some(n)
    }

    /// Whether `phrase`, of so many words, stands right before word `i`.
    pub fn ends_at(&self, i: usize, phrase: &str) -> bool {
        let length = phrase.split(' ').count();
        i.checked_sub(length).is_some_and(|start| self.phrase(start, phrase).is_some())
    }

    /// The longest of the phrases that stands at `i`.
    pub fn any_phrase(&self, i: usize, phrases: &[&str]) -> Option<usize> {
        phrases.iter().filter_map(|p| self.phrase(i, p)).max()
    }

    /// The first place where one of the phrases stands.
    pub fn find(&self, phrases: &[&str]) -> Option<Range<usize>> {
        (0..self.len()).find_map(|i| self.any_phrase(i, phrases).map(|n| i..i + n))
    }
}

/// The byte ranges between blanks.
fn chunks(text: &str) -> impl Iterator<Item = Range<usize>> {
    let start_of = text.as_ptr() as usize;
    text.split_whitespace().map(move |chunk| {
        let start = chunk.as_ptr() as usize - start_of;
        start..start + chunk.len()
    })
}

/// "Perfect.I want": a sentence that was written onto the one before.
fn run_on(text: &str, chunk: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let whole = &text[chunk.clone()];
    let ends = |(at, mark): (usize, char)| {
        if !matches!(mark, '!' | '?' | ',' | '.') || whole.contains(['@', '/']) {
            return None;
        }
        let before = whole[..at].chars().rev().take_while(|c| c.is_lowercase()).count();
        let begins = whole[at + 1..].starts_with(char::is_uppercase);
        let shortens = mark == '.' && before < 2;
        (begins && before > 0 && !shortens && !whole.starts_with("www.")).then_some(at + 1)
    };
    let cuts: Vec<usize> = whole.char_indices().filter_map(ends).collect();
    let starts = std::iter::once(0).chain(cuts.clone());
    let ends = cuts.into_iter().chain([whole.len()]);
    starts.zip(ends).map(move |(from, to)| chunk.start + from..chunk.start + to)
}

fn split_chunk(text: &str, chunk: Range<usize>, grammar: &Grammar, list: &mut Vec<Word>) {
    let whole = &text[chunk.clone()];
    let is_core = |c: char| {
        c.is_alphanumeric()
            || matches!(c, '@' | '+' | '$' | '€' | '£' | '¥' | '₩' | '_' | '👌' | '👍' | '👎' | '✋' | '🖐')
    };
    let (Some(first), Some(last)) =
        (whole.char_indices().find(|(_, c)| is_core(*c)), whole.char_indices().rev().find(|(_, c)| is_core(*c)))
    else {
        // A lone dash is a range ("2 - 4"); other punctuation only parts what is around it.
        if matches!(whole, "-" | "–" | "—") {
            list.push(Word { norm: "-".to_owned(), place: chunk, after: Break::None, glued: false });
        } else if let Some(word) = list.last_mut() {
            word.after = break_of(whole);
        }
        return;
    };
    let core_end = last.0 + last.1.len_utf8();
    let core = &whole[first.0..core_end];
    let after = break_of(&whole[core_end..]);
    let at = chunk.start + first.0;
    let from = list.len();
    if is_dotted_letters(core) {
        // "p.m.": its last dot belongs to it unless more follows.
        let after = if whole[core_end..].len() > 1 { after } else { Break::None };
        push(list, core, at, true);
        set_after(list, from, after);
        return;
    }
    split_core(core, at, grammar.units, list);
    set_after(list, from, after);
}

fn set_after(list: &mut [Word], from: usize, after: Break) {
    if list.len() > from
        && let Some(last) = list.last_mut()
    {
        last.after = after;
        last.glued = false;
    }
}

fn break_of(tail: &str) -> Break {
    if tail.contains(['.', '!', '?', '…']) {
        Break::Sentence
    } else if tail.contains([',', ';', ':']) {
        Break::Clause
    } else {
        Break::None
    }
}

/// "p.m", "a.m", "u.s"
fn is_dotted_letters(core: &str) -> bool {
    core.contains('.') && core.split('.').all(|part| part.chars().count() == 1 && part.chars().all(char::is_alphabetic))
}

fn split_core(core: &str, at: usize, units: &[&str], list: &mut Vec<Word>) {
    if core.contains('@') {
        return push(list, core, at, true);
    }
    if keeps_hyphens(core) {
        return push(list, core, at, true);
    }
    let mut start = 0;
    for (i, c) in core.char_indices() {
        if matches!(c, '-' | '–' | '—' | ',' | '(' | ')' | ';') && !(c == ',' && is_thousands(core)) {
            push_split(list, units, &core[start..i], at + start);
            let numeric_sides = core[..i].ends_with(|c: char| c.is_ascii_digit() || c == 'm' || c == 'h')
                && core[i + c.len_utf8()..].starts_with(|c: char| c.is_ascii_digit());
            if matches!(c, '-' | '–' | '—') && numeric_sides {
                list.push(Word {
                    norm: "-".to_owned(),
                    place: at + i..at + i + c.len_utf8(),
                    after: Break::None,
                    glued: true,
                });
            }
            start = i + c.len_utf8();
        }
    }
    push_split(list, units, &core[start..], at + start);
}

/// ISO dates and written phone numbers stay whole.
fn keeps_hyphens(core: &str) -> bool {
    let digits = core.bytes().filter(u8::is_ascii_digit).count();
    let parts = core.split('-').count();
    // "0730-0930"
    if digits == 8 && core.split_once('-').is_some_and(|(from, to)| from.len() == 4 && to.len() == 4) {
        return false;
    }
    core.contains('-') && core.bytes().all(|b| b.is_ascii_digit() || b"-()+.".contains(&b)) && (parts > 2 || digits > 6)
        || core.split_once('_').is_some()
}

fn is_thousands(core: &str) -> bool {
    let figures = core.trim_start_matches(['$', '€', '£', '¥', '₩']);
    if figures.bytes().all(|b| b.is_ascii_digit() || b == b',') {
        return true;
    }
    // "1,674.5": a decimal point after whole groups of three.
    let Some((whole, decimals)) = figures.split_once('.') else { return false };
    let are_groups = whole.split(',').skip(1).all(|group| group.len() == 3);
    are_groups
        && format!("{whole}{decimals}").bytes().all(|b| b.is_ascii_digit() || b == b',')
        && !decimals.contains(',')
}

/// "2pm" is two words, "5th" is one.
fn push_split(list: &mut Vec<Word>, units: &[&str], piece: &str, at: usize) {
    let digits_end = piece.find(|c: char| !(c.is_ascii_digit() || matches!(c, ':' | '.' | '/'))).unwrap_or(piece.len());
    let tail = piece[digits_end..].to_lowercase();
    if digits_end > 0 && units.contains(&tail.as_str()) {
        push(list, &piece[..digits_end], at, true);
        push(list, &piece[digits_end..], at + digits_end, true);
    } else {
        push(list, piece, at, true);
    }
}

fn push(list: &mut Vec<Word>, piece: &str, at: usize, glued: bool) {
    if piece.is_empty() {
        return;
    }
    let dotted = is_dotted_letters(piece);
    let norm: String = piece
        .chars()
        .filter(|c| !(matches!(c, '\'' | '’' | '‘' | '"' | '`') || dotted && *c == '.'))
        .flat_map(char::to_lowercase)
        .filter_map(unaccented)
        .collect();
    let norm = norm.trim_matches(|c: char| matches!(c, '.' | ':' | '/')).to_owned();
    if !norm.is_empty() {
        list.push(Word { norm, place: at..at + piece.len(), after: Break::None, glued });
    }
}

/// The letter without its accent; none for an accent that stands by itself. Who writes and which recogniser listens
/// decide whether there are any.
pub fn unaccented(c: char) -> Option<char> {
    Some(match c {
        'á' | 'à' | 'â' | 'ä' | 'ã' | 'å' => 'a',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'í' | 'ì' | 'î' | 'ï' => 'i',
        'ó' | 'ò' | 'ô' | 'ö' | 'õ' => 'o',
        'ú' | 'ù' | 'û' | 'ü' => 'u',
        'ñ' => 'n',
        'ç' => 'c',
        '\u{300}'..='\u{36f}' => return None,
        c => c,
    })
}

#[cfg(test)]
mod tests {
    use proto::Language;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("Tomorrow at 2 p.m., please.", "tomorrow at 2 pm please")]
    #[case("at 2pm", "at 2 pm")]
    #[case("J-O-H-N", "j o h n")]
    #[case("twenty-five", "twenty five")]
    #[case("3:30-5PM", "3:30 - 5 pm")]
    #[case("2019-03-08", "2019-03-08")]
    #[case("415-555-0123", "415-555-0123")]
    #[case("Alex@Example.com.", "alex@example.com")]
    #[case("it's O’Brien", "its obrien")]
    #[case("11 o\"clock", "11 oclock")]
    #[case("the 5th", "the 5th")]
    #[case("1,200 dollars", "1,200 dollars")]
    #[case("", "")]
    #[case("… !", "")]
    #[case("2 - 4", "2 - 4")]
    #[case("Perfect.I want it.Thanks", "perfect i want it thanks")]
    #[case("a.m.", "am")]
    #[case("www.Example.com", "www.example.com")]
    #[case("¿Qué tal? ¡Mañana, José!", "que tal manana jose")]
    #[case("man\u{303}ana", "manana")]
    fn words_are_normalised(#[case] text: &str, #[case] expected: &str) {
        let words: Vec<String> = Words::of(text, Language::English).norms().map(str::to_owned).collect();
        assert_eq!(words.join(" "), expected, "{text}");
    }

    #[test]
    fn words_know_their_place() {
        let words = Words::of("No, on Friday at 2 p.m. please", Language::English);
        assert_eq!(words.text(2..5), "Friday at 2");
        assert_eq!(words.break_after(0), Break::Clause);
        assert_eq!(words.text(4..6), "2 p.m");
    }
}
