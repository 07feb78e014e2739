use rstest::rstest;

use super::{TODAY, words};
use crate::agent::dialogue::understand::date::{Days, Grain, find};

fn only(text: &str) -> Option<Days> {
    let found = find(&words(text), TODAY, false);
    assert!(found.len() <= 1, "{text}: {found:?}");
    found.first().map(|f| f.value)
}

#[rstest]
#[case("a finales de mes", "2026-11-21", "2026-12-01")]
#[case("a principios de diciembre", "2026-12-01", "2026-12-11")]
#[case("a mediados de enero", "2027-01-11", "2027-01-21")]
#[case("a principios del mes que viene", "2026-12-01", "2026-12-11")]
fn a_third_of_a_month(#[case] text: &str, #[case] start: &str, #[case] end_excl: &str) {
    let days = only(text).map(|days| (days.start.to_string(), days.end_excl.to_string()));
    assert_eq!(days, Some((start.to_owned(), end_excl.to_owned())), "{text}");
}

#[rstest]
#[case("hoy", "2026-11-24")]
#[case("Hoy mismo, por favor", "2026-11-24")]
#[case("mañana", "2026-11-25")]
#[case("manana", "2026-11-25")]
#[case("MAÑANA", "2026-11-25")]
#[case("mañana por la mañana", "2026-11-25")]
#[case("mañana en la tarde", "2026-11-25")]
#[case("pasado mañana", "2026-11-26")]
#[case("pasado mañana por la mañana", "2026-11-26")]
#[case("esta tarde", "2026-11-24")]
#[case("esta mañana", "2026-11-24")]
#[case("el viernes", "2026-11-27")]
#[case("este viernes", "2026-11-27")]
#[case("para el viernes por favor", "2026-11-27")]
#[case("el próximo viernes", "2026-11-27")]
#[case("el viernes próximo", "2026-11-27")]
#[case("el viernes que viene", "2026-11-27")]
#[case("este lunes", "2026-11-30")]
#[case("el martes", "2026-12-01")]
#[case("el miércoles por la tarde", "2026-11-25")]
#[case("el sabado", "2026-11-28")]
#[case("el viernes de la próxima semana", "2026-12-04")]
#[case("el viernes de la semana que viene", "2026-12-04")]
#[case("la semana que viene el jueves", "2026-12-03")]
#[case("el viernes en ocho", "2026-12-04")]
#[case("el otro viernes", "2026-12-04")]
#[case("de hoy en ocho", "2026-12-01")]
#[case("de hoy en ocho días", "2026-12-01")]
#[case("de mañana en quince", "2026-12-09")]
#[case("en ocho días", "2026-12-01")]
#[case("dentro de quince días", "2026-12-08")]
#[case("en dos semanas", "2026-12-08")]
#[case("en tres días", "2026-11-27")]
#[case("dentro de una semana", "2026-12-01")]
#[case("de aquí a un mes", "2026-12-24")]
#[case("en un par de días", "2026-11-26")]
#[case("el 3 de marzo", "2027-03-03")]
#[case("el tres de marzo", "2027-03-03")]
#[case("el tres de marzo de dos mil veintisiete", "2027-03-03")]
#[case("3 de marzo de 2027", "2027-03-03")]
#[case("el primero de diciembre", "2026-12-01")]
#[case("el uno de diciembre", "2026-12-01")]
#[case("el 1.º de diciembre", "2026-12-01")]
#[case("diciembre 5", "2026-12-05")]
#[case("el día tres", "2026-12-03")]
#[case("el tres", "2026-12-03")]
#[case("para el 30", "2026-11-30")]
#[case("el veintiocho", "2026-11-28")]
#[case("el treinta y uno", "2026-12-31")]
#[case("el lunes 30", "2026-11-30")]
#[case("lunes treinta de noviembre", "2026-11-30")]
#[case("el viernes veintisiete", "2026-11-27")]
#[case("el 10 del mes que viene", "2026-12-10")]
#[case("el 28 de este mes", "2026-11-28")]
#[case("3/12", "2026-12-03")]
#[case("03/12/2026", "2026-12-03")]
#[case("2026-12-01", "2026-12-01")]
#[case("el primer lunes de diciembre", "2026-12-07")]
#[case("el último viernes de noviembre", "2026-11-27")]
#[case("en Nochebuena", "2026-12-24")]
#[case("el día de Navidad", "2026-12-25")]
#[case("el día de reyes", "2027-01-06")]
fn a_day(#[case] text: &str, #[case] expected: &str) {
    let days = only(text).expect(text);
    assert_eq!((days.start.to_string().as_str(), days.grain), (expected, Grain::Day), "{text}");
}

#[rstest]
#[case("la próxima semana", "2026-11-30", "2026-12-07")]
#[case("la semana que viene", "2026-11-30", "2026-12-07")]
#[case("la semana que entra", "2026-11-30", "2026-12-07")]
#[case("esta semana", "2026-11-23", "2026-11-30")]
#[case("este fin de semana", "2026-11-28", "2026-11-30")]
#[case("el finde", "2026-11-28", "2026-11-30")]
#[case("el próximo fin de semana", "2026-12-05", "2026-12-07")]
#[case("el mes que viene", "2026-12-01", "2027-01-01")]
#[case("en enero", "2027-01-01", "2027-02-01")]
fn days(#[case] text: &str, #[case] start: &str, #[case] end_excl: &str) {
    let days = only(text).expect(text);
    assert_eq!((days.start.to_string().as_str(), days.end_excl.to_string().as_str()), (start, end_excl), "{text}");
}

#[rstest]
#[case("por la mañana")]
#[case("a las nueve de la mañana")]
#[case("por las mañanas")]
#[case("un segundo")]
#[case("el primero que tenga")]
#[case("el masaje")]
#[case("somos dos personas")]
#[case("el 30 de febrero")]
#[case("quiero el masaje de una hora")]
#[case("la segunda opción")]
#[case("me llamo Domínguez")]
fn no_date(#[case] text: &str) {
    assert_eq!(only(text), None, "{text}");
}
