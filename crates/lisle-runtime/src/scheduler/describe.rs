//! What a program sees that catches what a fiber asks of the scheduler.

use lisle_vm::object::External;
use lisle_vm::{Heap, Request, Value};

use crate::request;

/// Something asked of the world: opaque, for only the scheduler can answer it.
#[derive(Debug)]
struct IoRequest(&'static str);

impl External for IoRequest {
    fn type_name(&self) -> &'static str {
        "io-request"
    }

    fn display(&self) -> String {
        format!("#<io-request:{}>", self.0)
    }
}

/// A request as a value: `{:op :join :fiber f}` and the like.
pub(super) fn request(request: &Request, heap: &mut Heap) -> Value {
    let name = request::name(request.operation);
    let names: &[&str] = match request.operation {
        request::JOIN | request::JOIN_PROTECTED | request::ABORT => &["fiber"],
        request::JOIN_ALL | request::JOIN_ALL_PROTECTED | request::MAP | request::RUN | request::SELECT => &["fibers"],
        request::SCOPE | request::RACE | request::TIMEOUT | request::NEXT | request::CLOSE => &["group"],
        request::PARK | request::TAKE => &["queue"],
        request::PUT => &["queue", "value"],
        request::FUTEX_WAIT => &["key", "val", "expected"],
        request::SLEEP
        | request::WRITE
        | request::FLUSH
        | request::READ
        | request::ACCEPT
        | request::RECEIVE
        | request::WAIT_EXIT
        | request::IO => return heap.new_external(Box::new(IoRequest(name))).into(),
        _ => &[],
    };
    let mut entries = vec![(Value::keyword_named("op"), Value::keyword_named(name))];
    entries.extend(names.iter().zip(request.args).map(|(name, value)| (Value::keyword_named(name), value)));
    heap.new_struct(entries).into()
}
