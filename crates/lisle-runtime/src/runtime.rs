//! Runs programs: the loop between the scheduler and the interpreter, and the rules of a program's end.

mod attend;
mod isolate;

use lisle_engine::{CompileError, Engine, SearchPath, requests};
use lisle_syntax::diagnostic::Style;
use lisle_vm::fiber::{Fiber, Status};
use lisle_vm::vm::{Resume, RootId};
use lisle_vm::{Exit, Gc, Value, interp, signal};

use crate::natives;
use crate::observe::EventLog;
use crate::report;
use crate::request;
use crate::scheduler::lane;
use crate::scheduler::threads::News;
use crate::scheduler::{Answer, How, QUANTUM, Scheduler, TaskId};
use crate::testing::Tests;
use crate::threads::Thread;
use crate::threads::sync::Arc;
use crate::timeline::Timeline;
use crate::world::{Stream, World};

/// Texts of the library whose functions rely on nobody else running before they wait: a process whose quantum ends in
/// one of them goes on for another.
const UNDIVIDED: &[&str] = &["<std/sync>", "<lib>/channels.lisp", "<lib>/threads.lisp"];

/// The exit code of a program that was stopped because it took too many turns: that of `timeout`.
const TOO_LONG_CODE: u8 = 124;

/// The exit code of a program whose output nobody reads any more: that of a process ended by SIGPIPE.
const BROKEN_PIPE_CODE: u8 = 141;

/// The exit code of a program that was interrupted: that of a process ended by SIGINT.
const INTERRUPTED_CODE: u8 = 130;

/// How a program is to be run.
#[derive(Clone, Debug)]
pub struct Options {
    /// What `sys/argv` gives: the script's name, then the arguments.
    pub arguments: Vec<String>,
    /// Where modules are found.
    pub search: SearchPath,
    /// How reports look.
    pub style: Style,
}

impl Default for Options {
    fn default() -> Options {
        Options { arguments: Vec::new(), search: SearchPath::default(), style: Style::Plain }
    }
}

/// An engine, and the scheduler that drives it.
#[derive(Debug)]
pub struct Runtime {
    engine: Engine,
    scheduler: Scheduler,
    style: Style,
    /// The thread whose function this runs; `None` for the program's first.
    thread: Option<Arc<Thread>>,
    /// Some error was reported.
    failed: bool,
    /// What processes have computed since the world was told last.
    process_units: u64,
    /// How often a task may still be resumed; `None` for no limit.
    turns_left: Option<u64>,
    /// When the program is stopped, by the world's clock.
    limit_ns: Option<u64>,
    timed_out: bool,
    /// What an interruption raises, once there was one.
    interruption: Option<RootId>,
    /// An interruption that could not be raised yet.
    interrupt_pending: bool,
    /// The main program ended by an interruption, or had ended before it.
    interrupted: bool,
}

impl Runtime {
    /// A runtime in that world.
    pub fn new(world: Box<dyn World>, options: Options) -> Runtime {
        let mut engine = Engine::new(natives::install);
        engine.tools.search = options.search.clone();
        Runtime {
            engine,
            style: options.style,
            scheduler: Scheduler::new(world, options),
            thread: None,
            failed: false,
            process_units: 0,
            turns_left: None,
            limit_ns: None,
            timed_out: false,
            interruption: None,
            interrupt_pending: false,
            interrupted: false,
        }
    }

    /// The engine, for settings before a program runs.
    pub fn engine_mut(&mut self) -> &mut Engine {
        &mut self.engine
    }

    /// Lets the program end after so many turns, a turn being what a task does until it waits or has spent its budget.
    /// For programs that may not end by themselves, such as those of a fuzzer.
    pub fn set_turns_max(&mut self, turns: u64) {
        self.turns_left = Some(turns);
    }

    /// Stops the interpreter after at most so many units, which changes nothing for programs but how often processes take
    /// turns: for tests of just that.
    pub fn set_quantum(&mut self, units: u64) {
        self.scheduler.quantum = units.clamp(1, QUANTUM);
    }

    /// Stops the program, with exit code 124, when the world's clock reaches that time.
    pub fn set_time_limit(&mut self, limit_ns: u64) {
        self.limit_ns = Some(limit_ns);
    }

    /// True when the program was stopped because of its time limit.
    pub fn timed_out(&self) -> bool {
        self.timed_out
    }

    /// Says what becomes of the tests that the program registers.
    pub fn set_tests(&mut self, mode: Tests) {
        self.scheduler.tests.mode = mode;
    }

    /// The names of the tests that the program has registered.
    pub fn tests(&self) -> &[String] {
        &self.scheduler.tests.names
    }

    /// True when the chosen test has returned.
    pub fn test_returned(&self) -> bool {
        self.scheduler.tests.returned
    }

    /// True when nothing of a process is left.
    #[cfg(test)]
    pub(crate) fn has_no_processes(&self) -> bool {
        self.scheduler.has_no_processes()
    }

    /// Keeps a log of what happens to tasks, with so many events.
    pub fn record_events(&mut self, kept_max: usize) {
        self.scheduler.observer.log = Some(EventLog::new(kept_max));
    }

    /// The log, if one is kept.
    pub fn events(&self) -> Option<&EventLog> {
        self.scheduler.observer.log.as_ref()
    }

    /// Writes a timeline there, in the trace-event format of Perfetto.
    pub fn write_timeline(&mut self, out: Box<dyn std::io::Write + Send>) {
        self.scheduler.observer.timeline = Some(Timeline::new(out));
    }

    /// Compiles a program and runs it to its end. Gives the exit code.
    ///
    /// Errors: the program does not compile; nothing of it ran.
    pub fn run_program(&mut self, name: &str, bytes: &[u8]) -> Result<u8, Box<CompileError>> {
        let program = self.engine.load_program(&mut *self.scheduler.world, name, bytes)?;
        let mask = signal::SPAWN_MASK;
        let fiber = self.engine.vm.new_fiber(program.0.into(), mask);
        self.scheduler.main = Some(self.scheduler.spawn_task(&mut self.engine.vm.heap, fiber));
        let code = self.run();
        Ok(self.end(code))
    }

    /// Runs until nothing is runnable or waiting, or the program asks for its end.
    fn run(&mut self) -> Option<u8> {
        loop {
            if self.scheduler.output.closed {
                return Some(BROKEN_PIPE_CODE);
            }
            if self.is_late() {
                return Some(TOO_LONG_CODE);
            }
            self.attend(None);
            self.report_crashes();
            self.report_lost();
            if self.scheduler.post.has_notices() {
                match self.scheduler.read_notices(&mut self.engine.vm.heap) {
                    News::None => {}
                    News::Exit(code) => return Some(code),
                    News::Deadlock => self.break_deadlock(),
                }
            }
            if self.scheduler.is_look_due() {
                self.scheduler.look_at_world(&mut self.engine.vm.heap);
            }
            if let Some(id) = self.scheduler.next(&mut self.engine.vm.heap) {
                let (fiber, how) = self.scheduler.begin(&mut self.engine.vm, id);
                if let Some(code) = self.step(id, fiber, how) {
                    return Some(code);
                }
                continue;
            }
            if self.scheduler.is_shut_down() {
                return None;
            }
            // Nothing runs for a while: what was printed should be seen.
            self.flush();
            if !self.scheduler.has_waiting() {
                // What timers are left are nobody's.
                return None;
            }
            let deadline = self.scheduler.next_deadline();
            if let Some(tick_ns) = self.scheduler.tick_deadline() {
                let jumps = deadline.is_none()
                    && self.scheduler.external_waits() == 0
                    && !self.scheduler.post.expects_notices();
                if jumps {
                    self.scheduler.jump_ticks(&mut self.engine.vm.heap);
                } else {
                    self.wait_for_world(Some(deadline.map_or(tick_ns, |deadline| deadline.min(tick_ns))));
                    self.scheduler.catch_up_ticks(&mut self.engine.vm.heap);
                }
                continue;
            }
            if deadline.is_some() || self.scheduler.external_waits() > 0 || self.waits_for_threads() {
                if !self.wait_for_world(deadline) {
                    self.break_deadlock();
                }
            } else {
                self.break_deadlock();
            }
        }
    }

    /// True when some task waits for what another thread does.
    fn waits_for_threads(&self) -> bool {
        self.scheduler.has_waiting() && self.scheduler.post.expects_notices()
    }

    /// Waits until a time comes or something happens. False if neither ever will.
    fn wait_for_world(&mut self, deadline: Option<u64>) -> bool {
        if deadline.is_none() && self.scheduler.is_cut_off() && !self.scheduler.post.expects_notices() {
            return false;
        }
        let only_notices = deadline.is_none() && self.scheduler.external_waits() == 0;
        if !self.scheduler.post.fall_asleep(only_notices) {
            return true;
        }
        let slack_ns = self.scheduler.slack_ns();
        let until_ns = deadline.map(|at_ns| at_ns.saturating_add(slack_ns)).into_iter().chain(self.limit_ns).min();
        self.scheduler.note_idle(until_ns.unwrap_or(u64::MAX));
        self.scheduler.poll_world(&mut self.engine.vm.heap, until_ns);
        self.scheduler.post.wake_up();
        self.scheduler.look_at_clock();
        true
    }

    /// Runs one task until it ends, waits, or yields. `Some` when the program is to end with that code.
    fn step(&mut self, id: TaskId, fiber: Gc<Fiber>, how: Resume) -> Option<u8> {
        let mut how = how;
        if self.scheduler.observer.timeline.is_some() && fiber.get(&self.engine.vm.heap).status == Status::New {
            let name = report::track(&self.engine.vm, self.scheduler.number(id), fiber);
            self.scheduler.observer.name(self.scheduler.number(id), &name);
        }
        let (mut id, mut fiber) = (id, fiber);
        loop {
            let turns = self.turns_left.map_or(lane::TURNS, |left| left.min(lane::TURNS.into()) as u32);
            if turns == 0 {
                return Some(TOO_LONG_CODE);
            }
            self.scheduler.open_lane(turns - 1, !self.engine.is_loading());
            let granted = self.scheduler.turns_in_lane();
            let quantum = self.scheduler.quantum_of(id);
            let exit = self.engine.vm.resume(&mut self.scheduler, fiber, how, quantum);
            if let Some(left) = &mut self.turns_left {
                *left -= u64::from(1 + granted - self.scheduler.turns_in_lane());
            }
            if let Exit::Parked = exit {
                return None;
            }
            // It may have been followed by another.
            (id, fiber) = self.scheduler.running_turn();
            how = match exit {
                Exit::Parked => return None,
                Exit::Done(value) => {
                    self.finish(id, fiber, Ok(value));
                    return None;
                }
                Exit::Error(error) => {
                    self.finish(id, fiber, Err(error));
                    return None;
                }
                Exit::Wait(request) if request.operation < requests::FIRST_FREE => {
                    self.engine.perform(&request, &mut *self.scheduler.world, id.0)
                }
                Exit::Wait(request) => {
                    if request.operation == request::ABORT {
                        self.scheduler.note_abort(id, request.args[0].as_fiber(), &mut self.engine.vm.heap);
                    }
                    match self.scheduler.request(&mut self.engine.vm.heap, id, &request) {
                        Answer::Now(_) if self.scheduler.output.closed => return Some(BROKEN_PIPE_CODE),
                        // Whoever was interrupted while it read goes on by that.
                        Answer::Now(how) => self.attend(Some(id)).unwrap_or(how.into()),
                        Answer::Parked => {
                            self.scheduler.parked(&mut self.engine.vm.heap, id, request.operation);
                            return None;
                        }
                        Answer::Exit(code) => return Some(code),
                    }
                }
                Exit::Signal { bits: signal::YIELD, .. } => {
                    self.scheduler.requeue(id, How::Value(Value::NIL));
                    self.scheduler.parked(&mut self.engine.vm.heap, id, 0);
                    return None;
                }
                Exit::Signal { bits, .. } if bits & signal::HALT != 0 => return Some(0),
                Exit::Signal { bits, .. } => Resume::Error(self.uncaught_signal(bits)),
                Exit::Budget
                    if self.scheduler.fuel_of(id).is_some()
                        && !interp::stands_in(&self.engine.vm.heap, fiber, UNDIVIDED) =>
                {
                    // A process that computes lets the others have their turn; it goes on exactly where it was.
                    self.note_process_computation(quantum);
                    self.scheduler.requeue(id, How::Value(Value::NIL));
                    self.scheduler.parked(&mut self.engine.vm.heap, id, 0);
                    return None;
                }
                Exit::Budget => {
                    self.scheduler.world.note_computation(quantum);
                    // A program that computes for long still shows what it printed before.
                    let _ = self.scheduler.output.flush_old(&mut *self.scheduler.world);
                    self.scheduler.look_at_clock();
                    if self.is_late() {
                        return Some(TOO_LONG_CODE);
                    }
                    self.attend(Some(id)).unwrap_or(Resume::Value(Value::NIL))
                }
            };
        }
    }

    /// The error for the emitter of a signal that no fiber catches.
    fn uncaught_signal(&mut self, bits: u64) -> Value {
        let vm = &mut self.engine.vm;
        let named = vm.state.signals.iter().filter(|(_, bit)| bits & (1 << bit) != 0);
        let names: Vec<String> = named.map(|(name, _)| format!(":{name}")).collect();
        let message = format!("no fiber catches the signal {}", names.join(" "));
        vm.heap.new_error("state-error", &message, &[])
    }

    /// A task has ended: its joiners go on, and an error of the main program is reported at once.
    fn finish(&mut self, id: TaskId, fiber: Gc<Fiber>, result: Result<Value, Value>) {
        self.scheduler.note_ended(id, result.is_err());
        if let Err(error) = result
            && !self.scheduler.is_aborted_by(id, error)
        {
            self.engine.vm.keep_failure(error);
        }
        let observed = self.scheduler.finish(&mut self.engine.vm.heap, id, result);
        self.engine.task_ended(id.0);
        self.report_crashes();
        let is_main = self.scheduler.main == Some(id);
        // A thread's error is for those who join it.
        let sent = is_main && self.send_outcome(result);
        if sent {
            self.scheduler.observe(&mut self.engine.vm.heap, fiber);
        }
        if is_main {
            self.scheduler.main = None;
            match result {
                Ok(_) => self.start_chosen_test(),
                Err(error) if self.is_interruption(error) => self.interrupt_all(),
                Err(_) => {}
            }
        }
        let Err(error) = result else { return };
        if is_main && self.scheduler.is_shutdown(error) {
            self.report(fiber, error);
            return;
        }
        let deadlocked = self.scheduler.deadlock.as_ref().is_some_and(|deadlock| deadlock.error.is_identical(error));
        if (is_main || deadlocked) && !observed && !sent {
            // Reported here, so not again at the end.
            self.scheduler.observe(&mut self.engine.vm.heap, fiber);
            self.report(fiber, error);
        }
    }

    /// Some process has computed for so many units. Now and then that counts as a long computation.
    fn note_process_computation(&mut self, units: u64) {
        self.process_units += units;
        if self.process_units >= QUANTUM {
            self.process_units = 0;
            self.scheduler.world.note_computation(QUANTUM);
            let _ = self.scheduler.output.flush_old(&mut *self.scheduler.world);
            self.scheduler.look_at_clock();
        }
    }

    /// Reports the errors of fibers that nobody can reach any more, so that nobody will see them.
    fn report_lost(&mut self) {
        if self.engine.vm.heap.has_lost() {
            for fiber in self.engine.vm.heap.take_lost() {
                self.scheduler.observe(&mut self.engine.vm.heap, fiber);
                self.report(fiber, fiber.get(&self.engine.vm.heap).value());
            }
        }
    }

    /// Reports the ends of processes: to the function that their world has named, or on standard error.
    fn report_crashes(&mut self) {
        while let Some(crash) = self.scheduler.processes.crashes.pop_front() {
            if !crash.logger.is_nil() {
                let fiber = self.engine.vm.new_fiber(crash.logger, signal::SPAWN_MASK);
                self.scheduler.start_with(&mut self.engine.vm.heap, fiber, crash.fields.into());
                continue;
            }
            let text = match crash.error {
                Some(error) => report::uncaught(&self.engine.vm, crash.fiber, error, &crash.notes, self.style),
                None => format!("● {}\n", crash.notes.join("; ")),
            };
            // There is no one left to tell if this fails.
            let _ = self.scheduler.output.write(&mut *self.scheduler.world, Stream::Stderr, text.as_bytes());
        }
    }

    /// The program has run to its last form: now the test runs that it was run for.
    fn start_chosen_test(&mut self) {
        match self.scheduler.tests.chosen.take() {
            Some(body) => {
                let fiber = self.engine.vm.new_fiber(body, signal::SPAWN_MASK);
                self.scheduler.main = Some(self.scheduler.spawn_task(&mut self.engine.vm.heap, fiber));
                self.scheduler.tests.started = true;
            }
            None => self.scheduler.tests.returned = self.scheduler.tests.started,
        }
    }

    fn break_deadlock(&mut self) {
        let heap = &self.engine.vm.heap;
        let mut lines = self.scheduler.circles(heap);
        lines.extend(report::waiters(&self.engine.vm, &self.scheduler.waiters(heap)));
        self.scheduler.break_deadlock(&mut self.engine.vm.heap, lines);
    }

    /// Reports an error on standard error. One that every waiter of a deadlock got is reported once, with all of them.
    fn report(&mut self, fiber: Gc<Fiber>, error: Value) {
        self.failed = true;
        let mut notes = Vec::new();
        if let Some(deadlock) = &mut self.scheduler.deadlock
            && deadlock.error.is_identical(error)
        {
            if deadlock.reported {
                return;
            }
            deadlock.reported = true;
            notes.clone_from(&deadlock.waiters);
        }
        let text = report::uncaught(&self.engine.vm, fiber, error, &notes, self.style);
        // There is no one left to tell if this fails.
        let _ = self.scheduler.output.write(&mut *self.scheduler.world, Stream::Stderr, text.as_bytes());
    }

    fn flush(&mut self) {
        let flushed = self.scheduler.output.flush(&mut *self.scheduler.world);
        self.note_output(flushed);
    }

    /// Writes out everything that is held back, however long it takes.
    fn finish_output(&mut self) {
        let finished = self.scheduler.output.finish(&mut *self.scheduler.world);
        self.note_output(finished);
    }

    fn note_output(&mut self, result: std::io::Result<()>) {
        if let Err(error) = result
            && !self.scheduler.output.closed
        {
            self.failed = true;
            let text = format!("✗ cannot write standard output: {error}\n");
            let _ = self.scheduler.world.write(Stream::Stderr, text.as_bytes());
        }
    }

    /// The end of the program: `code` if it asked for one. Reports what failed unseen.
    fn end(&mut self, code: Option<u8>) -> u8 {
        self.scheduler.end_outside(&mut self.engine.vm.heap, self.thread.is_none());
        self.scheduler.observer.finish();
        if let Some(code) = code {
            if code != BROKEN_PIPE_CODE || !self.scheduler.output.closed {
                self.finish_output();
            }
            return code;
        }
        self.finish_output();
        for fiber in self.scheduler.take_failed() {
            let error = fiber.get(&self.engine.vm.heap).value();
            self.report(fiber, error);
        }
        if self.thread.is_none() {
            self.report_threads();
        }
        self.finish_output();
        if self.scheduler.output.closed {
            return BROKEN_PIPE_CODE;
        }
        if self.interrupted {
            return INTERRUPTED_CODE;
        }
        u8::from(self.failed)
    }
}
