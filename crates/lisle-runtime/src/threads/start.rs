//! Starting a thread.

use std::panic::{AssertUnwindSafe, catch_unwind};

use lisle_vm::signal::Signals;

use super::post::Parcel;
use super::program::{Failure, Program, Thread};
use super::sync::Arc;
use crate::runtime::{Options, Runtime};
use crate::world::{Isolate, World};

/// Bytes of a thread's native stack: that of the main thread. Pages that are not touched cost nothing.
const STACK_BYTES: usize = 8 << 20;

/// What a new thread is given.
pub(crate) struct Start {
    /// The function to run.
    pub(crate) body: Parcel,
    pub(crate) thread: Arc<Thread>,
    pub(crate) program: Arc<Program>,
    pub(crate) options: Options,
    /// Makes the thread's world.
    pub(crate) world: Isolate,
    /// The signals that the program has declared.
    pub(crate) signals: Signals,
    /// Limits and modes of the heap.
    pub(crate) heap_bytes_max: Option<usize>,
    pub(crate) stress: bool,
}

impl Start {
    /// Starts the thread.
    ///
    /// Errors: the operating system gives none.
    pub(crate) fn start(self) -> std::io::Result<()> {
        let name = format!("lisle-{}", self.thread.id);
        let program = self.program.clone();
        program.note_started();
        let started = std::thread::Builder::new().name(name).stack_size(STACK_BYTES).spawn(move || self.run());
        if started.is_err() {
            program.note_ended();
        }
        started.map(drop)
    }

    /// Runs in the new thread. A panic in it is our fault, and ends that thread alone.
    fn run(self) {
        let (thread, program) = (self.thread.clone(), self.program.clone());
        let ended = program.clone();
        let outcome = catch_unwind(AssertUnwindSafe(move || {
            let world: Box<dyn World> = (self.world)();
            let mut runtime = Runtime::for_thread(world, self.options, self.program, self.thread);
            let engine = runtime.engine_mut();
            engine.vm.state.signals = self.signals;
            engine.vm.heap.set_heap_bytes_max(self.heap_bytes_max);
            if self.stress {
                engine.stress_collector();
            }
            // After the runtime, whose channels close, and before the world, in which others may have their turn then.
            let world = runtime.run_message(self.body);
            drop(runtime);
            ended.note_ended();
            drop(world);
        }));
        if outcome.is_err() {
            program.note_failed();
            program.note_ended();
        }
        // After an orderly end the outcome is there already.
        let message = "the thread was ended by an internal error of lisle".to_owned();
        thread.end(Err(Failure { message, cause: None }));
    }
}
