//! Waiting for descriptors that belong to somebody else.

use std::io::ErrorKind;

use lisle_vm::{Heap, Value};

use super::Owner;
use super::operations::What;
use crate::natives::errors::io_error;
use crate::scheduler::{Answer, How, Scheduler, TaskId};

const NAME: &str = "ev/poll-fd";

fn mode(readable: bool, writable: bool) -> Value {
    Value::keyword_named(match (readable, writable) {
        (true, true) => "read-write",
        (false, true) => "write",
        _ => "read",
    })
}

impl Scheduler {
    /// Waits until a descriptor is ready. The arguments were checked by the native.
    pub(super) fn poll_request(
        &mut self,
        heap: &mut Heap,
        id: TaskId,
        descriptor: Value,
        wanted: Value,
        timeout_ns: Option<u64>,
    ) -> Answer {
        let number = descriptor.as_int().and_then(|number| i32::try_from(number).ok()).unwrap_or(-1);
        let is = |name| wanted.is_identical(Value::keyword_named(name));
        let (readable, writable) = (!is("write"), !is("read"));
        let ready = match self.world.io().watch_descriptor(number, readable, writable) {
            Ok(None) => Ok((readable, writable)),
            Ok(Some(handle)) => match self.world.io().is_descriptor_ready(handle) {
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    let token = self.wait_for(id, NAME, None, What::Poll(handle), timeout_ns);
                    self.ports.set_owner(handle, Owner::Poll(token));
                    return Answer::Parked;
                }
                ready => {
                    self.close_handle(handle);
                    ready
                }
            },
            Err(error) => Err(error),
        };
        let how = answer(heap, ready);
        self.answer(id, how, None)
    }

    /// Something has happened to a descriptor that is waited for.
    pub(super) fn look_at_descriptor(&mut self, heap: &mut Heap, token: u64) {
        let Some(What::Poll(handle)) = self.ports.operations.get(token).map(|operation| &operation.what) else {
            return;
        };
        match self.world.io().is_descriptor_ready(*handle) {
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            ready => {
                let how = answer(heap, ready);
                self.finish_operation(heap, token, how);
            }
        }
    }
}

fn answer(heap: &mut Heap, ready: std::io::Result<(bool, bool)>) -> How {
    match ready {
        Ok((readable, writable)) => How::Value(mode(readable, writable)),
        Err(error) => How::Error(io_error(heap, NAME, None, None, &error)),
    }
}
