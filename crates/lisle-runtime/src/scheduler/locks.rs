//! Locks: the part of `std/sync` that has to know which task runs and which has ended.
//!
//! A lock is taken and released without anybody else learning of it. Only when a task comes to wait for it, the lock is
//! listed, and its holder is marked ([`Task::holds_listed`](super::tasks)): when a marked task ends, the list is looked
//! through for locks that it still holds. So a holder that ends without releasing wakes those who wait, at no cost for
//! those who release.

use lisle_vm::fiber::Fiber;
use lisle_vm::heap::Tracer;
use lisle_vm::interp::{Place, outer_place};
use lisle_vm::object::{External, ExternalObject};
use lisle_vm::{Gc, Heap, Value};

use super::queue::{waiters, waiters_mut};
use super::tasks::{NO_TASK, State};
use super::{How, Scheduler, TaskId};

/// A lock.
#[derive(Debug)]
pub(crate) struct Lock {
    /// Who waits.
    pub(crate) queue: Gc<ExternalObject>,
    /// The fiber of the task that holds it.
    owner: Option<Gc<Fiber>>,
    /// Where that took it, or waited for it.
    taken_at: Option<Place>,
    /// It stands in the scheduler's list.
    listed: bool,
}

impl Lock {
    /// A free lock.
    pub(crate) fn new(queue: Gc<ExternalObject>) -> Lock {
        Lock { queue, owner: None, taken_at: None, listed: false }
    }

    /// True when somebody holds it.
    pub(crate) fn is_held(&self) -> bool {
        self.owner.is_some()
    }
}

impl External for Lock {
    fn type_name(&self) -> &'static str {
        "lock"
    }

    fn display(&self) -> String {
        "#<lock>".to_owned()
    }

    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.object(self.queue);
        if let Some(owner) = self.owner {
            tracer.object(owner);
        }
        if let Some(place) = self.taken_at {
            place.trace(tracer);
        }
    }
}

/// The lock in a value.
pub(crate) fn as_lock(heap: &Heap, value: Value) -> Option<Gc<ExternalObject>> {
    value.as_external().filter(|external| external.get(heap).downcast_ref::<Lock>().is_some())
}

pub(crate) fn lock_of(heap: &Heap, lock: Gc<ExternalObject>) -> &Lock {
    lock.get(heap).downcast_ref().expect("the caller has checked that it is a lock")
}

fn lock_mut(heap: &mut Heap, lock: Gc<ExternalObject>) -> &mut Lock {
    lock.get_mut(heap).downcast_mut().expect("the caller has checked that it is a lock")
}

/// What came of trying to take a lock.
pub(crate) enum Taken {
    /// The running task holds it now.
    Yes,
    /// Somebody else holds it.
    No,
    /// The running task holds it already.
    Mine,
    /// Its holder has ended; this says so, and the lock is free now.
    Abandoned(Value),
}

/// Contended locks, for the case that a holder ends.
#[derive(Debug, Default)]
pub(crate) struct Locks {
    contended: Vec<Gc<ExternalObject>>,
    /// The list is tidied when it has grown to this.
    tidy_at: usize,
}

/// The list is not tidied before it has so many.
const TIDY_MIN: usize = 32;

impl Locks {
    pub(super) fn trace(&self, tracer: &mut Tracer<'_>) {
        self.contended.iter().for_each(|lock| tracer.object(*lock));
    }
}

impl Scheduler {
    /// Takes a lock for the running task if it is free. `inner` is the fiber in which that runs now.
    pub(crate) fn try_lock(&mut self, heap: &mut Heap, lock: Gc<ExternalObject>, inner: Gc<Fiber>) -> Taken {
        let Some(runner) = self.running_fiber() else { return Taken::No };
        match lock_of(heap, lock).owner {
            None => {
                let place = outer_place(heap, inner);
                let body = lock_mut(heap, lock);
                body.owner = Some(runner);
                body.taken_at = place;
                Taken::Yes
            }
            Some(owner) if owner == runner => Taken::Mine,
            Some(owner)
                if owner.get(heap).task == NO_TASK.0
                    || self.tasks.get(TaskId(owner.get(heap).task)).state == State::Failed =>
            {
                let error = self.abandoned(heap, lock);
                self.hand_over(heap, lock);
                Taken::Abandoned(error)
            }
            Some(_) => Taken::No,
        }
    }

    /// The running task is about to wait for a lock.
    pub(crate) fn list_lock(&mut self, heap: &mut Heap, lock: Gc<ExternalObject>) {
        let body = lock_of(heap, lock);
        let (owner, queue, listed) = (body.owner, body.queue, body.listed);
        if !listed {
            if self.locks.contended.len() >= self.locks.tidy_at.max(TIDY_MIN) {
                self.tidy_locks(heap);
            }
            lock_mut(heap, lock).listed = true;
            self.locks.contended.push(lock);
        }
        self.mark_holder(heap, owner);
        waiters_mut(heap, queue).owner = owner.map_or(Value::NIL, Value::from);
    }

    fn tidy_locks(&mut self, heap: &mut Heap) {
        self.locks.contended.retain(|lock| {
            let waited_for = waiters(heap, lock_of(heap, *lock).queue).count() > 0;
            if !waited_for {
                lock_mut(heap, *lock).listed = false;
            }
            waited_for
        });
        self.locks.tidy_at = self.locks.contended.len() * 2;
    }

    /// Releases a lock: it goes to the first who waits.
    pub(crate) fn hand_over(&mut self, heap: &mut Heap, lock: Gc<ExternalObject>) {
        let queue = lock_of(heap, lock).queue;
        let next = self.first_waiting(heap, queue).map(|id| self.tasks.get(id).fiber);
        let place = next.and_then(|next| outer_place(heap, next));
        let body = lock_mut(heap, lock);
        body.owner = next;
        body.taken_at = place;
        if next.is_some() {
            self.unpark(heap, queue, How::Value(Value::NIL));
            let more = waiters(heap, queue).count() > 0;
            if more {
                self.mark_holder(heap, next);
            }
            waiters_mut(heap, queue).owner = next.filter(|_| more).map_or(Value::NIL, Value::from);
        }
    }

    fn mark_holder(&mut self, heap: &Heap, owner: Option<Gc<Fiber>>) {
        let id = owner.map_or(NO_TASK, |owner| TaskId(owner.get(heap).task));
        if id != NO_TASK {
            self.tasks.get_mut(id).holds_listed = true;
        }
    }

    /// A marked task has ended: who waits first for a lock that it still holds learns of that, and the next one gets the
    /// lock.
    pub(super) fn abandon_locks(&mut self, heap: &mut Heap, fiber: Gc<Fiber>) {
        for index in 0..self.locks.contended.len() {
            let lock = self.locks.contended[index];
            let body = lock_of(heap, lock);
            if body.owner != Some(fiber) || waiters(heap, body.queue).count() == 0 {
                continue;
            }
            let queue = body.queue;
            let error = self.abandoned(heap, lock);
            self.unpark(heap, queue, How::Error(error));
            self.hand_over(heap, lock);
        }
    }

    /// The error that says that a lock's holder has ended.
    fn abandoned(&self, heap: &mut Heap, lock: Gc<ExternalObject>) -> Value {
        let place = lock_of(heap, lock).taken_at.and_then(|place| place.describe());
        let message = match &place {
            Some(place) => format!("lock: the fiber that took it at {place} ended without releasing it"),
            None => "lock: the fiber that held it ended without releasing it".to_owned(),
        };
        let place = place.map_or(Value::NIL, |place| heap.new_string(&place).into());
        heap.new_error("abandoned", &message, &[("taken-at", place)])
    }
}
