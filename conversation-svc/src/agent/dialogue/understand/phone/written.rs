//! Telephone numbers in figures, with what people write between them: "(415) 555-0123", "+44 161/1234567 ext. 12".

use std::ops::Range;

use super::{DIGITS, Phone, numbers_something_else};
use crate::agent::dialogue::understand::{Found, words::Words};

/// The first one of the text.
pub fn find(words: &Words<'_>) -> Option<Found<Phone>> {
    let text = words.source();
    let mut at = 0;
    while let Some(start) = text[at..].find(begins).map(|offset| at + offset) {
        let run = run(text, start);
        at = run.end.max(start + 1);
        let Some(place) = number_of(text, &run) else { continue };
        let (extension, end) = extension(text, place.end).map_or((None, place.end), |(e, end)| (Some(e), end));
        let range = words.within(place.start..end);
        if numbers_something_else(words, range.start) {
            continue;
        }
        let figures = &text[place];
        let mut number = if figures.trim_start_matches('(').starts_with('+') { "+".to_owned() } else { String::new() };
        number.extend(digits(figures));
        return Some(Found::new(Phone { number, extension }, 0.85, range));
    }
    None
}

const fn begins(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, '+' | '(')
}

fn digits(text: &str) -> impl Iterator<Item = char> + '_ {
    text.chars().filter(char::is_ascii_digit)
}

/// Figures and separators from `start` on.
struct Run {
    start: usize,
    end: usize,
    /// Brackets within brackets.
    nested: bool,
}

fn run(text: &str, start: usize) -> Run {
    let mut run = Run { start, end: text.len(), nested: false };
    let (mut open, mut opened_at) = (0, start);
    for (i, c) in text[start..].char_indices() {
        match c {
            '(' => {
                open += 1;
                run.nested |= open > 1;
                opened_at = start + i;
            }
            // What began within the brackets was cut off.
            ')' if open == 0 => {
                run.end = start + i;
                return run;
            }
            ')' => open -= 1,
            '+' if i == 0 || text[..start + i].ends_with('(') => {}
            ' ' | '-' | '.' | '/' => {}
            c if c.is_ascii_digit() => {}
            _ => {
                run.end = start + i;
                break;
            }
        }
    }
    if open > 0 && opened_at > start {
        run.end = opened_at;
    }
    run
}

/// The place of the number in a run; none where the run is something else.
fn number_of(text: &str, run: &Run) -> Option<Range<usize>> {
    if run.nested || !may_begin(text, run.start) {
        return None;
    }
    let whole = &text[run.start..run.end];
    // A day or a time after it is no part of it.
    let mut length = whole.len();
    let mut at = 0;
    for token in whole.split_inclusive(' ') {
        if is_date(token.trim()) {
            length = at;
            break;
        }
        at += token.len();
    }
    if text[run.end..].starts_with(':') && text[run.end + 1..].starts_with(|c: char| c.is_ascii_digit()) {
        length = length.min(whole.rfind(' ').unwrap_or(0));
    }
    let figures = whole[..length].trim_end_matches(|c: char| !c.is_ascii_digit());
    let end = run.start + figures.len();
    let is_number = DIGITS.contains(&digits(figures).count()) && !is_something_else(figures);
    (is_number && may_end(text, end, figures)).then_some(run.start..end)
}

/// A minus, a number sign or a letter before it makes it another thing.
fn may_begin(text: &str, start: usize) -> bool {
    let mut before = text[..start].chars().rev();
    let first = text[start..].chars().next();
    match before.next() {
        None => true,
        Some(c) if c.is_whitespace() => true,
        Some(c) if c.is_alphabetic() => matches!(first, Some('+' | '(')),
        // "Office-1(516)…", "Tel.0161…"
        Some('-' | '.') => before.next().is_some_and(char::is_alphabetic),
        Some(':') => before.next().is_none_or(|c| !c.is_ascii_digit()),
        Some(c) => matches!(c, ',' | ';' | ')' | '"' | '\'' | '“' | '?' | '!'),
    }
}

fn may_end(text: &str, end: usize, figures: &str) -> bool {
    let rest = &text[end..];
    if extension(text, end).is_some() {
        return true;
    }
    // Pairs of hexadecimal figures go on as such.
    let next = rest.split_whitespace().next().unwrap_or_default();
    let are_pairs = figures.split(' ').all(|group| group.len() == 2);
    let goes_on = are_pairs && next.len() == 2 && next.chars().all(|c| c.is_ascii_hexdigit());
    !goes_on && !rest.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '*' | '=' | '%' | '#' | '@' | '_' | '$'))
}

/// A date, a decimal number, or the shape of a social security number.
fn is_something_else(figures: &str) -> bool {
    let groups: Vec<usize> =
        figures.split(|c: char| !c.is_ascii_digit()).map(str::len).filter(|length| *length > 0).collect();
    let separators: Vec<char> = figures.chars().filter(|c| !c.is_ascii_digit()).collect();
    let all = |c: char| separators.iter().all(|s| *s == c);
    // "5/1/2027-5/7/2027" too.
    let are_dates = separators.iter().filter(|c| **c == '/').count() > 1;
    let is_hours = |text: &str| {
        let (hour, minute) = (text.get(..2).and_then(|h| h.parse().ok()), text.get(2..).and_then(|m| m.parse().ok()));
        matches!((hour, minute), (Some(0_u8..=23), Some(0_u8..=59)) if text.len() == 4 && text.ends_with(['0', '5']))
    };
    // "0730-0930"
    let are_hours = groups == [4, 4] && separators == ['-'] && figures.split('-').all(is_hours);
    are_hours || is_date(figures) || are_dates || groups.len() == 2 && all('.') || groups == [3, 2, 4] && all('-')
}

/// "2027-03-08", "20.07.2027", "7/20/2027", "20270308"
fn is_date(token: &str) -> bool {
    let is_year = |text: &str| text.len() == 4 && text.starts_with("20");
    if token.len() == 8 && token.bytes().all(|b| b.is_ascii_digit()) {
        let part = |range: Range<usize>| token.get(range).and_then(|digits| digits.parse::<u8>().ok());
        let is_month_day = matches!((part(4..6), part(6..8)), (Some(1..=12), Some(1..=31)));
        return token.get(..4).is_some_and(is_year) && is_month_day;
    }
    let parts: Vec<&str> = token.split(['-', '.', '/']).collect();
    match parts.as_slice() {
        [y, m, d] => is_year(y) && m.len() <= 2 && d.len() <= 2 || d.len() == 4 && y.len() <= 2 && m.len() <= 2,
        _ => false,
    }
}

/// "x12", " ext. 123" at byte `at`: the digits, where they end.
fn extension(text: &str, at: usize) -> Option<(String, usize)> {
    let rest = &text[at..];
    let marked = rest.trim_start_matches(' ');
    let marker = ["extension", "ext.", "ext", "x"].into_iter().find_map(|marker| {
        marked.get(..marker.len()).filter(|start| start.eq_ignore_ascii_case(marker)).map(|_| marker.len())
    })?;
    let figures = marked[marker..].trim_start_matches([' ', ':']);
    let length = figures.bytes().take_while(u8::is_ascii_digit).count();
    let ends = !figures[length..].starts_with(char::is_alphanumeric);
    let start = text.len() - figures.len();
    ((1..=6).contains(&length) && ends).then(|| (figures[..length].to_owned(), start + length))
}
