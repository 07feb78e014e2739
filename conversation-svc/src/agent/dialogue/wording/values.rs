use jiff::civil::{Date, DateTime, Time, Weekday};

use crate::agent::business::{OpenRange, Price};

/// Values as they are said: dates in full, times on the twelve-hour clock, everything for the ear.
pub trait Values {
    /// "Tuesday, December 1st", as it stands after "we're open on" or its like.
    fn date(&self, date: Date, today: Date) -> String;

    /// "Monday", "Saturday and Sunday", "Monday to Friday", as opening hours name days.
    fn weekdays(&self, first: Weekday, last: Weekday) -> String;

    /// "2 PM", "9:30 AM", "noon"
    fn time(&self, time: Time) -> String;

    /// "Tuesday, December 1st at 2 PM"
    fn date_time(&self, at: DateTime, today: Date) -> String;

    /// "1 PM, 2:30 PM or 4 PM on Tuesday, December 1st"
    fn times_on(&self, times: &[Time], date: Date, today: Date) -> String;

    /// The start that was wished for, as far as it is known: "2 PM on Tuesday, December 1st", "that time".
    fn wished(&self, date: Option<Date>, time: Option<Time>, today: Date) -> String;

    /// "from 9 AM to 6 PM", "from 9 AM to noon and from 1 PM to 6 PM"
    fn hours(&self, ranges: &[OpenRange]) -> String;

    /// "a, b or c"
    fn or(&self, items: &[String]) -> String;

    /// "a, b and c"
    fn and(&self, items: &[String]) -> String;

    fn price(&self, price: &Price) -> String;

    /// What is booked, by the name of the service in lower case: "a massage"; without one, "an appointment".
    fn appointment(&self, service: Option<&str>) -> String;

    /// What the caller has, by the name of the service: "your massage"; without one, "your appointment".
    fn own(&self, service: Option<&str>) -> String;

    /// A length of time: "24 hours", "90 minutes".
    fn length(&self, minutes: u32) -> String;

    /// How a character of an address is said that is no letter or digit: "at", "dot".
    fn symbol(&self, c: char) -> Option<&'static str>;
}
