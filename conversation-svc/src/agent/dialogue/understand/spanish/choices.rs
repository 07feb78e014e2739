//! How one of several options is named in Spanish.

use super::super::choice::Choices;

pub const CHOICES: Choices = Choices {
    first: &["el|la mas temprano|temprana", "la|el de mas temprano", "el|la de antes"],
    last: &[
        "el|la ultimo|ultima",
        "el|la ultima opcion",
        "ultimo|ultima",
        "el|la mas tarde",
        "la|el de mas tarde",
        "el|la de despues",
    ],
    either: &[
        "cualquiera",
        "cualquiera de los|las|ellos|ellas dos|tres|",
        "el|la que sea|quiera|prefiera",
        "la|el que usted quiera|prefiera|diga",
        "me| da igual",
        "me| da lo mismo",
        "me es igual|indiferente",
        "no importa",
        "como quiera",
        "usted elija|escoja|decida",
        "elija|escoja usted",
    ],
    numbered: &["la|el| numero", "la| opcion numero|"],
    of: &["de", "del"],
    the: &["el", "la", "los"],
};
