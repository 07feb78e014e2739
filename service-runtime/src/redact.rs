//! Keeps personal data out of structured logs, by field name, at any depth.

use serde_json::Value;

/// Fields that belong to a person. Numbers keep their last four digits; the rest is hidden whole.
const PHONE_FIELDS: &[&str] = &["phone_number", "caller_phone", "client_phone", "phone", "from", "to"];
const HIDDEN_FIELDS: &[&str] = &["client_email", "client_name", "email", "name_spoken", "transcript", "utterance"];

pub const PLACEHOLDER: &str = "[redacted]";

/// Redacts a log record in place.
pub fn redact(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                if HIDDEN_FIELDS.contains(&name.as_str()) {
                    *field = Value::String(PLACEHOLDER.to_owned());
                } else if PHONE_FIELDS.contains(&name.as_str()) {
                    *field = Value::String(field.as_str().map_or_else(|| PLACEHOLDER.to_owned(), last_four));
                } else {
                    redact(field);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(redact),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Whether a field of this name must not be written as it is.
pub fn is_personal(field: &str) -> bool {
    HIDDEN_FIELDS.contains(&field) || PHONE_FIELDS.contains(&field)
}

fn last_four(text: &str) -> String {
    let digits: Vec<char> = text.chars().filter(char::is_ascii_digit).collect();
    if digits.len() < 8 {
        return PLACEHOLDER.to_owned();
    }
    format!("…{}", digits[digits.len() - 4..].iter().collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn personal_fields_are_hidden_at_any_depth() {
        let mut record = json!({
            "call": {"caller_phone": "+14155550123", "legs": [{"client_name": "Alex", "turn": 3}]},
            "client_email": "alex@example.com",
            "phone_number": {"raw": "+14155550123"},
        });
        redact(&mut record);
        assert_eq!(
            record,
            json!({
                "call": {"caller_phone": "…0123", "legs": [{"client_name": PLACEHOLDER, "turn": 3}]},
                "client_email": PLACEHOLDER,
                "phone_number": PLACEHOLDER,
            })
        );
    }
}
