//! What `each` walks over.

use crate::cx::Cx;
use crate::flow::Escape;
use crate::ops::access;
use crate::ops::graphemes::Graphemes;
use crate::ops::parts;
use crate::value::{Tag, Value};

/// What `each` walks over for a collection: arrays, lists and bytes themselves, the clusters of strings,
/// sorted elements of sets, and `[k v]` entries of structs.
pub fn each_snapshot(cx: &mut Cx<'_>, value: Value) -> Result<Value, Escape> {
    match value.tag() {
        Tag::Array | Tag::MArray | Tag::Pair | Tag::EmptyList | Tag::Bytes | Tag::MBytes => Ok(value),
        Tag::String | Tag::MString | Tag::Set | Tag::MSet | Tag::Struct | Tag::MStruct => {
            let items = sequence_items(cx, "each", value)?.unwrap_or_default();
            Ok(cx.heap.new_array(&items).into())
        }
        Tag::Syntax => match crate::natives::syntax::elements_as_values(cx.heap, value) {
            Some(items) => Ok(cx.heap.new_array(&items).into()),
            None => Err(not_a_sequence(cx)),
        },
        _ => Err(not_a_sequence(cx)),
    }
}

/// The `:not-a-sequence` error.
#[cold]
pub fn not_a_sequence(cx: &mut Cx<'_>) -> Escape {
    let reason = cx.keyword("not-a-sequence");
    cx.error_with("type-error", "not a sequence", &[("reason", reason)])
}

/// The elements of any collection: of proper lists, arrays, strings (clusters), bytes (integers), sets, and structs
/// (entries as arrays). `None` for other values.
pub fn sequence_items(cx: &mut Cx<'_>, name: &str, value: Value) -> Result<Option<Vec<Value>>, Escape> {
    Ok(Some(match value.tag() {
        Tag::EmptyList => Vec::new(),
        Tag::Pair => match list_items(value) {
            Some(items) => items,
            None => return Ok(None),
        },
        Tag::Array | Tag::MArray => parts::Items::of(value).slice(Some(cx.heap)).to_vec(),
        Tag::Bytes | Tag::MBytes => {
            parts::Octets::of(value).slice(cx.heap).iter().map(|b| Value::int(i64::from(*b))).collect()
        }
        Tag::String | Tag::MString => {
            let text = access::text_of(cx, name, value)?.unwrap_or_default();
            Graphemes::new(&text).iter().map(|cluster| cx.string(cluster)).collect()
        }
        Tag::Set | Tag::MSet => parts::elements(Some(cx.heap), value),
        Tag::Struct | Tag::MStruct => {
            let entries = parts::entries(Some(cx.heap), value);
            entries.iter().map(|(k, v)| cx.heap.new_array(&[*k, *v]).into()).collect()
        }
        _ => return Ok(None),
    }))
}

/// The elements of a proper list.
pub fn list_items(mut list: Value) -> Option<Vec<Value>> {
    let mut items = Vec::new();
    while let Some(pair) = list.as_pair() {
        items.push(pair.first);
        list = pair.rest;
    }
    (list.tag() == Tag::EmptyList).then_some(items)
}
