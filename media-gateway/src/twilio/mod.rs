//! Everything that is Twilio's: its signed webhooks, TwiML, and the Media Streams WebSocket.
//!
//! A call comes in through [`webhook`], which answers with [`twiml`] that sends the carrier to [`media_stream`]. From then
//! on [`reader`] hears the carrier and [`writer`] speaks to it, in the messages of [`message`]. [`hang_up`] ends the call.

pub mod hang_up;
mod lag;
pub mod media_stream;
pub mod message;
pub mod reader;
mod sequence;
pub mod signature;
pub mod twiml;
pub mod webhook;
pub mod writer;
