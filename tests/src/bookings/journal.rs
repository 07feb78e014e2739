//! What the clients asked for and what they were told, a JSON line each.

use std::{
    fs::File,
    io::{self, BufRead as _, BufReader, BufWriter, Write as _},
    path::Path,
};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// An instant: microseconds since 1970, as the database counts.
pub type Micros = i64;

/// One sending of a request, and its answer.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Entry {
    pub tenant: Uuid,
    /// The idempotency key; empty for what has none.
    pub key: String,
    /// Another request was made under this key before.
    pub misuse: bool,
    pub request: Request,
    pub answered_at: Micros,
    pub said: Said,
    /// The answer as it came: a repeat must bring the same.
    pub whole: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Request {
    Hold {
        session: Uuid,
        visit: Visit,
    },
    /// The key is also the appointment's note, so that two effects of one key can be told.
    Book {
        session: Uuid,
        wanted: Wanted,
    },
    Move {
        session: Uuid,
        appointment: Uuid,
        version: u32,
        start: Micros,
        any_staff: bool,
    },
    Cancel {
        session: Uuid,
        appointment: Uuid,
        version: u32,
    },
    Release {
        session: Uuid,
        hold: Uuid,
    },
    Overbook {
        visit: Visit,
    },
    Block {
        staff: Uuid,
        start: Micros,
        end: Micros,
    },
    Lift {
        block: Uuid,
    },
    /// Somebody enters, changes or deletes an event in their own calendar.
    Enter {
        staff: Uuid,
        event: String,
        /// `None`: it is deleted.
        during: Option<(Micros, Micros)>,
    },
    /// They look what it says of their appointments.
    LookUp {
        staff: Uuid,
    },
    /// Their calendar is read again, whole.
    Resume {
        staff: Uuid,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Wanted {
    Hold { hold: Uuid, expires_at: Micros },
    Slot(Visit),
}

/// Services in a row, each with who shall give it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visit {
    pub services: Vec<(Uuid, Option<Uuid>)>,
    pub start: Micros,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Said {
    Held {
        hold: Uuid,
        expires_at: Micros,
    },
    /// An appointment as it is now.
    Stands(Told),
    Refused {
        reason: String,
    },
    Released,
    Blocked {
        block: Uuid,
    },
    Entered,
    Shows(Vec<Shown>),
    Resumed,
    KeyReused,
    /// No answer, or "later": the request may have had its effect.
    Nothing,
    /// What no client should ever be told.
    Fault,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    pub appointment: Uuid,
    pub version: u32,
    pub cancelled: bool,
    pub start: Micros,
    pub end: Micros,
    /// Who gives each service.
    pub people: Vec<Uuid>,
}

/// An appointment as an event of a calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Shown {
    pub appointment: Uuid,
    pub start: Micros,
    pub end: Micros,
}

impl Said {
    /// Whether the client knows now what came of its request.
    pub const fn is_definite(&self) -> bool {
        !matches!(self, Self::Nothing | Self::Fault)
    }
}

impl Request {
    /// Only the business's own software, at the REST door, may ask for it.
    pub const fn is_the_owners(&self) -> bool {
        matches!(self, Self::Overbook { .. } | Self::Block { .. } | Self::Lift { .. } | Self::Resume { .. })
    }

    /// Whether a repeat is known by its key.
    pub const fn has_key(&self) -> bool {
        !(self.is_a_calendars() || matches!(self, Self::Release { .. } | Self::Lift { .. } | Self::Resume { .. }))
    }

    /// Done in a person's own calendar, past the booking service.
    pub const fn is_a_calendars(&self) -> bool {
        matches!(self, Self::Enter { .. } | Self::LookUp { .. })
    }

    pub const fn name(&self) -> &'static str {
        match self {
            Self::Hold { .. } => "hold",
            Self::Book { wanted: Wanted::Hold { .. }, .. } => "book a hold",
            Self::Book { wanted: Wanted::Slot(_), .. } => "book a slot",
            Self::Move { .. } => "move",
            Self::Cancel { .. } => "cancel",
            Self::Release { .. } => "release",
            Self::Overbook { .. } => "overbook",
            Self::Block { .. } => "block",
            Self::Lift { .. } => "lift a block",
            Self::Enter { during: Some(_), .. } => "enter an event",
            Self::Enter { during: None, .. } => "delete an event",
            Self::LookUp { .. } => "look it up",
            Self::Resume { .. } => "resume a calendar",
        }
    }
}

pub fn write(path: &Path, journal: &[Entry]) -> io::Result<()> {
    let mut file = BufWriter::new(File::create(path)?);
    for entry in journal {
        serde_json::to_writer(&mut file, entry)?;
        file.write_all(b"\n")?;
    }
    file.flush()
}

pub fn read(path: &Path) -> io::Result<Vec<Entry>> {
    BufReader::new(File::open(path)?).lines().map(|line| Ok(serde_json::from_str(&line?)?)).collect()
}
