use super::{Phrases, disguise::Order};

/// Recognisers leave accents out at times, so the patterns take both spellings.
pub(super) const PHRASES: Phrases = Phrases {
    attempts: &[
        (
            "ignore_previous",
            r"(?i)\b(ign[oó]r|olv[ií]d|desc[aá]rt|om[ií]t|desobede[cz])\w*(\s+de)?[\s,]+(tod[oa]s?\s+)?(de\s+)?(lo|las?|los|tus?|sus?|mis?)\s+((instrucci[oó]n(es)?|indicaci[oó]n(es)?|reglas?|[oó]rdenes|mensajes?|comandos?)\s+)?(anterior(es)?|previ[oa]s?)(\s+(instrucciones|indicaciones|reglas|[oó]rdenes|mensajes|comandos))?\b",
        ),
        (
            "ignore_instructions",
            r"(?i)\b(ign[oó]r|olv[ií]d|desc[aá]rt|om[ií]t|desobede[cz]|s[aá]lt)\w*(\s+de)?[\s,]+(tod[oa]s?\s+)?(de\s+)?(las?|los|tus?|sus?)\s+(instrucci[oó]n(es)?|indicaciones|reglas|directrices|programaci[oó]n)\b",
        ),
        (
            "disregard_all",
            r"(?i)\b(ign[oó]r|olv[ií]d|desc[aá]rt)\w*\s+todo\s+lo\s+(dem[aá]s|que\s+te\s+(dijeron|han\s+dicho))\b",
        ),
        ("system_role", r"(?i)(^|[\s\[<(])(sistema|asistente|desarrollador)\s*:"),
        (
            "you_are_now",
            r"(?i)\b(eres\s+ahora|ahora\s+(eres|ser[aá]s)|(a\s+partir\s+de|desde)\s+ahora\s+(eres|ser[aá]s|act[uú]a))\b",
        ),
        (
            "system_prompt",
            r"(?i)\b(mu[eé]stra|rev[eé]la|repite|rep[ií]te|imprime|dime|dame)\w*\b.{0,20}\b(prompt|tus\s+instrucciones|instrucciones\s+del\s+sistema)\b",
        ),
        (
            "pretend",
            r"(?i)\b(finge\s+(que\s+eres|ser)|act[uú]a\s+como\s+(si\s+fueras|una?\s+(administrador|desarrollador)a?))\b",
        ),
        (
            "authority",
            r"(?i)\bsoy\s+(tu|su|el|la)\s+(desarrollador|programador|administrador|creador|ingenier[oa])a?\b",
        ),
        ("new_instructions", r"(?i)\b(nuevas|verdaderas)\s+(instrucciones|[oó]rdenes|reglas)\s*(:|son\b|de\b)"),
        (
            "from_now_on",
            r"(?i)\b(a\s+partir\s+de|desde)\s+ahora,?\s+(responde|contesta|eres|act[uú]a|te\s+llamas)\w*\b",
        ),
        ("no_limits", r"(?i)\bsin\s+(ning[uú]n\s+|ninguna\s+)?(restricci[oó]n(es)?|filtros?|l[ií]mites|reglas)\b"),
        ("tool_call", r"(?i)\b(llama|ejecuta|invoca|usa)\w*\s+(a\s+)?(la\s+|el\s+)?(herramienta|funci[oó]n|comando)\b"),
        ("mode", r"(?i)\bmodo\s+(de\s+)?(desarrollador|administrador|depuraci[oó]n|dios)\b"),
    ],
    orders: &[
        Order {
            name: "ignore_instructions",
            commands: &[
                "ignora",
                "ignore",
                "ignoren",
                "ignorar",
                "olvida",
                "olvide",
                "olvidate",
                "olvidese",
                "olvidar",
                "descarta",
                "descarte",
                "desobedece",
                "desobedezca",
                "saltate",
                "omite",
            ],
            objects: &[
                "instrucciones",
                "instruccion",
                "reglas",
                "indicaciones",
                "directrices",
                "programacion",
                "prompt",
                "ordenes",
                "restricciones",
            ],
        },
        Order {
            name: "system_prompt",
            commands: &[
                "muestra",
                "muestrame",
                "revela",
                "revelame",
                "repite",
                "repiteme",
                "imprime",
                "dime",
                "dame",
                "lee",
                "leeme",
                "traduce",
                "traduceme",
                "resume",
                "deletrea",
            ],
            // The instructions may be those for coming here.
            objects: &["prompt", "programacion", "directrices"],
        },
        Order {
            name: "system_prompt",
            commands: &["revela", "revelame", "recita", "imprime", "traduce", "traduceme"],
            objects: &["instrucciones", "reglas"],
        },
    ],
    claim: r"(?i)\b(qued[aoó]|quedan|queda\s+ya|est[aá]|ha\s+sido|he|hemos|fue)\s+(ya\s+)?(reservad[oa]|confirmad[oa]|agendad[oa])s?\b|\b(reserv[eé]|agend[eé]|confirm[eé])\s+(su|la|tu)\s+cita\b|\b(le|te|lo|la)\s+(reserv[eé]|agend[eé]|apunt[eé])\b",
    appointment: r"(?i)\b(su|tu)\s+(cita|reserva)\s+es\s+(el|a\s+las?|para|ma[nñ]ana|hoy)\b|\b(lo|la|le)\s+esperamos\s+(el|ma[nñ]ana|a\s+las?)\b|\bnos\s+vemos\s+(el|ma[nñ]ana)\s+\w",
    change_claim: r"(?i)\b(cancel[eé]|cambi[eé]|mov[ií]|pas[eé])\s+(su|la|tu)\s+cita\b|\bqued[oó]\s+(cancelada|cambiada|para)\b|\b(ha\s+sido|he|hemos)\s+(cancelad[oa]|cambiad[oa]|movid[oa])\b",
    gift: r"(?i)\b(gratis|sin\s+(costo|coste|cargo)|de\s+regalo|cortes[ií]a\s+de\s+la\s+casa|invita\s+la\s+casa)\b|\b\d+\s*(%|por\s+ciento)\s+de\s+descuento\b",
};
