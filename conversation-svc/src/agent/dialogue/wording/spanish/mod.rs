//! Spanish as it is spoken in the Americas, with "usted", and without a gender for caller, staff or services: an
//! appointment is "la cita de …", whatever it is for.

mod changes;
mod sentences;
mod values;

pub use values::MONTHS;

pub(super) struct Spanish;
