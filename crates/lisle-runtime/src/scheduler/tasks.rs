//! The slab of tasks, and the lists of joiners that run through it.

use lisle_vm::fiber::Fiber;
use lisle_vm::heap::Tracer;
use lisle_vm::object::Struct;
use lisle_vm::{Gc, Value};

use super::watch::Watched;
use super::{How, Purpose, Wait};

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
}

/// A task.
#[derive(Debug)]
pub(super) struct Task {
    pub(super) fiber: Gc<Fiber>,
    pub(super) state: State,
    /// How it goes on; means something while it is `Ready`.
    pub(super) how: How,
    pub(super) wait: Wait,
    /// The error last raised in it from outside: an abort.
    pub(super) injected: Option<Gc<Struct>>,
    /// Its error will be seen, or has been.
    pub(super) observed: bool,
    /// Its place in the order of spawning; the main program is first.
    pub(super) sequence: u64,
    /// For onlookers.
    pub(super) watched: Watched,
    /// Those who wait for its end, in order of arrival.
    first_joiner: TaskId,
    last_joiner: TaskId,
    /// Its neighbours among the joiners of what it waits for.
    previous: TaskId,
    next: TaskId,
}

impl Task {
    pub(super) fn new(fiber: Gc<Fiber>, sequence: u64) -> Task {
        Task {
            fiber,
            state: State::New,
            how: How::Value(Value::NIL),
            wait: Wait::None,
            injected: None,
            observed: false,
            sequence,
            watched: Watched::default(),
            first_joiner: NO_TASK,
            last_joiner: NO_TASK,
            previous: NO_TASK,
            next: NO_TASK,
        }
    }

    /// True when somebody waits for its end.
    pub(super) fn has_joiners(&self) -> bool {
        self.first_joiner != NO_TASK
    }

    /// Reports its values.
    pub(super) fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.object(self.fiber);
        let (How::Value(value) | How::Error(value)) = self.how;
        tracer.value(value);
        if let Wait::Join { purpose: Purpose::Results { fibers, .. }, .. } = &self.wait {
            tracer.object(*fibers);
        }
        if let Some(error) = self.injected {
            tracer.object(error);
        }
    }
}

const _: () = assert!(size_of::<Task>() <= 128, "tasks are many: see the goal for parked fibers");

#[derive(Debug)]
enum Entry {
    Free { next: u32 },
    Used(Task),
}

/// Tasks that are allocated together.
const CHUNK: usize = 1 << CHUNK_BITS;
const CHUNK_BITS: u32 = 9;

/// All tasks. In chunks, so that their number can grow without any of them being moved: with a million tasks a move
/// of all would be a pause, and twice the memory.
#[derive(Debug)]
pub(super) struct Tasks {
    chunks: Vec<Vec<Entry>>,
    free: u32,
}

impl Default for Tasks {
    fn default() -> Tasks {
        Tasks { chunks: Vec::new(), free: NO_TASK.0 }
    }
}

impl Tasks {
    pub(super) fn insert(&mut self, task: Task) -> TaskId {
        let id = self.free;
        if id == NO_TASK.0 {
            if self.chunks.last().is_none_or(|chunk| chunk.len() == CHUNK) {
                self.chunks.push(Vec::with_capacity(CHUNK));
            }
            let before = (self.chunks.len() - 1) * CHUNK;
            let Some(chunk) = self.chunks.last_mut() else { unreachable!("a chunk was just added") };
            let id = TaskId((before + chunk.len()) as u32);
            assert!(id != NO_TASK, "fewer than 2^32 - 1 tasks");
            chunk.push(Entry::Used(task));
            return id;
        }
        let entry = self.entry_mut(TaskId(id));
        let Entry::Free { next } = *entry else { unreachable!("the free list holds free entries") };
        *entry = Entry::Used(task);
        self.free = next;
        TaskId(id)
    }

    fn entry(&self, id: TaskId) -> &Entry {
        &self.chunks[(id.0 >> CHUNK_BITS) as usize][id.0 as usize % CHUNK]
    }

    fn entry_mut(&mut self, id: TaskId) -> &mut Entry {
        &mut self.chunks[(id.0 >> CHUNK_BITS) as usize][id.0 as usize % CHUNK]
    }

    pub(super) fn get(&self, id: TaskId) -> &Task {
        match self.entry(id) {
            Entry::Used(task) => task,
            Entry::Free { .. } => unreachable!("a task's number is used only while it lives"),
        }
    }

    pub(super) fn get_mut(&mut self, id: TaskId) -> &mut Task {
        match self.entry_mut(id) {
            Entry::Used(task) => task,
            Entry::Free { .. } => unreachable!("a task's number is used only while it lives"),
        }
    }

    pub(super) fn remove(&mut self, id: TaskId) {
        let task = self.get(id);
        assert!(matches!(task.wait, Wait::None), "a task leaves what it waits for before it leaves the slab");
        assert!(!task.has_joiners(), "nobody waits for a task that is gone");
        let next = self.free;
        *self.entry_mut(id) = Entry::Free { next };
        self.free = id.0;
    }

    /// All tasks, in order of their numbers.
    pub(super) fn iter(&self) -> impl Iterator<Item = (TaskId, &Task)> {
        self.chunks.iter().flatten().enumerate().filter_map(|(index, entry)| match entry {
            Entry::Used(task) => Some((TaskId(index as u32), task)),
            Entry::Free { .. } => None,
        })
    }

    /// Puts a task at the end of the joiners of another.
    pub(super) fn link(&mut self, target: TaskId, joiner: TaskId) {
        let last = std::mem::replace(&mut self.get_mut(target).last_joiner, joiner);
        let task = self.get_mut(joiner);
        task.previous = last;
        task.next = NO_TASK;
        if last == NO_TASK {
            self.get_mut(target).first_joiner = joiner;
        } else {
            self.get_mut(last).next = joiner;
        }
    }

    /// Takes a task out of the joiners of another, wherever it stands among them.
    pub(super) fn unlink(&mut self, target: TaskId, joiner: TaskId) {
        let task = self.get_mut(joiner);
        let previous = std::mem::replace(&mut task.previous, NO_TASK);
        let next = std::mem::replace(&mut task.next, NO_TASK);
        if previous == NO_TASK {
            self.get_mut(target).first_joiner = next;
        } else {
            self.get_mut(previous).next = next;
        }
        if next == NO_TASK {
            self.get_mut(target).last_joiner = previous;
        } else {
            self.get_mut(next).previous = previous;
        }
    }

    /// The joiner that came first.
    pub(super) fn first_joiner(&self, target: TaskId) -> Option<TaskId> {
        Some(self.get(target).first_joiner).filter(|id| *id != NO_TASK)
    }
}
