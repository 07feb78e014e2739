//! Services and staff of the business in what a caller says: by name, by synonym, and by sound.

use super::{Found, sound, words::Words};
use crate::agent::business::{Service, Staff};

/// Below this likeness a word is another word.
const LIKENESS_MIN: f32 = 0.8;

struct Match {
    who: usize,
    start: usize,
    end: usize,
    likeness: f32,
    /// Letters that matched: the longer name wins.
    letters: usize,
}

/// The services named, in order. Several at one place: the words fit each of them ("a massage" where two kinds are offered).
pub fn services(words: &Words<'_>, services: &[Service], taken: &dyn Fn(usize) -> bool) -> Vec<Found<Vec<usize>>> {
    let mut matches = Vec::new();
    for (who, service) in services.iter().enumerate() {
        for phrase in std::iter::once(&service.name).chain(&service.synonyms) {
            phrase_matches(words, who, phrase, taken, &mut matches);
        }
        // One telling word of a longer name is enough, if nothing better fits.
        for word in service.name.split_whitespace().filter(|w| w.chars().count() > 3) {
            phrase_matches(words, who, word, taken, &mut matches);
        }
    }
    settle(matches)
}

/// The people named, in order, by whole or first name.
pub fn staff(words: &Words<'_>, staff: &[Staff], taken: &dyn Fn(usize) -> bool) -> Vec<Found<Vec<usize>>> {
    let mut matches = Vec::new();
    for (who, person) in staff.iter().enumerate() {
        phrase_matches(words, who, &person.name, taken, &mut matches);
        if let Some(first) = person.name.split_whitespace().next() {
            phrase_matches(words, who, first, taken, &mut matches);
        }
    }
    settle(matches)
}

fn phrase_matches(words: &Words<'_>, who: usize, phrase: &str, taken: &dyn Fn(usize) -> bool, out: &mut Vec<Match>) {
    let wanted = Words::of(phrase);
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
            let said: String = (start..end).map(|i| words.norm(i)).collect();
            let likeness = alike(&said, &joined, len, n);
            if likeness >= LIKENESS_MIN {
                out.push(Match { who, start, end, likeness, letters });
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
    if fuzzy { sound::likeness(said, wanted) } else { 0.0 }
}

/// Of matches that overlap, the longest and likest stay.
fn settle(mut matches: Vec<Match>) -> Vec<Found<Vec<usize>>> {
    let weight = |m: &Match| m.likeness * m.letters as f32;
    matches.sort_by(|a, b| weight(b).total_cmp(&weight(a)).then(a.who.cmp(&b.who)));
    let mut found: Vec<(Found<Vec<usize>>, f32)> = Vec::new();
    for m in &matches {
        let overlapping = found.iter_mut().find(|(f, _)| f.words.start < m.end && m.start < f.words.end);
        match overlapping {
            Some((f, best)) if weight(m) >= *best - 0.01 && f.words == (m.start..m.end) => {
                if !f.value.contains(&m.who) {
                    f.value.push(m.who);
                }
            }
            Some(_) => {}
            None => found.push((Found::new(vec![m.who], m.likeness, m.start..m.end), weight(m))),
        }
    }
    let mut found: Vec<_> = found.into_iter().map(|(f, _)| f).collect();
    found.sort_by_key(|f| f.words.start);
    found
}

/// What was asked for that is no service of ours: the words after "book a", "I'd like a", "do you do". Not generic words
/// such as "appointment".
pub fn something_else(words: &Words<'_>, taken: &dyn Fn(usize) -> bool) -> Option<Found<String>> {
    const LEADS: &[&str] = &[
        "book", "book me", "book a", "book an", "book me a", "book me in for a", "schedule a", "schedule an", "like a", "like an", "like to book a", "like to get a", "want a", "want an", "need a",
        "need an", "get a", "get an", "get my", "have a", "appointment for a", "appointment for an", "appointment for", "in for a", "do you do", "do you offer", "do you have", "looking for a",
        "looking for an", "interested in a", "like some", "want to get a", "like to have a",
    ];
    const GENERIC: &[&str] = &[
        "appointment", "booking", "slot", "time", "visit", "session", "reservation", "service", "date", "day", "meeting", "opening", "spot", "it", "that", "this", "one", "something",
        "anything", "question", "moment", "second", "person", "human", "look", "minute", "couple", "treatment", "different", "new", "me", "in", "the", "for", "a", "an", "to", "my", "another",
        "same", "earlier", "later", "quick", "any", "some", "website", "parking", "representative", "manager", "someone", "help", "good", "nice", "available", "please", "hold", "problem", "email", "appointments", "services", "openings", "availability", "with", "on", "at", "and", "lot", "few", "bit",
    ];
    const ENDS: &[&str] = &["for", "on", "at", "with", "please", "tomorrow", "today", "next", "this", "in", "and", "or", "around", "from", "by", "here", "there", "appointment", "session", "booking", "if", "as", "sometime", "to", "the", "is", "thanks", "done", "instead", "but", "because", "i"];
    for i in 0..words.len() {
        let Some(n) = words.any_phrase(i, LEADS) else { continue };
        let start = i + n;
        if GENERIC.contains(&words.norm(start)) {
            continue;
        }
        let mut end = start;
        while end < words.len() && end - start < 3 && !taken(end) && !ENDS.contains(&words.norm(end)) && words.norm(end).chars().all(char::is_alphabetic) {
            end += 1;
            if words.break_after(end - 1) != super::words::Break::None {
                break;
            }
        }
        if end > start {
            return Some(Found::new((start..end).map(|k| words.norm(k)).collect::<Vec<_>>().join(" "), 0.6, start..end));
        }
    }
    None
}
