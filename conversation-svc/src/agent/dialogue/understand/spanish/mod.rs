//! Spanish, of Spain and of the Americas. Words stand here without accents, as every word is read.

mod addresses;
mod answers;
mod choices;
mod corrections;
mod date;
mod holiday;
mod intents;
mod letters;
mod names;
mod number;
mod services;
mod shifts;
mod soon;
#[cfg(test)]
mod tests;
mod time;

use super::{
    Topic,
    grammar::{Grammar, Money, Numbers},
    phone::Phones,
};

pub static GRAMMAR: Grammar = Grammar {
    units: &["am", "pm", "a.m", "p.m", "h", "hs", "hrs", "horas", "hora", "min", "minutos", "dias"],
    numbers: Numbers {
        cardinal: number::cardinal,
        ordinal: number::ordinal,
        quantity: number::quantity,
        rank: |words, i| number::ordinal(words, i).map(|(n, taken)| (n as f64, taken)),
        relative_ranks: &[
            ("siguiente", "current+1"),
            ("proximo|proxima", "current+1"),
            ("anterior", "current-1"),
            ("actual", "current+0"),
            ("ultimo|ultima", "end+0"),
            ("penultimo|penultima", "end-1"),
            ("antepenultimo|antepenultima", "end-2"),
        ],
        below_hundred: number::below_hundred,
        group: number::below_thousand,
        digits_of: number::digits_of,
        multiples: &[("doble", 2), ("triple", 3)],
        hundred: &[],
    },
    dates: date::DATES,
    moments: None,
    month_named: date::month_named,
    times: time::TIMES,
    moment: soon::find,
    answers: answers::ANSWERS,
    intents: intents::INTENTS,
    topics: &[
        (Topic::Service, &["servicio", "tratamiento"]),
        (Topic::Staff, &["persona", "profesional", "estilista", "terapeuta", "empleado|empleada"]),
        (Topic::Day, &["dia", "fecha"]),
        (Topic::Time, &["hora", "horario"]),
        (Topic::Name, &["nombre", "apellido|apellidos"]),
        (Topic::Email, &["correo", "email", "mail", "e mail", "direccion"]),
    ],
    choices: choices::CHOICES,
    corrections: corrections::CORRECTIONS,
    relocations: corrections::RELOCATIONS,
    shifts: shifts::SHIFTS,
    names: names::NAMES,
    requests: services::REQUESTS,
    letters: letters::LETTERS,
    letterings: letters::LETTERINGS,
    addresses: addresses::ADDRESSES,
    phones: Phones {
        own: &["telefono", "tel", "celular", "movil", "fijo", "llamar", "llamame", "llameme", "contacto"],
        others: &[
            "cuenta",
            "tarjeta",
            "pedido",
            "factura",
            "reserva",
            "reservacion",
            "confirmacion",
            "referencia",
            "poliza",
            "socio",
            "pasaporte",
            "licencia",
            "dni",
            "nif",
            "seguro",
            "serie",
        ],
        area: &["lada", "clave lada", "prefijo", "codigo de area"],
        extension: &["extension", "ext", "interno", "anexo"],
    },
    money: Money {
        units: &[
            ("dolar", "USD"),
            ("dolares", "USD"),
            ("euro", "EUR"),
            ("euros", "EUR"),
            ("peso", "MXN"),
            ("pesos", "MXN"),
            ("libra", "GBP"),
            ("libras", "GBP"),
        ],
        hundredths: &[("centavo", "MXN"), ("centavos", "MXN"), ("centimo", "EUR"), ("centimos", "EUR")],
        one: &[],
        and: &["y", "con"],
    },
};
