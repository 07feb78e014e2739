//! Written text to the words that are said: "Tue 2:30 PM, $90" becomes "Tuesday two thirty P M, ninety dollars". Each
//! word remembers where in the text it came from, so that what was heard can be told in characters of the text.

mod address;
mod amounts;
mod clock;
mod numbers;
mod plain;
mod spelling;

/// A word to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    pub said: Said,
    /// Characters of the text that have been said when this word has.
    pub end: usize,
    /// The punctuation after it, one of `, . ? ! ; :`.
    pub pause: Option<char>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    Word(String),
    /// A letter of the alphabet by its name.
    Letter(char),
}

/// What a reading of one or more tokens gives: words, each with a pause after it or not.
type Spoken = Vec<(Said, Option<char>)>;

/// A reading: how many tokens it takes, and what is said for them.
type Reading = Option<(usize, Spoken)>;

/// What stands between the two ends of a range.
const DASHES: [char; 2] = ['-', '–'];

/// A piece of the text without spaces in it.
#[derive(Debug)]
struct Token<'a> {
    /// Without the punctuation around it.
    core: &'a str,
    /// The pause that the punctuation behind it asks for.
    pause: Option<char>,
    /// Characters of the text up to the token's end.
    end: usize,
}

/// The words of a text, in the order they are said.
pub fn words(text: &str) -> Vec<Word> {
    let tokens = tokens(text);
    let mut words: Vec<Word> = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let (taken, spoken) = read(&tokens[at..]);
        let last = &tokens[(at + taken).min(tokens.len()) - 1];
        at += taken;
        let Some(final_word) = spoken.len().checked_sub(1) else {
            // Punctuation alone: its pause belongs to the word before.
            if let Some(before) = words.last_mut() {
                before.end = last.end;
                before.pause = before.pause.or(last.pause);
            }
            continue;
        };
        for (index, (said, pause)) in spoken.into_iter().enumerate() {
            let pause = if index == final_word { last.pause.or(pause) } else { pause };
            words.push(Word { said, end: last.end, pause });
        }
    }
    words
}

/// The first reading that fits what stands at the front.
fn read(tokens: &[Token<'_>]) -> (usize, Spoken) {
    const READINGS: &[fn(&[Token<'_>]) -> Reading] = &[
        plain::nothing_to_say,
        amounts::phone_number,
        address::email,
        amounts::fraction,
        clock::time,
        clock::date,
        amounts::money,
        amounts::percentage,
        address::domain,
        spelling::spelled_out,
        numbers::ordinal_figure,
        amounts::range,
        numbers::digits_after_cue,
        numbers::figure,
        amounts::with_unit,
        spelling::code,
        spelling::acronym,
        plain::abbreviation,
    ];
    READINGS.iter().find_map(|reading| reading(tokens)).unwrap_or_else(|| plain::word(tokens))
}

fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut characters = 0;
    let mut start: Option<usize> = None;
    for (at, character) in text.char_indices() {
        if character.is_whitespace() {
            if let Some(start) = start.take() {
                tokens.push(token(&text[start..at], characters));
            }
        } else if start.is_none() {
            start = Some(at);
        }
        characters += 1;
    }
    if let Some(start) = start {
        tokens.push(token(&text[start..], characters));
    }
    for index in 1..tokens.len() {
        let next = tokens[index].core;
        let before = &mut tokens[index - 1];
        if before.pause == Some('.') && plain::keeps_its_stop(before.core, next) {
            before.pause = None;
        }
    }
    // Whatever trails behind the last word is said with it.
    if let Some(last) = tokens.last_mut() {
        last.end = characters;
    }
    tokens
}

fn token(written: &str, end: usize) -> Token<'_> {
    let is_wrapping = |character: char| "\"“”‘’'()[]{}<>*_".contains(character);
    let is_stop = |character: char| ".,;:?!…".contains(character);
    let core = written
        .trim_start_matches(is_wrapping)
        .trim_end_matches(|character| is_wrapping(character) || is_stop(character));
    let tail = &written[written.rfind(core).unwrap_or(0) + core.len()..];
    let pause = tail.chars().find(|&character| is_stop(character)).map(|stop| if stop == '…' { '.' } else { stop });
    let is_dash = written.chars().all(|character| "-–—".contains(character));
    let closes = (is_dash || tail.contains([')', ']'])).then_some(',');
    Token { core, pause: pause.or(closes), end }
}

fn word(text: impl Into<String>) -> (Said, Option<char>) {
    (Said::Word(text.into()), None)
}

fn letter(letter: char) -> (Said, Option<char>) {
    (Said::Letter(letter.to_ascii_lowercase()), None)
}

/// The words of a phrase of plain words.
fn phrase(text: &str) -> Spoken {
    text.split_whitespace().map(word).collect()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    /// The words as a line: letters in capitals, pauses as written.
    fn line(text: &str) -> String {
        let said = words(text).into_iter().map(|word| {
            let mut said = match word.said {
                Said::Word(word) => word,
                Said::Letter(letter) => letter.to_uppercase().to_string(),
            };
            said.extend(word.pause);
            said
        });
        said.collect::<Vec<_>>().join(" ")
    }

    #[rstest]
    #[case::plain("Hello, how can I help?", "Hello, how can I help?")]
    #[case::quoted("\"Sure\" (why not).", "Sure why not.")]
    #[case::dash("Great — see you", "Great, see you")]
    #[case::ellipsis("One moment…", "One moment.")]
    #[case::time("at 2:30 PM.", "at two thirty P M.")]
    #[case::full_hour("2:00 p.m. works", "two P M works")]
    #[case::oh("9:05 AM", "nine oh five A M")]
    #[case::day_clock("at 14:15", "at fourteen fifteen")]
    #[case::o_clock("at 3:00", "at three o'clock")]
    #[case::joined("2pm or 10AM", "two P M or ten A M")]
    #[case::hour_alone("2 PM", "two P M")]
    #[case::noon("12:00 PM", "twelve P M")]
    #[case::hours("9:00 AM-5:30 PM", "nine A M to five thirty P M")]
    #[case::ordinal("December 1st", "December first")]
    #[case::month_day("Dec 21, 2026", "December twenty first, twenty twenty six")]
    #[case::weekday("Tue, Jan 5", "Tuesday, January fifth")]
    #[case::iso("2026-12-01", "December first, twenty twenty six")]
    #[case::not_a_date("in March 12 people came", "in March twelfth people came")]
    #[case::price("$90", "ninety dollars")]
    #[case::one_dollar("$1", "one dollar")]
    #[case::cents("$49.50,", "forty nine dollars and fifty cents,")]
    #[case::thousands("$1,250", "one thousand two hundred fifty dollars")]
    #[case::euro("€20", "twenty euros")]
    #[case::pounds("£0.99", "ninety nine pence")]
    #[case::percent("20% off", "twenty percent off")]
    #[case::phone("(555) 123-4567", "five five five, one two three, four five six seven")]
    #[case::phone_dashes("555-123-4567.", "five five five, one two three, four five six seven.")]
    #[case::phone_plus("+1 555 123 4567", "plus one, five five five, one two three, four five six seven")]
    #[case::phone_plain("call 5551234567", "call five five five, one two three, four five six seven")]
    #[case::last_digits("ending in 4567", "ending in four five six seven")]
    #[case::email("alex@example.com", "alex at example dot com")]
    #[case::email_parts(
        "alex.morrison_99@mail.example.org.",
        "alex dot morrison underscore nine nine at mail dot example dot org."
    )]
    #[case::email_spelled("jdf@example.io", "J D F at example dot I O")]
    #[case::domain("www.example.com", "W W W dot example dot com")]
    #[case::spelled("A, L, E, X", "A, L, E, X")]
    #[case::spelled_hyphens("a-l-e-x", "A, L, E, X")]
    #[case::article("A haircut", "A haircut")]
    #[case::middle_initial("John Q. Public", "John Q. Public")]
    #[case::integer("for 45 minutes", "for forty five minutes")]
    #[case::hundreds("1,200 people", "one thousand two hundred people")]
    #[case::decimal("4.5 stars", "four point five stars")]
    #[case::zero("0", "zero")]
    #[case::leading_zero("007", "zero zero seven")]
    #[case::too_long(
        "12345678901234567890123",
        "one two three four five six seven eight nine zero one two three four five six seven eight nine zero one two three"
    )]
    #[case::year("in 2027", "in twenty twenty seven")]
    #[case::negative("-5 degrees", "minus five degrees")]
    #[case::range("9-5", "nine to five")]
    #[case::range_en("30–45 minutes", "thirty to forty five minutes")]
    #[case::code("K7M2", "K, seven, M, two")]
    #[case::acronym("SMS or VIP", "S M S or V I P")]
    #[case::word_in_capitals("OK, PLEASE", "okay, PLEASE")]
    #[case::titles("Dr. Lee and Mrs. Fox", "doctor Lee and missus Fox")]
    #[case::street("12 Main St.", "twelve Main street.")]
    #[case::minutes("30 min", "thirty minutes")]
    #[case::ampersand("cut & color", "cut and color")]
    #[case::hyphen("follow-up", "follow up")]
    #[case::slash("and/or", "and or")]
    #[case::always("24/7", "twenty four seven")]
    #[case::number_sign("#12", "number twelve")]
    #[case::symbols("✂️ → ", "")]
    #[case::curly("I’ll", "I'll")]
    #[case::price("$85", "eighty five dollars")]
    #[case::price_cents("$85.50", "eighty five dollars and fifty cents")]
    #[case::cents_alone("$.50", "fifty cents")]
    #[case::price_range("$40–$60.", "forty to sixty dollars.")]
    #[case::price_range_short("$40-60", "forty to sixty dollars")]
    #[case::price_range_cents("$9.50-$12", "nine dollars and fifty cents to twelve dollars")]
    #[case::price_per_hour("$85/hour or $90/hr", "eighty five dollars per hour or ninety dollars per hour")]
    #[case::price_from("$85+", "eighty five dollars and up")]
    #[case::no_price("$85-ish", "eighty five ish")]
    #[case::half_past("2:30 pm", "two thirty P M")]
    #[case::dotted_half("2:30 p.m.", "two thirty P M.")]
    #[case::hours("9–5", "nine to five")]
    #[case::hours_half("9-10am", "nine to ten A M")]
    #[case::hours_half_after("9–5 p.m.", "nine to five P M.")]
    #[case::day_ordinal("March 3rd", "March third")]
    #[case::days_of_a_month("March 3–5, 2027", "March third to fifth, twenty twenty seven")]
    #[case::slashed("3/4/2026", "March fourth, twenty twenty six")]
    #[case::slashed_short("on 12/25/26.", "on December twenty fifth, twenty twenty six.")]
    #[case::slashed_day("3/4", "March fourth")]
    #[case::no_month("13/4", "thirteen four")]
    #[case::fraction("1/2 hour", "one half hour")]
    #[case::weekdays("Mon–Fri", "Monday to Friday")]
    #[case::international("+1 415 555 0123", "plus one, four one five, five five five, zero one two three")]
    #[case::extension("(415) 555-0123 ext. 12", "four one five, five five five, zero one two three extension one two")]
    #[case::doctor("Dr. Smith", "doctor Smith")]
    #[case::drive("45 Oak Dr.", "forty five Oak drive.")]
    #[case::saint("St. Mary's on 12 Main St.", "saint Mary's on twelve Main street.")]
    #[case::street_then_more("on Elm St. Please ring", "on Elm street. Please ring")]
    #[case::road("Suite 4, Mill Rd.", "Suite four, Mill road.")]
    #[case::number("No. 5", "number five")]
    #[case::percent("10%", "ten percent")]
    #[case::percents("10–15% off", "ten to fifteen percent off")]
    #[case::ordinal("the 22nd", "the twenty second")]
    #[case::ordinals("1st–3rd", "first to third")]
    #[case::years("2024–2026", "twenty twenty four to twenty twenty six")]
    #[case::ninety_minutes("a 90-minute massage", "a ninety minute massage")]
    #[case::minutes_joined("60min", "sixty minutes")]
    #[case::code_with_a_hyphen("AB-12", "A, B, one, two")]
    fn text_is_read_as_one_would_say_it(#[case] text: &str, #[case] said: &str) {
        assert_eq!(line(text), said);
    }

    #[test]
    fn every_word_knows_its_place() {
        let text = "At 2:30 PM, José.  ";
        let ends: Vec<_> = words(text).iter().map(|word| word.end).collect();
        assert_eq!(ends, [2, 11, 11, 11, 11, text.chars().count()]);
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_to_its_end(text in "\\PC{0,60}") {
            let words = words(&text);
            proptest::prop_assert!(words.windows(2).all(|pair| pair[0].end <= pair[1].end));
            if let Some(last) = words.last() {
                proptest::prop_assert_eq!(last.end, text.chars().count());
            }
        }

        #[test]
        fn odd_figures_are_read(text in "[-+$€0-9.,:/()@ apm%#]{0,24}") {
            words(&text);
        }
    }
}
