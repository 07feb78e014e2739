//! The whole system, over real sockets, with real audio, on a real PostgreSQL and Redis. Run by `make test`.

mod at_once;
mod azure_stt;
mod azure_tts;
mod azure_websocket;
mod books;
mod cut_off;
mod deaf;
mod deepgram;
mod elevenlabs;
mod keeps_phrases;
mod line;
mod log;
mod record;
mod recording;
mod refuses;
mod says_no;
mod spanish;
mod spoken;
mod stopwatch;
mod stt_failover;
mod tenant_speech;
mod tts_failover;
mod tts_phrases;
mod tts_wire;
mod voice_dies;
mod whole;
