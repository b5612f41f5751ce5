//! Calls: every kind of callee, every shape of parameter list, and what natives ask for.

use lisle_bytecode::{Capture, Collector};
use smallvec::SmallVec;

use crate::cx::Cx;
use crate::fiber::{BRANCH, Frame, FrameKind, NO_REGISTER, Status};
use crate::flow::{Escape, Flow, ThenFn, Turn};
use crate::gc::Gc;
use crate::interp::signals::Payload;
use crate::interp::{Next, Run};
use crate::native::NativeFn;
use crate::object::{Closure, Proto};
use crate::ops;
use crate::value::{Tag, Value};
use crate::vm::Exit;

/// Native continuations on frame stacks are named by their place in a table; it stays small, since a
/// native has few of them.
fn continuation_index(table: &mut Vec<ThenFn>, then: ThenFn) -> usize {
    match table.iter().position(|t| std::ptr::fn_addr_eq(*t, then)) {
        Some(index) => index,
        None => {
            table.push(then);
            table.len() - 1
        }
    }
}

/// Registers of one fiber beyond which no function with spill slots is entered. The largest number of frames without
/// spill slots stays below, so that indices of registers always fit into a frame.
const MOST_REGISTERS: usize = 1 << 28;

impl Run<'_> {
    /// Calls `callee` with `argc` arguments that stand in the current fiber's stack from `first` on (an index
    /// into the stack). A tail call takes the running frame's place.
    #[inline(never)]
    pub(super) fn invoke_at(&mut self, callee: Value, first: usize, argc: usize, dst: u16, tail: bool) -> Next {
        let twin = callee.as_closure().and_then(|closure| closure.proto.twin);
        if twin.is_none()
            && let Some(closure) = callee.as_closure()
            && self.forwarded(closure, argc as u32).is_none()
        {
            return match closure.proto.squelched {
                0 => self.enter(closure, first, argc, dst, tail),
                _ => self.enter_squelched(closure, first, argc, dst, tail),
            };
        }
        let result = match callee.tag() {
            Tag::Closure if twin.is_none() => self.forward(callee, first, argc),
            Tag::Closure => self.call_native(twin, first, argc),
            Tag::Native => {
                let index = callee.as_native();
                if self.vm.state.denying
                    && let Some(denial) = self.denial(callee, first, argc)
                {
                    let dst = if tail { self.leave_frame() } else { dst };
                    self.vm.state.flow = denial;
                    return self.follow(dst);
                }
                let function = index.and_then(|index| self.vm.state.natives.get(index)).map(|n| n.run);
                self.call_native(function, first, argc)
            }
            Tag::Parameter => self.read_parameter(callee, argc),
            _ => {
                let args: SmallVec<[Value; 4]> = self.stacks().registers[first..first + argc].into();
                self.with_cx(|cx| ops::call_collection(cx, callee, &args))
            }
        };
        let dst = if tail { self.leave_frame() } else { dst };
        match result {
            Ok(value) => self.deliver(value, dst),
            Err(_) => self.follow(dst),
        }
    }

    /// The native that a call of a closure with so many arguments comes to, if that is all that it does.
    #[inline(always)]
    pub(super) fn forwarded(&self, closure: Gc<Closure>, argc: u32) -> Option<NativeFn> {
        let native = closure.proto.forwards.filter(|_| closure.proto.required == argc)?;
        self.vm.state.natives.callable(native)
    }

    /// Calls the native that a closure hands its arguments to.
    fn forward(&mut self, callee: Value, first: usize, argc: usize) -> Result<Value, Escape> {
        let closure = callee.as_closure();
        let function = closure.and_then(|closure| self.forwarded(closure, argc as u32));
        let mut args: SmallVec<[Value; 4]> = closure.map(|closure| closure.captures()[0]).into_iter().collect();
        args.extend_from_slice(&self.stacks().registers[first..first + argc]);
        self.with_cx(|cx| match function {
            Some(function) => function(cx, &args),
            None => Err(cx.error("internal-error", "unknown native function")),
        })
    }

    /// What happens instead of a call of a native that needs what is withheld from the running fiber: it emits that.
    #[cold]
    fn denial(&mut self, callee: Value, first: usize, argc: usize) -> Option<Flow> {
        let native = self.vm.state.natives.get(callee.as_native()?)?;
        let (name, bits) = (native.name, native.signals & self.fiber.get(&self.vm.heap).denied());
        if bits == 0 {
            return None;
        }
        let args: SmallVec<[Value; 8]> = self.stacks().registers[first..first + argc].into();
        let names = self.vm.state.signals.iter().filter(|(_, bit)| bits & (1 << bit) != 0);
        let names: Vec<Value> = names.map(|(name, _)| Value::keyword(name)).collect();
        let heap = &mut self.vm.heap;
        let fields = vec![
            (Value::keyword_named("error"), Value::keyword_named("capability-denied")),
            (Value::keyword_named("denied"), heap.new_set(names).into()),
            (Value::keyword_named("primitive"), heap.new_string(name).into()),
            (Value::keyword_named("func"), callee),
            (Value::keyword_named("args"), heap.new_array(&args).into()),
        ];
        Some(Flow::Emit { bits, value: heap.new_struct(fields).into() })
    }

    /// Calls with arguments that are not in the stack.
    pub(super) fn invoke(&mut self, callee: Value, args: &[Value], dst: u16, tail: bool) -> Next {
        let first = self.copy_arguments(args);
        self.invoke_at(callee, first, args.len(), dst, tail)
    }

    /// Puts values above the live registers; gives the place of the first.
    fn copy_arguments(&mut self, args: &[Value]) -> usize {
        let first = self.stacks().live_top();
        self.reserve_stack(first + args.len());
        self.stacks().registers[first..first + args.len()].copy_from_slice(args);
        first
    }

    /// Calls with the elements of an argument builder.
    pub(super) fn invoke_spread(&mut self, callee: Value, args: Value, dst: u16, tail: bool) -> Next {
        let args: SmallVec<[Value; 8]> =
            args.as_marray().map(|a| a.get(&self.vm.heap).items().into()).unwrap_or_default();
        self.vm.heap.note_items(args.len());
        self.invoke(callee, &args, dst, tail)
    }

    /// Makes the current fiber's stack at least `len` registers long. Existing ones keep their values.
    pub(super) fn reserve_stack(&mut self, len: usize) {
        let registers = &mut self.stacks().registers;
        if registers.len() < len {
            let before = registers.len();
            // The first frame of a fiber gets just what it needs: most fibers never need more.
            let len = if before == 0 { len } else { len.max(before * 2) };
            registers.reserve_exact(len - before);
            registers.resize(len, Value::NIL);
            self.vm.heap.note_growth((len - before) * size_of::<Value>());
        }
    }

    fn call_native(&mut self, function: Option<NativeFn>, first: usize, argc: usize) -> Result<Value, Escape> {
        let Some(function) = function else {
            return self.with_cx(|cx| Err(cx.error("internal-error", "unknown native function")));
        };
        let fiber = self.fiber;
        // SAFETY: the arguments lie in the fiber's stack, which natives cannot reach and which nothing moves while they run.
        let args = unsafe {
            let registers = &(*fiber.as_ptr()).body.stacks().registers;
            std::slice::from_raw_parts(registers.as_ptr().add(first), argc)
        };
        self.with_cx(|cx| function(cx, args))
    }

    fn read_parameter(&mut self, callee: Value, argc: usize) -> Result<Value, Escape> {
        let bindings = self.stacks().bindings;
        self.with_cx(|cx| {
            if argc != 0 {
                return Err(cx.error("arity-error", format!("parameter call: expected 0 arguments, got {argc}")));
            }
            Ok(lookup_binding(bindings, callee))
        })
    }

    /// Enters a closure whose calls may not emit some signals: a frame that knows them is put below.
    #[cold]
    fn enter_squelched(&mut self, closure: Gc<Closure>, first: usize, argc: usize, dst: u16, tail: bool) -> Next {
        let args: SmallVec<[Value; 8]> = self.stacks().registers[first..first + argc].into();
        let dst = if tail { self.leave_frame() } else { dst };
        let bindings = self.stacks().bindings;
        let state = self.vm.heap.new_pair(closure.into(), bindings).into();
        self.push_continuation(|_, _, value| Ok(value), state, dst, FrameKind::Squelch);
        let first = self.copy_arguments(&args);
        self.enter(closure, first, argc, NO_REGISTER, false)
    }

    /// Pushes a frame that goes on with `then` once it gets a result.
    fn push_continuation(&mut self, then: ThenFn, state: Value, dst: u16, kind: FrameKind) {
        let index = continuation_index(&mut self.vm.state.continuations, then);
        let base = self.copy_arguments(&[state]);
        let pc = std::ptr::without_provenance(index);
        self.stacks().frames.push(Frame { closure: None, pc, base: base as u32, dst, kind });
    }

    /// Enters a closure.
    fn enter(&mut self, closure: Gc<Closure>, first: usize, argc: usize, dst: u16, tail: bool) -> Next {
        let proto = closure.proto;
        let params = &proto.code().params;
        if !params.accepts(argc as u32) {
            let message = arity_message(params.required, params.max(), argc);
            let dst = if tail { self.leave_frame() } else { dst };
            return self.raise_error("arity-error", &message, dst);
        }
        if !tail && self.stacks().frames.len() >= self.vm.state.max_frames {
            let message = format!("call depth exceeded maximum ({})", self.vm.state.max_frames);
            return self.raise_error("stack-overflow", &message, dst);
        }
        let (base, dst) = if tail {
            let base = self.stacks().frames.last().map_or(0, frame_start);
            let dst = self.leave_frame();
            self.stacks().registers.copy_within(first..first + argc, base);
            (base, dst)
        } else {
            (first, dst)
        };
        // Registers of the frame, and room for more arguments than it has registers while they are being sorted.
        self.reserve_stack((base + proto.registers as usize).max(base + argc));
        if !proto.simple
            && proto.forwards.is_none()
            && let Err((kind, message)) = self.bind_arguments(proto, base, argc)
        {
            return self.raise_error(kind, &message, dst);
        }
        let frame = Frame { closure: Some(closure), pc: proto.words, base: base as u32, dst, kind: FrameKind::Code };
        let frames = &mut self.stacks().frames;
        if frames.is_empty() {
            frames.reserve_exact(2);
        }
        frames.push(frame);
        Next::Go
    }

    /// Enters a function without arguments at the bottom of a fiber's empty stacks, if that needs no preparation.
    pub(super) fn enter_first(&mut self, entry: Value) -> bool {
        let Some(closure) = entry.as_closure() else { return false };
        let proto = closure.proto;
        if !proto.simple || proto.required != 0 || proto.twin.is_some() {
            return false;
        }
        self.reserve_stack(proto.registers as usize);
        let frame = Frame { closure: Some(closure), pc: proto.words, base: 0, dst: NO_REGISTER, kind: FrameKind::Code };
        let frames = &mut self.stacks().frames;
        frames.reserve_exact(2);
        frames.push(frame);
        true
    }

    /// Puts optional and collected arguments where the code expects them.
    fn bind_arguments(&mut self, proto: Gc<Proto>, base: usize, argc: usize) -> Result<(), (&'static str, String)> {
        let params = &proto.code().params;
        let required = params.required as usize;
        let optional = params.optional as usize;
        let args: SmallVec<[Value; 16]> = self.stacks().registers[base + required..base + argc].into();
        let keyed = matches!(params.collector, Collector::Keys | Collector::Named(_));
        // With a keyword collector, a keyword ends the optional arguments.
        let given = args.iter().take(optional).take_while(|a| !(keyed && a.tag() == Tag::Keyword)).count();
        let (given, rest) = args.split_at(given);
        let stack = &mut self.stacks().registers[base + required..];
        stack[..given.len()].copy_from_slice(given);
        stack[given.len()..optional].fill(Value::NIL);
        let at = base + required + optional;
        match &params.collector {
            Collector::None => {}
            Collector::Rest => {
                let list = self.vm.heap.new_list(rest);
                self.stacks().registers[at] = list;
            }
            Collector::Keys => {
                let pairs = keyword_arguments(rest)?;
                let keys = self.vm.heap.new_struct(pairs).into();
                self.stacks().registers[at] = keys;
            }
            Collector::Named(names) => {
                let pairs = keyword_arguments(rest)?;
                let stack = &mut self.stacks().registers[at..at + names.len()];
                stack.fill(Value::NIL);
                for (key, value) in pairs {
                    let name = key.as_keyword();
                    match names.iter().position(|n| Some(*n) == name) {
                        Some(index) => stack[index] = value,
                        None => {
                            let valid: Vec<String> = names.iter().map(|n| format!(":{n}")).collect();
                            let name = name.map_or("", |n| n.name());
                            let valid = valid.join(", ");
                            let message = format!("unknown named parameter :{name}, valid parameters are: {valid}");
                            return Err(("argument-error", message));
                        }
                    }
                }
            }
        }
        Ok(())
    }

    /// Takes the running frame off for a tail call; gives where its result goes.
    fn leave_frame(&mut self) -> u16 {
        self.stacks().frames.pop().map_or(NO_REGISTER, |f| f.dst)
    }

    /// The running frame returns.
    pub(super) fn return_value(&mut self, value: Value) -> Next {
        let dst = self.leave_frame();
        self.deliver(value, dst)
    }

    /// Gives a result to the top frame: into a register of code, to a native's continuation, or, when no frame is
    /// left, to whoever resumed the fiber.
    pub(super) fn deliver(&mut self, mut value: Value, mut dst: u16) -> Next {
        loop {
            let stacks = self.stacks();
            match stacks.frames.last().copied() {
                Some(Frame { kind: FrameKind::Code, base, .. }) => {
                    match dst {
                        NO_REGISTER => {}
                        BRANCH => self.branch_on(value),
                        _ => stacks.registers[base as usize + dst as usize] = value,
                    }
                    return Next::Go;
                }
                Some(frame) => {
                    stacks.frames.pop();
                    let state = stacks.registers[frame.base as usize];
                    let then = self.vm.state.continuations[frame.pc.addr()];
                    dst = frame.dst;
                    match self.with_cx(|cx| then(cx, state, value)) {
                        Ok(result) => value = result,
                        Err(_) => {
                            let Flow::Pause { then, state } = self.vm.state.flow else { return self.follow(dst) };
                            // Here and not in `follow`, which would call this again for each part of the work.
                            self.push_continuation(then, state, dst, FrameKind::Then);
                            if let Some(next) = self.pause_native() {
                                return next;
                            }
                            (value, dst) = (Value::NIL, NO_REGISTER);
                        }
                    }
                }
                None => {
                    let ended = self.fiber;
                    let body = self.current();
                    body.status = Status::Dead;
                    let stacks = body.stacks.take();
                    let parent = body.parent;
                    self.vm.state.recycle(stacks);
                    ended.set_value(&mut self.vm.heap, value);
                    let Some(parent) = parent else {
                        return match self.host.returned(self.vm, value) {
                            Turn::Leave => Next::Exit(Exit::Done(value)),
                            turn => Next::Turn(turn),
                        };
                    };
                    self.switch_to(parent);
                    dst = self.current().resume_dst;
                }
            }
        }
    }

    /// The comparison at which the top frame stands is as true as the value: see `fiber::BRANCH`.
    fn branch_on(&mut self, value: Value) {
        let Some(frame) = self.stacks().frames.last_mut() else { return };
        // SAFETY: `pc` stands at the second word of an instruction whose first has `when` in its highest byte, and
        // the verifier has seen that the jump leads to an instruction of the same code.
        unsafe {
            let when = *frame.pc.sub(1) >> 24 != 0;
            let distance = *frame.pc as i32;
            frame.pc = frame.pc.add(1);
            if value.is_truthy() == when {
                frame.pc = frame.pc.offset(distance as isize);
            }
        }
    }

    /// Does what a native asked for; the result of that goes to `dst`.
    #[cold]
    #[inline(never)]
    pub(super) fn follow(&mut self, dst: u16) -> Next {
        if let Flow::Wait { bits, .. } = self.vm.state.flow {
            return self.ask(bits, dst);
        }
        match std::mem::take(&mut self.vm.state.flow) {
            Flow::None => self.raise_error("internal-error", "a native function gave no answer", dst),
            Flow::SetFuel { fiber, units } => {
                self.set_fuel(fiber, units);
                self.deliver(Value::NIL, dst)
            }
            Flow::Raise(error) => self.raise(error, dst),
            Flow::Reraise(error) => self.reraise(error, dst),
            Flow::Emit { bits, value } => self.emit(bits, Payload::Value(value), dst),
            Flow::Wait { .. } => unreachable!("it was seen to above"),
            Flow::Call { callee, args, then: None } => self.invoke(callee, &args, dst, false),
            Flow::Call { callee, args, then: Some((then, state)) } => {
                self.push_continuation(then, state, dst, FrameKind::Then);
                self.invoke(callee, &args, NO_REGISTER, false)
            }
            Flow::Pause { then, state } => {
                self.push_continuation(then, state, dst, FrameKind::Then);
                self.pause_native().unwrap_or_else(|| self.deliver(Value::NIL, NO_REGISTER))
            }
            Flow::Resume { fiber, value } => self.resume_fiber(fiber, value, dst),
            Flow::Abort { fiber, error } => self.abort_fiber(fiber, error, dst),
            Flow::Propagate(fiber) => self.propagate(fiber, dst),
        }
    }

    /// A closure of `code`, made by the running `closure` whose registers begin at `base`.
    pub(super) fn new_closure(&mut self, code: Gc<Proto>, closure: Gc<Closure>, base: *const Value) -> Gc<Closure> {
        let captures = code.code().captures.iter().map(|capture| match capture {
            // SAFETY: the verifier has seen that captures name registers and spill slots of the enclosing code.
            Capture::Register(register) => unsafe { *base.add(*register as usize) },
            // SAFETY: as above.
            Capture::Spill(slot) => unsafe { *base.sub(*slot as usize + 1) },
            Capture::Outer(index) => closure.captures()[*index as usize],
        });
        self.vm.heap.new_closure_from(code, closure.instance, captures)
    }

    /// EnterSpill: moves the frame up, so that `count` slots lie below its registers.
    #[cold]
    pub(super) fn enter_spill(&mut self, count: u32) -> Next {
        let Some(frame) = self.stacks().frames.last().copied() else { return Next::Go };
        let arguments = frame.closure.map_or(0, |c| c.proto.code().params.registers() as usize);
        let (old, new) = (frame.base as usize, frame.base as usize + count as usize);
        if frame.top() + count as usize > MOST_REGISTERS {
            // The function has not begun: its caller gets the error, and may go on.
            let dst = self.leave_frame();
            return self.raise_error("stack-overflow", "the stack of one fiber has grown too large", dst);
        }
        self.reserve_stack(frame.top() + count as usize);
        let stacks = self.stacks();
        stacks.registers.copy_within(old..old + arguments, new);
        stacks.registers[old..new].fill(Value::NIL);
        if let Some(frame) = stacks.frames.last_mut() {
            frame.base = new as u32;
        }
        Next::Go
    }
}

/// Where a frame's arguments were put, as an index into the stack: below its spill slots.
fn frame_start(frame: &Frame) -> usize {
    let spilled = frame.closure.filter(|c| c.proto.spills).map_or(0, |c| c.proto.code().words[1] as usize);
    frame.base as usize - spilled
}

/// The value of a parameter: its innermost binding, or its default.
fn lookup_binding(mut bindings: Value, parameter: Value) -> Value {
    while let Some(pair) = bindings.as_pair() {
        if let Some(binding) = pair.first.as_pair()
            && binding.first.is_identical(parameter)
        {
            return binding.rest;
        }
        bindings = pair.rest;
    }
    parameter.as_parameter().map_or(Value::NIL, |p| p.default)
}

fn keyword_arguments(args: &[Value]) -> Result<Vec<(Value, Value)>, (&'static str, String)> {
    if !args.len().is_multiple_of(2) {
        return Err(("argument-error", format!("odd number of keyword arguments ({} args)", args.len())));
    }
    let mut pairs: Vec<(Value, Value)> = Vec::with_capacity(args.len() / 2);
    let mut seen = std::collections::HashSet::new();
    for pair in args.chunks_exact(2) {
        let Some(name) = pair[0].as_keyword() else {
            let got = pair[0].tag().type_name();
            return Err(("argument-error", format!("keyword argument key must be a keyword, got {got}")));
        };
        if !seen.insert(name) {
            return Err(("argument-error", format!("duplicate keyword argument :{name}")));
        }
        pairs.push((pair[0], pair[1]));
    }
    Ok(pairs)
}

/// `expected 2 arguments, got 1` and its kin (spec 02, section 4).
pub(crate) fn arity_message(min: u32, max: Option<u32>, got: usize) -> String {
    match max {
        None => format!("expected at least {min} arguments, got {got}"),
        Some(max) if max == min => format!("expected {min} arguments, got {got}"),
        Some(max) => format!("expected {min}-{max} arguments, got {got}"),
    }
}

impl Cx<'_> {
    /// The current value of a dynamic parameter.
    pub fn parameter(&self, parameter: Value) -> Value {
        lookup_binding(self.fiber.get(self.heap).stacks().bindings, parameter)
    }
}
