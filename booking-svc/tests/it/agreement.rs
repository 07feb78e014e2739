//! What the list and the explanation say is what the commit does, on random books.

use booking_svc::{
    booking::{
        appointment::Wanted,
        claim::Own,
        error::Outcome,
        slot::{SlotChoice, StaffChoice},
    },
    desk::SlotQuery,
};
use jiff::SignedDuration;
use proto::id::SessionId;
use rand::{Rng as _, SeedableRng as _, rngs::StdRng, seq::IndexedRandom as _};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use crate::support::{NOW, Salon, at, salon_service, salon_staff};

const SEEDS: [u64; 3] = [1, 7, 1_000_003];
const QUESTIONS: usize = 100;

fn random_choice(random: &mut StdRng) -> SlotChoice {
    let services = ["Massage", "Deep tissue massage", "Facial", "Haircut", "Manicure"];
    let people = ["Maria Lopez", "Sam Rivera", "Dana Kim"];
    let staff = match people.get(random.random_range(0..6)) {
        Some(name) => StaffChoice::Named(salon_staff(name)),
        None => StaffChoice::Any,
    };
    // Mostly the grid of the next three days, where the book is full; sometimes anything.
    let minutes =
        if random.random_bool(0.85) { random.random_range(0..144) * 30 } else { random.random_range(-2_000..200_000) };
    let service = salon_service(services.choose(random).expect("a service"));
    let further = if random.random_bool(0.3) { vec![(salon_service("Haircut"), StaffChoice::Any)] } else { Vec::new() };
    SlotChoice { service, staff, further, start: at(NOW) + SignedDuration::from_mins(minutes) }
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn the_explanation_agrees_with_the_commit(_: PgPoolOptions, db: PgConnectOptions) {
    let salon = Salon::open(db).await;
    let (mut free, mut refused) = (0, 0);
    for seed in SEEDS {
        let mut random = StdRng::seed_from_u64(seed);
        for question in 0..QUESTIONS {
            let case = format!("seed {seed}, question {question}");
            let (choice, session) = (random_choice(&mut random), SessionId::new());
            let explained = salon.desk.explain(salon.tenant, choice.clone(), session.into()).await.expect("an answer");
            let query = SlotQuery {
                tenant: salon.tenant,
                choice: choice.clone(),
                to: choice.start + SignedDuration::from_nanos(1),
                limit: 1,
                own: session.into(),
            };
            let listed = salon.desk.find_slots(query).await.expect("an answer");
            let committed = salon.book(session, Wanted::Slot(choice.clone())).await;
            match (explained, committed) {
                (Outcome::Done(slot), Outcome::Done(appointment)) => {
                    free += 1;
                    assert_eq!(slot, appointment.slot, "{case}");
                    assert_eq!(listed, Outcome::Done(vec![slot]), "{case}");
                }
                (Outcome::Refused(explained), Outcome::Refused(committed)) => {
                    refused += 1;
                    assert_eq!(explained, committed, "{case}");
                    assert!(matches!(listed, Outcome::Refused(_)), "{case}");
                    for slot in explained.alternatives {
                        let people = slot.further.iter().map(|s| (s.service, StaffChoice::Named(s.staff)));
                        let alternative = SlotChoice {
                            service: choice.service,
                            staff: StaffChoice::Named(slot.staff),
                            further: people.collect(),
                            start: slot.start,
                        };
                        let answer =
                            salon.desk.explain(salon.tenant, alternative, Own::default()).await.expect("an answer");
                        assert_eq!(answer, Outcome::Done(slot), "{case}: an alternative can be had");
                    }
                }
                (explained, committed) => panic!("{case}: {explained:?} but {committed:?}"),
            }
        }
    }
    assert!(free > 30 && refused > 30, "both happen: {free} free, {refused} refused");
}
