//! How alike two words are, by letters and by sound, so that a recogniser's near-miss still finds its word.

/// A rough key of how a word sounds: its consonants in classes, with a leading vowel marked.
pub fn key(word: &str) -> String {
    let letters: Vec<char> = word.chars().filter(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect();
    let mut out = String::new();
    let mut i = 0;
    while let Some(&c) = letters.get(i) {
        let next = letters.get(i + 1).copied();
        let (class, taken) = match (c, next) {
            ('p', Some('h')) => (Some('f'), 2),
            ('g', Some('h')) => (None, 2),
            ('c', Some('h')) | ('s', Some('h')) | ('t', Some('c')) => (Some('x'), 2),
            ('k', Some('n')) | ('w', Some('r')) if i == 0 => (next, 2),
            ('c', Some('e' | 'i' | 'y')) => (Some('s'), 1),
            ('b' | 'p', _) => (Some('p'), 1),
            ('f' | 'v', _) => (Some('f'), 1),
            ('c' | 'k' | 'q', _) => (Some('k'), 1),
            ('g' | 'j', _) => (Some('j'), 1),
            ('s' | 'z' | 'x', _) => (Some('s'), 1),
            ('d' | 't', _) => (Some('t'), 1),
            ('m' | 'n' | 'l' | 'r', _) => (Some(c), 1),
            ('a' | 'e' | 'i' | 'o' | 'u' | 'y' | 'h' | 'w', _) => {
                ((i == 0 && !matches!(c, 'h' | 'w' | 'y')).then_some('a'), 1)
            }
            (other, _) => (Some(other), 1),
        };
        if let Some(class) = class
            && !out.ends_with(class)
        {
            out.push(class);
        }
        i += taken;
    }
    out
}

/// Edits between two words: insertions, deletions, replacements.
pub fn edits(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, cb) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(ca != *cb);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

/// From 0 (nothing in common) to 1 (equal). Sounding the same is worth nearly as much as being written the same.
pub fn likeness(a: &str, b: &str) -> f32 {
    if a == b {
        return 1.0;
    }
    let longest = a.chars().count().max(b.chars().count());
    // Longer words than these are no words; the bound keeps the quadratic distance cheap.
    if longest == 0 || longest > 40 {
        return 0.0;
    }
    let written = 1.0 - edits(a, b) as f32 / longest as f32;
    let (key_a, key_b) = (key(a), key(b));
    let key_longest = key_a.chars().count().max(key_b.chars().count());
    if key_longest < 2 {
        return written;
    }
    let sounded = 1.0 - edits(&key_a, &key_b) as f32 / key_longest as f32;
    0.55 * written + 0.42 * sounded
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("massage", "message")]
    #[case("massage", "massaj")]
    #[case("manicure", "manicur")]
    #[case("morrison", "morison")]
    #[case("alex", "alix")]
    #[case("maria", "mariah")]
    fn near_misses_are_alike(#[case] a: &str, #[case] b: &str) {
        assert!(likeness(a, b) >= 0.8, "{a} {b} {}", likeness(a, b));
    }

    #[rstest]
    #[case("massage", "passage")]
    #[case("manicure", "pedicure")]
    #[case("haircut", "appointment")]
    #[case("facial", "special")]
    fn other_words_are_not(#[case] a: &str, #[case] b: &str) {
        assert!(likeness(a, b) < 0.8, "{a} {b} {}", likeness(a, b));
    }
}
