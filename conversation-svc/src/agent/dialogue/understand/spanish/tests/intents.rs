use rstest::rstest;

use super::words;
use crate::agent::dialogue::understand::{
    catalog::something_else,
    intent::{Intent as I, find},
};

#[rstest]
#[case("quisiera reservar un masaje", I::Book)]
#[case("Quiero una cita", I::Book)]
#[case("necesito agendar una cita", I::Book)]
#[case("quería pedir hora", I::Book)]
#[case("me gustaría sacar un turno", I::Book)]
#[case("¿me puede dar un hueco?", I::Book)]
#[case("necesito cambiar mi cita", I::Reschedule)]
#[case("quiero reagendar", I::Reschedule)]
#[case("quería mover la cita", I::Reschedule)]
#[case("quiero cancelar mi cita", I::Cancel)]
#[case("necesito anular la reserva", I::Cancel)]
#[case("olvídelo", I::Abort)]
#[case("déjelo así", I::Abort)]
#[case("¿a qué hora abren?", I::AskHours)]
#[case("cuál es su horario", I::AskHours)]
#[case("¿están abiertos el domingo?", I::AskHours)]
#[case("hasta qué hora atienden", I::AskHours)]
#[case("¿cuánto cuesta el masaje?", I::AskPrice)]
#[case("cuanto sale", I::AskPrice)]
#[case("¿qué precio tiene?", I::AskPrice)]
#[case("¿dónde están?", I::AskAddress)]
#[case("cuál es la dirección", I::AskAddress)]
#[case("¿cómo llego?", I::AskAddress)]
#[case("¿cuánto dura?", I::AskDuration)]
#[case("cuánto tiempo tarda", I::AskDuration)]
#[case("¿quién lo atiende?", I::AskStaff)]
#[case("¿con quién sería?", I::AskStaff)]
#[case("¿qué servicios ofrecen?", I::AskServices)]
#[case("¿qué horarios tienen?", I::AskTimes)]
#[case("¿tiene algo el viernes?", I::AskTimes)]
#[case("¿hay estacionamiento?", I::AskParking)]
#[case("quiero hablar con una persona", I::Human)]
#[case("páseme con el encargado", I::Human)]
#[case("¿puede repetir, por favor?", I::Repeat)]
#[case("no le entendí", I::Repeat)]
#[case("¿cómo dijo?", I::Repeat)]
#[case("perdone, ¿puede repetirlo?", I::Repeat)]
#[case("¿me podría repetir?", I::Repeat)]
#[case("más despacio, por favor", I::Slower)]
#[case("adiós", I::Goodbye)]
#[case("hasta luego", I::Goodbye)]
#[case("no, eso es todo", I::Goodbye)]
#[case("nada más, gracias", I::Goodbye)]
#[case("muchas gracias", I::Thanks)]
#[case("hola, buenas tardes", I::Greeting)]
#[case("un momento, por favor", I::Wait)]
#[case("déjeme ver", I::Wait)]
#[case("no tengo correo", I::Without)]
#[case("¿tiene otro horario?", I::OtherOptions)]
#[case("algo más temprano", I::Earlier)]
#[case("¿más tarde no hay?", I::Later)]
#[case("a la misma hora", I::SameTime)]
#[case("con cualquiera", I::AnyStaff)]
#[case("otra cita", I::Another)]
#[case("no me graben, por favor", I::NoRecording)]
#[case("prefiero que no se grabe", I::NoRecording)]
#[case("no quiero que graben la llamada", I::NoRecording)]
#[case("sin grabar, por favor", I::NoRecording)]
fn intents(#[case] text: &str, #[case] expected: I) {
    let found = find(&words(text));
    assert!(
        found.iter().any(|f| f.value == expected),
        "{text}: {found:?} {:?}",
        found.iter().map(|f| f.value).collect::<Vec<_>>()
    );
}

#[rstest]
#[case("a las tres")]
#[case("Ana Ruiz")]
#[case("mañana por la tarde")]
#[case("sí, por favor")]
#[case("como a las diez")]
fn no_intent(#[case] text: &str) {
    let found: Vec<I> = find(&words(text)).iter().map(|f| f.value).collect();
    assert_eq!(found, [], "{text}");
}

#[rstest]
#[case("quiero un corte de pelo para mañana", Some("corte de pelo"))]
#[case("¿hacen depilación?", Some("depilacion"))]
#[case("quiero reservar una cita", None)]
#[case("quisiera una cita para el viernes", None)]
#[case("¿tienen otro horario?", None)]
fn something_we_do_not_offer(#[case] text: &str, #[case] expected: Option<&str>) {
    assert_eq!(something_else(&words(text), &|_| false).map(|f| f.value).as_deref(), expected, "{text}");
}
