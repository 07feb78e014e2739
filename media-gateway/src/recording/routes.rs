//! Playback and deletion over HTTP, for whoever has the installation's key.
//!
//! `GET` and `DELETE /api/v1/tenants/{tenant_id}/recordings/{call_sid}` with `Authorization: Bearer KEY`. 401 without
//! the right key, 404 for what is not there, and for everything while no key is set.

use std::io;

use axum::{
    Router,
    body::Body,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::get,
};
use proto::id::{CallSid, TenantId};
use secrecy::ExposeSecret as _;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use tokio::fs;
use tokio_util::io::ReaderStream;

use super::settings::{RecordingSettings, Store};

const PATH: &str = "/api/v1/tenants/{tenant_id}/recordings/{call_sid}";

pub fn routes(settings: RecordingSettings) -> Router {
    Router::new().route(PATH, get(play).delete(delete)).with_state(settings)
}

/// A recording that the request may touch.
struct Wanted {
    store: Store,
    tenant: TenantId,
    call: CallSid,
}

type Ids = Path<(String, String)>;

async fn play(State(settings): State<RecordingSettings>, headers: HeaderMap, ids: Ids) -> Response {
    let wanted = match authorised(&settings, &headers, ids) {
        Ok(wanted) => wanted,
        Err(refusal) => return refusal.into_response(),
    };
    match fs::File::open(wanted.store.file(wanted.tenant, &wanted.call)).await {
        Ok(file) => {
            wanted.log("played a recording");
            let headers = [(header::CONTENT_TYPE, "audio/wav"), (header::CACHE_CONTROL, "no-store")];
            (headers, Body::from_stream(ReaderStream::new(file))).into_response()
        }
        Err(error) => wanted.refuse(&error),
    }
}

async fn delete(State(settings): State<RecordingSettings>, headers: HeaderMap, ids: Ids) -> Response {
    let wanted = match authorised(&settings, &headers, ids) {
        Ok(wanted) => wanted,
        Err(refusal) => return refusal.into_response(),
    };
    match fs::remove_file(wanted.store.file(wanted.tenant, &wanted.call)).await {
        Ok(()) => {
            wanted.log("deleted a recording: asked to");
            metrics::counter!("recordings_deleted_total", "by" => "request").increment(1);
            StatusCode::NO_CONTENT.into_response()
        }
        Err(error) => wanted.refuse(&error),
    }
}

fn authorised(
    settings: &RecordingSettings,
    headers: &HeaderMap,
    Path((tenant, call)): Ids,
) -> Result<Wanted, StatusCode> {
    let (Some(key), Some(store)) = (&settings.key, &settings.store) else { return Err(StatusCode::NOT_FOUND) };
    let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let given = given.and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default();
    // Digests of one length: the comparison tells neither the key nor how long it is.
    let (given, key) = (Sha256::digest(given), Sha256::digest(key.expose_secret()));
    if !bool::from(given[..].ct_eq(&key[..])) {
        tracing::warn!("refused access to a recording: the key is not the right one");
        metrics::counter!("recording_access_refused_total").increment(1);
        return Err(StatusCode::UNAUTHORIZED);
    }
    let (Ok(tenant), Ok(call)) = (tenant.parse(), call.parse()) else { return Err(StatusCode::NOT_FOUND) };
    Ok(Wanted { store: store.clone(), tenant, call })
}

impl Wanted {
    fn log(&self, did: &str) {
        tracing::info!(tenant = %self.tenant, call_sid = %self.call, did, "a recording was accessed");
    }

    fn refuse(&self, error: &io::Error) -> Response {
        if error.kind() == io::ErrorKind::NotFound {
            return StatusCode::NOT_FOUND.into_response();
        }
        tracing::error!(%error, tenant = %self.tenant, call_sid = %self.call, "could not reach a recording");
        StatusCode::INTERNAL_SERVER_ERROR.into_response()
    }
}

#[cfg(test)]
mod tests {
    use axum::http::Request;
    use tower::ServiceExt as _;

    use super::*;

    struct World {
        _folder: tempfile::TempDir,
        settings: RecordingSettings,
        uri: String,
    }

    fn world() -> World {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store { dir: folder.path().to_owned() };
        let (tenant, call) = (TenantId::new(), format!("CA{}", "7".repeat(32)));
        std::fs::create_dir_all(store.tenant_dir(tenant)).expect("a folder");
        std::fs::write(store.tenant_dir(tenant).join(format!("{call}.wav")), b"sound").expect("a file");
        let settings = RecordingSettings { store: Some(store), key: Some("open sesame".into()) };
        World { _folder: folder, settings, uri: format!("/api/v1/tenants/{tenant}/recordings/{call}") }
    }

    impl World {
        async fn asks(&self, method: &str, uri: &str, key: Option<&str>) -> (StatusCode, Vec<u8>) {
            let mut request = Request::builder().method(method).uri(uri);
            if let Some(key) = key {
                request = request.header(header::AUTHORIZATION, format!("Bearer {key}"));
            }
            let request = request.body(Body::empty()).expect("a request");
            let answer = routes(self.settings.clone()).oneshot(request).await.expect("an answer");
            let status = answer.status();
            (status, axum::body::to_bytes(answer.into_body(), 1_000).await.expect("a body").to_vec())
        }
    }

    #[tokio::test]
    async fn with_the_key_a_recording_is_played_and_deleted_once() {
        let world = world();
        let key = Some("open sesame");
        assert_eq!(world.asks("GET", &world.uri, key).await, (StatusCode::OK, b"sound".to_vec()));
        assert_eq!(world.asks("DELETE", &world.uri, key).await.0, StatusCode::NO_CONTENT);
        assert_eq!(world.asks("DELETE", &world.uri, key).await.0, StatusCode::NOT_FOUND);
        assert_eq!(world.asks("GET", &world.uri, key).await.0, StatusCode::NOT_FOUND);
    }

    #[tokio::test]
    async fn without_the_right_key_nothing_is_told() {
        let world = world();
        for key in [None, Some(""), Some("open sesam"), Some("open sesame!")] {
            for method in ["GET", "DELETE"] {
                assert_eq!(world.asks(method, &world.uri, key).await, (StatusCode::UNAUTHORIZED, Vec::new()));
            }
        }
        assert_eq!(world.asks("GET", &world.uri, Some("open sesame")).await.0, StatusCode::OK, "it is still there");
    }

    #[tokio::test]
    async fn without_a_key_set_there_is_nothing() {
        let mut world = world();
        world.settings.key = None;
        assert_eq!(world.asks("GET", &world.uri, Some("")).await.0, StatusCode::NOT_FOUND);
    }

    #[tokio::test]
    async fn only_ids_make_a_path() {
        let world = world();
        let tenant = TenantId::new();
        for call in ["..%2F..%2Fetc%2Fpasswd", "CA12", "%2E%2E", "CA..%2F000000000000000000000000000000"] {
            let uri = format!("/api/v1/tenants/{tenant}/recordings/{call}");
            assert_eq!(world.asks("GET", &uri, Some("open sesame")).await.0, StatusCode::NOT_FOUND, "{call}");
        }
    }
}
