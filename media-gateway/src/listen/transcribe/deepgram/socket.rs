//! The WebSocket to Deepgram: how it is opened and how it is left.

use std::{pin::Pin, time::Duration};

use futures::{SinkExt as _, StreamExt as _};
use http::{HeaderValue, header::AUTHORIZATION};
use secrecy::ExposeSecret as _;
use tokio::net::TcpStream;
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream,
    tungstenite::{Error, Message, client::IntoClientRequest as _, protocol::WebSocketConfig},
};

use super::{super::Hints, settings::DeepgramSettings, trouble::Trouble};

pub type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;
pub type Connecting = Pin<Box<dyn Future<Output = Result<Socket, Trouble>> + Send>>;

/// From nothing to the answered upgrade. A caller does not wait longer for words.
const CONNECT_TIMEOUT: Duration = Duration::from_millis(1_500);
/// From `CloseStream` to the close. Nobody waits for it.
const GOODBYE_PATIENCE: Duration = Duration::from_secs(2);
/// Messages have a few KiB: a long turn with a place for every word.
const MESSAGE_BYTES_MAX: usize = 1 << 20;

/// Begins to open a stream.
pub fn connect(settings: &DeepgramSettings, hints: &Hints) -> Connecting {
    let request = request(settings, hints);
    Box::pin(async {
        let config = WebSocketConfig::default()
            .max_message_size(Some(MESSAGE_BYTES_MAX))
            .max_frame_size(Some(MESSAGE_BYTES_MAX))
            // Audio is written at once, so that what waits does so in the session, which knows what to drop.
            .write_buffer_size(0);
        let upgrade = tokio_tungstenite::connect_async_with_config(request?, Some(config), true);
        match tokio::time::timeout(CONNECT_TIMEOUT, upgrade).await {
            Ok(Ok((socket, _))) => Ok(socket),
            Ok(Err(Error::Http(response))) => Err(Trouble::of_status(response.status())),
            Ok(Err(Error::Url(_) | Error::HttpFormat(_))) => Err(Trouble::Request),
            Ok(Err(_)) => Err(Trouble::Unreachable),
            Err(_) => Err(Trouble::ConnectTimeout),
        }
    })
}

fn request(settings: &DeepgramSettings, hints: &Hints) -> Result<http::Request<()>, Trouble> {
    let mut request = settings.listen_url(hints).into_client_request().map_err(|_| Trouble::Request)?;
    let token = format!("Token {}", settings.key.expose_secret().trim());
    let mut token = HeaderValue::try_from(token).map_err(|_| Trouble::Request)?;
    token.set_sensitive(true);
    request.headers_mut().insert(AUTHORIZATION, token);
    Ok(request)
}

/// Ends the stream in order, beside whatever goes on: the task ends by itself, soon.
pub fn say_goodbye(mut socket: Socket) {
    let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
    runtime.spawn(async move {
        let goodbye = async {
            if socket.send(Message::text(r#"{"type":"CloseStream"}"#)).await.is_ok() {
                while let Some(Ok(_)) = socket.next().await {}
            }
        };
        // Late or not, the socket is dropped now.
        let _ = tokio::time::timeout(GOODBYE_PATIENCE, goodbye).await;
    });
}
