//! What a call is begun with: its parts, of the tenant that is called.

use call::Call;
use proto::{
    booking::v1::Tenant,
    common::v1::Channel,
    conversation::v1::{CallStarted, SpeechKind},
};
use tokio::{task::JoinSet, time::Instant};

use super::{Driver, call_span::CallSpan, measure::Measure, served::Served, speaking::Speaking, trace_file::TraceFile};
use crate::{
    converse::{Caller, Conversation},
    gateway::Gateway,
    lease,
    listen::{leg::Listening, transcribe::Hints},
    phrases,
    recording::Recording,
    tenant_call,
    twilio::media_stream::{Line, Opened},
};

impl Driver {
    pub(super) fn begin(gateway: &Gateway, opened: &Opened, tenant: &Tenant, names: Vec<String>, line: Line) -> Self {
        let config = gateway.config();
        let call_config = tenant_call::config(tenant, config);

        let speech = gateway.speech_of(tenant);
        let hints = Hints { language: speech.language_tag.clone(), terms: names };
        let listening = Listening::begin(gateway.engine(), &speech.transcribers, hints);
        let speaking = Speaking::begin(speech.synthesizer.for_call());
        let call_started = CallStarted {
            tenant_id: opened.admitted.tenant_id.to_string(),
            channel: Channel::Phone.into(),
            call_sid: opened.call_sid.to_string(),
            stream_sid: opened.stream_sid.to_string(),
            caller_phone: opened.admitted.caller_phone.clone(),
            stt_provider: listening.provider().to_owned(),
            tts_provider: speaking.provider().to_owned(),
            session_id: String::new(),
            trace_tools: false,
        };
        let span = CallSpan::begin(&opened.call_sid);
        let caller = Caller { channel: gateway.conversation(), started: call_started, span: span.context() };
        let conversation = Conversation::open(caller.clone());
        let mut leases = JoinSet::new();
        leases.spawn(lease::keep_place(
            gateway.admission().clone(),
            opened.admitted.tenant_id,
            opened.call_sid.clone(),
        ));
        // Without a consent sentence nothing could be consented to.
        let store = config.recording.store.as_ref();
        let recorded = store.filter(|_| tenant.recording_enabled && phrases::asks_consent(tenant, config));
        let recorded = recorded.map(|store| store.file(opened.admitted.tenant_id, &opened.call_sid));
        let now = Instant::now();
        Self {
            gateway: gateway.clone(),
            opened: opened.clone(),
            began: now,
            trace: TraceFile::begin(config.trace_dir.as_deref(), &opened.call_sid, &call_config),
            recording: Recording::prepared(recorded, gateway.lifecycle().clone()),
            call: Call::new(call_config),
            reader: line.reader,
            writer: line.writer,
            listener: Served::new(SpeechKind::Recognition, listening.provider()),
            speaker: Served::new(SpeechKind::Synthesis, speaking.provider()),
            listening,
            speaking,
            conversation,
            caller,
            conversation_lost: false,
            leases,
            measure: Measure::of_call(span),
            line_ready: false,
            last_frame_at: now,
            alarm: Box::pin(tokio::time::sleep_until(now)),
            stopping: Box::pin(gateway.lifecycle().soft().clone().cancelled_owned()),
            hung_up: false,
            told_to_stop: false,
            outcome: None,
        }
    }
}
