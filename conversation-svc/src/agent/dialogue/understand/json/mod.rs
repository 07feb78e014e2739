//! One utterance as one JSON object, for tools that show or score the understanding.

mod amounts;
mod calendar;
#[cfg(test)]
mod contract;
mod moments;
mod spelled;
#[cfg(test)]
mod tests;

use jiff::{Timestamp, tz::TimeZone};
use proto::Language;
use serde_json::{Value, json};

use super::{Answer, Context, Expectation, answer, understand, web, words::Words};

/// What was understood of `text`, said at `now` in `zone`, with no business behind it: `dates` (best first, each `text`,
/// `kind`, `start`, `end_excl`, `grain`, `dir`), `calendar` (dates of any time,
/// as far as they are said), `email`, `web`, `phone` with `extension`, `spelled`, `numbers`, `ordinals`, `money` (`amount`,
/// `currency`), `yes_no`, `names`, `service`, `intent`.
pub fn to_json(text: &str, language: Language, now: Timestamp, zone: &TimeZone) -> Value {
    let local = zone.to_datetime(now);
    let words = Words::of(text, language);
    // "330" alone is a time here, as it is where a time was asked for; "3" may be anything.
    let is_figure = words.norm(0).len() <= 2 && words.norm(0).bytes().all(|b| b.is_ascii_digit());
    let expects = if words.len() == 1 && !is_figure { Expectation::Time } else { Expectation::Open };
    let context =
        Context { language, now: local, expects, offered: false, read_back: false, services: &[], staff: &[] };
    let understood = understand(text, &context);
    let said = |range: &std::ops::Range<usize>| words.text(range.clone());
    json!({
        "text": text,
        "dates": moments::shown(&words, &understood, local),
        "calendar": calendar::dates(&words, local.year()),
        "email": understood.email.as_ref().map(|f| f.value.address.clone()),
        "phone": understood.phone.as_ref().map(|f| &f.value.number),
        "extension": understood.phone.as_ref().and_then(|f| f.value.extension.as_deref()),
        "web": web::find(&words),
        "spelled": spelled::runs(&words),
        "numbers": amounts::numbers(&words),
        "ordinals": amounts::ordinals(&words),
        "money": amounts::money(&words),
        "yes_no": answer::find(&words).map(|f| match f.value { Answer::Yes => "yes", Answer::No => "no" }),
        "names": understood.names.iter().map(|f| &f.value).collect::<Vec<_>>(),
        "service": understood.something_else.as_ref().map(|f| said(&f.words)),
        "intent": understood.intents.first().map(|f| f.value),
    })
}
