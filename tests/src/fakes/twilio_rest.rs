//! Twilio's REST API, as far as text messages go: basic authentication, a form in, JSON out.

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

/// The running fake.
pub struct TwilioRest {
    served: Served,
    record: Arc<Record<Refuse, TextMessage>>,
}

impl TwilioRest {
    pub async fn start() -> std::io::Result<Self> {
        let record = Arc::new(Record::default());
        let routes = Router::new()
            .route("/2010-04-01/Accounts/{account}/Messages.json", post(create))
            .with_state(Arc::clone(&record));
        Ok(Self { served: Served::start(routes).await?, record })
    }

    pub fn url(&self) -> String {
        self.served.url()
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
    let expected = format!("Basic {}", STANDARD.encode(format!("{ACCOUNT_SID}:{AUTH_TOKEN}")));
    if account != ACCOUNT_SID || headers.get(header::AUTHORIZATION).is_none_or(|given| given != expected.as_str()) {
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

fn fault(Refuse(status, code): Refuse) -> Response {
    let answer = json!({
        "code": code, "message": "refused", "status": status,
        "more_info": format!("https://www.twilio.com/docs/errors/{code}"),
    });
    (StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), Json(answer)).into_response()
}
