//! Deletes recordings that are older than their tenant keeps them. Safe to run twice, or in two processes.

use std::{io, time::Duration};

use jiff::{SignedDuration, Timestamp};
use proto::id::{CallSid, TenantId};
use tokio::fs;

use super::settings::Store;
use crate::gateway::Gateway;

const EVERY: Duration = Duration::from_secs(3_600);

/// Looks at once and then every hour, until the process stops.
pub async fn keep_clean(gateway: Gateway, store: Store) {
    let stopping = gateway.lifecycle().soft().clone();
    loop {
        match sweep(&gateway, &store).await {
            Ok(0) => {}
            Ok(deleted) => tracing::info!(deleted, "deleted recordings past their time"),
            Err(error) => tracing::warn!(%error, "could not look through the recordings; tried again in an hour"),
        }
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            () = stopping.cancelled() => return,
        }
    }
}

async fn sweep(gateway: &Gateway, store: &Store) -> io::Result<u32> {
    let mut tenants = match fs::read_dir(&store.dir).await {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
        found => found?,
    };
    let mut deleted = 0;
    while let Some(entry) = tenants.next_entry().await? {
        // What has another name is not ours.
        let Some(Ok(tenant)) = entry.file_name().to_str().map(str::parse::<TenantId>) else { continue };
        match gateway.tenant(tenant).await {
            Ok(settings) => {
                deleted +=
                    delete_older(store, tenant, settings.recording_retention_days, gateway.clock().now()).await?;
            }
            Err(status) => {
                tracing::warn!(code = ?status.code(), %tenant, "kept a tenant's recordings: its rules are not known")
            }
        }
    }
    Ok(deleted)
}

async fn delete_older(store: &Store, tenant: TenantId, days: u32, now: Timestamp) -> io::Result<u32> {
    let kept = SignedDuration::from_hours(24 * i64::from(days));
    let mut deleted = 0;
    let mut files = fs::read_dir(store.tenant_dir(tenant)).await?;
    while let Some(entry) = files.next_entry().await? {
        let name = entry.file_name();
        let call = name.to_str().and_then(|name| name.strip_suffix(".wav")).map(str::parse::<CallSid>);
        let Some(Ok(call)) = call else { continue };
        let Ok(written) = entry.metadata().await.and_then(|about| about.modified()) else { continue };
        let Ok(written) = Timestamp::try_from(written) else { continue };
        if now.duration_since(written) <= kept {
            continue;
        }
        match fs::remove_file(entry.path()).await {
            Ok(()) => {
                tracing::info!(%tenant, call_sid = %call, "deleted a recording: past its time");
                metrics::counter!("recordings_deleted_total", "by" => "retention").increment(1);
                deleted += 1;
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(deleted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_older_goes_and_the_rest_stays_however_often_it_runs() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store { dir: folder.path().to_owned() };
        let tenant = TenantId::new();
        std::fs::create_dir_all(store.tenant_dir(tenant)).expect("a folder");
        let call: CallSid = format!("CA{}", "0".repeat(32)).parse().expect("an id");
        let path = store.file(tenant, &call);
        let other = store.tenant_dir(tenant).join("notes.txt");
        std::fs::write(&path, b"sound").expect("a file");
        std::fs::write(&other, b"notes").expect("a file");
        let written =
            Timestamp::try_from(path.metadata().expect("a file").modified().expect("a time")).expect("a time");
        let later = |hours| written.checked_add(SignedDuration::from_hours(hours)).expect("a time");

        assert_eq!(delete_older(&store, tenant, 2, later(47)).await.expect("a folder"), 0);
        assert!(path.exists());
        assert_eq!(delete_older(&store, tenant, 2, later(49)).await.expect("a folder"), 1);
        assert_eq!(delete_older(&store, tenant, 2, later(49)).await.expect("a folder"), 0);
        assert!(!path.exists() && other.exists());
    }
}
