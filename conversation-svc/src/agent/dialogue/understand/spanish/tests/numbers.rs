use rstest::rstest;

use super::words;
use crate::agent::dialogue::understand::{number, phone};

#[rstest]
#[case("cinco", Some((5, 1)))]
#[case("veintiuno", Some((21, 1)))]
#[case("veintiún minutos", Some((21, 1)))]
#[case("veintitrés", Some((23, 1)))]
#[case("treinta y cinco", Some((35, 3)))]
#[case("treinta cinco", Some((30, 1)))]
#[case("veinte y dos", Some((22, 3)))]
#[case("diez y seis", Some((16, 3)))]
#[case("cien", Some((100, 1)))]
#[case("ciento veinte", Some((120, 2)))]
#[case("quinientos cuarenta y dos", Some((542, 4)))]
#[case("doscientas", Some((200, 1)))]
#[case("mil", Some((1000, 1)))]
#[case("dos mil veintisiete", Some((2027, 3)))]
#[case("mil novecientos noventa y nueve", Some((1999, 5)))]
#[case("35", Some((35, 1)))]
#[case("masaje", None)]
#[case("sentado", None)]
fn cardinals(#[case] text: &str, #[case] expected: Option<(u64, usize)>) {
    assert_eq!(number::cardinal(&words(text), 0), expected, "{text}");
}

#[rstest]
#[case("primero", Some(1))]
#[case("la primera", None)]
#[case("primer", Some(1))]
#[case("tercer lunes", Some(3))]
#[case("segunda", Some(2))]
#[case("quinto", Some(5))]
#[case("1.º", Some(1))]
#[case("3er", Some(3))]
#[case("2da", Some(2))]
#[case("prima", None)]
fn ordinals(#[case] text: &str, #[case] expected: Option<u64>) {
    assert_eq!(number::ordinal(&words(text), 0).map(|(n, _)| n), expected, "{text}");
}

#[rstest]
#[case("un segundo", 1)]
#[case("las tres y cuarto", 3)]
#[case("las cuatro menos cuarto", 3)]
fn no_ordinals(#[case] text: &str, #[case] at: usize) {
    assert_eq!(number::ordinal(&words(text), at), None, "{text}");
}

#[rstest]
#[case("mi número es 415-555-0123", Some("4155550123"))]
#[case("seis uno dos, tres cuatro cinco, seis siete ocho", Some("612345678"))]
#[case("seiscientos doce, treinta y cuatro, cincuenta y seis, setenta y ocho", Some("612345678"))]
#[case("es el cinco cinco doce treinta y cuatro cincuenta y seis setenta y ocho", Some("5512345678"))]
#[case("dos doce, cinco cinco cinco, doble cero, veintitrés", Some("2125550023"))]
#[case("más treinta y cuatro seis uno dos tres cuatro cinco seis siete ocho", Some("+34612345678"))]
#[case("+52 55 1234 5678", Some("+525512345678"))]
#[case("triple cinco, cero uno, veintitrés", Some("5550123"))]
#[case("mañana a las tres", None)]
#[case("el 3 de marzo de 2027 a las 15:30", None)]
#[case("de dos a cuatro", None)]
fn phone_numbers(#[case] text: &str, #[case] expected: Option<&str>) {
    assert_eq!(phone::find(&words(text)).map(|f| f.value.number).as_deref(), expected, "{text}");
}
