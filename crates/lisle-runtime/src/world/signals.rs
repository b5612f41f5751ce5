//! Signals of the operating system, turned into flags and into a byte that ends a wait.
//!
//! Handlers set a flag and write to a pipe, which is all that a handler may do. The run loop looks at the flags
//! between turns; a wait polls the pipe. Flag first, pipe second: whoever finds the byte finds the flag set.

use std::io::{self, Read};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use signal_hook::consts::{SIGINT, SIGQUIT};
use signal_hook::{flag, low_level};

use super::Asked;

/// The exit code of a process that SIGINT has ended, as shells count.
const INTERRUPTED_CODE: i32 = 130;

/// The handlers' ends.
#[derive(Debug)]
pub(super) struct Signals {
    interrupt: Arc<AtomicBool>,
    inspect: Arc<AtomicBool>,
    wakes: UnixStream,
}

impl Signals {
    /// Installs handlers: SIGINT asks for an interruption, and the second one ends the process at once; SIGQUIT asks
    /// for a picture.
    pub(super) fn install() -> io::Result<Signals> {
        let (wakes, writes) = UnixStream::pair()?;
        wakes.set_nonblocking(true)?;
        let [interrupt, inspect, again] = [(); 3].map(|()| Arc::new(AtomicBool::new(false)));
        // Handlers run in the order of registration: this one sees only what an earlier signal has set.
        flag::register_conditional_shutdown(SIGINT, INTERRUPTED_CODE, again.clone())?;
        flag::register(SIGINT, again)?;
        flag::register(SIGINT, interrupt.clone())?;
        low_level::pipe::register(SIGINT, writes.try_clone()?)?;
        flag::register(SIGQUIT, inspect.clone())?;
        low_level::pipe::register(SIGQUIT, writes)?;
        Ok(Signals { interrupt, inspect, wakes })
    }

    /// What was asked for since the last `take`.
    pub(super) fn asked(&self) -> Asked {
        let set = |flag: &AtomicBool| flag.load(Ordering::Relaxed);
        Asked { interrupt: set(&self.interrupt), inspect: set(&self.inspect) }
    }

    /// Takes what was asked for.
    pub(super) fn take(&self) -> Asked {
        let take = |flag: &AtomicBool| flag.swap(false, Ordering::Relaxed);
        Asked { interrupt: take(&self.interrupt), inspect: take(&self.inspect) }
    }

    /// Waits so long, or until a signal comes.
    pub(super) fn wait(&self, duration: Duration) {
        // What is longer than the type holds is as good as for ever.
        let timeout = Timespec::try_from(duration).ok();
        // An error means that a signal came, or that waiting is impossible; the caller looks at the clock anyway.
        let _ = poll(&mut [PollFd::new(&self.wakes, PollFlags::IN)], timeout.as_ref());
        self.drain();
    }

    /// Waits until something can be read there.
    ///
    /// Errors: an interruption came.
    pub(super) fn wait_for_input(&self, input: &impl AsFd) -> io::Result<()> {
        loop {
            if self.asked().interrupt {
                return Err(io::ErrorKind::Interrupted.into());
            }
            let mut both = [PollFd::new(input, PollFlags::IN), PollFd::new(&self.wakes, PollFlags::IN)];
            match poll(&mut both, None) {
                // Its end and errors count, too: reading tells.
                Ok(_) if !both[0].revents().is_empty() => return Ok(()),
                Ok(_) | Err(rustix::io::Errno::INTR) => self.drain(),
                // Reading will tell what is wrong.
                Err(_) => return Ok(()),
            }
        }
    }

    /// Takes the bytes, which have done their work. One that is left would end the next wait, which harms nobody.
    fn drain(&self) {
        let mut bytes = [0; 64];
        let _ = (&self.wakes).read(&mut bytes);
    }
}
