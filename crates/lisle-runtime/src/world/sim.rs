//! A simulated world: virtual time, seeded choices, files and output in memory.

mod disk;
mod network;
mod turns;

use std::collections::BTreeMap;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

use lisle_engine::Files;
use lisle_engine::files::NoFiles;

use super::io::{Address, Change, ChildId, Direction, Event, Handle, Io, Job, Outcome, SocketOptions, Standard};
use super::{Asked, Isolate, Stream, Wake, World};
use disk::{Disk, SharedFile};
use network::Network;
pub use network::NetworkFaults;
use turns::Turn;

/// How long a call or a backward jump takes in simulated time, once a program computes for long.
const UNIT_NS: u64 = 10;
/// When a simulated world begins: some moment of 2026, so that dates look like dates.
const EPOCH_NS: u64 = 1_767_225_600_000_000_000;
/// How long a job takes in simulated time: at least this, and under a seed up to that.
const JOB_NS: (u64, u64) = (10_000, 500_000);

/// How many processors a simulated machine has.
const SIMULATED_CORES: usize = 2;

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
    disk: Disk,
    network: Network,
    hosts: BTreeMap<String, Vec<IpAddr>>,
    /// What is open, by handle; the first is standard input.
    open: Vec<Option<Open>>,
    /// What will happen, by time and then in order of planning.
    agenda: BTreeMap<(u64, u64), Event>,
    planned: u64,
    input: io::Cursor<Vec<u8>>,
    /// Takes the output besides the record.
    output: Option<Box<dyn World>>,
    /// Programs may start threads.
    threads: bool,
    /// This thread's part, once there are several.
    turn: Option<Turn>,
}

/// Something open in a simulated world.
#[derive(Debug)]
enum Open {
    Input,
    File(SharedFile),
    /// The network knows what it is.
    Socket,
    /// The disk knows what it watches.
    Watch,
}

impl std::fmt::Debug for SimWorld {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SimWorld").field("now_ns", &self.now_ns).finish_non_exhaustive()
    }
}

impl SimWorld {
    /// A world in which the next runnable is chosen by the seed.
    pub fn seeded(seed: u64) -> SimWorld {
        let mut world = SimWorld::in_order();
        world.shuffled = true;
        world.random = seed;
        world.network = Network::new(NetworkFaults::ORDINARY);
        world
    }

    /// A world in which tasks run in the order of the real one.
    pub fn in_order() -> SimWorld {
        SimWorld {
            now_ns: 0,
            random: 0,
            shuffled: false,
            recorded: Recorded::default(),
            files: Box::new(NoFiles),
            disk: Disk::new(),
            network: Network::new(NetworkFaults::NONE),
            hosts: BTreeMap::from([("localhost".to_owned(), vec![IpAddr::V4(Ipv4Addr::LOCALHOST)])]),
            open: vec![Some(Open::Input)],
            agenda: BTreeMap::new(),
            planned: 0,
            input: io::Cursor::default(),
            output: None,
            threads: true,
            turn: None,
        }
    }

    /// Lets programs read the files of another world, but not write there.
    #[must_use]
    pub fn with_files(mut self, files: impl Files + 'static) -> SimWorld {
        self.files = Box::new(files);
        self
    }

    /// Lets programs start no threads: for those who count what a program does.
    #[must_use]
    pub fn without_threads(mut self) -> SimWorld {
        self.threads = false;
        self
    }

    fn turn(&mut self) -> &Turn {
        let random = if self.shuffled { Some(self.next_random()) } else { None };
        let now_ns = self.now_ns;
        self.turn.get_or_insert_with(|| Turn::first(now_ns, random))
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
        self.disk.add(path, text.as_bytes());
        self
    }

    /// Limits what fits on the disk.
    #[must_use]
    pub fn with_disk_bytes(mut self, bytes_max: u64) -> SimWorld {
        self.disk.bytes_max = bytes_max;
        self
    }

    /// Limits how many directories can be watched.
    #[must_use]
    pub fn with_watched_directories(mut self, directories_max: usize) -> SimWorld {
        self.disk.watches.directories_max = directories_max;
        self
    }

    /// Says how the network behaves.
    #[must_use]
    pub fn with_network(mut self, faults: NetworkFaults) -> SimWorld {
        self.network.faults = faults;
        self
    }

    /// Adds a host that names can be looked up of.
    #[must_use]
    pub fn with_host(mut self, name: &str, addresses: &[IpAddr]) -> SimWorld {
        self.hosts.insert(name.to_owned(), addresses.to_vec());
        self
    }

    /// What standard input holds.
    #[must_use]
    pub fn with_input(mut self, text: &str) -> SimWorld {
        self.input = io::Cursor::new(text.as_bytes().to_vec());
        self
    }

    /// Where the output goes.
    pub fn recorded(&self) -> Recorded {
        self.recorded.clone()
    }

    /// The next number of the generator.
    fn next_random(&mut self) -> u64 {
        splitmix(&mut self.random)
    }
}

impl Files for SimWorld {
    fn read(&mut self, path: &str) -> io::Result<Vec<u8>> {
        match self.disk.content(path) {
            Some(bytes) => Ok(bytes),
            None if self.disk.hides(path) => Err(io::ErrorKind::NotFound.into()),
            None => self.files.read(path),
        }
    }

    fn is_file(&mut self, path: &str) -> bool {
        self.disk.content(path).is_some() || !self.disk.hides(path) && self.files.is_file(path)
    }

    fn canonical(&mut self, path: &str) -> String {
        if self.disk.content(path).is_some() { path.to_owned() } else { self.files.canonical(path) }
    }
}

impl SimWorld {
    /// Has something happen after a while.
    fn plan(&mut self, after_ns: u64, event: Event) {
        self.planned += 1;
        self.agenda.insert((self.now_ns.saturating_add(after_ns), self.planned), event);
    }

    /// Those who watch files are told, after a while, that something has happened to them.
    fn plan_changes(&mut self, after_ns: u64) {
        let mut ready = std::mem::take(&mut self.disk.watches.ready);
        ready.dedup();
        for handle in ready {
            self.plan(after_ns, Event::Ready { handle: Handle(handle), readable: true, writable: false, ended: false });
        }
    }

    /// How long the next job takes.
    fn job_ns(&mut self) -> u64 {
        let (least, most) = JOB_NS;
        if self.shuffled { least + self.next_random() % (most - least) } else { least }
    }

    fn insert(&mut self, open: Open) -> Handle {
        let index = self.open.iter().position(Option::is_none).unwrap_or(self.open.len());
        if index == self.open.len() {
            self.open.push(None);
        }
        self.open[index] = Some(open);
        Handle(index as u32)
    }

    fn open_file(&self, handle: Handle) -> io::Result<SharedFile> {
        match self.open.get(handle.0 as usize) {
            Some(Some(Open::File(file))) => Ok(file.clone()),
            _ => Err(io::Error::from_raw_os_error(9)),
        }
    }

    fn run(&mut self, work: Job) -> io::Result<Outcome> {
        match work {
            Job::Open { path, mode, new } => {
                let file = self.disk.open(&path, mode, new, self.now_ns, &mut *self.files)?;
                Ok(Outcome::Opened { handle: self.insert(Open::File(file)), stream: false })
            }
            Job::ReadAt { handle, offset, count } => {
                let mut bytes = vec![0; count];
                let count = self.read_at_now(handle, offset, &mut bytes)?;
                bytes.truncate(count);
                Ok(Outcome::Bytes(bytes))
            }
            Job::WriteAt { handle, offset, bytes } => {
                let file = self.open_file(handle)?;
                self.disk.write(&file, offset, &bytes, self.now_ns)
            }
            Job::Size(handle) => Ok(Outcome::Size(self.open_file(handle)?.borrow().bytes.len() as u64)),
            Job::Sync(_) => Ok(Outcome::Done),
            Job::Resolve { host, port } => {
                let known = match host.parse() {
                    Ok(address) => Some(vec![address]),
                    Err(_) => self.hosts.get(&host).cloned(),
                };
                let addresses = known.ok_or(io::ErrorKind::NotFound)?;
                Ok(Outcome::Addresses(addresses.into_iter().map(|ip| SocketAddr::new(ip, port)).collect()))
            }
            Job::Spawn(_) => Err(unsupported()),
            other => {
                let mut random = self.random;
                let now_ns = self.now_ns;
                let outcome = self.disk.run(&other, now_ns, &mut || splitmix(&mut random), &mut *self.files);
                self.random = random;
                outcome
            }
        }
    }
}

/// The network.
impl SimWorld {
    /// Does something on the network, and plans the readiness that comes of it.
    fn on_network<T>(&mut self, action: impl FnOnce(&mut Network, u64, network::Random<'_>) -> T) -> T {
        let mut state = self.random;
        let result = action(&mut self.network, self.now_ns, &mut || splitmix(&mut state));
        self.random = state;
        for (at_ns, handle) in std::mem::take(&mut self.network.notices) {
            let event = Event::Ready { handle: Handle(handle), readable: true, writable: true, ended: false };
            self.plan(at_ns.saturating_sub(self.now_ns), event);
        }
        result
    }

    /// Makes a socket.
    fn open_socket<T>(
        &mut self,
        action: impl FnOnce(&mut Network, u32, u64, network::Random<'_>) -> io::Result<T>,
    ) -> io::Result<(Handle, T)> {
        let handle = self.insert(Open::Socket);
        let result = self.on_network(|network, now_ns, random| action(network, handle.0, now_ns, random));
        match result {
            Ok(value) => Ok((handle, value)),
            Err(error) => {
                self.open[handle.0 as usize] = None;
                Err(error)
            }
        }
    }
}

/// What a simulated world does not have.
fn unsupported() -> io::Error {
    io::Error::new(io::ErrorKind::Unsupported, "not possible in a simulated world")
}

impl Io for SimWorld {
    fn standard(&mut self, which: Standard) -> io::Result<Handle> {
        match which {
            Standard::Input => Ok(Handle(0)),
            Standard::Output | Standard::Error => Err(unsupported()),
        }
    }

    fn read(&mut self, handle: Handle, buffer: &mut [u8]) -> io::Result<usize> {
        match self.open.get(handle.0 as usize) {
            Some(Some(Open::Input)) => io::Read::read(&mut self.input, buffer),
            _ => self.on_network(|network, now_ns, random| network.read(handle.0, buffer, now_ns, random)),
        }
    }

    fn write_some(&mut self, handle: Handle, bytes: &[u8]) -> io::Result<usize> {
        self.on_network(|network, now_ns, random| network.write(handle.0, bytes, now_ns, random))
    }

    fn read_at_now(&mut self, handle: Handle, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let file = self.open_file(handle)?;
        let file = file.borrow();
        let rest = file.bytes.get(offset as usize..).unwrap_or_default();
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        Ok(count)
    }

    fn listen(&mut self, address: &Address, _options: &SocketOptions) -> io::Result<Handle> {
        self.open_socket(|network, handle, _, _| network.listen(handle, address)).map(|(handle, ())| handle)
    }

    fn accept(&mut self, listener: Handle) -> io::Result<(Handle, Address)> {
        self.open_socket(|network, handle, now_ns, _| network.accept(listener.0, handle, now_ns))
    }

    fn connect(&mut self, address: &Address, _options: &SocketOptions) -> io::Result<Handle> {
        let connect = |network: &mut Network, handle, now_ns, random: network::Random<'_>| {
            network.connect(handle, address, now_ns, random)
        };
        self.open_socket(connect).map(|(handle, ())| handle)
    }

    fn connected(&mut self, handle: Handle) -> io::Result<()> {
        self.network.connected(handle.0, self.now_ns)
    }

    fn shutdown(&mut self, handle: Handle, direction: Direction) -> io::Result<()> {
        self.on_network(|network, now_ns, _| network.shutdown(handle.0, direction, now_ns))
    }

    fn bind_datagrams(&mut self, address: SocketAddr, _options: &SocketOptions) -> io::Result<Handle> {
        self.open_socket(|network, handle, _, _| network.bind_datagrams(handle, address)).map(|(handle, ())| handle)
    }

    fn send_to(&mut self, handle: Handle, bytes: &[u8], to: SocketAddr) -> io::Result<usize> {
        self.on_network(|network, now_ns, random| network.send_to(handle.0, bytes, to, now_ns, random))
    }

    fn receive_from(&mut self, handle: Handle, buffer: &mut [u8]) -> io::Result<(usize, SocketAddr)> {
        self.on_network(|network, now_ns, _| network.receive_from(handle.0, buffer, now_ns))
    }

    fn local_address(&mut self, handle: Handle) -> io::Result<Address> {
        self.network.local_address(handle.0)
    }

    fn set_socket_options(&mut self, _handle: Handle, _options: &SocketOptions) -> io::Result<()> {
        Ok(())
    }

    fn watch_descriptor(&mut self, descriptor: i32, _: bool, _: bool) -> io::Result<Option<Handle>> {
        match descriptor {
            // Input is there from the beginning, and output is always taken.
            0..=2 => Ok(None),
            _ => Err(io::Error::from_raw_os_error(9)),
        }
    }

    fn is_descriptor_ready(&mut self, _: Handle) -> io::Result<(bool, bool)> {
        Err(io::Error::from_raw_os_error(9))
    }

    fn watch_files(&mut self) -> io::Result<Handle> {
        let handle = self.insert(Open::Watch);
        self.disk.watches.open(handle.0);
        Ok(handle)
    }

    fn changes(&mut self, watch: Handle, changes: &mut Vec<Change>) -> io::Result<()> {
        self.disk.watches.read(watch.0, changes)
    }

    fn unwatch(&mut self, watch: Handle, id: i32) {
        self.disk.watches.remove(watch.0, id);
        self.plan_changes(0);
    }

    fn close(&mut self, handle: Handle) {
        if handle.0 == 0 {
            return;
        }
        match self.open.get_mut(handle.0 as usize).and_then(Option::take) {
            Some(Open::Socket) => self.on_network(|network, now_ns, _| network.close(handle.0, now_ns)),
            Some(Open::Watch) => self.disk.watches.close(handle.0),
            Some(Open::Input | Open::File(_)) | None => {}
        }
    }

    fn start(&mut self, job: u64, work: Job) {
        let outcome = self.run(work);
        let after_ns = self.job_ns();
        self.plan(after_ns, Event::Finished { job, outcome });
        self.plan_changes(after_ns);
    }

    fn kill(&mut self, _child: ChildId, _signal: i32) -> io::Result<()> {
        Err(unsupported())
    }

    fn end_owned(&mut self) {}

    fn watch_signal(&mut self, _signal: i32) -> io::Result<()> {
        Ok(())
    }

    fn unwatch_signal(&mut self, _signal: i32) {}
}

/// The next number of a generator.
fn splitmix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// Threads.
impl SimWorld {
    /// Takes from the agenda what is due.
    fn take_due(&mut self, events: &mut Vec<Event>) {
        while let Some(entry) = self.agenda.first_entry()
            && entry.key().0 <= self.now_ns
        {
            events.push(entry.remove());
        }
    }
}

impl Drop for SimWorld {
    fn drop(&mut self) {
        self.turn.iter().for_each(Turn::end);
    }
}

impl World for SimWorld {
    fn now_ns(&mut self) -> u64 {
        self.now_ns
    }

    fn realtime_ns(&mut self) -> u64 {
        EPOCH_NS + self.now_ns
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
        if let Some(turn) = &self.turn {
            self.now_ns = turn.wait(self.now_ns, Some(self.now_ns));
        }
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

    fn writes_at_once(&self) -> bool {
        // What shows the output may wait; but then the simulated time stands still.
        true
    }

    fn io(&mut self) -> &mut dyn Io {
        self
    }

    fn poll(&mut self, until_ns: Option<u64>, events: &mut Vec<Event>) {
        let first = self.agenda.first_key_value().map(|((at_ns, _), _)| *at_ns);
        if let Some(turn) = &self.turn {
            let deadline_ns = until_ns.into_iter().chain(first).min();
            self.now_ns = turn.wait(self.now_ns, deadline_ns);
            self.take_due(events);
            return;
        }
        match (until_ns, first) {
            (None, None) => {}
            (Some(until_ns), None) => self.now_ns = self.now_ns.max(until_ns),
            (until_ns, Some(first)) => self.now_ns = self.now_ns.max(first.min(until_ns.unwrap_or(first))),
        }
        self.take_due(events);
    }

    fn waker(&mut self) -> Wake {
        let turn = self.turn().clone();
        Box::new(move || turn.wake())
    }

    fn isolate(&mut self) -> Option<Isolate> {
        if !self.threads {
            return None;
        }
        let turn = self.turn().add();
        let (shuffled, recorded, random) = (self.shuffled, self.recorded.clone(), self.next_random());
        let output = self.output.as_mut().and_then(|world| world.isolate());
        Some(Box::new(move || {
            let mut world = SimWorld::in_order();
            let (turn, now_ns) = turn.begin();
            world.now_ns = now_ns;
            world.shuffled = shuffled;
            world.random = random;
            world.recorded = recorded;
            world.output = output.map(|make| make());
            world.turn = Some(turn);
            Box::new(world)
        }))
    }

    fn has_threads(&self) -> bool {
        self.threads
    }

    fn cores(&self) -> usize {
        SIMULATED_CORES
    }

    fn is_cut_off(&self) -> bool {
        self.agenda.is_empty()
    }

    fn current_directory(&mut self) -> io::Result<String> {
        Ok("/".to_owned())
    }

    fn environment(&self) -> Vec<(String, String)> {
        Vec::new()
    }
}
