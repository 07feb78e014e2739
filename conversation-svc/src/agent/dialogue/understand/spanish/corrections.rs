//! How values are taken back in Spanish, and how an appointment is said to go from one to another.

use super::super::{relocation::Relocations, settle::Corrections};

pub const CORRECTIONS: Corrections = Corrections {
    between: &[
        "no",
        "perdon",
        "perdone",
        "perdona",
        "disculpe",
        "disculpa",
        "lo siento",
        "digo",
        "quise|quiero decir",
        "queria decir",
        "mas bien",
        "mejor",
        "mejor dicho",
        "o mejor",
        "en realidad",
        "espere",
        "espera",
        "corrijo",
        "sino",
        "que diga",
        "rectifico",
        "me equivoque",
        "cambie|cambia|cambielo|cambiela a|al|por",
        "al",
        "por el|la",
    ],
    negations: &[
        "no",
        "no para",
        "no a",
        "en vez de",
        "en lugar de",
        "en vez del",
        "no puedo",
        "que no sea",
        "no me viene bien",
        "no era",
        "no es",
        "no dije",
        "excepto",
    ],
};

pub const RELOCATIONS: Relocations = Relocations {
    nouns: &["cita", "citas", "turno", "reserva", "reservacion", "hora"],
    owners: &["mi", "mis", "la", "el", "esa", "ese"],
    own: &[],
    links: &["de", "del", "el", "la", "las", "para", "en", "que", "tengo", "es", "a"],
    from: &["del", "desde"],
    to: &["al", "para", "hasta"],
};
