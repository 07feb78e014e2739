//! As whom PostgreSQL runs. It refuses root, so a root account runs it in a user namespace, or as nobody.

use std::{
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use super::{StoresError, binaries::on_path};

/// The account of last resort; every system has it.
const NOBODY: u32 = 65534;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Identity {
    /// As this process.
    Own,
    /// As root, seen by PostgreSQL as uid 1000. The files stay root's, so any folder will do.
    Namespace,
    /// As nobody, where the machine forbids user namespaces. Every folder above the data must be passable.
    Nobody,
}

impl Identity {
    pub fn find(data: &Path) -> Result<Self, StoresError> {
        if !rustix::process::geteuid().is_root() {
            return Ok(Self::Own);
        }
        if namespaces_work() {
            return Ok(Self::Namespace);
        }
        if on_path("setpriv").is_none() {
            return Err(StoresError::Root("neither user namespaces nor setpriv (package util-linux) can be used here"));
        }
        if !data.ancestors().skip(1).all(passable) {
            return Err(StoresError::Root(
                "user namespaces are forbidden here and the account nobody cannot reach the data folder; \
                 choose a --data-dir such as /var/lib/receptionist",
            ));
        }
        Ok(Self::Nobody)
    }

    /// What stands before the program, so that it runs with this identity and gets `death_signal` when the
    /// thread that started it ends. The signal is set last: changing the identity would clear it.
    pub fn prefix(&self, death_signal: Option<&str>) -> Vec<String> {
        let mut words: Vec<&str> = Vec::new();
        let on_death = death_signal.map(|signal| ["--pdeathsig", signal]);
        let setpriv = on_path("setpriv").is_some();
        match self {
            Self::Own => {}
            Self::Namespace => words.extend(["unshare", "--user", "--map-user=1000", "--map-group=1000", "--"]),
            Self::Nobody => {
                words.extend(["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--no-new-privs", "--"]);
            }
        }
        if let (Some(on_death), true) = (on_death, setpriv) {
            words.push("setpriv");
            words.extend(on_death);
            words.push("--");
        }
        words.into_iter().map(str::to_owned).collect()
    }

    /// Gives a folder to this identity.
    pub fn own(&self, folder: &Path) -> std::io::Result<()> {
        match self {
            Self::Own | Self::Namespace => Ok(()),
            Self::Nobody => std::os::unix::fs::chown(folder, Some(NOBODY), Some(NOBODY)),
        }
    }
}

fn namespaces_work() -> bool {
    Command::new("unshare")
        .args(["--user", "--map-user=1000", "--map-group=1000", "--", "true"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Whether any account may pass through a folder.
fn passable(folder: &Path) -> bool {
    let folder = if folder.as_os_str().is_empty() { PathBuf::from(".") } else { folder.to_owned() };
    folder.metadata().is_ok_and(|meta| meta.permissions().mode() & 0o001 != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_death_signal_is_set_in_the_innermost_step() {
        let words = Identity::Namespace.prefix(Some("INT"));
        assert_eq!(words.first().map(String::as_str), Some("unshare"));
        if on_path("setpriv").is_some() {
            assert!(words.ends_with(&["setpriv", "--pdeathsig", "INT", "--"].map(str::to_owned)));
        }
        assert_eq!(Identity::Own.prefix(None), Vec::<String>::new());
    }
}
