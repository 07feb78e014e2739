//! From words to what they mean: dates, times, names, addresses, services, yes and no, intents.
//!
//! What languages share stands in this folder: the results, the calendar, how words are matched and corrected. What a
//! language brings is its [`Grammar`](grammar::Grammar), one folder a language.
//!
//! Pure functions of the text and of what the conversation knows ([`Context`]); each result carries how sure it is
//! and which words it came from. What follows from it is the policy's business.

pub mod answer;
pub mod catalog;
pub mod choice;
pub mod date;
pub mod email;
mod english;
mod figures;
pub mod grammar;
pub mod intent;
pub mod json;
pub mod lettering;
pub mod moment;
pub mod name;
pub mod number;
pub mod phone;
pub mod relocation;
mod settle;
pub mod shift;
pub mod sound;
mod spanish;
pub mod spelling;
pub mod time;
mod web;
pub mod words;

use std::ops::Range;

use jiff::civil::DateTime;
use proto::Language;

pub use self::{
    answer::Answer, choice::Choice, date::Days, email::Email, english::number::in_words, intent::Intent, json::to_json,
    phone::Phone, time::When,
};
use self::{settle::settled, words::Words};
use super::Expectation;
use crate::agent::business::{Service, Staff};

/// A value with how sure it is (0–1) and the words it came from.
#[derive(Clone, PartialEq)]
pub struct Found<T> {
    pub value: T,
    pub confidence: f32,
    pub words: Range<usize>,
}

impl<T> Found<T> {
    pub fn new(value: T, confidence: f32, words: Range<usize>) -> Self {
        Self { value, confidence, words }
    }
}

impl<T> std::fmt::Debug for Found<T> {
    /// Without the value: it may be a name or an address.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Found({:.2}, words {:?})", self.confidence, self.words)
    }
}

/// What the conversation knows that changes how words are read.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// What the caller speaks.
    pub language: Language,
    /// The business's wall clock.
    pub now: DateTime,
    pub expects: Expectation,
    /// Times were offered, so a bare number is an hour and "the second" a choice.
    pub offered: bool,
    /// The booking was read back: a spelled name corrects the one in it, and "that's it" confirms it.
    pub read_back: bool,
    pub services: &'a [Service],
    pub staff: &'a [Staff],
}

/// A part of a booking, called by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Topic {
    Service,
    Staff,
    Day,
    Time,
    Name,
    Email,
}

impl Topic {
    fn of(words: &Words<'_>) -> Option<Self> {
        let topics = words.grammar().topics;
        (0..words.len()).find_map(|i| topics.iter().find(|(_, p)| words.any_phrase(i, p).is_some()).map(|(t, _)| *t))
    }
}

/// What an utterance says. Indexes in `services` and `staff` are those of the [`Context`].
#[derive(Debug, Clone, Default)]
pub struct Understanding {
    pub answer: Option<Found<Answer>>,
    /// The yes is one that also just takes note ("correct", "great"), rather than answers.
    pub acknowledges: bool,
    /// The yes settles what was asked, though more may be asked in the same breath.
    pub settles: bool,
    pub intents: Vec<Found<Intent>>,
    pub dates: Vec<Found<Days>>,
    pub times: Vec<Found<When>>,
    /// What the days and times were read from, where the grammar reads them together.
    pub moments: Vec<Found<moment::Node>>,
    /// What of it is said of an appointment that exists.
    pub relocation: relocation::Relocation,
    /// How far from where it is, which its words say in place of a day or time.
    pub shift: Option<Found<shift::Shift>>,
    pub services: Vec<Found<Vec<usize>>>,
    /// The services are wanted one after the other, rather than one of them.
    pub together: bool,
    pub staff: Vec<Found<Vec<usize>>>,
    pub names: Vec<Found<String>>,
    pub email: Option<Found<Email>>,
    /// The words as the part of an address before its "at"; only when an address is being spelled.
    pub email_local: Option<email::Local>,
    /// How a word that is known is written ("with a k"), where no word was said that it could be.
    pub lettering: Option<lettering::Lettering>,
    pub phone: Option<Found<Phone>>,
    pub choice: Option<Found<Choice>>,
    /// What it is about, by name ("the e-mail").
    pub topic: Option<Topic>,
    /// Asked for, and no service of ours.
    pub something_else: Option<Found<String>>,
    /// Words in all, to tell silence from noise.
    pub words: usize,
}

impl Understanding {
    pub fn has(&self, intent: Intent) -> bool {
        self.intents.iter().any(|f| f.value == intent)
    }

    /// Whether it names any part of a booking.
    pub fn has_value(&self) -> bool {
        !self.dates.is_empty()
            || !self.times.is_empty()
            || !self.services.is_empty()
            || !self.staff.is_empty()
            || !self.names.is_empty()
            || self.email.is_some()
            || self.email_local.is_some()
            || self.lettering.is_some()
            || self.phone.is_some()
            || self.choice.is_some()
            || self.topic.is_some()
            || self.something_else.is_some()
    }

    /// Whether it asks something of the business.
    pub fn asks(&self) -> bool {
        self.intents.iter().any(|found| found.value.is_question())
    }

    /// Whether an appointment is asked for, in so many words or by a wish that can hardly be another.
    pub fn wants_booking(&self) -> bool {
        [Intent::Book, Intent::Want, Intent::Find].into_iter().any(|intent| self.has(intent))
    }

    pub fn says(&self, answer: Answer) -> bool {
        self.answer.as_ref().is_some_and(|f| f.value == answer)
    }
}

pub fn understand(text: &str, context: &Context<'_>) -> Understanding {
    let words = Words::of(text, context.language);
    let mut taken = vec![false; words.len()];
    let mark = |taken: &mut Vec<bool>, range: Range<usize>| {
        range.for_each(|i| {
            if let Some(t) = taken.get_mut(i) {
                *t = true
            }
        })
    };
    let asked_email = context.expects == Expectation::Email;

    let email = email::find(&words, asked_email);
    if let Some(found) = &email {
        mark(&mut taken, found.words.clone());
    }
    let email_local = (asked_email && email.is_none()).then(|| email::local_alone(&words)).flatten();
    let lettering = (email.is_none() && email_local.is_none()).then(|| lettering::find(&words)).flatten();
    let phone = phone::find(&words).filter(|p| !overlaps(&taken, &p.words));
    if let Some(found) = &phone {
        mark(&mut taken, found.words.clone());
    }

    let asked_time = context.offered || matches!(context.expects, Expectation::Time | Expectation::Date);
    let moments = words.grammar().moments.map_or_else(Vec::new, |moments| {
        let scene = moment::Scene {
            words: &words,
            now: context.now,
            asked_date: context.expects == Expectation::Date,
            asked_time,
        };
        moment::read(&scene, moments, &is_taken(&taken))
    });
    let passing = |found: &&Found<moment::Node>| {
        let before_now = words.grammar().moments.map_or(&[][..], |moments| moments.before_now);
        let is_now = matches!(found.value, moment::Node::Instant(at) if at == context.now);
        is_now && !asked_time && !before_now.contains(&words.before(found.words.start))
    };
    let wished = moments.iter().filter(|found| !passing(found));
    let (mut dates, wished_times) = moment::wishes(wished, context.now);
    let soon = (words.grammar().moment)(&words, context.now);
    if let Some(found) = &soon {
        mark(&mut taken, found.words.clone());
    }
    dates.extend(date::find(&words, context.now.date(), context.expects == Expectation::Date));
    dates.retain(|d| !overlaps(&taken, &d.words));
    let choice = context.offered.then(|| choice::find(&words)).flatten();
    if let Some(choice) = &choice {
        // "The second" answers an offer; only a sure date ("December second") outweighs it.
        dates.retain(|d| d.confidence > 0.86 || !touches(&d.words, &choice.words));
    }
    let mut dated = vec![false; words.len()];
    for found in &dates {
        mark(&mut taken, found.words.clone());
        mark(&mut dated, found.words.clone());
    }

    let announced = name::find(&words, false, &|i| taken.get(i).copied().unwrap_or(false));
    for found in &announced {
        mark(&mut taken, found.words.clone());
    }
    let services = catalog::services(&words, context.services, &is_taken(&taken));
    for found in &services {
        mark(&mut taken, found.words.clone());
    }
    let asked_name = context.expects == Expectation::Name;
    let mut staff = catalog::staff(&words, context.staff, &is_taken(&taken));
    // A bare name is the caller's where that was asked for.
    staff.retain(|f| !asked_name || words.grammar().requests.before_staff.contains(&words.before(f.words.start)));
    for found in &staff {
        mark(&mut taken, found.words.clone());
    }

    let mut times = wished_times;
    times.extend(time::find(&words, asked_time, &is_taken(&taken), &is_taken(&dated)));
    if let Some(found) = soon {
        // A moment is a day and a time of the same words.
        let clock = time::Clock::known(found.value.hour(), found.value.minute());
        dates.insert(0, Found::new(Days::one(found.value.date()), found.confidence, found.words.clone()));
        times.insert(0, Found::new(When::Around(clock), found.confidence, found.words));
    }
    for found in &times {
        mark(&mut taken, found.words.clone());
    }

    let mut intents = intent::find(&words);
    let mut names = announced;
    if names.is_empty() && (asked_name || context.read_back && !asked_email && spells(&words)) {
        // What begins with a wish of another kind ("goodbye") is no name; what is one throughout ("Will Price") is
        // nothing else.
        let bare = name::find(&words, true, &is_taken(&taken));
        names = bare.into_iter().filter(|n| intents.iter().all(|i| i.words.start != n.words.start)).collect();
        if asked_name && names.first().is_some_and(|n| n.words.end == words.len()) {
            intents.retain(|i| i.words.end <= names.first().map_or(0, |n| n.words.start));
        }
    }
    if names.is_empty() && !asked_name && !asked_email {
        // Where something else was asked, one word may be an answer to that.
        let whole = |found: &Found<String>| context.expects == Expectation::Open || found.value.contains(' ');
        names.extend(name::greeting(&words, &is_taken(&taken)).filter(whole));
    }
    // "Good-bye" is no "good".
    let farewell =
        |words: &Range<usize>| intents.iter().any(|i| i.value == Intent::Goodbye && touches(&i.words, words));
    // "That's all for today" names no day.
    dates.retain(|found| !farewell(&found.words));
    times.retain(|found| !farewell(&found.words));
    let answer = answer::find(&words);
    if let Some(answer) = &answer {
        // "I'm good with that" takes no leave, and neither does "that's it" of what was read back.
        intents.retain(|i| {
            let confirms = context.read_back && answer.value == Answer::Yes && answer.words.len() == i.words.len();
            let outweighed = answer.words.len() > i.words.len() || confirms;
            !(i.value == Intent::Goodbye && touches(&i.words, &answer.words) && outweighed)
        });
    }
    let leaves = |words: &Range<usize>| intents.iter().any(|i| i.value == Intent::Goodbye && touches(&i.words, words));
    let answer = answer.filter(|found| !leaves(&found.words));
    let acknowledges = answer.as_ref().is_some_and(|found| answer::acknowledges(&words, found));
    let settles = answer.as_ref().is_some_and(|found| answer::settles(&words, found));
    let lettering = lettering.filter(|_| names.is_empty());
    let something_else = services.is_empty().then(|| catalog::something_else(&words, &is_taken(&taken))).flatten();
    let named: Vec<Range<usize>> = services.iter().map(|found| found.words.clone()).collect();
    let relocation = relocation::Relocation::of(&words, &dates, &times, &named);
    let services = settled(&words, services);
    Understanding {
        answer,
        acknowledges,
        settles,
        intents,
        dates: settled(&words, dates),
        times: settled(&words, times),
        moments,
        relocation,
        shift: shift::find(&words),
        together: catalog::together(&words, &services),
        services,
        staff: settled(&words, staff),
        names: settled(&words, names),
        email,
        email_local,
        lettering,
        phone,
        choice,
        topic: Topic::of(&words),
        something_else,
        words: words.len(),
    }
}

fn spells(words: &Words<'_>) -> bool {
    (0..words.len()).any(|i| spelling::run_begins(words, i))
}

fn is_taken(taken: &[bool]) -> impl Fn(usize) -> bool + '_ {
    |i| taken.get(i).copied().unwrap_or(false)
}

fn overlaps(taken: &[bool], range: &Range<usize>) -> bool {
    range.clone().any(|i| taken.get(i).copied().unwrap_or(false))
}

fn touches(a: &Range<usize>, b: &Range<usize>) -> bool {
    a.start < b.end && b.start < a.end
}
