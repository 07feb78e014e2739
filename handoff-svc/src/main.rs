//! The handoff service as a process of its own.

use std::process::ExitCode;

use handoff_svc::{Config, GRPC_NAME, HandoffSvc};
use service_runtime::{
    Clock,
    process::{Port, Process, Served},
};

const PROCESS: Process = Process {
    name: "handoff",
    grpc_name: GRPC_NAME,
    descriptors: proto::DESCRIPTORS,
    grpc: Port { variable: "HANDOFF_GRPC_ADDR", default: 7003 },
    http: Port { variable: "HANDOFF_HTTP_ADDR", default: 7103 },
};

#[tokio::main]
async fn main() -> anyhow::Result<ExitCode> {
    PROCESS
        .run(async |env, lifecycle| {
            let service = HandoffSvc::start(&Config::of(env)?, Clock::system(), lifecycle).await?;
            let mut served = Served { http: service.http(), ..Served::default() };
            service.add_grpc(&mut served.grpc);
            Ok(served)
        })
        .await
}
