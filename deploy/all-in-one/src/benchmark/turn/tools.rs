//! Tools that answer at once: what is asked for in opening hours is free, and what is booked stands.

use conversation_svc::agent::{
    business::{Business, minute_of},
    dialogue::tool::{Appointment, Hold, Reason, Refusal, Slot, ToolAnswer, ToolCall},
};
use jiff::{SignedDuration, Timestamp};
use proto::id::{AppointmentId, HoldId, ServiceId, StaffId};

/// Slots that one search gives, as the booking service bounds them.
const SLOTS_MAX: usize = 200;
/// Minutes between starts.
const GRID_MIN: i64 = 30;

pub struct Tools<'b> {
    business: &'b Business,
    held: Vec<(Hold, ServiceId)>,
    made: Vec<Appointment>,
}

impl<'b> Tools<'b> {
    pub fn new(business: &'b Business) -> Self {
        Self { business, held: Vec::new(), made: Vec::new() }
    }

    pub fn answer(&mut self, call: ToolCall) -> ToolAnswer {
        match call {
            ToolCall::FindSlots { staff, from, to, .. } => {
                ToolAnswer::Slots { slots: self.free(staff, from, to), none_because: None }
            }
            ToolCall::PlaceHold { service, staff, start, .. } => match self.slot(staff, start) {
                Some(slot) => {
                    let hold = Hold { id: HoldId::new(), slot };
                    self.held.push((hold.clone(), service));
                    ToolAnswer::Held(hold)
                }
                None => self.refused(staff, start),
            },
            ToolCall::ReleaseHold { .. } => ToolAnswer::Released,
            ToolCall::Book { hold, client } => {
                let Some((hold, service)) = self.held.iter().find(|(held, _)| held.id == hold).cloned() else {
                    return ToolAnswer::Failed;
                };
                let id = AppointmentId::new();
                let made = Appointment { id, version: 1, service, slot: hold.slot, client_name: client.name };
                self.made.push(made.clone());
                ToolAnswer::Booked(made)
            }
            ToolCall::FindAppointments { .. } => ToolAnswer::Appointments(self.made.clone()),
            ToolCall::Reschedule { appointment, start, staff, .. } => {
                let Some(slot) = self.slot(staff, start) else { return self.refused(staff, start) };
                self.change(appointment, |made| made.slot = slot).map_or(ToolAnswer::Failed, ToolAnswer::Moved)
            }
            ToolCall::Cancel { appointment, .. } => {
                self.change(appointment, |_| {}).map_or(ToolAnswer::Failed, ToolAnswer::Cancelled)
            }
            ToolCall::StartHandoff { .. } => ToolAnswer::HandedOff { sent: true },
        }
    }

    fn change(&mut self, id: AppointmentId, change: impl FnOnce(&mut Appointment)) -> Option<Appointment> {
        let made = self.made.iter_mut().find(|made| made.id == id)?;
        change(made);
        made.version += 1;
        Some(made.clone())
    }

    fn refused(&self, staff: Option<StaffId>, near: Timestamp) -> ToolAnswer {
        let to = near.checked_add(SignedDuration::from_hours(72)).unwrap_or(near);
        let alternatives = self.free(staff, near, to).into_iter().take(3).collect();
        ToolAnswer::Refused(Refusal { reason: Reason::Taken, alternatives })
    }

    fn slot(&self, staff: Option<StaffId>, start: Timestamp) -> Option<Slot> {
        let local = self.business.zone.to_datetime(start);
        let minute = minute_of(local.time());
        let fits =
            self.business.open_on(local.date()).iter().any(|open| minute >= open.start && minute + 60 <= open.end);
        let person = self.business.staff.iter().find(|person| staff.is_none_or(|id| id == person.id))?;
        let end = start.checked_add(SignedDuration::from_hours(1)).ok()?;
        fits.then(|| Slot { start, end, staff: person.id, staff_name: person.name.clone(), further: Vec::new() })
    }

    fn free(&self, staff: Option<StaffId>, from: Timestamp, to: Timestamp) -> Vec<Slot> {
        let grid = GRID_MIN * 60;
        let first = (from.as_second() + grid - 1).div_euclid(grid);
        (first..)
            .map_while(|n| Timestamp::from_second(n * grid).ok().filter(|at| *at < to))
            .filter_map(|at| self.slot(staff, at))
            .take(SLOTS_MAX)
            .collect()
    }
}
