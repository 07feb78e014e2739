use rstest::rstest;

use super::{TODAY, heard, words};
use crate::agent::dialogue::{
    Expectation,
    understand::{
        grammar::Grammar,
        time::{Clock, When, find},
    },
};

fn shown(when: When) -> String {
    let show = |c: Clock| format!("{}:{:02}{}", c.hour, c.minute, if c.open { "?" } else { "" });
    match when {
        When::At(c) => show(c),
        When::Around(c) => format!("~{}", show(c)),
        When::From(c) => format!("{}..", show(c)),
        When::Until(c) => format!("..{}", show(c)),
        When::Between(a, b) => format!("{}..{}", show(a), show(b)),
        other => format!("{other:?}"),
    }
}

fn said(text: &str, asked: bool) -> String {
    let words = words(text);
    find(&words, asked, &|_| false, &|_| false).iter().map(|f| shown(f.value)).collect::<Vec<_>>().join(" ")
}

#[rstest]
#[case("a las tres", "3:00?")]
#[case("A las 3", "3:00?")]
#[case("a la una", "1:00?")]
#[case("a la una y media", "1:30?")]
#[case("a las tres y media", "3:30?")]
#[case("las tres y cuarto", "3:15?")]
#[case("las cuatro menos cuarto", "3:45?")]
#[case("la una menos diez", "12:50?")]
#[case("cuarto para las cuatro", "3:45?")]
#[case("un cuarto para la una", "12:45?")]
#[case("diez para las cinco", "4:50?")]
#[case("a las tres y diez", "3:10?")]
#[case("como a las diez para las cuatro", "~3:50?")]
#[case("a las diez y cinco", "10:05?")]
#[case("a las tres treinta", "3:30?")]
#[case("tres y media", "3:30?")]
#[case("a las 3:30", "3:30?")]
#[case("a las 3:30 p. m.", "15:30")]
#[case("a las 3:30 p.m.", "15:30")]
#[case("3 pm", "15:00")]
#[case("a las 15:30", "15:30")]
#[case("a las 15h", "15:00")]
#[case("a las quince horas", "15:00")]
#[case("a las quince treinta", "15:30")]
#[case("a las 3 y media de la tarde", "15:30")]
#[case("a las nueve de la mañana", "9:00")]
#[case("a las 9 de la noche", "21:00")]
#[case("a las tres en punto", "3:00?")]
#[case("a mediodía", "12:00")]
#[case("al mediodía", "12:00")]
#[case("a las doce del mediodía", "12:00")]
#[case("a las doce de la noche", "0:00")]
#[case("a medianoche", "0:00")]
#[case("después de las cinco", "5:00?..")]
#[case("a partir de las cuatro y media", "4:30?..")]
#[case("después del mediodía", "12:00..")]
#[case("antes de las once de la mañana", "..11:00")]
#[case("hasta las seis", "..6:00?")]
#[case("sobre las cinco", "~5:00?")]
#[case("a eso de las diez", "~10:00?")]
#[case("como a las cuatro", "~4:00?")]
#[case("entre las dos y las cuatro", "2:00?..4:00?")]
#[case("entre dos y cuatro", "2:00?..4:00?")]
#[case("entre las dos y media y las cuatro", "2:30?..4:00?")]
#[case("de dos a cuatro", "2:00?..4:00?")]
#[case("de 3 a 5 de la tarde", "15:00..17:00")]
#[case("desde las diez hasta la una", "10:00?..1:00?")]
#[case("por la tarde", "Part(Afternoon)")]
#[case("en la mañana", "Part(Morning)")]
#[case("por la noche", "Part(Evening)")]
#[case("temprano", "Part(Morning)")]
#[case("a la hora de comer", "Part(Lunch)")]
#[case("por la tarde, a las cinco", "17:00")]
#[case("por la mañana a las nueve y media", "9:30")]
#[case("a cualquier hora", "Any")]
#[case("cuando sea", "Any")]
#[case("lo antes posible", "Earliest")]
#[case("cuanto antes", "Earliest")]
#[case("la primera que tenga", "Earliest")]
#[case("a primera hora", "Earliest")]
fn a_time(#[case] text: &str, #[case] expected: &str) {
    assert_eq!(said(text, false), expected, "{text}");
}

#[rstest]
#[case("tres", "3:00?")]
#[case("las cinco, por favor", "5:00?")]
#[case("cinco y media", "5:30?")]
#[case("1030", "10:30?")]
#[case("en la tarde", "Part(Afternoon)")]
fn a_bare_number_when_a_time_was_asked_for(#[case] text: &str, #[case] expected: &str) {
    assert_eq!(said(text, true), expected, "{text}");
}

#[rstest]
#[case("buenos días")]
#[case("buenas tardes")]
#[case("buenas noches, quisiera una cita")]
#[case("mañana")]
#[case("tres")]
#[case("somos dos personas")]
#[case("una cita")]
#[case("quiero una hora de masaje")]
#[case("dos horas")]
#[case("30 minutos")]
#[case("las dos opciones")]
#[case("las dos me sirven")]
#[case("más tarde")]
fn no_time(#[case] text: &str) {
    assert_eq!(said(text, false), "", "{text}");
}

#[rstest]
#[case("en dos horas", Some("2026-11-24T12:00:00"))]
#[case("dentro de media hora", Some("2026-11-24T10:30:00"))]
#[case("en hora y media", Some("2026-11-24T11:30:00"))]
#[case("en una hora y quince minutos", Some("2026-11-24T11:15:00"))]
#[case("un masaje de dos horas", None)]
fn moments(#[case] text: &str, #[case] expected: Option<&str>) {
    let found = (Grammar::of(proto::Language::Spanish).moment)(&words(text), TODAY.at(10, 0, 0, 0));
    assert_eq!(found.map(|f| f.value.to_string()).as_deref(), expected, "{text}");
}

/// "Mañana" is tomorrow and the morning; which of them, its neighbours say.
#[rstest]
#[case("mañana", "2026-11-25", "")]
#[case("por la mañana", "", "Part(Morning)")]
#[case("mañana por la mañana", "2026-11-25", "Part(Morning)")]
#[case("mañana a las nueve de la mañana", "2026-11-25", "9:00")]
#[case("mañana a las 9", "2026-11-25", "9:00?")]
#[case("mañana temprano", "2026-11-25", "Part(Morning)")]
#[case("el viernes en la mañana", "2026-11-27", "Part(Morning)")]
#[case("esta tarde a las cinco", "2026-11-24", "17:00")]
#[case("hoy a la tarde", "2026-11-24", "Part(Afternoon)")]
#[case("esta noche", "2026-11-24", "Part(Evening)")]
#[case("mañana tipo tres", "2026-11-25", "~3:00?")]
#[case("el tres a las tres", "2026-12-03", "3:00?")]
#[case("el viernes 27 a las 4 de la tarde", "2026-11-27", "16:00")]
#[case("el lunes tres de la tarde", "2026-11-30", "15:00")]
fn days_and_times(#[case] text: &str, #[case] day: &str, #[case] time: &str) {
    let heard = heard(text, Expectation::Open);
    let days: Vec<String> = heard.dates.iter().map(|f| f.value.start.to_string()).collect();
    let times: Vec<String> = heard.times.iter().map(|f| shown(f.value)).collect();
    assert_eq!((days.join(" ").as_str(), times.join(" ").as_str()), (day, time), "{text}");
}
