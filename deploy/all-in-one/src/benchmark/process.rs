//! What a process has used, and which core it runs on, as Linux tells it.

use std::{
    fs, io,
    net::{Ipv4Addr, SocketAddr},
    process::Stdio,
    time::Duration,
};

use tokio::{net::TcpListener, process::Command};

/// Clock ticks a second in `/proc`, the same on every Linux.
const TICKS_PER_SECOND: u64 = 100;
/// Fields of `/proc/PID/stat` between the name's bracket and the time in user mode; the time in the kernel follows.
const FIELDS_BEFORE_TIMES: usize = 11;

/// Time that all threads of a process have worked, their system calls included.
pub fn worked(pid: u32) -> Option<Duration> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    Some(Duration::from_millis(ticks_worked(&stat)? * 1_000 / TICKS_PER_SECOND))
}

fn ticks_worked(stat: &str) -> Option<u64> {
    // The name may have anything in it, brackets too.
    let (_, fields) = stat.rsplit_once(") ")?;
    let times: Vec<u64> =
        fields.split(' ').skip(FIELDS_BEFORE_TIMES).take(2).map(str::parse).collect::<Result<_, _>>().ok()?;
    (times.len() == 2).then(|| times.iter().sum())
}

/// Holds this process and what it starts on one core; false where that cannot be done.
pub async fn pin_self(core: usize) -> bool {
    let pid = std::process::id().to_string();
    let arguments = ["-a", "-c", "-p", &core.to_string(), &pid];
    let pinned = Command::new("taskset").args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).status().await;
    pinned.is_ok_and(|status| status.success())
}

/// This program again, with other arguments, on one core.
pub fn own_program_on(core: usize) -> io::Result<Command> {
    let mut command = Command::new("taskset");
    command.args(["-c", &core.to_string()]).arg(std::env::current_exe()?);
    Ok(command)
}

/// An address on this machine that is free now.
pub async fn free_address() -> io::Result<SocketAddr> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?.local_addr()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_times_are_found_behind_any_name() {
        let stat = "7 (a) b (c) S 1 7 7 0 -1 4194304 100 0 0 0 250 50 0 0 20 0 4 0 100 1000 10";
        assert_eq!(ticks_worked(stat), Some(300));
        assert_eq!(ticks_worked("7 (cut) S 1 7"), None);
    }

    #[test]
    fn this_process_has_worked() {
        assert!(worked(std::process::id()).is_some());
    }
}
