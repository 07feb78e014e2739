//! Two callers at the same time, on the engine in this process: it is shared fairly, and both are served.

use receptionist::demonstration::{Demonstrated, Plan, Wish};

use crate::whole::alone_with_whole;

#[test]
fn two_calls_at_once_both_book() {
    alone_with_whole(async |whole| {
        let massage = whole.plan(Wish::MASSAGE, 0).await;
        let brakes = whole.plan(Wish::BRAKES, 1).await;
        let (first, second) = tokio::join!(whole.book(&massage), whole.book(&brakes));
        assert_booked(&first, &massage, "Massage");
        assert_booked(&second, &brakes, "Brake inspection");
        let mut waits: Vec<u64> = [first, second].iter().flat_map(waits_ms).collect();
        waits.sort_unstable();
        // The callers' own ears and voices work on the same cores, so that a time bound would test them as well.
        println!("utterance end to first audio, both calls: {waits:?} ms");
        println!("p50 {} ms, p95 {} ms", percentile(&waits, 50), percentile(&waits, 95));
    });
}

fn assert_booked(call: &Demonstrated, plan: &Plan, service: &str) {
    let [appointment] = &call.appointments[..] else { panic!("just one appointment: {:#?}", call.turns) };
    assert_eq!((appointment.service.as_str(), &appointment.start), (service, &plan.start));
    assert_eq!(appointment.client_name, plan.purpose.name);
    assert_eq!(call.row.as_ref().map(|row| row.status.as_str()), Some("completed"));
}

fn waits_ms(call: &Demonstrated) -> Vec<u64> {
    call.turns.iter().filter_map(|turn| turn.utterance_end_to_first_audio_ms).collect()
}

/// Of sorted values.
fn percentile(sorted: &[u64], percent: usize) -> u64 {
    sorted[(sorted.len() * percent).div_ceil(100).saturating_sub(1)]
}
