//! What happened on the line, in the line's own time: what was said and heard, frame by frame, and the figures made
//! of it. Everything is measured where a caller would: behind the carrier's buffer.

use std::{
    ops::Add,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use serde::Serialize;

use super::g711;

/// 20 ms of μ-law.
pub const FRAME_BYTES: usize = 160;
pub const FRAME_MS: u64 = 20;

/// Samples at or above this are sound; synthetic voices are silent far below it between words.
pub const AUDIBLE: u16 = 300;
/// Silence of this length parts two sounds of the agent.
const PAUSE: Duration = Duration::from_millis(200);
/// The line is recorded up to here; a call is far shorter.
const FRAMES_MAX: usize = 20 * 60 * 50;

/// A moment of the line, in frames since the stream began.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct LineTime(u64);

impl LineTime {
    pub const ZERO: Self = Self(0);

    pub const fn of_frame(frame: u64) -> Self {
        Self(frame)
    }

    pub const fn as_ms(self) -> u64 {
        self.0 * FRAME_MS
    }

    /// Milliseconds from `earlier` to here; zero when it is later.
    pub const fn ms_since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0) * FRAME_MS
    }

    const fn index(self) -> usize {
        // Line times come from counting frames, which is bounded.
        self.0 as usize
    }
}

impl Add<Duration> for LineTime {
    type Output = Self;

    fn add(self, later: Duration) -> Self {
        Self(self.0 + frames(later) as u64)
    }
}

/// A stretch of the agent's speech.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    pub from: LineTime,
    /// The end of its last sound.
    pub to: LineTime,
    /// 8 kHz.
    pub samples: Vec<i16>,
}

/// An utterance of the caller, and how the agent took it.
#[derive(Debug, Clone, Serialize)]
pub struct Spoken {
    pub text: String,
    pub from: LineTime,
    /// The end of its last sound.
    pub to: LineTime,
    /// From its end to the first sound of the agent after it; none when no sound came.
    pub utterance_end_to_first_audio_ms: Option<u64>,
    /// Set when the agent was speaking as it began: from its first sound to the agent's silence.
    pub onset_to_silence_ms: Option<u64>,
}

/// The figures of a call.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Report {
    /// From the stream's start to the agent's first sound.
    pub greeting_ms: Option<u64>,
    pub spoken: Vec<Spoken>,
    /// `clear` messages: each is an interruption of the agent.
    pub clears: u32,
    pub marks: u32,
    pub media_messages: u64,
    /// The most audio that waited in the carrier's buffer.
    pub buffered_ms_max: u64,
    pub discarded_bytes: usize,
    /// Messages that the carrier would have warned about and ignored, with the reason.
    pub malformed: Vec<String>,
    /// What the carrier's own voice said, from TwiML.
    pub carrier_said: Vec<String>,
    /// Who ended the call, and how.
    pub ended: Option<Ending>,
    pub duration_ms: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    CallerHungUp,
    SocketDropped,
    AgentHungUp,
    /// The socket broke, or our side sent nothing that could be read.
    Lost,
}

#[derive(Debug, Default)]
pub struct Recording {
    heard: Vec<[u8; FRAME_BYTES]>,
    audible: Vec<bool>,
    utterances: Vec<(String, LineTime, LineTime)>,
    pub figures: Report,
}

pub type SharedRecording = std::sync::Arc<Shared>;

/// A recording between the line's task and its user. Nobody holds it across a wait.
#[derive(Debug)]
pub struct Shared(Mutex<Recording>);

impl Shared {
    pub fn lock(&self) -> MutexGuard<'_, Recording> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Recording {
    pub fn shared() -> Shared {
        Shared(Mutex::default())
    }

    /// Adds what was heard in the next frame of the line.
    pub fn hear(&mut self, frame: [u8; FRAME_BYTES]) {
        if self.heard.len() < FRAMES_MAX {
            self.audible.push(is_audible(&frame));
            self.heard.push(frame);
        }
    }

    pub fn spoke(&mut self, text: String, from: LineTime, to: LineTime) {
        self.utterances.push((text, from, to));
    }

    /// The first sound at or after a moment. A sound that is under way counts.
    pub fn first_sound(&self, since: LineTime) -> Option<LineTime> {
        let offset = self.audible.get(since.index()..)?.iter().position(|&audible| audible)?;
        Some(LineTime(since.0 + offset as u64))
    }

    /// The first frame at or after a moment that is not pure silence, however soft.
    pub fn first_trace(&self, since: LineTime) -> Option<LineTime> {
        let offset = self.heard.get(since.index()..)?.iter().position(|frame| !is_silence(frame))?;
        Some(LineTime(since.0 + offset as u64))
    }

    /// Everything that was heard at or after a moment, 8 kHz.
    pub fn samples(&self, since: LineTime) -> Vec<i16> {
        let frames = self.heard.get(since.index()..).unwrap_or_default();
        frames.iter().flatten().map(|&byte| g711::decode(byte)).collect()
    }

    /// The longest stretch of pure silence between two moments.
    pub fn longest_silence(&self, from: LineTime, to: LineTime) -> Duration {
        let frames = self.heard.get(from.index()..to.index()).unwrap_or_default();
        let longest = frames.split(|frame| !is_silence(frame)).map(<[_]>::len).max().unwrap_or(0);
        Duration::from_millis(longest as u64 * FRAME_MS)
    }

    /// Speech that began at or after `since` and was followed by `quiet`.
    pub fn finished_speech(&self, since: LineTime, quiet: Duration) -> Option<Heard> {
        let from = self.first_sound(since)?;
        let to = self.silence_after(from, quiet)?;
        let samples = self.heard[from.index()..to.index()].iter().flatten().map(|&byte| g711::decode(byte)).collect();
        Some(Heard { from, to, samples })
    }

    /// Everything from the first sound at or after `since` to the end; none if there was no sound.
    pub fn speech_to_the_end(&self, since: LineTime) -> Option<Heard> {
        let from = self.first_sound(since)?;
        let last = self.audible.iter().rposition(|&audible| audible)?;
        let to = LineTime(last as u64 + 1);
        let samples = self.heard[from.index()..to.index()].iter().flatten().map(|&byte| g711::decode(byte)).collect();
        Some(Heard { from, to, samples })
    }

    /// The end of the last sound before the first silence of a length; none while there is no such silence yet.
    fn silence_after(&self, from: LineTime, length: Duration) -> Option<LineTime> {
        let mut last_sound = from.index();
        for (index, &audible) in self.audible.iter().enumerate().skip(from.index()) {
            if audible {
                last_sound = index;
            } else if index - last_sound >= frames(length) {
                return Some(LineTime(last_sound as u64 + 1));
            }
        }
        None
    }

    pub fn report(&self) -> Report {
        let mut report = self.figures.clone();
        report.greeting_ms = self.first_sound(LineTime::ZERO).map(LineTime::as_ms);
        report.duration_ms = LineTime(self.heard.len() as u64).as_ms();
        report.spoken = self.utterances.iter().map(|(text, from, to)| self.spoken(text.clone(), *from, *to)).collect();
        report
    }

    fn spoken(&self, text: String, from: LineTime, to: LineTime) -> Spoken {
        let speaking_at = |at: LineTime| self.audible.get(at.index()).copied().unwrap_or(false);
        let interrupted = speaking_at(from);
        let onset_to_silence_ms =
            interrupted.then(|| self.silence_after(from, PAUSE).map(|silent| silent.ms_since(from))).flatten();
        // Speech that ran on over the utterance's end is no answer to it.
        let answer_from = if speaking_at(to) { self.silence_after(to, PAUSE) } else { Some(to) };
        let first_audio = answer_from.and_then(|from| self.first_sound(from));
        Spoken {
            text,
            from,
            to,
            utterance_end_to_first_audio_ms: first_audio.map(|first| first.ms_since(to)),
            onset_to_silence_ms,
        }
    }
}

/// The stretch of samples from the first to the last sound.
pub fn sounding(samples: &[i16]) -> Option<std::ops::Range<usize>> {
    let loud = |sample: &i16| sample.unsigned_abs() >= AUDIBLE;
    let first = samples.iter().position(loud)?;
    let last = samples.iter().rposition(loud)?;
    Some(first..last + 1)
}

fn is_audible(frame: &[u8]) -> bool {
    frame.iter().any(|&byte| g711::decode(byte).unsigned_abs() >= AUDIBLE)
}

fn is_silence(frame: &[u8]) -> bool {
    frame.iter().all(|&byte| byte == g711::SILENCE)
}

const fn frames(length: Duration) -> usize {
    (length.as_millis() / FRAME_MS as u128) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOUND: [u8; FRAME_BYTES] = [0x90; FRAME_BYTES];
    const SILENT: [u8; FRAME_BYTES] = [0xFF; FRAME_BYTES];

    /// `#` is a frame of sound, anything else a silent one.
    fn heard(line: &str) -> Recording {
        let mut recording = Recording::default();
        line.chars().for_each(|c| recording.hear(if c == '#' { SOUND } else { SILENT }));
        recording
    }

    #[test]
    fn an_answer_is_timed_from_the_end_of_the_utterance() {
        let mut recording = heard("..##..............####..............");
        recording.spoke("hello".to_owned(), LineTime(6), LineTime(10));
        let report = recording.report();
        assert_eq!(report.greeting_ms, Some(40));
        assert_eq!(report.spoken[0].utterance_end_to_first_audio_ms, Some(160));
        assert_eq!(report.spoken[0].onset_to_silence_ms, None);
    }

    #[test]
    fn an_interruption_is_timed_from_its_onset_to_silence() {
        let mut recording = heard("##########..........................##..");
        recording.spoke("wait".to_owned(), LineTime(4), LineTime(14));
        let spoken = recording.report().spoken.remove(0);
        assert_eq!(spoken.onset_to_silence_ms, Some(120));
        assert_eq!(spoken.utterance_end_to_first_audio_ms, Some(22 * 20));
    }

    #[test]
    fn speech_is_finished_after_the_quiet_and_not_before() {
        let quiet = Duration::from_millis(80);
        assert_eq!(heard("..##..##").finished_speech(LineTime::ZERO, quiet), None);
        let finished = heard("..##..##....").finished_speech(LineTime::ZERO, quiet).expect("finished");
        assert_eq!((finished.from, finished.to), (LineTime(2), LineTime(8)));
        assert_eq!(finished.samples.len(), 6 * FRAME_BYTES);
    }

    #[test]
    fn pure_silence_is_told_from_soft_sound() {
        let mut recording = heard("..##...#.#..");
        recording.heard[5] = [0xFE; FRAME_BYTES];
        assert!(!recording.audible[5]);
        assert_eq!(recording.first_trace(LineTime(4)), Some(LineTime(5)));
        assert_eq!(recording.longest_silence(LineTime(2), LineTime(10)), Duration::from_millis(20));
        assert_eq!(recording.longest_silence(LineTime(0), LineTime(12)), Duration::from_millis(40));
        assert_eq!(recording.longest_silence(LineTime(2), LineTime(3)), Duration::ZERO);
    }

    #[test]
    fn silence_has_no_sounding_part() {
        assert_eq!(sounding(&[0; 40]), None);
        assert_eq!(sounding(&[0, 0, 900, 0, -900, 0]), Some(2..5));
    }
}
