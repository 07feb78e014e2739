use jiff::civil::Time;

use crate::agent::{business::Price, dialogue::Channel};

/// Wordings of one sentence that alternate, so that the same words do not come twice in a row.
pub type Forms = &'static [&'static str];

/// The part of the day that was wished for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Then {
    Morning,
    Lunch,
    Afternoon,
    Evening,
    After(Time),
    Before(Time),
    At(Time),
    Around(Time),
    Between(Time, Time),
}

/// What a booking lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    DayAndTime,
    Name,
    Email,
}

/// One short sentence for each purpose. Texts among the arguments are values that the same language has said; names of
/// services come in lower case, websites for the ear.
pub trait Sentences {
    // What is asked for.
    fn how_can_i_help(&self) -> Forms;
    fn help_example(&self, appointment: &str) -> String;
    fn which_service(&self, options: &str) -> String;
    fn which_one(&self) -> Forms;
    fn what_to_book(&self) -> Forms;
    fn what_day(&self) -> Forms;
    fn what_day_and_time(&self) -> Forms;
    fn what_day_and_time_for(&self, service: &str) -> String;
    fn day_example(&self) -> &'static str;
    /// What may be had: one start, or several.
    fn slots(&self, list: &str) -> String;
    /// The same with others than the one who was asked for.
    fn slots_with(&self, list: &str, people: &str) -> String;
    fn would_that_work(&self) -> &'static str;
    fn which_slot(&self) -> Forms;
    fn what_name(&self) -> Forms;
    fn only_name(&self) -> &'static str;
    fn what_email(&self, first_name: Option<&str>) -> String;
    fn email_example(&self, channel: Channel) -> &'static str;
    fn spell_email(&self, channel: Channel) -> &'static str;
    fn is_that_the_email(&self, address: &str) -> String;
    fn summary(&self, what: &str, name: &str) -> String;
    fn shall_i_book(&self) -> Forms;
    fn what_to_change(&self) -> &'static str;
    fn shall_i_try_again(&self) -> &'static str;
    fn anything_else(&self) -> Forms;

    // What is said of an appointment.
    /// "a massage with Dana on Tuesday, December 1st at 2 PM"
    fn what(&self, appointment: &str, person: Option<&str>, at: &str) -> String;
    fn free(&self, at: &str, person: &str) -> String;
    fn booked(&self, what: &str) -> String;
    fn day_has_passed(&self) -> &'static str;
    fn dropped(&self) -> &'static str;

    // Why a start is not to be had; `at` is what was wished for.
    fn just_taken(&self) -> &'static str;
    fn fully_booked(&self, at: &str) -> String;
    fn taken(&self, at: &str) -> String;
    fn sorry_closed_on(&self, date: &str) -> String;
    fn sorry_open_on(&self, date: &str, hours: &str) -> String;
    fn sorry_closed(&self) -> &'static str;
    fn closes_too_early(&self, at: &str) -> String;
    fn nobody_in(&self, at: &str) -> String;
    fn person_not_in(&self, person: &str, at: &str) -> String;
    /// Nobody knows whether they are free: a calendar is out of reach.
    fn calendar_unknown(&self, person: Option<&str>, at: &str) -> String;
    fn has_passed(&self, at: &str) -> String;
    fn too_soon(&self, at: &str) -> String;
    fn too_far(&self, at: &str) -> String;
    fn off_grid(&self, at: &str) -> String;
    fn not_offered(&self) -> &'static str;
    fn not_done_by(&self, person: Option<&str>) -> String;
    fn nothing_around(&self) -> &'static str;
    fn nothing_then(&self, then: Then) -> String;

    // Answers about the business.
    fn we_offer(&self, services: &str) -> String;
    fn and_more(&self, services: &str) -> String;
    fn unknown_service(&self, wanted: &str, services: &str) -> String;
    fn does_not_perform(&self, person: &str, service: &str, others: &str) -> String;
    fn closed_on(&self, date: &str) -> String;
    fn open_on(&self, date: &str, hours: &str) -> String;
    /// Each with the days and the hours.
    fn opening(&self, days: &[(String, String)]) -> String;
    fn no_opening(&self) -> &'static str;
    fn prices(&self, services: &[(String, Price)]) -> String;
    fn no_price(&self) -> &'static str;
    /// Each with its minutes.
    fn durations(&self, services: &[(String, u32)]) -> String;
    fn address(&self, address: &str) -> String;
    fn no_address(&self) -> &'static str;
    /// Who performs a service; without one, who is there at all.
    fn people(&self, service: Option<&str>, names: &str) -> String;
    fn no_people(&self) -> &'static str;

    // When something is in the way.
    fn missed(&self) -> Forms;
    fn missed_again(&self) -> &'static str;
    fn trouble_understanding(&self, website: Option<&str>) -> String;
    fn calendar_trouble(&self) -> &'static str;
    fn booking_trouble(&self) -> &'static str;
    fn no_person_here(&self, website: Option<&str>) -> String;
    fn need_email_or_phone(&self) -> &'static str;
    fn shall_i_go_on_without_email(&self) -> &'static str;
    fn phone_will_do(&self) -> &'static str;
    fn sorry_about_that(&self) -> &'static str;
    fn not_recorded(&self) -> &'static str;
    fn take_your_time(&self) -> &'static str;

    // When the conversation goes on on the web.
    fn offer_link_for_slots(&self) -> &'static str;
    fn offer_link_for_email(&self) -> &'static str;
    /// When talking does not help.
    fn offer_link_to_go_on(&self) -> &'static str;
    fn link_sent(&self) -> &'static str;
    fn link_sent_before(&self) -> &'static str;
    fn tell_me_when_it_arrives(&self) -> &'static str;
    fn link_takes_a_moment(&self, website: Option<&str>) -> String;
    /// No message can be sent.
    fn cannot_text(&self, website: Option<&str>) -> String;

    // What came of the call so far.
    fn not_booked_yet(&self, what: &str) -> String;
    /// As one of a list of what is needed: "your name".
    fn missing(&self, what: Missing) -> &'static str;
    fn still_needed(&self, missing: &str) -> String;

    // The end.
    fn goodbye_booked(&self) -> Forms;
    fn goodbye_not_booked(&self, channel: Channel) -> &'static str;
    fn goodbye(&self, channel: Channel) -> &'static str;
    /// Said instead of a reply that must not be spoken.
    fn safe(&self) -> &'static str;
}
