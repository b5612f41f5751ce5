//! What is told of processes: structs for programs, reports of ends, and pictures.

use lisle_vm::object::Struct;
use lisle_vm::{Gc, Heap, Value, ops};

use super::exit::pid_value;
use super::record::{NO_PID, Process};
use super::{Processes, Slot};

/// Characters of a value that a report shows.
const SHOWN_MAX: usize = 200;

fn key(name: &str) -> Value {
    Value::keyword_named(name)
}

/// The pids to which a process is linked, in order of linking.
fn linked(processes: &Processes, slot: Slot) -> Vec<Value> {
    let record = processes.record(slot);
    let ties = processes.ties.iter(record.links);
    ties.map(|tie| pid_value(processes.record(processes.ties.get(tie).partner(slot)).pid)).collect()
}

fn name(record: &Process) -> Value {
    record.names().last().map_or(Value::NIL, |name| Value::keyword(*name))
}

/// `{:pid :status :name :mbox-size :links :trapping}` of a living process.
pub(crate) fn basic(processes: &Processes, heap: &mut Heap, slot: Slot) -> Gc<Struct> {
    let record = processes.record(slot);
    let links = linked(processes, slot);
    let links = heap.new_mset(links);
    heap.new_struct(vec![
        (key("pid"), pid_value(record.pid)),
        (key("status"), key("alive")),
        (key("name"), name(record)),
        (key("mbox-size"), Value::int(record.mailbox.len() as i64)),
        (key("links"), links.into()),
        (key("trapping"), record.traps.into()),
    ])
}

/// As `basic`, for one that has died.
pub(crate) fn dead(heap: &mut Heap, pid: u64) -> Gc<Struct> {
    let links = heap.new_mset(Vec::new());
    heap.new_struct(vec![
        (key("pid"), pid_value(pid)),
        (key("status"), key("dead")),
        (key("name"), Value::NIL),
        (key("mbox-size"), Value::int(0)),
        (key("links"), links.into()),
        (key("trapping"), Value::FALSE),
    ])
}

/// Everything that is known of a process.
pub(crate) fn full(processes: &Processes, heap: &mut Heap, slot: Slot, state: &str) -> Gc<Struct> {
    let record = processes.record(slot);
    let links = linked(processes, slot);
    let links = heap.new_array(&links);
    let pids =
        |ties: Vec<Slot>| -> Vec<Value> { ties.iter().map(|slot| pid_value(processes.record(*slot).pid)).collect() };
    let watching: Vec<Slot> =
        processes.ties.iter(record.watched).map(|tie| processes.ties.get(tie).watched()).collect();
    let watchers: Vec<Slot> =
        processes.ties.iter(record.watchers).map(|tie| processes.ties.get(tie).watcher()).collect();
    let watching = heap.new_array(&pids(watching));
    let watchers = heap.new_array(&pids(watchers));
    let names: Vec<Value> = record.names().iter().map(|name| Value::keyword(*name)).collect();
    let names = heap.new_array(&names);
    let state = heap.new_string(state);
    heap.new_struct(vec![
        (key("pid"), pid_value(record.pid)),
        (key("status"), key(if record.exiting.is_some() { "exiting" } else { "alive" })),
        (key("state"), state.into()),
        (key("kind"), record.kind.map_or(Value::NIL, Value::keyword)),
        (key("parent"), if record.parent == NO_PID { Value::NIL } else { pid_value(record.parent) }),
        (key("name"), name(record)),
        (key("names"), names.into()),
        (key("mailbox"), Value::int(record.mailbox.len() as i64)),
        (key("last-message"), record.last_message),
        (key("links"), links.into()),
        (key("monitors"), watching.into()),
        (key("monitored-by"), watchers.into()),
        (key("fibers"), Value::int(1 + record.tasks().len() as i64)),
        (key("trapping"), record.traps.into()),
    ])
}

/// What a logger is told of an end.
pub(crate) fn crash_fields(processes: &Processes, heap: &mut Heap, slot: Slot, reason: Value) -> Gc<Struct> {
    let record = processes.record(slot);
    let links = linked(processes, slot);
    let links = heap.new_array(&links);
    heap.new_struct(vec![
        (key("event"), key("process-ended")),
        (key("pid"), pid_value(record.pid)),
        (key("name"), name(record)),
        (key("reason"), reason),
        (key("links"), links.into()),
        (key("last-message"), record.last_message),
        (key("mailbox"), Value::int(record.mailbox.len() as i64)),
    ])
}

/// The reason behind the links over which it came.
pub(crate) fn root(reason: Value) -> Value {
    let linked = super::keys::keys().linked;
    let mut reason = reason;
    while let Some(inner) = super::tagged(reason, linked).and_then(|parts| parts.items().get(2).copied()) {
        reason = inner;
    }
    reason
}

/// How people are told of a process.
pub(crate) fn title(record: &Process) -> String {
    match record.names().last() {
        Some(name) => format!("process {} (:{name})", record.pid),
        None => format!("process {}", record.pid),
    }
}

/// The lines of a report of an end.
pub(crate) fn crash_notes(processes: &Processes, heap: &Heap, slot: Slot, reason: Value) -> Vec<String> {
    let record = processes.record(slot);
    let links: Vec<String> =
        linked(processes, slot).iter().filter_map(|pid| pid.as_int()).map(|pid| pid.to_string()).collect();
    let links = if links.is_empty() { String::new() } else { format!(", linked to {}", links.join(", ")) };
    let mut notes = vec![format!("{} ended: {}{links}", title(record), shown(heap, reason))];
    if !record.last_message.is_nil() {
        notes.push(format!("its last message was {}", shown(heap, record.last_message)));
    }
    if !record.mailbox.is_empty() {
        notes.push(format!("{} unread messages", record.mailbox.len()));
    }
    notes
}

/// A value as a report shows it: cut, if it is long.
fn shown(heap: &Heap, value: Value) -> String {
    let mut text = String::new();
    ops::print::machine(heap, value, &mut text);
    if text.chars().count() > SHOWN_MAX {
        text = text.chars().take(SHOWN_MAX).collect();
        text.push('…');
    }
    text
}

/// The processes of a world by who spawned them, a line each: `(depth, slot)`.
pub(crate) fn family(processes: &Processes, world: u32) -> Vec<(usize, Slot)> {
    let world = processes.worlds.get(world);
    let mut children: std::collections::BTreeMap<u64, Vec<(u64, Slot)>> = std::collections::BTreeMap::new();
    let mut lines = Vec::with_capacity(world.pids.len());
    let mut stack = Vec::new();
    for (pid, slot) in world.pids.iter() {
        let parent = processes.record(slot).parent;
        match world.pids.get(parent).is_some() {
            true => children.entry(parent).or_default().push((pid, slot)),
            false => stack.push((0, pid, slot)),
        }
    }
    stack.reverse();
    while let Some((depth, pid, slot)) = stack.pop() {
        lines.push((depth, slot));
        for (pid, slot) in children.remove(&pid).unwrap_or_default().into_iter().rev() {
            stack.push((depth + 1, pid, slot));
        }
    }
    lines
}

/// The processes of a world as a tree.
pub(crate) fn tree(processes: &Processes, world: u32, state: impl Fn(Slot) -> String) -> String {
    use std::fmt::Write;
    let mut text = String::new();
    for (depth, slot) in family(processes, world) {
        let record = processes.record(slot);
        let _ = write!(text, "{:indent$}{}", "", record.pid, indent = depth * 2);
        if let Some(name) = record.names().last() {
            let _ = write!(text, " :{name}");
        }
        if let Some(kind) = record.kind {
            let _ = write!(text, " {kind}");
        }
        let _ = write!(text, ", {}", state(slot));
        if !record.mailbox.is_empty() {
            let _ = write!(text, ", {} messages", record.mailbox.len());
        }
        text.push('\n');
    }
    text
}
