//! `tenant`: the businesses of an installation, their files, and the keys to their REST API.

mod add;
mod import;

use std::{path::PathBuf, process::ExitCode, time::Duration};

use anyhow::Context as _;
use booking_svc::{
    business, calendar,
    desk::Desk,
    store::{api_keys, calendar::feeds::Feed, catalog::Catalog},
};
use clap::Subcommand;
use jiff::{civil::Date, tz::TimeZone};
use secrecy::ExposeSecret as _;
use serde_json::json;
use service_runtime::{Clock, Env};
use sqlx::{PgPool, postgres::PgPoolOptions};

use crate::{
    directory::{self, Business},
    stores::Attached,
};

/// Nothing is held here.
const HOLD_TTL_UNUSED: Duration = Duration::ZERO;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Whose data; not used when `DATABASE_URL` is set
    #[arg(long, default_value = ".data", value_name = "DIR", global = true)]
    data_dir: PathBuf,
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Lists the businesses
    List {
        /// One JSON object a business
        #[arg(long)]
        json: bool,
    },
    /// Shows a business as the file that it would come from: change it and import it
    Show {
        #[arg(value_name = "BUSINESS")]
        slug: String,
    },
    /// Adds a business that is not there yet
    Add(add::Args),
    /// Makes the database say what a business's file says, whether it is there or not; `docs/business.example.yaml` is one
    Import { file: PathBuf },
    /// Makes a key to a business's REST API; it is shown once
    Key {
        #[arg(value_name = "BUSINESS")]
        slug: String,
        /// What the key is for
        #[arg(long, default_value = "command line")]
        name: String,
    },
    /// Makes the address of a person's calendar feed; the one before it ends
    Feed {
        #[arg(value_name = "BUSINESS")]
        slug: String,
        #[arg(value_name = "PERSON")]
        person: String,
        /// Clients' names stand in it, for whoever has the address
        #[arg(long)]
        shows_clients: bool,
    },
}

pub async fn run(args: Args) -> anyhow::Result<ExitCode> {
    let (url, attached) = match Env::of_process().secret("DATABASE_URL") {
        Some(url) => (url.expose_secret().to_owned(), None),
        None => {
            let attached = Attached::to(&args.data_dir).await?;
            (attached.database_url().to_owned(), Some(attached))
        }
    };
    let done = run_on(&url, args.what).await;
    if let Some(attached) = attached {
        attached.detach().await;
    }
    done.map(|()| ExitCode::SUCCESS)
}

async fn run_on(url: &str, what: What) -> anyhow::Result<()> {
    let pool = PgPoolOptions::new().max_connections(1).connect(url).await.context("connecting to the database")?;
    migrations::run(&pool).await.context("bringing the database up to date")?;
    let done = match what {
        What::List { json } => list(&pool, json).await,
        What::Show { slug } => show(&pool, &slug).await,
        What::Add(args) => add::add(&pool, &args).await,
        What::Import { file } => import::import(&pool, &file).await,
        What::Key { slug, name } => key(&pool, &slug, &name).await,
        What::Feed { slug, person, shows_clients } => feed(&pool, &slug, &person, shows_clients).await,
    };
    pool.close().await;
    done
}

async fn list(pool: &PgPool, as_json: bool) -> anyhow::Result<()> {
    for business in directory::businesses(pool).await? {
        if as_json {
            println!(
                "{}",
                json!({
                    "id": business.tenant_id, "slug": business.slug, "name": business.name,
                    "time_zone": business.time_zone, "phone_numbers": business.phone_numbers,
                })
            );
        } else {
            println!("{:<24} {:<24} {}", business.slug, business.name, business.phone_numbers.join(", "));
        }
    }
    Ok(())
}

async fn show(pool: &PgPool, slug: &str) -> anyhow::Result<()> {
    let tenant = business_called(pool, slug).await?.tenant_id;
    let rules = Catalog::new(pool.clone()).rules(tenant).await?;
    print!("{}", business::to_yaml(&*rules.context("it is gone")?));
    Ok(())
}

/// Files that name days of each year mean those from here on.
fn today() -> Date {
    Clock::system().now().to_zoned_datetime(TimeZone::UTC).date()
}

async fn key(pool: &PgPool, slug: &str, name: &str) -> anyhow::Result<()> {
    let business = business_called(pool, slug).await?;
    let key = api_keys::create(pool, business.tenant_id, name).await?;
    println!("{}", key.expose_secret());
    eprintln!(
        "It is shown this once. Try it:\n  curl -H 'Authorization: Bearer KEY' http://127.0.0.1:8080/api/v1/tenants/{}/services",
        business.tenant_id
    );
    Ok(())
}

async fn feed(pool: &PgPool, slug: &str, person: &str, shows_clients: bool) -> anyhow::Result<()> {
    let tenant = business_called(pool, slug).await?.tenant_id;
    let desk = Desk::new(pool.clone(), Clock::system(), HOLD_TTL_UNUSED);
    let rules = desk.rules(tenant).await?;
    let staff = rules.staff.iter().find(|staff| staff.name == person).with_context(|| {
        let known: Vec<&str> = rules.staff.iter().map(|staff| staff.name.as_str()).collect();
        format!("nobody is called {person}; there are: {}", known.join(", "))
    })?;
    let opened = calendar::feed::open(&desk, Feed { tenant, staff: staff.id, shows_clients }).await?;
    let path = opened.with_context(|| format!("{person} has left"))?;
    let base = Env::of_process().text("PUBLIC_URL").unwrap_or_default();
    println!("{}{}", base.trim_end_matches('/'), path.expose_secret());
    eprintln!("It is shown this once: whoever has it can read the feed. Subscribe to it in a calendar.");
    Ok(())
}

async fn business_called(pool: &PgPool, slug: &str) -> anyhow::Result<Business> {
    let mut businesses = directory::businesses(pool).await?;
    let position = businesses.iter().position(|business| business.slug == slug).with_context(|| {
        let known: Vec<&str> = businesses.iter().map(|business| business.slug.as_str()).collect();
        format!("no business is called {slug}; there are: {}", known.join(", "))
    })?;
    Ok(businesses.swap_remove(position))
}
