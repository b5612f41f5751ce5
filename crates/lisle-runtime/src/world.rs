//! The boundary between a running program and everything that is not determined by it.
//!
//! Clock, entropy, readiness, the choice of the next runnable task, and all input and output pass
//! through [`World`] and nothing else, so that a program, a seed and a [`sim::SimWorld`] give the same
//! trace, event for event (I7). What a world offers is mechanism; buffering, order and errors as
//! programs see them are the scheduler's.

pub mod real;
mod signals;
pub mod sim;

use std::io;

use lisle_engine::Files;

pub use real::RealWorld;
pub use sim::SimWorld;

/// One of the standard streams that can be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

/// What people have asked for, from outside of the program.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// That the program ends (SIGINT).
    pub interrupt: bool,
    /// A picture of the fibers (SIGQUIT).
    pub inspect: bool,
}

/// What a program can meet outside of itself.
pub trait World: Files {
    /// Nanoseconds since the start, by a clock that never goes back.
    fn now_ns(&mut self) -> u64;

    /// Nanoseconds since the Unix epoch.
    fn realtime_ns(&mut self) -> u64;

    /// Nanoseconds of processor time used.
    fn cpu_ns(&mut self) -> u64;

    /// Unpredictable bits; predictable under a seed.
    fn entropy(&mut self) -> u64;

    /// Which of `runnable` tasks (at least one, oldest first) runs next.
    fn choose_next(&mut self, runnable: usize) -> usize;

    /// Waits until something is ready, somebody asks for something, or the deadline is reached, whichever comes first.
    fn wait_until(&mut self, deadline_ns: u64);

    /// What was asked for since the last `take_asked`.
    fn asked(&self) -> Asked {
        Asked::default()
    }

    /// Takes what was asked for.
    fn take_asked(&mut self) -> Asked {
        Asked::default()
    }

    /// Learns that the program has computed without waiting: so many calls and backward jumps. Simulated time goes on
    /// by that, so that a program which watches the clock gets somewhere.
    fn note_computation(&mut self, _units: u64) {}

    /// Writes all of the bytes.
    fn write(&mut self, stream: Stream, bytes: &[u8]) -> io::Result<()>;

    /// True when people watch the stream.
    fn is_terminal(&self, stream: Stream) -> bool;

    /// Reads some bytes of standard input; 0 at its end. An interruption ends it with an error.
    fn read_stdin(&mut self, buffer: &mut [u8]) -> io::Result<usize>;

    /// Replaces a file, or adds to its end.
    fn write_file(&mut self, path: &str, bytes: &[u8], append: bool) -> io::Result<()>;

    /// True when a file, directory, or anything else of that name exists.
    fn exists(&mut self, path: &str) -> bool;

    /// True when it is a directory.
    fn is_directory(&mut self, path: &str) -> bool;

    /// The working directory.
    fn current_directory(&mut self) -> io::Result<String>;

    /// The variables of the environment, in order of their names.
    fn environment(&self) -> Vec<(String, String)>;
}
