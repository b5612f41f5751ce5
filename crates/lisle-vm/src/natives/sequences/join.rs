//! Several collections as one.

use super::part::list_of;
use crate::ops::access::text_of;
use crate::ops::each::list_items;
use crate::ops::parts::{Items, Octets, elements, entries};
use crate::value::Tag;
use crate::{Cx, Escape, Value};

/// What can be joined, whatever its mutability.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Family {
    List,
    Array,
    String,
    Bytes,
    Struct,
    Set,
}

fn family(tag: Tag) -> Option<Family> {
    Some(match tag {
        Tag::EmptyList | Tag::Pair => Family::List,
        Tag::Array | Tag::MArray => Family::Array,
        Tag::String | Tag::MString => Family::String,
        Tag::Bytes | Tag::MBytes => Family::Bytes,
        Tag::Struct | Tag::MStruct => Family::Struct,
        Tag::Set | Tag::MSet => Family::Set,
        _ => return None,
    })
}

/// Two collections of one family as one: `append`, and `union`.
pub(crate) fn append_values(cx: &mut Cx<'_>, name: &str, a: Value, b: Value) -> Result<Value, Escape> {
    let (a, b) = (list_of(cx, a), list_of(cx, b));
    let (a_name, b_name) = (cx.type_name(a), cx.type_name(b));
    let extends = matches!(a.tag(), Tag::MArray | Tag::MString | Tag::MBytes);
    if extends && family(a.tag()) != family(b.tag()) {
        let kind = a_name.trim_start_matches('@');
        return Err(cx.error("type-error", format!("{name}: expected {kind} or {a_name}, got {b_name}")));
    }
    if extends {
        return extend(cx, a, b);
    }
    if a_name == b_name && family(a.tag()).is_some() {
        return join(cx, name, &[a, b]);
    }
    Err(match family(a.tag()) {
        Some(Family::List) | None => {
            let message = format!("{name}: both arguments must be same type, got {a_name} and {b_name}");
            cx.error("type-error", message)
        }
        Some(_) => cx.error("type-error", format!("cannot combine {a_name} and {b_name}")),
    })
}

/// Collections of exactly one type as a new one; a single one as it is.
pub(super) fn concat_values(cx: &mut Cx<'_>, first: Value, more: &[Value]) -> Result<Value, Escape> {
    let kind = cx.type_name(first);
    if family(first.tag()).is_none() {
        return Err(cx.type_error("concat", "collection", first));
    }
    for (index, value) in more.iter().enumerate() {
        let got = cx.type_name(*value);
        if got != kind {
            let message = format!("concat: argument {} is {got}, expected {kind}", index + 2);
            return Err(cx.error("type-error", message));
        }
    }
    if more.is_empty() {
        return Ok(first);
    }
    let mut all = vec![first];
    all.extend(more);
    join(cx, "concat", &all)
}

/// Extends a mutable array, string or bytes with the contents of another collection of its family.
fn extend(cx: &mut Cx<'_>, a: Value, b: Value) -> Result<Value, Escape> {
    if let Some(array) = a.as_marray() {
        let items = Items::of(b).slice(Some(cx.heap)).to_vec();
        let all = array.get_mut(cx.heap).vec_mut();
        all.extend(&items);
        cx.heap.note_growth(std::mem::size_of_val(&items[..]));
        cx.spend_items(items.len());
        return Ok(a);
    }
    let octets = Octets::of(b).slice(cx.heap).to_vec();
    if let Some(text) = a.as_mstr() {
        text.get_mut(cx.heap).extend(&octets);
    } else if let Some(bytes) = a.as_mbytes() {
        bytes.get_mut(cx.heap).bytes.extend(&octets);
    }
    cx.heap.note_growth(octets.len());
    cx.spend_bytes(octets.len());
    Ok(a)
}

/// A new collection with the contents of at least one, all of the same type.
fn join(cx: &mut Cx<'_>, name: &str, all: &[Value]) -> Result<Value, Escape> {
    let Some(first) = all.first() else { return Ok(Value::NIL) };
    let heap = &mut *cx.heap;
    Ok(match first.tag() {
        Tag::EmptyList | Tag::Pair => return join_lists(cx, name, all),
        Tag::Array | Tag::MArray => {
            let mut items = Vec::new();
            all.iter().for_each(|array| items.extend_from_slice(Items::of(*array).slice(Some(heap))));
            if first.tag() == Tag::Array { heap.new_array(&items).into() } else { heap.new_marray(items).into() }
        }
        Tag::Bytes | Tag::MBytes | Tag::MString => {
            let mut octets = Vec::new();
            all.iter().for_each(|bytes| octets.extend_from_slice(Octets::of(*bytes).slice(heap)));
            match first.tag() {
                Tag::Bytes => heap.new_bytes(&octets).into(),
                Tag::MBytes => heap.new_mbytes(octets).into(),
                _ => heap.new_mstr(octets).into(),
            }
        }
        Tag::String => {
            let mut text = String::new();
            for part in all {
                text.push_str(&text_of(cx, name, *part)?.unwrap_or_default());
            }
            cx.string(&text)
        }
        Tag::Struct if all.len() == 2 => return Ok(join_structs(cx, all[0], all[1])),
        Tag::Struct | Tag::MStruct => {
            let all: Vec<_> = all.iter().flat_map(|part| entries(Some(heap), *part)).collect();
            if first.tag() == Tag::Struct { heap.new_struct(all).into() } else { heap.new_mstruct(all).into() }
        }
        _ => {
            let all: Vec<_> = all.iter().flat_map(|part| elements(Some(heap), *part)).collect();
            if first.tag() == Tag::Set { heap.new_set(all).into() } else { heap.new_mset(all).into() }
        }
    })
}

/// A few entries are put into a large struct one by one, so that both share what did not change.
fn join_structs(cx: &mut Cx<'_>, a: Value, b: Value) -> Value {
    let (Some(left), Some(right)) = (a.as_struct(), b.as_struct()) else { return a };
    if right.len() <= left.len() / 8 {
        return right.iter().fold(left, |joined, (key, value)| joined.with(cx.heap, key, value)).into();
    }
    let mut all = left.entries();
    all.extend(right.iter());
    cx.heap.new_struct(all).into()
}

/// The last list is shared, all others are copied.
fn join_lists(cx: &mut Cx<'_>, name: &str, all: &[Value]) -> Result<Value, Escape> {
    let Some((last, others)) = all.split_last() else { return Ok(Value::EMPTY_LIST) };
    let mut joined = *last;
    for list in others.iter().rev() {
        match list_items(*list) {
            Some(items) => joined = cx.heap.new_list_ending(&items, joined),
            None => return Err(cx.error("type-error", format!("{name}: Not a proper list"))),
        }
    }
    Ok(joined)
}
