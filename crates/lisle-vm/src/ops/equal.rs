//! Equality (spec 05, section 5).

use crate::heap::Heap;
use crate::ops::parts::{self, Items, Octets};
use crate::ops::seen::SeenPairs;
use crate::value::{Tag, Value};

/// `=` for two values: numbers are compared by value at the top, and never inside collections.
#[inline]
pub fn equal(heap: &Heap, a: Value, b: Value) -> bool {
    if a.is_identical(b) {
        return true;
    }
    match (a.tag(), b.tag()) {
        (Tag::Int, Tag::Float) | (Tag::Float, Tag::Int | Tag::Float) => a.as_number() == b.as_number(),
        _ => same(heap, a, b),
    }
}

/// Structural equality without numeric coercion: `identical?`, and what holds inside collections.
#[inline]
pub fn same(heap: &Heap, a: Value, b: Value) -> bool {
    shallow(heap, a, b).unwrap_or_else(|| deep(heap, a, b))
}

/// Kinds that can be equal to each other share a family.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Family {
    /// Equal only when identical.
    Alone,
    Text,
    Bytes,
    Pair,
    Array,
    Struct,
    Set,
    Box,
}

fn family(tag: Tag) -> Family {
    match tag {
        Tag::String | Tag::MString => Family::Text,
        Tag::Bytes | Tag::MBytes => Family::Bytes,
        Tag::Pair => Family::Pair,
        Tag::Array | Tag::MArray => Family::Array,
        Tag::Struct | Tag::MStruct => Family::Struct,
        Tag::Set | Tag::MSet => Family::Set,
        Tag::Box => Family::Box,
        _ => Family::Alone,
    }
}

/// The answer if it can be given without looking at parts of collections.
#[inline]
fn shallow(heap: &Heap, a: Value, b: Value) -> Option<bool> {
    if a.is_identical(b) {
        return Some(true);
    }
    let kind = family(a.tag());
    if kind == Family::Alone || kind != family(b.tag()) {
        return Some(false);
    }
    match kind {
        Family::Text | Family::Bytes => Some(Octets::of(a).slice(heap) == Octets::of(b).slice(heap)),
        _ => None,
    }
}

enum Work {
    Values(Value, Value),
    /// Two arrays, from that index on.
    Items(Value, Value, usize),
}

fn deep(heap: &Heap, a: Value, b: Value) -> bool {
    let mut seen = SeenPairs::default();
    let mut work = vec![Work::Values(a, b)];
    while let Some(next) = work.pop() {
        heap.note_work(1);
        let still_equal = match next {
            Work::Items(a, b, index) => items(heap, a, b, index, &mut work),
            Work::Values(a, b) => match shallow(heap, a, b) {
                Some(answer) => answer,
                None => seen.insert(a, b) || open(heap, a, b, &mut work),
            },
        };
        if !still_equal {
            return false;
        }
    }
    true
}

/// Looks into two collections of one family as far as that can be done at once, and puts off the rest.
fn open(heap: &Heap, a: Value, b: Value, work: &mut Vec<Work>) -> bool {
    match family(a.tag()) {
        Family::Pair => pairs(heap, a, b, work),
        Family::Array => items(heap, a, b, 0, work),
        Family::Struct => entries(heap, a, b, work),
        Family::Set => {
            let (left, right) = (parts::elements(Some(heap), a), parts::elements(Some(heap), b));
            work.extend(left.iter().zip(&right).map(|(a, b)| Work::Values(*a, *b)));
            left.len() == right.len()
        }
        Family::Box => {
            if let (Some(a), Some(b)) = (a.as_box(), b.as_box()) {
                work.push(Work::Values(a.value(heap), b.value(heap)));
            }
            true
        }
        Family::Alone | Family::Text | Family::Bytes => false,
    }
}

fn pairs(heap: &Heap, mut a: Value, mut b: Value, work: &mut Vec<Work>) -> bool {
    while let (Some(left), Some(right)) = (a.as_pair(), b.as_pair()) {
        heap.note_work(1);
        (a, b) = (left.rest, right.rest);
        match shallow(heap, left.first, right.first) {
            Some(true) => {}
            Some(false) => return false,
            None => {
                work.push(Work::Values(a, b));
                work.push(Work::Values(left.first, right.first));
                return true;
            }
        }
    }
    work.push(Work::Values(a, b));
    true
}

fn items(heap: &Heap, a: Value, b: Value, from: usize, work: &mut Vec<Work>) -> bool {
    let (left, right) = (Items::of(a), Items::of(b));
    let (left, right) = (left.slice(Some(heap)), right.slice(Some(heap)));
    if left.len() != right.len() {
        return false;
    }
    for index in from..left.len() {
        match shallow(heap, left[index], right[index]) {
            Some(true) => {}
            Some(false) => return false,
            None => {
                heap.note_items(index - from);
                work.push(Work::Items(a, b, index + 1));
                work.push(Work::Values(left[index], right[index]));
                return true;
            }
        }
    }
    heap.note_items(left.len() - from);
    true
}

/// Keys are immutable, so that those of equal structs are found in each other.
fn entries(heap: &Heap, a: Value, b: Value, work: &mut Vec<Work>) -> bool {
    let get = |key| match (b.as_struct(), b.as_mstruct()) {
        (Some(entries), _) => (*entries).get(key),
        (_, Some(entries)) => entries.get(heap).get(key),
        _ => None,
    };
    let length = |v: Value| v.as_struct().map(|s| s.len()).or_else(|| v.as_mstruct().map(|s| s.get(heap).len()));
    if length(a) != length(b) {
        return false;
    }
    heap.note_work(length(a).unwrap_or_default());
    let mut check = |(key, value): (Value, Value)| match get(key) {
        Some(other) => match shallow(heap, value, other) {
            Some(answer) => answer,
            None => {
                work.push(Work::Values(value, other));
                true
            }
        },
        None => false,
    };
    match (a.as_struct(), a.as_mstruct()) {
        (Some(entries), _) => entries.iter().all(&mut check),
        (_, Some(entries)) => entries.get(heap).iter_unordered().all(&mut check),
        _ => false,
    }
}
