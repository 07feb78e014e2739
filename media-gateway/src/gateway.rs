//! What all calls of this process share. Cheap to clone.

use std::sync::Arc;

use axum::Router;
use proto::{
    booking::v1::{GetTenantRequest, ListServicesRequest, Tenant, booking_service_client::BookingServiceClient},
    id::{CallSid, TenantId},
};
use service_runtime::{Clock, lifecycle::Lifecycle};
use tonic::transport::Channel;

use crate::{
    admission::{Admission, AdmissionError},
    config::Config,
    listen::transcribe::TranscriberFactory,
    phrases,
    pressure::Pressure,
    recording,
    speak::synthesize::{Provider, Synthesizer},
    speech,
    tenant_speech::{SpeechProviders, TenantSpeech},
    twilio::hang_up::HangUp,
};

/// How long a call's beginning waits for the names that its caller may say.
const NAMES_PATIENCE: std::time::Duration = std::time::Duration::from_millis(500);

/// The media gateway of one process.
#[derive(Clone)]
pub struct Gateway(Arc<Shared>);

struct Shared {
    config: Config,
    clock: Clock,
    lifecycle: Lifecycle,
    admission: Admission,
    pressure: Pressure,
    booking: BookingServiceClient<Channel>,
    conversation: Channel,
    engine: speech::Engine,
    speech: SpeechProviders,
    hang_up: Option<HangUp>,
}

#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("loading the speech models: {0}")]
    Speech(#[from] speech::LoadError),
    #[error("loading the speech models: the loading thread panicked")]
    SpeechPanicked,
    #[error("{0}; set REDIS_URL to a Redis 6 or later, or run `receptionist up`, which brings its own")]
    Admission(#[from] AdmissionError),
    #[error("setting up the client of a vendor: {0}")]
    HttpClient(reqwest::Error),
    #[error(transparent)]
    Grpc(#[from] service_runtime::grpc::GrpcError),
}

impl Gateway {
    /// Loads the speech models and connects to Redis. The other services are reached on first use.
    pub async fn start(config: Config, clock: Clock, lifecycle: &Lifecycle) -> Result<Self, StartError> {
        let models_dir = config.models_dir.clone();
        let loading = tokio::task::spawn_blocking(move || speech::Engine::load(&models_dir));
        let admission = Admission::connect(&config.redis_url).await?;
        let engine = loading.await.map_err(|_| StartError::SpeechPanicked)??;
        let booking = BookingServiceClient::new(service_runtime::grpc::channel(&config.booking_url)?);
        let conversation = service_runtime::grpc::channel(&config.conversation_url)?;
        if config.voice_enabled && config.twilio_auth_token.is_none() {
            tracing::warn!("TWILIO_AUTH_TOKEN is not set: every webhook will be refused, since none can be verified");
        }
        let transcribers = TranscriberFactory::new(&config.listeners, &engine);
        let voices = Provider::installed(&config.voices, &engine, clock).map_err(StartError::HttpClient)?;
        let synthesizer = Synthesizer::new(voices).keeping_phrases(&config.phrases);
        synthesizer.load_phrases().await;
        let speech = SpeechProviders::new(&config, transcribers, synthesizer);
        let hang_up = config.carrier_account.clone().map(HangUp::new).transpose().map_err(StartError::HttpClient)?;
        let pressure = Pressure::default();
        let gateway = Self(Arc::new(Shared {
            config,
            clock,
            lifecycle: lifecycle.clone(),
            admission,
            pressure: pressure.clone(),
            booking,
            conversation,
            engine,
            speech,
            hang_up,
        }));
        let soft = lifecycle.soft().clone();
        lifecycle.tasks().spawn(async move { soft.run_until_cancelled_owned(pressure.watch()).await });
        if let Some(store) = gateway.config().recording.store.clone() {
            lifecycle.tasks().spawn(recording::keep_clean(gateway.clone(), store));
        }
        Ok(gateway)
    }

    /// The carrier's routes, and those of the recordings.
    pub fn http(&self) -> Router {
        crate::twilio::webhook::routes(self.clone()).merge(recording::routes(self.config().recording.clone()))
    }

    pub fn config(&self) -> &Config {
        &self.0.config
    }

    pub fn clock(&self) -> Clock {
        self.0.clock
    }

    pub fn lifecycle(&self) -> &Lifecycle {
        &self.0.lifecycle
    }

    /// The embedded speech models, for whoever shares them with the calls.
    pub fn engine(&self) -> &speech::Engine {
        &self.0.engine
    }

    pub(crate) fn admission(&self) -> &Admission {
        &self.0.admission
    }

    pub(crate) fn pressure(&self) -> &Pressure {
        &self.0.pressure
    }

    pub(crate) fn booking(&self) -> BookingServiceClient<Channel> {
        self.0.booking.clone()
    }

    pub(crate) fn conversation(&self) -> Channel {
        self.0.conversation.clone()
    }

    /// Who listens and who speaks on a tenant's calls.
    pub(crate) fn speech_of(&self, tenant: &Tenant) -> Arc<TenantSpeech> {
        self.0.speech.of(tenant)
    }

    pub(crate) async fn tenant(&self, tenant: TenantId) -> Result<Tenant, tonic::Status> {
        let mut request = tonic::Request::new(GetTenantRequest { tenant_id: tenant.to_string() });
        request.set_timeout(std::time::Duration::from_secs(3));
        Ok(self.booking().get_tenant(request).await?.into_inner())
    }

    /// The names that callers of a tenant say: its services and staff. Empty when they are not there at once:
    /// they help, and nothing depends on them.
    pub(crate) async fn names_to_expect(&self, tenant: TenantId) -> Vec<String> {
        let mut request = tonic::Request::new(ListServicesRequest { tenant_id: tenant.to_string() });
        request.set_timeout(NAMES_PATIENCE);
        match self.booking().list_services(request).await {
            Ok(listed) => {
                let listed = listed.into_inner();
                let services = listed.services.into_iter().map(|service| service.name);
                services.chain(listed.staff.into_iter().map(|staff| staff.name)).collect()
            }
            Err(status) => {
                tracing::warn!(code = ?status.code(), "recognition goes without the tenant's names");
                Vec::new()
            }
        }
    }

    /// Ends a call at the carrier, besides by closing its stream; it takes as long as it takes, and the process waits for it.
    pub(crate) fn hang_up(&self, call: CallSid) {
        let Some(hang_up) = self.0.hang_up.clone() else { return };
        self.lifecycle().tasks().spawn(async move {
            let ended = hang_up.end(&call).await;
            let result = if ended.is_ok() { "ended" } else { "failed" };
            metrics::counter!("carrier_hang_ups_total", "result" => result).increment(1);
            if let Err(error) = ended {
                tracing::error!(call_sid = %call, %error, "could not end a call at the carrier");
            }
        });
    }

    /// Makes a tenant's fixed phrases ahead of the call, so that none of them waits for synthesis.
    pub(crate) fn warm_up(&self, tenant: Tenant) {
        let gateway = self.clone();
        self.lifecycle().tasks().spawn(async move {
            let phrases = phrases::of_tenant(&tenant, gateway.config());
            if let Err(error) = gateway.speech_of(&tenant).synthesizer.warm(&phrases).await {
                tracing::warn!(%error, "could not make a tenant's phrases ahead; they are made when they are wanted");
            }
        });
    }
}
