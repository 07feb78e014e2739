//! The shape of a business's file. Fields that are not known are errors: a misspelt one must not be forgotten silently.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_saphyr::Spanned;

use super::values::{Currency, Day, Days, Email, Hours, Phone, Price, Slug, Tag, Within, Words, Zone};

/// Who names something that is described elsewhere in the file, and where.
pub type Name = Spanned<Words>;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    pub slug: Slug,
    pub name: Words,
    /// Those that are called.
    #[serde(default)]
    pub phone_numbers: Vec<Phone>,
    pub time_zone: Zone,
    #[serde(default = "english")]
    pub language: Tag,
    #[serde(default = "dollars")]
    pub currency: Currency,
    /// Spoken first.
    pub greeting: Words,
    /// Spoken after the greeting; left out: none.
    #[serde(default)]
    pub consent_sentence: String,
    #[serde(default)]
    pub address: String,
    /// Spoken when a call cannot go on.
    #[serde(default)]
    pub web_address: String,
    #[serde(default)]
    pub calls: Calls,
    #[serde(default)]
    pub speech: Speech,
    #[serde(default)]
    pub messages: Messages,
    /// How long before its start an appointment may still be moved or cancelled.
    #[serde(default)]
    pub change_notice_minutes: Option<Within<0, 43_200>>,
    /// A weekday that is not named is closed.
    pub hours: Week,
    /// Other hours than the weekly ones.
    #[serde(default)]
    pub dates: BTreeMap<Day, OtherHours>,
    pub staff: Vec<Person>,
    /// Rooms and machines.
    #[serde(default)]
    pub resources: Vec<Resource>,
    pub services: Vec<Service>,
}

pub type Week = BTreeMap<Days, Hours>;

fn english() -> Tag {
    Tag("en-US".to_owned())
}

fn dollars() -> Currency {
    Currency("USD".to_owned())
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calls {
    #[serde(default)]
    pub at_once_max: Option<Within<1, 10_000>>,
    /// Once the consent sentence was heard.
    #[serde(default)]
    pub recorded: bool,
    #[serde(default)]
    pub recordings_kept_days: Option<Within<1, 3_650>>,
    /// `immediate` or `after-sentence`; left out: as the installation has it.
    #[serde(default)]
    pub barge_in: Option<BargeIn>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BargeIn {
    Immediate,
    AfterSentence,
}

impl BargeIn {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Immediate => "immediate",
            Self::AfterSentence => "after-sentence",
        }
    }
}

/// What is left out is as the installation has it.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Speech {
    /// Names of providers, first choice first.
    #[serde(default)]
    pub recognition: Vec<Words>,
    #[serde(default)]
    pub synthesis: Vec<Words>,
    #[serde(default)]
    pub azure_voice: String,
    #[serde(default)]
    pub azure_style: String,
    #[serde(default)]
    pub azure_rate_percent: Option<Within<-50, 100>>,
    #[serde(default)]
    pub elevenlabs_voice_id: String,
    #[serde(default)]
    pub elevenlabs_rate_percent: Option<Within<-30, 20>>,
}

/// How clients are told of their appointments.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Messages {
    pub email: bool,
    pub text: bool,
    /// Whom e-mails are from; left out: the installation's address.
    pub email_from: Option<Email>,
}

impl Default for Messages {
    fn default() -> Self {
        Self { email: true, text: true, email_from: None }
    }
}

/// The hours of a date; none: closed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OtherHours {
    #[serde(default)]
    pub open: Option<Hours>,
    /// Said to callers.
    #[serde(default)]
    pub reason: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    pub name: Name,
    /// Left out: whenever the business is open.
    #[serde(default)]
    pub hours: Option<Week>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Resource {
    pub name: Name,
    pub kind: ResourceKind,
    /// By how many it can be used at once.
    #[serde(default)]
    pub places: Option<Within<1, 500>>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ResourceKind {
    Room,
    Machine,
}

impl ResourceKind {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Room => "room",
            Self::Machine => "machine",
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Service {
    pub name: Name,
    #[serde(default)]
    pub description: String,
    /// What callers call it besides.
    #[serde(default)]
    pub synonyms: Vec<Words>,
    pub minutes: Within<5, 720>,
    #[serde(default)]
    pub buffer_before_minutes: Option<Within<0, 240>>,
    #[serde(default)]
    pub buffer_after_minutes: Option<Within<0, 240>>,
    #[serde(default)]
    pub price: Price,
    /// Starts lie at multiples of this since local midnight.
    #[serde(default)]
    pub grid_minutes: Option<Within<5, 1_440>>,
    /// How long before its start it can still be booked.
    #[serde(default)]
    pub notice_minutes: Option<Within<0, 525_600>>,
    /// How many days ahead it can be booked.
    #[serde(default)]
    pub horizon_days: Option<Within<0, 730>>,
    /// Who performs it.
    pub staff: Vec<Name>,
    /// Of which rooms and machines it takes a place.
    #[serde(default)]
    pub needs: Vec<Name>,
}
