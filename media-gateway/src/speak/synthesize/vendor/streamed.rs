//! Sound that streams back as the body of an HTTP answer: sent once more if that may help, watched by two deadlines,
//! ended when nobody listens.

use reqwest::{RequestBuilder, Response};
use tokio::time::Instant;

use super::{Answer, Deadlines, Piece, VendorError, by};

/// Sends `request` and hands its sound on.
pub async fn carry(
    request: impl Fn() -> RequestBuilder,
    deadlines: Deadlines,
    answer: &mut Answer,
) -> Result<(), VendorError> {
    let unwanted = answer.unwanted();
    tokio::select! {
        // Leaving drops the request, which closes its stream.
        () = unwanted => Ok(()),
        carried = carry_wanted(request, deadlines, answer) => carried,
    }
}

async fn carry_wanted(
    request: impl Fn() -> RequestBuilder,
    deadlines: Deadlines,
    answer: &mut Answer,
) -> Result<(), VendorError> {
    let deadline = Instant::now() + deadlines.first_byte;
    let late = || VendorError::FirstByteLate(deadlines.first_byte);
    let mut response = match by(deadline, late(), open(request())).await {
        Ok(response) => response,
        Err(error) => {
            let left = deadline.saturating_duration_since(Instant::now());
            let pause = error.retry_pause(left).ok_or(error)?;
            metrics::counter!("tts_retries_total").increment(1);
            tokio::time::sleep(pause).await;
            by(deadline, late(), open(request())).await?
        }
    };
    let mut next = by(deadline, late(), sound(&mut response)).await?;
    while let Some(codes) = next {
        if !answer.give(Piece::Sound(codes)).await? {
            return Ok(());
        }
        let stalled = VendorError::Stalled(deadlines.progress);
        next = by(Instant::now() + deadlines.progress, stalled, sound(&mut response)).await?;
    }
    if !answer.has_sound() {
        return Err(VendorError::Protocol("success without sound"));
    }
    answer.give(Piece::End).await?;
    Ok(())
}

async fn open(request: RequestBuilder) -> Result<Response, VendorError> {
    let response = request
        .send()
        .await
        .map_err(|error| if error.is_connect() { VendorError::Connect } else { VendorError::BrokeOff })?;
    if response.status().is_success() {
        return Ok(response);
    }
    Err(VendorError::of_status(response.status(), response.headers()))
}

/// The next sound of a body; `None` at its end.
async fn sound(response: &mut Response) -> Result<Option<bytes::Bytes>, VendorError> {
    loop {
        match response.chunk().await.map_err(|_| VendorError::BrokeOff)? {
            Some(codes) if codes.is_empty() => {}
            next => return Ok(next),
        }
    }
}
