//! Hashing, in agreement with equality: equal values hash equally, and so do 1 and 1.0, also inside
//! collections (which is more than equality asks for, but set elements need it).
//!
//! The hash is a function of the value alone (no seed), except for things with an identity, which hash by
//! their address. Nothing observable depends on it but `hash` itself: structs and sets are iterated in order.

use std::hash::{BuildHasher, Hasher};

use foldhash::fast::FixedState;

use crate::heap::Heap;
use crate::object::Str;
use crate::ops::parts::{self, Items, Octets};
use crate::value::{Tag, Value};

/// How many values inside a collection are looked at. Equal collections agree on any prefix of a walk, and walks
/// over shared or cyclic parts end.
const VALUES_MAX: usize = 1 << 16;

const MULTIPLIER: u64 = 0x9e37_79b9_7f4a_7c15;

/// A hash of any value, consistent with `equal`.
pub fn hash(heap: &Heap, value: Value) -> u64 {
    shallow(Some(heap), value).unwrap_or_else(|| deep(Some(heap), value))
}

/// A hash of an immutable value: struct keys and set elements.
#[inline]
pub(crate) fn hash_key(value: Value) -> u64 {
    match value.tag() {
        Tag::Int => hash_int(value.bits() as i64),
        _ => shallow(None, value).unwrap_or_else(|| deep(None, value)),
    }
}

/// Spreads the bits of a word over all of it.
#[inline(always)]
fn fold(word: u64) -> u64 {
    let product = u128::from(word ^ 0x2d35_8dcc_aa6c_78a5) * u128::from(MULTIPLIER);
    (product as u64) ^ ((product >> 64) as u64)
}

/// A hash of a string, remembered in its header.
#[inline]
pub(crate) fn hash_str(text: &crate::Gc<Str>) -> u64 {
    let cached = text.header().aux.get();
    if cached != 0 {
        return fold(u64::from(cached));
    }
    let short = (hash_octets(text.as_bytes()) as u32).max(1);
    text.header().aux.set(short);
    fold(u64::from(short))
}

fn hash_octets(octets: &[u8]) -> u64 {
    let mut hasher = FixedState::with_seed(1).build_hasher();
    hasher.write(octets);
    hasher.finish()
}

/// A float that equals an integer, as far as `=` tells, hashes like it.
fn hash_float(float: f64) -> u64 {
    let whole = float as i64;
    if whole as f64 == float && whole.unsigned_abs() <= 1 << 53 { fold(whole as u64) } else { fold(float.to_bits()) }
}

fn hash_int(int: i64) -> u64 {
    // Beyond 2^53 several integers equal one float.
    if int.unsigned_abs() <= 1 << 53 { fold(int as u64) } else { hash_float(int as f64) }
}

/// The hash of what is no collection.
fn shallow(heap: Option<&Heap>, value: Value) -> Option<u64> {
    Some(match (value.tag(), heap) {
        (Tag::Int, _) => hash_int(value.as_int()?),
        (Tag::Float, _) => hash_float(value.as_float()?),
        (Tag::String, _) => hash_str(&value.as_str()?),
        (Tag::Keyword, _) => fold(value.as_keyword()?.hash64()),
        (Tag::Symbol, _) => fold(value.as_symbol()?.hash64() ^ MULTIPLIER),
        (Tag::MString, Some(heap)) => {
            // As `hash_str` makes it.
            fold(u64::from((hash_octets(Octets::of(value).slice(heap)) as u32).max(1)))
        }
        (Tag::Bytes, _) => fold(hash_octets(value.as_bytes()?.as_bytes())),
        (Tag::MBytes, Some(heap)) => fold(hash_octets(Octets::of(value).slice(heap))),
        (Tag::Pair | Tag::Array | Tag::Struct | Tag::Set, _) => return None,
        (Tag::MArray | Tag::MStruct | Tag::MSet | Tag::Box, Some(_)) => return None,
        (tag, _) => fold(value.bits().wrapping_add(tag as u64).wrapping_mul(MULTIPLIER)),
    })
}

enum Work {
    Value(Value),
    /// An array from that index on.
    Items(Value, usize),
}

/// The hash of a collection: of its parts in order, mixed with marks of the structure.
fn deep(heap: Option<&Heap>, value: Value) -> u64 {
    let mut state = 0_u64;
    let mut mix = |word: u64| state = fold(state.rotate_left(23) ^ word);
    let mut work = vec![Work::Value(value)];
    let mut budget = VALUES_MAX;
    while let Some(next) = work.pop() {
        if budget == 0 {
            break;
        }
        budget -= 1;
        match next {
            Work::Value(value) => match shallow(heap, value) {
                Some(hash) => mix(hash),
                None => open(heap, value, &mut work, &mut mix),
            },
            Work::Items(array, index) => {
                let items = Items::of(array);
                if let Some(item) = items.slice(heap).get(index) {
                    work.push(Work::Items(array, index + 1));
                    work.push(Work::Value(*item));
                }
            }
        }
    }
    if let Some(heap) = heap {
        heap.note_items(VALUES_MAX - budget);
    }
    state
}

fn open(heap: Option<&Heap>, value: Value, work: &mut Vec<Work>, mix: &mut impl FnMut(u64)) {
    match value.tag() {
        Tag::Pair => {
            if let Some(pair) = value.as_pair() {
                mix(1);
                work.push(Work::Value(pair.rest));
                work.push(Work::Value(pair.first));
            }
        }
        Tag::Array | Tag::MArray => {
            mix(2 + Items::of(value).slice(heap).len() as u64);
            work.push(Work::Items(value, 0));
        }
        Tag::Struct | Tag::MStruct => {
            let entries = parts::entries(heap, value);
            mix((entries.len() as u64) << 8 | 3);
            let parts = entries.iter().take(VALUES_MAX).rev().flat_map(|(k, v)| [*v, *k]);
            work.extend(parts.map(Work::Value));
        }
        Tag::Set | Tag::MSet => {
            let elements = parts::elements(heap, value);
            mix((elements.len() as u64) << 8 | 4);
            work.extend(elements.iter().take(VALUES_MAX).rev().map(|e| Work::Value(*e)));
        }
        Tag::Box => {
            mix(5);
            if let (Some(cell), Some(heap)) = (value.as_box(), heap) {
                work.push(Work::Value(cell.value(heap)));
            }
        }
        _ => unreachable!("`shallow` hashes what is no collection"),
    }
}
