//! Twilio's REST API, as far as text messages and the end of calls go: basic authentication, a form in, JSON out.

use std::{collections::HashMap, net::SocketAddr, sync::Arc};

use axum::{
    Form, Json, Router,
    extract::{ConnectInfo, Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::post,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::json;

use super::served::{Record, Served};

/// The simulated caller's account.
pub const ACCOUNT_SID: &str = "AC00000000000000000000000000000001";
pub const AUTH_TOKEN: &str = "the-twilio-token";
/// Longer bodies are refused.
const BODY_CHARACTERS_MAX: usize = 1_600;

/// A status other than 201, and Twilio's code for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refuse(pub u16, pub u32);

/// A message that was asked for, taken or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextMessage {
    pub to: String,
    pub from: String,
    pub body: String,
}

/// A call whose status was to be changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallUpdate {
    pub call_sid: String,
    pub status: String,
}

/// The running fake.
pub struct TwilioRest {
    served: Served,
    record: Arc<Record<Refuse, TextMessage>>,
    calls: Arc<Record<Refuse, CallUpdate>>,
}

impl TwilioRest {
    pub async fn start() -> std::io::Result<Self> {
        let record = Arc::new(Record::default());
        let routes = Router::new()
            .route("/2010-04-01/Accounts/{account}/Messages.json", post(create))
            .with_state(Arc::clone(&record));
        let calls = Arc::new(Record::default());
        let of_calls = Router::new()
            .route("/2010-04-01/Accounts/{account}/Calls/{call}", post(update_call))
            .with_state(Arc::clone(&calls));
        Ok(Self { served: Served::start(routes.merge(of_calls)).await?, record, calls })
    }

    pub fn url(&self) -> String {
        self.served.url()
    }

    pub fn calls(&self) -> &Record<Refuse, CallUpdate> {
        &self.calls
    }

    pub fn record(&self) -> &Record<Refuse, TextMessage> {
        &self.record
    }
}

async fn create(
    State(record): State<Arc<Record<Refuse, TextMessage>>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Path(account): Path<String>,
    headers: HeaderMap,
    Form(form): Form<HashMap<String, String>>,
) -> Response {
    if !is_ours(&account, &headers) {
        return fault(Refuse(401, 20_003));
    }
    let field = |name: &str| form.get(name).cloned().unwrap_or_default();
    let message = TextMessage { to: field("To"), from: field("From"), body: field("Body") };
    if !message.to.starts_with('+') {
        return fault(Refuse(400, 21_211));
    }
    if message.body.chars().count() > BODY_CHARACTERS_MAX {
        return fault(Refuse(400, 21_617));
    }
    record.note(peer, message.clone());
    if let Some(refused) = record.take_script() {
        return fault(refused);
    }
    let sid = format!("SM{:032}", record.requests().len());
    let answer = json!({
        "sid": sid, "account_sid": account, "api_version": "2010-04-01", "status": "queued",
        "direction": "outbound-api", "from": message.from, "to": message.to, "body": message.body,
        "num_segments": "1", "error_code": null,
    });
    (StatusCode::CREATED, Json(answer)).into_response()
}

async fn update_call(
    State(record): State<Arc<Record<Refuse, CallUpdate>>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Path((account, call)): Path<(String, String)>,
    headers: HeaderMap,
    Form(form): Form<HashMap<String, String>>,
) -> Response {
    if !is_ours(&account, &headers) {
        return fault(Refuse(401, 20_003));
    }
    let Some(call_sid) = call.strip_suffix(".json") else { return fault(Refuse(404, 20_404)) };
    let update = CallUpdate { call_sid: call_sid.to_owned(), status: form.get("Status").cloned().unwrap_or_default() };
    record.note(peer, update.clone());
    if let Some(refused) = record.take_script() {
        return fault(refused);
    }
    Json(json!({ "sid": update.call_sid, "account_sid": account, "status": update.status })).into_response()
}

fn is_ours(account: &str, headers: &HeaderMap) -> bool {
    let expected = format!("Basic {}", STANDARD.encode(format!("{ACCOUNT_SID}:{AUTH_TOKEN}")));
    account == ACCOUNT_SID && headers.get(header::AUTHORIZATION).is_some_and(|given| given == expected.as_str())
}

fn fault(Refuse(status, code): Refuse) -> Response {
    let answer = json!({
        "code": code, "message": "refused", "status": status,
        "more_info": format!("https://www.twilio.com/docs/errors/{code}"),
    });
    (StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), Json(answer)).into_response()
}
