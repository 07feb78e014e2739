//! The folder that holds the stores' data: one process at a time, and a short folder for the sockets.

use std::{
    fs::{DirBuilder, File, TryLockError},
    io,
    os::unix::{ffi::OsStrExt as _, fs::DirBuilderExt as _},
    path::{Path, PathBuf},
};

use tempfile::TempDir;

/// A unix socket's path may be 107 bytes; the longest name that a server adds takes less than 30 of them.
const SOCKET_DIR_MAX: usize = 75;

const THROWAWAY_PREFIX: &str = "receptionist-throwaway-";
const LOCK_FILE: &str = "lock";

#[derive(Debug, thiserror::Error)]
pub enum DataDirError {
    #[error("the data folder {} is in use by another process: stop that one, or choose another --data-dir", .0.display())]
    InUse(PathBuf),
    #[error("making the data folder {}: {source}", path.display())]
    Make { path: PathBuf, source: io::Error },
}

/// An open data folder. Its lock ends with the value or with the process, whichever comes first.
#[derive(Debug)]
pub struct DataDir {
    // Order matters: sockets, lock and folder go in this order.
    sockets: SocketDir,
    _lock: File,
    path: PathBuf,
    _throwaway: Option<TempDir>,
}

#[derive(Debug)]
enum SocketDir {
    Inside(PathBuf),
    Short(TempDir),
}

impl DataDir {
    /// Opens a folder, made when it is missing, readable by this account alone.
    pub fn open(path: &Path) -> Result<Self, DataDirError> {
        Self::open_in(path, None)
    }

    /// A fresh folder that is removed with the value. Those that killed processes left behind are removed too.
    pub fn throwaway() -> Result<Self, DataDirError> {
        let parent = std::env::temp_dir();
        remove_left_behind(&parent);
        let folder = tempfile::Builder::new()
            .prefix(THROWAWAY_PREFIX)
            .tempdir_in(&parent)
            .map_err(|source| DataDirError::Make { path: parent, source })?;
        let path = folder.path().to_owned();
        Self::open_in(&path, Some(folder))
    }

    fn open_in(path: &Path, throwaway: Option<TempDir>) -> Result<Self, DataDirError> {
        let failed = |source| DataDirError::Make { path: path.to_owned(), source };
        make_private(path).map_err(failed)?;
        let path = path.canonicalize().map_err(failed)?;
        let lock = lock(&path)?;
        let sockets = SocketDir::for_data_in(&path).map_err(failed)?;
        Ok(Self { sockets, _lock: lock, path, _throwaway: throwaway })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Where servers put their sockets.
    pub fn sockets(&self) -> &Path {
        match &self.sockets {
            SocketDir::Inside(path) => path,
            SocketDir::Short(folder) => folder.path(),
        }
    }
}

impl SocketDir {
    fn for_data_in(data: &Path) -> io::Result<Self> {
        let inside = data.join("run");
        if inside.as_os_str().as_bytes().len() <= SOCKET_DIR_MAX {
            make_private(&inside)?;
            return Ok(Self::Inside(inside));
        }
        // `tempfile` makes it with mode 0700.
        tempfile::Builder::new().prefix("receptionist-run-").tempdir_in("/tmp").map(Self::Short)
    }
}

fn make_private(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

fn lock(data: &Path) -> Result<File, DataDirError> {
    let failed = |source| DataDirError::Make { path: data.to_owned(), source };
    let file = File::options().create(true).truncate(false).write(true).open(data.join(LOCK_FILE)).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(DataDirError::InUse(data.to_owned())),
        Err(TryLockError::Error(source)) => Err(failed(source)),
    }
}

/// Removes throwaway folders whose process is gone: their lock can be had. Best effort.
fn remove_left_behind(parent: &Path) {
    let Ok(entries) = parent.read_dir() else {
        return;
    };
    for entry in entries.flatten() {
        let ours = entry.file_name().to_string_lossy().starts_with(THROWAWAY_PREFIX);
        if !ours || !entry.path().join(LOCK_FILE).exists() {
            continue;
        }
        if let Ok(_lock) = lock(&entry.path()) {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_used_by_one_at_a_time() {
        let parent = tempfile::tempdir().expect("a folder");
        let path = parent.path().join("data");
        let first = DataDir::open(&path).expect("free");
        assert!(matches!(DataDir::open(&path), Err(DataDirError::InUse(_))));
        drop(first);
        assert!(DataDir::open(&path).is_ok());
    }

    #[test]
    fn sockets_of_a_deep_folder_get_a_short_path() {
        let parent = tempfile::tempdir().expect("a folder");
        let deep = DataDir::open(&parent.path().join("d".repeat(90))).expect("free");
        assert!(deep.sockets().as_os_str().len() <= SOCKET_DIR_MAX);
        let near = DataDir::open(&parent.path().join("d")).expect("free");
        assert!(near.sockets().starts_with(near.path()));
    }

    #[test]
    fn a_throwaway_folder_is_gone_afterwards() {
        let folder = DataDir::throwaway().expect("a folder");
        let path = folder.path().to_owned();
        drop(folder);
        assert!(!path.exists());
    }
}
