//! Appointments, and what makes, moves and lists them.

use proto::{
    Private,
    id::{HoldId, StaffId},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{Instant, Slot, Visit};
use crate::{
    booking::{appointment, client},
    rest::problem::Problem,
    store::appointments::Stored,
};

/// Who comes.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Client {
    #[schema(min_length = 1, max_length = 200)]
    pub name: String,
    #[serde(default)]
    #[schema(max_length = 254)]
    pub email: String,
    /// E.164.
    #[serde(default)]
    #[schema(example = "+14155550123")]
    pub phone: String,
}

/// An appointment to be made: of a hold, or of a slot that is free.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAppointment {
    #[schema(value_type = Option<Uuid>)]
    hold_id: Option<HoldId>,
    /// Without a hold.
    slot: Option<Visit>,
    /// With a slot: also beside whomever its people serve then. Their absence, rooms and machines, and the business's hours are kept.
    #[serde(default)]
    overbook: bool,
    client: Client,
    #[schema(max_length = 2000)]
    notes: Option<String>,
}

impl NewAppointment {
    pub fn wanted(&self) -> Result<appointment::Wanted, Problem> {
        match (self.hold_id, &self.slot) {
            (Some(hold), None) if !self.overbook => Ok(appointment::Wanted::Hold(hold)),
            (None, Some(slot)) if self.overbook => slot.choice().map(appointment::Wanted::Overbooked),
            (None, Some(slot)) => slot.choice().map(appointment::Wanted::Slot),
            (Some(_), None) => Err(Problem::malformed("overbook: only with a slot")),
            _ => Err(Problem::malformed("expected hold_id or slot, and not both")),
        }
    }

    pub fn client(&self) -> Result<appointment::Client, Problem> {
        let Client { name, email, phone } = &self.client;
        client::read(name, email, phone).map_err(|malformed| Problem::malformed(malformed.to_string()))
    }

    pub fn notes(&self) -> Result<Private<String>, Problem> {
        client::notes(self.notes.as_deref().unwrap_or_default())
            .map_err(|malformed| Problem::malformed(malformed.to_string()))
    }
}

/// Where an appointment is moved to.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Move {
    #[schema(value_type = String, format = DateTime)]
    pub start: Instant,
    /// Who shall give it; left out: who gives it now.
    #[schema(value_type = Option<Uuid>)]
    pub staff_id: Option<StaffId>,
    /// Whether anyone else who is free will do.
    #[serde(default)]
    pub any_staff: bool,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Booked,
    Cancelled,
}

impl From<Status> for appointment::Status {
    fn from(status: Status) -> Self {
        match status {
            Status::Booked => Self::Booked,
            Status::Cancelled => Self::Cancelled,
        }
    }
}

impl From<appointment::Status> for Status {
    fn from(status: appointment::Status) -> Self {
        match status {
            appointment::Status::Booked => Self::Booked,
            appointment::Status::Cancelled => Self::Cancelled,
        }
    }
}

/// Which appointments are listed.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AppointmentsQuery {
    /// The first start that counts.
    #[param(value_type = Option<String>, format = DateTime)]
    pub from: Option<Instant>,
    /// The first start that no longer counts.
    #[param(value_type = Option<String>, format = DateTime)]
    pub to: Option<Instant>,
    #[param(value_type = Option<Uuid>)]
    pub staff_id: Option<StaffId>,
    #[param(inline)]
    pub status: Option<Status>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    #[param(minimum = 1, maximum = 500, default = 50)]
    pub limit: Option<u32>,
}

#[derive(Serialize, ToSchema)]
pub struct Appointments {
    /// Earliest first.
    pub appointments: Vec<Appointment>,
    /// For the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct Appointment {
    pub id: Uuid,
    /// Also its ETag.
    pub version: u32,
    #[schema(inline)]
    pub status: Status,
    pub service_id: Uuid,
    pub service_name: String,
    pub slot: Slot,
    /// IANA: the zone in which the time was agreed.
    pub time_zone: String,
    pub client: Client,
    pub notes: String,
}

impl Appointment {
    pub fn new(of: &appointment::Appointment, client: &appointment::Client, notes: &Private<String>) -> Self {
        Self {
            id: of.id.as_uuid(),
            version: of.version,
            status: of.status.into(),
            service_id: of.service.as_uuid(),
            service_name: of.service_name.clone(),
            slot: Slot::from(&of.slot),
            time_zone: of.time_zone.clone(),
            client: Client {
                name: client.name.reveal().clone(),
                email: client.email.reveal().clone(),
                phone: client.phone.as_ref().map_or_else(String::new, |phone| phone.reveal().to_owned()),
            },
            notes: notes.reveal().clone(),
        }
    }
}

impl From<&Stored> for Appointment {
    fn from(stored: &Stored) -> Self {
        let client = appointment::Client {
            name: stored.client_name.clone(),
            email: stored.client_email.clone(),
            phone: stored.client_phone.reveal().parse().ok(),
        };
        Self::new(&stored.appointment, &client, &stored.notes)
    }
}
