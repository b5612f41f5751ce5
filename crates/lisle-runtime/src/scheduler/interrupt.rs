//! Interrupting: what Ctrl-C does to tasks.

use lisle_vm::object::Struct;
use lisle_vm::{Gc, Heap, Value};

use super::Scheduler;
use super::tasks::{State, TaskId};

impl Scheduler {
    /// Raises an error in a task that does not run: where it waits, or where it would go on. One that has not started
    /// never does.
    pub(crate) fn interrupt(&mut self, heap: &mut Heap, id: TaskId, error: Gc<Struct>) {
        let task = self.tasks.get_mut(id);
        if task.state == State::New {
            task.observed = true;
        }
        self.abort_each(heap, vec![(id, error)]);
    }

    /// As `interrupt`, for the running task: what it is to be resumed with.
    pub(crate) fn interrupt_running(&mut self, id: TaskId, error: Gc<Struct>) -> Value {
        let task = self.tasks.get_mut(id);
        assert!(task.state == State::Running, "the caller runs this task");
        task.injected = Some(error);
        error.into()
    }

    /// True when the task has not started.
    pub(crate) fn is_new(&self, id: TaskId) -> bool {
        self.tasks.get(id).state == State::New
    }

    /// All tasks that have not ended.
    pub(crate) fn unfinished(&mut self, heap: &mut Heap) -> Vec<TaskId> {
        self.bear_all(heap);
        let ended = |state| matches!(state, State::Cancelled | State::Failed);
        let mut unfinished: Vec<_> = self.tasks.iter().filter(|(_, task)| !ended(task.state)).collect();
        unfinished.sort_by_key(|(_, task)| task.sequence);
        unfinished.into_iter().map(|(id, _)| id).collect()
    }
}
