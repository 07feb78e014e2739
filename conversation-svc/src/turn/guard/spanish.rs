use super::Phrases;

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
        ("mode", r"(?i)\bmodo\s+(de\s+)?(desarrollador|administrador|depuraci[oó]n|dios)\b"),
    ],
    claim: r"(?i)\b(qued[aoó]|quedan|queda\s+ya|est[aá]|ha\s+sido|he|hemos|fue)\s+(ya\s+)?(reservad[oa]|confirmad[oa]|agendad[oa])s?\b|\b(reserv[eé]|agend[eé]|confirm[eé])\s+(su|la|tu)\s+cita\b",
    change_claim: r"(?i)\b(cancel[eé]|cambi[eé]|mov[ií]|pas[eé])\s+(su|la|tu)\s+cita\b|\bqued[oó]\s+(cancelada|cambiada|para)\b|\b(ha\s+sido|he|hemos)\s+(cancelad[oa]|cambiad[oa]|movid[oa])\b",
};
