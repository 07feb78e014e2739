//! Between wire types and the types that domain code uses.

use jiff::Timestamp;

use crate::common::v1 as wire;

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ConvertError {
    #[error("missing time")]
    MissingTime,
    #[error("time out of range")]
    TimeOutOfRange,
    #[error("missing date")]
    MissingDate,
    #[error("no such date")]
    NoSuchDate,
}

impl From<ConvertError> for tonic::Status {
    fn from(error: ConvertError) -> Self {
        Self::invalid_argument(error.to_string())
    }
}

/// An instant for the wire.
pub fn to_wire_time(at: Timestamp) -> prost_types::Timestamp {
    let (mut seconds, mut nanos) = (at.as_second(), at.subsec_nanosecond());
    if nanos < 0 {
        // The wire wants a fraction that counts forward.
        seconds -= 1;
        nanos += 1_000_000_000;
    }
    prost_types::Timestamp { seconds, nanos }
}

/// An instant from the wire; `None` is an error because no field of ours has a meaning for it.
pub fn from_wire_time(at: Option<&prost_types::Timestamp>) -> Result<Timestamp, ConvertError> {
    let at = at.ok_or(ConvertError::MissingTime)?;
    if !(0..1_000_000_000).contains(&at.nanos) {
        return Err(ConvertError::TimeOutOfRange);
    }
    Timestamp::new(at.seconds, at.nanos).map_err(|_| ConvertError::TimeOutOfRange)
}

pub fn to_wire_date(date: jiff::civil::Date) -> wire::LocalDate {
    wire::LocalDate {
        year: i32::from(date.year()),
        month: u32::from(date.month().unsigned_abs()),
        day: u32::from(date.day().unsigned_abs()),
    }
}

pub fn from_wire_date(date: Option<&wire::LocalDate>) -> Result<jiff::civil::Date, ConvertError> {
    let date = date.ok_or(ConvertError::MissingDate)?;
    let (year, month, day) = (
        i16::try_from(date.year).map_err(|_| ConvertError::NoSuchDate)?,
        i8::try_from(date.month).map_err(|_| ConvertError::NoSuchDate)?,
        i8::try_from(date.day).map_err(|_| ConvertError::NoSuchDate)?,
    );
    jiff::civil::Date::new(year, month, day).map_err(|_| ConvertError::NoSuchDate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_round_trip_before_and_after_the_epoch() {
        for text in ["2026-11-24T14:00:00Z", "1969-12-31T23:59:59.25Z"] {
            let at: Timestamp = text.parse().expect("a timestamp");
            assert_eq!(from_wire_time(Some(&to_wire_time(at))), Ok(at), "{text}");
        }
    }

    #[test]
    fn nonsense_times_are_refused() {
        let nanos = prost_types::Timestamp { seconds: 0, nanos: -1 };
        let far = prost_types::Timestamp { seconds: i64::MAX, nanos: 0 };
        assert_eq!(from_wire_time(None), Err(ConvertError::MissingTime));
        assert_eq!(from_wire_time(Some(&nanos)), Err(ConvertError::TimeOutOfRange));
        assert_eq!(from_wire_time(Some(&far)), Err(ConvertError::TimeOutOfRange));
    }

    #[test]
    fn the_thirtieth_of_february_is_refused() {
        let date = wire::LocalDate { year: 2026, month: 2, day: 30 };
        assert_eq!(from_wire_date(Some(&date)), Err(ConvertError::NoSuchDate));
    }
}
