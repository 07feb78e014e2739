//! Who listens and who speaks on the calls of a tenant, and in which voice: as it wants it where that can be had, as the
//! installation has it otherwise. The providers themselves, their health and what they keep are shared by all tenants.

mod plan;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use proto::{
    Language,
    booking::v1::{SpeechSettings, Tenant},
};

use self::plan::Plan;
use crate::{
    config::Config,
    listen::transcribe::{EMBEDDED, TranscriberFactory},
    provider_chain::Offers,
    speak::synthesize::Synthesizer,
    speech,
};

/// Tenants whose choice is kept; when full, all are dropped and chosen again as their calls come.
const TENANTS_MAX: usize = 1_024;

/// How the calls of one tenant are heard and spoken to.
pub struct TenantSpeech {
    /// BCP 47, with the region, which matters to vendors.
    pub language_tag: String,
    pub transcribers: TranscriberFactory,
    /// In the tenant's voice.
    pub synthesizer: Synthesizer,
    /// Somebody can listen, and somebody speak.
    pub is_served: bool,
    /// Nobody but the engine in this process listens, or nobody else speaks.
    pub needs_engine: bool,
}

/// All that are set up, and what was chosen of them for each tenant.
pub struct SpeechProviders {
    listeners: Offers,
    voices: Offers,
    transcribers: TranscriberFactory,
    synthesizer: Synthesizer,
    chosen: Mutex<HashMap<String, Chosen>>,
}

struct Chosen {
    language: String,
    settings: Option<SpeechSettings>,
    speech: Arc<TenantSpeech>,
}

impl SpeechProviders {
    pub fn new(config: &Config, transcribers: TranscriberFactory, synthesizer: Synthesizer) -> Self {
        let (listeners, voices) = (config.listeners.offers.clone(), config.voices.offers().clone());
        let providers = Self { listeners, voices, transcribers, synthesizer, chosen: Mutex::default() };
        providers.say_who_is_served();
        providers
    }

    /// For whoever starts the process: a tenant whose language is not served is told so only when its first call comes.
    fn say_who_is_served(&self) {
        for language in Language::ALL {
            let by_the_engine = speech::LANGUAGES.contains(&language);
            for (kind, offers) in [("recognition", &self.listeners), ("synthesis", &self.voices)] {
                if offers.is_served(language) {
                    tracing::info!(%language, kind, by_the_engine, "calls in this language can be served");
                } else {
                    let keys = offers.keys_for(language).join(", ");
                    tracing::warn!(%language, kind, keys_that_would_help = keys, "calls in this language cannot be served");
                }
            }
        }
    }

    /// Chosen once for each version of a tenant's settings; what is wrong with them is reported then.
    pub fn of(&self, tenant: &Tenant) -> Arc<TenantSpeech> {
        let mut chosen = self.chosen.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = chosen.get(&tenant.tenant_id);
        if let Some(kept) = kept.filter(|kept| kept.language == tenant.language && kept.settings == tenant.speech) {
            return Arc::clone(&kept.speech);
        }
        if chosen.len() >= TENANTS_MAX {
            chosen.clear();
        }
        let speech = Arc::new(self.choose(tenant));
        let kept =
            Chosen { language: tenant.language.clone(), settings: tenant.speech.clone(), speech: Arc::clone(&speech) };
        chosen.insert(tenant.tenant_id.clone(), kept);
        speech
    }

    fn choose(&self, tenant: &Tenant) -> TenantSpeech {
        let settings = tenant.speech.clone().unwrap_or_default();
        let plan = Plan::of(&tenant.language, settings, &self.listeners, &self.voices);
        self.report(&tenant.tenant_id, &plan);
        TenantSpeech {
            is_served: plan.is_served(),
            needs_engine: [&plan.listeners, &plan.speakers].into_iter().any(|chain| chain[..] == [EMBEDDED]),
            transcribers: self.transcribers.in_order(&plan.listeners),
            synthesizer: self.synthesizer.in_order(&plan.speakers).in_voice(plan.voice),
            language_tag: plan.language_tag,
        }
    }

    fn report(&self, tenant_id: &str, plan: &Plan) {
        for fault in &plan.faults {
            tracing::warn!(tenant_id, %fault, "a tenant's speech setting is left out");
            metrics::counter!("tenant_speech_faults_total", "fault" => fault.label(), "tenant_id" => tenant_id.to_owned())
                .increment(1);
        }
        for (kind, chain, offers) in
            [("recognition", &plan.listeners, &self.listeners), ("synthesis", &plan.speakers, &self.voices)]
        {
            if chain.is_empty() {
                let keys = offers.keys_for(plan.language).join(", ");
                tracing::error!(
                    tenant_id,
                    kind,
                    language = %plan.language,
                    keys_that_would_help = keys,
                    "nobody can serve a tenant's calls"
                );
                metrics::counter!("tenant_speech_unserved_total", "kind" => kind, "tenant_id" => tenant_id.to_owned())
                    .increment(1);
            }
        }
    }
}
