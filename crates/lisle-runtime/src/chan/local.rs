//! Channels whose ends are all in one thread, and the waiters of that thread.

use std::cell::RefCell;
use std::rc::Rc;

use lisle_vm::heap::Tracer;
use lisle_vm::object::ExternalObject;
use lisle_vm::{Gc, Value};

use super::core::{Core, Grant, Waiter};
use super::ends::CrossingWaiter;

/// What a waiter has come to.
#[derive(Debug)]
enum State {
    Waits,
    Granted(Grant<Value>),
    Gone,
}

/// A task that waits, in a queue of its own, for one of the channels that know of it.
#[derive(Clone, Debug)]
pub(crate) struct LocalWaiter(Rc<Inner>);

#[derive(Debug)]
struct Inner {
    queue: Gc<ExternalObject>,
    state: RefCell<State>,
    /// How shared channels know it, if it waits for one.
    crossing: RefCell<Option<CrossingWaiter>>,
}

impl LocalWaiter {
    pub(crate) fn new(queue: Gc<ExternalObject>) -> LocalWaiter {
        LocalWaiter(Rc::new(Inner { queue, state: RefCell::new(State::Waits), crossing: RefCell::new(None) }))
    }

    /// Where its task waits.
    pub(crate) fn queue(&self) -> Gc<ExternalObject> {
        self.0.queue
    }

    /// How shared channels know it.
    pub(crate) fn crossing(&self) -> Option<CrossingWaiter> {
        self.0.crossing.borrow().clone()
    }

    /// As `crossing`; made now if need be.
    pub(crate) fn crossing_or(&self, make: impl FnOnce() -> CrossingWaiter) -> CrossingWaiter {
        self.0.crossing.borrow_mut().get_or_insert_with(make).clone()
    }

    /// Ends the wait. Gives what was granted; `Err` if nothing was, with whether it still waited.
    pub(crate) fn leave(&self) -> Result<Grant<Value>, bool> {
        match std::mem::replace(&mut *self.0.state.borrow_mut(), State::Gone) {
            State::Granted(grant) => Ok(grant),
            State::Waits => Err(true),
            State::Gone => Err(false),
        }
    }

    pub(crate) fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.object(self.0.queue);
        if let State::Granted(Grant::Value(_, value)) = &*self.0.state.borrow() {
            tracer.value(*value);
        }
    }
}

impl Waiter for LocalWaiter {
    type Value = Value;

    fn grant(&self, grant: Grant<Value>) -> Result<(), Grant<Value>> {
        let mut state = self.0.state.borrow_mut();
        match *state {
            State::Waits => {
                *state = State::Granted(grant);
                Ok(())
            }
            _ => Err(grant),
        }
    }

    fn waits(&self) -> bool {
        matches!(*self.0.state.borrow(), State::Waits)
    }
}

/// Reports everything that the channel holds.
pub(crate) fn trace(core: &Core<LocalWaiter>, tracer: &mut Tracer<'_>) {
    core.values().for_each(|value| tracer.value(*value));
    core.waiters().for_each(|(waiter, _)| waiter.trace(tracer));
}
