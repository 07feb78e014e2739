//! The numbers that a carrier counts its messages with: what is missing, and what comes a second time.

/// So many numbers in a row that were there before, and the carrier has begun to count anew. A second of audio.
const REPEATED_MAX: u32 = 50;

/// Where a message stands among those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Next,
    /// So many messages before it never came.
    After {
        missing: u64,
    },
    /// It was there before, or comes after one that was sent later.
    Repeated,
}

/// The numbers of one stream.
#[derive(Debug, Default)]
pub struct Sequence {
    next: Option<u64>,
    repeated: u32,
}

impl Sequence {
    pub fn take(&mut self, number: u64) -> Place {
        let place = match self.next {
            Some(next) if number > next => Place::After { missing: number - next },
            Some(next) if number < next && self.repeated < REPEATED_MAX => {
                self.repeated += 1;
                return Place::Repeated;
            }
            Some(_) | None => Place::Next,
        };
        self.repeated = 0;
        self.next = Some(number.saturating_add(1));
        place
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(numbers: &[u64]) -> Vec<Place> {
        let mut sequence = Sequence::default();
        numbers.iter().map(|&number| sequence.take(number)).collect()
    }

    #[test]
    fn gaps_repeats_and_late_ones_are_told_apart_from_what_is_next() {
        use Place::{After, Next, Repeated};
        assert_eq!(places(&[2, 3, 3, 4]), [Next, Next, Repeated, Next]);
        assert_eq!(places(&[2, 5, 3, 6]), [Next, After { missing: 2 }, Repeated, Next]);
        assert_eq!(places(&[u64::MAX, u64::MAX]), [Next, Next], "no number makes it overflow");
    }

    #[test]
    fn a_carrier_that_counts_anew_is_deaf_for_a_second_at_most() {
        let mut sequence = Sequence::default();
        sequence.take(10_000);
        let heard = (1..=100).filter(|&number| sequence.take(number) != Place::Repeated).count();
        assert_eq!(heard, 100 - REPEATED_MAX as usize);
    }
}
