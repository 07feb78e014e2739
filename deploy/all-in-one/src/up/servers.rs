//! The gRPC port's server.

use service_runtime::grpc::{self, GrpcError};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tonic::service::RoutesBuilder;

pub async fn serve_grpc<const N: usize>(
    listener: TcpListener,
    routes: RoutesBuilder,
    names: [&'static str; N],
    stop: CancellationToken,
) -> Result<(), GrpcError> {
    grpc::serve(listener, routes, &names, proto::DESCRIPTORS, stop).await
}
