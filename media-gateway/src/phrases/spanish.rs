use super::{CarrierPhrases, Phrasebook};

pub(super) const PHRASEBOOK: Phrasebook = Phrasebook {
    still_there: "¿Sigue ahí?",
    silence_goodbye: "No le escucho, así que voy a colgar. Puede volver a llamar cuando guste. Hasta luego.",
    not_understood: "Disculpe, ¿me lo puede repetir?",
    fillers: ["Un momento, por favor.", "Déjeme ver.", "Un segundo.", "Permítame revisar."],
    progress: ["Sigo buscando, gracias por esperar.", "Está tardando un poco más de lo normal, no cuelgue, por favor."],
    wrap_up: "Tengo que terminar la llamada.",
    wrap_up_goodbye: |or_online| format!("Si queda algo pendiente, vuelva a llamarnos.{or_online} Hasta luego."),
    turn_limit: "Llevamos un buen rato hablando, así que le paso a nuestra página web.",
    link_goodbye: "Hasta luego, el enlace es válido por 15 minutos.",
    trouble: |or_online| {
        format!("Lo siento, tuvimos un problema técnico.{or_online} Por favor, llame más tarde. Hasta luego.")
    },
    or_online: |website| format!("También puede reservar en línea en {website}."),
    carrier: CarrierPhrases {
        language: "es-MX",
        unknown_number: "Este número no está en servicio.",
        all_lines_busy: "Todas las líneas están ocupadas. Por favor, intente de nuevo en unos minutos.",
        stopping: "Lo sentimos, no podemos atender su llamada en este momento. Por favor, intente de nuevo en un minuto.",
        fault: "Lo sentimos, no podemos atender su llamada en este momento. Por favor, intente de nuevo en unos minutos.",
        interrupted: "Lo sentimos, la llamada se interrumpió. Por favor, vuelva a llamar.",
        not_served: |business, online| {
            format!(
                "Lo sentimos, {business} no puede atender llamadas por teléfono en este momento.{online} Hasta luego."
            )
        },
        online: |website| format!("Puede visitarnos en {website}."),
    },
};
