//! Bounded queues of values: what `make-queue` of `std/sync` makes.
//!
//! Those who wait are listed in the queue itself, and are served directly: a value that is put goes to the first taker, and
//! the room that a taker makes to the first putter. Nobody runs again only to find that there is nothing. So
//!
//! * takers wait only while there is nothing to take, putters only while there is no room;
//! * what a taker was handed that is aborted before it runs is the next again ([`Scheduler::give_item_back`]). For a while
//!   there may be more values than room, then;
//! * a task that waits has the answer already that it gets if the queue is closed;
//! * a value counts as put when it was accepted, even if its putter is aborted before it runs.

use std::collections::VecDeque;

use lisle_vm::heap::Tracer;
use lisle_vm::object::{External, ExternalObject};
use lisle_vm::{Gc, Heap, Value};

use super::tasks::{Going, TaskId, TaskList};
use super::{Answer, How, Scheduler, Wait, wrong};

/// A queue, as a program holds it.
#[derive(Debug)]
pub(crate) struct Items {
    items: VecDeque<Value>,
    capacity: usize,
    closed: bool,
    takers: TaskList,
    putters: TaskList,
}

impl Items {
    /// An empty queue. If there is no room for any value, one is put when it is taken.
    pub(crate) fn new(capacity: usize) -> Items {
        Items { items: VecDeque::new(), capacity, closed: false, takers: TaskList::EMPTY, putters: TaskList::EMPTY }
    }

    /// How many values can be taken, but no more than there is room for.
    pub(crate) fn len(&self) -> usize {
        self.items.len().min(self.capacity)
    }

    /// True when nothing can be put any more.
    pub(crate) fn is_closed(&self) -> bool {
        self.closed
    }
}

impl External for Items {
    fn type_name(&self) -> &'static str {
        "queue"
    }

    fn display(&self) -> String {
        "#<queue>".to_owned()
    }

    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.items.iter().for_each(|item| tracer.value(*item));
    }
}

/// The queue in a value.
#[inline]
pub(crate) fn as_items(heap: &Heap, value: Value) -> Option<Gc<ExternalObject>> {
    value.as_external().filter(|external| external.get(heap).downcast_ref::<Items>().is_some())
}

/// A queue's content.
pub(crate) fn items(heap: &Heap, queue: Gc<ExternalObject>) -> &Items {
    queue.get(heap).downcast_ref().expect("the caller has checked that it is a queue")
}

#[inline]
fn queue_and_items(heap: &mut Heap, value: Value) -> Option<(Gc<ExternalObject>, &mut Items)> {
    let queue = value.as_external()?;
    Some((queue, queue.get_mut(heap).downcast_mut::<Items>()?))
}

#[inline]
fn items_mut(heap: &mut Heap, queue: Gc<ExternalObject>) -> &mut Items {
    queue.get_mut(heap).downcast_mut().expect("the caller has checked that it is a queue")
}

/// What became of a value that was to be put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Put {
    /// It was accepted.
    Done,
    /// There is no room.
    Full,
    /// Nothing can be put any more.
    Closed,
}

/// What there was to take.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Take {
    /// This.
    Value(Value),
    /// Nothing.
    Empty,
    /// Nothing, now and for ever.
    Closed,
}

/// What `put` answers: whether the value was accepted, if the caller wants to know.
pub(crate) fn put_answer(accepted: bool, wanted: bool) -> Value {
    if wanted { accepted.into() } else { Value::NIL }
}

impl Scheduler {
    /// Puts a value if that can be done without waiting. `None` if the first value is no queue.
    #[inline]
    pub(crate) fn put_item(&mut self, heap: &mut Heap, queue: Value, value: Value) -> Option<Put> {
        let queue = queue.as_external()?;
        let body = queue.get_mut(heap).downcast_mut::<Items>()?;
        Some(self.put_in(body, queue, value))
    }

    #[inline(always)]
    fn put_in(&mut self, body: &mut Items, queue: Gc<ExternalObject>, value: Value) -> Put {
        if body.closed {
            return Put::Closed;
        }
        if let Some(taker) = body.takers.first() {
            self.hand_item(body, queue, taker, value);
            return Put::Done;
        }
        if body.items.len() >= body.capacity {
            return Put::Full;
        }
        body.items.push_back(value);
        Put::Done
    }

    /// Takes a value if that can be done without waiting. `None` if what is given is no queue.
    #[inline]
    pub(crate) fn take_item(&mut self, heap: &mut Heap, queue: Value) -> Option<Take> {
        let body = queue.as_external()?.get_mut(heap).downcast_mut::<Items>()?;
        Some(self.take_out(body))
    }

    #[inline(always)]
    fn take_out(&mut self, body: &mut Items) -> Take {
        let Some(value) = body.items.pop_front() else {
            return match body.putters.first() {
                Some(putter) => Take::Value(self.accept(body, putter)),
                None if body.closed => Take::Closed,
                None => Take::Empty,
            };
        };
        if let Some(putter) = body.putters.first()
            && body.items.len() < body.capacity
        {
            let offered = self.accept(body, putter);
            body.items.push_back(offered);
        }
        Take::Value(value)
    }

    /// Ends the wait of the first taker.
    #[inline]
    fn hand_item(&mut self, body: &mut Items, queue: Gc<ExternalObject>, taker: TaskId, value: Value) {
        self.tasks.take(&mut body.takers, taker);
        self.tasks.get_mut(taker).wait = Wait::Handing { queue };
        self.make_ready(taker, How::Value(value));
    }

    /// Ends the wait of the first putter, and gives what it offers.
    fn accept(&mut self, body: &mut Items, putter: TaskId) -> Value {
        self.tasks.take(&mut body.putters, putter);
        let task = self.tasks.get_mut(putter);
        let Wait::Put { value, .. } = std::mem::replace(&mut task.wait, Wait::None) else {
            unreachable!("putters wait to put")
        };
        let answers = !task.value().is_nil();
        self.make_ready(putter, How::Value(put_answer(true, answers)));
        value
    }

    /// Puts a value, and lets the running task wait while there is no room: its call has found none.
    ///
    /// Abort: the task leaves the queue, and its value is not put.
    pub(super) fn wait_to_put(
        &mut self,
        heap: &mut Heap,
        id: TaskId,
        queue: Value,
        value: Value,
        answers: bool,
    ) -> Answer {
        let Some((queue, body)) = queue_and_items(heap, queue) else { return wrong(heap, "queue") };
        // A resumer may have kept the request for a while.
        match self.put_in(body, queue, value) {
            Put::Done => return Answer::Now(How::Value(put_answer(true, answers))),
            Put::Closed => return Answer::Now(How::Value(put_answer(false, answers))),
            Put::Full => {}
        }
        self.tasks.push(&mut body.putters, id);
        self.tasks.get_mut(id).set_how(How::Value(put_answer(false, answers)));
        self.park(id, Wait::Put { queue, value });
        Answer::Parked
    }

    /// Takes a value, and lets the running task wait while there is none: its call has found none. It is answered with
    /// `closed` if there will be none.
    ///
    /// Abort: the task leaves the queue. What it was handed already goes back.
    #[inline]
    pub(super) fn wait_to_take(&mut self, heap: &mut Heap, id: TaskId, queue: Value, closed: Value) -> Answer {
        let Some((queue, body)) = queue_and_items(heap, queue) else { return wrong(heap, "queue") };
        if body.closed || !body.items.is_empty() || !body.putters.is_empty() {
            // A resumer has kept the request for a while.
            match self.take_out(body) {
                Take::Value(value) => return Answer::Now(How::Value(value)),
                Take::Closed => return Answer::Now(How::Value(closed)),
                Take::Empty => {}
            }
        }
        self.tasks.push(&mut body.takers, id);
        self.tasks.get_mut(id).set_how(How::Value(closed));
        self.park(id, Wait::Take { queue });
        Answer::Parked
    }

    /// Closes a queue: nothing can be put any more, and those who wait go on.
    pub(crate) fn close_items(&mut self, heap: &mut Heap, queue: Gc<ExternalObject>) {
        let body = items_mut(heap, queue);
        body.closed = true;
        let (mut takers, mut putters) = (body.takers, body.putters);
        (body.takers, body.putters) = (TaskList::EMPTY, TaskList::EMPTY);
        for list in [&mut takers, &mut putters] {
            while let Some(id) = list.first() {
                self.tasks.take(list, id);
                let task = self.tasks.get_mut(id);
                task.wait = Wait::None;
                let answer = task.value();
                self.make_ready(id, How::Value(answer));
            }
        }
    }

    /// A taker or putter waits no longer: a part of `leave`.
    pub(super) fn leave_items(&mut self, heap: &mut Heap, queue: Gc<ExternalObject>, id: TaskId, takes: bool) {
        let body = items_mut(heap, queue);
        self.tasks.take(if takes { &mut body.takers } else { &mut body.putters }, id);
    }

    /// A task that was handed a value does not come to use it: it is the next one again.
    pub(super) fn give_item_back(&mut self, heap: &mut Heap, id: TaskId) {
        let task = self.tasks.get_mut(id);
        if let Wait::Handing { queue } = task.wait {
            task.wait = Wait::None;
            debug_assert!(task.going == Going::On);
            let value = task.value();
            let body = items_mut(heap, queue);
            match body.takers.first() {
                Some(taker) => self.hand_item(body, queue, taker, value),
                None => body.items.push_front(value),
            }
        }
    }
}
