//! The CMU pronouncing dictionary, first pronunciations only, sorted by bytes. It is searched as it lies in the
//! binary: no time to load, no memory of its own.

const TEXT: &str = include_str!("../../../resources/cmudict.txt");

/// The ARPAbet phones of a lower-case word, separated by spaces.
pub fn find(word: &str) -> Option<&'static str> {
    if word.is_empty() {
        return None;
    }
    let bytes = TEXT.as_bytes();
    // Offsets between which the line must begin; `low` is always at a line's start.
    let (mut low, mut high) = (0, bytes.len());
    while low < high {
        let middle = low + (high - low) / 2;
        let start = bytes[..middle].iter().rposition(|&byte| byte == b'\n').map_or(0, |newline| newline + 1);
        let length = bytes[start..].iter().position(|&byte| byte == b'\n').unwrap_or(bytes.len() - start);
        let (entry, phones) = TEXT.get(start..start + length)?.split_once(' ')?;
        match entry.as_bytes().cmp(word.as_bytes()) {
            std::cmp::Ordering::Equal => return Some(phones),
            std::cmp::Ordering::Less => low = start + length + 1,
            std::cmp::Ordering::Greater => high = start,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_is_found() {
        for line in TEXT.lines().step_by(97).chain(TEXT.lines().take(3)).chain(TEXT.lines().last()) {
            let (word, phones) = line.split_once(' ').expect("a word and its phones");
            assert_eq!(find(word), Some(phones));
        }
    }

    #[test]
    fn what_is_not_there_is_none() {
        for word in ["", "a\n", "zzzzzz", "0", "!", "bookingx"] {
            assert_eq!(find(word), None, "{word:?}");
        }
    }
}
