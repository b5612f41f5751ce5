//! Channels whose ends are in several threads.
//!
//! The state is that of a local channel, behind a lock that is held for the few steps of one operation: values are packed
//! before and unpacked after. A waiter is granted something under its own lock; the scheduler of its task is sent a
//! notice, by which the task looks what it was granted. Locks are taken in this order: channel, waiter, inbox.

use super::core::{Core, Grant, Received, Sent, Waiter};
use super::sync::{Arc, Mutex, lock};

/// Something that can be told that a waiter was granted something.
pub(crate) trait Mailbox {
    /// Tells it.
    fn notify(&self, ticket: u64);
}

/// What a waiter has come to.
#[derive(Debug)]
enum State<T> {
    Waits,
    Granted(Grant<T>),
    Gone,
}

/// A task of some thread that waits for one of the channels that know of it.
#[derive(Debug)]
pub(crate) struct SharedWaiter<T, M>(Arc<Inner<T, M>>);

impl<T, M> Clone for SharedWaiter<T, M> {
    fn clone(&self) -> Self {
        SharedWaiter(self.0.clone())
    }
}

#[derive(Debug)]
struct Inner<T, M> {
    /// Its scheduler's mailbox, and the number by which that knows it.
    mailbox: Arc<M>,
    ticket: u64,
    state: Mutex<State<T>>,
}

impl<T, M: Mailbox> SharedWaiter<T, M> {
    pub(crate) fn new(mailbox: Arc<M>, ticket: u64) -> SharedWaiter<T, M> {
        SharedWaiter(Arc::new(Inner { mailbox, ticket, state: Mutex::new(State::Waits) }))
    }

    /// The number by which its scheduler knows it.
    pub(crate) fn ticket(&self) -> u64 {
        self.0.ticket
    }

    /// Ends the wait. Gives what was granted; `Err` if nothing was, with whether it still waited.
    pub(crate) fn leave(&self) -> Result<Grant<T>, bool> {
        match std::mem::replace(&mut *lock(&self.0.state), State::Gone) {
            State::Granted(grant) => Ok(grant),
            State::Waits => Err(true),
            State::Gone => Err(false),
        }
    }
}

impl<T, M: Mailbox> Waiter for SharedWaiter<T, M> {
    type Value = T;

    fn grant(&self, grant: Grant<T>) -> Result<(), Grant<T>> {
        {
            let mut state = lock(&self.0.state);
            if !matches!(*state, State::Waits) {
                return Err(grant);
            }
            *state = State::Granted(grant);
        }
        self.0.mailbox.notify(self.0.ticket);
        Ok(())
    }

    fn waits(&self) -> bool {
        matches!(*lock(&self.0.state), State::Waits)
    }
}

/// A channel. Whoever is granted something learns of it by a notice, so what the operations of the core give besides
/// their result is dropped here.
#[derive(Debug)]
pub(crate) struct SharedChannel<T, M: Mailbox>(Mutex<Core<SharedWaiter<T, M>>>);

/// What came of an attempt to send.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Offered {
    /// The value was accepted.
    Done,
    /// There is no room; the waiter waits with the value now, if there was one.
    Waits,
    /// Nobody will receive it.
    Disconnected,
}

/// What came of an attempt to receive.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Attempt<T> {
    /// This.
    Value(T),
    /// Nothing; the waiter waits now, if there was one.
    Waits,
    /// Nobody will send anything.
    Disconnected,
}

impl<T, M: Mailbox> SharedChannel<T, M> {
    pub(crate) fn new(core: Core<SharedWaiter<T, M>>) -> SharedChannel<T, M> {
        SharedChannel(Mutex::new(core))
    }

    /// Sends a value. If there is no room, the waiter waits with it, if there is one.
    pub(crate) fn send(&self, value: T, waiter: Option<&SharedWaiter<T, M>>) -> Offered {
        let mut core = lock(&self.0);
        match core.send(value) {
            Sent::Done(_) => Offered::Done,
            Sent::Disconnected => Offered::Disconnected,
            Sent::Full(value) => {
                if let Some(waiter) = waiter {
                    core.wait_to_give(waiter.clone(), value);
                }
                Offered::Waits
            }
        }
    }

    /// Receives a value. If there is none, the waiter waits for one, if there is one.
    pub(crate) fn receive(&self, waiter: Option<(&SharedWaiter<T, M>, u32)>) -> Attempt<T> {
        let mut core = lock(&self.0);
        match core.receive() {
            Received::Value(value, _) => Attempt::Value(value),
            Received::Disconnected => Attempt::Disconnected,
            Received::Empty => {
                if let Some((waiter, number)) = waiter {
                    core.wait_to_take(waiter.clone(), number);
                }
                Attempt::Waits
            }
        }
    }

    /// Does something else with the channel.
    pub(crate) fn with<R>(&self, action: impl FnOnce(&mut Core<SharedWaiter<T, M>>) -> R) -> R {
        action(&mut lock(&self.0))
    }
}
