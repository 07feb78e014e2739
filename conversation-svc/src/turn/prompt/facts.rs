//! What a model may say of the tenant.

use std::fmt::Write as _;

use jiff::civil::{Date, Weekday};

use crate::agent::business::{Business, OpenRange, Service};

/// Services and exceptions that are listed. A tenant with more would have a prompt that no call can wait for.
const LISTED_MAX: usize = 60;

/// One fact a line. Names and addresses are the tenant's own words.
pub fn facts(business: &Business) -> String {
    let mut out = format!("Business: {}\n", line(&business.name));
    let known = [("Address", &business.address), ("Website", &business.web_address)];
    for (what, value) in known.into_iter().filter(|(_, value)| !value.is_empty()) {
        let _ = writeln!(out, "{what}: {}", line(value));
    }
    let _ = writeln!(out, "Services:");
    for service in business.services.iter().take(LISTED_MAX) {
        let _ = writeln!(out, "- {}", service_line(business, service));
    }
    let _ = writeln!(out, "Opening hours:");
    for (day, open) in Weekday::Monday.cycle_forward().zip(&business.week) {
        let _ = writeln!(out, "- {day:?}: {}", hours(open));
    }
    for (date, open) in business.exceptions.iter().take(LISTED_MAX) {
        let _ = writeln!(out, "- {}: {}", day(*date), hours(open));
    }
    out
}

fn service_line(business: &Business, service: &Service) -> String {
    let mut out = format!("{}, {} minutes", line(&service.name), service.minutes);
    if let Some(price) = &service.price {
        let (whole, cents) = (price.amount_minor / 100, price.amount_minor % 100);
        let _ = write!(out, ", {whole}.{cents:02} {}", price.currency);
    }
    let people = service.staff.iter().filter_map(|id| business.staff_member(*id));
    let people: Vec<&str> = people.map(|person| person.name.as_str()).collect();
    if !people.is_empty() {
        let _ = write!(out, ", by {}", people.join(" or "));
    }
    if !service.synonyms.is_empty() {
        let _ = write!(out, " (also called {})", service.synonyms.join(", "));
    }
    out
}

fn hours(open: &[OpenRange]) -> String {
    if open.is_empty() {
        return "closed".to_owned();
    }
    let clock = |minute: u32| format!("{:02}:{:02}", minute / 60, minute % 60);
    open.iter().map(|range| format!("{}-{}", clock(range.start), clock(range.end))).collect::<Vec<_>>().join(", ")
}

/// "Friday 2026-11-27"
pub fn day(date: Date) -> String {
    format!("{:?} {date}", date.weekday())
}

/// On one line, whatever was typed.
fn line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
