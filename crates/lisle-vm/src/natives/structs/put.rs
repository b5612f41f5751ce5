//! Putting into collections of all kinds.

use crate::natives::arrays::octet;
use crate::natives::sequences::index_error;
use crate::ops::access::{bad_key, resolve, set_element, text_of};
use crate::ops::graphemes::Graphemes;
use crate::ops::parts::Items;
use crate::ops::prepare_key;
use crate::value::Tag;
use crate::{Cx, Escape, Value};

/// The collection with a key or index bound: the same object if it is mutable.
#[inline]
pub(crate) fn put(cx: &mut Cx<'_>, collection: Value, key: Value, value: Value) -> Result<Value, Escape> {
    match collection.tag() {
        Tag::Struct | Tag::MStruct => {
            if let Err(kind) = prepare_key(cx.heap, key) {
                return Err(bad_key(cx, kind));
            }
            if let Some(table) = collection.as_struct() {
                return Ok(table.with(cx.heap, key, value).into());
            }
            if let Some(table) = collection.as_mstruct() {
                table.put(cx.heap, key, value);
            }
            Ok(collection)
        }
        Tag::Array | Tag::MArray => put_item(cx, collection, key, value),
        Tag::String | Tag::MString => put_cluster(cx, collection, key, value),
        Tag::MBytes => put_octet(cx, collection, key, value),
        _ => Err(cx.type_error("put", "array, struct, set, bytes, or string", collection)),
    }
}

/// The set with an element: the same object if it is mutable.
pub(crate) fn add(cx: &mut Cx<'_>, set: Value, item: Value) -> Result<Value, Escape> {
    let item = set_element(cx, item)?;
    if let Some(set) = set.as_set() {
        return Ok(set.with(cx.heap, item).into());
    }
    if let Some(set) = set.as_mset() {
        set.add(cx.heap, item);
    }
    Ok(set)
}

fn index(cx: &mut Cx<'_>, collection: Value, key: Value, length: usize) -> Result<usize, Escape> {
    let Some(index) = key.as_int() else { return Err(index_error(cx, "put", collection, key)) };
    let out_of_bounds = || format!("index {index} out of bounds (length {length})");
    resolve(index, length).ok_or_else(|| cx.argument_error("put", &out_of_bounds()))
}

fn put_item(cx: &mut Cx<'_>, collection: Value, key: Value, value: Value) -> Result<Value, Escape> {
    let items = Items::of(collection);
    let at = index(cx, collection, key, items.slice(Some(cx.heap)).len())?;
    if let Some(array) = collection.as_marray() {
        array.set(cx.heap, at, value);
        return Ok(collection);
    }
    let mut copy = items.slice(None).to_vec();
    copy[at] = value;
    Ok(cx.heap.new_array(&copy).into())
}

/// Replaces a grapheme cluster by any string.
fn put_cluster(cx: &mut Cx<'_>, collection: Value, key: Value, value: Value) -> Result<Value, Escape> {
    if let Some(target) = collection.as_mstr()
        && let Some(octet) = value.as_str().filter(|new| new.is_plain() && new.as_bytes().len() == 1)
        && target.get(cx.heap).is_plain()
    {
        let at = index(cx, collection, key, target.get(cx.heap).bytes().len())?;
        target.get_mut(cx.heap).replace_plain(at, octet.as_bytes()[0]);
        return Ok(collection);
    }
    let text = text_of(cx, "put", collection)?.unwrap_or_default();
    let clusters = Graphemes::new(&text);
    let at = index(cx, collection, key, clusters.count())?;
    let Some(new) = text_of(cx, "put", value)? else { return Err(cx.type_error("put", "string", value)) };
    let start = clusters.byte_of(at);
    let end = start + clusters.get(at).map_or(0, str::len);
    let replaced = [&text[..start], &new, &text[end..]].concat();
    match collection.as_mstr() {
        Some(target) => {
            cx.heap.note_growth(new.len());
            *target.get_mut(cx.heap).bytes_mut() = replaced.into_bytes();
            Ok(collection)
        }
        None => Ok(cx.string(&replaced)),
    }
}

fn put_octet(cx: &mut Cx<'_>, collection: Value, key: Value, value: Value) -> Result<Value, Escape> {
    let Some(bytes) = collection.as_mbytes() else { return Ok(collection) };
    let at = index(cx, collection, key, bytes.get(cx.heap).bytes.len())?;
    let octet = octet(cx, "put", value)?;
    bytes.get_mut(cx.heap).bytes[at] = octet;
    Ok(collection)
}
