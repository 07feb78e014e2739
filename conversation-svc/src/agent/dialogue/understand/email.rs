//! E-mail addresses as they are written, said, or spelled, through a recogniser that mishears some of it.
//!
//! Whoever asked for the address gets a doubt along with it: a doubtful one is read back letter by letter.

use super::{
    Found, number, sound, spelling,
    words::{Break, Words},
};

#[derive(Clone, PartialEq, Eq)]
pub struct Email {
    /// `local@domain`, lower case.
    pub address: String,
    /// Something in it was guessed: a word run together, a sound taken for "at", a corrected domain.
    pub doubtful: bool,
}

impl std::fmt::Debug for Email {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Email([private], doubtful: {})", self.doubtful)
    }
}

impl std::fmt::Debug for Local {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Local([private], spelled: {})", self.spelled)
    }
}

impl Email {
    pub fn local(&self) -> &str {
        self.address.split_once('@').map_or("", |(local, _)| local)
    }

    pub fn domain(&self) -> &str {
        self.address.split_once('@').map_or("", |(_, domain)| domain)
    }
}

/// Domains of mail providers: a label that sounds like one of these is one.
const PROVIDERS: &[&str] = &[
    "gmail",
    "yahoo",
    "hotmail",
    "outlook",
    "icloud",
    "proton",
    "protonmail",
    "live",
    "aol",
    "msn",
    "comcast",
    "verizon",
    "fastmail",
    "googlemail",
];
/// What "at" is heard as.
const LIKE_AT: &[&str] = &["add", "ad", "and", "hat", "that", "et", "app", "apt", "had", "as", "act", "an"];
/// A word before the address, not part of it.
const BEFORE: &[&str] = &[
    "is", "its", "be", "email", "mail", "address", "my", "the", "to", "yes", "no", "yeah", "yep", "nope", "sure", "ok",
    "okay", "use", "um", "uh", "was", "said", "sorry", "actually", "would", "thats", "that", "it", "reach", "me", "at",
    "and", "oh", "well", "so", "with", "write", "send", "for", "on", "this", "confirm", "correct", "right", "please",
    "mean", "meant", "then", "not", "wait", "spelled", "spell", "hi", "hello", "say",
];
const TOP_LEVEL: &[&str] = &[
    "com", "org", "net", "edu", "gov", "io", "co", "uk", "de", "us", "ca", "au", "fr", "es", "it", "nl", "ch", "at",
    "eu", "info", "biz", "me", "app", "dev", "ai", "in", "mx", "br", "ie", "nz", "se", "no", "dk", "pl", "be", "pt",
    "tv", "email", "online", "shop", "xyz", "mil", "jp", "cn", "sm",
];
/// Words of a local part or a domain that are not read beyond these many.
const PIECES_MAX: usize = 48;

/// The address a text gives. `asked`: an address was asked for, so a sound like "at" may be one.
pub fn find(words: &Words<'_>, asked: bool) -> Option<Found<Email>> {
    written(words)
        .or_else(|| around(words, &["at", "@"], false))
        .or_else(|| if asked { glued(words).or_else(|| around(words, LIKE_AT, true)) } else { None })
}

/// The part before the "at", said alone.
#[derive(Clone, PartialEq, Eq)]
pub struct Local {
    pub text: String,
    /// Letter by letter, not as a word.
    pub spelled: bool,
}

/// What was spelled or said as the part before the "at" alone.
pub fn local_alone(words: &Words<'_>) -> Option<Local> {
    let mut start = 0;
    while start < words.len() && BEFORE.contains(&words.norm(start)) && !spelling::run_begins(words, start) {
        start += 1;
    }
    let spelled = (start..words.len()).any(|i| spelling::run_begins(words, i));
    let (text, _) = local_part(words, start, words.len())?;
    Some(Local { text, spelled })
}

/// "alex@example.com", "Alex@example dot com"
fn written(words: &Words<'_>) -> Option<Found<Email>> {
    let i = (0..words.len()).find(|i| words.norm(*i).contains('@') && words.norm(*i) != "@")?;
    let (local, domain) = words.norm(i).split_once('@')?;
    let (mut domain, mut end) = (domain.to_owned(), i + 1);
    if !domain.contains('.') {
        let (rest, rest_end) = dotted(words, end)?;
        domain.push_str(&rest);
        end = rest_end;
    }
    let (domain, corrected) = provider_like(domain);
    // "a l e x@example.com": letters before the written part belong to it.
    let mut start = i;
    let mut local = local.to_owned();
    if local.chars().count() == 1 {
        while start > 0
            && spelling::piece(words, start - 1, false).is_some()
            && !BEFORE.contains(&words.norm(start - 1))
        {
            start -= 1;
        }
        if start < i {
            let (front, _) = local_part(words, start, i)?;
            local = front + &local;
        }
    }
    finish(local, domain, corrected, 0.9, start..end)
}

/// A word such as "alexatexample.com", with its "at" run in.
fn glued(words: &Words<'_>) -> Option<Found<Email>> {
    let i = (0..words.len())
        .find(|i| words.norm(*i).contains('.') && !words.norm(*i).contains('@') && words.norm(*i).len() > 8)?;
    let word = words.norm(i);
    let known = word.find('.').and_then(|dot| {
        PROVIDERS
            .iter()
            .find_map(|p| word[..dot].strip_suffix(p).map(|front| (front.to_owned(), word[dot - p.len()..].to_owned())))
    });
    let (front, domain) = match known {
        Some(split) => split,
        None => ["at", "and"]
            .into_iter()
            .flat_map(|at| word.match_indices(at).map(move |(k, _)| (k, k + at.len())))
            .filter(|(start, end)| *start >= 2 && !word[*end..].starts_with('.'))
            .map(|(_, end)| (word[..end].to_owned(), word[end..].to_owned()))
            .next()?,
    };
    let local = ["at", "and", "add"].iter().find_map(|at| front.strip_suffix(at)).unwrap_or(&front).to_owned();
    finish(local, domain, true, 0.5, i..i + 1)
}

fn around(words: &Words<'_>, ats: &[&str], guessed: bool) -> Option<Found<Email>> {
    (1..words.len()).filter(|p| ats.contains(&words.norm(*p))).find_map(|p| {
        let (domain, end) = domain(words, p + 1)?;
        let start = start_of_local(words, p)?;
        let (local, run_together) = local_part(words, start, p)?;
        let (domain, corrected) = provider_like(domain);
        finish(local, domain, guessed || corrected || run_together, if guessed { 0.6 } else { 0.85 }, start..end)
    })
}

fn finish(
    local: String,
    domain: String,
    doubtful: bool,
    confidence: f32,
    place: std::ops::Range<usize>,
) -> Option<Found<Email>> {
    let local: String = local.chars().filter(|c| c.is_ascii_alphanumeric() || "._-+".contains(*c)).collect();
    let local = local.trim_matches('.').to_owned();
    let domain_ok = domain.contains('.')
        && domain.split('.').all(|l| !l.is_empty() && l.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'));
    if local.is_empty() || !domain_ok || local.len() > 64 || domain.len() > 190 || local.contains("..") {
        return None;
    }
    Some(Found::new(Email { address: format!("{local}@{domain}"), doubtful }, confidence, place))
}

/// Where the local part begins that ends before the "at" at `p`.
fn start_of_local(words: &Words<'_>, p: usize) -> Option<usize> {
    let mut start = p;
    while start > 0 && p - start < PIECES_MAX {
        let i = start - 1;
        let single = |k: usize| words.norm(k).chars().count() == 1;
        let parted = start < p && words.break_after(i) != Break::None && !(single(i) || single(start));
        // "as in boy" and "double t" hold words that would end the run otherwise.
        let explains =
            matches!(words.norm(i), "in" | "as" | "like") || i > 0 && matches!(words.before(i), "in" | "like" | "as");
        if parted || BEFORE.contains(&words.norm(i)) && !explains && !spelled_word(words, i) {
            break;
        }
        start = i;
    }
    (start < p).then_some(start)
}

/// A word of [`BEFORE`] that stands between letters is a letter's name or a misheard letter ("a l e x").
fn spelled_word(words: &Words<'_>, i: usize) -> bool {
    let single =
        |k: usize| words.norm(k).chars().count() == 1 && words.norm(k).chars().all(|c| c.is_ascii_alphabetic());
    i > 0 && single(i - 1) && single(i + 1) && spelling::piece(words, i, true).is_some()
}

fn symbol(words: &Words<'_>, i: usize) -> Option<(char, usize)> {
    Some(match words.norm(i) {
        "dot" | "period" | "point" => ('.', 1),
        "underscore" | "_" => ('_', 1),
        "under" if words.norm(i + 1) == "score" => ('_', 2),
        "dash" | "hyphen" | "minus" | "-" => ('-', 1),
        "plus" => ('+', 1),
        _ => return None,
    })
}

/// The words `[i, end)` as a local part; true when words were run together, so that a separator may be missing.
fn local_part(words: &Words<'_>, mut i: usize, end: usize) -> Option<(String, bool)> {
    let mut local = String::new();
    let mut whole_words = 0;
    let mut last_word: Option<(usize, String)> = None;
    let mut joined = false;
    let mut in_run = false;
    while i < end {
        if let Some((symbol, n)) = symbol(words, i) {
            local.push(symbol);
            (i, in_run, whole_words) = (i + n, false, 0);
            last_word = None;
            continue;
        }
        in_run = in_run && spelling::piece(words, i, true).is_some() || spelling::run_begins(words, i);
        let piece = spelling::piece(words, i, in_run).filter(|p| i + p.taken <= end);
        if let Some(piece) = piece {
            // "alex, a l e x": the spelling replaces the word it spells.
            if let Some((at, word)) = last_word.take()
                && let Some((spelled, _)) = spelling::run(words, i)
                && sound::likeness(&word, &spelled) > 0.5
            {
                local.truncate(at);
            }
            local.push_str(&piece.text);
            i += piece.taken;
            continue;
        }
        if let Some(piece) = spelling::digits(words, i).filter(|p| i + p.taken <= end) {
            local.push_str(&piece.text);
            i += piece.taken;
            continue;
        }
        let word = words.norm(i);
        if !word.chars().all(|c| c.is_ascii_alphanumeric() || "._-+".contains(c)) {
            return None;
        }
        whole_words += 1;
        joined |= whole_words > 1;
        last_word = Some((local.len(), word.to_owned()));
        local.push_str(word);
        i += 1;
    }
    (!local.is_empty()).then_some((local, joined))
}

/// A domain from `i`: what it is, where it ends.
fn domain(words: &Words<'_>, i: usize) -> Option<(String, usize)> {
    let mut domain = String::new();
    let mut k = i;
    let mut in_run = false;
    while k < words.len() && k - i < PIECES_MAX {
        let word = words.norm(k);
        // Another "at", or a pause that is not one between letters: the address was not this.
        let letters = word.chars().count() == 1;
        if word == "at"
            || k > i && words.break_after(k - 1) != Break::None && !letters && !matches!(word, "dot" | "dotcom")
        {
            return None;
        }
        if let Some((front, back)) = word.split_once('.') {
            domain.push_str(front);
            domain.push('.');
            domain.push_str(back);
            return Some(more_labels(words, domain, k + 1));
        }
        if matches!(word, "dot" | "dotcom" | "period" | "point") && !domain.is_empty() {
            let (rest, end) = dotted(words, k)?;
            domain.push_str(&rest);
            return Some((domain, end));
        }
        if let Some(front) = word.strip_suffix("dotcom").filter(|f| !f.is_empty()) {
            return Some((format!("{domain}{front}.com"), k + 1));
        }
        if matches!(word, "dash" | "hyphen") {
            domain.push('-');
            k += 1;
            continue;
        }
        in_run = in_run && spelling::piece(words, k, true).is_some() || spelling::run_begins(words, k);
        if let Some(piece) = spelling::piece(words, k, in_run) {
            domain.push_str(&piece.text);
            k += piece.taken;
        } else if let Some(digit) = number::digits_of(word).filter(|_| word != "oh") {
            domain.push_str(&digit);
            k += 1;
        } else if word.chars().all(|c| c.is_ascii_alphanumeric()) {
            domain.push_str(word);
            k += 1;
        } else {
            return None;
        }
        // "at gmail" alone, at the end, means gmail.com.
        if k == words.len() && PROVIDERS.contains(&domain.as_str()) {
            return Some((domain + ".com", k));
        }
    }
    None
}

/// ".com", ".co.uk" from a "dot" at `i` on.
fn dotted(words: &Words<'_>, i: usize) -> Option<(String, usize)> {
    if words.norm(i) == "dotcom" {
        return Some((".com".to_owned(), i + 1));
    }
    if !matches!(words.norm(i), "dot" | "period" | "point") {
        return None;
    }
    let (label, taken) = match spelling::run(words, i + 1) {
        Some(run) => run,
        None => (words.norm(i + 1).to_owned(), 1),
    };
    let label = match label.as_str() {
        "calm" | "come" | "comm" | "kom" | "con" | "cam" | "comb" | "cum" => "com".to_owned(),
        "order" | "orc" => "org".to_owned(),
        "nut" | "nett" => "net".to_owned(),
        _ => label,
    };
    if label.is_empty() || !label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '.') {
        return None;
    }
    Some(more_labels(words, format!(".{label}"), i + 1 + taken))
}

fn more_labels(words: &Words<'_>, domain: String, end: usize) -> (String, usize) {
    if words.norm(end) == "dot"
        && let Some((rest, end)) = dotted(words, end)
    {
        return (domain + &rest, end);
    }
    (domain, end)
}

/// The provider that a domain sounds like, and whether it was changed for it.
fn provider_like(domain: String) -> (String, bool) {
    let Some((label, top)) = domain.split_once('.') else { return (domain, true) };
    let doubtful = !TOP_LEVEL.contains(&top.rsplit('.').next().unwrap_or(top));
    if PROVIDERS.contains(&label) || top != "com" {
        return (domain, doubtful);
    }
    match PROVIDERS.iter().find(|p| p.len() > 3 && sound::likeness(label, p) >= 0.8) {
        Some(provider) => (format!("{provider}.com"), true),
        None => (domain, doubtful),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn address(text: &str, asked: bool) -> Option<String> {
        find(&Words::of(text), asked).map(|f| f.value.address)
    }

    #[rstest]
    #[case("alex at example dot com")]
    #[case("Alex@example.com.")]
    #[case("alex at example.com")]
    #[case("Alex at Example.com")]
    #[case("It's alex at example dotcom")]
    #[case("alex at exampledotcom")]
    #[case("a l e x at example dot com")]
    #[case("A-L-E-X at example.com")]
    #[case("A, L, E, X, at example dot com.")]
    #[case("a l e x@example.com")]
    #[case("Alex @ example.com")]
    #[case("alpha lima echo x-ray at example dot com")]
    #[case("Alex, A L E X, at example dot com")]
    #[case("my email is alex at example dot com thanks")]
    #[case("alex at example dot calm")]
    #[case("a as in apple l as in lima e as in echo x as in xylophone at example dot com")]
    #[case("alex at e x a m p l e dot com")]
    #[case("alex@example dot com")]
    fn alex_at_example(#[case] text: &str) {
        assert_eq!(address(text, true).as_deref(), Some("alex@example.com"), "{text}");
    }

    #[rstest]
    #[case("alex dot morrison at gmail dot com", "alex.morrison@gmail.com")]
    #[case("a morrison 42 at g mail dot com", "amorrison42@gmail.com")]
    #[case("bob underscore smith at yahoo.co.uk", "bob_smith@yahoo.co.uk")]
    #[case("jean-jacques at stuff.co.uk", "jeanjacques@stuff.co.uk")]
    #[case("m a double t at outlook dot com", "matt@outlook.com")]
    #[case("b as in boy o b 1 2 3 at my company dot org", "bob123@mycompany.org")]
    #[case("alex and example dot com", "alex@example.com")]
    #[case("alexandexample.com", "alex@example.com")]
    #[case("alexatexample.com", "alex@example.com")]
    #[case("jane plus news at gmail", "jane+news@gmail.com")]
    #[case("jane at out look dot com", "jane@outlook.com")]
    #[case("maria ninety nine at hotmail dot com", "maria99@hotmail.com")]
    fn others(#[case] text: &str, #[case] expected: &str) {
        assert_eq!(address(text, true).as_deref(), Some(expected), "{text}");
    }

    #[rstest]
    #[case("tomorrow at two")]
    #[case("at noon")]
    #[case("I was at the party")]
    #[case("meet me at the shop")]
    #[case("example.com")]
    #[case("")]
    fn none(#[case] text: &str) {
        assert_eq!(address(text, false), None, "{text}");
    }

    #[test]
    fn a_spelled_local_part_alone() {
        assert_eq!(local_alone(&Words::of("It's a l e x")), Some(Local { text: "alex".to_owned(), spelled: true }));
        assert_eq!(
            local_alone(&Words::of("m o double r i s o n dot a")).map(|l| l.text).as_deref(),
            Some("morrison.a")
        );
    }
}
