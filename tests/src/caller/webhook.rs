//! How a call begins and ends at the carrier: the signed webhooks, and the TwiML that they answer with.

use futures::SinkExt as _;
use http::{HeaderValue, header};
use rand::Rng as _;
use tokio::net::TcpStream;
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, client_async, connect_async_with_config,
    tungstenite::{Message, client::IntoClientRequest as _, handshake::client::Request},
};

use super::{
    CallError,
    signature::{self, sign},
    twiml::{self, CarrierSaid, TwimlError, Verb},
    wire::Sender,
};
use crate::caller_voice;

pub type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// The carrier follows this many documents; more is a loop.
const DOCUMENTS_MAX: usize = 8;
const REQUEST_TIMEOUT: std::time::Duration = std::time::Duration::from_secs(15);

/// Whom to call, and as whom.
#[derive(Debug, Clone)]
pub struct DialConfig {
    /// Where the webhook is reached, e.g. `http://127.0.0.1:8080/voice`.
    pub voice_url: String,
    /// How the other side believes it is reached, e.g. `https://voice.example.com`. What is signed is this; the
    /// requests still go to the address of `voice_url`.
    pub public_url: Option<String>,
    pub auth_token: String,
    pub account_sid: String,
    /// E.164, or another word when the number is withheld.
    pub from: String,
    /// E.164.
    pub called: String,
    /// The caller's voice, as `caller_voice` names them.
    pub voice: String,
    pub signing: Signing,
    /// What the stream says its audio has; a carrier's has 8,000.
    pub sample_rate_hz: u32,
}

/// Who calls when nothing else is said, E.164: a number of the range that is nobody's.
pub const CALLER_NUMBER: &str = "+14155550123";

impl DialConfig {
    pub fn new(voice_url: impl Into<String>, auth_token: impl Into<String>, called: impl Into<String>) -> Self {
        Self {
            voice_url: voice_url.into(),
            public_url: None,
            auth_token: auth_token.into(),
            account_sid: "AC00000000000000000000000000000001".to_owned(),
            from: CALLER_NUMBER.to_owned(),
            called: called.into(),
            voice: caller_voice::DEFAULT.to_owned(),
            signing: Signing::Right,
            sample_rate_hz: 8_000,
        }
    }
}

/// What is wrong with the signatures, if anything.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Signing {
    #[default]
    Right,
    /// The webhook's is made with another token.
    WrongWebhook,
    /// The webhook has none.
    NoWebhook,
    /// The stream's upgrade has none.
    NoUpgrade,
}

/// A call at the carrier.
#[derive(Debug)]
pub struct Carrier {
    config: DialConfig,
    call_sid: String,
    http: reqwest::Client,
}

/// A call whose stream is open.
pub struct Opened {
    pub carrier: Carrier,
    pub socket: Socket,
    pub sender: Sender,
    /// What the document says after the stream.
    pub rest: Vec<Verb>,
}

/// What became of a document's verbs, before a stream or the end.
struct Followed {
    said: Vec<CarrierSaid>,
    stream: Option<StreamAsked>,
}

/// A stream that a document asks for, and what stands behind it.
struct StreamAsked {
    url: String,
    parameters: Vec<(String, String)>,
    rest: Vec<Verb>,
}

/// Posts the webhook and opens the stream that it asks for: `connected` and `start` are sent.
pub async fn open(config: DialConfig) -> Result<Opened, CallError> {
    let http = reqwest::Client::builder()
        .timeout(REQUEST_TIMEOUT)
        .build()
        .map_err(|source| CallError::Webhook { url: config.voice_url.clone(), source })?;
    let carrier = Carrier { call_sid: sid("CA"), config, http };
    let verbs = carrier.post(&carrier.config.voice_url, "ringing").await?;
    let followed = carrier.follow(verbs).await?;
    let Some(StreamAsked { url, parameters, rest }) = followed.stream else {
        return Err(CallError::NotConnected { said: followed.said });
    };
    let mut socket = carrier.connect(&url).await?;
    let mut sender = Sender::new(sid("MZ"), carrier.call_sid.clone(), carrier.config.account_sid.clone());
    for text in [sender.connected(), sender.start(&parameters, carrier.config.sample_rate_hz)] {
        socket.send(Message::text(text)).await.map_err(Box::new)?;
    }
    Ok(Opened { carrier, socket, sender, rest })
}

impl Carrier {
    /// Goes on with the document after the stream ended; returns what the carrier's voice said.
    pub async fn go_on(&self, rest: Vec<Verb>) -> Result<Vec<String>, CallError> {
        let said = self.follow(rest).await?.said;
        Ok(said.into_iter().map(|said| said.text).collect())
    }

    /// The number's status callback at the end of a call.
    pub async fn report_completed(&self) -> Result<(), CallError> {
        let url = self.config.voice_url.replace("/voice", "/voice-status");
        self.request(&url, "completed").await.map(|_| ())
    }

    async fn follow(&self, mut verbs: Vec<Verb>) -> Result<Followed, CallError> {
        let mut said = Vec::new();
        for _ in 0..DOCUMENTS_MAX {
            let mut next = None;
            let mut rest = verbs.into_iter();
            while let Some(verb) = rest.next() {
                match verb {
                    Verb::ConnectStream { url, parameters, action } => {
                        // An action URL takes the place of what follows.
                        let rest = action.map_or_else(|| rest.collect(), |action| vec![Verb::Redirect(action)]);
                        return Ok(Followed { said, stream: Some(StreamAsked { url, parameters, rest }) });
                    }
                    Verb::Say(words) => said.push(words),
                    Verb::Pause => {}
                    Verb::Redirect(url) => {
                        next = Some(url);
                        break;
                    }
                    Verb::Hangup | Verb::Reject => break,
                }
            }
            let Some(url) = next else {
                return Ok(Followed { said, stream: None });
            };
            verbs = self.post(&self.local(&url), "in-progress").await?;
        }
        Err(TwimlError::Endless.into())
    }

    async fn post(&self, url: &str, status: &str) -> Result<Vec<Verb>, CallError> {
        Ok(twiml::parse(&self.request(url, status).await?)?)
    }

    async fn request(&self, url: &str, call_status: &str) -> Result<String, CallError> {
        let config = &self.config;
        let form = [
            ("CallSid", self.call_sid.as_str()),
            ("AccountSid", &config.account_sid),
            ("From", &config.from),
            ("To", &config.called),
            ("CallStatus", call_status),
            ("ApiVersion", "2010-04-01"),
            ("Direction", "inbound"),
            ("FromCity", ""),
            ("FromCountry", "US"),
        ];
        let token = if config.signing == Signing::WrongWebhook { "another token" } else { &config.auth_token };
        let mut request = self.http.post(url).form(&form);
        if config.signing != Signing::NoWebhook {
            request = request.header(signature::HEADER, sign(token, &self.public(url), &form));
        }
        let failed = |source| CallError::Webhook { url: url.to_owned(), source };
        let response = request.send().await.map_err(failed)?;
        if !response.status().is_success() {
            return Err(CallError::Refused(response.status().as_u16()));
        }
        response.text().await.map_err(failed)
    }

    async fn connect(&self, url: &str) -> Result<Socket, CallError> {
        let malformed = || CallError::Address(url.to_owned());
        let mut request = url.into_client_request().map_err(Box::new)?;
        if self.config.signing != Signing::NoUpgrade {
            let signature = sign(&self.config.auth_token, url, &[]);
            let value = HeaderValue::from_str(&signature).map_err(|_| malformed())?;
            request.headers_mut().insert(signature::HEADER, value);
        }
        if self.config.public_url.is_none() {
            let (socket, _) = connect_async_with_config(request, None, true).await.map_err(Box::new)?;
            return Ok(socket);
        }
        let address = authority(&self.config.voice_url).ok_or_else(malformed)?.to_owned();
        let tcp = TcpStream::connect(&address).await.and_then(|tcp| tcp.set_nodelay(true).map(|()| tcp));
        let tcp = tcp.map_err(|source| CallError::Connect { address, source })?;
        let (socket, _) = client_async(in_the_clear(request), MaybeTlsStream::Plain(tcp)).await.map_err(Box::new)?;
        Ok(socket)
    }

    /// How the other side believes that a URL of ours reads.
    fn public(&self, url: &str) -> String {
        let Some(public) = &self.config.public_url else {
            return url.to_owned();
        };
        match self.local_base() {
            Some(base) if url.starts_with(base) => format!("{public}{}", &url[base.len()..]),
            _ => url.to_owned(),
        }
    }

    /// Where a URL of theirs is really reached.
    fn local(&self, url: &str) -> String {
        match (&self.config.public_url, self.local_base()) {
            (Some(public), Some(base)) if url.starts_with(public.as_str()) => {
                format!("{base}{}", &url[public.len()..])
            }
            _ => url.to_owned(),
        }
    }

    /// Scheme and authority of the webhook's URL.
    fn local_base(&self) -> Option<&str> {
        let url = &self.config.voice_url;
        let authority = authority(url)?;
        let end = url.find(authority)? + authority.len();
        url.get(..end)
    }
}

/// A request for a `wss` URL, to be sent where TLS was taken off already, as behind a proxy.
fn in_the_clear(mut request: Request) -> Request {
    let mut parts = request.uri().clone().into_parts();
    parts.scheme = "ws".parse().ok();
    if let Some(host) = request.uri().authority().and_then(|a| HeaderValue::from_str(a.as_str()).ok()) {
        request.headers_mut().insert(header::HOST, host);
    }
    if let Ok(uri) = http::Uri::from_parts(parts) {
        *request.uri_mut() = uri;
    }
    request
}

fn authority(url: &str) -> Option<&str> {
    let rest = url.split_once("://")?.1;
    Some(rest.split('/').next().unwrap_or(rest)).filter(|authority| !authority.is_empty())
}

/// A fresh id of the carrier's shape: two letters and 32 hexadecimal digits.
fn sid(prefix: &str) -> String {
    format!("{prefix}{:032x}", rand::rng().random::<u128>())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn carrier(public_url: Option<&str>) -> Carrier {
        service_runtime::install_crypto_provider();
        let mut config = DialConfig::new("http://127.0.0.1:8080/voice", "token", "+14155550199");
        config.public_url = public_url.map(str::to_owned);
        Carrier { config, call_sid: sid("CA"), http: reqwest::Client::new() }
    }

    #[test]
    fn behind_a_proxy_the_public_url_is_signed_and_the_local_one_is_called() {
        let carrier = carrier(Some("https://voice.example.com"));
        assert_eq!(carrier.public("http://127.0.0.1:8080/voice"), "https://voice.example.com/voice");
        assert_eq!(carrier.local("https://voice.example.com/voice-continue"), "http://127.0.0.1:8080/voice-continue");
    }

    #[test]
    fn without_a_proxy_urls_stay_as_they_are() {
        let carrier = carrier(None);
        assert_eq!(carrier.public("http://127.0.0.1:8080/voice"), "http://127.0.0.1:8080/voice");
        assert_eq!(carrier.local("http://127.0.0.1:8080/x"), "http://127.0.0.1:8080/x");
    }

    #[test]
    fn an_id_has_the_carriers_shape() {
        let id = sid("CA");
        assert!(id.len() == 34 && id[2..].chars().all(|c| c.is_ascii_hexdigit()), "{id}");
    }
}
