//! Input and output by the operating system: the reactor, what is open, the pools, subprocesses and signals.
//!
//! The reactor is made when it is first needed. Pools answer through a channel and wake the reactor; results are made
//! events on the loop's thread, which alone hands out handles.

use std::fs::File;
use std::io;
use std::net::{SocketAddr, ToSocketAddrs};
use std::os::fd::{AsFd, OwnedFd};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use super::children::{self, Children, Started};
use super::open::{Open, Table};
use super::owned::Owned;
use super::polled::Polled;
use super::pool::Pool;
use super::reactor::{Reactor, Readiness, Source};
use super::signals::Signals;
use super::{files, notify, sockets};
use crate::world::Asked;
use crate::world::io::{
    Address, Change, ChildId, Direction, Event, Handle, Io, Job, Outcome, SocketOptions, Spawned, Standard,
};

/// Threads for files and for starting programs.
const FILE_THREADS: usize = 4;
/// Threads for names. Apart from those for files, so that a slow name server does not stop files.
const NAME_THREADS: usize = 8;
/// How long is waited where nothing can be waited for, because no descriptors are left.
const BLIND_WAIT: Duration = Duration::from_millis(5);

/// What a thread has made.
#[derive(Debug)]
enum Made {
    Outcome(Outcome),
    File(File, bool),
    Child(Started),
}

/// What threads report.
#[derive(Debug)]
enum Report {
    Finished { job: u64, made: io::Result<Made> },
    Exited { child: ChildId, code: i64 },
}

/// See the module's text.
#[derive(Debug)]
pub(super) struct Driver {
    reactor: Option<Reactor>,
    table: Table,
    signals: Option<Signals>,
    children: Children,
    files: Pool,
    names: Pool,
    sender: Sender<Report>,
    reports: Receiver<Report>,
    standard: [Option<Handle>; 3],
    /// Readiness that came while nobody asked.
    ready: Vec<Readiness>,
    saved: Vec<Event>,
}

impl Default for Driver {
    fn default() -> Driver {
        Driver::beside(Arc::default())
    }
}

impl Driver {
    /// The driver of a thread of a program that owns these subprocesses.
    pub(super) fn beside(owned: Arc<Owned>) -> Driver {
        let (sender, reports) = channel();
        Driver {
            reactor: None,
            table: Table::default(),
            signals: None,
            children: Children::new(owned),
            files: Pool::new("lisle-files", FILE_THREADS),
            names: Pool::new("lisle-names", NAME_THREADS),
            sender,
            reports,
            standard: [None; 3],
            ready: Vec::new(),
            saved: Vec::new(),
        }
    }

    /// For the drivers of other threads.
    pub(super) fn owned(&self) -> Arc<Owned> {
        self.children.owned.clone()
    }

    /// Ends a wait from another thread.
    pub(super) fn waker(&mut self) -> io::Result<Arc<mio::Waker>> {
        Ok(self.reactor()?.waker())
    }

    fn reactor(&mut self) -> io::Result<&mut Reactor> {
        if self.reactor.is_none() {
            let reactor = Reactor::new()?;
            if let Some(signals) = &self.signals {
                reactor.add(signals.fd(), Source::Signals)?;
            }
            self.reactor = Some(reactor);
        }
        self.reactor.as_mut().ok_or_else(|| io::ErrorKind::Other.into())
    }

    /// The handlers of signals.
    pub(super) fn signals(&mut self) -> io::Result<&mut Signals> {
        if self.signals.is_none() {
            let signals = Signals::new()?;
            if let Some(reactor) = &self.reactor {
                reactor.add(signals.fd(), Source::Signals)?;
            }
            self.signals = Some(signals);
        }
        self.signals.as_mut().ok_or_else(|| io::ErrorKind::Other.into())
    }

    /// What was asked for since it was last taken.
    pub(super) fn asked(&self) -> Asked {
        self.signals.as_ref().map(Signals::asked).unwrap_or_default()
    }

    /// Takes what was asked for.
    pub(super) fn take_asked(&mut self) -> Asked {
        self.signals.as_ref().map(Signals::take).unwrap_or_default()
    }

    /// Waits so long, or until something happens, which is kept for `poll`.
    pub(super) fn wait(&mut self, timeout: Option<Duration>) {
        let mut ready = std::mem::take(&mut self.ready);
        match self.reactor() {
            Ok(reactor) => reactor.poll(timeout, |readiness| ready.push(readiness)),
            Err(_) => std::thread::sleep(timeout.unwrap_or(BLIND_WAIT).min(BLIND_WAIT)),
        }
        self.ready = ready;
        if let Some(signals) = &self.signals
            && self.ready.iter().any(|readiness| readiness.source == Source::Signals)
        {
            self.saved.extend(signals.arrived().into_iter().map(Event::Signal));
        }
    }

    /// Adds events, and waits for the first.
    pub(super) fn poll(&mut self, timeout: Option<Duration>, events: &mut Vec<Event>) {
        let something = !self.ready.is_empty() || !self.saved.is_empty();
        self.wait(if something { Some(Duration::ZERO) } else { timeout });
        events.append(&mut self.saved);
        let mut ready = std::mem::take(&mut self.ready);
        for Readiness { source, readable, writable, ended } in ready.drain(..) {
            match source {
                Source::Handle(index) => {
                    events.push(Event::Ready { handle: Handle(index), readable, writable, ended });
                }
                Source::Child(id) => {
                    let code = self.children.reap(id);
                    events.extend(code.map(|code| Event::Exited { child: ChildId(id), code }));
                }
                // They were asked above.
                Source::Signals => {}
            }
        }
        self.ready = ready;
        while let Ok(report) = self.reports.try_recv() {
            let event = match report {
                Report::Finished { job, made } => {
                    Event::Finished { job, outcome: made.and_then(|made| self.take_in(made)) }
                }
                Report::Exited { child, code } => {
                    self.children.ended(child);
                    Event::Exited { child, code }
                }
            };
            events.push(event);
        }
    }

    /// Gives handles to what a thread has made.
    fn take_in(&mut self, made: Made) -> io::Result<Outcome> {
        match made {
            Made::Outcome(outcome) => Ok(outcome),
            Made::File(file, false) => {
                Ok(Outcome::Opened { handle: self.table.insert(Open::File(file.into())), stream: false })
            }
            Made::File(file, true) => {
                let fd = OwnedFd::from(file);
                rustix::io::ioctl_fionbio(&fd, true)?;
                Ok(Outcome::Opened { handle: self.add(Open::Pipe, fd)?, stream: true })
            }
            Made::Child(started) => self.take_child(started).map(Outcome::Spawned),
        }
    }

    /// Takes a subprocess in. One whose pipes or end cannot be watched is killed, so that nothing is left of the attempt.
    fn take_child(&mut self, started: Started) -> io::Result<Spawned> {
        let pid = started.child.id();
        // The subprocess first: whatever goes wrong with its pipes, it is waited for.
        let (child, watched) = self.children.insert(started.child, started.group, started.owned);
        let added = match watched {
            Ok(fd) => match &self.reactor {
                Some(reactor) => reactor.add(fd.as_fd(), Source::Child(child.0)).map(drop),
                None => Err(io::ErrorKind::Other.into()),
            },
            Err(process) => self.wait_in_thread(child, process),
        };
        let mut pipes = [None; 3];
        let taken = added.and_then(|()| {
            for (handle, pipe) in pipes.iter_mut().zip(started.pipes) {
                *handle = pipe.map(|fd| self.add(Open::Pipe, fd)).transpose()?;
            }
            Ok(Spawned { child, pid, pipes })
        });
        if taken.is_err() {
            pipes.into_iter().flatten().for_each(|pipe| self.close(pipe));
            self.children.end(child);
        }
        taken
    }

    /// Waits for a subprocess whose end the reactor cannot tell.
    fn wait_in_thread(&mut self, child: ChildId, mut process: std::process::Child) -> io::Result<()> {
        let sender = self.sender.clone();
        let waker = self.reactor()?.waker();
        let owned = self.owned();
        let wait = move || {
            let code = children::wait(&mut process, &owned);
            let _ = sender.send(Report::Exited { child, code });
            let _ = waker.wake();
        };
        std::thread::Builder::new().name("lisle-wait".to_owned()).spawn(wait).map(drop)
    }

    /// Takes a descriptor in.
    fn add(&mut self, open: fn(OwnedFd) -> Open, fd: OwnedFd) -> io::Result<Handle> {
        self.reactor()?;
        let handle = self.table.insert(open(fd));
        let fd = self.table.get(handle)?.fd();
        let Some(reactor) = &self.reactor else { return Err(io::ErrorKind::Other.into()) };
        match reactor.add(fd, Source::Handle(handle.0)) {
            Ok(true) => Ok(handle),
            // Always ready, like `/dev/null`.
            Ok(false) => {
                let file = File::from(fd.try_clone_to_owned()?);
                self.table.remove(handle);
                Ok(self.table.insert(Open::File(file.into())))
            }
            Err(error) => {
                self.table.remove(handle);
                Err(error)
            }
        }
    }

    fn socket(&self, handle: Handle) -> io::Result<&OwnedFd> {
        self.table.get(handle)?.socket()
    }

    /// What a thread is to do for a job.
    fn work(&self, work: Job) -> io::Result<Box<dyn FnOnce() -> io::Result<Made> + Send>> {
        let file = |handle| self.table.get(handle)?.file();
        Ok(match work {
            Job::ReadAt { handle, offset, count } => {
                let file = file(handle)?;
                Box::new(move || files::read_at(&file, offset, count).map(Made::Outcome))
            }
            Job::WriteAt { handle, offset, bytes } => {
                let file = file(handle)?;
                Box::new(move || files::write_at(&file, offset, &bytes).map(Made::Outcome))
            }
            Job::Size(handle) => {
                let file = file(handle)?;
                Box::new(move || Ok(Made::Outcome(Outcome::Size(file.metadata()?.len()))))
            }
            Job::Sync(handle) => {
                let file = file(handle)?;
                Box::new(move || file.sync_all().map(|()| Made::Outcome(Outcome::Done)))
            }
            Job::Open { path, mode, new } => {
                Box::new(move || files::open(&path, mode, new).map(|(file, stream)| Made::File(file, stream)))
            }
            Job::Watch { watch, path, named, below } => {
                let watch = self.table.get(watch)?.changes()?.clone();
                Box::new(move || notify::watch(&watch, &path, named, below).map(Outcome::Watched).map(Made::Outcome))
            }
            Job::Spawn(command) => {
                let owned = self.owned();
                Box::new(move || children::start(&command, &owned).map(Made::Child))
            }
            Job::Resolve { host, port } => Box::new(move || {
                let addresses = (host.as_str(), port).to_socket_addrs()?.collect();
                Ok(Made::Outcome(Outcome::Addresses(addresses)))
            }),
            other => Box::new(move || on_path(other).map(Made::Outcome)),
        })
    }
}

/// Jobs on paths.
fn on_path(work: Job) -> io::Result<Outcome> {
    match work {
        Job::ReadFile(path) => files::read(&path),
        Job::WriteFile { path, bytes, append, atomic } => files::write(&path, &bytes, append, atomic),
        Job::DeleteFile(path) => std::fs::remove_file(path).map(|()| Outcome::Done),
        Job::Rename(from, to) => std::fs::rename(from, to).map(|()| Outcome::Done),
        Job::Copy(from, to) => files::copy(&from, &to),
        Job::MakeDirectory { path, all } => files::make_directory(&path, all),
        Job::DeleteDirectory { path, all } => files::delete_directory(&path, all),
        Job::List(path) => files::list(&path),
        Job::Stat { path, follow } => files::stat(&path, follow),
        Job::Canonicalize(path) => files::canonicalize(&path),
        Job::Link(target, path) => std::os::unix::fs::symlink(target, path).map(|()| Outcome::Done),
        Job::ReadLink(path) => files::read_link(&path),
        Job::SetMode(path, mode) => files::set_mode(&path, mode),
        Job::MakeTemporary { within, prefix, directory } => files::temporary(within.as_deref(), &prefix, directory),
        Job::Open { .. }
        | Job::ReadAt { .. }
        | Job::WriteAt { .. }
        | Job::Size(_)
        | Job::Sync(_)
        | Job::Resolve { .. }
        | Job::Watch { .. }
        | Job::Spawn(_) => Err(io::ErrorKind::Unsupported.into()),
    }
}

impl Io for Driver {
    fn standard(&mut self, which: Standard) -> io::Result<Handle> {
        let index = which as usize;
        if let Some(handle) = self.standard[index] {
            return Ok(handle);
        }
        let fd = match which {
            Standard::Input => io::stdin().as_fd().try_clone_to_owned()?,
            Standard::Output => io::stdout().as_fd().try_clone_to_owned()?,
            Standard::Error => io::stderr().as_fd().try_clone_to_owned()?,
        };
        let handle = self.add(Open::Foreign, fd)?;
        self.standard[index] = Some(handle);
        Ok(handle)
    }

    #[inline]
    fn read(&mut self, handle: Handle, buffer: &mut [u8]) -> io::Result<usize> {
        self.table.get(handle)?.read(buffer)
    }

    #[inline]
    fn write_some(&mut self, handle: Handle, bytes: &[u8]) -> io::Result<usize> {
        self.table.get(handle)?.write(bytes)
    }

    fn read_at_now(&mut self, handle: Handle, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        self.table.get(handle)?.read_at_now(offset, buffer)
    }

    fn listen(&mut self, address: &Address, options: &SocketOptions) -> io::Result<Handle> {
        self.add(Open::Socket, sockets::listen(address, options)?)
    }

    fn accept(&mut self, listener: Handle) -> io::Result<(Handle, Address)> {
        let (fd, peer) = sockets::accept(self.socket(listener)?)?;
        Ok((self.add(Open::Socket, fd)?, peer))
    }

    fn connect(&mut self, address: &Address, options: &SocketOptions) -> io::Result<Handle> {
        self.add(Open::Socket, sockets::connect(address, options)?)
    }

    fn connected(&mut self, handle: Handle) -> io::Result<()> {
        sockets::connected(self.socket(handle)?)
    }

    fn shutdown(&mut self, handle: Handle, direction: Direction) -> io::Result<()> {
        let how = match direction {
            Direction::Read => rustix::net::Shutdown::Read,
            Direction::Write => rustix::net::Shutdown::Write,
            Direction::Both => rustix::net::Shutdown::Both,
        };
        Ok(rustix::net::shutdown(self.socket(handle)?, how)?)
    }

    fn bind_datagrams(&mut self, address: SocketAddr, options: &SocketOptions) -> io::Result<Handle> {
        self.add(Open::Socket, sockets::bind_datagrams(address, options)?)
    }

    fn send_to(&mut self, handle: Handle, bytes: &[u8], to: SocketAddr) -> io::Result<usize> {
        Ok(rustix::net::sendto(self.socket(handle)?, bytes, rustix::net::SendFlags::NOSIGNAL, &to)?)
    }

    fn receive_from(&mut self, handle: Handle, buffer: &mut [u8]) -> io::Result<(usize, SocketAddr)> {
        let socket = self.socket(handle)?;
        let (count, _, from) = rustix::net::recvfrom(socket, buffer, rustix::net::RecvFlags::empty())?;
        let from = from.and_then(|from| SocketAddr::try_from(from).ok());
        Ok((count, from.ok_or(io::ErrorKind::InvalidData)?))
    }

    fn local_address(&mut self, handle: Handle) -> io::Result<Address> {
        let socket = socket2::SockRef::from(self.socket(handle)?);
        Ok(sockets::address(&socket.local_addr()?))
    }

    fn set_socket_options(&mut self, handle: Handle, options: &SocketOptions) -> io::Result<()> {
        let socket = socket2::SockRef::from(self.socket(handle)?);
        sockets::set_options(&socket, options, true)
    }

    fn watch_descriptor(&mut self, descriptor: i32, readable: bool, writable: bool) -> io::Result<Option<Handle>> {
        self.reactor()?;
        let Some(polled) = Polled::new(descriptor, readable, writable)? else { return Ok(None) };
        let handle = self.table.insert(Open::Polled(Box::new(polled)));
        let Some(reactor) = &self.reactor else { return Err(io::ErrorKind::Other.into()) };
        match reactor.add(self.table.get(handle)?.fd(), Source::Handle(handle.0)) {
            Ok(_) => Ok(Some(handle)),
            Err(error) => {
                self.table.remove(handle);
                Err(error)
            }
        }
    }

    fn is_descriptor_ready(&mut self, handle: Handle) -> io::Result<(bool, bool)> {
        self.table.polled(handle)?.ready()
    }

    fn watch_files(&mut self) -> io::Result<Handle> {
        self.add(|fd| Open::Changes(Arc::new(fd)), notify::open()?)
    }

    fn changes(&mut self, watch: Handle, changes: &mut Vec<Change>) -> io::Result<()> {
        notify::read(self.table.get(watch)?.changes()?, changes)
    }

    fn unwatch(&mut self, watch: Handle, id: i32) {
        if let Ok(watch) = self.table.get(watch).and_then(Open::changes) {
            notify::unwatch(watch, id);
        }
    }

    fn close(&mut self, handle: Handle) {
        if self.standard.contains(&Some(handle)) {
            // Others use it, too; our copy stays for the next who asks.
            return;
        }
        if let (Some(reactor), Ok(open)) = (&self.reactor, self.table.get(handle))
            && !matches!(open, Open::File(_))
        {
            reactor.remove(open.fd());
        }
        self.table.remove(handle);
    }

    fn start(&mut self, job: u64, work: Job) {
        let pool_of_names = matches!(work, Job::Resolve { .. });
        let ready = self.reactor().map(|reactor| reactor.waker());
        let (waker, run) = match ready.and_then(|waker| Ok((waker, self.work(work)?))) {
            Ok(both) => both,
            Err(error) => {
                self.saved.push(Event::Finished { job, outcome: Err(error) });
                return;
            }
        };
        let sender = self.sender.clone();
        let pool = if pool_of_names { &self.names } else { &self.files };
        pool.start(Box::new(move || {
            // If nobody listens any more, the program has ended.
            let _ = sender.send(Report::Finished { job, made: run() });
            let _ = waker.wake();
        }));
    }

    fn kill(&mut self, child: ChildId, signal: i32) -> io::Result<()> {
        self.children.kill(child, signal)
    }

    fn end_owned(&mut self) {
        self.children.owned.end_all();
    }

    fn watch_signal(&mut self, signal: i32) -> io::Result<()> {
        self.signals()?.watch(signal)
    }

    fn unwatch_signal(&mut self, signal: i32) {
        if let Some(signals) = &mut self.signals {
            signals.unwatch(signal);
        }
    }
}
