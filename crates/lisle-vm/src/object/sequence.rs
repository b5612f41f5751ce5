//! Pairs and arrays.

use crate::gc::{Gc, HeapObject, Immutable};
use crate::heap::{Heap, Tracer};
use crate::value::{Tag, Value};

/// An immutable pair; a list is a chain of pairs that ends in `()`.
#[derive(Debug)]
pub struct Pair {
    /// The first element.
    pub first: Value,
    /// The rest: a list, or any value in an improper pair.
    pub rest: Value,
}

// SAFETY: `Pair` is the tag of this type alone; both fields are reported.
unsafe impl HeapObject for Pair {
    const TAG: Tag = Tag::Pair;
    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.value(self.first);
        tracer.value(self.rest);
    }
}
impl Immutable for Pair {}

/// An immutable array: its elements stand in the object itself.
#[derive(Debug)]
#[repr(C)]
pub struct Array {
    len: usize,
    items: [Value; 0],
}

impl Array {
    /// Bytes of a body with so many elements.
    pub(crate) fn body_size(len: usize) -> usize {
        size_of::<Array>() + len * size_of::<Value>()
    }

    /// The elements.
    #[inline(always)]
    pub fn items(&self) -> &[Value] {
        // SAFETY: `Heap::new_array` allocates the body with `len` elements behind the header fields and fills them all.
        unsafe { std::slice::from_raw_parts(self.items.as_ptr(), self.len) }
    }
}

// SAFETY: `Array` is the tag of this type alone; all elements are reported.
unsafe impl HeapObject for Array {
    const TAG: Tag = Tag::Array;
    fn body_size(&self) -> usize {
        Array::body_size(self.len)
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.values(self.items());
    }
    fn trace_part(&self, end: usize, tracer: &mut Tracer<'_>) -> usize {
        tracer.values_part(self.items(), end)
    }
}
impl Immutable for Array {}

/// A mutable array.
#[derive(Clone, Debug, Default)]
pub struct MArray {
    items: Vec<Value>,
}

impl MArray {
    /// The elements.
    #[inline(always)]
    pub fn items(&self) -> &[Value] {
        &self.items
    }

    /// All of it, for bulk changes through `Gc::get_mut`. Tell the heap of growth: `Heap::note_growth`.
    pub fn vec_mut(&mut self) -> &mut Vec<Value> {
        &mut self.items
    }
}

// SAFETY: `MArray` is the tag of this type alone; all elements are reported.
unsafe impl HeapObject for MArray {
    const TAG: Tag = Tag::MArray;
    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.values(&self.items);
    }
    fn trace_part(&self, end: usize, tracer: &mut Tracer<'_>) -> usize {
        tracer.values_part(&self.items, end)
    }
    fn external_size(&self) -> usize {
        self.items.capacity() * size_of::<Value>()
    }
}

impl Gc<MArray> {
    /// Appends a value.
    #[inline(always)]
    pub fn push(self, heap: &mut Heap, value: Value) {
        heap.barrier_forward(value);
        let items = &mut self.get_mut_unbarriered(heap).items;
        let before = items.capacity();
        items.push(value);
        let grown = items.capacity() - before;
        if grown > 0 {
            heap.note_growth(grown * size_of::<Value>());
        }
    }

    /// Replaces an element; false when there is none at that index.
    #[inline(always)]
    pub fn set(self, heap: &mut Heap, index: usize, value: Value) -> bool {
        heap.barrier_forward(value);
        match self.get_mut_unbarriered(heap).items.get_mut(index) {
            Some(slot) => {
                *slot = value;
                true
            }
            None => false,
        }
    }

    /// Removes and gives the last element.
    #[inline(always)]
    pub fn pop(self, heap: &mut Heap) -> Option<Value> {
        self.get_mut_unbarriered(heap).items.pop()
    }
}

impl Heap {
    /// A pair.
    #[inline(always)]
    pub fn new_pair(&mut self, first: Value, rest: Value) -> Gc<Pair> {
        self.allocate(Pair { first, rest })
    }

    /// An immutable array of those elements.
    #[inline]
    pub fn new_array(&mut self, items: &[Value]) -> Gc<Array> {
        self.note_items(items.len());
        let object = self.allocate_sized(Array { len: items.len(), items: [] }, Array::body_size(items.len()));
        // SAFETY: the body was allocated with room for `len` elements after its fields; nobody else sees it yet.
        unsafe {
            let first = (&raw mut (*object.as_ptr()).body.items).cast::<Value>();
            std::ptr::copy_nonoverlapping(items.as_ptr(), first, items.len());
        }
        object
    }

    /// An immutable array of so many elements; `item` gives each of them, by its index.
    pub fn new_array_of(&mut self, len: usize, mut item: impl FnMut(&Heap, usize) -> Value) -> Gc<Array> {
        self.note_items(len);
        let object = self.allocate_sized(Array { len: 0, items: [] }, Array::body_size(len));
        for index in 0..len {
            let item = item(self, index);
            // SAFETY: the body was allocated with room for `len` elements after its fields; nobody else sees it yet.
            unsafe { (&raw mut (*object.as_ptr()).body.items).cast::<Value>().add(index).write(item) };
        }
        // SAFETY: as above; that many elements have been written.
        unsafe { (&raw mut (*object.as_ptr()).body.len).write(len) };
        object
    }

    /// A mutable array.
    pub fn new_marray(&mut self, items: Vec<Value>) -> Gc<MArray> {
        self.note_items(items.len());
        self.note_growth(items.capacity() * size_of::<Value>());
        self.allocate(MArray { items })
    }

    /// A proper list of those elements.
    pub fn new_list(&mut self, items: &[Value]) -> Value {
        self.new_list_ending(items, Value::EMPTY_LIST)
    }

    /// A list of those elements that ends in `rest`.
    pub fn new_list_ending(&mut self, items: &[Value], rest: Value) -> Value {
        self.note_items(items.len());
        items.iter().rev().fold(rest, |rest, item| self.new_pair(*item, rest).into())
    }
}
