//! The simulated caller itself, against a gateway of a few lines whose behaviour is known: what the caller measures
//! decides whether the receptionist is good, so it is tested on its own.

use std::time::Duration;

use axum::{
    Router,
    extract::{
        WebSocketUpgrade,
        ws::{Message, WebSocket},
    },
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::{Value, json};
use system_tests::caller::{self, DialConfig, Ending};
use tokio::net::TcpListener;

/// 20 ms of a loud sound, and how many of them the gateway sends at once.
const SOUND: [u8; 160] = [0x90; 160];
const FIRST_FRAMES: usize = 100;

#[tokio::test]
async fn what_the_caller_reports_is_what_happened_on_the_line() {
    service_runtime::install_crypto_provider();
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let routes = Router::new()
        .route("/voice", post(voice))
        .route("/voice-status", post(async || ""))
        .route("/stream", get(async |socket: WebSocketUpgrade| socket.on_upgrade(play)));
    tokio::spawn(async move { axum::serve(listener, routes).await });

    let config = DialConfig::new(format!("http://{address}/voice"), "token", "+14155550199");
    let call = caller::dial(config).await.expect("the line opens");
    let greeted = call.wait_until_agent_speaks(caller::LineTime::ZERO, Duration::from_secs(10)).await.expect("sound");
    call.say_samples("stop", &[8_000; 4_000]).await.expect("the line is open");
    let report = call.wait_for_report(Duration::from_secs(20)).await.expect("the gateway closes");

    assert_eq!(report.greeting_ms, Some(greeted.as_ms()));
    assert_eq!((report.clears, report.marks), (1, 1));
    assert_eq!(report.malformed.len(), 1, "the extra field is noticed: {:?}", report.malformed);
    assert!(report.buffered_ms_max > 1_000, "two seconds were sent at once");
    let spoken = &report.spoken[0];
    assert_eq!(spoken.to.ms_since(spoken.from), 500, "half a second of samples");
    // The gateway clears at the first frame with sound. Without the clear the two seconds would play to their end.
    assert!(spoken.onset_to_silence_ms.is_some_and(|ms| ms < 1_000), "{spoken:?}");
    assert!(spoken.utterance_end_to_first_audio_ms.is_some(), "{spoken:?}");
    assert_eq!(report.ended, Some(Ending::AgentHungUp));
    assert_eq!(report.carrier_said, ["That was all."], "the document goes on behind the stream");
}

async fn voice(headers: HeaderMap) -> Response {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let document =
        format!("<Response><Connect><Stream url=\"ws://{host}/stream\"/></Connect><Say>That was all.</Say></Response>");
    ([(header::CONTENT_TYPE, "text/xml")], document).into_response()
}

/// Two seconds of sound and a mark; `clear` as soon as the caller is heard; a short sound once the mark came back
/// and the caller is silent; then the end.
async fn play(mut socket: WebSocket) {
    let mut stream_sid = String::new();
    let (mut cleared, mut mark_returned) = (false, false);
    while let Some(Ok(Message::Text(text))) = socket.recv().await {
        let message: Value = serde_json::from_str(&text).expect("JSON");
        match message["event"].as_str().expect("an event") {
            "start" => {
                stream_sid = message["streamSid"].as_str().expect("an id").to_owned();
                let extra = json!({"event": "clear", "streamSid": stream_sid, "why": "an extra field"});
                let mark = json!({"event": "mark", "streamSid": stream_sid, "mark": {"name": "m"}});
                for message in [extra, media(&stream_sid, FIRST_FRAMES), mark] {
                    send(&mut socket, message).await;
                }
            }
            "media" => {
                let payload = message["media"]["payload"].as_str().expect("audio");
                let silent = BASE64_STANDARD.decode(payload).expect("base64").iter().all(|&byte| byte == 0xFF);
                if !silent && !cleared {
                    cleared = true;
                    send(&mut socket, json!({"event": "clear", "streamSid": stream_sid})).await;
                }
                if silent && cleared && mark_returned {
                    send(&mut socket, media(&stream_sid, 5)).await;
                    break;
                }
            }
            "mark" => mark_returned = true,
            _ => {}
        }
    }
    // The last sound plays out before the close, as a gateway that waits for its last mark would do.
    let mut frames = 0;
    while frames < 15
        && let Some(Ok(_)) = socket.recv().await
    {
        frames += 1;
    }
    let _ = socket.send(Message::Close(None)).await;
}

fn media(stream_sid: &str, frames: usize) -> Value {
    json!({"event": "media", "streamSid": stream_sid, "media": {"payload": BASE64_STANDARD.encode(SOUND.repeat(frames))}})
}

async fn send(socket: &mut WebSocket, message: Value) {
    socket.send(Message::text(message.to_string())).await.expect("an open socket");
}
