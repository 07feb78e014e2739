use super::English;
use crate::agent::dialogue::{
    Channel,
    wording::{Changes, Forms, Values, capital},
};

impl Changes for English {
    fn whose_appointment(&self) -> Forms {
        &["What name is it under?", "May I have the name that it is under?"]
    }

    fn what_contact(&self) -> &'static str {
        "And the phone number or e-mail it was booked with?"
    }

    fn contact_example(&self) -> &'static str {
        "Please give me the phone number, digit by digit, or the e-mail address."
    }

    fn cannot_find(&self, name: &str) -> String {
        format!("I can't find an appointment for {name} there.")
    }

    fn find_elsewhere(&self) -> &'static str {
        "Could it be under another name, or with another number or e-mail?"
    }

    fn gives_up_finding(&self, website: Option<&str>) -> String {
        match website {
            None => "I'm sorry, I can't find that appointment.".to_owned(),
            Some(web) => format!("I'm sorry, I can't find that appointment. The team can help you at {web}."),
        }
    }

    fn yours_is(&self, what: &str) -> String {
        format!("You have {what}.")
    }

    fn yours_are(&self, count: usize, list: &str, more: bool) -> String {
        if more {
            format!("You have {count} appointments. The next ones are {list}.")
        } else {
            format!("You have {list}.")
        }
    }

    fn none_of_yours(&self, date: Option<&str>) -> String {
        match date {
            Some(date) => format!("I don't see anything for you on {date}."),
            None => "I don't see one like that.".to_owned(),
        }
    }

    fn which_appointment(&self, list: &str, more: bool) -> String {
        if more {
            format!("Which one: {list}? Or tell me the day, if it's another.")
        } else {
            format!("Which one do you mean: {list}?")
        }
    }

    fn which_of_them(&self) -> &'static str {
        "Which one do you mean?"
    }

    fn which_day_is_it(&self) -> &'static str {
        "What day is the one you mean?"
    }

    fn shall_i_cancel(&self, own: &str) -> String {
        format!("That's {own}. Shall I cancel it?")
    }

    fn shall_i_cancel_all(&self, own: &str, count: usize) -> String {
        let all = if count == 2 { "both" } else { "all of them" };
        format!("That's {own}. Shall I cancel {all}?")
    }

    fn cancelled(&self, own: &str) -> String {
        format!("I've cancelled {own}.")
    }

    fn what_other_time(&self) -> Forms {
        &["What day and time would you like instead?", "When would you like it instead?"]
    }

    fn shall_i_move(&self, own: &str, at: &str, person: Option<&str>) -> String {
        let with = person.map(|person| format!(", with {person}")).unwrap_or_default();
        format!("So I'd move {own} to {at}{with}. Shall I?")
    }

    fn moved(&self, own: &str, at: &str, person: Option<&str>) -> String {
        let with = person.map(|person| format!(" with {person}")).unwrap_or_default();
        format!("{} has been moved to {at}{with}.", capital(own))
    }

    fn kept(&self) -> &'static str {
        "All right, it stays as it is."
    }

    fn already_then(&self) -> &'static str {
        "That's when it is already."
    }

    fn only_the_time(&self) -> &'static str {
        "I can change when it is, but not what it is for."
    }

    fn too_late_to_change(&self, cancel: bool, notice_min: u32, website: Option<&str>) -> String {
        let done = if cancel { "cancelled" } else { "moved" };
        let why = match notice_min {
            0 => "it has already begun".to_owned(),
            minutes => format!("that takes {} of notice", self.length(minutes)),
        };
        let help = website.map(|web| format!(" The team may still help you at {web}.")).unwrap_or_default();
        format!("I'm sorry, it can't be {done} any more: {why}.{help}")
    }

    fn changed_meanwhile(&self) -> &'static str {
        "That appointment was changed just now."
    }

    fn already_cancelled(&self) -> &'static str {
        "That appointment is already cancelled."
    }

    fn change_trouble(&self) -> &'static str {
        "I'm sorry, I couldn't finish that just now, so I don't know whether it's changed."
    }

    fn not_changed_yet(&self, own: &str) -> String {
        format!("I haven't changed {own}.")
    }

    fn goodbye_unchanged(&self, channel: Channel) -> &'static str {
        match channel {
            Channel::Phone => "All right, I haven't changed anything. Thank you for calling. Goodbye!",
            Channel::Web => "All right, I haven't changed anything. Thank you for your message. Goodbye!",
        }
    }
}
