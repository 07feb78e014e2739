//! What callers ask of a business.

use super::Phrases;

pub const ASK_HOURS: Phrases = &[
    "a que hora abren|cierran|abre|cierra|empiezan|terminan",
    "hasta que hora estan|abren|atienden|trabajan|tienen|esta|cierran abierto|abiertos|",
    "desde que hora",
    "que dias abren|atienden|trabajan|estan",
    "cuando abren|cierran|abre|cierra|atienden",
    "que horario tienen|tiene|manejan|hacen",
    "que horarios manejan|hacen",
    "cual es el|su horario",
    "cuales son los|sus horarios",
    "horario|horarios de atencion|apertura|servicio|cierre",
    "su|sus horario|horarios",
    "estan|esta abierto|abiertos|cerrado|cerrados",
    "abren el|los|hoy|manana|este|en|por|a",
    "atienden el|los|hoy|manana|este",
    "trabajan el|los|hoy|manana|este",
    "abren|abre hoy|manana|domingos|sabados",
    "abierto|abiertos el|los|hoy|manana|este",
];

pub const ASK_PRICE: Phrases = &[
    "cuanto cuesta|cuestan|vale|valen|sale|cobran|es|seria|me cuesta|sale|saldria|costaria|",
    "cuanto por",
    "que precio tiene|tienen",
    "precio|precios",
    "que cuesta|vale",
    "a como esta|es|sale|el|la",
    "a cuanto",
    "tarifa|tarifas",
    "costo|costos|coste",
    "que cobran",
    "cuanto dinero",
];

pub const ASK_PARKING: Phrases = &[
    "estacionamiento",
    "aparcamiento",
    "parqueo|parqueadero",
    "parking",
    "donde puedo|se puede| estacionar|aparcar|parquear|estaciono|aparco",
    "estacionar|aparcar|parquear",
    "cochera",
];

pub const ASK_ADDRESS: Phrases = &[
    "donde estan|esta|quedan|queda|se|es",
    "donde se encuentran|encuentra|ubican",
    "donde estan|esta ubicados|ubicado|situados",
    "cual es la|su direccion",
    "la|su direccion",
    "direccion",
    "ubicacion|ubicados",
    "como llego|llegar|llegamos",
    "en que calle|parte|zona",
    "por donde estan|quedan",
];

pub const ASK_DURATION: Phrases = &[
    "cuanto dura|duran|tarda|tardan|demora|tiempo|se tarda|demora|",
    "cuanto tiempo dura|toma|lleva|tarda|es|",
    "duracion",
    "cuantos minutos|horas",
    "que tanto dura|tarda",
];

pub const ASK_STAFF: Phrases = &[
    "con quien",
    "con quien es|seria|seria la|puedo|me toca|atiende",
    "quien me|nos|lo|la|los atiende|atenderia|hace|haria|da|corta",
    "quien|quienes trabaja|trabajan|atiende|atienden|hace|hacen|da|dan|esta|estan",
    "quien hay",
    "que personal|empleados|profesionales|estilistas|terapeutas",
    "su personal",
];

pub const ASK_SERVICES: Phrases = &[
    "que servicios",
    "cuales servicios",
    "que servicios ofrecen|tienen|hacen|dan|hay",
    "que tratamientos",
    "que ofrecen|hacen|ofrece",
    "que tipo|tipos|clase de",
    "cuales son los|sus servicios",
    "lista de servicios",
    "sus servicios",
    "que puedo reservar|agendar",
    "que mas ofrecen|hacen",
];

pub const ASK_TIMES: Phrases = &[
    "que horas|horarios tiene|tienen|tienes|hay|estan disponibles|libres|",
    "que horas|horarios disponibles",
    "que hora|hueco|espacio|turno tiene|tienen|hay disponible|libre|",
    "que huecos|turnos|espacios|citas tiene|tienen|hay",
    "que tiene|tienen|tienes|hay disponible|libre|",
    "que disponibilidad",
    "disponibilidad",
    "tiene|tienen|tienes|hay algo|hueco|lugar|espacio|cita|citas|disponibilidad|turno|turnos|algun",
    "cuando tiene|tienen|tienes|hay|puedo|podria|seria|estan libres|hueco|cita|ir|venir|",
    "a que hora tiene|tienen|hay|puedo|podria|seria",
    "para cuando tiene|tienen|hay|seria",
    "que dias tiene|tienen|hay",
];
