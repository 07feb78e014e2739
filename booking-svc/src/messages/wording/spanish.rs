//! Spanish messages.

use jiff::ZonedDateTime;

use super::{Facts, Wording, list, zone};
use crate::booking::announcement::Topic;

pub struct Spanish;

/// From Monday.
const WEEKDAYS: [&str; 7] = ["lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"];
const MONTHS: [&str; 12] = [
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

impl Wording for Spanish {
    fn subject(&self, topic: Topic, facts: &Facts<'_>) -> String {
        let start = &facts.start;
        format!(
            "Cita {}: {}, {} de {}, {} en {}",
            became(topic),
            weekday(start),
            start.day(),
            month(start),
            start.strftime("%-H:%M"),
            facts.business
        )
    }

    fn body(&self, topic: Topic, facts: &Facts<'_>) -> String {
        let Facts { business, address, phone, client, services, start, end } = facts;
        let mut lines: Vec<String> =
            services.iter().map(|(service, staff)| format!("    {service} con {staff}")).collect();
        lines.push(format!("    {}, {} de {} de {}", weekday(start), start.day(), month(start), start.year()));
        lines.push(format!("    de {} a {} {}", start.strftime("%-H:%M"), end.strftime("%-H:%M"), zone(start)));
        if !address.is_empty() {
            lines.push(format!("    {address}"));
        }
        let last = match (topic, phone) {
            (_, None) => String::new(),
            (Topic::Cancelled, Some(phone)) => format!("\nSi no lo ha pedido usted, llame al {phone}.\n"),
            (_, Some(phone)) => format!("\nPara cambiarla o cancelarla, llame al {phone}.\n"),
        };
        let end = if topic == Topic::Rescheduled { ". Ahora es:" } else { "." };
        let became = became(topic);
        format!("Hola, {client}:\n\nSu cita en {business} ha sido {became}{end}\n\n{}\n{last}", lines.join("\n"))
    }

    fn text(&self, topic: Topic, facts: &Facts<'_>) -> String {
        let now = if topic == Topic::Rescheduled { "ahora " } else { "" };
        let services = list(facts.services.iter().map(|(service, _)| (*service).to_owned()), "y");
        let start = &facts.start;
        // Three letters of each, as in a calendar.
        let short = |word: &str| word.chars().take(3).collect::<String>();
        let when = format!(
            "{} {} {}, {} {}",
            short(weekday(start)),
            start.day(),
            short(month(start)),
            start.strftime("%-H:%M"),
            zone(start)
        );
        let call = facts.phone.map(|phone| format!(" Preguntas o cambios: {phone}")).unwrap_or_default();
        format!("{}: cita {}. {services}, {now}{when}.{call}", facts.business, became(topic))
    }
}

const fn became(topic: Topic) -> &'static str {
    match topic {
        Topic::Booked => "reservada",
        Topic::Rescheduled => "cambiada",
        Topic::Cancelled => "cancelada",
    }
}

fn weekday(at: &ZonedDateTime) -> &'static str {
    let from_monday = usize::try_from(at.weekday().to_monday_zero_offset()).unwrap_or_default();
    WEEKDAYS.get(from_monday).copied().unwrap_or_default()
}

fn month(at: &ZonedDateTime) -> &'static str {
    let from_january = usize::try_from(at.month() - 1).unwrap_or_default();
    MONTHS.get(from_january).copied().unwrap_or_default()
}
