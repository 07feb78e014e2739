//! Azure over REST: SSML out, raw μ-law back while it is made.

use std::sync::Arc;

use http::{
    HeaderValue,
    header::{CONTENT_TYPE, USER_AGENT},
};
use reqwest::RequestBuilder;

use super::{
    super::vendor::{Answer, VendorError, streamed},
    Azure, OUTPUT_FORMAT, Voice, Wanted,
    ssml::ssml,
};
use crate::azure::{KEY_HEADER, PRODUCT};

const PATH: &str = "/cognitiveservices/v1";

pub async fn carry(azure: Arc<Azure>, wanted: Wanted, mut answer: Answer) -> Result<(), VendorError> {
    let Wanted { voice, text } = wanted;
    let carried = carry_in(&azure, &voice, &text, &mut answer).await;
    // A style that the voice does not know is a malformed request.
    match (carried, voice.plain()) {
        (Err(VendorError::BadRequest(_)), Some(plain)) if !answer.has_sound() => {
            tracing::warn!("Azure refused the voice's style; check AZURE_TTS_STYLE and AZURE_TTS_RATE_PERCENT");
            carry_in(&azure, &plain, &text, &mut answer).await
        }
        (carried, _) => carried,
    }
}

async fn carry_in(azure: &Azure, voice: &Voice, text: &str, answer: &mut Answer) -> Result<(), VendorError> {
    let body = ssml(voice, text)?;
    let request = || request(azure).body(body.clone());
    streamed::carry(request, azure.settings.deadlines, answer).await
}

/// Opens a connection that the next request finds; what is answered does not matter.
pub async fn warm(azure: &Azure) -> Result<(), VendorError> {
    let url = format!("{}{PATH}", azure.settings.base_url);
    let answered = azure.http.head(url).timeout(azure.settings.deadlines.first_byte).send().await;
    answered.map(drop).map_err(|_| VendorError::Connect)
}

fn request(azure: &Azure) -> RequestBuilder {
    azure
        .http
        .post(format!("{}{PATH}", azure.settings.base_url))
        .header(KEY_HEADER, azure.key.clone())
        .header("X-Microsoft-OutputFormat", HeaderValue::from_static(OUTPUT_FORMAT))
        .header(CONTENT_TYPE, HeaderValue::from_static("application/ssml+xml"))
        .header(USER_AGENT, HeaderValue::from_static(PRODUCT))
}
