//! Twilio's webhooks: is the request the carrier's, may the call begin, and what the carrier is to do.

use std::{borrow::Cow, time::Duration};

use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, OriginalUri, State},
    http::{HeaderMap, StatusCode, Uri, header},
    response::{IntoResponse as _, Response},
    routing::{get, post},
};
use proto::{
    Language, PhoneNumber,
    booking::v1::{ResolveNumberRequest, Tenant},
    id::{CallSid, TenantId},
};

use super::{
    media_stream,
    signature::{self, Params},
    twiml,
};
use crate::{
    admission::Admitted,
    gateway::Gateway,
    phrases::{self, CarrierPhrases, Phrasebook},
};

const FORM_BYTES_MAX: usize = 64 * 1024;
/// The carrier waits 15 s at most, the caller less.
const RESOLVE_TIMEOUT: Duration = Duration::from_secs(3);

pub const VOICE: &str = "/voice";
pub const VOICE_CONTINUE: &str = "/voice-continue";
pub const VOICE_STATUS: &str = "/voice-status";
pub const STREAM: &str = "/twilio-stream";

pub fn routes(gateway: Gateway) -> Router {
    Router::new()
        .route(VOICE, post(voice))
        .route(VOICE_CONTINUE, post(voice_continue))
        .route(VOICE_STATUS, post(voice_status))
        .route(STREAM, get(media_stream::upgrade))
        .layer(DefaultBodyLimit::max(FORM_BYTES_MAX))
        .with_state(gateway)
}

/// A call comes in: TwiML that streams it to us, or says why not.
async fn voice(
    State(gateway): State<Gateway>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let form = match verified_form(&gateway, &headers, &uri, &body) {
        Ok(form) => form,
        Err(refusal) => return refusal.into_response(),
    };
    let Ok(call_sid) = field(&form, "CallSid").parse::<CallSid>() else {
        return (StatusCode::BAD_REQUEST, "CallSid is missing or malformed").into_response();
    };
    match admit(&gateway, &form, &call_sid).await {
        Ok(Admission::Admitted { token }) => {
            let base = public_url(&gateway, &headers);
            let stream_url = format!("{}{STREAM}", websocket_scheme(&base));
            xml(twiml::connect_stream(&stream_url, &token, &format!("{base}{VOICE_CONTINUE}")))
        }
        Ok(Admission::Refused { reason, language }) => {
            tracing::info!(%call_sid, reason = reason.label(), "refused a call");
            metrics::counter!("calls_refused_total", "reason" => reason.label()).increment(1);
            say_and_hang_up(language, |phrases| reason.sentence(phrases))
        }
        Err(error) => {
            tracing::error!(%call_sid, %error, "could not admit a call");
            metrics::counter!("calls_refused_total", "reason" => "fault").increment(1);
            say_and_hang_up(Language::default(), |phrases| phrases.fault.into())
        }
    }
}

/// The stream is over: either we ended the call, or something broke and the caller hears so.
async fn voice_continue(
    State(gateway): State<Gateway>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let form = match verified_form(&gateway, &headers, &uri, &body) {
        Ok(form) => form,
        Err(refusal) => return refusal.into_response(),
    };
    let ended = match field(&form, "CallSid").parse::<CallSid>() {
        // When it cannot be asked, an apology too many is better than silence.
        Ok(call) => gateway.admission().was_ended_by_us(&call).await.unwrap_or(false),
        Err(_) => false,
    };
    if ended {
        return xml(twiml::hang_up());
    }
    // Where the tenant cannot be asked for, an apology in the wrong language is better than none.
    let tenant = resolve(&gateway, field(&form, "To")).await.ok().flatten();
    say_and_hang_up(tenant.as_ref().map(phrases::language).unwrap_or_default(), |phrases| phrases.interrupted.into())
}

/// The carrier reports that a call is over; frees its place if the stream never opened.
async fn voice_status(
    State(gateway): State<Gateway>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let form = match verified_form(&gateway, &headers, &uri, &body) {
        Ok(form) => form,
        Err(refusal) => return refusal.into_response(),
    };
    let over = matches!(field(&form, "CallStatus"), "completed" | "busy" | "failed" | "no-answer" | "canceled");
    if let (true, Ok(call_sid)) = (over, field(&form, "CallSid").parse::<CallSid>()) {
        gateway.engine().release_call(&call_sid);
    }
    if let (true, Ok(call_sid)) = (over, field(&form, "CallSid").parse::<CallSid>())
        && let Ok(Some(tenant)) = resolve(&gateway, field(&form, "To")).await
        && let Ok(tenant_id) = tenant.tenant_id.parse()
        && let Err(error) = gateway.admission().give_place_back(tenant_id, &call_sid).await
    {
        tracing::warn!(%call_sid, %error, "could not give an ended call's place back; its lease runs out by itself");
    }
    StatusCode::NO_CONTENT.into_response()
}

enum Admission {
    Admitted { token: String },
    Refused { reason: Reason, language: Language },
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Reason {
    UnknownNumber,
    AllLinesBusy,
    /// The engine in this process cannot keep up, and the call could not do without it.
    SpeechBusy,
    /// This process does not keep up with the calls that it has.
    Overloaded,
    Stopping,
    /// Nobody here can listen, or nobody speak, in the tenant's language; this says so.
    NotServed(String),
}

impl Reason {
    const fn label(&self) -> &'static str {
        match self {
            Self::UnknownNumber => "unknown_number",
            Self::AllLinesBusy => "all_lines_busy",
            Self::SpeechBusy => "speech_busy",
            Self::Overloaded => "overloaded",
            Self::Stopping => "stopping",
            Self::NotServed(_) => "not_served",
        }
    }

    fn sentence(self, phrases: &CarrierPhrases) -> Cow<'static, str> {
        match self {
            Self::UnknownNumber => phrases.unknown_number.into(),
            Self::AllLinesBusy | Self::SpeechBusy | Self::Overloaded => phrases.all_lines_busy.into(),
            Self::Stopping => phrases.stopping.into(),
            Self::NotServed(sentence) => sentence.into(),
        }
    }
}

#[derive(Debug, thiserror::Error)]
enum AdmitError {
    #[error("resolving the called number: {0}")]
    Resolve(#[from] tonic::Status),
    #[error("the booking service sent a malformed tenant: {0}")]
    Tenant(#[from] proto::id::MalformedId),
    #[error(transparent)]
    Admission(#[from] crate::admission::AdmissionError),
}

async fn admit(gateway: &Gateway, form: &Params, call_sid: &CallSid) -> Result<Admission, AdmitError> {
    let refused = |reason, language| Ok(Admission::Refused { reason, language });
    let Some(tenant) = resolve(gateway, field(form, "To")).await? else {
        return refused(Reason::UnknownNumber, Language::default());
    };
    if gateway.lifecycle().soft().is_cancelled() {
        return refused(Reason::Stopping, phrases::language(&tenant));
    }
    if gateway.pressure().is_too_high() {
        return refused(Reason::Overloaded, phrases::language(&tenant));
    }
    let tenant_id: TenantId = tenant.tenant_id.parse()?;
    let speech = gateway.speech_of(&tenant);
    if !speech.is_served {
        return refused(Reason::NotServed(phrases::not_served(&tenant)), phrases::language(&tenant));
    }
    let limit = match tenant.concurrent_calls_max {
        0 => gateway.config().concurrent_calls_per_tenant,
        own => own.min(gateway.config().concurrent_calls_per_tenant),
    };
    if !gateway.admission().take_place(tenant_id, call_sid, limit).await? {
        return refused(Reason::AllLinesBusy, phrases::language(&tenant));
    }
    if speech.needs_engine && gateway.engine().admit_call(call_sid).is_err() {
        gateway.admission().give_place_back(tenant_id, call_sid).await?;
        return refused(Reason::SpeechBusy, phrases::language(&tenant));
    }
    let caller: Option<PhoneNumber> = field(form, "From").parse().ok();
    let admitted = Admitted {
        call_sid: call_sid.to_string(),
        account_sid: field(form, "AccountSid").to_owned(),
        tenant_id,
        caller_phone: caller.map_or_else(String::new, |number| number.reveal().to_owned()),
    };
    let token = gateway.admission().issue_token(&admitted).await?;
    // The greeting is made while the carrier opens its socket.
    gateway.warm_up(tenant);
    Ok(Admission::Admitted { token })
}

async fn resolve(gateway: &Gateway, called_number: &str) -> Result<Option<Tenant>, tonic::Status> {
    let mut request = tonic::Request::new(ResolveNumberRequest { called_number: called_number.to_owned() });
    request.set_timeout(RESOLVE_TIMEOUT);
    match gateway.booking().resolve_number(request).await {
        Ok(response) => Ok(Some(response.into_inner())),
        Err(status) if matches!(status.code(), tonic::Code::NotFound | tonic::Code::InvalidArgument) => Ok(None),
        Err(status) => Err(status),
    }
}

/// The form's parameters, if the request is the carrier's.
fn verified_form(gateway: &Gateway, headers: &HeaderMap, uri: &Uri, body: &[u8]) -> Result<Params, StatusCode> {
    if !gateway.config().voice_enabled {
        return Err(StatusCode::SERVICE_UNAVAILABLE);
    }
    let form: Params = form_urlencoded::parse(body).into_owned().collect();
    let url = format!("{}{}", public_url(gateway, headers), path_and_query(uri));
    let account_fits =
        gateway.config().twilio_account_sid.as_deref().is_none_or(|sid| sid == field(&form, "AccountSid"));
    if account_fits && is_signed(gateway, headers, &[url], &form) {
        return Ok(form);
    }
    tracing::warn!(path = uri.path(), "refused a webhook: it is not signed by the carrier");
    metrics::counter!("carrier_requests_refused_total", "route" => uri.path().to_owned()).increment(1);
    Err(StatusCode::FORBIDDEN)
}

/// Whether the upgrade of a stream is signed. The signature is over the `wss` URL of the TwiML, without parameters.
pub(super) fn upgrade_is_signed(gateway: &Gateway, headers: &HeaderMap, uri: &Uri) -> bool {
    let url = format!("{}{}", websocket_scheme(&public_url(gateway, headers)), uri.path());
    is_signed(gateway, headers, &signature::upgrade_forms(&url), &[])
}

fn is_signed(gateway: &Gateway, headers: &HeaderMap, urls: &[String], form: &[(String, String)]) -> bool {
    let Some(token) = &gateway.config().twilio_auth_token else { return false };
    let signature = headers.get(signature::HEADER).and_then(|value| value.to_str().ok());
    signature.is_some_and(|signature| signature::is_valid(token, urls, form, signature))
}

/// How the carrier reaches us. The configured URL is the safe one; the request's `Host` serves a local installation.
fn public_url(gateway: &Gateway, headers: &HeaderMap) -> String {
    let host = || headers.get(header::HOST).and_then(|h| h.to_str().ok()).unwrap_or("localhost");
    gateway.config().public_url.clone().unwrap_or_else(|| format!("http://{}", host()))
}

/// `https` → `wss`, `http` → `ws`.
fn websocket_scheme(url: &str) -> String {
    url.replacen("http", "ws", 1)
}

fn path_and_query(uri: &Uri) -> &str {
    uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str)
}

fn field<'a>(form: &'a Params, name: &str) -> &'a str {
    form.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value)
}

fn say_and_hang_up(language: Language, sentence: impl FnOnce(&CarrierPhrases) -> Cow<'static, str>) -> Response {
    let phrases = &Phrasebook::of(language).carrier;
    xml(twiml::say_and_hang_up(phrases.language, &sentence(phrases)))
}

fn xml(document: String) -> Response {
    ([(header::CONTENT_TYPE, "text/xml; charset=utf-8")], document).into_response()
}
