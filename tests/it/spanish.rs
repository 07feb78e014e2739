//! A call in Spanish, from the greeting to the goodbye, over the vendors' own protocols.

use std::{net::SocketAddr, time::Duration};

use jiff::{ToSpan as _, civil::Date};
use receptionist::{
    demonstration, ledger,
    up::{Data, Running, UpConfig},
};
use system_tests::{
    caller::{Ending, LineTime},
    database,
    fakes::{
        azure_tts::{self, AzureTts},
        deepgram::{self, Deepgram},
        voice::Lines,
    },
};

use crate::whole::{Whole, with_whole};

/// For waits on the other side; a machine under load is slow.
const BOUND: Duration = Duration::from_secs(30);
/// What makes the sound of a line; which words it is taken for is scripted.
const SOUND: &str = "good morning to all of you out there";

const MONTHS: [&str; 12] = [
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
];

#[test]
fn a_caller_books_in_spanish() {
    // Its turn on the line: no other call is made meanwhile.
    with_whole(async |whole| {
        let zone = whole.zone(booking_svc::demo::CLINIC).await;
        let day = first_open_day(zone.to_datetime(whole.clock.now()).date());
        let date = format!("el {} de {}", day.day(), MONTHS[usize::from(day.month().unsigned_abs()) - 1]);
        let wish = format!("{date} a las 10 de la mañana");
        let lines = [
            "Quiero una limpieza dental, por favor.",
            &wish,
            "Ana Torres.",
            "ana.torres@ejemplo.com",
            "Sí, es correcto.",
            "Sí, por favor.",
            "No, gracias.",
        ];
        let script = Lines::of(&lines);
        let deepgram = Deepgram::start_hearing(script.clone()).await.expect("a port");
        let azure = AzureTts::start().await.expect("a port");
        let running = start(whole, &deepgram, &azure).await;
        let config = demonstration::dial_config(&running, booking_svc::demo::CLINIC_NUMBER).expect("a line");
        let call = demonstration::dial_patiently(config).await.expect("the line opens");
        let call_sid = call.call_sid().to_owned();
        let mut since = LineTime::ZERO;
        for _ in &lines {
            call.wait_until_agent_quiet(since, BOUND).await.expect("a greeting or a reply");
            call.say(SOUND).await.expect("the line is open");
            since = call.now();
        }
        call.wait_until_over(BOUND).await.expect("the agent hangs up");
        let report = call.wait_for_report(BOUND).await.expect("a report");
        assert_eq!((report.ended, script.left()), (Some(Ending::AgentHungUp), 0));

        let requests = deepgram.requests();
        assert_eq!((requests[0].values("language"), requests[0].values("model")), (vec!["es"], vec!["nova-2"]));
        assert!(requests[0].values("keywords").contains(&"Limpieza:2"), "{:?}", requests[0].values("keywords"));

        let spoken = azure.record().requests();
        println!("{:#?}", spoken.iter().map(|request| &request.text).collect::<Vec<_>>());
        let in_spanish = |request: &azure_tts::Request| request.voice == "es-US-PalomaNeural";
        assert!(spoken.iter().all(in_spanish), "{spoken:#?}");
        for sentence in [
            "Gracias por llamar a la Clínica Dental del Sol.",
            "Esta llamada puede ser grabada.",
            "¿Qué día y a qué hora le gustaría su cita de limpieza dental?",
            "¿Cuál es su correo electrónico?",
            "Tengo ana punto torres arroba ejemplo punto com.",
            "a nombre de Ana Torres.",
            "Listo, queda reservada una cita de limpieza dental con",
            "a las 10 de la mañana",
            "¡Hasta luego!",
        ] {
            assert!(spoken.iter().any(|request| request.text.contains(sentence)), "never said: {sentence}");
        }

        let row = demonstration::finished_row(&running, &call_sid).await.expect("a row").expect("a session");
        assert_eq!((row.status.as_str(), row.outcome.as_deref()), ("completed", Some("booked")));
        let appointments = ledger::appointments_of_call(running.pool(), &call_sid).await.expect("the ledger");
        let [appointment] = &appointments[..] else { panic!("just one appointment: {appointments:#?}") };
        assert_eq!(appointment.service, "Limpieza dental");
        assert_eq!(appointment.start.datetime(), day.at(10, 0, 0, 0));
        assert_eq!(appointment.client_name, "Ana Torres");
        assert_eq!(appointment.client_email, "ana.torres@ejemplo.com");
        running.stop().await.expect("everything ends");
    });
}

/// The first weekday after today that is no holiday.
fn first_open_day(today: Date) -> Date {
    let is_open = |day: &Date| {
        let closed = [(12, 25), (1, 1)].contains(&(day.month(), day.day()));
        day.weekday().to_monday_one_offset() <= 5 && !closed
    };
    (1..).filter_map(|days| today.checked_add(days.days()).ok()).find(is_open).expect("a weekday")
}

/// A receptionist that listens and speaks through vendors alone: the embedded models speak English.
async fn start(whole: &Whole, deepgram: &Deepgram, azure: &AzureTts) -> Running {
    let mut env = service_runtime::Env::of_process()
        .with("TWILIO_AUTH_TOKEN", "")
        .with("PUBLIC_URL", "https://receptionist.example")
        .with("STT_CHAIN", "deepgram")
        .with("DEEPGRAM_API_KEY", deepgram::KEY)
        .with("DEEPGRAM_BASE_URL", deepgram.url())
        .with("TTS_CHAIN", "azure")
        .with("AZURE_TTS_KEY", azure_tts::KEY)
        .with("AZURE_TTS_BASE_URL", azure.url());
    if let Some(server) = env.text("DATABASE_URL") {
        let database = database::fresh_for(&server, "spanish").await.expect("a fresh database");
        env = env.with("DATABASE_URL", database);
    }
    let http = SocketAddr::from(([127, 0, 0, 1], 0));
    let config = UpConfig { data: Data::Throwaway, http, clock: whole.clock, env, voice: true };
    Running::start(config).await.expect("everything starts")
}
