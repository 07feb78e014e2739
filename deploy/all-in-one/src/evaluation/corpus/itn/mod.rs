//! Spoken forms with what they stand for, and when an understanding of one counts as right.
//!
//! The sources write the same value in many ways ("11:55 p.m.", "123-123-5678", "$2.5 billion"), so values are compared,
//! not their writing.

mod calendar;
mod quantity;
#[cfg(test)]
mod tests;

use serde::Deserialize;
use serde_json::Value;

/// One form.
#[derive(Debug, Clone, Deserialize)]
pub struct Row {
    pub id: String,
    pub class: String,
    pub spoken: String,
    /// `None`: it must not be recognised as of its class.
    pub written: Option<String>,
    /// What was asked for, where people spelled or said it aloud.
    pub field: Option<String>,
}

/// What was understood of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    pub predicted: Option<String>,
    pub right: bool,
}

impl Row {
    /// What the group in the report is: the class, and of spelled words what they are.
    pub fn group(&self) -> String {
        match &self.field {
            Some(field) => format!("{} {field}", self.class),
            None => self.class.clone(),
        }
    }

    /// `understood` as `understand` gives it.
    pub fn read(&self, understood: &Value) -> Reading {
        let predicted = self.predicted(understood);
        let right = match (&self.written, &predicted) {
            (None, None) => true,
            (Some(gold), Some(predicted)) => self.is_met_by(gold, predicted, understood),
            _ => false,
        };
        Reading { predicted, right }
    }

    fn predicted(&self, understood: &Value) -> Option<String> {
        let text = |name: &str| understood.get(name).and_then(shown);
        let first = |name: &str| understood.get(name).and_then(|list| list.get(0)).and_then(shown);
        match (self.class.as_str(), self.field.as_deref()) {
            ("electronic", _) if self.written.is_some() => text("email").or_else(|| first("web")),
            ("electronic", _) => text("email"),
            ("telephone", _) if self.written.is_some() => telephone(understood).or_else(|| first("spelled")),
            ("telephone", _) => telephone(understood),
            (_, Some("telephone")) => telephone(understood).or_else(|| first("spelled")),
            ("yesno", _) => text("yes_no"),
            ("money", _) => quantity::money(understood.get("money")?.get(0)?),
            ("cardinal" | "decimal", _) => first("numbers"),
            ("ordinal", _) => first("ordinals"),
            ("date", _) | (_, Some("birth_date")) => first("calendar"),
            ("time", _) => calendar::time(understood.get("dates")?.get(0)?),
            ("duration", _) => calendar::length(understood.get("dates")?.get(0)?),
            // Its own writing: nothing in it stands for something else.
            ("word", _) => {
                let is_empty = |name: &str| understood.get(name).and_then(Value::as_array).is_none_or(Vec::is_empty);
                let plain = ["numbers", "money", "ordinals", "web"].into_iter().all(is_empty);
                (plain && text("email").is_none() && text("phone").is_none()).then(|| self.spoken.clone())
            }
            _ => first("spelled"),
        }
    }

    fn is_met_by(&self, gold: &str, predicted: &str, understood: &Value) -> bool {
        match (self.class.as_str(), self.field.as_deref()) {
            ("electronic", _) => gold.split_whitespace().any(|part| part.eq_ignore_ascii_case(predicted)),
            ("telephone", _) | (_, Some("telephone")) => is_number_of(gold, predicted),
            ("money", _) => quantity::same_money(gold, predicted),
            ("cardinal" | "decimal", _) => {
                let all = understood.get("numbers").and_then(Value::as_array);
                all.is_some_and(|all| all.iter().filter_map(shown).all(|n| quantity::same(gold, &n)))
            }
            ("ordinal", _) => quantity::same_rank(gold, predicted),
            ("date", _) | (_, Some("birth_date")) => calendar::same_date(gold, predicted),
            ("time", _) => calendar::same_time(gold, predicted),
            ("duration", _) => calendar::same_length(gold, predicted),
            ("yesno" | "word", _) => gold == predicted,
            _ => alphanumeric(gold) == alphanumeric(predicted),
        }
    }
}

fn shown(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        value => Some(value.to_string()),
    }
}

/// The number with its extension.
fn telephone(understood: &Value) -> Option<String> {
    let number = understood.get("phone").and_then(shown)?;
    match understood.get("extension").and_then(shown) {
        Some(extension) => Some(format!("{number} ext. {extension}")),
        None => Some(number),
    }
}

/// All that a telephone number is made of, wherever in `gold` it stands; "ext" only parts it.
fn is_number_of(gold: &str, predicted: &str) -> bool {
    let predicted = alphanumeric(&predicted.replace("ext.", ""));
    let gold = alphanumeric(&gold.replace("ext.", "").replace("ext", "").replace('x', ""));
    let predicted_digits = predicted.chars().filter(char::is_ascii_digit);
    !predicted.is_empty()
        && gold.ends_with(&predicted.replace('x', ""))
        && gold.chars().filter(char::is_ascii_digit).eq(predicted_digits)
}

fn alphanumeric(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
