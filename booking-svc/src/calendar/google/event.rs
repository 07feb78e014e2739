//! Events on the wire.

use std::collections::BTreeMap;

use jiff::{
    Timestamp,
    civil::{Date, DateTime},
    tz::TimeZone,
};
use serde::{Deserialize, Serialize};

use crate::booking::slot::Span;

/// An event as Google tells it. One that is cancelled may have nothing but its id.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    pub id: String,
    #[serde(default)]
    pub etag: String,
    #[serde(default)]
    pub status: String,
    pub start: Option<When>,
    pub end: Option<When>,
    #[serde(default)]
    pub transparency: String,
    #[serde(default)]
    pub recurring_event_id: String,
    #[serde(default)]
    pub attendees: Vec<Attendee>,
    #[serde(default)]
    pub extended_properties: ExtendedProperties,
}

/// A day, or an instant: with an offset, or in a zone.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct When {
    pub date: Option<String>,
    pub date_time: Option<String>,
    pub time_zone: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Attendee {
    /// Whose calendar this is.
    #[serde(default, rename = "self")]
    pub is_self: bool,
    #[serde(default)]
    pub response_status: String,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct ExtendedProperties {
    #[serde(default)]
    pub private: BTreeMap<String, String>,
}

impl Event {
    pub fn is_cancelled(&self) -> bool {
        self.status == "cancelled"
    }

    /// Whether it takes its owner's time.
    pub fn is_busy(&self) -> bool {
        let declined = self.attendees.iter().any(|one| one.is_self && one.response_status == "declined");
        !self.is_cancelled() && self.transparency != "transparent" && !declined
    }

    /// `None`: it says no time that can be understood. Days are those of the calendar's zone.
    pub fn during(&self, zone: &TimeZone) -> Option<Span> {
        let (start, end) = (self.start.as_ref()?.instant(zone)?, self.end.as_ref()?.instant(zone)?);
        (start < end).then_some(Span { start, end })
    }
}

impl When {
    fn instant(&self, zone: &TimeZone) -> Option<Timestamp> {
        let own = self.time_zone.as_deref().and_then(|name| TimeZone::get(name).ok());
        let zone = own.as_ref().unwrap_or(zone);
        if let Some(text) = &self.date_time {
            return text.parse().ok().or_else(|| {
                let local: DateTime = text.parse().ok()?;
                Some(local.to_zoned_datetime(zone.clone()).ok()?.timestamp())
            });
        }
        let date: Date = self.date.as_deref()?.parse().ok()?;
        Some(date.to_zoned_datetime(zone.clone()).ok()?.timestamp())
    }
}

/// An event as we write it, whole or over one that is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NewEvent {
    /// Only for a new one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// One that was deleted comes back so.
    pub status: &'static str,
    pub summary: String,
    pub location: String,
    pub start: NewWhen,
    pub end: NewWhen,
    pub extended_properties: NewProperties,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NewWhen {
    pub date_time: String,
    pub time_zone: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewProperties {
    pub private: BTreeMap<&'static str, String>,
}

impl NewWhen {
    /// With the zone's offset at that time.
    pub fn new(at: Timestamp, zone: &TimeZone, time_zone: &str) -> Self {
        let local = at.to_zoned_datetime(zone.clone());
        Self { date_time: local.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string(), time_zone: time_zone.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(json: &str) -> Event {
        serde_json::from_str(json).expect("an event")
    }

    fn during(json: &str) -> Option<(String, String)> {
        let zone = TimeZone::get("America/New_York").expect("a zone");
        event(json).during(&zone).map(|span| (span.start.to_string(), span.end.to_string()))
    }

    fn span(start: &str, end: &str) -> Option<(String, String)> {
        Some((start.to_owned(), end.to_owned()))
    }

    #[test]
    fn times_are_read_with_an_offset_in_a_zone_and_as_days() {
        assert_eq!(
            during(
                r#"{"id":"a","start":{"dateTime":"2026-06-11T09:00:00-04:00"},
                    "end":{"dateTime":"2026-06-11T10:00:00","timeZone":"America/Chicago"}}"#
            ),
            span("2026-06-11T13:00:00Z", "2026-06-11T15:00:00Z")
        );
        // The clocks go forward that night: the day has 23 hours.
        assert_eq!(
            during(r#"{"id":"a","start":{"date":"2026-03-08"},"end":{"date":"2026-03-09"}}"#),
            span("2026-03-08T05:00:00Z", "2026-03-09T04:00:00Z")
        );
        // And back: it has 25.
        assert_eq!(
            during(r#"{"id":"a","start":{"date":"2025-11-02"},"end":{"date":"2025-11-03"}}"#),
            span("2025-11-02T04:00:00Z", "2025-11-03T05:00:00Z")
        );
        for nothing in [
            r#"{"id":"a","status":"cancelled"}"#,
            r#"{"id":"a","start":{"date":"2026-03-08"},"end":{"date":"2026-03-08"}}"#,
            r#"{"id":"a","start":{"dateTime":"soon"},"end":{"dateTime":"later"}}"#,
        ] {
            assert_eq!(during(nothing), None, "{nothing}");
        }
    }

    #[test]
    fn what_is_free_declined_or_cancelled_takes_no_time() {
        for (json, busy) in [
            (r#"{"id":"a","status":"confirmed"}"#, true),
            (r#"{"id":"a","status":"tentative"}"#, true),
            (r#"{"id":"a","status":"cancelled"}"#, false),
            (r#"{"id":"a","transparency":"transparent"}"#, false),
            (r#"{"id":"a","attendees":[{"self":true,"responseStatus":"declined"}]}"#, false),
            (
                r#"{"id":"a","attendees":[{"responseStatus":"declined"},{"self":true,"responseStatus":"accepted"}]}"#,
                true,
            ),
        ] {
            assert_eq!(event(json).is_busy(), busy, "{json}");
        }
    }

    #[test]
    fn what_is_written_carries_the_offset_of_its_own_time() {
        let zone = TimeZone::get("America/New_York").expect("a zone");
        // The hour before the clocks go forward, and the one after.
        for (at, text) in [
            ("2026-03-08T06:30:00Z", "2026-03-08T01:30:00-05:00"),
            ("2026-03-08T07:30:00Z", "2026-03-08T03:30:00-04:00"),
        ] {
            assert_eq!(NewWhen::new(at.parse().expect("a time"), &zone, "America/New_York").date_time, text);
        }
    }
}
