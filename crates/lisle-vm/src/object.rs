//! The kinds of heap object: one file a family, and here the dispatch by tag for the collector.
#![allow(unsafe_code, reason = "objects with inline elements, and dispatch from a header's tag to its type")]

mod code;
mod sequence;
mod small;
mod table;
mod text;
pub(crate) mod traits;

pub use code::{Closure, Instance, LinkedUnit, Proto};
pub use sequence::{Array, MArray, Pair};
pub use small::{BoxCell, Cell, External, ExternalObject, Parameter, Shared, SyntaxObject};
pub use table::{MSet, MStruct, Set, Struct};
pub use text::{Bytes, LONG_BYTES, MBytes, MStr, SharedBytes, SharedText, Str, is_plain};
pub use traits::traits_of;

use crate::fiber::Fiber;
use crate::gc::{Header, HeapObject, Object};
use crate::heap::Tracer;
use crate::value::Tag;

/// Calls `$action!(Type)` with the object type of a heap tag.
macro_rules! with_object_type {
    ($tag:expr, $action:ident) => {
        match $tag {
            Tag::Pair => $action!(Pair),
            Tag::Array => $action!(Array),
            Tag::MArray => $action!(MArray),
            Tag::String => $action!(Str),
            Tag::MString => $action!(MStr),
            Tag::Bytes => $action!(Bytes),
            Tag::MBytes => $action!(MBytes),
            Tag::Struct => $action!(Struct),
            Tag::MStruct => $action!(MStruct),
            Tag::Set => $action!(Set),
            Tag::MSet => $action!(MSet),
            Tag::Box => $action!(BoxCell),
            Tag::Closure => $action!(Closure),
            Tag::Fiber => $action!(Fiber),
            Tag::Parameter => $action!(Parameter),
            Tag::Syntax => $action!(SyntaxObject),
            Tag::External => $action!(ExternalObject),
            Tag::Cell => $action!(Cell),
            Tag::Proto => $action!(Proto),
            Tag::Unit => $action!(LinkedUnit),
            Tag::Instance => $action!(Instance),
            Tag::Node => $action!(table::Node),
            Tag::Nil
            | Tag::False
            | Tag::True
            | Tag::Int
            | Tag::Float
            | Tag::Symbol
            | Tag::Keyword
            | Tag::EmptyList
            | Tag::Native => {
                unreachable!("not a heap tag")
            }
        }
    };
}

/// Reports what the object refers to.
///
/// # Safety
/// `object` must point to a live object.
pub(crate) unsafe fn trace_object(object: *const Header, tracer: &mut Tracer<'_>) {
    macro_rules! trace {
        ($type:ty) => {{
            // SAFETY: the header's tag says that the object is of this type, and the caller that it is live.
            let body = unsafe { &(*object.cast::<Object<$type>>()).body };
            <$type as HeapObject>::trace(body, tracer)
        }};
    }
    // SAFETY: the caller vouches for the object.
    unsafe { traits::trace(object, tracer) };
    // SAFETY: as above.
    with_object_type!(unsafe { tag_of(object) }, trace)
}

/// Reports a part of what the object refers to: [`HeapObject::trace_part`].
///
/// # Safety
/// `object` must point to a live object.
pub(crate) unsafe fn trace_part(object: *const Header, end: usize, tracer: &mut Tracer<'_>) -> usize {
    macro_rules! trace {
        ($type:ty) => {{
            // SAFETY: as in `trace_object`.
            let body = unsafe { &(*object.cast::<Object<$type>>()).body };
            <$type as HeapObject>::trace_part(body, end, tracer)
        }};
    }
    if end == usize::MAX {
        // SAFETY: the caller vouches for the object.
        unsafe { traits::trace(object, tracer) };
    }
    // SAFETY: as above.
    with_object_type!(unsafe { tag_of(object) }, trace)
}

/// Bytes that the object owns outside the heap: [`HeapObject::external_size`].
///
/// # Safety
/// `object` must point to a live object.
pub(crate) unsafe fn external_size(object: *const Header) -> usize {
    macro_rules! size {
        ($type:ty) => {{
            // SAFETY: as in `trace_object`.
            let body = unsafe { &(*object.cast::<Object<$type>>()).body };
            <$type as HeapObject>::external_size(body)
        }};
    }
    // SAFETY: the caller vouches for the object.
    with_object_type!(unsafe { tag_of(object) }, size)
}

/// Bytes of the object's body: [`HeapObject::body_size`].
///
/// # Safety
/// `object` must point to a live object.
pub(crate) unsafe fn body_size(object: *const Header) -> usize {
    macro_rules! size {
        ($type:ty) => {{
            // SAFETY: as in `trace_object`.
            let body = unsafe { &(*object.cast::<Object<$type>>()).body };
            <$type as HeapObject>::body_size(body)
        }};
    }
    // SAFETY: the caller vouches for the object.
    with_object_type!(unsafe { tag_of(object) }, size)
}

/// Frees what the object owns outside the heap.
///
/// # Safety
/// `object` must point to an object that is not used any more.
pub(crate) unsafe fn drop_object(object: *mut Header) {
    macro_rules! drop_body {
        ($type:ty) => {
            // SAFETY: the tag says the type; the caller says that this is its last use.
            unsafe { std::ptr::drop_in_place(&raw mut (*object.cast::<Object<$type>>()).body) }
        };
    }
    // SAFETY: the caller vouches for the object.
    match unsafe { tag_of(object) } {
        // SAFETY: as above. Long ones own their octets.
        Tag::String => unsafe { Str::drop_body(&raw mut (*object.cast::<Object<Str>>()).body) },
        // SAFETY: as above.
        Tag::Bytes => unsafe { Bytes::drop_body(&raw mut (*object.cast::<Object<Bytes>>()).body) },
        tag => with_object_type!(tag, drop_body),
    }
}

/// True when objects of that tag own memory outside the heap, so that sweeping must drop them.
pub(crate) fn needs_drop(tag: Tag) -> bool {
    macro_rules! needs {
        ($type:ty) => {
            std::mem::needs_drop::<$type>()
        };
    }
    with_object_type!(tag, needs)
}

/// The tag in a header.
///
/// # Safety
/// `object` must point to a live object.
pub(crate) unsafe fn tag_of(object: *const Header) -> Tag {
    // SAFETY: the caller vouches for the object; its tag byte was written from a `Tag`.
    let byte = u64::from(unsafe { (*object).tag });
    debug_assert!((Tag::Pair as u64..=Tag::Node as u64).contains(&byte));
    // SAFETY: `Tag` is `repr(u64)` with consecutive values from 0 to `Node`.
    unsafe { std::mem::transmute::<u64, Tag>(byte) }
}
