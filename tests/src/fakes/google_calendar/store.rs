//! Calendars with their events, each change numbered: a sync token is the number of the last change that was told.

use std::collections::{BTreeMap, HashMap};

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde_json::{Map, Value, json};

pub struct Calendars {
    shared: HashMap<String, BTreeMap<String, Entry>>,
    changes: u64,
    /// Sync tokens before it are no longer valid.
    oldest: u64,
    pub page_events_max: usize,
}

struct Entry {
    changed: u64,
    fields: Map<String, Value>,
}

impl Default for Calendars {
    fn default() -> Self {
        Self { shared: HashMap::new(), changes: 1, oldest: 1, page_events_max: 250 }
    }
}

/// Which events are asked for.
pub enum Asked {
    Since(u64),
    Within(Option<Timestamp>, Option<Timestamp>),
}

impl Calendars {
    pub fn share(&mut self, calendar: &str) {
        self.shared.entry(calendar.to_owned()).or_default();
    }

    pub fn is_shared(&self, calendar: &str) -> bool {
        self.shared.contains_key(calendar)
    }

    pub fn changes(&self) -> u64 {
        self.changes
    }

    pub fn knows(&self, sync_token: u64) -> bool {
        sync_token >= self.oldest
    }

    pub fn forget_sync_tokens(&mut self) {
        self.changes += 1;
        self.oldest = self.changes;
    }

    pub fn put(&mut self, calendar: &str, id: &str, fields: &Value) -> Option<Value> {
        self.changes += 1;
        let changed = self.changes;
        let events = self.shared.get_mut(calendar)?;
        let entry = events.entry(id.to_owned()).or_insert_with(|| Entry { changed, fields: Map::new() });
        entry.changed = changed;
        for (name, value) in
            [("kind", json!("calendar#event")), ("id", json!(id)), ("etag", json!(format!("\"{changed}\"")))]
        {
            entry.fields.insert(name.to_owned(), value);
        }
        entry.fields.entry("status").or_insert(json!("confirmed"));
        for (name, value) in fields.as_object().into_iter().flatten() {
            entry.fields.insert(name.clone(), value.clone());
        }
        Some(Value::Object(entry.fields.clone()))
    }

    pub fn event(&self, calendar: &str, id: &str) -> Option<Value> {
        Some(Value::Object(self.shared.get(calendar)?.get(id)?.fields.clone()))
    }

    pub fn standing(&self, calendar: &str) -> Vec<Value> {
        let events = self.shared.get(calendar).into_iter().flat_map(BTreeMap::values);
        let events = events.map(|entry| Value::Object(entry.fields.clone()));
        events.filter(|event| event["status"] != "cancelled").collect()
    }

    /// In the order of their ids. Of a cancelled event little is told.
    pub fn asked(&self, calendar: &str, asked: &Asked) -> Vec<Value> {
        let events = self.shared.get(calendar).into_iter().flat_map(BTreeMap::values);
        let wanted = events.filter(|entry| match asked {
            Asked::Since(token) => entry.changed > *token,
            Asked::Within(from, to) => {
                let (start, end) = (instant(&entry.fields["start"]), instant(&entry.fields["end"]));
                entry.fields["status"] != "cancelled"
                    && from.is_none_or(|from| end.is_some_and(|end| end > from))
                    && to.is_none_or(|to| start.is_some_and(|start| start < to))
            }
        });
        let told = wanted.map(|entry| {
            if entry.fields["status"] == "cancelled" {
                json!({ "id": entry.fields["id"], "etag": entry.fields["etag"], "status": "cancelled" })
            } else {
                Value::Object(entry.fields.clone())
            }
        });
        told.collect()
    }
}

/// A day begins at midnight, Greenwich: the calendars of this fake are there.
pub fn instant(when: &Value) -> Option<Timestamp> {
    if let Some(text) = when["dateTime"].as_str() {
        return text.parse().ok();
    }
    let date: Date = when["date"].as_str()?.parse().ok()?;
    Some(date.to_zoned_datetime(TimeZone::UTC).ok()?.timestamp())
}
