//! What is open: descriptors by handle.

use std::fs::File;
use std::io::{self, IoSliceMut};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::Arc;

use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::io::{Errno, ReadWriteFlags};
use rustix::net::{RecvFlags, SendFlags};

use super::polled::Polled;
use crate::world::io::Handle;

/// Bytes that a blocking pipe or terminal takes without waiting, once it takes any: `PIPE_BUF`.
const SURELY_TAKEN: usize = 4096;

/// An open descriptor.
#[derive(Debug)]
pub(super) enum Open {
    /// A socket, not blocking.
    Socket(OwnedFd),
    /// A pipe or terminal that is ours alone, not blocking.
    Pipe(OwnedFd),
    /// A pipe, terminal or socket that other programs use, too: blocking, so it is asked before every use.
    Foreign(OwnedFd),
    /// What is always ready: a file, `/dev/null`.
    File(Arc<File>),
    /// A watch on a descriptor that is not ours.
    Polled(Box<Polled>),
    /// A watch on files, which a thread may be adding to.
    Changes(Arc<OwnedFd>),
}

impl Open {
    /// Its descriptor.
    pub(super) fn fd(&self) -> BorrowedFd<'_> {
        match self {
            Open::Socket(fd) | Open::Pipe(fd) | Open::Foreign(fd) => fd.as_fd(),
            Open::File(file) => file.as_fd(),
            Open::Polled(polled) => polled.as_fd(),
            Open::Changes(fd) => fd.as_fd(),
        }
    }

    /// Reads some bytes.
    pub(super) fn read(&self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            // A little shorter a way through the system than `read`.
            Open::Socket(fd) => Ok(rustix::net::recv(fd, buffer, RecvFlags::empty())?.0),
            Open::Pipe(_) | Open::File(_) => Ok(rustix::io::read(self.fd(), buffer)?),
            Open::Foreign(fd) => {
                self.ask(PollFlags::IN)?;
                Ok(rustix::io::read(fd, buffer)?)
            }
            Open::Polled(_) | Open::Changes(_) => Err(Errno::INVAL.into()),
        }
    }

    /// Writes some bytes.
    pub(super) fn write(&self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Open::Socket(fd) => Ok(rustix::net::send(fd, bytes, SendFlags::NOSIGNAL)?),
            Open::Pipe(_) | Open::File(_) => Ok(rustix::io::write(self.fd(), bytes)?),
            Open::Foreign(fd) => {
                self.ask(PollFlags::OUT)?;
                Ok(rustix::io::write(fd, &bytes[..bytes.len().min(SURELY_TAKEN)])?)
            }
            Open::Polled(_) | Open::Changes(_) => Err(Errno::INVAL.into()),
        }
    }

    /// Reads from a file without waiting for its medium.
    pub(super) fn read_at_now(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let mut buffers = [IoSliceMut::new(buffer)];
        match rustix::io::preadv2(self.fd(), &mut buffers, offset, ReadWriteFlags::NOWAIT) {
            // Not possible with this file system, or with this system at all.
            Err(Errno::OPNOTSUPP | Errno::NOSYS | Errno::INVAL) => Err(io::ErrorKind::WouldBlock.into()),
            other => Ok(other?),
        }
    }

    /// The socket's descriptor.
    pub(super) fn socket(&self) -> io::Result<&OwnedFd> {
        match self {
            Open::Socket(fd) => Ok(fd),
            Open::Pipe(_) | Open::Foreign(_) | Open::File(_) | Open::Polled(_) | Open::Changes(_) => {
                Err(Errno::NOTSOCK.into())
            }
        }
    }

    /// The file.
    pub(super) fn file(&self) -> io::Result<Arc<File>> {
        match self {
            Open::File(file) => Ok(file.clone()),
            Open::Socket(_) | Open::Pipe(_) | Open::Foreign(_) | Open::Polled(_) | Open::Changes(_) => {
                Err(Errno::SPIPE.into())
            }
        }
    }

    /// The watch on files.
    pub(super) fn changes(&self) -> io::Result<&Arc<OwnedFd>> {
        match self {
            Open::Changes(fd) => Ok(fd),
            Open::Socket(_) | Open::Pipe(_) | Open::Foreign(_) | Open::File(_) | Open::Polled(_) => {
                Err(Errno::INVAL.into())
            }
        }
    }

    /// Fails with `WouldBlock` unless it is ready.
    fn ask(&self, what: PollFlags) -> io::Result<()> {
        let now = Timespec::default();
        match rustix::event::poll(&mut [PollFd::from_borrowed_fd(self.fd(), what)], Some(&now))? {
            0 => Err(io::ErrorKind::WouldBlock.into()),
            _ => Ok(()),
        }
    }
}

/// All that is open.
#[derive(Debug, Default)]
pub(super) struct Table {
    entries: Vec<Option<Open>>,
    free: Vec<u32>,
}

impl Table {
    /// Takes something in.
    pub(super) fn insert(&mut self, open: Open) -> Handle {
        match self.free.pop() {
            Some(index) => {
                self.entries[index as usize] = Some(open);
                Handle(index)
            }
            None => {
                self.entries.push(Some(open));
                Handle((self.entries.len() - 1) as u32)
            }
        }
    }

    /// What a handle stands for.
    #[inline]
    pub(super) fn get(&self, handle: Handle) -> io::Result<&Open> {
        self.entries.get(handle.0 as usize).and_then(Option::as_ref).ok_or_else(|| Errno::BADF.into())
    }

    /// The watched descriptor that a handle stands for.
    pub(super) fn polled(&mut self, handle: Handle) -> io::Result<&mut Polled> {
        match self.entries.get_mut(handle.0 as usize) {
            Some(Some(Open::Polled(polled))) => Ok(polled),
            _ => Err(Errno::BADF.into()),
        }
    }

    /// Closes it.
    pub(super) fn remove(&mut self, handle: Handle) {
        if self.entries.get_mut(handle.0 as usize).and_then(Option::take).is_some() {
            self.free.push(handle.0);
        }
    }
}
