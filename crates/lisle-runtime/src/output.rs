//! Standard output, held back while nobody can notice.
//!
//! On a terminal every write goes out at once. Otherwise bytes are gathered and written out when the
//! scheduler is about to wait, when 64 KiB have come together, when printing goes on for 50 ms, before
//! anything goes to standard error (so that both keep their order when they meet in one file), and
//! whenever the program ends.
//!
//! Nobody reads as fast as a program can print. What the system does not take at once stays here, and goes on when it takes
//! more; once there is too much ([`Output::is_full`]), writers wait.

use std::io::{self, ErrorKind};

use crate::world::io::{Handle, Standard};
use crate::world::{Stream, World};

/// Bytes held back at most before they are written out; and how many may be left then before writers wait.
const HELD_BACK_MAX: usize = 64 * 1024;
/// How long the oldest byte is held back while the program goes on printing.
const HELD_BACK_NS: u64 = 50_000_000;

/// What one stream has not written yet.
#[derive(Debug, Default)]
struct Backlog {
    bytes: Vec<u8>,
    /// Where the next byte is in `bytes`.
    start: usize,
    handle: Option<Handle>,
    /// The system takes nothing at the moment.
    blocked: bool,
}

/// The buffers of standard output and standard error.
#[derive(Debug)]
pub(crate) struct Output {
    output: Backlog,
    errors: Backlog,
    /// When the oldest of the bytes held back came.
    since_ns: u64,
    direct: bool,
    /// Nobody reads any more: the program ends quietly.
    pub(crate) closed: bool,
}

impl Backlog {
    fn len(&self) -> usize {
        self.bytes.len() - self.start
    }

    fn append(&mut self, bytes: &[u8]) {
        if self.start > 0 {
            self.bytes.drain(..self.start);
            self.start = 0;
        }
        self.bytes.extend_from_slice(bytes);
    }

    /// Writes as much as the system takes.
    fn flush(&mut self, world: &mut dyn World, stream: Stream) -> io::Result<()> {
        if self.len() == 0 || self.blocked {
            return Ok(());
        }
        if world.writes_at_once() {
            return self.finish(world, stream);
        }
        let handle = match self.handle {
            Some(handle) => handle,
            None => {
                let which = if stream == Stream::Stdout { Standard::Output } else { Standard::Error };
                match world.io().standard(which) {
                    Ok(handle) => *self.handle.insert(handle),
                    // Without a descriptor to wait with, it is written in the old way.
                    Err(_) => return self.finish(world, stream),
                }
            }
        };
        while self.len() > 0 {
            match world.io().write_some(handle, &self.bytes[self.start..]) {
                Ok(count) => self.start += count,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    self.blocked = true;
                    return Ok(());
                }
                Err(error) => {
                    self.clear();
                    return Err(error);
                }
            }
        }
        self.clear();
        Ok(())
    }

    /// Writes everything, however long it takes.
    fn finish(&mut self, world: &mut dyn World, stream: Stream) -> io::Result<()> {
        let result = if self.len() == 0 { Ok(()) } else { world.write(stream, &self.bytes[self.start..]) };
        self.clear();
        result
    }

    fn clear(&mut self) {
        self.start = 0;
        self.bytes.clear();
        self.bytes.shrink_to(HELD_BACK_MAX);
    }
}

impl Output {
    pub(crate) fn new(world: &dyn World) -> Output {
        Output {
            output: Backlog::default(),
            errors: Backlog::default(),
            since_ns: 0,
            direct: world.is_terminal(Stream::Stdout),
            closed: false,
        }
    }

    /// Writes to one of the streams. All of it is taken, if there is no error.
    pub(crate) fn write(&mut self, world: &mut dyn World, stream: Stream, bytes: &[u8]) -> io::Result<()> {
        match stream {
            Stream::Stderr => {
                self.flush(world)?;
                self.errors.append(bytes);
                self.errors.flush(world, Stream::Stderr)
            }
            Stream::Stdout => {
                if self.output.len() == 0 {
                    self.since_ns = world.now_ns();
                }
                self.output.append(bytes);
                if self.direct || self.output.len() >= HELD_BACK_MAX {
                    return self.flush(world);
                }
                self.flush_old(world)
            }
        }
    }

    /// True when writers should wait.
    pub(crate) fn is_full(&self) -> bool {
        let full = |backlog: &Backlog| backlog.blocked && backlog.len() >= HELD_BACK_MAX;
        full(&self.output) || full(&self.errors)
    }

    /// Writes out what is held back, as far as the system takes it.
    pub(crate) fn flush(&mut self, world: &mut dyn World) -> io::Result<()> {
        let result = self.output.flush(world, Stream::Stdout);
        self.note_closed(result)
    }

    /// The system takes more.
    pub(crate) fn resume(&mut self, world: &mut dyn World) -> io::Result<()> {
        (self.output.blocked, self.errors.blocked) = (false, false);
        self.flush(world)?;
        self.errors.flush(world, Stream::Stderr)
    }

    /// Writes out everything, however long that takes: the program ends.
    pub(crate) fn finish(&mut self, world: &mut dyn World) -> io::Result<()> {
        let result = self.output.finish(world, Stream::Stdout);
        let result = self.note_closed(result);
        result.and(self.errors.finish(world, Stream::Stderr))
    }

    /// Writes out what is held back for long.
    pub(crate) fn flush_old(&mut self, world: &mut dyn World) -> io::Result<()> {
        if self.output.len() > 0 && world.now_ns().saturating_sub(self.since_ns) >= HELD_BACK_NS {
            return self.flush(world);
        }
        Ok(())
    }

    /// Through which handles it writes, as far as it has.
    pub(crate) fn handles(&self) -> impl Iterator<Item = Handle> + use<> {
        [self.output.handle, self.errors.handle].into_iter().flatten()
    }

    fn note_closed(&mut self, result: io::Result<()>) -> io::Result<()> {
        if result.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::BrokenPipe) {
            self.closed = true;
        }
        result
    }
}
