//! What a heap object holds, for those who follow values through a heap.

use lisle_vm::object::traits_of;
use lisle_vm::{Heap, Tag, Value};

/// Calls `visit` with each value in an object, in a fixed order: the trait table, then the contents. Of a closure these
/// are the captures; its top-level variables are not followed here.
pub(super) fn each_child(heap: &Heap, value: Value, visit: &mut dyn FnMut(Value)) {
    if let Some(traits) = traits_of(value) {
        visit(traits);
    }
    match value.tag() {
        Tag::Pair => {
            if let Some(pair) = value.as_pair() {
                visit(pair.first);
                visit(pair.rest);
            }
        }
        Tag::Array => value.as_array().iter().for_each(|a| a.items().iter().copied().for_each(&mut *visit)),
        Tag::MArray => value.as_marray().iter().for_each(|a| a.get(heap).items().iter().copied().for_each(&mut *visit)),
        Tag::Struct => {
            if let Some(entries) = value.as_struct() {
                for (key, value) in entries.iter() {
                    visit(key);
                    visit(value);
                }
            }
        }
        Tag::Set => value.as_set().iter().for_each(|s| s.iter().for_each(&mut *visit)),
        Tag::MSet => value.as_mset().iter().for_each(|s| s.get(heap).iter().for_each(&mut *visit)),
        Tag::Box => value.as_box().iter().for_each(|b| visit(b.value(heap))),
        Tag::Cell => value.as_cell().iter().for_each(|c| visit(c.value(heap))),
        Tag::Closure => value.as_closure().iter().for_each(|c| c.captures().iter().copied().for_each(&mut *visit)),
        _ => {}
    }
}
