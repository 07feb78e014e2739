//! From what a calendar says of somebody's time to the claims that say it to everybody: pure.

use jiff::SignedDuration;

use crate::booking::slot::{self, Span};

/// No claim is longer (the tables have 26 hours as the limit, so that readers find those that began before their window).
const CLAIM_MAX: SignedDuration = SignedDuration::from_hours(24);

/// The time that is taken by `busy` and by nobody else yet, in pieces of a day at most. Two claims of one person never
/// overlap, so what is occupied already, by an appointment above all, is left out.
pub fn pieces(busy: Vec<Span>, occupied: Vec<Span>) -> Vec<Span> {
    let occupied = slot::joined(occupied);
    slot::joined(busy).into_iter().flat_map(|span| split(without(span, &occupied))).collect()
}

/// What is left of a span between sorted, disjoint others.
fn without(span: Span, occupied: &[Span]) -> Vec<Span> {
    let mut left = Vec::new();
    let mut from = span.start;
    for other in occupied.iter().filter(|other| other.overlaps(&span)) {
        if other.start > from {
            left.push(Span { start: from, end: other.start });
        }
        from = from.max(other.end);
    }
    if from < span.end {
        left.push(Span { start: from, end: span.end });
    }
    left
}

fn split(spans: Vec<Span>) -> impl Iterator<Item = Span> {
    spans.into_iter().flat_map(|span| {
        let starts = std::iter::successors(Some(span.start), |start| start.checked_add(CLAIM_MAX).ok());
        starts.take_while(move |start| *start < span.end).map(move |start| Span {
            start,
            end: start.checked_add(CLAIM_MAX).map_or(span.end, |end| end.min(span.end)),
        })
    })
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use proptest::prelude::*;

    use super::*;

    fn span(start: i64, end: i64) -> Span {
        let at = |hour: i64| Timestamp::from_second(hour * 3_600).expect("a time");
        Span { start: at(start), end: at(end) }
    }

    #[test]
    fn what_an_appointment_has_is_left_to_it() {
        assert_eq!(pieces(vec![span(9, 12)], vec![span(10, 11)]), [span(9, 10), span(11, 12)]);
        assert_eq!(pieces(vec![span(9, 12)], vec![span(8, 10), span(11, 13)]), [span(10, 11)]);
        assert_eq!(pieces(vec![span(9, 12)], vec![span(9, 12)]), []);
    }

    #[test]
    fn events_that_overlap_are_one_and_long_ones_are_days() {
        assert_eq!(pieces(vec![span(9, 11), span(10, 12)], Vec::new()), [span(9, 12)]);
        assert_eq!(pieces(vec![span(0, 50)], Vec::new()), [span(0, 24), span(24, 48), span(48, 50)]);
    }

    proptest! {
        #[test]
        fn every_busy_hour_is_taken_once_by_somebody(
            busy in prop::collection::vec((0_i64..200, 1_i64..60), 0..12),
            occupied in prop::collection::vec((0_i64..200, 1_i64..10), 0..12),
        ) {
            let spans = |of: &[(i64, i64)]| of.iter().map(|(start, length)| span(*start, start + length)).collect::<Vec<_>>();
            let (busy, occupied) = (spans(&busy), spans(&occupied));
            let taken = pieces(busy.clone(), occupied.clone());
            for hour in 0..270 {
                let hour = span(hour, hour + 1);
                let within = |spans: &[Span]| spans.iter().filter(|one| one.contains(&hour)).count();
                let expected = within(&busy) > 0 && within(&occupied) == 0;
                prop_assert_eq!(within(&taken), usize::from(expected));
            }
            prop_assert!(taken.iter().all(|one| one.length() <= CLAIM_MAX));
        }
    }
}
