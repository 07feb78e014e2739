//! What is said of the conversation itself: to hear it again, to leave, to wait, to reach a person.

use super::Phrases;

pub const NO_RECORDING: Phrases = &[
    "no grabe|graben|grabes|grabar|graba",
    "no me grabe|graben|grabes",
    "no lo|la grabe|graben",
    "no quiero que me|lo|la|se| grabe|graben|grabes",
    "no quiero que esto se grabe",
    "no quiero que graben|grabe la|esta llamada",
    "no quiero ser grabado|grabada",
    "no quiero grabacion|grabaciones",
    "no deseo que me|se graben|grabe",
    "no deseo ser grabado|grabada",
    "no me gusta que me graben",
    "no autorizo|acepto|consiento|permito la|que|ser|esta grabacion|me|grabado|grabada|graben|",
    "no estoy de acuerdo con|en la|que|ser grabacion|grabado|grabada|me",
    "no doy mi|el| consentimiento|permiso para grabar|la",
    "prefiero que no me|se|lo|la| graben|grabe",
    "prefiero no ser grabado|grabada",
    "sin grabar|grabacion|grabaciones",
    "sin que me|se graben|grabe",
    "deje|dejen|deja de grabar|grabarme",
    "pare|paren|detenga|apague|quite|corte|desactive|borre la grabacion",
    "pare|paren de grabar",
    "me opongo a la grabacion",
];

pub const HUMAN: Phrases = &[
    "una persona",
    "persona real",
    "un humano",
    "ser humano",
    "un|una representante|operador|operadora|agente|asesor|asesora|encargado|encargada|gerente",
    "operador|operadora|representante",
    "hablar con alguien|ustedes|una|un|el|la|otra",
    "el|la encargado|encargada|gerente|dueno|duena|recepcionista",
    "paseme|pasame|comuniqueme|comunicame|conecteme|transfierame|ponme|pongame con",
    "alguien de verdad|real",
    "una persona de verdad",
    "atencion al cliente",
];

pub const ONLINE: Phrases = &[
    "mandeme|mandame|envieme|enviame|paseme|pasame el|un enlace|link|mensaje|sms",
    "me| manda|mande|envia|envie|puede|podria mandar|enviar|mandarme|enviarme| el|un enlace|link|mensaje|sms",
    "me manda|mande|envia|envie el|un enlace|link|mensaje|sms",
    "el|un enlace por mensaje|favor|texto",
    "hacerlo|reservar|reservarlo|terminar|terminarlo|seguir en linea",
    "hacerlo|reservar|reservarlo|terminar|terminarlo|seguir por internet",
    "en|por su|la|el pagina|sitio web",
    "por internet",
    "en linea",
];

pub const ARRIVED: Phrases =
    &["ya me| llego", "me llego", "ya lo|la tengo|recibi|veo", "lo|la tengo|recibi|veo", "aqui esta", "ya esta aqui"];

pub const NOT_ARRIVED: Phrases = &[
    "no me ha| llego|llegado|llega",
    "todavia|aun no me| llega|llego",
    "todavia|aun no",
    "no lo|la tengo|recibi|veo|he",
    "no llego|recibi nada",
    "no ha llegado",
];

pub const SLOWER: Phrases = &["mas despacio|lento|despacito", "despacio", "muy rapido", "demasiado rapido"];

pub const REPEAT: Phrases = &[
    "repita|repite|repetir|repitame|repiteme|repitalo",
    "me| puede|podria|puedes repetir|repetirlo|repetirme|repetirmelo",
    "repetirlo|repetirme|repetirmelo",
    "otra vez",
    "una vez mas",
    "de nuevo por favor",
    "como dijo|dice|dijiste|dices|ha",
    "que dijo|dice|dijiste|ha",
    "que ha dicho",
    "no le|te|lo|la| entendi|escuche|oi|entiendo|escucho|oigo|he",
    "no entendi|escuche|oi|entiendo",
    "no se oye|escucha|entiende",
    "no le|te he entendido|oido|escuchado",
    "mande",
    "perdon como",
    "cuales eran las|los opciones|horarios|horas",
    "que opciones eran",
    "digame|dime otra vez|de nuevo",
];

pub const GOODBYE: Phrases = &[
    "adios",
    "hasta luego|pronto|manana|la|otra|entonces",
    "hasta la vista|proxima",
    "nos vemos",
    "chao|chau|ciao|bye",
    "que tenga|tengas|pase|pases buen|un|buena|muy|bonito|lindo|feliz",
    "que le|te vaya bien|muy",
    "buen dia hasta luego",
    "eso es todo",
    "eso seria todo",
    "seria todo",
    "es todo",
    "es todo gracias",
    "con eso es todo|ya|esta|",
    "nada mas",
    "nada mas gracias",
    "no nada mas",
    "ya nada mas",
    "nada",
    "por ahora nada|no mas",
    "ya esta",
    "ya estaria",
    "estamos listos",
    "seria eso",
    "luego llamo",
    "llamo luego|despues",
    "llamo mas tarde",
    "le|les|te llamo luego|despues|mas|otro tarde|dia|",
    "tengo que irme|colgar|dejarlo",
    "me tengo que ir",
    "cuidese|cuidate",
    "feliz dia|tarde|noche",
    "asi esta bien gracias",
    "no gracias eso es todo",
    "todo bien gracias",
];

pub const THANKS: Phrases = &[
    "gracias",
    "muchas|mil|muchisimas gracias",
    "se lo agradezco",
    "le|te agradezco",
    "muy amable",
    "agradecido|agradecida",
];

pub const GREETING: Phrases = &[
    "hola",
    "buenas",
    "buenos dias",
    "buen dia",
    "buenas tardes|noches",
    "que tal",
    "alo",
    "bueno buenas|buenos",
    "como esta|estas|estan|le va",
];

pub const WAIT: Phrases = &[
    "un|deme|dame|espere|espera un| momento|momentito|segundo|segundito|minuto|minutito|ratito|instante",
    "un momento|momentito|segundo|minuto por favor",
    "espere|espera|esperame|espereme|aguarde|aguarda",
    "permitame|permiteme un momento|",
    "dejeme|dejame ver|pensar|revisar|mirar|checar|consultar|comprobar",
    "deje que mire|vea|piense",
    "a ver",
    "no cuelgue",
    "ahora le digo",
    "tantito",
];

pub const UNSURE: Phrases = &[
    "no se",
    "no lo se",
    "no estoy seguro|segura",
    "no tengo idea",
    "ni idea",
    "no sabria",
    "que me recomienda|sugiere",
];
