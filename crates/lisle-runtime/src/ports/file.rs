//! Positions in files.

use lisle_vm::{Heap, Value};

use super::closed;
use super::value::{Medium, Port};
use crate::scheduler::{How, Scheduler};

impl Port {
    /// Where the next byte that the program reads or writes is.
    pub(super) fn position(&self) -> Option<u64> {
        match self.medium {
            Medium::File { position, .. } => Some(position.saturating_sub(self.input.len() as u64)),
            _ => None,
        }
    }
}

impl Scheduler {
    /// Sets the position of a file; what was read ahead is dropped.
    pub(super) fn seek_to(&mut self, heap: &mut Heap, name: &str, id: u32, to: i128) -> How {
        let port = self.ports.port(id);
        if port.handle.is_none() {
            return How::Error(closed(heap, name));
        }
        let (Medium::File { position, .. }, Ok(to)) = (&mut port.medium, i64::try_from(to)) else {
            let message = format!("{name}: the position lies beyond what files can hold");
            return How::Error(heap.new_error("value-error", &message, &[]));
        };
        if to < 0 {
            let message = format!("{name}: the position lies before the beginning of the file");
            return How::Error(heap.new_error("value-error", &message, &[]));
        }
        *position = to as u64;
        port.input.clear();
        port.ended = false;
        How::Value(Value::int(to))
    }

    /// The position of a file.
    pub(crate) fn tell(&mut self, heap: &mut Heap, id: u32) -> How {
        let port = self.ports.port(id);
        if port.name.closed.get() {
            return How::Error(closed(heap, "port/tell"));
        }
        match port.position() {
            Some(position) => How::Value(Value::int(position as i64)),
            None => How::Error(heap.new_error("type-error", "port/tell: not possible with this kind of port", &[])),
        }
    }
}
