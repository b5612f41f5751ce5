//! Descriptors that belong to somebody else, such as those that a program was started with.
//!
//! Each of these is a selector of its own, which holds that one descriptor and is itself watched by the reactor. So the same
//! descriptor can be watched several times, and besides be a port's; and nothing is done to it.

use std::io::{self, ErrorKind};
use std::os::fd::{AsFd, BorrowedFd};
use std::time::Duration;

use mio::unix::SourceFd;
use mio::{Events, Interest, Poll, Token};

/// A selector with one descriptor.
#[derive(Debug)]
pub(super) struct Polled {
    poll: Poll,
    wanted: (bool, bool),
}

impl Polled {
    /// `None` for a descriptor that is always ready.
    pub(super) fn new(descriptor: i32, readable: bool, writable: bool) -> io::Result<Option<Polled>> {
        let interest = match (readable, writable) {
            (true, true) => Interest::READABLE | Interest::WRITABLE,
            (true, false) => Interest::READABLE,
            (false, true) => Interest::WRITABLE,
            (false, false) => return Err(ErrorKind::InvalidInput.into()),
        };
        let poll = Poll::new()?;
        match poll.registry().register(&mut SourceFd(&descriptor), Token(0), interest) {
            Ok(()) => Ok(Some(Polled { poll, wanted: (readable, writable) })),
            Err(error) if error.kind() == ErrorKind::PermissionDenied => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// For what it is ready, of what is wanted. Each change is told once, so ask again only after an event.
    pub(super) fn ready(&mut self) -> io::Result<(bool, bool)> {
        let mut events = Events::with_capacity(1);
        self.poll.poll(&mut events, Some(Duration::ZERO))?;
        let Some(event) = events.iter().next() else { return Err(ErrorKind::WouldBlock.into()) };
        let failed = event.is_error();
        let readable = self.wanted.0 && (event.is_readable() || event.is_read_closed() || failed);
        let writable = self.wanted.1 && (event.is_writable() || event.is_write_closed() || failed);
        match readable || writable {
            true => Ok((readable, writable)),
            // The other side of a pipe is gone, which shows as the end of the other direction: nobody need wait for more.
            false => Ok(self.wanted),
        }
    }
}

impl AsFd for Polled {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.poll.registry().as_fd()
    }
}
