//! The process: arguments, environment, its end.

pub use sys::NATIVES;

#[lisle_macros::primitives(crate = lisle_vm)]
mod sys {
    use lisle_vm::args::Text;
    use lisle_vm::{Cx, Escape, Request, Value};

    use crate::natives::scheduler;
    use crate::request;

    fn list(cx: &mut Cx<'_>, texts: &[String]) -> Value {
        let items: Vec<Value> = texts.iter().map(|text| cx.string(text)).collect();
        cx.heap.new_list(&items)
    }

    /// The program's arguments, without the name of the script.
    ///
    /// (list? (sys/args))  # => true
    #[primitive(name = "sys/args")]
    fn args(cx: &mut Cx<'_>) -> Result<Value, Escape> {
        let arguments = scheduler(cx, "sys/args")?.options.arguments.clone();
        Ok(list(cx, arguments.get(1..).unwrap_or(&[])))
    }

    /// The name of the script, and the program's arguments.
    ///
    /// (list? (sys/argv))  # => true
    #[primitive(name = "sys/argv")]
    fn argv(cx: &mut Cx<'_>) -> Result<Value, Escape> {
        let arguments = scheduler(cx, "sys/argv")?.options.arguments.clone();
        Ok(list(cx, &arguments))
    }

    /// Four integers that cannot be foreseen; in a simulated world they follow from its seed.
    #[primitive(name = "%entropy", errors_as = "random", signals(error))]
    fn entropy(cx: &mut Cx<'_>) -> Result<Value, Escape> {
        let world = &mut scheduler(cx, "random")?.world;
        let words = [(); 4].map(|()| Value::int(world.entropy() as i64));
        Ok(cx.heap.new_array(&words).into())
    }

    /// The environment's variables as a struct with string keys; with a name, the value of that one, or nil.
    ///
    /// (sys/env "NO_SUCH_VARIABLE")  # => nil
    #[primitive(name = "sys/env", signals(error))]
    fn env(cx: &mut Cx<'_>, name: Option<Text>) -> Result<Value, Escape> {
        let variables = scheduler(cx, "sys/env")?.world.environment();
        let Some(name) = name else {
            let entries = variables.iter().map(|(name, value)| (cx.string(name), cx.string(value))).collect();
            return Ok(cx.heap.new_struct(entries).into());
        };
        let wanted = match name {
            Text::Str(text) => text.as_str().to_owned(),
            Text::MStr(text) => String::from_utf8_lossy(text.get(cx.heap).bytes()).into_owned(),
        };
        let found = variables.iter().find(|(name, _)| *name == wanted);
        Ok(found.map_or(Value::NIL, |(_, value)| cx.string(value)))
    }

    /// Ends the program at once, with a code from 0 to 255. Cleanup does not run.
    #[primitive(name = "sys/exit", aliases("exit", "os/exit"), errors_as = "exit", signals(error))]
    fn exit(cx: &mut Cx<'_>, code: Option<i64>) -> Result<Value, Escape> {
        let code = code.unwrap_or(0);
        if !(0..=255).contains(&code) {
            return Err(cx.argument_error("exit", &format!("code must be between 0 and 255, got {code}")));
        }
        // No bits: `exit` is never caught.
        Err(cx.wait(0, Request { operation: request::EXIT, args: [Value::int(code), Value::NIL, Value::NIL] }))
    }

    /// Ends the program at once and well.
    #[primitive(name = "sys/halt", aliases("halt", "os/halt"))]
    fn halt(cx: &mut Cx<'_>, _value: Option<Value>) -> Result<Value, Escape> {
        Err(cx.wait(0, Request { operation: request::EXIT, args: [Value::int(0), Value::NIL, Value::NIL] }))
    }
}
