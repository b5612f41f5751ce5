//! The world as it is.
#![allow(clippy::disallowed_methods, reason = "this module is where the operating system comes in")]

use std::io::{self, IsTerminal, Read, Write};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use lisle_engine::Files;

use super::signals::Signals;
use super::sim::Recorded;
use super::{Asked, Stream, World};

/// The operating system.
#[derive(Debug)]
pub struct RealWorld {
    start: Instant,
    signals: Option<Signals>,
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
        RealWorld { start: Instant::now(), signals: None, recorded: None }
    }

    /// Takes the signals of this process: for the one program that a process runs.
    ///
    /// Errors: the operating system refuses.
    pub fn with_signals(mut self) -> io::Result<RealWorld> {
        self.signals = Some(Signals::install()?);
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
        u64::try_from(self.start.elapsed().as_nanos()).unwrap_or(u64::MAX)
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

    fn choose_next(&mut self, _runnable: usize) -> usize {
        0
    }

    fn wait_until(&mut self, deadline_ns: u64) {
        let now = self.now_ns();
        if deadline_ns > now {
            let duration = Duration::from_nanos(deadline_ns - now);
            match &self.signals {
                Some(signals) => signals.wait(duration),
                None => std::thread::sleep(duration),
            }
        }
    }

    fn asked(&self) -> Asked {
        self.signals.as_ref().map(Signals::asked).unwrap_or_default()
    }

    fn take_asked(&mut self) -> Asked {
        self.signals.as_ref().map(Signals::take).unwrap_or_default()
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

    fn read_stdin(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if let Some(signals) = &self.signals {
            signals.wait_for_input(&io::stdin())?;
        }
        io::stdin().lock().read(buffer)
    }

    fn write_file(&mut self, path: &str, bytes: &[u8], append: bool) -> io::Result<()> {
        let mut options = std::fs::OpenOptions::new();
        options.create(true).write(true).append(append).truncate(!append);
        options.open(path)?.write_all(bytes)
    }

    fn exists(&mut self, path: &str) -> bool {
        std::fs::exists(path).unwrap_or(false)
    }

    fn is_directory(&mut self, path: &str) -> bool {
        std::fs::metadata(path).is_ok_and(|m| m.is_dir())
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
