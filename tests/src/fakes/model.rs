//! What the fakes of language models share: what a model says and wants called, and what goes wrong on the way.

use std::time::Duration;

use axum::{
    body::Body,
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
};
use bytes::Bytes;
use serde_json::Value;
use tokio::sync::mpsc;
use tokio_stream::{StreamExt as _, wrappers::ReceiverStream};

use super::served::Leaving;

/// What a request is answered with.
#[derive(Clone)]
pub enum Script {
    /// An answer of these parts.
    Parts(Vec<Part>),
    /// The same, with what goes wrong on its way.
    Faulty(Vec<Part>, Fault),
    /// As a function of the request's body.
    Of(fn(&Value) -> Vec<Part>),
    /// These events as they are, and then the end of the stream.
    Raw(String),
    /// A status other than success, with a body and headers.
    Status { status: u16, body: String, headers: Vec<(&'static str, String)> },
    /// Nothing comes, not even a status, while the client waits.
    NoAnswer,
}

impl Script {
    /// A model that says this.
    pub fn say(text: &str) -> Self {
        Self::Parts(vec![Part::Text(text.to_owned())])
    }

    /// A model that wants one tool called.
    pub fn call(name: &str, arguments: Value) -> Self {
        Self::Parts(vec![Part::call(name, arguments)])
    }

    pub fn status(status: u16, body: &str) -> Self {
        Self::Status { status, body: body.to_owned(), headers: Vec::new() }
    }
}

/// A part of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    Text(String),
    /// A tool and its arguments, which need not be JSON.
    Call {
        name: String,
        arguments: String,
    },
    Refusal(String),
    /// The answer is as long as it may be.
    Length,
}

impl Part {
    pub fn call(name: &str, arguments: Value) -> Self {
        Self::Call { name: name.to_owned(), arguments: arguments.to_string() }
    }
}

/// What goes wrong with an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Nothing for so long, then the whole answer.
    SlowFirst(Duration),
    /// After so many events nothing more comes, but what keeps a connection open.
    StallAfter(usize),
    /// After so many events the connection breaks.
    CutAfter(usize),
    /// After so many events the stream ends, as if that were all.
    EndAfter(usize),
    /// After so many events an error comes inside the stream.
    ErrorAfter(usize),
    /// After so many events one comes that is no JSON.
    MalformedAfter(usize),
    /// Bytes go out one by one, lines end in CRLF, and comments and unknown events stand between.
    Shredded,
}

/// A stream of events that goes as `fault` says. `keep_alive` is what the vendor sends while it has nothing to say.
pub fn stream(
    events: Vec<String>,
    fault: Option<Fault>,
    error: String,
    keep_alive: &'static str,
    mut leaving: Leaving,
) -> Response {
    // One piece at a time: what is not read yet is not sent.
    let (pieces, received) = mpsc::channel::<std::io::Result<Bytes>>(1);
    tokio::spawn(async move {
        let send = async |text: &str| pieces.send(Ok(Bytes::copy_from_slice(text.as_bytes()))).await.is_ok();
        if let Some(Fault::SlowFirst(pause)) = fault {
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                // The client has left.
                () = pieces.closed() => return,
            }
        }
        let until = match fault {
            Some(Fault::StallAfter(n) | Fault::CutAfter(n) | Fault::EndAfter(n)) => n,
            Some(Fault::ErrorAfter(n) | Fault::MalformedAfter(n)) => n,
            _ => events.len(),
        };
        for event in events.iter().take(until) {
            if fault == Some(Fault::Shredded) {
                let noisy = format!(": keep-alive\n\n{event}").replace('\n', "\r\n");
                for byte in noisy.into_bytes() {
                    if pieces.send(Ok(Bytes::copy_from_slice(&[byte]))).await.is_err() {
                        return;
                    }
                }
            } else if !send(event).await {
                return;
            }
        }
        match fault {
            Some(Fault::StallAfter(_)) => {
                // It is alive and says nothing.
                while send(keep_alive).await {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
                return;
            }
            Some(Fault::CutAfter(_)) => {
                let _ = pieces.send(Err(std::io::ErrorKind::ConnectionReset.into())).await;
            }
            Some(Fault::ErrorAfter(_)) => {
                send(&error).await;
            }
            Some(Fault::MalformedAfter(_)) => {
                send("data: {\"choices\":[{\n\n").await;
            }
            _ => {}
        }
        leaving.complete();
    });
    let body = Body::from_stream(ReceiverStream::new(received).map(|piece| piece));
    ([(header::CONTENT_TYPE, "text/event-stream")], body).into_response()
}

/// An answer without a stream.
pub async fn plainly(script: Script, mut leaving: Leaving) -> Response {
    match script {
        Script::Status { status, body, headers } => {
            leaving.complete();
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            let mut response = (status, [(header::CONTENT_TYPE, "application/json")], body).into_response();
            for (name, value) in headers {
                if let Ok(value) = value.parse() {
                    response.headers_mut().insert(name, value);
                }
            }
            response
        }
        Script::Raw(events) => {
            leaving.complete();
            ([(header::CONTENT_TYPE, "text/event-stream")], events).into_response()
        }
        _ => {
            // Longer than any client waits; it is dropped when the client leaves.
            tokio::time::sleep(Duration::from_secs(600)).await;
            StatusCode::REQUEST_TIMEOUT.into_response()
        }
    }
}

/// Text in the small pieces that models write, each with the blank before it.
pub fn tokens(text: &str) -> Vec<String> {
    text.split_inclusive(' ').map(str::to_owned).collect()
}

/// Cuts arguments in the middle of whatever stands there, as vendors do.
pub fn fragments(arguments: &str) -> Vec<String> {
    let chars: Vec<char> = arguments.chars().collect();
    chars.chunks(7).map(|piece| piece.iter().collect()).collect()
}
