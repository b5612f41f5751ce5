//! Small objects: boxes, cells, parameters, syntax objects, and external things.

use std::any::Any;

use lisle_syntax::Syntax;

use crate::gc::{Gc, HeapObject, Immutable};
use crate::heap::{Heap, Tracer};
use crate::typed::Thing;
use crate::value::{Tag, Value};

/// A user's box: one mutable place.
#[derive(Debug)]
pub struct BoxCell {
    value: Value,
}

/// The home of a captured variable.
#[derive(Debug)]
pub struct Cell {
    value: Value,
}

macro_rules! one_place {
    ($type:ident, $tag:expr) => {
        // SAFETY: the tag belongs to this type alone; its one value is reported.
        unsafe impl HeapObject for $type {
            const TAG: Tag = $tag;
            fn trace(&self, tracer: &mut Tracer<'_>) {
                tracer.value(self.value);
            }
        }
        impl Gc<$type> {
            /// The content.
            #[inline(always)]
            pub fn value(self, heap: &Heap) -> Value {
                self.get(heap).value
            }

            /// Replaces the content.
            #[inline(always)]
            pub fn set(self, heap: &mut Heap, value: Value) {
                heap.barrier_forward(value);
                self.get_mut_unbarriered(heap).value = value;
            }
        }
    };
}
one_place!(BoxCell, Tag::Box);
one_place!(Cell, Tag::Cell);

/// A dynamic parameter. Bindings live in the fibers; this holds the default.
#[derive(Debug)]
pub struct Parameter {
    /// A number for printing.
    pub id: u32,
    /// The value where nothing is bound.
    pub default: Value,
}

// SAFETY: `Parameter` is the tag of this type alone; its value is reported.
unsafe impl HeapObject for Parameter {
    const TAG: Tag = Tag::Parameter;
    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.value(self.default);
    }
}
impl Immutable for Parameter {}

/// A syntax object as a value.
#[derive(Debug)]
pub struct SyntaxObject {
    /// The tree.
    pub syntax: Syntax,
}

// SAFETY: `Syntax` is the tag of this type alone; a tree holds no values.
unsafe impl HeapObject for SyntaxObject {
    const TAG: Tag = Tag::Syntax;
    fn trace(&self, _: &mut Tracer<'_>) {}
}
impl Immutable for SyntaxObject {}

/// A thing of the host, such as a port.
pub trait External: Any + std::fmt::Debug {
    /// What `type-of` answers, without its colon.
    fn type_name(&self) -> &'static str;
    /// How it prints, for example `#<port:stdout>`.
    fn display(&self) -> String;
    /// Values that it holds.
    fn trace(&self, _tracer: &mut Tracer<'_>) {}
    /// What stands for it in a message to another thread; `None` for what cannot leave its own.
    fn share(&mut self) -> Option<Box<dyn Shared>> {
        None
    }
}

/// An external thing on its way between threads.
pub trait Shared: Send + Sync + std::fmt::Debug {
    /// The thing, for the heap of the thread that has received it. A message may be read more than once.
    fn arrive(&self) -> Box<dyn External>;
}

/// An external thing in the heap.
#[derive(Debug)]
pub struct ExternalObject {
    /// The thing; ask with `downcast_ref`.
    pub thing: Thing,
}

impl ExternalObject {
    /// The thing, if it is of that type.
    #[inline]
    pub fn downcast_ref<T: External>(&self) -> Option<&T> {
        self.thing.downcast_ref()
    }

    /// The thing, if it is of that type.
    #[inline]
    pub fn downcast_mut<T: External>(&mut self) -> Option<&mut T> {
        self.thing.downcast_mut()
    }
}

// SAFETY: `External` is the tag of this type alone; the thing reports its values.
unsafe impl HeapObject for ExternalObject {
    const TAG: Tag = Tag::External;
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.thing.trace(tracer);
    }
}

impl Heap {
    /// A box.
    pub fn new_box(&mut self, value: Value) -> Gc<BoxCell> {
        self.allocate(BoxCell { value })
    }

    /// A variable's cell.
    #[inline(always)]
    pub fn new_cell(&mut self, value: Value) -> Gc<Cell> {
        self.allocate(Cell { value })
    }

    /// A parameter.
    pub fn new_parameter(&mut self, default: Value) -> Gc<Parameter> {
        let id = self.next_id();
        self.allocate(Parameter { id, default })
    }

    /// A syntax object.
    pub fn new_syntax(&mut self, syntax: Syntax) -> Gc<SyntaxObject> {
        self.allocate(SyntaxObject { syntax })
    }

    /// An external thing.
    pub fn new_external(&mut self, thing: Box<dyn External>) -> Gc<ExternalObject> {
        self.allocate(ExternalObject { thing: Thing::new(thing) })
    }
}
