//! A small booking world for the dialogue scripts: one business with fixed hours, slots every half hour, and rules
//! simple enough to predict. It answers the engine's tool calls; nothing of it is shipped.

use std::collections::{BTreeMap, BTreeSet};

use conversation_svc::agent::{
    business::{Business, OpenRange, Price, Service, Staff, minute_of},
    dialogue::tool::{
        Appointment, Client, Contact, Hold, Reason, Refusal, Segment, ServiceChoice, Slot, ToolAnswer, ToolCall,
    },
};
use jiff::{
    SignedDuration, Timestamp,
    civil::{DateTime, date},
    tz::TimeZone,
};
use proto::{
    Language,
    id::{AppointmentId, HoldId, ServiceId, StaffId, TenantId},
};

/// Minutes between starts.
const GRID_MIN: i64 = 30;

pub struct World {
    pub business: Business,
    pub now: Timestamp,
    /// (staff, start) that somebody else has.
    pub taken: BTreeSet<(StaffId, Timestamp)>,
    /// Starts that are taken by somebody else between hold and booking.
    pub lost_at_book: BTreeSet<Timestamp>,
    /// Calls that go unanswered, next ones first.
    pub unanswered: u32,
    /// Whether text messages are sent.
    pub texts: bool,
    /// How long before its start an appointment may still be changed.
    pub change_notice_min: u32,
    pub holds: BTreeMap<HoldId, (ServiceId, Slot)>,
    pub appointments: Vec<Made>,
}

/// An appointment that stands.
pub struct Made {
    pub appointment: Appointment,
    pub client: Client,
}

/// The business as it is in English; [`business_in`] gives it its Spanish names.
pub fn business() -> Business {
    business_in(Language::English)
}

pub fn business_in(language: Language) -> Business {
    let (names, massage, facial, manicure) = match language {
        Language::English => {
            (["Dana", "Maria", "Tom"], ("Massage", "back rub"), ("Facial", "face treatment"), ("Manicure", "nails"))
        }
        Language::Spanish => {
            (["Dana", "María", "Tomás"], ("Masaje", "sobada"), ("Limpieza facial", "facial"), ("Manicura", "uñas"))
        }
    };
    let staff: Vec<Staff> = names.map(|name| Staff { id: StaffId::new(), name: name.to_owned() }).into();
    let ids: Vec<StaffId> = staff.iter().map(|s| s.id).collect();
    let service = |(name, synonym): (&str, &str), minutes, dollars: i64, by: &[usize]| Service {
        id: ServiceId::new(),
        name: name.to_owned(),
        synonyms: vec![synonym.to_owned()],
        minutes,
        price: Some(Price { amount_minor: dollars * 100, currency: "USD".to_owned() }),
        staff: by.iter().map(|i| ids[*i]).collect(),
    };
    let day = vec![OpenRange { start: 9 * 60, end: 18 * 60 }];
    let saturday = vec![OpenRange { start: 10 * 60, end: 14 * 60 }];
    Business {
        tenant: TenantId::new(),
        name: "Bloom".to_owned(),
        language,
        zone: TimeZone::get("America/New_York").expect("a zone"),
        greeting: "Thank you for calling Bloom. How can I help?".to_owned(),
        consent_sentence: String::new(),
        address: "12 Garden Street".to_owned(),
        web_address: "https://bloom.example".to_owned(),
        phone: "+12125550100".to_owned(),
        services: vec![
            service(massage, 60, 90, &[0, 1]),
            service(facial, 45, 75, &[1]),
            service(manicure, 30, 40, &[0, 2]),
        ],
        staff,
        week: [day.clone(), day.clone(), day.clone(), day.clone(), day, saturday, vec![]],
        exceptions: BTreeMap::from([(date(2026, 12, 25), vec![])]),
    }
}

impl World {
    pub fn new(now: Timestamp) -> Self {
        Self::speaking(Language::English, now)
    }

    pub fn speaking(language: Language, now: Timestamp) -> Self {
        Self {
            business: business_in(language),
            now,
            taken: BTreeSet::new(),
            lost_at_book: BTreeSet::new(),
            unanswered: 0,
            texts: true,
            change_notice_min: 0,
            holds: BTreeMap::new(),
            appointments: Vec::new(),
        }
    }

    pub fn local(&self, at: Timestamp) -> String {
        self.business.zone.to_datetime(at).strftime("%Y-%m-%dT%H:%M").to_string()
    }

    pub fn service_name(&self, id: ServiceId) -> String {
        self.business.service(id).map(|s| s.name.clone()).unwrap_or_default()
    }

    pub fn name_of(&self, appointment: &Appointment) -> String {
        self.visit_name(appointment.service, &choices(&appointment.slot))
    }

    /// "Massage+Facial"
    fn visit_name(&self, first: ServiceId, further: &[ServiceChoice]) -> String {
        let services = std::iter::once(first).chain(further.iter().map(|choice| choice.service));
        services.map(|service| self.service_name(service)).collect::<Vec<_>>().join("+")
    }

    /// The call as scripts write it: a tool and what matters of it.
    pub fn describe(&self, call: &ToolCall) -> String {
        let staff = |s: &Option<StaffId>| {
            s.and_then(|id| self.business.staff_member(id)).map_or("anyone", |s| s.name.as_str()).to_owned()
        };
        match call {
            ToolCall::FindSlots { service, staff: who, from, to, moving, further } => {
                format!(
                    "find_slots {} {} {} {}{}",
                    self.visit_name(*service, further),
                    staff(who),
                    self.local(*from),
                    self.local(*to),
                    if moving.is_some() { " to move" } else { "" }
                )
            }
            ToolCall::PlaceHold { service, staff: who, start, further } => {
                format!("place_hold {} {} {}", self.visit_name(*service, further), staff(who), self.local(*start))
            }
            ToolCall::ReleaseHold { .. } => "release_hold".to_owned(),
            ToolCall::Book { client, .. } => format!("book {} {}", client.name, client.email),
            ToolCall::FindAppointments { contact: Contact::Phone(phone) } => format!("find_appointments {phone}"),
            ToolCall::FindAppointments { contact: Contact::Email(email) } => format!("find_appointments {email}"),
            ToolCall::Reschedule { appointment, start, staff: who, .. } => {
                let who = if who.is_some() { format!(" {}", staff(who)) } else { String::new() };
                format!("reschedule {} to {}{who}", self.called(*appointment), self.local(*start))
            }
            ToolCall::Cancel { appointment, .. } => format!("cancel {}", self.called(*appointment)),
            ToolCall::StartHandoff { reason } => format!("start_handoff {}", reason.as_str()),
        }
    }

    /// "Massage 2026-11-27T14:00", of an appointment that stands.
    fn called(&self, id: AppointmentId) -> String {
        let made = self.appointments.iter().find(|made| made.appointment.id == id);
        made.map_or("an unknown one".to_owned(), |made| {
            let Appointment { service, slot, .. } = &made.appointment;
            format!("{} {}", self.visit_name(*service, &choices(slot)), self.local(slot.start))
        })
    }

    pub fn answer(&mut self, call: ToolCall) -> ToolAnswer {
        if self.unanswered > 0 {
            self.unanswered -= 1;
            return ToolAnswer::Failed;
        }
        match call {
            ToolCall::FindSlots { service, staff, from, to, moving, further } => {
                let wish = Wish { service, staff, further: &further, moving };
                let slots: Vec<Slot> = self.free(&wish, from, to).into_iter().take(200).collect();
                let none_because =
                    slots.is_empty().then(|| self.refusal(&wish, from.max(self.now), self.why_none(from)));
                ToolAnswer::Slots { slots, none_because }
            }
            ToolCall::PlaceHold { service, staff, start, further } => {
                let wish = Wish { service, staff, further: &further, moving: None };
                match self.check(&wish, start) {
                    Ok(slot) => {
                        let id = HoldId::new();
                        self.holds.insert(id, (service, slot.clone()));
                        ToolAnswer::Held(Hold { id, slot })
                    }
                    Err(reason) => ToolAnswer::Refused(self.refusal(&wish, start, reason)),
                }
            }
            ToolCall::StartHandoff { .. } => ToolAnswer::HandedOff { sent: self.texts },
            ToolCall::ReleaseHold { hold } => {
                self.holds.remove(&hold);
                ToolAnswer::Released
            }
            ToolCall::Book { hold, client } => {
                let Some((service, slot)) = self.holds.remove(&hold) else {
                    return ToolAnswer::Refused(Refusal { reason: Reason::HoldExpired, alternatives: vec![] });
                };
                if self.lost_at_book.remove(&slot.start) {
                    self.take(slot.start);
                    let further = choices(&slot);
                    let wish = Wish { service, staff: None, further: &further, moving: None };
                    return ToolAnswer::Refused(self.refusal(&wish, slot.start, Reason::Taken));
                }
                ToolAnswer::Booked(self.make(service, slot, client))
            }
            ToolCall::FindAppointments { contact } => {
                let is_theirs = |made: &&Made| match &contact {
                    Contact::Phone(phone) => made.client.phone == *phone,
                    Contact::Email(email) => made.client.email == *email,
                };
                let mut found: Vec<Appointment> =
                    self.appointments.iter().filter(is_theirs).map(|made| made.appointment.clone()).collect();
                found.retain(|appointment| appointment.slot.start >= self.now);
                found.sort_by_key(|appointment| appointment.slot.start);
                ToolAnswer::Appointments(found)
            }
            ToolCall::Reschedule { appointment, version, start, staff } => {
                self.reschedule(appointment, version, start, staff)
            }
            ToolCall::Cancel { appointment, version } => match self.changeable(appointment, version) {
                Ok(at) => ToolAnswer::Cancelled(self.appointments.remove(at).appointment),
                Err(reason) => ToolAnswer::Refused(Refusal { reason, alternatives: vec![] }),
            },
        }
    }

    /// An appointment that was made before the conversation; `contact` is a number or an address.
    pub fn has(&mut self, service: &str, staff: &str, start: &str, name: &str, contact: &str) {
        let service = self.business.services.iter().find(|s| s.name == service).expect("a service").clone();
        let staff = self.business.staff.iter().find(|s| s.name == staff).expect("a person").clone();
        let start = start.parse::<DateTime>().expect("a local time");
        let start = self.business.zone.to_timestamp(start).expect("an instant");
        let end = start + SignedDuration::from_mins(i64::from(service.minutes));
        let slot = Slot { start, end, staff: staff.id, staff_name: staff.name, further: vec![] };
        let (email, phone) = if contact.contains('@') { (contact, "") } else { ("", contact) };
        let client = Client { name: name.to_owned(), email: email.to_owned(), phone: phone.to_owned() };
        self.make(service.id, slot, client);
    }

    pub fn make(&mut self, service: ServiceId, slot: Slot, client: Client) -> Appointment {
        let client_name = client.name.clone();
        let appointment = Appointment { id: AppointmentId::new(), version: 1, service, slot, client_name };
        self.appointments.push(Made { appointment: appointment.clone(), client });
        appointment
    }

    fn reschedule(&mut self, of: AppointmentId, version: u32, start: Timestamp, staff: Option<StaffId>) -> ToolAnswer {
        let no = |reason| ToolAnswer::Refused(Refusal { reason, alternatives: vec![] });
        let at = match self.changeable(of, version) {
            Ok(at) => at,
            Err(reason) => return no(reason),
        };
        let Appointment { service, slot, .. } = self.appointments[at].appointment.clone();
        let staff = Some(staff.unwrap_or(slot.staff));
        if self.lost_at_book.remove(&start) {
            self.take(start);
            self.holds.retain(|_, (_, held)| held.start != start);
        }
        let further = choices(&slot);
        let wish = Wish { service, staff, further: &further, moving: Some(of) };
        match self.check(&wish, start) {
            Ok(slot) => {
                self.holds.retain(|_, (_, held)| held.start != start);
                let appointment = &mut self.appointments[at].appointment;
                (appointment.slot, appointment.version) = (slot, appointment.version + 1);
                ToolAnswer::Moved(appointment.clone())
            }
            Err(reason) => ToolAnswer::Refused(self.refusal(&wish, start, reason)),
        }
    }

    /// Where it stands among the appointments.
    fn changeable(&self, of: AppointmentId, version: u32) -> Result<usize, Reason> {
        let at =
            self.appointments.iter().position(|made| made.appointment.id == of).ok_or(Reason::UnknownAppointment)?;
        let appointment = &self.appointments[at].appointment;
        let notice = SignedDuration::from_mins(i64::from(self.change_notice_min));
        if appointment.version != version {
            return Err(Reason::ChangedMeanwhile);
        }
        if appointment.slot.start < self.now + notice {
            return Err(Reason::TooLate { notice_min: self.change_notice_min });
        }
        Ok(at)
    }

    /// Somebody else has it, with everyone.
    pub fn take(&mut self, start: Timestamp) {
        let staff: Vec<StaffId> = self.business.staff.iter().map(|s| s.id).collect();
        self.taken.extend(staff.into_iter().map(|id| (id, start)));
    }

    fn why_none(&self, from: Timestamp) -> Reason {
        let day = self.business.zone.to_datetime(from).date();
        if self.business.open_on(day).is_empty() { Reason::Closed } else { Reason::Taken }
    }

    fn refusal(&self, wish: &Wish<'_>, near: Timestamp, reason: Reason) -> Refusal {
        let from = near - SignedDuration::from_hours(8);
        let to = near + SignedDuration::from_hours(24 * 5);
        let mut slots = self.free(wish, from.max(self.now), to);
        slots.sort_by_key(|s| (s.start.duration_since(near).abs(), s.start));
        slots.dedup_by_key(|s| s.start);
        slots.truncate(3);
        slots.sort_by_key(|s| s.start);
        Refusal { reason, alternatives: slots }
    }

    fn check(&self, wish: &Wish<'_>, start: Timestamp) -> Result<Slot, Reason> {
        let services = std::iter::once(ServiceChoice { service: wish.service, staff: wish.staff });
        let mut segments = Vec::new();
        let mut at = start;
        for choice in services.chain(wish.further.iter().copied()) {
            let (segment, end) = self.check_one(choice, at, start, wish.moving)?;
            segments.push(segment);
            at = end;
        }
        let first = segments.remove(0);
        Ok(Slot { start, end: at, staff: first.staff, staff_name: first.staff_name, further: segments })
    }

    /// One service of a visit that begins at `visit`; `moving` is in nobody's way.
    fn check_one(
        &self,
        choice: ServiceChoice,
        start: Timestamp,
        visit: Timestamp,
        moving: Option<AppointmentId>,
    ) -> Result<(Segment, Timestamp), Reason> {
        let offered = self.business.service(choice.service).ok_or(Reason::UnknownService)?;
        let local = self.business.zone.to_datetime(start);
        if visit < self.now {
            return Err(Reason::TooSoon);
        }
        let minute = minute_of(local.time());
        if !self.business.open_on(local.date()).iter().any(|r| minute >= r.start && minute + offered.minutes <= r.end) {
            return Err(Reason::Closed);
        }
        if i64::from(minute) % GRID_MIN != 0 && start == visit {
            return Err(Reason::OffGrid);
        }
        let performs = |id: &StaffId| choice.staff.is_none_or(|s| s == *id);
        let who: Vec<StaffId> = offered.staff.iter().copied().filter(performs).collect();
        if who.is_empty() {
            return Err(Reason::UnknownStaff);
        }
        let end = start + SignedDuration::from_mins(i64::from(offered.minutes));
        let others = |made: &&Made| Some(made.appointment.id) != moving;
        let busy = |id: StaffId| {
            let slots = self.appointments.iter().filter(others).map(|made| &made.appointment.slot);
            self.taken.contains(&(id, start))
                || slots.into_iter().any(|slot| has(slot, id) && slot.start < end && start < slot.end)
        };
        let free = who.into_iter().find(|id| !busy(*id)).ok_or(Reason::Taken)?;
        let staff_name = self.business.staff_member(free).map(|s| s.name.clone()).unwrap_or_default();
        Ok((Segment { service: choice.service, staff: free, staff_name }, end))
    }

    fn free(&self, wish: &Wish<'_>, from: Timestamp, to: Timestamp) -> Vec<Slot> {
        let grid = GRID_MIN * 60;
        let first = (from.as_second() + grid - 1).div_euclid(grid) * grid;
        (0..24 * 2 * 40)
            .filter_map(|n| Timestamp::from_second(first + n * grid).ok())
            .take_while(|at| *at < to)
            .filter_map(|at| self.check(wish, at).ok())
            .collect()
    }
}

/// What a start is wanted for.
struct Wish<'a> {
    service: ServiceId,
    staff: Option<StaffId>,
    further: &'a [ServiceChoice],
    moving: Option<AppointmentId>,
}

fn choices(slot: &Slot) -> Vec<ServiceChoice> {
    slot.further.iter().map(|s| ServiceChoice { service: s.service, staff: Some(s.staff) }).collect()
}

/// Whether somebody is needed for any of it.
fn has(slot: &Slot, staff: StaffId) -> bool {
    slot.staff == staff || slot.further.iter().any(|segment| segment.staff == staff)
}
