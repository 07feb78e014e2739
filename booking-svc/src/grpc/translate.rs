//! Between wire messages and the domain's types. Whatever is malformed is named, and its value not repeated.

use std::str::FromStr;

use jiff::Timestamp;
use proto::{
    PhoneNumber, Private,
    booking::v1 as wire,
    common::v1 as common,
    convert::{from_wire_time, to_wire_date, to_wire_time},
    id::MalformedId,
};
use tonic::Status;

use crate::booking::{
    appointment::{Appointment, Client, FindAppointments, Status as AppointmentStatus, Version, Wanted},
    claim::Own,
    client,
    error::{Reason, Refusal},
    hold::{Actor, Channel, Hold},
    local_time::MinuteRange,
    rules::{Rules, Speech},
    slot::{Segment, Slot, SlotChoice, StaffChoice},
    visit,
};

/// Characters of a key: more is a mistake of the caller, or an attack.
const KEY_MAX: usize = 200;
const SLOTS_DEFAULT: usize = 50;
const SLOTS_MAX: usize = 500;
const APPOINTMENTS_DEFAULT: u32 = 10;
const APPOINTMENTS_MAX: u32 = 50;

pub fn id<T: FromStr<Err = MalformedId>>(text: &str) -> Result<T, Status> {
    text.parse().map_err(|e: MalformedId| Status::invalid_argument(e.to_string()))
}

pub fn optional_id<T: FromStr<Err = MalformedId>>(text: &str) -> Result<Option<T>, Status> {
    if text.is_empty() { Ok(None) } else { id(text).map(Some) }
}

pub fn slot_choice(
    service: &str,
    staff: &str,
    further: &[wire::ServiceChoice],
    start: Option<&prost_types::Timestamp>,
) -> Result<SlotChoice, Status> {
    if further.len() >= visit::SERVICES_MAX {
        let message = format!("further_services: a visit has up to {} services", visit::SERVICES_MAX);
        return Err(Status::invalid_argument(message));
    }
    let further = further.iter().map(|next| Ok::<_, Status>((id(&next.service_id)?, staff_choice(&next.staff_id)?)));
    Ok(SlotChoice {
        service: id(service)?,
        staff: staff_choice(staff)?,
        further: further.collect::<Result<_, _>>()?,
        start: time(start)?,
    })
}

fn staff_choice(text: &str) -> Result<StaffChoice, Status> {
    Ok(optional_id(text)?.map_or(StaffChoice::Any, StaffChoice::Named))
}

/// What of the asker's is in nobody's way.
pub fn own(session: &str, appointment: &str) -> Result<Own, Status> {
    Ok(Own { session: optional_id(session)?, appointment: optional_id(appointment)? })
}

pub fn version(version: u32) -> Result<Version, Status> {
    if version == 0 { Err(Status::invalid_argument("expected_version: missing")) } else { Ok(version) }
}

pub fn time(at: Option<&prost_types::Timestamp>) -> Result<Timestamp, Status> {
    let at = from_wire_time(at)?;
    // Nothing of ours happened before; PostgreSQL has no times before 4713 BC.
    if at < Timestamp::UNIX_EPOCH { Err(Status::invalid_argument("time out of range")) } else { Ok(at) }
}

pub fn phone(text: &str, field: &str) -> Result<PhoneNumber, Status> {
    text.parse().map_err(|e| Status::invalid_argument(format!("{field}: {e}")))
}

pub fn limit(limit: u32) -> Result<usize, Status> {
    match usize::try_from(limit) {
        Ok(0) => Ok(SLOTS_DEFAULT),
        Ok(limit) if limit <= SLOTS_MAX => Ok(limit),
        _ => Err(Status::invalid_argument("limit: expected 0 to 500")),
    }
}

pub fn find_appointments(request: wire::FindAppointmentsRequest) -> Result<FindAppointments, Status> {
    let given = |text: String| if text.is_empty() { None } else { Some(Private::new(text)) };
    let wanted = FindAppointments {
        tenant: id(&request.tenant_id)?,
        phone: if request.phone.is_empty() { None } else { Some(phone(&request.phone, "phone")?) },
        email: given(client::email(&request.email, "email").map_err(malformed)?),
        name: given(client::name(&request.name, "name").map_err(malformed)?),
        past_too: request.past_too,
        cancelled_too: request.cancelled_too,
        limit: match request.limit {
            0 => APPOINTMENTS_DEFAULT,
            limit @ 1..=APPOINTMENTS_MAX => limit,
            _ => return Err(Status::invalid_argument("limit: expected 0 to 50")),
        },
    };
    if wanted.phone.is_none() && wanted.email.is_none() && wanted.name.is_none() {
        return Err(Status::invalid_argument("expected a phone, an email or a name"));
    }
    Ok(wanted)
}

pub fn idempotency_key(key: String) -> Result<String, Status> {
    let length = key.chars().count();
    if (1..=KEY_MAX).contains(&length) && !key.contains('\0') {
        Ok(key)
    } else {
        Err(Status::invalid_argument("idempotency_key: expected 1 to 200 characters"))
    }
}

pub fn actor(tenant: &str, session: &str, channel: i32) -> Result<Actor, Status> {
    let channel = match common::Channel::try_from(channel) {
        Ok(common::Channel::Phone) => Channel::Phone,
        Ok(common::Channel::Web) => Channel::Web,
        Ok(common::Channel::Unspecified) | Err(_) => {
            return Err(Status::invalid_argument("channel: expected phone or web"));
        }
    };
    Ok(Actor { tenant: id(tenant)?, session: id(session)?, channel })
}

pub fn wanted(what: Option<wire::book_request::What>) -> Result<Wanted, Status> {
    match what {
        Some(wire::book_request::What::HoldId(hold)) => Ok(Wanted::Hold(id(&hold)?)),
        Some(wire::book_request::What::Slot(slot)) => {
            slot_choice(&slot.service_id, &slot.staff_id, &slot.further_services, slot.start.as_ref()).map(Wanted::Slot)
        }
        None => Err(Status::invalid_argument("what: expected hold_id or slot")),
    }
}

pub fn client(client: Option<wire::Client>) -> Result<Client, Status> {
    let client = client.ok_or_else(|| Status::invalid_argument("client: missing"))?;
    client::read(&client.name, &client.email, &client.phone).map_err(malformed)
}

pub fn notes(notes: &str) -> Result<Private<String>, Status> {
    client::notes(notes).map_err(malformed)
}

fn malformed(error: client::Malformed) -> Status {
    Status::invalid_argument(error.to_string())
}

pub fn tenant(rules: &Rules) -> wire::Tenant {
    let profile = rules.profile.clone();
    wire::Tenant {
        tenant_id: rules.tenant.to_string(),
        slug: profile.slug,
        name: profile.name,
        time_zone: profile.time_zone,
        language: profile.language,
        greeting: profile.greeting,
        consent_sentence: profile.consent_sentence,
        address: profile.address,
        web_address: profile.web_address,
        concurrent_calls_max: profile.concurrent_calls_max,
        phone_numbers: profile.phone_numbers,
        recording_enabled: profile.recording_enabled,
        recording_retention_days: profile.recording_retention_days,
        change_notice_minutes: profile.change_notice_minutes,
        barge_in_mode: profile.barge_in_mode,
        speech: Some(speech(&profile.speech)),
    }
}

fn speech(speech: &Speech) -> wire::SpeechSettings {
    let speech = speech.clone();
    wire::SpeechSettings {
        recognition_chain: speech.recognition_chain,
        synthesis_chain: speech.synthesis_chain,
        azure_voice: Some(wire::AzureVoice {
            name: speech.azure_voice,
            style: speech.azure_style,
            rate_percent: speech.azure_rate_percent.map(i32::from),
        }),
        elevenlabs_voice: Some(wire::ElevenLabsVoice {
            voice_id: speech.elevenlabs_voice_id,
            rate_percent: speech.elevenlabs_rate_percent.map(i32::from),
        }),
    }
}

pub fn services(rules: &Rules) -> wire::ListServicesResponse {
    let services = rules.services.iter().map(|service| wire::Service {
        service_id: service.id.to_string(),
        name: service.name.clone(),
        synonyms: service.synonyms.clone(),
        duration_minutes: u32::from(service.duration_minutes),
        price: Some(common::Money { amount_minor: service.price_minor, currency: service.currency.clone() }),
        staff_ids: service.staff.iter().map(ToString::to_string).collect(),
        description: service.description.clone(),
    });
    let staff = rules.staff.iter().map(|s| wire::Staff { staff_id: s.id.to_string(), name: s.name.clone() });
    let weekdays = (1..).zip(&rules.week);
    let exceptions = rules.exceptions.iter().map(|(date, exception)| wire::DateException {
        date: Some(to_wire_date(*date)),
        open: ranges(&exception.open),
        reason: exception.reason.clone(),
    });
    wire::ListServicesResponse {
        services: services.collect(),
        staff: staff.collect(),
        opening_days: weekdays.map(|(weekday, open)| wire::OpeningDay { weekday, open: ranges(open) }).collect(),
        date_exceptions: exceptions.collect(),
    }
}

fn ranges(ranges: &[MinuteRange]) -> Vec<common::LocalTimeRange> {
    let wire = |r: &MinuteRange| common::LocalTimeRange { start_minute: r.start.into(), end_minute: r.end.into() };
    ranges.iter().map(wire).collect()
}

pub fn slot(slot: &Slot) -> wire::Slot {
    wire::Slot {
        start: Some(to_wire_time(slot.start)),
        end: Some(to_wire_time(slot.end)),
        staff_id: slot.staff.to_string(),
        staff_name: slot.staff_name.clone(),
        further: slot.further.iter().map(segment).collect(),
    }
}

fn segment(segment: &Segment) -> wire::Segment {
    wire::Segment {
        service_id: segment.service.to_string(),
        service_name: segment.service_name.clone(),
        staff_id: segment.staff.to_string(),
        staff_name: segment.staff_name.clone(),
        start: Some(to_wire_time(segment.start)),
        end: Some(to_wire_time(segment.end)),
    }
}

pub fn hold(hold: &Hold) -> wire::Hold {
    wire::Hold {
        hold_id: hold.id.to_string(),
        slot: Some(slot(&hold.slot)),
        service_id: hold.service.to_string(),
        expires_at: Some(to_wire_time(hold.expires_at)),
    }
}

pub fn refusal(refusal: &Refusal) -> wire::Refusal {
    let reason = match refusal.reason {
        Reason::Taken => wire::RefusalReason::Taken,
        Reason::Closed => wire::RefusalReason::Closed,
        Reason::StaffAway => wire::RefusalReason::StaffAway,
        Reason::CalendarUnknown => wire::RefusalReason::CalendarUnknown,
        Reason::TooSoon => wire::RefusalReason::TooSoon,
        Reason::TooFar => wire::RefusalReason::TooFar,
        Reason::OffGrid => wire::RefusalReason::OffGrid,
        Reason::UnknownService => wire::RefusalReason::UnknownService,
        Reason::UnknownStaff => wire::RefusalReason::UnknownStaff,
        Reason::HoldExpired => wire::RefusalReason::HoldExpired,
        Reason::UnknownAppointment => wire::RefusalReason::UnknownAppointment,
        Reason::ChangedMeanwhile => wire::RefusalReason::ChangedMeanwhile,
        Reason::AlreadyCancelled => wire::RefusalReason::AlreadyCancelled,
        Reason::TooLate { .. } => wire::RefusalReason::TooLate,
    };
    let change_notice_minutes = match refusal.reason {
        Reason::TooLate { notice_minutes } => notice_minutes,
        _ => 0,
    };
    wire::Refusal {
        reason: reason.into(),
        detail: refusal.reason.to_string(),
        alternatives: refusal.alternatives.iter().map(slot).collect(),
        change_notice_minutes,
    }
}

pub fn client_of_request(client: &Client) -> wire::Client {
    wire::Client {
        name: client.name.reveal().clone(),
        email: client.email.reveal().clone(),
        phone: client.phone.as_ref().map(|p| p.reveal().to_owned()).unwrap_or_default(),
    }
}

/// A client of whom no more is told.
pub fn named(name: &Private<String>) -> wire::Client {
    wire::Client { name: name.reveal().clone(), ..wire::Client::default() }
}

pub fn appointment(appointment: &Appointment, client: wire::Client) -> wire::Appointment {
    let status = match appointment.status {
        AppointmentStatus::Booked => wire::AppointmentStatus::Booked,
        AppointmentStatus::Cancelled => wire::AppointmentStatus::Cancelled,
    };
    wire::Appointment {
        appointment_id: appointment.id.to_string(),
        service_id: appointment.service.to_string(),
        service_name: appointment.service_name.clone(),
        slot: Some(slot(&appointment.slot)),
        client: Some(client),
        time_zone: appointment.time_zone.clone(),
        version: appointment.version,
        status: status.into(),
    }
}
