//! Parts and copies of sequences.

use super::SEQUENCE;
use crate::natives::syntax::elements_as_values;
use crate::ops::access;
use crate::ops::graphemes::Graphemes;
use crate::ops::parts::{Items, Octets};
use crate::value::Tag;
use crate::{Cx, Escape, Value};

/// True for lists, arrays, strings and bytes.
pub(super) fn is_sequence(tag: Tag) -> bool {
    matches!(
        tag,
        Tag::EmptyList | Tag::Pair | Tag::Array | Tag::MArray | Tag::String | Tag::MString | Tag::Bytes | Tag::MBytes
    )
}

/// Number of elements of a proper list.
pub(super) fn list_length(mut list: Value) -> Option<usize> {
    let mut length = 0;
    while let Some(pair) = list.as_pair() {
        length += 1;
        list = pair.rest;
    }
    (list.tag() == Tag::EmptyList).then_some(length)
}

/// A syntax object that is a list or array, as a list; other values unchanged.
pub(super) fn list_of(cx: &mut Cx<'_>, value: Value) -> Value {
    match elements_as_values(cx.heap, value) {
        Some(items) => cx.heap.new_list(&items),
        None => value,
    }
}

/// A new sequence of the same type with the elements from a start up to an end, which `range` gives for a length.
pub(super) fn copy_part(
    cx: &mut Cx<'_>,
    name: &str,
    sequence: Value,
    range: impl Fn(usize) -> (usize, usize),
) -> Result<Value, Escape> {
    let range = |length: usize| {
        let (start, end) = range(length);
        start..end.max(start)
    };
    Ok(match sequence.tag() {
        Tag::EmptyList => sequence,
        Tag::Pair => {
            let list: Vec<Value> =
                std::iter::successors(sequence.as_pair(), |pair| pair.rest.as_pair()).map(|pair| pair.first).collect();
            cx.heap.new_list(&list[range(list.len())])
        }
        Tag::Array => match sequence.as_array() {
            Some(array) => cx.heap.new_array(&array.items()[range(array.items().len())]).into(),
            None => sequence,
        },
        Tag::MArray => {
            let items = Items::of(sequence);
            let items = items.slice(Some(cx.heap));
            let items = items[range(items.len())].to_vec();
            cx.heap.new_marray(items).into()
        }
        Tag::Bytes | Tag::MBytes => {
            let octets = Octets::of(sequence);
            let octets = octets.slice(cx.heap);
            let octets = octets[range(octets.len())].to_vec();
            match sequence.tag() {
                Tag::Bytes => cx.heap.new_bytes(&octets).into(),
                _ => cx.heap.new_mbytes(octets).into(),
            }
        }
        Tag::String => match sequence.as_str() {
            Some(text) => {
                let clusters = Graphemes::of(&text);
                let range = range(clusters.count_noting(cx.heap));
                cx.string(clusters.slice(range.start, range.end))
            }
            None => sequence,
        },
        Tag::MString => match sequence.as_mstr() {
            Some(text) => {
                let clusters = access::mutable_clusters(cx, name, text)?;
                let range = range(clusters.count());
                let part = clusters.slice(range.start, range.end).as_bytes().to_vec();
                cx.heap.new_mstr(part).into()
            }
            None => sequence,
        },
        _ => return Err(cx.type_error(name, SEQUENCE, sequence)),
    })
}

/// A new sequence of the same type with the elements in reverse.
pub(super) fn reversed(cx: &mut Cx<'_>, sequence: Value) -> Result<Value, Escape> {
    Ok(match sequence.tag() {
        Tag::EmptyList => sequence,
        Tag::Pair => {
            let (mut list, mut reversed) = (sequence, Value::EMPTY_LIST);
            while let Some(pair) = list.as_pair() {
                reversed = cx.heap.new_pair(pair.first, reversed).into();
                cx.spend(1);
                list = pair.rest;
            }
            reversed
        }
        Tag::Array | Tag::MArray => {
            let items: Vec<Value> = Items::of(sequence).slice(Some(cx.heap)).iter().rev().copied().collect();
            match sequence.tag() {
                Tag::Array => cx.heap.new_array(&items).into(),
                _ => cx.heap.new_marray(items).into(),
            }
        }
        Tag::Bytes | Tag::MBytes => {
            let octets: Vec<u8> = Octets::of(sequence).slice(cx.heap).iter().rev().copied().collect();
            match sequence.tag() {
                Tag::Bytes => cx.heap.new_bytes(&octets).into(),
                _ => cx.heap.new_mbytes(octets).into(),
            }
        }
        Tag::String | Tag::MString => {
            let text = access::text_of(cx, "reverse", sequence)?.unwrap_or_default();
            let text: String = Graphemes::new(&text).iter().rev().collect();
            match sequence.tag() {
                Tag::String => cx.string(&text),
                _ => cx.heap.new_mstr(text.into_bytes()).into(),
            }
        }
        _ => return Err(cx.type_error("reverse", SEQUENCE, sequence)),
    })
}

/// The error for an index that is no integer.
#[cold]
pub(crate) fn index_error(cx: &mut Cx<'_>, name: &str, collection: Value, index: Value) -> Escape {
    let kind = collection.tag().type_name().trim_start_matches('@');
    let got = cx.type_name(index);
    cx.error("type-error", format!("{name}: {kind} index must be integer, got {got}"))
}
