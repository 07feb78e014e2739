//! What the fakes of HTTP services share: a server on a free port that ends with its handle, and a look at who left
//! early.

use std::{
    collections::VecDeque,
    net::SocketAddr,
    pin::Pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll},
};

use axum::{
    Router,
    body::Body,
    extract::ws::{CloseFrame, Message, WebSocket},
    response::Response,
};
use bytes::Bytes;
use futures::Stream;
use tokio::{net::TcpListener, sync::mpsc};
use tokio_util::task::AbortOnDropHandle;

/// Bytes of a piece of sound, 200 ms.
pub const PIECE: usize = 1_600;

/// A server that ends when this is dropped.
pub struct Served {
    address: SocketAddr,
    _server: AbortOnDropHandle<()>,
}

impl Served {
    pub async fn start(routes: Router) -> std::io::Result<Self> {
        let listener = TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let service = routes.into_make_service_with_connect_info::<SocketAddr>();
        let server = tokio::spawn(async move {
            // It ends by being dropped.
            let _ = axum::serve(listener, service).await;
        });
        Ok(Self { address, _server: AbortOnDropHandle::new(server) })
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

/// What a fake is to do with the coming requests, and what it did with those that came.
pub struct Record<S, R> {
    scripts: Mutex<VecDeque<S>>,
    requests: Mutex<Vec<R>>,
    peers: Mutex<Vec<SocketAddr>>,
    left_early: Arc<AtomicUsize>,
}

impl<S, R> Default for Record<S, R> {
    fn default() -> Self {
        Self {
            scripts: Mutex::default(),
            requests: Mutex::default(),
            peers: Mutex::default(),
            left_early: Arc::default(),
        }
    }
}

impl<S, R: Clone> Record<S, R> {
    /// Does so with the next request that has no script yet.
    pub fn script(&self, script: S) {
        self.scripts.lock().unwrap_or_else(PoisonError::into_inner).push_back(script);
    }

    pub fn take_script(&self) -> Option<S> {
        self.scripts.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
    }

    /// The next script, if it is one of those that are wanted now.
    pub fn take_script_if(&self, wanted: impl FnOnce(&S) -> bool) -> Option<S> {
        let mut scripts = self.scripts.lock().unwrap_or_else(PoisonError::into_inner);
        scripts.pop_front_if(|script| wanted(script))
    }

    pub fn note(&self, peer: SocketAddr, request: R) {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).push(request);
        self.note_peer(peer);
    }

    pub fn note_peer(&self, peer: SocketAddr) {
        let mut peers = self.peers.lock().unwrap_or_else(PoisonError::into_inner);
        if !peers.contains(&peer) {
            peers.push(peer);
        }
    }

    /// In the order they came.
    pub fn requests(&self) -> Vec<R> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How many connections were used.
    pub fn connections(&self) -> usize {
        self.peers.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// How many requests were given up by the client before their end.
    pub fn left_early(&self) -> usize {
        self.left_early.load(Ordering::SeqCst)
    }

    /// Counts one that is given up before [`Leaving::complete`].
    pub fn watch(&self) -> Leaving {
        Leaving { counter: Arc::clone(&self.left_early), complete: false }
    }
}

/// Counts a client that leaves early.
pub struct Leaving {
    counter: Arc<AtomicUsize>,
    complete: bool,
}

impl Leaving {
    pub fn complete(&mut self) {
        self.complete = true;
    }
}

impl Drop for Leaving {
    fn drop(&mut self) {
        if !self.complete {
            self.counter.fetch_add(1, Ordering::SeqCst);
        }
    }
}

/// Closes a WebSocket with a reason.
pub async fn close(mut socket: WebSocket, code: u16, reason: &str) {
    let _ = socket.send(Message::Close(Some(CloseFrame { code, reason: reason.into() }))).await;
    // The other side answers, or is gone.
    while let Some(Ok(_)) = socket.recv().await {}
}

/// How a body of sound goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Course {
    Whole,
    /// A pause before each piece.
    Slowly(std::time::Duration),
    /// After so many bytes nothing more comes, while the connection stays.
    StallAfter(usize),
    /// After so many bytes the connection breaks.
    DropAfter(usize),
}

/// A body that sends `sound` so.
pub fn body(sound: Vec<u8>, course: Course, mut leaving: Leaving) -> Body {
    // One piece at a time: what is not read yet is not sent.
    let (pieces, received) = mpsc::channel::<std::io::Result<Bytes>>(1);
    tokio::spawn(async move {
        let end = match course {
            Course::StallAfter(bytes) | Course::DropAfter(bytes) => bytes.min(sound.len()),
            Course::Whole | Course::Slowly(_) => sound.len(),
        };
        for piece in sound[..end].chunks(PIECE) {
            if let Course::Slowly(pause) = course {
                tokio::time::sleep(pause).await;
            }
            if pieces.send(Ok(Bytes::copy_from_slice(piece))).await.is_err() {
                return;
            }
        }
        match course {
            Course::Whole | Course::Slowly(_) => leaving.complete(),
            Course::StallAfter(_) => pieces.closed().await,
            Course::DropAfter(_) => {
                leaving.complete();
                let _ = pieces.send(Err(std::io::ErrorKind::ConnectionReset.into())).await;
            }
        }
    });
    Body::from_stream(Pieces(received))
}

/// An answer whose connection breaks before it is whole.
pub fn broken_off() -> Response {
    let (pieces, received) = mpsc::channel::<std::io::Result<Bytes>>(1);
    let _ = pieces.try_send(Err(std::io::ErrorKind::ConnectionReset.into()));
    Response::new(Body::from_stream(Pieces(received)))
}

struct Pieces(mpsc::Receiver<std::io::Result<Bytes>>);

impl Stream for Pieces {
    type Item = std::io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_recv(context)
    }
}
