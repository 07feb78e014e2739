use rstest::rstest;

use super::words;
use crate::agent::dialogue::understand::email::{find, local_alone};

fn address(text: &str, asked: bool) -> Option<String> {
    find(&words(text), asked).map(|f| f.value.address)
}

#[rstest]
#[case("ana arroba ejemplo punto com", "ana@ejemplo.com")]
#[case("Ana arroba ejemplo.com", "ana@ejemplo.com")]
#[case("ana@ejemplo.com", "ana@ejemplo.com")]
#[case("Mi correo es ana.ruiz@gmail.com.", "ana.ruiz@gmail.com")]
#[case("es ana punto ruiz arroba gmail punto com", "ana.ruiz@gmail.com")]
#[case("ana guion bajo ruiz arroba hotmail punto com", "ana_ruiz@hotmail.com")]
#[case("ana guión medio ruiz arroba empresa punto es", "ana-ruiz@empresa.es")]
#[case("maria perez todo junto arroba yahoo punto com punto mx", "mariaperez@yahoo.com.mx")]
#[case("ana ruiz ochenta y cinco arroba gmail punto com", "anaruiz85@gmail.com")]
#[case("juan uno dos tres arroba outlook punto com", "juan123@outlook.com")]
#[case("a ene a arroba ejemplo punto com", "ana@ejemplo.com")]
#[case("jota u a ene arroba gmail punto com", "juan@gmail.com")]
#[case("be de burro, o, be, arroba ejemplo punto com", "bob@ejemplo.com")]
#[case("ana arroba jotmail punto com", "ana@hotmail.com")]
#[case("ana arroba gmail", "ana@gmail.com")]
#[case("ana arroba gmail puntocom", "ana@gmail.com")]
#[case("muñoz arroba ejemplo punto com", "munoz@ejemplo.com")]
#[case("eme u eñe o zeta arroba ejemplo punto com", "munoz@ejemplo.com")]
#[case("anaarrobaejemplo.com", "ana@ejemplo.com")]
#[case("sí, claro, es pepe arroba ejemplo punto es, gracias", "pepe@ejemplo.es")]
#[case("luis a roba ejemplo punto com", "luis@ejemplo.com")]
#[case("no, es a ene i te a arroba ejemplo punto com", "anita@ejemplo.com")]
#[case("equis a uve i arroba ejemplo punto net", "xavi@ejemplo.net")]
fn addresses(#[case] text: &str, #[case] expected: &str) {
    assert_eq!(address(text, true).as_deref(), Some(expected), "{text}");
}

#[rstest]
#[case("mañana a las dos")]
#[case("hasta cierto punto")]
#[case("a las tres en punto")]
#[case("quiero un masaje")]
#[case("arroba")]
#[case("")]
fn none(#[case] text: &str) {
    assert_eq!(address(text, false), None, "{text}");
}

#[test]
fn a_part_before_the_arroba_alone() {
    let local = |text| local_alone(&words(text)).map(|local| local.text);
    assert_eq!(local("es a ene a").as_deref(), Some("ana"));
    assert_eq!(local("pe e pe e arroba").as_deref(), Some("pepe"));
}
