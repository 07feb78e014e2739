//! gRPC servers and channels with the settings that keep a long stream alive, and a dead peer noticed.

use std::{net::SocketAddr, time::Duration};

use tokio::net::TcpListener;
use tokio_stream::wrappers::TcpListenerStream;
use tokio_util::sync::CancellationToken;
use tonic::{
    service::{Routes, RoutesBuilder},
    transport::{Channel, Endpoint, Server},
};

/// How often an idle connection is probed; off by default in tonic, and then a dead peer on a silent stream is
/// never noticed.
const KEEP_ALIVE_INTERVAL: Duration = Duration::from_secs(10);
const KEEP_ALIVE_TIMEOUT: Duration = Duration::from_secs(5);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);

#[derive(Debug, thiserror::Error)]
pub enum GrpcError {
    #[error("gRPC address {0}: expected http://host:port")]
    Address(String),
    #[error("reading the gRPC reflection data: {0}")]
    Reflection(#[from] tonic_reflection::server::Error),
    #[error("serving gRPC: {0}")]
    Serve(#[from] tonic::transport::Error),
}

/// A channel to another service that connects on first use and again after a loss.
pub fn channel(uri: &str) -> Result<Channel, GrpcError> {
    let endpoint = Endpoint::from_shared(uri.to_owned()).map_err(|_| GrpcError::Address(uri.to_owned()))?;
    Ok(endpoint
        .connect_timeout(CONNECT_TIMEOUT)
        .http2_keep_alive_interval(KEEP_ALIVE_INTERVAL)
        .keep_alive_timeout(KEEP_ALIVE_TIMEOUT)
        .keep_alive_while_idle(true)
        .tcp_nodelay(true)
        .connect_lazy())
}

/// Serves gRPC services, with health and reflection (v1 and, for older tools, v1alpha), until `stop`.
pub async fn serve(
    listener: TcpListener,
    mut services: RoutesBuilder,
    service_names: &[&str],
    descriptors: &'static [u8],
    stop: CancellationToken,
) -> Result<(), GrpcError> {
    let (health, health_service) = tonic_health::server::health_reporter();
    for name in service_names {
        health.set_service_status(*name, tonic_health::ServingStatus::Serving).await;
    }
    let reflection = || {
        tonic_reflection::server::Builder::configure()
            .register_encoded_file_descriptor_set(descriptors)
            .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
    };
    services.add_service(health_service);
    services.add_service(reflection().build_v1()?);
    services.add_service(reflection().build_v1alpha()?);
    let routes: Routes = services.routes();

    let names: Vec<String> = service_names.iter().map(|n| (*n).to_owned()).collect();
    let stopping = async move {
        stop.cancelled().await;
        for name in names {
            health.set_service_status(name, tonic_health::ServingStatus::NotServing).await;
        }
    };
    // `serve_with_incoming` ignores the server's own nodelay setting, so each socket gets it here.
    let incoming = futures::StreamExt::map(TcpListenerStream::new(listener), |socket| {
        socket.inspect(|socket| {
            let _ = socket.set_nodelay(true);
        })
    });
    Server::builder()
        .http2_keepalive_interval(Some(KEEP_ALIVE_INTERVAL))
        .http2_keepalive_timeout(Some(KEEP_ALIVE_TIMEOUT))
        .add_routes(routes)
        .serve_with_incoming_shutdown(incoming, stopping)
        .await?;
    Ok(())
}

/// The address of a listener as a channel takes it.
pub fn uri_of(address: SocketAddr) -> String {
    format!("http://{address}")
}
