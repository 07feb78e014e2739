//! Everything that is Twilio's: its signed webhooks, TwiML, and the Media Streams WebSocket.
//!
//! A call comes in through [`webhook`], which answers with [`twiml`] that sends the carrier to [`media_stream`].

pub mod media_stream;
pub mod message;
pub mod signature;
pub mod twiml;
pub mod webhook;
