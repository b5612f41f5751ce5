//! Fibers that were spawned and have not started.
//!
//! A program may spawn a million fibers before the first of them runs, and a task is larger than a fiber. So a spawned fiber
//! gets its task only when it starts, or when somebody joins it, aborts it or makes it a member of a group. Most tasks
//! then lie where another has just ended, and the memory is at hand.
//!
//! Until then a fiber is known by a number that no task has ([`TaskId::is_unborn`]), in the run queue and in
//! `Fiber::task`. [`Scheduler::born`] exchanges it; everyone who takes a number out of a fiber does so through
//! [`Scheduler::task_of`]. Processes count their tasks, so as soon as there is one, every fiber has its task at once.

use std::collections::{HashMap, VecDeque};

use lisle_vm::fiber::Fiber;
use lisle_vm::heap::Tracer;
use lisle_vm::{Gc, Heap};

use super::Scheduler;
use super::tasks::{NO_TASK, TaskId};
use super::watch::Watched;

/// Set in the numbers of those who have no task. The bit below is not: `NO_TASK` is none of them.
const UNBORN: u32 = 1 << 31;
const COUNTED: u32 = (1 << 30) - 1;

impl TaskId {
    /// True for the number of a fiber that has no task yet.
    #[inline(always)]
    pub(super) fn is_unborn(self) -> bool {
        self.0 & !COUNTED == UNBORN
    }
}

/// What onlookers are to know of all fibers from that one on, until the next such record.
#[derive(Clone, Copy, Debug)]
struct Births {
    from: u64,
    watched: Watched,
}

/// The order of spawning, and the fibers that have no task yet.
#[derive(Debug, Default)]
pub(super) struct Newborn {
    /// From `first` on in the order of spawning; `None` for those that have a task.
    fibers: VecDeque<Option<Gc<Fiber>>>,
    /// Those before this one have a task; the main program is 1.
    first: u64,
    births: VecDeque<Births>,
    /// Who got a task before its turn came: under that number it still stands in the run queue.
    early: HashMap<u32, TaskId>,
}

impl Newborn {
    /// Adds a fiber. Gives its number, and its place in the order of spawning.
    #[inline]
    fn push(&mut self, fiber: Gc<Fiber>, watched: Watched) -> (TaskId, u64) {
        if self.fibers.is_empty() {
            self.births.clear();
        }
        let place = self.first + 1 + self.fibers.len() as u64;
        if self.births.back().is_none_or(|births| births.watched != watched) {
            self.births.push_back(Births { from: place, watched });
        }
        self.fibers.push_back(Some(fiber));
        (TaskId(UNBORN | place as u32 & COUNTED), place)
    }

    /// The next place in the order of spawning, for a fiber that has a task at once.
    pub(super) fn skip(&mut self) -> u64 {
        if self.fibers.is_empty() {
            self.first += 1;
            return self.first;
        }
        self.fibers.push_back(None);
        self.first + self.fibers.len() as u64
    }

    /// Takes a fiber out.
    fn take(&mut self, heap: &Heap, id: TaskId) -> (Gc<Fiber>, u64, Watched) {
        let index = (id.0.wrapping_sub(self.first as u32 + 1) & COUNTED) as usize;
        // Those behind it come next, most likely, and were made long ago.
        if let Some(Some(fiber)) = self.fibers.get(index + 2) {
            fiber.prefetch();
        }
        if let Some(Some(fiber)) = self.fibers.get(index + 1) {
            fiber.get(heap).prefetch_entry();
        }
        let place = self.first + 1 + index as u64;
        let Some(fiber) = self.fibers.get_mut(index).and_then(Option::take) else {
            unreachable!("a number is used until its fiber has a task")
        };
        let last = match self.births.len() {
            1 => 0,
            _ => self.births.partition_point(|births| births.from <= place) - 1,
        };
        let watched = self.births[last].watched;
        while let Some(None) = self.fibers.front() {
            self.fibers.pop_front();
            self.first += 1;
        }
        while self.births.get(1).is_some_and(|births| births.from <= self.first + 1) {
            self.births.pop_front();
        }
        (fiber, place, watched)
    }

    /// The fibers that have no task, with their places in the order of spawning.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u64, Gc<Fiber>, Watched)> {
        let mut births = self.births.iter().peekable();
        let mut watched = Watched::default();
        (self.first + 1..).zip(&self.fibers).filter_map(move |(place, fiber)| {
            while let Some(next) = births.next_if(|births| births.from <= place) {
                watched = next.watched;
            }
            fiber.map(|fiber| (place, fiber, watched))
        })
    }

    pub(super) fn trace(&self, tracer: &mut Tracer<'_>) {
        self.fibers.iter().flatten().for_each(|fiber| tracer.object(*fiber));
    }
}

impl Scheduler {
    /// Hands a new fiber to the scheduler; it starts after those that are runnable now.
    pub(crate) fn spawn(&mut self, heap: &mut Heap, fiber: Gc<Fiber>) {
        if self.processes.is_active() {
            self.spawn_task(heap, fiber);
            return;
        }
        let watched = self.watched();
        let (id, place) = self.newborn.push(fiber, watched);
        fiber.get_mut(heap).task = id.0;
        self.ready.push_back(id);
        self.note_spawned(place, watched);
    }

    /// As `spawn`, with a task at once.
    pub(crate) fn spawn_task(&mut self, heap: &mut Heap, fiber: Gc<Fiber>) -> TaskId {
        let id = self.spawn_free(heap, fiber);
        self.inherit_process(id);
        id
    }

    /// As `spawn_task`, for a task that does not belong to the process of the running one.
    pub(crate) fn spawn_free(&mut self, heap: &mut Heap, fiber: Gc<Fiber>) -> TaskId {
        let place = self.newborn.skip();
        let watched = self.watched();
        let id = self.tasks.insert(fiber, place, watched);
        fiber.get_mut(heap).task = id.0;
        self.ready.push_back(id);
        self.note_spawned(place, watched);
        id
    }

    /// The task of a fiber, if it has not ended; one that has none yet gets it now.
    #[inline]
    pub(super) fn task_of(&mut self, heap: &mut Heap, fiber: Gc<Fiber>) -> Option<TaskId> {
        let id = TaskId(fiber.get(heap).task);
        if id.is_unborn() {
            return Some(self.born(heap, id));
        }
        Some(id).filter(|id| *id != NO_TASK)
    }

    /// Gives a fiber its task. It keeps its place in the run queue.
    fn born(&mut self, heap: &mut Heap, id: TaskId) -> TaskId {
        let (fiber, place, watched) = self.newborn.take(heap, id);
        let task = self.tasks.insert(fiber, place, watched);
        fiber.get_mut(heap).task = task.0;
        match self.ready.front_mut() {
            Some(front) if *front == id => *front = task,
            _ => {
                self.newborn.early.insert(id.0, task);
            }
        }
        task
    }

    /// The task of a fiber that had none when it was put in the run queue; it is the first there.
    #[inline]
    pub(super) fn first_is_born(&mut self, heap: &mut Heap, id: TaskId) -> TaskId {
        if !self.newborn.early.is_empty()
            && let Some(task) = self.newborn.early.remove(&id.0)
        {
            self.ready[0] = task;
            return task;
        }
        self.born(heap, id)
    }

    /// Gives all fibers their tasks.
    pub(super) fn bear_all(&mut self, heap: &mut Heap) {
        let fibers: Vec<Gc<Fiber>> = self.newborn.iter().map(|(_, fiber, _)| fiber).collect();
        for fiber in fibers {
            self.task_of(heap, fiber);
        }
    }
}

#[cfg(test)]
mod tests {
    use lisle_vm::Value;

    use super::*;

    fn fibers(heap: &mut Heap, count: usize) -> Vec<Gc<Fiber>> {
        (0..count).map(|_| heap.allocate(Fiber::new(Value::NIL, 0))).collect()
    }

    #[test]
    fn places_count_on_and_outlast_their_numbers() {
        let mut heap = Heap::new();
        // The numbers wrap around within this run.
        let mut newborn = Newborn { first: u64::from(COUNTED) - 3, ..Newborn::default() };
        let all = fibers(&mut heap, 8);
        let ids: Vec<(TaskId, u64)> = all.iter().map(|fiber| newborn.push(*fiber, Watched::default())).collect();
        assert!(ids.iter().all(|(id, _)| id.is_unborn() && *id != NO_TASK));
        for index in [3, 0, 7, 1, 2, 4, 6, 5] {
            let (fiber, place, _) = newborn.take(&heap, ids[index].0);
            assert_eq!((fiber, place), (all[index], u64::from(COUNTED) - 2 + index as u64));
        }
        assert_eq!(newborn.skip(), u64::from(COUNTED) + 6);
        assert!(newborn.fibers.is_empty() && newborn.iter().next().is_none());
    }

    #[test]
    fn everyone_keeps_what_onlookers_are_told() {
        let mut heap = Heap::new();
        let mut newborn = Newborn::default();
        let all = fibers(&mut heap, 6);
        let watched = |parent| Watched::born_of(parent);
        let mut ids = Vec::new();
        for (index, fiber) in all.iter().enumerate() {
            if index == 4 {
                assert_eq!(newborn.skip(), 5, "a task of its own has a place in the same order");
            }
            ids.push(newborn.push(*fiber, watched(index as u64 / 2)).0);
        }
        let seen: Vec<(u64, Watched)> = newborn.iter().map(|(place, _, watched)| (place, watched)).collect();
        let places = [1, 2, 3, 4, 6, 7];
        let expected: Vec<(u64, Watched)> = (0..6).map(|index| (places[index], watched(index as u64 / 2))).collect();
        assert_eq!(seen, expected);
        for index in [5, 1, 0, 3, 2, 4] {
            let (_, place, seen) = newborn.take(&heap, ids[index]);
            assert_eq!((place, seen), expected[index]);
        }
    }
}
