//! The slab of tasks, and the lists of joiners that run through it.

use lisle_vm::fiber::Fiber;
use lisle_vm::heap::Tracer;
use lisle_vm::object::Struct;
use lisle_vm::{Gc, Value};

use super::links::{LinkId, NO_LINK};
use super::watch::Watched;
use super::{How, Purpose, Wait};
use crate::pages::Pages;

/// The number of a task; free for another one when the task has left the slab.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TaskId(pub u32);

/// No task: what `Fiber::task` holds when no task runs the fiber.
pub const NO_TASK: TaskId = TaskId(u32::MAX);

/// Where a task stands; see the parent module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    New,
    Ready,
    Running,
    Waiting,
    Cancelled,
    Failed,
    /// There is no such task now.
    Free,
}

/// How a task goes on, with its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Going {
    /// The pending expression has the value.
    On,
    /// It raises it.
    Raising,
    /// It raises it again: it comes from another task.
    Passing,
    /// The task gives it back, and raises what was injected.
    GivingBack,
}

/// A list of waiting tasks, in order of arrival. Its links are in the tasks: a task stands in one list at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TaskList {
    first: TaskId,
    last: TaskId,
}

impl TaskList {
    /// Nobody.
    pub(crate) const EMPTY: TaskList = TaskList { first: NO_TASK, last: NO_TASK };

    /// True when nobody stands in it.
    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.first == NO_TASK
    }

    /// Who came first.
    #[inline]
    pub(crate) fn first(&self) -> Option<TaskId> {
        Some(self.first).filter(|id| *id != NO_TASK)
    }
}

/// A task.
#[derive(Debug)]
pub(super) struct Task {
    pub(super) fiber: Gc<Fiber>,
    pub(super) state: State,
    /// How it goes on; means something while it is `Ready`, and while it waits in a queue of values: see there.
    value: Value,
    pub(super) going: Going,
    pub(super) wait: Wait,
    /// The error last raised in it from outside: an abort.
    pub(super) injected: Option<Gc<Struct>>,
    /// Its error will be seen, or has been.
    pub(super) observed: bool,
    /// One of the following is to be seen to when it waits next.
    pub(super) attention: bool,
    /// It raises what was injected when it waits next.
    pub(super) doomed: bool,
    /// It was aborted, and has neither ended nor survived.
    pub(super) aborting: bool,
    /// Aborts are kept from it.
    pub(super) shielded: bool,
    /// It holds, or has held, a lock that others wait for.
    pub(super) holds_listed: bool,
    /// Its newest membership in a group.
    pub(super) links: LinkId,
    /// Its place in the order of spawning; the main program is first.
    pub(super) sequence: u64,
    /// For onlookers.
    pub(super) watched: Watched,
    /// Those who wait for its end, in order of arrival.
    pub(super) joiners: TaskList,
    /// Its neighbours in the list in which it waits.
    previous: TaskId,
    next: TaskId,
}

impl Task {
    #[inline(always)]
    pub(super) fn new(fiber: Gc<Fiber>, sequence: u64, watched: Watched) -> Task {
        Task {
            fiber,
            state: State::New,
            value: Value::NIL,
            going: Going::On,
            wait: Wait::None,
            injected: None,
            observed: false,
            attention: false,
            doomed: false,
            aborting: false,
            shielded: false,
            holds_listed: false,
            links: NO_LINK,
            sequence,
            watched,
            joiners: TaskList::EMPTY,
            previous: NO_TASK,
            next: NO_TASK,
        }
    }

    /// The value with which it goes on, or the error.
    pub(super) fn value(&self) -> Value {
        self.value
    }

    /// Says how it goes on.
    #[inline(always)]
    pub(super) fn set_how(&mut self, how: How) {
        match how {
            How::Value(value) => {
                self.value = value;
                self.going = Going::On;
            }
            How::Error(error) => {
                self.value = error;
                self.going = Going::Raising;
            }
            How::Passed(error) => {
                self.value = error;
                self.going = Going::Passing;
            }
        }
    }

    /// True when it was handed something in a queue, and an abort must not lose that.
    pub(super) fn must_give_back(&self) -> bool {
        matches!(self.wait, Wait::Handed { note } if note.as_array().is_some_and(|n| n.items().len() > 1))
            && self.going == Going::On
    }

    /// Reports its values.
    pub(super) fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.object(self.fiber);
        tracer.value(self.value);
        match &self.wait {
            Wait::Join { purpose: Purpose::Results { fibers, .. }, .. } => tracer.object(*fibers),
            Wait::Queue { queue, note, .. } => {
                tracer.object(*queue);
                tracer.value(*note);
            }
            Wait::Handed { note } => tracer.value(*note),
            Wait::Put { queue, value } => {
                tracer.object(*queue);
                tracer.value(*value);
            }
            Wait::Take { queue } | Wait::Handing { queue } => tracer.object(*queue),
            Wait::Arrived { from, .. } => from.iter().for_each(|port| tracer.object(*port)),
            Wait::Group { group, .. } | Wait::Told { group } => tracer.object(*group),
            Wait::None
            | Wait::Sleep(_)
            | Wait::Join { .. }
            | Wait::External { .. }
            | Wait::Receive(_)
            | Wait::Received { .. } => {}
        }
        if let Some(error) = self.injected {
            tracer.object(error);
        }
    }
}

const _: () = assert!(size_of::<Task>() <= 128, "tasks are many: see the goal for parked fibers");

/// All tasks.
#[derive(Debug)]
pub(super) struct Tasks {
    slots: Pages<Task>,
    /// The first that is free; each knows the next.
    free: TaskId,
}

impl Default for Tasks {
    fn default() -> Tasks {
        Tasks { slots: Pages::default(), free: NO_TASK }
    }
}

impl Tasks {
    /// A task for that fiber, which has not started.
    pub(super) fn insert(&mut self, fiber: Gc<Fiber>, sequence: u64, watched: Watched) -> TaskId {
        let id = self.free;
        if id == NO_TASK {
            let id = TaskId(self.slots.push(Task::new(fiber, sequence, watched)));
            assert!(id.0 < 1 << 30, "fewer than 2^30 tasks");
            return id;
        }
        let task = &mut self.slots[id.0];
        assert!(task.state == State::Free, "the free list holds free tasks");
        // Field by field: a whole task would be made elsewhere and copied here. What a task has left when it was removed
        // is as a new one's.
        task.state = State::New;
        task.fiber = fiber;
        task.value = Value::NIL;
        task.going = Going::On;
        task.injected = None;
        task.observed = false;
        task.attention = false;
        task.doomed = false;
        task.aborting = false;
        task.shielded = false;
        task.holds_listed = false;
        task.sequence = sequence;
        task.watched = watched;
        let next = std::mem::replace(&mut task.next, NO_TASK);
        self.free = next;
        id
    }

    #[inline(always)]
    pub(super) fn get(&self, id: TaskId) -> &Task {
        let task = &self.slots[id.0];
        assert!(task.state != State::Free, "a task's number is used only while it lives");
        task
    }

    #[inline(always)]
    pub(super) fn get_mut(&mut self, id: TaskId) -> &mut Task {
        let task = &mut self.slots[id.0];
        assert!(task.state != State::Free, "a task's number is used only while it lives");
        task
    }

    /// Asks the processor for a task that will be needed soon.
    #[inline]
    pub(super) fn prefetch(&self, id: TaskId) {
        lisle_vm::heap::prefetch(&self.slots[id.0]);
    }

    pub(super) fn remove(&mut self, id: TaskId) {
        let task = self.get(id);
        assert!(matches!(task.wait, Wait::None), "a task leaves what it waits for before it leaves the slab");
        assert!(task.links == NO_LINK, "a task leaves its groups before it leaves the slab");
        assert!(task.joiners.is_empty(), "nobody waits for a task that is gone");
        let next = std::mem::replace(&mut self.free, id);
        let task = &mut self.slots[id.0];
        task.state = State::Free;
        task.previous = NO_TASK;
        task.next = next;
    }

    /// All tasks, in order of their numbers.
    pub(super) fn iter(&self) -> impl Iterator<Item = (TaskId, &Task)> {
        let all = self.slots.iter().enumerate().map(|(index, task)| (TaskId(index as u32), task));
        all.filter(|(_, task)| task.state != State::Free)
    }

    /// Puts a task at the end of a list.
    #[inline]
    pub(super) fn push(&mut self, list: &mut TaskList, id: TaskId) {
        let last = std::mem::replace(&mut list.last, id);
        let task = self.get_mut(id);
        task.previous = last;
        task.next = NO_TASK;
        if last == NO_TASK {
            list.first = id;
        } else {
            self.get_mut(last).next = id;
        }
    }

    /// Takes a task out of the list in which it stands, wherever it stands there.
    #[inline]
    pub(super) fn take(&mut self, list: &mut TaskList, id: TaskId) {
        let task = self.get_mut(id);
        let previous = std::mem::replace(&mut task.previous, NO_TASK);
        let next = std::mem::replace(&mut task.next, NO_TASK);
        if previous == NO_TASK {
            debug_assert!(list.first == id, "the first of a list has nobody before it");
            list.first = next;
        } else {
            self.get_mut(previous).next = next;
        }
        if next == NO_TASK {
            list.last = previous;
        } else {
            self.get_mut(next).previous = previous;
        }
    }

    /// Who stands behind a task in its list.
    #[inline]
    pub(super) fn after(&self, id: TaskId) -> Option<TaskId> {
        Some(self.get(id).next).filter(|id| *id != NO_TASK)
    }

    /// The tasks of a list, in order.
    pub(super) fn list(&self, list: TaskList) -> impl Iterator<Item = TaskId> {
        std::iter::successors(list.first(), |id| Some(self.get(*id).next).filter(|id| *id != NO_TASK))
    }

    /// Puts a task at the end of the joiners of another.
    pub(super) fn link(&mut self, target: TaskId, joiner: TaskId) {
        let mut joiners = self.get(target).joiners;
        self.push(&mut joiners, joiner);
        self.get_mut(target).joiners = joiners;
    }

    /// Takes a task out of the joiners of one, and puts it at the end of those of another.
    #[inline]
    pub(super) fn relink(&mut self, from: TaskId, to: TaskId, joiner: TaskId) {
        let alone = TaskList { first: joiner, last: joiner };
        if self.get(from).joiners == alone && self.get(to).joiners.is_empty() {
            self.get_mut(from).joiners = TaskList::EMPTY;
            self.get_mut(to).joiners = alone;
        } else {
            self.unlink(from, joiner);
            self.link(to, joiner);
        }
    }

    /// Takes a task out of the joiners of another, wherever it stands among them.
    pub(super) fn unlink(&mut self, target: TaskId, joiner: TaskId) {
        let mut joiners = self.get(target).joiners;
        self.take(&mut joiners, joiner);
        self.get_mut(target).joiners = joiners;
    }
}
