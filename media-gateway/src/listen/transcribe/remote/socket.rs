//! The WebSocket to a provider: how it is opened and how it is left.

use std::{pin::Pin, time::Duration};

use futures::{SinkExt as _, StreamExt as _};
use tokio::net::TcpStream;
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream,
    tungstenite::{Error, Message, protocol::WebSocketConfig},
};

use super::trouble::Trouble;

pub type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;
pub type Connecting = Pin<Box<dyn Future<Output = Result<Socket, Trouble>> + Send>>;

/// From nothing to the answered upgrade. A caller does not wait longer for words.
const CONNECT_TIMEOUT: Duration = Duration::from_millis(1_500);
/// From our farewell to the close. Nobody waits for it.
const GOODBYE_PATIENCE: Duration = Duration::from_secs(2);
/// Messages have a few KiB: a long turn with a place for every word.
const MESSAGE_BYTES_MAX: usize = 1 << 20;
/// What is read at once: an ordinary message. Kept for as long as the call lasts, and 128 KiB by default.
const READ_BUFFER_BYTES: usize = 4 * 1024;

/// Begins to open a connection.
pub fn connect(request: Result<http::Request<()>, Trouble>) -> Connecting {
    Box::pin(async {
        let config = WebSocketConfig::default()
            .max_message_size(Some(MESSAGE_BYTES_MAX))
            .max_frame_size(Some(MESSAGE_BYTES_MAX))
            .read_buffer_size(READ_BUFFER_BYTES)
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

/// Ends a connection in order, beside whatever goes on: the task ends by itself, soon.
pub fn say_goodbye(mut socket: Socket, farewell: Message) {
    let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
    runtime.spawn(async move {
        let goodbye = async {
            if socket.send(farewell).await.is_ok() {
                while let Some(Ok(_)) = socket.next().await {}
            }
        };
        // Late or not, the socket is dropped now.
        let _ = tokio::time::timeout(GOODBYE_PATIENCE, goodbye).await;
    });
}

/// A base URL with a WebSocket's scheme and without a slash at its end.
pub fn socket_url(base: &str) -> Option<String> {
    let (scheme, rest) = base.split_once("://")?;
    let scheme = match scheme {
        "ws" | "http" => "ws",
        "wss" | "https" => "wss",
        _ => return None,
    };
    let rest = rest.trim_end_matches('/');
    (!rest.is_empty()).then(|| format!("{scheme}://{rest}"))
}
