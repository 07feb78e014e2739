//! Local times against a second implementation: PostgreSQL's, around every change of clocks of every zone, 2020 to 2037.

use std::collections::BTreeSet;

use booking_svc::{
    booking::local_time::{MINUTES_PER_DAY, MinuteRange, instants_at, spans_on},
    store::time::SqlTime,
};
use jiff::{SignedDuration, Timestamp, ToSpan as _, civil::DateTime, tz::TimeZone};
use sqlx::PgPool;

use crate::support::at;

/// How far around a change both are asked, and how finely.
const AROUND: SignedDuration = SignedDuration::from_hours(4);
const STEP: SignedDuration = SignedDuration::from_mins(15);

/// What PostgreSQL's clocks show at instants around one change.
struct Shown {
    start: Timestamp,
    /// Local times at each step.
    local: Vec<DateTime>,
}

impl Shown {
    fn instant(&self, step: usize) -> Timestamp {
        self.start + STEP * i32::try_from(step).expect("few steps")
    }

    fn end(&self) -> Timestamp {
        self.instant(self.local.len())
    }
}

fn changes(zone: &TimeZone) -> Vec<Timestamp> {
    let end = at("2038-01-01T00:00:00Z");
    let all = zone.following(at("2020-01-01T00:00:00Z")).map(|change| change.timestamp());
    all.take_while(|change| *change < end).collect()
}

async fn shown(db: &PgPool, zone: &str, changes: &[Timestamp]) -> Vec<Shown> {
    let starts: Vec<Timestamp> = changes.iter().map(|change| *change - AROUND).collect();
    // Local time as microseconds of a UTC that shows the same.
    let rows: Vec<Vec<i64>> = sqlx::query_scalar(
        "SELECT array_agg((extract(epoch FROM (start + n * interval '15 minutes') AT TIME ZONE $2) * 1000000)::bigint ORDER BY n) \
         FROM unnest($1::timestamptz[]) WITH ORDINALITY AS s (start, o), generate_series(0, 31) n GROUP BY o, start ORDER BY o",
    )
    .bind(starts.iter().map(|start| SqlTime(*start)).collect::<Vec<_>>())
    .bind(zone)
    .fetch_all(db)
    .await
    .expect("local times");
    let local = |micros: i64| TimeZone::UTC.to_datetime(Timestamp::from_microsecond(micros).expect("in range"));
    let rows = rows.into_iter().map(|row| row.into_iter().map(local).collect());
    starts.into_iter().zip(rows).map(|(start, local)| Shown { start, local }).collect()
}

/// Every local quarter of an hour between the first and the last that was shown.
fn quarters(shown: &Shown) -> impl Iterator<Item = DateTime> {
    let first = shown.local.iter().min().copied().expect("steps");
    let last = shown.local.iter().max().copied().expect("steps");
    std::iter::successors(Some(first), |local| Some(*local + 15.minutes())).take_while(move |local| *local <= last)
}

fn minute(local: DateTime) -> u16 {
    u16::try_from(i32::from(local.hour()) * 60 + i32::from(local.minute())).expect("a minute of a day")
}

/// The instants of each local quarter are those at which the other's clocks show it.
fn check_instants(name: &str, zone: &TimeZone, shown: &Shown) {
    let theirs: BTreeSet<(Timestamp, DateTime)> =
        shown.local.iter().enumerate().map(|(step, local)| (shown.instant(step), *local)).collect();
    let ours: BTreeSet<(Timestamp, DateTime)> = quarters(shown)
        .flat_map(|local| instants_at(zone, local.date(), minute(local)).map(move |instant| (instant, local)))
        .filter(|(instant, _)| (shown.start..shown.end()).contains(instant))
        .collect();
    assert_eq!(ours, theirs, "{name}");
}

/// Opening hours begin at the first instant at which the other's clocks show their start, or have passed it.
fn check_edges(name: &str, zone: &TimeZone, shown: &Shown) {
    for opening in quarters(shown).filter(|local| *local > shown.local[0]) {
        let theirs = shown.local.iter().position(|local| *local >= opening).map(|step| shown.instant(step));
        let day = [MinuteRange { start: minute(opening), end: MINUTES_PER_DAY }];
        // None where the gap reaches to the end of the day.
        if let Some(span) = spans_on(zone, opening.date(), &day).next() {
            assert_eq!(Some(span.start), theirs, "{name}, opening at {opening}");
        }
    }
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn every_change_of_clocks_is_read_as_postgres_reads_it(db: PgPool) {
    let names: Vec<String> = sqlx::query_scalar(
        "SELECT name FROM pg_timezone_names WHERE name !~ '^(posix|right)/' AND name LIKE '%/%' ORDER BY name",
    )
    .fetch_all(&db)
    .await
    .expect("the zones");
    let (mut zones, mut checked) = (0, 0);
    for name in names {
        let Ok(zone) = TimeZone::get(&name) else { continue };
        zones += 1;
        let changes = changes(&zone);
        for shown in shown(&db, &name, &changes).await {
            check_instants(&name, &zone, &shown);
            check_edges(&name, &zone, &shown);
            checked += 1;
        }
    }
    assert!(zones > 400 && checked > 5_000, "{zones} zones, {checked} changes");
    println!("{zones} zones, {checked} changes of clocks");
}
