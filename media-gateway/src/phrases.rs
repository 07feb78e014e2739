//! What the gateway itself says on a call: the greeting, and the sentences for when something did not go as it should.

use call::Phrases;
use proto::booking::v1::Tenant;

use crate::config::Config;

/// What a tenant's calls begin with: the greeting, then the consent sentence where there is one.
pub fn greeting(tenant: &Tenant, config: &Config) -> Vec<String> {
    let consent = Some(tenant.consent_sentence.clone()).filter(|_| asks_consent(tenant, config));
    std::iter::once(tenant.greeting.clone()).chain(consent).collect()
}

/// Whether the greeting ends in the consent sentence.
pub fn asks_consent(tenant: &Tenant, config: &Config) -> bool {
    config.consent_disclaimer && !tenant.consent_sentence.trim().is_empty()
}

/// The fixed sentences of a tenant's calls.
pub fn fixed(tenant: &Tenant) -> Phrases {
    let website = &tenant.web_address;
    let or_online = if website.is_empty() { String::new() } else { format!(" You can also book online at {website}.") };
    Phrases {
        still_there: "Are you still there?".to_owned(),
        silence_goodbye: "I can't hear you, so I'll hang up now. Please call again any time. Goodbye.".to_owned(),
        wrap_up: format!(
            "I need to wrap up now. Please call again if there is anything left to do.{or_online} Goodbye."
        ),
        turn_limit: format!("We have been talking for a while, so I'll stop here.{or_online} Goodbye."),
        trouble: format!("I'm sorry, something went wrong on our side.{or_online} Please call again later. Goodbye."),
        not_understood: "Sorry, could you say that again?".to_owned(),
    }
}

/// Everything that can be made before a call of this tenant begins.
pub fn of_tenant(tenant: &Tenant, config: &Config) -> Vec<String> {
    let Phrases { still_there, silence_goodbye, wrap_up, turn_limit, trouble, not_understood } = fixed(tenant);
    let mut all = greeting(tenant, config);
    all.extend([not_understood, still_there, silence_goodbye, wrap_up, turn_limit, trouble]);
    all
}
