//! What came from outside for a task that was aborted before it went on.

use std::io;

use lisle_vm::object::ExternalObject;
use lisle_vm::{Gc, Heap, Value};

use super::buffer::{End, Mode};
use super::jobs::Purpose;
use super::operations::{Operation, What};
use super::value::port_or_watch;
use super::{octets, port_of};
use crate::scheduler::{How, Scheduler};
use crate::world::io::Outcome;

/// What a task was given.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Arrival {
    /// Data of a port: a line without its end, or bytes. A file is at that place after them.
    Data { end: End, position: u64 },
    /// A connection of a listener, or a datagram.
    Item,
    /// The path of a file, or of a directory, that was made for it.
    Made { directory: bool },
    /// What has happened to files, for the so manieth time.
    Changes { number: u64 },
    /// A port that was opened for it.
    Opened,
    /// A subprocess that was started for it.
    Started,
}

/// What a task was given, and the port that gave it, unless that is new.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Arrived {
    pub(crate) from: Option<Gc<ExternalObject>>,
    pub(crate) what: Arrival,
}

impl Arrived {
    /// Given by the port in a value.
    pub(super) fn by(port: Value, what: Arrival) -> Arrived {
        Arrived { from: port.as_external(), what }
    }
}

impl Arrival {
    /// What a job gives to the one who waits for it.
    pub(super) fn of_job(purpose: &Purpose, outcome: &io::Result<Outcome>) -> Option<Arrival> {
        match (purpose, outcome) {
            (_, Ok(Outcome::Made { directory, .. })) => Some(Arrival::Made { directory: *directory }),
            (Purpose::Open { .. } | Purpose::Bind { .. }, _) => Some(Arrival::Opened),
            (Purpose::Start(_), _) => Some(Arrival::Started),
            _ => None,
        }
    }
}

impl Scheduler {
    /// What an operation that has just succeeded gives to its task.
    pub(super) fn arrival_of(&mut self, operation: &Operation) -> Option<Arrived> {
        let arrival = match &operation.what {
            What::Read(mode) => self.arrived_data(operation.port?, *mode),
            What::Accept | What::Receive(_) => Arrival::Item,
            What::Changes => self.arrived_changes(operation.port?),
            What::Connect(_) => Arrival::Opened,
            What::Add
            | What::Write(_)
            | What::Drain(_)
            | What::Send(..)
            | What::Poll(_)
            | What::Job(_)
            | What::Exit(_) => {
                return None;
            }
        };
        Some(Arrived::by(operation.value, arrival))
    }

    /// What was just read from a port.
    pub(super) fn arrived_data(&mut self, id: u32, mode: Mode) -> Arrival {
        let port = self.ports.port(id);
        let end = if mode == Mode::Line { port.input.last_end } else { End::None };
        Arrival::Data { end, position: port.position().unwrap_or(0) }
    }

    /// Takes back what an aborted task was given and has not seen.
    pub(crate) fn take_back(&mut self, heap: &mut Heap, arrived: Arrived, value: Value) {
        let from = arrived.from.map_or(Value::NIL, Value::from);
        match arrived.what {
            Arrival::Data { end, position } => {
                let Some(id) = self.is_open(heap, from) else { return };
                let Some(bytes) = octets(heap, &value) else { return };
                let port = self.ports.port(id);
                // In a file that somebody has used since, the place is what counts.
                if port.position().unwrap_or(0) == position {
                    port.input.put_back(bytes, end);
                    self.serve_readers(heap, id);
                }
            }
            Arrival::Item => {
                if let Some(id) = self.is_open(heap, from) {
                    self.ports.returned.push((id, 0, value));
                    self.serve_readers(heap, id);
                } else if port_of(heap, value).is_some() {
                    self.close_port(heap, value);
                }
            }
            Arrival::Made { directory } => {
                if let Some(path) = super::text(heap, value) {
                    self.delete_made(path, directory);
                }
            }
            Arrival::Changes { number } => {
                if let Some(id) = self.is_open(heap, from) {
                    let returned = &mut self.ports.returned;
                    let is_later = |(of, other, _): &(u32, u64, Value)| *of == id && *other > number;
                    let place = returned.iter().position(is_later).unwrap_or(returned.len());
                    returned.insert(place, (id, number, value));
                    self.serve_readers(heap, id);
                }
            }
            Arrival::Opened => {
                self.close_port(heap, value);
            }
            Arrival::Started => {
                // If it has ended meanwhile, so much the better.
                self.kill(heap, value, signal_hook::consts::SIGKILL);
                let Some(fields) = value.as_struct() else { return };
                for stream in ["stdin", "stdout", "stderr"] {
                    if let Some(pipe) = (*fields).get(Value::keyword_named(stream)).filter(|pipe| !pipe.is_nil()) {
                        self.close_port(heap, pipe);
                    }
                }
            }
        }
    }

    /// How many jobs are not done, whoever waits for them.
    pub(crate) fn jobs(&self) -> usize {
        self.ports.jobs.len()
    }

    /// What was taken back, for the next who asks.
    pub(super) fn take_returned(&mut self, id: u32) -> Option<How> {
        if self.ports.returned.is_empty() {
            return None;
        }
        let place = self.ports.returned.iter().position(|(from, _, _)| *from == id)?;
        Some(How::Value(self.ports.returned.remove(place).2))
    }

    fn is_open(&mut self, heap: &Heap, from: Value) -> Option<u32> {
        port_or_watch(heap, from).filter(|port| !port.name.closed.get()).map(|port| port.id)
    }
}
