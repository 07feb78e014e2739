//! The text message that takes a caller to the web chat: where it leads, and its words. Letters outside the carriers'
//! seven-bit alphabet are avoided, since they would double its price.

use proto::{Language, Private};

use super::Token;

/// Whom the message is from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    pub business: String,
    pub language: Language,
    /// Empty when it has none.
    pub web_address: String,
}

/// `https://host/chat?hs={token}`: on the installation's own web address, or else on the business's. None without either.
pub fn link(installation: Option<&str>, sender: &Sender, token: &Token) -> Option<Private<String>> {
    let address = installation.unwrap_or(&sender.web_address).trim().trim_end_matches('/');
    if address.is_empty() {
        return None;
    }
    let scheme = if address.contains("://") { "" } else { "https://" };
    Some(Private::new(format!("{scheme}{address}/chat?hs={}", token.reveal())))
}

pub fn text(sender: &Sender, link: &Private<String>) -> Private<String> {
    let (business, link) = (&sender.business, link.reveal());
    Private::new(match sender.language {
        Language::English => format!("{business} - Continue booking: {link}"),
        Language::Spanish => format!("{business} - Siga con su reserva: {link}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn salon(web_address: &str) -> Sender {
        Sender { business: "Sol".to_owned(), language: Language::Spanish, web_address: web_address.to_owned() }
    }

    #[test]
    fn a_link_leads_to_the_installation_or_else_to_the_business() {
        let token = Token::fresh().expect("randomness");
        let link_of = |installation, sender: &Sender| link(installation, sender, &token).map(Private::into_inner);
        let to = |host: &str| Some(format!("{host}/chat?hs={}", token.reveal()));
        assert_eq!(link_of(Some("https://web.example/"), &salon("sol.example")), to("https://web.example"));
        assert_eq!(link_of(None, &salon("sol.example")), to("https://sol.example"));
        assert_eq!(link_of(None, &salon("http://sol.example/citas/")), to("http://sol.example/citas"));
        assert_eq!(link_of(None, &salon(" ")), None);
    }

    #[test]
    fn the_message_speaks_the_language_of_the_business() {
        let link = Private::new("https://sol.example/chat?hs=x".to_owned());
        let text_in = |language| text(&Sender { language, ..salon("") }, &link).into_inner();
        assert_eq!(text_in(Language::Spanish), "Sol - Siga con su reserva: https://sol.example/chat?hs=x");
        assert_eq!(text_in(Language::English), "Sol - Continue booking: https://sol.example/chat?hs=x");
        assert!(Language::ALL.into_iter().all(|language| text_in(language).is_ascii()));
    }
}
