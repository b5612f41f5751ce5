//! Looking at tasks from outside: what is kept for that, the events that are reported, and the list of the living.

use lisle_vm::Gc;
use lisle_vm::fiber::Fiber;

use super::Scheduler;
use super::tasks::{NO_TASK, State, Task, TaskId};
use crate::observe::{Event, What};
use crate::request;

/// Turns between two looks at the clock for the sake of ages. A look costs as much as a switch of tasks does.
const TURNS_PER_LOOK: u32 = 64;

/// What a task keeps for onlookers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Watched {
    /// When it was spawned. Taken from a clock that is read now and then, so it may be a little early.
    spawned_ns: u64,
    /// The spawning task's place in the order of spawning; 0 for none.
    parent: u64,
    /// When it began to wait, by the same clock, in milliseconds; it begins anew after 49 days.
    waits_since_ms: u32,
    /// What it waits in: a number of [`request`].
    operation: u32,
}

#[cfg(test)]
impl Watched {
    pub(super) fn born_of(parent: u64) -> Watched {
        Watched { parent, ..Watched::default() }
    }
}

/// What the scheduler keeps for onlookers.
#[derive(Debug, Default)]
pub(super) struct Watch {
    /// The clock when it was last read.
    clock_ns: u64,
    /// The same in milliseconds, cut to what a task keeps.
    clock_ms: u32,
    turns_to_look: u32,
    /// The running task's place in the order of spawning; 0 between turns.
    running: u64,
}

/// A task that has not ended, for onlookers.
#[derive(Debug)]
pub(crate) struct Living {
    /// None if it has not started.
    pub(crate) id: TaskId,
    /// Its place in the order of spawning.
    pub(crate) number: u64,
    pub(crate) fiber: Gc<Fiber>,
    /// `new`, `ready`, `running` or `waiting`.
    pub(crate) state: &'static str,
    /// The operation in which it waits.
    pub(crate) wait: Option<&'static str>,
    /// How long it has waited.
    pub(crate) waited_ns: u64,
    /// How long ago it was spawned.
    pub(crate) age_ns: u64,
    /// The spawning task's place in the order of spawning; 0 for the main program.
    pub(crate) parent: u64,
}

impl Scheduler {
    /// Reports an event to those who listen.
    pub(crate) fn report_event(&mut self, task: u64, what: What) {
        let at_ns = self.world.now_ns();
        self.observer.event(Event { at_ns, task, what });
    }

    /// The place of a task in the order of spawning.
    pub(crate) fn number(&self, id: TaskId) -> u64 {
        self.tasks.get(id).sequence
    }

    /// What a new task starts with.
    pub(super) fn watched(&self) -> Watched {
        let parent = self.watch.running;
        Watched { spawned_ns: self.watch.clock_ns, parent, ..Watched::default() }
    }

    /// A fiber has been spawned.
    pub(super) fn note_spawned(&mut self, number: u64, watched: Watched) {
        if self.observer.listens() {
            self.report_event(number, What::Spawned { by: watched.parent });
        }
    }

    /// The task with that number has been chosen to run.
    pub(super) fn note_turn(&mut self, number: u64) {
        self.watch.begin(number);
        if self.watch.wants_look() {
            self.look_at_clock();
        }
        if self.observer.listens() {
            self.report_event(self.watch.running, What::Runs);
        }
    }

    /// Reads the clock for ages: now and then, and after every wait and long computation.
    pub(crate) fn look_at_clock(&mut self) {
        self.watch.turns_to_look = TURNS_PER_LOOK;
        self.watch.clock_ns = self.world.now_ns();
        self.watch.clock_ms = milliseconds(self.watch.clock_ns);
    }

    /// The wait of a task is over.
    pub(super) fn note_woken(&mut self, id: TaskId) {
        // A wait that is over before the task has stopped was none.
        if self.observer.listens() && self.number(id) != self.watch.running {
            self.report_event(self.number(id), What::Wakes);
        }
    }

    /// The running task has stopped in that operation, or let others run. True if there is something to see to.
    #[inline(always)]
    pub(super) fn note_parked(&mut self, id: TaskId, operation: u32) -> bool {
        self.watch.running = 0;
        let task = self.tasks.get_mut(id);
        let attention = task.attention;
        let waits = task.state == State::Waiting;
        if waits {
            task.watched.waits_since_ms = self.watch.clock_ms;
            task.watched.operation = operation;
        }
        if self.observer.listens() {
            let number = task.sequence;
            let what = if waits { What::Waits(request::name(operation)) } else { What::Yields };
            self.report_event(number, what);
        }
        attention
    }

    /// The running task asks for the end of another.
    pub(crate) fn note_abort(&mut self, id: TaskId, fiber: Option<Gc<Fiber>>, heap: &mut lisle_vm::Heap) {
        if self.observer.listens() {
            let target = fiber.and_then(|fiber| self.task_of(heap, fiber));
            let target = target.map_or(0, |target| self.number(target));
            self.report_event(self.number(id), What::Aborts { target });
        }
    }

    /// The running task is about to end.
    pub(crate) fn note_ended(&mut self, id: TaskId, failed: bool) {
        self.watch.running = 0;
        if self.observer.listens() {
            self.report_event(self.number(id), if failed { What::Fails } else { What::Returns });
        }
    }

    /// Nothing is runnable before then.
    pub(crate) fn note_idle(&mut self, until_ns: u64) {
        if self.observer.listens() {
            let now_ns = self.world.now_ns();
            self.observer.idle(now_ns, until_ns);
        }
    }

    /// How many things of each kind the scheduler holds.
    pub(crate) fn census(&self, heap: &lisle_vm::Heap) -> Vec<(&'static str, usize)> {
        let ended = |state| matches!(state, State::Cancelled | State::Failed);
        let tasks = self.tasks.iter().filter(|(_, task)| !ended(task.state)).count();
        vec![
            ("fibers", tasks + self.newborn.iter().count()),
            ("timers", self.timers.len()),
            ("memberships", self.links.len()),
            ("futexes", self.futexes.map_or(0, |futexes| futexes.get(heap).len())),
            ("shields", self.shields.len()),
            ("operations", self.external_waits()),
            ("jobs", self.jobs()),
        ]
    }

    /// The tasks that have not ended, in order of spawning.
    pub(crate) fn living(&mut self) -> Vec<Living> {
        let now_ns = self.world.now_ns();
        let mut living: Vec<Living> = self.tasks.iter().filter_map(|(id, task)| living(id, task, now_ns)).collect();
        living.extend(self.newborn.iter().map(|(number, fiber, watched)| Living {
            id: NO_TASK,
            number,
            fiber,
            state: "new",
            wait: None,
            waited_ns: 0,
            age_ns: now_ns.saturating_sub(watched.spawned_ns),
            parent: watched.parent,
        }));
        living.sort_by_key(|task| task.number);
        living
    }
}

impl Watch {
    /// The task with that number runs.
    #[inline]
    pub(super) fn begin(&mut self, number: u64) {
        self.running = number;
        self.turns_to_look = self.turns_to_look.wrapping_sub(1);
    }

    /// True when it is time to read the clock.
    #[inline]
    pub(super) fn wants_look(&self) -> bool {
        self.turns_to_look > TURNS_PER_LOOK
    }
}

fn milliseconds(ns: u64) -> u32 {
    (ns / 1_000_000) as u32
}

fn living(id: TaskId, task: &Task, now_ns: u64) -> Option<Living> {
    let state = match task.state {
        State::New => "new",
        State::Ready => "ready",
        State::Running => "running",
        State::Waiting => "waiting",
        State::Cancelled | State::Failed | State::Free => return None,
    };
    let Watched { spawned_ns, parent, waits_since_ms, operation } = task.watched;
    let age_ns = now_ns.saturating_sub(spawned_ns);
    let waits = task.state == State::Waiting;
    let waited_ms = milliseconds(now_ns).wrapping_sub(waits_since_ms);
    let waited_ns = if waits { (u64::from(waited_ms) * 1_000_000).min(age_ns) } else { 0 };
    Some(Living {
        id,
        number: task.sequence,
        fiber: task.fiber,
        state,
        wait: waits.then(|| request::name(operation)),
        waited_ns,
        age_ns,
        parent,
    })
}
