//! Collections as functions (spec 05, section 8).

use crate::args::arity_text;
use crate::cx::Cx;
use crate::flow::Escape;
use crate::ops::access::{self, Missing};
use crate::ops::print;
use crate::value::{Tag, Value};

/// Calls what is neither closure, native nor parameter: a collection gives an element, everything else raises.
pub fn call_collection(cx: &mut Cx<'_>, callee: Value, args: &[Value]) -> Result<Value, Escape> {
    let kind = callee.tag();
    let max = match kind {
        Tag::Struct
        | Tag::MStruct
        | Tag::Array
        | Tag::MArray
        | Tag::String
        | Tag::MString
        | Tag::Bytes
        | Tag::MBytes => 2,
        Tag::Set | Tag::MSet => 1,
        _ => return Err(not_callable(cx, callee)),
    };
    if args.is_empty() || args.len() > max {
        let text = arity_text((1, Some(max as u32)));
        let message = format!("{} call: expected {text} arguments, got {}", kind.type_name(), args.len());
        return Err(cx.error("arity-error", message));
    }
    let key = args[0];
    if max == 1 {
        return access::set_has(cx, callee, key).map(Value::bool);
    }
    let default = args.get(1).copied().unwrap_or_default();
    match access::lookup(cx, callee, key)? {
        Ok(value) => Ok(value),
        Err(Missing::Absent) => Ok(default),
        Err(Missing::NotAnIndex) => {
            let message = format!("{} call: index must be integer, got {}", kind.type_name(), cx.type_name(key));
            Err(cx.error("type-error", message))
        }
        Err(Missing::NotACollection) => Err(not_callable(cx, callee)),
    }
}

#[cold]
fn not_callable(cx: &mut Cx<'_>, callee: Value) -> Escape {
    let mut message = String::from("Cannot call ");
    print::machine_short(cx.heap, callee, &mut message);
    cx.error("type-error", message)
}
