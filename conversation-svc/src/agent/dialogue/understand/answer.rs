//! Yes and no, in the many forms people give them.

use super::{
    Found,
    grammar::Phrases,
    words::{Break, Words},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    Yes,
    No,
}

/// Words of yes and no in a language.
pub struct Answers {
    pub yes: Phrases,
    pub no: Phrases,
    /// Words that may come before the answer: "well, yes", "oh no".
    pub leading: &'static [&'static str],
    /// Words of a yes that can only be meant as one.
    pub plain_yes: &'static [&'static str],
    /// Of a yes, those that only take note of what was said: beside a question they settle nothing.
    pub notes: &'static [&'static str],
    /// Answers only where their sentence ends: "I would", not "I would like".
    pub closing: Phrases,
    /// Neither: "not sure", "I don't mind".
    pub undecided: Phrases,
    /// Answers only where they lead: praise, and words that are often something else.
    pub weak: &'static [&'static str],
    /// Before a yes they make it a no.
    pub negations: &'static [&'static str],
    /// What begins like an answer and is none; an accent that was written tells them apart ("si puede ser", "sí").
    pub none: Phrases,
    /// A no when it is all there is: what a recogniser makes of one.
    pub heard_as_no: &'static [&'static str],
}

/// Whether a yes may only take note of what was said.
pub fn acknowledges(words: &Words<'_>, found: &Found<Answer>) -> bool {
    let plain = words.grammar().answers.plain_yes;
    found.value == Answer::Yes && !found.words.clone().any(|i| plain.contains(&words.norm(i)))
}

/// Whether a text says yes in words that settle what was asked, though more may be asked in the same breath.
pub fn settles(words: &Words<'_>, found: &Found<Answer>) -> bool {
    let answers = &words.grammar().answers;
    let settling = |i: usize| {
        longest(words, i, answers.yes)
            .is_some_and(|n| !answers.notes.contains(&words.text(i..i + n).to_lowercase().as_str()))
    };
    found.value == Answer::Yes && (found.words.start..words.len()).any(settling)
}

/// The answer a text gives, if it gives one. What stands first counts: "yes. I said no" is a yes.
pub fn find(words: &Words<'_>) -> Option<Found<Answer>> {
    let answers = &words.grammar().answers;
    if words.len() == 1 && answers.heard_as_no.contains(&words.norm(0)) {
        return Some(Found::new(Answer::No, 0.6, 0..1));
    }
    let mut leading = true;
    let mut next = 0;
    for i in 0..words.len() {
        if i < next {
            continue;
        }
        if let Some(n) = words.any_phrase(i, answers.none).filter(|_| words.text(i..i + 1).is_ascii()) {
            next = i + n;
            leading = false;
            continue;
        }
        if let Some(n) = words.any_phrase(i, answers.undecided) {
            next = i + n;
            leading = false;
            continue;
        }
        let closes = |n: &usize| words.break_after(i + n - 1) != Break::None || i + n == words.len();
        let closing = words.any_phrase(i, answers.closing).filter(closes);
        let yes = longest(words, i, answers.yes).max(closing);
        let no = longest(words, i, answers.no);
        if let Some((answer, n)) = match (yes, no) {
            (Some(y), Some(n)) if n >= y => Some((Answer::No, n)),
            (Some(y), _) => Some((Answer::Yes, y)),
            (None, Some(n)) => Some((Answer::No, n)),
            (None, None) => None,
        } {
            let word = words.norm(i);
            let weak = n == 1 && answers.weak.contains(&word);
            // "Okay, no", "please no"
            if weak && answer == Answer::Yes && longest(words, i + n, answers.no).is_some() {
                leading &= answers.leading.contains(&word) || answers.notes.contains(&word);
                continue;
            }
            let negated = i > 0 && answers.negations.contains(&words.before(i));
            if negated {
                return Some(Found::new(Answer::No, 0.8, i - 1..i + n));
            }
            if leading || !weak && i < 4 {
                let confidence = if leading && (n > 1 || !weak) {
                    0.95
                } else if leading {
                    0.7
                } else {
                    0.6
                };
                return Some(Found::new(answer, confidence, i..i + n));
            }
        }
        leading &= answers.leading.contains(&words.norm(i));
    }
    None
}

fn longest(words: &Words<'_>, i: usize, phrases: &[&str]) -> Option<usize> {
    let thumbs =
        words.norm(i).chars().next().filter(|c| matches!(c, '👌' | '👍' | '👎' | '✋' | '🖐')).map(String::from);
    if let Some(thumb) = thumbs {
        return phrases.contains(&thumb.as_str()).then_some(1);
    }
    words.any_phrase(i, phrases)
}

#[cfg(test)]
mod tests {
    use proto::Language;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("Yes.")]
    #[case("yeah, that's right")]
    #[case("Yep")]
    #[case("sure, go ahead")]
    #[case("That's correct.")]
    #[case("sounds good")]
    #[case("Please do")]
    #[case("that works for me")]
    #[case("Well, yes")]
    #[case("Yes. I said no")]
    #[case("👌🏾 It's ok")]
    #[case("book it")]
    #[case("That one sounds really good")]
    #[case("Yeah, I like the sound of him")]
    #[case("That would be great")]
    #[case("that time is fine")]
    #[case("This one works great for me")]
    #[case("I'd like to try that one")]
    #[case("I accept this one")]
    #[case("That's just what I need")]
    #[case("Tuesday would be perfect")]
    #[case("No problem")]
    fn yes(#[case] text: &str) {
        assert_eq!(find(&Words::of(text, Language::English)).map(|f| f.value), Some(Answer::Yes), "{text}");
    }

    #[rstest]
    #[case("No.")]
    #[case("nope")]
    #[case("No, on Thursday")]
    #[case("that's not right")]
    #[case("That is wrong")]
    #[case("I don't think so")]
    #[case("no. I said the fourth of July")]
    #[case("disagree")]
    #[case("No thanks, that's all")]
    #[case("know")]
    #[case("not really")]
    #[case("absolutely not")]
    #[case("Of course not!")]
    #[case("certainly not")]
    #[case("I guess not")]
    #[case("please no")]
    #[case("okay, no thanks")]
    #[case("Maybe later")]
    #[case("Not at this time")]
    #[case("Nothing, thanks")]
    #[case("that would not be great")]
    fn no(#[case] text: &str) {
        assert_eq!(find(&Words::of(text, Language::English)).map(|f| f.value), Some(Answer::No), "{text}");
    }

    #[rstest]
    #[case("I'd like a massage tomorrow")]
    #[case("Alex Morrison")]
    #[case("what time do you open")]
    #[case("not sure")]
    #[case("I'm not sure")]
    #[case("I don't know")]
    #[case("I don't mind")]
    #[case("no preference")]
    #[case("I would like a table")]
    #[case("please change the time")]
    #[case("it doesn't matter")]
    #[case("")]
    fn neither(#[case] text: &str) {
        assert_eq!(find(&Words::of(text, Language::English)), None, "{text}");
    }
}
