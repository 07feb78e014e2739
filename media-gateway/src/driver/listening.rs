//! The caller's side of a call: frames in, voice activity and words out.

use call::{Event, UtteranceId};

use crate::{
    gateway::StartError,
    listen::{
        mulaw,
        resample::Upsampler,
        transcribe::{Command, Heard, Transcriber, TranscriberFactory},
        voice_activity::{Change, VoiceActivity},
    },
};
