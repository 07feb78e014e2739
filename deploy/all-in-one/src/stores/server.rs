//! A server process that is ours: started from a thread that outlives it, watched, and ended in order.

use std::{
    fs::File,
    io::{Read as _, Seek as _, SeekFrom},
    os::fd::OwnedFd,
    path::{Path, PathBuf},
    process::{Command, ExitStatus, Stdio},
    time::Duration,
};

use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};
use tokio::{
    sync::{oneshot, watch},
    time::Instant,
};

use super::StoresError;

/// How much of a log is shown in an error.
const LOG_TAIL_LINES: usize = 12;
const LOG_TAIL_BYTES: u64 = 4096;
/// A log that grew past this is begun anew at the next start.
const LOG_BYTES_MAX: u64 = 8 << 20;
/// Between two looks at whether a server answers.
const READY_POLL: Duration = Duration::from_millis(20);

/// A running server. Dropping it sends the stop signal without waiting.
#[derive(Debug)]
pub struct Server {
    name: &'static str,
    process: OwnedFd,
    ended: watch::Receiver<Option<ExitStatus>>,
    log: PathBuf,
    stop_signal: Signal,
}

impl Server {
    /// Starts `words` (a program and its arguments) with its output appended to `log`.
    ///
    /// The kernel sends a parent-death signal when the *thread* that started the process ends, so a thread of its
    /// own starts it and waits for it.
    pub async fn start(
        name: &'static str,
        words: &[String],
        log: PathBuf,
        stop_signal: Signal,
    ) -> Result<Self, StoresError> {
        let failed = |source| StoresError::Io { step: name, source };
        let mut command = command_of(words, open_log(&log).map_err(failed)?).map_err(failed)?;
        let (started, start) = oneshot::channel();
        let (set_ended, ended) = watch::channel(None);
        std::thread::Builder::new()
            .name(format!("{name} keeper"))
            .spawn(move || {
                let mut child = match command.spawn() {
                    Ok(child) => child,
                    Err(error) => {
                        let _ = started.send(Err(error));
                        return;
                    }
                };
                let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
                let handle = pid.map_or(Err(std::io::ErrorKind::InvalidData.into()), |pid| {
                    // A file descriptor names this very process, even after its number was given to another.
                    pidfd_open(pid, PidfdFlags::empty()).map_err(Into::into)
                });
                let _ = started.send(handle);
                if let Ok(status) = child.wait() {
                    let _ = set_ended.send(Some(status));
                }
            })
            .map_err(failed)?;
        let process = start.await.unwrap_or_else(|_| Err(std::io::ErrorKind::BrokenPipe.into())).map_err(failed)?;
        Ok(Self { name, process, ended, log, stop_signal })
    }

    /// Asks until the answer is yes. Fails at once when the server ends, and after `bound` in any case.
    pub async fn wait_until_ready(
        &self,
        bound: Duration,
        mut is_ready: impl AsyncFnMut() -> bool,
    ) -> Result<(), StoresError> {
        let deadline = Instant::now() + bound;
        let mut ended = self.ended.clone();
        loop {
            if is_ready().await {
                return Ok(());
            }
            if Instant::now() >= deadline {
                let seconds = bound.as_secs();
                return Err(StoresError::NotReady { server: self.name, seconds, log_tail: log_tail(&self.log) });
            }
            let next_look = tokio::time::timeout(READY_POLL, ended.wait_for(Option::is_some)).await;
            if let Ok(Ok(status)) = next_look
                && let Some(status) = *status
            {
                return Err(StoresError::Failed { step: self.name, status, log_tail: log_tail(&self.log) });
            }
        }
    }

    /// Done when the process has ended, for whatever reason.
    pub async fn ended(&self) {
        // An error means that the keeper is gone, and it goes only after its process.
        let _ = self.ended.clone().wait_for(Option::is_some).await;
    }

    /// Sends the stop signal and waits; what has not ended after `grace` is killed.
    pub async fn stop(self, grace: Duration) {
        self.signal(self.stop_signal);
        if tokio::time::timeout(grace, self.ended()).await.is_err() {
            tracing::warn!(server = self.name, "did not stop in time, killing it");
            self.signal(Signal::KILL);
            self.ended().await;
        }
    }

    fn signal(&self, signal: Signal) {
        // It fails only when the process has ended already.
        let _ = pidfd_send_signal(&self.process, signal);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.signal(self.stop_signal);
    }
}

/// Runs a program to its end, with its output in `log`.
pub async fn run(step: &'static str, words: &[String], log: &Path) -> Result<(), StoresError> {
    let failed = |source| StoresError::Io { step, source };
    let command = command_of(words, open_log(log).map_err(failed)?).map_err(failed)?;
    let status = tokio::process::Command::from(command).kill_on_drop(true).status().await.map_err(failed)?;
    if status.success() { Ok(()) } else { Err(StoresError::Failed { step, status, log_tail: log_tail(log) }) }
}

fn command_of(words: &[String], log: File) -> std::io::Result<Command> {
    let (program, arguments) = words.split_first().ok_or(std::io::ErrorKind::InvalidInput)?;
    let mut command = Command::new(program);
    command
        .args(arguments)
        // Settings of the user's own clients must not reach our server.
        .env_remove("PGDATA")
        .env_remove("PGPORT")
        .env_remove("PGHOST")
        .current_dir("/")
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log);
    // A Ctrl-C in the terminal is for us; we then end the server in order.
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    Ok(command)
}

fn open_log(path: &Path) -> std::io::Result<File> {
    let too_long = path.metadata().is_ok_and(|meta| meta.len() > LOG_BYTES_MAX);
    File::options().create(true).append(!too_long).write(true).truncate(too_long).open(path)
}

/// The last lines of a log; empty when it cannot be read.
pub fn log_tail(path: &Path) -> String {
    let mut text = Vec::new();
    let read = File::open(path).and_then(|mut file| {
        let length = file.metadata()?.len();
        file.seek(SeekFrom::Start(length.saturating_sub(LOG_TAIL_BYTES)))?;
        file.take(LOG_TAIL_BYTES).read_to_end(&mut text)
    });
    if read.is_err() {
        return String::new();
    }
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(LOG_TAIL_LINES)..].join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &[&str]) -> Vec<String> {
        text.iter().map(|&word| word.to_owned()).collect()
    }

    #[tokio::test]
    async fn a_server_that_ends_before_it_is_ready_shows_its_last_words() {
        let folder = tempfile::tempdir().expect("a folder");
        let log = folder.path().join("log");
        let server = Server::start("sh", &words(&["sh", "-c", "echo no room left; exit 3"]), log, Signal::TERM)
            .await
            .expect("sh");
        let error = server.wait_until_ready(Duration::from_secs(30), async || false).await.expect_err("it ended");
        assert!(error.to_string().contains("no room left"), "{error}");
    }

    #[tokio::test]
    async fn a_server_that_ignores_its_stop_signal_is_killed() {
        let folder = tempfile::tempdir().expect("a folder");
        let log = folder.path().join("log");
        let stubborn = words(&["sh", "-c", "trap '' TERM; echo up; while :; do sleep 0.05; done"]);
        let server = Server::start("sh", &stubborn, log.clone(), Signal::TERM).await.expect("sh");
        let up = async || log_tail(&log).contains("up");
        server.wait_until_ready(Duration::from_secs(30), up).await.expect("it prints");
        server.stop(Duration::from_millis(50)).await;
    }

    #[tokio::test]
    async fn a_program_that_is_missing_is_an_error() {
        let folder = tempfile::tempdir().expect("a folder");
        let started =
            Server::start("absent", &words(&["/nowhere/absent"]), folder.path().join("log"), Signal::TERM).await;
        assert!(matches!(started, Err(StoresError::Io { step: "absent", .. })));
    }
}
