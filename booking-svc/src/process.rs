//! The booking service as a process of its own, whichever program runs it.

use std::process::ExitCode;

use service_runtime::{
    Clock,
    process::{Port, Process, Served},
};

use crate::{BookingSvc, Config, GRPC_NAME};

const PROCESS: Process = Process {
    name: "booking",
    grpc_name: GRPC_NAME,
    descriptors: proto::DESCRIPTORS,
    grpc: Port { variable: "BOOKING_GRPC_ADDR", default: 7001 },
    http: Port { variable: "BOOKING_HTTP_ADDR", default: 7101 },
};

/// Serves until a signal.
pub async fn run() -> anyhow::Result<ExitCode> {
    PROCESS
        .run(async |env, lifecycle| {
            let service = BookingSvc::start(&Config::of(env)?, Clock::system(), lifecycle).await?;
            let mut served = Served { http: service.http(), ..Served::default() };
            service.add_grpc(&mut served.grpc);
            Ok(served)
        })
        .await
}
