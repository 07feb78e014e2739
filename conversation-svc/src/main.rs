//! The conversation service as a process of its own.

use std::process::ExitCode;

use conversation_svc::{Config, ConversationSvc, GRPC_NAME};
use service_runtime::{
    Clock,
    process::{Port, Process, Served},
};

const PROCESS: Process = Process {
    name: "conversation",
    grpc_name: GRPC_NAME,
    descriptors: proto::DESCRIPTORS,
    grpc: Port { variable: "CONVERSATION_GRPC_ADDR", default: 7002 },
    http: Port { variable: "CONVERSATION_HTTP_ADDR", default: 7102 },
};

#[tokio::main]
async fn main() -> anyhow::Result<ExitCode> {
    PROCESS
        .run(async |env, lifecycle| {
            let service = ConversationSvc::start(&Config::of(env)?, Clock::system(), lifecycle).await?;
            let mut served = Served::default();
            service.add_grpc(&mut served.grpc);
            Ok(served)
        })
        .await
}
