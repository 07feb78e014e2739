//! The SMTP server: where it is, how it is reached, and what its answers mean for a message.

use std::{path::PathBuf, time::Duration};

use axum::http::Uri;
use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor,
    transport::smtp::{
        client::{Certificate, Tls, TlsParameters},
        extension::ClientId,
    },
};
use secrecy::{ExposeSecret as _, SecretString};
use service_runtime::Env;

use crate::jobs::outbox::Untold;

/// For each of the connection's steps.
const STEP_MAX: Duration = Duration::from_secs(15);

#[derive(Debug, Clone)]
pub struct MailSettings {
    /// `SMTP_URL`: `smtps://user:password@host`, `smtp://user:password@host` (STARTTLS, which the server must have), or
    /// `smtp://host?tls=none` for a server on the same machine.
    pub url: SecretString,
    /// `SMTP_FROM`: whom e-mails are from where a business has no address of its own.
    pub from: Address,
    /// `SMTP_CA_FILE`: the certificate of a private authority, in PEM; unset: the public ones only.
    pub authority: Option<PathBuf>,
}

#[derive(Debug, thiserror::Error)]
pub enum MailError {
    #[error("SMTP_CA_FILE {}: {source}", path.display())]
    File { path: PathBuf, source: std::io::Error },
    /// Without what it says: that may quote the URL.
    #[error("SMTP_CA_FILE is no PEM certificate, or SMTP_URL names no host that TLS could check")]
    Tls,
    #[error("SMTP_URL is malformed")]
    Url,
}

/// How a connection is kept from others' eyes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Security {
    /// TLS from the start.
    Wrapped,
    StartTls,
    None,
}

impl MailSettings {
    /// None without `SMTP_URL`. What is malformed or missing is recorded in `env`.
    pub fn from_env(env: &Env) -> Option<Self> {
        let url = env.secret("SMTP_URL")?;
        if security(&url).is_none() {
            env.reject(
                "SMTP_URL",
                "smtps://user:password@host, the same with smtp:// for STARTTLS, or smtp://host?tls=none",
            );
        }
        let from: Option<Address> = env.parsed("SMTP_FROM", "an e-mail address");
        if env.text("SMTP_FROM").is_none() {
            env.missing("SMTP_FROM", "whom e-mails are from where a business has no address of its own");
        }
        Some(Self { url, from: from?, authority: env.text("SMTP_CA_FILE").map(PathBuf::from) })
    }
}

fn parsed(url: &SecretString) -> Option<Uri> {
    url.expose_secret().trim().parse::<Uri>().ok().filter(|uri| uri.host().is_some_and(|host| !host.is_empty()))
}

fn security(url: &SecretString) -> Option<Security> {
    let uri = parsed(url)?;
    match (uri.scheme_str()?, uri.query()) {
        ("smtps", None) => Some(Security::Wrapped),
        ("smtp", None) => Some(Security::StartTls),
        ("smtp", Some("tls=none")) => Some(Security::None),
        _ => None,
    }
}

/// Cheap to clone.
#[derive(Clone)]
pub struct Server {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Address,
}

impl Server {
    pub fn new(settings: &MailSettings) -> Result<Self, MailError> {
        let (uri, security) = (parsed(&settings.url), security(&settings.url));
        let (Some(host), Some(security)) = (uri.as_ref().and_then(Uri::host), security) else {
            return Err(MailError::Url);
        };
        let plain = settings.url.expose_secret().trim().trim_end_matches("?tls=none");
        let url = if security == Security::StartTls { format!("{plain}?tls=required") } else { plain.to_owned() };
        let mut tls = TlsParameters::builder(host.to_owned());
        if let Some(path) = &settings.authority {
            let pem = std::fs::read(path).map_err(|source| MailError::File { path: path.clone(), source })?;
            tls = tls.add_root_certificate(Certificate::from_pem(&pem).map_err(|_| MailError::Tls)?);
        }
        let tls = tls.build().map_err(|_| MailError::Tls)?;
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(&url)
            .map_err(|_| MailError::Url)?
            .tls(match security {
                Security::Wrapped => Tls::Wrapper(tls),
                Security::StartTls => Tls::Required(tls),
                Security::None => Tls::None,
            })
            .hello_name(ClientId::Domain(settings.from.domain().to_owned()))
            .timeout(Some(STEP_MAX))
            .build();
        Ok(Self { transport, from: settings.from.clone() })
    }

    /// The installation's own address.
    pub const fn from(&self) -> &Address {
        &self.from
    }

    pub async fn send(&self, message: Message) -> Result<(), Untold> {
        let Err(error) = self.transport.send(message).await else { return Ok(()) };
        let code = error.status().map(u16::from);
        let untold = judge(code);
        // Without the server's own words: they like to repeat the address.
        tracing::warn!(?code, timeout = error.is_timeout(), ?untold, "an e-mail was not sent");
        Err(untold)
    }
}

/// RFC 5321, 4.2.1: what begins with 5 is for good, unless it is about us and not about the message.
fn judge(code: Option<u16>) -> Untold {
    match code {
        None => Untold::Later { reason: "not_reached", after: None },
        Some(530 | 534 | 535 | 538) => Untold::Later { reason: "account", after: None },
        Some(code) if code >= 500 => Untold::Never { reason: "refused" },
        Some(_) => Untold::Later { reason: "busy", after: None },
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("smtps://desk:pass@mail.example:465", Some(Security::Wrapped))]
    #[case("smtp://desk:pass@mail.example", Some(Security::StartTls))]
    #[case("smtp://127.0.0.1:2525?tls=none", Some(Security::None))]
    #[case("smtp://mail.example?tls=opportunistic", None)]
    #[case("smtps://mail.example?tls=none", None)]
    #[case("https://mail.example", None)]
    #[case("mail.example:25", None)]
    #[case("smtp://", None)]
    fn a_connection_is_protected_unless_that_is_switched_off(#[case] url: &str, #[case] expected: Option<Security>) {
        assert_eq!(security(&url.into()), expected);
    }

    #[test]
    fn what_is_missing_or_malformed_is_named_and_no_password_shown() {
        assert!(MailSettings::from_env(&Env::default()).is_none());
        let env = Env::from_pairs([("SMTP_URL", "imap://desk:hunter2@mail.example")]);
        assert!(MailSettings::from_env(&env).is_none());
        let error = env.finish(()).expect_err("malformed").to_string();
        assert!(error.contains("SMTP_URL is malformed") && error.contains("SMTP_FROM is not set"), "{error}");
        assert!(!error.contains("hunter2"), "{error}");
        let env = Env::from_pairs([("SMTP_URL", "smtps://desk:hunter2@mail.example"), ("SMTP_FROM", "desk@a.example")]);
        let settings = MailSettings::from_env(&env).expect("whole");
        assert!(!format!("{settings:?}").contains("hunter2"));
        assert!(Server::new(&settings).is_ok());
    }

    #[test]
    fn an_answer_is_about_the_message_or_about_us() {
        assert_eq!(judge(Some(550)), Untold::Never { reason: "refused" });
        assert_eq!(judge(Some(535)), Untold::Later { reason: "account", after: None });
        assert_eq!(judge(Some(451)), Untold::Later { reason: "busy", after: None });
        assert_eq!(judge(None), Untold::Later { reason: "not_reached", after: None });
    }
}
