use super::Spanish;
use crate::agent::{
    business::Price,
    dialogue::{
        Channel,
        wording::{Forms, Missing, Sentences, Then, Values, capital},
    },
};

impl Sentences for Spanish {
    fn how_can_i_help(&self) -> Forms {
        &["¿En qué le puedo ayudar?", "¿Qué puedo hacer por usted?"]
    }

    fn help_example(&self, appointment: &str) -> String {
        format!("Puede decir, por ejemplo: quiero {appointment} mañana a las 2 de la tarde.")
    }

    fn which_service(&self, options: &str) -> String {
        format!("¿Qué prefiere: {options}?")
    }

    fn which_one(&self) -> Forms {
        &["¿Cuál le gustaría?", "¿Qué le gustaría reservar?"]
    }

    fn what_to_book(&self) -> Forms {
        &["¿Qué le gustaría reservar?", "¿Qué servicio desea?"]
    }

    fn what_day(&self) -> Forms {
        &["¿Qué día le gustaría?", "¿Qué día le queda bien?"]
    }

    fn what_day_and_time(&self) -> Forms {
        &["¿Qué día y a qué hora le gustaría?", "¿Qué día y a qué hora le queda bien?"]
    }

    fn what_day_and_time_for(&self, service: &str) -> String {
        format!("¿Qué día y a qué hora le gustaría su cita de {service}?")
    }

    fn day_example(&self) -> &'static str {
        "Por favor, dígame un día y una hora, por ejemplo: el viernes a las 2 de la tarde."
    }

    fn slots(&self, list: &str) -> String {
        format!("Tengo lugar {list}.")
    }

    fn slots_with(&self, list: &str, people: &str) -> String {
        format!("Tengo lugar con {people} {list}.")
    }

    fn would_that_work(&self) -> &'static str {
        "¿Le queda bien?"
    }

    fn which_slot(&self) -> Forms {
        &["¿Cuál prefiere?", "¿Cuál le queda mejor?"]
    }

    fn what_name(&self) -> Forms {
        &["¿Me da su nombre y apellido, por favor?", "¿A nombre de quién hago la cita?"]
    }

    fn only_name(&self) -> &'static str {
        "Por favor, diga solo su nombre y apellido."
    }

    fn what_email(&self, first_name: Option<&str>) -> String {
        match first_name {
            Some(name) => format!("Gracias, {name}. ¿Cuál es su correo electrónico?"),
            None => "¿Cuál es su correo electrónico?".to_owned(),
        }
    }

    fn email_example(&self, channel: Channel) -> &'static str {
        match channel {
            Channel::Phone => {
                "Por favor, diga su correo despacio, letra por letra, por ejemplo: E, V, A, arroba ejemplo punto com."
            }
            Channel::Web => "¿Cuál es su correo electrónico? Por ejemplo: nombre@ejemplo.com.",
        }
    }

    fn spell_email(&self, channel: Channel) -> &'static str {
        match channel {
            Channel::Phone => "Por favor, deletree la parte antes de la arroba, letra por letra.",
            Channel::Web => "Por favor, escriba otra vez su correo electrónico.",
        }
    }

    fn is_that_the_email(&self, address: &str) -> String {
        format!("Tengo {address}. ¿Es correcto?")
    }

    fn summary(&self, what: &str, name: &str) -> String {
        format!("Entonces, {what}, a nombre de {name}.")
    }

    fn shall_i_book(&self) -> Forms {
        &["¿La reservo?", "¿Confirmo la cita?"]
    }

    fn what_to_change(&self) -> &'static str {
        "¿Qué desea cambiar?"
    }

    fn shall_i_try_again(&self) -> &'static str {
        "¿Lo intento otra vez?"
    }

    fn anything_else(&self) -> Forms {
        &["¿Le puedo ayudar en algo más?", "¿Necesita algo más?"]
    }

    fn what(&self, appointment: &str, person: Option<&str>, at: &str) -> String {
        match person {
            Some(person) => format!("{appointment} con {person} {at}"),
            None => format!("{appointment} {at}"),
        }
    }

    fn free(&self, at: &str, person: &str) -> String {
        format!("Hay lugar {at} con {person}.")
    }

    fn booked(&self, what: &str) -> String {
        format!("Listo, queda reservada {what}.")
    }

    fn day_has_passed(&self) -> &'static str {
        "Ese día ya pasó."
    }

    fn dropped(&self) -> &'static str {
        "No hay problema, lo dejamos así."
    }

    fn just_taken(&self) -> &'static str {
        "Lo siento, esa hora se acaba de ocupar."
    }

    fn fully_booked(&self, at: &str) -> String {
        format!("Lo siento, {at} ya no queda lugar.")
    }

    fn taken(&self, at: &str) -> String {
        format!("Lo siento, {at} ya está ocupado.")
    }

    fn sorry_closed_on(&self, date: &str) -> String {
        format!("Lo siento, {date} no abrimos.")
    }

    fn sorry_open_on(&self, date: &str, hours: &str) -> String {
        format!("Lo siento, {date} abrimos {hours}.")
    }

    fn sorry_closed(&self) -> &'static str {
        "Lo siento, a esa hora no abrimos."
    }

    fn closes_too_early(&self, at: &str) -> String {
        format!("Lo siento, {at} ya no alcanza el tiempo antes de cerrar.")
    }

    fn nobody_in(&self, at: &str) -> String {
        format!("Lo siento, {at} no hay quien lo haga.")
    }

    fn person_not_in(&self, person: &str, at: &str) -> String {
        format!("Lo siento, {person} no está {at}.")
    }

    fn calendar_unknown(&self, person: Option<&str>, at: &str) -> String {
        match person {
            Some(person) => {
                format!(
                    "Lo siento, ahora mismo no puedo ver la agenda de {person}, así que {at} no se lo puedo asegurar."
                )
            }
            None => format!("Lo siento, ahora mismo no puedo ver quién está libre {at}."),
        }
    }

    fn has_passed(&self, at: &str) -> String {
        format!("Lo siento, {at} ya no se puede, porque ya pasó.")
    }

    fn too_soon(&self, at: &str) -> String {
        format!("Lo siento, {at} ya no se puede, porque necesitamos más anticipación.")
    }

    fn too_far(&self, at: &str) -> String {
        format!("Lo siento, {at} todavía no damos citas.")
    }

    fn off_grid(&self, at: &str) -> String {
        format!("Lo siento, {at} no puede empezar una cita.")
    }

    fn not_offered(&self) -> &'static str {
        "Lo siento, no ofrecemos eso."
    }

    fn not_done_by(&self, person: Option<&str>) -> String {
        format!("Lo siento, {} no hace eso.", person.unwrap_or("esa persona"))
    }

    fn nothing_around(&self) -> &'static str {
        "No veo nada libre en esas fechas."
    }

    fn nothing_then(&self, then: Then) -> String {
        let when = match then {
            Then::Morning => "por la mañana".to_owned(),
            Then::Lunch => "al mediodía".to_owned(),
            Then::Afternoon => "por la tarde".to_owned(),
            Then::Evening => "por la noche".to_owned(),
            Then::After(time) => format!("después de {}", self.time(time)),
            Then::Before(time) => format!("antes de {}", self.time(time)),
            Then::At(time) => format!("a {}", self.time(time)),
            Then::Around(time) => format!("cerca de {}", self.time(time)),
            Then::Between(from, to) => format!("entre {} y {}", self.time(from), self.time(to)),
        };
        format!("Lo siento, no hay nada libre {when}.")
    }

    fn we_offer(&self, services: &str) -> String {
        format!("Ofrecemos {services}.")
    }

    fn and_more(&self, services: &str) -> String {
        format!("{services}, entre otros servicios")
    }

    fn unknown_service(&self, wanted: &str, services: &str) -> String {
        format!("Lo siento, no ofrecemos {wanted}. Ofrecemos {services}.")
    }

    fn does_not_perform(&self, person: &str, service: &str, others: &str) -> String {
        format!("{person} no hace {service}, pero {others} sí.")
    }

    fn closed_on(&self, date: &str) -> String {
        format!("{} no abrimos.", capital(date))
    }

    fn open_on(&self, date: &str, hours: &str) -> String {
        format!("{} abrimos {hours}.", capital(date))
    }

    fn opening(&self, days: &[(String, String)]) -> String {
        let said: Vec<String> = days.iter().map(|(days, hours)| format!("{days} {hours}")).collect();
        format!("Abrimos {}.", self.and(&said))
    }

    fn no_opening(&self) -> &'static str {
        "No tengo el horario a la mano."
    }

    fn prices(&self, services: &[(String, Price)]) -> String {
        let costs = |(service, price): &(String, Price)| format!("de {service} cuesta {}", self.price(price));
        self.of_appointments(services.iter().map(costs))
    }

    fn no_price(&self) -> &'static str {
        "No tengo el precio a la mano."
    }

    fn durations(&self, services: &[(String, u32)]) -> String {
        self.of_appointments(services.iter().map(|(service, minutes)| format!("de {service} dura {minutes} minutos")))
    }

    fn address(&self, address: &str) -> String {
        format!("Estamos en {address}.")
    }

    fn no_address(&self) -> &'static str {
        "No tengo la dirección a la mano."
    }

    fn people(&self, service: Option<&str>, names: &str) -> String {
        match service {
            Some(service) => format!("La cita de {service} es con {names}."),
            None => format!("Le puede atender {names}."),
        }
    }

    fn no_people(&self) -> &'static str {
        "No tengo ese dato a la mano."
    }

    fn missed(&self) -> Forms {
        &["Disculpe, no le entendí.", "Perdón, no le escuché bien."]
    }

    fn missed_again(&self) -> &'static str {
        "Lo siento, todavía no le entiendo."
    }

    fn trouble_understanding(&self, website: Option<&str>) -> String {
        match website {
            None => "Lo siento, me cuesta entenderle.".to_owned(),
            Some(web) => {
                format!("Lo siento, me cuesta entenderle. También puede reservar en nuestro sitio web, {web}.")
            }
        }
    }

    fn calendar_trouble(&self) -> &'static str {
        "Lo siento, en este momento no puedo consultar la agenda."
    }

    fn booking_trouble(&self) -> &'static str {
        "Lo siento, no pude terminar de reservar, así que todavía no hay nada seguro."
    }

    fn no_person_here(&self, website: Option<&str>) -> String {
        match website {
            None => "En este momento no puedo comunicarle con una persona, pero le puedo hacer una cita.".to_owned(),
            Some(web) => format!(
                "En este momento no puedo comunicarle con una persona. Puede escribir al equipo en {web}, o yo le hago \
                 una cita."
            ),
        }
    }

    fn need_email_or_phone(&self) -> &'static str {
        "Para reservar necesito un correo electrónico o un número de teléfono."
    }

    fn shall_i_go_on_without_email(&self) -> &'static str {
        "También puedo reservar sin correo electrónico, porque tenemos su número de teléfono. ¿Lo hacemos así?"
    }

    fn phone_will_do(&self) -> &'static str {
        "Está bien, tenemos su número de teléfono."
    }

    fn sorry_about_that(&self) -> &'static str {
        "Disculpe."
    }

    fn not_recorded(&self) -> &'static str {
        "De acuerdo, esta llamada no se graba."
    }

    fn take_your_time(&self) -> &'static str {
        "Claro, tómese su tiempo."
    }

    fn offer_link_for_slots(&self) -> &'static str {
        "Hay más horas de las que le puedo leer. ¿Le mando por mensaje un enlace para verlas todas?"
    }

    fn offer_link_for_email(&self) -> &'static str {
        "¿Le mando un enlace por mensaje, para que escriba su correo ahí?"
    }

    fn offer_link_to_go_on(&self) -> &'static str {
        "¿Le mando un enlace por mensaje, para que lo haga en línea?"
    }

    fn link_sent(&self) -> &'static str {
        "Le mandé un mensaje de texto con un enlace para seguir en línea."
    }

    fn link_sent_before(&self) -> &'static str {
        "El enlace está en el mensaje de texto que le mandé."
    }

    fn tell_me_when_it_arrives(&self) -> &'static str {
        "Avíseme cuando le llegue, por favor."
    }

    fn link_takes_a_moment(&self, website: Option<&str>) -> String {
        match website {
            None => "Puede tardar un momento en llegar.".to_owned(),
            Some(web) => format!("Puede tardar un momento en llegar. También puede entrar a {web}."),
        }
    }

    fn cannot_text(&self, website: Option<&str>) -> String {
        match website {
            None => "Lo siento, en este momento no le puedo mandar un mensaje de texto.".to_owned(),
            Some(web) => format!(
                "En este momento no le puedo mandar un mensaje de texto, pero puede reservar en línea en {web}."
            ),
        }
    }

    fn not_booked_yet(&self, what: &str) -> String {
        format!("Todavía no reservé {what}.")
    }

    fn missing(&self, what: Missing) -> &'static str {
        match what {
            Missing::DayAndTime => "el día y la hora",
            Missing::Name => "su nombre",
            Missing::Email => "su correo electrónico",
        }
    }

    fn still_needed(&self, missing: &str) -> String {
        format!("Para eso falta {missing}.")
    }

    fn goodbye_booked(&self) -> Forms {
        &["Gracias, aquí le esperamos. ¡Hasta luego!", "Nos vemos entonces. ¡Hasta luego!"]
    }

    fn goodbye_not_booked(&self, channel: Channel) -> &'static str {
        match channel {
            Channel::Phone => "Está bien, no reservé nada. Gracias por llamar. ¡Hasta luego!",
            Channel::Web => "Está bien, no reservé nada. Gracias por su mensaje. ¡Hasta luego!",
        }
    }

    fn goodbye(&self, channel: Channel) -> &'static str {
        match channel {
            Channel::Phone => "Gracias por llamar. ¡Hasta luego!",
            Channel::Web => "Gracias por su mensaje. ¡Hasta luego!",
        }
    }

    fn safe(&self) -> &'static str {
        "Disculpe, permítame intentarlo otra vez. ¿Qué le gustaría reservar?"
    }
}

impl Spanish {
    /// "La cita de limpieza cuesta 80 dólares y la de revisión cuesta 50 dólares."
    fn of_appointments(&self, said: impl Iterator<Item = String>) -> String {
        let said: Vec<String> = said
            .enumerate()
            .map(|(nth, one)| if nth == 0 { format!("la cita {one}") } else { format!("la {one}") })
            .collect();
        capital(&format!("{}.", self.and(&said)))
    }
}
