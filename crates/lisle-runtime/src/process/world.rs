//! Worlds: what one `process:start` runs.

use foldhash::fast::FixedState;
use hashbrown::HashMap;
use lisle_syntax::Symbol;
use lisle_vm::heap::Tracer;
use lisle_vm::object::{External, ExternalObject};
use lisle_vm::{Gc, Heap, Value};

use super::Slot;
use super::pids::Pids;
use super::ticks::Sending;

/// Processes that may live at once in one world, unless it is told otherwise.
pub(crate) const PROCESSES_MAX: u64 = 262_144;
/// Units that a process runs at a time, unless its world is told otherwise.
pub(crate) const FUEL: u64 = 1000;

/// What a world is told at its making.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settings {
    /// Units that a process runs at a time.
    pub(crate) fuel: u64,
    /// Processes that may live at once.
    pub(crate) processes_max: u64,
    /// Messages that may stand in a mailbox; over it, the process dies.
    pub(crate) mailbox_max: Option<u64>,
    /// Bytes that a process may reach; over it, it dies.
    pub(crate) heap_max: Option<u64>,
    /// Which ends are reported.
    pub(crate) log: Log,
    /// The function that reports go to; nil for standard error.
    pub(crate) logger: Value,
}

/// Which ends of processes are reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Log {
    None,
    /// Errors that nobody is told of by a link or a monitor.
    Errors,
    All,
}

/// A world with processes in it.
#[derive(Debug)]
pub(crate) struct World {
    /// The object that programs hold.
    pub(crate) object: Gc<ExternalObject>,
    pub(crate) pids: Pids,
    pub(crate) names: HashMap<Symbol, Slot, FixedState>,
    pub(crate) timers: HashMap<u64, Sending, FixedState>,
    pub(crate) next_pid: u64,
    pub(crate) next_reference: u64,
    pub(crate) settings: Settings,
    /// Whoever waits until no process is left.
    pub(crate) starters: Gc<ExternalObject>,
    /// It was told to end: no process is made any more.
    pub(crate) stopped: bool,
}

impl World {
    /// A new reference.
    pub(crate) fn reference(&mut self) -> u64 {
        self.next_reference += 1;
        self.next_reference - 1
    }

    pub(crate) fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.object(self.object);
        tracer.object(self.starters);
        tracer.value(self.settings.logger);
    }
}

/// A world as a program holds it. What it has besides processes outlives them here.
#[derive(Debug)]
pub(crate) struct WorldObject {
    /// Its number, while there are processes in it.
    pub(crate) number: Option<u32>,
    pub(crate) next_pid: u64,
    pub(crate) next_reference: u64,
    pub(crate) settings: Settings,
    pub(crate) starters: Gc<ExternalObject>,
}

impl External for WorldObject {
    fn type_name(&self) -> &'static str {
        "process-scheduler"
    }

    fn display(&self) -> String {
        "#<process-scheduler>".to_owned()
    }

    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.object(self.starters);
        tracer.value(self.settings.logger);
    }
}

/// The world in a value.
pub(crate) fn as_world(heap: &Heap, value: Value) -> Option<Gc<ExternalObject>> {
    value.as_external().filter(|external| external.get(heap).downcast_ref::<WorldObject>().is_some())
}

/// A world's object.
pub(crate) fn world_object(heap: &Heap, object: Gc<ExternalObject>) -> &WorldObject {
    object.get(heap).downcast_ref().expect("only worlds are used as such")
}

/// A world's object, for changes.
pub(crate) fn world_object_mut(heap: &mut Heap, object: Gc<ExternalObject>) -> &mut WorldObject {
    object.get_mut(heap).downcast_mut().expect("only worlds are used as such")
}
