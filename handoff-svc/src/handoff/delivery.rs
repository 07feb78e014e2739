//! Tells the caller the link by text message, where that is possible and not too often. Whatever stands in the way is an
//! answer, not an error: the caller is then told by voice where to go.

use proto::{PhoneNumber, id::TenantId};
use sqlx::PgPool;

use super::{Token, message};
use crate::{
    sms::{SmsError, Twilio},
    store::{
        self,
        messages::{self, Fate},
    },
};

/// What became of the text message with the link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    Sent,
    /// No messages are sent here, or there is nothing to link to.
    Off,
    /// This phone had as many in a day as it may.
    Limited,
    /// The carrier will not send to this number.
    Refused,
    /// The carrier did not answer in time, or had trouble; or we had.
    Failed,
}

impl Delivery {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Off => "off",
            Self::Limited => "limited",
            Self::Refused => "refused",
            Self::Failed => "failed",
        }
    }
}

/// Cheap to clone.
#[derive(Debug, Clone)]
pub struct Delivering {
    /// None: no messages are sent.
    carrier: Option<Twilio>,
    /// Where the web chat of this installation is, if it is not on each business's own address.
    web_url: Option<String>,
}

impl Delivering {
    pub const fn new(carrier: Option<Twilio>, web_url: Option<String>) -> Self {
        Self { carrier, web_url }
    }

    pub async fn deliver(&self, pool: &PgPool, tenant: TenantId, phone: &PhoneNumber, token: &Token) -> Delivery {
        let delivery = self.try_to(pool, tenant, phone, token).await.unwrap_or_else(|error| {
            tracing::error!(%error, "a text message was not sent");
            Delivery::Failed
        });
        metrics::counter!("handoff_messages_total", "delivery" => delivery.as_str()).increment(1);
        delivery
    }

    async fn try_to(
        &self,
        pool: &PgPool,
        tenant: TenantId,
        phone: &PhoneNumber,
        token: &Token,
    ) -> Result<Delivery, store::StoreError> {
        let Some(carrier) = &self.carrier else {
            tracing::info!(%tenant, "no text message is sent: there are no carrier keys, or TWILIO_SMS_ENABLED is off");
            return Ok(Delivery::Off);
        };
        let sender = store::sender(pool, tenant).await?;
        let Some(link) = message::link(self.web_url.as_deref(), &sender, token) else {
            tracing::warn!(%tenant, "no text message is sent: set PUBLIC_WEB_URL, or the business's web address");
            return Ok(Delivery::Off);
        };
        let Some(id) = messages::reserve(pool, tenant, phone).await? else {
            tracing::info!(%tenant, "no text message is sent: the phone had its share of today");
            return Ok(Delivery::Limited);
        };
        let sent = carrier.send(phone, &message::text(&sender, &link)).await;
        let (delivery, fate) = judge(&sent);
        if let Err(error) = sent {
            tracing::warn!(%tenant, %error, "a text message was not sent");
        }
        // It only counts what was sent: a message that is not settled counts as one.
        if let Err(error) = messages::settle(pool, id, fate).await {
            tracing::warn!(%error, "a text message could not be settled");
        }
        Ok(delivery)
    }
}

fn judge(sent: &Result<String, SmsError>) -> (Delivery, Fate<'_>) {
    match sent {
        Ok(carrier_sid) => (Delivery::Sent, Fate::Sent { carrier_sid }),
        Err(error @ SmsError::Refused { .. }) => (Delivery::Refused, Fate::Failed { code: error.code() }),
        Err(error @ (SmsError::Account { .. } | SmsError::Away { .. })) => {
            (Delivery::Failed, Fate::Failed { code: error.code() })
        }
        Err(SmsError::Unclear { .. }) => (Delivery::Failed, Fate::Unclear),
    }
}
