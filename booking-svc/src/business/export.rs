//! Writes a business's file from its rules, so that it can be looked at, changed and imported again. Days of each year stand in it
//! as the dates that were made of them.

use std::fmt::Write as _;

use super::values::WEEKDAYS;
use crate::booking::{
    local_time::{MinuteRange, WeekHours},
    rules::{Messages, Profile, ResourceKind, Rules, Service, Speech},
};

/// Only what differs from what a file leaves out.
pub fn to_yaml(rules: &Rules) -> String {
    let mut yaml = Yaml::default();
    yaml.profile(&rules.profile, rules.services.first().map_or("USD", |service| &service.currency));
    yaml.week(0, "hours", &rules.week);
    if !rules.exceptions.is_empty() {
        yaml.line(0, "dates:");
        for (date, other) in &rules.exceptions {
            let open = (!other.open.is_empty()).then(|| format!("open: {}", text(&hours(&other.open))));
            let reason = (!other.reason.is_empty()).then(|| format!("reason: {}", text(&other.reason)));
            let parts: Vec<String> = open.into_iter().chain(reason).collect();
            yaml.line(1, &format!("{date}: {{ {} }}", parts.join(", ")));
        }
    }
    yaml.line(0, "staff:");
    for person in &rules.staff {
        yaml.line(1, &format!("- name: {}", text(&person.name)));
        if let Some(hours) = &person.hours {
            yaml.week(2, "hours", hours);
        }
    }
    if !rules.resources.is_empty() {
        yaml.line(0, "resources:");
    }
    let mut resources: Vec<_> = rules.resources.iter().collect();
    resources.sort_by_key(|resource| &resource.name);
    for resource in resources {
        let kind = if resource.kind == ResourceKind::Machine { "machine" } else { "room" };
        yaml.line(1, &format!("- {{ name: {}, kind: {kind}, places: {} }}", text(&resource.name), resource.places));
    }
    yaml.line(0, "services:");
    for service in &rules.services {
        yaml.service(rules, service);
    }
    yaml.0
}

#[derive(Default)]
struct Yaml(String);

impl Yaml {
    fn line(&mut self, depth: usize, line: &str) {
        // Writing to a string does not fail.
        let _ = writeln!(self.0, "{:1$}{line}", "", depth * 2);
    }

    fn field(&mut self, depth: usize, name: &str, value: impl std::fmt::Display) {
        self.line(depth, &format!("{name}: {value}"));
    }

    /// Unless it is empty.
    fn text(&mut self, depth: usize, name: &str, value: &str) {
        if !value.is_empty() {
            self.field(depth, name, text(value));
        }
    }

    /// Unless there is none.
    fn texts(&mut self, depth: usize, name: &str, values: &[String]) {
        if !values.is_empty() {
            let all: Vec<String> = values.iter().map(|value| text(value)).collect();
            self.field(depth, name, format_args!("[{}]", all.join(", ")));
        }
    }

    fn profile(&mut self, profile: &Profile, currency: &str) {
        self.field(0, "slug", text(&profile.slug));
        self.field(0, "name", text(&profile.name));
        self.texts(0, "phone_numbers", &profile.phone_numbers);
        self.field(0, "time_zone", text(&profile.time_zone));
        self.field(0, "language", text(&profile.language));
        self.field(0, "currency", currency);
        self.field(0, "greeting", text(&profile.greeting));
        self.text(0, "consent_sentence", &profile.consent_sentence);
        self.text(0, "address", &profile.address);
        self.text(0, "web_address", &profile.web_address);
        self.line(0, "calls:");
        self.field(1, "at_once_max", profile.concurrent_calls_max);
        self.field(1, "recorded", profile.recording_enabled);
        self.field(1, "recordings_kept_days", profile.recording_retention_days);
        self.text(1, "barge_in", &profile.barge_in_mode);
        self.speech(&profile.speech);
        let Messages { by_email, by_text, email_from } = &profile.messages;
        self.line(0, "messages:");
        self.field(1, "email", by_email);
        self.field(1, "text", by_text);
        self.text(1, "email_from", email_from);
        self.field(0, "change_notice_minutes", profile.change_notice_minutes);
    }

    fn speech(&mut self, speech: &Speech) {
        if *speech == Speech::default() {
            return;
        }
        self.line(0, "speech:");
        self.texts(1, "recognition", &speech.recognition_chain);
        self.texts(1, "synthesis", &speech.synthesis_chain);
        self.text(1, "azure_voice", &speech.azure_voice);
        self.text(1, "azure_style", &speech.azure_style);
        self.text(1, "elevenlabs_voice_id", &speech.elevenlabs_voice_id);
        for (name, percent) in [
            ("azure_rate_percent", speech.azure_rate_percent),
            ("elevenlabs_rate_percent", speech.elevenlabs_rate_percent),
        ] {
            if let Some(percent) = percent {
                self.field(1, name, percent);
            }
        }
    }

    /// Days that follow each other and have the same hours are one entry.
    fn week(&mut self, depth: usize, name: &str, week: &WeekHours) {
        if week.iter().all(Vec::is_empty) {
            self.field(depth, name, "{}");
            return;
        }
        self.line(depth, &format!("{name}:"));
        let mut first = 0;
        while first < week.len() {
            let alike = week[first..].iter().take_while(|hours| **hours == week[first]).count();
            let last = first + alike - 1;
            if !week[first].is_empty() {
                let days = if first == last {
                    WEEKDAYS[first].to_owned()
                } else {
                    format!("{}-{}", WEEKDAYS[first], WEEKDAYS[last])
                };
                self.field(depth + 1, &days, text(&hours(&week[first])));
            }
            first = last + 1;
        }
    }

    fn service(&mut self, rules: &Rules, service: &Service) {
        self.line(1, &format!("- name: {}", text(&service.name)));
        self.text(2, "description", &service.description);
        self.texts(2, "synonyms", &service.synonyms);
        self.field(2, "minutes", service.duration_minutes);
        self.field(2, "buffer_before_minutes", service.buffer_before_minutes);
        self.field(2, "buffer_after_minutes", service.buffer_after_minutes);
        self.field(2, "price", format_args!("{}.{:02}", service.price_minor / 100, service.price_minor % 100));
        self.field(2, "grid_minutes", service.slot_grid_minutes);
        self.field(2, "notice_minutes", service.notice_minutes);
        self.field(2, "horizon_days", service.horizon_days);
        let staff = rules.staff.iter().filter(|person| service.staff.contains(&person.id));
        self.texts(2, "staff", &staff.map(|person| person.name.clone()).collect::<Vec<_>>());
        let mut needs: Vec<String> = rules.needs(service).into_iter().map(|resource| resource.name.clone()).collect();
        needs.sort();
        self.texts(2, "needs", &needs);
    }
}

/// In quotes, as JSON has it, which is YAML too: no text means anything else then.
fn text(value: &str) -> String {
    serde_json::Value::from(value).to_string()
}

fn hours(ranges: &[MinuteRange]) -> String {
    let time = |minute: u16| format!("{}:{:02}", minute / 60, minute % 60);
    let all: Vec<String> = ranges.iter().map(|range| format!("{}-{}", time(range.start), time(range.end))).collect();
    all.join(", ")
}
