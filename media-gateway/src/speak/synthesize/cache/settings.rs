//! Where phrases are kept on disk.

use std::path::PathBuf;

use service_runtime::Env;

use crate::speech::cache_dir;

const MB: u64 = 1 << 20;

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PhraseDiskSettings {
    /// `TTS_CACHE_DIR`, by default `phrases` in the cache folder. `None`, by `off` or an empty value: nowhere.
    pub dir: Option<PathBuf>,
    /// `TTS_CACHE_MB_MAX` (64): about two hours of speech.
    pub bytes_max: u64,
}

impl PhraseDiskSettings {
    pub fn from_env(env: &Env) -> Self {
        let dir = match env.text("TTS_CACHE_DIR") {
            Some(off) if off.eq_ignore_ascii_case("off") => None,
            Some(dir) => Some(PathBuf::from(dir)),
            None if env.is_set("TTS_CACHE_DIR") => None,
            None => Some(cache_dir(|name| env.text(name)).join("phrases")),
        };
        let expected = "megabytes from 1 to 100000";
        let megabytes: u64 = env.parsed("TTS_CACHE_MB_MAX", expected).unwrap_or(64);
        if !(1..=100_000).contains(&megabytes) {
            env.reject("TTS_CACHE_MB_MAX", expected);
        }
        Self { dir, bytes_max: megabytes.saturating_mul(MB) }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::unset(&[("HOME", "/h")], Some("/h/.cache/receptionist/phrases"))]
    #[case::a_folder(&[("TTS_CACHE_DIR", "/var/phrases")], Some("/var/phrases"))]
    #[case::off(&[("TTS_CACHE_DIR", "off")], None)]
    #[case::empty(&[("TTS_CACHE_DIR", "")], None)]
    fn the_folder_can_be_named_or_done_without(
        #[case] variables: &[(&'static str, &'static str)],
        #[case] dir: Option<&str>,
    ) {
        let env = Env::from_pairs(variables.iter().copied());
        let expected = PhraseDiskSettings { dir: dir.map(PathBuf::from), bytes_max: 64 * MB };
        assert_eq!(env.finish(PhraseDiskSettings::from_env(&env)), Ok(expected));
    }

    #[test]
    fn a_malformed_size_is_named() {
        let env = Env::from_pairs([("TTS_CACHE_MB_MAX", "0")]);
        let _ = PhraseDiskSettings::from_env(&env);
        assert!(env.finish(()).expect_err("malformed").to_string().contains("TTS_CACHE_MB_MAX"));
    }
}
