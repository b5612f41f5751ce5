//! Hash tables over a dense array of entries: the inside of mutable structs and sets.
//!
//! Up to [`SCAN_MAX`] entries are found by looking at all of them, and no index is kept. The order that programs see
//! is computed when it is asked for, and kept until an entry comes or goes.

use std::cell::OnceCell;
use std::cmp::Ordering;

use hashbrown::HashTable;
use hashbrown::hash_table::Entry as Slot;

use crate::ops::hash::hash_key;
use crate::ops::{compare_elements, compare_keys};
use crate::value::{Tag, Value};

const SCAN_MAX: usize = 8;

/// What a table holds.
pub(super) trait Entry: Copy {
    /// What it is found by.
    fn key(&self) -> Value;
    /// The order of keys.
    fn order(a: Value, b: Value) -> Ordering;
}

/// An entry of a struct.
impl Entry for (Value, Value) {
    #[inline(always)]
    fn key(&self) -> Value {
        self.0
    }
    #[inline(always)]
    fn order(a: Value, b: Value) -> Ordering {
        compare_keys(a, b)
    }
}

/// An element of a set.
impl Entry for Value {
    #[inline(always)]
    fn key(&self) -> Value {
        *self
    }
    #[inline(always)]
    fn order(a: Value, b: Value) -> Ordering {
        compare_elements(a, b)
    }
}

#[inline(always)]
fn is_same<E: Entry>(a: Value, b: Value) -> bool {
    if a.is_identical(b) {
        return true;
    }
    match a.tag() {
        // Interned things and integers are equal to themselves alone, but for a float that is equal to an integer.
        Tag::Keyword | Tag::Symbol => false,
        Tag::Int if b.tag() == Tag::Int => false,
        _ => E::order(a, b).is_eq(),
    }
}

#[derive(Clone, Debug)]
pub(super) struct Dense<E> {
    entries: Vec<E>,
    /// Positions in `entries` by hash of the key; empty, or of all entries.
    index: HashTable<u32>,
    /// Positions in order, if they are known.
    order: OnceCell<Box<[u32]>>,
}

impl<E> Default for Dense<E> {
    fn default() -> Dense<E> {
        Dense { entries: Vec::new(), index: HashTable::new(), order: OnceCell::new() }
    }
}

impl<E: Entry> Dense<E> {
    /// A table of entries without duplicates.
    pub(super) fn of_distinct(entries: Vec<E>) -> Dense<E> {
        let mut table = Dense { entries, ..Dense::default() };
        if table.entries.len() > SCAN_MAX {
            table.build_index();
        }
        table
    }

    fn build_index(&mut self) {
        let entries = &self.entries;
        self.index = HashTable::with_capacity(entries.len() + entries.len() / 2);
        for (position, entry) in entries.iter().enumerate() {
            self.index.insert_unique(hash_key(entry.key()), position as u32, |p| hash_key(entries[*p as usize].key()));
        }
    }

    /// The entries in no particular order.
    #[inline(always)]
    pub(super) fn entries(&self) -> &[E] {
        &self.entries
    }

    #[inline]
    pub(super) fn get(&self, key: Value) -> Option<&E> {
        self.position(key).map(|p| &self.entries[p])
    }

    #[inline]
    fn position(&self, key: Value) -> Option<usize> {
        if self.index.is_empty() {
            return self.entries.iter().position(|e| is_same::<E>(e.key(), key));
        }
        let found = self.index.find(hash_key(key), |p| is_same::<E>(self.entries[*p as usize].key(), key));
        found.map(|p| *p as usize)
    }

    /// The entry of that key, or the new one, which is put in if there is none; and whether it is new.
    #[inline]
    pub(super) fn find_or_insert(&mut self, new: E) -> (&mut E, bool) {
        let key = new.key();
        if self.index.is_empty() {
            if let Some(position) = self.entries.iter().position(|e| is_same::<E>(e.key(), key)) {
                return (&mut self.entries[position], false);
            }
            self.push(new);
            if self.entries.len() > SCAN_MAX {
                self.build_index();
            }
        } else {
            let entries = &self.entries;
            let slot = self.index.entry(
                hash_key(key),
                |p| is_same::<E>(entries[*p as usize].key(), key),
                |p| hash_key(entries[*p as usize].key()),
            );
            match slot {
                Slot::Occupied(slot) => {
                    let position = *slot.get() as usize;
                    return (&mut self.entries[position], false);
                }
                Slot::Vacant(slot) => {
                    slot.insert(entries.len() as u32);
                }
            }
            self.push(new);
        }
        let last = self.entries.len() - 1;
        (&mut self.entries[last], true)
    }

    fn push(&mut self, entry: E) {
        // An index of 32 bits is enough for 128 GiB of entries.
        assert!(self.entries.len() < u32::MAX as usize, "a table of 2^32 entries");
        self.order.take();
        self.entries.push(entry);
    }

    /// Removes the entry of a key. The last entry takes its place.
    pub(super) fn remove(&mut self, key: Value) -> Option<E> {
        let position = self.position(key)?;
        self.order.take();
        if !self.index.is_empty() {
            let last = self.entries.len() - 1;
            if let Ok(slot) = self.index.find_entry(hash_key(key), |p| *p as usize == position) {
                slot.remove();
            }
            if last != position {
                let moved = self.index.find_mut(hash_key(self.entries[last].key()), |p| *p as usize == last);
                if let Some(moved) = moved {
                    *moved = position as u32;
                }
            }
        }
        Some(self.entries.swap_remove(position))
    }

    /// The entries in order.
    pub(super) fn sorted(&self) -> impl DoubleEndedIterator<Item = &E> + ExactSizeIterator {
        let order = self.order.get_or_init(|| {
            let mut order: Box<[u32]> = (0..self.entries.len() as u32).collect();
            order.sort_by(|a, b| E::order(self.entries[*a as usize].key(), self.entries[*b as usize].key()));
            order
        });
        order.iter().map(|p| &self.entries[*p as usize])
    }

    /// Bytes that it owns.
    pub(super) fn bytes(&self) -> usize {
        self.entries.capacity() * size_of::<E>() + self.index.capacity() * 5
    }
}
