//! Linked code, closures, and the top-level variables of a running unit.

use std::sync::Arc;

use lisle_bytecode::{Code, CodeUnit};

use crate::gc::{Gc, HeapObject, Immutable};
use crate::heap::{Heap, Tracer};
use crate::native::NativeFn;
use crate::value::{Tag, Value};

/// A code object linked into this VM: its constants are values.
#[derive(Debug)]
pub struct Proto {
    /// The unit that the code belongs to, shared by all threads.
    pub unit: Arc<CodeUnit>,
    /// Index of the code object in the unit.
    pub index: u32,
    /// Registers of a frame.
    pub registers: u32,
    /// Number of required parameters.
    pub required: u32,
    /// Number of values that its closures capture.
    pub captured: u32,
    /// True when a call with exactly `required` arguments needs no further preparation.
    pub simple: bool,
    /// True when the code begins with EnterSpill: its frame starts higher than its arguments were put.
    pub spills: bool,
    /// Signals that may not leave a call (`squelch`); 0 for most functions.
    pub squelched: u64,
    /// A native that does the same as this library function, faster: it is called in its stead.
    pub twin: Option<NativeFn>,
    /// The index of a native to which closures of this library function hand their one captured value and their arguments, and
    /// that is all they do, as `(fn [v] (%queue-put queue v))`: the native is called in their stead.
    pub(crate) forwards: Option<u32>,
    /// The first instruction; points into `unit`.
    pub(crate) words: *const u32,
    /// The constants, in the pool's order.
    pub constants: Box<[Value]>,
    /// The linked unit, for NewClosure.
    pub linked: Gc<LinkedUnit>,
}

impl Proto {
    /// The code object.
    pub fn code(&self) -> &Code {
        &self.unit.codes[self.index as usize]
    }

    /// Its name for traces.
    pub fn name(&self) -> &str {
        self.code().name.map_or("<anonymous>", |n| n.name())
    }
}

// SAFETY: `Proto` is the tag of this type alone; constants and the unit are reported.
unsafe impl HeapObject for Proto {
    const TAG: Tag = Tag::Proto;
    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.values(&self.constants);
        tracer.object(self.linked);
    }
    fn external_size(&self) -> usize {
        size_of_val(&*self.constants)
    }
}
impl Immutable for Proto {}

/// A unit linked into this VM; code objects are linked when first used.
#[derive(Debug)]
pub struct LinkedUnit {
    /// The unit.
    pub unit: Arc<CodeUnit>,
    /// The linked code objects, by index.
    pub protos: Vec<Option<Gc<Proto>>>,
}

// SAFETY: `Unit` is the tag of this type alone; all protos are reported.
unsafe impl HeapObject for LinkedUnit {
    const TAG: Tag = Tag::Unit;
    fn trace(&self, tracer: &mut Tracer<'_>) {
        for proto in self.protos.iter().flatten() {
            tracer.object(*proto);
        }
    }
}

/// The top-level variables of one run of a unit, in the object itself.
#[derive(Debug)]
#[repr(C)]
pub struct Instance {
    len: usize,
    slots: [Value; 0],
}

impl Instance {
    /// The variables, by slot.
    #[inline(always)]
    pub fn slots(&self) -> &[Value] {
        // SAFETY: `Heap::new_instance` allocates the body with `len` values behind its fields and fills them all.
        unsafe { std::slice::from_raw_parts(self.slots.as_ptr(), self.len) }
    }
}

impl Gc<Instance> {
    /// Sets a variable.
    #[inline(always)]
    pub fn set(self, heap: &mut Heap, slot: usize, value: Value) {
        heap.barrier_forward(value);
        assert!(slot < self.get(heap).len, "slots are checked when a unit is loaded");
        // SAFETY: the slot lies in the body, and the exclusive borrow of the heap keeps readers away.
        unsafe {
            let first = (&raw mut (*self.as_ptr()).body.slots).cast::<Value>();
            *first.add(slot) = value;
        }
    }
}

impl std::ops::Deref for Gc<Instance> {
    type Target = Instance;

    /// Reading needs no heap: variables are plain values, and only `set`, with the heap in hand, writes them.
    #[inline(always)]
    fn deref(&self) -> &Instance {
        // SAFETY: the object is live (I2); no reference into it outlives one instruction of the interpreter.
        unsafe { &(*self.as_ptr()).body }
    }
}

// SAFETY: `Instance` is the tag of this type alone; all variables are reported.
unsafe impl HeapObject for Instance {
    const TAG: Tag = Tag::Instance;
    fn body_size(&self) -> usize {
        size_of::<Instance>() + std::mem::size_of_val(self.slots())
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.values(self.slots());
    }
}

/// A function: linked code, top-level variables, and captured values.
#[derive(Debug)]
#[repr(C)]
pub struct Closure {
    /// The code.
    pub proto: Gc<Proto>,
    /// The top-level variables that the code names.
    pub instance: Gc<Instance>,
    captures: [Value; 0],
}

impl Closure {
    /// The captured values and cells.
    #[inline(always)]
    pub fn captures(&self) -> &[Value] {
        // SAFETY: `Heap::new_closure` allocates the body with `len` values behind its fields and fills them all,
        // as many as the code captures.
        unsafe { std::slice::from_raw_parts(self.captures.as_ptr(), self.proto.captured as usize) }
    }
}

// SAFETY: `Closure` is the tag of this type alone; code, variables and captures are reported.
unsafe impl HeapObject for Closure {
    const TAG: Tag = Tag::Closure;
    fn body_size(&self) -> usize {
        size_of::<Closure>() + std::mem::size_of_val(self.captures())
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.object(self.proto);
        tracer.object(self.instance);
        tracer.values(self.captures());
    }
}
impl Immutable for Closure {}

impl Heap {
    /// A closure, with as many values as its code captures.
    pub fn new_closure(&mut self, proto: Gc<Proto>, instance: Gc<Instance>, captures: &[Value]) -> Gc<Closure> {
        self.new_closure_from(proto, instance, captures.iter().copied())
    }

    /// The same code, whose calls may emit none of these signals either.
    pub fn squelch(&mut self, proto: Gc<Proto>, signals: u64) -> Gc<Proto> {
        self.note_growth(size_of_val(&*proto.constants));
        self.allocate(Proto {
            unit: proto.unit.clone(),
            simple: false,
            squelched: proto.squelched | signals,
            twin: None,
            forwards: None,
            constants: proto.constants.clone(),
            ..*proto
        })
    }

    /// A closure with the captures that an iterator gives.
    #[inline]
    pub(crate) fn new_closure_from(
        &mut self,
        proto: Gc<Proto>,
        instance: Gc<Instance>,
        captures: impl Iterator<Item = Value>,
    ) -> Gc<Closure> {
        let len = proto.captured as usize;
        let size = size_of::<Closure>() + len * size_of::<Value>();
        let object = self.allocate_sized(Closure { proto, instance, captures: [] }, size);
        let mut written = 0;
        for capture in captures.take(len) {
            // SAFETY: the body was allocated with room for `len` captures after its fields; nobody else sees it yet.
            unsafe {
                let first = (&raw mut (*object.as_ptr()).body.captures).cast::<Value>();
                first.add(written).write(capture);
            }
            written += 1;
        }
        assert!(written == len, "a closure has what its code captures");
        object
    }

    /// Top-level variables for a unit, all nil.
    pub fn new_instance(&mut self, slots: usize) -> Gc<Instance> {
        let size = size_of::<Instance>() + slots * size_of::<Value>();
        let object = self.allocate_sized(Instance { len: slots, slots: [] }, size);
        for slot in 0..slots {
            // SAFETY: the body was allocated with room for the slots after its fields; nobody else sees it yet.
            unsafe {
                let first = (&raw mut (*object.as_ptr()).body.slots).cast::<Value>();
                first.add(slot).write(Value::NIL);
            }
        }
        object
    }
}
