//! Ports: the standard streams so far.

pub use port::NATIVES;

#[lisle_macros::primitives(crate = lisle_vm)]
mod port {
    use lisle_vm::{Cx, Escape, Request, Value, signal};

    use crate::ports::{Port, port_of};
    use crate::request;

    fn ask(cx: &mut Cx<'_>, operation: u32, first: Value, second: Value) -> Escape {
        cx.wait(signal::YIELD | signal::IO, Request { operation, args: [first, second, Value::NIL] })
    }

    /// Writes a string or bytes, whole. Gives the number of bytes.
    #[primitive(name = "port/write", aliases("stream/write"), signals(error, io, r#yield))]
    fn write(cx: &mut Cx<'_>, port: Value, data: Value) -> Result<Value, Escape> {
        Err(ask(cx, request::WRITE, port, data))
    }

    /// Writes out what is held back.
    ///
    /// (port/flush (port/stdout))  # => nil
    #[primitive(name = "port/flush", aliases("stream/flush"), signals(error, io, r#yield))]
    fn flush(cx: &mut Cx<'_>, port: Value) -> Result<Value, Escape> {
        Err(ask(cx, request::FLUSH, port, Value::NIL))
    }

    /// The next line without its end; nil when there is none.
    ///
    /// (port/read-line (port/stdin))  # => nil
    #[primitive(name = "port/read-line", aliases("stream/read-line"), signals(error, io, r#yield))]
    fn read_line(cx: &mut Cx<'_>, port: Value) -> Result<Value, Escape> {
        Err(ask(cx, request::READ, port, Value::int(request::READ_LINE_MODE)))
    }

    /// Everything up to the end.
    #[primitive(name = "port/read-all", aliases("stream/read-all"), signals(error, io, r#yield))]
    fn read_all(cx: &mut Cx<'_>, port: Value) -> Result<Value, Escape> {
        Err(ask(cx, request::READ, port, Value::int(request::READ_ALL_MODE)))
    }

    /// Standard input as a port.
    ///
    /// (type-of (port/stdin))  # => :port
    #[primitive(name = "port/stdin")]
    fn stdin(cx: &mut Cx<'_>) -> Value {
        cx.heap.new_external(Box::new(Port::Stdin)).into()
    }

    /// Standard output as a port.
    ///
    /// (type-of (port/stdout))  # => :port
    #[primitive(name = "port/stdout")]
    fn stdout(cx: &mut Cx<'_>) -> Value {
        cx.heap.new_external(Box::new(Port::Stdout)).into()
    }

    /// Standard error as a port.
    ///
    /// (type-of (port/stderr))  # => :port
    #[primitive(name = "port/stderr")]
    fn stderr(cx: &mut Cx<'_>) -> Value {
        cx.heap.new_external(Box::new(Port::Stderr)).into()
    }

    /// True for a port.
    ///
    /// (port? (*stdout*))  # => true
    #[primitive(name = "port?")]
    fn is_port(cx: &mut Cx<'_>, value: Value) -> bool {
        port_of(cx.heap, value).is_some()
    }
}
