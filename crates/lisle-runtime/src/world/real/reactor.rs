//! Readiness from the operating system, by mio: edge triggered, one registration a descriptor.
//!
//! Tokens are the numbers of handles, but for a few: the waker, by which pools say that they have finished something, and
//! the pipe of the signal handlers.

use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd};
use std::sync::Arc;
use std::time::{Duration, Instant};

use mio::unix::SourceFd;
use mio::{Events, Interest, Poll, Token, Waker};
use rustix::event::{PollFd, PollFlags, Timespec};

use super::spin::{SPIN, Spin};

/// Events taken from the system at once. With few, what a connection has in the cache is still there when it is answered: at
/// 10,000 connections, 32 take a sixth less of the processor than 1,024.
const EVENTS: usize = 32;

const WAKER: Token = Token(usize::MAX);
const SIGNALS: Token = Token(usize::MAX - 1);
/// Tokens from here on, up to those above, are subprocesses.
const CHILDREN: usize = 1 << 40;

/// What a token stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// A handle of that number.
    Handle(u32),
    /// The exit of a subprocess.
    Child(u64),
    /// The pipe of the signal handlers.
    Signals,
}

/// A source and what it is ready for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Readiness {
    pub(super) source: Source,
    pub(super) readable: bool,
    pub(super) writable: bool,
    pub(super) ended: bool,
}

/// The selector.
#[derive(Debug)]
pub(super) struct Reactor {
    poll: Poll,
    events: Events,
    waker: Arc<Waker>,
    spin: Spin,
}

impl Reactor {
    /// Errors: no descriptors are left.
    pub(super) fn new() -> io::Result<Reactor> {
        let poll = Poll::new()?;
        let waker = Arc::new(Waker::new(poll.registry(), WAKER)?);
        Ok(Reactor { poll, events: Events::with_capacity(EVENTS), waker, spin: Spin::default() })
    }

    /// Ends a wait from another thread.
    pub(super) fn waker(&self) -> Arc<Waker> {
        self.waker.clone()
    }

    /// Reports readiness of a descriptor from now on, until it is closed. `false` for one that is always ready, such as a
    /// file's.
    pub(super) fn add(&self, fd: BorrowedFd<'_>, source: Source) -> io::Result<bool> {
        let (token, interest) = match source {
            Source::Handle(index) => (Token(index as usize), Interest::READABLE | Interest::WRITABLE),
            Source::Child(id) => (Token(CHILDREN + id as usize), Interest::READABLE),
            Source::Signals => (SIGNALS, Interest::READABLE),
        };
        match self.poll.registry().register(&mut SourceFd(&fd.as_raw_fd()), token, interest) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Ends the reports on a descriptor that is not ours to close.
    pub(super) fn remove(&self, fd: BorrowedFd<'_>) {
        // Nothing is lost if it was not there.
        let _ = self.poll.registry().deregister(&mut SourceFd(&fd.as_raw_fd()));
    }

    /// Waits for events so long, or for ever, and tells what is ready.
    pub(super) fn poll(&mut self, timeout: Option<Duration>, mut ready: impl FnMut(Readiness)) {
        let now = Some(Duration::ZERO);
        if timeout == now {
            self.ask(now);
        } else if let Err(spun) = self.spin(timeout) {
            let start = Instant::now();
            self.sleep(timeout.map(|timeout| timeout.saturating_sub(spun)));
            self.spin.slept(start.elapsed());
        }
        for event in &self.events {
            let source = match event.token() {
                WAKER => continue,
                SIGNALS => Source::Signals,
                Token(index) if index >= CHILDREN => Source::Child((index - CHILDREN) as u64),
                Token(index) => Source::Handle(index as u32),
            };
            let failed = event.is_error();
            ready(Readiness {
                source,
                readable: event.is_readable() || event.is_read_closed() || failed,
                writable: event.is_writable() || event.is_write_closed() || failed,
                ended: event.is_read_closed() || failed,
            });
        }
    }

    /// Takes events from the system. An error means that a signal came, or that waiting is impossible: there are none then, and
    /// the caller looks at the clock anyway.
    fn ask(&mut self, timeout: Option<Duration>) {
        if self.poll.poll(&mut self.events, timeout).is_err() {
            self.events.clear();
        }
    }

    /// Asks for events again and again for a moment, if some are likely to come. If none have, the error is how long that took.
    fn spin(&mut self, timeout: Option<Duration>) -> Result<(), Duration> {
        if !self.spin.is_likely() {
            return Err(Duration::ZERO);
        }
        let (start, most) = (Instant::now(), timeout.map_or(SPIN, |timeout| timeout.min(SPIN)));
        loop {
            self.ask(Some(Duration::ZERO));
            let spun = start.elapsed();
            if !self.events.is_empty() {
                self.spin.spun(true);
                return Ok(());
            }
            if spun >= most {
                self.spin.spun(false);
                return Err(spun);
            }
            std::thread::yield_now();
        }
    }

    fn sleep(&mut self, timeout: Option<Duration>) {
        let mut timeout = timeout;
        if let Some(duration) = timeout {
            // The selector counts in milliseconds, which is too coarse for timers; the selector's descriptor can be waited
            // for with nanoseconds. What is longer than the type holds is as good as for ever.
            let until = Timespec::try_from(duration).ok();
            let registry = self.poll.registry().as_fd();
            let _ = rustix::event::poll(&mut [PollFd::from_borrowed_fd(registry, PollFlags::IN)], until.as_ref());
            timeout = Some(Duration::ZERO);
        }
        self.ask(timeout);
    }
}
