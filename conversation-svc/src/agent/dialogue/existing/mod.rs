//! Appointments that the caller has: which one is meant, and whether it is to be moved, cancelled or only told of.
//!
//! Nothing of an appointment is said before the caller has named whose it is, and that name and where the caller can be
//! reached are those of the appointment.

mod answers;
mod heard;
mod identity;
mod policy;
mod replies;
mod which;

use proto::id::{AppointmentId, ServiceId, StaffId};
use serde::{Deserialize, Serialize};

pub use self::{
    answers::{cancelled, checked, found, keep, keep_own, moved, refused},
    heard::{answer, asked_for, asks_again, begin, values},
    policy::next,
    replies::{question, so_far},
    which::choose,
};
use super::{
    State,
    state::DayWish,
    tool::{Appointment, Contact, Slot},
    understand::{Choice, When, shift::Shift},
};

/// What the caller wants done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Task {
    /// A new appointment, or nothing yet.
    #[default]
    Book,
    Move,
    Cancel,
    LookUp,
}

/// Searches that found nothing, after which there is no further one.
const FRUITLESS_MAX: u8 = 3;

#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Existing {
    /// Given by the caller to find it by, where the line's number is not what it was booked with.
    pub contact: Option<Contact>,
    pub clue: Clue,
    /// The caller's appointments to come, soonest first; none before they were looked for.
    pub found: Option<Vec<Appointment>>,
    pub chosen: Option<Appointment>,
    /// The caller wants it cancelled, or moved to the time that was read back.
    pub confirmed: bool,
    /// A time that is free for it and cannot be held, since it overlaps what it has.
    pub free: Option<Slot>,
    /// The caller said that the wished day or time is where it goes.
    pub says_where_to: bool,
    /// It is to keep its time of day.
    pub same_time: bool,
    /// How far it is to go, said before it was known which one.
    pub shift: Option<Shift>,
    /// Those that are to be cancelled along with the chosen one.
    pub also: Vec<Appointment>,
    /// Searches in a row that found nothing.
    pub fruitless: u8,
    /// What was just booked, moved or told of: "cancel it" means this one.
    pub spoken_of: Option<Appointment>,
}

/// What the caller said of the appointment that is meant.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Clue {
    pub days: Option<DayWish>,
    pub when: Option<When>,
    pub service: Option<ServiceId>,
    pub staff: Option<StaffId>,
    pub choice: Option<Choice>,
    /// All that fit are meant ("both").
    pub all: bool,
    /// It was known already, and is read anew.
    pub id: Option<AppointmentId>,
}

impl Clue {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What was done to an appointment in this conversation.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Changed {
    Moved(Appointment),
    Cancelled(Appointment),
}

impl Changed {
    pub const fn appointment(&self) -> &Appointment {
        match self {
            Self::Moved(appointment) | Self::Cancelled(appointment) => appointment,
        }
    }
}

/// The caller means this appointment, and wants that done. One that was not found changes nothing.
pub fn means(state: &mut State, id: Option<AppointmentId>, task: Task) {
    let found = state.known().find(|appointment| Some(appointment.id) == id).cloned();
    if found.is_some() {
        state.task = task;
        state.existing.chosen = found;
    }
}

/// Nothing was found so often that there is no further search.
pub fn has_given_up(state: &State) -> bool {
    state.existing.fruitless >= FRUITLESS_MAX
}

impl State {
    /// Something was done for the caller, or looked for: what comes now is something else.
    pub fn served(&self) -> bool {
        !self.booked.is_empty()
            || !self.changed.is_empty()
            || self.existing.fruitless > 0
            || self.existing.spoken_of.is_some()
    }

    /// The caller's appointments that were spoken of, in the order in which a model counts them: those found, then what
    /// was booked or told of last.
    pub fn known(&self) -> impl Iterator<Item = &Appointment> {
        let found = || self.existing.found.iter().flatten();
        let last = self.existing.spoken_of.iter().filter(move |last| found().all(|found| found.id != last.id));
        found().chain(last)
    }

    /// The appointment that is to be moved.
    pub fn moving(&self) -> Option<&Appointment> {
        self.existing.chosen.as_ref().filter(|_| self.task == Task::Move)
    }

    /// The new time of what is to be moved, when it is settled.
    pub fn new_slot(&self) -> Option<&Slot> {
        self.booking.hold.as_ref().map(|hold| &hold.slot).or(self.existing.free.as_ref())
    }

    /// What was wanted of an appointment is done, or not wanted any more. A hold goes back; a booking in the making
    /// goes on after one was merely looked up.
    pub fn end_task(&mut self) {
        if self.changes_something() {
            self.drop_booking();
        }
        self.task = Task::Book;
        self.existing = Existing {
            spoken_of: self.existing.chosen.take().or(self.existing.spoken_of.take()),
            found: self.existing.found.take(),
            fruitless: self.existing.fruitless,
            ..Existing::default()
        };
    }

    pub const fn changes_something(&self) -> bool {
        matches!(self.task, Task::Move | Task::Cancel)
    }
}
