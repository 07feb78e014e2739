//! Days, months, years and decades of any time, as records hold them: no part of a booking, so the dialogue does not read them.
//!
//! Written as far as they are said: "2012-07-25", "--01-15", "1506-07", "1994", "1980s", "2022-Q2".

use crate::agent::dialogue::understand::{number, words::Words};

/// Every date; a year or three bare numbers only where they are all that is said.
pub fn dates(words: &Words<'_>, this_year: i16) -> Vec<String> {
    let reader = Reader { words, this_year };
    let (mut out, mut i) = (Vec::new(), 0);
    while i < words.len() {
        let whole = |found: Option<(String, usize)>| found.filter(|(_, taken)| i == 0 && *taken == words.len());
        let found = reader
            .quarter(i)
            .or_else(|| reader.month_first(i))
            .or_else(|| reader.day_first(i))
            .or_else(|| whole(reader.decade(i)))
            .or_else(|| whole(reader.year_alone(i)))
            .or_else(|| whole(reader.bare_numbers(i)));
        match found {
            Some((text, taken)) => {
                out.push(text);
                i += taken;
            }
            None => i += 1,
        }
    }
    out
}

struct Reader<'w, 't> {
    words: &'w Words<'t>,
    this_year: i16,
}

impl Reader<'_, '_> {
    fn month(&self, i: usize) -> Option<i8> {
        (self.words.grammar().month_named)(self.words.norm(i))
    }

    fn skip(&self, i: usize, words: &[&str]) -> usize {
        usize::from(words.contains(&self.words.norm(i)))
    }

    /// An ordinal, or a number of a month; true of an ordinal.
    fn day(&self, i: usize) -> Option<(u64, usize, bool)> {
        let fits = |n: u64| (1..=31).contains(&n);
        let ranked = number::ordinal(self.words, i).filter(|(n, _)| fits(*n)).map(|(n, taken)| (n, taken, true));
        ranked.or_else(|| {
            let plain = number::cardinal(self.words, i).filter(|(n, _)| fits(*n));
            plain.map(|(n, taken)| (n, taken, false))
        })
    }

    /// "Nineteen ninety four", "fifteen o six", "two thousand twelve", "1994".
    fn year(&self, i: usize) -> Option<(u64, usize)> {
        let is_year = |n: &u64| (1000..2200).contains(n);
        if let Some((century, taken)) = number::below_hundred(self.words, i).filter(|(n, _)| (10..=21).contains(n)) {
            let of_century = match number::digits(self.words, i + taken).as_deref() {
                Some("0") => number::below_hundred(self.words, i + taken + 1)
                    .filter(|(n, used)| (1..10).contains(n) && *used == 1)
                    .map(|(n, _)| (n, 2)),
                _ => number::below_hundred(self.words, i + taken).filter(|(n, _)| *n >= 10),
            };
            if let Some((n, used)) = of_century {
                return Some((century * 100 + n, taken + used));
            }
        }
        number::cardinal(self.words, i).filter(|(n, _)| is_year(n))
    }

    /// A year after a day, where its century may be left out: "ninety eight", "zero five".
    fn year_after(&self, i: usize) -> Option<(u64, usize)> {
        self.year(i).or_else(|| {
            let leading_zero = usize::from(number::digits(self.words, i).as_deref() == Some("0"));
            let (n, taken) = number::cardinal(self.words, i + leading_zero).filter(|(n, _)| *n < 100)?;
            let fits = if leading_zero == 1 { n < 10 } else { n >= 10 };
            fits.then(|| (self.with_century(n), taken + leading_zero))
        })
    }

    /// The latest such year that is not ahead.
    fn with_century(&self, n: u64) -> u64 {
        let this_year = u64::try_from(self.this_year).unwrap_or_default();
        let century = this_year - this_year % 100;
        if century + n <= this_year { century + n } else { century.saturating_sub(100) + n }
    }

    fn month_first(&self, i: usize) -> Option<(String, usize)> {
        let month = self.month(i)?;
        let the = self.skip(i + 1, &["the"]);
        let day = self.day(i + 1 + the);
        let year = self.year(i + 1).filter(|_| the == 0 && !day.is_some_and(|(_, _, ranked)| ranked));
        // "July fifteen o six" is a month of a year.
        if let Some((year, taken)) = year {
            return Some((format!("{year:04}-{month:02}"), 1 + taken));
        }
        let (day, taken, _) = day?;
        Some(self.dated(month, day, i, 1 + the + taken))
    }

    fn day_first(&self, i: usize) -> Option<(String, usize)> {
        let the = self.skip(i, &["the"]);
        let (day, taken, _) = self.day(i + the)?;
        let of = self.skip(i + the + taken, &["of", "de"]);
        let month = self.month(i + the + taken + of)?;
        Some(self.dated(month, day, i, the + taken + of + 1))
    }

    fn dated(&self, month: i8, day: u64, i: usize, taken: usize) -> (String, usize) {
        let of = self.skip(i + taken, &["of", "in", "de"]);
        match self.year_after(i + taken + of) {
            Some((year, used)) => (format!("{year:04}-{month:02}-{day:02}"), taken + of + used),
            None => (format!("--{month:02}-{day:02}"), taken),
        }
    }

    /// "Second quarter of twenty twenty two"
    fn quarter(&self, i: usize) -> Option<(String, usize)> {
        let (quarter, taken) = number::ordinal(self.words, i).filter(|(n, _)| (1..=4).contains(n))?;
        if self.words.norm(i + taken) != "quarter" {
            return None;
        }
        let of = self.skip(i + taken + 1, &["of", "in"]);
        let (year, used) = self.year(i + taken + 1 + of)?;
        Some((format!("{year}-Q{quarter}"), taken + 1 + of + used))
    }

    fn year_alone(&self, i: usize) -> Option<(String, usize)> {
        self.year(i).map(|(year, taken)| (year.to_string(), taken))
    }

    /// "Nineteen eighties", "the eighties", "nineteen tens"
    fn decade(&self, i: usize) -> Option<(String, usize)> {
        let the = self.skip(i, &["the"]);
        let century = number::below_hundred(self.words, i + the).filter(|(n, _)| (10..=20).contains(n));
        let at = i + the + century.map_or(0, |(_, taken)| taken);
        let plural = self.words.norm(at);
        let singular = plural.strip_suffix("ies").map(|stem| format!("{stem}y"));
        let singular = singular.or_else(|| plural.strip_suffix('s').map(str::to_owned))?;
        let (decade, _) =
            number::below_hundred(&self.words.like(&singular), 0).filter(|(n, _)| n % 10 == 0 && *n > 0)?;
        let year = century.map_or_else(|| self.with_century(decade), |(century, _)| century * 100 + decade);
        Some((format!("{year}s"), at + 1 - i))
    }

    /// "Ten thirty one fifty eight": month, day, year.
    fn bare_numbers(&self, i: usize) -> Option<(String, usize)> {
        let (month, taken) = number::below_hundred(self.words, i).filter(|(n, _)| (1..=12).contains(n))?;
        let (day, used) = number::below_hundred(self.words, i + taken).filter(|(n, _)| (1..=31).contains(n))?;
        let (year, last) = self.year_after(i + taken + used)?;
        Some((format!("{year:04}-{month:02}-{day:02}"), taken + used + last))
    }
}

#[cfg(test)]
mod tests {
    use proto::Language;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("nineteen ninety four", &["1994"])]
    #[case("two thousand and twenty", &["2020"])]
    #[case("the nineteen eighties", &["1980s"])]
    #[case("july fifteen o six", &["1506-07"])]
    #[case("july eighteen seventy six", &["1876-07"])]
    #[case("july twenty fifth two thousand twelve", &["2012-07-25"])]
    #[case("the twenty fifth of july twenty twelve", &["2012-07-25"])]
    #[case("born on january seventh ninety eight", &["1998-01-07"])]
    #[case("november seventeenth zero five", &["2005-11-17"])]
    #[case("june thirty", &["--06-30"])]
    #[case("ten thirty one fifty eight", &["1958-10-31"])]
    #[case("second quarter of twenty twenty two", &["2022-Q2"])]
    #[case("nineteen people and ninety four dogs", &[])]
    fn of_any_time(#[case] text: &str, #[case] expected: &[&str]) {
        assert_eq!(dates(&Words::of(text, Language::English), 2026), expected, "{text}");
    }
}
