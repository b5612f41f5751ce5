//! What is done with an input, and what must hold.

use std::time::{Duration, Instant};

use lisle_bytecode::CodeUnit;
use lisle_engine::Engine;
use lisle_engine::files::NoFiles;
use lisle_runtime::{Options, Runtime, SimWorld};

use crate::data;

/// A fuzz target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// Bytes to syntax.
    Reader,
    /// Text to a verified code unit.
    Compiler,
    /// Text to a run of a bounded length.
    Program,
    /// Text to data: JSON and numbers.
    Data,
}

impl Target {
    pub(crate) fn named(name: &str) -> Option<Target> {
        [Target::Reader, Target::Compiler, Target::Program, Target::Data].into_iter().find(|t| t.name() == name)
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Target::Reader => "reader",
            Target::Compiler => "compiler",
            Target::Program => "program",
            Target::Data => "data",
        }
    }
}

/// After so many inputs an engine is replaced, so that what one input leaves behind does not pile up.
const INPUTS_PER_ENGINE: u32 = 500;

/// Turns of a program before it is stopped; a turn is up to a million calls and backward jumps.
const TURNS_MAX: u64 = 2;

/// Programs that run longer are not run a second time.
const STRESS_BELOW: Duration = Duration::from_millis(2);

/// Nor are programs that allocate more bytes: each collection goes through what they hold.
const STRESS_BYTES_MAX: u64 = 1 << 20;

/// Frames of one fiber.
const FRAMES_MAX: usize = 300;

/// Bytes that a program may hold before it is told.
const HEAP_BYTES_MAX: usize = 256 << 20;

/// Runs inputs of one target.
pub(crate) struct Runner {
    target: Target,
    engine: Engine,
    data: data::Reader,
    used: u32,
}

fn new_engine() -> Engine {
    Engine::new(lisle_runtime::natives::install)
}

impl Runner {
    pub(crate) fn new(target: Target) -> Runner {
        Runner { target, engine: new_engine(), data: data::Reader::new(), used: 0 }
    }

    /// Runs one input. True when it is worth changing further.
    ///
    /// Errors: what does not hold. Panics are findings, too.
    pub(crate) fn run(&mut self, input: &[u8]) -> Result<bool, String> {
        match self.target {
            Target::Reader => {
                lisle_syntax::fuzz::fuzz_reader(input);
                Ok(true)
            }
            Target::Compiler => self.compile(&String::from_utf8_lossy(input)),
            Target::Program => run_program(input),
            Target::Data => self.data.check(input),
        }
    }

    fn compile(&mut self, text: &str) -> Result<bool, String> {
        self.used += 1;
        if self.used > INPUTS_PER_ENGINE {
            self.engine = new_engine();
            self.used = 0;
        }
        match self.engine.compile_text(&mut NoFiles, "fuzz.lisp", text.to_owned()) {
            Err(error) if error.diagnostics.is_empty() => Err("a compilation failed without a fault".to_owned()),
            Err(_) => Ok(false),
            Ok(unit) => {
                let bytes = unit.to_bytes();
                let again = CodeUnit::from_bytes(&bytes).map_err(|e| format!("a written unit cannot be read: {e}"))?;
                if again.to_bytes() != bytes {
                    return Err("a unit changes when it is written and read".to_owned());
                }
                lisle_bytecode::verify::verify(&again).map_err(|e| format!("the verifier rejects a unit: {e}"))?;
                Ok(true)
            }
        }
    }
}

/// Runs a program twice, the second time with a collection at every safepoint: both must do the same.
fn run_program(text: &[u8]) -> Result<bool, String> {
    let begin = Instant::now();
    let (plain, bytes) = outcome(text, false);
    // What takes long as it is takes for ever with a collection at every safepoint.
    if begin.elapsed() > STRESS_BELOW || bytes > STRESS_BYTES_MAX {
        return Ok(false);
    }
    let (stressed, _) = outcome(text, true);
    // A program that was stopped was stopped at different places.
    let stopped = |outcome: &Outcome| outcome.status == Some(124) || outcome.output.contains(":heap-overflow");
    if plain != stressed && !stopped(&plain) && !stopped(&stressed) && !plain.output.contains("<parameter:") {
        return Err(format!("a collection at every safepoint changes the outcome:\n{plain:?}\n{stressed:?}"));
    }
    Ok(plain.status.is_some())
}

#[derive(Debug, PartialEq)]
struct Outcome {
    /// `None` when the program does not compile.
    status: Option<u8>,
    output: String,
}

/// What a program does, and the bytes that it has allocated.
fn outcome(text: &[u8], gc_stress: bool) -> (Outcome, u64) {
    let world = SimWorld::in_order().without_threads();
    let recorded = world.recorded();
    let mut runtime = Runtime::new(Box::new(world), Options::default());
    runtime.set_turns_max(TURNS_MAX);
    runtime.engine_mut().vm.state.max_frames = FRAMES_MAX;
    let heap = &mut runtime.engine_mut().vm.heap;
    heap.set_heap_bytes_max(Some(HEAP_BYTES_MAX));
    heap.set_stress(gc_stress);
    let status = runtime.run_program("fuzz.lisp", text).ok();
    let bytes = runtime.engine_mut().vm.heap.allocated_bytes();
    (Outcome { status, output: recorded.stdout() + &recorded.stderr() }, bytes)
}
