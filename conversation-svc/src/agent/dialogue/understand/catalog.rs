//! Services and staff of the business in what a caller says: by name, by synonym, and by sound.

use super::{Found, grammar::Phrases, sound, words::Words};
use crate::agent::business::{Service, Staff};

/// Below this likeness a word is another word.
const LIKENESS_MIN: f32 = 0.8;
/// What one word of a longer name is worth beside a whole name: "a massage" is the massage, not the deep tissue one.
const TELLING_WORD: f32 = 0.85;

/// How services and people are asked for in a language.
pub struct Requests {
    /// What introduces a service.
    pub leads: Phrases,
    /// Words that name no service though they stand where one does ("appointment").
    pub generic: &'static [&'static str],
    /// Words that end the name of a service.
    pub ends: &'static [&'static str],
    /// Articles: alone they name nothing ("una" is not "uñas").
    pub articles: &'static [&'static str],
    /// Written or said with a name, and no part of it.
    pub titles: &'static [&'static str],
    /// Between services that are wanted together.
    pub together: &'static [&'static str],
    /// Before a name they make it that of a member of staff, where the caller's own was asked for.
    pub before_staff: &'static [&'static str],
}

/// Among more people than these one word is no name: it is too often something else, and several bear it.
const KNOWN_BY_ONE_WORD_MAX: usize = 40;
/// Words of such different lengths are never alike enough.
const LENGTHS_MIN: f32 = 0.68;

struct Match {
    who: usize,
    start: usize,
    end: usize,
    likeness: f32,
    /// How much it outweighs others at its place: the longer name wins, and the whole name over a word of one.
    weight: f32,
}

/// The services named, in order. Several at one place: the words fit each of them ("a massage" where two kinds are offered).
pub fn services(words: &Words<'_>, services: &[Service], taken: &dyn Fn(usize) -> bool) -> Vec<Found<Vec<usize>>> {
    let mut matches = Vec::new();
    for (who, service) in services.iter().enumerate() {
        for phrase in std::iter::once(&service.name).chain(&service.synonyms) {
            phrase_matches(words, who, phrase, 1.0, taken, &mut matches);
        }
        // One telling word of a longer name is enough, if nothing better fits.
        for word in service.name.split_whitespace().filter(|w| w.chars().count() > 3) {
            phrase_matches(words, who, word, TELLING_WORD, taken, &mut matches);
        }
    }
    settle(matches)
}

/// The people named, in order: by whole name, without what stands within it, and by one of their names alone.
pub fn staff(words: &Words<'_>, staff: &[Staff], taken: &dyn Fn(usize) -> bool) -> Vec<Found<Vec<usize>>> {
    let by_one_word = staff.len() <= KNOWN_BY_ONE_WORD_MAX;
    let mut matches = Vec::new();
    for (who, person) in staff.iter().enumerate() {
        phrase_matches(words, who, &person.name, 1.0, taken, &mut matches);
        let written = words.like(&person.name);
        let titles = words.grammar().requests.titles;
        let names: Vec<&str> = written.norms().filter(|name| name.len() > 1 && !titles.contains(name)).collect();
        let (Some(first), Some(last)) = (names.first(), names.last()) else { continue };
        if names.len() > 1 {
            phrase_matches(words, who, &names.join(" "), 1.0, taken, &mut matches);
        }
        if names.len() > 2 {
            phrase_matches(words, who, &format!("{first} {last}"), 1.0, taken, &mut matches);
        }
        if by_one_word && !is_ordinary(words, first) {
            phrase_matches(words, who, first, 1.0, taken, &mut matches);
        }
        if by_one_word && names.len() > 1 {
            // "Dr. Logan", "with Morrison"
            let announces =
                |before| titles.contains(&before) || words.grammar().requests.before_staff.contains(&before);
            let alone = |i: usize| taken(i) || !announces(words.before(i));
            phrase_matches(words, who, last, 1.0, &alone, &mut matches);
        }
    }
    settle(matches)
}

/// Whether a word says much else besides a name ("Great Clips").
fn is_ordinary(words: &Words<'_>, name: &str) -> bool {
    let grammar = words.grammar();
    let in_phrases = |phrases: &[&str]| phrases.iter().any(|phrase| phrase.split([' ', '|']).any(|word| word == name));
    grammar.names.never_first.contains(&name)
        || grammar.requests.generic.contains(&name)
        || in_phrases(grammar.answers.yes)
        || in_phrases(grammar.answers.no)
}

fn phrase_matches(
    words: &Words<'_>,
    who: usize,
    phrase: &str,
    worth: f32,
    taken: &dyn Fn(usize) -> bool,
    out: &mut Vec<Match>,
) {
    let wanted = words.like(phrase);
    let joined: String = wanted.norms().collect();
    let letters = joined.chars().count();
    if letters == 0 {
        return;
    }
    let n = wanted.len();
    for start in 0..words.len() {
        for len in n.saturating_sub(1).max(1)..=n + 1 {
            let end = start + len;
            if end > words.len() || (start..end).any(taken) {
                break;
            }
            if len == 1 && words.grammar().requests.articles.contains(&words.text(start..end).to_lowercase().as_str()) {
                continue;
            }
            let said: String = (start..end).map(|i| words.norm(i)).collect();
            let likeness = alike(&said, &joined, len, n);
            if likeness >= LIKENESS_MIN {
                out.push(Match { who, start, end, likeness, weight: worth * likeness * letters as f32 });
            }
        }
    }
}

fn alike(said: &str, wanted: &str, said_words: usize, wanted_words: usize) -> f32 {
    if said == wanted {
        return 1.0;
    }
    if said.strip_suffix('s') == Some(wanted) || wanted.strip_suffix('s') == Some(said) {
        return 0.98;
    }
    // Short words are too near to others to be guessed, and so is a word split or joined.
    let fuzzy = wanted.chars().count() >= 5 && said.chars().count() >= 4 && said_words == wanted_words;
    let (shorter, longer) = (said.len().min(wanted.len()), said.len().max(wanted.len()));
    if fuzzy && shorter as f32 >= LENGTHS_MIN * longer as f32 { sound::likeness(said, wanted) } else { 0.0 }
}

/// Of matches that overlap, the longest and likest stay.
fn settle(mut matches: Vec<Match>) -> Vec<Found<Vec<usize>>> {
    matches.sort_by(|a, b| b.weight.total_cmp(&a.weight).then(a.who.cmp(&b.who)));
    let mut found: Vec<(Found<Vec<usize>>, f32)> = Vec::new();
    for m in &matches {
        let overlapping = found.iter_mut().find(|(f, _)| f.words.start < m.end && m.start < f.words.end);
        match overlapping {
            Some((f, best)) if m.weight >= *best - 0.01 && f.words == (m.start..m.end) => {
                if !f.value.contains(&m.who) {
                    f.value.push(m.who);
                }
            }
            Some(_) => {}
            None => found.push((Found::new(vec![m.who], m.likeness, m.start..m.end), m.weight)),
        }
    }
    let mut found: Vec<_> = found.into_iter().map(|(f, _)| f).collect();
    found.sort_by_key(|f| f.words.start);
    // "Deep tissue" is two telling words of one name.
    found.dedup_by(|later, earlier| {
        let same = later.value == earlier.value;
        if same {
            earlier.words.end = later.words.end;
        }
        same
    });
    found
}

/// Whether several services are wanted together: "a massage and a facial", not "a massage or a facial".
pub fn together(words: &Words<'_>, services: &[Found<Vec<usize>>]) -> bool {
    let joins = words.grammar().requests.together;
    let joined =
        |pair: &[Found<Vec<usize>>]| (pair[0].words.end..pair[1].words.start).any(|i| joins.contains(&words.norm(i)));
    services.len() > 1 && services.windows(2).all(joined)
}

/// What was asked for that is no service of ours: the words after "book a", "I'd like a", "do you do". Not generic words
/// such as "appointment".
pub fn something_else(words: &Words<'_>, taken: &dyn Fn(usize) -> bool) -> Option<Found<String>> {
    let requests = &words.grammar().requests;
    for i in 0..words.len() {
        let Some(n) = words.any_phrase(i, requests.leads) else { continue };
        let start = i + n;
        if requests.generic.contains(&words.norm(start)) {
            continue;
        }
        let mut end = start;
        while end < words.len()
            && end - start < 3
            && !taken(end)
            && !requests.ends.contains(&words.norm(end))
            && words.norm(end).chars().all(char::is_alphabetic)
        {
            end += 1;
            if words.break_after(end - 1) != super::words::Break::None {
                break;
            }
        }
        if end > start {
            return Some(Found::new(
                (start..end).map(|k| words.norm(k)).collect::<Vec<_>>().join(" "),
                0.6,
                start..end,
            ));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proto::Language;
    use proto::id::ServiceId;
    use rstest::rstest;

    use super::*;

    fn offered(names: &[&str]) -> Vec<Service> {
        let service = |name: &&str| Service {
            id: ServiceId::new(),
            name: (*name).to_owned(),
            synonyms: vec![],
            minutes: 60,
            price: None,
            staff: vec![],
        };
        names.iter().map(service).collect()
    }

    fn found(text: &str, names: &[&str]) -> Vec<Vec<usize>> {
        services(&Words::of(text, Language::English), &offered(names), &|_| false)
            .into_iter()
            .map(|f| f.value)
            .collect()
    }

    const SALON: &[&str] = &["Massage", "Deep tissue massage", "Facial", "Oil change"];

    #[rstest]
    #[case("I'd like a massage", "[0]")]
    #[case("like to book a message", "[0]")]
    #[case("a deep tissue massage please", "[1]")]
    #[case("deep tissue", "[1]")]
    #[case("deep tissue message", "[1]")]
    #[case("two facials", "[2]")]
    #[case("an oil chain", "")]
    #[case("a massage and a facial", "[0] [2]")]
    #[case("a haircut", "")]
    fn a_salon(#[case] text: &str, #[case] expected: &str) {
        let named: Vec<String> = found(text, SALON).iter().map(|which| format!("{which:?}")).collect();
        assert_eq!(named.join(" "), expected, "{text}");
    }

    #[rstest]
    #[case("with Dr. Susan Logan please", "[0]")]
    #[case("I'd like to see Doctor Logan", "[0]")]
    #[case("Susan", "[0]")]
    #[case("Great, what's the address?", "")]
    #[case("at Great Clips", "[1]")]
    #[case("the one with Julianna Deardorff", "[2]")]
    #[case("a logan berry", "")]
    fn people(#[case] text: &str, #[case] expected: &str) {
        let names = ["Susan C. Logan, MD", "Great Clips", "Julianna Deardorff"];
        let people = names.map(|name| Staff { id: proto::id::StaffId::new(), name: name.to_owned() });
        let named = staff(&Words::of(text, Language::English), &people, &|_| false);
        let named: Vec<String> = named.iter().map(|found| format!("{:?}", found.value)).collect();
        assert_eq!(named.join(" "), expected, "{text}");
    }

    #[test]
    fn words_that_fit_several_services_name_all_of_them() {
        assert_eq!(found("a massage", &["Swedish massage", "Hot stone massage"]), [[0, 1]]);
        assert_eq!(found("a hot stone massage", &["Swedish massage", "Hot stone massage"]), [[1]]);
    }

    #[rstest]
    #[case("I'd like to book a haircut for tomorrow", Some("haircut"))]
    #[case("do you do hot yoga", Some("hot yoga"))]
    #[case("book an appointment", None)]
    #[case("I want a different time", None)]
    fn something_we_do_not_offer(#[case] text: &str, #[case] expected: Option<&str>) {
        assert_eq!(
            something_else(&Words::of(text, Language::English), &|_| false).map(|f| f.value).as_deref(),
            expected,
            "{text}"
        );
    }
}
