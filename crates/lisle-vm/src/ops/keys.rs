//! Which values may be struct keys, and freezing of what becomes a set element (spec 05, sections 7 and 9).

use std::collections::HashMap;

use crate::gc::HeapObject;
use crate::heap::Heap;
use crate::ops::compare::identity_number;
use crate::ops::parts::{self, Items};
use crate::ops::seen::SeenValues;
use crate::value::{Tag, Value};

/// Whether the value may be a struct key: immutable through and through, and no float in it. Otherwise the type name
/// of what is wrong.
#[inline]
pub fn check_key(heap: &Heap, value: Value) -> Result<(), &'static str> {
    match value.tag() {
        Tag::Keyword | Tag::Int | Tag::String | Tag::Symbol => Ok(()),
        _ => walk_immutable(value, |part| {
            heap.note_work(1);
            if part.tag() == Tag::Float || is_mutable(part.tag()) { Err(part.tag().type_name()) } else { Ok(()) }
        }),
    }
}

/// `check_key` for a key that is about to be stored: things that are keys by identity get a number, so that
/// their order is the same in every run.
#[inline]
pub fn prepare_key(heap: &mut Heap, value: Value) -> Result<(), &'static str> {
    check_key(heap, value)?;
    identify(heap, value);
    Ok(())
}

/// Numbers the things in an immutable value that are compared by identity.
#[inline]
pub fn identify(heap: &mut Heap, value: Value) {
    match value.tag() {
        Tag::Keyword | Tag::Int | Tag::String | Tag::Symbol | Tag::Float => {}
        _ => {
            let numbered: Result<(), ()> = walk_immutable(value, |part| {
                number(heap, part);
                Ok(())
            });
            debug_assert!(numbered.is_ok());
        }
    }
}

fn number(heap: &mut Heap, value: Value) {
    fn set<T: HeapObject>(heap: &mut Heap, object: Option<crate::Gc<T>>) {
        if let Some(object) = object {
            let id = heap.next_id();
            object.header().aux.set(id);
        }
    }
    if identity_number(value) != 0 {
        return;
    }
    match value.tag() {
        Tag::Closure => set(heap, value.as_closure()),
        Tag::Fiber => set(heap, value.as_fiber()),
        Tag::Parameter => set(heap, value.as_parameter()),
        Tag::Syntax => set(heap, value.as_syntax()),
        Tag::External => set(heap, value.as_external()),
        _ => {}
    }
}

/// True for collections and boxes that can change.
pub fn is_mutable(tag: Tag) -> bool {
    matches!(tag, Tag::MArray | Tag::MString | Tag::MBytes | Tag::MStruct | Tag::MSet | Tag::Box)
}

/// Visits a value and all parts of its immutable collections, in no particular order.
fn walk_immutable<E>(value: Value, mut visit: impl FnMut(Value) -> Result<(), E>) -> Result<(), E> {
    let mut seen = SeenValues::default();
    let mut work = vec![value];
    while let Some(value) = work.pop() {
        visit(value)?;
        match value.tag() {
            Tag::Pair | Tag::Array | Tag::Struct | Tag::Set if seen.insert(value) => {}
            Tag::Pair => {
                let mut list = value;
                while let Some(pair) = list.as_pair() {
                    list = pair.rest;
                    if needs_visit(pair.first) {
                        work.push(list);
                        work.push(pair.first);
                        list = Value::EMPTY_LIST;
                    } else {
                        visit(pair.first)?;
                    }
                }
                if list.tag() != Tag::EmptyList {
                    work.push(list);
                }
            }
            Tag::Array => work.extend(Items::of(value).slice(None)),
            Tag::Struct => work.extend(parts::entries(None, value).iter().flat_map(|(k, v)| [*k, *v])),
            Tag::Set => work.extend(parts::elements(None, value)),
            _ => {}
        }
    }
    Ok(())
}

fn needs_visit(value: Value) -> bool {
    matches!(value.tag(), Tag::Pair | Tag::Array | Tag::Struct | Tag::Set)
}

/// A value in which every collection is immutable; the same object where that is so already. Boxes and functions stay
/// as they are.
///
/// # Errors
/// A mutable collection that holds itself has no frozen form, nor has a mutable string that is no UTF-8.
pub fn deep_freeze(heap: &mut Heap, value: Value) -> Result<Value, Unfreezable> {
    if is_frozen(heap, value) {
        return Ok(value);
    }
    let mut freezer = Freezer { done: HashMap::default(), frames: Vec::new() };
    freezer.enter(heap, value)?;
    let mut result = None;
    while let Some(frame) = freezer.frames.last_mut() {
        if let Some(result) = result.take() {
            frame.parts[frame.next] = result;
            frame.next += 1;
        }
        match frame.parts.get(frame.next) {
            Some(part) => {
                let part = *part;
                match freezer.known(heap, part) {
                    Some(frozen) => result = Some(frozen),
                    None => freezer.enter(heap, part)?,
                }
            }
            None => result = freezer.leave(heap),
        }
    }
    Ok(result.unwrap_or(value))
}

/// Why a value has no frozen form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfreezable {
    /// A collection holds itself.
    Cyclic,
    /// A mutable string is no UTF-8.
    NotText,
}

impl Unfreezable {
    /// The error to raise, in the name of a function.
    pub(crate) fn raise(self, cx: &mut crate::Cx<'_>, name: &str) -> crate::Escape {
        match self {
            Unfreezable::Cyclic => cx.argument_error(name, "a collection that contains itself has no frozen form"),
            Unfreezable::NotText => {
                cx.error("encoding-error", format!("{name}: invalid UTF-8 in a mutable string that is to be frozen"))
            }
        }
    }
}

/// True when no part of the value is a mutable collection.
fn is_frozen(heap: &Heap, value: Value) -> bool {
    let mutable_part = |part: Value| {
        heap.note_work(1);
        if is_mutable(part.tag()) && part.tag() != Tag::Box { Err(()) } else { Ok(()) }
    };
    walk_immutable(value, mutable_part).is_ok()
}

/// A collection that is being rebuilt: its parts, those before `next` frozen.
struct Frame {
    value: Value,
    parts: Vec<Value>,
    next: usize,
}

struct Freezer {
    /// Frozen forms of collections, by address; `None` while one is being made.
    done: HashMap<u64, Option<Value>, foldhash::fast::FixedState>,
    frames: Vec<Frame>,
}

impl Freezer {
    /// The frozen form, if it is known or needs no work.
    fn known(&self, heap: &mut Heap, value: Value) -> Option<Value> {
        match value.tag() {
            Tag::MString => value.as_mstr().and_then(|text| freeze_text(heap, text)),
            Tag::MBytes => value.as_mbytes().map(|bytes| {
                let bytes = bytes.get(heap).bytes.clone();
                heap.new_bytes(&bytes).into()
            }),
            Tag::Pair | Tag::Array | Tag::MArray | Tag::Struct | Tag::MStruct | Tag::Set | Tag::MSet => {
                self.done.get(&value.bits()).copied().flatten()
            }
            _ => Some(value),
        }
    }

    /// Begins with a collection. An unfinished one met again holds itself.
    fn enter(&mut self, heap: &mut Heap, value: Value) -> Result<(), Unfreezable> {
        if value.as_mstr().is_some_and(|text| text.get(heap).text().is_err()) {
            return Err(Unfreezable::NotText);
        }
        let parts = match value.tag() {
            Tag::Pair => list_parts(value),
            Tag::Array | Tag::MArray => Items::of(value).slice(Some(heap)).to_vec(),
            Tag::Struct | Tag::MStruct => {
                parts::entries(Some(heap), value).into_iter().flat_map(|(k, v)| [k, v]).collect()
            }
            Tag::Set | Tag::MSet => parts::elements(Some(heap), value),
            _ => vec![value],
        };
        if self.done.insert(value.bits(), None).is_some() {
            return Err(Unfreezable::Cyclic);
        }
        heap.note_work(parts.len());
        self.frames.push(Frame { value, parts, next: 0 });
        Ok(())
    }

    /// Ends with the collection on top, all of whose parts are frozen.
    fn leave(&mut self, heap: &mut Heap) -> Option<Value> {
        let Frame { value, parts, .. } = self.frames.pop()?;
        let frozen = match value.tag() {
            Tag::Pair => match parts.split_last() {
                Some((end, items)) => heap.new_list_ending(items, *end),
                None => value,
            },
            Tag::Array | Tag::MArray => heap.new_array(&parts).into(),
            Tag::Struct | Tag::MStruct => heap.new_struct(parts.chunks_exact(2).map(|e| (e[0], e[1])).collect()).into(),
            Tag::Set | Tag::MSet => heap.new_set(parts).into(),
            _ => *parts.first()?,
        };
        self.done.insert(value.bits(), Some(frozen));
        Some(frozen)
    }
}

/// The elements of a list and, last, what it ends in.
fn list_parts(mut list: Value) -> Vec<Value> {
    let mut parts = Vec::new();
    while let Some(pair) = list.as_pair() {
        parts.push(pair.first);
        list = pair.rest;
    }
    parts.push(list);
    parts
}

/// An immutable string of a mutable one; `None` if it is no UTF-8.
pub(crate) fn freeze_text(heap: &mut Heap, text: crate::Gc<crate::object::MStr>) -> Option<Value> {
    let text = text.get(heap).text().ok()?.to_owned();
    Some(heap.new_string(&text).into())
}
