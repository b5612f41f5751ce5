//! Putting templates together.

use super::convert::elements_as_values;
use crate::ops::each::list_items;
use crate::ops::parts::Items;
use crate::value::Tag;
use crate::{Cx, Escape, Value};

/// The elements that alternating flags and values stand for.
pub(super) fn join(cx: &mut Cx<'_>, parts: &[Value]) -> Result<Vec<Value>, Escape> {
    let mut items = Vec::with_capacity(parts.len() / 2);
    for part in parts.chunks_exact(2) {
        if !part[0].is_truthy() {
            items.push(part[1]);
            continue;
        }
        match splice(cx, part[1]) {
            Some(spliced) => items.extend(spliced),
            None => return Err(cx.type_error("splice", "array, tuple, or list", part[1])),
        }
    }
    Ok(items)
}

fn splice(cx: &mut Cx<'_>, value: Value) -> Option<Vec<Value>> {
    match value.tag() {
        Tag::EmptyList | Tag::Pair => list_items(value),
        Tag::Array | Tag::MArray => Some(Items::of(value).slice(Some(cx.heap)).to_vec()),
        Tag::Syntax => elements_as_values(cx.heap, value),
        _ => None,
    }
}
