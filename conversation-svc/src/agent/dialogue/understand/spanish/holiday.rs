//! Holidays by their Spanish names; none whose date differs between the countries that speak it.

use jiff::civil::{Date, Weekday};

use crate::agent::dialogue::understand::{
    date::{Days, Hit, hit, holiday::Rule},
    words::Words,
};

const HOLIDAYS: &[(&str, Rule)] = &[
    ("nochebuena", Rule::Fixed(12, 24)),
    ("noche buena", Rule::Fixed(12, 24)),
    ("navidad", Rule::Fixed(12, 25)),
    ("dia de navidad", Rule::Fixed(12, 25)),
    ("nochevieja", Rule::Fixed(12, 31)),
    ("noche vieja", Rule::Fixed(12, 31)),
    ("fin de ano", Rule::Fixed(12, 31)),
    ("dia de| ano nuevo", Rule::Fixed(1, 1)),
    ("dia de reyes", Rule::Fixed(1, 6)),
    ("dia de los| reyes magos", Rule::Fixed(1, 6)),
    ("dia de san valentin", Rule::Fixed(2, 14)),
    ("san valentin", Rule::Fixed(2, 14)),
    ("halloween", Rule::Fixed(10, 31)),
    ("dia de todos los santos", Rule::Fixed(11, 1)),
    ("dia de los| muertos", Rule::Fixed(11, 2)),
    ("dia de la hispanidad|raza", Rule::Fixed(10, 12)),
    ("dia de| accion de gracias", Rule::Nth(11, 4, Weekday::Thursday)),
    ("jueves santo", Rule::Easter(-3)),
    ("viernes santo", Rule::Easter(-2)),
    ("domingo de pascua|resurreccion", Rule::Easter(0)),
    ("lunes de pascua", Rule::Easter(1)),
];

pub fn at(words: &Words<'_>, i: usize, today: Date) -> Option<Hit> {
    let lead = usize::from(matches!(words.norm(i), "el" | "este" | "la" | "en"));
    let (taken, rule) =
        HOLIDAYS.iter().filter_map(|(p, rule)| words.phrase(i + lead, p).map(|n| (n, rule))).max_by_key(|(n, _)| *n)?;
    hit(Days::one(rule.next(today)?), lead + taken, 0.9)
}
