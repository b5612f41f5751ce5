//! Closing.

use lisle_vm::{Heap, Value};

use super::requests::not_for;
use super::value::{Kind, port_or_watch};
use super::{Owner, closed, port_of, type_error, watch};
use crate::natives::errors::io_error;
use crate::scheduler::{How, Scheduler};
use crate::world::io::{Direction, Handle};

impl Scheduler {
    /// Closes a port. Whoever waits for it is told.
    pub(crate) fn close_port(&mut self, heap: &mut Heap, value: Value) -> How {
        match port_of(heap, value) {
            Some(_) => self.close_any(heap, value),
            None => type_error(heap, "port/close", "port", value),
        }
    }

    /// Closes a port or a watch.
    pub(super) fn close_any(&mut self, heap: &mut Heap, value: Value) -> How {
        let Some(port) = port_or_watch(heap, value) else { return How::Value(Value::NIL) };
        let (id, name) = (port.id, port.name.clone());
        if name.closed.replace(true) {
            return How::Value(Value::NIL);
        }
        if name.kind.is_standard() {
            // The stream stays for others; only this value is closed.
            return match self.output.flush(&mut *self.world) {
                Err(error) if !self.output.closed => How::Error(io_error(heap, "port/close", None, None, &error)),
                _ => How::Value(Value::NIL),
            };
        }
        self.shut(id);
        loop {
            let port = self.ports.port(id);
            let Some(token) = port.readers.front().or(port.writers.front()).copied() else { break };
            let operation = self.ports.operations.get(token).map_or("port", |operation| operation.name);
            let error = match name.kind {
                Kind::Watch => watch::closed(heap, operation),
                _ => closed(heap, operation),
            };
            self.finish_operation(heap, token, How::Error(error));
        }
        self.end_pauses(heap);
        How::Value(Value::NIL)
    }

    /// Gives the descriptor back.
    fn shut(&mut self, id: u32) {
        let port = self.ports.port(id);
        port.input.clear();
        port.rest = Vec::new();
        self.ports.returned.retain(|(from, _, _)| *from != id);
        let port = self.ports.port(id);
        port.watching = None;
        if let Some(job) = port.job.take() {
            self.ports.jobs.remove(&job);
        }
        let port = self.ports.port(id);
        let pause = port.pause.take();
        let is_listener = port.name.kind.is_listener();
        if let Some(handle) = port.handle.take() {
            if is_listener {
                // A subprocess that is about to start may hold the socket for a moment; nobody listens there.
                let _ = self.world.io().shutdown(handle, Direction::Both);
            }
            self.close_handle(handle);
        }
        if let Some(alarm) = pause {
            self.ports.pauses -= 1;
            self.clear_alarm(alarm);
        }
    }

    /// Closes what no port has.
    pub(super) fn close_handle(&mut self, handle: Handle) {
        self.ports.set_owner(handle, Owner::Nobody);
        self.world.io().close(handle);
    }

    /// Closes the ports whose values were collected. Nobody waits for them: operations keep the values of their ports.
    pub(super) fn close_dropped(&mut self, heap: &mut Heap) {
        let dropped = std::mem::take(&mut *self.ports.dropped.borrow_mut());
        if dropped.is_empty() {
            return;
        }
        for id in dropped {
            self.shut(id);
            self.ports.ports[id as usize] = None;
            self.ports.free.push(id);
        }
        self.end_pauses(heap);
    }

    /// Ends directions of a connection. What has begun to go out goes out before its end.
    pub(crate) fn shut_down(&mut self, heap: &mut Heap, name: &str, value: Value, direction: Direction) -> How {
        let Some(port) = port_of(heap, value) else { return type_error(heap, name, "port", value) };
        let (id, address) = (port.id, port.name.path.clone());
        if !matches!(port.name.kind, Kind::TcpStream | Kind::UnixStream) {
            return not_for(heap, name, "this");
        }
        let Some(handle) = self.ports.port(id).handle else { return How::Error(closed(heap, name)) };
        let port = self.ports.port(id);
        let direction = match direction {
            Direction::Write | Direction::Both if !port.rest.is_empty() => {
                port.ending = true;
                if direction == Direction::Write {
                    return How::Value(Value::NIL);
                }
                Direction::Read
            }
            _ => direction,
        };
        match self.world.io().shutdown(handle, direction) {
            Ok(()) => {
                if direction != Direction::Write {
                    let port = self.ports.port(id);
                    (port.readable, port.hung_up) = (true, true);
                    self.serve_readers(heap, id);
                }
                How::Value(Value::NIL)
            }
            Err(error) => How::Error(io_error(heap, name, None, address.as_deref(), &error)),
        }
    }
}
