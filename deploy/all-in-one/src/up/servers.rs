//! The two ports' servers.

use std::net::SocketAddr;

use axum::{Router, serve::ListenerExt as _};
use service_runtime::grpc::{self, GrpcError};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tonic::service::RoutesBuilder;

pub async fn serve_http(listener: TcpListener, routes: Router, stop: CancellationToken) -> std::io::Result<()> {
    // A frame of audio must not wait for the one after it.
    let listener = listener.tap_io(|socket| {
        let _ = socket.set_nodelay(true);
    });
    axum::serve(listener, routes.into_make_service_with_connect_info::<SocketAddr>())
        .with_graceful_shutdown(stop.cancelled_owned())
        .await
}

pub async fn serve_grpc<const N: usize>(
    listener: TcpListener,
    routes: RoutesBuilder,
    names: [&'static str; N],
    stop: CancellationToken,
) -> Result<(), GrpcError> {
    grpc::serve(listener, routes, &names, proto::DESCRIPTORS, stop).await
}
