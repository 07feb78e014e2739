//! What a model is told: who it is, what it may do, how things stand, and what was said.
//!
//! The first part is the same for every turn of a conversation, so that a vendor can keep it: the rules in the tenant's
//! language, then the facts about the tenant. How things stand comes last, beside the caller's words.

mod english;
mod facts;
mod history;
mod situation;
mod spanish;

use std::sync::Arc;

use proto::Language;

pub use self::{history::messages, situation::situation};
use crate::agent::{business::Business, dialogue::Channel, llm::ToolSchema, toolbox::Tool};

/// The words around the caller's in a message. They are taken out of what is said, so nobody can say them.
pub const CALLER_TAGS: (&str, &str) = ("<caller>", "</caller>");
pub const SITUATION_TAGS: (&str, &str) = ("<situation>", "</situation>");

/// What stays the same for a whole conversation.
#[derive(Clone)]
pub struct Briefing {
    pub system: Arc<str>,
    pub tools: Arc<[ToolSchema]>,
}

/// What a language brings to the prompt.
struct Rules {
    /// Who speaks, with whom; `{business}` is the tenant's name.
    role: &'static str,
    /// On the phone.
    by_ear: &'static [&'static str],
    /// In a chat.
    by_eye: &'static [&'static str],
    rules: &'static [&'static str],
    /// What is told when an answer broke off after some of it was said.
    go_on: &'static str,
}

const fn rules(language: Language) -> &'static Rules {
    match language {
        Language::English => &english::RULES,
        Language::Spanish => &spanish::RULES,
    }
}

impl Briefing {
    pub fn of(business: &Business, channel: Channel) -> Self {
        let rules = rules(business.language);
        let manner = match channel {
            Channel::Phone => rules.by_ear,
            Channel::Web => rules.by_eye,
        };
        let mut system = rules.role.replace("{business}", &business.name);
        for rule in manner.iter().chain(rules.rules) {
            system.push_str("\n- ");
            system.push_str(rule);
        }
        system.push_str("\n\n");
        system.push_str(&facts::facts(business));
        Self { system: system.into(), tools: Tool::schemas(business, channel).into() }
    }
}

/// An answer broke off, and another model goes on with it.
pub fn go_on(language: Language) -> String {
    let (open, close) = SITUATION_TAGS;
    format!("{open}{}{close}", rules(language).go_on)
}

/// All that must stay between us and the model, whichever language it is repeated in.
pub fn secrets() -> impl Iterator<Item = &'static str> {
    Language::ALL.into_iter().map(rules).flat_map(|rules| {
        [rules.role, rules.go_on].into_iter().chain(rules.by_ear.iter().chain(rules.by_eye).chain(rules.rules).copied())
    })
}

/// The caller's words between their tags.
fn spoken(text: &str) -> String {
    let (open, close) = CALLER_TAGS;
    format!("{open}{}{close}", text.replace(['<', '>'], " "))
}
