//! A runtime in a thread of its own: it runs one function, and sends back what became of it.

use lisle_vm::ops::machine_text;
use lisle_vm::{Value, signal};

use super::{Options, Runtime};
use crate::threads::sync::Arc;
use crate::threads::{Failure, Parcel, Program, Thread};
use crate::world::{SimWorld, Stream, World};

impl Runtime {
    /// A runtime for that thread.
    pub(crate) fn for_thread(
        world: Box<dyn World>,
        options: Options,
        program: Arc<Program>,
        thread: Arc<Thread>,
    ) -> Runtime {
        let mut runtime = Runtime::new(world, options);
        runtime.scheduler.post.set_thread(program, thread.id);
        // Ends of channels may come at any time from now on.
        let _ = runtime.scheduler.inbox();
        runtime.thread = Some(thread);
        runtime
    }

    /// Runs a function that came as a message, and everything that it starts. Gives its world, which is to outlive it.
    pub(crate) fn run_message(&mut self, message: Parcel) -> Box<dyn World> {
        let vm = &mut self.engine.vm;
        let body = self.scheduler.post.unpack(&mut vm.heap, &mut vm.state, &message);
        // The ends of channels in it count: from now on those that were made of them do.
        drop(message);
        let fiber = vm.new_fiber(body, signal::SPAWN_MASK);
        self.scheduler.main = Some(self.scheduler.spawn_task(&mut vm.heap, fiber));
        let code = self.run();
        if let Some(code) = code {
            self.scheduler.end_outside(&mut self.engine.vm.heap, false);
            self.flush();
            self.scheduler.post.program().exit(code);
        } else if self.end(None) != 0 {
            self.scheduler.post.program().note_failed();
        }
        std::mem::replace(&mut self.scheduler.world, Box::new(SimWorld::in_order()))
    }

    /// The thread's function has ended: whoever joins the thread is told. False in the main thread.
    pub(super) fn send_outcome(&mut self, result: Result<Value, Value>) -> bool {
        let Some(thread) = &self.thread else { return false };
        // What was printed must be seen before anybody knows of the end.
        let _ = self.scheduler.output.flush(&mut *self.scheduler.world);
        let vm = &mut self.engine.vm;
        let post = &mut self.scheduler.post;
        let outcome = match result {
            Ok(value) => post.pack(&mut vm.heap, &vm.state, "sys/join", value).map_err(|error| {
                let message = error.as_struct().and_then(|fields| (*fields).get(Value::keyword_named("message")));
                let message = message.and_then(Value::as_str).map(|text| text.as_str().to_owned());
                Failure { message: message.unwrap_or_default(), cause: None }
            }),
            Err(error) => {
                let cause = post.pack(&mut vm.heap, &vm.state, "sys/join", error).ok();
                Err(Failure { message: machine_text(&vm.heap, error), cause })
            }
        };
        thread.end(outcome);
        true
    }

    /// At the end of the program: reports the threads that failed and that nobody has joined.
    pub(super) fn report_threads(&mut self) {
        let program = self.scheduler.post.program().clone();
        self.failed |= program.has_failed();
        for (id, message) in program.unseen_failures() {
            self.failed = true;
            let text = format!("✗ Runtime error: {message}\n  in thread {id}, which nobody has joined\n");
            // There is no one left to tell if this fails.
            let _ = self.scheduler.output.write(&mut *self.scheduler.world, Stream::Stderr, text.as_bytes());
        }
    }
}
