//! Waits that cannot end.

use lisle_vm::fiber::Fiber;
use lisle_vm::{Gc, Heap, Value};

use super::tasks::{State, Task, TaskId};
use super::{How, Purpose, Scheduler, Wait};

/// A deadlock: nothing could run any more, and somebody waited.
#[derive(Debug)]
pub struct Deadlock {
    /// The error that was raised in all who waited.
    pub error: Value,
    /// A line on each of them.
    pub waiters: Vec<String>,
    /// It has been reported already.
    pub reported: bool,
}

impl Scheduler {
    /// The waiting tasks in order of spawning, with a sentence on what each waits for.
    pub(crate) fn waiters(&self) -> Vec<(TaskId, Gc<Fiber>, String)> {
        let mut waiting: Vec<_> = self.tasks.iter().filter(|(_, task)| task.state == State::Waiting).collect();
        waiting.sort_by_key(|(_, task)| task.sequence);
        let describe = |task: &Task| match &task.wait {
            Wait::None => format!("{} waits", name(task)),
            Wait::Sleep(_) => format!("{} sleeps", name(task)),
            Wait::Join { target, purpose } => {
                let target = name(self.tasks.get(*target));
                match purpose {
                    Purpose::Abort => format!("{} waits for the end of {target}, which it aborted,", name(task)),
                    Purpose::Result { .. } | Purpose::Results { .. } => {
                        format!("{} waits for the end of {target}", name(task))
                    }
                }
            }
        };
        waiting.into_iter().map(|(id, task)| (id, task.fiber, describe(task))).collect()
    }

    /// Raises `{:error :deadlock}` in every waiting task, the main program first. `waiters` is kept for the report.
    pub(crate) fn break_deadlock(&mut self, heap: &mut Heap, waiters: Vec<String>) {
        let waiting = self.waiters();
        let message = match waiting.len() {
            1 => "nothing can end this wait".to_owned(),
            count => format!("nothing can end the waits of {count} fibers"),
        };
        let error = heap.new_error("deadlock", &message, &[]);
        self.deadlock = Some(Deadlock { error, waiters, reported: false });
        for (id, _, _) in waiting {
            self.wake(id, How::Error(error));
        }
    }
}

/// How reports call a task.
fn name(task: &Task) -> String {
    match task.sequence {
        1 => "the main program".to_owned(),
        sequence => format!("fiber {sequence}"),
    }
}
