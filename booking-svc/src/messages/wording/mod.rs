//! The words of messages. A language is a file; the compiler asks for all of its words.

mod english;
mod spanish;

use jiff::ZonedDateTime;
use proto::Language;

use crate::booking::announcement::Topic;

/// What a message tells.
#[derive(Debug, Clone)]
pub struct Facts<'a> {
    pub business: &'a str,
    /// Empty when it is not known.
    pub address: &'a str,
    /// The business's, E.164.
    pub phone: Option<&'a str>,
    /// Who comes.
    pub client: &'a str,
    /// Each service with who gives it, in order.
    pub services: Vec<(&'a str, &'a str)>,
    /// On the clock of the business.
    pub start: ZonedDateTime,
    pub end: ZonedDateTime,
}

/// The words of one language.
pub trait Wording: Sync {
    /// An e-mail's subject, on one line.
    fn subject(&self, topic: Topic, facts: &Facts<'_>) -> String;

    /// An e-mail's text.
    fn body(&self, topic: Topic, facts: &Facts<'_>) -> String;

    /// A text message. Letters outside the carriers' seven-bit alphabet double its price, so its own words have few.
    fn text(&self, topic: Topic, facts: &Facts<'_>) -> String;
}

pub fn of(language: Language) -> &'static dyn Wording {
    match language {
        Language::English => &english::English,
        Language::Spanish => &spanish::Spanish,
    }
}

/// The zone as people there call it (EDT), or its city where it has no such name.
fn zone(at: &ZonedDateTime) -> String {
    let short = at.strftime("%Z").to_string();
    if short.chars().all(|c| c.is_ascii_alphabetic()) {
        return short;
    }
    let name = at.time_zone().iana_name().unwrap_or_default();
    name.rsplit('/').next().unwrap_or(name).replace('_', " ")
}

/// `part, part and part`.
fn list(parts: impl Iterator<Item = String>, and: &str) -> String {
    let mut parts: Vec<String> = parts.collect();
    match parts.pop() {
        None => String::new(),
        Some(last) if parts.is_empty() => last,
        Some(last) => format!("{} {and} {last}", parts.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn facts(start: &str) -> Facts<'static> {
        let start: ZonedDateTime = start.parse().expect("a time");
        Facts {
            business: "Sol",
            address: "1 Main St",
            phone: Some("+14155550177"),
            client: "Alex Morrison",
            services: vec![("Massage", "Maria Lopez"), ("Facial", "Dana Kim")],
            end: start.checked_add(jiff::Span::new().minutes(105)).expect("a time"),
            start,
        }
    }

    #[rstest]
    #[case(
        Language::English,
        Topic::Booked,
        "Sol: booked. Massage and Facial, Sat, Jun 13, 2:00 PM EDT. Questions or changes: +14155550177"
    )]
    #[case(
        Language::English,
        Topic::Rescheduled,
        "Sol: moved. Massage and Facial, now Sat, Jun 13, 2:00 PM EDT. Questions or changes: +14155550177"
    )]
    #[case(
        Language::English,
        Topic::Cancelled,
        "Sol: cancelled. Massage and Facial, Sat, Jun 13, 2:00 PM EDT. Questions or changes: +14155550177"
    )]
    #[case(
        Language::Spanish,
        Topic::Booked,
        "Sol: cita reservada. Massage y Facial, sáb 13 jun, 14:00 EDT. Preguntas o cambios: +14155550177"
    )]
    #[case(
        Language::Spanish,
        Topic::Rescheduled,
        "Sol: cita cambiada. Massage y Facial, ahora sáb 13 jun, 14:00 EDT. Preguntas o cambios: +14155550177"
    )]
    #[case(
        Language::Spanish,
        Topic::Cancelled,
        "Sol: cita cancelada. Massage y Facial, sáb 13 jun, 14:00 EDT. Preguntas o cambios: +14155550177"
    )]
    fn a_text_says_all_in_a_line(#[case] language: Language, #[case] topic: Topic, #[case] text: &str) {
        assert_eq!(of(language).text(topic, &facts("2026-06-13T14:00[America/New_York]")), text);
    }

    #[test]
    fn an_email_says_when_with_whom_and_where() {
        let facts = facts("2026-06-13T14:00[America/New_York]");
        assert_eq!(of(Language::English).subject(Topic::Booked, &facts), "Booked: Saturday, June 13, 2:00 PM at Sol");
        assert_eq!(
            of(Language::English).body(Topic::Booked, &facts),
            "Hello Alex Morrison,\n\nyour appointment at Sol is booked.\n\n\
             \u{20}   Massage with Maria Lopez\n    Facial with Dana Kim\n    Saturday, June 13, 2026\n    \
             2:00 PM to 3:45 PM EDT\n    1 Main St\n\nTo change or cancel it, call +14155550177.\n"
        );
        assert_eq!(
            of(Language::Spanish).subject(Topic::Cancelled, &facts),
            "Cita cancelada: sábado, 13 de junio, 14:00 en Sol"
        );
        assert_eq!(
            of(Language::Spanish).body(Topic::Cancelled, &facts),
            "Hola, Alex Morrison:\n\nSu cita en Sol ha sido cancelada.\n\n\
             \u{20}   Massage con Maria Lopez\n    Facial con Dana Kim\n    sábado, 13 de junio de 2026\n    \
             de 14:00 a 15:45 EDT\n    1 Main St\n\nSi no lo ha pedido usted, llame al +14155550177.\n"
        );
    }

    #[test]
    fn a_zone_without_a_short_name_is_its_city() {
        let in_zone = |text: &str| zone(&text.parse().expect("a time"));
        assert_eq!(in_zone("2026-01-13T14:00[America/New_York]"), "EST");
        assert_eq!(in_zone("2026-06-13T14:00[America/Sao_Paulo]"), "Sao Paulo");
        assert_eq!(in_zone("2026-06-13T14:00[Europe/Madrid]"), "CEST");
    }

    #[test]
    fn midnight_and_noon_are_twelve() {
        let text = |start: &str| of(Language::English).text(Topic::Booked, &facts(start));
        assert!(text("2026-06-13T12:00[America/New_York]").contains("12:00 PM"));
        assert!(text("2026-06-13T00:05[America/New_York]").contains("12:05 AM"));
    }
}
