//! Datagrams.

use std::io::ErrorKind;
use std::net::SocketAddr;

use lisle_vm::{Heap, Value};

use super::closed;
use crate::natives::errors::io_error;
use crate::scheduler::{How, Scheduler};

/// No datagram is larger.
const DATAGRAM_MAX: usize = 65_536;

impl Scheduler {
    /// Receives a datagram if there is one. `None`: whoever wants it must wait.
    pub(super) fn try_receive(&mut self, heap: &mut Heap, id: u32, name: &str, most: usize) -> Option<How> {
        let mut buffer = vec![0; most.min(DATAGRAM_MAX)];
        loop {
            let port = self.ports.port(id);
            let Some(handle) = port.handle else { return Some(How::Error(closed(heap, name))) };
            if !port.readable {
                return None;
            }
            match self.world.io().receive_from(handle, &mut buffer) {
                Ok((count, from)) => {
                    let data = heap.new_bytes(&buffer[..count]).into();
                    let address = heap.new_string(&from.ip().to_string()).into();
                    let fields = vec![
                        (Value::keyword_named("data"), data),
                        (Value::keyword_named("addr"), address),
                        (Value::keyword_named("port"), Value::int(i64::from(from.port()))),
                    ];
                    return Some(How::Value(heap.new_struct(fields).into()));
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

    /// Sends a datagram. What the system has no room for is lost, as datagrams may be.
    pub(super) fn send_datagram(&mut self, heap: &mut Heap, id: u32, name: &str, bytes: &[u8], to: SocketAddr) -> How {
        let Some(handle) = self.ports.port(id).handle else { return How::Error(closed(heap, name)) };
        loop {
            match self.world.io().send_to(handle, bytes, to) {
                Ok(count) => return How::Value(Value::int(count as i64)),
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    return How::Value(Value::int(bytes.len() as i64));
                }
                Err(error) if matches!(error.kind(), ErrorKind::Interrupted | ErrorKind::ConnectionRefused) => {}
                Err(error) => return How::Error(io_error(heap, name, None, Some(&to.to_string()), &error)),
            }
        }
    }
}
