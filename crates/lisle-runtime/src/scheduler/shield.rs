//! Shields: stretches of a task in which an abort waits.
//!
//! A task is shielded from `shield` to `unshield`, or until the shield's time is over; shields may stand in each other.
//! The first error that comes meanwhile is kept, and raised when the last of them ends: by `unshield`, or where the task
//! waits then.

use std::collections::HashMap;

use lisle_vm::heap::Tracer;
use lisle_vm::object::Struct;
use lisle_vm::{Gc, Heap};

use super::Scheduler;
use super::tasks::TaskId;
use crate::wheel::TimerId;

/// What timers of shields have in their payload besides the shield's number.
pub(super) const SHIELD_TIMER: u32 = 1 << 31;

/// Numbers of shields are below this.
const SHIELDS_MAX: u32 = SHIELD_TIMER - 1;

/// All shields.
#[derive(Debug, Default)]
pub(super) struct Shields {
    /// By number; each with its task and its timer.
    standing: HashMap<u32, (TaskId, TimerId)>,
    next: u32,
    tasks: HashMap<u32, Shielded>,
}

#[derive(Debug, Default)]
struct Shielded {
    count: u32,
    kept: Option<Gc<Struct>>,
}

impl Shields {
    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.standing.len()
    }

    #[allow(clippy::iter_over_hash_type, reason = "marking does not depend on the order of roots")]
    pub(super) fn trace(&self, tracer: &mut Tracer<'_>) {
        for error in self.tasks.values().filter_map(|task| task.kept) {
            tracer.object(error);
        }
    }
}

impl Scheduler {
    /// Shields the running task; gives the shield's number.
    pub(crate) fn shield(&mut self, seconds: f64) -> Option<u32> {
        let id = self.running?;
        let shields = &mut self.shields;
        while shields.standing.contains_key(&shields.next) {
            shields.next = (shields.next + 1) % SHIELDS_MAX;
        }
        let number = shields.next;
        shields.next = (shields.next + 1) % SHIELDS_MAX;
        shields.tasks.entry(id.0).or_default().count += 1;
        let timer = self.start_timer(SHIELD_TIMER | number, seconds);
        self.shields.standing.insert(number, (id, timer));
        self.tasks.get_mut(id).shielded = true;
        Some(number)
    }

    /// Takes a shield away, if its time is not over; gives the error that it has kept, if it was the last.
    pub(crate) fn unshield(&mut self, number: u32) -> Option<Gc<Struct>> {
        let (id, timer) = self.shields.standing.remove(&number)?;
        self.timers.remove(timer);
        let kept = self.end_shield(id)?;
        let task = self.tasks.get_mut(id);
        task.injected = Some(kept);
        task.aborting = true;
        task.attention = true;
        Some(kept)
    }

    /// The time of a shield is over.
    pub(super) fn shield_is_late(&mut self, heap: &mut Heap, number: u32) {
        let Some((id, _)) = self.shields.standing.remove(&number) else { return };
        if let Some(kept) = self.end_shield(id) {
            self.abort_each(heap, vec![(id, kept)]);
        }
    }

    fn end_shield(&mut self, id: TaskId) -> Option<Gc<Struct>> {
        let task = self.shields.tasks.get_mut(&id.0)?;
        task.count -= 1;
        if task.count > 0 {
            return None;
        }
        self.tasks.get_mut(id).shielded = false;
        self.shields.tasks.remove(&id.0)?.kept
    }

    /// Keeps an error until the task's shields end. The first one counts.
    pub(super) fn keep_abort(&mut self, id: TaskId, error: Gc<Struct>) {
        self.shields.tasks.entry(id.0).or_default().kept.get_or_insert(error);
    }

    /// True when an error is kept for a task.
    pub(super) fn keeps_abort(&self, id: TaskId) -> bool {
        self.shields.tasks.get(&id.0).is_some_and(|task| task.kept.is_some())
    }

    /// A task has ended inside of its shields.
    pub(super) fn drop_shields(&mut self, id: TaskId) {
        let timers = &mut self.timers;
        self.shields.standing.retain(|_, (task, timer)| {
            if *task == id {
                timers.remove(*timer);
            }
            *task != id
        });
        self.shields.tasks.remove(&id.0);
        self.tasks.get_mut(id).shielded = false;
    }
}
