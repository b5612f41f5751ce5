//! Subprocesses. Each is waited for from its start on, whether or not the program waits, so that none stays as a zombie.
//!
//! Where the system can report an exit as readiness of a descriptor (Linux), it does; elsewhere, or when descriptors have
//! run out, a thread waits.

use std::collections::BTreeMap;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{self, ExitStatus};
use std::sync::Arc;

use rustix::io::Errno;
use rustix::process::{Pid, PidfdFlags, Signal, WaitId, WaitIdOptions};

use super::owned::{self, Owned};
use crate::world::io::{ChildId, Command, Stdio};

/// A subprocess that was just started, and our ends of its pipes.
#[derive(Debug)]
pub(super) struct Started {
    pub(super) child: process::Child,
    pub(super) pipes: [Option<OwnedFd>; 3],
    pub(super) group: bool,
    pub(super) owned: bool,
}

/// Starts a program.
pub(super) fn start(command: &Command, owned: &Owned) -> io::Result<Started> {
    let mut system = process::Command::new(&command.program);
    system.args(&command.arguments);
    if command.clear_environment {
        system.env_clear();
    }
    for (name, value) in &command.environment {
        match value {
            Some(value) => system.env(name, value),
            None => system.env_remove(name),
        };
    }
    if let Some(directory) = &command.directory {
        system.current_dir(directory);
    }
    if command.group {
        system.process_group(0);
    }
    let stdio = |kind: Stdio| match kind {
        Stdio::Pipe => process::Stdio::piped(),
        Stdio::Null => process::Stdio::null(),
        Stdio::Inherit | Stdio::Output => process::Stdio::inherit(),
    };
    system.stdin(stdio(command.stdio[0])).stdout(stdio(command.stdio[1])).stderr(stdio(command.stdio[2]));
    let mut shared = None;
    match command.stdio {
        [_, Stdio::Pipe, Stdio::Output] => {
            let (reader, writer) = io::pipe()?;
            system.stdout(writer.try_clone()?).stderr(writer);
            shared = Some(OwnedFd::from(reader));
        }
        [_, Stdio::Null, Stdio::Output] => {
            system.stderr(process::Stdio::null());
        }
        [_, _, Stdio::Output] => {
            system.stderr(process::Stdio::from(io::stdout()));
        }
        _ => {}
    }
    let mut child = system.spawn()?;
    if command.owned && !owned.add(Pid::from_child(&child), command.group) {
        let _ = child.kill();
        let _ = child.wait();
        return Err(io::ErrorKind::Interrupted.into());
    }
    let pipes = [
        child.stdin.take().map(OwnedFd::from),
        child.stdout.take().map(OwnedFd::from).or(shared),
        child.stderr.take().map(OwnedFd::from),
    ];
    for pipe in pipes.iter().flatten() {
        if let Err(error) = rustix::io::ioctl_fionbio(pipe, true) {
            let _ = child.kill();
            wait(&mut child, owned);
            return Err(error.into());
        }
    }
    Ok(Started { child, pipes, group: command.group, owned: command.owned })
}

/// A living subprocess.
#[derive(Debug)]
struct Living {
    child: Option<process::Child>,
    pid: Pid,
    /// Readable when it has ended.
    exit: Option<OwnedFd>,
    group: bool,
    owned: bool,
}

/// All that live, of one thread.
#[derive(Debug)]
pub(super) struct Children {
    living: BTreeMap<u64, Living>,
    started: u64,
    /// Those of all threads that do not outlive the program.
    pub(super) owned: Arc<Owned>,
}

/// Waits for a subprocess: its exit code.
pub(super) fn wait(child: &mut process::Child, owned: &Owned) -> i64 {
    // Looks before it takes the status, so that its number is not given to another while it is still in the list.
    let pid = Pid::from_child(child);
    let look = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
    while matches!(rustix::process::waitid(WaitId::Pid(pid), look), Err(Errno::INTR)) {}
    owned.reap(pid, || Some(child.wait().map_or(-1, code))).unwrap_or(-1)
}

impl Children {
    /// None live yet.
    pub(super) fn new(owned: Arc<Owned>) -> Children {
        Children { living: BTreeMap::new(), started: 0, owned }
    }

    /// Takes a subprocess in. Gives what is readable when it has ended, or else the subprocess, for a thread to wait for.
    pub(super) fn insert(
        &mut self,
        child: process::Child,
        group: bool,
        owned: bool,
    ) -> (ChildId, Result<&OwnedFd, process::Child>) {
        self.started += 1;
        let id = self.started;
        let pid = Pid::from_child(&child);
        let exit = rustix::process::pidfd_open(pid, PidfdFlags::empty()).ok();
        let (child, given) = if exit.is_some() { (Some(child), None) } else { (None, Some(child)) };
        let living = self.living.entry(id).or_insert(Living { child, pid, exit, group, owned });
        let watched = match (&living.exit, given) {
            (Some(fd), _) => Ok(fd),
            (None, Some(child)) => Err(child),
            (None, None) => unreachable!("a subprocess without a descriptor is given to a thread"),
        };
        (ChildId(id), watched)
    }

    /// The exit of a subprocess was reported: its code, once it is there.
    pub(super) fn reap(&mut self, id: u64) -> Option<i64> {
        let living = self.living.get_mut(&id)?;
        let child = living.child.as_mut()?;
        // If somebody else has taken the status, what counts is that it is gone.
        let mut ask = || child.try_wait().map_or(Some(-1), |status| status.map(code));
        let code = if living.owned { self.owned.reap(living.pid, ask) } else { ask() }?;
        self.living.remove(&id);
        Some(code)
    }

    /// A thread has seen the end of a subprocess.
    pub(super) fn ended(&mut self, id: ChildId) {
        self.living.remove(&id.0);
    }

    /// Kills a subprocess that nobody is to know of, and waits for it.
    pub(super) fn end(&mut self, id: ChildId) {
        let Some(mut living) = self.living.remove(&id.0) else { return };
        match &mut living.child {
            Some(child) => {
                // It ends at once, so that the wait is short; if it has ended already, so much the better.
                let _ = child.kill();
                wait(child, &self.owned);
            }
            // A thread waits for it, unless there was none to be had: then the system does when this program ends.
            None => {
                let _ = rustix::process::kill_process(living.pid, Signal::KILL);
            }
        }
    }

    /// Sends a signal. Nothing happens if it has ended.
    pub(super) fn kill(&self, id: ChildId, signal: i32) -> io::Result<()> {
        let Some(living) = self.living.get(&id.0) else { return Ok(()) };
        let signal = Signal::from_named_raw(signal).ok_or(io::ErrorKind::InvalidInput)?;
        // Its number is not used again before it was waited for, and that is ours to do.
        match owned::kill(living.pid, living.group, signal) {
            Err(rustix::io::Errno::SRCH) => Ok(()),
            other => Ok(other?),
        }
    }
}

/// A thread of the program has ended, but not what it has started: each is waited for all the same.
impl Drop for Children {
    fn drop(&mut self) {
        for mut child in std::mem::take(&mut self.living).into_values().filter_map(|living| living.child) {
            let owned = self.owned.clone();
            // If there is no thread to be had, it stays a zombie until the program ends.
            let _ = std::thread::Builder::new().name("lisle-wait".to_owned()).spawn(move || wait(&mut child, &owned));
        }
    }
}

/// The exit code; the negative number of the signal that killed it.
pub(super) fn code(status: ExitStatus) -> i64 {
    match (status.code(), status.signal()) {
        (Some(code), _) => i64::from(code),
        (None, Some(signal)) => -i64::from(signal),
        (None, None) => -1,
    }
}
