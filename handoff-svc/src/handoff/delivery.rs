//! Sends text messages, where that is possible and not too often: a call's link, and what other services want to say.
//! Whatever stands in the way is an answer, not an error: a caller is then told by voice where to go.

use proto::{PhoneNumber, Private, id::TenantId};
use sqlx::PgPool;

use super::{Token, message};
use crate::{
    sms::{SmsError, Twilio},
    store::{
        self,
        messages::{self, Fate, Reserved},
    },
};

/// What became of a text message.
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
    /// The carrier may have sent it.
    Unclear,
}

impl Delivery {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Off => "off",
            Self::Limited => "limited",
            Self::Refused => "refused",
            Self::Failed => "failed",
            Self::Unclear => "unclear",
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

    /// The link of a handoff.
    pub async fn deliver(&self, pool: &PgPool, tenant: TenantId, phone: &PhoneNumber, token: &Token) -> Delivery {
        let delivery = self.link(pool, tenant, phone, token).await;
        // A caller on the line is told the same.
        counted(delivery.map(|sent| if sent == Delivery::Unclear { Delivery::Failed } else { sent }))
    }

    /// What another service wants to say; under one key once.
    pub async fn send(
        &self,
        pool: &PgPool,
        tenant: TenantId,
        phone: &PhoneNumber,
        body: &Private<String>,
        key: &str,
    ) -> Delivery {
        let delivery = match &self.carrier {
            Some(carrier) => send(carrier, pool, tenant, phone, body, Some(key)).await,
            None => Ok(Delivery::Off),
        };
        counted(delivery)
    }

    async fn link(
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
        send(carrier, pool, tenant, phone, &message::text(&sender, &link), None).await
    }
}

async fn send(
    carrier: &Twilio,
    pool: &PgPool,
    tenant: TenantId,
    phone: &PhoneNumber,
    body: &Private<String>,
    key: Option<&str>,
) -> Result<Delivery, store::StoreError> {
    let id = match messages::reserve(pool, tenant, phone, key).await? {
        Reserved::New(id) => id,
        Reserved::Sent => return Ok(Delivery::Sent),
        Reserved::Unclear => return Ok(Delivery::Unclear),
        Reserved::Limited => {
            tracing::info!(%tenant, "no text message is sent: the phone had its share of today");
            return Ok(Delivery::Limited);
        }
    };
    let sent = carrier.send(phone, body).await;
    let (delivery, fate) = judge(&sent);
    if let Err(error) = sent {
        tracing::warn!(%tenant, %error, "a text message was not sent");
    }
    // It only counts what was sent: a message that is not settled counts as one.
    if let Err(error) = messages::settle(pool, tenant, id, fate).await {
        tracing::warn!(%error, "a text message could not be settled");
    }
    Ok(delivery)
}

fn counted(delivery: Result<Delivery, store::StoreError>) -> Delivery {
    let delivery = delivery.unwrap_or_else(|error| {
        tracing::error!(%error, "a text message was not sent");
        Delivery::Failed
    });
    metrics::counter!("handoff_messages_total", "delivery" => delivery.as_str()).increment(1);
    delivery
}

fn judge(sent: &Result<String, SmsError>) -> (Delivery, Fate<'_>) {
    match sent {
        Ok(carrier_sid) => (Delivery::Sent, Fate::Sent { carrier_sid }),
        Err(error @ SmsError::Refused { .. }) => (Delivery::Refused, Fate::Failed { code: error.code() }),
        Err(error @ (SmsError::Account { .. } | SmsError::Away { .. })) => {
            (Delivery::Failed, Fate::Failed { code: error.code() })
        }
        Err(SmsError::Unclear { .. }) => (Delivery::Unclear, Fate::Unclear),
    }
}
