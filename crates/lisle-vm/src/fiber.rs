//! Fibers: a register stack, a frame stack, handlers, and where the fiber stands.

use crate::gc::{Gc, HeapObject};
use crate::heap::{Heap, Tracer};
use crate::object::Closure;
use crate::value::{Tag, Value};

/// Where a fiber stands (spec 10.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Created, never resumed.
    New,
    /// Running, or waiting in an inner resume.
    Alive,
    /// Suspended by a signal.
    Paused,
    /// Returned.
    Dead,
    /// Ended by an error that its mask does not catch, or cancelled.
    Error,
}

/// What a frame runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum FrameKind {
    /// A closure's code.
    Code,
    /// A native's continuation: register 0 of the frame is its state.
    Then,
    /// A continuation that hands on what it gets, below the frame of a squelched closure: its state is a pair of that
    /// closure and the dynamic bindings. The closure's own frame may be left by a tail call; this one stays.
    Squelch,
}

/// One activation.
#[derive(Clone, Copy, Debug)]
pub struct Frame {
    /// The running closure; `None` for continuations of natives.
    pub closure: Option<Gc<Closure>>,
    /// Where to go on: kept up to date only while the frame does not run. For continuations the index in the
    /// VM's table of them, as an address.
    pub(crate) pc: *const u32,
    /// First register, as an index into the fiber's stack.
    pub base: u32,
    /// The caller's register that takes the result; `NO_REGISTER` for none.
    pub dst: u16,
    /// What it runs.
    pub kind: FrameKind,
}

/// In `Fiber::resume_dst`: the value that the fiber is resumed with goes nowhere.
pub const NO_REGISTER: u16 = u16::MAX;

/// In `Fiber::resume_dst`: a comparison that jumps has failed, and the value that the fiber is resumed with decides
/// in its place. The frame's `pc` stands at the instruction's jump.
pub(crate) const BRANCH: u16 = u16::MAX - 1;

impl Frame {
    /// One past its last register, as an index into the fiber's stack.
    #[inline]
    pub fn top(&self) -> usize {
        let registers = self.closure.map_or(1, |c| c.proto.registers as usize);
        self.base as usize + registers
    }
}

/// A handler of errors: installed by PushHandler.
#[derive(Clone, Copy, Debug)]
pub struct Handler {
    /// Number of frames when it was installed: the frame `frames[depth - 1]` goes on.
    pub depth: u32,
    /// Where.
    pub(crate) pc: *const u32,
    /// The register that takes the error.
    pub dst: u8,
    /// The dynamic bindings to restore.
    pub bindings: Value,
}

/// A fiber.
#[derive(Debug)]
pub struct Fiber {
    /// Where it stands.
    pub status: Status,
    /// Signals that its resumer is ready to receive.
    pub mask: u64,
    /// Bits of the last signal; 0 when new or completed.
    pub bits: u64,
    /// Payload of the last signal, or the return value.
    pub value: Value,
    /// The function to run; nil once started.
    pub entry: Value,
    /// Registers of all frames.
    pub stack: Vec<Value>,
    /// Activations, outermost first.
    pub frames: Vec<Frame>,
    /// Handlers, innermost last.
    pub handlers: Vec<Handler>,
    /// Who resumed it last.
    pub parent: Option<Gc<Fiber>>,
    /// The fiber whose uncaught signal suspended this one: resuming goes on there.
    pub child: Option<Gc<Fiber>>,
    /// Dynamic bindings: a list of [parameter value] arrays, innermost first; `()` when none.
    pub bindings: Value,
    /// The register of the suspended frame that takes the value it is resumed with; `NO_REGISTER` for none, `BRANCH`
    /// for a jump.
    pub resume_dst: u16,
    /// Remaining budget, if it has one.
    pub fuel: Option<u64>,
    /// Withheld capabilities.
    pub denied: u64,
    /// The host's number of the task that runs this fiber; `u32::MAX` when none does.
    pub task: u32,
    /// Where it was made: code and word offset, for reports.
    pub spawn_site: Option<(Gc<crate::object::Proto>, u32)>,
}

// SAFETY: `Fiber` is the tag of this type alone; everything that can be reached is reported. Registers above the
// running frame are cleared by the collector before their referents are freed (`crate::heap`).
#[allow(unsafe_code, reason = "the one promise that a heap object makes")]
unsafe impl HeapObject for Fiber {
    const TAG: Tag = Tag::Fiber;
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.trace_fields(tracer);
        tracer.values(self.live_registers());
        self.frames.iter().for_each(|frame| frame.trace(tracer));
        self.handlers.iter().for_each(|handler| tracer.value(handler.bindings));
    }

    /// Deep recursion makes millions of registers. Counted together, handlers come first, then frames, then registers.
    fn trace_part(&self, end: usize, tracer: &mut Tracer<'_>) -> usize {
        const SMALL: usize = 512;
        let registers = self.live_registers();
        let (handlers, frames) = (self.handlers.len(), self.frames.len());
        let all = handlers + frames + registers.len();
        if end == usize::MAX {
            if all <= SMALL {
                self.trace(tracer);
                return 0;
            }
            self.trace_fields(tracer);
        }
        let end = end.min(all);
        if end > handlers + frames {
            return handlers + frames + tracer.values_part(registers, end - handlers - frames);
        }
        if end > handlers {
            let (part, rest) = tracer.part(&self.frames, end - handlers);
            part.iter().for_each(|frame| frame.trace(tracer));
            return handlers + rest;
        }
        let (part, rest) = tracer.part(&self.handlers, end);
        part.iter().for_each(|handler| tracer.value(handler.bindings));
        rest
    }

    fn external_size(&self) -> usize {
        self.stack.capacity() * size_of::<Value>()
            + self.frames.capacity() * size_of::<Frame>()
            + self.handlers.capacity() * size_of::<Handler>()
    }
}

impl Frame {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        if let Some(closure) = self.closure {
            tracer.object(closure);
        }
    }
}

/// Registers and frames above the live ones that a fiber may keep.
const SPARE_REGISTERS: usize = 256;

/// For the collector.
impl Fiber {
    fn live_registers(&self) -> &[Value] {
        &self.stack[..self.live_top().min(self.stack.len())]
    }

    /// Everything but registers, frames and handlers.
    fn trace_fields(&self, tracer: &mut Tracer<'_>) {
        tracer.value(self.value);
        tracer.value(self.entry);
        for fiber in self.parent.iter().chain(&self.child) {
            tracer.object(*fiber);
        }
        tracer.value(self.bindings);
        if let Some((proto, _)) = self.spawn_site {
            tracer.object(proto);
        }
    }

    /// Sets all registers above the live ones to nil, and lets go most of them after deep recursion. A running
    /// fiber's registers and frames stay where they are: the interpreter points to them.
    pub(crate) fn clear_stale_registers(&mut self, is_running: bool) {
        let live = self.live_top();
        self.stack.truncate(live * 2 + SPARE_REGISTERS);
        self.stack.iter_mut().skip(live).for_each(|register| *register = Value::NIL);
        if !is_running {
            if self.stack.capacity() > live * 4 + SPARE_REGISTERS * 4 {
                self.stack.shrink_to(live * 2 + SPARE_REGISTERS);
            }
            let frames = self.frames.len();
            if self.frames.capacity() > frames * 4 + SPARE_REGISTERS {
                self.frames.shrink_to(frames * 2);
            }
        }
    }
}

impl Fiber {
    /// One past the last register in use: what lies above may hold stale values, and nothing reads it before writing.
    #[inline]
    pub fn live_top(&self) -> usize {
        self.frames.last().map_or(0, Frame::top)
    }

    /// True for one that was ended from outside: unlike one that an error has ended, it cannot go on.
    pub fn is_cancelled(&self) -> bool {
        // Whatever has run has registers, even if a tail call has left its last frame.
        self.status == Status::Error && self.stack.is_empty()
    }

    /// A fiber around a function, not started.
    pub fn new(entry: Value, mask: u64) -> Fiber {
        Fiber {
            status: Status::New,
            mask,
            bits: 0,
            value: Value::NIL,
            entry,
            stack: Vec::new(),
            frames: Vec::new(),
            handlers: Vec::new(),
            parent: None,
            child: None,
            bindings: Value::EMPTY_LIST,
            resume_dst: 0,
            fuel: None,
            denied: 0,
            task: u32::MAX,
            spawn_site: None,
        }
    }
}

impl Gc<Fiber> {
    /// The fiber at which resuming this one goes on. Whoever resumes a fiber directly takes it out of the chain in
    /// which it was frozen: the link to it from there means nothing any more.
    pub(crate) fn frozen_child(self, heap: &Heap) -> Option<Gc<Fiber>> {
        let child = self.get(heap).child?;
        let body = child.get(heap);
        let waits = matches!(body.status, Status::Paused | Status::Error) && !body.is_cancelled();
        (waits && body.parent == Some(self)).then_some(child)
    }
}

/// Marks a suspended or new fiber as ended by that error value, without unwinding.
pub(crate) fn cancel(heap: &mut Heap, fiber: Gc<Fiber>, value: Value) {
    let fiber = fiber.get_mut(heap);
    fiber.status = Status::Error;
    fiber.value = value;
    fiber.bits = crate::signal::ERROR;
    fiber.entry = Value::NIL;
    fiber.stack = Vec::new();
    fiber.frames = Vec::new();
    fiber.handlers = Vec::new();
    fiber.child = None;
}

// A parked fiber is this, its frames, and its registers; a million of them are to fit into memory.
const _: () = assert!(size_of::<Frame>() == 24 && size_of::<Fiber>() <= 256);
