use super::Forms;
use crate::agent::dialogue::Channel;

/// What is said of appointments that exist: to find, tell, move and cancel them. `what` is "a massage with Dana on Tuesday,
/// December 1st at 2 PM", `own` the same with "your massage".
pub trait Changes {
    // Whose it is.
    fn whose_appointment(&self) -> Forms;
    /// By which number or address it can be found.
    fn what_contact(&self) -> &'static str;
    fn contact_example(&self) -> &'static str;
    fn cannot_find(&self, name: &str) -> String;
    fn find_elsewhere(&self) -> &'static str;
    fn gives_up_finding(&self, website: Option<&str>) -> String;

    // Which it is.
    fn yours_is(&self, what: &str) -> String;
    /// The first of so many; `more`: there are more than are told.
    fn yours_are(&self, count: usize, list: &str, more: bool) -> String;
    /// None where the caller said; `date` when that was a day.
    fn none_of_yours(&self, date: Option<&str>) -> String;
    fn which_appointment(&self, list: &str, more: bool) -> String;
    fn which_of_them(&self) -> &'static str;
    fn which_day_is_it(&self) -> &'static str;

    // What becomes of it.
    fn shall_i_cancel(&self, own: &str) -> String;
    fn shall_i_cancel_all(&self, own: &str, count: usize) -> String;
    fn cancelled(&self, own: &str) -> String;
    fn what_other_time(&self) -> Forms;
    /// `at`: when it is to be; `person`: with whom, when that is somebody else.
    fn shall_i_move(&self, own: &str, at: &str, person: Option<&str>) -> String;
    /// `own`: without its time.
    fn moved(&self, own: &str, at: &str, person: Option<&str>) -> String;
    fn kept(&self) -> &'static str;
    fn already_then(&self) -> &'static str;
    fn only_the_time(&self) -> &'static str;
    /// `cancel`: rather than move.
    fn too_late_to_change(&self, cancel: bool, notice_min: u32, website: Option<&str>) -> String;
    fn changed_meanwhile(&self) -> &'static str;
    fn already_cancelled(&self) -> &'static str;
    /// The booking service did not answer; whether it was changed is not known.
    fn change_trouble(&self) -> &'static str;
    fn not_changed_yet(&self, own: &str) -> String;
    fn goodbye_unchanged(&self, channel: Channel) -> &'static str;
}
