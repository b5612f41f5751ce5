//! Mutable structs and sets.

use super::dense::Dense;
use crate::gc::{Gc, HeapObject};
use crate::heap::{Heap, Tracer};
use crate::value::{Tag, Value};

/// A mutable struct.
#[derive(Clone, Debug, Default)]
pub struct MStruct {
    table: Dense<(Value, Value)>,
}

impl MStruct {
    /// Number of entries.
    #[inline]
    pub fn len(&self) -> usize {
        self.table.entries().len()
    }

    /// True when there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The value of a key. The key must be allowed as one (`ops::check_key`).
    #[inline]
    pub fn get(&self, key: Value) -> Option<Value> {
        self.table.get(key).map(|(_, value)| *value)
    }

    /// The entries in key order.
    pub fn entries(&self) -> Vec<(Value, Value)> {
        self.iter().collect()
    }

    /// The entries in key order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (Value, Value)> + ExactSizeIterator {
        self.table.sorted().copied()
    }

    /// The entries in no particular order: cheaper.
    pub fn iter_unordered(&self) -> impl Iterator<Item = (Value, Value)> {
        self.table.entries().iter().copied()
    }
}

// SAFETY: `MStruct` is the tag of this type alone; all keys and values are reported.
unsafe impl HeapObject for MStruct {
    const TAG: Tag = Tag::MStruct;
    fn trace(&self, tracer: &mut Tracer<'_>) {
        for (key, value) in self.table.entries() {
            tracer.value(*key);
            tracer.value(*value);
        }
    }
    fn trace_part(&self, end: usize, tracer: &mut Tracer<'_>) -> usize {
        let (part, rest) = tracer.part(self.table.entries(), end);
        for (key, value) in part {
            tracer.value(*key);
            tracer.value(*value);
        }
        rest
    }
    fn external_size(&self) -> usize {
        self.table.bytes()
    }
}

impl Gc<MStruct> {
    /// Binds a key, which must be allowed (`ops::prepare_key`).
    #[inline]
    pub fn put(self, heap: &mut Heap, key: Value, value: Value) {
        heap.barrier_forward(key);
        heap.barrier_forward(value);
        let table = &mut self.get_mut_unbarriered(heap).table;
        let before = table.bytes();
        table.find_or_insert((key, value)).0.1 = value;
        let grown = table.bytes().saturating_sub(before);
        if grown > 0 {
            heap.note_growth(grown);
        }
    }

    /// Removes a key, which must be allowed (`ops::check_key`), and gives its value.
    pub fn remove(self, heap: &mut Heap, key: Value) -> Option<Value> {
        self.get_mut_unbarriered(heap).table.remove(key).map(|(_, value)| value)
    }
}

/// A mutable set.
#[derive(Clone, Debug, Default)]
pub struct MSet {
    table: Dense<Value>,
}

impl MSet {
    /// Number of elements.
    #[inline]
    pub fn len(&self) -> usize {
        self.table.entries().len()
    }

    /// True when there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// True when it holds an element equal to the value, which must be frozen (`ops::deep_freeze`).
    #[inline]
    pub fn contains(&self, item: Value) -> bool {
        self.table.get(item).is_some()
    }

    /// The elements in value order.
    pub fn items(&self) -> Vec<Value> {
        self.iter().collect()
    }

    /// The elements in value order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = Value> + ExactSizeIterator {
        self.table.sorted().copied()
    }
}

// SAFETY: `MSet` is the tag of this type alone; all elements are reported.
unsafe impl HeapObject for MSet {
    const TAG: Tag = Tag::MSet;
    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.values(self.table.entries());
    }
    fn trace_part(&self, end: usize, tracer: &mut Tracer<'_>) -> usize {
        tracer.values_part(self.table.entries(), end)
    }
    fn external_size(&self) -> usize {
        self.table.bytes()
    }
}

impl Gc<MSet> {
    /// Adds an element, which must be frozen; an equal one that is there already stays. True when it is new.
    #[inline]
    pub fn add(self, heap: &mut Heap, item: Value) -> bool {
        heap.barrier_forward(item);
        let table = &mut self.get_mut_unbarriered(heap).table;
        let before = table.bytes();
        let is_new = table.find_or_insert(item).1;
        let grown = table.bytes().saturating_sub(before);
        if grown > 0 {
            heap.note_growth(grown);
        }
        is_new
    }

    /// Removes an element equal to the value, which must be frozen. True when there was one.
    pub fn remove(self, heap: &mut Heap, item: Value) -> bool {
        self.get_mut_unbarriered(heap).table.remove(item).is_some()
    }
}

impl Heap {
    /// A mutable struct of those entries; later duplicates win. The keys must be allowed (`ops::prepare_key`).
    pub fn new_mstruct(&mut self, entries: Vec<(Value, Value)>) -> Gc<MStruct> {
        self.note_work(entries.len());
        let mut table = Dense::default();
        for entry in entries {
            table.find_or_insert(entry).0.1 = entry.1;
        }
        self.note_growth(table.bytes());
        self.allocate(MStruct { table })
    }

    /// A mutable set of those elements, which must be frozen already; earlier duplicates win.
    pub fn new_mset(&mut self, items: Vec<Value>) -> Gc<MSet> {
        self.note_work(items.len());
        let mut table = Dense::default();
        for item in items {
            table.find_or_insert(item);
        }
        self.note_growth(table.bytes());
        self.allocate(MSet { table })
    }

    /// A mutable struct with the entries of an immutable one.
    pub fn thaw_struct(&mut self, entries: Gc<super::Struct>) -> Gc<MStruct> {
        self.note_work(entries.len());
        let table = Dense::of_distinct(entries.entries());
        self.note_growth(table.bytes());
        self.allocate(MStruct { table })
    }

    /// A mutable set with the elements of an immutable one.
    pub fn thaw_set(&mut self, items: Gc<super::Set>) -> Gc<MSet> {
        self.note_work(items.len());
        let table = Dense::of_distinct(items.items());
        self.note_growth(table.bytes());
        self.allocate(MSet { table })
    }
}
