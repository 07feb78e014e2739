//! Lists in pages.

use jiff::Timestamp;
use proto::id::AppointmentId;

use super::problem::Problem;

const LIMIT_DEFAULT: u32 = 50;
const LIMIT_MAX: u32 = 500;

pub fn limit(asked: Option<u32>) -> Result<u32, Problem> {
    let limit = asked.unwrap_or(LIMIT_DEFAULT);
    if (1..=LIMIT_MAX).contains(&limit) { Ok(limit) } else { Err(Problem::malformed("limit: expected 1 to 500")) }
}

/// Where a list goes on: after this appointment.
pub fn cursor(start: Timestamp, id: AppointmentId) -> String {
    format!("{}.{id}", start.as_microsecond())
}

pub fn read_cursor(text: &str) -> Result<(Timestamp, AppointmentId), Problem> {
    let parts = text.split_once('.').and_then(|(micros, id)| {
        let start = Timestamp::from_microsecond(micros.parse().ok()?).ok().filter(|at| *at >= Timestamp::UNIX_EPOCH)?;
        Some((start, id.parse().ok()?))
    });
    parts.ok_or_else(|| Problem::malformed("cursor: expected the next_cursor of the page before"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_as_it_was_written_and_nothing_else_is() {
        let start: Timestamp = "2026-06-11T18:00:00Z".parse().expect("a time");
        let id: AppointmentId = "0190c8a0-0000-7000-8000-000000000001".parse().expect("an id");
        assert_eq!(read_cursor(&cursor(start, id)).ok(), Some((start, id)));
        for text in [
            "",
            ".",
            "1",
            "1.x",
            "x.0190c8a0-0000-7000-8000-000000000001",
            "-99999999999999.0190c8a0-0000-7000-8000-000000000001",
        ] {
            assert!(read_cursor(text).is_err(), "{text}");
        }
    }
}
