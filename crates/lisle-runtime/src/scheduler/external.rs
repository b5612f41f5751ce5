//! Waits for what happens outside: a driver of input and output starts an operation, and ends the wait when it is done.
//!
//! The driver names each wait by a token of its own, never used twice. While such a wait is pending, nothing is a
//! deadlock.

use lisle_vm::Heap;

use super::tasks::TaskId;
use super::{How, Scheduler, Wait};
use crate::ports::Arrived;

impl Scheduler {
    /// Lets the running task wait for an operation. `what` completes the sentence "it waits for …". Answer the request
    /// with [`super::Answer::Parked`].
    ///
    /// Abort: the driver's [`Scheduler::abandon`] is told.
    pub(crate) fn park_external(&mut self, id: TaskId, token: u64, what: &'static str) {
        let before = self.external.insert(token, id);
        assert!(before.is_none(), "a token names one wait");
        self.park(id, Wait::External { token, what });
    }

    /// Ends a wait: the operation is done. False if nobody waits for it any more.
    ///
    /// Abort, before the task goes on: what `arrived` is given back to where it came from.
    pub(crate) fn wake_external(&mut self, token: u64, how: How, arrived: Option<Arrived>) -> bool {
        let Some(id) = self.external.remove(&token) else { return false };
        self.make_ready(id, how);
        self.note_arrival(id, arrived);
        true
    }

    /// A task that is ready was given something from outside.
    pub(crate) fn note_arrival(&mut self, id: TaskId, arrived: Option<Arrived>) {
        self.tasks.get_mut(id).wait = arrived.map_or(Wait::None, |Arrived { from, what }| Wait::Arrived { from, what });
    }

    /// A task that stands in the run queue was aborted: what it was given from outside is for others.
    pub(super) fn give_arrival_back(&mut self, heap: &mut Heap, id: TaskId) {
        let task = self.tasks.get_mut(id);
        if let Wait::Arrived { from, what } = task.wait {
            let value = task.value();
            task.wait = Wait::None;
            self.take_back(heap, Arrived { from, what }, value);
        }
    }

    /// How many waits are pending.
    pub(crate) fn external_waits(&self) -> usize {
        self.external.len()
    }

    /// The task does not wait any more: a part of `leave`.
    pub(super) fn leave_external(&mut self, heap: &mut Heap, token: u64) {
        self.external.remove(&token);
        self.abandon(heap, token);
    }
}
