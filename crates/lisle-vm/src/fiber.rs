//! Fibers: a register stack, a frame stack, handlers, and where the fiber stands.

use crate::gc::{Gc, HeapObject};
use crate::heap::{Heap, Tracer, prefetch};
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

/// What a fiber has from its start to its end: when it ends, the next one that starts takes it over.
#[derive(Debug)]
pub struct Stacks {
    /// Registers of all frames.
    pub registers: Vec<Value>,
    /// Activations, outermost first.
    pub frames: Vec<Frame>,
    /// Handlers, innermost last.
    pub handlers: Vec<Handler>,
    /// Dynamic bindings: a list of pairs of parameter and value, innermost first; `()` when none.
    pub bindings: Value,
    /// Bits of the last signal; see [`Fiber::bits`].
    pub(crate) bits: u64,
    /// The fiber whose uncaught signal suspended this one: resuming goes on there.
    pub(crate) child: Option<Gc<Fiber>>,
}

impl Stacks {
    /// Nothing on them.
    pub const EMPTY: Stacks = Stacks {
        registers: Vec::new(),
        frames: Vec::new(),
        handlers: Vec::new(),
        bindings: Value::EMPTY_LIST,
        bits: 0,
        child: None,
    };

    /// One past the last register in use: what lies above may hold stale values, and nothing reads it before writing.
    #[inline]
    pub fn live_top(&self) -> usize {
        self.frames.last().map_or(0, Frame::top)
    }

    fn live_registers(&self) -> &[Value] {
        &self.registers[..self.live_top().min(self.registers.len())]
    }
}

/// A fiber. Many exist at a time, most of them new or ended: what only those between need is in [`Stacks`].
#[derive(Debug)]
pub struct Fiber {
    /// Signals that its resumer is ready to receive.
    pub mask: u64,
    /// The function to run; once started, payload of the last signal, or the return value.
    value: Value,
    /// What it has while it runs or is suspended.
    pub stacks: Option<Box<Stacks>>,
    /// Who resumed it last.
    pub parent: Option<Gc<Fiber>>,
    /// Remaining budget; `UNMETERED` for none.
    fuel: u64,
    /// Where it was made, for reports: the code, and in `made_at` the word offset in it.
    made_in: Option<Gc<crate::object::Proto>>,
    made_at: u32,
    /// The host's number of the task that runs this fiber; `u32::MAX` when none does.
    pub task: u32,
    /// Withheld capabilities; those that can be withheld have low bits.
    denied: u32,
    /// The register of the suspended frame that takes the value it is resumed with; `NO_REGISTER` for none, `BRANCH`
    /// for a jump.
    pub resume_dst: u16,
    /// Where it stands.
    pub status: Status,
}

/// In `Fiber::fuel`: no budget.
const UNMETERED: u64 = u64::MAX;

// SAFETY: `Fiber` is the tag of this type alone; everything that can be reached is reported. Registers above the
// running frame are cleared by the collector before their referents are freed (`crate::heap`).
#[allow(unsafe_code, reason = "the one promise that a heap object makes")]
unsafe impl HeapObject for Fiber {
    const TAG: Tag = Tag::Fiber;
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.trace_fields(tracer);
        let Some(stacks) = &self.stacks else { return };
        tracer.values(stacks.live_registers());
        stacks.frames.iter().for_each(|frame| frame.trace(tracer));
        stacks.handlers.iter().for_each(|handler| tracer.value(handler.bindings));
    }

    /// Deep recursion makes millions of registers. Counted together, handlers come first, then frames, then registers.
    fn trace_part(&self, end: usize, tracer: &mut Tracer<'_>) -> usize {
        const SMALL: usize = 512;
        let stacks = self.stacks();
        let registers = stacks.live_registers();
        let (handlers, frames) = (stacks.handlers.len(), stacks.frames.len());
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
            let (part, rest) = tracer.part(&stacks.frames, end - handlers);
            part.iter().for_each(|frame| frame.trace(tracer));
            return handlers + rest;
        }
        let (part, rest) = tracer.part(&stacks.handlers, end);
        part.iter().for_each(|handler| tracer.value(handler.bindings));
        rest
    }

    fn external_size(&self) -> usize {
        self.stacks.as_ref().map_or(0, |stacks| {
            stacks.registers.capacity() * size_of::<Value>()
                + stacks.frames.capacity() * size_of::<Frame>()
                + stacks.handlers.capacity() * size_of::<Handler>()
        })
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
    /// Everything but registers, frames and handlers.
    fn trace_fields(&self, tracer: &mut Tracer<'_>) {
        tracer.value(self.value);
        if let Some(parent) = self.parent {
            tracer.object(parent);
        }
        if let Some(stacks) = &self.stacks {
            tracer.value(stacks.bindings);
            if let Some(child) = stacks.child {
                tracer.object(child);
            }
        }
        if let Some(proto) = self.made_in {
            tracer.object(proto);
        }
    }

    /// Sets all registers above the live ones to nil, and lets go most of them after deep recursion. A running
    /// fiber's registers and frames stay where they are: the interpreter points to them.
    pub(crate) fn clear_stale_registers(&mut self, is_running: bool) {
        let Some(stacks) = &mut self.stacks else { return };
        let live = stacks.live_top();
        let registers = &mut stacks.registers;
        registers.truncate(live * 2 + SPARE_REGISTERS);
        registers.iter_mut().skip(live).for_each(|register| *register = Value::NIL);
        if !is_running {
            if registers.capacity() > live * 4 + SPARE_REGISTERS * 4 {
                registers.shrink_to(live * 2 + SPARE_REGISTERS);
            }
            let frames = &mut stacks.frames;
            if frames.capacity() > frames.len() * 4 + SPARE_REGISTERS {
                frames.shrink_to(frames.len() * 2);
            }
        }
    }
}

impl Fiber {
    /// Its registers and frames; none before its start and after its end.
    #[inline]
    pub fn stacks(&self) -> &Stacks {
        const NONE: &Stacks = &Stacks::EMPTY;
        self.stacks.as_deref().unwrap_or(NONE)
    }

    /// Registers and frames of one that has started and not ended.
    #[inline(always)]
    pub fn stacks_mut(&mut self) -> &mut Stacks {
        match &mut self.stacks {
            Some(stacks) => stacks,
            None => no_stacks(),
        }
    }

    /// Bits of the last signal; 0 when new or completed.
    #[inline]
    pub fn bits(&self) -> u64 {
        match &self.stacks {
            Some(stacks) => stacks.bits,
            None if self.status == Status::Error => crate::signal::ERROR,
            None => 0,
        }
    }

    /// The fiber whose uncaught signal suspended this one.
    #[inline]
    pub fn child(&self) -> Option<Gc<Fiber>> {
        self.stacks.as_ref().and_then(|stacks| stacks.child)
    }

    /// Payload of the last signal, or the return value; nil for a new one.
    pub fn value(&self) -> Value {
        if self.status == Status::New { Value::NIL } else { self.value }
    }

    /// Forgets the payload of the last signal.
    pub(crate) fn clear_value(&mut self) {
        self.value = Value::NIL;
    }

    /// Ends it from outside: as returned (`Dead`), or as failed (`Error`), with that value.
    pub fn end(&mut self, status: Status, value: Value) {
        self.status = status;
        if let Some(stacks) = &mut self.stacks {
            stacks.bits = if status == Status::Error { crate::signal::ERROR } else { 0 };
        }
        self.value = value;
    }

    /// Its remaining budget, if it has one.
    #[inline]
    pub fn fuel(&self) -> Option<u64> {
        (self.fuel != UNMETERED).then_some(self.fuel)
    }

    /// Gives it a budget, or takes it away.
    pub(crate) fn set_fuel(&mut self, fuel: Option<u64>) {
        self.fuel = fuel.map_or(UNMETERED, |fuel| fuel.min(UNMETERED - 1));
    }

    /// Capabilities that are withheld from it.
    pub fn denied(&self) -> u64 {
        u64::from(self.denied)
    }

    /// Withholds capabilities; bits above those of capabilities mean nothing.
    pub fn deny(&mut self, capabilities: u64) {
        self.denied |= capabilities as u32;
    }

    /// Where it was made: code and word offset, for reports.
    pub fn spawn_site(&self) -> Option<(Gc<crate::object::Proto>, u32)> {
        self.made_in.map(|proto| (proto, self.made_at))
    }

    /// Says where it was made.
    pub fn set_spawn_site(&mut self, site: Option<(Gc<crate::object::Proto>, u32)>) {
        self.made_in = site.map(|(proto, _)| proto);
        self.made_at = site.map_or(0, |(_, at)| at);
    }

    /// Asks the processor for the function of a new fiber, which will start soon.
    #[inline]
    pub fn prefetch_entry(&self) {
        if let Some(entry) = self.value.as_closure() {
            entry.prefetch();
        }
    }

    /// Asks the processor for the stacks of a suspended fiber, which will go on soon.
    #[inline]
    pub fn prefetch_stacks(&self) {
        if let Some(stacks) = &self.stacks {
            prefetch(&**stacks);
        }
    }

    /// After `prefetch_stacks`: asks for what is on them.
    #[inline]
    pub fn prefetch_frames(&self) {
        if let Some(frame) = self.stacks().frames.first() {
            prefetch(frame);
        }
        if let Some(register) = self.stacks().registers.first() {
            prefetch(register);
        }
    }

    /// The function of a new fiber, which starts with these stacks.
    pub(crate) fn start(&mut self, stacks: Box<Stacks>) -> Value {
        debug_assert!(self.status == Status::New);
        self.status = Status::Alive;
        self.stacks = Some(stacks);
        std::mem::take(&mut self.value)
    }

    /// True for one that was ended from outside: unlike one that an error has ended, it cannot go on.
    pub fn is_cancelled(&self) -> bool {
        // One that failed keeps its stacks: it can be resumed.
        self.status == Status::Error && self.stacks.is_none()
    }

    /// A fiber around a function, not started.
    pub fn new(entry: Value, mask: u64) -> Fiber {
        Fiber {
            mask,
            value: entry,
            stacks: None,
            parent: None,
            fuel: UNMETERED,
            made_in: None,
            made_at: 0,
            task: u32::MAX,
            denied: 0,
            resume_dst: 0,
            status: Status::New,
        }
    }
}

#[cold]
#[inline(never)]
fn no_stacks() -> ! {
    unreachable!("a fiber has stacks from its start to its end")
}

impl Gc<Fiber> {
    /// Stores a payload or result, telling the collector.
    pub fn set_value(self, heap: &mut Heap, value: Value) {
        heap.barrier_forward(value);
        self.get_mut_unbarriered(heap).value = value;
    }

    /// The fiber at which resuming this one goes on. Whoever resumes a fiber directly takes it out of the chain in
    /// which it was frozen: the link to it from there means nothing any more.
    pub(crate) fn frozen_child(self, heap: &Heap) -> Option<Gc<Fiber>> {
        let child = self.get(heap).child()?;
        let body = child.get(heap);
        let waits = matches!(body.status, Status::Paused | Status::Error) && !body.is_cancelled();
        (waits && body.parent == Some(self)).then_some(child)
    }
}

/// Marks a suspended or new fiber as ended by that error value, without unwinding.
pub fn cancel(heap: &mut Heap, fiber: Gc<Fiber>, value: Value) {
    let fiber = fiber.get_mut(heap);
    fiber.end(Status::Error, value);
    fiber.stacks = None;
}

// A parked fiber is this, its stacks, its frames, and its registers; a million of them are to fit into memory.
const _: () = assert!(size_of::<Frame>() == 24 && size_of::<Fiber>() == 72);
