//! Ports as values, and reading and writing them.

use lisle_syntax::Symbol;
use lisle_vm::object::External;
use lisle_vm::{Gc, Heap, Value, Vm};

use crate::natives::errors::io_error;
use crate::request;
use crate::scheduler::{How, Scheduler};
use crate::world::Stream;

/// A standard stream as a port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Port {
    Stdin,
    Stdout,
    Stderr,
}

impl External for Port {
    fn type_name(&self) -> &'static str {
        "port"
    }

    fn display(&self) -> String {
        let name = match self {
            Port::Stdin => "stdin",
            Port::Stdout => "stdout",
            Port::Stderr => "stderr",
        };
        format!("#<port:{name}>")
    }
}

/// The port in a value.
pub(crate) fn port_of(heap: &Heap, value: Value) -> Option<Port> {
    value.as_external().and_then(|external| external.get(heap).downcast_ref::<Port>().copied())
}

/// Defines `*stdin*`, `*stdout*` and `*stderr*`.
pub(crate) fn define_parameters(vm: &mut Vm) {
    for (name, port) in [("*stdin*", Port::Stdin), ("*stdout*", Port::Stdout), ("*stderr*", Port::Stderr)] {
        let port = vm.heap.new_external(Box::new(port)).into();
        let parameter = vm.heap.new_parameter(port).into();
        vm.state.library.insert(Symbol::intern(name), parameter);
    }
}

/// Bytes of standard input that were read but not asked for yet.
#[derive(Debug, Default)]
pub(crate) struct Input {
    bytes: Vec<u8>,
    /// Where the next byte is in `bytes`.
    position: usize,
    ended: bool,
}

impl Scheduler {
    /// Writes data to a port, whole: no other task's write comes between.
    pub(crate) fn write(&mut self, heap: &mut Heap, port: Value, data: Value) -> How {
        let stream = match port_of(heap, port) {
            Some(Port::Stdout) => Stream::Stdout,
            Some(Port::Stderr) => Stream::Stderr,
            Some(Port::Stdin) => return not_for(heap, "port/write", "writing"),
            None => return not_a_port(heap, "port/write", port),
        };
        let Some(bytes) = octets(heap, &data) else {
            let message = format!("port/write: expected string or bytes, got {}", data.tag().type_name());
            return How::Error(heap.new_error("type-error", &message, &[]));
        };
        let count = bytes.len() as i64;
        match self.output.write(&mut *self.world, stream, bytes) {
            Ok(()) => How::Value(Value::int(count)),
            Err(error) => How::Error(io_error(heap, "port/write", None, &error)),
        }
    }

    /// Writes out what is held back.
    pub(crate) fn flush_port(&mut self, heap: &mut Heap, port: Value) -> How {
        if port_of(heap, port).is_none() {
            return not_a_port(heap, "port/flush", port);
        }
        match self.output.flush(&mut *self.world) {
            Ok(()) => How::Value(Value::NIL),
            Err(error) => How::Error(io_error(heap, "port/flush", None, &error)),
        }
    }

    /// Reads a line or everything from standard input. The whole program waits meanwhile.
    pub(crate) fn read_port(&mut self, heap: &mut Heap, port: Value, mode: Value) -> How {
        match port_of(heap, port) {
            Some(Port::Stdin) => {}
            Some(_) => return not_for(heap, "port/read", "reading"),
            None => return not_a_port(heap, "port/read", port),
        }
        let whole = mode.as_int() == Some(request::READ_ALL_MODE);
        // A prompt printed before must be seen.
        let read =
            self.output.flush(&mut *self.world).and_then(|()| if whole { self.read_rest() } else { self.read_line() });
        match read {
            Ok(Some(text)) => How::Value(heap.new_string(&text).into()),
            Ok(None) => How::Value(Value::NIL),
            Err(error) => How::Error(io_error(heap, "port/read", None, &error)),
        }
    }

    fn read_rest(&mut self) -> std::io::Result<Option<String>> {
        while !self.input.ended {
            self.fill()?;
        }
        let text = String::from_utf8_lossy(&self.input.bytes[self.input.position..]).into_owned();
        self.input.position = self.input.bytes.len();
        Ok(Some(text))
    }

    fn read_line(&mut self) -> std::io::Result<Option<String>> {
        let mut searched = 0;
        loop {
            let rest = &self.input.bytes[self.input.position..];
            if let Some(end) = rest[searched..].iter().position(|b| *b == b'\n').map(|i| searched + i) {
                let line = rest[..end].strip_suffix(b"\r").unwrap_or(&rest[..end]);
                let line = String::from_utf8_lossy(line).into_owned();
                self.input.position += end + 1;
                return Ok(Some(line));
            }
            if self.input.ended {
                if rest.is_empty() {
                    return Ok(None);
                }
                return self.read_rest();
            }
            searched = rest.len();
            self.fill()?;
        }
    }

    fn fill(&mut self) -> std::io::Result<()> {
        if self.input.position > 0 && self.input.position == self.input.bytes.len() {
            self.input.bytes.clear();
            self.input.position = 0;
        }
        let mut buffer = [0; 16 * 1024];
        let count = loop {
            match self.world.read_stdin(&mut buffer) {
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted && !self.world.asked().interrupt => {}
                other => break other?,
            }
        };
        self.input.ended = count == 0;
        self.input.bytes.extend_from_slice(&buffer[..count]);
        Ok(())
    }
}

/// The octets of a string or bytes value.
pub(crate) fn octets<'a>(heap: &'a Heap, value: &'a Value) -> Option<&'a [u8]> {
    fn object<'a, T: lisle_vm::gc::HeapObject>(heap: &'a Heap, value: &Value) -> Option<&'a T> {
        value.as_object::<T>().map(|o: Gc<T>| o.get(heap))
    }
    use lisle_vm::object::{Bytes, MBytes, MStr, Str};
    object::<Str>(heap, value)
        .map(Str::as_bytes)
        .or_else(|| object::<Bytes>(heap, value).map(Bytes::as_bytes))
        .or_else(|| object::<MStr>(heap, value).map(|s| &*s.bytes))
        .or_else(|| object::<MBytes>(heap, value).map(|b| &*b.bytes))
}

fn not_a_port(heap: &mut Heap, name: &str, value: Value) -> How {
    let message = format!("{name}: expected port, got {}", value.tag().type_name());
    How::Error(heap.new_error("type-error", &message, &[]))
}

fn not_for(heap: &mut Heap, name: &str, what: &str) -> How {
    How::Error(heap.new_error("io-error", &format!("{name}: the port is not open for {what}"), &[]))
}
