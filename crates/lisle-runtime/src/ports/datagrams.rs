//! Datagrams.

use std::io::ErrorKind;
use std::net::SocketAddr;

use lisle_vm::{Heap, Value};

use super::operations::What;
use super::{closed, octets};
use crate::natives::errors::io_error;
use crate::scheduler::{Answer, How, Scheduler, TaskId};

/// No datagram is larger.
const DATAGRAM_MAX: usize = 65_536;

const NAME: &str = "udp/send-to";

/// What a receiver gets.
fn datagram(heap: &mut Heap, bytes: &[u8], address: Value, port: Value) -> Value {
    let data = heap.new_bytes(bytes).into();
    let fields = vec![
        (Value::keyword_named("data"), data),
        (Value::keyword_named("addr"), address),
        (Value::keyword_named("port"), port),
    ];
    heap.new_struct(fields).into()
}

/// A datagram that another receiver was given and has not seen, for one that wants so many bytes of it.
fn cut(heap: &mut Heap, received: Value, most: usize) -> Value {
    let Some(fields) = received.as_struct() else { return received };
    let field = |name| (*fields).get(Value::keyword_named(name)).unwrap_or_default();
    let (data, address, port) = (field("data"), field("addr"), field("port"));
    match octets(heap, &data) {
        Some(bytes) if bytes.len() > most => {
            let bytes = bytes[..most].to_vec();
            datagram(heap, &bytes, address, port)
        }
        _ => received,
    }
}

impl Scheduler {
    /// Receives a datagram if there is one. `None`: whoever wants it must wait.
    pub(super) fn try_receive(&mut self, heap: &mut Heap, id: u32, name: &str, most: usize) -> Option<How> {
        if let Some(How::Value(returned)) = self.take_returned(id) {
            return Some(How::Value(cut(heap, returned, most)));
        }
        let mut buffer = vec![0; most.min(DATAGRAM_MAX)];
        loop {
            let port = self.ports.port(id);
            let Some(handle) = port.handle else { return Some(How::Error(closed(heap, name))) };
            if !port.readable {
                return None;
            }
            match self.world.io().receive_from(handle, &mut buffer) {
                Ok((count, from)) => {
                    let address = heap.new_string(&from.ip().to_string()).into();
                    let port = Value::int(i64::from(from.port()));
                    return Some(How::Value(datagram(heap, &buffer[..count], address, port)));
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    port.readable = false;
                    return None;
                }
                // What an earlier datagram met is no fault of this call.
                Err(error) if matches!(error.kind(), ErrorKind::Interrupted | ErrorKind::ConnectionRefused) => {}
                Err(error) => {
                    let address = port.name.path.clone();
                    return Some(How::Error(io_error(heap, name, None, address.as_deref(), &error)));
                }
            }
        }
    }

    /// Sends a datagram if there is room for it. `None`: whoever sends it must wait.
    fn try_send(&mut self, heap: &mut Heap, id: u32, name: &str, bytes: &[u8], to: SocketAddr) -> Option<How> {
        loop {
            let port = self.ports.port(id);
            let Some(handle) = port.handle else { return Some(How::Error(closed(heap, name))) };
            if !port.writable {
                return None;
            }
            match self.world.io().send_to(handle, bytes, to) {
                Ok(count) => return Some(How::Value(Value::int(count as i64))),
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    self.ports.port(id).writable = false;
                    return None;
                }
                // What an earlier datagram met is no fault of this one.
                Err(error) if matches!(error.kind(), ErrorKind::Interrupted | ErrorKind::ConnectionRefused) => {}
                Err(error) => return Some(How::Error(io_error(heap, name, None, Some(&to.to_string()), &error))),
            }
        }
    }

    /// A task sends a datagram.
    pub(super) fn send_request(
        &mut self,
        heap: &mut Heap,
        task: TaskId,
        (id, value): (u32, Value),
        data: Vec<u8>,
        to: SocketAddr,
        timeout_ns: Option<u64>,
    ) -> Answer {
        if self.ports.port(id).writers.is_empty()
            && let Some(how) = self.try_send(heap, id, NAME, &data, to)
        {
            return self.answer(task, how, None);
        }
        let timeout_ns = timeout_ns.or(self.ports.port(id).timeout_ns);
        let token = self.wait_for(task, NAME, Some((id, value)), What::Send(data, to), timeout_ns);
        self.ports.port(id).writers.push_back(token);
        Answer::Parked
    }

    /// The address of the host was found that an operation is to send a datagram to.
    pub(super) fn send_found(&mut self, heap: &mut Heap, token: u64, id: u32, data: Vec<u8>, to: SocketAddr) {
        if let Some(operation) = self.ports.operations.get(token) {
            operation.what = What::Send(data, to);
            self.ports.port(id).writers.push_back(token);
            self.serve_senders(heap, id);
        }
    }

    /// There is room for datagrams: serves those who wait, in their order.
    pub(super) fn serve_senders(&mut self, heap: &mut Heap, id: u32) {
        while let Some(token) = self.ports.port(id).writers.front().copied() {
            let Some(What::Send(data, to)) = self.ports.operations.get(token).map(|operation| &mut operation.what)
            else {
                unreachable!("no other operation waits to write to such a port")
            };
            let (data, to) = (std::mem::take(data), *to);
            match self.try_send(heap, id, NAME, &data, to) {
                Some(how) => self.finish_operation(heap, token, how),
                None => {
                    if let Some(operation) = self.ports.operations.get(token) {
                        operation.what = What::Send(data, to);
                    }
                    return;
                }
            }
        }
    }
}
