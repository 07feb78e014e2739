//! Many at once: one slot has one winner, and nobody hears of a failure of ours.

use std::{collections::BTreeSet, sync::Arc};

use booking_svc::booking::{
    appointment::Wanted,
    claim::Own,
    error::{Outcome, Reason, Refusal},
    slot::SlotChoice,
};
use proto::id::SessionId;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use tokio::{sync::Barrier, task::JoinSet};

use crate::support::{Salon, TOMORROW_TWO_PM, anyone, at, salon_staff, with};

const RACERS: usize = 32;

/// Lets `RACERS` sessions do the same at once; gives the winners' answers and the losers' refusals.
async fn race<T, F>(salon: &Arc<Salon>, run: impl Fn(Arc<Salon>, SessionId) -> F) -> (Vec<T>, Vec<Refusal>)
where
    T: Send + 'static,
    F: Future<Output = Outcome<T>> + Send + 'static,
{
    let line = Arc::new(Barrier::new(RACERS));
    let mut racers = JoinSet::new();
    for _ in 0..RACERS {
        let (line, racer) = (Arc::clone(&line), run(Arc::clone(salon), SessionId::new()));
        racers.spawn(async move {
            line.wait().await;
            racer.await
        });
    }
    let (mut winners, mut losers) = (Vec::new(), Vec::new());
    while let Some(outcome) = racers.join_next().await {
        match outcome.expect("a racer ends") {
            Outcome::Done(won) => winners.push(won),
            Outcome::Refused(refusal) => losers.push(refusal),
        }
    }
    (winners, losers)
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn thirty_two_book_one_slot_and_one_wins(_: PgPoolOptions, db: PgConnectOptions) {
    let salon = Arc::new(Salon::open(db).await);
    let slot = with("Massage", "Maria Lopez", TOMORROW_TWO_PM);
    let (winners, losers) = race(&salon, |salon, session| {
        let slot = slot.clone();
        async move { salon.book(session, Wanted::Slot(slot)).await }
    })
    .await;
    assert_eq!(winners.len(), 1);
    assert_eq!(losers.len(), RACERS - 1);
    assert_eq!(salon.count("SELECT count(*) FROM appointments").await, 1);
    assert_eq!(salon.count("SELECT count(*) FROM claims").await, 1);
    for refusal in losers {
        assert_eq!(refusal.reason, Reason::Taken);
        // The three nearest of the same person, in the answer itself, and all of them can be had.
        assert_eq!(refusal.alternatives.len(), 3);
        assert!(refusal.alternatives.iter().all(|other| other.staff == salon_staff("Maria Lopez")));
        let starts: BTreeSet<_> = refusal.alternatives.iter().map(|other| other.start).collect();
        assert_eq!(starts, ["2026-06-11T16:30:00Z", "2026-06-11T17:00:00Z", "2026-06-11T19:00:00Z"].map(at).into());
        for start in starts {
            let choice = SlotChoice { start, ..slot.clone() };
            let explained = salon.desk.explain(salon.tenant, choice, Own::default()).await.expect("an answer");
            assert!(matches!(explained, Outcome::Done(_)), "{start}");
        }
    }
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn thirty_two_hold_with_anyone_and_as_many_win_as_there_are_people(_: PgPoolOptions, db: PgConnectOptions) {
    let salon = Arc::new(Salon::open(db).await);
    let slot = anyone("Massage", TOMORROW_TWO_PM);
    let (winners, losers) = race(&salon, |salon, session| {
        let slot = slot.clone();
        async move { salon.hold(session, slot).await }
    })
    .await;
    let mut names: Vec<_> = winners.into_iter().map(|hold| hold.slot.staff_name).collect();
    names.sort();
    assert_eq!(names, ["Maria Lopez", "Sam Rivera"]);
    assert_eq!(losers.len(), RACERS - 2);
    assert!(losers.iter().all(|refusal| refusal.reason == Reason::Taken && refusal.alternatives.len() == 3));
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn a_holder_confirms_while_others_try_to_take_the_slot(_: PgPoolOptions, db: PgConnectOptions) {
    let salon = Arc::new(Salon::open(db).await);
    let slot = with("Massage", "Maria Lopez", TOMORROW_TWO_PM);
    let holder = SessionId::new();
    let hold = crate::support::done(salon.hold(holder, &slot).await);
    let confirming = {
        let salon = Arc::clone(&salon);
        tokio::spawn(async move { salon.book(holder, Wanted::Hold(hold.id)).await })
    };
    let (winners, _) = race(&salon, |salon, session| {
        let slot = slot.clone();
        async move { salon.book(session, Wanted::Slot(slot)).await }
    })
    .await;
    assert!(winners.is_empty());
    assert!(matches!(confirming.await.expect("an end"), Outcome::Done(_)));
}
