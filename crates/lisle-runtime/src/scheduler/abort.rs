//! Ending tasks from outside.
//!
//! An abort raises an error where its target waits. Everything that aborts goes through [`Scheduler::abort_each`]: `ev/abort`,
//! groups that are closed, interruptions, and the shutdown. What it does depends on where the target stands:
//!
//! | the target | what happens |
//! |---|---|
//! | has not started | it never does; it has ended with the error |
//! | waits | it leaves what it waits for, and raises the error there |
//! | waits for a group of its own | the group is closed with the error; when it is settled, the target raises it |
//! | stands in the run queue | it raises the error where it has waited (`redirect`) |
//! | runs | it is `doomed`: it raises the error at its next wait |
//! | is shielded | the error is kept until the shield ends ([`super::shield`]) |
//!
//! From then on the target is `aborting`: it has not shown yet what it makes of the error. It does so by ending, or by
//! waiting again outside of its cleanup: then it has survived. Those who wait for the end of an abort go on at either.

use lisle_syntax::Symbol;
use lisle_vm::object::Struct;
use lisle_vm::vm::Resume;
use lisle_vm::{Gc, Heap, Value, Vm, fiber, interp};

use super::join::Outcome;
use super::tasks::{Going, NO_TASK, State, TaskId};
use super::{Answer, How, Purpose, Scheduler, Wait};

impl Scheduler {
    /// Raises `{:error :aborted}` where a task waits, and waits until the task has ended, cleanup included, or has
    /// caught the error and waits again.
    ///
    /// Abort: the one who waits leaves the list of the target; the target stays aborted.
    pub(super) fn abort(&mut self, heap: &mut Heap, id: TaskId, fiber: Value) -> Answer {
        let Some(fiber) = fiber.as_fiber() else {
            return Answer::Now(How::Error(heap.new_error("type-error", "ev/abort: expected fiber", &[])));
        };
        let target = match self.outcome(heap, fiber) {
            Outcome::Pending(target) => target,
            Outcome::Value(_) | Outcome::Error(_) => {
                self.observe(heap, fiber);
                return Answer::Now(How::Value(Value::NIL));
            }
            Outcome::Unscheduled => {
                let message = "ev/abort: the fiber is not one of the scheduler's; use fiber/abort";
                return Answer::Now(How::Error(heap.new_error("state-error", message, &[])));
            }
        };
        let error = aborted(heap);
        if target == id {
            return Answer::Now(How::Error(error.into()));
        }
        self.tasks.get_mut(target).observed = true;
        self.abort_each(heap, vec![(target, error)]);
        if self.tasks.get(target).state == State::Cancelled {
            return Answer::Now(How::Value(Value::NIL));
        }
        self.park(id, Wait::Join { target, purpose: Purpose::Abort });
        Answer::Parked
    }

    /// Raises errors in tasks, and in those for which they wait as their owners.
    pub(super) fn abort_each(&mut self, heap: &mut Heap, mut aborts: Vec<(TaskId, Gc<Struct>)>) {
        let mut at = 0;
        while let Some((id, error)) = aborts.get(at).copied() {
            at += 1;
            self.abort_one(heap, id, error, &mut aborts);
        }
    }

    fn abort_one(&mut self, heap: &mut Heap, id: TaskId, error: Gc<Struct>, aborts: &mut Vec<(TaskId, Gc<Struct>)>) {
        let task = self.tasks.get_mut(id);
        if task.aborting && task.injected == Some(error) {
            return;
        }
        match task.state {
            State::New => {
                // It stays in the run queue until its turn, which frees it.
                task.state = State::Cancelled;
                let fiber = task.fiber;
                fiber::cancel(heap, fiber, error.into());
                fiber.get_mut(heap).task = NO_TASK.0;
                self.release_joiners(heap, id);
                self.leave_groups(heap, id, true, true, aborts);
                self.process_task_ended(heap, id, None);
                return;
            }
            State::Cancelled | State::Failed | State::Free => return,
            State::Waiting | State::Ready | State::Running if task.shielded => {
                self.keep_abort(id, error);
                return;
            }
            State::Waiting => {
                if !self.abort_with_group(heap, id, error, aborts) {
                    self.tasks.get_mut(id).injected = Some(error);
                    self.wake(heap, id, How::Error(error.into()));
                }
            }
            State::Ready => {
                self.give_message_back(heap, id);
                self.give_item_back(heap, id);
                self.give_arrival_back(heap, id);
                self.redirect(heap, id, error, aborts);
            }
            State::Running => {
                task.doomed = true;
                task.attention = true;
                task.injected = Some(error);
                return;
            }
        }
        let task = self.tasks.get_mut(id);
        task.aborting = true;
        task.attention = true;
    }

    /// Lets a task that stands in the run queue raise this error instead of going on with what ended its wait.
    fn redirect(&mut self, heap: &mut Heap, id: TaskId, error: Gc<Struct>, aborts: &mut Vec<(TaskId, Gc<Struct>)>) {
        let task = self.tasks.get_mut(id);
        task.injected = Some(error);
        match (task.going, &task.wait) {
            (Going::On, Wait::Told { group }) => {
                task.going = Going::GivingBack;
                let group = *group;
                self.close_with(heap, group, error, false, aborts);
            }
            _ => self.redirect_simply(id, error),
        }
    }

    fn redirect_simply(&mut self, id: TaskId, error: Gc<Struct>) {
        let task = self.tasks.get_mut(id);
        match task.going {
            Going::On if task.must_give_back() => task.going = Going::GivingBack,
            Going::On | Going::Raising | Going::Passing => task.set_how(How::Error(error.into())),
            Going::GivingBack => {}
        }
    }

    /// How a task goes on that was handed something and then aborted: it gives that back, and raises the abort's error.
    #[cold]
    pub(super) fn give_back(&mut self, vm: &mut Vm, id: TaskId) -> Resume {
        let task = self.tasks.get_mut(id);
        let value = task.value();
        let Some(error) = task.injected else { unreachable!("such a task was aborted") };
        let note = match std::mem::replace(&mut task.wait, Wait::None) {
            Wait::Handed { note } => note,
            Wait::Told { group } => {
                let function = vm.predefined(Symbol::intern("%leave-group")).expect("the library has it");
                let args = vm.heap.new_array(&[Value::from(group), error.into()]);
                return Resume::Call(function, args);
            }
            _ => unreachable!("such a task was handed or told something"),
        };
        let undo = note.as_array().and_then(|parts| parts.items().get(1).copied()).unwrap_or_default();
        let function = vm.predefined(Symbol::intern("%give-back")).expect("the library has it");
        Resume::Call(function, vm.heap.new_array(&[undo, value, error.into()]))
    }

    /// The running task has stopped, and there is something to see to: it is doomed, late, or aborting.
    #[cold]
    pub(super) fn see_to(&mut self, heap: &mut Heap, id: TaskId) {
        let task = self.tasks.get_mut(id);
        task.attention = false;
        if std::mem::take(&mut task.doomed)
            && let Some(error) = task.injected
        {
            self.abort_each(heap, vec![(id, error)]);
            return;
        }
        if self.must_end(id) && !interp::is_cleaning_up(heap, self.tasks.get(id).fiber) {
            self.insist_on_exit(heap, id);
            return;
        }
        let task = self.tasks.get_mut(id);
        if !task.aborting {
            self.close_late_groups(heap, id);
        } else if interp::is_cleaning_up(heap, task.fiber) {
            task.attention = true;
        } else {
            task.aborting = false;
            self.release_aborters(heap, id);
            self.survive(heap, id);
        }
    }

    /// True when an abort has been asked for that the running task has not dealt with: it is kept by a shield, or its
    /// cleanup runs.
    pub(crate) fn is_aborting(&self, heap: &Heap, running: Gc<fiber::Fiber>) -> bool {
        let Some(id) = self.running else { return false };
        let task = self.tasks.get(id);
        task.doomed || self.keeps_abort(id) || task.aborting && interp::is_cleaning_up(heap, running)
    }
}

/// The error that an abort raises.
pub(super) fn aborted(heap: &mut Heap) -> Gc<Struct> {
    heap.new_struct(vec![(Value::keyword_named("error"), Value::keyword_named("aborted"))])
}
