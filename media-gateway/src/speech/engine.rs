//! The engine itself: the loaded models and their threads, behind a handle that is cheap to clone. One process has
//! one; all its calls share it.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use proto::id::CallSid;
use rten::RunOptions;

use super::{
    RunError,
    capacity::Shortage,
    load::{Load, Work},
    models::{LoadError, ModelFiles},
    moonshine::{Moonshine, Prior, Words},
    piper::{Draft, Piper},
    pronounce::Pronounced,
    queue::{Line, Priority},
    silero::{Silero, SileroModel},
    workers::{Checkpoint, Pending, Rejected, Workers, one_thread},
};

/// What an engine is made of.
#[derive(Debug, Clone)]
pub struct EngineOptions {
    pub models_dir: PathBuf,
    /// Another Piper voice: its `.onnx` file, with the `.onnx.json` beside it.
    pub voice: Option<PathBuf>,
    /// Threads that run recognition and synthesis.
    pub threads: usize,
}

impl EngineOptions {
    /// The voice of the set-up, and all cores but one: that one carries the calls' frames.
    pub fn new(models_dir: impl Into<PathBuf>) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self { models_dir: models_dir.into(), voice: None, threads: cores.saturating_sub(1).max(1) }
    }
}

#[derive(Clone)]
pub struct Engine {
    inner: Arc<Inner>,
}

struct Inner {
    models: Arc<Models>,
    voice_activity: Arc<SileroModel>,
    workers: Workers,
}

/// What a job may use.
pub struct Models {
    recognition: Moonshine,
    voice: Piper,
}

impl Engine {
    /// Loads and checks every model: about half a second and 300 MB.
    pub fn load(models_dir: impl AsRef<Path>) -> Result<Self, LoadError> {
        Self::load_with(&EngineOptions::new(models_dir.as_ref()))
    }

    pub fn load_with(options: &EngineOptions) -> Result<Self, LoadError> {
        let files = ModelFiles::find(&options.models_dir, options.voice.as_deref())?;
        let run = one_thread();
        let models = Models { recognition: Moonshine::load(&files)?, voice: Piper::load(&files, &run)? };
        let silent_second = vec![0.0; crate::listen::LISTENING_RATE_HZ as usize];
        models
            .recognition
            .transcribe(&silent_second, &Prior::default(), &run, &Checkpoint::ALONE)
            .map_err(|error| LoadError::Unfit { path: files.decoder.clone(), reason: error.to_string() })?;
        let workers = Workers::start(options.threads)
            .map_err(|source| LoadError::Unreadable { path: options.models_dir.clone(), source })?;
        let voice_activity = Arc::new(SileroModel::load(&files)?);
        Ok(Self { inner: Arc::new(Inner { models: Arc::new(models), voice_activity, workers }) })
    }

    /// The voice's own sample rate, in Hz.
    pub fn voice_rate_hz(&self) -> u32 {
        self.inner.models.voice.sample_rate_hz()
    }

    /// How loud the voice speaks, before any gain: root mean square, full scale 1.
    pub fn voice_rms(&self) -> f32 {
        self.inner.models.voice.rms()
    }

    /// The sound of one frame of a draft.
    pub fn voice_frame(&self) -> Duration {
        self.inner.models.voice.frame()
    }

    /// A detector for one call.
    pub fn voice_activity(&self) -> Silero {
        Silero::new(Arc::clone(&self.inner.voice_activity))
    }

    /// Whether it keeps up with what its calls ask of it.
    pub fn current_load(&self) -> Load {
        self.inner.workers.load()
    }

    /// Whether it has nothing to do.
    pub fn is_idle(&self) -> bool {
        self.inner.workers.is_idle()
    }

    /// Lets a call in that cannot do without the engine, if it can be served without making the running ones wait.
    pub fn admit_call(&self, call: &CallSid) -> Result<(), Shortage> {
        self.inner.workers.admit_call(call)
    }

    /// The call is over, whether it was let in or not.
    pub fn release_call(&self, call: &CallSid) {
        self.inner.workers.release_call(call);
    }

    /// Queues work on the models; `body` runs on one of the engine's threads.
    pub fn submit<T, F>(&self, line: &Line, priority: Priority, work: Work, body: F) -> Result<Pending<T>, Rejected>
    where
        T: Send + 'static,
        F: FnOnce(&Bench<'_>) -> T + Send + 'static,
    {
        let models = Arc::clone(&self.inner.models);
        self.inner.workers.submit(line, priority, work, move |options, checkpoint| {
            body(&Bench { models: &models, options, checkpoint })
        })
    }
}

/// The models within a job.
pub struct Bench<'a> {
    models: &'a Models,
    options: &'a RunOptions,
    checkpoint: &'a Checkpoint<'a>,
}

impl Bench<'_> {
    /// The words in samples at 16 kHz; empty when there are none.
    pub fn transcribe(&self, samples: &[f32]) -> Result<String, RunError> {
        Ok(self.transcribe_knowing(samples, &Prior::default())?.text)
    }

    /// The same, when something is known of the words.
    pub fn transcribe_knowing(&self, samples: &[f32], prior: &Prior) -> Result<Words, RunError> {
        self.models.recognition.transcribe(samples, prior, self.options, self.checkpoint)
    }

    /// How the words will sound.
    pub fn draft(&self, words: &[Pronounced]) -> Result<Draft, RunError> {
        self.checkpoint.pass()?;
        self.models.voice.draft(words, self.options)
    }

    /// A stretch of a draft, at the voice's own rate.
    pub fn render(&self, draft: &Draft, frames: std::ops::Range<usize>) -> Result<Vec<f32>, RunError> {
        self.checkpoint.pass()?;
        self.models.voice.render(draft, frames, self.options)
    }
}
