//! Standard output, held back while nobody can notice.
//!
//! On a terminal every write goes out at once. Otherwise bytes are gathered and written out when the
//! scheduler is about to wait, when 64 KiB have come together, when printing goes on for 50 ms, before
//! anything goes to standard error (so that both keep their order when they meet in one file), and
//! whenever the program ends.

use std::io;

use crate::world::{Stream, World};

/// Bytes held back at most.
const HELD_BACK_MAX: usize = 64 * 1024;
/// How long the oldest byte is held back while the program goes on printing.
const HELD_BACK_NS: u64 = 50_000_000;

/// The buffer of standard output.
#[derive(Debug)]
pub(crate) struct Output {
    held_back: Vec<u8>,
    /// When the oldest of these bytes came.
    since_ns: u64,
    direct: bool,
    /// Nobody reads any more: the program ends quietly.
    pub(crate) closed: bool,
}

impl Output {
    pub(crate) fn new(world: &dyn World) -> Output {
        Output { held_back: Vec::new(), since_ns: 0, direct: world.is_terminal(Stream::Stdout), closed: false }
    }

    /// Writes to one of the streams.
    pub(crate) fn write(&mut self, world: &mut dyn World, stream: Stream, bytes: &[u8]) -> io::Result<()> {
        match stream {
            Stream::Stderr => {
                self.flush(world)?;
                world.write(Stream::Stderr, bytes)
            }
            Stream::Stdout if self.direct => {
                let result = world.write(Stream::Stdout, bytes);
                self.note_closed(result)
            }
            Stream::Stdout => {
                if self.held_back.is_empty() {
                    self.since_ns = world.now_ns();
                }
                self.held_back.extend_from_slice(bytes);
                if self.held_back.len() >= HELD_BACK_MAX {
                    return self.flush(world);
                }
                self.flush_old(world)
            }
        }
    }

    /// Writes out what is held back.
    pub(crate) fn flush(&mut self, world: &mut dyn World) -> io::Result<()> {
        if self.held_back.is_empty() {
            return Ok(());
        }
        let result = world.write(Stream::Stdout, &self.held_back);
        self.held_back.clear();
        self.note_closed(result)
    }

    /// Writes out what is held back for long.
    pub(crate) fn flush_old(&mut self, world: &mut dyn World) -> io::Result<()> {
        if !self.held_back.is_empty() && world.now_ns().saturating_sub(self.since_ns) >= HELD_BACK_NS {
            return self.flush(world);
        }
        Ok(())
    }

    fn note_closed(&mut self, result: io::Result<()>) -> io::Result<()> {
        if result.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::BrokenPipe) {
            self.closed = true;
        }
        result
    }
}
