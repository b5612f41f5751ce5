//! The state of a channel: what is queued, and who waits on either side.
//!
//! One algorithm for both kinds of channel. In [`local`](super::local) channels values and waiters belong to one heap; in
//! [`shared`](super::shared) ones they are messages, and waiters may be of any thread. The channel knows of a waiter only
//! that it can be granted something once ([`Waiter`]).
//!
//! # Rules
//!
//! * Who waits is served in order of arrival, and directly: a value goes to the first waiting receiver, not into the
//!   queue, so that nobody who comes later can take it.
//! * Receivers wait only while nothing is queued; senders only while the queue is full. So never both.
//! * A waiter that was aborted, or was served by another channel of its `chan/select`, refuses the grant; then the next
//!   one is asked. It stays in the list until the list is tidied, which costs O(1) for each one that left.
//! * What was granted to a receiver that is aborted before it runs goes back to the front ([`Core::put_back`]).

use std::collections::VecDeque;

/// What a waiter is granted.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Grant<T> {
    /// A value, out of the channel to which the waiter gave this number.
    Value(u32, T),
    /// The value that it offers was taken.
    Taken,
    /// The other side is closed.
    Closed,
}

/// Somebody who waits on channels: is granted one thing at most.
pub(crate) trait Waiter: Clone {
    /// What is sent.
    type Value;

    /// Grants it something. Errors: it does not wait any more.
    fn grant(&self, grant: Grant<Self::Value>) -> Result<(), Grant<Self::Value>>;

    /// True until it was granted something or gave up.
    fn waits(&self) -> bool;
}

/// What became of a value that was sent.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Sent<W, T> {
    /// It was accepted; who waited for it is to be woken.
    Done(Option<W>),
    /// There is no room.
    Full(T),
    /// Nobody will receive it.
    Disconnected,
}

/// What a receiver gets.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Received<W, T> {
    /// A value; the sender whose value was taken by that is to be woken.
    Value(T, Option<W>),
    /// There is none.
    Empty,
    /// There is none, and nobody will send one.
    Disconnected,
}

/// A channel.
#[derive(Debug)]
pub(crate) struct Core<W: Waiter> {
    queue: VecDeque<W::Value>,
    /// Most values in the queue; `None` for any number.
    capacity: Option<usize>,
    /// Receivers, with the number that each gave to this channel.
    takers: VecDeque<(W, u32)>,
    /// Senders, with what they offer.
    givers: VecDeque<(W, W::Value)>,
    /// Waiters in the lists that may have left.
    left: usize,
    senders: usize,
    receivers: usize,
}

impl<W: Waiter> Core<W> {
    /// An empty channel with one sender and one receiver.
    pub(crate) fn new(capacity: Option<usize>) -> Core<W> {
        Core {
            queue: VecDeque::new(),
            capacity,
            takers: VecDeque::new(),
            givers: VecDeque::new(),
            left: 0,
            senders: 1,
            receivers: 1,
        }
    }

    /// True when one side is closed for good.
    pub(crate) fn is_disconnected(&self) -> bool {
        self.senders == 0 || self.receivers == 0
    }

    fn is_full(&self) -> bool {
        self.capacity.is_some_and(|capacity| self.queue.len() >= capacity)
    }

    /// Sends a value, if that is possible now.
    pub(crate) fn send(&mut self, value: W::Value) -> Sent<W, W::Value> {
        if self.is_disconnected() {
            return Sent::Disconnected;
        }
        let value = match self.grant_value(value) {
            Ok(waiter) => return Sent::Done(Some(waiter)),
            Err(value) => value,
        };
        if self.is_full() {
            return Sent::Full(value);
        }
        self.queue.push_back(value);
        Sent::Done(None)
    }

    /// Receives a value, if there is one.
    pub(crate) fn receive(&mut self) -> Received<W, W::Value> {
        if let Some(value) = self.queue.pop_front() {
            let woken = match self.take_offer() {
                Some((waiter, offered)) => {
                    self.queue.push_back(offered);
                    Some(waiter)
                }
                None => None,
            };
            return Received::Value(value, woken);
        }
        match self.take_offer() {
            Some((waiter, offered)) => Received::Value(offered, Some(waiter)),
            None if self.is_disconnected() => Received::Disconnected,
            None => Received::Empty,
        }
    }

    /// Lets a receiver wait, behind those who wait already. Only after `receive` found nothing.
    pub(crate) fn wait_to_take(&mut self, waiter: W, number: u32) {
        debug_assert!(self.queue.is_empty(), "receivers wait only while nothing is queued");
        self.tidy();
        self.takers.push_back((waiter, number));
    }

    /// Lets a sender wait. Only after `send` found no room.
    pub(crate) fn wait_to_give(&mut self, waiter: W, value: W::Value) {
        debug_assert!(self.is_full(), "senders wait only while there is no room");
        self.tidy();
        self.givers.push_back((waiter, value));
    }

    /// A waiter in one of the lists has given up, or was served elsewhere.
    pub(crate) fn note_left(&mut self) {
        self.left += 1;
        self.tidy();
    }

    /// Takes back a value that was granted and not used: it is the next again. Gives the receiver to be woken.
    pub(crate) fn put_back(&mut self, value: W::Value) -> Option<W> {
        if self.receivers == 0 {
            return None;
        }
        match self.grant_value(value) {
            Ok(waiter) => Some(waiter),
            Err(value) => {
                self.queue.push_front(value);
                None
            }
        }
    }

    /// One more sender.
    pub(crate) fn add_sender(&mut self) {
        self.senders += 1;
    }

    /// One sender less. Gives those to be woken: after the last one, all who wait.
    pub(crate) fn remove_sender(&mut self) -> Vec<W> {
        self.senders = self.senders.saturating_sub(1);
        if self.senders > 0 { Vec::new() } else { self.turn_away() }
    }

    /// One more receiver.
    pub(crate) fn add_receiver(&mut self) {
        self.receivers += 1;
    }

    /// One receiver less. After the last one nothing is received any more, and what is queued is dropped. Gives those to
    /// be woken, and what is to be dropped.
    pub(crate) fn remove_receiver(&mut self) -> (Vec<W>, VecDeque<W::Value>) {
        self.receivers = self.receivers.saturating_sub(1);
        if self.receivers > 0 {
            return (Vec::new(), VecDeque::new());
        }
        (self.turn_away(), std::mem::take(&mut self.queue))
    }

    /// Ends all waits. Receivers wait only when there is nothing left for them.
    fn turn_away(&mut self) -> Vec<W> {
        self.left = 0;
        let takers = std::mem::take(&mut self.takers).into_iter().map(|(waiter, _)| waiter);
        let givers = std::mem::take(&mut self.givers).into_iter().map(|(waiter, _)| waiter);
        takers.chain(givers).filter(|waiter| waiter.grant(Grant::Closed).is_ok()).collect()
    }

    /// So many senders and receivers are gone that were counted.
    pub(crate) fn forget_ends(&mut self, senders: usize, receivers: usize) {
        self.senders = self.senders.saturating_sub(senders);
        self.receivers = self.receivers.saturating_sub(receivers);
    }

    /// Becomes another channel; the ends that this one has count there, too.
    pub(crate) fn become_core(&mut self, other: Core<W>) {
        debug_assert!(self.queue.is_empty() && self.takers.is_empty() && self.givers.is_empty());
        let (senders, receivers) = (self.senders, self.receivers);
        *self = other;
        self.senders += senders;
        self.receivers += receivers;
    }

    /// A channel without ends, to become another one.
    pub(crate) fn placeholder() -> Core<W> {
        let mut core = Core::new(Some(0));
        core.forget_ends(1, 1);
        core
    }

    /// Everything that is queued or offered, in order: for a channel that moves elsewhere.
    pub(crate) fn values(&self) -> impl Iterator<Item = &W::Value> {
        self.queue.iter().chain(self.givers.iter().filter(|(waiter, _)| waiter.waits()).map(|(_, value)| value))
    }

    /// The waiters, receivers with their numbers first.
    pub(crate) fn waiters(&self) -> impl Iterator<Item = (&W, Option<u32>)> {
        let takers = self.takers.iter().map(|(waiter, number)| (waiter, Some(*number)));
        takers.chain(self.givers.iter().map(|(waiter, _)| (waiter, None))).filter(|(waiter, _)| waiter.waits())
    }

    /// The same channel with other waiters and values, given in the order of [`Core::waiters`] and [`Core::values`].
    pub(crate) fn translated<V: Waiter>(
        &self,
        mut waiter: impl FnMut(&W) -> V,
        values: impl IntoIterator<Item = V::Value>,
    ) -> Core<V> {
        let mut values = values.into_iter();
        let queue = values.by_ref().take(self.queue.len()).collect();
        let takers = self.takers.iter().filter(|(w, _)| w.waits()).map(|(w, number)| (waiter(w), *number)).collect();
        let givers = self.givers.iter().filter(|(w, _)| w.waits()).map(|(w, _)| waiter(w)).zip(values).collect();
        Core {
            queue,
            capacity: self.capacity,
            takers,
            givers,
            left: 0,
            senders: self.senders,
            receivers: self.receivers,
        }
    }

    /// Grants a value to the first receiver that still waits.
    fn grant_value(&mut self, mut value: W::Value) -> Result<W, W::Value> {
        while let Some((waiter, number)) = self.takers.pop_front() {
            match waiter.grant(Grant::Value(number, value)) {
                Ok(()) => return Ok(waiter),
                Err(Grant::Value(_, refused)) => {
                    self.left = self.left.saturating_sub(1);
                    value = refused;
                }
                Err(_) => unreachable!("what is refused comes back as it was"),
            }
        }
        Err(value)
    }

    /// Takes what the first sender offers that still waits.
    fn take_offer(&mut self) -> Option<(W, W::Value)> {
        while let Some((waiter, value)) = self.givers.pop_front() {
            if waiter.grant(Grant::Taken).is_ok() {
                return Some((waiter, value));
            }
            self.left = self.left.saturating_sub(1);
        }
        None
    }

    /// Drops those who left, once they are most of the lists.
    fn tidy(&mut self) {
        if self.left > 8 && self.left * 2 > self.takers.len() + self.givers.len() {
            self.takers.retain(|(waiter, _)| waiter.waits());
            self.givers.retain(|(waiter, _)| waiter.waits());
            self.left = 0;
        }
    }
}

#[cfg(test)]
mod tests;
