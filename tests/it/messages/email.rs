//! E-mails: what they say, and what the mail server's trouble does to them.

use booking_svc::demo;
use rstest::rstest;
use service_runtime::Env;
use sqlx::PgPool;
use system_tests::{
    database, eventually,
    fakes::smtp::{Email, Fault, Security, Smtp, Step},
};

use super::{BOUND, Business, client};

const FROM: &str = "no-reply@receptionist.example";

fn env(smtp: &Smtp) -> Env {
    Env::from_pairs([
        ("SMTP_URL", smtp.url()),
        ("SMTP_FROM", FROM.to_owned()),
        ("SMTP_CA_FILE", Smtp::authority().display().to_string()),
    ])
}

fn header(email: &Email, name: &str) -> String {
    email.header(name).unwrap_or_default()
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn clients_hear_by_email_what_becomes_of_their_appointment(pool: PgPool) {
    let smtp = Smtp::start(Security::StartTls).await.expect("a port");
    let salon = Business::open(pool, demo::SALON).await;
    salon.tell(&env(&smtp));
    let booked = salon.massage().await;
    salon.until_settled("email", 1).await;
    let moved = salon.reschedule(&booked).await;
    salon.until_settled("email", 2).await;
    salon.cancel(&moved).await;
    salon.until_settled("email", 3).await;

    let emails = smtp.record().requests();
    let subjects: Vec<String> = emails.iter().map(|email| header(email, "Subject")).collect();
    assert_eq!(
        subjects,
        [
            "Booked: Thursday, June 11, 2:00 PM at Harmony Wellness",
            "Moved: Thursday, June 11, 3:00 PM at Harmony Wellness",
            "Cancelled: Thursday, June 11, 3:00 PM at Harmony Wellness",
        ]
    );
    for (version, (email, method)) in (1..).zip(emails.iter().zip(["REQUEST", "REQUEST", "CANCEL"])) {
        assert!(email.is_private, "the password and the message are not read by others");
        assert_eq!((email.from.as_str(), &email.to[..]), (FROM, &["alex@example.com".to_owned()][..]));
        assert_eq!(email.hello, "receptionist.example");
        assert_eq!(header(email, "From"), format!("\"Harmony Wellness\" <{FROM}>"));
        assert_eq!(header(email, "Message-ID"), format!("<{}.{version}@receptionist.example>", booked.id));
        assert_eq!(header(email, "Auto-Submitted"), "auto-generated");
        // The tests' clock runs on.
        assert!(header(email, "Date").starts_with("Wed, 10 Jun 2026 13:"), "{email:?}");
        let [text, file] = &email.parts()[..] else { panic!("a text and a file: {email:?}") };
        assert!(text.content_type.starts_with("text/plain"), "{text:?}");
        assert!(text.text.contains("Massage with Maria Lopez") && text.text.contains(" PM EDT"), "{text:?}");
        assert_eq!(file.content_type, format!("text/calendar; charset=utf-8; method={method}"));
        assert!(file.disposition.contains("appointment.ics"), "{file:?}");
        for line in [format!("UID:{}", booked.id), format!("METHOD:{method}"), format!("SEQUENCE:{}", version - 1)] {
            assert!(file.text.lines().any(|found| found == line), "{line}: {}", file.text);
        }
    }
    let audit = salon.audit().await;
    assert_eq!(audit.iter().filter(|line| *line == "announcement_told email").count(), 3, "{audit:?}");
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn a_business_writes_in_its_language_and_from_its_address(pool: PgPool) {
    let smtp = Smtp::start(Security::Wrapped).await.expect("a port");
    let clinic = Business::open(pool, demo::CLINIC).await;
    clinic.set("UPDATE tenants SET email_from = 'citas@clinica.example' WHERE id = $1").await;
    clinic.tell(&env(&smtp));
    let (service, staff) = first_of(&clinic).await;
    // A name that would like to be a header of its own.
    clinic.book(&service, &staff, client("José\r\nBcc: all@example.com", "jose@example.com")).await;
    clinic.until_settled("email", 1).await;
    let [email] = &smtp.record().requests()[..] else { panic!("one e-mail") };
    assert_eq!((email.from.as_str(), &email.to[..]), ("citas@clinica.example", &["jose@example.com".to_owned()][..]));
    assert_eq!(header(email, "Bcc"), "");
    assert!(header(email, "To").contains("José") && header(email, "To").ends_with("<jose@example.com>"));
    let subject = header(email, "Subject");
    assert!(subject.starts_with("Cita reservada: jueves, 11 de junio, "), "{subject}");
    assert!(subject.ends_with(" en Clínica Dental del Sol"), "{subject}");
    let text = &email.parts()[0].text;
    assert!(text.contains("Su cita en Clínica Dental del Sol ha sido reservada."), "{text}");
}

/// A service of the business that is free then, and who gives it.
async fn first_of(business: &Business) -> (String, String) {
    sqlx::query_as(
        "SELECT v.name, s.name FROM services v JOIN staff_services x ON x.service_id = v.id JOIN staff s ON s.id = x.staff_id \
         WHERE v.tenant_id = $1 ORDER BY v.position, s.position LIMIT 1",
    )
    .bind(business.tenant.as_uuid())
    .fetch_one(&business.pool)
    .await
    .expect("a service")
}

#[rstest]
#[case::not_now(Fault::Answer(Step::Connect, 421), "busy")]
#[case::grey_list(Fault::Answer(Step::Recipient, 451), "busy")]
#[case::full(Fault::Answer(Step::Message, 452), "busy")]
#[case::wrong_password(Fault::Answer(Step::Auth, 535), "account")]
#[case::hung_up_at_once(Fault::Drop(Step::Connect), "not_reached")]
#[case::hung_up_later(Fault::Drop(Step::Recipient), "not_reached")]
#[tokio::test]
async fn trouble_puts_an_email_off_and_it_comes_once(#[case] fault: Fault, #[case] why: &str) {
    let smtp = Smtp::start(Security::StartTls).await.expect("a port");
    smtp.record().script(fault);
    let salon = Business::open(fresh_database().await, demo::SALON).await;
    salon.tell(&env(&smtp));
    salon.massage().await;
    salon.until_put_off("email", why).await;
    assert_eq!(smtp.record().requests(), []);
    salon.hurry().await;
    salon.until_settled("email", 1).await;
    assert_eq!(salon.deliveries("email").await, [("done".to_owned(), String::new(), 2)]);
    assert_eq!(smtp.record().requests().len(), 1);
}

#[rstest]
#[case::no_such_mailbox(Fault::Answer(Step::Recipient, 550))]
#[case::not_wanted(Fault::Answer(Step::Message, 554))]
#[tokio::test]
async fn a_refusal_is_for_good_and_audited(#[case] fault: Fault) {
    let smtp = Smtp::start(Security::StartTls).await.expect("a port");
    smtp.record().script(fault);
    let salon = Business::open(fresh_database().await, demo::SALON).await;
    salon.tell(&env(&smtp));
    salon.massage().await;
    salon.until_settled("email", 1).await;
    assert_eq!(salon.deliveries("email").await, [("dead".to_owned(), "refused".to_owned(), 1)]);
    assert_eq!(smtp.record().requests(), []);
    assert_eq!(salon.audit().await.last().map(String::as_str), Some("delivery_given_up email"));
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn a_message_whose_receipt_was_lost_comes_again_under_its_id(pool: PgPool) {
    let smtp = Smtp::start(Security::StartTls).await.expect("a port");
    smtp.record().script(Fault::Drop(Step::Message));
    let salon = Business::open(pool, demo::SALON).await;
    salon.tell(&env(&smtp));
    salon.massage().await;
    salon.until_put_off("email", "not_reached").await;
    salon.hurry().await;
    salon.until_settled("email", 1).await;
    let ids: Vec<String> = smtp.record().requests().iter().map(|email| header(email, "Message-ID")).collect();
    assert!(matches!(&ids[..], [first, second] if first == second && !first.is_empty()), "{ids:?}");
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn a_server_that_cannot_prove_its_name_gets_nothing(pool: PgPool) {
    let smtp = Smtp::start(Security::StartTls).await.expect("a port");
    let salon = Business::open(pool, demo::SALON).await;
    salon.tell(&env(&smtp).with("SMTP_CA_FILE", ""));
    salon.massage().await;
    salon.until_put_off("email", "not_reached").await;
    assert_eq!(smtp.record().requests(), []);
    assert!(smtp.record().connections() > 0);
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn a_server_on_this_machine_may_do_without_tls(pool: PgPool) {
    let smtp = Smtp::start(Security::None).await.expect("a port");
    let salon = Business::open(pool, demo::SALON).await;
    salon.tell(&env(&smtp));
    salon.massage().await;
    salon.until_settled("email", 1).await;
    assert!(matches!(&smtp.record().requests()[..], [email] if !email.is_private));
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn what_has_changed_again_is_not_told(pool: PgPool) {
    let smtp = Smtp::start(Security::None).await.expect("a port");
    let salon = Business::open(pool, demo::SALON).await;
    let moved = salon.reschedule(&salon.massage().await).await;
    salon.cancel(&moved).await;
    salon.tell(&env(&smtp));
    salon.until_settled("email", 3).await;
    let superseded = || ("done".to_owned(), "superseded".to_owned(), 1);
    assert_eq!(salon.deliveries("email").await, [superseded(), superseded(), ("done".to_owned(), String::new(), 1)]);
    let [email] = &smtp.record().requests()[..] else { panic!("one e-mail") };
    assert!(header(email, "Subject").starts_with("Cancelled:"));
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn nothing_is_sent_where_it_is_off_or_there_is_no_address(pool: PgPool) {
    let smtp = Smtp::start(Security::None).await.expect("a port");
    let salon = Business::open(pool, demo::SALON).await;
    salon.tell(&env(&smtp));
    salon.book("Massage", "Sam Rivera", client("Alex Morrison", "")).await;
    salon.set("UPDATE tenants SET messages_by_email = false WHERE id = $1").await;
    salon.massage().await;
    salon.until_settled("email", 2).await;
    let reasons: Vec<String> = salon.deliveries("email").await.into_iter().map(|(_, reason, _)| reason).collect();
    assert!(reasons.contains(&"not_wanted".to_owned()), "{reasons:?}");
    assert_eq!(smtp.record().requests(), []);

    // Without a mail server there is one reason for all.
    let off = Business::open(fresh_database().await, demo::SALON).await;
    off.tell(&Env::default());
    off.massage().await;
    off.until_settled("email", 1).await;
    off.until_settled("text", 1).await;
    for listener in ["email", "text"] {
        assert_eq!(off.deliveries(listener).await, [("done".to_owned(), "off".to_owned(), 1)]);
    }
    eventually(BOUND, "the outbox is done with", async || {
        let waiting = "SELECT count(*) FROM outbox WHERE done_at IS NULL";
        sqlx::query_scalar::<_, i64>(waiting).fetch_one(&off.pool).await.expect("a count") == 0
    })
    .await;
}

async fn fresh_database() -> PgPool {
    let server = std::env::var("DATABASE_URL").expect("DATABASE_URL");
    let url = database::fresh_for(&server, "messages").await.expect("a database");
    let pool = PgPool::connect(&url).await.expect("a connection");
    migrations::run(&pool).await.expect("the tables");
    pool
}
