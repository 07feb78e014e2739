//! One connection: commands in, answers out, a message at the end.

use std::{io, net::SocketAddr};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, BufStream},
    net::TcpStream,
};
use tokio_rustls::TlsAcceptor;

use super::{Email, Fault, PASSWORD, Security, Step, USER};
use crate::fakes::served::Record;

/// A longer line, or message, is refused by hanging up.
const LINE_MAX: u64 = 4_096;
const MESSAGE_MAX: usize = 1024 * 1024;

/// How a session ends that does not end the connection.
enum End {
    Over,
    StartTls,
}

pub async fn run(
    socket: TcpStream,
    peer: SocketAddr,
    security: Security,
    tls: &TlsAcceptor,
    record: &Record<Fault, Email>,
) -> io::Result<()> {
    let mut session = Session { peer, record, security, is_private: false, user: false, fault: record.take_script() };
    match security {
        Security::Wrapped => {
            session.is_private = true;
            let mut stream = BufStream::new(tls.accept(socket).await?);
            session.greet(&mut stream).await?;
            session.talk(&mut stream).await?;
        }
        Security::StartTls | Security::None => {
            let mut stream = BufStream::new(socket);
            session.greet(&mut stream).await?;
            if let End::StartTls = session.talk(&mut stream).await? {
                session.is_private = true;
                let mut stream = BufStream::new(tls.accept(stream.into_inner()).await?);
                session.talk(&mut stream).await?;
            }
        }
    }
    Ok(())
}

struct Session<'a> {
    peer: SocketAddr,
    record: &'a Record<Fault, Email>,
    security: Security,
    is_private: bool,
    user: bool,
    /// Of this connection.
    fault: Option<Fault>,
}

trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}

impl Session<'_> {
    async fn greet<S: Stream>(&mut self, stream: &mut BufStream<S>) -> io::Result<()> {
        self.answer(stream, Step::Connect, "220 localhost ESMTP").await
    }

    async fn talk<S: Stream>(&mut self, stream: &mut BufStream<S>) -> io::Result<End> {
        let (mut hello, mut from, mut to) = (String::new(), None, Vec::new());
        loop {
            let line = read_line(stream).await?;
            let (command, argument) = line.split_once(' ').unwrap_or((&line, ""));
            match command.to_ascii_uppercase().as_str() {
                "EHLO" => {
                    hello = argument.to_owned();
                    let extra = match (self.security, self.is_private) {
                        (_, true) => "250-AUTH PLAIN LOGIN\r\n",
                        (Security::StartTls, false) => "250-STARTTLS\r\n",
                        _ => "",
                    };
                    say(stream, &format!("250-localhost\r\n{extra}250-8BITMIME\r\n250 SMTPUTF8")).await?;
                }
                "STARTTLS" if self.security == Security::StartTls && !self.is_private => {
                    say(stream, "220 go ahead").await?;
                    return Ok(End::StartTls);
                }
                "AUTH" if self.is_private => self.authenticate(stream, argument).await?,
                "MAIL" if self.security != Security::None && !self.user => say(stream, "530 log in first").await?,
                "MAIL" => {
                    from = Some(address(argument));
                    self.answer(stream, Step::Sender, "250 ok").await?;
                }
                "RCPT" if from.is_some() => {
                    to.push(address(argument));
                    self.answer(stream, Step::Recipient, "250 ok").await?;
                }
                "DATA" if !to.is_empty() => {
                    say(stream, "354 go on").await?;
                    let source = read_message(stream).await?;
                    let (from, to) = (from.take().unwrap_or_default(), std::mem::take(&mut to));
                    let email = Email { hello: hello.clone(), is_private: self.is_private, from, to, source };
                    let refused = matches!(self.fault, Some(Fault::Answer(Step::Message, _)));
                    if !refused {
                        self.record.note(self.peer, email);
                    }
                    self.answer(stream, Step::Message, "250 taken").await?;
                }
                "RSET" => {
                    (from, to) = (None, Vec::new());
                    say(stream, "250 ok").await?;
                }
                "NOOP" => say(stream, "250 ok").await?,
                "QUIT" => {
                    say(stream, "221 bye").await?;
                    return Ok(End::Over);
                }
                _ => say(stream, "503 not now").await?,
            }
        }
    }

    async fn authenticate<S: Stream>(&mut self, stream: &mut BufStream<S>, argument: &str) -> io::Result<()> {
        let decoded = |text: &str| STANDARD.decode(text.trim()).unwrap_or_default();
        let (mechanism, initial) = argument.split_once(' ').unwrap_or((argument, ""));
        let given = match mechanism.to_ascii_uppercase().as_str() {
            "PLAIN" if !initial.is_empty() => decoded(initial),
            "PLAIN" => {
                say(stream, "334 ").await?;
                decoded(&read_line(stream).await?)
            }
            _ => return say(stream, "504 not that way").await,
        };
        self.user = given == format!("\0{USER}\0{PASSWORD}").as_bytes();
        let answer = if self.user { "235 welcome" } else { "535 wrong" };
        self.answer(stream, Step::Auth, answer).await
    }

    /// Unless the fault says otherwise.
    async fn answer<S: Stream>(&mut self, stream: &mut BufStream<S>, step: Step, answer: &str) -> io::Result<()> {
        match self.fault.take_if(|fault| fault.step() == step) {
            None => say(stream, answer).await,
            Some(Fault::Answer(_, code)) => say(stream, &format!("{code} as the test wants it")).await,
            Some(Fault::Drop(_)) => Err(io::ErrorKind::ConnectionAborted.into()),
            Some(Fault::Stall(_)) => std::future::pending().await,
        }
    }
}

/// `FROM:<a@b> SIZE=1` → `a@b`.
fn address(argument: &str) -> String {
    let inner = argument.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
    inner.map(|(address, _)| address.to_owned()).unwrap_or_default()
}

async fn say<S: Stream>(stream: &mut BufStream<S>, lines: &str) -> io::Result<()> {
    stream.write_all(lines.as_bytes()).await?;
    stream.write_all(b"\r\n").await?;
    stream.flush().await
}

async fn read_line<S: Stream>(stream: &mut BufStream<S>) -> io::Result<String> {
    let mut line = Vec::new();
    let read = stream.take(LINE_MAX).read_until(b'\n', &mut line).await?;
    if read == 0 || line.last() != Some(&b'\n') {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(String::from_utf8_lossy(&line).trim_end_matches(['\r', '\n']).to_owned())
}

async fn read_message<S: Stream>(stream: &mut BufStream<S>) -> io::Result<String> {
    let mut source = String::new();
    loop {
        let line = read_line(stream).await?;
        if line == "." {
            return Ok(source);
        }
        source.push_str(line.strip_prefix('.').unwrap_or(&line));
        source.push_str("\r\n");
        if source.len() > MESSAGE_MAX {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
    }
}
