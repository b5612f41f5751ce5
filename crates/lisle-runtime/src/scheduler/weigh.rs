//! Limits of what processes hold.
//!
//! There is one heap, so what a process holds is what can be reached from its fibers, its mailbox and its dictionary; what
//! several hold counts for each. To find out takes time in proportion, so a process is weighed only when it has allocated a
//! quarter of its limit since the last time, and only as far as the limit.

use lisle_vm::{Heap, Value};

use super::Scheduler;
use super::tasks::TaskId;
use crate::process::Slot;
use crate::process::keys::keys;

/// A process is not weighed more often than after so many bytes.
const STEP_MIN: u64 = 64 << 10;

impl Scheduler {
    /// The turn of a task has ended: if its process holds too much now, it dies.
    #[cold]
    pub(super) fn weigh(&mut self, heap: &mut Heap, id: TaskId) {
        let Some(process) = self.processes.of_task(id) else { return };
        let Some(max) = self.processes.world_of(process).settings.heap_max else { return };
        let allocated = heap.allocated_bytes().saturating_sub(self.processes.turn_began_at);
        let record = self.processes.record_mut(process);
        if record.exiting.is_some() {
            return;
        }
        let rare = record.rare_mut();
        rare.allocated += allocated;
        if rare.allocated < (max / 4).max(STEP_MIN) {
            return;
        }
        rare.allocated = 0;
        let limit = usize::try_from(max).unwrap_or(usize::MAX);
        let bytes = self.weight(heap, process, limit);
        if bytes > limit {
            let reason = [keys().limit, Value::keyword_named("heap"), Value::int(max as i64)];
            let reason = heap.new_array(&reason);
            self.doom(process, reason.into());
            self.settle_exits(heap);
        }
    }

    /// The bytes that a process holds, counted as far as the limit.
    fn weight(&self, heap: &Heap, process: Slot, limit: usize) -> usize {
        let record = self.processes.record(process);
        let tasks = record.tasks().iter().copied().chain([record.main]);
        let tasks: Vec<TaskId> = tasks.filter(|id| *id != super::NO_TASK).collect();
        let foreign = |fiber: lisle_vm::Gc<lisle_vm::fiber::Fiber>| {
            let task = TaskId(fiber.get(heap).task);
            task != super::NO_TASK && self.processes.of_task(task) != Some(process)
        };
        let roots = |tracer: &mut lisle_vm::heap::Tracer<'_>| {
            record.trace(tracer);
            tasks.iter().for_each(|id| self.tasks.get(*id).trace(tracer));
        };
        heap.reached_bytes(&roots, &foreign, limit)
    }
}
