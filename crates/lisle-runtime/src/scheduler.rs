//! Who runs, who waits, and for what.
//!
//! A *task* is a fiber that the scheduler resumes: what `ev/spawn` made, and the main program. Tasks
//! live in a slab ([`tasks`]); `Fiber::task` holds a task's number as long as it has one. Most fibers get their task
//! when they start ([`newborn`]). A task that
//! ended leaves the slab, unless it failed and nobody has seen the error yet. Its fiber keeps the result.
//!
//! # Protocol
//!
//! A task is in one state at a time, and only this module and its children change it:
//!
//! | state | in the run queue | wait record | leaves it by |
//! |---|---|---|---|
//! | `New` | yes | none | `next` (starts), `abort` (becomes `Cancelled`) |
//! | `Ready` | yes, with `how` set | none | `next` |
//! | `Running` | no | none | `park`, `requeue`, `finish` |
//! | `Waiting` | no | exactly one | `leave`, and by nothing else |
//! | `Cancelled` | yes | none | `next`, which frees it |
//! | `Failed` | no | none | `observe`, or the report: at the end, or when nobody can reach its fiber |
//! | `Free` | no | none | `insert`: there is no such task |
//!
//! A wait is one record in its task ([`Wait`]), and [`Scheduler::leave`] is the one routine that removes
//! it: it unlinks the task from the list in which it stands, takes its timer out of the wheel, and tells the driver that
//! nobody waits for its operation, in O(1), whether the wait ends well, is aborted, or ends in a deadlock (I4).
//! Nobody who left can be woken by what they waited for.
//!
//! # An abort between wake-up and run
//!
//! A task whose wait has ended stands in the run queue for a while before it runs, and may be aborted there
//! ([`Scheduler::redirect`]). Then it raises the abort's error where it waited, and what ended its wait is dropped. The
//! end of a task, a time or an operation's result lose nothing by that. What was handed over in a queue ([`queue`])
//! belongs to the task alone, though: as long as it has not run, its record is `Handed` with the note of its wait.
//! If that note holds a function, the task first calls it with what it was handed (`GivingBack`), and raises then. So
//! the library passes on a permit, in the fiber that lost it, before anything else happens there. A value out of a queue
//! of values (`Handing`, [`items`]) and a message go back at once. In the same way as permits, a task that was told of the end of one member of its group (`Told`) sees to the others first.
//!
//! The run queue is first in, first out; the world may choose another than the oldest (simulation).
//! Every operation is O(1), but for the timers' O(log n) within one millisecond.
//!
//! Values that tasks hold are reported to the collector by `Host::trace`.

mod abort;
mod deadlock;
mod describe;
mod external;
pub(crate) mod group;
mod interrupt;
pub(crate) mod items;
mod join;
pub(crate) mod lane;
mod links;
pub(crate) mod locks;
mod newborn;
pub(crate) mod processes;
pub(crate) mod queue;
mod shield;
mod shutdown;
mod tasks;
pub(crate) mod threads;
mod timers;
mod watch;
mod weigh;

use std::collections::{HashMap, VecDeque};

use lisle_vm::fiber::{Fiber, Status};
use lisle_vm::flow::Turn;
use lisle_vm::heap::Tracer;
use lisle_vm::object::{Array, ExternalObject, MStruct};
use lisle_vm::vm::Resume;
use lisle_vm::{Gc, Heap, Host, Request, Value, Vm};

use crate::observe::Observer;
use crate::output::Output;
use crate::ports::{Arrival, Ports};
use crate::process::{Processes, Slot};
use crate::request;
use crate::runtime::Options;
use crate::testing::Registry;
use crate::threads::Post;
use crate::wheel::{TimerId, Wheel};
use crate::world::World;

pub use deadlock::Deadlock;
use group::For;
use links::{Links, NO_LINK};
use newborn::Newborn;
use processes::Receive;
use shield::Shields;
use shutdown::Shutdown;
pub(crate) use tasks::TaskList;
use tasks::{Going, State, Tasks};
pub use tasks::{NO_TASK, TaskId};
pub(crate) use watch::Living;
use watch::Watch;

/// Units (calls and backward jumps) between two looks at the world while one task computes.
pub(crate) const QUANTUM: u64 = 1_000_000;

/// How a task goes on: what its pending expression does.
#[derive(Clone, Copy, Debug)]
pub(crate) enum How {
    /// It has this value.
    Value(Value),
    /// It raises this.
    Error(Value),
    /// It raises the error of a fiber that it has waited for.
    Passed(Value),
}

impl From<How> for Resume {
    fn from(how: How) -> Resume {
        match how {
            How::Value(value) => Resume::Value(value),
            How::Error(error) => Resume::Error(error),
            How::Passed(error) => Resume::Reraise(error),
        }
    }
}

/// What a waiting task waits for.
#[derive(Debug)]
pub(crate) enum Wait {
    /// It does not wait.
    None,
    /// For the end of a task; it is linked into that task's joiners.
    Join { target: TaskId, purpose: Purpose },
    /// For a time.
    Sleep(TimerId),
    /// For a turn in a queue; it is linked into that queue. The note says what it waits for; after the timer's time
    /// it waits no longer.
    Queue { queue: Gc<ExternalObject>, note: Value, timer: Option<TimerId> },
    /// For a value in a queue of values; it is linked into its takers.
    Take { queue: Gc<ExternalObject> },
    /// For room for the value in a queue; it is linked into its putters.
    Put { queue: Gc<ExternalObject>, value: Value },
    /// For nothing any more: it is `Ready`, and was handed a value out of that queue of values.
    Handing { queue: Gc<ExternalObject> },
    /// For members of a group; it is linked into those who wait for it. After the timer's time the group is closed.
    Group { group: Gc<ExternalObject>, what: For, timer: Option<TimerId> },
    /// For nothing any more: it is `Ready`, and was handed something in a queue.
    Handed { note: Value },
    /// For nothing any more: it is `Ready`, and was told of the end of a member of its own group, which has others.
    Told { group: Gc<ExternalObject> },
    /// For something outside; the driver knows it by the token.
    External { token: u64, what: &'static str },
    /// For nothing any more: it is `Ready`, and was given something from outside, by that port or as a new one, which must
    /// not be lost if it is aborted now.
    Arrived { from: Option<Gc<ExternalObject>>, what: Arrival },
    /// For messages, or the answer to a call; it is linked into the receivers of its process.
    Receive(Receive),
    /// For nothing any more: it is `Ready`, and was handed that message of its process.
    Received { process: Slot, number: u64 },
}

/// What a task wants of the end of another.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Purpose {
    /// Its value or error, or with `protected` a pair that tells which.
    Result { protected: bool },
    /// Those of all fibers of the array; `index` is the one waited for now. An abort of the waiter aborts
    /// those that are `owned`.
    Results { fibers: Gc<Array>, index: u32, protected: bool, owned: bool },
    /// Just that it has ended: it was aborted.
    Abort,
}

/// How a request was taken.
#[derive(Debug)]
pub(crate) enum Answer {
    /// The task goes on at once.
    Now(How),
    /// The task waits, or stands in the run queue again.
    Parked,
    /// The program ends with this code.
    Exit(u8),
}

/// The scheduler: the VM's host.
pub struct Scheduler {
    /// Everything outside.
    pub(crate) world: Box<dyn World>,
    pub(crate) output: Output,
    /// Ports, files, sockets, subprocesses, and who waits for them.
    pub(crate) ports: Ports,
    pub(crate) processes: Processes,
    /// How the program is run; the arguments are the script's name and then its own.
    pub(crate) options: Options,
    /// Learns of everything that happens to tasks.
    pub(crate) observer: Observer,
    watch: Watch,
    /// The tests that the program brings along.
    pub(crate) tests: Registry,
    tasks: Tasks,
    newborn: Newborn,
    links: Links,
    shields: Shields,
    shutdown: Option<Shutdown>,
    ready: VecDeque<TaskId>,
    timers: Wheel,
    /// The queues of futexes in which somebody waits, by key.
    futexes: Option<Gc<MStruct>>,
    locks: locks::Locks,
    /// Traffic with other threads.
    pub(crate) post: Post,
    /// Who waits for something outside, by token.
    external: HashMap<u64, TaskId>,
    /// The task that runs, or ran last.
    running: Option<TaskId>,
    /// The main program, until it has ended.
    pub(crate) main: Option<TaskId>,
    /// The most units that a task runs between two looks at the world.
    pub(crate) quantum: u64,
    lane: lane::Lane,
    /// The world wants to choose who runs next.
    world_chooses: bool,
    /// Tasks in state `Waiting`.
    waiting: usize,
    /// The last deadlock.
    pub(crate) deadlock: Option<Deadlock>,
}

impl std::fmt::Debug for Scheduler {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Scheduler")
            .field("ready", &self.ready.len())
            .field("waiting", &self.waiting)
            .finish_non_exhaustive()
    }
}

impl Scheduler {
    /// A scheduler without tasks.
    pub fn new(world: Box<dyn World>, options: Options) -> Scheduler {
        let output = Output::new(&*world);
        let world_chooses = world.chooses();
        Scheduler {
            world,
            output,
            ports: Ports::default(),
            processes: Processes::default(),
            options,
            observer: Observer::default(),
            watch: Watch::default(),
            tests: Registry::default(),
            tasks: Tasks::default(),
            newborn: Newborn::default(),
            links: Links::default(),
            shields: Shields::default(),
            shutdown: None,
            ready: VecDeque::new(),
            timers: Wheel::new(),
            futexes: None,
            locks: locks::Locks::default(),
            post: Post::new(),
            external: HashMap::new(),
            running: None,
            main: None,
            quantum: QUANTUM,
            lane: lane::Lane::default(),
            world_chooses,
            waiting: 0,
            deadlock: None,
        }
    }

    /// Makes the next runnable task the running one. `None` when nothing is runnable.
    pub(crate) fn next(&mut self, heap: &mut Heap) -> Option<TaskId> {
        self.fire_timers(heap);
        loop {
            let mut id = *self.ready.front()?;
            if self.world_chooses {
                let runnable = self.ready.len();
                let chosen = self.world.choose_next(runnable);
                debug_assert!(chosen < runnable, "the world chooses among the runnable");
                self.ready.swap(0, chosen);
                id = self.ready[0];
            }
            if id.is_unborn() {
                id = self.first_is_born(heap, id);
            }
            if self.processes.is_active() && self.begin_turn(heap, id) {
                continue;
            }
            self.ready.pop_front();
            let task = self.tasks.get_mut(id);
            match task.state {
                State::New | State::Ready => {
                    task.state = State::Running;
                    let number = task.sequence;
                    self.running = Some(id);
                    if self.processes.limits_heaps {
                        self.processes.turn_began_at = heap.allocated_bytes();
                    }
                    self.note_turn(number);
                    return Some(id);
                }
                State::Cancelled => {
                    if self.bury(id) {
                        return None;
                    }
                }
                State::Running | State::Waiting | State::Failed | State::Free => {
                    unreachable!("only runnable tasks stand in the run queue")
                }
            }
        }
    }

    /// The fiber of the task that has just become the running one, and how it goes on.
    #[inline]
    pub(crate) fn begin(&mut self, vm: &mut Vm, id: TaskId) -> (Gc<Fiber>, Resume) {
        let task = self.tasks.get_mut(id);
        let fiber = task.fiber;
        if task.going == Going::GivingBack {
            return (fiber, self.give_back(vm, id));
        }
        task.wait = Wait::None;
        let value = task.value();
        let how = match task.going {
            Going::Raising => Resume::Error(value),
            Going::Passing => Resume::Reraise(value),
            _ => Resume::Value(value),
        };
        (fiber, how)
    }

    /// As `begin`, for a task that goes on with a value: nearly all do.
    #[inline]
    pub(crate) fn begin_with_value(&mut self, id: TaskId) -> Option<(Gc<Fiber>, Value)> {
        let task = self.tasks.get_mut(id);
        if task.going != Going::On {
            return None;
        }
        task.wait = Wait::None;
        Some((task.fiber, task.value()))
    }

    /// The running task, and its fiber.
    pub(crate) fn running_turn(&self) -> (TaskId, Gc<Fiber>) {
        let id = self.running.expect("the runtime runs a task");
        (id, self.tasks.get(id).fiber)
    }

    /// The fiber of the running task.
    pub(crate) fn running_fiber(&self) -> Option<Gc<Fiber>> {
        self.running.map(|id| self.tasks.get(id).fiber)
    }

    /// True when some task waits.
    pub(crate) fn has_waiting(&self) -> bool {
        self.waiting > 0
    }

    /// Puts the running task at the end of the run queue.
    #[inline(always)]
    pub(crate) fn requeue(&mut self, id: TaskId, how: How) {
        let task = self.tasks.get_mut(id);
        debug_assert!(task.state == State::Running);
        task.state = State::Ready;
        task.set_how(how);
        self.ready.push_back(id);
        self.processes.note_ready(id);
    }

    /// The running task has stopped in that operation, or let others run.
    #[inline(always)]
    pub(crate) fn parked(&mut self, heap: &mut Heap, id: TaskId, operation: u32) {
        if self.note_parked(id, operation) {
            self.see_to(heap, id);
        }
        if self.processes.limits_heaps {
            // Last: the task may be gone after that.
            self.weigh(heap, id);
        }
    }

    /// Takes a request of the running task.
    #[inline(always)]
    pub(crate) fn request(&mut self, heap: &mut Heap, id: TaskId, request: &Request) -> Answer {
        let [first, second, third] = request.args;
        match request.operation {
            request::JOIN => self.join(heap, id, first, false),
            request::JOIN_PROTECTED => self.join(heap, id, first, true),
            request::JOIN_ALL => self.join_all(heap, id, first, false, false),
            request::JOIN_ALL_PROTECTED => self.join_all(heap, id, first, true, false),
            request::MAP => self.join_all(heap, id, first, false, true),
            request::RUN => self.join_all(heap, id, first, true, true),
            request::SELECT => self.select(heap, id, first),
            request::NEXT => match group::as_group(heap, first) {
                Some(group) => self.group_next(heap, id, group),
                None => wrong(heap, "group"),
            },
            request::CLOSE => match group::as_group(heap, first) {
                Some(group) => self.close_and_wait(heap, id, group),
                None => wrong(heap, "group"),
            },
            request::SCOPE | request::RACE | request::TIMEOUT => match group::as_group(heap, first) {
                Some(group) => self.group_wait(heap, id, group, second.as_number()),
                None => wrong(heap, "group"),
            },
            request::SLEEP => self.sleep(id, first),
            request::ABORT => self.abort(heap, id, first),
            request::PARK => match queue::as_waiters(heap, first) {
                Some(queue) => self.park_in(heap, id, queue, second, third),
                None => wrong(heap, "waiters"),
            },
            request::TAKE => self.wait_to_take(heap, id, first, second),
            request::PUT => self.wait_to_put(heap, id, first, second, third.is_truthy()),
            request::FUTEX_WAIT => self.futex_wait(heap, id, request.args),
            request::TURN => {
                self.requeue(id, How::Value(first));
                Answer::Parked
            }
            request::RECEIVE_MESSAGE => self.receive_message(id, first, second),
            request::LOOK => self.look(id, first, second, third),
            request::CALL => self.call(heap, id, first, second, third),
            request::EXIT => Answer::Exit(first.as_int().and_then(|code| u8::try_from(code).ok()).unwrap_or(1)),
            other => match self.io_request(heap, id, request) {
                Some(answer) => answer,
                None => {
                    let message = format!("unknown request {other}");
                    Answer::Now(How::Error(heap.new_error("internal-error", &message, &[])))
                }
            },
        }
    }

    /// Gives the running task its wait record.
    #[inline]
    fn park(&mut self, id: TaskId, wait: Wait) {
        if let Wait::Join { target, .. } = wait {
            self.tasks.link(target, id);
        }
        let task = self.tasks.get_mut(id);
        assert!(matches!(task.wait, Wait::None), "a task waits for one thing at a time");
        task.wait = wait;
        task.state = State::Waiting;
        self.waiting += 1;
    }

    /// Ends a wait before what it waits for came: removes its record from wherever it stands (I4).
    fn leave(&mut self, heap: &mut Heap, id: TaskId) {
        match std::mem::replace(&mut self.tasks.get_mut(id).wait, Wait::None) {
            Wait::None | Wait::Handed { .. } | Wait::Told { .. } | Wait::Arrived { .. } | Wait::Received { .. } => {}
            Wait::Join { target, .. } => self.tasks.unlink(target, id),
            Wait::Sleep(timer) => {
                self.timers.remove(timer);
            }
            Wait::Queue { queue, timer, .. } => {
                self.leave_queue(heap, queue, id);
                if let Some(timer) = timer {
                    self.timers.remove(timer);
                }
            }
            Wait::Take { queue } => self.leave_items(heap, queue, id, true),
            Wait::Put { queue, .. } => self.leave_items(heap, queue, id, false),
            Wait::Handing { queue } => {
                self.tasks.get_mut(id).wait = Wait::Handing { queue };
                self.give_item_back(heap, id);
            }
            Wait::Group { group, what, timer } => {
                self.leave_group(heap, id, group, what);
                if let Some(timer) = timer {
                    self.timers.remove(timer);
                }
            }
            Wait::External { token, .. } => self.leave_external(heap, token),
            Wait::Receive(receive) => self.leave_receive(id, receive),
        }
    }

    /// Ends the wait of a task, and lets it go on that way.
    fn wake(&mut self, heap: &mut Heap, id: TaskId, how: How) {
        self.leave(heap, id);
        self.make_ready(id, how);
    }

    #[inline(always)]
    fn make_ready(&mut self, id: TaskId, how: How) {
        let task = self.tasks.get_mut(id);
        assert!(task.state == State::Waiting, "only a waiting task is woken");
        task.state = State::Ready;
        task.set_how(how);
        self.waiting -= 1;
        self.ready.push_back(id);
        self.processes.note_ready(id);
        self.note_woken(id);
    }

    /// The running task has ended. Everyone who waits for it goes on; an error that nobody sees is kept.
    ///
    /// True when the error was seen by somebody, or there was none.
    pub(crate) fn finish(&mut self, heap: &mut Heap, id: TaskId, result: Result<Value, Value>) -> bool {
        let task = self.tasks.get_mut(id);
        debug_assert!(task.state == State::Running);
        let fiber = task.fiber;
        let failed = result.is_err();
        let mut aborted = false;
        if task.shielded {
            self.drop_shields(id);
        }
        if let Err(error) = result
            && self.is_aborted_by(id, error)
        {
            // Ended by the abort itself, whatever handlers it passed.
            fiber.get_mut(heap).end(Status::Error, error);
            self.tasks.get_mut(id).observed = true;
            aborted = true;
        }
        let task = self.tasks.get(id);
        let observed = result.is_ok() || task.observed || !task.joiners.is_empty();
        if task.holds_listed {
            self.abandon_locks(heap, fiber);
        }
        self.release_joiners(heap, id);
        if self.tasks.get(id).links != NO_LINK {
            let mut aborts = Vec::new();
            self.leave_groups(heap, id, failed, aborted, &mut aborts);
            self.abort_each(heap, aborts);
        }
        if observed {
            fiber.get_mut(heap).task = NO_TASK.0;
            self.tasks.remove(id);
        } else {
            self.tasks.get_mut(id).state = State::Failed;
        }
        if self.processes.is_active() {
            self.process_task_ended(heap, id, Some(result));
        }
        observed
    }

    /// True when that error was raised in the task from outside.
    pub(crate) fn is_aborted_by(&self, id: TaskId, error: Value) -> bool {
        self.tasks.get(id).injected.is_some_and(|injected| Value::from(injected).is_identical(error))
    }

    /// Somebody has seen the error of a fiber: it need not be reported.
    pub(crate) fn observe(&mut self, heap: &mut Heap, fiber: Gc<Fiber>) {
        let Some(id) = self.task_of(heap, fiber) else { return };
        let task = self.tasks.get_mut(id);
        if task.state == State::Failed {
            fiber.get_mut(heap).task = NO_TASK.0;
            self.tasks.remove(id);
        } else {
            task.observed = true;
        }
    }

    /// The fibers whose errors nobody has seen, oldest first. They are forgotten.
    pub(crate) fn take_failed(&mut self) -> Vec<Gc<Fiber>> {
        let mut failed: Vec<(u64, TaskId, Gc<Fiber>)> = self
            .tasks
            .iter()
            .filter(|(_, t)| t.state == State::Failed)
            .map(|(id, t)| (t.sequence, id, t.fiber))
            .collect();
        failed.sort_by_key(|(sequence, _, _)| *sequence);
        for (_, id, _) in &failed {
            self.tasks.remove(*id);
        }
        failed.into_iter().map(|(_, _, fiber)| fiber).collect()
    }
}

impl Host for Scheduler {
    fn describe(&mut self, request: &Request, heap: &mut Heap) -> Value {
        describe::request(request, heap)
    }

    fn asked(&mut self, vm: &mut Vm) -> Turn {
        self.take_request(vm)
    }

    fn returned(&mut self, vm: &mut Vm, value: Value) -> Turn {
        self.take_return(vm, value)
    }

    fn trace(&self, tracer: &mut Tracer<'_>) {
        for (_, task) in self.tasks.iter().filter(|(_, task)| task.state != State::Failed) {
            task.trace(tracer);
        }
        self.newborn.trace(tracer);
        self.links.trace(tracer);
        self.shields.trace(tracer);
        if let Some(shutdown) = &self.shutdown {
            tracer.object(shutdown.error);
        }
        if let Some(futexes) = self.futexes {
            tracer.object(futexes);
        }
        self.locks.trace(tracer);
        self.post.trace(tracer);
        self.ports.trace(tracer);
        self.processes.trace(tracer);
        self.tests.trace(tracer);
        if let Some(deadlock) = &self.deadlock {
            tracer.value(deadlock.error);
        }
    }

    fn weak_fibers(&self, report: &mut dyn FnMut(Gc<Fiber>)) {
        // Nobody has seen their errors. Once nobody can, it is time to report them.
        for (_, task) in self.tasks.iter().filter(|(_, task)| task.state == State::Failed) {
            report(task.fiber);
        }
    }
}

fn wrong(heap: &mut Heap, expected: &str) -> Answer {
    Answer::Now(How::Error(heap.new_error("type-error", &format!("expected {expected}"), &[])))
}

#[cfg(test)]
mod tests;
