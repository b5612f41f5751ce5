//! Who runs, who waits, and for what.
//!
//! A *task* is a fiber that the scheduler resumes: what `ev/spawn` made, and the main program. Tasks
//! live in a slab ([`tasks`]); `Fiber::task` holds a task's number as long as it has one. A task that
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
//! | `Failed` | no | none | `observe`, or the report at the end |
//!
//! A wait is one record in its task ([`Wait`]), and [`Scheduler::leave`] is the one routine that removes
//! it: it unlinks the task from the joiners of its target or takes its timer out of the wheel, in O(1),
//! whether the wait ends well, is aborted, or ends in a deadlock (I4). Nobody who left can be woken by
//! what they waited for.
//!
//! The run queue is first in, first out; the world may choose another than the oldest (simulation).
//! Every operation is O(1), but for the timers' O(log n) within one millisecond.
//!
//! Values that tasks hold are reported to the collector by `Host::trace`.

mod abort;
mod deadlock;
mod interrupt;
mod join;
mod tasks;
mod watch;

use std::any::Any;
use std::collections::VecDeque;

use lisle_vm::fiber::{Fiber, Status};
use lisle_vm::heap::Tracer;
use lisle_vm::object::Array;
use lisle_vm::vm::Resume;
use lisle_vm::{Gc, Heap, Host, Request, Value};

use crate::observe::Observer;
use crate::output::Output;
use crate::ports::Input;
use crate::request;
use crate::testing::Registry;
use crate::wheel::{TimerId, Wheel};
use crate::world::World;

pub use deadlock::Deadlock;
pub use tasks::{NO_TASK, TaskId};
use tasks::{State, Task, Tasks};
pub(crate) use watch::Living;
use watch::Watch;

/// How a task goes on: what its pending expression does.
#[derive(Clone, Copy, Debug)]
pub(crate) enum How {
    /// It has this value.
    Value(Value),
    /// It raises this.
    Error(Value),
}

impl From<How> for Resume {
    fn from(how: How) -> Resume {
        match how {
            How::Value(value) => Resume::Value(value),
            How::Error(error) => Resume::Error(error),
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
}

/// What a task wants of the end of another.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Purpose {
    /// Its value or error, or with `protected` a pair that tells which.
    Result { protected: bool },
    /// Those of all fibers of the array; `index` is the one waited for now.
    Results { fibers: Gc<Array>, index: u32, protected: bool },
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
    pub(crate) input: Input,
    /// Script name, then arguments.
    pub(crate) arguments: Vec<String>,
    /// Learns of everything that happens to tasks.
    pub(crate) observer: Observer,
    watch: Watch,
    /// The tests that the program brings along.
    pub(crate) tests: Registry,
    tasks: Tasks,
    ready: VecDeque<TaskId>,
    timers: Wheel,
    /// Counts tasks, to tell their order.
    spawned: u64,
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
    pub fn new(world: Box<dyn World>, arguments: Vec<String>) -> Scheduler {
        let output = Output::new(&*world);
        Scheduler {
            world,
            output,
            input: Input::default(),
            arguments,
            observer: Observer::default(),
            watch: Watch::default(),
            tests: Registry::default(),
            tasks: Tasks::default(),
            ready: VecDeque::new(),
            timers: Wheel::new(),
            spawned: 0,
            waiting: 0,
            deadlock: None,
        }
    }

    /// Makes a task of a new fiber; it starts after those that are runnable now.
    pub(crate) fn spawn(&mut self, heap: &mut Heap, fiber: Gc<Fiber>) -> TaskId {
        self.spawned += 1;
        let id = self.tasks.insert(Task::new(fiber, self.spawned));
        fiber.get_mut(heap).task = id.0;
        self.ready.push_back(id);
        self.note_spawned(id);
        id
    }

    /// Takes the next runnable task: its fiber, and how it goes on. `None` when nothing is runnable.
    pub(crate) fn next(&mut self) -> Option<(TaskId, Gc<Fiber>, Resume)> {
        self.fire_timers();
        loop {
            let runnable = self.ready.len();
            if runnable == 0 {
                return None;
            }
            let chosen = self.world.choose_next(runnable);
            debug_assert!(chosen < runnable, "the world chooses among the runnable");
            self.ready.swap(0, chosen);
            let id = self.ready.pop_front()?;
            let task = self.tasks.get_mut(id);
            match task.state {
                State::New | State::Ready => {
                    task.state = State::Running;
                    let how = task.how.into();
                    let fiber = task.fiber;
                    self.note_turn(id);
                    return Some((id, fiber, how));
                }
                State::Cancelled => {
                    self.tasks.remove(id);
                }
                State::Running | State::Waiting | State::Failed => {
                    unreachable!("only runnable tasks stand in the run queue")
                }
            }
        }
    }

    /// When the next timer wants attention.
    pub(crate) fn next_deadline(&self) -> Option<u64> {
        self.timers.next_wake()
    }

    /// True when some task waits.
    pub(crate) fn has_waiting(&self) -> bool {
        self.waiting > 0
    }

    /// Puts the running task at the end of the run queue.
    pub(crate) fn requeue(&mut self, id: TaskId, how: How) {
        let task = self.tasks.get_mut(id);
        debug_assert!(task.state == State::Running);
        task.state = State::Ready;
        task.how = how;
        self.ready.push_back(id);
    }

    /// Takes a request of the running task.
    pub(crate) fn request(&mut self, vm: &mut lisle_vm::Vm, id: TaskId, request: &Request) -> Answer {
        let [first, second, _] = request.args;
        match request.operation {
            request::JOIN => self.join(&mut vm.heap, id, first, false),
            request::JOIN_PROTECTED => self.join(&mut vm.heap, id, first, true),
            request::JOIN_ALL => self.join_all(&mut vm.heap, id, first, false),
            request::JOIN_ALL_PROTECTED => self.join_all(&mut vm.heap, id, first, true),
            request::SLEEP => self.sleep(id, first),
            request::ABORT => self.abort(vm, id, first),
            request::EXIT => Answer::Exit(first.as_int().and_then(|code| u8::try_from(code).ok()).unwrap_or(1)),
            request::WRITE => Answer::Now(self.write(&mut vm.heap, first, second)),
            request::FLUSH => Answer::Now(self.flush_port(&mut vm.heap, first)),
            request::READ => Answer::Now(self.read_port(&mut vm.heap, first, second)),
            other => {
                let message = format!("unknown request {other}");
                Answer::Now(How::Error(vm.heap.new_error("internal-error", &message, &[])))
            }
        }
    }

    /// Abort: the timer leaves the wheel.
    fn sleep(&mut self, id: TaskId, seconds: Value) -> Answer {
        let seconds = seconds.as_number().unwrap_or(0.0);
        if seconds == 0.0 {
            self.requeue(id, How::Value(Value::NIL));
            return Answer::Parked;
        }
        // The cast saturates: what is too far away never comes.
        let deadline = self.world.now_ns().saturating_add((seconds * 1e9).ceil() as u64);
        let timer = self.timers.insert(deadline, id.0);
        self.park(id, Wait::Sleep(timer));
        Answer::Parked
    }

    fn fire_timers(&mut self) {
        if self.timers.is_empty() {
            return;
        }
        let now = self.world.now_ns();
        while let Some(payload) = self.timers.pop_due(now) {
            let id = TaskId(payload);
            // The timer is gone already: the record must not be used to remove it again.
            self.tasks.get_mut(id).wait = Wait::None;
            self.make_ready(id, How::Value(Value::NIL));
        }
    }

    /// Gives the running task its wait record.
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
    fn leave(&mut self, id: TaskId) {
        match std::mem::replace(&mut self.tasks.get_mut(id).wait, Wait::None) {
            Wait::None => {}
            Wait::Join { target, .. } => self.tasks.unlink(target, id),
            Wait::Sleep(timer) => {
                self.timers.remove(timer);
            }
        }
    }

    /// Ends the wait of a task, and lets it go on that way.
    fn wake(&mut self, id: TaskId, how: How) {
        self.leave(id);
        self.make_ready(id, how);
    }

    fn make_ready(&mut self, id: TaskId, how: How) {
        let task = self.tasks.get_mut(id);
        assert!(task.state == State::Waiting, "only a waiting task is woken");
        task.state = State::Ready;
        task.how = how;
        self.waiting -= 1;
        self.ready.push_back(id);
        self.note_woken(id);
    }

    /// The running task has ended. Everyone who waits for it goes on; an error that nobody sees is kept.
    ///
    /// True when the error was seen by somebody, or there was none.
    pub(crate) fn finish(&mut self, heap: &mut Heap, id: TaskId, result: Result<Value, Value>) -> bool {
        let task = self.tasks.get_mut(id);
        debug_assert!(task.state == State::Running);
        let fiber = task.fiber;
        if let Err(error) = result
            && task.injected.is_some_and(|injected| Value::from(injected).is_identical(error))
        {
            // Ended by the abort itself, whatever handlers it passed.
            fiber.get_mut(heap).end(Status::Error, error);
            task.observed = true;
        }
        let observed = result.is_ok() || task.observed || task.has_joiners();
        self.release_joiners(heap, id);
        if observed {
            fiber.get_mut(heap).task = NO_TASK.0;
            self.tasks.remove(id);
        } else {
            self.tasks.get_mut(id).state = State::Failed;
        }
        observed
    }

    /// Somebody has seen the error of a fiber: it need not be reported.
    pub(crate) fn observe(&mut self, heap: &mut Heap, fiber: Gc<Fiber>) {
        let id = TaskId(fiber.get(heap).task);
        if id == NO_TASK {
            return;
        }
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
    fn as_any(&mut self) -> &mut dyn Any {
        self
    }

    fn describe(&mut self, request: &Request, heap: &mut Heap) -> Value {
        let mut entries = vec![(Value::keyword_named("op"), Value::keyword_named(request::name(request.operation)))];
        let argument = match request.operation {
            request::JOIN | request::JOIN_PROTECTED | request::ABORT => Some("fiber"),
            request::JOIN_ALL | request::JOIN_ALL_PROTECTED => Some("fibers"),
            request::SLEEP => Some("seconds"),
            request::WRITE | request::FLUSH | request::READ => Some("port"),
            _ => None,
        };
        entries.extend(argument.map(|name| (Value::keyword_named(name), request.args[0])));
        heap.new_struct(entries).into()
    }

    fn trace(&self, tracer: &mut Tracer<'_>) {
        for (_, task) in self.tasks.iter() {
            task.trace(tracer);
        }
        self.tests.trace(tracer);
        if let Some(deadlock) = &self.deadlock {
            tracer.value(deadlock.error);
        }
    }
}

#[cfg(test)]
mod tests;
