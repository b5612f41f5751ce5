//! Reports on standard error: uncaught errors, deadlocks, and the picture of all fibers.

use std::fmt::Write;

use lisle_syntax::diagnostic::{Style, TraceFrame, render_runtime_error};
use lisle_vm::fiber::Fiber;
use lisle_vm::interp::TraceEntry;
use lisle_vm::{Gc, Value, Vm, ops};

use crate::scheduler::{Living, TaskId};

/// The report of an error that nobody caught.
pub(crate) fn uncaught(vm: &Vm, fiber: Gc<Fiber>, error: Value, notes: &[String], style: Style) -> String {
    let trace = vm.error_trace(fiber, error);
    let mut value = String::new();
    ops::print::machine(&vm.heap, error, &mut value);
    // The place shown is the innermost one in the program's own text.
    let own = trace.iter().find(|entry| !is_library(entry));
    let shown = own.and_then(|entry| entry.sources.get(entry.span.source).map(|source| (&**source, entry.span)));
    let frames: Vec<TraceFrame> =
        trace.iter().map(|entry| TraceFrame { name: entry.name.clone(), at: entry.place() }).collect();
    let mut notes = notes.to_vec();
    if let Some(site) = vm.raised_elsewhere(fiber, error).and_then(|site| site.place()) {
        // It has come from there by a join.
        notes.push(format!("raised in a fiber spawned at {site}"));
        notes.extend(place(vm, fiber).map(|place| format!("waited for at {place}")));
    }
    notes.extend(spawned_at(vm, fiber));
    render_runtime_error(&value, &frames, shown, &notes, style)
}

/// A line on each waiting fiber: what it waits for, where, and where it was spawned.
pub(crate) fn waiters(vm: &Vm, waiting: &[(TaskId, Gc<Fiber>, String)]) -> Vec<String> {
    let line = |(_, fiber, what): &(TaskId, Gc<Fiber>, String)| {
        let place = place(vm, *fiber).map_or(String::new(), |place| format!(" at {place}"));
        let spawned = spawned_at(vm, *fiber).map_or(String::new(), |site| format!(", {site}"));
        format!("{what}{place}{spawned}")
    };
    let mut lines: Vec<String> = waiting.iter().take(WAITERS_MAX).map(line).collect();
    if waiting.len() > WAITERS_MAX {
        lines.push(format!("{} more wait", plural(waiting.len() - WAITERS_MAX, "fiber")));
    }
    lines
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

/// Fibers shown at most in the report of a deadlock.
const WAITERS_MAX: usize = 40;
/// Fibers shown at most in a picture of all.
const SHOWN_MAX: usize = 200;

/// The name of a task's track in a timeline.
pub(crate) fn track(vm: &Vm, number: u64, fiber: Gc<Fiber>) -> String {
    let site = vm.spawn_site(fiber).and_then(|site| site.place());
    site.map_or_else(|| task_name(number), |site| format!("{}, {site}", task_name(number)))
}

/// A picture of the tasks that have not ended: what each does, since when, where, and who spawned it.
pub(crate) fn fibers(vm: &Vm, now_ns: u64, living: &[Living], waiting: &[(TaskId, Gc<Fiber>, String)]) -> String {
    let seconds = |ns: u64| format!("{:.1} s", ns as f64 / 1e9);
    let mut text = format!("● {} live, {} after the start\n", plural(living.len(), "fiber"), seconds(now_ns));
    for task in living.iter().take(SHOWN_MAX) {
        let name = task_name(task.number);
        let sentence = waiting.iter().find(|(id, _, _)| *id == task.id).map(|(_, _, sentence)| sentence.as_str());
        let state = match task.wait {
            Some(_) => sentence.map_or_else(|| format!("{name} waits"), str::to_owned),
            None => format!("{name} is {}", task.state),
        };
        let _ = write!(text, "{state}");
        if task.wait.is_some() {
            let _ = write!(text, ", for {}", seconds(task.waited_ns));
        }
        text.push('\n');
        if task.parent != 0 {
            let site = vm.spawn_site(task.fiber).and_then(|site| site.place());
            let site = site.map_or_else(String::new, |site| format!(" at {site}"));
            let _ = writeln!(text, "  spawned {} ago by {}{site}", seconds(task.age_ns), task_name(task.parent));
        }
        for entry in vm.trace(task.fiber) {
            let place = entry.place().map_or_else(String::new, |place| format!(" at {place}"));
            let _ = writeln!(text, "  in {}{place}", entry.name);
        }
    }
    if living.len() > SHOWN_MAX {
        let _ = writeln!(text, "and {} more", living.len() - SHOWN_MAX);
    }
    text
}

fn plural(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// How people are told of a task.
fn task_name(number: u64) -> String {
    match number {
        1 => "the main program".to_owned(),
        number => format!("fiber {number}"),
    }
}
