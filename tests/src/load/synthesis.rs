//! Synthesis for a load, over REST: sound of the text's length, its beginning first and the rest soon after.

use std::{convert::Infallible, sync::Arc, time::Duration};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::State,
    http::header,
    response::{IntoResponse as _, Response},
    routing::post,
    serve::ListenerExt as _,
};
use futures::stream;
use tokio::{net::TcpListener, time::Instant};

use super::{SOUND_DELAY, Shared, lock, services};

/// A voice of ordinary pace: 16 characters a second.
const BYTES_PER_CHARACTER: usize = 500;
/// 400 ms, more than the gateway may send ahead.
const FIRST_BYTES: usize = 3_200;
const REST_AFTER: Duration = Duration::from_millis(40);
/// Some sound that is not silence, μ-law.
const SOUND: u8 = 0x55;

pub async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    let routes = Router::new().route("/cognitiveservices/v1", post(speak).head(async || ())).with_state(shared);
    let listener = listener.tap_io(|socket| {
        let _ = socket.set_nodelay(true);
    });
    // It ends by being dropped.
    let _ = axum::serve(listener, routes).await;
}

enum Step {
    First,
    Rest,
    End,
}

async fn speak(State(shared): State<Arc<Shared>>, document: String) -> Response {
    let text = document.rsplit_once("</voice>").and_then(|(before, _)| before.rsplit_once('>')).map_or("", |(_, t)| t);
    let length = (text.chars().count() * BYTES_PER_CHARACTER).max(2 * FIRST_BYTES);
    let call = services::call_of_sentence(text).map(|sid| shared.call(sid));
    tokio::time::sleep(SOUND_DELAY).await;
    let pieces = stream::unfold(Step::First, move |step| {
        let call = call.clone();
        async move {
            let (bytes, next) = match step {
                Step::First => {
                    if let Some(call) = call {
                        *lock(&call.sound_sent) = Some(Instant::now());
                    }
                    (FIRST_BYTES, Step::Rest)
                }
                Step::Rest => {
                    tokio::time::sleep(REST_AFTER).await;
                    (length - FIRST_BYTES, Step::End)
                }
                Step::End => return None,
            };
            Some((Ok::<_, Infallible>(Bytes::from(vec![SOUND; bytes])), next))
        }
    });
    ([(header::CONTENT_TYPE, "audio/basic")], Body::from_stream(pieces)).into_response()
}
