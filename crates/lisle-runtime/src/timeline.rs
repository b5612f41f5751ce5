//! Timelines: a file in the trace-event format, which Perfetto and chrome://tracing open.
//!
//! Every task has a track of its own (the format's `tid`), named after the place where the task was spawned. On it
//! stand slices: `run` while the task runs, and the name of the operation while it waits. A slice is written as
//! two events, its begin and its end, in the order in which things happen: the file is sorted by time, slices of
//! a track never overlap, and when the program is killed, what was going on is still open in the file. Such a file
//! lacks its last bracket, which viewers do without.
//!
//! Bytes are gathered up to [`HELD_BACK_MAX`] and written out then, and when the program ends or waits for long. A failure
//! to write ends the timeline, not the program.

use std::fmt::Write as _;
use std::io::Write;

use crate::observe::{Event, What};

/// Bytes held back at most.
const HELD_BACK_MAX: usize = 64 * 1024;
/// A wait that is worth a system call.
const LONG_WAIT_NS: u64 = 100_000_000;

/// The writer of a timeline.
pub(crate) struct Timeline {
    /// `None` after a failure, and at the end.
    out: Option<Box<dyn Write + Send>>,
    held_back: String,
    /// Some event was written: the next one needs a comma before it.
    started: bool,
}

impl std::fmt::Debug for Timeline {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Timeline").field("held_back", &self.held_back.len()).finish_non_exhaustive()
    }
}

impl Timeline {
    pub(crate) fn new(out: Box<dyn Write + Send>) -> Timeline {
        Timeline { out: Some(out), held_back: "[\n".to_owned(), started: false }
    }

    /// Names a task's track.
    pub(crate) fn name(&mut self, task: u64, name: &str) {
        let mut text = format!("{{\"ph\":\"M\",\"pid\":1,\"tid\":{task},\"name\":\"thread_name\",\"args\":{{\"name\":");
        quote(name, &mut text);
        text.push_str("}}");
        self.add(&text);
    }

    /// Takes an event.
    pub(crate) fn event(&mut self, event: Event) {
        let Event { at_ns, task, what } = event;
        match what {
            What::Spawned { by: 0 } => {}
            What::Spawned { by } => self.instant(at_ns, by, &format!("spawn {task}")),
            What::Runs => self.begin(at_ns, task, "run"),
            What::Waits(operation) => {
                self.end(at_ns, task);
                self.begin(at_ns, task, operation);
            }
            What::Yields | What::Wakes | What::Returns => self.end(at_ns, task),
            What::Fails => {
                self.instant(at_ns, task, "error");
                self.end(at_ns, task);
            }
            What::Aborts { target } => self.instant(at_ns, task, &format!("abort {target}")),
        }
    }

    fn begin(&mut self, at_ns: u64, task: u64, name: &str) {
        let mut text = String::from("{\"ph\":\"B\",\"name\":");
        quote(name, &mut text);
        place(at_ns, task, &mut text);
        text.push('}');
        self.add(&text);
    }

    fn end(&mut self, at_ns: u64, task: u64) {
        let mut text = String::from("{\"ph\":\"E\"");
        place(at_ns, task, &mut text);
        text.push('}');
        self.add(&text);
    }

    fn instant(&mut self, at_ns: u64, task: u64, name: &str) {
        let mut text = String::from("{\"ph\":\"i\",\"s\":\"t\",\"name\":");
        quote(name, &mut text);
        place(at_ns, task, &mut text);
        text.push('}');
        self.add(&text);
    }

    fn add(&mut self, event: &str) {
        if self.out.is_none() {
            return;
        }
        if self.started {
            self.held_back.push_str(",\n");
        }
        self.started = true;
        self.held_back.push_str(event);
        if self.held_back.len() >= HELD_BACK_MAX {
            self.flush();
        }
    }

    /// The program waits until then: what happened so far should be in the file, unless more comes soon.
    pub(crate) fn idle(&mut self, now_ns: u64, until_ns: u64) {
        if until_ns.saturating_sub(now_ns) >= LONG_WAIT_NS {
            self.flush();
        }
    }

    /// Writes out what is held back.
    pub(crate) fn flush(&mut self) {
        let Some(out) = &mut self.out else { return };
        if out.write_all(self.held_back.as_bytes()).and_then(|()| out.flush()).is_err() {
            self.out = None;
        }
        self.held_back.clear();
    }

    /// The program has ended: so does the file.
    pub(crate) fn finish(&mut self) {
        self.held_back.push_str("\n]\n");
        self.flush();
        self.out = None;
    }
}

/// When and where, as fields. Times are in microseconds.
fn place(at_ns: u64, task: u64, text: &mut String) {
    let (micros, rest) = (at_ns / 1000, at_ns % 1000);
    // Writing to a string does not fail.
    let _ = write!(text, ",\"ts\":{micros}.{rest:03},\"pid\":1,\"tid\":{task}");
}

/// A text in JSON.
fn quote(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if (c as u32) < 0x20 => {
                let _ = write!(out, "\\u{:04x}", c as u32);
            }
            c => out.push(c),
        }
    }
    out.push('"');
}
