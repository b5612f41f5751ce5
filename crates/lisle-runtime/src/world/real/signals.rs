//! Signals of the operating system, turned into flags and into a byte that ends a wait.
//!
//! Handlers set a flag and write to a pipe, which is all that a handler may do. The run loop looks at the flags
//! between turns; the reactor waits for the pipe. Flag first, pipe second: whoever finds the byte finds the flag set.

use std::collections::BTreeMap;
use std::io::{self, Read};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use signal_hook::consts::{SIGINT, SIGQUIT};
use signal_hook::{SigId, flag, low_level};

use crate::world::Asked;

/// The exit code of a process that SIGINT has ended, as shells count.
const INTERRUPTED_CODE: i32 = 130;

/// The handlers' ends.
#[derive(Debug)]
pub(super) struct Signals {
    wakes: UnixStream,
    writes: UnixStream,
    interrupt: Arc<AtomicBool>,
    inspect: Arc<AtomicBool>,
    /// The next SIGINT ends the process.
    again: Arc<AtomicBool>,
    /// Those that the program asked for.
    watched: BTreeMap<i32, Watched>,
}

#[derive(Debug)]
struct Watched {
    came: Arc<AtomicBool>,
    /// The signal does again what it did at first.
    restored: Arc<AtomicBool>,
    handlers: Vec<SigId>,
}

impl Signals {
    /// No handlers yet.
    pub(super) fn new() -> io::Result<Signals> {
        let (wakes, writes) = UnixStream::pair()?;
        wakes.set_nonblocking(true)?;
        writes.set_nonblocking(true)?;
        let [interrupt, inspect, again] = [(); 3].map(|()| Arc::new(AtomicBool::new(false)));
        Ok(Signals { wakes, writes, interrupt, inspect, again, watched: BTreeMap::new() })
    }

    /// Installs the handlers of people's wishes: SIGINT asks for an interruption, and the second one ends the process at
    /// once; SIGQUIT asks for a picture.
    pub(super) fn install(&mut self) -> io::Result<()> {
        // Handlers run in the order of registration: this one sees only what an earlier signal has set.
        flag::register_conditional_shutdown(SIGINT, INTERRUPTED_CODE, self.again.clone())?;
        flag::register(SIGINT, self.again.clone())?;
        flag::register(SIGINT, self.interrupt.clone())?;
        low_level::pipe::register(SIGINT, self.writes.try_clone()?)?;
        flag::register(SIGQUIT, self.inspect.clone())?;
        low_level::pipe::register(SIGQUIT, self.writes.try_clone()?)?;
        Ok(())
    }

    /// The end to wait for.
    pub(super) fn fd(&self) -> BorrowedFd<'_> {
        self.wakes.as_fd()
    }

    /// What was asked for since the last `take`.
    pub(super) fn asked(&self) -> Asked {
        let set = |flag: &AtomicBool| flag.load(Ordering::Relaxed);
        Asked { interrupt: set(&self.interrupt) && !self.watches(SIGINT), inspect: set(&self.inspect) }
    }

    /// Takes what was asked for.
    pub(super) fn take(&self) -> Asked {
        let take = |flag: &AtomicBool| flag.swap(false, Ordering::Relaxed);
        Asked { interrupt: take(&self.interrupt) && !self.watches(SIGINT), inspect: take(&self.inspect) }
    }

    fn watches(&self, signal: i32) -> bool {
        self.watched.get(&signal).is_some_and(|watched| !watched.restored.load(Ordering::Relaxed))
    }

    /// From now on the signal is reported by [`Signals::arrived`].
    ///
    /// Errors: the system does not let programs handle that signal.
    pub(super) fn watch(&mut self, signal: i32) -> io::Result<()> {
        if self.watches(signal) {
            return Ok(());
        }
        if signal_hook::consts::FORBIDDEN.contains(&signal) {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        let came = Arc::new(AtomicBool::new(false));
        let restored = match self.watched.get(&signal) {
            Some(watched) => {
                watched.restored.store(false, Ordering::Relaxed);
                watched.restored.clone()
            }
            None => {
                let restored = Arc::new(AtomicBool::new(false));
                // SIGINT has a meaning of its own to go back to.
                if signal != SIGINT && signal != SIGQUIT {
                    flag::register_conditional_default(signal, restored.clone())?;
                }
                restored
            }
        };
        let handlers =
            vec![flag::register(signal, came.clone())?, low_level::pipe::register(signal, self.writes.try_clone()?)?];
        self.watched.insert(signal, Watched { came, restored, handlers });
        Ok(())
    }

    /// The signal does again what it did at first.
    pub(super) fn unwatch(&mut self, signal: i32) {
        if let Some(watched) = self.watched.get_mut(&signal) {
            watched.restored.store(true, Ordering::Relaxed);
            for handler in watched.handlers.drain(..) {
                low_level::unregister(handler);
            }
        }
    }

    /// The signals that have come since it was asked last. Several of one kind may count as one, as everywhere.
    pub(super) fn arrived(&self) -> Vec<i32> {
        // The bytes have done their work. One that is left would end the next wait, which harms nobody.
        let mut bytes = [0; 64];
        while (&self.wakes).read(&mut bytes).is_ok_and(|count| count == bytes.len()) {}
        let mut arrived = Vec::new();
        for (signal, watched) in &self.watched {
            if watched.came.swap(false, Ordering::Relaxed) {
                arrived.push(*signal);
                if *signal == SIGINT {
                    // The program has it: the next one is an event again.
                    self.again.store(false, Ordering::Relaxed);
                    self.interrupt.store(false, Ordering::Relaxed);
                }
            }
        }
        arrived
    }
}
