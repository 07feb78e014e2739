//! What is said of a booking in the making: to begin or drop one, and to choose.

use super::Phrases;

pub const ABORT: Phrases = &[
    "olvidelo|olvidalo|olvide|olvida eso|",
    "dejelo|dejalo",
    "dejelo|dejalo asi|estar|por hoy",
    "dejemoslo|dejemosla",
    "dejemoslo asi",
    "no importa ya",
    "ya no",
    "ya no quiero|hace|importa nada|falta|",
    "cancele|cancela todo",
    "empecemos|empezamos|empezar de nuevo|cero",
    "volver a empezar",
    "desde el principio",
    "pare",
    "basta",
    "tal vez despues|luego",
    "mejor despues|luego otro|",
    "en otro momento",
    "cambie de opinion|idea",
    "he cambiado de opinion|idea",
];

pub const ANOTHER: Phrases = &[
    "otra cita|reserva|hora",
    "otro turno|servicio",
    "reservar|agendar|pedir otra|otro",
    "una cita mas",
    "una|otra segunda cita",
    "una mas",
    "algo mas tambien",
];

pub const BOOK: Phrases = &[
    "reservar|reserva|reservacion|reserve|reservame|reserveme",
    "agendar|agendame|agendeme|agende|agenda",
    "apartar|apartame|aparteme",
    "programar",
    "cita|citas",
    "turno",
    "una|pedir|sacar|tomar hora",
    "sacar|pedir|hacer|concertar|coger|tomar|tener|solicitar una cita|reserva|hora",
    "pedir|sacar un turno",
    "hacerme",
    "apuntarme|apuntame|apunteme",
    "un hueco|espacio|lugar",
    "ir|venir|pasar",
];

pub const WANT: Phrases = &[
    "me gustaria",
    "quiero|quisiera|querria|queria|quisieramos|queremos",
    "necesito|necesitaba|necesitamos",
    "me puede|puedes dar",
    "podria darme",
];

pub const FIND: Phrases =
    &["busco|buscando", "estoy buscando", "buscar|encontrar|recomendar|recomendarme", "conoce|conoces"];

/// Of what was just spoken of or offered.
pub const THAT_DAY: Phrases = &["ese|aquel|mismo dia", "el mismo dia", "esa|misma fecha", "la misma fecha"];

pub const WITHOUT: Phrases = &[
    "no tengo",
    "no tengo correo|email|mail|ninguno",
    "no tengo correo electronico",
    "no uso|utilizo|manejo correo|email|mail|eso|",
    "sin correo|email|mail",
    "no quiero darlo|dar|darselo",
    "no quiero dar mi|el correo|email",
    "prefiero no darlo|dar|decirlo",
    "no me lo se",
    "no me acuerdo",
    "no lo recuerdo",
];

pub const OTHER_OPTIONS: Phrases = &[
    "otra|alguna otra opcion|hora|fecha",
    "otras opciones|horas|fechas",
    "otro|otros horario|horarios|dia|dias|momento|hueco|espacio",
    "algo|alguna|algun diferente|distinto",
    "otra cosa",
    "algun otro horario|dia|hueco|momento|espacio",
    "que mas tiene|tienen|tienes|hay",
    "que otro|otra|otros|otras",
    "nada mas tiene|tienen",
    "ninguno|ninguna de esos|esas|los|las|ellos|ellas",
    "ninguna|ninguno me viene|sirve|conviene|va|queda",
    "un dia distinto|diferente",
];

pub const EARLIER: Phrases =
    &["mas temprano|pronto", "algo antes", "un poco antes", "antes de eso", "algo mas temprano|pronto"];

pub const LATER: Phrases = &["mas tarde", "algo despues", "un poco despues", "algo mas tarde"];

pub const SAME_TIME: Phrases = &["misma hora", "mismo horario", "la misma hora"];

pub const ANY_STAFF: Phrases = &[
    "cualquiera",
    "con cualquiera",
    "quien sea",
    "con quien sea",
    "no tengo preferencia|preferencias",
    "sin preferencia",
    "me| da igual",
    "me| da lo mismo",
    "no importa",
    "con quien este disponible|libre",
    "quien este disponible|libre",
    "el|la que este disponible|libre",
    "nadie en particular|especial",
    "la|el que sea",
];

pub const ALSO: Phrases =
    &["tambien", "ademas", "aparte", "agregar|agregue|agregarle|anadir|anada|sumar|sume", "junto con", "mas una|un"];
