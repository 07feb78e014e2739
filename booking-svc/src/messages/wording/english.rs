//! English messages.

use super::{Facts, Wording, list, zone};
use crate::booking::announcement::Topic;

pub struct English;

impl Wording for English {
    fn subject(&self, topic: Topic, facts: &Facts<'_>) -> String {
        let what = match topic {
            Topic::Booked => "Booked",
            Topic::Rescheduled => "Moved",
            Topic::Cancelled => "Cancelled",
        };
        format!("{what}: {} at {}", facts.start.strftime("%A, %B %-d, %-I:%M %p"), facts.business)
    }

    fn body(&self, topic: Topic, facts: &Facts<'_>) -> String {
        let Facts { business, address, phone, client, services, start, end } = facts;
        let became = match topic {
            Topic::Booked => "is booked",
            Topic::Rescheduled => "was moved. It is now",
            Topic::Cancelled => "was cancelled",
        };
        let mut lines: Vec<String> =
            services.iter().map(|(service, staff)| format!("    {service} with {staff}")).collect();
        lines.push(format!("    {}", start.strftime("%A, %B %-d, %Y")));
        lines.push(format!("    {} to {} {}", start.strftime("%-I:%M %p"), end.strftime("%-I:%M %p"), zone(start)));
        if !address.is_empty() {
            lines.push(format!("    {address}"));
        }
        let last = match (topic, phone) {
            (_, None) => String::new(),
            (Topic::Cancelled, Some(phone)) => format!("\nIf you did not ask for this, call {phone}.\n"),
            (_, Some(phone)) => format!("\nTo change or cancel it, call {phone}.\n"),
        };
        let end = if topic == Topic::Rescheduled { ":" } else { "." };
        format!("Hello {client},\n\nyour appointment at {business} {became}{end}\n\n{}\n{last}", lines.join("\n"))
    }

    fn text(&self, topic: Topic, facts: &Facts<'_>) -> String {
        let (what, now) = match topic {
            Topic::Booked => ("booked", ""),
            Topic::Rescheduled => ("moved", "now "),
            Topic::Cancelled => ("cancelled", ""),
        };
        let services = list(facts.services.iter().map(|(service, _)| (*service).to_owned()), "and");
        let when = facts.start.strftime("%a, %b %-d, %-I:%M %p");
        let call = facts.phone.map(|phone| format!(" Questions or changes: {phone}")).unwrap_or_default();
        format!("{}: {what}. {services}, {now}{when} {}.{call}", facts.business, zone(&facts.start))
    }
}
