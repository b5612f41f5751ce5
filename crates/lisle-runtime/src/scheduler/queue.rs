//! Wait queues: first come, first served, with what is waited for handed over to the first.
//!
//! A queue is an object of the heap, so that it lives as long as the program or a task in it refers to it, and nobody
//! has to give it back. Futexes are queues that the scheduler finds by their key, as long as somebody waits in them.

use lisle_vm::heap::Tracer;
use lisle_vm::object::{External, ExternalObject, MStruct};
use lisle_vm::{Gc, Heap, Value, ops};

use super::tasks::{TaskId, TaskList};
use super::{Answer, How, Scheduler, Wait};

/// A queue of waiting tasks, as a program holds it.
#[derive(Debug)]
pub(crate) struct Waiters {
    list: TaskList,
    count: u32,
    /// The key of a futex: the queue is found by it while somebody waits.
    key: Option<Value>,
    /// The task's fiber that holds what is waited for, for reports.
    pub(crate) owner: Value,
}

impl External for Waiters {
    fn type_name(&self) -> &'static str {
        "waiters"
    }

    fn display(&self) -> String {
        format!("#<waiters:{}>", self.count)
    }

    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.value(self.owner);
        if let Some(key) = self.key {
            tracer.value(key);
        }
    }
}

/// An empty queue.
pub(crate) fn new_waiters(heap: &mut Heap) -> Gc<ExternalObject> {
    new_keyed(heap, None)
}

fn new_keyed(heap: &mut Heap, key: Option<Value>) -> Gc<ExternalObject> {
    heap.new_external(Box::new(Waiters { list: TaskList::EMPTY, count: 0, key, owner: Value::NIL }))
}

/// The queue in a value.
pub(crate) fn as_waiters(heap: &Heap, value: Value) -> Option<Gc<ExternalObject>> {
    value.as_external().filter(|external| external.get(heap).downcast_ref::<Waiters>().is_some())
}

/// A queue's content.
pub(crate) fn waiters(heap: &Heap, queue: Gc<ExternalObject>) -> &Waiters {
    queue.get(heap).downcast_ref().expect("only queues are waited in")
}

/// A queue's content, for changes.
pub(crate) fn waiters_mut(heap: &mut Heap, queue: Gc<ExternalObject>) -> &mut Waiters {
    queue.get_mut(heap).downcast_mut().expect("only queues are waited in")
}

impl Waiters {
    /// How many wait.
    pub(crate) fn count(&self) -> u32 {
        self.count
    }
}

impl Scheduler {
    /// The first who waits in a queue.
    pub(super) fn first_waiting(&self, heap: &Heap, queue: Gc<ExternalObject>) -> Option<TaskId> {
        waiters(heap, queue).list.first()
    }

    /// What the first in a queue waits for, as it has noted.
    pub(crate) fn first_note(&self, heap: &Heap, queue: Gc<ExternalObject>) -> Option<Value> {
        match self.tasks.get(self.first_waiting(heap, queue)?).wait {
            Wait::Queue { note, .. } => Some(note),
            _ => None,
        }
    }

    /// Lets the running task wait at the end of a queue. `note` says for what: a string, or an array of a string and a
    /// function that takes back what was handed over. After `seconds`, if that is a number, the wait ends with `:late`.
    ///
    /// Abort: the task leaves the queue. If it was handed something already, see the parent module.
    pub(super) fn park_in(
        &mut self,
        heap: &mut Heap,
        id: TaskId,
        queue: Gc<ExternalObject>,
        note: Value,
        seconds: Value,
    ) -> Answer {
        let timer = seconds.as_number().map(|seconds| self.start_timer(id.0, seconds));
        let waiters = waiters_mut(heap, queue);
        waiters.count += 1;
        self.tasks.push(&mut waiters.list, id);
        self.park(id, Wait::Queue { queue, note, timer });
        Answer::Parked
    }

    /// Ends the wait of the first in a queue, if there is one, and hands it that.
    pub(crate) fn unpark(&mut self, heap: &mut Heap, queue: Gc<ExternalObject>, how: How) -> bool {
        let Some(first) = waiters(heap, queue).list.first() else { return false };
        let Wait::Queue { note, .. } = self.tasks.get(first).wait else { unreachable!("waiters wait in a queue") };
        self.wake(heap, first, how);
        self.tasks.get_mut(first).wait = Wait::Handed { note };
        true
    }

    /// Takes a task out of its queue: a part of `leave`.
    pub(super) fn leave_queue(&mut self, heap: &mut Heap, queue: Gc<ExternalObject>, id: TaskId) {
        let waiters = waiters_mut(heap, queue);
        waiters.count -= 1;
        self.tasks.take(&mut waiters.list, id);
        if let Some(key) = waiters.key
            && waiters.list.is_empty()
            && let Some(futexes) = self.futexes
        {
            futexes.remove(heap, key);
        }
    }

    /// Waits until somebody wakes the key, if the first element of the cell is what is expected.
    ///
    /// Abort: the task leaves the queue.
    pub(super) fn futex_wait(&mut self, heap: &mut Heap, id: TaskId, [key, cell, expected]: [Value; 3]) -> Answer {
        let current = cell.as_marray().and_then(|cell| cell.get(heap).items().first().copied());
        if !current.is_some_and(|current| ops::equal::equal(heap, current, expected)) {
            return Answer::Now(How::Value(Value::keyword_named("ok")));
        }
        let futexes = self.futexes(heap);
        let queue = match futexes.get(heap).get(key).and_then(Value::as_external) {
            Some(queue) => queue,
            None => {
                let queue = new_keyed(heap, Some(key));
                futexes.put(heap, key, queue.into());
                queue
            }
        };
        let note = heap.new_string("somebody to wake its futex").into();
        self.park_in(heap, id, queue, note, Value::NIL)
    }

    /// Wakes up to `count` tasks that wait for a key, and gives their number.
    pub(crate) fn futex_wake(&mut self, heap: &mut Heap, key: Value, count: u64) -> u64 {
        let futexes = self.futexes(heap);
        let Some(queue) = futexes.get(heap).get(key).and_then(Value::as_external) else { return 0 };
        (0..count).take_while(|_| self.unpark(heap, queue, How::Value(Value::TRUE))).count() as u64
    }

    fn futexes(&mut self, heap: &mut Heap) -> Gc<MStruct> {
        *self.futexes.get_or_insert_with(|| heap.new_mstruct(Vec::new()))
    }
}
