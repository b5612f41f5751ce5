//! Reading.

use std::io::ErrorKind;

use lisle_vm::{Heap, Value};

use super::buffer::value;
use super::jobs::JobOwner;
use super::operations::What;
use super::value::{Kind, Medium, Port};
use super::{Mode, SCRATCH_BYTES, closed};
use crate::natives::errors::io_error;
use crate::scheduler::{How, Scheduler};
use crate::world::io::{Job, Standard};

/// Bytes that are asked for at least: what is not wanted yet stays in the buffer.
const READ_MIN: usize = 4096;

impl Port {
    fn reads_text(&self) -> bool {
        self.name.text
    }

    /// What a reader gets at the end.
    fn at_end(&mut self, heap: &mut Heap, mode: Mode) -> Value {
        let text = self.reads_text();
        match (self.input.take(heap, mode, text, true), mode) {
            (Some(rest), _) => rest,
            (None, Mode::All) => value(heap, b"", text),
            (None, _) => Value::NIL,
        }
    }
}

impl Scheduler {
    /// Reads what can be read at once; `None`: the reader must wait. Nobody else waits to read.
    pub(super) fn try_read(&mut self, heap: &mut Heap, id: u32, name: &str, mode: Mode) -> Option<How> {
        loop {
            let port = self.ports.port(id);
            let text = port.reads_text();
            if let Some(value) = port.input.take(heap, mode, text, false) {
                return Some(How::Value(value));
            }
            if port.ended {
                // A file may grow.
                port.ended = !matches!(port.medium, Medium::File { .. });
                return Some(How::Value(port.at_end(heap, mode)));
            }
            let Some(handle) = port.handle else { return Some(How::Error(closed(heap, name))) };
            if port.job.is_some() {
                return None;
            }
            let wanted = match mode {
                Mode::Some(most) => most.clamp(READ_MIN, SCRATCH_BYTES),
                Mode::Line | Mode::All => SCRATCH_BYTES,
            };
            if self.ports.scratch.is_empty() {
                self.ports.scratch = vec![0; SCRATCH_BYTES];
            }
            let mut scratch = std::mem::take(&mut self.ports.scratch);
            let port = self.ports.port(id);
            let result = match port.medium {
                Medium::Stream { .. } if !port.readable => Err(ErrorKind::WouldBlock.into()),
                Medium::Stream { .. } => self.world.io().read(handle, &mut scratch[..wanted]),
                Medium::File { position, .. } => self.world.io().read_at_now(handle, position, &mut scratch[..wanted]),
                Medium::Listener | Medium::Datagrams | Medium::Changes | Medium::Output => {
                    Err(ErrorKind::InvalidInput.into())
                }
            };
            let answer = self.take_in(heap, id, name, mode, wanted, result, &scratch);
            self.ports.scratch = scratch;
            match answer {
                Progress::More => {}
                Progress::Done(how) => return Some(how),
                Progress::Waits => return None,
            }
        }
    }

    #[allow(clippy::too_many_arguments, reason = "one caller, and no group among them means anything")]
    fn take_in(
        &mut self,
        heap: &mut Heap,
        id: u32,
        name: &str,
        mode: Mode,
        wanted: usize,
        result: std::io::Result<usize>,
        scratch: &[u8],
    ) -> Progress {
        let interrupted = self.world.asked().interrupt;
        let port = self.ports.port(id);
        match result {
            Ok(0) => {
                port.ended = true;
                Progress::More
            }
            Ok(count) => {
                match &mut port.medium {
                    Medium::Stream { drains } => {
                        if count < wanted && *drains && !port.hung_up {
                            port.readable = false;
                        }
                    }
                    Medium::File { position, .. } => *position += count as u64,
                    Medium::Listener | Medium::Datagrams | Medium::Changes | Medium::Output => {}
                }
                if let Mode::Some(most) = mode
                    && count <= most
                    && !port.reads_text()
                    && port.input.is_empty()
                {
                    return Progress::Done(How::Value(heap.new_bytes(&scratch[..count]).into()));
                }
                if port.input.len() >= SCRATCH_BYTES && !heap.has_room_for(port.input.len() + count) {
                    let message = format!("{name}: {} bytes are more than the heap's limit allows", port.input.len());
                    return Progress::Done(How::Error(heap.new_error("memory-error", &message, &[])));
                }
                port.input.append(&scratch[..count]);
                Progress::More
            }
            Err(error) if error.kind() == ErrorKind::Interrupted && !interrupted => Progress::More,
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                if let (Medium::File { position, .. }, Some(handle)) = (port.medium, port.handle) {
                    self.start_job(
                        Job::ReadAt { handle, offset: position, count: SCRATCH_BYTES },
                        JobOwner::Reading(id),
                    );
                } else {
                    port.readable = false;
                }
                Progress::Waits
            }
            Err(error) => {
                let path = port.name.path.clone().filter(|_| port.name.kind == Kind::File);
                let address = port.name.path.clone().filter(|_| port.name.kind != Kind::File);
                Progress::Done(How::Error(io_error(heap, name, path.as_deref(), address.as_deref(), &error)))
            }
        }
    }

    /// A job has read from a file.
    pub(super) fn take_read(&mut self, heap: &mut Heap, id: u32, outcome: std::io::Result<Vec<u8>>) {
        let port = self.ports.port(id);
        match outcome {
            Ok(bytes) if bytes.is_empty() => port.ended = true,
            Ok(bytes) => {
                if let Medium::File { position, .. } = &mut port.medium {
                    *position += bytes.len() as u64;
                }
                port.input.append(&bytes);
            }
            Err(error) => {
                let path = port.name.path.clone();
                if let Some(token) = port.readers.front().copied() {
                    let error = io_error(heap, "port/read", path.as_deref(), None, &error);
                    self.finish_operation(heap, token, How::Error(error));
                }
            }
        }
        self.serve_readers(heap, id);
    }

    /// Something may be read: serves those who wait, in their order.
    pub(super) fn serve_readers(&mut self, heap: &mut Heap, id: u32) {
        while let Some(token) = self.ports.port(id).readers.front().copied() {
            let Some(operation) = self.ports.operations.get(token) else {
                unreachable!("an operation leaves its queue before it ends")
            };
            let name = operation.name;
            let done = match operation.what {
                What::Read(mode) => self.try_read(heap, id, name, mode),
                What::Accept => self.try_accept(heap, id, name),
                What::Receive(most) => self.try_receive(heap, id, name, most),
                What::Changes => self.try_changes(heap, id),
                _ => unreachable!("no other operation waits to read"),
            };
            match done {
                Some(how) => self.finish_operation(heap, token, how),
                None => return,
            }
        }
    }

    /// Opens standard input when it is first used.
    pub(super) fn open_stdin(&mut self) -> std::io::Result<()> {
        if self.ports.port(0).handle.is_none() {
            let handle = self.world.io().standard(Standard::Input)?;
            self.ports.port(0).handle = Some(handle);
            self.ports.set_owner(handle, super::Owner::Port(0));
        }
        Ok(())
    }
}

enum Progress {
    More,
    Done(How),
    Waits,
}
