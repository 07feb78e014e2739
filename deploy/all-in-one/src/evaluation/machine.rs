//! The machine and the build that figures were measured with: without them a time means nothing.

use std::{fs, time::Duration};

use rustix::time::{ClockId, clock_gettime};
use serde::Serialize;

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Machine {
    pub cpu: String,
    pub cores: usize,
    pub build: &'static str,
}

impl Machine {
    pub fn here() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let build = if cfg!(debug_assertions) { "dev" } else { "release" };
        let cpu = fs::read_to_string("/proc/cpuinfo").ok().and_then(|info| field(&info, "model name"));
        Self { cpu: cpu.unwrap_or_else(|| std::env::consts::ARCH.to_owned()), cores, build }
    }
}

impl std::fmt::Display for Machine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}, {} cores, {} build", self.cpu, self.cores, self.build)
    }
}

/// Memory that this process holds, in MiB; `None` where the system does not tell.
pub fn resident_mib() -> Option<u64> {
    Some(resident_kib(std::process::id())? / 1_024)
}

/// The same of any process, in KiB.
pub fn resident_kib(pid: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    field(&status, "VmRSS")?.split(' ').next()?.parse().ok()
}

/// What all threads of this process worked, so far.
pub fn cpu_time() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec.try_into().unwrap_or(0), time.tv_nsec.try_into().unwrap_or(0))
}

/// The value of a line "name : value".
fn field(text: &str, name: &str) -> Option<String> {
    let (_, value) = text.lines().filter_map(|line| line.split_once(':')).find(|(key, _)| key.trim() == name)?;
    Some(value.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found_by_their_whole_name() {
        let text = "model\t\t: 1\nmodel name\t: A CPU\nVmRSS:\t  2048 kB\n";
        assert_eq!(field(text, "model name").as_deref(), Some("A CPU"));
        assert_eq!(field(text, "VmRSS").as_deref(), Some("2048 kB"));
        assert_eq!(field(text, "VmPeak"), None);
    }
}
