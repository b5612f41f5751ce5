//! Writing.

use std::io::{self, ErrorKind};

use lisle_vm::heap::Tracer;
use lisle_vm::{Heap, Tag, Value};

use super::jobs::JobOwner;
use super::operations::What;
use super::value::{Kind, Medium};
use super::{closed, octets};
use crate::natives::errors::io_error;
use crate::scheduler::{How, Scheduler};
use crate::world::Stream;
use crate::world::io::{Direction, Job};

/// What is to be written.
#[derive(Debug)]
pub(super) struct Writing {
    source: Source,
    /// How much of it is written.
    done: usize,
}

#[derive(Debug)]
enum Source {
    /// A string or bytes that cannot change.
    Value(Value),
    /// A copy of what can.
    Copy(Vec<u8>),
}

impl Writing {
    pub(super) fn new(heap: &Heap, data: Value) -> Writing {
        let changes = matches!(data.tag(), Tag::MString | Tag::MBytes);
        let source = match octets(heap, &data) {
            Some(bytes) if changes => Source::Copy(bytes.to_vec()),
            _ => Source::Value(data),
        };
        Writing { source, done: 0 }
    }

    fn bytes<'a>(&'a self, heap: &'a Heap) -> &'a [u8] {
        match &self.source {
            Source::Value(value) => octets(heap, value).unwrap_or_default(),
            Source::Copy(bytes) => bytes,
        }
    }

    /// Some of it has gone out, but not all.
    pub(super) fn has_begun(&self) -> bool {
        self.done > 0
    }

    pub(super) fn trace(&self, tracer: &mut Tracer<'_>) {
        if let Source::Value(value) = self.source {
            tracer.value(value);
        }
    }
}

impl Scheduler {
    /// Writes what can be written at once. `None`: the writer must wait. Nobody else waits to write.
    pub(super) fn try_write(&mut self, heap: &mut Heap, id: u32, name: &str, writing: &mut Writing) -> Option<How> {
        match self.flush_rest(id) {
            Ok(true) => {}
            Ok(false) => return None,
            Err(error) => return Some(self.write_error(heap, id, name, &error)),
        }
        if self.ports.port(id).ending {
            return Some(self.write_error(heap, id, name, &ErrorKind::BrokenPipe.into()));
        }
        loop {
            let port = self.ports.port(id);
            let Some(handle) = port.handle else { return Some(How::Error(closed(heap, name))) };
            let bytes = writing.bytes(heap);
            if writing.done >= bytes.len() {
                return Some(How::Value(Value::int(bytes.len() as i64)));
            }
            if !port.writable {
                return None;
            }
            match self.world.io().write_some(handle, &bytes[writing.done..]) {
                Ok(count) => writing.done += count,
                Err(error) => match self.cannot_write(id, error) {
                    None => return None,
                    Some(Ok(())) => {}
                    Some(Err(error)) => return Some(self.write_error(heap, id, name, &error)),
                },
            }
        }
    }

    /// `None`: not now. `Ok`: again.
    fn cannot_write(&mut self, id: u32, error: io::Error) -> Option<io::Result<()>> {
        match error.kind() {
            ErrorKind::Interrupted => Some(Ok(())),
            ErrorKind::WouldBlock => {
                self.ports.port(id).writable = false;
                None
            }
            _ => Some(Err(error)),
        }
    }

    fn write_error(&mut self, heap: &mut Heap, id: u32, name: &str, error: &io::Error) -> How {
        let port = &self.ports.port(id).name;
        let (path, address) =
            if port.kind == Kind::File { (port.path.clone(), None) } else { (None, port.path.clone()) };
        How::Error(io_error(heap, name, path.as_deref(), address.as_deref(), error))
    }

    /// Writes the rest of a write that nobody waits for. True when there is none any more.
    fn flush_rest(&mut self, id: u32) -> io::Result<bool> {
        loop {
            let port = self.ports.port(id);
            let (Some(handle), false) = (port.handle, port.rest.is_empty()) else { return Ok(true) };
            if !port.writable {
                return Ok(false);
            }
            match self.world.io().write_some(handle, &port.rest) {
                Ok(count) => {
                    let port = self.ports.port(id);
                    port.rest.drain(..count);
                    if port.rest.is_empty() {
                        port.rest = Vec::new();
                        if port.ending {
                            // The other side may be gone by now, and then needs no end.
                            let _ = self.world.io().shutdown(handle, Direction::Write);
                        }
                    }
                }
                Err(error) => match self.cannot_write(id, error) {
                    None => return Ok(false),
                    Some(Ok(())) => {}
                    Some(Err(error)) => {
                        self.ports.port(id).rest = Vec::new();
                        return Err(error);
                    }
                },
            }
        }
    }

    /// Nobody waits for a write any more. What has begun goes on.
    pub(super) fn keep_rest(&mut self, heap: &Heap, port: Option<u32>, writing: Writing) {
        let bytes = writing.bytes(heap);
        if let Some(id) = port
            && writing.done > 0
            && writing.done < bytes.len()
        {
            let port = self.ports.port(id);
            if port.handle.is_some() {
                port.rest = bytes[writing.done..].to_vec();
            }
        }
    }

    /// Something may be written: serves those who wait, in their order.
    pub(super) fn serve_writers(&mut self, heap: &mut Heap, id: u32) {
        if matches!(self.ports.port(id).medium, Medium::File { .. }) {
            return self.serve_file_writers(heap, id);
        }
        if self.ports.port(id).medium == Medium::Datagrams {
            return self.serve_senders(heap, id);
        }
        if self.ports.port(id).medium == Medium::Changes {
            // Those who add to a watch wait for jobs.
            return;
        }
        if self.ports.port(id).writers.is_empty() {
            // The next writer meets the error, if there is one.
            let _ = self.flush_rest(id);
        }
        while let Some(token) = self.ports.port(id).writers.front().copied() {
            let Some(operation) = self.ports.operations.get(token) else {
                unreachable!("an operation leaves its queue before it ends")
            };
            let name = operation.name;
            let nothing = Writing { source: Source::Copy(Vec::new()), done: 0 };
            let What::Write(writing) = &mut operation.what else { unreachable!("no other operation waits to write") };
            let mut writing = std::mem::replace(writing, nothing);
            let done = self.try_write(heap, id, name, &mut writing);
            // The end of a write that is done has no rest.
            if let (None, Some(operation)) = (&done, self.ports.operations.get(token)) {
                operation.what = What::Write(writing);
            }
            match done {
                Some(how) => self.finish_operation(heap, token, how),
                None => return,
            }
        }
    }

    /// Starts the first write to a file, unless one is under way.
    pub(super) fn serve_file_writers(&mut self, heap: &mut Heap, id: u32) {
        let port = self.ports.port(id);
        let (None, Some(handle), Some(token)) = (port.job, port.handle, port.writers.front().copied()) else { return };
        let Some(operation) = self.ports.operations.get(token) else {
            unreachable!("an operation leaves its queue before it ends")
        };
        let What::Write(writing) = &operation.what else { unreachable!("only writes wait to write to a file") };
        let bytes = writing.bytes(heap).to_vec();
        let port = self.ports.port(id);
        let Medium::File { position, appends } = &mut port.medium else { return };
        // What was read ahead was not read, as far as the program knows; and it may change.
        *position -= port.input.len() as u64;
        port.input.clear();
        let offset = (!*appends).then_some(*position);
        // The program may seek while this is under way.
        *position += bytes.len() as u64;
        let owner = JobOwner::Writing { port: id, token, count: bytes.len() as u64, end: *position };
        self.start_job(Job::WriteAt { handle, offset, bytes }, owner);
    }

    /// A job has written so many bytes to a file, which was expected to bring it to the position `end`. `outcome` is where
    /// it has come to.
    pub(super) fn take_written(
        &mut self,
        heap: &mut Heap,
        (id, token): (u32, u64),
        (count, end): (u64, u64),
        outcome: io::Result<u64>,
    ) {
        if let Medium::File { position, .. } = &mut self.ports.port(id).medium
            && *position == end
        {
            *position = *outcome.as_ref().unwrap_or(&(end - count));
        }
        let how = match outcome {
            Ok(_) => How::Value(Value::int(count as i64)),
            Err(error) => self.write_error(heap, id, "port/write", &error),
        };
        self.finish_operation(heap, token, how);
        self.serve_file_writers(heap, id);
        self.serve_readers(heap, id);
    }

    /// Writes to standard output or error. All of it is taken; `Err` with nothing means that the writer must wait until
    /// there is less.
    pub(super) fn write_standard(&mut self, heap: &mut Heap, name: &str, kind: Kind, data: Value) -> Result<How, i64> {
        let stream = if kind == Kind::Stdout { Stream::Stdout } else { Stream::Stderr };
        let bytes = octets(heap, &data).unwrap_or_default();
        let count = bytes.len() as i64;
        match self.output.write(&mut *self.world, stream, bytes) {
            Ok(()) if self.output.is_full() => Err(count),
            Ok(()) => Ok(How::Value(Value::int(count))),
            Err(error) => Ok(How::Error(io_error(heap, name, None, None, &error))),
        }
    }

    /// Standard output or error takes more: those who wait for that go on.
    pub(super) fn drain_output(&mut self, heap: &mut Heap) {
        let drained = self.output.resume(&mut *self.world);
        if drained.is_ok() && self.output.is_full() {
            return;
        }
        for id in [1, 2] {
            while let Some(token) = self.ports.port(id).writers.front().copied() {
                let count = match self.ports.operations.get(token).map(|operation| &operation.what) {
                    Some(What::Drain(count)) => *count,
                    _ => unreachable!("writers wait until standard output is drained"),
                };
                let how = match &drained {
                    Ok(()) => How::Value(Value::int(count)),
                    Err(error) => How::Error(io_error(heap, "port/write", None, None, error)),
                };
                self.finish_operation(heap, token, how);
            }
        }
    }

    /// Tells the output where its handles are, so that their readiness reaches it.
    pub(super) fn own_output(&mut self) {
        for handle in self.output.handles() {
            self.ports.set_owner(handle, super::Owner::Output);
        }
    }
}
