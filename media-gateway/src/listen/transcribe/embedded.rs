//! Recognition by the engine in this process. The model hears whole clips, so partials are made by hearing the growing
//! utterance again, and the final pass begins when speech stops, before anyone knows whether it stopped for good.

use std::{
    collections::VecDeque,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use call::UtteranceId;
use proto::Private;

use super::{
    Command, Heard, Recogniser,
    utterance::{Due, Utterance},
};
use crate::{
    listen::LISTENING_RATE_HZ,
    speech::{
        Bench, DECIDING_TRIES, Engine, Expected, Guess, Line, Pending, Prior, Priority, Rejected, RunError, Terms,
        Words, Work, makes_try,
    },
};

/// The model sometimes hears nothing in a clip that has speech; without the clip's first 0.3 s it does.
const RETRY_SKIPS: usize = LISTENING_RATE_HZ as usize * 3 / 10;

pub struct Embedded {
    engine: Engine,
    line: Line,
    id: UtteranceId,
    utterance: Utterance,
    /// The stretches of a long utterance that are over.
    divided: Vec<Stretch>,
    /// The pass that began when speech stopped; void as soon as more is said.
    early: Option<Stretch>,
    partial: Option<Pending<Result<Words, RunError>>>,
    /// A try came due while another was running.
    partial_owed: bool,
    /// Since speech began.
    tries_made: u32,
    /// What the last try heard: the next pass begins with it, and it stands in for a final one that cannot be made.
    latest: Words,
    /// Utterances that were ended and whose words are on the way, oldest first. The core ends the next one only when
    /// it has the words, so there are one or two.
    finals: VecDeque<Final>,
    lost: Loss,
    /// For passes that decide; a try along the way takes the words as they come.
    expected: Expected,
    terms: Arc<Terms>,
}

struct Final {
    id: UtteranceId,
    stretches: Vec<Stretch>,
}

/// The words of a stretch: on their way, or there.
enum Stretch {
    Coming { pass: Pending<Result<Words, RunError>>, instead: String },
    Known(String),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Loss {
    None,
    Noticed,
    Told,
}

impl Embedded {
    /// `first` is the utterance that is open.
    pub fn new(engine: Engine, terms: &[String], first: UtteranceId) -> Self {
        Self {
            engine,
            line: Line::default(),
            id: first,
            utterance: Utterance::new(),
            divided: Vec::new(),
            early: None,
            partial: None,
            partial_owed: false,
            tries_made: 0,
            latest: Words::default(),
            finals: VecDeque::new(),
            lost: Loss::None,
            expected: Expected::Anything,
            terms: Arc::new(Terms::new(terms)),
        }
    }
}

impl Recogniser for Embedded {
    fn send(&mut self, command: Command) {
        match command {
            Command::Audio(samples) => match self.utterance.push(&samples) {
                Due::Nothing => {}
                Due::Partial => self.try_partial(),
                Due::Stretch(sound) => {
                    let words = self.final_pass(sound, Priority::Following);
                    self.divide(words);
                }
            },
            Command::SpeechStarted => {
                let early = self.early.take();
                self.tries_made = 0;
                if let Due::Stretch(sound) = self.utterance.speech_started() {
                    let words = early.or_else(|| self.final_pass(sound, Priority::Following));
                    self.divide(words);
                }
            }
            Command::SpeechStopped => {
                if self.utterance.is_speaking() {
                    self.utterance.speech_stopped();
                    self.drop_partial();
                    // If there is no room, there may be when the utterance is over.
                    self.early = self.final_pass(self.utterance.sound().to_vec(), Priority::Urgent);
                }
            }
            Command::Finalize(id) => self.finalize(id),
            Command::Expect(expected) => self.expected = expected,
        }
    }

    fn poll_heard(&mut self, context: &mut Context<'_>) -> Poll<Heard> {
        if let Some(last) = self.finals.front_mut() {
            let text = ready!(poll_all(&mut last.stretches, &mut self.lost, context));
            let utterance = last.id;
            self.finals.pop_front();
            return Poll::Ready(Heard::Final { utterance, text: Private::new(text) });
        }
        if self.lost == Loss::Noticed {
            self.lost = Loss::Told;
            return Poll::Ready(Heard::Lost);
        }
        self.poll_partial(context)
    }
}

impl Embedded {
    /// Words so far: from a try while the caller speaks, or from the pass that began at the pause.
    fn poll_partial(&mut self, context: &mut Context<'_>) -> Poll<Heard> {
        loop {
            let heard = if let Some(Stretch::Coming { pass, .. }) = &mut self.early {
                ready!(Pin::new(pass).poll(context))
            } else if let Some(partial) = &mut self.partial {
                ready!(Pin::new(partial).poll(context))
            } else {
                return Poll::Pending;
            };
            self.partial = None;
            match heard {
                Ok(Ok(words)) if self.early.is_none() && is_babble(&words.text) => {}
                Ok(Ok(words)) => self.latest = words,
                Ok(Err(error)) => note_failure(&error),
                Err(error) => self.note_rejection(error),
            }
            if self.early.is_some() {
                self.early = Some(Stretch::Known(self.latest.text.clone()));
            } else if std::mem::take(&mut self.partial_owed) {
                self.try_partial();
            }
            let mut text = known(&self.divided);
            append(&mut text, &self.latest.text);
            if !text.is_empty() {
                return Poll::Ready(Heard::Partial { utterance: self.id, text: Private::new(text) });
            }
        }
    }

    fn try_partial(&mut self) {
        self.partial_owed = false;
        let load = self.engine.current_load();
        if !makes_try(load, self.utterance.tries_before(), self.tries_made) {
            metrics::counter!("transcribe_partials_shed_total", "load" => load.name()).increment(1);
            return;
        }
        if self.partial.is_some() {
            metrics::counter!("transcribe_partials_skipped_total").increment(1);
            self.partial_owed = true;
            return;
        }
        // Those that decide whether our voice gives way do not wait for its next sounds.
        let priority = if self.tries_made < DECIDING_TRIES { Priority::Following } else { Priority::Partial };
        let (sound, guess) = (self.utterance.sound().to_vec(), self.latest.guess.clone());
        let submitted = self.engine.submit(&self.line, priority, Work::hearing(&sound), move |bench| {
            bench.transcribe_knowing(&sound, &Prior { guess, ..Prior::default() })
        });
        match submitted {
            Ok(pending) => {
                self.tries_made += 1;
                self.partial = Some(pending);
            }
            Err(error) => self.note_rejection(error),
        }
    }

    /// `None` if it was refused.
    fn final_pass(&mut self, sound: Vec<f32>, priority: Priority) -> Option<Stretch> {
        let Words { text: instead, guess } = self.latest.clone();
        let prior = Prior { expected: self.expected, terms: Arc::clone(&self.terms), guess, is_whole: true };
        let submitted = self
            .engine
            .submit(&self.line, priority, Work::hearing(&sound), move |bench| transcribe_speech(bench, &sound, prior));
        match submitted {
            Ok(pass) => Some(Stretch::Coming { pass, instead }),
            Err(error) => {
                self.note_rejection(error);
                None
            }
        }
    }

    fn drop_partial(&mut self) {
        self.partial = None;
        self.partial_owed = false;
    }

    /// Without a pass of its own, a stretch keeps what the last try heard.
    fn divide(&mut self, words: Option<Stretch>) {
        let latest = std::mem::take(&mut self.latest);
        self.divided.push(words.unwrap_or(Stretch::Known(latest.text)));
        self.drop_partial();
    }

    fn finalize(&mut self, id: UtteranceId) {
        let had_speech = self.utterance.has_speech();
        let sound = self.utterance.finish();
        self.drop_partial();
        if had_speech && !sound.is_empty() {
            let words = self.early.take().or_else(|| self.final_pass(sound, Priority::Urgent));
            self.divide(words);
        }
        let stretches = std::mem::take(&mut self.divided);
        self.finals.push_back(Final { id, stretches });
        self.id = id.next();
    }

    fn note_rejection(&mut self, error: Rejected) {
        metrics::counter!("transcribe_passes_failed_total").increment(1);
        if error == Rejected::Stopped && self.lost == Loss::None {
            self.lost = Loss::Noticed;
        }
    }
}

/// A clip in which speech was heard: when the model finds no words, it is asked once more.
fn transcribe_speech(bench: &Bench<'_>, sound: &[f32], mut prior: Prior) -> Result<Words, RunError> {
    let words = bench.transcribe_knowing(sound, &prior)?;
    let has_words = words.text.contains(char::is_alphanumeric);
    match sound.get(RETRY_SKIPS..) {
        Some(rest) if !has_words && rest.len() >= RETRY_SKIPS => {
            metrics::counter!("transcribe_retries_total").increment(1);
            prior.guess = Guess::default();
            bench.transcribe_knowing(rest, &prior)
        }
        _ => Ok(words),
    }
}

/// The words of all stretches, once all are there.
fn poll_all(stretches: &mut [Stretch], lost: &mut Loss, context: &mut Context<'_>) -> Poll<String> {
    let mut text = String::new();
    for words in stretches {
        if let Stretch::Coming { pass, instead } = words {
            *words = Stretch::Known(match ready!(Pin::new(pass).poll(context)) {
                Ok(Ok(words)) => words.text,
                Ok(Err(error)) => {
                    note_failure(&error);
                    std::mem::take(instead)
                }
                Err(error) => {
                    metrics::counter!("transcribe_passes_failed_total").increment(1);
                    if error == Rejected::Stopped && *lost == Loss::None {
                        *lost = Loss::Noticed;
                    }
                    std::mem::take(instead)
                }
            });
        }
        if let Stretch::Known(words) = words {
            append(&mut text, words);
        }
    }
    Poll::Ready(text)
}

/// A cut word can send the model in circles: the same word or pair over and over is none that was said.
fn is_babble(text: &str) -> bool {
    const REPEATS: usize = 5;
    let words: Vec<&str> = text.split_whitespace().collect();
    (1..=2)
        .any(|period| words.windows(period * REPEATS).any(|run| run.chunks(period).all(|part| part == &run[..period])))
}

fn known(stretches: &[Stretch]) -> String {
    let mut text = String::new();
    for words in stretches {
        if let Stretch::Known(words) = words {
            append(&mut text, words);
        }
    }
    text
}

fn append(text: &mut String, words: &str) {
    if !text.is_empty() && !words.is_empty() {
        text.push(' ');
    }
    text.push_str(words);
}

fn note_failure(error: &RunError) {
    metrics::counter!("transcribe_passes_failed_total").increment(1);
    tracing::warn!(%error, "a recognition pass failed");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn circles_are_no_words() {
        assert!(is_babble("next, next, next, next, next, next"));
        assert!(is_babble("a 10 for 10 for 10 for 10 for 10 for"));
        assert!(!is_babble("five five five one two three four"));
        assert!(!is_babble("no no no"));
        assert!(!is_babble(""));
    }
}
