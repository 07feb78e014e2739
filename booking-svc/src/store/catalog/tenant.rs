//! The tenant's own row: how it presents itself, and how its calls are heard and spoken to.

use proto::id::TenantId;
use sqlx::{FromRow, PgConnection};

use super::{
    super::error::{Step as _, StoreError},
    number,
};
use crate::booking::rules::{Messages, Profile, Speech};

#[derive(FromRow)]
pub struct TenantRow {
    slug: String,
    name: String,
    pub time_zone: String,
    language: String,
    greeting: String,
    consent_sentence: String,
    address: String,
    web_address: String,
    concurrent_calls_max: i32,
    pub rules_version: i64,
    phone_numbers: Vec<String>,
    recording_enabled: bool,
    recording_retention_days: i32,
    change_notice_minutes: i32,
    barge_in_mode: String,
    messages_by_email: bool,
    messages_by_text: bool,
    email_from: String,
    #[sqlx(flatten)]
    speech: SpeechRow,
}

#[derive(FromRow)]
struct SpeechRow {
    recognition_chain: Vec<String>,
    synthesis_chain: Vec<String>,
    azure_voice: String,
    azure_style: String,
    azure_rate_percent: Option<i16>,
    elevenlabs_voice_id: String,
    elevenlabs_rate_percent: Option<i16>,
}

impl TenantRow {
    pub fn into_profile(self) -> Result<Profile, StoreError> {
        Ok(Profile {
            slug: self.slug,
            name: self.name,
            time_zone: self.time_zone,
            language: self.language,
            greeting: self.greeting,
            consent_sentence: self.consent_sentence,
            address: self.address,
            web_address: self.web_address,
            concurrent_calls_max: number(self.concurrent_calls_max)?,
            phone_numbers: self.phone_numbers,
            recording_enabled: self.recording_enabled,
            recording_retention_days: number(self.recording_retention_days)?,
            change_notice_minutes: number(self.change_notice_minutes)?,
            barge_in_mode: self.barge_in_mode,
            speech: self.speech.into(),
            messages: Messages {
                by_email: self.messages_by_email,
                by_text: self.messages_by_text,
                email_from: self.email_from,
            },
        })
    }
}

impl From<SpeechRow> for Speech {
    fn from(row: SpeechRow) -> Self {
        Self {
            recognition_chain: row.recognition_chain,
            synthesis_chain: row.synthesis_chain,
            azure_voice: row.azure_voice,
            azure_style: row.azure_style,
            azure_rate_percent: row.azure_rate_percent,
            elevenlabs_voice_id: row.elevenlabs_voice_id,
            elevenlabs_rate_percent: row.elevenlabs_rate_percent,
        }
    }
}

pub async fn read(tx: &mut PgConnection, id: TenantId) -> Result<Option<TenantRow>, StoreError> {
    sqlx::query_as(
        "SELECT slug, name, time_zone, language, greeting, consent_sentence, address, web_address, \
                concurrent_calls_max, rules_version, recording_enabled, recording_retention_days, \
                change_notice_minutes, barge_in_mode, messages_by_email, messages_by_text, email_from, \
                recognition_chain, synthesis_chain, azure_voice, azure_style, azure_rate_percent, \
                elevenlabs_voice_id, elevenlabs_rate_percent, \
                ARRAY(SELECT phone_number FROM tenant_numbers n WHERE n.tenant_id = t.id ORDER BY 1) AS phone_numbers \
         FROM tenants t WHERE id = $1",
    )
    .bind(id.as_uuid())
    .fetch_optional(tx)
    .await
    .step("read the tenant")
}
