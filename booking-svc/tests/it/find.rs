//! Finding a client's appointments.

use booking_svc::booking::{
    appointment::{Client, FindAppointments, Wanted},
    slot::SlotChoice,
};
use proto::{
    Private,
    id::{SessionId, TenantId},
};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use crate::support::{Salon, TOMORROW_TWO_PM, anyone, done};

impl Salon {
    async fn book_for(&self, name: &str, email: &str, phone: &str, slot: SlotChoice) {
        let mut request = self.book_request(SessionId::new(), Wanted::Slot(slot.clone()));
        request.client = Client {
            name: Private::new(name.to_owned()),
            email: Private::new(email.to_owned()),
            phone: phone.parse().ok(),
        };
        done(self.desk.book(&request).await.expect("an answer"));
    }

    fn nobody(&self) -> FindAppointments {
        FindAppointments {
            tenant: self.tenant,
            phone: None,
            email: None,
            name: None,
            past_too: false,
            cancelled_too: false,
            limit: 10,
        }
    }

    async fn found(&self, wanted: FindAppointments) -> Vec<String> {
        let found = self.desk.find_appointments(&wanted).await.expect("an answer");
        found.into_iter().map(|s| format!("{} {}", s.client_name.reveal(), s.appointment.service_name)).collect()
    }

    async fn found_by_name(&self, name: &str) -> Vec<String> {
        self.found(FindAppointments { name: Some(Private::new(name.to_owned())), ..self.nobody() }).await
    }
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn a_client_is_found_by_phone_e_mail_and_name(_: PgPoolOptions, db: PgConnectOptions) {
    let salon = Salon::open(db).await;
    let (jose, alex) = ("José Núñez-García", "Alex O'Brien");
    salon.book_for(jose, "jose@example.com", "+34911234567", anyone("Massage", TOMORROW_TWO_PM)).await;
    salon.book_for(jose, "", "+34911234567", anyone("Facial", "2026-06-12T18:00:00Z")).await;
    salon.book_for(alex, "alex@example.com", "", anyone("Haircut", TOMORROW_TWO_PM)).await;
    let (first, second) = (format!("{jose} Massage"), format!("{jose} Facial"));

    let phone = FindAppointments { phone: "+34911234567".parse().ok(), ..salon.nobody() };
    assert_eq!(salon.found(phone.clone()).await, [first.clone(), second.clone()], "earliest first");
    let email = Some(Private::new("jose@example.com".to_owned()));
    assert_eq!(salon.found(FindAppointments { email, ..phone.clone() }).await, [first.as_str()], "both must match");
    assert_eq!(salon.found(FindAppointments { limit: 1, ..phone }).await, [first.as_str()]);

    for name in ["jose", "NUNEZ GARCIA", "García, José", "josé núñez-garcía", "nu\u{301}n\u{303}ez"] {
        let found = salon.found_by_name(name).await;
        assert_eq!(found, [first.clone(), second.clone()], "{name}");
    }
    for name in ["obrien", "ALEX", "O\u{2019}Brien"] {
        assert_eq!(salon.found_by_name(name).await, [format!("{alex} Haircut")], "{name}");
    }
    for name in ["jos", "Alex Núñez", "%", "_", "-", " . "] {
        assert_eq!(salon.found_by_name(name).await, [""; 0], "{name}");
    }
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn past_and_cancelled_ones_only_when_they_are_asked_for(_: PgPoolOptions, db: PgConnectOptions) {
    let salon = Salon::open(db.clone()).await;
    let phone = "+14155550123";
    salon.book_for("Alex Morrison", "", phone, anyone("Massage", TOMORROW_TWO_PM)).await;
    salon.book_for("Alex Morrison", "", phone, anyone("Facial", "2026-06-12T18:00:00Z")).await;
    sqlx::query("UPDATE appointments SET status = 'cancelled' WHERE starts_at > '2026-06-12'")
        .execute(&salon.pool)
        .await
        .expect("an update");
    let after = Salon::open_at(db, "2026-06-11T18:00:00Z").await;
    let upcoming = FindAppointments { phone: phone.parse().ok(), ..after.nobody() };
    assert_eq!(salon.found(upcoming.clone()).await, ["Alex Morrison Massage"]);
    assert_eq!(after.found(upcoming.clone()).await, [""; 0], "it has begun");
    let past = FindAppointments { past_too: true, ..upcoming.clone() };
    assert_eq!(after.found(past.clone()).await, ["Alex Morrison Massage"]);
    let all = FindAppointments { cancelled_too: true, ..past };
    assert_eq!(after.found(all).await, ["Alex Morrison Massage", "Alex Morrison Facial"]);
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn another_business_finds_nothing(_: PgPoolOptions, db: PgConnectOptions) {
    let salon = Salon::open(db).await;
    salon.book_for("Alex Morrison", "", "+14155550123", anyone("Massage", TOMORROW_TWO_PM)).await;
    let garage: TenantId = booking_svc::demo::tenant_id(booking_svc::demo::GARAGE);
    let wanted = FindAppointments { tenant: garage, phone: "+14155550123".parse().ok(), ..salon.nobody() };
    assert_eq!(salon.found(wanted).await, [""; 0]);
}
