//! Where a text is divided for synthesis. A clause is drafted as a whole, for its melody; a shorter one sounds sooner.

use std::{ops::Range, time::Duration};

use super::wording::Word;

/// Above this a clause is divided at a comma, or where there is none, at the limit.
const WORDS_MAX: usize = 24;
/// What a comma must leave on both sides to divide there.
const WORDS_MIN: usize = 4;

const PAUSE_SENTENCE: Duration = Duration::from_millis(180);
const PAUSE_CLAUSE: Duration = Duration::from_millis(100);

/// The clauses of a text, as ranges of its words.
pub fn clauses(words: &[Word]) -> Vec<Range<usize>> {
    let mut clauses = Vec::new();
    let mut start = 0;
    for index in 0..words.len() {
        let is_last = index + 1 == words.len();
        if is_last || matches!(words[index].pause, Some('.' | '?' | '!')) {
            divide(words, start..index + 1, &mut clauses);
            start = index + 1;
        }
    }
    clauses
}

fn divide(words: &[Word], sentence: Range<usize>, clauses: &mut Vec<Range<usize>>) {
    let mut start = sentence.start;
    while sentence.end - start > WORDS_MAX {
        let comma = (start + WORDS_MIN..=start + WORDS_MAX)
            .rev()
            .find(|&end| words[end - 1].pause.is_some() && sentence.end - end >= WORDS_MIN);
        let end = comma.unwrap_or(start + WORDS_MAX);
        clauses.push(start..end);
        start = end;
    }
    clauses.push(start..sentence.end);
}

/// The silence after a clause that ends so.
pub const fn silence_after(pause: Option<char>) -> Duration {
    match pause {
        Some('.' | '?' | '!') => PAUSE_SENTENCE,
        Some(_) => PAUSE_CLAUSE,
        None => Duration::ZERO,
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::{super::wording::words, *};

    #[rstest]
    #[case::one("I can book that for you.", &[6])]
    #[case::sentences("Sure. What day suits you best? Monday!", &[1, 5, 1])]
    #[case::no_stop("and then", &[2])]
    #[case::nothing("", &[])]
    fn sentences_divide(#[case] text: &str, #[case] lengths: &[usize]) {
        let found: Vec<usize> = clauses(&words(text)).into_iter().map(|clause| clause.len()).collect();
        assert_eq!(found, lengths);
    }

    #[test]
    fn long_sentences_divide_at_commas_or_at_the_limit() {
        let with_comma = format!("{}end, {}", "word ".repeat(15), "word ".repeat(20));
        let found: Vec<usize> = clauses(&words(&with_comma)).into_iter().map(|clause| clause.len()).collect();
        assert_eq!(found, [16, 20]);
        let without = "word ".repeat(60);
        assert!(clauses(&words(&without)).iter().all(|clause| clause.len() <= WORDS_MAX));
    }
}
