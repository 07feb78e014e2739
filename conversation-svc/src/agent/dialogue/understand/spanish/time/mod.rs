//! Times of day in Spanish.

mod clock;

use crate::agent::dialogue::understand::{
    spanish::{date::month_named, number},
    time::{Beside, Clock, Hit, Part, Reader, When, between},
    words::{Break, Words},
};

pub const TIMES: &[Reader] = &[
    |words, i, _| bounded(words, i),
    |words, i, _| range(words, i),
    |words, i, _| special(words, i),
    clock_hit,
    |words, i, _| part_hit(words, i),
];

/// Phrases, and the wish they make of the clock time after them.
type Bound = (&'static [&'static str], fn(Clock) -> When);

fn bounded(words: &Words<'_>, i: usize) -> Option<Hit> {
    const BOUNDS: &[Bound] = &[
        (
            &[
                "despues de|del",
                "a partir de|del",
                "pasadas",
                "pasado",
                "mas tarde de|que",
                "no antes de|del",
                "luego de|del",
                "desde",
            ],
            When::From,
        ),
        (
            &[
                "antes de|del",
                "hasta",
                "como muy tarde|maximo a",
                "a mas tardar a",
                "no mas tarde de|que",
                "no despues de|del",
                "mas temprano que|de",
            ],
            When::Until,
        ),
        (
            &[
                "sobre",
                "a eso de",
                "alrededor de|del",
                "como a|al",
                "mas o menos a|al",
                "aproximadamente a|al",
                "cerca de|del",
                "hacia",
                "tipo",
                "por ahi de|a",
                "por alli de|a",
                "por ahi|alla a",
                "tirando a",
                "a como",
            ],
            When::Around,
        ),
    ];
    let lead = |(phrases, make): &Bound| words.any_phrase(i, phrases).map(|n| (n, *make));
    let (n, make) = BOUNDS.iter().filter_map(lead).max_by_key(|(n, _)| *n)?;
    let (clock, used, article) = clock::read(words, i + n, false).map(|read| (read.clock, read.taken, read.sure()))?;
    // "Pasado el dos", "desde el tres" are dates, "pasado mañana" is one too.
    if !article && counted(words, i + n + used) {
        return None;
    }
    Some((make(clock), n + used, 0.85))
}

/// "Entre las dos y las cuatro", "de dos a cuatro", "2-4".
fn range(words: &Words<'_>, i: usize) -> Option<Hit> {
    let between_lead = words.any_phrase(i, &["entre", "de entre", "en algun momento entre"]);
    let lead = between_lead.or_else(|| words.any_phrase(i, &["de", "desde"])).unwrap_or(0);
    let a = clock::read(words, i + lead, between_lead.is_some())?;
    let link = words.norm(i + lead + a.taken);
    let linked = match link {
        "-" => true,
        "a" | "hasta" => lead > 0 || a.sure(),
        "y" => between_lead.is_some(),
        _ => false,
    };
    let b = clock::read(words, i + lead + a.taken + 1, false).filter(|_| linked)?;
    let end = i + lead + a.taken + 1 + b.taken;
    // "Del dos a cuatro de marzo" is of days.
    if matches!(words.norm(end), "de") && month_named(words.norm(end + 1)).is_some() {
        return None;
    }
    Some((between(a.clock, b.clock), end - i, 0.85))
}

fn special(words: &Words<'_>, i: usize) -> Option<Hit> {
    const EARLIEST: &[&str] = &[
        "lo antes posible",
        "cuanto antes",
        "lo mas pronto|temprano posible",
        "lo mas temprano que tenga|tengan|haya|pueda",
        "lo primero que tenga|tengas|tengan|haya",
        "el|la primero|primera que tenga|tengas|tengan|haya",
        "el|la primer|primera cita|hora|hueco|espacio|turno disponible|libre|",
        "a primera hora",
        "primera hora",
        "el|la mas temprano|temprana|pronto",
        "lo mas temprano|pronto",
        "el|la primero|primera disponible",
        "el|la proximo|proxima cita|turno|hueco|espacio| disponible",
        "en cuanto se pueda|puedan|pueda",
        "tan pronto como sea posible|se|pueda|puedan pueda|",
        "lo antes que se| pueda|puedan",
    ];
    const ANY: &[&str] = &[
        "a| cualquier hora",
        "en| cualquier momento",
        "a| cualquier horario",
        "cuando sea",
        "cuando quiera|quieran|pueda|puedan",
        "a| la hora que sea|quiera|pueda|tenga",
        "me da igual la hora",
        "todo el dia",
        "no importa la hora",
    ];
    if let Some(n) = words.any_phrase(i, EARLIEST) {
        return Some((When::Earliest, n, 0.85));
    }
    words.any_phrase(i, ANY).map(|n| (When::Any, n, 0.8))
}

fn part_hit(words: &Words<'_>, i: usize) -> Option<Hit> {
    const LEADS: &[&str] = &[
        "por|en|a|durante la|las",
        "en|a|por algun momento de la",
        "esta",
        "de la",
        "para la",
        "la",
        "a|al final|finales de la",
        "temprano en|por la",
        "a ultima hora de la",
        "a primera hora de la",
    ];
    const LUNCH: &[&str] =
        &["a la hora de|del comer|almorzar|almuerzo|comida|lunch", "hora de|del comer|almorzar|almuerzo|comida|lunch"];
    const AFTER_LUNCH: &[&str] = &["despues de|del comer|almorzar|almuerzo"];
    const EARLY: &[&str] = &["temprano", "tempranito", "de mananita", "a primera hora de la manana"];
    if let Some(n) = words.any_phrase(i, LUNCH) {
        return Some((When::Part(Part::Lunch), n, 0.85));
    }
    if let Some(n) = words.any_phrase(i, AFTER_LUNCH) {
        return Some((When::Part(Part::Afternoon), n, 0.8));
    }
    if let Some(n) = words.any_phrase(i, EARLY).filter(|_| words.before(i) != "mas") {
        return Some((When::Part(Part::Morning), n, 0.8));
    }
    let lead = words.any_phrase(i, LEADS).unwrap_or(0);
    let part = part_named(words.norm(i + lead))?;
    // "Buenas tardes" greets, "más tarde" is later, "mañana" alone is tomorrow.
    let alone = words.len() <= 3 && words.norm(i) != "manana" || words.before(i) == "esta";
    if lead == 0 && !alone
        || matches!(words.before(i), "buena" | "buenas" | "buen" | "mas" | "muy" | "demasiado" | "tan")
    {
        return None;
    }
    let early = words.any_phrase(i + lead + 1, &["temprano", "tempranito"]).unwrap_or(0);
    Some((When::Part(part), lead + 1 + early, 0.85))
}

fn part_named(word: &str) -> Option<Part> {
    Some(match word {
        "manana" | "mananas" | "mananita" => Part::Morning,
        "tarde" | "tardes" | "tardecita" => Part::Afternoon,
        "noche" | "noches" | "nochecita" => Part::Evening,
        _ => return None,
    })
}

fn clock_hit(words: &Words<'_>, i: usize, beside: &Beside<'_>) -> Option<Hit> {
    let lead = words.any_phrase(i, &["a", "para", "mejor a", "que sea a", "como para", "seria a"]).unwrap_or(0);
    let read = clock::read(words, i + lead, false)?;
    let end = i + lead + read.taken;
    let after_date = lead == 0 && i > 0 && (beside.dated)(i - 1);
    let confidence = if read.cue {
        0.95
    } else if counted(words, end) || month_named(words.norm(end)).is_some() {
        return None;
    } else if read.article && lead > 0 {
        0.9
    } else if read.article && goes_on(words, end, beside) {
        0.85
    } else if !read.article && words.norm(i + lead).starts_with("un") {
        // "Una" is an article more often than an hour.
        return None;
    } else if beside.asked || after_date {
        0.75
    } else {
        return None;
    };
    Some((When::At(read.clock), lead + read.taken, confidence))
}

/// Whether what follows "las dos" lets it be a time: "las dos opciones" and "las dos me sirven" are none.
fn goes_on(words: &Words<'_>, end: usize, beside: &Beside<'_>) -> bool {
    let follows = words.norm(end);
    words.break_after(end - 1) != Break::None
        || (beside.dated)(end)
        || number::cardinal(words, end).is_some()
        || matches!(
            follows,
            "" | "de"
                | "del"
                | "por"
                | "en"
                | "con"
                | "para"
                | "si"
                | "o"
                | "mejor"
                | "esta"
                | "este"
                | "el"
                | "hoy"
                | "manana"
                | "pasado"
                | "no"
                | "gracias"
                | "entonces"
        )
}

/// What follows makes the number a count: "dos personas", "30 minutos".
fn counted(words: &Words<'_>, i: usize) -> bool {
    const COUNTED: &[&str] = &[
        "persona",
        "personas",
        "minuto",
        "minutos",
        "min",
        "dia",
        "dias",
        "semana",
        "semanas",
        "mes",
        "meses",
        "ano",
        "anos",
        "dolares",
        "euros",
        "pesos",
        "veces",
        "servicios",
        "citas",
        "opciones",
        "opcion",
        "ninos",
        "amigas",
        "amigos",
        "cosas",
        "hermanas",
        "hermanos",
        "hijos",
        "hijas",
        "huecos",
        "turnos",
        "por",
        "porciento",
    ];
    // "Dos horas" is a length; "las quince horas" was read with its hours.
    matches!(words.norm(i), "horas" | "hora")
        || COUNTED.contains(&words.norm(i)) && words.phrase(i, "por la|favor").is_none()
}
