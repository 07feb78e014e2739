//! The two doors of the booking service, as its clients use them; and people's own calendars, by which they reach it too.

mod calendar;
mod grpc;
mod rest;

pub use calendar::Calendar;
pub use rest::Rest;

use std::net::SocketAddr;

use jiff::Timestamp;
use uuid::Uuid;

use super::journal::{Micros, Request, Said};

/// Where a client comes in.
#[derive(Clone)]
pub enum Door {
    Grpc(grpc::Grpc),
    Rest(rest::Rest),
    Calendar(Calendar),
}

/// An answer, and its words as they came.
pub struct Answer {
    pub said: Said,
    pub whole: String,
}

/// Whose business it is, and what opens its REST door.
#[derive(Clone)]
pub struct Credentials {
    pub tenant: Uuid,
    pub api_key: String,
}

impl Door {
    pub fn grpc(address: SocketAddr, tenant: Uuid) -> Result<Self, tonic::transport::Error> {
        grpc::Grpc::new(address, tenant).map(Self::Grpc)
    }

    pub fn rest(address: SocketAddr, credentials: &Credentials) -> Result<Self, reqwest::Error> {
        rest::Rest::new(address, credentials).map(Self::Rest)
    }

    pub async fn send(&self, key: &str, request: &Request) -> Answer {
        match self {
            Self::Grpc(grpc) => grpc.send(key, request).await,
            Self::Rest(rest) => rest.send(key, request).await,
            Self::Calendar(calendar) => calendar.send(request),
        }
    }
}

pub fn instant(at: Micros) -> Timestamp {
    Timestamp::from_microsecond(at).unwrap_or(Timestamp::MAX)
}

pub fn time(text: &str) -> Option<Micros> {
    text.parse::<Timestamp>().ok().map(Timestamp::as_microsecond)
}
