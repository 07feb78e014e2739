use super::Spanish;
use crate::agent::dialogue::{
    Channel,
    wording::{Changes, Forms, Values, capital},
};

impl Changes for Spanish {
    fn whose_appointment(&self) -> Forms {
        &["¿A nombre de quién está la cita?", "¿A qué nombre está?"]
    }

    fn what_contact(&self) -> &'static str {
        "¿Y con qué teléfono o correo se reservó?"
    }

    fn contact_example(&self) -> &'static str {
        "Por favor, dígame el teléfono, número por número, o el correo electrónico."
    }

    fn cannot_find(&self, name: &str) -> String {
        format!("No encuentro ninguna cita a nombre de {name}.")
    }

    fn find_elsewhere(&self) -> &'static str {
        "¿Puede estar a otro nombre, o con otro teléfono o correo?"
    }

    fn gives_up_finding(&self, website: Option<&str>) -> String {
        match website {
            None => "Lo siento, no encuentro esa cita.".to_owned(),
            Some(web) => format!("Lo siento, no encuentro esa cita. El equipo le puede ayudar en {web}."),
        }
    }

    fn yours_is(&self, what: &str) -> String {
        format!("Tiene {what}.")
    }

    fn yours_are(&self, count: usize, list: &str, more: bool) -> String {
        if more { format!("Tiene {count} citas. Las próximas son {list}.") } else { format!("Tiene {list}.") }
    }

    fn none_of_yours(&self, date: Option<&str>) -> String {
        match date {
            Some(date) => format!("No veo nada suyo {date}."),
            None => "No veo ninguna así.".to_owned(),
        }
    }

    fn which_appointment(&self, list: &str, more: bool) -> String {
        if more {
            format!("¿Cuál: {list}? O dígame el día, si es otra.")
        } else {
            format!("¿Cuál de ellas: {list}?")
        }
    }

    fn which_of_them(&self) -> &'static str {
        "¿Cuál de ellas?"
    }

    fn which_day_is_it(&self) -> &'static str {
        "¿Qué día es la que busca?"
    }

    fn shall_i_cancel(&self, own: &str) -> String {
        format!("Es {own}. ¿La cancelo?")
    }

    fn shall_i_cancel_all(&self, own: &str, count: usize) -> String {
        let all = if count == 2 { "las dos" } else { "todas" };
        format!("Son {own}. ¿Cancelo {all}?")
    }

    fn cancelled(&self, own: &str) -> String {
        format!("Listo, cancelé {own}.")
    }

    fn what_other_time(&self) -> Forms {
        &["¿Para qué día y a qué hora la quiere?", "¿Para cuándo la cambiamos?"]
    }

    fn shall_i_move(&self, own: &str, at: &str, person: Option<&str>) -> String {
        let with = person.map(|person| format!(", con {person}")).unwrap_or_default();
        format!("Entonces, cambio {own} para {at}{with}. ¿Está bien?")
    }

    fn moved(&self, own: &str, at: &str, person: Option<&str>) -> String {
        let with = person.map(|person| format!(" con {person}")).unwrap_or_default();
        format!("Listo, {own} quedó para {at}{with}.")
    }

    fn kept(&self) -> &'static str {
        "Está bien, queda como está."
    }

    fn already_then(&self) -> &'static str {
        "Esa es la hora que ya tiene."
    }

    fn only_the_time(&self) -> &'static str {
        "Puedo cambiar cuándo es, pero no el servicio."
    }

    fn too_late_to_change(&self, cancel: bool, notice_min: u32, website: Option<&str>) -> String {
        let done = if cancel { "cancelar" } else { "cambiar" };
        let why = match notice_min {
            0 => "ya empezó".to_owned(),
            minutes => format!("se necesitan {} de anticipación", self.length(minutes)),
        };
        let help = website.map(|web| format!(" El equipo quizá le pueda ayudar en {web}.")).unwrap_or_default();
        format!("Lo siento, ya no se puede {done}, porque {why}.{help}")
    }

    fn changed_meanwhile(&self) -> &'static str {
        "Esa cita acaba de cambiar."
    }

    fn already_cancelled(&self) -> &'static str {
        "Esa cita ya se había cancelado."
    }

    fn change_trouble(&self) -> &'static str {
        "Lo siento, no pude terminar, así que no sé si se hizo el cambio."
    }

    fn not_changed_yet(&self, own: &str) -> String {
        format!("{} sigue igual.", capital(own))
    }

    fn goodbye_unchanged(&self, channel: Channel) -> &'static str {
        match channel {
            Channel::Phone => "Está bien, no cambié nada. Gracias por llamar. ¡Hasta luego!",
            Channel::Web => "Está bien, no cambié nada. Gracias por su mensaje. ¡Hasta luego!",
        }
    }
}
