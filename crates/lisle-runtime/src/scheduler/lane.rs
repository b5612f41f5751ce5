//! Turns that follow one another inside the interpreter.
//!
//! The runtime resumes a task, and the VM asks the scheduler, its host, what comes next when that task waits or ends.
//! So tasks take their turns without the interpreter being left between them, which is half the cost of a turn. What the
//! runtime does between turns is only put off: after [`TURNS`] of them, or when a look at the world is due, the interpreter
//! is left as if nobody were runnable. The order of the turns is the same either way.

use lisle_engine::requests::FIRST_FREE;
use lisle_vm::flow::Turn;
use lisle_vm::vm::Resume;
use lisle_vm::{Value, Vm};

use super::tasks::{Going, State};
use super::{Answer, Scheduler, Wait};
use crate::request;

/// Turns after which the runtime looks at signals, its time limit and the notices of other threads.
pub(crate) const TURNS: u32 = 32;

/// What may be done without the runtime.
#[derive(Debug, Default)]
pub(super) struct Lane {
    /// Turns and answers until the runtime looks around; none while it wants to see each of them.
    left: u32,
    /// Tasks may end.
    ends: bool,
}

impl Scheduler {
    /// The runtime resumes a task, and need not see the next `turns`. `ends` says that it need not see the end of tasks
    /// either, but for the main program's.
    pub(crate) fn open_lane(&mut self, turns: u32, ends: bool) {
        self.lane = Lane { left: if self.observer.listens() { 0 } else { turns }, ends };
    }

    /// Turns that the runtime need not see before it looks around.
    pub(crate) fn turns_in_lane(&self) -> u32 {
        self.lane.left
    }

    /// See [`Host::asked`](lisle_vm::Host::asked).
    pub(super) fn take_request(&mut self, vm: &mut Vm) -> Turn {
        let (heap, request) = vm.asked();
        let operation = request.operation;
        if self.lane.left == 0 || operation < FIRST_FREE || operation == request::EXIT {
            return Turn::Leave;
        }
        let Some(id) = self.running else { return Turn::Leave };
        self.lane.left -= 1;
        match self.request(heap, id, request) {
            Answer::Parked => {
                self.parked(heap, id, operation);
                self.next_in_lane(vm)
            }
            Answer::Now(how) if self.output.closed => {
                self.requeue(id, how);
                Turn::Parked
            }
            Answer::Now(how) => {
                vm.go_on(how.into());
                Turn::Go
            }
            Answer::Exit(_) => unreachable!("the lane leaves the program's end to the runtime"),
        }
    }

    /// See [`Host::returned`](lisle_vm::Host::returned).
    pub(super) fn take_return(&mut self, vm: &mut Vm, value: Value) -> Turn {
        let Some(id) = self.running else { return Turn::Leave };
        if self.lane.left == 0 || !self.lane.ends || self.main == Some(id) {
            return Turn::Leave;
        }
        self.lane.left -= 1;
        self.note_ended(id, false);
        self.finish(&mut vm.heap, id, Ok(value));
        self.next_in_lane(vm)
    }

    #[inline(always)]
    fn next_in_lane(&mut self, vm: &mut Vm) -> Turn {
        if self.lane.left == 0 || self.is_look_near() || !self.processes.crashes.is_empty() {
            return Turn::Parked;
        }
        if self.go_on_simply(vm) {
            return Turn::Switch;
        }
        let Some(id) = self.next(&mut vm.heap) else { return Turn::Parked };
        self.note_turn_unlooked();
        let budget = self.quantum_of(id);
        if let Some((fiber, value)) = self.begin_with_value(id) {
            vm.switch_to(fiber, Resume::Value(value), budget);
        } else {
            let (fiber, how) = self.begin(vm, id);
            vm.switch_to(fiber, how, budget);
        }
        Turn::Switch
    }

    /// As `next` and `begin`, where the oldest in the run queue goes on with a value and nobody has a say in that: nearly
    /// always.
    #[inline(always)]
    fn go_on_simply(&mut self, vm: &mut Vm) -> bool {
        let Some(id) = self.ready.front().copied().filter(|id| !id.is_unborn()) else { return false };
        let others = self.world_chooses || self.processes.is_active() || self.observer.listens();
        let task = self.tasks.get_mut(id);
        if others || !self.timers.is_empty() || task.state != State::Ready || task.going != Going::On {
            return false;
        }
        task.state = State::Running;
        task.wait = Wait::None;
        self.ready.pop_front();
        self.running = Some(id);
        vm.switch_to(task.fiber, Resume::Value(task.value()), self.quantum);
        let number = task.sequence;
        self.watch.begin(number);
        if self.watch.wants_look() {
            self.look_at_clock();
        }
        self.note_turn_unlooked();
        true
    }
}
