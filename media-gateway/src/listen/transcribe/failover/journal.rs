//! What a recogniser was told about utterances whose words have not come, so that a spare can be told the same.

use std::collections::VecDeque;

use call::UtteranceId;

use super::super::{
    Command,
    remote::{Encoder, Encoding},
};
use crate::{
    listen::{LISTENING_RATE_HZ, mulaw, resample::Upsampler},
    speech::Expected,
};

/// 20 s, the longest utterance but for what is dictated. Beyond, the oldest sound is forgotten, and counted.
const KEPT_MAX: usize = 20 * LISTENING_RATE_HZ as usize;
/// While nothing is said: enough for the beginning of a word that the detector is still to notice. 2 s.
const QUIET_MAX: usize = 2 * LISTENING_RATE_HZ as usize;
/// Samples that are kept, and forgotten, together: 100 ms.
const STRETCH: usize = LISTENING_RATE_HZ as usize / 10;

#[derive(Debug)]
pub struct Journal {
    entries: VecDeque<Entry>,
    /// Samples of all entries.
    kept: usize,
    encoder: Encoder,
    /// Speech went on at the beginning of the first entry.
    began_speaking: bool,
    /// The utterance that is open has speech in it.
    open_has_speech: bool,
    speaking: bool,
    /// What was expected at the beginning of the first entry.
    began_expecting: Expected,
}

#[derive(Debug)]
enum Entry {
    /// As the telephone has it: an eighth of the memory, and no worse. So many samples.
    Audio {
        mulaw: Vec<u8>,
        length: usize,
    },
    SpeechStarted,
    SpeechStopped,
    Finalize(UtteranceId),
    Expect(Expected),
}

impl Default for Journal {
    fn default() -> Self {
        Self {
            entries: VecDeque::new(),
            kept: 0,
            encoder: Encoder::new(Encoding::Mulaw),
            began_speaking: false,
            open_has_speech: false,
            speaking: false,
            began_expecting: Expected::default(),
        }
    }
}

impl Journal {
    pub fn note(&mut self, command: &Command) {
        match command {
            Command::Audio(samples) => self.note_audio(samples),
            Command::SpeechStarted => {
                (self.speaking, self.open_has_speech) = (true, true);
                self.entries.push_back(Entry::SpeechStarted);
            }
            Command::SpeechStopped => {
                self.speaking = false;
                self.entries.push_back(Entry::SpeechStopped);
            }
            Command::Finalize(id) => {
                self.open_has_speech = self.speaking;
                self.entries.push_back(Entry::Finalize(*id));
            }
            Command::Expect(expected) if self.entries.is_empty() => self.began_expecting = *expected,
            Command::Expect(expected) => self.entries.push_back(Entry::Expect(*expected)),
        }
    }

    /// The words of this utterance came: nobody need hear it again. False if they were not owed.
    pub fn answered(&mut self, id: UtteranceId) -> bool {
        let is_owed = self.owed().next() == Some(id);
        while is_owed && let Some(entry) = self.pop() {
            if matches!(entry, Entry::Finalize(_)) {
                break;
            }
        }
        is_owed
    }

    /// The utterances whose words are owed, oldest first.
    pub fn owed(&self) -> impl Iterator<Item = UtteranceId> {
        self.entries.iter().filter_map(|entry| match entry {
            Entry::Finalize(id) => Some(*id),
            Entry::Audio { .. } | Entry::SpeechStarted | Entry::SpeechStopped | Entry::Expect(_) => None,
        })
    }

    /// Everything again, in order.
    pub fn replay(&self) -> impl Iterator<Item = Command> {
        let expecting = (self.began_expecting != Expected::default()).then_some(Command::Expect(self.began_expecting));
        let resumed = self.began_speaking.then_some(Command::SpeechStarted);
        let (mut upsampler, mut narrow) = (Upsampler::default(), Vec::new());
        expecting.into_iter().chain(resumed).chain(self.entries.iter().map(move |entry| match entry {
            Entry::Audio { mulaw, length } => {
                narrow.clear();
                mulaw::decode_to_f32(mulaw, &mut narrow);
                let mut wide = Vec::with_capacity(2 * narrow.len());
                upsampler.push(&narrow, &mut wide);
                wide.truncate(*length);
                Command::Audio(wide)
            }
            Entry::SpeechStarted => Command::SpeechStarted,
            Entry::SpeechStopped => Command::SpeechStopped,
            Entry::Finalize(id) => Command::Finalize(*id),
            Entry::Expect(expected) => Command::Expect(*expected),
        }))
    }

    fn note_audio(&mut self, samples: &[f32]) {
        self.kept += samples.len();
        match self.entries.back_mut() {
            Some(Entry::Audio { mulaw, length }) if *length + samples.len() <= STRETCH => {
                self.encoder.encode(samples, mulaw);
                *length += samples.len();
            }
            _ => {
                let length = samples.len();
                let mut mulaw = Vec::with_capacity(length.max(STRETCH).div_ceil(2));
                self.encoder.encode(samples, &mut mulaw);
                self.entries.push_back(Entry::Audio { mulaw, length });
            }
        }
        let is_quiet = !self.open_has_speech && self.owed().next().is_none();
        let most = if is_quiet { QUIET_MAX } else { KEPT_MAX };
        while self.kept > most {
            if !is_quiet {
                metrics::counter!("transcribe_journal_dropped_total").increment(1);
            }
            self.forget_oldest_audio();
        }
    }

    /// Speech is forgotten with its sound; utterances stay owed.
    fn forget_oldest_audio(&mut self) {
        let finalize_at = self.entries.iter().position(|entry| matches!(entry, Entry::Finalize(_)));
        let Some(audio_at) = self.entries.iter().position(|entry| matches!(entry, Entry::Audio { .. })) else {
            self.kept = 0;
            return;
        };
        if finalize_at.is_none_or(|at| at > audio_at) {
            for _ in 0..=audio_at {
                self.pop();
            }
        } else if let Some(Entry::Audio { length, .. }) = self.entries.remove(audio_at) {
            self.kept -= length;
        }
    }

    fn pop(&mut self) -> Option<Entry> {
        let entry = self.entries.pop_front()?;
        match &entry {
            Entry::Audio { length, .. } => self.kept -= length,
            Entry::SpeechStarted => self.began_speaking = true,
            Entry::SpeechStopped => self.began_speaking = false,
            Entry::Expect(expected) => self.began_expecting = *expected,
            Entry::Finalize(_) => {}
        }
        Some(entry)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STEP: usize = 320;

    /// Sound of this many milliseconds.
    fn sound(journal: &mut Journal, ms: usize) {
        for _ in 0..ms / 20 {
            journal.note(&Command::Audio(vec![0.5; STEP]));
        }
    }

    /// What a spare would be told, as one line.
    fn told(journal: &Journal) -> String {
        let mut told = String::new();
        let mut ms = 0;
        let flush = |ms: &mut usize, told: &mut String| {
            if *ms > 0 {
                told.push_str(&format!("{ms} ms, "));
            }
            *ms = 0;
        };
        for command in journal.replay() {
            if let Command::Audio(samples) = command {
                let last = samples.last().copied().unwrap_or_default();
                assert!((last - 0.5).abs() < 0.02, "{last}");
                ms += samples.len() / 16;
                continue;
            }
            flush(&mut ms, &mut told);
            told.push_str(&match command {
                Command::SpeechStarted => "started, ".to_owned(),
                Command::SpeechStopped => "stopped, ".to_owned(),
                Command::Finalize(id) => format!("finalize {}, ", id.number()),
                Command::Expect(expected) => format!("{expected:?}, "),
                Command::Audio(_) => unreachable!("taken above"),
            });
        }
        flush(&mut ms, &mut told);
        told.trim_end_matches(", ").to_owned()
    }

    #[test]
    fn silence_is_kept_only_for_a_moment() {
        let mut journal = Journal::default();
        sound(&mut journal, 60_000);
        assert_eq!(told(&journal), "2000 ms");
    }

    #[test]
    fn an_utterance_is_kept_until_its_words_come() {
        let mut journal = Journal::default();
        sound(&mut journal, 500);
        journal.note(&Command::SpeechStarted);
        sound(&mut journal, 3_000);
        journal.note(&Command::SpeechStopped);
        sound(&mut journal, 300);
        journal.note(&Command::Finalize(UtteranceId::FIRST));
        sound(&mut journal, 100);
        assert_eq!(told(&journal), "500 ms, started, 3000 ms, stopped, 300 ms, finalize 1, 100 ms");
        assert!(!journal.answered(UtteranceId::new(7)), "never asked for");
        assert!(journal.answered(UtteranceId::FIRST));
        assert!(!journal.answered(UtteranceId::FIRST), "once");
        assert_eq!(told(&journal), "100 ms");
    }

    #[test]
    fn speech_that_goes_on_over_an_end_goes_on_in_the_replay() {
        let mut journal = Journal::default();
        journal.note(&Command::SpeechStarted);
        sound(&mut journal, 1_000);
        journal.note(&Command::Finalize(UtteranceId::FIRST));
        sound(&mut journal, 2_500);
        assert!(journal.answered(UtteranceId::FIRST));
        assert_eq!(told(&journal), "started, 2500 ms");
    }

    #[test]
    fn a_very_long_utterance_loses_its_beginning_and_stays_owed() {
        let mut journal = Journal::default();
        journal.note(&Command::SpeechStarted);
        sound(&mut journal, 15_000);
        journal.note(&Command::Finalize(UtteranceId::FIRST));
        sound(&mut journal, 10_000);
        assert_eq!(told(&journal), "started, 10000 ms, finalize 1, 10000 ms");
        sound(&mut journal, 15_000);
        assert_eq!(told(&journal), "started, finalize 1, 20000 ms");
    }

    #[test]
    fn what_is_expected_is_told_again_where_it_was_told() {
        let mut journal = Journal::default();
        journal.note(&Command::Expect(Expected::Digits));
        sound(&mut journal, 5_000);
        assert_eq!(told(&journal), "Digits, 2000 ms");
        journal.note(&Command::SpeechStarted);
        journal.note(&Command::Finalize(UtteranceId::FIRST));
        journal.note(&Command::Expect(Expected::Anything));
        sound(&mut journal, 1_000);
        assert_eq!(told(&journal), "Digits, 2000 ms, started, finalize 1, Anything, 1000 ms");
        assert!(journal.answered(UtteranceId::FIRST));
        assert_eq!(told(&journal), "Digits, started, Anything, 1000 ms");
    }
}
