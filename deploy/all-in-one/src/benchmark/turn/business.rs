//! The business that the dialogues are about.

use std::collections::BTreeMap;

use conversation_svc::agent::business::{Business, OpenRange, Price, Service, Staff};
use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use proto::{
    Language,
    id::{ServiceId, StaffId, TenantId},
};

pub fn speaking(language: Language) -> Business {
    let (people, services) = match language {
        Language::English => {
            (["Dana", "Maria", "Tom"], [("Massage", "back rub"), ("Facial", "face treatment"), ("Manicure", "nails")])
        }
        Language::Spanish => {
            (["Dana", "María", "Tomás"], [("Masaje", "sobada"), ("Limpieza facial", "facial"), ("Manicura", "uñas")])
        }
    };
    let staff: Vec<Staff> = people.map(|name| Staff { id: StaffId::new(), name: name.to_owned() }).into();
    let everyone: Vec<StaffId> = staff.iter().map(|person| person.id).collect();
    let service = |(name, synonym): (&str, &str)| Service {
        id: ServiceId::new(),
        name: name.to_owned(),
        synonyms: vec![synonym.to_owned()],
        minutes: 60,
        price: Some(Price { amount_minor: 9_000, currency: "USD".to_owned() }),
        staff: everyone.clone(),
    };
    let day = vec![OpenRange { start: 9 * 60, end: 18 * 60 }];
    Business {
        tenant: TenantId::new(),
        name: "Bloom".to_owned(),
        language,
        zone: zone(),
        greeting: String::new(),
        consent_sentence: String::new(),
        address: "12 Garden Street".to_owned(),
        phone: String::new(),
        web_address: "https://bloom.example".to_owned(),
        services: services.map(service).into(),
        staff,
        week: [day.clone(), day.clone(), day.clone(), day.clone(), day.clone(), day, Vec::new()],
        exceptions: BTreeMap::new(),
    }
}

fn zone() -> TimeZone {
    TimeZone::get("America/New_York").unwrap_or(TimeZone::UTC)
}

pub fn instant(local: DateTime) -> Timestamp {
    zone().to_timestamp(local).unwrap_or(Timestamp::UNIX_EPOCH)
}
