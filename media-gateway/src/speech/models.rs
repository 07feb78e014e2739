//! Where the model files are and whether they are all there. What is inside them is checked by who loads them.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// The manifest's first line: files of another recipe do not fit this engine.
const RECIPE: &str = "recipe 1";

const ENCODER: &str = "moonshine-base-en.encoder.onnx";
const DECODER: &str = "moonshine-base-en.decoder.onnx";
const TOKENS: &str = "moonshine-base-en.tokenizer.bin";
const VOICE: &str = "en_US-joe-medium.onnx";
const VOICE_ACTIVITY: &str = "silero-vad.onnx";

/// Why the speech engine could not start.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    #[error("no speech models in {}: run deploy/setup/models.sh (or set RECEPTIONIST_MODELS_DIR)", dir.display())]
    Missing { dir: PathBuf },
    #[error("the speech models in {} are not complete ({file}): run deploy/setup/models.sh again", dir.display())]
    Incomplete { dir: PathBuf, file: String },
    #[error("the speech models in {} are of another version: run deploy/setup/models.sh again", dir.display())]
    OtherRecipe { dir: PathBuf },
    #[error("{} cannot be read: {source}", path.display())]
    Unreadable { path: PathBuf, source: std::io::Error },
    #[error("{} cannot be loaded as a model: {reason}; run deploy/setup/models.sh again", path.display())]
    NotAModel { path: PathBuf, reason: String },
    #[error("{} does not fit the engine: {reason}", path.display())]
    Unfit { path: PathBuf, reason: String },
}

/// The folder of the speech models: `RECEPTIONIST_MODELS_DIR`, else the cache folder that the set-up script fills.
/// `variable` looks up an environment variable.
pub fn models_dir(variable: impl Fn(&str) -> Option<String>) -> PathBuf {
    let set = variable("RECEPTIONIST_MODELS_DIR").filter(|value| !value.is_empty());
    set.map_or_else(|| cache_dir(variable).join("models"), PathBuf::from)
}

/// The folder of what can be fetched or made again.
pub(crate) fn cache_dir(variable: impl Fn(&str) -> Option<String>) -> PathBuf {
    let set = |name: &str| variable(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    set("RECEPTIONIST_CACHE_DIR")
        .or_else(|| set("XDG_CACHE_HOME").map(|cache| cache.join("receptionist")))
        .or_else(|| set("HOME").map(|home| home.join(".cache/receptionist")))
        .unwrap_or_else(|| PathBuf::from(".cache/receptionist"))
}

/// The files of a complete set.
#[derive(Debug)]
pub(super) struct ModelFiles {
    pub encoder: PathBuf,
    pub decoder: PathBuf,
    pub tokens: PathBuf,
    pub voice: PathBuf,
    /// Sample rate, phoneme ids and scales of the voice.
    pub voice_config: PathBuf,
    pub voice_activity: PathBuf,
}

impl ModelFiles {
    /// Checks the manifest: every file is there in its size. `voice`: another Piper voice, with its `.json` beside it.
    pub fn find(dir: &Path, voice: Option<&Path>) -> Result<Self, LoadError> {
        check_manifest(dir)?;
        let voice = voice.map_or_else(|| dir.join(VOICE), Path::to_path_buf);
        let mut voice_config = voice.clone().into_os_string();
        voice_config.push(".json");
        Ok(Self {
            encoder: dir.join(ENCODER),
            decoder: dir.join(DECODER),
            tokens: dir.join(TOKENS),
            voice,
            voice_config: voice_config.into(),
            voice_activity: dir.join(VOICE_ACTIVITY),
        })
    }
}

fn check_manifest(dir: &Path) -> Result<(), LoadError> {
    let manifest = fs::read_to_string(dir.join("manifest")).map_err(|_| LoadError::Missing { dir: dir.into() })?;
    let mut lines = manifest.lines();
    if lines.next() != Some(RECIPE) {
        return Err(LoadError::OtherRecipe { dir: dir.into() });
    }
    let mut listed = Vec::new();
    for line in lines {
        let mut fields = line.splitn(3, ' ').skip(1);
        let size = fields.next().and_then(|size| size.parse().ok());
        let name = fields.next().unwrap_or_default();
        let found = fs::metadata(dir.join(name)).map(|file| file.len()).ok();
        if size.is_none() || found != size {
            return Err(LoadError::Incomplete { dir: dir.into(), file: name.into() });
        }
        listed.push(name);
    }
    match [ENCODER, DECODER, TOKENS, VOICE, VOICE_ACTIVITY].into_iter().find(|name| !listed.contains(name)) {
        Some(absent) => Err(LoadError::Incomplete { dir: dir.into(), file: absent.into() }),
        None => Ok(()),
    }
}

pub(super) fn load_model(path: &Path) -> Result<rten::Model, LoadError> {
    load(path, &rten::ModelOptions::with_all_ops())
}

/// Keeps the weights in the order in which the processor reads them as well. Otherwise they are brought into it for each
/// product of several rows, which takes as long as the product.
pub(super) fn load_packed_model(path: &Path) -> Result<rten::Model, LoadError> {
    load(path, rten::ModelOptions::with_all_ops().prepack_weights(true))
}

fn load(path: &Path, options: &rten::ModelOptions) -> Result<rten::Model, LoadError> {
    options.load_file(path).map_err(|error| LoadError::NotAModel { path: path.into(), reason: error.to_string() })
}

pub(super) fn read(path: &Path) -> Result<Vec<u8>, LoadError> {
    fs::read(path).map_err(|source| LoadError::Unreadable { path: path.into(), source })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_follows_the_environment() {
        let dir = |pairs: &'static [(&str, &str)]| {
            models_dir(|name| pairs.iter().find(|pair| pair.0 == name).map(|pair| pair.1.to_owned()))
        };
        assert_eq!(dir(&[("RECEPTIONIST_MODELS_DIR", "/m"), ("HOME", "/h")]), PathBuf::from("/m"));
        assert_eq!(dir(&[("RECEPTIONIST_CACHE_DIR", "/c")]), PathBuf::from("/c/models"));
        assert_eq!(dir(&[("XDG_CACHE_HOME", "/x"), ("HOME", "/h")]), PathBuf::from("/x/receptionist/models"));
        assert_eq!(dir(&[("HOME", "/h"), ("XDG_CACHE_HOME", "")]), PathBuf::from("/h/.cache/receptionist/models"));
    }

    #[test]
    fn a_missing_set_says_what_to_run() {
        let empty = tempfile::tempdir().expect("a folder");
        let error = ModelFiles::find(empty.path(), None).expect_err("nothing is there");
        assert!(matches!(error, LoadError::Missing { .. }));
        assert!(error.to_string().contains("deploy/setup/models.sh"));
    }

    #[test]
    fn a_set_with_a_short_file_is_named() {
        let dir = tempfile::tempdir().expect("a folder");
        fs::write(dir.path().join("manifest"), "recipe 1\nabc 10 silero-vad.onnx\n").expect("written");
        fs::write(dir.path().join("silero-vad.onnx"), "short").expect("written");
        let error = ModelFiles::find(dir.path(), None).expect_err("a file is short");
        assert!(matches!(&error, LoadError::Incomplete { file, .. } if file == "silero-vad.onnx"), "{error}");
    }

    #[test]
    fn a_set_of_another_recipe_is_refused() {
        let dir = tempfile::tempdir().expect("a folder");
        fs::write(dir.path().join("manifest"), "recipe 0\n").expect("written");
        assert!(matches!(ModelFiles::find(dir.path(), None), Err(LoadError::OtherRecipe { .. })));
    }
}
