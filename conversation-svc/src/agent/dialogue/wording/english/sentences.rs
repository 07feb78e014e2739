use super::English;
use crate::agent::{
    business::Price,
    dialogue::{
        Channel,
        wording::{Forms, Missing, Sentences, Then, Values, capital},
    },
};

impl Sentences for English {
    fn how_can_i_help(&self) -> Forms {
        &["How can I help?", "What can I do for you?"]
    }

    fn help_example(&self, appointment: &str) -> String {
        format!("You can say, for example: I'd like to book {appointment} tomorrow at 2 PM.")
    }

    fn which_service(&self, options: &str) -> String {
        format!("Which would you like: {options}?")
    }

    fn which_one(&self) -> Forms {
        &["Which one would you like?", "What would you like to book?"]
    }

    fn what_to_book(&self) -> Forms {
        &["What would you like to book?", "Which service would you like?"]
    }

    fn what_day(&self) -> Forms {
        &["What day would you like?", "Which day would suit you?"]
    }

    fn what_day_and_time(&self) -> Forms {
        &["What day and time would you like?", "What day and time would suit you?"]
    }

    fn what_day_and_time_for(&self, service: &str) -> String {
        format!("What day and time would you like for your {service}?")
    }

    fn day_example(&self) -> &'static str {
        "Please tell me a day and a time, for example: Friday at 2 PM."
    }

    fn slots(&self, list: &str) -> String {
        format!("I have {list}.")
    }

    fn slots_with(&self, list: &str, people: &str) -> String {
        format!("I have {list} with {people}.")
    }

    fn would_that_work(&self) -> &'static str {
        "Would that work?"
    }

    fn which_slot(&self) -> Forms {
        &["Which would you like?", "What suits you best?"]
    }

    fn what_name(&self) -> Forms {
        &["May I have your first and last name?", "What name should I put it under?"]
    }

    fn only_name(&self) -> &'static str {
        "Please say just your first and last name."
    }

    fn what_email(&self, first_name: Option<&str>) -> String {
        match first_name {
            Some(name) => format!("Thanks, {name}. What's your e-mail address?"),
            None => "What's your e-mail address?".to_owned(),
        }
    }

    fn email_example(&self, channel: Channel) -> &'static str {
        match channel {
            Channel::Phone => {
                "Please say your e-mail slowly, letter by letter, for example: J, O, E, at example dot com."
            }
            Channel::Web => "What's your e-mail address? It looks like name@example.com.",
        }
    }

    fn spell_email(&self, channel: Channel) -> &'static str {
        match channel {
            Channel::Phone => "Please spell the part before the at sign, letter by letter.",
            Channel::Web => "Please type your e-mail address again.",
        }
    }

    fn is_that_the_email(&self, address: &str) -> String {
        format!("I have {address}. Is that right?")
    }

    fn summary(&self, what: &str, name: &str) -> String {
        format!("So that's {what}, for {name}.")
    }

    fn shall_i_book(&self) -> Forms {
        &["Shall I book it?", "Should I book that?"]
    }

    fn what_to_change(&self) -> &'static str {
        "What should I change?"
    }

    fn shall_i_try_again(&self) -> &'static str {
        "Shall I try again?"
    }

    fn anything_else(&self) -> Forms {
        &["Is there anything else I can do for you?", "Can I do anything else for you?"]
    }

    fn what(&self, appointment: &str, person: Option<&str>, at: &str) -> String {
        match person {
            Some(person) => format!("{appointment} with {person} on {at}"),
            None => format!("{appointment} on {at}"),
        }
    }

    fn free(&self, at: &str, person: &str) -> String {
        format!("{at} with {person} is free.")
    }

    fn booked(&self, what: &str) -> String {
        format!("You're booked: {what}.")
    }

    fn day_has_passed(&self) -> &'static str {
        "That day has already passed."
    }

    fn dropped(&self) -> &'static str {
        "No problem, I've dropped that."
    }

    fn just_taken(&self) -> &'static str {
        "I'm sorry, that time was just taken."
    }

    fn fully_booked(&self, at: &str) -> String {
        format!("I'm sorry, {at} is fully booked.")
    }

    fn taken(&self, at: &str) -> String {
        format!("I'm sorry, {at} is taken.")
    }

    fn sorry_closed_on(&self, date: &str) -> String {
        format!("I'm sorry, we're closed on {date}.")
    }

    fn sorry_open_on(&self, date: &str, hours: &str) -> String {
        format!("I'm sorry, on {date} we're open {hours}.")
    }

    fn sorry_closed(&self) -> &'static str {
        "I'm sorry, we're closed then."
    }

    fn closes_too_early(&self, at: &str) -> String {
        format!("I'm sorry, at {at} there isn't enough time before we close.")
    }

    fn nobody_in(&self, at: &str) -> String {
        format!("I'm sorry, nobody who does this is in at {at}.")
    }

    fn person_not_in(&self, person: &str, at: &str) -> String {
        format!("I'm sorry, {person} isn't in at {at}.")
    }

    fn calendar_unknown(&self, person: Option<&str>, at: &str) -> String {
        match person {
            Some(person) => {
                format!("I'm sorry, I can't see {person}'s calendar right now, so I can't promise {at}.")
            }
            None => format!("I'm sorry, I can't see right now who is free at {at}."),
        }
    }

    fn has_passed(&self, at: &str) -> String {
        format!("I'm sorry, {at} has already passed.")
    }

    fn too_soon(&self, at: &str) -> String {
        format!("I'm sorry, {at} is too short notice for us.")
    }

    fn too_far(&self, at: &str) -> String {
        format!("I'm sorry, we can't book as far ahead as {at}.")
    }

    fn off_grid(&self, at: &str) -> String {
        format!("I'm sorry, I can't start at {at}.")
    }

    fn not_offered(&self) -> &'static str {
        "I'm sorry, we don't offer that."
    }

    fn not_done_by(&self, person: Option<&str>) -> String {
        format!("I'm sorry, {} doesn't do that.", person.unwrap_or("that person"))
    }

    fn nothing_around(&self) -> &'static str {
        "I don't see anything free around then."
    }

    fn nothing_then(&self, then: Then) -> String {
        let when = match then {
            Then::Morning => "in the morning".to_owned(),
            Then::Lunch => "around noon".to_owned(),
            Then::Afternoon => "in the afternoon".to_owned(),
            Then::Evening => "in the evening".to_owned(),
            Then::After(time) => format!("after {}", self.time(time)),
            Then::Before(time) => format!("before {}", self.time(time)),
            Then::At(time) => format!("at {}", self.time(time)),
            Then::Around(time) => format!("around {}", self.time(time)),
            Then::Between(from, to) => format!("between {} and {}", self.time(from), self.time(to)),
        };
        format!("I'm sorry, there's nothing free {when} then.")
    }

    fn we_offer(&self, services: &str) -> String {
        format!("We offer {services}.")
    }

    fn and_more(&self, services: &str) -> String {
        format!("{services}, and more")
    }

    fn unknown_service(&self, wanted: &str, services: &str) -> String {
        format!("I'm sorry, we don't offer {wanted}. We do offer {services}.")
    }

    fn does_not_perform(&self, person: &str, service: &str, others: &str) -> String {
        format!("{person} doesn't do {}, but {others} does.", self.appointment(Some(service)))
    }

    fn closed_on(&self, date: &str) -> String {
        format!("We're closed on {date}.")
    }

    fn open_on(&self, date: &str, hours: &str) -> String {
        format!("On {date} we're open {hours}.")
    }

    fn opening(&self, days: &[(String, String)]) -> String {
        let said: Vec<String> = days.iter().map(|(days, hours)| format!("{days} {hours}")).collect();
        format!("We're open {}.", self.and(&said))
    }

    fn no_opening(&self) -> &'static str {
        "I don't have our opening hours at hand."
    }

    fn prices(&self, services: &[(String, Price)]) -> String {
        let one = |(service, price): &(String, Price)| {
            format!("{} is {}", self.appointment(Some(service)), self.price(price))
        };
        capital(&format!("{}.", self.and(&services.iter().map(one).collect::<Vec<_>>())))
    }

    fn no_price(&self) -> &'static str {
        "I don't have the price at hand."
    }

    fn durations(&self, services: &[(String, u32)]) -> String {
        let one =
            |(service, minutes): &(String, u32)| format!("{} takes {minutes} minutes", self.appointment(Some(service)));
        capital(&format!("{}.", self.and(&services.iter().map(one).collect::<Vec<_>>())))
    }

    fn address(&self, address: &str) -> String {
        format!("We're at {address}.")
    }

    fn no_address(&self) -> &'static str {
        "I don't have the address at hand."
    }

    fn people(&self, service: Option<&str>, names: &str) -> String {
        match service {
            Some(service) => format!("{} is with {names}.", capital(&self.appointment(Some(service)))),
            None => format!("You can see {names}."),
        }
    }

    fn no_people(&self) -> &'static str {
        "I don't have that at hand."
    }

    fn missed(&self) -> Forms {
        &["Sorry, I didn't catch that.", "I'm sorry, I didn't get that."]
    }

    fn missed_again(&self) -> &'static str {
        "I'm sorry, I still didn't understand."
    }

    fn trouble_understanding(&self, website: Option<&str>) -> String {
        match website {
            None => "I'm sorry, I have trouble understanding you.".to_owned(),
            Some(web) => {
                format!("I'm sorry, I have trouble understanding you. You can also book on our website, {web}.")
            }
        }
    }

    fn calendar_trouble(&self) -> &'static str {
        "I'm sorry, I can't reach our calendar right now."
    }

    fn booking_trouble(&self) -> &'static str {
        "I'm sorry, I couldn't finish that just now, so nothing is certain yet."
    }

    fn no_person_here(&self, website: Option<&str>) -> String {
        match website {
            None => "I can't connect you to a person right now, but I can book an appointment for you.".to_owned(),
            Some(web) => format!(
                "I can't connect you to a person right now. You can reach the team through {web}, or I can book for you."
            ),
        }
    }

    fn need_email_or_phone(&self) -> &'static str {
        "I need an e-mail address or a phone number to book."
    }

    fn shall_i_go_on_without_email(&self) -> &'static str {
        "I can also book it without an e-mail address, since we have your phone number. Shall I do that?"
    }

    fn phone_will_do(&self) -> &'static str {
        "That's fine, we have your phone number."
    }

    fn sorry_about_that(&self) -> &'static str {
        "Sorry about that."
    }

    fn not_recorded(&self) -> &'static str {
        "All right, this call is not being recorded."
    }

    fn take_your_time(&self) -> &'static str {
        "Sure, take your time."
    }

    fn offer_link_for_slots(&self) -> &'static str {
        "There are more times than I can read out. Shall I text you a link to all of them?"
    }

    fn offer_link_for_email(&self) -> &'static str {
        "Shall I text you a link, so that you can type your e-mail instead?"
    }

    fn offer_link_to_go_on(&self) -> &'static str {
        "Shall I text you a link, so that you can do this online?"
    }

    fn link_sent(&self) -> &'static str {
        "I've sent you a text message with a link to go on online."
    }

    fn link_sent_before(&self) -> &'static str {
        "The link is in the text message that I've sent you."
    }

    fn tell_me_when_it_arrives(&self) -> &'static str {
        "Please tell me when you've got it."
    }

    fn link_takes_a_moment(&self, website: Option<&str>) -> String {
        match website {
            None => "It may take a moment to arrive.".to_owned(),
            Some(web) => format!("It may take a moment to arrive. You can also go to {web}."),
        }
    }

    fn cannot_text(&self, website: Option<&str>) -> String {
        match website {
            None => "I'm sorry, I can't send you a text message right now.".to_owned(),
            Some(web) => format!("I can't send you a text message right now, but you can book online at {web}."),
        }
    }

    fn not_booked_yet(&self, what: &str) -> String {
        format!("I haven't booked {what} yet.")
    }

    fn missing(&self, what: Missing) -> &'static str {
        match what {
            Missing::DayAndTime => "a day and a time",
            Missing::Name => "your name",
            Missing::Email => "your e-mail address",
        }
    }

    fn still_needed(&self, missing: &str) -> String {
        format!("It still needs {missing}.")
    }

    fn goodbye_booked(&self) -> Forms {
        &["Thank you, and see you soon. Goodbye!", "See you then. Goodbye!"]
    }

    fn goodbye_not_booked(&self, channel: Channel) -> &'static str {
        match channel {
            Channel::Phone => "All right, I haven't booked that. Thank you for calling. Goodbye!",
            Channel::Web => "All right, I haven't booked that. Thank you for your message. Goodbye!",
        }
    }

    fn goodbye(&self, channel: Channel) -> &'static str {
        match channel {
            Channel::Phone => "Thank you for calling. Goodbye!",
            Channel::Web => "Thank you for your message. Goodbye!",
        }
    }

    fn safe(&self) -> &'static str {
        "I'm sorry, let me try that again. What would you like to book?"
    }
}
