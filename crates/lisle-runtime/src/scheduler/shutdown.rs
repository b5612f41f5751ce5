//! The shutdown: every task is told to end, and after some time whatever is left is.
//!
//! The time is a timer of nobody's: it does not keep the program alive. When it has fired, a *reaper* stands in the run
//! queue, a slot without a task that was cancelled before it started; those who stand before it have their turn, so that
//! even with no time at all cleanup gets as far as its first wait. When the reaper's turn comes, nothing runs any more.

use lisle_vm::fiber::Fiber;
use lisle_vm::object::Struct;
use lisle_vm::{Gc, Heap, Value};

use super::Scheduler;
use super::tasks::{Going, State, TaskId};
use super::watch::Watched;

/// The payload of the timer: no task and no shield has it.
pub(super) const SHUTDOWN_TIMER: u32 = u32::MAX;

/// How far a shutdown has come.
#[derive(Debug)]
pub(super) struct Shutdown {
    /// What was raised in all tasks.
    pub(super) error: Gc<Struct>,
    reaper: Option<TaskId>,
    /// The reaper has had its turn.
    over: bool,
}

impl Scheduler {
    /// Raises `{:error :shutdown}` in all tasks; after so many seconds those that are left will run no more.
    pub(crate) fn shut_down_all(&mut self, heap: &mut Heap, seconds: f64) {
        let error = heap.new_struct(vec![(Value::keyword_named("error"), Value::keyword_named("shutdown"))]);
        let aborts = self.unfinished(heap).into_iter().map(|id| (id, error)).collect();
        self.abort_each(heap, aborts);
        if self.shutdown.is_none() {
            self.start_timer(SHUTDOWN_TIMER, seconds);
        }
        let (reaper, over) = self.shutdown.take().map_or((None, false), |earlier| (earlier.reaper, earlier.over));
        self.shutdown = Some(Shutdown { error, reaper, over });
    }

    /// True for the error that the shutdown raises.
    pub(crate) fn is_shutdown(&self, error: Value) -> bool {
        self.shutdown.as_ref().is_some_and(|shutdown| Value::from(shutdown.error).is_identical(error))
    }

    /// True when nothing is to run any more.
    pub(crate) fn is_shut_down(&self) -> bool {
        self.shutdown.as_ref().is_some_and(|shutdown| shutdown.over)
    }

    /// The time of the shutdown is over.
    pub(super) fn shutdown_is_late(&mut self, heap: &mut Heap) {
        let fiber = heap.allocate(Fiber::new(Value::NIL, 0));
        let id = self.tasks.insert(fiber, 0, Watched::default());
        self.tasks.get_mut(id).state = State::Cancelled;
        self.ready.push_back(id);
        if let Some(shutdown) = &mut self.shutdown {
            shutdown.reaper = Some(id);
        }
    }

    /// A cancelled slot has its turn. True if it is the reaper's, and nothing may run any more.
    #[cold]
    pub(super) fn bury(&mut self, id: TaskId) -> bool {
        let Some(error) = self.shutdown.as_ref().filter(|s| s.reaper == Some(id)).map(|s| s.error) else {
            self.tasks.remove(id);
            return false;
        };
        // A simulated world may choose the reaper before its time.
        let waits_for_turn = |id: &TaskId| {
            if id.is_unborn() {
                return false;
            }
            let task = self.tasks.get(*id);
            task.state == State::Ready && task.going != Going::On && task.injected == Some(error)
        };
        if self.ready.iter().any(waits_for_turn) {
            self.ready.push_back(id);
            return false;
        }
        self.tasks.remove(id);
        if let Some(shutdown) = &mut self.shutdown {
            shutdown.reaper = None;
            shutdown.over = true;
        }
        true
    }
}
