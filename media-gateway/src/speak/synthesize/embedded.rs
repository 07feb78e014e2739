//! Synthesis by the engine in this process. A clause is drafted at once and rendered in stretches that grow, so that
//! the first sound is there after a short stretch, however long the sentence is.

use std::{collections::VecDeque, time::Duration};

use bytes::Bytes;

use super::{
    Chunk, SynthesisError,
    clauses::{clauses, silence_after},
    level,
    wording::{Said, Word, words},
};
use crate::{
    listen::{TELEPHONE_RATE_HZ, mulaw, resample::Downsampler},
    speech::{
        Bench, Draft, Engine, Line, Pending, Priority, Work,
        pronounce::{Pronounced, letter_name, pronounce},
    },
};

/// Samples of a telephone frame; chunks are whole frames.
const FRAME: usize = TELEPHONE_RATE_HZ as usize / 50;
/// Samples of a chunk, 400 ms: often enough to know which words were heard.
const CHUNK: usize = 20 * FRAME;

/// The draft's frames of the first stretch (about 0.3 s of sound); each next one is twice as long, up to the most. A
/// stretch costs its context on top, so longer ones are cheaper.
const STRETCH_FIRST: usize = 26;
const STRETCH_MAX: usize = 104;

/// A text on its way to speech.
pub struct Reading {
    engine: Engine,
    line: Line,
    priority: Priority,
    clauses: VecDeque<Clause>,
    working: Option<Pending<Result<Passage, SynthesisError>>>,
    /// Why the first job could not be queued; told at the first step.
    refused: Option<SynthesisError>,
}

pub enum Step {
    Chunks(Vec<Chunk>),
    Done,
}

struct Clause {
    words: Vec<Pronounced>,
    /// For each word, the characters of the text that have been said when it has.
    ends: Vec<usize>,
    /// The same, before the first of them.
    start: usize,
    silence_after: Duration,
}

impl Reading {
    pub fn begin(engine: &Engine, line: &Line, priority: Priority, text: &str) -> Self {
        let words = words(text);
        let start = |index: usize| index.checked_sub(1).map_or(0, |before| words[before].end);
        let clauses =
            clauses(&words).into_iter().filter_map(|range| clause(start(range.start), &words[range])).collect();
        let mut reading =
            Self { engine: engine.clone(), line: line.clone(), priority, clauses, working: None, refused: None };
        reading.refused = reading.queue_next(None).err();
        reading
    }

    /// The next chunks. May be dropped while it waits; the work goes on.
    pub async fn step(&mut self) -> Result<Step, SynthesisError> {
        if let Some(error) = self.refused.take() {
            return Err(error);
        }
        let Some(working) = &mut self.working else { return Ok(Step::Done) };
        let result = working.await;
        self.working = None;
        let mut passage = result??;
        let chunks = std::mem::take(&mut passage.made);
        // Only the first sound of a reply is awaited in silence.
        if self.priority == Priority::Urgent {
            self.priority = Priority::Following;
        }
        self.queue_next(Some(passage).filter(|passage| !passage.is_complete()))?;
        Ok(Step::Chunks(chunks))
    }

    /// Queues the rest of a passage, or the next clause.
    fn queue_next(&mut self, rest: Option<Passage>) -> Result<(), SynthesisError> {
        let rate = self.engine.voice_rate_hz();
        let gain = level::gain_for(self.engine.voice_rms());
        let passage = match rest {
            Some(passage) => passage,
            None => match self.clauses.pop_front() {
                Some(clause) => Passage::new(clause, rate, gain)?,
                None => return Ok(()),
            },
        };
        let work = Work::Say(self.engine.voice_frame() * u32::try_from(passage.stretch).unwrap_or(u32::MAX));
        self.working = Some(self.engine.submit(&self.line, self.priority, work, move |bench| passage.advance(bench))?);
        Ok(())
    }
}

fn clause(start: usize, words: &[Word]) -> Option<Clause> {
    let last = words.last()?;
    let spoken: Vec<Pronounced> = words
        .iter()
        .enumerate()
        .map(|(index, word)| {
            let next = words.get(index + 1).and_then(|next| match &next.said {
                Said::Word(word) => Some(word.as_str()),
                Said::Letter(_) => None,
            });
            let ipa = match &word.said {
                Said::Word(word) => pronounce(word, next),
                Said::Letter(letter) => letter_name(*letter).unwrap_or_default(),
            };
            Pronounced { ipa, pause: word.pause }
        })
        .collect();
    if spoken.iter().all(|word| word.ipa.is_empty()) {
        return None;
    }
    Some(Clause {
        words: spoken,
        ends: words.iter().map(|word| word.end).collect(),
        start,
        silence_after: silence_after(last.pause),
    })
}

/// A clause between two stretches: what the next job needs.
struct Passage {
    clause: Clause,
    draft: Option<Draft>,
    /// Frames that were rendered.
    rendered: usize,
    stretch: usize,
    downsampler: Downsampler,
    gain: f32,
    has_sound: bool,
    /// Codes that do not fill a frame yet.
    codes: Vec<u8>,
    made: Vec<Chunk>,
}

impl Passage {
    fn new(clause: Clause, rate_hz: u32, gain: f32) -> Result<Self, SynthesisError> {
        let downsampler = Downsampler::new(rate_hz).map_err(|error| SynthesisError::Failed(error.to_string()))?;
        Ok(Self {
            clause,
            draft: None,
            rendered: 0,
            stretch: STRETCH_FIRST,
            downsampler,
            gain,
            has_sound: false,
            codes: Vec::new(),
            made: Vec::new(),
        })
    }

    fn is_complete(&self) -> bool {
        self.draft.as_ref().is_some_and(|draft| self.rendered >= draft.frames())
    }

    /// Renders the next stretch that has sound in it.
    fn advance(mut self, bench: &Bench<'_>) -> Result<Self, SynthesisError> {
        let failed = |error: &dyn std::fmt::Display| SynthesisError::Failed(error.to_string());
        let draft = match self.draft.take() {
            Some(draft) => draft,
            None => bench.draft(&self.clause.words).map_err(|error| failed(&error))?,
        };
        let total = draft.frames();
        while self.made.is_empty() && self.rendered < total {
            let from = self.rendered;
            let to = (from + self.stretch).min(total);
            let voice = bench.render(&draft, from..to).map_err(|error| failed(&error))?;
            let mut samples = Vec::new();
            self.downsampler.push(&voice, &mut samples).map_err(|error| failed(&error))?;
            if to == total {
                self.downsampler.finish(&mut samples).map_err(|error| failed(&error))?;
            }
            self.rendered = to;
            self.stretch = (2 * self.stretch).min(STRETCH_MAX);
            self.take_samples(samples, &draft, from..to);
        }
        self.draft = Some(draft);
        Ok(self)
    }

    fn take_samples(&mut self, mut samples: Vec<f32>, draft: &Draft, frames: std::ops::Range<usize>) {
        let is_last = frames.end == draft.frames();
        level::apply(self.gain, &mut samples);
        if is_last {
            samples.truncate(level::offset(&samples));
        }
        if !self.has_sound {
            match level::onset(&samples) {
                Some(onset) => {
                    self.has_sound = true;
                    samples.drain(..onset);
                }
                None => samples.clear(),
            }
        }
        mulaw::encode_f32(&samples, &mut self.codes);
        if is_last {
            let silence = self.clause.silence_after.as_millis() as usize * TELEPHONE_RATE_HZ as usize / 1_000;
            let length = (self.codes.len() + silence).next_multiple_of(FRAME);
            self.codes.resize(length, mulaw::SILENCE);
        }
        let whole = self.codes.len() / FRAME * FRAME;
        let codes: Vec<u8> = self.codes.drain(..whole).collect();
        let mut at = 0;
        for chunk in codes.chunks(CHUNK) {
            at += chunk.len();
            let words = if is_last && at == whole {
                self.clause.ends.len()
            } else {
                draft.words_by(frames.start + frames.len() * at / whole)
            };
            let last = words.checked_sub(1).and_then(|last| self.clause.ends.get(last));
            let text_end = last.copied().unwrap_or(self.clause.start);
            self.made.push(Chunk { mulaw: Bytes::copy_from_slice(chunk), text_end });
        }
    }
}
