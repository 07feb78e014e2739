//! An OpenTelemetry collector: takes what is exported over OTLP, and shows it.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};

use opentelemetry_proto::tonic::{
    collector::trace::v1::{
        ExportTraceServiceRequest, ExportTraceServiceResponse,
        trace_service_server::{TraceService, TraceServiceServer},
    },
    common::v1::any_value::Value,
    trace::v1::Span,
};
use tokio::net::TcpListener;
use tokio_stream::wrappers::TcpListenerStream;
use tokio_util::task::AbortOnDropHandle;
use tonic::{Request, Response, Status, transport::Server};

/// The running fake.
pub struct Collector {
    address: SocketAddr,
    requests: Requests,
    _server: AbortOnDropHandle<()>,
}

#[derive(Clone, Default)]
struct Requests(Arc<Mutex<Vec<ExportTraceServiceRequest>>>);

impl Collector {
    pub async fn start() -> std::io::Result<Self> {
        let listener = TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, 0)).await?;
        let (address, requests) = (listener.local_addr()?, Requests::default());
        let service = TraceServiceServer::new(requests.clone());
        let server = tokio::spawn(async move {
            // It ends by being dropped.
            let _ = Server::builder().add_service(service).serve_with_incoming(TcpListenerStream::new(listener)).await;
        });
        Ok(Self { address, requests, _server: AbortOnDropHandle::new(server) })
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn spans(&self) -> Vec<Span> {
        let requests = self.requests();
        let scopes = requests.into_iter().flat_map(|request| request.resource_spans).flat_map(|of| of.scope_spans);
        scopes.flat_map(|of| of.spans).collect()
    }

    /// All that was exported, to be searched.
    pub fn requests(&self) -> Vec<ExportTraceServiceRequest> {
        self.requests.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// A number or text of a span; None if it has no such attribute.
pub fn attribute(span: &Span, key: &str) -> Option<Value> {
    span.attributes.iter().find(|attribute| attribute.key == key)?.value.clone()?.value
}

#[tonic::async_trait]
impl TraceService for Requests {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(request.into_inner());
        Ok(Response::new(ExportTraceServiceResponse::default()))
    }
}
