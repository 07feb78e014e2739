//! What the core of a tenant's call is told before the call begins: as the tenant wants it where that can be had, as the
//! installation has it otherwise.

use call::{BargeInMode, CallConfig, Limits, Timings};
use proto::booking::v1::Tenant;

use crate::{config::Config, listen::voice_activity, phrases};

pub fn config(tenant: &Tenant, config: &Config) -> CallConfig {
    CallConfig {
        greeting: phrases::greeting(tenant, config),
        greeting_ends_in_consent: phrases::asks_consent(tenant, config),
        barge_in: barge_in(tenant, config.barge_in),
        language: phrases::turn_taking(tenant),
        phrases: phrases::fixed(tenant),
        timings: Timings {
            vad_onset: voice_activity::ONSET_MIN,
            vad_hangover: voice_activity::HANGOVER,
            ..Timings::default()
        },
        limits: Limits { duration_max: config.max_call_duration, turns_max: config.max_turns, ..Limits::default() },
    }
}

/// A mistake in a tenant's settings is reported and costs no call.
fn barge_in(tenant: &Tenant, installed: BargeInMode) -> BargeInMode {
    let wanted = tenant.barge_in_mode.as_str();
    if wanted.is_empty() {
        return installed;
    }
    wanted.parse().unwrap_or_else(|error| {
        metrics::counter!("tenant_settings_ignored_total", "setting" => "barge_in_mode").increment(1);
        tracing::warn!(tenant_id = tenant.tenant_id, %error, "a tenant's barge-in mode is left out");
        installed
    })
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("", BargeInMode::AfterSentence)]
    #[case("immediate", BargeInMode::Immediate)]
    #[case("after-sentence", BargeInMode::AfterSentence)]
    #[case("whenever", BargeInMode::AfterSentence)]
    fn a_tenant_has_its_own_mode_or_the_installations(#[case] wanted: &str, #[case] has: BargeInMode) {
        let tenant = Tenant { barge_in_mode: wanted.to_owned(), ..Tenant::default() };
        assert_eq!(barge_in(&tenant, BargeInMode::AfterSentence), has);
    }
}
