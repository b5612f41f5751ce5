//! Waiting for the end of tasks.

use lisle_vm::fiber::{Fiber, Status};
use lisle_vm::object::Array;
use lisle_vm::{Gc, Heap, Value, signal};

use super::tasks::{State, TaskId};
use super::{Answer, How, Purpose, Scheduler, Wait};

/// What became of a fiber.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Outcome {
    /// It is a task that has not ended.
    Pending(TaskId),
    /// It returned.
    Value(Value),
    /// It failed.
    Error(Value),
    /// It is no task and has not ended: nobody will end it.
    Unscheduled,
}

impl Scheduler {
    /// What became of a fiber.
    pub(crate) fn outcome(&mut self, heap: &mut Heap, fiber: Gc<Fiber>) -> Outcome {
        if let Some(id) = self.task_of(heap, fiber)
            && !matches!(self.tasks.get(id).state, State::Failed | State::Cancelled)
        {
            return Outcome::Pending(id);
        }
        let body = fiber.get(heap);
        match body.status {
            Status::Dead => Outcome::Value(body.value()),
            Status::Error => Outcome::Error(body.value()),
            Status::Paused if body.bits() & signal::ERROR != 0 => Outcome::Error(body.value()),
            _ => Outcome::Unscheduled,
        }
    }

    /// Abort: the joiner leaves the list of its target.
    pub(super) fn join(&mut self, heap: &mut Heap, id: TaskId, fiber: Value, protected: bool) -> Answer {
        let Some(fiber) = fiber.as_fiber() else {
            return Answer::Now(How::Error(heap.new_error("type-error", "ev/join: expected fiber", &[])));
        };
        match self.outcome(heap, fiber) {
            Outcome::Pending(target) if target == id => Answer::Now(waits_for_itself(heap)),
            Outcome::Pending(target) => {
                self.park(id, Wait::Join { target, purpose: Purpose::Result { protected } });
                Answer::Parked
            }
            Outcome::Unscheduled => Answer::Now(is_run_by_nobody(heap)),
            ended => {
                self.observe(heap, fiber);
                Answer::Now(answer(heap, ended, protected))
            }
        }
    }

    /// Abort: as for `join`; the results gathered so far are in the fibers themselves, and stay there.
    pub(super) fn join_all(
        &mut self,
        heap: &mut Heap,
        id: TaskId,
        fibers: Value,
        protected: bool,
        owned: bool,
    ) -> Answer {
        let Some(fibers) = fibers.as_array() else {
            return Answer::Now(How::Error(heap.new_error("type-error", "ev/join: expected an array of fibers", &[])));
        };
        match self.progress(heap, id, fibers, 0, protected) {
            Progress::Complete(how) => Answer::Now(how),
            Progress::Waits { index, target } => {
                self.park(id, Wait::Join { target, purpose: Purpose::Results { fibers, index, protected, owned } });
                Answer::Parked
            }
        }
    }

    /// Lets everyone go on who waits for the end of this task, in order of arrival. Its fiber holds the result.
    pub(super) fn release_joiners(&mut self, heap: &mut Heap, id: TaskId) {
        while let Some(joiner) = self.tasks.get(id).joiners.first() {
            let Wait::Join { purpose, .. } = self.tasks.get(joiner).wait else {
                unreachable!("joiners wait for a task")
            };
            let fiber = self.tasks.get(id).fiber;
            let ended = ended(heap, fiber);
            match purpose {
                Purpose::Abort => self.wake(heap, joiner, How::Value(Value::NIL)),
                Purpose::Result { protected } => {
                    let how = answer(heap, ended, protected);
                    self.wake(heap, joiner, how);
                }
                Purpose::Results { protected: false, .. } if matches!(ended, Outcome::Error(_)) => {
                    let how = answer(heap, ended, false);
                    self.wake(heap, joiner, how);
                }
                Purpose::Results { fibers, index, protected, .. } => {
                    match self.progress(heap, joiner, fibers, index + 1, protected) {
                        Progress::Complete(how) => self.wake(heap, joiner, how),
                        Progress::Waits { index, target } => self.wait_for_next(id, joiner, index, target),
                    }
                }
            }
        }
    }

    /// As `release_joiners`, for those alone who wait for the effect of an abort: the task has survived it.
    pub(super) fn release_aborters(&mut self, heap: &mut Heap, id: TaskId) {
        let joiners: Vec<TaskId> = self.tasks.list(self.tasks.get(id).joiners).collect();
        for joiner in joiners {
            if let Wait::Join { purpose: Purpose::Abort, .. } = self.tasks.get(joiner).wait {
                self.wake(heap, joiner, How::Value(Value::NIL));
            }
        }
    }

    /// A task that has waited for many, and now for that one's end, goes on to wait for the next.
    fn wait_for_next(&mut self, ended: TaskId, joiner: TaskId, index: u32, target: TaskId) {
        self.tasks.relink(ended, target, joiner);
        if let Wait::Join { target: now, purpose: Purpose::Results { index: at, .. } } =
            &mut self.tasks.get_mut(joiner).wait
        {
            *now = target;
            *at = index;
        }
    }

    /// Goes through the fibers of an array from `index` on, as far as they have ended, for a task that waits for all.
    fn progress(
        &mut self,
        heap: &mut Heap,
        joiner: TaskId,
        fibers: Gc<Array>,
        index: u32,
        protected: bool,
    ) -> Progress {
        let items = fibers.items();
        for (index, item) in items.iter().enumerate().skip(index as usize) {
            let Some(fiber) = item.as_fiber() else { continue };
            match self.outcome(heap, fiber) {
                Outcome::Pending(target) if target == joiner => return Progress::Complete(waits_for_itself(heap)),
                Outcome::Pending(target) => return Progress::Waits { index: index as u32, target },
                Outcome::Unscheduled => return Progress::Complete(is_run_by_nobody(heap)),
                Outcome::Error(error) if !protected => {
                    self.observe(heap, fiber);
                    return Progress::Complete(How::Passed(error));
                }
                Outcome::Error(_) | Outcome::Value(_) => self.observe(heap, fiber),
            }
        }
        let results = if protected {
            let pairs: Vec<Value> = items
                .iter()
                .map(|item| item.as_fiber().map_or(Value::NIL, |fiber| pair(heap, ended(heap, fiber))))
                .collect();
            heap.new_array(&pairs)
        } else {
            heap.new_array_of(items.len(), |heap, index| {
                if let Some(fiber) = items.get(index + 8).and_then(|item| item.as_fiber()) {
                    fiber.prefetch();
                }
                items[index].as_fiber().map_or(Value::NIL, |fiber| fiber.get(heap).value())
            })
        };
        Progress::Complete(How::Value(results.into()))
    }
}

/// How far a join of many has come.
enum Progress {
    Complete(How),
    Waits { index: u32, target: TaskId },
}

/// The outcome of a fiber that has ended.
fn ended(heap: &Heap, fiber: Gc<Fiber>) -> Outcome {
    let body = fiber.get(heap);
    match body.status {
        Status::Dead => Outcome::Value(body.value()),
        _ => Outcome::Error(body.value()),
    }
}

fn answer(heap: &mut Heap, ended: Outcome, protected: bool) -> How {
    match ended {
        _ if protected => How::Value(pair(heap, ended)),
        Outcome::Error(error) => How::Passed(error),
        Outcome::Value(value) => How::Value(value),
        Outcome::Pending(_) | Outcome::Unscheduled => How::Value(Value::NIL),
    }
}

fn waits_for_itself(heap: &mut Heap) -> How {
    How::Error(heap.new_error("deadlock", "ev/join: a fiber cannot wait for its own end", &[]))
}

fn is_run_by_nobody(heap: &mut Heap) -> How {
    let message = "ev/join: the fiber is not one of the scheduler's, so nobody runs it";
    How::Error(heap.new_error("state-error", message, &[]))
}

/// `[true value]` or `[false error]`.
fn pair(heap: &mut Heap, ended: Outcome) -> Value {
    let items = match ended {
        Outcome::Value(value) => [Value::TRUE, value],
        Outcome::Error(error) => [Value::FALSE, error],
        Outcome::Pending(_) | Outcome::Unscheduled => [Value::FALSE, Value::NIL],
    };
    heap.new_array(&items).into()
}
