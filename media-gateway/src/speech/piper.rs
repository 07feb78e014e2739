//! Speech synthesis: a Piper voice. A clip is made in two steps: `draft` decides how the words will sound, in one go and
//! quickly; `render` turns any stretch of the draft into samples, so that the first sound need not wait for the last.

use std::{collections::HashMap, ops::Range, path::Path, time::Duration};

use rten::{Model, NodeId, RunOptions, ValueOrView};
use rten_tensor::{NdTensor, prelude::*};
use serde::Deserialize;

use super::{
    RunError,
    models::{LoadError, ModelFiles, load_model, read},
    pronounce::Pronounced,
};

/// Sample rates that a voice may have, in Hz.
pub const VOICE_SAMPLE_RATE_RANGE: Range<u32> = 16_000..48_001;

/// Names of the values inside the graph, as Piper's exporter gives them: the frames that the vocoder gets, and how many
/// of them each phoneme takes.
const FRAMES: &str = "/Mul_7_output_0";
const DURATIONS: &str = "/Ceil_output_0";

/// Frames on each side of a stretch that the vocoder needs to hear for its edges to be right: its convolutions
/// reach eleven frames.
const CONTEXT_FRAMES: usize = 12;

pub struct Piper {
    model: Model,
    input: NodeId,
    lengths: NodeId,
    scales: NodeId,
    output: NodeId,
    frames: NodeId,
    durations: NodeId,
    config: VoiceConfig,
    /// Samples that one frame becomes.
    frame_samples: usize,
    /// How loud it speaks: root mean square where it is not silent, full scale 1.
    rms: f32,
}

/// How a clip will sound, not yet rendered.
pub struct Draft {
    /// `[1, channels, frames]`.
    frames: NdTensor<f32, 3>,
    /// The frame at which each word has been said.
    word_ends: Vec<usize>,
}

impl Draft {
    pub fn frames(&self) -> usize {
        self.frames.size(2)
    }

    /// The words that have been said by this frame.
    pub fn words_by(&self, frame: usize) -> usize {
        self.word_ends.iter().take_while(|&&end| end <= frame).count()
    }
}

#[derive(Debug, Deserialize)]
struct VoiceConfig {
    audio: Audio,
    inference: Inference,
    phoneme_type: PhonemeType,
    phoneme_id_map: HashMap<String, Vec<i32>>,
    num_speakers: u32,
}

#[derive(Debug, Deserialize)]
struct Audio {
    sample_rate: u32,
}

#[derive(Debug, Deserialize)]
struct Inference {
    noise_scale: f32,
    length_scale: f32,
    noise_w: f32,
}

#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum PhonemeType {
    /// IPA, one character a phoneme.
    Espeak,
    #[serde(other)]
    Other,
}

impl Piper {
    /// Loads the voice and renders one short sound with it.
    pub fn load(files: &ModelFiles, options: &RunOptions) -> Result<Self, LoadError> {
        let path = files.voice.as_path();
        let config = read_config(&files.voice_config)?;
        let model = load_model(path)?;
        let node = |name: &str| model.find_node(name).ok_or_else(|| unfit(path, format!("it has no `{name}`")));
        let mut voice = Self {
            input: node("input")?,
            lengths: node("input_lengths")?,
            scales: node("scales")?,
            output: node("output")?,
            frames: node(FRAMES)?,
            durations: node(DURATIONS)?,
            model,
            config,
            frame_samples: 0,
            rms: 0.0,
        };
        (voice.frame_samples, voice.rms) = voice.probe(options).map_err(|error| unfit(path, error.to_string()))?;
        Ok(voice)
    }

    pub fn sample_rate_hz(&self) -> u32 {
        self.config.audio.sample_rate
    }

    /// The sound of one frame of a draft.
    pub fn frame(&self) -> Duration {
        Duration::from_secs_f64(self.frame_samples as f64 / f64::from(self.config.audio.sample_rate))
    }

    pub fn rms(&self) -> f32 {
        self.rms
    }

    /// Decides length and melody of the words. Costs about a tenth of the whole.
    pub fn draft(&self, words: &[Pronounced], options: &RunOptions) -> Result<Draft, RunError> {
        let failed = |error: &dyn std::fmt::Display| RunError::model("voice", "draft", error);
        let Phonemes { ids, word_ends } = self.phonemes(words);
        let scales =
            vec![self.config.inference.noise_scale, self.config.inference.length_scale, self.config.inference.noise_w];
        let count = ids.len();
        let inputs: Vec<(NodeId, ValueOrView)> = vec![
            (self.input, NdTensor::from_data([1, count], ids).into()),
            (self.lengths, NdTensor::from_data([1], vec![count as i32]).into()),
            (self.scales, NdTensor::from_data([3], scales).into()),
        ];
        let [frames, durations] = self
            .model
            .run_n(inputs, [self.frames, self.durations], Some(options.clone()))
            .map_err(|error| failed(&error))?;
        let frames: NdTensor<f32, 3> = frames.try_into().map_err(|error| failed(&format!("{error:?}")))?;
        let durations: NdTensor<f32, 3> = durations.try_into().map_err(|error| failed(&format!("{error:?}")))?;
        let mut at = 0.0;
        let said_by: Vec<usize> = durations
            .iter()
            .map(|frames| {
                at += frames;
                at as usize
            })
            .collect();
        let word_ends =
            word_ends.iter().map(|&end| said_by.get(end).copied().unwrap_or_else(|| frames.size(2))).collect();
        Ok(Draft { frames, word_ends })
    }

    /// The samples of these frames of a draft, cut to what it has.
    pub fn render(&self, draft: &Draft, frames: Range<usize>, options: &RunOptions) -> Result<Vec<f32>, RunError> {
        let failed = |error: &dyn std::fmt::Display| RunError::model("voice", "render", error);
        let end = frames.end.min(draft.frames());
        let start = frames.start.min(end);
        if start == end {
            return Ok(Vec::new());
        }
        let from = start.saturating_sub(CONTEXT_FRAMES);
        let to = (end + CONTEXT_FRAMES).min(draft.frames());
        let stretch = draft.frames.slice((.., .., from..to)).to_tensor();
        let [samples] = self
            .model
            .run_n(vec![(self.frames, stretch.into())], [self.output], Some(options.clone()))
            .map_err(|error| failed(&error))?;
        let samples: NdTensor<f32, 4> = samples.try_into().map_err(|error| failed(&format!("{error:?}")))?;
        let frame_samples = if self.frame_samples == 0 { samples.len() / (to - from) } else { self.frame_samples };
        let wanted = (start - from) * frame_samples..(end - from) * frame_samples;
        let all = samples.to_vec();
        all.get(wanted).map(<[f32]>::to_vec).ok_or_else(|| failed(&"fewer samples came out than frames went in"))
    }

    /// Says one word: its samples per frame, and its level.
    fn probe(&self, options: &RunOptions) -> Result<(usize, f32), RunError> {
        let failed = |reason: &str| RunError::model("voice", "probe", reason);
        let word = Pronounced { ipa: "həlˈoʊ".into(), pause: Some('.') };
        let draft = self.draft(&[word], options)?;
        let samples = self.render(&draft, 0..draft.frames(), options)?;
        if samples.is_empty() || samples.len() % draft.frames() != 0 {
            return Err(failed("its frames have no fixed length"));
        }
        if samples.iter().any(|sample| !sample.is_finite()) {
            return Err(failed("its samples are not numbers"));
        }
        Ok((samples.len() / draft.frames(), active_rms(&samples)))
    }

    /// The model's ids: a start mark, each phoneme with a blank after it, an end mark.
    fn phonemes(&self, words: &[Pronounced]) -> Phonemes {
        let mut ids = self.id('^').to_vec();
        let blank = self.id('_').first().copied().unwrap_or(0);
        ids.push(blank);
        let mut word_ends = Vec::with_capacity(words.len());
        for (index, word) in words.iter().enumerate() {
            if index > 0 {
                self.append(&mut ids, ' ', blank);
            }
            for phoneme in word.ipa.chars() {
                self.append(&mut ids, phoneme, blank);
            }
            word_ends.push(ids.len() - 1);
            if let Some(pause) = word.pause {
                self.append(&mut ids, pause, blank);
            }
        }
        ids.extend_from_slice(self.id('$'));
        Phonemes { ids, word_ends }
    }

    /// Phonemes that the voice has no id for are left out.
    fn append(&self, ids: &mut Vec<i32>, phoneme: char, blank: i32) {
        for &id in self.id(phoneme) {
            ids.extend([id, blank]);
        }
    }

    fn id(&self, phoneme: char) -> &[i32] {
        self.config.phoneme_id_map.get(phoneme.encode_utf8(&mut [0; 4]) as &str).map_or(&[], Vec::as_slice)
    }
}

/// The level of what is louder than a tenth of the loudest moment.
fn active_rms(samples: &[f32]) -> f32 {
    const MOMENT: usize = 256;
    let powers: Vec<f32> =
        samples.chunks(MOMENT).map(|moment| moment.iter().map(|s| s * s).sum::<f32>() / moment.len() as f32).collect();
    let loudest = powers.iter().copied().fold(0.0, f32::max);
    let active: Vec<f32> = powers.into_iter().filter(|&power| power > loudest / 100.0).collect();
    (active.iter().sum::<f32>() / active.len().max(1) as f32).sqrt()
}

struct Phonemes {
    ids: Vec<i32>,
    /// The place in `ids` of the last phoneme of each word.
    word_ends: Vec<usize>,
}

fn read_config(path: &Path) -> Result<VoiceConfig, LoadError> {
    let config: VoiceConfig = serde_json::from_slice(&read(path)?).map_err(|error| unfit(path, error.to_string()))?;
    if !VOICE_SAMPLE_RATE_RANGE.contains(&config.audio.sample_rate) {
        return Err(unfit(path, format!("its sample rate is {} Hz", config.audio.sample_rate)));
    }
    if config.phoneme_type != PhonemeType::Espeak {
        return Err(unfit(path, "it does not speak IPA"));
    }
    if config.num_speakers > 1 {
        return Err(unfit(path, "it has several speakers; take a voice with one"));
    }
    Ok(config)
}

fn unfit(path: &Path, reason: impl Into<String>) -> LoadError {
    LoadError::Unfit { path: path.into(), reason: reason.into() }
}
