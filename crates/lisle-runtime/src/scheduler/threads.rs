//! Threads, as far as the scheduler has to do with them.

use lisle_vm::vm::State;
use lisle_vm::{Heap, Value};

use super::{How, Scheduler};
use crate::threads::sync::Arc;
use crate::threads::{DEADLOCK_NOTICE, Handle, Inbox, PROGRAM_NOTICE, Start};

/// What notices say that are not for a task.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum News {
    None,
    /// A thread has asked for the program's end.
    Exit(u8),
    /// All threads wait for one another.
    Deadlock,
}

impl Scheduler {
    /// Where notices for this thread go.
    pub(crate) fn inbox(&mut self) -> Arc<Inbox> {
        let world = &mut self.world;
        self.post.inbox_or(|| world.waker()).clone()
    }

    /// Starts a thread that runs a function.
    ///
    /// Errors: an error value.
    pub(crate) fn start_thread(&mut self, heap: &mut Heap, state: &State, body: Value) -> Result<Handle, Value> {
        // Before anything is packed: what crosses needs to know where to send notices.
        let inbox = self.inbox();
        let body = self.post.pack(heap, state, "sys/spawn", body)?;
        let program = self.post.program().clone();
        if self.post.is_main() {
            program.set_main(inbox);
        }
        let Some(thread) = program.add() else {
            return Err(heap.new_error("thread-error", "sys/spawn: too many threads", &[]));
        };
        let Some(world) = self.world.isolate() else {
            thread.abandon();
            return Err(heap.new_error("thread-error", "sys/spawn: there are no threads in this world", &[]));
        };
        let start = Start {
            body,
            thread: thread.clone(),
            program,
            options: self.options.clone(),
            world,
            signals: state.signals.clone(),
            heap_bytes_max: heap.heap_bytes_max(),
            stress: heap.is_stressed(),
        };
        // It must be seen before what the thread prints.
        let _ = self.output.flush(&mut *self.world);
        if let Err(error) = start.start() {
            let message = format!("sys/spawn: {error}");
            thread.abandon();
            return Err(heap.new_error("thread-error", &message, &[]));
        }
        Ok(Handle(thread))
    }

    /// Takes the notices of other threads: those who wait for them go on.
    pub(crate) fn read_notices(&mut self, heap: &mut Heap) -> News {
        let mut news = News::None;
        for ticket in self.post.take_notices() {
            match ticket {
                PROGRAM_NOTICE => {
                    if let Some(code) = self.post.program().exit_code() {
                        return News::Exit(code);
                    }
                }
                DEADLOCK_NOTICE => news = News::Deadlock,
                ticket => {
                    if let Some(queue) = self.post.take_expected(ticket) {
                        self.unpark(heap, queue, How::Value(Value::NIL));
                    }
                }
            }
        }
        news
    }
}
