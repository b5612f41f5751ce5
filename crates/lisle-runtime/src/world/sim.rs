//! A simulated world: virtual time, seeded choices, files and output in memory.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use lisle_engine::Files;
use lisle_engine::files::NoFiles;

use super::{Asked, Stream, World};

/// How long a call or a backward jump takes in simulated time, once a program computes for long.
const UNIT_NS: u64 = 10;

/// What a simulated program has written. Cheap to clone; the clone sees what is written later.
#[derive(Clone, Debug, Default)]
pub struct Recorded(Arc<Mutex<(Vec<u8>, Vec<u8>)>>);

impl Recorded {
    /// What went to standard output so far.
    pub fn stdout(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap_or_else(PoisonError::into_inner).0).into_owned()
    }

    /// Takes what a program writes.
    pub(super) fn add(&self, stream: Stream, bytes: &[u8]) {
        let mut recorded = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match stream {
            Stream::Stdout => recorded.0.extend_from_slice(bytes),
            Stream::Stderr => recorded.1.extend_from_slice(bytes),
        }
    }

    /// What went to standard error so far.
    pub fn stderr(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap_or_else(PoisonError::into_inner).1).into_owned()
    }
}

/// A world without surprises: the clock stands still while a program runs and jumps when it waits, and
/// what the real world leaves to chance comes from the seed.
pub struct SimWorld {
    now_ns: u64,
    /// State of the generator.
    random: u64,
    /// The generator chooses the next runnable; otherwise the oldest is next.
    shuffled: bool,
    recorded: Recorded,
    files: Box<dyn Files>,
    memory: BTreeMap<String, Vec<u8>>,
    input: io::Cursor<Vec<u8>>,
    /// Takes the output besides the record.
    output: Option<Box<dyn World>>,
}

impl std::fmt::Debug for SimWorld {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SimWorld").field("now_ns", &self.now_ns).finish_non_exhaustive()
    }
}

impl SimWorld {
    /// A world in which the next runnable is chosen by the seed.
    pub fn seeded(seed: u64) -> SimWorld {
        SimWorld { shuffled: true, random: seed, ..SimWorld::in_order() }
    }

    /// A world in which tasks run in the order of the real one.
    pub fn in_order() -> SimWorld {
        SimWorld {
            now_ns: 0,
            random: 0,
            shuffled: false,
            recorded: Recorded::default(),
            files: Box::new(NoFiles),
            memory: BTreeMap::new(),
            input: io::Cursor::default(),
            output: None,
        }
    }

    /// Lets programs read the files of another world, but not write there.
    #[must_use]
    pub fn with_files(mut self, files: impl Files + 'static) -> SimWorld {
        self.files = Box::new(files);
        self
    }

    /// Shows the output in another world instead of recording it.
    #[must_use]
    pub fn with_output(mut self, world: impl World + 'static) -> SimWorld {
        self.output = Some(Box::new(world));
        self
    }

    /// Adds a file.
    #[must_use]
    pub fn with_file(mut self, path: &str, text: &str) -> SimWorld {
        self.memory.insert(path.to_owned(), text.as_bytes().to_vec());
        self
    }

    /// Where the output goes.
    pub fn recorded(&self) -> Recorded {
        self.recorded.clone()
    }

    /// The next number of the generator (splitmix64).
    fn next_random(&mut self) -> u64 {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.random;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

impl Files for SimWorld {
    fn read(&mut self, path: &str) -> io::Result<Vec<u8>> {
        match self.memory.get(path) {
            Some(bytes) => Ok(bytes.clone()),
            None => self.files.read(path),
        }
    }

    fn is_file(&mut self, path: &str) -> bool {
        self.memory.contains_key(path) || self.files.is_file(path)
    }

    fn canonical(&mut self, path: &str) -> String {
        if self.memory.contains_key(path) { path.to_owned() } else { self.files.canonical(path) }
    }
}

impl World for SimWorld {
    fn now_ns(&mut self) -> u64 {
        self.now_ns
    }

    fn realtime_ns(&mut self) -> u64 {
        // Some moment of 2026, so that dates look like dates.
        1_767_225_600_000_000_000 + self.now_ns
    }

    fn cpu_ns(&mut self) -> u64 {
        self.now_ns
    }

    fn entropy(&mut self) -> u64 {
        self.next_random()
    }

    fn choose_next(&mut self, runnable: usize) -> usize {
        if self.shuffled { (self.next_random() % runnable as u64) as usize } else { 0 }
    }

    fn note_computation(&mut self, units: u64) {
        self.now_ns += units.saturating_mul(UNIT_NS);
    }

    fn wait_until(&mut self, deadline_ns: u64) {
        self.now_ns = self.now_ns.max(deadline_ns);
    }

    fn write(&mut self, stream: Stream, bytes: &[u8]) -> io::Result<()> {
        if let Some(world) = &mut self.output {
            return world.write(stream, bytes);
        }
        self.recorded.add(stream, bytes);
        Ok(())
    }

    fn asked(&self) -> Asked {
        self.output.as_ref().map(|world| world.asked()).unwrap_or_default()
    }

    fn take_asked(&mut self) -> Asked {
        self.output.as_mut().map(|world| world.take_asked()).unwrap_or_default()
    }

    fn is_terminal(&self, _: Stream) -> bool {
        false
    }

    fn read_stdin(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        io::Read::read(&mut self.input, buffer)
    }

    fn write_file(&mut self, path: &str, bytes: &[u8], append: bool) -> io::Result<()> {
        let file = self.memory.entry(path.to_owned()).or_default();
        if !append {
            file.clear();
        }
        file.extend_from_slice(bytes);
        Ok(())
    }

    fn exists(&mut self, path: &str) -> bool {
        self.is_file(path)
    }

    fn is_directory(&mut self, _: &str) -> bool {
        false
    }

    fn current_directory(&mut self) -> io::Result<String> {
        Ok("/".to_owned())
    }

    fn environment(&self) -> Vec<(String, String)> {
        Vec::new()
    }
}
