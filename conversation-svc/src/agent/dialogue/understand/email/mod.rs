//! E-mail addresses as they are written, said, or spelled, through a recogniser that mishears some of it.
//!
//! Whoever asked for the address gets a doubt along with it: a doubtful one is read back letter by letter.

mod domain;
mod local;

pub use self::local::{Local, local_alone, symbol};
use self::{
    domain::{PROVIDERS, domain, dotted, provider_like},
    local::{local_part, start_of_local},
};
use super::{Found, grammar::Phrases, settle::settled, spelling, words::Words};

/// Words of a local part or a domain are not read beyond these many.
const PIECES_MAX: usize = 48;

/// How addresses are said in a language.
pub struct Addresses {
    pub at: Phrases,
    /// What recognisers make of "at".
    pub like_at: Phrases,
    /// "At" as it is found within a word that the recogniser ran together.
    pub run_in: &'static [&'static str],
    /// Words before the address that are not part of it.
    pub before: &'static [&'static str],
    /// Those of them that are one when nothing else stands before the "at".
    pub also_local: &'static [&'static str],
    /// Words of an address by its name ("my e-mail is …"): a sound like "at" may be one.
    pub mentions: &'static [&'static str],
    /// Words between a letter and its explanation ("b as in boy").
    pub explaining: &'static [&'static str],
    pub symbols: &'static [(&'static str, char)],
    /// ".com" in one word.
    pub dot_com: &'static [&'static str],
    /// What recognisers make of the last label of a domain, and what it is.
    pub labels: &'static [(&'static str, &'static str)],
    /// What recognisers make of the names of mail providers, and what they are.
    pub providers: &'static [(&'static str, &'static str)],
    /// Said of words that belong together ("all one word"); no part of the address.
    pub joining: Phrases,
}

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

impl Email {
    pub fn local(&self) -> &str {
        self.address.split_once('@').map_or("", |(local, _)| local)
    }

    pub fn domain(&self) -> &str {
        self.address.split_once('@').map_or("", |(_, domain)| domain)
    }
}

/// The address a text gives. `asked`: an address was asked for, so a sound like "at" may be one.
pub fn find(words: &Words<'_>, asked: bool) -> Option<Found<Email>> {
    let addresses = &words.grammar().addresses;
    let meant = |found: Vec<Found<Email>>| settled(words, found).into_iter().next();
    let asked = asked || words.norms().any(|word| addresses.mentions.contains(&word));
    meant(written(words))
        .or_else(|| meant(around(words, addresses.at, Likeness::At)))
        .or_else(|| glued(words).filter(|_| asked))
        .or_else(|| meant(around(words, addresses.like_at, if asked { Likeness::Asked } else { Likeness::Spelled })))
}

/// How far what stands between local part and domain may be taken for an "at".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Likeness {
    At,
    /// It sounds like one, and an address is spoken of.
    Asked,
    /// It sounds like one, and what stands before it is spelled.
    Spelled,
}

/// "alex@example.com", "Alex@example dot com"
fn written(words: &Words<'_>) -> Vec<Found<Email>> {
    (0..words.len()).filter_map(|i| written_at(words, i)).collect()
}

fn written_at(words: &Words<'_>, i: usize) -> Option<Found<Email>> {
    let (local, domain) = words.norm(i).split_once('@')?;
    // ".abc@example.com" is no address.
    if local.is_empty() || words.leads(i).ends_with('.') {
        return None;
    }
    let (mut domain, mut end) = (domain.to_owned(), i + 1);
    if domain.is_empty() {
        // "Alex@ example dot com"
        (domain, end) = self::domain(words, end)?;
    }
    if !domain.contains('.') {
        let (rest, rest_end) = dotted(words, end)?;
        domain.push_str(&rest);
        end = rest_end;
    }
    let (domain, corrected) = provider_like(words, domain);
    // "a l e x@example.com": letters before the written part belong to it.
    let mut start = i;
    let mut local = local.to_owned();
    if local.chars().count() == 1 {
        while start > 0
            && spelling::piece(words, start - 1, false).is_some()
            && !words.grammar().addresses.before.contains(&words.norm(start - 1))
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
    let ats = words.grammar().addresses.run_in;
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
        None => ats
            .iter()
            .flat_map(|at| word.match_indices(at).map(move |(k, _)| (k, k + at.len())))
            .filter(|(start, end)| *start >= 2 && !word[*end..].starts_with('.'))
            .map(|(_, end)| (word[..end].to_owned(), word[end..].to_owned()))
            .next()?,
    };
    let local = ats.iter().find_map(|at| front.strip_suffix(at)).unwrap_or(&front).to_owned();
    finish(local, domain, true, 0.5, i..i + 1)
}

fn around(words: &Words<'_>, ats: Phrases, likeness: Likeness) -> Vec<Found<Email>> {
    let mut found: Vec<Found<Email>> = Vec::new();
    for p in 1..words.len() {
        // "At mail at example": the domain has an address of its own no more.
        if found.last().is_some_and(|last| last.words.end > p) {
            continue;
        }
        let address = words.any_phrase(p, ats).and_then(|n| around_at(words, p, n, likeness));
        found.extend(address);
    }
    found
}

/// The address around an "at" of `n` words at `p`.
fn around_at(words: &Words<'_>, p: usize, n: usize, likeness: Likeness) -> Option<Found<Email>> {
    let (domain, end) = domain(words, p + n)?;
    let start = start_of_local(words, p)?;
    if likeness == Likeness::Spelled && !spelling::run_begins(words, start) {
        return None;
    }
    let guessed = likeness != Likeness::At;
    let (local, run_together) = local_part(words, start, p)?;
    let (domain, corrected) = provider_like(words, domain);
    finish(local, domain, guessed || corrected || run_together, if guessed { 0.6 } else { 0.85 }, start..end)
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
    let top = domain.rsplit('.').next().unwrap_or_default();
    let is_top = top.len() > 1 && top.chars().all(|c| c.is_ascii_alphabetic());
    if !is_top || local.is_empty() || !domain_ok || local.len() > 64 || domain.len() > 190 || local.contains("..") {
        return None;
    }
    Some(Found::new(Email { address: format!("{local}@{domain}"), doubtful }, confidence, place))
}

#[cfg(test)]
mod tests {
    use proto::Language;
    use rstest::rstest;

    use super::*;

    fn address(text: &str, asked: bool) -> Option<String> {
        find(&Words::of(text, Language::English), asked).map(|f| f.value.address)
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
    #[case("jean-jacques at stuff.co.uk", "jean-jacques@stuff.co.uk")]
    #[case("m a double t at outlook dot com", "matt@outlook.com")]
    #[case("b as in boy o b 1 2 3 at my company dot org", "bob123@mycompany.org")]
    #[case("alex and example dot com", "alex@example.com")]
    #[case("alexandexample.com", "alex@example.com")]
    #[case("alexatexample.com", "alex@example.com")]
    #[case("jane plus news at gmail", "jane+news@gmail.com")]
    #[case("jane at out look dot com", "jane@outlook.com")]
    #[case("maria ninety nine at hotmail dot com", "maria99@hotmail.com")]
    #[case("november india lima sierra at outlook dot com", "nils@outlook.com")]
    #[case("capital j o e at example dot com", "joe@example.com")]
    #[case("j as in john underscore 4 2 at example dot com", "j_42@example.com")]
    #[case("s for sierra a m at example dot com", "sam@example.com")]
    #[case("jane triple x at example dot com", "janexxx@example.com")]
    #[case("nancy dash lee at my company dot co dot uk", "nancy-lee@mycompany.co.uk")]
    #[case("my email is j o h n no wait j o n at example dot com", "jon@example.com")]
    #[case("a l i c i a all lowercase at example dot com", "alicia@example.com")]
    #[case("jane doe all one word at example dot com", "janedoe@example.com")]
    #[case("john nineteen eighty four at example dot org", "john1984@example.org")]
    #[case("the letters k a t e at example dot com", "kate@example.com")]
    #[case("alex dot smith, all lower case, at gmail dot com", "alex.smith@gmail.com")]
    #[case("alexmorrison, one word, at gmail", "alexmorrison@gmail.com")]
    #[case("alex, dot, morrison, at, gmail, dot, com", "alex.morrison@gmail.com")]
    #[case("a for alpha, l for lima, e for echo, x for x-ray at example dot com", "alex@example.com")]
    #[case("matt with double t at gmail dot com", "matt@gmail.com")]
    #[case("sara with an h at gmail dot com", "sarah@gmail.com")]
    #[case("catherine with a k at gmail dot com", "katherine@gmail.com")]
    #[case("see h r i s at gmail dot com", "chris@gmail.com")]
    #[case("why a n at gmail dot com", "yan@gmail.com")]
    #[case("bob double oh seven at gmail dot com", "bob007@gmail.com")]
    #[case("bob oh seven at gmail dot com", "bob07@gmail.com")]
    #[case("hello at alex morrison dot com", "hello@alexmorrison.com")]
    #[case("alex under score morrison at gmail dot com", "alex_morrison@gmail.com")]
    #[case("alex at the rate example dot com", "alex@example.com")]
    #[case("alex at example, e x a m p l e, dot com", "alex@example.com")]
    #[case("alex at example dot co uk", "alex@example.co.uk")]
    #[case("alex at gmail com", "alex@gmail.com")]
    #[case("alex @ gmail . com", "alex@gmail.com")]
    #[case("alex@ example dot com", "alex@example.com")]
    #[case("alex at yahoo, no, gmail dot com", "alex@gmail.com")]
    #[case("alex at yahoo, sorry, at gmail dot com", "alex@gmail.com")]
    #[case("alex at gmail dot com. Sorry, alex m at gmail dot com", "alexm@gmail.com")]
    #[case("alex@example.com, no, alec@example.com", "alec@example.com")]
    fn others(#[case] text: &str, #[case] expected: &str) {
        assert_eq!(address(text, true).as_deref(), Some(expected), "{text}");
    }

    #[rstest]
    #[case("tomorrow at two")]
    #[case("at noon")]
    #[case("I was at the party")]
    #[case("meet me at the shop")]
    #[case("example.com")]
    #[case("a massage and a facial")]
    #[case("Both a..bc@outlook.com and .abc@hotmail.com are wrong")]
    #[case("I work at the salon, no, at the spa")]
    #[case("")]
    fn none(#[case] text: &str) {
        assert_eq!(address(text, false), None, "{text}");
    }

    #[rstest]
    #[case("a l e x, add example dot com")]
    #[case("my email is alex and example dot com")]
    #[case("it's alexatexample.com, that's my email")]
    fn what_sounds_like_an_at_counts_where_it_can_hardly_be_else(#[case] text: &str) {
        assert_eq!(address(text, false).as_deref(), Some("alex@example.com"), "{text}");
    }

    #[test]
    fn a_spelled_local_part_alone() {
        assert_eq!(
            local_alone(&Words::of("It's a l e x", Language::English)),
            Some(Local { text: "alex".to_owned(), spelled: true })
        );
        assert_eq!(
            local_alone(&Words::of("m o double r i s o n dot a", Language::English)).map(|l| l.text).as_deref(),
            Some("morrison.a")
        );
    }
}
