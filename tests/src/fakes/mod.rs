//! The vendors as servers on this machine that speak their protocols, check what they are sent, and fail on request.

pub mod anthropic;
pub mod azure_stt;
pub mod azure_tts;
pub mod cable;
pub mod collector;
pub mod deepgram;
pub mod ear;
pub mod elevenlabs;
pub mod google_calendar;
pub mod model;
pub mod openai;
pub mod readable_sound;
pub mod served;
pub mod smtp;
pub mod twilio_rest;
pub mod voice;
