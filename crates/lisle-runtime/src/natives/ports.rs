//! Ports: opening, reading, writing, closing.

pub use port::NATIVES;

#[lisle_macros::primitives(crate = lisle_vm)]
mod port {
    use lisle_vm::args::{Keyword, Text};
    use lisle_vm::{Cx, Escape, Request, Value, signal};

    use crate::natives::options::{self, milliseconds, nanoseconds, only_timeout, unknown};
    use crate::natives::{answer, path_text, scheduler, with_scheduler};
    use crate::ports::{Ask, Kind, PortValue, ask as ask_for, at_once, port_of};
    use crate::request;
    use crate::world::io::OpenMode;

    fn ask(cx: &mut Cx<'_>, operation: u32, args: [Value; 3]) -> Result<Value, Escape> {
        Err(cx.wait(signal::YIELD | signal::IO, Request { operation, args }))
    }

    /// Reads and writes are so frequent that those which need not wait are done here.
    fn now_or_ask(cx: &mut Cx<'_>, operation: u32, args: [Value; 3]) -> Result<Value, Escape> {
        match at_once(cx, operation, args) {
            Some(how) => answer(cx, how),
            None => ask(cx, operation, args),
        }
    }

    fn open_as(cx: &mut Cx<'_>, name: &'static str, path: Text, mode: Keyword, rest: &[Value], text: bool) -> Escape {
        let open_mode = match mode.0.name() {
            "read" => OpenMode::Read,
            "write" => OpenMode::Write,
            "append" => OpenMode::Append,
            "read-write" => OpenMode::ReadWrite,
            other => {
                let message = format!("{name}: expected :read, :write, :append or :read-write, got :{other}");
                return cx.error("type-error", message);
            }
        };
        let (mut new, mut timeout) = (false, Value::NIL);
        let pairs = match options::pairs(cx, name, rest) {
            Ok(pairs) => pairs,
            Err(escape) => return escape,
        };
        for (key, value) in pairs {
            let taken = match key.name() {
                "timeout" => milliseconds(cx, name, value).map(|value| timeout = value),
                "new" => options::flag(cx, name, "new", value).map(|value| new = value),
                _ => Err(unknown(cx, name, key)),
            };
            if let Err(escape) = taken {
                return escape;
            }
        }
        let path = path_text(cx, path);
        ask_for(cx, name, Ask::Open { path, mode: open_mode, text, new, timeout_ns: nanoseconds(timeout) })
    }

    /// Opens a file as a port for text. Modes: `:read`, `:write` (made or emptied), `:append`, `:read-write` (made, not
    /// emptied). With `:new true` it must not exist; `:timeout` in milliseconds.
    ///
    /// (port/open "/no/such/file" :read)  # raises :io-error
    /// (port/open "x" :sideways)  # raises :type-error
    #[primitive(name = "port/open", signals(error, io, r#yield))]
    fn open(cx: &mut Cx<'_>, path: Text, mode: Keyword, options: &[Value]) -> Result<Value, Escape> {
        Err(open_as(cx, "port/open", path, mode, options, true))
    }

    /// As `port/open`, for bytes.
    ///
    /// (port/open-bytes "/no/such/file" :read)  # raises :io-error
    #[primitive(name = "port/open-bytes", signals(error, io, r#yield))]
    fn open_bytes(cx: &mut Cx<'_>, path: Text, mode: Keyword, options: &[Value]) -> Result<Value, Escape> {
        Err(open_as(cx, "port/open-bytes", path, mode, options, false))
    }

    /// Up to n bytes, as soon as there are some: a string from text files, bytes from everything else. nil at the end. A
    /// character is never cut: its bytes are given together, or wait for the rest.
    ///
    /// Abort, `:timeout` (milliseconds): nothing is lost; what has come is for the next reader.
    ///
    /// (port/read (port/stdin) 10)  # => nil
    /// (port/read (port/stdin) -1)  # raises :value-error
    #[primitive(name = "port/read", aliases("stream/read"), signals(error, io, r#yield))]
    fn read(cx: &mut Cx<'_>, port: Value, n: i64, options: &[Value]) -> Result<Value, Escape> {
        if n < 0 {
            return Err(cx.error("value-error", format!("port/read: expected a count that is not negative, got {n}")));
        }
        let timeout = only_timeout(cx, "port/read", options)?;
        now_or_ask(cx, request::READ, [port, Value::int(n), timeout])
    }

    /// The next line without its end, `\n` or `\r\n`; nil when there is none.
    ///
    /// Abort, `:timeout` (milliseconds): nothing is lost; what has come is for the next reader.
    ///
    /// (port/read-line (port/stdin))  # => nil
    #[primitive(name = "port/read-line", aliases("stream/read-line"), signals(error, io, r#yield))]
    fn read_line(cx: &mut Cx<'_>, port: Value, options: &[Value]) -> Result<Value, Escape> {
        let timeout = only_timeout(cx, "port/read-line", options)?;
        now_or_ask(cx, request::READ, [port, Value::int(request::READ_LINE_MODE), timeout])
    }

    /// Everything up to the end: a string from text files, bytes from everything else; empty at the end.
    ///
    /// Abort, `:timeout` (milliseconds): nothing is lost; what has come is for the next reader.
    ///
    /// (port/read-all (port/stdin))  # => ""
    #[primitive(name = "port/read-all", aliases("stream/read-all"), signals(error, io, r#yield))]
    fn read_all(cx: &mut Cx<'_>, port: Value, options: &[Value]) -> Result<Value, Escape> {
        let timeout = only_timeout(cx, "port/read-all", options)?;
        now_or_ask(cx, request::READ, [port, Value::int(request::READ_ALL_MODE), timeout])
    }

    /// Writes a string or bytes, whole: no other fiber's write comes between. Gives the number of bytes. Waits while the
    /// other side does not read.
    ///
    /// Abort, `:timeout` (milliseconds): if nothing has gone out yet, nothing will; otherwise the rest goes out before
    /// whatever is written next.
    ///
    /// (port/write (port/stdout) "")  # => 0
    /// (port/write (port/stdin) "x")  # raises :io-error
    #[primitive(name = "port/write", aliases("stream/write"), signals(error, io, r#yield))]
    fn write(cx: &mut Cx<'_>, port: Value, data: Value, options: &[Value]) -> Result<Value, Escape> {
        let timeout = only_timeout(cx, "port/write", options)?;
        now_or_ask(cx, request::WRITE, [port, data, timeout])
    }

    /// Writes out what is held back: only standard output holds anything back.
    ///
    /// (port/flush (port/stdout))  # => nil
    #[primitive(name = "port/flush", aliases("stream/flush"), signals(error, io, r#yield))]
    fn flush(cx: &mut Cx<'_>, port: Value) -> Result<Value, Escape> {
        ask(cx, request::FLUSH, [port, Value::NIL, Value::NIL])
    }

    /// Returns when what was written to a file is on its medium.
    ///
    /// (port/sync (port/stdout))  # raises :type-error
    #[primitive(name = "port/sync", signals(error, io, r#yield))]
    fn sync(cx: &mut Cx<'_>, port: Value) -> Result<Value, Escape> {
        Err(ask_for(cx, "port/sync", Ask::Sync(port)))
    }

    /// Closes a port. Fibers that wait for it get an error. Closing it again does nothing. Of a standard stream only
    /// this value is closed, not the stream.
    ///
    /// (port/close (port/stdin))  # => nil
    #[primitive(name = "port/close", aliases("stream/close"), signals(error))]
    fn close(cx: &mut Cx<'_>, port: Value) -> Result<Value, Escape> {
        with_scheduler(cx, "port/close", |scheduler, heap| scheduler.close_port(heap, port))
    }

    /// True for a port that was not closed.
    ///
    /// (port/open? (port/stdin))  # => true
    /// (port/open? 5)  # raises :type-error
    #[primitive(name = "port/open?", signals(error))]
    fn is_open(cx: &mut Cx<'_>, port: Value) -> Result<bool, Escape> {
        match port_of(cx.heap, port) {
            Some(port) => Ok(!port.name.closed.get()),
            None => Err(cx.type_error("port/open?", "port", port)),
        }
    }

    /// The path of a file, or the address of a socket as `"host:port"`; nil for standard streams.
    ///
    /// (port/path (port/stdin))  # => nil
    /// (port/path 5)  # raises :type-error
    #[primitive(name = "port/path", signals(error))]
    fn path(cx: &mut Cx<'_>, port: Value) -> Result<Value, Escape> {
        let path = match port_of(cx.heap, port) {
            Some(port) => port.name.path.clone(),
            None => return Err(cx.type_error("port/path", "port", port)),
        };
        Ok(path.map_or(Value::NIL, |path| cx.string(&path)))
    }

    /// Sets the position in a file, `:from :start` (the default), `:current` or `:end`. Gives the new position.
    ///
    /// (port/seek (port/stdin) 0)  # raises :type-error
    #[primitive(name = "port/seek", signals(error, io, r#yield))]
    fn seek(cx: &mut Cx<'_>, port: Value, offset: i64, options: &[Value]) -> Result<Value, Escape> {
        let mut from = "start";
        for (key, value) in options::pairs(cx, "port/seek", options)? {
            match (key.name(), value.as_keyword().map(|from| from.name())) {
                ("from", Some(place @ ("start" | "current" | "end"))) => from = place,
                ("from", Some(other)) => {
                    let message = format!("port/seek: expected :start, :current or :end for :from, got :{other}");
                    return Err(cx.error("type-error", message));
                }
                ("from", None) => return Err(cx.type_error("port/seek", ":start, :current or :end for :from", value)),
                _ => return Err(unknown(cx, "port/seek", key)),
            }
        }
        if from == "end" {
            return Err(ask_for(cx, "port/seek", Ask::SeekEnd { port, offset }));
        }
        with_scheduler(cx, "port/seek", |scheduler, heap| scheduler.seek(heap, port, offset, from == "current"))
    }

    /// The position in a file.
    ///
    /// (port/tell (port/stdin))  # raises :type-error
    #[primitive(name = "port/tell", signals(error))]
    fn tell(cx: &mut Cx<'_>, port: Value) -> Result<Value, Escape> {
        let Some(id) = port_of(cx.heap, port).map(|port| port.id) else {
            return Err(cx.type_error("port/tell", "port", port));
        };
        with_scheduler(cx, "port/tell", |scheduler, heap| scheduler.tell(heap, id))
    }

    /// Sets how long operations on a port wait unless they say otherwise, in milliseconds (`:timeout`, nil for ever), and
    /// options of its socket: `:nodelay`, `:keepalive`, `:sndbuf`, `:rcvbuf`, `:broadcast`.
    ///
    /// (port/set-options (port/stdin) :timeout nil)  # => nil
    /// (port/set-options (port/stdin) :colour 1)  # raises :argument-error
    #[primitive(name = "port/set-options", signals(error))]
    fn set_options(cx: &mut Cx<'_>, port: Value, options: &[Value]) -> Result<Value, Escape> {
        let pairs = options::pairs(cx, "port/set-options", options)?;
        let (socket, timeout) = options::socket(cx, "port/set-options", options)?;
        if port_of(cx.heap, port).is_none() {
            return Err(cx.type_error("port/set-options", "port", port));
        }
        if pairs.iter().any(|(key, _)| key.name() == "timeout") {
            with_scheduler(cx, "port/set-options", |s, heap| s.set_timeout(heap, port, Some(timeout)))?;
        }
        if socket == crate::world::io::SocketOptions::default() {
            return Ok(Value::NIL);
        }
        with_scheduler(cx, "port/set-options", |s, heap| s.set_socket_options(heap, port, &socket))
    }

    fn standard(cx: &mut Cx<'_>, kind: Kind) -> Value {
        cx.heap.new_external(Box::new(PortValue::standard(kind))).into()
    }

    /// Standard input as a port.
    ///
    /// (type-of (port/stdin))  # => :port
    #[primitive(name = "port/stdin")]
    fn stdin(cx: &mut Cx<'_>) -> Value {
        standard(cx, Kind::Stdin)
    }

    /// Standard output as a port.
    ///
    /// (type-of (port/stdout))  # => :port
    #[primitive(name = "port/stdout")]
    fn stdout(cx: &mut Cx<'_>) -> Value {
        standard(cx, Kind::Stdout)
    }

    /// Standard error as a port.
    ///
    /// (type-of (port/stderr))  # => :port
    #[primitive(name = "port/stderr")]
    fn stderr(cx: &mut Cx<'_>) -> Value {
        standard(cx, Kind::Stderr)
    }

    /// True for a port.
    ///
    /// (port? (*stdout*))  # => true
    #[primitive(name = "port?")]
    fn is_port(cx: &mut Cx<'_>, value: Value) -> bool {
        port_of(cx.heap, value).is_some()
    }

    /// True when output goes to a terminal, where people read it.
    ///
    /// (boolean? (sys/terminal?))  # => true
    #[primitive(name = "sys/terminal?", signals(error))]
    fn is_terminal(cx: &mut Cx<'_>) -> Result<bool, Escape> {
        Ok(scheduler(cx, "sys/terminal?")?.world.is_terminal(crate::world::Stream::Stdout))
    }
}
