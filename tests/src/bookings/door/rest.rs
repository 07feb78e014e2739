//! The door of everyone else's software.

use std::{net::SocketAddr, time::Duration};

use reqwest::{Method, RequestBuilder, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Answer, Credentials, instant, time};
use crate::bookings::journal::{Request, Said, Told, Visit, Wanted};

/// Nothing takes as long unless the service is gone.
const ANSWER_MAX: Duration = Duration::from_secs(8);

#[derive(Clone)]
pub struct Rest {
    http: reqwest::Client,
    base: String,
    api_key: String,
}

#[derive(Deserialize)]
struct Hold {
    id: Uuid,
    expires_at: String,
}

#[derive(Deserialize)]
struct Block {
    id: Uuid,
}

#[derive(Deserialize)]
struct Appointment {
    id: Uuid,
    version: u32,
    status: String,
    slot: Slot,
}

#[derive(Deserialize)]
struct Slot {
    start: String,
    end: String,
    staff_id: Uuid,
    #[serde(default)]
    further: Vec<Segment>,
}

#[derive(Deserialize)]
struct Segment {
    staff_id: Uuid,
}

#[derive(Deserialize)]
struct Problem {
    code: String,
}

impl Rest {
    pub fn new(address: SocketAddr, credentials: &Credentials) -> Result<Self, reqwest::Error> {
        let http = reqwest::Client::builder().timeout(ANSWER_MAX).build()?;
        let base = format!("http://{address}/api/v1/tenants/{}", credentials.tenant);
        Ok(Self { http, base, api_key: credentials.api_key.clone() })
    }

    pub async fn get(&self, path: &str) -> Result<Value, reqwest::Error> {
        self.request(Method::GET, path).send().await?.error_for_status()?.json().await
    }

    /// Links somebody to their calendar.
    pub async fn link_calendar(&self, staff: Uuid, calendar: &str) -> Result<(), reqwest::Error> {
        let body = json!({ "google_calendar_id": calendar });
        let request = self.request(Method::PUT, &format!("/staff/{staff}/calendar")).json(&body);
        request.send().await?.error_for_status().map(|_| ())
    }

    /// An appointment as it is now.
    pub async fn read(&self, appointment: Uuid) -> Answer {
        answered(self.request(Method::GET, &format!("/appointments/{appointment}")), told).await
    }

    pub async fn send(&self, key: &str, request: &Request) -> Answer {
        let keyed = |method, path: &str| self.request(method, path).header("Idempotency-Key", key);
        match request {
            Request::Hold { session, visit } => {
                let body = json!({ "slot": slot(visit), "session_id": session });
                answered(keyed(Method::POST, "/holds").json(&body), held).await
            }
            Request::Book { wanted, .. } => {
                let mut body = json!({ "client": { "name": "A Client", "email": "client@example.com" }, "notes": key });
                match wanted {
                    Wanted::Hold { hold, .. } => body["hold_id"] = json!(hold),
                    Wanted::Slot(visit) => body["slot"] = slot(visit),
                }
                answered(keyed(Method::POST, "/appointments").json(&body), told).await
            }
            Request::Move { appointment, version, start, any_staff, .. } => {
                let request = keyed(Method::PATCH, &format!("/appointments/{appointment}"));
                let body = json!({ "start": instant(*start).to_string(), "any_staff": any_staff });
                answered(request.header("If-Match", format!("\"{version}\"")).json(&body), told).await
            }
            Request::Cancel { appointment, version, .. } => {
                let request = keyed(Method::DELETE, &format!("/appointments/{appointment}"));
                answered(request.header("If-Match", format!("\"{version}\"")), told).await
            }
            Request::Overbook { visit } => {
                let client = json!({ "name": "A Client", "email": "client@example.com" });
                let body = json!({ "client": client, "notes": key, "slot": slot(visit), "overbook": true });
                answered(keyed(Method::POST, "/appointments").json(&body), told).await
            }
            Request::Block { staff, start, end } => {
                let (start, end) = (instant(*start).to_string(), instant(*end).to_string());
                let body = json!({ "staff_id": staff, "start": start, "end": end, "purpose": "absence" });
                answered(keyed(Method::POST, "/blocks").json(&body), blocked).await
            }
            Request::Lift { block } => {
                answered(self.request(Method::DELETE, &format!("/blocks/{block}")), |_| Some(Said::Released)).await
            }
            Request::Resume { staff } => {
                answered(self.request(Method::POST, &format!("/staff/{staff}/calendar/resume")), |_| {
                    Some(Said::Resumed)
                })
                .await
            }
            Request::Enter { .. } | Request::LookUp { .. } => Answer { said: Said::Fault, whole: String::new() },
            Request::Release { hold, .. } => {
                answered(self.request(Method::DELETE, &format!("/holds/{hold}")), |_| Some(Said::Released)).await
            }
        }
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.base)).bearer_auth(&self.api_key)
    }
}

fn slot(visit: &Visit) -> Value {
    let mut services =
        visit.services.iter().map(|(service, staff)| json!({ "service_id": service, "staff_id": staff }));
    let mut slot = services.next().unwrap_or_default();
    slot["start"] = json!(instant(visit.start).to_string());
    slot["further"] = services.collect();
    slot
}

async fn answered(request: RequestBuilder, said: impl FnOnce(&str) -> Option<Said>) -> Answer {
    let Ok(response) = request.send().await else { return Answer { said: Said::Nothing, whole: String::new() } };
    let status = response.status();
    let Ok(whole) = response.text().await else { return Answer { said: Said::Nothing, whole: String::new() } };
    let code = || serde_json::from_str::<Problem>(&whole).map(|problem| problem.code).unwrap_or_default();
    let said = match status {
        _ if status.is_success() => said(&whole).unwrap_or(Said::Fault),
        StatusCode::CONFLICT | StatusCode::PRECONDITION_FAILED => Said::Refused { reason: code() },
        StatusCode::NOT_FOUND => Said::Refused { reason: "unknown".to_owned() },
        StatusCode::UNPROCESSABLE_ENTITY => Said::KeyReused,
        StatusCode::SERVICE_UNAVAILABLE => Said::Nothing,
        _ => Said::Fault,
    };
    Answer { said, whole: format!("{} {whole}", status.as_u16()) }
}

/// `None`: a malformed answer.
fn held(body: &str) -> Option<Said> {
    let hold: Hold = serde_json::from_str(body).ok()?;
    Some(Said::Held { hold: hold.id, expires_at: time(&hold.expires_at)? })
}

fn blocked(body: &str) -> Option<Said> {
    let block: Block = serde_json::from_str(body).ok()?;
    Some(Said::Blocked { block: block.id })
}

fn told(body: &str) -> Option<Said> {
    let Appointment { id, version, status, slot } = serde_json::from_str(body).ok()?;
    let people = std::iter::once(slot.staff_id).chain(slot.further.iter().map(|segment| segment.staff_id));
    Some(Said::Stands(Told {
        appointment: id,
        version,
        cancelled: status == "cancelled",
        start: time(&slot.start)?,
        end: time(&slot.end)?,
        people: people.collect(),
    }))
}
