//! Google Calendar, API v3, as far as it is needed: events of a calendar read, written and watched.
//!
//! This module speaks the protocol and decides nothing: [`super::sync`] and [`super::publish`] do.

mod client;
mod error;
pub mod event;
mod settings;
mod token;

pub use client::{Changes, Channel, Google, NewChannel, REQUEST_MAX};
pub use error::GoogleError;
pub use settings::{GoogleSettings, OauthClient, ServiceAccount};
pub use token::Access;
