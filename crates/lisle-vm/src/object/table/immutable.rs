//! Immutable structs and sets.

use smallvec::SmallVec;

use super::INLINE_MAX;
use super::tree::{self, Link};
use crate::gc::{Gc, HeapObject, Immutable};
use crate::heap::{Heap, Tracer};
use crate::ops::{compare_elements, compare_keys};
use crate::value::{Tag, Value};

macro_rules! sorted_collection {
    ($(#[$doc:meta])* $type:ident of $entry:ty, allocated by $allocate:ident) => {
        $(#[$doc])*
        #[derive(Debug)]
        #[repr(C)]
        pub struct $type {
            len: usize,
            /// The entries when they do not stand in the object itself.
            root: Link,
            entries: [$entry; 0],
        }

        impl $type {
            /// Number of entries.
            #[inline]
            pub fn len(&self) -> usize {
                self.len
            }

            /// True when there is none.
            pub fn is_empty(&self) -> bool {
                self.len == 0
            }

            /// The entries in the object itself; none when there is a tree.
            #[inline(always)]
            fn inline(&self) -> &[$entry] {
                let len = if self.root.is_some() { 0 } else { self.len };
                // SAFETY: without a root the body was allocated with `len` entries behind its fields, all filled.
                unsafe { std::slice::from_raw_parts(self.entries.as_ptr(), len) }
            }
        }

        impl Immutable for $type {}

        impl Heap {
            /// An object with those entries, at most `INLINE_MAX` and in order.
            fn $allocate(&mut self, entries: &[$entry]) -> Gc<$type> {
                debug_assert!(entries.len() <= INLINE_MAX);
                let size = size_of::<$type>() + std::mem::size_of_val(entries);
                let object = self.allocate_sized($type { len: entries.len(), root: None, entries: [] }, size);
                // SAFETY: the body was allocated with room for the entries after its fields; nobody else sees it yet.
                unsafe {
                    let first = (&raw mut (*object.as_ptr()).body.entries).cast::<$entry>();
                    std::ptr::copy_nonoverlapping(entries.as_ptr(), first, entries.len());
                }
                object
            }
        }
    };
}

sorted_collection!(
    /// An immutable struct: entries in key order (`ops::compare_keys`).
    Struct of (Value, Value), allocated by allocate_small_struct
);
sorted_collection!(
    /// An immutable set: elements in value order (`ops::compare_elements`).
    Set of Value, allocated by allocate_small_set
);

/// As many entries are looked through as fast as what was looked up before is found again.
const FEW: usize = 8;

impl Struct {
    /// The value of a key. The key must be allowed as one (`ops::check_key`).
    #[inline]
    pub fn get(&self, key: Value) -> Option<Value> {
        if self.root.is_some() {
            return tree::get(self.root, key, compare_keys);
        }
        if matches!(key.tag(), Tag::Keyword | Tag::Symbol | Tag::Int) {
            // Half of a key tells nearly all of them apart.
            return self.inline().iter().find(|(k, _)| k.bits() == key.bits() && k.tag() == key.tag()).map(|(_, v)| *v);
        }
        self.position(key).ok().map(|i| self.inline()[i].1)
    }

    /// True when it has so many entries that it is worth remembering what was looked up.
    #[inline]
    pub(crate) fn has_many(&self) -> bool {
        self.len > FEW
    }

    /// Where a key stands in the object, or should.
    fn position(&self, key: Value) -> Result<usize, usize> {
        self.inline().binary_search_by(|(k, _)| compare_keys(*k, key))
    }

    /// The entries in key order.
    pub fn entries(&self) -> Vec<(Value, Value)> {
        if self.root.is_none() { self.inline().to_vec() } else { self.iter().collect() }
    }

    /// The entries in key order, if there are so few of them that they stand in the object itself.
    #[inline]
    pub fn small_entries(&self) -> Option<&[(Value, Value)]> {
        if self.root.is_none() { Some(self.inline()) } else { None }
    }

    /// The entries in key order.
    pub fn iter(&self) -> impl Iterator<Item = (Value, Value)> + '_ {
        self.inline().iter().copied().chain(tree::Iter::new(self.root))
    }
}

// SAFETY: `Struct` is the tag of this type alone; all entries, or the tree that holds them, are reported.
unsafe impl HeapObject for Struct {
    const TAG: Tag = Tag::Struct;
    fn body_size(&self) -> usize {
        size_of::<Struct>() + std::mem::size_of_val(self.inline())
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        for (key, value) in self.inline() {
            tracer.value(*key);
            tracer.value(*value);
        }
        if let Some(root) = self.root {
            tracer.object(root);
        }
    }
}

impl Set {
    /// True when it holds an element equal to the value, which must be frozen (`ops::deep_freeze`).
    pub fn contains(&self, item: Value) -> bool {
        match self.root {
            Some(_) => tree::get(self.root, item, compare_elements).is_some(),
            None => self.position(item).is_ok(),
        }
    }

    fn position(&self, item: Value) -> Result<usize, usize> {
        self.inline().binary_search_by(|i| compare_elements(*i, item))
    }

    /// The elements in value order.
    pub fn items(&self) -> Vec<Value> {
        if self.root.is_none() { self.inline().to_vec() } else { self.iter().collect() }
    }

    /// The elements in value order.
    pub fn iter(&self) -> impl Iterator<Item = Value> + '_ {
        self.inline().iter().copied().chain(tree::Iter::new(self.root).map(|(item, _)| item))
    }
}

// SAFETY: `Set` is the tag of this type alone; all elements, or the tree that holds them, are reported.
unsafe impl HeapObject for Set {
    const TAG: Tag = Tag::Set;
    fn body_size(&self) -> usize {
        size_of::<Set>() + std::mem::size_of_val(self.inline())
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.values(self.inline());
        if let Some(root) = self.root {
            tracer.object(root);
        }
    }
}

/// Puts entries in key order; of those with equal keys the last remains.
fn sort_entries(entries: &mut [(Value, Value)]) -> usize {
    // Stable, so that equal keys stay in the order in which they were given.
    entries.sort_by(|a, b| compare_keys(a.0, b.0));
    let mut kept = 0;
    for index in 0..entries.len() {
        if kept > 0 && compare_keys(entries[kept - 1].0, entries[index].0).is_eq() {
            entries[kept - 1].1 = entries[index].1;
        } else {
            entries[kept] = entries[index];
            kept += 1;
        }
    }
    kept
}

impl Heap {
    /// An immutable struct of those entries; later duplicates win. The keys must be allowed (`ops::prepare_key`).
    pub fn new_struct(&mut self, mut entries: Vec<(Value, Value)>) -> Gc<Struct> {
        let len = sort_entries(&mut entries);
        self.new_struct_sorted(&entries[..len])
    }

    /// As `new_struct`, from keys and values that alternate.
    pub fn new_struct_flat(&mut self, flat: &[Value]) -> Gc<Struct> {
        let mut entries: SmallVec<[(Value, Value); INLINE_MAX]> = flat.chunks_exact(2).map(|e| (e[0], e[1])).collect();
        let len = sort_entries(&mut entries);
        self.new_struct_sorted(&entries[..len])
    }

    /// An immutable struct of entries that are in key order, without duplicates.
    pub fn new_struct_sorted(&mut self, entries: &[(Value, Value)]) -> Gc<Struct> {
        if entries.len() <= INLINE_MAX {
            return self.allocate_small_struct(entries);
        }
        self.note_work(entries.len());
        let root = tree::build(self, entries);
        self.allocate(Struct { len: entries.len(), root, entries: [] })
    }

    /// An immutable set of those elements, which must be frozen already; earlier duplicates win.
    pub fn new_set(&mut self, mut items: Vec<Value>) -> Gc<Set> {
        items.sort_by(|a, b| compare_elements(*a, *b));
        items.dedup_by(|b, a| compare_elements(*a, *b).is_eq());
        self.new_set_sorted(&items)
    }

    /// An immutable set of elements that are in order, without duplicates.
    pub fn new_set_sorted(&mut self, items: &[Value]) -> Gc<Set> {
        if items.len() <= INLINE_MAX {
            return self.allocate_small_set(items);
        }
        self.note_work(items.len());
        let entries: Vec<_> = items.iter().map(|item| (*item, Value::NIL)).collect();
        let root = tree::build(self, &entries);
        self.allocate(Set { len: items.len(), root, entries: [] })
    }
}

impl Gc<Struct> {
    /// The struct with a key bound, which must be allowed (`ops::prepare_key`).
    pub fn with(self, heap: &mut Heap, key: Value, value: Value) -> Gc<Struct> {
        if self.root.is_some() {
            let root = tree::insert(heap, self.root, key, value, compare_keys);
            return heap.allocate(Struct { len: root.size(), root: Some(root), entries: [] });
        }
        let mut entries: SmallVec<[(Value, Value); INLINE_MAX + 1]> = self.inline().iter().copied().collect();
        match self.position(key) {
            Ok(index) => entries[index].1 = value,
            Err(index) => entries.insert(index, (key, value)),
        }
        heap.new_struct_sorted(&entries)
    }

    /// The struct without a key, which must be allowed (`ops::check_key`); the same one if it has none.
    pub fn without(self, heap: &mut Heap, key: Value) -> Gc<Struct> {
        if (*self).get(key).is_none() {
            return self;
        }
        if self.len > INLINE_MAX + 1 {
            let root = tree::remove(heap, self.root, key, compare_keys);
            return heap.allocate(Struct { len: self.len - 1, root, entries: [] });
        }
        let entries: SmallVec<[(Value, Value); INLINE_MAX]> =
            self.iter().filter(|(k, _)| compare_keys(*k, key).is_ne()).collect();
        heap.new_struct_sorted(&entries)
    }
}

impl Gc<Set> {
    /// The set with an element, which must be frozen; the same set if it has an equal one.
    pub fn with(self, heap: &mut Heap, item: Value) -> Gc<Set> {
        if self.root.is_some() {
            if self.contains(item) {
                return self;
            }
            let root = Some(tree::insert(heap, self.root, item, Value::NIL, compare_elements));
            return heap.allocate(Set { len: self.len + 1, root, entries: [] });
        }
        match self.position(item) {
            Ok(_) => self,
            Err(index) => {
                let mut items: SmallVec<[Value; INLINE_MAX + 1]> = self.inline().iter().copied().collect();
                items.insert(index, item);
                heap.new_set_sorted(&items)
            }
        }
    }

    /// The set without an element; the same set if it has no equal one.
    pub fn without(self, heap: &mut Heap, item: Value) -> Gc<Set> {
        if !self.contains(item) {
            return self;
        }
        if self.len > INLINE_MAX + 1 {
            let root = tree::remove(heap, self.root, item, compare_elements);
            return heap.allocate(Set { len: self.len - 1, root, entries: [] });
        }
        let items: SmallVec<[Value; INLINE_MAX]> = self.iter().filter(|i| compare_elements(*i, item).is_ne()).collect();
        heap.new_set_sorted(&items)
    }
}

/// Checks the inside: for tests.
#[cfg(test)]
impl Struct {
    pub(super) fn check(&self) {
        tree::check(self.root, compare_keys);
        assert_eq!(self.iter().count(), self.len);
        assert_eq!(self.root.is_some(), self.len > INLINE_MAX);
    }
}
