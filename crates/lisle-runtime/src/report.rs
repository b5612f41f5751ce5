//! Reports on standard error: uncaught errors and deadlocks.

use lisle_syntax::diagnostic::{Style, TraceFrame, render_runtime_error};
use lisle_vm::fiber::Fiber;
use lisle_vm::interp::TraceEntry;
use lisle_vm::{Gc, Value, Vm, ops};

use crate::scheduler::TaskId;

/// The report of an error that nobody caught.
pub(crate) fn uncaught(vm: &Vm, fiber: Gc<Fiber>, error: Value, notes: &[String], style: Style) -> String {
    let trace = vm.error_trace(fiber, error);
    let mut value = String::new();
    ops::print::machine(&vm.heap, error, &mut value);
    // The place shown is the innermost one in the program's own text.
    let own = trace.iter().find(|entry| !is_library(entry));
    let place = own.and_then(|entry| entry.sources.get(entry.span.source).map(|source| (&**source, entry.span)));
    let frames: Vec<TraceFrame> =
        trace.iter().map(|entry| TraceFrame { name: entry.name.clone(), at: entry.place() }).collect();
    let mut notes = notes.to_vec();
    notes.extend(spawned_at(vm, fiber));
    render_runtime_error(&value, &frames, place, &notes, style)
}

/// A line on each waiting fiber: what it waits for, where, and where it was spawned.
pub(crate) fn waiters(vm: &Vm, waiting: &[(TaskId, Gc<Fiber>, String)]) -> Vec<String> {
    let line = |(_, fiber, what): &(TaskId, Gc<Fiber>, String)| {
        let place = place(vm, *fiber).map_or(String::new(), |place| format!(" at {place}"));
        let spawned = spawned_at(vm, *fiber).map_or(String::new(), |site| format!(", {site}"));
        format!("{what}{place}{spawned}")
    };
    waiting.iter().map(line).collect()
}

/// Where a suspended fiber stands.
fn place(vm: &Vm, fiber: Gc<Fiber>) -> Option<String> {
    let trace = vm.trace(fiber);
    trace.iter().find(|entry| !is_library(entry)).or(trace.first()).and_then(TraceEntry::place)
}

fn spawned_at(vm: &Vm, fiber: Gc<Fiber>) -> Option<String> {
    vm.spawn_site(fiber).and_then(|site| site.place()).map(|place| format!("spawned at {place}"))
}

fn is_library(entry: &TraceEntry) -> bool {
    entry.sources.get(entry.span.source).is_none_or(|source| source.name.starts_with("<lib>"))
}
