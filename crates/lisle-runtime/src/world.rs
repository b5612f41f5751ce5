//! The boundary between a running program and everything that is not determined by it.
//!
//! Clock, entropy, readiness, the choice of the next runnable task, and all input and output pass
//! through [`World`] and nothing else, so that a program, a seed and a [`sim::SimWorld`] give the same
//! trace, event for event (I7). What a world offers is mechanism; buffering, order and errors as
//! programs see them are the scheduler's.

pub mod io;
pub mod real;
pub mod sim;

use std::io::Result;

use lisle_engine::Files;

use io::{Event, Io};
pub use real::RealWorld;
pub use sim::{NetworkFaults, SimWorld};

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

/// What ends a world's wait from another thread.
pub type Wake = Box<dyn Fn() + Send + Sync>;

/// What makes the world of another thread, in that thread.
pub type Isolate = Box<dyn FnOnce() -> Box<dyn World> + Send>;

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

    /// True when `choose_next` may give another task than the oldest.
    fn chooses(&self) -> bool {
        true
    }

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
    fn write(&mut self, stream: Stream, bytes: &[u8]) -> Result<()>;

    /// True when people watch the stream.
    fn is_terminal(&self, stream: Stream) -> bool;

    /// True when `write` never waits, so that nobody needs to.
    fn writes_at_once(&self) -> bool;

    /// What is open, and work that takes long.
    fn io(&mut self) -> &mut dyn Io;

    /// Adds events; waits for the first until then, or for ever without a time. Also ends, maybe without any, when somebody
    /// asks for something.
    fn poll(&mut self, until_ns: Option<u64>, events: &mut Vec<Event>);

    /// True when no event will ever come, whatever is waited for. Only a simulated world can know.
    fn is_cut_off(&self) -> bool {
        false
    }

    /// What ends a wait of this world from another thread.
    fn waker(&mut self) -> Wake {
        Box::new(|| {})
    }

    /// What makes the world of a thread that is about to start; `None` where there are none.
    fn isolate(&mut self) -> Option<Isolate> {
        None
    }

    /// True where threads can be started.
    fn has_threads(&self) -> bool {
        false
    }

    /// How many threads run at once.
    fn cores(&self) -> usize {
        1
    }

    /// The working directory.
    fn current_directory(&mut self) -> Result<String>;

    /// The variables of the environment, in order of their names.
    fn environment(&self) -> Vec<(String, String)>;
}
