use std::process::ExitCode;

fn main() -> ExitCode {
    service_runtime::install_crypto_provider();
    receptionist::cli::run()
}
