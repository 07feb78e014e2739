//! The token endpoint: a refresh token, a browser's code or a service account's signature for an access token.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    sync::Arc,
};

use axum::{
    Form, Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use ring::signature::{KeyPair as _, RSA_PKCS1_2048_8192_SHA256, RsaKeyPair, UnparsedPublicKey};
use serde_json::{Value, json};

use super::{CLIENT_ID, CLIENT_SECRET, SERVICE_ACCOUNT, Shared, lock};

#[derive(Default)]
pub struct Tokens {
    pub valid: HashSet<String>,
    pub refresh: HashSet<String>,
    pub codes: HashMap<String, String>,
    pub refusals: VecDeque<(u16, &'static str)>,
    pub rotate: Option<String>,
    pub granted: usize,
}

pub async fn grant(State(shared): State<Arc<Shared>>, Form(form): Form<HashMap<String, String>>) -> Response {
    let mut tokens = lock(&shared.tokens);
    if let Some((status, error)) = tokens.refusals.pop_front() {
        return refused(status, error);
    }
    let field = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
    let is_client = field("client_id") == CLIENT_ID && field("client_secret") == CLIENT_SECRET;
    let mut refresh_token = None;
    match field("grant_type") {
        "urn:ietf:params:oauth:grant-type:jwt-bearer" => {
            if !is_service_account(field("assertion")) {
                return refused(400, "invalid_grant");
            }
        }
        "refresh_token" | "authorization_code" if !is_client => return refused(401, "invalid_client"),
        "refresh_token" => {
            if !tokens.refresh.contains(field("refresh_token")) {
                return refused(400, "invalid_grant");
            }
            if let Some(new) = tokens.rotate.take() {
                tokens.refresh.remove(field("refresh_token"));
                tokens.refresh.insert(new.clone());
                refresh_token = Some(new);
            }
        }
        "authorization_code" => {
            let Some(token) = tokens.codes.remove(field("code")) else { return refused(400, "invalid_grant") };
            tokens.refresh.insert(token.clone());
            refresh_token = Some(token);
        }
        _ => return refused(400, "unsupported_grant_type"),
    }
    tokens.granted += 1;
    let token = format!("ya29.{}", tokens.granted);
    tokens.valid.insert(token.clone());
    let mut answer = json!({ "access_token": token, "expires_in": 3599, "token_type": "Bearer" });
    if let Some(refresh_token) = refresh_token {
        answer["refresh_token"] = json!(refresh_token);
    }
    Json(answer).into_response()
}

fn refused(status: u16, error: &str) -> Response {
    let answer = json!({ "error": error, "error_description": "refused" });
    (StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST), Json(answer)).into_response()
}

/// Whether this is our service account's own, unaltered statement.
fn is_service_account(assertion: &str) -> bool {
    verified(assertion).unwrap_or(false)
}

fn verified(assertion: &str) -> Option<bool> {
    let account: Value = serde_json::from_str(SERVICE_ACCOUNT).ok()?;
    let (signed, signature) = assertion.rsplit_once('.')?;
    let (header, claims) = signed.split_once('.')?;
    let part = |text: &str| serde_json::from_slice::<Value>(&URL_SAFE_NO_PAD.decode(text).ok()?).ok();
    let (header, claims) = (part(header)?, part(claims)?);

    let pem: String = account["private_key"].as_str()?.lines().filter(|line| !line.starts_with("---")).collect();
    let key = RsaKeyPair::from_pkcs8(&STANDARD.decode(pem).ok()?).ok()?;
    let key = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key.public_key().as_ref().to_vec());
    let is_signed = key.verify(signed.as_bytes(), &URL_SAFE_NO_PAD.decode(signature).ok()?).is_ok();

    let lives = claims["exp"].as_i64()? - claims["iat"].as_i64()?;
    Some(
        is_signed
            && header["alg"] == "RS256"
            && header["kid"] == account["private_key_id"]
            && claims["iss"] == account["client_email"]
            && claims["aud"].as_str()?.ends_with("/token")
            && claims["scope"].as_str()?.contains("https://www.googleapis.com/auth/calendar")
            && (1..=3_600).contains(&lives),
    )
}
