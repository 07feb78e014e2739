//! What is said of an appointment that exists: to move it, to cancel or keep it, to be told of it.

use super::Phrases;

pub const RESCHEDULE: Phrases = &[
    "reagendar|reprogramar",
    "reagendar|reprogramar mi|la|una|el cita|turno|reserva|hora|reservacion",
    "cambiar|mover|modificar|posponer|aplazar|correr|adelantar|atrasar|pasar mi|la|una|el cita|turno|reserva|hora|reservacion",
    "cambie|mueva|muevame|cambieme|cambia|mueve mi|la|el cita|turno|reserva|hora|reservacion",
    "cambiarla|moverla|pasarla|cambiarlo|moverlo|pasarlo",
    "cambiarla|moverla|pasarla|cambiarlo|moverlo|pasarlo para|a otro dia",
    "cambiar la fecha|hora|dia de mi|la cita|reserva",
    "cambiar la fecha|hora|dia del turno",
    "cambiar de dia|hora|fecha mi|la cita|reserva",
    "cambio de cita|hora|turno",
    "cambiela|cambiala|muevala|pasela|pasala|cambielo|muevalo|paselo",
    "mover",
    "posponer",
    "aplazar",
    "no puedo|voy|podre ir|llegar|asistir",
    "no voy a poder ir|llegar|asistir",
    "no podre ir|llegar|asistir a mi|la|",
];

pub const CANCEL: Phrases = &[
    "cancelar|anular|eliminar|borrar|quitar mi|la|una|el|esa cita|turno|reserva|hora|reservacion",
    "cancele|cancela|anule|anula|cancelame|canceleme mi|la|esa cita|reserva|reservacion",
    "cancele|anule|cancela mi|el turno",
    "cancele|cancela eso|esto|esa|esta",
    "cancelela|cancelala|cancelelo|cancelalo|anulela|anulelo",
    "cancelarla|cancelarlo|anularla|anularlo",
    "cancelar",
    "anular",
    "cancelacion",
    "cancelo",
    "darme|dar de baja mi|la cita|reserva",
];

pub const KEEP: Phrases = &[
    "no la|lo|me| cancele|canceles|cancelen|anule|anules mi|la|",
    "no la|lo|me| cancele|canceles|anule mi|la cita|reserva",
    "no quiero cancelarla|cancelarlo|anularla|cambiarla|moverla",
    "no quiero cancelar|anular|cambiar|mover mi|la|",
    "no quiero cancelar|anular|cambiar|mover mi|la cita|reserva",
    "no la|lo mueva|cambie|muevas|cambies",
    "dejela|dejala|dejelo|dejalo como|donde esta",
    "que se quede como|donde|igual esta|",
    "mantengala|mantenga|conservela|conserve",
    "mantenga|conserve la|mi cita|reserva",
    "mejor la dejo",
    "mejor la dejo asi|como",
];

pub const LOOK_UP: Phrases = &[
    "cuando es|era|tengo|fue mi|la cita|turno|reserva|hora",
    "cuando tengo cita|turno",
    "cuando es|era mi",
    "para cuando es|era|tengo mi|la|",
    "para cuando es|era|tengo mi|la cita|turno|reserva",
    "a que hora es|era|tengo mi|la|",
    "a que hora es|era|tengo mi|la cita|turno|reserva",
    "a que hora tengo cita|turno",
    "que dia es|era|tengo mi|la|",
    "que dia es|era|tengo mi|la cita|turno|reserva",
    "que dia tengo cita|turno",
    "tengo algo",
    "tengo algo reservado|agendado|apartado|el|para",
    "tengo alguna|una cita|reserva pendiente|agendada|reservada|el|para|manana|hoy",
    "tengo alguna cita|reserva",
    "que citas tengo",
    "cuales son mis citas",
    "consultar|revisar|confirmar|verificar|checar|ver|buscar mi|la|mis cita|reserva|citas|turno",
    "consultar|confirmar|saber cuando|la es|hora mi|de cita|mi",
    "no recuerdo|se cuando|que|a es|dia|hora|que mi|era|es|hora",
    "se me olvido cuando|la|que|a es|hora|dia|que",
    "me recuerda|recuerdas mi|la|cuando cita|hora|es",
    "sobre|acerca mi|de cita|mi",
];

pub const EXISTING: Phrases = &[
    "tengo una cita|reserva|reservacion|hora",
    "tengo un turno",
    "tengo cita",
    "tengo hora",
    "ya tengo una|un|",
    "ya tengo una|un|otra cita|turno|reserva",
    "ya reserve|agende|aparte|saque",
    "la|el|lo que ya| tengo|tenia|reserve|agende|hice",
    "mi cita actual|anterior|pendiente|existente",
    "mi proxima|otra cita",
];

pub const INSTEAD: Phrases = &[
    "mejor",
    "mejor a|el|al|en",
    "en vez",
    "en lugar",
    "pongala|ponla|dejela para|a|al|el",
    "puede ser",
    "podria ser|seria",
    "podemos hacerlo|hacerla|dejarlo|dejarla",
    "que tal",
    "y si",
];

pub const ALL: Phrases = &[
    "ambas|ambos",
    "las|los dos",
    "las|los dos citas|reservas",
    "todas|todos",
    "todas|todos mis|las|los citas|reservas",
    "todo",
];
