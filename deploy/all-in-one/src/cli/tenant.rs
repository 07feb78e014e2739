//! `tenant`: the businesses of an installation, their files, and the keys to their REST API.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::Context as _;
use booking_svc::{business, store::api_keys};
use clap::Subcommand;
use jiff::tz::TimeZone;
use secrecy::ExposeSecret as _;
use serde_json::json;
use service_runtime::{Clock, Env};
use sqlx::{PgPool, postgres::PgPoolOptions};

use crate::{directory, stores::Attached};

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
    /// Makes the database say what a business's file says; `docs/business.example.yaml` is one
    Import { file: PathBuf },
    /// Makes a key to a business's REST API; it is shown once
    Key {
        #[arg(value_name = "BUSINESS")]
        slug: String,
        /// What the key is for
        #[arg(long, default_value = "command line")]
        name: String,
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
        What::Import { file } => import(&pool, &file).await,
        What::Key { slug, name } => key(&pool, &slug, &name).await,
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

async fn import(pool: &PgPool, path: &Path) -> anyhow::Result<()> {
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let file = business::read(&text).with_context(|| path.display().to_string())?;
    let today = Clock::system().now().to_zoned_datetime(TimeZone::UTC).date();
    let imported = business::import(pool, &file, today).await.with_context(|| path.display().to_string())?;
    let done = if imported.new { "added" } else { "updated" };
    println!("{done} {} ({})", file.name, file.slug.0);
    Ok(())
}

async fn key(pool: &PgPool, slug: &str, name: &str) -> anyhow::Result<()> {
    let businesses = directory::businesses(pool).await?;
    let business = businesses.iter().find(|business| business.slug == slug).with_context(|| {
        let known: Vec<&str> = businesses.iter().map(|business| business.slug.as_str()).collect();
        format!("no business is called {slug}; there are: {}", known.join(", "))
    })?;
    let key = api_keys::create(pool, business.tenant_id, name).await?;
    println!("{}", key.expose_secret());
    eprintln!(
        "It is shown this once. Try it:\n  curl -H 'Authorization: Bearer KEY' http://127.0.0.1:8080/api/v1/tenants/{}/services",
        business.tenant_id
    );
    Ok(())
}
