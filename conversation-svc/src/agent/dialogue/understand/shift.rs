//! How far something is to go from where it is: "an hour later", "push it back half an hour", "two days earlier".

use jiff::{SignedDuration, ToSpan as _, civil::DateTime};
use serde::{Deserialize, Serialize};

use super::{Found, grammar::Phrases, words::Words};

/// The lengths of time in a text, of words that are not taken.
pub type Lengths = fn(&Words<'_>, &dyn Fn(usize) -> bool) -> Vec<Found<Shift>>;

/// How a language says it.
pub struct Shifts {
    pub later: Phrases,
    pub earlier: Phrases,
    /// Between such a word and the length.
    pub by: Phrases,
    /// With a length they mean later, with no further word.
    pub pushes: Phrases,
    pub lengths: Lengths,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shift {
    /// The time of day stays.
    pub days: i32,
    pub minutes: i32,
}

impl Shift {
    pub fn from(self, start: DateTime) -> Option<DateTime> {
        let day = start.checked_add(self.days.days()).ok()?;
        day.checked_add(SignedDuration::from_mins(i64::from(self.minutes))).ok()
    }

    fn earlier(self) -> Self {
        Self { days: -self.days, minutes: -self.minutes }
    }
}

pub fn find(words: &Words<'_>) -> Option<Found<Shift>> {
    let shifts = &words.grammar().shifts;
    let direction = |i: usize| {
        let (later, earlier) = (words.any_phrase(i, shifts.later), words.any_phrase(i, shifts.earlier));
        let n = later.max(earlier)?;
        Some((i..i + n, earlier > later))
    };
    let directed = (0..words.len()).filter_map(direction).find_map(|(place, earlier)| {
        // The direction itself is no part of a length.
        let lengths = (shifts.lengths)(words, &|i| place.contains(&i));
        let by = words.any_phrase(place.end, shifts.by).unwrap_or(0);
        let beside = |length: &Found<Shift>| length.words.end == place.start || length.words.start == place.end + by;
        let length = lengths.into_iter().find(beside)?;
        let shift = if earlier { length.value.earlier() } else { length.value };
        let whole = length.words.start.min(place.start)..length.words.end.max(place.end);
        Some(Found::new(shift, length.confidence, whole))
    });
    directed.or_else(|| {
        let pushes = words.find(shifts.pushes)?;
        (shifts.lengths)(words, &|i| i < pushes.end).into_iter().next()
    })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proto::Language;
    use rstest::rstest;

    use super::*;

    fn shifted(text: &str, language: Language) -> Option<String> {
        let shift = find(&Words::of(text, language))?.value;
        shift.from(date(2026, 11, 27).at(14, 0, 0, 0)).map(|at| at.strftime("%a %d %H:%M").to_string())
    }

    #[rstest]
    #[case("an hour later", "Fri 27 15:00")]
    #[case("can we make it an hour later", "Fri 27 15:00")]
    #[case("push it back half an hour", "Fri 27 14:30")]
    #[case("could you push my appointment back by thirty minutes", "Fri 27 14:30")]
    #[case("half an hour earlier please", "Fri 27 13:30")]
    #[case("bring it forward by an hour and a half", "Fri 27 12:30")]
    #[case("move it up an hour", "Fri 27 13:00")]
    #[case("postpone it by two days", "Sun 29 14:00")]
    #[case("delay it a week", "Fri 04 14:00")]
    #[case("a week later", "Fri 04 14:00")]
    #[case("15 minutes sooner", "Fri 27 13:45")]
    #[case("one day earlier", "Thu 26 14:00")]
    #[case("a couple of hours later", "Fri 27 16:00")]
    #[case("push it an hour", "Fri 27 15:00")]
    fn english(#[case] text: &str, #[case] expected: &str) {
        assert_eq!(shifted(text, Language::English).as_deref(), Some(expected), "{text}");
    }

    #[rstest]
    #[case("una hora más tarde", "Fri 27 15:00")]
    #[case("media hora después", "Fri 27 14:30")]
    #[case("atráselo media hora", "Fri 27 14:30")]
    #[case("dos horas antes", "Fri 27 12:00")]
    #[case("una semana más tarde", "Fri 04 14:00")]
    #[case("adelantarla una hora", "Fri 27 13:00")]
    #[case("hora y media más tarde", "Fri 27 15:30")]
    fn spanish(#[case] text: &str, #[case] expected: &str) {
        assert_eq!(shifted(text, Language::Spanish).as_deref(), Some(expected), "{text}");
    }

    #[rstest]
    #[case("later")]
    #[case("in an hour")]
    #[case("later this week")]
    #[case("call me back in an hour")]
    #[case("at three")]
    #[case("how long is an hour massage")]
    #[case("")]
    fn nothing_else(#[case] text: &str) {
        assert_eq!(shifted(text, Language::English), None, "{text}");
    }
}
