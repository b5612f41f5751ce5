//! Runs a program in a simulated world, in a thread of its own that is watched.

use std::io;
use std::path::PathBuf;
use std::sync::mpsc;
use std::time::Duration;

use lisle_engine::{Files, SearchPath};
use lisle_runtime::{Options, RealWorld, Runtime, SimWorld, World};
use lisle_syntax::diagnostic::{Style, render};

/// How a program is run.
#[derive(Clone, Debug, Default)]
pub(crate) struct Setup {
    /// A collection at every safepoint.
    pub(crate) gc_stress: bool,
    /// The interpreter is left after so many units.
    pub(crate) quantum: Option<u64>,
    /// The program's arguments.
    pub(crate) arguments: Vec<String>,
    /// In the real world, where there are subprocesses.
    pub(crate) real: bool,
}

/// What came of it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) status: u8,
    /// The messages of the faults, if the program does not compile.
    pub(crate) faults: Vec<String>,
    /// What went wrong with the implementation: a panic, or no end.
    pub(crate) broken: Option<String>,
}

/// After so long a program is taken to hang. Nothing is expected to come near it.
const WATCHDOG: Duration = Duration::from_secs(300);

/// The repository's files, seen from its top.
#[derive(Debug)]
struct Repository(PathBuf);

impl Files for Repository {
    fn read(&mut self, path: &str) -> io::Result<Vec<u8>> {
        std::fs::read(self.0.join(path))
    }
    fn is_file(&mut self, path: &str) -> bool {
        self.0.join(path).is_file()
    }
    fn canonical(&mut self, path: &str) -> String {
        self.0.join(path).canonicalize().map_or_else(|_| path.to_owned(), |p| p.to_string_lossy().into_owned())
    }
}

/// Compiles and runs a program to its end.
pub(crate) fn run(name: &str, text: &str, setup: &Setup) -> Outcome {
    let (sender, receiver) = mpsc::channel();
    let (name, text, setup) = (name.to_owned(), text.to_owned(), setup.clone());
    // The stack is small on purpose: nothing may depend on a large one (I1).
    let program = move || {
        let caught = std::panic::catch_unwind(|| run_here(&name, &text, &setup));
        let _ = sender.send(caught.unwrap_or_else(|panic| broken(panic_text(&panic))));
    };
    let thread = std::thread::Builder::new().stack_size(2 << 20).spawn(program).expect("a thread can be started");
    match receiver.recv_timeout(WATCHDOG) {
        Ok(outcome) => {
            let _ = thread.join();
            outcome
        }
        Err(_) => broken(format!("no end after {} seconds", WATCHDOG.as_secs())),
    }
}

fn broken(what: String) -> Outcome {
    Outcome { broken: Some(what), ..Outcome::default() }
}

fn panic_text(panic: &Box<dyn std::any::Any + Send>) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
    format!("panicked: {}", text.unwrap_or("?"))
}

fn run_here(name: &str, text: &str, setup: &Setup) -> Outcome {
    let (world, recorded): (Box<dyn World>, _) = if setup.real {
        let world = RealWorld::new().recording();
        let recorded = world.recorded();
        (Box::new(world), recorded)
    } else {
        let world = SimWorld::in_order().with_files(Repository(super::root()));
        let recorded = world.recorded();
        (Box::new(world), recorded)
    };
    let search = SearchPath { directories: vec!["tests/modules".to_owned()], ..SearchPath::default() };
    let mut arguments = vec![name.to_owned()];
    arguments.extend(setup.arguments.iter().cloned());
    let mut runtime = Runtime::new(world, Options { arguments, search, style: Style::Plain });
    if setup.gc_stress {
        runtime.engine_mut().vm.heap.set_stress(true);
    }
    if let Some(units) = setup.quantum {
        runtime.set_quantum(units);
    }
    let (status, faults, compile_report) = match runtime.run_program(name, text.as_bytes()) {
        Ok(status) => (status, Vec::new(), String::new()),
        Err(e) => {
            let messages = e.diagnostics.iter().map(|d| d.message.clone()).collect();
            (1, messages, render(&e.diagnostics, &e.sources, Style::Plain))
        }
    };
    let stderr = recorded.stderr() + &compile_report;
    Outcome { stdout: recorded.stdout(), stderr, status, faults, broken: None }
}
