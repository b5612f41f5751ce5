//! Waiting for the end of tasks.

use lisle_vm::fiber::{Fiber, Status};
use lisle_vm::object::Array;
use lisle_vm::{Gc, Heap, Value, signal};

use super::tasks::{NO_TASK, State, TaskId};
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
    pub(crate) fn outcome(&self, heap: &Heap, fiber: Gc<Fiber>) -> Outcome {
        let body = fiber.get(heap);
        let id = TaskId(body.task);
        if id != NO_TASK && self.tasks.get(id).state != State::Failed && self.tasks.get(id).state != State::Cancelled {
            return Outcome::Pending(id);
        }
        match body.status {
            Status::Dead => Outcome::Value(body.value()),
            Status::Error => Outcome::Error(body.value()),
            Status::Paused if body.bits & signal::ERROR != 0 => Outcome::Error(body.value()),
            _ => Outcome::Unscheduled,
        }
    }

    /// Abort: the joiner leaves the list of its target.
    pub(super) fn join(&mut self, heap: &mut Heap, id: TaskId, fiber: Value, protected: bool) -> Answer {
        self.join_for(heap, id, fiber, Purpose::Result { protected })
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
        match self.progress(heap, fibers, 0, protected) {
            Progress::Complete(how) => Answer::Now(how),
            Progress::Waits { index, fiber } => {
                self.join_for(heap, id, fiber, Purpose::Results { fibers, index, protected, owned })
            }
        }
    }

    fn join_for(&mut self, heap: &mut Heap, id: TaskId, fiber: Value, purpose: Purpose) -> Answer {
        let Some(fiber) = fiber.as_fiber() else {
            return Answer::Now(How::Error(heap.new_error("type-error", "ev/join: expected fiber", &[])));
        };
        let protected =
            matches!(purpose, Purpose::Result { protected: true } | Purpose::Results { protected: true, .. });
        match self.outcome(heap, fiber) {
            Outcome::Pending(target) if target == id => {
                let message = "ev/join: a fiber cannot wait for its own end";
                Answer::Now(How::Error(heap.new_error("deadlock", message, &[])))
            }
            Outcome::Pending(target) => {
                self.park(id, Wait::Join { target, purpose });
                Answer::Parked
            }
            Outcome::Unscheduled => {
                let message = "ev/join: the fiber is not one of the scheduler's, so nobody runs it";
                Answer::Now(How::Error(heap.new_error("state-error", message, &[])))
            }
            ended => {
                self.observe(heap, fiber);
                Answer::Now(answer(heap, ended, protected))
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
                Purpose::Results { fibers, index, protected, owned } => {
                    match self.progress(heap, fibers, index + 1, protected) {
                        Progress::Complete(how) => self.wake(heap, joiner, how),
                        Progress::Waits { index, fiber } => {
                            let purpose = Purpose::Results { fibers, index, protected, owned };
                            self.wait_on(heap, joiner, fiber, purpose);
                        }
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

    /// Moves a waiting task from the end that came to the next one it waits for.
    fn wait_on(&mut self, heap: &mut Heap, joiner: TaskId, fiber: Value, purpose: Purpose) {
        let target = fiber.as_fiber().map(|f| self.outcome(heap, f));
        match target {
            Some(Outcome::Pending(target)) if target != joiner => {
                self.leave(heap, joiner);
                self.tasks.link(target, joiner);
                self.tasks.get_mut(joiner).wait = Wait::Join { target, purpose };
            }
            Some(Outcome::Pending(_)) => {
                let error = heap.new_error("deadlock", "ev/join: a fiber cannot wait for its own end", &[]);
                self.wake(heap, joiner, How::Error(error));
            }
            _ => {
                let message = "ev/join: the fiber is not one of the scheduler's, so nobody runs it";
                let error = heap.new_error("state-error", message, &[]);
                self.wake(heap, joiner, How::Error(error));
            }
        }
    }

    /// Goes through the fibers of an array from `index` on, as far as they have ended.
    fn progress(&mut self, heap: &mut Heap, fibers: Gc<Array>, index: u32, protected: bool) -> Progress {
        for (index, item) in fibers.items().iter().enumerate().skip(index as usize) {
            let Some(fiber) = item.as_fiber() else { continue };
            match self.outcome(heap, fiber) {
                Outcome::Pending(_) | Outcome::Unscheduled => {
                    return Progress::Waits { index: index as u32, fiber: *item };
                }
                Outcome::Error(error) if !protected => {
                    self.observe(heap, fiber);
                    return Progress::Complete(How::Passed(error));
                }
                Outcome::Error(_) | Outcome::Value(_) => self.observe(heap, fiber),
            }
        }
        let results: Vec<Value> = fibers
            .items()
            .iter()
            .map(|item| match item.as_fiber().map(|fiber| ended(heap, fiber)) {
                Some(outcome) if protected => pair(heap, outcome),
                Some(Outcome::Value(value)) => value,
                _ => Value::NIL,
            })
            .collect();
        Progress::Complete(How::Value(heap.new_array(&results).into()))
    }
}

/// How far a join of many has come.
enum Progress {
    Complete(How),
    Waits { index: u32, fiber: Value },
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

/// `[true value]` or `[false error]`.
fn pair(heap: &mut Heap, ended: Outcome) -> Value {
    let items = match ended {
        Outcome::Value(value) => [Value::TRUE, value],
        Outcome::Error(error) => [Value::FALSE, error],
        Outcome::Pending(_) | Outcome::Unscheduled => [Value::FALSE, Value::NIL],
    };
    heap.new_array(&items).into()
}
