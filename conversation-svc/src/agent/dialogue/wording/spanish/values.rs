use jiff::civil::{Date, DateTime, Time, Weekday};

use super::Spanish;
use crate::agent::{
    business::{OpenRange, Price},
    dialogue::wording::{Values, needs_year},
};

pub const MONTHS: [&str; 12] = [
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
];

impl Values for Spanish {
    /// "el martes 3 de marzo": with its article, since it nearly always has one.
    fn date(&self, date: Date, today: Date) -> String {
        let month = MONTHS.get(usize::from(date.month().unsigned_abs()).saturating_sub(1)).copied().unwrap_or_default();
        let day = match date.day() {
            1 => "primero".to_owned(),
            day => day.to_string(),
        };
        let year = if needs_year(date, today) { format!(" de {}", date.year()) } else { String::new() };
        format!("el {} {day} de {month}{year}", weekday(date.weekday()))
    }

    fn weekdays(&self, first: Weekday, last: Weekday) -> String {
        match first.until(last) {
            0 => format!("los {}", plural(first)),
            1 => format!("los {} y {}", plural(first), plural(last)),
            _ => format!("de {} a {}", weekday(first), weekday(last)),
        }
    }

    /// "las 2 de la tarde", "la 1 y media de la tarde"
    fn time(&self, time: Time) -> String {
        format!("{} {}", hand(time), part(time))
    }

    fn date_time(&self, at: DateTime, today: Date) -> String {
        format!("{} a {}", self.date(at.date(), today), self.time(at.time()))
    }

    /// "el martes 3 de marzo a la 1, a las 2 y media o a las 4 de la tarde"
    fn times_on(&self, times: &[Time], date: Date, today: Date) -> String {
        let last = times.last().copied().map(part);
        let all_alike = times.iter().all(|time| Some(part(*time)) == last);
        let said: Vec<String> = (1..)
            .zip(times)
            .map(|(nth, time)| match all_alike && nth < times.len() {
                true => format!("a {}", hand(*time)),
                false => format!("a {}", self.time(*time)),
            })
            .collect();
        format!("{} {}", self.date(date, today), self.or(&said))
    }

    fn wished(&self, date: Option<Date>, time: Option<Time>, today: Date) -> String {
        match (date, time) {
            (Some(date), Some(time)) => format!("{} a {}", self.date(date, today), self.time(time)),
            (Some(date), None) => self.date(date, today),
            (None, _) => "a esa hora".to_owned(),
        }
    }

    /// "de 9 de la mañana a 6 de la tarde"
    fn hours(&self, ranges: &[OpenRange]) -> String {
        let bare = |time: Time| format!("{} {}", clock(time), part(time));
        let said: Vec<String> = ranges
            .iter()
            .map(|r| format!("de {} a {}", bare(r.start_time()), bare(r.end_time().unwrap_or(Time::midnight()))))
            .collect();
        self.and(&said)
    }

    /// "u" before an o: "siete u ocho".
    fn or(&self, items: &[String]) -> String {
        let before_o = |next: &str| begins(next, &["o", "ó", "ho", "hó", "8", "11 "]);
        join(items, |next| if before_o(next) { "u" } else { "o" })
    }

    /// "e" before an i, though not before a diphthong: "Ana e Inés", but "agua y hielo".
    fn and(&self, items: &[String]) -> String {
        let before_i = |next: &str| {
            begins(next, &["i", "í", "hi", "hí"]) && !begins(next, &["hie", "hia", "ia", "ie", "io", "iu"])
        };
        join(items, |next| if before_i(next) { "e" } else { "y" })
    }

    fn price(&self, price: &Price) -> String {
        let (one, many, minor_unit) = match price.currency.as_str() {
            "USD" => ("dólar", "dólares", "centavos"),
            "EUR" => ("euro", "euros", "céntimos"),
            "GBP" => ("libra", "libras", "peniques"),
            "MXN" => ("peso", "pesos", "centavos"),
            other => (other, other, "centavos"),
        };
        let (whole, minor) = (price.amount_minor / 100, price.amount_minor % 100);
        let unit = if whole == 1 { one } else { many };
        if minor == 0 { format!("{whole} {unit}") } else { format!("{whole} {unit} con {minor} {minor_unit}") }
    }

    fn appointment(&self, service: Option<&str>) -> String {
        match service {
            Some(service) => format!("una cita de {service}"),
            None => "una cita".to_owned(),
        }
    }

    fn own(&self, service: Option<&str>) -> String {
        match service {
            Some(service) => format!("su cita de {service}"),
            None => "su cita".to_owned(),
        }
    }

    fn length(&self, minutes: u32) -> String {
        match (minutes / 60, minutes % 60) {
            (1, 0) => "una hora".to_owned(),
            (hours, 0) if hours > 48 && hours % 24 == 0 => format!("{} días", hours / 24),
            (hours, 0) => format!("{hours} horas"),
            _ => format!("{minutes} minutos"),
        }
    }

    fn symbol(&self, c: char) -> Option<&'static str> {
        Some(match c {
            '@' => "arroba",
            '.' => "punto",
            '_' => "guion bajo",
            '-' => "guion",
            '+' => "más",
            '/' => "diagonal",
            _ => return None,
        })
    }
}

const fn weekday(day: Weekday) -> &'static str {
    match day {
        Weekday::Monday => "lunes",
        Weekday::Tuesday => "martes",
        Weekday::Wednesday => "miércoles",
        Weekday::Thursday => "jueves",
        Weekday::Friday => "viernes",
        Weekday::Saturday => "sábado",
        Weekday::Sunday => "domingo",
    }
}

const fn plural(day: Weekday) -> &'static str {
    match day {
        Weekday::Saturday => "sábados",
        Weekday::Sunday => "domingos",
        other => weekday(other),
    }
}

/// "las 2", "la 1 y media"
fn hand(time: Time) -> String {
    let article = if time.hour() % 12 == 1 { "la" } else { "las" };
    format!("{article} {}", clock(time))
}

/// "2", "1 y media", "9 y cuarto", "4 y 50"
fn clock(time: Time) -> String {
    let hour = match time.hour() % 12 {
        0 => 12,
        hour => hour,
    };
    match time.minute() {
        0 => hour.to_string(),
        15 => format!("{hour} y cuarto"),
        30 => format!("{hour} y media"),
        minute => format!("{hour} y {minute}"),
    }
}

/// The part of the day that tells which half of it is meant.
fn part(time: Time) -> &'static str {
    match (time.hour(), time.minute()) {
        (0, _) => "de la noche",
        (1..6, _) => "de la madrugada",
        (6..12, _) => "de la mañana",
        (12, 0) => "del mediodía",
        (12..19, _) => "de la tarde",
        _ => "de la noche",
    }
}

fn begins(text: &str, with: &[&str]) -> bool {
    let text = text.to_lowercase();
    with.iter().any(|start| text.starts_with(start))
}

fn join(items: &[String], link: impl Fn(&str) -> &'static str) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [front @ .., last] => format!("{} {} {last}", front.join(", "), link(last)),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::{date as day, time};
    use rstest::rstest;

    use super::*;

    const TODAY: Date = day(2026, 11, 24);

    #[rstest]
    #[case(day(2026, 12, 1), "el martes primero de diciembre")]
    #[case(day(2026, 12, 12), "el sábado 12 de diciembre")]
    #[case(day(2027, 3, 3), "el miércoles 3 de marzo")]
    #[case(day(2027, 12, 3), "el viernes 3 de diciembre de 2027")]
    fn dates_are_said_in_full(#[case] at: Date, #[case] expected: &str) {
        assert_eq!(Spanish.date(at, TODAY), expected);
    }

    #[rstest]
    #[case(time(0, 0, 0, 0), "las 12 de la noche")]
    #[case(time(0, 30, 0, 0), "las 12 y media de la noche")]
    #[case(time(1, 0, 0, 0), "la 1 de la madrugada")]
    #[case(time(6, 0, 0, 0), "las 6 de la mañana")]
    #[case(time(9, 15, 0, 0), "las 9 y cuarto de la mañana")]
    #[case(time(11, 45, 0, 0), "las 11 y 45 de la mañana")]
    #[case(time(12, 0, 0, 0), "las 12 del mediodía")]
    #[case(time(12, 30, 0, 0), "las 12 y media de la tarde")]
    #[case(time(13, 0, 0, 0), "la 1 de la tarde")]
    #[case(time(13, 30, 0, 0), "la 1 y media de la tarde")]
    #[case(time(14, 0, 0, 0), "las 2 de la tarde")]
    #[case(time(18, 45, 0, 0), "las 6 y 45 de la tarde")]
    #[case(time(19, 0, 0, 0), "las 7 de la noche")]
    #[case(time(23, 5, 0, 0), "las 11 y 5 de la noche")]
    fn times_have_their_part_of_the_day(#[case] at: Time, #[case] expected: &str) {
        assert_eq!(Spanish.time(at), expected);
    }

    #[test]
    fn a_day_comes_before_its_times() {
        let one = time(13, 0, 0, 0);
        let at = day(2027, 3, 2).to_datetime(one);
        assert_eq!(Spanish.date_time(at, TODAY), "el martes 2 de marzo a la 1 de la tarde");
        let afternoon = [one, time(14, 30, 0, 0), time(16, 0, 0, 0)];
        assert_eq!(
            Spanish.times_on(&afternoon, at.date(), TODAY),
            "el martes 2 de marzo a la 1, a las 2 y media o a las 4 de la tarde"
        );
        let whole_day = [time(9, 0, 0, 0), time(12, 0, 0, 0), one];
        assert_eq!(
            Spanish.times_on(&whole_day, at.date(), TODAY),
            "el martes 2 de marzo a las 9 de la mañana, a las 12 del mediodía o a la 1 de la tarde"
        );
        assert_eq!(Spanish.times_on(&[one], at.date(), TODAY), "el martes 2 de marzo a la 1 de la tarde");
        assert_eq!(Spanish.wished(Some(at.date()), Some(one), TODAY), "el martes 2 de marzo a la 1 de la tarde");
        assert_eq!(Spanish.wished(None, None, TODAY), "a esa hora");
    }

    #[test]
    fn hours_and_days() {
        let open = |start: u32, end: u32| OpenRange { start: start * 60, end: end * 60 };
        assert_eq!(
            Spanish.hours(&[open(9, 12), open(13, 18)]),
            "de 9 de la mañana a 12 del mediodía y de 1 de la tarde a 6 de la tarde"
        );
        assert_eq!(Spanish.hours(&[open(20, 24)]), "de 8 de la noche a 12 de la noche");
        assert_eq!(Spanish.weekdays(Weekday::Monday, Weekday::Friday), "de lunes a viernes");
        assert_eq!(Spanish.weekdays(Weekday::Saturday, Weekday::Sunday), "los sábados y domingos");
        assert_eq!(Spanish.weekdays(Weekday::Monday, Weekday::Monday), "los lunes");
    }

    #[rstest]
    #[case(&["Ana"], "Ana", "Ana")]
    #[case(&["Ana", "Luis", "Eva"], "Ana, Luis o Eva", "Ana, Luis y Eva")]
    #[case(&["Ana", "Óscar"], "Ana u Óscar", "Ana y Óscar")]
    #[case(&["Ana", "Inés"], "Ana o Inés", "Ana e Inés")]
    #[case(&["agua", "hielo"], "agua o hielo", "agua y hielo")]
    #[case(&["limpieza", "ortodoncia"], "limpieza u ortodoncia", "limpieza y ortodoncia")]
    fn lists_keep_their_vowels_apart(#[case] items: &[&str], #[case] or: &str, #[case] and: &str) {
        let items: Vec<String> = items.iter().map(|item| (*item).to_owned()).collect();
        assert_eq!((Spanish.or(&items).as_str(), Spanish.and(&items).as_str()), (or, and));
    }

    #[rstest]
    #[case(8_000, "USD", "80 dólares")]
    #[case(100, "USD", "1 dólar")]
    #[case(8_550, "USD", "85 dólares con 50 centavos")]
    #[case(9_905, "EUR", "99 euros con 5 céntimos")]
    #[case(120_000, "MXN", "1200 pesos")]
    fn prices_name_their_cents(#[case] amount_minor: i64, #[case] currency: &str, #[case] expected: &str) {
        assert_eq!(Spanish.price(&Price { amount_minor, currency: currency.to_owned() }), expected);
    }
}
