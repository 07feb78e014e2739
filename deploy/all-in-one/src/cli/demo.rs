//! `demo`: everything on a fresh folder, then one spoken call that books an appointment.

use std::{net::SocketAddr, process::ExitCode};

use anyhow::Context as _;
use jiff::tz::TimeZone;
use service_runtime::{Clock, Env};
use system_tests::caller::{Ears, Said};

use super::exit_code;
use crate::{
    demonstration::{self, Demonstrated, Plan, Wish},
    directory,
    up::{Data, Running, UpConfig},
};

/// The carrier believes to call this host; its requests are sent to the local port. So the signatures that are checked
/// are those of a real installation.
const PUBLIC_URL: &str = "https://receptionist.example";

#[derive(Debug, clap::Args)]
pub struct Args {
    /// The result as one JSON line, the last one; the conversation goes to standard error
    #[arg(long)]
    json: bool,
}

pub async fn run(args: Args) -> anyhow::Result<ExitCode> {
    let show = Show { json: args.json };
    show.line("Starting a private PostgreSQL and Redis, the four services and the speech models …");
    let running = Running::start(UpConfig {
        data: Data::Throwaway,
        http: SocketAddr::from(([127, 0, 0, 1], 0)),
        clock: Clock::system(),
        env: fresh_env(),
        voice: true,
    })
    .await?;
    let demonstrated = call(&running, &show).await;
    running.stop().await?;
    let demonstrated = demonstrated?;
    show.result(&demonstrated)?;
    Ok(exit_code(demonstrated.booked))
}

/// Nothing of the user's own installation is touched, and no vendor is called.
fn fresh_env() -> Env {
    ["DATABASE_URL", "REDIS_URL", "TWILIO_AUTH_TOKEN", "TWILIO_ACCOUNT_SID", "VOICE_CHANNEL_ENABLED"]
        .into_iter()
        .fold(Env::of_process(), |env, name| env.with(name, ""))
        .with("PUBLIC_URL", PUBLIC_URL)
}

async fn call(running: &Running, show: &Show) -> anyhow::Result<Demonstrated> {
    let wish = Wish::MASSAGE;
    let businesses = directory::businesses(running.pool()).await?;
    let business =
        businesses.iter().find(|b| b.slug == wish.tenant).context("the demonstration business is missing")?;
    let zone = TimeZone::get(&business.time_zone)?;
    let plan = Plan::of(running, wish, &zone, Clock::system(), 0).await?;
    let ears = Ears::load(running.models_dir.as_deref().context("voice is off")?)?;
    show.line(&format!(
        "Calling {} at {}: {}, {} at {}\n",
        business.name, plan.called, wish.service, plan.purpose.day, plan.purpose.time
    ));
    Ok(demonstration::make_call(running, &plan, &ears, |said| show.said(&said)).await?)
}

/// Where things are shown: on standard output, or beside it when that is for the JSON line.
struct Show {
    json: bool,
}

impl Show {
    fn line(&self, text: &str) {
        if self.json { eprintln!("{text}") } else { println!("{text}") }
    }

    fn said(&self, said: &Said) {
        self.line(&super::call::shown(said));
    }

    fn result(&self, demonstrated: &Demonstrated) -> anyhow::Result<()> {
        match &demonstrated.appointment {
            Some(appointment) => {
                self.line(&format!(
                    "\nIn the database:  {} with {}, {}, for {} <{}>",
                    appointment.service,
                    appointment.staff,
                    appointment.start.strftime("%A, %B %-d, %Y at %-I:%M %p"),
                    appointment.client_name,
                    appointment.client_email
                ));
                if !demonstrated.differs.is_empty() {
                    let what = demonstrated.differs.join(" and ");
                    self.line(&format!("The {what} came through wrong, and the caller did not notice."));
                }
            }
            None => self.line("\nNo appointment is in the database."),
        }
        if self.json {
            println!("{}", serde_json::to_string(demonstrated)?);
        }
        Ok(())
    }
}
