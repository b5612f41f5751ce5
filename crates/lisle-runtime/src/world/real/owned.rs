//! The subprocesses that do not outlive the program, of all its threads: the first thread ends them when the program ends,
//! whatever the others do at that moment.

use std::sync::{Mutex, MutexGuard, PoisonError};

use rustix::process::{Pid, Signal};

#[derive(Debug, Default)]
struct State {
    /// The subprocesses, and whether each leads a process group.
    living: Vec<(Pid, bool)>,
    /// The program is over.
    over: bool,
}

/// What the threads of a program share. A number is here only while it names our subprocess: whoever waits for one of these
/// does so by [`Owned::reap`].
#[derive(Debug, Default)]
pub(super) struct Owned(Mutex<State>);

impl Owned {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a subprocess in. False if the program is over: then it is for the caller to end it.
    pub(super) fn add(&self, pid: Pid, group: bool) -> bool {
        let mut state = self.state();
        if !state.over {
            state.living.push((pid, group));
        }
        !state.over
    }

    /// Asks for the status of a subprocess, and forgets it if there is one.
    pub(super) fn reap<T>(&self, pid: Pid, ask: impl FnOnce() -> Option<T>) -> Option<T> {
        let mut state = self.state();
        let status = ask()?;
        state.living.retain(|(living, _)| *living != pid);
        Some(status)
    }

    /// The program ends, and its subprocesses with it.
    pub(super) fn end_all(&self) {
        let mut state = self.state();
        state.over = true;
        for (pid, group) in std::mem::take(&mut state.living) {
            // One that has ended already is still there for whoever waits for it.
            let _ = kill(pid, group, Signal::KILL);
        }
    }
}

/// Sends a signal to a subprocess, or to the group that it leads.
pub(super) fn kill(pid: Pid, group: bool, signal: Signal) -> rustix::io::Result<()> {
    if group { rustix::process::kill_process_group(pid, signal) } else { rustix::process::kill_process(pid, signal) }
}
