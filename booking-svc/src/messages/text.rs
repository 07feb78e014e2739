//! Tells clients by text message. The handoff service sends it: it has the carrier's keys, and counts what a phone gets in
//! a day.

use std::time::Duration;

use proto::{
    PhoneNumber,
    handoff::v1::{Delivery, SendTextRequest, handoff_service_client::HandoffServiceClient},
};
use service_runtime::grpc::{self, GrpcError};
use tonic::{Request, transport::Channel};

use crate::{
    booking::announcement::Announcement,
    jobs::outbox::{Listener, Told, Untold},
};

use super::{
    occasion::{Occasion, Reader},
    wording,
};

/// The carrier may be tried for five seconds.
const SEND_MAX: Duration = Duration::from_secs(10);

pub struct ByText {
    reader: Reader,
    texts: Option<HandoffServiceClient<Channel>>,
}

impl ByText {
    pub fn new(reader: Reader, url: Option<&str>) -> Result<Self, GrpcError> {
        let texts = url.map(grpc::channel).transpose()?.map(HandoffServiceClient::new);
        Ok(Self { reader, texts })
    }
}

#[tonic::async_trait]
impl Listener for ByText {
    fn name(&self) -> &'static str {
        "text"
    }

    async fn tell(&self, announcement: &Announcement) -> Result<Told, Untold> {
        let Some(texts) = &self.texts else { return Ok(Told::Skipped("off")) };
        let occasion = match self.reader.read(announcement).await? {
            Ok(occasion) => occasion,
            Err(nothing) => return Ok(Told::Skipped(nothing)),
        };
        if !occasion.business().messages.by_text {
            return Ok(Told::Skipped("not_wanted"));
        }
        // A number that is no more than a hash is none.
        let Ok(phone) = occasion.stored.client_phone.reveal().parse::<PhoneNumber>() else {
            return Ok(Told::Skipped("no_phone"));
        };
        let mut request = Request::new(SendTextRequest {
            tenant_id: announcement.tenant.to_string(),
            phone_number: phone.reveal().to_owned(),
            body: body(&occasion),
            idempotency_key: format!("appointment/{}/{}", announcement.appointment, announcement.version),
        });
        request.set_timeout(SEND_MAX);
        match texts.clone().send_text(request).await {
            Ok(answer) => told(answer.into_inner().delivery()),
            Err(status) => {
                tracing::warn!(code = ?status.code(), "the service that sends text messages did not answer");
                // Under the same key it sends no second one.
                Err(Untold::Later { reason: "service", after: None })
            }
        }
    }
}

fn body(occasion: &Occasion) -> String {
    wording::of(occasion.language()).text(occasion.topic, &occasion.facts())
}

fn told(delivery: Delivery) -> Result<Told, Untold> {
    match delivery {
        Delivery::Sent => Ok(Told::Done),
        Delivery::Off => Ok(Told::Skipped("off")),
        Delivery::Limited => Ok(Told::Skipped("limited")),
        Delivery::Refused => Err(Untold::Never { reason: "refused" }),
        Delivery::Unclear => Err(Untold::Never { reason: "unclear" }),
        Delivery::Failed | Delivery::Unspecified => Err(Untold::Later { reason: "carrier", after: None }),
    }
}
