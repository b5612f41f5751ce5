//! The world as it is.
#![allow(clippy::disallowed_methods, reason = "this module is where the operating system comes in")]

mod children;
mod files;
mod io_driver;
mod notify;
mod open;
mod owned;
mod polled;
mod pool;
mod reactor;
mod signals;
mod sockets;
mod spin;

use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use lisle_engine::Files;

use super::io::Io;
use super::sim::Recorded;
use super::{Asked, Isolate, Stream, Wake, World};
use io_driver::Driver;

/// The operating system.
#[derive(Debug)]
pub struct RealWorld {
    start: Instant,
    driver: Driver,
    /// Takes the output in place of the standard streams.
    recorded: Option<Recorded>,
}

impl Default for RealWorld {
    fn default() -> RealWorld {
        RealWorld::new()
    }
}

impl RealWorld {
    /// A world whose clock starts now.
    pub fn new() -> RealWorld {
        RealWorld { start: Instant::now(), driver: Driver::default(), recorded: None }
    }

    /// Takes the signals of this process: for the one program that a process runs.
    ///
    /// Errors: the operating system refuses.
    pub fn with_signals(mut self) -> io::Result<RealWorld> {
        self.driver.signals()?.install()?;
        Ok(self)
    }

    /// Keeps the output for itself.
    #[must_use]
    pub fn recording(mut self) -> RealWorld {
        self.recorded = Some(Recorded::default());
        self
    }

    /// What was written, if it is kept.
    pub fn recorded(&self) -> Recorded {
        self.recorded.clone().unwrap_or_default()
    }

    /// How long it is until then.
    fn remaining(&self, until_ns: u64) -> Duration {
        Duration::from_nanos(until_ns.saturating_sub(nanoseconds(self.start.elapsed())))
    }
}

/// As `as_nanos`, which takes twice the instructions: the clock is read at nearly every turn while there are timers.
fn nanoseconds(time: Duration) -> u64 {
    time.as_secs().saturating_mul(1_000_000_000).saturating_add(u64::from(time.subsec_nanos()))
}

impl Files for RealWorld {
    fn read(&mut self, path: &str) -> io::Result<Vec<u8>> {
        std::fs::read(path)
    }

    fn is_file(&mut self, path: &str) -> bool {
        std::fs::metadata(path).is_ok_and(|m| !m.is_dir())
    }

    fn canonical(&mut self, path: &str) -> String {
        let canonical = std::fs::canonicalize(path);
        canonical.ok().and_then(|p| p.into_os_string().into_string().ok()).unwrap_or_else(|| path.to_owned())
    }
}

impl World for RealWorld {
    fn now_ns(&mut self) -> u64 {
        nanoseconds(self.start.elapsed())
    }

    fn realtime_ns(&mut self) -> u64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
    }

    fn cpu_ns(&mut self) -> u64 {
        // The first number is the time this thread ran. Where there is no such file, elapsed time is the best guess.
        let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
        text.split_whitespace().next().and_then(|n| n.parse().ok()).unwrap_or_else(|| self.now_ns())
    }

    fn entropy(&mut self) -> u64 {
        use std::hash::{BuildHasher, Hasher};
        // The standard library seeds its hashers from the operating system.
        std::collections::hash_map::RandomState::new().build_hasher().finish()
    }

    fn chooses(&self) -> bool {
        false
    }

    fn choose_next(&mut self, _runnable: usize) -> usize {
        0
    }

    fn wait_until(&mut self, deadline_ns: u64) {
        let remaining = self.remaining(deadline_ns);
        if !remaining.is_zero() {
            self.driver.wait(Some(remaining));
        }
    }

    fn asked(&self) -> Asked {
        self.driver.asked()
    }

    fn take_asked(&mut self) -> Asked {
        self.driver.take_asked()
    }

    fn write(&mut self, stream: Stream, bytes: &[u8]) -> io::Result<()> {
        if let Some(recorded) = &self.recorded {
            recorded.add(stream, bytes);
            return Ok(());
        }
        match stream {
            Stream::Stdout => {
                let mut stdout = io::stdout().lock();
                stdout.write_all(bytes)?;
                stdout.flush()
            }
            Stream::Stderr => io::stderr().lock().write_all(bytes),
        }
    }

    fn is_terminal(&self, stream: Stream) -> bool {
        if self.recorded.is_some() {
            return false;
        }
        match stream {
            Stream::Stdout => io::stdout().is_terminal(),
            Stream::Stderr => io::stderr().is_terminal(),
        }
    }

    fn writes_at_once(&self) -> bool {
        self.recorded.is_some()
    }

    fn io(&mut self) -> &mut dyn Io {
        &mut self.driver
    }

    fn poll(&mut self, until_ns: Option<u64>, events: &mut Vec<super::io::Event>) {
        let remaining = until_ns.map(|until_ns| self.remaining(until_ns));
        self.driver.poll(remaining, events);
    }

    fn waker(&mut self) -> Wake {
        match self.driver.waker() {
            Ok(waker) => Box::new(move || {
                // The only error is that too many wake-ups are pending already.
                let _ = waker.wake();
            }),
            // Without descriptors nothing can be waited for, either.
            Err(_) => Box::new(|| {}),
        }
    }

    fn has_threads(&self) -> bool {
        true
    }

    fn isolate(&mut self) -> Option<Isolate> {
        let (start, recorded, owned) = (self.start, self.recorded.clone(), self.driver.owned());
        Some(Box::new(move || Box::new(RealWorld { start, driver: Driver::beside(owned), recorded })))
    }

    fn cores(&self) -> usize {
        std::thread::available_parallelism().map_or(1, usize::from)
    }

    fn current_directory(&mut self) -> io::Result<String> {
        let path = std::env::current_dir()?.into_os_string();
        path.into_string().map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "the path is not UTF-8"))
    }

    fn environment(&self) -> Vec<(String, String)> {
        let text = |s: std::ffi::OsString| s.to_string_lossy().into_owned();
        let mut variables: Vec<_> = std::env::vars_os().map(|(name, value)| (text(name), text(value))).collect();
        variables.sort();
        variables
    }
}
