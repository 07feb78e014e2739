//! This process on one core: figures of one core must not borrow from another.

use std::{fs, io};

use rustix::{
    io::Errno,
    process::Pid,
    thread::{CpuSet, sched_getaffinity, sched_setaffinity},
};

/// Holds from when it was made; threads that are started later inherit it.
#[derive(Debug)]
pub struct Pin {
    core: usize,
}

impl Pin {
    /// Moves all threads to the last core that this process may use.
    pub fn to_one_core() -> io::Result<Self> {
        let allowed = sched_getaffinity(None)?;
        let core = (0..CpuSet::MAX_CPU).rev().find(|&core| allowed.is_set(core));
        let pin = Self { core: core.ok_or_else(|| io::Error::other("this process may use no core"))? };
        for thread in threads()? {
            match sched_setaffinity(Some(thread), &pin.set()) {
                // It ended meanwhile.
                Ok(()) | Err(Errno::SRCH) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(pin)
    }

    pub fn core(&self) -> usize {
        self.core
    }

    /// Whether every thread is on the core, and nowhere else.
    pub fn holds(&self) -> io::Result<bool> {
        for thread in threads()? {
            match sched_getaffinity(Some(thread)) {
                Ok(set) if set != self.set() => return Ok(false),
                Ok(_) | Err(Errno::SRCH) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(true)
    }

    fn set(&self) -> CpuSet {
        let mut set = CpuSet::new();
        set.set(self.core);
        set
    }
}

fn threads() -> io::Result<Vec<Pid>> {
    let mut threads = Vec::new();
    for entry in fs::read_dir("/proc/self/task")? {
        threads.extend(entry?.file_name().to_str().and_then(|name| name.parse().ok()).and_then(Pid::from_raw));
    }
    Ok(threads)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The other tests of this process go on on that core.
    #[test]
    fn all_threads_move_to_one_core_and_those_they_start_stay_there() {
        let (go_on, gate) = std::sync::mpsc::channel::<()>();
        let waiting = std::thread::spawn(move || gate.recv().is_ok());
        let pin = Pin::to_one_core().expect("pinned");
        assert!(pin.holds().expect("asked"));
        assert_eq!(std::thread::available_parallelism().map(usize::from).ok(), Some(1));
        let started_later = std::thread::spawn(|| sched_getaffinity(None).map(|set| set.count()));
        assert_eq!(started_later.join().expect("a thread"), Ok(1));
        let allowed = Pin { core: pin.core + 1 };
        assert!(!allowed.holds().expect("asked"), "they are not on another one");
        go_on.send(()).expect("the thread waits");
        assert!(waiting.join().expect("a thread"));
    }
}
