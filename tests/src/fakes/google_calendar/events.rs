//! Events: listed, read, inserted, patched, deleted.

use std::{collections::HashMap, sync::Arc};

use axum::{
    Json,
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use serde_json::{Value, json};

use super::{
    Shared, fault, lock,
    store::{Asked, instant},
};

/// Parameters that may not come with a sync token.
const NOT_WITH_SYNC_TOKEN: [&str; 7] =
    ["iCalUID", "orderBy", "privateExtendedProperty", "q", "sharedExtendedProperty", "timeMin", "timeMax"];

pub async fn list(
    State(shared): State<Arc<Shared>>,
    Path(calendar): Path<String>,
    Query(query): Query<HashMap<String, String>>,
) -> Response {
    let calendars = lock(&shared.calendars);
    if !calendars.is_shared(&calendar) {
        return fault(404, "notFound");
    }
    let asked = match query.get("syncToken") {
        Some(_) if NOT_WITH_SYNC_TOKEN.iter().any(|name| query.contains_key(*name)) => return fault(400, "badRequest"),
        Some(token) => match token.parse() {
            Ok(token) if calendars.knows(token) => Asked::Since(token),
            _ => return fault(410, "fullSyncRequired"),
        },
        None => {
            let time = |name: &str| query.get(name).map(|text| text.parse());
            match (time("timeMin").transpose(), time("timeMax").transpose()) {
                (Ok(from), Ok(to)) => Asked::Within(from, to),
                _ => return fault(400, "badRequest"),
            }
        }
    };
    let events = calendars.asked(&calendar, &asked);
    let from: usize = query.get("pageToken").and_then(|token| token.parse().ok()).unwrap_or(0);
    let size = query.get("maxResults").and_then(|max| max.parse().ok()).unwrap_or(250).min(calendars.page_events_max);
    let end = (from + size).min(events.len());
    let mut answer = json!({
        "kind": "calendar#events", "timeZone": "UTC", "items": events.get(from..end).unwrap_or_default(),
    });
    if end < events.len() {
        answer["nextPageToken"] = json!(end.to_string());
    } else {
        answer["nextSyncToken"] = json!(calendars.changes().to_string());
    }
    Json(answer).into_response()
}

pub async fn get(State(shared): State<Arc<Shared>>, Path((calendar, event)): Path<(String, String)>) -> Response {
    match lock(&shared.calendars).event(&calendar, &event) {
        Some(event) => Json(event).into_response(),
        None => fault(404, "notFound"),
    }
}

pub async fn insert(
    State(shared): State<Arc<Shared>>,
    Path(calendar): Path<String>,
    Json(event): Json<Value>,
) -> Response {
    let mut calendars = lock(&shared.calendars);
    if !calendars.is_shared(&calendar) {
        return fault(404, "notFound");
    }
    let id = event["id"].as_str().unwrap_or_default().to_owned();
    let letters = id.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'v').contains(&b));
    if !letters || !(5..=1_024).contains(&id.len()) {
        return fault(400, "invalid");
    }
    if let Some(reason) = wrong_time(&event) {
        return fault(400, reason);
    }
    // A deleted event keeps its id.
    if calendars.event(&calendar, &id).is_some() {
        return fault(409, "duplicate");
    }
    Json(calendars.put(&calendar, &id, &event)).into_response()
}

pub async fn patch(
    State(shared): State<Arc<Shared>>,
    Path((calendar, id)): Path<(String, String)>,
    headers: HeaderMap,
    Json(fields): Json<Value>,
) -> Response {
    let mut calendars = lock(&shared.calendars);
    let Some(present) = calendars.event(&calendar, &id) else { return fault(404, "notFound") };
    if is_changed(&headers, &present) {
        return fault(412, "conditionNotMet");
    }
    if present["status"] == "cancelled" && fields["status"] != "confirmed" {
        return fault(410, "deleted");
    }
    if let Some(reason) = fields.get("start").and_then(|_| wrong_time(&fields)) {
        return fault(400, reason);
    }
    Json(calendars.put(&calendar, &id, &fields)).into_response()
}

pub async fn delete(
    State(shared): State<Arc<Shared>>,
    Path((calendar, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    let mut calendars = lock(&shared.calendars);
    let Some(present) = calendars.event(&calendar, &id) else { return fault(404, "notFound") };
    if is_changed(&headers, &present) {
        return fault(412, "conditionNotMet");
    }
    if present["status"] == "cancelled" {
        return fault(410, "deleted");
    }
    calendars.put(&calendar, &id, &json!({ "status": "cancelled" }));
    StatusCode::NO_CONTENT.into_response()
}

fn is_changed(headers: &HeaderMap, present: &Value) -> bool {
    headers.get(header::IF_MATCH).is_some_and(|tag| present["etag"].as_str().is_none_or(|etag| tag != etag))
}

fn wrong_time(event: &Value) -> Option<&'static str> {
    match (instant(&event["start"]), instant(&event["end"])) {
        (Some(start), Some(end)) if start < end => None,
        (Some(_), Some(_)) => Some("timeRangeEmpty"),
        _ => Some("required"),
    }
}
