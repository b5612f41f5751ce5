//! Ports, subprocesses and work on files, as programs see them: what the scheduler keeps of them, and who waits for what.
//!
//! The world offers mechanism ([`crate::world::io`]): it reads and writes what is possible at once, and tells what became
//! ready or was finished. Here are buffers, order, deadlines and errors.
//!
//! # Protocol
//!
//! * A *port* is an entry of [`Ports::ports`]; its number stays taken until its value is collected. `handle` is `None` once
//!   it is closed. Entries 0, 1 and 2 are the standard streams, which many values may refer to.
//! * An *operation* is an entry of [`Ports::operations`] under a token that is never used twice. It is one wait of one task
//!   ([`crate::scheduler`], `Wait::External`), and stands in at most one queue: that of its port's readers or writers, in
//!   order of arrival. It ends by [`Scheduler::finish_operation`] (done, failed or late) or [`Scheduler::abandon`] (the
//!   task was aborted), and by nothing else; both take it out of its queue.
//! * A task that asks for something that is possible at once does not wait; but nobody overtakes those who wait.
//! * What was read and not asked for stays in the port's buffer, whoever was aborted. A write of which nothing has gone out
//!   is dropped when it is aborted or late; of one that has begun the rest goes out before whatever is written next, so that
//!   every write is whole.
//! * What a task was given and has not seen when it is aborted goes back to where it came from ([`arrival`]): bytes to the
//!   front of the port's buffer, connections, datagrams and changes of files to the next who asks; what was opened for it
//!   alone is closed.
//! * A watch on files is a port, too: those who wait for changes are its readers, those who wait for paths to be watched its
//!   writers. See [`watch`].
//! * A job that nobody waits for any more is not stopped; what it opened is closed, what it started is killed, and a file or
//!   directory that it made of a name of its own is deleted. The end of the program waits for that, but not for ever.
//!   What it changes is changed before anything else happens to the same path ([`changes`]).

mod accept;
mod arrival;
mod buffer;
mod changes;
mod close;
mod connect;
mod datagrams;
mod descriptor;
mod file;
mod jobs;
mod operations;
mod poll;
mod read;
mod requests;
mod subprocess;
mod value;
mod watch;
mod write;

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use lisle_vm::heap::Tracer;
use lisle_vm::{Gc, Heap, Value};

use crate::scheduler::How;
use crate::wheel::Wheel;
use crate::world::io::{ChildId, Event, Handle};
pub(crate) use arrival::{Arrival, Arrived};
use buffer::Mode;
use jobs::JobOwner;
pub(crate) use jobs::PathAnswer;
use operations::{Alarm, Operations};
pub(crate) use requests::at_once;
pub(crate) use requests::{Ask, ask};
pub(crate) use subprocess::{process_of, signal_number};
use value::Port;
pub(crate) use value::{Kind, PortValue, define_parameters, port_of, watch_of};

/// Bytes that are read from a port at once.
const SCRATCH_BYTES: usize = 64 * 1024;

/// What the scheduler keeps of ports and operations.
pub(crate) struct Ports {
    ports: Vec<Option<Port>>,
    free: Vec<u32>,
    /// Whom the readiness of a handle is for.
    owners: Vec<Owner>,
    operations: Operations,
    jobs: HashMap<u64, JobOwner>,
    jobs_started: u64,
    changes: changes::Changes,
    timers: Wheel,
    alarms: Vec<Option<Alarm>>,
    free_alarms: Vec<u32>,
    /// The one buffer for reading.
    scratch: Vec<u8>,
    events: Vec<Event>,
    /// Ports whose values were collected.
    dropped: Rc<RefCell<Vec<u32>>>,
    /// Operations that were done at once, since others had their turn.
    streak: u32,
    /// A write that a native has begun, and its request goes on with.
    begun: Option<(u32, write::Writing)>,
    /// Connections, datagrams and changes of files whose takers were aborted before they saw them: the ports that they came
    /// from, and their place in the order of those.
    returned: Vec<(u32, u64, Value)>,
    /// Listeners that pause.
    pauses: usize,
    /// Turns since the world was asked.
    turns: u32,
    children: BTreeMap<ChildId, subprocess::Living>,
    /// What is called when a signal comes.
    handlers: BTreeMap<i32, Value>,
}

/// Whom the readiness of a handle is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Owner {
    Nobody,
    Port(u32),
    /// An operation that connects.
    Connect(u64),
    /// An operation that waits for a descriptor.
    Poll(u64),
    /// Standard output or standard error.
    Output,
}

impl std::fmt::Debug for Ports {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ports").field("ports", &self.ports.len()).finish_non_exhaustive()
    }
}

impl Default for Ports {
    fn default() -> Ports {
        let standard = [Kind::Stdin, Kind::Stdout, Kind::Stderr].map(|kind| Some(Port::standard(kind)));
        Ports {
            ports: standard.into(),
            free: Vec::new(),
            owners: Vec::new(),
            operations: Operations::default(),
            jobs: HashMap::new(),
            jobs_started: 0,
            changes: changes::Changes::default(),
            timers: Wheel::new(),
            alarms: Vec::new(),
            free_alarms: Vec::new(),
            scratch: Vec::new(),
            events: Vec::new(),
            dropped: Rc::default(),
            streak: 0,
            begun: None,
            returned: Vec::new(),
            pauses: 0,
            turns: 0,
            children: BTreeMap::new(),
            handlers: BTreeMap::new(),
        }
    }
}

impl Ports {
    #[inline]
    fn port(&mut self, id: u32) -> &mut Port {
        match self.ports.get_mut(id as usize) {
            Some(Some(port)) => port,
            _ => unreachable!("a port's number is used only while its value lives"),
        }
    }

    /// Takes a port in: its value.
    fn insert(&mut self, heap: &mut Heap, port: Port) -> Value {
        let name = port.name.clone();
        let handle = port.handle;
        let id = match self.free.pop() {
            Some(id) => {
                self.ports[id as usize] = Some(port);
                id
            }
            None => {
                self.ports.push(Some(port));
                (self.ports.len() - 1) as u32
            }
        };
        if let Some(handle) = handle {
            self.set_owner(handle, Owner::Port(id));
        }
        heap.new_external(Box::new(PortValue::new(id, name, Some(self.dropped.clone())))).into()
    }

    fn set_owner(&mut self, handle: Handle, owner: Owner) {
        let index = handle.0 as usize;
        if self.owners.len() <= index {
            self.owners.resize(index + 1, Owner::Nobody);
        }
        self.owners[index] = owner;
    }

    fn owner(&self, handle: Handle) -> Owner {
        self.owners.get(handle.0 as usize).copied().unwrap_or(Owner::Nobody)
    }

    /// When the next timer wants attention.
    pub(crate) fn next_wake(&self) -> Option<u64> {
        self.timers.next_wake()
    }

    /// Reports the values that operations hold.
    pub(crate) fn trace(&self, tracer: &mut Tracer<'_>) {
        self.operations.trace(tracer);
        if let Some((_, writing)) = &self.begun {
            writing.trace(tracer);
        }
        self.returned.iter().for_each(|(_, _, value)| tracer.value(*value));
        self.handlers.values().for_each(|handler| tracer.value(*handler));
    }
}

/// The octets of a string or bytes value.
pub(crate) fn octets<'a>(heap: &'a Heap, value: &'a Value) -> Option<&'a [u8]> {
    fn object<'a, T: lisle_vm::gc::HeapObject>(heap: &'a Heap, value: &Value) -> Option<&'a T> {
        value.as_object::<T>().map(|o: Gc<T>| o.get(heap))
    }
    use lisle_vm::object::{Bytes, MBytes, MStr, Str};
    object::<Str>(heap, value)
        .map(Str::as_bytes)
        .or_else(|| object::<Bytes>(heap, value).map(Bytes::as_bytes))
        .or_else(|| object::<MStr>(heap, value).map(|s| s.bytes()))
        .or_else(|| object::<MBytes>(heap, value).map(|b| &*b.bytes))
}

/// The text of a string value.
pub(crate) fn text(heap: &Heap, value: Value) -> Option<String> {
    if let Some(text) = value.as_str() {
        return Some(text.as_str().to_owned());
    }
    value.as_mstr().map(|text| String::from_utf8_lossy(text.get(heap).bytes()).into_owned())
}

/// The error of a native that got a value of the wrong type.
fn type_error(heap: &mut Heap, name: &str, expected: &str, value: Value) -> How {
    let got = match value.as_external() {
        Some(external) => external.get(heap).thing.type_name(),
        None => value.tag().type_name(),
    };
    How::Error(heap.new_error("type-error", &format!("{name}: expected {expected}, got {got}"), &[]))
}

/// The error of whoever waited too long.
fn timeout(heap: &mut Heap) -> Value {
    heap.new_error("timeout", "I/O operation timed out", &[])
}

/// The error of whoever uses a closed port.
fn closed(heap: &mut Heap, name: &str) -> Value {
    let reason = Value::keyword_named("closed");
    heap.new_error("io-error", &format!("{name}: port is closed"), &[("reason", reason)])
}
