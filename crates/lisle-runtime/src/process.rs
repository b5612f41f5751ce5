//! Processes: tasks with a pid, a mailbox, links and monitors (spec 15, with the decisions 19.18 to 19.27).
//!
//! A process is a task of the scheduler, its *main task*, and a record here ([`record::Process`]). Tasks that the main task
//! or others of the process spawn are its *sub-tasks*: they send and receive in its name, and end with it. Processes live in
//! a *world* ([`world::World`]): what one `process:start` runs, with pids, names, references of its own.
//!
//! # Signals between processes, by OTP's rules
//!
//! Messages, exit signals and monitor messages are *signals*. They act at once, in the order in which they are sent; so
//! those between two processes keep their order. What an exit signal does depends on where it comes from:
//!
//! | signal | receiver | what happens |
//! |---|---|---|
//! | link to `p`, which died with `r` | traps exits | message `[:EXIT p r]` |
//! | link, `r` is normal | does not trap | nothing, unless `p` has started it with a `…-start-link` function |
//! | link, other `r` | does not trap | dies with `[:linked p r]` |
//! | `(exit q :kill)` from another | any | dies with `[:killed :kill]` |
//! | `(exit q r)` from another | traps exits | message `[:EXIT sender r]` |
//! | `(exit q r)` from another, `r` is normal | does not trap | nothing |
//! | `(exit q r)` from another | does not trap | dies with `[:killed r]` |
//! | `(exit q r)`, `q` is the sender | any | dies with `r` |
//!
//! *Normal* are `:normal` and `[:normal v]`. A link is one for any number of `link` calls, and symmetric; it goes when either
//! end dies. A monitor belongs to its watcher, and there may be many for one pair; it is used up by `[:DOWN ref p r]`, and
//! monitoring what does not live gives that at once, with `:noproc`. A process that is dying, that is, whose cleanup runs,
//! takes no further exit signal; of `:kill` it notes that its cleanup has a second.
//!
//! # How a process ends
//!
//! | state of the record | main task | leaves it by |
//! |---|---|---|
//! | alive | runs or waits | its end, or an exit signal ([`exit`]) |
//! | dying (`exiting` is set, or `main` is none) | unwinds, or has ended while sub-tasks unwind | the end of its last task |
//! | gone | none | |
//!
//! Unwinding is the abort of the scheduler with an error that nothing catches (`State::exit_error`), so `defer` bodies run
//! and may wait. A process without cleanup ends at once. Either way `Scheduler::bury_process` is the one routine that takes a
//! record away: it frees the pid and the names, drops timers, then tells links, then monitors, in the order of their making.
//! Whom a link kills is put into a queue, not killed from within (I1); the queue is emptied before any process runs again.
//!
//! Only [`exit`] sets `exiting` and removes records; only [`ties`] changes links and monitors; only [`mailbox`] and
//! `scheduler::processes` change mailboxes and the list of receivers.
//!
//! # Ticks
//!
//! Time-outs of the reference count *ticks* ([`ticks`]): one is one turn of all ready processes. So every task of a process
//! that stands in the run queue carries the tick in which it is due, and taking one of a later tick moves the clock. Nobody
//! else being ready, an operation goes on without a switch of tasks, and the clock moves all the same.

pub(crate) mod exit;
pub(crate) mod info;
pub(crate) mod keys;
pub(crate) mod mailbox;
pub(crate) mod natives;
pub(crate) mod pids;
pub(crate) mod record;
pub(crate) mod slab;
pub(crate) mod ticks;
pub(crate) mod ties;
pub(crate) mod world;

use std::collections::VecDeque;

use lisle_vm::Gc;
use lisle_vm::Value;
use lisle_vm::fiber::Fiber;
use lisle_vm::heap::Tracer;
use lisle_vm::object::{Array, Struct};

use crate::scheduler::TaskId;
use record::Process;
use slab::Slab;
use ticks::{Alarm, Ticks};
use ties::Ties;
use world::World;

#[cfg(test)]
mod tests;

/// Names a process record; free for another one when the process is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Slot(pub(crate) u32);

/// No process.
pub(crate) const NO_PROCESS: Slot = Slot(u32::MAX);

/// What is known of a task that belongs to a process.
#[derive(Clone, Copy, Debug)]
struct Member {
    process: Slot,
    /// Its place among the sub-tasks of the process; `u32::MAX` for the main task.
    place: u32,
    /// The tick in which it is due to run.
    due: u64,
}

const NO_MEMBER: Member = Member { process: NO_PROCESS, place: 0, due: 0 };

/// A wait of a task for the answer to a call.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Call {
    /// The reference that the answer carries.
    pub(crate) reference: u64,
    /// The monitor of whoever is called.
    pub(crate) tie: u32,
    /// It asks for the server's end.
    pub(crate) stops: bool,
}

/// A process that died of an error that nobody was told of, or whose world wants to hear of every end.
#[derive(Debug)]
pub(crate) struct Crash {
    pub(crate) fiber: Gc<Fiber>,
    /// What the report says of it.
    pub(crate) fields: Gc<Struct>,
    /// The error, if it was one.
    pub(crate) error: Option<Value>,
    /// The function that is told; nil for standard error.
    pub(crate) logger: Value,
    /// Lines for standard error.
    pub(crate) notes: Vec<String>,
}

/// All processes of all worlds.
#[derive(Debug, Default)]
pub(crate) struct Processes {
    pub(crate) records: Slab<Process>,
    members: Vec<Member>,
    pub(crate) worlds: Slab<World>,
    pub(crate) ties: Ties,
    pub(crate) calls: Slab<Call>,
    pub(crate) ticks: Ticks,
    pub(crate) alarms: Slab<Alarm>,
    /// Who is to die, and of what.
    pub(crate) doomed: VecDeque<(Slot, u64, Value)>,
    /// Ends that are to be reported.
    pub(crate) crashes: VecDeque<Crash>,
    /// The error that unwinds a process.
    pub(crate) exit_error: Option<Gc<Struct>>,
    /// Some world limits what its processes hold.
    pub(crate) limits_heaps: bool,
    /// What the heap had allocated when the turn began that runs.
    pub(crate) turn_began_at: u64,
}

impl Processes {
    /// True when there may be tasks of processes.
    #[inline]
    pub(crate) fn is_active(&self) -> bool {
        !self.members.is_empty()
    }

    /// The process to which a task belongs.
    #[inline]
    pub(crate) fn of_task(&self, id: TaskId) -> Option<Slot> {
        let member = self.members.get(id.0 as usize)?;
        (member.process != NO_PROCESS).then_some(member.process)
    }

    /// Says that a task belongs to a process, as its main task or as one of the others.
    pub(crate) fn enlist(&mut self, id: TaskId, process: Slot, is_main: bool) {
        let index = id.0 as usize;
        if self.members.len() <= index {
            self.members.resize(index + 1, NO_MEMBER);
        }
        let record = self.records.get_mut(process.0);
        let place = if is_main {
            record.main = id;
            u32::MAX
        } else {
            let tasks = &mut record.rare_mut().tasks;
            tasks.push(id);
            tasks.len() as u32 - 1
        };
        self.members[index] = Member { process, place, due: self.ticks.due() };
    }

    /// A task has ended: it belongs to no process any more. Gives the process, and whether it was the main task.
    pub(crate) fn discharge(&mut self, id: TaskId) -> Option<(Slot, bool)> {
        let member = self.members.get_mut(id.0 as usize)?;
        if member.process == NO_PROCESS {
            return None;
        }
        let Member { process, place, .. } = std::mem::replace(member, NO_MEMBER);
        let record = self.records.get_mut(process.0);
        if place == u32::MAX {
            record.main = crate::scheduler::NO_TASK;
            return Some((process, true));
        }
        let tasks = &mut record.rare_mut().tasks;
        tasks.swap_remove(place as usize);
        if let Some(moved) = tasks.get(place as usize) {
            self.members[moved.0 as usize].place = place;
        }
        Some((process, false))
    }

    /// A task stands in the run queue from now on.
    #[inline]
    pub(crate) fn note_ready(&mut self, id: TaskId) {
        if let Some(member) = self.members.get_mut(id.0 as usize) {
            member.due = self.ticks.due();
        }
    }

    /// The tick in which a task is due that stands in the run queue; `None` if it belongs to no process.
    #[inline]
    pub(crate) fn due_of(&self, id: TaskId) -> Option<u64> {
        let member = self.members.get(id.0 as usize)?;
        (member.process != NO_PROCESS).then_some(member.due)
    }

    /// The record of a process.
    #[inline]
    pub(crate) fn record(&self, slot: Slot) -> &Process {
        self.records.get(slot.0)
    }

    /// The record of a process, for changes.
    #[inline]
    pub(crate) fn record_mut(&mut self, slot: Slot) -> &mut Process {
        self.records.get_mut(slot.0)
    }

    /// The world of a process.
    #[inline]
    pub(crate) fn world_of(&mut self, slot: Slot) -> &mut World {
        let world = self.records.get(slot.0).world;
        self.worlds.get_mut(world)
    }

    /// The living process with that pid in a world.
    #[inline]
    pub(crate) fn find(&self, world: u32, pid: u64) -> Option<Slot> {
        self.worlds.get(world).pids.get(pid)
    }

    /// The process in that slot, if it is still the one with that pid.
    pub(crate) fn still(&self, slot: Slot, pid: u64) -> bool {
        self.records.try_get(slot.0).is_some_and(|record| record.pid == pid)
    }

    /// Reports values.
    pub(crate) fn trace(&self, tracer: &mut Tracer<'_>) {
        for (_, record) in self.records.iter() {
            record.trace(tracer);
        }
        for (_, world) in self.worlds.iter() {
            world.trace(tracer);
        }
        self.ticks.trace(tracer);
        for (_, alarm) in self.alarms.iter() {
            alarm.trace(tracer);
        }
        for (_, _, reason) in &self.doomed {
            tracer.value(*reason);
        }
        for crash in &self.crashes {
            tracer.object(crash.fiber);
            tracer.object(crash.fields);
            tracer.value(crash.logger);
            if let Some(error) = crash.error {
                tracer.value(error);
            }
        }
        if let Some(error) = self.exit_error {
            tracer.object(error);
        }
    }
}

/// True for `:normal` and `[:normal v]`.
pub(crate) fn is_normal(reason: Value) -> bool {
    let normal = keys::keys().normal;
    reason.is_identical(normal) || head(reason).is_some_and(|first| first.is_identical(normal))
}

/// The first element of an array.
pub(crate) fn head(value: Value) -> Option<Value> {
    value.as_array()?.items().first().copied()
}

/// The elements of an array that begins with that keyword.
pub(crate) fn tagged(value: Value, tag: Value) -> Option<Gc<Array>> {
    value.as_array().filter(|array| array.items().first().is_some_and(|first| first.is_identical(tag)))
}
