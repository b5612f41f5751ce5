//! Tests that programs bring along.

pub use testing::NATIVES;

#[allow(clippy::module_inception, reason = "the inner name is the group that help shows")]
#[lisle_macros::primitives(crate = lisle_vm)]
mod testing {
    use lisle_vm::args::Text;
    use lisle_vm::{Cx, Escape, Tag, Value};

    use crate::natives::scheduler;

    /// A test for `lisle test`: a name, and a function that raises an error if something is wrong. Runs nothing
    /// otherwise, and gives nil, so that a program may carry its tests with it.
    ///
    /// (test "sums" (fn [] (assert (= 3 (+ 1 2)))))  # => nil
    #[primitive(name = "test", signals(error))]
    fn test(cx: &mut Cx<'_>, name: Text, body: Value) -> Result<Value, Escape> {
        if body.tag() != Tag::Closure {
            return Err(cx.type_error("test", "closure", body));
        }
        let name = match name {
            Text::Str(text) => text.as_str().to_owned(),
            Text::MStr(text) => String::from_utf8_lossy(text.get(cx.heap).bytes()).into_owned(),
        };
        if scheduler(cx, "test")?.tests.register(&name, body) {
            return Ok(Value::NIL);
        }
        Err(cx.argument_error("test", "too many tests"))
    }
}
