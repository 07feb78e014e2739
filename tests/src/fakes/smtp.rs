//! An SMTP submission server (RFC 5321, 3207, 4954) that takes messages for anybody: with STARTTLS or TLS from the start, with
//! a password, and with faults at any step.
//!
//! Its certificate is for `localhost` and signed by itself; its key is no secret.

mod mime;
mod session;

use std::{net::Ipv4Addr, path::PathBuf, sync::Arc};

use rustls::{
    ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_util::task::AbortOnDropHandle;

use super::served::Record;

pub use mime::Part;

pub const USER: &str = "desk";
pub const PASSWORD: &str = "the-mail-password";

const CERTIFICATE: &[u8] = include_bytes!("smtp/localhost.pem");
const KEY: &[u8] = include_bytes!("smtp/localhost.key.pem");

/// How a connection becomes private.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    Wrapped,
    StartTls,
    /// It never does, and no password is asked for.
    None,
}

/// What the client has just done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Connect,
    Auth,
    Sender,
    Recipient,
    /// All of the message is there.
    Message,
}

/// What goes wrong for a message, once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    Answer(Step, u16),
    /// The connection breaks instead of an answer. After [`Step::Message`] the message is delivered all the same.
    Drop(Step),
    /// No answer comes, and the connection stays.
    Stall(Step),
}

impl Fault {
    const fn step(self) -> Step {
        match self {
            Self::Answer(step, _) | Self::Drop(step) | Self::Stall(step) => step,
        }
    }
}

/// A message that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Email {
    /// What the client called itself.
    pub hello: String,
    pub is_private: bool,
    pub from: String,
    pub to: Vec<String>,
    /// Headers and body, without the transport's dots.
    pub source: String,
}

impl Email {
    /// A header's value, unfolded and decoded.
    pub fn header(&self, name: &str) -> Option<String> {
        mime::header(&self.source, name)
    }

    /// The parts of its body, decoded.
    pub fn parts(&self) -> Vec<Part> {
        mime::parts(&self.source)
    }
}

/// The running fake.
pub struct Smtp {
    port: u16,
    security: Security,
    record: Arc<Record<Fault, Email>>,
    _server: AbortOnDropHandle<()>,
}

impl Smtp {
    pub async fn start(security: Security) -> std::io::Result<Self> {
        service_runtime::install_crypto_provider();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let port = listener.local_addr()?.port();
        let record = Arc::new(Record::default());
        let tls = TlsAcceptor::from(Arc::new(server_config().map_err(std::io::Error::other)?));
        let server = tokio::spawn(serve(listener, security, tls, Arc::clone(&record)));
        Ok(Self { port, security, record, _server: AbortOnDropHandle::new(server) })
    }

    /// For `SMTP_URL`.
    pub fn url(&self) -> String {
        match self.security {
            Security::Wrapped => format!("smtps://{USER}:{PASSWORD}@localhost:{}", self.port),
            Security::StartTls => format!("smtp://{USER}:{PASSWORD}@localhost:{}", self.port),
            Security::None => format!("smtp://localhost:{}?tls=none", self.port),
        }
    }

    /// For `SMTP_CA_FILE`.
    pub fn authority() -> PathBuf {
        PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src/fakes/smtp/localhost.pem"))
    }

    pub fn record(&self) -> &Record<Fault, Email> {
        &self.record
    }
}

fn server_config() -> Result<ServerConfig, Box<dyn std::error::Error + Send + Sync>> {
    let certificate = CertificateDer::from_pem_slice(CERTIFICATE)?;
    let key = PrivateKeyDer::from_pem_slice(KEY)?;
    Ok(ServerConfig::builder().with_no_client_auth().with_single_cert(vec![certificate], key)?)
}

async fn serve(listener: TcpListener, security: Security, tls: TlsAcceptor, record: Arc<Record<Fault, Email>>) {
    while let Ok((socket, peer)) = listener.accept().await {
        let (tls, record) = (tls.clone(), Arc::clone(&record));
        tokio::spawn(async move {
            record.note_peer(peer);
            // A client that leaves, or that distrusts us, is no trouble of ours.
            let _ = session::run(socket, peer, security, &tls, &record).await;
        });
    }
}
