//! Signals: raising, emitting, catching, and switching between fibers (spec 10).
//!
//! A fiber that resumes another waits in its own pending instruction, `resume_dst` being the register
//! that takes the answer; `parent` of the resumed fiber leads back to it. A signal travels from the
//! running fiber to its parents until one catches it. The fibers between are frozen as they are: each gets
//! `child`, the fiber whose signal it let pass, so that resuming it later goes straight to the innermost.
//!
//! Errors look first for a handler in each fiber that they pass (`try`, `protect`, `defer`, `with` are
//! handlers, not fibers); only then do they reach the fiber's mask.

use crate::fiber::{Fiber, Frame, FrameKind, Handler, NO_REGISTER, Status};
use crate::flow::{Request, Turn};
use crate::gc::Gc;
use crate::interp::cleanup::is_cleanup;
use crate::interp::{Next, Run};
use crate::object::Closure;
use crate::signal;
use crate::value::Value;
use crate::vm::Exit;

/// What a signal carries.
#[derive(Clone, Copy, Debug)]
pub(super) enum Payload {
    /// A value.
    Value(Value),
    /// A question to the host, made a value only when a program catches it.
    Request(Request),
}

impl Run<'_> {
    /// Raises an error at the running instruction, whose result would go to `dst`.
    #[cold]
    #[inline(never)]
    pub(super) fn raise(&mut self, error: Value, dst: u16) -> Next {
        self.keep_trace(error);
        self.emit(signal::ERROR, Payload::Value(error), dst)
    }

    /// Raises again, with the trace of the first raising.
    #[cold]
    #[inline(never)]
    pub(super) fn reraise(&mut self, error: Value, dst: u16) -> Next {
        if !self.recall(error) {
            self.keep_trace(error);
        }
        self.emit(signal::ERROR, Payload::Value(error), dst)
    }

    /// Raises `{:error kind :message message}`.
    #[cold]
    #[inline(never)]
    pub(super) fn raise_error(&mut self, kind: &str, message: &str, dst: u16) -> Next {
        let error = self.vm.heap.new_error(kind, message, &[]);
        self.raise(error, dst)
    }

    /// Raises `{:error :type-error :message message}`.
    #[cold]
    #[inline(never)]
    pub(super) fn raise_type_error(&mut self, message: &str, dst: u16) -> Next {
        self.raise_error("type-error", message, dst)
    }

    /// The Emit instruction.
    pub(super) fn emit_from_code(&mut self, bits: u64, value: Value, dst: u16) -> Next {
        if bits & signal::ERROR != 0 {
            self.keep_trace(value);
        }
        self.emit(bits, Payload::Value(value), dst)
    }

    /// Asks the host for what a native has asked for, or whoever has resumed the running fiber and wants to know.
    #[inline]
    pub(super) fn ask(&mut self, bits: u64, dst: u16) -> Next {
        let squelching = self.vm.state.squelching;
        let body = self.current();
        if body.parent.is_some() || squelching {
            let request = *self.vm.asked().1;
            return self.emit(bits, Payload::Request(request), dst);
        }
        // Most waits are those of a task's own fiber: nobody is asked before the host.
        body.clear_value();
        body.resume_dst = dst;
        body.stacks_mut().bits = bits;
        body.status = Status::Paused;
        match self.host.asked(self.vm) {
            Turn::Leave => Next::Exit(Exit::Wait(*self.vm.asked().1)),
            turn => Next::Turn(turn),
        }
    }

    /// Sends a signal outwards from the running fiber.
    pub(super) fn emit(&mut self, mut bits: u64, mut payload: Payload, dst: u16) -> Next {
        self.current().resume_dst = dst;
        let is_exit = bits & signal::ERROR != 0 && self.is_exit(payload);
        if is_exit {
            bits |= signal::TERMINAL;
        }
        loop {
            let fiber = self.fiber;
            let boundary = if self.vm.state.squelching { self.squelch_boundary(bits) } else { None };
            if is_exit {
                // Nothing catches it; what it passes is cleaned up.
                let stacks = self.stacks();
                while stacks.handlers.last().is_some_and(|handler| !is_cleanup(stacks, handler)) {
                    stacks.handlers.pop();
                }
            }
            if bits & signal::ERROR != 0
                && (is_exit || bits & (signal::IO | signal::TERMINAL) == 0)
                && let Payload::Value(value) = payload
                && let handlers = &mut self.stacks().handlers
                && let Some(handler) = handlers.pop_if(|h| boundary.is_none_or(|index| h.depth as usize > index))
            {
                return self.handle(handler, value);
            }
            if let Some(index) = boundary {
                let error = self.squelch(index, bits);
                self.keep_trace(error);
                (bits, payload) = (signal::ERROR, Payload::Value(error));
                continue;
            }
            let value = match payload {
                Payload::Value(value) => value,
                Payload::Request(_) => Value::NIL,
            };
            fiber.set_value(&mut self.vm.heap, value);
            let body = self.current();
            body.stacks_mut().bits = bits;
            let caught = signal::catches(body.mask, bits);
            body.status = if bits & signal::ERROR != 0 && !caught { Status::Error } else { Status::Paused };
            let Some(parent) = body.parent else { return Next::Exit(self.exit(bits, payload)) };
            if caught {
                let value = match payload {
                    Payload::Value(value) => value,
                    Payload::Request(request) => {
                        let value = self.host.describe(&request, &mut self.vm.heap);
                        fiber.set_value(&mut self.vm.heap, value);
                        value
                    }
                };
                self.switch_to(parent);
                self.stacks().child = None;
                let dst = self.current().resume_dst;
                return self.deliver(value, dst);
            }
            self.switch_to(parent);
            parent.get_mut(&mut self.vm.heap).stacks_mut().child = Some(fiber);
        }
    }

    /// The innermost call of the running fiber that a signal may not leave: the index of its frame.
    fn squelch_boundary(&mut self, bits: u64) -> Option<usize> {
        let stacks = self.stacks();
        let state = |frame: &Frame| stacks.registers[frame.base as usize].as_pair();
        let stops = |c: Gc<Closure>| c.proto.squelched & bits != 0 && bits & signal::TERMINAL == 0;
        stacks.frames.iter().rposition(|frame| {
            frame.kind == FrameKind::Squelch && state(frame).and_then(|pair| pair.first.as_closure()).is_some_and(stops)
        })
    }

    /// Cuts a call off at its squelched closure; gives the error that its caller gets.
    fn squelch(&mut self, index: usize, bits: u64) -> Value {
        let fiber = self.current();
        let stacks = fiber.stacks_mut();
        stacks.child = None;
        let frame = stacks.frames[index];
        if let Some(state) = stacks.registers[frame.base as usize].as_pair() {
            stacks.bindings = state.rest;
        }
        stacks.frames.truncate(index);
        stacks.handlers.retain(|h| h.depth as usize <= index);
        fiber.resume_dst = frame.dst;
        let names: Vec<String> =
            self.vm.state.signals.iter().filter(|(_, b)| bits >> b & 1 != 0).map(|(n, _)| format!(":{n}")).collect();
        let message = format!("squelch: signal {{{}}} caught at boundary", names.join(" "));
        self.vm.heap.new_error("signal-violation", &message, &[])
    }

    /// True for the error that ends a process from outside.
    fn is_exit(&self, payload: Payload) -> bool {
        let exit = self.vm.state.exit_error;
        matches!(payload, Payload::Value(error) if !exit.is_nil() && error.is_identical(exit))
    }

    /// What leaves the interpreter when nobody on the chain catches a signal. `self.fiber` is the root.
    fn exit(&mut self, bits: u64, payload: Payload) -> Exit {
        match payload {
            Payload::Request(request) => Exit::Wait(request),
            Payload::Value(value) if bits & signal::ERROR != 0 => Exit::Error(value),
            Payload::Value(value) => Exit::Signal { bits, value },
        }
    }

    /// An error ends the body of a handler of the running fiber.
    fn handle(&mut self, handler: Handler, error: Value) -> Next {
        let fiber = self.current();
        fiber.status = Status::Alive;
        let stacks = fiber.stacks_mut();
        stacks.child = None;
        stacks.frames.truncate(handler.depth as usize);
        stacks.bindings = handler.bindings;
        let Some(frame) = stacks.frames.last_mut() else {
            unreachable!("a handler is removed before its frame is left");
        };
        frame.pc = handler.pc;
        let register = frame.base as usize + usize::from(handler.dst);
        stacks.registers[register] = error;
        Next::Go
    }

    /// Installs a handler of the running frame.
    pub(super) fn push_handler(&mut self, dst: u8, pc: *const u32) {
        let stacks = self.stacks();
        let handler = Handler { depth: stacks.frames.len() as u32, pc, dst, bindings: stacks.bindings };
        stacks.handlers.push(handler);
    }

    /// Resumes a fiber from the running one; the answer goes to `dst`.
    pub(super) fn resume_fiber(&mut self, fiber: Gc<Fiber>, value: Value, dst: u16) -> Next {
        if let Some(next) = self.refuse(fiber, "fiber/resume", dst) {
            return next;
        }
        self.become_parent_of(fiber, dst);
        self.wake(fiber, value)
    }

    /// Raises an error in a suspended fiber, and runs it.
    pub(super) fn abort_fiber(&mut self, fiber: Gc<Fiber>, error: Value, dst: u16) -> Next {
        match fiber.get(&self.vm.heap).status {
            Status::Dead => {
                let value = fiber.get(&self.vm.heap).value();
                return self.deliver(value, dst);
            }
            Status::New => {
                crate::fiber::cancel(&mut self.vm.heap, fiber, error);
                return self.deliver(error, dst);
            }
            Status::Error => {
                let message = "fiber/abort: cannot abort a fiber that has ended with an error";
                return self.raise_error("state-error", message, dst);
            }
            Status::Alive => {
                if let Some(next) = self.refuse(fiber, "fiber/abort", dst) {
                    return next;
                }
            }
            Status::Paused => {}
        }
        self.become_parent_of(fiber, dst);
        self.wake_with_error(fiber, error, true)
    }

    /// Emits a fiber's last signal again from the running one.
    pub(super) fn propagate(&mut self, fiber: Gc<Fiber>, dst: u16) -> Next {
        let body = fiber.get(&self.vm.heap);
        let (bits, value) = (body.bits(), body.value());
        if !matches!(body.status, Status::Paused | Status::Error) || bits == 0 {
            let message = "fiber/propagate: the fiber has no signal to propagate";
            return self.raise_error("internal-error", message, dst);
        }
        let parent = self.fiber;
        fiber.get_mut(&mut self.vm.heap).parent = Some(parent);
        self.stacks().child = Some(fiber);
        let error = bits & signal::ERROR != 0 && !self.stacks().handlers.is_empty();
        if error { self.reraise(value, dst) } else { self.emit(bits, Payload::Value(value), dst) }
    }

    /// An error at the resumer when a fiber cannot be resumed.
    fn refuse(&mut self, fiber: Gc<Fiber>, name: &str, dst: u16) -> Option<Next> {
        let body = fiber.get(&self.vm.heap);
        let problem = match body.status {
            Status::Dead => "cannot resume completed fiber",
            Status::Alive => "fiber is already running",
            Status::Error if body.is_cancelled() => "cannot resume a cancelled fiber",
            _ if body.task != u32::MAX && fiber != self.fiber => {
                "the fiber belongs to the scheduler: wait for it with ev/join"
            }
            _ => return None,
        };
        let message = format!("{name}: {problem}");
        Some(self.raise_error("state-error", &message, dst))
    }

    fn become_parent_of(&mut self, fiber: Gc<Fiber>, dst: u16) {
        let parent = self.fiber;
        self.current().resume_dst = dst;
        let denied = if self.vm.state.denying { parent.get(&self.vm.heap).denied() } else { 0 };
        let body = fiber.get_mut(&mut self.vm.heap);
        body.parent = Some(parent);
        if denied != 0 {
            body.deny(denied);
        }
    }

    /// Makes the innermost fiber of a frozen chain the running one.
    fn thaw(&mut self, fiber: Gc<Fiber>) {
        let mut fiber = fiber;
        loop {
            let child = fiber.frozen_child(&self.vm.heap);
            let body = fiber.get_mut(&mut self.vm.heap);
            body.status = Status::Alive;
            if let Some(stacks) = &mut body.stacks {
                stacks.child = None;
            }
            let Some(child) = child else { break };
            fiber = child;
        }
        self.switch_to(fiber);
    }

    /// Starts a new fiber or lets a suspended one go on, with a value.
    pub(super) fn wake(&mut self, fiber: Gc<Fiber>, value: Value) -> Next {
        if fiber.get(&self.vm.heap).status == Status::New {
            return self.start(fiber, value);
        }
        self.thaw(fiber);
        let dst = self.current().resume_dst;
        self.deliver(value, dst)
    }

    /// As `wake`, but the pending expression raises: an error that is `new`, or one that was raised elsewhere before.
    pub(super) fn wake_with_error(&mut self, fiber: Gc<Fiber>, error: Value, new: bool) -> Next {
        if fiber.get(&self.vm.heap).status == Status::New {
            crate::fiber::cancel(&mut self.vm.heap, fiber, error);
            return Next::Exit(Exit::Error(error));
        }
        self.thaw(fiber);
        let dst = self.current().resume_dst;
        if new { self.raise(error, dst) } else { self.reraise(error, dst) }
    }

    /// As `wake`, but the pending expression becomes a call.
    pub(super) fn wake_with_call(&mut self, fiber: Gc<Fiber>, callee: Value, args: &[Value]) -> Next {
        if fiber.get(&self.vm.heap).status == Status::New {
            self.prepare(fiber);
            return self.invoke(callee, args, NO_REGISTER, false);
        }
        self.thaw(fiber);
        let dst = self.current().resume_dst;
        self.invoke(callee, args, dst, false)
    }

    /// First resume: calls the fiber's function (spec 10.2 says with what).
    fn start(&mut self, fiber: Gc<Fiber>, value: Value) -> Next {
        let entry = self.prepare(fiber);
        if self.enter_first(entry) {
            return Next::Go;
        }
        let wants_value = entry.as_closure().is_none_or(|closure| {
            let params = &closure.proto.code().params;
            params.required > 0 || params.optional > 0 || params.collector == lisle_bytecode::Collector::Rest
        });
        let args: &[Value] = if wants_value { &[value] } else { &[] };
        self.invoke(entry, args, NO_REGISTER, false)
    }

    /// Makes a new fiber the running one, with stacks and the dynamic bindings of its resumer; gives its function.
    fn prepare(&mut self, fiber: Gc<Fiber>) -> Value {
        let running = self.fiber;
        let mut stacks = self.vm.state.take_recycled();
        if fiber.get(&self.vm.heap).parent.is_some() {
            stacks.bindings = running.get(&self.vm.heap).stacks().bindings;
        }
        let entry = fiber.get_mut(&mut self.vm.heap).start(stacks);
        self.switch_to(fiber);
        entry
    }
}
