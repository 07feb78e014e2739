//! Who looks at a calendar, and whose answer counts.

use std::time::Duration;

use booking_svc::{
    booking::error::Reason,
    calendar::sync,
    store::calendar::{links::Link, looks},
};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use system_tests::fakes::google_calendar::Script;

use super::{Linked, dana};
use crate::support::{TOMORROW_TWO_PM, done, refused};

const LEASE: Duration = Duration::from_secs(300);

impl Linked {
    async fn due(&self) -> Option<Link> {
        looks::claim_due(&self.salon.pool, 9, LEASE).await.expect("an answer").pop()
    }

    async fn look_by(&self, link: &Link) {
        let google = self.calendars.google.as_ref().expect("a client");
        sync::look(&self.calendars, google, link).await.expect("a database");
    }
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn a_change_that_is_announced_during_a_look_waits_for_its_end(_: PgPoolOptions, options: PgConnectOptions) {
    let linked = Linked::open(options).await;
    let first = linked.due().await.expect("it was never read");
    looks::hurry(&linked.salon.pool, linked.salon.tenant, dana()).await.expect("an answer");
    assert!(linked.due().await.is_none(), "somebody is at it");
    linked.look_by(&first).await;
    let second = linked.due().await.expect("what was announced may be newer than what was read");
    linked.look_by(&second).await;
    assert!(linked.due().await.is_none(), "not before the next sweep");
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn an_older_look_leaves_nothing_behind(_: PgPoolOptions, options: PgConnectOptions) {
    let linked = Linked::open(options).await;
    let older = linked.due().await.expect("it was never read");
    looks::resume(&linked.salon.pool, linked.salon.tenant, dana()).await.expect("an answer");
    let newer = linked.due().await.expect("nobody waits for the older one");
    linked.put("lunch", "2026-06-11T17:30:00Z", "2026-06-11T18:30:00Z");
    linked.look_by(&older).await;
    let stored = linked.stored().await;
    assert!(!stored.fresh && stored.leased_until == newer.leased_until, "{stored:?}");
    assert_eq!(refused(linked.facial(TOMORROW_TWO_PM).await).reason, Reason::CalendarUnknown);
    assert_eq!(linked.salon.count("SELECT count(*) FROM calendar_busy").await, 0);

    linked.look_by(&newer).await;
    assert_eq!(refused(linked.facial(TOMORROW_TWO_PM).await).reason, Reason::StaffAway);
    linked.remove("lunch");
    for script in [None, Some(403)] {
        // Whatever comes of it, also a refusal that would end the link.
        if let Some(status) = script {
            linked.fake.record().script(Script::Refuse(status, "forbidden"));
        }
        linked.look_by(&older).await;
        assert!(linked.stored().await.fresh, "{script:?}");
        assert_eq!(refused(linked.facial(TOMORROW_TWO_PM).await).reason, Reason::StaffAway, "{script:?}");
    }
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn time_that_a_calendar_takes_and_gives_is_in_the_audit_log(_: PgPoolOptions, options: PgConnectOptions) {
    let linked = Linked::open(options).await;
    linked.put("lunch", "2026-06-11T17:30:00Z", "2026-06-11T18:30:00Z");
    for _ in 0..2 {
        linked.look().await;
    }
    let claimed = "SELECT count(*) FROM audit_log WHERE action = 'calendar_landed' \
                   AND details->'claimed' @> jsonb_build_array(jsonb_build_object( \
                       'claim_id', (SELECT id FROM claims WHERE from_calendar), 'start', '2026-06-11T17:30:00Z'))";
    assert_eq!(linked.salon.count(claimed).await, 1, "once");
    assert!(linked.calendars.unlink(linked.salon.tenant, dana()).await.expect("an answer"));
    let freed =
        "SELECT count(*) FROM audit_log WHERE action = 'calendar_landed' AND jsonb_array_length(details->'freed') = 1";
    assert_eq!(linked.salon.count(freed).await, 1);
    assert_eq!(linked.salon.count("SELECT count(*) FROM audit_log WHERE action = 'calendar_landed'").await, 2);
    done(linked.facial(TOMORROW_TWO_PM).await);
}
