//! Phrases in a folder, one a file. Bounded in bytes; the phrase that was used longest ago goes first. All of this waits
//! for the disk, so it is called where waiting does no harm.
//!
//! Several processes may share the folder: files come whole, by a rename, and go at any time.

use std::{
    fs::{self, DirBuilder, File},
    io::{self, Write as _},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, SystemTime},
};

use uuid::Uuid;

use super::{super::Chunk, file};

const EXTENSION: &str = "phrase";
/// Of files that are being written.
const UNFINISHED: &str = "part";
/// An unfinished file of this age was left behind.
const UNFINISHED_AGE_MAX: Duration = Duration::from_secs(3_600);
/// Far more than ten minutes of sound, the most of one text.
const FILE_BYTES_MAX: u64 = 8 << 20;

pub struct Disk {
    dir: PathBuf,
    bytes_max: u64,
    has_warned: AtomicBool,
}

/// A phrase's file.
struct Entry {
    path: PathBuf,
    bytes: u64,
    used: SystemTime,
}

impl Disk {
    pub const fn new(dir: PathBuf, bytes_max: u64) -> Self {
        Self { dir, bytes_max, has_warned: AtomicBool::new(false) }
    }

    /// A phrase that was kept, which is a use of it.
    pub fn read(&self, name: &str) -> Option<Vec<Chunk>> {
        let chunks = self.open(name)?;
        touch(&self.path(name));
        Some(chunks)
    }

    /// The phrases that were used last, by their names, latest first, in so many bytes.
    pub fn latest(&self, bytes_max: usize) -> Vec<(String, Vec<Chunk>)> {
        // Before the first phrase there is no folder.
        let mut entries = self.entries().unwrap_or_default();
        entries.sort_by_key(|entry| std::cmp::Reverse(entry.used));
        let mut left = bytes_max as u64;
        let fitting = entries.iter().take_while(|entry| {
            let fits = entry.bytes <= left;
            left = left.saturating_sub(entry.bytes);
            fits
        });
        let names = fitting.filter_map(|entry| entry.path.file_stem()?.to_str());
        names.filter_map(|name| Some((name.to_owned(), self.open(name)?))).collect()
    }

    /// A file that is not as it was written is dropped.
    fn open(&self, name: &str) -> Option<Vec<Chunk>> {
        let path = self.path(name);
        let file = match read_bounded(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
            Err(error) => {
                self.failed("read", &error);
                return None;
            }
        };
        let Some(chunks) = file::decode(file) else {
            metrics::counter!("synthesize_phrase_files_total", "event" => "corrupt").increment(1);
            tracing::warn!(file = name, "a kept phrase is damaged; it is dropped and made again");
            // It is written over when it is made again.
            let _ = fs::remove_file(&path);
            return None;
        };
        Some(chunks)
    }

    /// Keeps a phrase; one that is there counts as used.
    pub fn keep(&self, name: &str, chunks: &[Chunk]) {
        let path = self.path(name);
        if path.exists() {
            return touch(&path);
        }
        let file = file::encode(chunks);
        let bytes = file.len() as u64;
        if bytes > self.bytes_max.min(FILE_BYTES_MAX) {
            return;
        }
        let written = self.make_room(bytes).and_then(|()| self.write(&path, &file));
        match written {
            Ok(()) => metrics::counter!("synthesize_phrase_files_total", "event" => "written").increment(1),
            Err(error) => self.failed("write", &error),
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.join(name).with_extension(EXTENSION)
    }

    fn write(&self, path: &Path, file: &[u8]) -> io::Result<()> {
        let unfinished = self.dir.join(Uuid::new_v4().simple().to_string()).with_extension(UNFINISHED);
        let written = File::options()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&unfinished)
            .and_then(|mut open| open.write_all(file))
            .and_then(|()| fs::rename(&unfinished, path));
        if written.is_err() {
            let _ = fs::remove_file(&unfinished);
        }
        written
    }

    /// Removes what was used longest ago until `bytes` more have room, and what was left behind unfinished.
    fn make_room(&self, bytes: u64) -> io::Result<()> {
        DirBuilder::new().recursive(true).mode(0o700).create(&self.dir)?;
        let mut entries = self.entries()?;
        entries.sort_by_key(|entry| entry.used);
        let mut total: u64 = entries.iter().map(|entry| entry.bytes).sum();
        for entry in entries {
            if total + bytes <= self.bytes_max {
                break;
            }
            // Another process may have removed it.
            let _ = fs::remove_file(&entry.path);
            total -= entry.bytes;
            metrics::counter!("synthesize_phrase_files_total", "event" => "evicted").increment(1);
        }
        Ok(())
    }

    fn entries(&self) -> io::Result<Vec<Entry>> {
        let mut entries = Vec::new();
        for found in fs::read_dir(&self.dir)? {
            let path = found?.path();
            // One that has gone meanwhile is no entry.
            let Ok(metadata) = fs::metadata(&path) else { continue };
            let used = metadata.modified()?;
            let extension = path.extension().and_then(|extension| extension.to_str());
            match extension {
                Some(EXTENSION) => entries.push(Entry { bytes: metadata.len(), used, path }),
                Some(UNFINISHED) if used.elapsed().is_ok_and(|age| age > UNFINISHED_AGE_MAX) => {
                    let _ = fs::remove_file(&path);
                }
                _ => {}
            }
        }
        Ok(entries)
    }

    /// Counts an error; the first is logged too, since the others will be of its kind.
    fn failed(&self, event: &'static str, error: &io::Error) {
        metrics::counter!("synthesize_phrase_file_errors_total", "event" => event).increment(1);
        if !self.has_warned.swap(true, Ordering::Relaxed) {
            tracing::warn!(dir = %self.dir.display(), event, %error, "phrases cannot be kept on disk");
        }
    }
}

fn read_bounded(path: &Path) -> io::Result<Vec<u8>> {
    if fs::metadata(path)?.len() > FILE_BYTES_MAX {
        // No file of ours; it will not be decoded.
        return Ok(Vec::new());
    }
    fs::read(path)
}

/// A file's time of modification is that of its last use. Where it cannot be set, phrases go in the order they came.
fn touch(path: &Path) {
    let _ = File::options().write(true).open(path).and_then(|file| file.set_modified(file_time()));
}

/// Now, by the clock of the files' own times.
#[expect(clippy::disallowed_methods, reason = "only the order of uses counts, among several processes too")]
fn file_time() -> SystemTime {
    SystemTime::now()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use bytes::Bytes;

    use super::*;

    fn chunks(bytes: usize) -> Vec<Chunk> {
        vec![Chunk { mulaw: Bytes::from(vec![0x55; bytes]), text_end: 3 }]
    }

    fn names(dir: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(dir)
            .expect("a folder")
            .map(|entry| entry.expect("an entry").file_name().into_string().expect("text"))
            .collect();
        names.sort();
        names
    }

    /// As if it was last used so many hours ago.
    fn age(disk: &Disk, name: &str, hours: u32) {
        let then = file_time() - Duration::from_secs(3_600) * hours;
        let file = File::options().write(true).open(disk.path(name)).expect("a file");
        file.set_modified(then).expect("set");
    }

    #[test]
    fn what_is_kept_is_there_after_a_restart_for_this_account_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let dir = folder.path().join("phrases");
        Disk::new(dir.clone(), 1 << 20).keep("a", &chunks(800));
        assert_eq!(names(&dir), ["a.phrase"]);
        assert_eq!(Disk::new(dir.clone(), 1 << 20).read("a"), Some(chunks(800)));
        assert_eq!(Disk::new(dir.clone(), 1 << 20).read("b"), None);
        let mode = |path: &Path| path.metadata().expect("there").permissions().mode() & 0o777;
        assert_eq!((mode(&dir), mode(&dir.join("a.phrase"))), (0o700, 0o600));
    }

    #[test]
    fn what_was_used_longest_ago_makes_room() {
        let folder = tempfile::tempdir().expect("a folder");
        let disk = Disk::new(folder.path().to_owned(), 3_000);
        for (name, hours) in [("a", 3), ("b", 2)] {
            disk.keep(name, &chunks(1_200));
            age(&disk, name, hours);
        }
        assert!(disk.read("a").is_some(), "which is a use");
        disk.keep("c", &chunks(1_200));
        assert_eq!(names(folder.path()), ["a.phrase", "c.phrase"]);
        age(&disk, "a", 5);
        disk.keep("a", &chunks(1_200));
        age(&disk, "c", 1);
        disk.keep("d", &chunks(1_200));
        assert_eq!(names(folder.path()), ["a.phrase", "d.phrase"], "to be kept again is a use");
        let latest = |bytes| disk.latest(bytes).into_iter().map(|(name, _)| name).collect::<Vec<_>>();
        age(&disk, "a", 1);
        assert_eq!((latest(9_000), latest(2_000)), (vec!["d".to_owned(), "a".to_owned()], vec!["d".to_owned()]));
        disk.keep("huge", &chunks(4_000));
        assert_eq!(names(folder.path()), ["a.phrase", "d.phrase"]);
    }

    #[test]
    fn a_damaged_file_is_dropped_and_can_be_made_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let disk = Disk::new(folder.path().to_owned(), 1 << 20);
        for damaged in [&b""[..], b"half of a fi", &[0; 700]] {
            fs::write(disk.path("a"), damaged).expect("written");
            assert_eq!(disk.read("a"), None);
            assert_eq!(names(folder.path()), Vec::<String>::new());
        }
        disk.keep("a", &chunks(800));
        assert_eq!(disk.read("a"), Some(chunks(800)));
    }

    #[test]
    fn what_a_crash_left_behind_goes_and_what_is_being_written_stays() {
        let folder = tempfile::tempdir().expect("a folder");
        let disk = Disk::new(folder.path().to_owned(), 1 << 20);
        for name in ["old", "new"] {
            fs::write(folder.path().join(name).with_extension(UNFINISHED), "half").expect("written");
        }
        let old = File::options().write(true).open(folder.path().join("old.part")).expect("a file");
        old.set_modified(file_time() - 2 * UNFINISHED_AGE_MAX).expect("set");
        disk.keep("a", &chunks(800));
        assert_eq!(names(folder.path()), ["a.phrase", "new.part"]);
    }

    #[test]
    fn a_folder_that_cannot_be_made_costs_nothing_but_the_phrases() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("file");
        fs::write(&file, "").expect("written");
        let disk = Disk::new(file.join("phrases"), 1 << 20);
        disk.keep("a", &chunks(800));
        assert_eq!(disk.read("a"), None);
    }
}
