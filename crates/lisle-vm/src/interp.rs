//! The interpreter.
//!
//! `run` holds the loop over instructions: straight handlers over raw pointers to registers, constants and
//! code. Whatever is rare, long, or changes which frame or fiber runs, is a method of [`Run`] in the other
//! files; after such a call the loop takes its pointers anew from the top frame of the current fiber.
//!
//! The protocol between both:
//! * Before a method of `Run` is called, the current frame's `pc` is written back. It names the next
//!   instruction; the running one is found by looking one word before.
//! * A method answers [`Next::Go`] when the top frame of `run.fiber` is code that can go on, or
//!   [`Next::Exit`] to leave the interpreter, or [`Next::Turn`] when the host has said who goes on.
//! * Nothing but [`Run::safepoint`] collects, and only the loop calls it: after entering a function and at
//!   backward jumps, with everything that lives in registers below `Fiber::live_top`.
//!
//! Why raw pointers: the prototype measured 1.6 times the time for indexed registers with checks. What makes
//! them sound is `lisle_bytecode::verify`, which every unit passes before it is linked: registers lie below
//! the frame's size, constants and slots below their counts, jumps inside the code.
#![allow(unsafe_code, reason = "registers and instructions are reached by raw pointers")]

mod call;
mod cleanup;
pub(crate) mod fields;
mod run;
mod signals;
mod slow;
pub(crate) mod trace;

use crate::cx::Cx;
use crate::fiber::{BRANCH, Fiber, Frame, FrameKind, NO_REGISTER, Stacks, Status};
use crate::flow::{Host, Turn};
use crate::gc::Gc;
use crate::typed::HostRef;
use crate::value::Value;
use crate::vm::{Exit, Resume, Vm, VmRoots};

#[cfg(test)]
mod tests;

pub use cleanup::{has_cleanup, is_cleaning_up};
pub use trace::{Place, TraceEntry, outer_place, spawn_site, stands_in};

/// One stay in the interpreter.
pub(crate) struct Run<'a> {
    vm: &'a mut Vm,
    host: &'a mut HostRef,
    /// The running fiber.
    fiber: Gc<Fiber>,
    /// Units left before `Exit::Budget`.
    budget: u64,
    /// The host has put another fiber in the place of the last one since the loop counted its units.
    switched: bool,
}

/// How the loop goes on after a method of [`Run`].
pub(crate) enum Next {
    /// The top frame of the current fiber goes on.
    Go,
    /// A root has asked the host for something, or has ended, and this is what the host says. [`Run::take_turn`] does it.
    /// That is left to the loop, so that fibers that end or wait at once do not follow each other deeper and deeper on
    /// the native stack.
    Turn(Turn),
    /// The interpreter is left.
    Exit(Exit),
}

/// See [`Vm::resume`].
pub(crate) fn resume(vm: &mut Vm, host: &mut (dyn Host + 'static), fiber: Gc<Fiber>, how: Resume, budget: u64) -> Exit {
    HostRef::with(host, |host| {
        let mut run = Run { vm, host, fiber, budget, switched: false };
        let mut next = run.begin(fiber, how);
        if let Next::Turn(turn) = next {
            next = run.take_turns(turn);
            run.switched = false;
        }
        match next {
            Next::Exit(exit) => exit,
            _ => run::execute(&mut run),
        }
    })
}

impl Run<'_> {
    /// Lets a root go on.
    fn begin(&mut self, root: Gc<Fiber>, how: Resume) -> Next {
        root.get_mut(&mut self.vm.heap).parent = None;
        match how {
            Resume::Value(value) => self.wake(root, value),
            Resume::Error(error) => self.wake_with_error(root, error, true),
            Resume::Reraise(error) => self.wake_with_error(root, error, false),
            Resume::Call(callee, args) => self.wake_with_call(root, callee, args.items()),
        }
    }

    /// Does what the host has said, until some code goes on or the interpreter is left.
    #[inline(never)]
    fn take_turns(&mut self, turn: Turn) -> Next {
        let mut next = Next::Turn(turn);
        while let Next::Turn(turn) = next {
            self.switched |= turn == Turn::Switch;
            next = self.take_turn(turn);
        }
        next
    }

    /// Charges the fiber that has a budget of its own: `units` are left of those `granted`. Gives what is left then.
    #[cold]
    #[inline(never)]
    fn charge(&mut self, granted: i64, units: i64) -> i64 {
        let units = units - self.take_spent();
        let _ = self.spend((granted - units) as u64);
        units
    }

    /// True when the units of the loop are not what they were before a method was called.
    #[inline(always)]
    fn must_recount(&self) -> bool {
        self.vm.heap.has_worked() || self.switched || self.vm.state.metering
    }

    /// How many units are granted and left, after a method has run and maybe another fiber goes on.
    #[cold]
    #[inline(never)]
    fn recount(&mut self, granted: i64, units: i64) -> (i64, i64) {
        let (mut granted, mut units) = (granted, units);
        if std::mem::take(&mut self.switched) {
            granted = self.units_to_spend() as i64;
            units = granted;
        }
        if self.vm.heap.has_worked() {
            let spent = self.take_spent();
            if self.vm.state.metering {
                let _ = self.spend(spent as u64);
            } else {
                units -= spent;
            }
        }
        if self.vm.state.metering {
            // The fiber that goes on may have another limit, or a new one.
            self.budget = self.budget.saturating_sub((granted - units) as u64);
            granted = self.units_to_spend() as i64;
            units = granted;
        }
        (granted, units)
    }

    /// Does what the host has said.
    #[inline]
    fn take_turn(&mut self, turn: Turn) -> Next {
        match turn {
            Turn::Switch => {
                if self.vm.state.metering {
                    let spent = self.take_spent();
                    let _ = self.spend(spent as u64);
                }
                let upcoming = &self.vm.state.upcoming;
                let Some(fiber) = upcoming.fiber else { unreachable!("the host has said who goes on") };
                self.budget = upcoming.budget;
                if let Resume::Value(value) = upcoming.how
                    && self.goes_on(fiber, value)
                {
                    return Next::Go;
                }
                self.begin(fiber, self.vm.state.upcoming.how)
            }
            Turn::Go => self.begin(self.fiber, self.vm.state.upcoming.how),
            Turn::Leave | Turn::Parked => Next::Exit(Exit::Parked),
        }
    }

    /// As `begin`, for a fiber that waits in its own code: nearly all that wait.
    #[inline]
    fn goes_on(&mut self, root: Gc<Fiber>, value: Value) -> bool {
        let body = root.get_mut(&mut self.vm.heap);
        let dst = body.resume_dst;
        if body.status != Status::Paused || body.child().is_some() || dst == NO_REGISTER || dst == BRANCH {
            return false;
        }
        let stacks = body.stacks_mut();
        let Some(Frame { kind: FrameKind::Code, base, .. }) = stacks.frames.last() else { return false };
        let register = *base as usize + usize::from(dst);
        stacks.registers[register] = value;
        body.status = Status::Alive;
        body.parent = None;
        self.switch_to(root);
        true
    }

    /// The running fiber, for writing. No barrier: a running fiber is scanned again before marking ends.
    #[inline(always)]
    fn current(&mut self) -> &mut Fiber {
        let fiber = self.fiber;
        fiber.get_mut_unbarriered(&mut self.vm.heap)
    }

    /// Registers and frames of the running fiber.
    #[inline(always)]
    fn stacks(&mut self) -> &mut Stacks {
        self.current().stacks_mut()
    }

    /// Calls a function of natives with a context.
    fn with_cx<R>(&mut self, run: impl FnOnce(&mut Cx<'_>) -> R) -> R {
        let mut cx = Cx { heap: &mut self.vm.heap, state: &mut self.vm.state, host: self.host, fiber: self.fiber };
        run(&mut cx)
    }

    /// Makes another fiber the running one.
    fn switch_to(&mut self, fiber: Gc<Fiber>) {
        self.fiber = fiber;
        self.vm.heap.fiber_ran(fiber);
        if self.vm.state.denying {
            self.vm.state.natives.set_callable(fiber.get(&self.vm.heap).denied() == 0);
        }
    }

    /// Spends `spent` units; collects if the heap wants to; stops when the budget or the fiber's fuel is gone.
    #[cold]
    #[inline(never)]
    fn safepoint(&mut self, spent: u64) -> Next {
        let out_of_fuel = self.spend(spent);
        if let Next::Exit(exit) = self.collect() {
            return Next::Exit(exit);
        }
        if out_of_fuel {
            return self.emit(crate::signal::FUEL, signals::Payload::Value(Value::NIL), NO_REGISTER);
        }
        if self.budget == 0 {
            return self.pause_for_budget();
        }
        Next::Go
    }

    /// Collects, if the heap wants to.
    #[cold]
    #[inline(never)]
    fn collect(&mut self) -> Next {
        if self.vm.heap.wants_collection() {
            self.vm.state.fields.clear();
            let roots = VmRoots { state: &self.vm.state, host: &**self.host, fiber: Some(self.fiber) };
            self.vm.heap.collect_step(&roots);
            if self.vm.heap.over_limit() {
                let error = self.vm.heap.new_error("out-of-memory", "the heap has reached its limit", &[]);
                return self.raise(error, NO_REGISTER);
            }
        }
        Next::Go
    }

    /// A safepoint of a native whose continuation is the top frame, so that waking the fiber goes on with it. `None` when
    /// it may go on at once.
    pub(super) fn pause_native(&mut self) -> Option<Next> {
        let spent = self.take_spent() as u64;
        match self.safepoint(spent) {
            // A signal may have been caught: then the top frame is code, or has been given its value.
            Next::Go => None,
            next => Some(next),
        }
    }

    /// What natives have spent since this was asked last.
    #[cold]
    fn take_spent(&mut self) -> i64 {
        // Far more than any budget, and far from overflowing the count of the interpreter's loop.
        self.vm.heap.take_work().min(1 << 40) as i64
    }

    /// Spends units of this stay's budget, and of that of the nearest fiber with one, the running fiber or one that
    /// resumed it; true when that fiber has none left.
    fn spend(&mut self, units: u64) -> bool {
        self.budget = self.budget.saturating_sub(units);
        let mut fiber = self.vm.state.metering.then_some(self.fiber);
        while let Some(f) = fiber {
            let body = f.get_mut_unbarriered(&mut self.vm.heap);
            if let Some(fuel) = body.fuel() {
                let left = fuel.saturating_sub(units);
                body.set_fuel(Some(left));
                return left == 0;
            }
            fiber = body.parent;
        }
        false
    }

    /// Gives a fiber a budget, or takes it away.
    fn set_fuel(&mut self, fiber: Gc<Fiber>, fuel: Option<u64>) {
        fiber.get_mut_unbarriered(&mut self.vm.heap).set_fuel(fuel);
        self.vm.state.metering |= fuel.is_some();
    }

    /// Units until the next safepoint must look at budgets.
    fn units_to_spend(&self) -> u64 {
        let mut least = self.budget.min(1 << 16);
        let mut fiber = self.vm.state.metering.then_some(self.fiber);
        while let Some(f) = fiber {
            let body = f.get(&self.vm.heap);
            if let Some(fuel) = body.fuel() {
                least = least.min(fuel);
                break;
            }
            fiber = body.parent;
        }
        least
    }

    /// Freezes the chain of fibers so that resuming its root goes on exactly here.
    fn pause_for_budget(&mut self) -> Next {
        let mut fiber = self.fiber;
        self.current().resume_dst = NO_REGISTER;
        loop {
            let body = fiber.get_mut(&mut self.vm.heap);
            body.status = Status::Paused;
            let Some(parent) = body.parent else { break };
            parent.get_mut(&mut self.vm.heap).stacks_mut().child = Some(fiber);
            fiber = parent;
        }
        self.fiber = fiber;
        Next::Exit(Exit::Budget)
    }
}
