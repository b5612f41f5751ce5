//! What comes from outside between turns: the time limit, and people's wishes.
//!
//! SIGQUIT shows the fibers, and the program goes on. The first SIGINT raises `{:error :interrupted}` in the main
//! program, so that its cleanup runs. If that ends the main program, or it has ended before, the same is raised in
//! all other tasks, and the exit code says so. A program that handles the error goes on. The second SIGINT does not
//! come here: it ends the process.

use lisle_vm::object::Struct;
use lisle_vm::vm::Resume;
use lisle_vm::{Gc, Value};

use super::Runtime;
use crate::report;
use crate::scheduler::TaskId;
use crate::world::{Asked, Stream};

impl Runtime {
    /// True when the program's time is up. Then it is shown what it was doing.
    pub(super) fn is_late(&mut self) -> bool {
        let Some(limit_ns) = self.limit_ns else { return false };
        if self.timed_out || self.scheduler.world.now_ns() < limit_ns {
            return self.timed_out;
        }
        self.timed_out = true;
        self.show_fibers();
        true
    }

    /// Does what was asked for. `running` is the task that has only stopped for this; `Some` is how it goes on.
    pub(super) fn attend(&mut self, running: Option<TaskId>) -> Option<Resume> {
        if self.scheduler.world.asked() == Asked::default() && !self.interrupt_pending {
            return None;
        }
        let asked = self.scheduler.world.take_asked();
        if asked.inspect {
            self.show_fibers();
        }
        if asked.interrupt || std::mem::take(&mut self.interrupt_pending) {
            return self.interrupt(running);
        }
        None
    }

    fn interrupt(&mut self, running: Option<TaskId>) -> Option<Resume> {
        let error = self.interruption();
        match self.scheduler.main {
            Some(main) if Some(main) == running => Some(Resume::Error(self.scheduler.interrupt_running(main, error))),
            Some(main) if self.scheduler.is_new(main) => {
                self.interrupt_pending = true;
                None
            }
            Some(main) => {
                self.scheduler.interrupt(&mut self.engine.vm.heap, main, error);
                None
            }
            None => {
                self.interrupt_all();
                running.map(|id| Resume::Error(self.scheduler.interrupt_running(id, error)))
            }
        }
    }

    /// There is no main program any more: the interruption is for everybody.
    pub(super) fn interrupt_all(&mut self) {
        self.interrupted = true;
        let error = self.interruption();
        for id in self.scheduler.unfinished(&mut self.engine.vm.heap) {
            self.scheduler.interrupt(&mut self.engine.vm.heap, id, error);
        }
    }

    /// What an interruption raises.
    fn interruption(&mut self) -> Gc<Struct> {
        let vm = &mut self.engine.vm;
        let known = self.interruption.as_ref().and_then(|root| vm.rooted(root).as_struct());
        known.unwrap_or_else(|| {
            let fields = vec![(Value::keyword_named("error"), Value::keyword_named("interrupted"))];
            let error = vm.heap.new_struct(fields);
            self.interruption = Some(vm.root(error.into()));
            error
        })
    }

    /// True for the error that an interruption has raised.
    pub(super) fn is_interruption(&self, error: Value) -> bool {
        self.interruption.as_ref().is_some_and(|root| self.engine.vm.rooted(root).is_identical(error))
    }

    /// Shows the fibers on standard error.
    fn show_fibers(&mut self) {
        let now_ns = self.scheduler.world.now_ns();
        let living = self.scheduler.living();
        let text = report::fibers(&self.engine.vm, now_ns, &living, &self.scheduler.waiters(&self.engine.vm.heap));
        // There is no one left to tell if this fails.
        let _ = self.scheduler.output.write(&mut *self.scheduler.world, Stream::Stderr, text.as_bytes());
    }
}
