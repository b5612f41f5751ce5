//! What is kept of a process.

use lisle_syntax::Symbol;
use lisle_vm::fiber::Fiber;
use lisle_vm::heap::Tracer;
use lisle_vm::object::MStruct;
use lisle_vm::{Gc, Value};

use super::mailbox::Mailbox;
use super::ties::TieList;
use crate::scheduler::TaskId;
use crate::scheduler::TaskList;
use crate::wheel::TimerId;

/// No pid: the parent of process 0.
pub(crate) const NO_PID: u64 = u64::MAX;

/// A process.
#[derive(Debug)]
pub(crate) struct Process {
    pub(crate) pid: u64,
    /// The number of its world.
    pub(crate) world: u32,
    /// The main task; `NO_TASK` once that has ended.
    pub(crate) main: TaskId,
    /// The fiber of the main task.
    pub(crate) fiber: Gc<Fiber>,
    /// Who spawned it.
    pub(crate) parent: u64,
    pub(crate) mailbox: Mailbox,
    /// Its tasks that wait for messages.
    pub(crate) receivers: TaskList,
    pub(crate) links: TieList,
    /// Monitors that others have on it.
    pub(crate) watchers: TieList,
    /// Monitors that it has on others.
    pub(crate) watched: TieList,
    /// The message that it received last.
    pub(crate) last_message: Value,
    /// Of what it dies, once that is certain.
    pub(crate) exiting: Option<Value>,
    pub(crate) traps: bool,
    /// It ends with its parent, whatever the reason.
    pub(crate) owned: bool,
    /// What kind of process it is, for pictures.
    pub(crate) kind: Option<Symbol>,
    pub(crate) rare: Option<Box<Rare>>,
}

/// What most processes do not have.
#[derive(Debug, Default)]
pub(crate) struct Rare {
    /// Its tasks besides the main one.
    pub(crate) tasks: Vec<TaskId>,
    /// Its names, the newest last.
    pub(crate) names: Vec<Symbol>,
    pub(crate) dictionary: Option<Gc<MStruct>>,
    /// References of timers whose messages are for it.
    pub(crate) timers: Vec<u64>,
    /// Bytes that were allocated in its turns since its heap was looked at.
    pub(crate) allocated: u64,
    /// The alarm that cuts its cleanup short.
    pub(crate) kill: Option<(u32, TimerId)>,
    /// How often it was told again to end, because an error in its cleanup was caught.
    pub(crate) insisted: u8,
    /// References of calls that were given up: their answers are dropped.
    pub(crate) given_up: Vec<u64>,
}

/// Calls that were given up of which a process keeps the references.
const GIVEN_UP_MAX: usize = 256;

impl Process {
    /// What it seldom has.
    pub(crate) fn rare_mut(&mut self) -> &mut Rare {
        self.rare.get_or_insert_default()
    }

    /// Its tasks besides the main one.
    pub(crate) fn tasks(&self) -> &[TaskId] {
        self.rare.as_ref().map_or(&[], |rare| &rare.tasks)
    }

    /// Its names.
    pub(crate) fn names(&self) -> &[Symbol] {
        self.rare.as_ref().map_or(&[], |rare| &rare.names)
    }

    /// Remembers that the answer to a call is not wanted any more.
    pub(crate) fn give_up(&mut self, reference: u64) {
        let given_up = &mut self.rare_mut().given_up;
        if given_up.len() == GIVEN_UP_MAX {
            given_up.remove(0);
        }
        given_up.push(reference);
    }

    /// True when that is the answer to a call that was given up; it is forgotten.
    pub(crate) fn forget_call(&mut self, reference: u64) -> bool {
        let Some(rare) = &mut self.rare else { return false };
        match rare.given_up.iter().position(|known| *known == reference) {
            Some(index) => {
                rare.given_up.remove(index);
                true
            }
            None => false,
        }
    }

    /// Reports its values.
    pub(crate) fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.object(self.fiber);
        self.mailbox.trace(tracer);
        tracer.value(self.last_message);
        if let Some(reason) = self.exiting {
            tracer.value(reason);
        }
        if let Some(dictionary) = self.rare.as_ref().and_then(|rare| rare.dictionary) {
            tracer.object(dictionary);
        }
    }
}

const _: () = assert!(size_of::<Process>() <= 208, "processes are many: see the goal for idle ones");
