//! The file's shape: a dialogue a line.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

/// Slot → canonical value.
pub type Slots = BTreeMap<String, String>;

#[derive(Debug, Clone, Deserialize)]
pub struct Dialogue {
    pub id: String,
    #[serde(default)]
    pub calls: Vec<Call>,
    pub turns: Vec<Turn>,
}

/// A call to the back end that the agent made.
#[derive(Debug, Clone, Deserialize)]
pub struct Call {
    pub service: String,
    pub method: String,
    #[serde(default)]
    pub params: Slots,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Who {
    User,
    System,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Turn {
    pub who: Who,
    pub text: String,
    #[serde(default)]
    pub frames: Vec<Frame>,
}

/// What a turn means to one service.
#[derive(Debug, Clone, Deserialize)]
pub struct Frame {
    pub service: String,
    #[serde(default)]
    pub acts: Vec<Act>,
    /// Of the user, after the turn.
    pub intent: Option<String>,
    /// Of the user, after the turn.
    #[serde(default)]
    pub state: Slots,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Vec<Value>")]
pub struct Act {
    pub name: String,
    pub slot: String,
    /// The value as the back end writes it, where it has one.
    pub value: Option<String>,
    /// The value as it is said.
    pub said: Option<String>,
}

impl TryFrom<Vec<Value>> for Act {
    type Error = String;

    /// `[act, slot, [as said], [canonical]]`, of which all but the first may be left out.
    fn try_from(parts: Vec<Value>) -> Result<Self, String> {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let first =
            |part: usize| parts.get(part).and_then(Value::as_array).and_then(|values| values.first()).and_then(text);
        let name = parts.first().and_then(text).ok_or("an act has no name")?;
        let said = first(2);
        Ok(Self { name, slot: parts.get(1).and_then(text).unwrap_or_default(), value: first(3).or(said.clone()), said })
    }
}

impl Frame {
    /// The values of one kind of act.
    pub fn values<'a>(&'a self, act: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.acts.iter().filter(move |a| a.name == act).filter_map(|a| Some((a.slot.as_str(), a.value.as_deref()?)))
    }

    pub fn does(&self, act: &str) -> bool {
        self.acts.iter().any(|a| a.name == act)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_act_has_the_value_of_the_back_end() {
        let act: Act = serde_json::from_str(r#"["INFORM", "time", ["4 pm"], ["16:00"]]"#).expect("an act");
        assert_eq!((act.name.as_str(), act.slot.as_str(), act.value.as_deref()), ("INFORM", "time", Some("16:00")));
        let act: Act = serde_json::from_str(r#"["INFORM", "city", ["Fremont"]]"#).expect("an act");
        assert_eq!(act.value.as_deref(), Some("Fremont"));
        let act: Act = serde_json::from_str(r#"["AFFIRM"]"#).expect("an act");
        assert_eq!((act.slot.as_str(), act.value), ("", None));
        assert!(serde_json::from_str::<Act>("[]").is_err());
    }
}
