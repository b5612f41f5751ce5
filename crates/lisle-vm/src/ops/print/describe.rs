//! What `describe` says of a value.

use lisle_bytecode::Collector;

use crate::heap::Heap;
use crate::object::Closure;
use crate::ops::parts::Octets;
use crate::ops::print::{Form, start_of, write};
use crate::value::{Tag, Value};

/// Longest piece of a string that is shown, in bytes.
const STRING_BYTES_MAX: usize = 20;

/// A short description such as `<array (2 elements)>`.
pub fn describe(heap: &Heap, value: Value) -> String {
    let kind = value.tag().type_name();
    match value.tag() {
        Tag::Nil => "<nil>".to_owned(),
        Tag::False | Tag::True | Tag::Int | Tag::Symbol | Tag::Keyword => {
            format!("<{kind} {}>", text(heap, value, Form::Machine))
        }
        Tag::Float => format!("<float {}>", text(heap, value, Form::Format)),
        Tag::String | Tag::MString => {
            let octets = Octets::of(value);
            let octets = octets.slice(heap);
            let unit = if value.tag() == Tag::String { "chars" } else { "bytes" };
            format!("<{kind} \"{}\" ({} {unit})>", shortened(octets), octets.len())
        }
        Tag::Bytes | Tag::MBytes => format!("<{kind} ({} bytes)>", Octets::of(value).slice(heap).len()),
        Tag::EmptyList | Tag::Pair => {
            let count = std::iter::successors(value.as_pair(), |pair| pair.rest.as_pair()).count();
            format!("<list ({count} elements)>")
        }
        Tag::Array => format!("<array ({} elements)>", value.as_array().map_or(0, |a| a.items().len())),
        Tag::MArray => format!("<@array ({} elements)>", value.as_marray().map_or(0, |a| a.get(heap).items().len())),
        Tag::Struct => format!("<struct ({} entries)>", value.as_struct().map_or(0, |s| s.len())),
        Tag::MStruct => format!("<@struct ({} entries)>", value.as_mstruct().map_or(0, |s| s.get(heap).len())),
        Tag::Set => format!("<set ({} elements)>", value.as_set().map_or(0, |s| s.len())),
        Tag::MSet => format!("<@set ({} elements)>", value.as_mset().map_or(0, |s| s.get(heap).len())),
        Tag::Closure => value.as_closure().map_or_else(String::new, |c| format!("<closure (arity {})>", arity(&c))),
        Tag::Box => "<cell>".to_owned(),
        Tag::Fiber => "<fiber>".to_owned(),
        _ => "<unknown>".to_owned(),
    }
}

fn arity(closure: &Closure) -> String {
    let params = &closure.proto.code().params;
    match (&params.collector, params.optional) {
        (Collector::None, 0) => params.required.to_string(),
        (Collector::None, optional) => format!("{}-{}", params.required, params.required + optional),
        _ => format!("{} or more", params.required),
    }
}

fn text(heap: &Heap, value: Value, form: Form) -> String {
    let mut out = String::new();
    // A leaf is never too long.
    let _ = write(heap, value, form, usize::MAX, &mut out);
    out
}

fn shortened(octets: &[u8]) -> String {
    let text = String::from_utf8_lossy(octets);
    if text.len() <= STRING_BYTES_MAX {
        return text.into_owned();
    }
    format!("{}...", start_of(&text, STRING_BYTES_MAX))
}
