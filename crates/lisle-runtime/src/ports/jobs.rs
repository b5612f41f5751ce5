//! Jobs, and what becomes of their outcomes.

use std::io::{self, ErrorKind};
use std::net::{IpAddr, SocketAddr};

use lisle_vm::{Heap, Value};

use super::Arrival;
use super::operations::What;
use super::subprocess::Starting;
use super::value::{Kind, Medium, Port};
use crate::natives::errors::{dns_error, io_error};
use crate::scheduler::{How, Scheduler};
use crate::world::io::{Event, Job, OpenMode, Outcome, Stat};

/// Signal 9.
const SIGKILL: i32 = 9;

/// How long the end of a program waits at most for jobs whose outcome would be left behind.
const SETTLING_NS: u64 = 1_000_000_000;

/// For whom a job is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum JobOwner {
    /// It reads from the file of a port.
    Reading(u32),
    /// It writes so many bytes to the file of a port, for an operation; then the port is at `end`, unless it appends.
    Writing { port: u32, token: u64, count: u64, end: u64 },
    /// It watches a path for a watch.
    Watching(u32),
    /// An operation waits for it.
    Operation(u64),
    /// The same, and it makes something that would be left behind if nobody knew of it.
    Making(u64),
    /// It undoes what was made for somebody who waits no longer.
    Undoing,
}

/// What an operation wants of a job.
#[derive(Debug)]
pub(crate) enum Purpose {
    /// An answer about a path.
    Path { path: String, answer: PathAnswer },
    /// A port.
    Open { path: String, mode: OpenMode, text: bool },
    /// The position of a port that is so far from the end of its file.
    SeekEnd { port: u32, offset: i64 },
    /// That it is done.
    Sync,
    /// The addresses of a host.
    Resolve { host: String },
    /// A socket at the address of a host.
    Bind { host: String, options: crate::world::io::SocketOptions, kind: Kind },
    /// To send a datagram to a host.
    SendTo { port: u32, host: String, data: Vec<u8> },
    /// A subprocess.
    Start(Starting),
}

/// How the outcome of a job on a path is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PathAnswer {
    /// True.
    Done,
    /// The bytes as a string.
    Text,
    /// The bytes.
    Bytes,
    /// The lines, as a list.
    Lines,
    /// A path.
    Path,
    /// Names, as a list.
    Names,
    /// All that is known about a file.
    Stat,
    /// Its size.
    Size,
    /// Whether there is something.
    Exists,
    /// Whether it is a file.
    IsFile,
    /// Whether it is a directory.
    IsDirectory,
}

impl Purpose {
    /// What the task waits for.
    pub(super) fn description(&self) -> &'static str {
        match self {
            Purpose::Path { .. } | Purpose::Open { .. } | Purpose::SeekEnd { .. } | Purpose::Sync => "a file",
            Purpose::Resolve { .. } | Purpose::Bind { .. } | Purpose::SendTo { .. } => "an address",
            Purpose::Start(_) => "the start of a subprocess",
        }
    }
}

impl Scheduler {
    /// Starts a job.
    pub(super) fn start_job(&mut self, job: Job, owner: JobOwner) {
        self.ports.jobs_started += 1;
        let number = self.ports.jobs_started;
        self.ports.jobs.insert(number, owner);
        if let JobOwner::Reading(id) | JobOwner::Writing { port: id, .. } | JobOwner::Watching(id) = owner {
            self.ports.port(id).job = Some(number);
        }
        self.start_or_postpone(number, owner, job);
    }

    /// A job is done.
    pub(super) fn finish_job(&mut self, heap: &mut Heap, job: u64, outcome: io::Result<Outcome>) {
        self.note_done(job);
        let Some(owner) = self.ports.jobs.remove(&job) else { return self.undo(heap, outcome) };
        match owner {
            JobOwner::Reading(id) => {
                self.ports.port(id).job = None;
                let bytes = outcome.map(|outcome| if let Outcome::Bytes(bytes) = outcome { bytes } else { Vec::new() });
                self.take_read(heap, id, bytes);
                self.serve_file_writers(heap, id);
            }
            JobOwner::Writing { port: id, token, count, end } => {
                self.ports.port(id).job = None;
                let at = outcome.map(|outcome| if let Outcome::Size(at) = outcome { at } else { end });
                self.take_written(heap, (id, token), (count, end), at);
            }
            JobOwner::Undoing => {}
            JobOwner::Watching(id) => {
                self.ports.port(id).job = None;
                self.take_watched(heap, id, outcome);
            }
            JobOwner::Operation(token) | JobOwner::Making(token) => {
                let Some(operation) = self.ports.operations.get(token) else { return self.undo(heap, outcome) };
                let name = operation.name;
                match &mut operation.what {
                    What::Connect(_) => {
                        let found = outcome.map(|o| if let Outcome::Addresses(found) = o { found } else { Vec::new() });
                        self.addresses_found(heap, token, found);
                    }
                    What::Job(purpose) => {
                        let purpose = std::mem::replace(&mut **purpose, Purpose::Sync);
                        if let (Purpose::SendTo { port, .. }, Ok(Outcome::Addresses(found))) = (&purpose, &outcome)
                            && let (id, Some(to)) = (*port, found.first().copied())
                            && let Purpose::SendTo { data, .. } = purpose
                        {
                            return self.send_found(heap, token, id, data, to);
                        }
                        let arrival = Arrival::of_job(&purpose, &outcome);
                        let how = self.fulfil(heap, name, purpose, outcome);
                        self.finish_with(heap, token, how, arrival);
                    }
                    _ => unreachable!("only these wait for jobs"),
                }
            }
        }
    }

    /// Nobody waits for the outcome any more.
    fn undo(&mut self, heap: &mut Heap, outcome: io::Result<Outcome>) {
        match outcome {
            Ok(Outcome::Opened { handle, .. }) => self.close_handle(handle),
            Ok(Outcome::Spawned(spawned)) => {
                // If it has ended meanwhile, so much the better.
                let _ = self.world.io().kill(spawned.child, SIGKILL);
                spawned.pipes.into_iter().flatten().for_each(|pipe| self.close_handle(pipe));
            }
            Ok(Outcome::Made { path, directory }) => return self.delete_made(path, directory),
            _ => return,
        }
        self.end_pauses(heap);
    }

    /// Deletes a file or directory that was made for somebody who has never known its name. If somebody else has deleted it
    /// meanwhile, or put something into it, so be it.
    pub(super) fn delete_made(&mut self, path: String, directory: bool) {
        let job = if directory { Job::DeleteDirectory { path, all: false } } else { Job::DeleteFile(path) };
        self.start_job(job, JobOwner::Undoing);
    }

    /// The program ends: nothing is left of what jobs have made that nobody will know of. Waits for them, but not for ever.
    pub(crate) fn settle_jobs(&mut self, heap: &mut Heap) {
        self.ports.jobs.retain(|_, owner| matches!(owner, JobOwner::Making(_) | JobOwner::Undoing));
        if self.ports.jobs.is_empty() {
            return;
        }
        let until_ns = self.world.now_ns().saturating_add(SETTLING_NS);
        while !self.ports.jobs.is_empty() && self.world.now_ns() < until_ns {
            let mut events = Vec::new();
            self.world.poll(Some(until_ns), &mut events);
            for event in events {
                let Event::Finished { job, outcome } = event else { continue };
                self.note_done(job);
                if self.ports.jobs.remove(&job).is_some() {
                    self.undo(heap, outcome);
                }
            }
        }
    }

    fn fulfil(&mut self, heap: &mut Heap, name: &str, purpose: Purpose, outcome: io::Result<Outcome>) -> How {
        match (purpose, outcome) {
            (Purpose::Path { path, answer }, outcome) => answer_about(heap, name, &path, answer, outcome),
            (Purpose::Open { path, mode, text }, Ok(Outcome::Opened { handle, stream })) => {
                let port = Port::file(path, text, mode, handle, stream);
                How::Value(self.ports.insert(heap, port))
            }
            (Purpose::SeekEnd { port, offset }, Ok(Outcome::Size(size))) => {
                self.seek_to(heap, name, port, i128::from(size) + i128::from(offset))
            }
            (Purpose::Resolve { host }, Ok(Outcome::Addresses(addresses))) => {
                let mut known: Vec<IpAddr> = Vec::new();
                for address in addresses {
                    if !known.contains(&address.ip()) {
                        known.push(address.ip());
                    }
                }
                if known.is_empty() {
                    return How::Error(dns_error(heap, name, &host, &ErrorKind::NotFound.into()));
                }
                let texts: Vec<Value> = known.iter().map(|ip| heap.new_string(&ip.to_string()).into()).collect();
                How::Value(heap.new_array(&texts).into())
            }
            (Purpose::Bind { host, options, kind }, Ok(Outcome::Addresses(addresses))) => match addresses.first() {
                Some(address) => self.bind(heap, name, kind, *address, &options),
                None => How::Error(dns_error(heap, name, &host, &ErrorKind::NotFound.into())),
            },
            (Purpose::SendTo { host, .. }, Ok(_)) => {
                How::Error(dns_error(heap, name, &host, &ErrorKind::NotFound.into()))
            }
            (Purpose::Start(starting), Ok(Outcome::Spawned(spawned))) => self.started(heap, &starting, spawned),
            (Purpose::Start(starting), Err(error)) => How::Error(starting.error(heap, name, &error)),
            (Purpose::Resolve { host } | Purpose::Bind { host, .. } | Purpose::SendTo { host, .. }, Err(error)) => {
                How::Error(dns_error(heap, name, &host, &error))
            }
            (Purpose::Open { path, .. }, Err(error)) => How::Error(io_error(heap, name, Some(&path), None, &error)),
            (_, Err(error)) => How::Error(io_error(heap, name, None, None, &error)),
            (_, Ok(_)) => How::Value(Value::NIL),
        }
    }

    /// Makes a socket that listens, or one for datagrams.
    pub(super) fn bind(
        &mut self,
        heap: &mut Heap,
        name: &str,
        kind: Kind,
        address: SocketAddr,
        options: &crate::world::io::SocketOptions,
    ) -> How {
        use crate::world::io::Address;
        let io = self.world.io();
        let made = match kind {
            Kind::Udp => io.bind_datagrams(address, options),
            _ => io.listen(&Address::Net(address), options),
        };
        let bound = made.and_then(|handle| match io.local_address(handle) {
            Ok(address) => Ok((handle, address)),
            Err(error) => {
                io.close(handle);
                Err(error)
            }
        });
        match bound {
            Ok((handle, address)) => {
                let medium = if kind == Kind::Udp { Medium::Datagrams } else { Medium::Listener };
                let name = super::value::Name::new(kind, Some(address.to_string()), true, kind == Kind::Udp, false);
                How::Value(self.ports.insert(heap, Port::new(name, handle, medium)))
            }
            Err(error) => How::Error(io_error(heap, name, None, Some(&address.to_string()), &error)),
        }
    }
}

fn answer_about(heap: &mut Heap, name: &str, path: &str, answer: PathAnswer, outcome: io::Result<Outcome>) -> How {
    let kind_is = |stat: &Stat| match answer {
        PathAnswer::IsFile => stat.file_type == "file",
        PathAnswer::IsDirectory => stat.file_type == "directory",
        _ => true,
    };
    if matches!(answer, PathAnswer::Exists | PathAnswer::IsFile | PathAnswer::IsDirectory) {
        let is = matches!(&outcome, Ok(Outcome::Stat(stat)) if kind_is(stat));
        return How::Value(Value::bool(is));
    }
    let outcome = match outcome {
        Ok(outcome) => outcome,
        Err(error) => return How::Error(io_error(heap, name, Some(path), None, &error)),
    };
    How::Value(match (answer, outcome) {
        (PathAnswer::Bytes, Outcome::Bytes(bytes)) => heap.new_bytes(&bytes).into(),
        (PathAnswer::Text | PathAnswer::Lines, Outcome::Bytes(bytes)) => match String::from_utf8(bytes) {
            Ok(text) if answer == PathAnswer::Text => heap.new_string(&text).into(),
            Ok(text) => {
                let lines: Vec<Value> = text.lines().map(|line| heap.new_string(line).into()).collect();
                heap.new_list(&lines)
            }
            Err(error) => {
                let shown = heap.new_string(path).into();
                let message = format!("{name}: {path}: invalid UTF-8: {}", error.utf8_error());
                return How::Error(heap.new_error("encoding-error", &message, &[("path", shown)]));
            }
        },
        (PathAnswer::Path, Outcome::Text(path) | Outcome::Made { path, .. }) => heap.new_string(&path).into(),
        (PathAnswer::Names, Outcome::Names(names)) => {
            let names: Vec<Value> = names.iter().map(|name| heap.new_string(name).into()).collect();
            heap.new_list(&names)
        }
        (PathAnswer::Size, Outcome::Stat(stat)) => Value::int(stat.size as i64),
        (PathAnswer::Stat, Outcome::Stat(stat)) => stat_value(heap, &stat),
        _ => Value::TRUE,
    })
}

/// All that is known about a file, as a struct.
fn stat_value(heap: &mut Heap, stat: &Stat) -> Value {
    let int = |number: u64| Value::int(number as i64);
    let time = |seconds: Option<f64>| seconds.map_or(Value::NIL, Value::float);
    let file_type: Value = heap.new_string(stat.file_type).into();
    let fields = [
        ("accessed", time(stat.accessed)),
        ("blksize", int(stat.blksize)),
        ("blocks", int(stat.blocks)),
        ("created", time(stat.created)),
        ("dev", int(stat.dev)),
        ("file-type", file_type),
        ("gid", int(stat.gid.into())),
        ("inode", int(stat.inode)),
        ("is-dir", Value::bool(stat.file_type == "directory")),
        ("is-file", Value::bool(stat.file_type == "file")),
        ("is-symlink", Value::bool(stat.file_type == "symlink")),
        ("modified", time(stat.modified)),
        ("nlinks", int(stat.nlinks)),
        ("permissions", int(stat.permissions.into())),
        ("rdev", int(stat.rdev)),
        ("readonly", Value::bool(stat.readonly)),
        ("size", int(stat.size)),
        ("uid", int(stat.uid.into())),
    ];
    heap.new_struct(fields.map(|(name, value)| (Value::keyword_named(name), value)).into()).into()
}
