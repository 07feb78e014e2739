//! Compiles the contract with protox: no protoc on the machine is needed.

use prost::Message as _;

const FILES: &[&str] = &[
    "receptionist/common/v1/common.proto",
    "receptionist/booking/v1/booking.proto",
    "receptionist/conversation/v1/conversation.proto",
    "receptionist/handoff/v1/handoff.proto",
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo:rerun-if-changed=receptionist");
    let descriptors = protox::compile(FILES, ["."])?;
    let out = std::path::PathBuf::from(std::env::var("OUT_DIR")?);
    std::fs::write(out.join("descriptors.bin"), descriptors.encode_to_vec())?;
    tonic_prost_build::configure().compile_fds(descriptors)?;
    Ok(())
}
