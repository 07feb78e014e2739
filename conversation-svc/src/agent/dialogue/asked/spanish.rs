use super::Signs;

pub(super) const SIGNS: Signs = Signs {
    anything_else: &["algo mas", "alguna otra cosa", "otra cosa", "mas en que"],
    shall_i: &[
        "la reservo",
        "lo reservo",
        "reservo",
        "la confirmo",
        "lo confirmo",
        "quiere que la reserve",
        "quiere que lo reserve",
        "le parece bien",
        "le va bien",
        "le viene bien",
        "le sirve",
        "le queda bien",
    ],
    is_right: &["es correcto", "correcto", "esta bien", "es asi", "cierto", "verdad"],
    email: &["correo", "correo electronico", "email", "direccion de correo"],
    spell: &["deletrea", "deletrear", "deletrearlo", "deletreármelo", "letra por letra"],
    name: &["nombre", "como se llama", "a nombre de quien", "con quien hablo"],
    service: &["que servicio", "cual servicio", "que tratamiento", "que le gustaria reservar", "que desea reservar"],
    time: &["que hora", "a que hora", "cual de", "cual prefiere", "cual le", "prefiere"],
    day: &["que dia", "para cuando", "cuando", "que fecha", "otro dia"],
    link: &["enlace", "mensaje de texto", "mensaje"],
};
