//! Which of the days and times that were said belong to an appointment that exists ("my Friday appointment", "from two"),
//! and which tell what it shall become ("to Monday").

use std::ops::Range;

use super::{
    Days, Found, When,
    date::{Grain, add_days},
    grammar::Phrases,
    words::Words,
};

/// Words around the day or the time of an appointment.
pub struct Relocations {
    pub nouns: &'static [&'static str],
    /// Before a noun: it is one that exists.
    pub owners: &'static [&'static str],
    /// Those of them after which a day or time alone is an appointment: "my two o'clock".
    pub own: &'static [&'static str],
    /// Between a noun and its day or time.
    pub links: &'static [&'static str],
    pub from: Phrases,
    pub to: Phrases,
}

/// The day and the time of the appointment that is meant; and, where both were said in one breath ("from two to
/// four"), what they shall become.
#[derive(Debug, Clone, Default)]
pub struct Relocation {
    pub days: Option<Found<Days>>,
    pub when: Option<Found<When>>,
    pub to_days: Option<Days>,
    pub to_when: Option<When>,
    /// Some day or time is said to be what it shall become.
    pub says_where_to: bool,
}

impl Relocation {
    /// Whether words tell of the appointment as it is.
    pub fn holds(&self, words: &Range<usize>) -> bool {
        let within = |range: &Range<usize>| range.start < words.end && words.start < range.end;
        self.days.as_ref().is_some_and(|f| within(&f.words)) || self.when.as_ref().is_some_and(|f| within(&f.words))
    }

    /// `services`: where services of the business were named, which stand for an appointment.
    pub fn of(words: &Words<'_>, dates: &[Found<Days>], times: &[Found<When>], services: &[Range<usize>]) -> Self {
        let scene = Scene { words, services };
        let wheres = dates.iter().map(|f| &f.words).chain(times.iter().map(|f| &f.words));
        let says_where_to = wheres.into_iter().any(|range| scene.leads(range, words.grammar().relocations.to));
        let mut found = Self { says_where_to, ..Self::default() };
        for date in dates {
            if scene.is_of_appointment(&date.words, &found) && found.days.is_none() {
                let (days, to) = scene.days(date);
                found.days = Some(Found::new(days, date.confidence, date.words.clone()));
                found.to_days = to;
            }
        }
        for time in times {
            if scene.is_of_appointment(&time.words, &found) && found.when.is_none() {
                let (when, to) = scene.when(time);
                found.when = Some(Found::new(when, time.confidence, time.words.clone()));
                found.to_when = to;
            }
        }
        found
    }
}

struct Scene<'a> {
    words: &'a Words<'a>,
    services: &'a [Range<usize>],
}

impl Scene<'_> {
    fn is_of_appointment(&self, range: &Range<usize>, so_far: &Relocation) -> bool {
        let grammar = &self.words.grammar().relocations;
        if self.leads(range, grammar.from) {
            return true;
        }
        if self.leads(range, grammar.to) {
            return false;
        }
        // "my Friday appointment", "Friday's massage"
        let before = self.words.before(range.start);
        let possessive =
            self.words.text(range.clone()).ends_with("'s") || self.words.text(range.clone()).ends_with("’s");
        if self.noun_at(range.end) && (possessive || grammar.owners.contains(&before)) {
            return true;
        }
        // "my two o'clock"
        if grammar.own.contains(&before) {
            return true;
        }
        let mut at = range.start;
        while at > 0 && grammar.links.contains(&self.words.norm(at - 1)) {
            at -= 1;
        }
        // "my appointment on Friday", and "at two" after that
        so_far.days.as_ref().is_some_and(|days| days.words.end == at || days.words == *range)
            || self.owned_noun_before(at)
    }

    fn noun_at(&self, i: usize) -> bool {
        self.words.grammar().relocations.nouns.contains(&self.words.norm(i))
            || self.services.iter().any(|service| service.start == i)
    }

    /// "my appointment", "the massage", right before word `at`.
    fn owned_noun_before(&self, at: usize) -> bool {
        let grammar = &self.words.grammar().relocations;
        let Some(last) = at.checked_sub(1) else { return false };
        let start = match self.services.iter().find(|service| service.end == at) {
            Some(service) => service.start,
            None if grammar.nouns.contains(&self.words.norm(last)) => {
                // "My massage appointment".
                self.services.iter().find(|service| service.end == last).map_or(last, |service| service.start)
            }
            None => return false,
        };
        grammar.owners.contains(&self.words.before(start))
    }

    /// A run of days that was said as "from … to …" is two days; an open one ("from Tuesday") begins with the one meant.
    fn days(&self, found: &Found<Days>) -> (Days, Option<Days>) {
        let days = found.value;
        let (first, last) = (Days::one(days.start), Days::one(add_days(days.end_excl, -1)));
        if days.single().is_some() || days.grain != Grain::Days || !self.begins_with_from(&found.words) {
            return (days, None);
        }
        (first, self.names_both(&found.words).then_some(last))
    }

    fn when(&self, found: &Found<When>) -> (When, Option<When>) {
        match found.value {
            When::Between(from, to) if self.begins_with_from(&found.words) => (When::At(from), Some(When::At(to))),
            When::From(from) if self.begins_with_from(&found.words) => (When::At(from), None),
            other => (other, None),
        }
    }

    fn begins_with_from(&self, range: &Range<usize>) -> bool {
        self.leads(range, self.words.grammar().relocations.from)
    }

    /// Whether one of the phrases stands right before some words, or begins them.
    fn leads(&self, range: &Range<usize>, phrases: Phrases) -> bool {
        phrases.iter().any(|p| self.words.phrase(range.start, p).is_some() || self.words.ends_at(range.start, p))
    }

    fn names_both(&self, range: &Range<usize>) -> bool {
        let to = self.words.grammar().relocations.to;
        range.clone().any(|i| self.words.any_phrase(i, to).is_some())
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::{Date, date};
    use proto::Language;
    use rstest::rstest;

    use crate::agent::dialogue::{
        Expectation,
        understand::{Context, Understanding, When, understand},
    };

    fn understood(text: &str, language: Language) -> Understanding {
        let context = Context {
            language,
            now: date(2026, 11, 24).at(10, 0, 0, 0),
            expects: Expectation::Open,
            offered: false,
            read_back: false,
            services: &[],
            staff: &[],
        };
        understand(text, &context)
    }

    const TUESDAY: Date = date(2026, 12, 1);
    const THURSDAY: Date = date(2026, 11, 26);
    const FRIDAY: Date = date(2026, 11, 27);

    #[rstest]
    #[case("move my appointment from Tuesday to Thursday", Some(TUESDAY))]
    #[case("move my Friday appointment to Monday at three", Some(FRIDAY))]
    #[case("can you move my appointment on Friday at two to Thursday at four", Some(FRIDAY))]
    #[case("move Friday's appointment to Monday", Some(FRIDAY))]
    #[case("I have an appointment, please move it to Thursday", None)]
    #[case("move my appointment to Friday", None)]
    #[case("book an appointment on Friday", None)]
    fn the_day_it_is_on(#[case] text: &str, #[case] expected: Option<Date>) {
        let found = understood(text, Language::English).relocation;
        assert_eq!(found.days.map(|f| f.value.start), expected, "{text}");
    }

    #[rstest]
    #[case("cambiar mi cita del viernes al lunes", Some(FRIDAY))]
    #[case("cambiar mi cita al viernes", None)]
    #[case("cancelar la cita que tengo el viernes", Some(FRIDAY))]
    fn the_day_it_is_on_in_spanish(#[case] text: &str, #[case] expected: Option<Date>) {
        let found = understood(text, Language::Spanish).relocation;
        assert_eq!(found.days.map(|f| f.value.start), expected, "{text}");
    }

    #[rstest]
    #[case("change it from two to four", true, true)]
    #[case("cancel my two o'clock", true, false)]
    #[case("make it four o'clock", false, false)]
    fn the_time_it_is_at(#[case] text: &str, #[case] of_it: bool, #[case] both: bool) {
        let found = understood(text, Language::English).relocation;
        let at = matches!(found.when.map(|f| f.value), Some(When::At(_)));
        assert_eq!((at, found.to_when.is_some()), (of_it, both), "{text}");
    }

    #[test]
    fn a_day_it_goes_to_is_told_from_one_it_is_on() {
        let said = understood("move my appointment from Tuesday to Thursday", Language::English);
        assert!(said.relocation.says_where_to);
        let wished: Vec<Date> = said.dates.iter().map(|f| f.value.start).collect();
        assert_eq!(wished, [THURSDAY]);
    }
}
