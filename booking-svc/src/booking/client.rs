//! What a channel says of a client, checked once for all channels.

use proto::Private;

use super::appointment::Client;

/// Characters: more is a mistake of the caller, or an attack.
const NAME_MAX: usize = 200;
const EMAIL_MAX: usize = 254;
const NOTES_MAX: usize = 2_000;

/// Which field is malformed, and how; its value is not repeated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    #[error("client.name: missing")]
    NoName,
    #[error("client.email: expected name@domain")]
    Email,
    #[error("client.phone: not an E.164 number: expected + and 7 to 15 digits")]
    Phone,
    #[error("{field}: longer than {max} characters")]
    TooLong { field: &'static str, max: usize },
    #[error("{field}: contains a zero byte")]
    ZeroByte { field: &'static str },
}

/// An empty e-mail address or phone is none.
pub fn read(name: &str, email: &str, phone: &str) -> Result<Client, Malformed> {
    let name = self::name(name, "client.name")?;
    if name.is_empty() {
        return Err(Malformed::NoName);
    }
    let email = self::email(email, "client.email")?;
    let looks_whole = email.is_empty() || email.split_once('@').is_some_and(|(a, b)| !a.is_empty() && !b.is_empty());
    if !looks_whole {
        return Err(Malformed::Email);
    }
    let phone = if phone.is_empty() { None } else { Some(phone.parse().map_err(|_| Malformed::Phone)?) };
    Ok(Client { name: Private::new(name), email: Private::new(email), phone })
}

/// Words of a name, trimmed.
pub fn name(name: &str, field: &'static str) -> Result<String, Malformed> {
    text(name, NAME_MAX, field)
}

/// An address as it is stored.
pub fn email(email: &str, field: &'static str) -> Result<String, Malformed> {
    Ok(text(email, EMAIL_MAX, field)?.to_lowercase())
}

pub fn notes(notes: &str) -> Result<Private<String>, Malformed> {
    text(notes, NOTES_MAX, "notes").map(Private::new)
}

fn text(value: &str, max: usize, field: &'static str) -> Result<String, Malformed> {
    let value = value.trim();
    if value.chars().count() > max {
        return Err(Malformed::TooLong { field, max });
    }
    // PostgreSQL cannot store it, and no name has one.
    if value.contains('\0') {
        return Err(Malformed::ZeroByte { field });
    }
    Ok(value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_is_kept_trimmed_and_with_a_small_address() {
        let client = read(" Alex Morrison ", "Alex@Example.com", "").expect("a client");
        assert_eq!(
            (client.name.reveal().as_str(), client.email.reveal().as_str()),
            ("Alex Morrison", "alex@example.com")
        );
        assert_eq!(client.phone, None);
    }

    #[test]
    fn what_cannot_be_kept_is_named() {
        for (name, email, phone, error) in [
            (" ", "", "", "client.name: missing"),
            ("A", "alex", "", "client.email: expected name@domain"),
            ("A", "@b", "", "client.email: expected name@domain"),
            ("A", "", "4155550123", "client.phone: not an E.164 number: expected + and 7 to 15 digits"),
            ("A\0B", "", "", "client.name: contains a zero byte"),
        ] {
            assert_eq!(read(name, email, phone).expect_err("malformed").to_string(), error);
        }
        assert_eq!(notes(&"x".repeat(2_001)).expect_err("long").to_string(), "notes: longer than 2000 characters");
    }
}
