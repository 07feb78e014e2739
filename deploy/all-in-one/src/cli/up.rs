//! `up`: everything in one process, until a signal.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    process::ExitCode,
};

use service_runtime::{Clock, Env, spans::Spans};

use super::exit_code;
use crate::{
    directory,
    up::{Data, Running, UpConfig},
};

#[derive(Debug, clap::Args)]
pub struct Args {
    /// The HTTP port; 0: any free one
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// The address to listen on: this machine only, unless it says otherwise
    #[arg(long, default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    listen: IpAddr,
    /// Where the data lives
    #[arg(long, default_value = ".data", value_name = "DIR")]
    data_dir: PathBuf,
}

pub async fn run(args: Args) -> anyhow::Result<ExitCode> {
    let env = Env::of_process();
    let spans = Spans::start(&env, "receptionist")?;
    let running = Running::start(UpConfig {
        data: Data::Kept(args.data_dir.clone()),
        http: SocketAddr::new(args.listen, args.port),
        clock: Clock::system(),
        env,
        voice: true,
    })
    .await?;
    print_addresses(&running, &args).await?;
    let ended_well = running.run_until_stopped().await?;
    spans.end().await;
    Ok(exit_code(ended_well))
}

async fn print_addresses(running: &Running, args: &Args) -> anyhow::Result<()> {
    let Some(http) = running.http_addr else { return Ok(()) };
    println!("receptionist is up.\n");
    println!("  voice webhook   http://{http}/voice");
    println!("  REST            http://{http}/api/v1/openapi.json");
    println!("  health          http://{http}/readyz, figures at /metrics");
    println!("  data            {}", args.data_dir.display());
    println!("  businesses");
    for business in directory::businesses(running.pool()).await? {
        println!("    {:<24} {}", business.name, business.phone_numbers.join(", "));
    }
    let data_dir = if args.data_dir.as_path() == Path::new(".data") {
        String::new()
    } else {
        format!(" --data-dir {}", args.data_dir.display())
    };
    println!(
        "\nCall it:  receptionist call --to http://{http}{data_dir} --say \"I would like to book an appointment\""
    );
    println!("Stop it:  Ctrl-C\n");
    Ok(())
}
