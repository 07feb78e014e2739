//! What the gateway itself says on a call, in the tenant's language: the greeting, and the sentences for when something
//! did not go as it should.

mod english;
mod spanish;

use call::Phrases;
use proto::{Language, booking::v1::Tenant};

use crate::{config::Config, speak::synthesize::FixedPhrase};

/// The gateway's own sentences in one language.
pub struct Phrasebook {
    pub still_there: &'static str,
    pub silence_goodbye: &'static str,
    pub not_understood: &'static str,
    /// While the agent thinks, and while it thinks long.
    pub fillers: [&'static str; 4],
    pub progress: [&'static str; 2],
    pub wrap_up: &'static str,
    pub turn_limit: &'static str,
    pub link_goodbye: &'static str,
    /// These two may name the website, as a sentence of its own.
    pub wrap_up_goodbye: fn(or_online: &str) -> String,
    pub trouble: fn(or_online: &str) -> String,
    /// That one can book on this website too.
    pub or_online: fn(website: &str) -> String,
    pub carrier: CarrierPhrases,
}

/// What the carrier's own voice says, where ours cannot.
pub struct CarrierPhrases {
    /// The language of that voice, one of those that the carrier's default voice speaks.
    pub language: &'static str,
    pub unknown_number: &'static str,
    pub all_lines_busy: &'static str,
    pub stopping: &'static str,
    pub fault: &'static str,
    pub interrupted: &'static str,
    /// That this business takes no calls by phone now; may name the website, as a sentence of its own.
    pub not_served: fn(business: &str, online: &str) -> String,
    /// That the business is found on this website.
    pub online: fn(website: &str) -> String,
}

impl Phrasebook {
    pub const fn of(language: Language) -> &'static Self {
        match language {
            Language::English => &english::PHRASEBOOK,
            Language::Spanish => &spanish::PHRASEBOOK,
        }
    }
}

/// The language of a tenant's calls.
pub fn language(tenant: &Tenant) -> Language {
    Language::of_tenant(&tenant.language)
}

/// The language whose signs of listening turn-taking goes by.
pub fn turn_taking(tenant: &Tenant) -> call::Language {
    match language(tenant) {
        Language::English => call::Language::English,
        Language::Spanish => call::Language::Spanish,
    }
}

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
    let book = Phrasebook::of(language(tenant));
    let website = &tenant.web_address;
    let or_online = if website.is_empty() { String::new() } else { format!(" {}", (book.or_online)(website)) };
    Phrases {
        still_there: book.still_there.to_owned(),
        silence_goodbye: book.silence_goodbye.to_owned(),
        wrap_up: book.wrap_up.to_owned(),
        wrap_up_goodbye: (book.wrap_up_goodbye)(&or_online),
        turn_limit: book.turn_limit.to_owned(),
        link_goodbye: book.link_goodbye.to_owned(),
        trouble: (book.trouble)(&or_online),
        not_understood: book.not_understood.to_owned(),
        fillers: book.fillers.map(str::to_owned).to_vec(),
        progress: book.progress.map(str::to_owned).to_vec(),
    }
}

/// What the carrier's own voice says instead of a call for which nobody can listen or speak.
pub fn not_served(tenant: &Tenant) -> String {
    let book = Phrasebook::of(language(tenant));
    let website = &tenant.web_address;
    let online = if website.is_empty() { String::new() } else { format!(" {}", (book.carrier.online)(website)) };
    (book.carrier.not_served)(&tenant.name, &online)
}

/// Everything that can be made before a call of this tenant begins.
pub fn of_tenant(tenant: &Tenant, config: &Config) -> Vec<FixedPhrase> {
    let Phrases {
        still_there,
        silence_goodbye,
        wrap_up,
        wrap_up_goodbye,
        turn_limit,
        link_goodbye,
        trouble,
        not_understood,
        fillers,
        progress,
    } = fixed(tenant);
    let mut all = greeting(tenant, config);
    all.extend([not_understood, still_there, silence_goodbye, wrap_up, wrap_up_goodbye, turn_limit, link_goodbye]);
    all.push(trouble);
    all.extend(fillers.into_iter().chain(progress));
    all.into_iter().map(FixedPhrase::same_for_every_caller).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tenant(language: &str, web_address: &str) -> Tenant {
        Tenant { language: language.to_owned(), web_address: web_address.to_owned(), ..Tenant::default() }
    }

    #[test]
    fn the_website_is_named_where_there_is_one() {
        assert_eq!(
            fixed(&tenant("es-US", "sol.example")).trouble,
            "Lo siento, tuvimos un problema técnico. También puede reservar en línea en sol.example. Por favor, llame \
             más tarde. Hasta luego."
        );
        assert_eq!(
            fixed(&tenant("en-US", "")).trouble,
            "I'm sorry, something went wrong on our side. Please call again later. Goodbye."
        );
    }

    #[test]
    fn a_business_without_calls_says_where_else_it_is() {
        let salon = Tenant { name: "Sol".to_owned(), ..tenant("es-US", "sol.example") };
        assert_eq!(
            not_served(&salon),
            "Lo sentimos, Sol no puede atender llamadas por teléfono en este momento. Puede visitarnos en sol.example. \
             Hasta luego."
        );
        let garage = Tenant { name: "Sun".to_owned(), ..tenant("en-US", "") };
        assert_eq!(not_served(&garage), "We are sorry, Sun cannot take calls by phone at the moment. Goodbye.");
    }

    #[test]
    fn every_language_has_words_of_its_own() {
        let still_there = Language::ALL.map(|language| fixed(&tenant(language.subtag(), "")).still_there);
        assert_eq!(still_there, ["Are you still there?", "¿Sigue ahí?"]);
        for language in Language::ALL {
            assert_eq!(Phrasebook::of(language).carrier.language.parse(), Ok(language));
        }
    }
}
