use rstest::rstest;

use super::words;
use crate::agent::dialogue::understand::{name::find, spelling};

fn name(text: &str, asked: bool) -> Option<String> {
    find(&words(text), asked, &|_| false).into_iter().next().map(|f| f.value)
}

#[rstest]
#[case("Me llamo Ana Ruiz.", "Ana Ruiz")]
#[case("me llamo ana maría ruiz lópez", "Ana María Ruiz López")]
#[case("Mi nombre es José Luis de la Cruz Martínez", "José Luis de la Cruz Martínez")]
#[case("soy Carmen", "Carmen")]
#[case("Hola, soy Juan Pérez y quiero una cita", "Juan Pérez")]
#[case("soy la señora García", "García")]
#[case("a nombre de Lucía Fernández", "Lucía Fernández")]
#[case("póngala a nombre de Pedro del Río, por favor", "Pedro del Río")]
#[case("le habla Miguel Ángel Soto", "Miguel Ángel Soto")]
#[case("mi nombre es fernando", "Fernando")]
#[case("me llamo Begoña, be e ge o eñe a", "Begoña")]
#[case("mi nombre es Juan Munoz, eme u eñe o zeta", "Juan Muñoz")]
#[case("me llamo ana para mañana", "Ana")]
fn announced_names(#[case] text: &str, #[case] expected: &str) {
    assert_eq!(name(text, false).as_deref(), Some(expected), "{text}");
}

#[rstest]
#[case("Ana Ruiz", "Ana Ruiz")]
#[case("ana ruiz", "Ana Ruiz")]
#[case("Sí, claro, Ana Ruiz.", "Ana Ruiz")]
#[case("Es Ana Ruiz", "Ana Ruiz")]
#[case("José María de la Torre", "José María de la Torre")]
#[case("hache u ge o", "Hugo")]
fn bare_names(#[case] text: &str, #[case] expected: &str) {
    assert_eq!(name(text, true).as_deref(), Some(expected), "{text}");
}

#[rstest]
#[case("soy cliente nueva", false)]
#[case("soy alérgica", false)]
#[case("no", true)]
#[case("quiero cancelar", true)]
#[case("a qué hora abren", true)]
#[case("el viernes", true)]
#[case("no entiendo", true)]
fn no_name(#[case] text: &str, #[case] asked: bool) {
    assert_eq!(name(text, asked), None, "{text}");
}

#[rstest]
#[case("a ene a", "ana")]
#[case("be de burro o be", "bob")]
#[case("uve de vaca a ele", "val")]
#[case("ve corta i ce te o ere", "victor")]
#[case("eme a doble te", "matt")]
#[case("i griega o ele a ene de a", "yolanda")]
#[case("jota u a ene", "juan")]
#[case("equis a uve i", "xavi")]
#[case("a l e x", "alex")]
#[case("doble uve i ele", "wil")]
fn letters_join(#[case] text: &str, #[case] expected: &str) {
    let words = words(text);
    assert_eq!(spelling::run(&words, 0), Some((expected.to_owned(), words.len())), "{text}");
}

#[rstest]
#[case("y a las tres")]
#[case("a ese masaje")]
#[case("de la tarde")]
#[case("o a las dos")]
#[case("te llamo luego")]
fn words_do_not_spell(#[case] text: &str) {
    assert_eq!(spelling::run(&words(text), 0), None, "{text}");
}
