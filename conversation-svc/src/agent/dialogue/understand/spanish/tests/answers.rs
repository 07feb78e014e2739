use rstest::rstest;

use super::words;
use crate::agent::dialogue::understand::{
    Answer, Choice,
    answer::{acknowledges, find},
    choice,
};

#[rstest]
#[case("Sí.")]
#[case("si")]
#[case("Sí, señor")]
#[case("claro")]
#[case("Claro que sí")]
#[case("así es")]
#[case("Eso es.")]
#[case("correcto")]
#[case("sí, es correcto")]
#[case("pues sí")]
#[case("por supuesto")]
#[case("de acuerdo")]
#[case("vale, perfecto")]
#[case("está bien")]
#[case("Dale")]
#[case("ándale")]
#[case("me parece bien")]
#[case("me sirve")]
#[case("ajá")]
#[case("cómo no")]
#[case("sí, resérvela")]
#[case("no hay problema")]
#[case("creo que sí")]
#[case("adelante")]
#[case("si, a las tres")]
#[case("si quiero")]
#[case("sí puede ser")]
fn yes(#[case] text: &str) {
    assert_eq!(find(&words(text)).map(|f| f.value), Some(Answer::Yes), "{text}");
}

#[rstest]
#[case("No.")]
#[case("no, gracias")]
#[case("para nada")]
#[case("claro que no")]
#[case("no, el jueves")]
#[case("eso no es")]
#[case("no es correcto")]
#[case("está mal")]
#[case("no está bien")]
#[case("no me sirve")]
#[case("no puedo")]
#[case("mejor no")]
#[case("creo que no")]
#[case("ninguna de las dos")]
#[case("todavía no")]
#[case("incorrecto")]
fn no(#[case] text: &str) {
    assert_eq!(find(&words(text)).map(|f| f.value), Some(Answer::No), "{text}");
}

#[rstest]
#[case("quisiera un masaje mañana")]
#[case("Ana María Ruiz")]
#[case("a qué hora abren")]
#[case("si no hay problema, el viernes")]
#[case("si puede ser por la tarde")]
#[case("quisiera ver si tienen algo")]
#[case("a las tres")]
#[case("")]
fn neither(#[case] text: &str) {
    assert_eq!(find(&words(text)), None, "{text}");
}

#[rstest]
#[case("sí", false)]
#[case("claro", false)]
#[case("perfecto", true)]
#[case("muy bien", true)]
#[case("vale", true)]
fn taking_note(#[case] text: &str, #[case] expected: bool) {
    let words = words(text);
    let found = find(&words).expect(text);
    assert_eq!(acknowledges(&words, &found), expected, "{text}");
}

#[rstest]
#[case("la primera", Some(Choice::Nth(0)))]
#[case("el segundo, por favor", Some(Choice::Nth(1)))]
#[case("la opción dos", Some(Choice::Nth(1)))]
#[case("la número tres", Some(Choice::Nth(2)))]
#[case("la última", Some(Choice::Last))]
#[case("la más temprana", Some(Choice::Nth(0)))]
#[case("cualquiera de las dos", Some(Choice::Either))]
#[case("me da igual", Some(Choice::Either))]
#[case("el primero de diciembre", None)]
#[case("a las tres y cuarto", None)]
#[case("un segundo", None)]
#[case("el tres", None)]
fn choices(#[case] text: &str, #[case] expected: Option<Choice>) {
    assert_eq!(choice::find(&words(text)).map(|f| f.value), expected, "{text}");
}
