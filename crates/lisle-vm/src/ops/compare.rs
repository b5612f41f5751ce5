//! The total orders over values (spec 05, section 6): one for `compare`, `sort` and sets, and the
//! slightly different one of struct keys. Neither recurses natively, and neither is quadratic or worse
//! on data that share parts: what was seen to be equal once is not looked into again.

use std::cmp::Ordering;

use crate::gc::HeapObject;
use crate::heap::Heap;
use crate::ops::parts;
use crate::ops::seen::SeenPairs;
use crate::value::{Tag, Value};

/// The total order over all values.
pub fn compare(heap: &Heap, a: Value, b: Value) -> Ordering {
    shallow(a, b, value_rank).unwrap_or_else(|| deep(Some(heap), a, b, value_rank))
}

/// The total order for immutable values: set elements. `1` and `1.0` are the same element.
#[inline]
pub fn compare_elements(a: Value, b: Value) -> Ordering {
    shallow(a, b, value_rank).unwrap_or_else(|| deep(None, a, b, value_rank))
}

/// The order of struct keys, which are immutable.
#[inline]
pub fn compare_keys(a: Value, b: Value) -> Ordering {
    shallow(a, b, key_rank).unwrap_or_else(|| deep(None, a, b, key_rank))
}

type Rank = fn(Tag) -> u8;

fn value_rank(tag: Tag) -> u8 {
    match tag {
        Tag::Nil => 0,
        Tag::False | Tag::True => 1,
        Tag::Int | Tag::Float => 2,
        Tag::Symbol => 3,
        Tag::Keyword => 4,
        Tag::EmptyList => 5,
        Tag::String => 6,
        Tag::Pair => 7,
        Tag::Array => 8,
        Tag::MArray => 9,
        Tag::Bytes => 10,
        Tag::MString => 11,
        Tag::MBytes => 12,
        Tag::Struct => 13,
        Tag::MStruct => 14,
        Tag::Closure => 15,
        Tag::Box => 16,
        Tag::Native => 17,
        Tag::Parameter => 18,
        Tag::Syntax => 19,
        Tag::Fiber => 20,
        Tag::External => 21,
        Tag::Set => 22,
        Tag::MSet => 23,
        Tag::Cell | Tag::Proto | Tag::Unit | Tag::Instance | Tag::Node => 24,
    }
}

fn key_rank(tag: Tag) -> u8 {
    match tag {
        // Strings before keywords, and arrays right after (); the rest keeps its order.
        Tag::String => 4,
        Tag::Keyword => 5,
        Tag::EmptyList => 6,
        Tag::Array => 7,
        Tag::Nil | Tag::False | Tag::True | Tag::Int | Tag::Float | Tag::Symbol => value_rank(tag),
        _ => value_rank(tag) + 8,
    }
}

/// The order of two values if it is decided without looking at parts of collections.
#[inline]
fn shallow(a: Value, b: Value, rank: Rank) -> Option<Ordering> {
    match (a.tag(), b.tag()) {
        (Tag::Int, Tag::Int) => return Some((a.bits() as i64).cmp(&(b.bits() as i64))),
        (Tag::String, Tag::String) => {
            let (a, b) = (a.as_str()?, b.as_str()?);
            return Some(a.as_bytes().cmp(b.as_bytes()));
        }
        (Tag::Keyword, Tag::Keyword) => {
            return Some(if a.bits() == b.bits() {
                Ordering::Equal
            } else {
                a.as_keyword()?.name().cmp(b.as_keyword()?.name())
            });
        }
        _ => {}
    }
    if a.is_identical(b) {
        return Some(Ordering::Equal);
    }
    let by_rank = rank(a.tag()).cmp(&rank(b.tag()));
    if by_rank.is_ne() {
        return Some(by_rank);
    }
    match a.tag() {
        Tag::Nil | Tag::EmptyList => Some(Ordering::Equal),
        Tag::False | Tag::True => Some(a.tag().cmp(&b.tag())),
        Tag::Int | Tag::Float => Some(compare_numbers(a, b)),
        Tag::Symbol => Some(a.as_symbol()?.cmp(&b.as_symbol()?)),
        Tag::Native => Some(a.bits().cmp(&b.bits())),
        Tag::Bytes => Some(a.as_bytes()?.as_bytes().cmp(b.as_bytes()?.as_bytes())),
        Tag::Pair
        | Tag::Array
        | Tag::MArray
        | Tag::MString
        | Tag::MBytes
        | Tag::Struct
        | Tag::MStruct
        | Tag::Set
        | Tag::MSet
        | Tag::Box => None,
        _ => Some(compare_identities(a, b)),
    }
}

/// Two numbers, at least one a float, by value; exact, so that the order is transitive. -0.0 stands below 0 and
/// 0.0, NaN above all numbers.
fn compare_numbers(a: Value, b: Value) -> Ordering {
    match (a.as_int(), b.as_int(), a.as_float(), b.as_float()) {
        (Some(a), Some(b), ..) => a.cmp(&b),
        (Some(a), _, _, Some(b)) => compare_int_float(a, b),
        (_, Some(b), Some(a), _) => compare_int_float(b, a).reverse(),
        (_, _, Some(a), Some(b)) => match (a.is_nan(), b.is_nan()) {
            (true, true) => a.to_bits().cmp(&b.to_bits()),
            (true, false) => Ordering::Greater,
            (false, true) => Ordering::Less,
            (false, false) => a.total_cmp(&b),
        },
        _ => unreachable!("both are numbers"),
    }
}

fn compare_int_float(int: i64, float: f64) -> Ordering {
    const TWO_TO_63: f64 = 9_223_372_036_854_775_808.0;
    if float.is_nan() || float >= TWO_TO_63 {
        return Ordering::Less;
    }
    if float < -TWO_TO_63 {
        return Ordering::Greater;
    }
    // The integral part is exact in this range; the fraction decides when it is equal.
    let by_whole = int.cmp(&(float.trunc() as i64));
    by_whole
        .then_with(|| if float == 0.0 { 0.0_f64.total_cmp(&float) } else { 0.0_f64.total_cmp(&(float.fract() + 0.0)) })
}

/// Things without contents that could be compared. Numbered ones (see `ops::identify`) stand in the order of their
/// numbers, the same in every run.
fn compare_identities(a: Value, b: Value) -> Ordering {
    (identity_number(a), a.bits()).cmp(&(identity_number(b), b.bits()))
}

/// The number that `ops::identify` gave; 0 when it gave none.
pub(crate) fn identity_number(value: Value) -> u32 {
    fn number<T: HeapObject>(object: Option<crate::Gc<T>>) -> u32 {
        object.map_or(0, |o| o.header().aux.get())
    }
    match value.tag() {
        Tag::Closure => number(value.as_closure()),
        Tag::Fiber => number(value.as_fiber()),
        Tag::Parameter => number(value.as_parameter()),
        Tag::Syntax => number(value.as_syntax()),
        Tag::External => number(value.as_external()),
        _ => 0,
    }
}

/// What remains to be compared, the next on top.
enum Work {
    Values(Value, Value),
    /// Two arrays of the same kind, from that index on.
    Items(Value, Value, usize),
    Decided(Ordering),
}

/// The order of two collections. Without a heap, mutable ones count by identity.
fn deep(heap: Option<&Heap>, a: Value, b: Value, rank: Rank) -> Ordering {
    let mut seen = SeenPairs::default();
    let mut work = vec![Work::Values(a, b)];
    while let Some(next) = work.pop() {
        note(heap, 1);
        let order = match next {
            Work::Decided(order) => order,
            Work::Values(a, b) => match shallow(a, b, rank) {
                Some(order) => order,
                None if seen.insert(a, b) => Ordering::Equal,
                None => open(heap, a, b, rank, &mut work),
            },
            Work::Items(a, b, index) => compare_items(heap, a, b, index, rank, &mut work),
        };
        if order.is_ne() {
            return order;
        }
    }
    Ordering::Equal
}

/// Compares two collections of one kind as far as that can be done at once, and puts off the rest.
fn open(heap: Option<&Heap>, a: Value, b: Value, rank: Rank, work: &mut Vec<Work>) -> Ordering {
    match (a.tag(), heap) {
        (Tag::Pair, _) => compare_pairs(heap, a, b, rank, work),
        (Tag::Array, _) | (Tag::MArray, Some(_)) => compare_items(heap, a, b, 0, rank, work),
        (Tag::Struct, _) | (Tag::MStruct, Some(_)) => {
            let (left, right) = (parts::entries(heap, a), parts::entries(heap, b));
            work.push(Work::Decided(left.len().cmp(&right.len())));
            for ((key_a, value_a), (key_b, value_b)) in left.iter().zip(&right).rev() {
                work.push(Work::Values(*value_a, *value_b));
                work.push(Work::Values(*key_a, *key_b));
            }
            Ordering::Equal
        }
        (Tag::Set, _) | (Tag::MSet, Some(_)) => {
            let (left, right) = (parts::elements(heap, a), parts::elements(heap, b));
            work.push(Work::Decided(left.len().cmp(&right.len())));
            work.extend(left.iter().zip(&right).rev().map(|(a, b)| Work::Values(*a, *b)));
            Ordering::Equal
        }
        (Tag::Box, Some(heap)) => {
            if let (Some(a), Some(b)) = (a.as_box(), b.as_box()) {
                work.push(Work::Values(a.value(heap), b.value(heap)));
            }
            Ordering::Equal
        }
        (Tag::MString | Tag::MBytes, Some(heap)) => {
            parts::Octets::of(a).slice(heap).cmp(parts::Octets::of(b).slice(heap))
        }
        _ => compare_identities(a, b),
    }
}

/// Walks along two lists as long as their elements are equal at sight.
fn compare_pairs(heap: Option<&Heap>, mut a: Value, mut b: Value, rank: Rank, work: &mut Vec<Work>) -> Ordering {
    while let (Some(left), Some(right)) = (a.as_pair(), b.as_pair()) {
        note(heap, 1);
        match shallow(left.first, right.first, rank) {
            Some(Ordering::Equal) => (a, b) = (left.rest, right.rest),
            Some(order) => return order,
            None => {
                work.push(Work::Values(left.rest, right.rest));
                work.push(Work::Values(left.first, right.first));
                return Ordering::Equal;
            }
        }
    }
    work.push(Work::Values(a, b));
    Ordering::Equal
}

/// Walks along two arrays as long as their elements are equal at sight.
fn compare_items(heap: Option<&Heap>, a: Value, b: Value, from: usize, rank: Rank, work: &mut Vec<Work>) -> Ordering {
    let (left, right) = (parts::Items::of(a), parts::Items::of(b));
    let (left, right) = (left.slice(heap), right.slice(heap));
    for index in from..left.len().min(right.len()) {
        match shallow(left[index], right[index], rank) {
            Some(Ordering::Equal) => {}
            Some(order) => return order,
            None => {
                note(heap, (index - from) / 8);
                work.push(Work::Items(a, b, index + 1));
                work.push(Work::Values(left[index], right[index]));
                return Ordering::Equal;
            }
        }
    }
    note(heap, left.len().saturating_sub(from) / 8);
    left.len().cmp(&right.len())
}

fn note(heap: Option<&Heap>, units: usize) {
    if let Some(heap) = heap {
        heap.note_work(units);
    }
}
