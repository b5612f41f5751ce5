//! Subprocesses.

use std::cell::Cell;
use std::io;
use std::rc::Rc;

use lisle_vm::object::External;
use lisle_vm::{Heap, Value};

use super::operations::What;
use super::value::{Kind, Name, Port};
use crate::natives::errors::{io_error, reason};
use crate::scheduler::{Answer, How, Scheduler, TaskId};
use crate::world::io::{ChildId, Spawned};

/// A subprocess as a value.
#[derive(Debug)]
pub(crate) struct Process {
    pub(crate) child: ChildId,
    pub(crate) pid: u32,
    /// Its exit code, once it has ended.
    pub(crate) code: Rc<Cell<Option<i64>>>,
}

impl External for Process {
    fn type_name(&self) -> &'static str {
        "process"
    }

    fn display(&self) -> String {
        match self.code.get() {
            None => format!("#<process {}>", self.pid),
            Some(code) => format!("#<process {} [exit {code}]>", self.pid),
        }
    }
}

/// A subprocess that has not ended.
#[derive(Debug)]
pub(super) struct Living {
    code: Rc<Cell<Option<i64>>>,
    waiting: Vec<u64>,
    /// It does not outlive the program.
    owned: bool,
}

/// What is wanted of a start.
#[derive(Debug)]
pub(crate) struct Starting {
    pub(crate) program: String,
    pub(crate) directory: Option<String>,
    pub(crate) owned: bool,
}

impl Starting {
    /// `{:error :exec-error …}`.
    pub(super) fn error(&self, heap: &mut Heap, name: &str, error: &io::Error) -> Value {
        let place = self.directory.iter().map(|directory| format!(" in {directory}")).collect::<String>();
        let message = format!("{name}: {}{place}: {error}", self.program);
        let program = heap.new_string(&self.program).into();
        let mut fields = vec![("program", program)];
        if let Some(reason) = reason(error) {
            fields.push(("reason", Value::keyword_named(reason)));
        }
        if let Some(errno) = error.raw_os_error() {
            fields.push(("errno", Value::int(i64::from(errno))));
        }
        heap.new_error("exec-error", &message, &fields)
    }
}

/// The process in a value: itself, or the `:process` of what `subprocess/exec` gave.
pub(crate) fn process_of(heap: &Heap, value: Value) -> Option<&Process> {
    let value = match value.as_struct() {
        Some(fields) => (*fields).get(Value::keyword_named("process"))?,
        None => value,
    };
    value.as_external().and_then(|external| external.get(heap).downcast_ref())
}

/// The number of a signal's keyword, with or without `sig`.
pub(crate) fn signal_number(name: &str) -> Option<i32> {
    use signal_hook::consts as s;
    const NAMES: [(&str, i32); 20] = [
        ("hup", s::SIGHUP),
        ("int", s::SIGINT),
        ("quit", s::SIGQUIT),
        ("ill", s::SIGILL),
        ("abrt", s::SIGABRT),
        ("kill", s::SIGKILL),
        ("usr1", s::SIGUSR1),
        ("usr2", s::SIGUSR2),
        ("pipe", s::SIGPIPE),
        ("alrm", s::SIGALRM),
        ("term", s::SIGTERM),
        ("chld", s::SIGCHLD),
        ("cont", s::SIGCONT),
        ("stop", s::SIGSTOP),
        ("tstp", s::SIGTSTP),
        ("ttin", s::SIGTTIN),
        ("ttou", s::SIGTTOU),
        ("winch", s::SIGWINCH),
        ("io", s::SIGIO),
        ("segv", s::SIGSEGV),
    ];
    let name = name.strip_prefix("sig").unwrap_or(name);
    NAMES.iter().find(|(known, _)| *known == name).map(|(_, number)| *number)
}

impl Scheduler {
    /// A subprocess has started: what the program gets of it.
    pub(super) fn started(&mut self, heap: &mut Heap, starting: &Starting, spawned: Spawned) -> How {
        let Spawned { child, pid, pipes } = spawned;
        let code = Rc::new(Cell::new(None));
        self.ports.children.insert(child, Living { code: code.clone(), waiting: Vec::new(), owned: starting.owned });
        let process: Value = heap.new_external(Box::new(Process { child, pid, code })).into();
        let mut fields =
            vec![(Value::keyword_named("pid"), Value::int(i64::from(pid))), (Value::keyword_named("process"), process)];
        for (stream, pipe) in ["stdin", "stdout", "stderr"].into_iter().zip(pipes) {
            let value = match pipe {
                Some(handle) => {
                    let shown = format!("pid:{pid}:{stream}");
                    let writes = stream == "stdin";
                    let name = Name::new(Kind::Pipe, Some(shown), !writes, writes, false);
                    self.ports.insert(heap, Port::stream(name, handle))
                }
                None => Value::NIL,
            };
            fields.push((Value::keyword_named(stream), value));
        }
        How::Value(heap.new_struct(fields).into())
    }

    /// Waits for the end of a subprocess. Abort: the subprocess goes on.
    pub(super) fn wait_for_exit(
        &mut self,
        heap: &mut Heap,
        id: TaskId,
        value: Value,
        timeout_ns: Option<u64>,
    ) -> Answer {
        let Some(process) = process_of(heap, value) else {
            return Answer::Now(super::type_error(heap, "subprocess/wait", "process", value));
        };
        if let Some(code) = process.code.get() {
            return Answer::Now(How::Value(Value::int(code)));
        }
        let child = process.child;
        let token = self.wait_for(id, "subprocess/wait", None, What::Exit(child), timeout_ns);
        if let Some(living) = self.ports.children.get_mut(&child) {
            living.waiting.push(token);
        }
        Answer::Parked
    }

    /// An operation waits no longer.
    pub(super) fn stop_waiting(&mut self, child: ChildId, token: u64) {
        if let Some(living) = self.ports.children.get_mut(&child) {
            living.waiting.retain(|waiting| *waiting != token);
        }
    }

    /// A subprocess has ended.
    pub(super) fn exited(&mut self, heap: &mut Heap, child: ChildId, code: i64) {
        let Some(living) = self.ports.children.remove(&child) else { return };
        living.code.set(Some(code));
        for token in living.waiting {
            self.finish_operation(heap, token, How::Value(Value::int(code)));
        }
    }

    /// A thread ends, or the program: so do the subprocesses that it owns, and nothing is left of what is being made.
    pub(crate) fn end_outside(&mut self, heap: &mut Heap, is_program: bool) {
        if is_program {
            self.world.io().end_owned();
        }
        self.end_own();
        self.settle_jobs(heap);
    }

    fn end_own(&mut self) {
        for (child, living) in &self.ports.children {
            if living.owned {
                // If it has ended meanwhile, so much the better.
                let _ = self.world.io().kill(*child, signal_hook::consts::SIGKILL);
            }
        }
    }

    /// Sends a signal to a subprocess.
    pub(crate) fn kill(&mut self, heap: &mut Heap, value: Value, signal: i32) -> How {
        let Some(process) = process_of(heap, value) else {
            return super::type_error(heap, "subprocess/kill", "process", value);
        };
        let (child, ended) = (process.child, process.code.get().is_some());
        if ended {
            return How::Value(Value::NIL);
        }
        match self.world.io().kill(child, signal) {
            Ok(()) => How::Value(Value::NIL),
            Err(error) => How::Error(io_error(heap, "subprocess/kill", None, None, &error)),
        }
    }
}
