//! Who is calling: the name an appointment is under, and where its client can be reached. Both must be those of the
//! appointment before a word of it is said.

use crate::agent::dialogue::{
    State, names,
    tool::{Appointment, Contact},
    understand::sound,
};

/// A recogniser spells names its own way; less alike is another name.
const NAME_LIKENESS_MIN: f32 = 0.75;

/// Where the caller's appointments are looked for: what was given for it, else the line or what was given for a booking.
pub fn contact(state: &State) -> Option<Contact> {
    let email = Some(&state.email).filter(|email| email.confirmed && !email.address.is_empty());
    (state.existing.contact.clone())
        .or_else(|| state.phone.clone().map(Contact::Phone))
        .or_else(|| email.map(|email| Contact::Email(email.address.clone())))
}

/// The appointments of those that were found which are under the caller's name.
pub fn own(name: &str, found: Vec<Appointment>) -> Vec<Appointment> {
    found.into_iter().filter(|appointment| is_of(name, &appointment.client_name)).collect()
}

/// Whether every part of the shorter name is in the longer one, as it sounds.
fn is_of(said: &str, client: &str) -> bool {
    let parts = |name: &str| -> Vec<String> {
        let parts = names::unaccented(name);
        parts.split_whitespace().filter(|part| part.chars().count() > 1).map(str::to_owned).collect()
    };
    let (said, client) = (parts(said), parts(client));
    let (fewer, more) = if said.len() <= client.len() { (&said, &client) } else { (&client, &said) };
    !fewer.is_empty()
        && fewer.iter().all(|part| more.iter().any(|other| sound::likeness(part, other) >= NAME_LIKENESS_MIN))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::is_of;

    #[rstest]
    #[case("Alex Morrison", "Alex Morrison", true)]
    #[case("Alex", "Alex Morrison", true)]
    #[case("Morrison", "Alex Morrison", true)]
    #[case("Alix Morison", "Alex Morrison", true)]
    #[case("Alexandra Maria Morrison", "Alex Morrison", false)]
    #[case("Bob Morrison", "Alex Morrison", false)]
    #[case("Jane", "Alex Morrison", false)]
    #[case("A", "Alex Morrison", false)]
    #[case("", "Alex Morrison", false)]
    #[case("José Muñoz", "jose munoz", true)]
    fn an_appointment_is_of_who_bears_its_name(#[case] said: &str, #[case] client: &str, #[case] expected: bool) {
        assert_eq!(is_of(said, client), expected);
    }
}
