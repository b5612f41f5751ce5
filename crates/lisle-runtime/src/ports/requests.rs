//! What programs ask for: the requests of the natives for ports, files and subprocesses.

use std::cell::RefCell;
use std::net::SocketAddr;

use lisle_vm::fiber::Fiber;
use lisle_vm::object::External;
use lisle_vm::{Cx, Gc, Heap, Request, Value, signal};

use super::connect::{Connecting, literal};
use super::jobs::{JobOwner, PathAnswer, Purpose};
use super::operations::What;
use super::value::{Kind, Medium, Name, Port};
use super::write::Writing;
use super::{Arrival, Arrived, Mode, closed, octets, port_of, subprocess, type_error};
use crate::natives::errors::io_error;
use crate::request;
use crate::scheduler::{Answer, How, Scheduler, TaskId};
use crate::world::io::{Address, Command, Job, OpenMode, SocketOptions, Stdio};

/// Operations that are done at once before others have their turn.
pub(super) const STREAK_MAX: u32 = 64;

/// What a native has made ready to be asked: the value of a [`request::IO`] request.
#[derive(Debug)]
pub(crate) struct Prepared(RefCell<Option<(&'static str, Ask)>>);

impl External for Prepared {
    fn type_name(&self) -> &'static str {
        "io-request"
    }

    fn display(&self) -> String {
        match &*self.0.borrow() {
            Some((name, _)) => format!("#<io-request {name}>"),
            None => "#<io-request>".to_owned(),
        }
    }
}

/// What can be asked.
#[derive(Debug)]
pub(crate) enum Ask {
    /// A job on a path.
    Path { path: String, job: Job, answer: PathAnswer },
    /// To open a file.
    Open { path: String, mode: OpenMode, text: bool, new: bool, timeout_ns: Option<u64> },
    /// To go so far from the end of a file.
    SeekEnd { port: Value, offset: i64 },
    /// To bring what was written to its medium.
    Sync(Value),
    /// To connect to a host and port.
    Connect { host: String, port: u16, options: SocketOptions, timeout_ns: Option<u64> },
    /// To connect to a path.
    ConnectPath { path: String, options: SocketOptions, timeout_ns: Option<u64> },
    /// To look a host up.
    Resolve { host: String, timeout_ns: Option<u64> },
    /// To listen, or to receive datagrams.
    Bind { host: String, port: u16, options: SocketOptions, kind: Kind },
    /// To send a datagram.
    SendTo { port: Value, host: String, to_port: u16, data: Vec<u8>, timeout_ns: Option<u64> },
    /// To start a program.
    Start(Box<Command>),
    /// To watch a path.
    Watch { watch: Value, path: String, recursive: bool },
}

/// Asks for something that takes time.
pub(crate) fn ask(cx: &mut Cx<'_>, name: &'static str, ask: Ask) -> lisle_vm::Escape {
    let held = match &ask {
        Ask::SeekEnd { port, .. } | Ask::Sync(port) | Ask::SendTo { port, .. } => *port,
        Ask::Watch { watch, .. } => *watch,
        _ => Value::NIL,
    };
    let prepared = cx.heap.new_external(Box::new(Prepared(RefCell::new(Some((name, ask)))))).into();
    cx.wait(signal::YIELD | signal::IO, Request { operation: request::IO, args: [prepared, held, Value::NIL] })
}

/// True when no fiber between this one and the scheduler could catch a request, so that it need not be made.
fn is_unwatched(heap: &Heap, fiber: Gc<Fiber>) -> bool {
    let mut fiber = fiber;
    loop {
        let body = fiber.get(heap);
        if body.denied() & signal::IO != 0 {
            return false;
        }
        match body.parent {
            None => return true,
            Some(_) if body.mask & signal::IO != 0 => return false,
            Some(parent) => fiber = parent,
        }
    }
}

/// Reads or writes without a request, if that is possible at once and nobody could notice.
pub(crate) fn at_once(cx: &mut Cx<'_>, operation: u32, args: [Value; 3]) -> Option<How> {
    if !is_unwatched(cx.heap, cx.fiber) {
        return None;
    }
    let scheduler = cx.host.downcast::<Scheduler>()?;
    if scheduler.ports.streak >= STREAK_MAX {
        return None;
    }
    scheduler.ports.streak += 1;
    let how = match operation {
        request::READ => scheduler.read_at_once(cx.heap, args[0], args[1]),
        request::WRITE => scheduler.write_at_once(cx.heap, args[0], args[1]),
        _ => None,
    };
    // The end of the program is for the run loop to see.
    how.filter(|_| !scheduler.output.closed)
}

fn mode_of(value: Value) -> Mode {
    match value.as_int() {
        Some(request::READ_LINE_MODE) => Mode::Line,
        Some(request::READ_ALL_MODE) => Mode::All,
        Some(count) => Mode::Some(usize::try_from(count).unwrap_or(0)),
        None => Mode::Some(0),
    }
}

fn name_of(mode: Mode) -> &'static str {
    match mode {
        Mode::Line => "port/read-line",
        Mode::All => "port/read-all",
        Mode::Some(_) => "port/read",
    }
}

/// Nanoseconds in a number of milliseconds.
fn timeout_ns(value: Value) -> Option<u64> {
    value.as_number().map(|ms| (ms.max(0.0) * 1e6) as u64)
}

impl Scheduler {
    /// Takes a request about ports, files or subprocesses; `None` if it is none.
    pub(crate) fn io_request(&mut self, heap: &mut Heap, id: TaskId, request: &Request) -> Option<Answer> {
        let [first, second, third] = request.args;
        Some(match request.operation {
            request::READ => self.read_request(heap, id, first, mode_of(second), timeout_ns(third)),
            request::WRITE => self.write_request(heap, id, "port/write", first, second, timeout_ns(third)),
            request::FLUSH => {
                let nothing = heap.new_string("").into();
                match self.write_request(heap, id, "port/flush", first, nothing, timeout_ns(third)) {
                    Answer::Now(How::Value(_)) => self.flush(heap, first),
                    other => other,
                }
            }
            request::ACCEPT => {
                let name = if second.is_truthy() { "unix/accept" } else { "tcp/accept" };
                self.queue_reader(heap, id, name, first, What::Accept, timeout_ns(third))
            }
            request::RECEIVE => {
                let most = second.as_int().and_then(|count| usize::try_from(count).ok()).unwrap_or(1);
                self.queue_reader(heap, id, "udp/recv-from", first, What::Receive(most), timeout_ns(third))
            }
            request::WAIT_EXIT => self.wait_for_exit(heap, id, first, timeout_ns(third)),
            request::CHANGES => self.changes_request(heap, id, first, timeout_ns(third)),
            request::POLL => self.poll_request(heap, id, first, second, timeout_ns(third)),
            request::IO => {
                let prepared = first.as_external().and_then(|external| {
                    external.get(heap).downcast_ref::<Prepared>().and_then(|prepared| prepared.0.borrow_mut().take())
                });
                match prepared {
                    Some((name, ask)) => self.asked_for(heap, id, name, ask),
                    None => {
                        let error = heap.new_error("state-error", "this request was answered before", &[]);
                        Answer::Now(How::Error(error))
                    }
                }
            }
            _ => return None,
        })
    }

    /// The port in a value, open.
    fn open_port(&mut self, heap: &mut Heap, name: &str, value: Value) -> Result<(u32, Kind), How> {
        let Some(port) = port_of(heap, value) else { return Err(type_error(heap, name, "port", value)) };
        if port.name.closed.get() {
            return Err(How::Error(closed(heap, name)));
        }
        Ok((port.id, port.name.kind))
    }

    /// A port that may be read from.
    fn source(&mut self, heap: &mut Heap, name: &str, value: Value) -> Result<u32, How> {
        let (id, kind) = self.open_port(heap, name, value)?;
        if !self.ports.port(id).name.reads || kind.is_listener() || kind == Kind::Udp {
            return Err(not_for(heap, name, "reading"));
        }
        if kind == Kind::Stdin {
            // A prompt printed before must be seen.
            let flushed = self.output.flush(&mut *self.world).and_then(|()| self.open_stdin());
            if let Err(error) = flushed {
                return Err(How::Error(io_error(heap, name, None, None, &error)));
            }
        }
        Ok(id)
    }

    /// A port that may be written to.
    fn sink(&mut self, heap: &mut Heap, name: &str, value: Value, data: Value) -> Result<(u32, Kind), How> {
        let (id, kind) = self.open_port(heap, name, value)?;
        if !self.ports.port(id).name.writes || kind == Kind::Udp {
            return Err(not_for(heap, name, "writing"));
        }
        if octets(heap, &data).is_none() {
            return Err(type_error(heap, name, "string or bytes", data));
        }
        Ok((id, kind))
    }

    fn read_at_once(&mut self, heap: &mut Heap, value: Value, mode: Value) -> Option<How> {
        let mode = mode_of(mode);
        let name = name_of(mode);
        let id = match self.source(heap, name, value) {
            Ok(id) => id,
            Err(how) => return Some(how),
        };
        if mode == Mode::Some(0) {
            return Some(How::Value(self.nothing(heap, id)));
        }
        if !self.ports.port(id).readers.is_empty() {
            return None;
        }
        self.try_read(heap, id, name, mode)
    }

    /// What reading no bytes gives.
    fn nothing(&mut self, heap: &mut Heap, id: u32) -> Value {
        let text = self.ports.port(id).name.text;
        super::buffer::value(heap, b"", text)
    }

    fn read_request(&mut self, heap: &mut Heap, id: TaskId, value: Value, mode: Mode, timeout: Option<u64>) -> Answer {
        let name = name_of(mode);
        let port = match self.source(heap, name, value) {
            Ok(port) => port,
            Err(how) => return Answer::Now(how),
        };
        if mode == Mode::Some(0) {
            let nothing = self.nothing(heap, port);
            return Answer::Now(How::Value(nothing));
        }
        if self.ports.port(port).readers.is_empty()
            && let Some(how) = self.try_read(heap, port, name, mode)
        {
            let arrival = self.arrived_data(port, mode);
            return self.answer(id, how, Some(Arrived::by(value, arrival)));
        }
        let timeout = timeout.or(self.ports.port(port).timeout_ns);
        let token = self.wait_for(id, name, Some((port, value)), What::Read(mode), timeout);
        self.ports.port(port).readers.push_back(token);
        Answer::Parked
    }

    /// Accepts or receives.
    fn queue_reader(
        &mut self,
        heap: &mut Heap,
        id: TaskId,
        name: &'static str,
        value: Value,
        what: What,
        timeout: Option<u64>,
    ) -> Answer {
        let (port, kind) = match self.open_port(heap, name, value) {
            Ok(port) => port,
            Err(how) => return Answer::Now(how),
        };
        let fits = match (&what, kind) {
            (What::Accept, Kind::TcpListener) => name == "tcp/accept",
            (What::Accept, Kind::UnixListener) => name == "unix/accept",
            (What::Receive(_), Kind::Udp) => true,
            _ => false,
        };
        if !fits {
            return Answer::Now(not_for(heap, name, "this"));
        }
        if self.ports.port(port).readers.is_empty() {
            let done = match what {
                What::Receive(most) => self.try_receive(heap, port, name, most),
                _ => self.try_accept(heap, port, name),
            };
            if let Some(how) = done {
                return self.answer(id, how, Some(Arrived::by(value, Arrival::Item)));
            }
        }
        let timeout = timeout.or(self.ports.port(port).timeout_ns);
        let token = self.wait_for(id, name, Some((port, value)), what, timeout);
        self.ports.port(port).readers.push_back(token);
        Answer::Parked
    }

    fn write_at_once(&mut self, heap: &mut Heap, value: Value, data: Value) -> Option<How> {
        let (id, kind) = match self.sink(heap, "port/write", value, data) {
            Ok(port) => port,
            Err(how) => return Some(how),
        };
        let medium = self.ports.port(id).medium;
        match medium {
            Medium::Output if !self.output.is_full() => {
                let how = self.write_standard(heap, "port/write", kind, data);
                // If it is full now, everything was taken all the same; the next writer waits.
                Some(how.unwrap_or_else(|count| How::Value(Value::int(count))))
            }
            Medium::Stream { .. } if self.ports.port(id).writers.is_empty() => {
                let mut writing = Writing::new(heap, data);
                let how = self.try_write(heap, id, "port/write", &mut writing);
                if how.is_none() && writing.has_begun() {
                    // The rest is for the request that follows at once.
                    self.ports.begun = Some((id, writing));
                }
                how
            }
            _ => None,
        }
    }

    fn write_request(
        &mut self,
        heap: &mut Heap,
        id: TaskId,
        name: &'static str,
        value: Value,
        data: Value,
        timeout: Option<u64>,
    ) -> Answer {
        let (port, kind) = match self.sink(heap, name, value, data) {
            Ok(port) => port,
            Err(how) => return Answer::Now(how),
        };
        let timeout = timeout.or(self.ports.port(port).timeout_ns);
        match self.ports.port(port).medium {
            Medium::Output => {
                let how = self.write_standard(heap, name, kind, data);
                match how {
                    Ok(how) => Answer::Now(how),
                    Err(count) => {
                        let token = self.wait_for(id, name, Some((port, value)), What::Drain(count), timeout);
                        self.ports.port(port).writers.push_back(token);
                        Answer::Parked
                    }
                }
            }
            Medium::File { .. } => {
                if octets(heap, &data).is_some_and(<[u8]>::is_empty) {
                    return Answer::Now(How::Value(Value::int(0)));
                }
                let writing = Writing::new(heap, data);
                let token = self.wait_for(id, name, Some((port, value)), What::Write(writing), timeout);
                self.ports.port(port).writers.push_back(token);
                self.serve_file_writers(heap, port);
                Answer::Parked
            }
            Medium::Stream { .. } | Medium::Listener | Medium::Datagrams | Medium::Changes => {
                let begun = self.ports.begun.take().filter(|(begun, _)| *begun == port);
                let mut writing = begun.map_or_else(|| Writing::new(heap, data), |(_, writing)| writing);
                if self.ports.port(port).writers.is_empty()
                    && let Some(how) = self.try_write(heap, port, name, &mut writing)
                {
                    return self.answer(id, how, None);
                }
                let token = self.wait_for(id, name, Some((port, value)), What::Write(writing), timeout);
                self.ports.port(port).writers.push_back(token);
                Answer::Parked
            }
        }
    }

    /// Nothing is held back any more, but for standard output.
    fn flush(&mut self, heap: &mut Heap, value: Value) -> Answer {
        let standard = port_of(heap, value).is_some_and(|port| port.name.kind.is_standard());
        let flushed = if standard { self.output.flush(&mut *self.world) } else { Ok(()) };
        Answer::Now(match flushed {
            Ok(()) => How::Value(Value::NIL),
            Err(error) => How::Error(io_error(heap, "port/flush", None, None, &error)),
        })
    }

    fn asked_for(&mut self, heap: &mut Heap, id: TaskId, name: &'static str, ask: Ask) -> Answer {
        let (job, purpose, timeout) = match ask {
            Ask::Path { path, job, answer } => (job, Purpose::Path { path, answer }, None),
            Ask::Open { path, mode, text, new, timeout_ns } => {
                (Job::Open { path: path.clone(), mode, new }, Purpose::Open { path, mode, text }, timeout_ns)
            }
            Ask::SeekEnd { port, offset } => match self.file_handle(heap, name, port) {
                Ok((id, handle)) => (Job::Size(handle), Purpose::SeekEnd { port: id, offset }, None),
                Err(how) => return Answer::Now(how),
            },
            Ask::Sync(port) => match self.file_handle(heap, name, port) {
                Ok((_, handle)) => (Job::Sync(handle), Purpose::Sync, None),
                Err(how) => return Answer::Now(how),
            },
            Ask::Connect { host, port, options, timeout_ns } => {
                let address = known(&host).map(|ip| Address::Net(SocketAddr::new(ip, port)));
                let lookup = address.is_none().then(|| (host.clone(), port));
                let shown = if host.contains(':') && !host.starts_with('[') {
                    format!("[{host}]:{port}")
                } else {
                    format!("{host}:{port}")
                };
                let connecting = Connecting::to(name, shown, address, options);
                return self.connect(heap, id, connecting, lookup, timeout_ns);
            }
            Ask::ConnectPath { path, options, timeout_ns } => {
                let connecting = Connecting::to(name, path.clone(), Some(Address::Path(path)), options);
                return self.connect(heap, id, connecting, None, timeout_ns);
            }
            Ask::Resolve { host, timeout_ns } => {
                (Job::Resolve { host: host.clone(), port: 0 }, Purpose::Resolve { host }, timeout_ns)
            }
            Ask::Bind { host, port, options, kind } => match known_to_bind(&host) {
                Some(ip) => return Answer::Now(self.bind(heap, name, kind, SocketAddr::new(ip, port), &options)),
                None => (Job::Resolve { host: host.clone(), port }, Purpose::Bind { host, options, kind }, None),
            },
            Ask::SendTo { port: value, host, to_port, data, timeout_ns } => {
                let (port, _) = match self.open_port(heap, name, value) {
                    Ok(port) => port,
                    Err(how) => return Answer::Now(how),
                };
                if let Some(ip) = known(&host) {
                    let to = SocketAddr::new(ip, to_port);
                    return self.send_request(heap, id, (port, value), data, to, timeout_ns);
                }
                let job = Job::Resolve { host: host.clone(), port: to_port };
                let purpose = Purpose::SendTo { port, host, data };
                let what = What::Job(Box::new(purpose));
                let token = self.wait_for(id, name, Some((port, value)), what, timeout_ns);
                self.start_job(job, JobOwner::Operation(token));
                return Answer::Parked;
            }
            Ask::Watch { watch, path, recursive } => return self.add_request(heap, id, watch, path, recursive),
            Ask::Start(command) => {
                if command.stdio.contains(&Stdio::Inherit) {
                    // What was printed before comes before what the subprocess prints. A failure comes up again.
                    let _ = self.output.flush(&mut *self.world);
                }
                let (program, directory) = (command.program.clone(), command.directory.clone());
                let starting = subprocess::Starting { program, directory, owned: command.owned };
                (Job::Spawn(command), Purpose::Start(starting), None)
            }
        };
        let makes = matches!(job, Job::MakeTemporary { .. } | Job::Spawn(_));
        let token = self.wait_for(id, name, None, What::Job(Box::new(purpose)), timeout);
        self.start_job(job, if makes { JobOwner::Making(token) } else { JobOwner::Operation(token) });
        Answer::Parked
    }

    fn file_handle(
        &mut self,
        heap: &mut Heap,
        name: &str,
        value: Value,
    ) -> Result<(u32, crate::world::io::Handle), How> {
        let (id, _) = self.open_port(heap, name, value)?;
        let port = self.ports.port(id);
        match (port.handle, port.medium) {
            (Some(handle), Medium::File { .. }) => Ok((id, handle)),
            _ => Err(not_for(heap, name, "this")),
        }
    }

    /// Sets the position of a file, from its beginning or from where it is.
    pub(crate) fn seek(&mut self, heap: &mut Heap, value: Value, offset: i64, relative: bool) -> How {
        let (id, _) = match self.file_handle(heap, "port/seek", value) {
            Ok(found) => found,
            Err(how) => return how,
        };
        let from = if relative { self.ports.port(id).position().unwrap_or(0) } else { 0 };
        self.seek_to(heap, "port/seek", id, i128::from(from) + i128::from(offset))
    }

    /// How long operations on a port wait, unless they say otherwise.
    pub(crate) fn set_timeout(&mut self, heap: &mut Heap, value: Value, timeout: Option<Value>) -> How {
        match self.open_port(heap, "port/set-options", value) {
            Ok((id, _)) => {
                self.ports.port(id).timeout_ns = timeout.and_then(timeout_ns);
                How::Value(Value::NIL)
            }
            Err(how) => how,
        }
    }

    /// Sets options of the socket of a port.
    pub(crate) fn set_socket_options(&mut self, heap: &mut Heap, value: Value, options: &SocketOptions) -> How {
        let (id, _) = match self.open_port(heap, "port/set-options", value) {
            Ok(found) => found,
            Err(how) => return how,
        };
        let Some(handle) = self.ports.port(id).handle else { return How::Error(closed(heap, "port/set-options")) };
        match self.world.io().set_socket_options(handle, options) {
            Ok(()) => How::Value(Value::NIL),
            Err(error) => How::Error(io_error(heap, "port/set-options", None, None, &error)),
        }
    }

    /// The port number of a socket.
    pub(crate) fn socket_port(&mut self, heap: &mut Heap, name: &str, value: Value) -> How {
        let (id, _) = match self.open_port(heap, name, value) {
            Ok(found) => found,
            Err(how) => return how,
        };
        let Some(handle) = self.ports.port(id).handle else {
            return type_error(heap, name, "socket", value);
        };
        match self.world.io().local_address(handle) {
            Ok(Address::Net(address)) => How::Value(Value::int(i64::from(address.port()))),
            _ => type_error(heap, name, "TCP or UDP socket", value),
        }
    }

    /// Listens at a path.
    pub(crate) fn listen_at_path(&mut self, heap: &mut Heap, path: String, options: &SocketOptions) -> How {
        match self.world.io().listen(&Address::Path(path.clone()), options) {
            Ok(handle) => {
                let name = Name::new(Kind::UnixListener, Some(path), true, false, false);
                How::Value(self.ports.insert(heap, Port::new(name, handle, Medium::Listener)))
            }
            Err(error) => How::Error(io_error(heap, "unix/listen", Some(&path), None, &error)),
        }
    }
}

/// The address of a host that need not be looked up.
fn known(host: &str) -> Option<std::net::IpAddr> {
    literal(host)
}

/// As `known`, for listening: `*` and nothing stand for all addresses, and `localhost` for one that is always there.
fn known_to_bind(host: &str) -> Option<std::net::IpAddr> {
    match host {
        "" | "*" => Some(std::net::Ipv4Addr::UNSPECIFIED.into()),
        "localhost" => Some(std::net::Ipv4Addr::LOCALHOST.into()),
        _ => literal(host),
    }
}

pub(super) fn not_for(heap: &mut Heap, name: &str, what: &str) -> How {
    match what {
        "this" => {
            How::Error(heap.new_error("type-error", &format!("{name}: not possible with this kind of port"), &[]))
        }
        _ => How::Error(heap.new_error("io-error", &format!("{name}: the port is not open for {what}"), &[])),
    }
}
