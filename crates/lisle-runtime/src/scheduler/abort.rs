//! Ending tasks from outside.

use lisle_vm::object::Struct;
use lisle_vm::{Gc, Heap, Value, Vm};

use super::join::Outcome;
use super::tasks::{NO_TASK, State, TaskId};
use super::{Answer, How, Purpose, Scheduler, Wait};

impl Scheduler {
    /// Raises `{:error :aborted}` where a task waits, and waits for the task's end, cleanup included.
    ///
    /// Abort: the one who waits leaves the list of the target; the target stays aborted.
    pub(super) fn abort(&mut self, vm: &mut Vm, id: TaskId, fiber: Value) -> Answer {
        let Some(fiber) = fiber.as_fiber() else {
            return Answer::Now(How::Error(vm.heap.new_error("type-error", "ev/abort: expected fiber", &[])));
        };
        let target = match self.outcome(&vm.heap, fiber) {
            Outcome::Pending(target) => target,
            Outcome::Value(_) | Outcome::Error(_) => {
                self.observe(&mut vm.heap, fiber);
                return Answer::Now(How::Value(Value::NIL));
            }
            Outcome::Unscheduled => {
                let message = "ev/abort: the fiber is not one of the scheduler's; use fiber/abort";
                return Answer::Now(How::Error(vm.heap.new_error("state-error", message, &[])));
            }
        };
        let error = aborted(&mut vm.heap);
        if target == id {
            return Answer::Now(How::Error(error.into()));
        }
        let task = self.tasks.get_mut(target);
        task.observed = true;
        match task.state {
            State::New => {
                // It stays in the run queue until its turn, which frees it.
                task.state = State::Cancelled;
                vm.cancel(fiber, error.into());
                fiber.get_mut(&mut vm.heap).task = NO_TASK.0;
                self.release_joiners(&mut vm.heap, target);
                return Answer::Now(How::Value(Value::NIL));
            }
            State::Waiting => {
                task.injected = Some(error);
                self.wake(target, How::Error(error.into()));
            }
            State::Ready => {
                task.injected = Some(error);
                task.how = How::Error(error.into());
            }
            State::Running | State::Cancelled | State::Failed => unreachable!("such a task is not pending here"),
        }
        self.park(id, Wait::Join { target, purpose: Purpose::Abort });
        Answer::Parked
    }
}

/// The error that an abort raises.
fn aborted(heap: &mut Heap) -> Gc<Struct> {
    heap.new_struct(vec![(Value::keyword_named("error"), Value::keyword_named("aborted"))])
}
