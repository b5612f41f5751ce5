//! Reading one element: what `get`, collections as functions and `has?` have in common.

use crate::cx::Cx;
use crate::flow::Escape;
use crate::gc::Gc;
use crate::object::{MStr, Str};
use crate::ops::graphemes::Graphemes;
use crate::ops::{check_key, deep_freeze};
use crate::value::{Tag, Value};

/// Why a collection gives no element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// There is none of that key or index.
    Absent,
    /// The index is no integer.
    NotAnIndex,
    /// The value has no elements by index or key.
    NotACollection,
}

/// The element of a list, array, string, bytes or struct; raises only for what cannot be a key, and for broken text.
#[inline]
pub fn lookup(cx: &mut Cx<'_>, collection: Value, key: Value) -> Result<Result<Value, Missing>, Escape> {
    if let Some(entries) = collection.as_struct() {
        key_or_raise(cx, key)?;
        return Ok((*entries).get(key).ok_or(Missing::Absent));
    }
    if let Some(entries) = collection.as_mstruct() {
        key_or_raise(cx, key)?;
        return Ok(entries.get(cx.heap).get(key).ok_or(Missing::Absent));
    }
    if !is_indexed(collection.tag()) {
        return Ok(Err(Missing::NotACollection));
    }
    let Some(index) = key.as_int() else { return Ok(Err(Missing::NotAnIndex)) };
    Ok(element(cx, collection, index)?.ok_or(Missing::Absent))
}

fn is_indexed(tag: Tag) -> bool {
    matches!(
        tag,
        Tag::Array | Tag::MArray | Tag::String | Tag::MString | Tag::Bytes | Tag::MBytes | Tag::Pair | Tag::EmptyList
    )
}

/// The element of that index, negative ones counted from the end.
fn element(cx: &mut Cx<'_>, collection: Value, index: i64) -> Result<Option<Value>, Escape> {
    let of_slice = |items: &[Value]| Some(items[resolve(index, items.len())?]);
    let of_octets = |octets: &[u8]| Some(Value::int(i64::from(octets[resolve(index, octets.len())?])));
    if let Some(array) = collection.as_array() {
        return Ok(of_slice(array.items()));
    }
    if let Some(array) = collection.as_marray() {
        return Ok(of_slice(array.get(cx.heap).items()));
    }
    if let Some(bytes) = collection.as_bytes() {
        return Ok(of_octets(bytes.as_bytes()));
    }
    if let Some(bytes) = collection.as_mbytes() {
        return Ok(of_octets(&bytes.get(cx.heap).bytes));
    }
    if let Some(text) = collection.as_str() {
        if !text.is_plain() {
            cx.spend(usize::try_from(index.unsigned_abs()).unwrap_or(usize::MAX).min(text.as_bytes().len()) / 4);
        }
        let found = Graphemes::of(&text).get_signed(index);
        return Ok(found.map(|cluster| cx.string(cluster)));
    }
    if let Some(text) = collection.as_mstr() {
        let found = mutable_clusters(cx, "get", text)?.get_signed(index).map(str::to_owned);
        return Ok(found.map(|cluster| cx.string(&cluster)));
    }
    let found = list_element(collection, index);
    if let Some((passed, _)) = found {
        cx.spend_items(passed);
    }
    Ok(found.map(|(_, item)| item))
}

/// The element, and how many stand before it.
fn list_element(list: Value, index: i64) -> Option<(usize, Value)> {
    let pairs = || std::iter::successors(list.as_pair(), |pair| pair.rest.as_pair());
    let index = if index < 0 { resolve(index, pairs().count())? } else { usize::try_from(index).ok()? };
    pairs().nth(index).map(|pair| (index, pair.first))
}

/// An index that may be negative, as one from the start; `None` when it is out of range.
#[inline]
pub fn resolve(index: i64, length: usize) -> Option<usize> {
    let index = if index < 0 { index.checked_add(length as i64)? } else { index };
    usize::try_from(index).ok().filter(|i| *i < length)
}

/// Raises unless the value may be a struct key.
#[inline]
pub fn key_or_raise(cx: &mut Cx<'_>, key: Value) -> Result<(), Escape> {
    check_key(cx.heap, key).map_err(|kind| bad_key(cx, kind))
}

/// The error for a value that may not be a struct key, or that holds a part of that type.
#[cold]
pub fn bad_key(cx: &mut Cx<'_>, kind: &str) -> Escape {
    cx.error("type-error", format!("struct keys must be immutable (got {kind})"))
}

/// The value as set elements are kept: frozen, its identities numbered.
pub fn set_element(cx: &mut Cx<'_>, value: Value) -> Result<Value, Escape> {
    let frozen = deep_freeze(cx.heap, value).map_err(|problem| problem.raise(cx, "set"))?;
    crate::ops::identify(cx.heap, frozen);
    Ok(frozen)
}

/// Whether a set of either kind has an element equal to the value.
pub fn set_has(cx: &mut Cx<'_>, set: Value, item: Value) -> Result<bool, Escape> {
    let item = set_element(cx, item)?;
    Ok(match (set.as_set(), set.as_mset()) {
        (Some(set), _) => set.contains(item),
        (_, Some(set)) => set.get(cx.heap).contains(item),
        _ => false,
    })
}

/// The text of a mutable string; raises `:encoding-error` when it is no UTF-8.
pub fn mutable_text<'h>(cx: &'h mut Cx<'_>, name: &str, text: Gc<MStr>) -> Result<&'h str, Escape> {
    if let Err(error) = text.get(cx.heap).text() {
        return Err(cx.error("encoding-error", format!("{name}: invalid UTF-8: {error}")));
    }
    // Checked above; asked again because the borrow of the error path and that of the answer cannot be one.
    Ok(text.get(cx.heap).text().unwrap_or_default())
}

/// The grapheme clusters of a mutable string; raises `:encoding-error` when it is no UTF-8.
pub fn mutable_clusters<'h>(cx: &'h mut Cx<'_>, name: &str, text: Gc<MStr>) -> Result<Graphemes<'h>, Escape> {
    let plain = text.get(cx.heap).is_plain();
    Ok(Graphemes::known(mutable_text(cx, name, text)?, plain))
}

/// The text of an immutable or mutable string as an owned copy; `None` for other values.
pub fn text_of(cx: &mut Cx<'_>, name: &str, value: Value) -> Result<Option<String>, Escape> {
    if let Some(text) = value.as_object::<Str>() {
        return Ok(Some(text.as_str().to_owned()));
    }
    match value.as_mstr() {
        Some(text) => mutable_text(cx, name, text).map(|text| Some(text.to_owned())),
        None => Ok(None),
    }
}
