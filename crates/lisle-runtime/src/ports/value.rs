//! Ports as values, and their state.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use lisle_syntax::Symbol;
use lisle_vm::object::External;
use lisle_vm::{Heap, Value, Vm};

use super::buffer::Buffer;
use super::watch::Tree;
use crate::wheel::TimerId;
use crate::world::io::{Handle, OpenMode};

/// What a port is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Stdin,
    Stdout,
    Stderr,
    File,
    Pipe,
    TcpListener,
    TcpStream,
    UnixListener,
    UnixStream,
    Udp,
    /// A watch on files, which programs do not know as a port.
    Watch,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Kind::Stdin => "stdin",
            Kind::Stdout => "stdout",
            Kind::Stderr => "stderr",
            Kind::File => "file",
            Kind::Pipe => "pipe",
            Kind::TcpListener => "tcp-listener",
            Kind::TcpStream => "tcp-stream",
            Kind::UnixListener => "unix-listener",
            Kind::UnixStream => "unix-stream",
            Kind::Udp => "udp",
            Kind::Watch => "watch",
        }
    }

    pub(crate) fn is_standard(self) -> bool {
        matches!(self, Kind::Stdin | Kind::Stdout | Kind::Stderr)
    }

    pub(super) fn is_listener(self) -> bool {
        matches!(self, Kind::TcpListener | Kind::UnixListener)
    }
}

/// What can be told of a port without asking the scheduler.
#[derive(Debug)]
pub(crate) struct Name {
    pub(crate) kind: Kind,
    pub(crate) path: Option<String>,
    pub(crate) reads: bool,
    pub(crate) writes: bool,
    pub(crate) text: bool,
    pub(crate) closed: Cell<bool>,
}

impl Name {
    pub(super) fn new(kind: Kind, path: Option<String>, reads: bool, writes: bool, text: bool) -> Rc<Name> {
        Rc::new(Name { kind, path, reads, writes, text, closed: Cell::new(false) })
    }

    fn standard(kind: Kind) -> Rc<Name> {
        Name::new(kind, None, kind == Kind::Stdin, kind != Kind::Stdin, true)
    }
}

/// A port as a value.
#[derive(Debug)]
pub(crate) struct PortValue {
    pub(crate) id: u32,
    pub(crate) name: Rc<Name>,
    /// Takes the number when the value is collected.
    dropped: Option<Rc<RefCell<Vec<u32>>>>,
}

impl PortValue {
    pub(super) fn new(id: u32, name: Rc<Name>, dropped: Option<Rc<RefCell<Vec<u32>>>>) -> PortValue {
        PortValue { id, name, dropped }
    }

    /// A new value for a standard stream.
    pub(crate) fn standard(kind: Kind) -> PortValue {
        let id = match kind {
            Kind::Stdin => 0,
            Kind::Stdout => 1,
            _ => 2,
        };
        PortValue { id, name: Name::standard(kind), dropped: None }
    }
}

impl Drop for PortValue {
    fn drop(&mut self) {
        if let Some(dropped) = &self.dropped {
            dropped.borrow_mut().push(self.id);
        }
    }
}

impl External for PortValue {
    fn type_name(&self) -> &'static str {
        if self.name.kind == Kind::Watch { "watch" } else { "port" }
    }

    fn display(&self) -> String {
        let Name { kind, path, reads, writes, text, closed } = &*self.name;
        if *kind == Kind::Watch {
            return if closed.get() { "#<watch [closed]>" } else { "#<watch>" }.to_owned();
        }
        let mut shown = format!("#<port:{}", kind.name());
        if let Some(path) = path {
            shown.push_str(&format!(" {path:?}"));
        }
        if !kind.is_standard() && !kind.is_listener() {
            shown.push_str(match (reads, writes) {
                (true, true) => " :read-write",
                (true, false) => " :read",
                _ => " :write",
            });
            shown.push_str(if *text || matches!(kind, Kind::TcpStream | Kind::UnixStream) {
                " :text"
            } else {
                " :binary"
            });
        }
        if closed.get() {
            shown.push_str(" [closed]");
        }
        shown.push('>');
        shown
    }
}

/// The port in a value.
pub(crate) fn port_of(heap: &Heap, value: Value) -> Option<&PortValue> {
    port_or_watch(heap, value).filter(|port| port.name.kind != Kind::Watch)
}

/// The watch on files in a value.
pub(crate) fn watch_of(heap: &Heap, value: Value) -> Option<&PortValue> {
    port_or_watch(heap, value).filter(|port| port.name.kind == Kind::Watch)
}

/// The port in a value, or the watch.
pub(super) fn port_or_watch(heap: &Heap, value: Value) -> Option<&PortValue> {
    // The borrow lasts as long as that of the heap: external things do not move.
    external(heap, value)
}

fn external<T: External>(heap: &Heap, value: Value) -> Option<&T> {
    value.as_external().and_then(|external| external.get(heap).downcast_ref::<T>())
}

/// Defines `*stdin*`, `*stdout*` and `*stderr*`.
pub(crate) fn define_parameters(vm: &mut Vm) {
    for (name, kind) in [("*stdin*", Kind::Stdin), ("*stdout*", Kind::Stdout), ("*stderr*", Kind::Stderr)] {
        let port = vm.heap.new_external(Box::new(PortValue::standard(kind))).into();
        let parameter = vm.heap.new_parameter(port).into();
        vm.state.library.insert(Symbol::intern(name), parameter);
    }
}

/// Where bytes come from and go to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Medium {
    /// In order of arrival. `drains`: a read that gives less than was asked for has taken all there was.
    Stream { drains: bool },
    /// By position: the next byte to be read or written; at the end, always, when `appends`.
    File { position: u64, appends: bool },
    /// Connections.
    Listener,
    /// Datagrams.
    Datagrams,
    /// What happens to files.
    Changes,
    /// Standard output and error, by way of [`crate::output::Output`].
    Output,
}

/// A port.
#[derive(Debug)]
pub(super) struct Port {
    pub(super) name: Rc<Name>,
    pub(super) handle: Option<Handle>,
    pub(super) medium: Medium,
    pub(super) input: Buffer,
    /// Nothing more will come.
    pub(super) ended: bool,
    /// Worth trying to read, to write.
    pub(super) readable: bool,
    pub(super) writable: bool,
    /// The other side has ended: readiness is not told again.
    pub(super) hung_up: bool,
    /// A job on it that is under way.
    pub(super) job: Option<u64>,
    /// The operations that wait to read, to write.
    pub(super) readers: VecDeque<u64>,
    pub(super) writers: VecDeque<u64>,
    /// The rest of a write that nobody waits for any more.
    pub(super) rest: Vec<u8>,
    /// The direction of writing ends when that has gone out.
    pub(super) ending: bool,
    /// How long operations wait.
    pub(super) timeout_ns: Option<u64>,
    /// Connections are not accepted for a while.
    pub(super) pause: Option<(TimerId, u32)>,
    pub(super) pause_ns: u64,
    /// What a watch knows.
    pub(super) watching: Option<Box<Tree>>,
    /// How often a watch has given changes.
    pub(super) batches: u64,
}

impl Port {
    pub(super) fn new(name: Rc<Name>, handle: Handle, medium: Medium) -> Port {
        Port {
            name,
            handle: Some(handle),
            medium,
            input: Buffer::default(),
            ended: false,
            readable: true,
            writable: true,
            hung_up: false,
            job: None,
            readers: VecDeque::new(),
            writers: VecDeque::new(),
            rest: Vec::new(),
            ending: false,
            timeout_ns: None,
            pause: None,
            pause_ns: 0,
            watching: None,
            batches: 0,
        }
    }

    /// A standard stream; its handle comes when it is first used.
    pub(super) fn standard(kind: Kind) -> Port {
        let medium = if kind == Kind::Stdin { Medium::Stream { drains: false } } else { Medium::Output };
        Port { handle: None, ..Port::new(Name::standard(kind), Handle(u32::MAX), medium) }
    }

    /// A connection or a pipe.
    pub(super) fn stream(name: Rc<Name>, handle: Handle) -> Port {
        Port::new(name, handle, Medium::Stream { drains: true })
    }

    /// A file.
    pub(super) fn file(path: String, text: bool, mode: OpenMode, handle: Handle, stream: bool) -> Port {
        let name = Name::new(Kind::File, Some(path), mode.reads(), mode.writes(), text);
        let medium = match stream {
            true => Medium::Stream { drains: false },
            false => Medium::File { position: 0, appends: mode == OpenMode::Append },
        };
        Port::new(name, handle, medium)
    }
}
