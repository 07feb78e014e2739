//! What a name tells of other words that were said: of an address that was made from it, and of a correction.

use super::understand::{lettering::Lettering, sound};

/// A local part that sounds like the name we have is written as that name, part by part; `None` when nothing changes.
pub fn spelled_as_named(local: &str, name: &str) -> Option<String> {
    let name = unaccented(name);
    let parts: Vec<&str> = name.split_whitespace().collect();
    let joined = parts.concat();
    let mut fixed = String::new();
    for segment in local.split_inclusive(['.', '_', '-', '+']) {
        let separator = segment.len() - segment.trim_end_matches(['.', '_', '-', '+']).len();
        let (word, end) = segment.split_at(segment.len() - separator);
        let exact = parts.contains(&word) || word == joined;
        let named = parts
            .iter()
            .copied()
            .chain([joined.as_str()])
            .find(|form| word.len() > 2 && sound::likeness(form, word) >= 0.82);
        fixed.push_str(named.filter(|_| !exact).unwrap_or(word));
        fixed.push_str(end);
    }
    (fixed != local).then_some(fixed)
}

/// Whether every part of a local part is a part of the name.
pub fn is_made_of(local: &str, name: &str) -> bool {
    let name = unaccented(name);
    local.split(['.', '_', '-']).all(|part| !part.is_empty() && name.split_whitespace().any(|n| n == part))
}

/// In lower case, with the letters that addresses have.
pub fn unaccented(name: &str) -> String {
    let plain = |c| match c {
        'á' | 'à' | 'â' | 'ä' | 'ã' => 'a',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'í' | 'ì' | 'î' | 'ï' => 'i',
        'ó' | 'ò' | 'ô' | 'ö' | 'õ' => 'o',
        'ú' | 'ù' | 'û' | 'ü' => 'u',
        'ñ' => 'n',
        'ç' => 'c',
        other => other,
    };
    name.to_lowercase().chars().map(plain).collect()
}

/// A corrected name: a single word replaces the part it sounds like, or the last one.
pub fn corrected_name(had: Option<&str>, said: &str) -> String {
    let Some(had) = had.filter(|h| h.contains(' ') && !said.contains(' ')) else { return said.to_owned() };
    let mut parts: Vec<String> = had.split_whitespace().map(str::to_owned).collect();
    let like = |part: &String| sound::likeness(&part.to_lowercase(), &said.to_lowercase());
    let best = (0..parts.len()).max_by(|a, b| like(&parts[*a]).total_cmp(&like(&parts[*b])));
    if let Some(at) = best {
        let at = if like(&parts[at]) > 0.5 { at } else { parts.len() - 1 };
        parts[at] = said.to_owned();
    }
    parts.join(" ")
}

/// What is told of one of the words of a name, or of the parts of an address, written into the last one that it changes.
pub fn lettered(text: &str, lettering: Lettering) -> Option<String> {
    let mut parts: Vec<String> = text.split_inclusive([' ', '.', '_', '-', '+']).map(str::to_owned).collect();
    let (at, written) = parts.iter().enumerate().rev().find_map(|(at, part)| {
        let word = part.trim_end_matches([' ', '.', '_', '-', '+']);
        lettering.applied(word).map(|written| (at, format!("{written}{}", &part[word.len()..])))
    })?;
    parts[at] = written;
    Some(parts.concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misheard_address_is_written_as_the_name() {
        assert_eq!(spelled_as_named("alix", "Alex Morrison").as_deref(), Some("alex"));
        assert_eq!(spelled_as_named("alix.morison", "Alex Morrison").as_deref(), Some("alex.morrison"));
        assert_eq!(spelled_as_named("alex", "Alex Morrison"), None);
        assert_eq!(spelled_as_named("info", "Alex Morrison"), None);
    }

    #[test]
    fn an_address_has_no_accents() {
        assert_eq!(spelled_as_named("jose.munoz", "José Muñoz"), None);
        assert_eq!(spelled_as_named("josse.munoz", "José Muñoz").as_deref(), Some("jose.munoz"));
        assert!(is_made_of("jose.munoz", "José Muñoz") && is_made_of("munoz", "José Muñoz"));
        assert!(!is_made_of("jmunoz", "José Muñoz") && !is_made_of("", "José Muñoz"));
    }

    #[test]
    fn a_corrected_part_replaces_what_it_sounds_like() {
        assert_eq!(corrected_name(Some("Alec Morrison"), "Alex"), "Alex Morrison");
        assert_eq!(corrected_name(Some("Alex Morison"), "Morrison"), "Alex Morrison");
        assert_eq!(corrected_name(Some("Alex Morison"), "Jane Doe"), "Jane Doe");
        assert_eq!(corrected_name(None, "Alex"), "Alex");
    }
}
