//! Sockets: TCP, Unix, UDP, and names.

pub use net::NATIVES;

#[allow(clippy::module_inception, reason = "the inner name is the group that help shows")]
#[lisle_macros::primitives(crate = lisle_vm)]
mod net {
    use lisle_vm::args::{Keyword, Text};
    use lisle_vm::{Cx, Escape, Request, Value, signal};

    use crate::natives::options::{self, nanoseconds, only_timeout};
    use crate::natives::{path_text, with_scheduler};
    use crate::ports::{Ask, Kind, ask, octets};
    use crate::request;
    use crate::world::io::Direction;

    type Answer = Result<Value, Escape>;

    /// The largest datagram.
    const DATAGRAM_MAX: i64 = 65_536;

    fn port_number(cx: &mut Cx<'_>, name: &str, port: i64) -> Result<u16, Escape> {
        u16::try_from(port)
            .map_err(|_| cx.error("value-error", format!("{name}: expected a port from 0 to 65535, got {port}")))
    }

    fn bind(cx: &mut Cx<'_>, name: &'static str, host: Text, port: i64, rest: &[Value], kind: Kind) -> Answer {
        let port = port_number(cx, name, port)?;
        let (options, _) = options::socket(cx, name, rest)?;
        let host = path_text(cx, host);
        Err(ask(cx, name, Ask::Bind { host, port, options, kind }))
    }

    fn wait(cx: &mut Cx<'_>, operation: u32, args: [Value; 3]) -> Answer {
        Err(cx.wait(signal::YIELD | signal::IO, Request { operation, args }))
    }

    /// Listens for TCP connections at an address, IPv4 or IPv6, or a host's; `"*"` for all addresses. Port 0 takes a free
    /// one: see `tcp/port`. Options: `:backlog`, `:reuse-port`, `:only-v6`, `:sndbuf`, `:rcvbuf`.
    ///
    /// (tcp/listen "127.0.0.1" 70000)  # raises :value-error
    /// (tcp/listen 5 0)  # raises :type-error
    #[primitive(name = "tcp/listen", signals(error, io, r#yield))]
    fn listen(cx: &mut Cx<'_>, host: Text, port: i64, options: &[Value]) -> Answer {
        bind(cx, "tcp/listen", host, port, options, Kind::TcpListener)
    }

    /// Waits for the next connection of a listener, and gives it as a port. When the system has no descriptors left, it
    /// waits until there are some.
    ///
    /// Abort, `:timeout` (milliseconds): no connection is lost.
    ///
    /// (tcp/accept (port/stdin))  # raises :type-error
    #[primitive(name = "tcp/accept", signals(error, io, r#yield))]
    fn accept(cx: &mut Cx<'_>, listener: Value, options: &[Value]) -> Answer {
        let timeout = only_timeout(cx, "tcp/accept", options)?;
        wait(cx, request::ACCEPT, [listener, Value::FALSE, timeout])
    }

    /// Connects to a port of a host, by name or address. Of several addresses the first that answers is taken (RFC 8305).
    /// Options: `:timeout` (milliseconds, for all of it), `:nodelay` (default true), `:keepalive`, `:sndbuf`, `:rcvbuf`.
    ///
    /// Abort: what was begun is closed.
    ///
    /// (tcp/connect "127.0.0.1" 70000)  # raises :value-error
    /// (tcp/connect "127.0.0.1" 1 :colour 2)  # raises :argument-error
    #[primitive(name = "tcp/connect", signals(error, io, r#yield))]
    fn connect(cx: &mut Cx<'_>, host: Text, port: i64, options: &[Value]) -> Answer {
        let port = port_number(cx, "tcp/connect", port)?;
        let (options, timeout) = options::socket(cx, "tcp/connect", options)?;
        let host = path_text(cx, host);
        Err(ask(cx, "tcp/connect", Ask::Connect { host, port, options, timeout_ns: nanoseconds(timeout) }))
    }

    fn shut_down(cx: &mut Cx<'_>, name: &'static str, port: Value, how: Keyword) -> Answer {
        let direction = match how.0.name() {
            "read" => Direction::Read,
            "write" => Direction::Write,
            "read-write" => Direction::Both,
            other => {
                let message = format!("{name}: expected :read, :write or :read-write, got :{other}");
                return Err(cx.error("value-error", message));
            }
        };
        with_scheduler(cx, name, |scheduler, heap| scheduler.shut_down(heap, name, port, direction))
    }

    /// Ends one direction of a connection, `:read` or `:write`, or both, `:read-write`. After `:write` the other side reads
    /// its end, and may go on writing.
    ///
    /// (tcp/shutdown (port/stdin) :sideways)  # raises :value-error
    #[primitive(name = "tcp/shutdown", signals(error))]
    fn tcp_shutdown(cx: &mut Cx<'_>, port: Value, how: Keyword) -> Answer {
        shut_down(cx, "tcp/shutdown", port, how)
    }

    /// The port number of a listener or of our end of a connection.
    ///
    /// (tcp/port (port/stdin))  # raises :type-error
    #[primitive(name = "tcp/port", aliases("udp/port"), signals(error))]
    fn port(cx: &mut Cx<'_>, port: Value) -> Answer {
        with_scheduler(cx, "tcp/port", |scheduler, heap| scheduler.socket_port(heap, "tcp/port", port))
    }

    /// Listens for connections at a path. A socket file that nobody listens at any more is replaced. Option: `:backlog`.
    ///
    /// (unix/listen 5)  # raises :type-error
    #[primitive(name = "unix/listen", signals(error))]
    fn unix_listen(cx: &mut Cx<'_>, path: Text, options: &[Value]) -> Answer {
        let (options, _) = options::socket(cx, "unix/listen", options)?;
        let path = path_text(cx, path);
        with_scheduler(cx, "unix/listen", |scheduler, heap| scheduler.listen_at_path(heap, path, &options))
    }

    /// As `tcp/accept`.
    ///
    /// (unix/accept (port/stdin))  # raises :type-error
    #[primitive(name = "unix/accept", signals(error, io, r#yield))]
    fn unix_accept(cx: &mut Cx<'_>, listener: Value, options: &[Value]) -> Answer {
        let timeout = only_timeout(cx, "unix/accept", options)?;
        wait(cx, request::ACCEPT, [listener, Value::TRUE, timeout])
    }

    /// Connects to a path where somebody listens. Options: `:timeout` (milliseconds), `:sndbuf`, `:rcvbuf`.
    ///
    /// (unix/connect 5)  # raises :type-error
    #[primitive(name = "unix/connect", signals(error, io, r#yield))]
    fn unix_connect(cx: &mut Cx<'_>, path: Text, options: &[Value]) -> Answer {
        let (options, timeout) = options::socket(cx, "unix/connect", options)?;
        let path = path_text(cx, path);
        Err(ask(cx, "unix/connect", Ask::ConnectPath { path, options, timeout_ns: nanoseconds(timeout) }))
    }

    /// As `tcp/shutdown`.
    ///
    /// (unix/shutdown (port/stdin) :sideways)  # raises :value-error
    #[primitive(name = "unix/shutdown", signals(error))]
    fn unix_shutdown(cx: &mut Cx<'_>, port: Value, how: Keyword) -> Answer {
        shut_down(cx, "unix/shutdown", port, how)
    }

    /// A socket for datagrams at an address; port 0 takes a free one. Options: `:reuse-port`, `:only-v6`, `:broadcast`,
    /// `:sndbuf`, `:rcvbuf`.
    ///
    /// (udp/bind "127.0.0.1" -1)  # raises :value-error
    #[primitive(name = "udp/bind", signals(error, io, r#yield))]
    fn udp_bind(cx: &mut Cx<'_>, host: Text, port: i64, options: &[Value]) -> Answer {
        bind(cx, "udp/bind", host, port, options, Kind::Udp)
    }

    /// Sends a string or bytes as one datagram, and gives the number of bytes. Waits while the system has no room for it.
    /// Nobody tells whether it arrives.
    ///
    /// Abort, `:timeout` (milliseconds): nothing is sent.
    ///
    /// (udp/send-to (port/stdin) 5 "127.0.0.1" 9)  # raises :type-error
    #[primitive(name = "udp/send-to", signals(error, io, r#yield))]
    fn send_to(cx: &mut Cx<'_>, socket: Value, data: Value, host: Text, port: i64, options: &[Value]) -> Answer {
        let to_port = port_number(cx, "udp/send-to", port)?;
        let timeout_ns = nanoseconds(only_timeout(cx, "udp/send-to", options)?);
        let is_socket = crate::ports::port_of(cx.heap, socket).is_some_and(|port| port.name.kind == Kind::Udp);
        if !is_socket {
            return Err(cx.type_error("udp/send-to", "UDP socket", socket));
        }
        let Some(data) = octets(cx.heap, &data).map(<[u8]>::to_vec) else {
            return Err(cx.type_error("udp/send-to", "string or bytes", data));
        };
        let host = path_text(cx, host);
        Err(ask(cx, "udp/send-to", Ask::SendTo { port: socket, host, to_port, data, timeout_ns }))
    }

    /// Waits for a datagram: `{:data bytes :addr string :port int}`. What is longer than n bytes is cut.
    ///
    /// Abort, `:timeout` (milliseconds): no datagram is lost.
    ///
    /// (udp/recv-from (port/stdin) 0)  # raises :value-error
    /// (udp/recv-from (port/stdin) 9)  # raises :type-error
    #[primitive(name = "udp/recv-from", signals(error, io, r#yield))]
    fn receive_from(cx: &mut Cx<'_>, socket: Value, n: i64, options: &[Value]) -> Answer {
        if n <= 0 {
            return Err(cx.error("value-error", format!("udp/recv-from: expected a positive count, got {n}")));
        }
        let timeout = only_timeout(cx, "udp/recv-from", options)?;
        wait(cx, request::RECEIVE, [socket, Value::int(n.min(DATAGRAM_MAX)), timeout])
    }

    /// The addresses of a host, as an array of strings. Option: `:timeout` (milliseconds).
    ///
    /// (sys/resolve "127.0.0.1")  # => ["127.0.0.1"]
    #[primitive(name = "sys/resolve", signals(error, io, r#yield))]
    fn resolve(cx: &mut Cx<'_>, host: Text, options: &[Value]) -> Answer {
        let timeout = only_timeout(cx, "sys/resolve", options)?;
        let host = path_text(cx, host);
        Err(ask(cx, "sys/resolve", Ask::Resolve { host, timeout_ns: nanoseconds(timeout) }))
    }
}
