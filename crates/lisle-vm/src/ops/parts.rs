//! What collections hold, whether they are mutable or not. Functions that get no heap see nothing in
//! mutable ones.

use crate::gc::Gc;
use crate::heap::Heap;
use crate::object::{Array, MArray};
use crate::value::{Tag, Value};

/// An array of either kind.
#[derive(Clone, Copy)]
pub(crate) enum Items {
    Array(Gc<Array>),
    MArray(Gc<MArray>),
    None,
}

impl Items {
    /// The array in a value, if there is one.
    #[inline]
    pub(crate) fn of(value: Value) -> Items {
        match value.tag() {
            Tag::Array => value.as_array().map_or(Items::None, Items::Array),
            Tag::MArray => value.as_marray().map_or(Items::None, Items::MArray),
            _ => Items::None,
        }
    }

    /// Its elements.
    #[inline]
    pub(crate) fn slice<'a>(&'a self, heap: Option<&'a Heap>) -> &'a [Value] {
        match (self, heap) {
            (Items::Array(array), _) => array.items(),
            (Items::MArray(array), Some(heap)) => array.get(heap).items(),
            _ => &[],
        }
    }
}

/// The entries of a struct of either kind, in key order.
pub(crate) fn entries(heap: Option<&Heap>, value: Value) -> Vec<(Value, Value)> {
    let entries = match (value.as_struct(), value.as_mstruct(), heap) {
        (Some(entries), ..) => entries.entries(),
        (_, Some(entries), Some(heap)) => entries.get(heap).entries(),
        _ => Vec::new(),
    };
    note(heap, entries.len());
    entries
}

/// The elements of a set of either kind, in value order.
pub(crate) fn elements(heap: Option<&Heap>, value: Value) -> Vec<Value> {
    let elements = match (value.as_set(), value.as_mset(), heap) {
        (Some(set), ..) => set.items(),
        (_, Some(set), Some(heap)) => set.get(heap).items(),
        _ => Vec::new(),
    };
    note(heap, elements.len());
    elements
}

fn note(heap: Option<&Heap>, items: usize) {
    if let Some(heap) = heap {
        heap.note_items(items);
    }
}

/// A value that holds octets: its own `Gc`, so that what is read lives as long as this does.
pub(crate) enum Octets {
    Str(Gc<crate::object::Str>),
    MStr(Gc<crate::object::MStr>),
    Bytes(Gc<crate::object::Bytes>),
    MBytes(Gc<crate::object::MBytes>),
    None,
}

impl Octets {
    /// The string or bytes in a value, if there is one.
    #[inline]
    pub(crate) fn of(value: Value) -> Octets {
        match value.tag() {
            Tag::String => value.as_str().map_or(Octets::None, Octets::Str),
            Tag::MString => value.as_mstr().map_or(Octets::None, Octets::MStr),
            Tag::Bytes => value.as_bytes().map_or(Octets::None, Octets::Bytes),
            Tag::MBytes => value.as_mbytes().map_or(Octets::None, Octets::MBytes),
            _ => Octets::None,
        }
    }

    /// Its octets.
    #[inline]
    pub(crate) fn slice<'a>(&'a self, heap: &'a Heap) -> &'a [u8] {
        match self {
            Octets::Str(text) => text.as_bytes(),
            Octets::MStr(text) => text.get(heap).bytes(),
            Octets::Bytes(bytes) => bytes.as_bytes(),
            Octets::MBytes(bytes) => &bytes.get(heap).bytes,
            Octets::None => &[],
        }
    }
}
