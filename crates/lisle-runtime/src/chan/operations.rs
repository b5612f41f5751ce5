//! Sending, receiving and waiting, on channels of both kinds.
//!
//! A task that has to wait makes a waiter, enters it in the channels that it waits for, and waits in a queue that is its
//! alone. Whoever grants it something wakes that queue. When the task runs again, or its wait ends otherwise, it
//! [leaves](Scheduler::leave_channels): then it learns what it was granted.

use lisle_vm::vm::State;
use lisle_vm::{Heap, Value};

use super::core::{Core, Grant, Received, Sent};
use super::ends::{Channel, Place, Waiting};
use super::local::LocalWaiter;
use super::shared::{Attempt, Offered};
use crate::scheduler::{How, Scheduler};
use crate::threads::Parcel;

/// An operation on a channel, once it is known where the channel is.
enum Done<L> {
    Local(L),
    Crossing(super::sync::Arc<super::ends::Crossing>),
}

impl Scheduler {
    /// Sends a value. If there is no room, the waiter waits with it, if there is one.
    ///
    /// Errors: the value would go to another thread, and cannot.
    pub(crate) fn send_in_channel(
        &mut self,
        heap: &mut Heap,
        state: &State,
        channel: &Channel,
        value: Value,
        waiter: Option<&LocalWaiter>,
    ) -> Result<Offered, Value> {
        heap.barrier_forward(value);
        let done = channel.with(|place| match place {
            Place::Shared(crossing) => Done::Crossing(crossing.clone()),
            Place::Local(core) => Done::Local(match core.send(value) {
                Sent::Full(value) => {
                    if let Some(waiter) = waiter {
                        core.wait_to_give(waiter.clone(), value);
                    }
                    Sent::Full(value)
                }
                other => other,
            }),
        });
        Ok(match done {
            Done::Local(Sent::Done(woken)) => {
                self.wake_waiters(heap, woken);
                Offered::Done
            }
            Done::Local(Sent::Full(_)) => Offered::Waits,
            Done::Local(Sent::Disconnected) => Offered::Disconnected,
            Done::Crossing(crossing) => {
                let parcel = self.post.pack(heap, state, "chan/send", value)?;
                let waiter = waiter.map(|waiter| self.post.crossing_waiter(waiter));
                crossing.send(parcel, waiter.as_ref())
            }
        })
    }

    /// Receives a value. If there is none, the waiter waits for one, if there is one, under that number.
    pub(crate) fn receive_from_channel(
        &mut self,
        heap: &mut Heap,
        state: &mut State,
        channel: &Channel,
        waiter: Option<(&LocalWaiter, u32)>,
    ) -> Attempt<Value> {
        let done = channel.with(|place| match place {
            Place::Shared(crossing) => Done::Crossing(crossing.clone()),
            Place::Local(core) => {
                let received = core.receive();
                if let (Received::Empty, Some((waiter, number))) = (&received, waiter) {
                    core.wait_to_take(waiter.clone(), number);
                }
                Done::Local(received)
            }
        });
        match done {
            Done::Local(Received::Value(value, woken)) => {
                self.wake_waiters(heap, woken);
                Attempt::Value(value)
            }
            Done::Local(Received::Empty) => Attempt::Waits,
            Done::Local(Received::Disconnected) => Attempt::Disconnected,
            Done::Crossing(crossing) => {
                let waiter = waiter.map(|(waiter, number)| (self.post.crossing_waiter(waiter), number));
                match crossing.receive(waiter.as_ref().map(|(waiter, number)| (waiter, *number))) {
                    Attempt::Value(parcel) => Attempt::Value(self.post.unpack(heap, state, &parcel)),
                    Attempt::Waits => Attempt::Waits,
                    Attempt::Disconnected => Attempt::Disconnected,
                }
            }
        }
    }

    /// Changes a channel in a way that may end waits.
    pub(crate) fn change_channel(
        &mut self,
        heap: &mut Heap,
        channel: &Channel,
        local: impl FnOnce(&mut Core<LocalWaiter>) -> Vec<LocalWaiter>,
        shared: impl FnOnce(&mut Core<super::ends::CrossingWaiter>) -> Vec<Parcel>,
    ) {
        let done = channel.with(|place| match place {
            Place::Local(core) => Done::Local(local(core)),
            Place::Shared(crossing) => Done::Crossing(crossing.clone()),
        });
        match done {
            Done::Local(woken) => self.wake_waiters(heap, woken),
            // What is dropped may hold ends of the same channel: it must outlive the lock.
            Done::Crossing(crossing) => drop(crossing.with(shared)),
        }
    }

    /// The wait of a task for channels is over: it leaves them all. Gives what it was granted, if anything.
    pub(crate) fn leave_channels(
        &mut self,
        heap: &mut Heap,
        state: &mut State,
        waiter: &LocalWaiter,
        channels: &[Channel],
    ) -> Option<Grant<Value>> {
        let here = waiter.leave();
        let crossing = waiter.crossing().map(|crossing| {
            self.post.take_expected(crossing.ticket());
            crossing.leave()
        });
        let nothing_yet = matches!(here, Err(true)) && !matches!(crossing, Some(Ok(_)));
        if nothing_yet || channels.len() > 1 {
            for channel in channels {
                channel.with(|place| match place {
                    Place::Local(core) => core.note_left(),
                    Place::Shared(crossing) => crossing.with(Core::note_left),
                });
            }
        }
        match (here, crossing) {
            (Ok(grant), Some(Ok(Grant::Value(number, parcel)))) => {
                // Two channels at once: one of them takes it back.
                self.put_back_parcel(&channels[number as usize], parcel);
                Some(grant)
            }
            (Ok(grant), _) => Some(grant),
            (Err(_), Some(Ok(grant))) => Some(match grant {
                Grant::Value(number, parcel) => Grant::Value(number, self.post.unpack(heap, state, &parcel)),
                Grant::Taken => Grant::Taken,
                Grant::Closed => Grant::Closed,
            }),
            (Err(_), _) => None,
        }
    }

    /// As `leave_channels`, for a task that was aborted: what it was granted goes back to where it came from.
    pub(crate) fn abandon_channels(&mut self, heap: &mut Heap, waiting: &(LocalWaiter, Vec<Channel>)) {
        let (waiter, channels) = waiting;
        let here = waiter.leave();
        if let Ok(Grant::Value(number, value)) = here {
            heap.barrier_forward(value);
            let woken = channels[number as usize].with(|place| match place {
                Place::Local(core) => core.put_back(value),
                Place::Shared(_) => None,
            });
            self.wake_waiters(heap, woken);
        }
        if let Some(crossing) = waiter.crossing() {
            self.post.take_expected(crossing.ticket());
            if let Ok(Grant::Value(number, parcel)) = crossing.leave() {
                self.put_back_parcel(&channels[number as usize], parcel);
            }
        }
        for channel in channels {
            channel.with(|place| match place {
                Place::Local(core) => core.note_left(),
                Place::Shared(crossing) => crossing.with(Core::note_left),
            });
        }
    }

    fn put_back_parcel(&mut self, channel: &Channel, parcel: Parcel) {
        if let Some(crossing) = channel.crossing() {
            crossing.with(|core| drop(core.put_back(parcel)));
        }
    }

    fn wake_waiters(&mut self, heap: &mut Heap, woken: impl IntoIterator<Item = LocalWaiter>) {
        for waiter in woken {
            self.unpark(heap, waiter.queue(), How::Value(Value::NIL));
        }
    }
}

impl Waiting {
    /// Its parts, to be used while the heap changes.
    pub(crate) fn parts(&self) -> (LocalWaiter, Vec<Channel>) {
        (self.waiter.clone(), self.channels.clone())
    }
}
