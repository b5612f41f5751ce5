//! Watches on files. A watch is a port without bytes: those who read wait for what has happened, those who write for paths
//! to be watched.

mod tree;

use std::io::ErrorKind;

use lisle_vm::{Heap, Value};
use rustix::io::Errno;

use super::jobs::JobOwner;
use super::operations::What;
use super::value::{Kind, Medium, Name, Port};
use super::{Arrival, Arrived, type_error, watch_of};
use crate::natives::errors::io_error;
use crate::scheduler::{Answer, How, Scheduler, TaskId};
use crate::world::io::{Change, ChangeKind, Job, Outcome};
use tree::Report;
pub(super) use tree::Tree;

const NEXT: &str = "watch-next";
const ADD: &str = "watch-add";

/// The error of whoever uses a closed watch.
pub(super) fn closed(heap: &mut Heap, name: &str) -> Value {
    let reason = Value::keyword_named("closed");
    heap.new_error("io-error", &format!("{name}: watch is closed"), &[("reason", reason)])
}

/// The error of a system that watches no more.
fn watch_error(heap: &mut Heap, name: &str, path: Option<&str>, error: &std::io::Error) -> Value {
    let (reason, text) = match error.raw_os_error() {
        Some(number) if number == Errno::NOSPC.raw_os_error() => (
            "too-many-watches",
            "the system's limit of watched directories is reached; fs.inotify.max_user_watches sets it",
        ),
        Some(number) if path.is_none() && number == Errno::MFILE.raw_os_error() => (
            "too-many-files",
            "the limit of watches or of open files is reached; fs.inotify.max_user_instances and `ulimit -n` set them",
        ),
        _ => return io_error(heap, name, path, None, error),
    };
    let message = match path {
        Some(path) => format!("{name}: {path}: {text}"),
        None => format!("{name}: {text}"),
    };
    let mut fields = vec![("reason", Value::keyword_named(reason))];
    fields.extend(error.raw_os_error().map(|number| ("errno", Value::int(i64::from(number)))));
    if let Some(path) = path {
        fields.push(("path", heap.new_string(path).into()));
    }
    heap.new_error("io-error", &message, &fields)
}

/// True for what tells a part of a renaming: the rest comes at once, if it comes.
fn is_incomplete(change: &Change) -> bool {
    change.kind == ChangeKind::MovedFrom || change.kind == ChangeKind::MovedTo && change.directory
}

fn report_value(heap: &mut Heap, report: &Report) -> Value {
    let kind = match report.kind {
        tree::Kind::Create => "create",
        tree::Kind::Modify => "modify",
        tree::Kind::Remove => "remove",
        tree::Kind::Rename => "rename",
        tree::Kind::Overflow => "overflow",
    };
    let path = heap.new_string(&report.path).into();
    let mut fields =
        vec![(Value::keyword_named("kind"), Value::keyword_named(kind)), (Value::keyword_named("path"), path)];
    if let Some(from) = &report.from {
        fields.push((Value::keyword_named("from"), heap.new_string(from).into()));
    }
    heap.new_struct(fields).into()
}

impl Scheduler {
    /// A watch that watches nothing yet.
    pub(crate) fn new_watch(&mut self, heap: &mut Heap) -> How {
        match self.world.io().watch_files() {
            Ok(handle) => {
                let name = Name::new(Kind::Watch, None, true, false, false);
                let port = Port { watching: Some(Box::default()), ..Port::new(name, handle, Medium::Changes) };
                How::Value(self.ports.insert(heap, port))
            }
            Err(error) => How::Error(watch_error(heap, "watch", None, &error)),
        }
    }

    /// The watch in a value, open.
    fn open_watch(&mut self, heap: &mut Heap, name: &str, value: Value) -> Result<u32, How> {
        let Some(watch) = watch_of(heap, value) else { return Err(type_error(heap, name, "watch", value)) };
        if watch.name.closed.get() {
            return Err(How::Error(closed(heap, name)));
        }
        Ok(watch.id)
    }

    fn tree(&mut self, id: u32) -> &mut Tree {
        match &mut self.ports.port(id).watching {
            Some(tree) => tree,
            None => unreachable!("a watch has a tree"),
        }
    }

    /// A task wants a path to be watched.
    ///
    /// Abort: nothing, if it has not begun; what has begun is finished.
    pub(super) fn add_request(
        &mut self,
        heap: &mut Heap,
        task: TaskId,
        value: Value,
        path: String,
        recursive: bool,
    ) -> Answer {
        let id = match self.open_watch(heap, ADD, value) {
            Ok(id) => id,
            Err(how) => return Answer::Now(how),
        };
        let token = self.wait_for(task, ADD, Some((id, value)), What::Add, None);
        self.ports.port(id).writers.push_back(token);
        self.tree(id).add(path, recursive, token);
        self.go_on_watching(id);
        Answer::Parked
    }

    /// A path is watched no longer.
    pub(crate) fn remove_from_watch(&mut self, heap: &mut Heap, value: Value, path: &str) -> How {
        const NAME: &str = "watch-remove";
        let id = match self.open_watch(heap, NAME, value) {
            Ok(id) => id,
            Err(how) => return how,
        };
        if !self.tree(id).remove(path) {
            return How::Error(heap.new_error("argument-error", &format!("{NAME}: {path} is not watched"), &[]));
        }
        self.go_on_watching(id);
        How::Value(Value::NIL)
    }

    /// Closes a watch. Whoever waits for it is told.
    pub(crate) fn close_watch(&mut self, heap: &mut Heap, value: Value) -> How {
        match watch_of(heap, value) {
            Some(_) => self.close_any(heap, value),
            None => type_error(heap, "watch-close", "watch", value),
        }
    }

    /// A task waits for what happens.
    ///
    /// Abort: what has happened is for the next who asks.
    pub(super) fn changes_request(
        &mut self,
        heap: &mut Heap,
        task: TaskId,
        value: Value,
        timeout_ns: Option<u64>,
    ) -> Answer {
        let id = match self.open_watch(heap, NEXT, value) {
            Ok(id) => id,
            Err(how) => return Answer::Now(how),
        };
        if self.ports.port(id).readers.is_empty()
            && let Some(how) = self.try_changes(heap, id)
        {
            let arrival = self.arrived_changes(id);
            return self.answer(task, how, Some(Arrived::by(value, arrival)));
        }
        let token = self.wait_for(task, NEXT, Some((id, value)), What::Changes, timeout_ns);
        self.ports.port(id).readers.push_back(token);
        Answer::Parked
    }

    /// The changes that were given last.
    pub(super) fn arrived_changes(&mut self, id: u32) -> Arrival {
        Arrival::Changes { number: self.ports.port(id).batches }
    }

    /// What has happened, if something has. `None`: whoever wants it must wait.
    pub(super) fn try_changes(&mut self, heap: &mut Heap, id: u32) -> Option<How> {
        if let Some(returned) = self.take_returned(id) {
            return Some(returned);
        }
        loop {
            let tree = self.tree(id);
            let reports = tree.batch();
            if !reports.is_empty() {
                self.ports.port(id).batches += 1;
                let values: Vec<Value> = reports.iter().map(|report| report_value(heap, report)).collect();
                return Some(How::Value(heap.new_array(&values).into()));
            }
            if let Some((path, error)) = tree.problem() {
                return Some(How::Error(watch_error(heap, NEXT, Some(&path), &error)));
            }
            if !tree.is_settled() {
                return None;
            }
            let port = self.ports.port(id);
            let Some(handle) = port.handle else { return Some(How::Error(closed(heap, NEXT))) };
            if !port.readable {
                return None;
            }
            let mut changes = Vec::new();
            let outcome = loop {
                match self.world.io().changes(handle, &mut changes) {
                    Ok(()) if changes.last().is_some_and(is_incomplete) => {}
                    Err(error) if error.kind() == ErrorKind::Interrupted => {}
                    outcome => break outcome,
                }
            };
            let tree = self.tree(id);
            tree.take(changes);
            match outcome {
                Ok(()) => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    // New directories may be waiting to be looked at.
                    tree.drained();
                    self.ports.port(id).readable = false;
                }
                Err(error) => return Some(How::Error(watch_error(heap, NEXT, None, &error))),
            }
            self.go_on_watching(id);
        }
    }

    /// Has the world watch what is wanted next, and no longer what is not.
    fn go_on_watching(&mut self, id: u32) {
        let port = self.ports.port(id);
        let (Some(watch), Some(mut tree)) = (port.handle, port.watching.take()) else { return };
        for directory in tree.unwanted() {
            self.world.io().unwatch(watch, directory);
        }
        let next = tree.next_wanted(|token| self.ports.operations.get(token).is_some());
        if let Some(wanted) = next {
            let (named, below) = (wanted.is_named(), wanted.recursive);
            self.start_job(Job::Watch { watch, path: wanted.path.clone(), named, below }, JobOwner::Watching(id));
        }
        self.ports.port(id).watching = Some(tree);
    }

    /// A path is watched now, or is not.
    pub(super) fn take_watched(&mut self, heap: &mut Heap, id: u32, outcome: std::io::Result<Outcome>) {
        let outcome = outcome.map(|outcome| match outcome {
            Outcome::Watched(watched) => watched,
            _ => unreachable!("a job of a watch gives what is watched"),
        });
        let added = self.tree(id).finish(outcome);
        if let Some((token, result)) = added {
            let how = match result {
                Ok(()) => How::Value(Value::NIL),
                Err((path, error)) => How::Error(watch_error(heap, ADD, Some(&path), &error)),
            };
            self.finish_operation(heap, token, how);
        }
        self.go_on_watching(id);
        self.serve_readers(heap, id);
    }
}
