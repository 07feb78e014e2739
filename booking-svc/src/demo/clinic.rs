//! Clínica Dental del Sol, San Antonio: three dentists who speak Spanish with their patients.

use super::{Business, CLINIC as SLUG, CLINIC_NUMBER, Offer, Person};

const LUCIA: &str = "Lucía Fernández";
const MATEO: &str = "Mateo Rojas";
const SOFIA: &str = "Sofía Herrera";

const NINE: i32 = 9 * 60;
const ONE: i32 = 13 * 60;
const SIX: i32 = 18 * 60;

pub(super) const CLINIC: Business = Business {
    slug: SLUG,
    name: "Clínica Dental del Sol",
    phone_number: CLINIC_NUMBER,
    time_zone: "America/Chicago",
    language: "es-US",
    greeting: "Gracias por llamar a la Clínica Dental del Sol. ¿En qué le puedo ayudar?",
    consent_sentence: "Esta llamada puede ser grabada.",
    address: "el número 415 de la avenida del Sol, en San Antonio",
    web_address: "clinica-del-sol.example",
    staff: &[
        Person { name: LUCIA, hours: &[] },
        Person { name: MATEO, hours: &[] },
        // Sofía works in the afternoon.
        Person { name: SOFIA, hours: &[(1, ONE, SIX), (2, ONE, SIX), (3, ONE, SIX), (4, ONE, SIX), (5, ONE, SIX)] },
    ],
    services: &[
        Offer {
            name: "Limpieza dental",
            description: "Limpieza y pulido de los dientes.",
            synonyms: &["limpieza", "limpieza de dientes", "limpiarme los dientes", "profilaxis"],
            minutes: 60,
            buffer_after_minutes: 0,
            price_minor: 9_000,
            staff: &[LUCIA, MATEO],
        },
        Offer {
            name: "Revisión dental",
            description: "Examen de dientes y encías.",
            synonyms: &["revisión", "chequeo", "consulta", "examen", "examen dental", "revisarme los dientes"],
            minutes: 30,
            buffer_after_minutes: 0,
            price_minor: 6_000,
            staff: &[LUCIA, MATEO, SOFIA],
        },
        Offer {
            name: "Empaste",
            description: "Relleno de una caries.",
            synonyms: &["empastes", "relleno", "caries", "tapar una muela", "calza"],
            minutes: 60,
            buffer_after_minutes: 0,
            price_minor: 15_000,
            staff: &[LUCIA, SOFIA],
        },
        Offer {
            name: "Blanqueamiento dental",
            description: "Blanqueamiento en una sesión.",
            synonyms: &["blanqueamiento", "blanqueado", "blanquearme los dientes", "blanquear los dientes"],
            minutes: 90,
            buffer_after_minutes: 0,
            price_minor: 25_000,
            staff: &[SOFIA],
        },
        Offer {
            name: "Extracción",
            description: "Extracción de una muela o un diente.",
            synonyms: &[
                "extracciones",
                "sacarme una muela",
                "sacar una muela",
                "muela del juicio",
                "extraer una muela",
            ],
            minutes: 60,
            buffer_after_minutes: 30,
            price_minor: 18_000,
            staff: &[MATEO],
        },
    ],
    hours: &[(1, NINE, SIX), (2, NINE, SIX), (3, NINE, SIX), (4, NINE, SIX), (5, NINE, SIX), (6, NINE, ONE)],
};
