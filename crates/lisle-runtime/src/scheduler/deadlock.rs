//! Waits that cannot end.
//!
//! When nothing is runnable, no timer runs and nothing outside is waited for, every wait is for ever. For reports, waits
//! are edges of a graph: to the fiber whose end is waited for, to the members of a group, to the holder of a lock.
//! Circles in it are the usual reason.

use std::collections::HashMap;

use lisle_vm::fiber::Fiber;
use lisle_vm::object::Str;
use lisle_vm::{Gc, Heap, Value};

use super::group::{self, For};
use super::queue;
use super::tasks::{NO_TASK, State, Task, TaskId};
use super::{How, Purpose, Scheduler, Wait};

/// A deadlock: nothing could run any more, and somebody waited.
#[derive(Debug)]
pub struct Deadlock {
    /// The error that was raised in all who waited.
    pub error: Value,
    /// Circles of waits, and a line on each of those who waited.
    pub waiters: Vec<String>,
    /// It has been reported already.
    pub reported: bool,
}

/// Circles that are drawn in a report.
const CIRCLES_MAX: usize = 10;
/// Members of a circle that are drawn.
const CIRCLE_MAX: usize = 20;

impl Scheduler {
    /// The waiting tasks in order of spawning, with a sentence on what each waits for.
    pub(crate) fn waiters(&self, heap: &Heap) -> Vec<(TaskId, Gc<Fiber>, String)> {
        let describe = |id: TaskId| (id, self.tasks.get(id).fiber, self.sentence(heap, self.tasks.get(id)));
        self.waiting_tasks().into_iter().map(describe).collect()
    }

    fn waiting_tasks(&self) -> Vec<TaskId> {
        let mut waiting: Vec<_> = self.tasks.iter().filter(|(_, task)| task.state == State::Waiting).collect();
        waiting.sort_by_key(|(_, task)| task.sequence);
        waiting.into_iter().map(|(id, _)| id).collect()
    }

    fn sentence(&self, heap: &Heap, task: &Task) -> String {
        let who = name(task);
        match &task.wait {
            Wait::None
            | Wait::Handed { .. }
            | Wait::Handing { .. }
            | Wait::Told { .. }
            | Wait::Arrived { .. }
            | Wait::Received { .. } => {
                format!("{who} waits")
            }
            Wait::Take { .. } => format!("{who} waits for a value in a queue"),
            Wait::Put { .. } => format!("{who} waits for room in a queue"),
            Wait::Receive(receive) => self.describe_receive(receive),
            Wait::Queue { queue, note, .. } => {
                let what = note_text(*note).map_or_else(|| "in a queue".to_owned(), |what| format!("for {what}"));
                match self.holder(heap, *queue) {
                    Some(holder) => format!("{who} waits {what} (held by {})", name(self.tasks.get(holder))),
                    None => format!("{who} waits {what}"),
                }
            }
            Wait::Group { group: of, what, .. } => {
                let fibers = match group::group(heap, *of).count() {
                    1 => "a fiber".to_owned(),
                    count => format!("{count} fibers"),
                };
                match what {
                    For::Select => format!("{who} waits for the first of {fibers} to end"),
                    For::Next => format!("{who} waits for the next of {fibers} to end"),
                    For::Settled => format!("{who} waits for the end of {fibers} of its own"),
                    For::Abort => format!("{who} is aborted, and waits for the end of {fibers} of its own"),
                }
            }
            Wait::External { what, .. } => format!("{who} waits for {what}"),
            Wait::Sleep(_) => format!("{who} sleeps"),
            Wait::Join { target, purpose } => {
                let target = name(self.tasks.get(*target));
                match purpose {
                    Purpose::Abort => format!("{who} waits for the end of {target}, which it has aborted,"),
                    Purpose::Result { .. } | Purpose::Results { .. } => format!("{who} waits for the end of {target}"),
                }
            }
        }
    }

    /// The task that holds what is waited for in a queue, if it has not ended.
    fn holder(&self, heap: &Heap, queue: Gc<lisle_vm::object::ExternalObject>) -> Option<TaskId> {
        let owner = queue::waiters(heap, queue).owner.as_fiber()?;
        Some(TaskId(owner.get(heap).task)).filter(|id| *id != NO_TASK)
    }

    /// The tasks whose ends or doings would end a task's wait.
    fn waited_for(&self, heap: &Heap, id: TaskId) -> Vec<TaskId> {
        match &self.tasks.get(id).wait {
            Wait::Join { target, .. } => vec![*target],
            Wait::Queue { queue, .. } => self.holder(heap, *queue).into_iter().collect(),
            Wait::Group { group, .. } => self.members(heap, *group),
            Wait::None
            | Wait::Sleep(_)
            | Wait::Handed { .. }
            | Wait::Take { .. }
            | Wait::Put { .. }
            | Wait::Handing { .. }
            | Wait::Told { .. }
            | Wait::Arrived { .. }
            | Wait::External { .. }
            | Wait::Receive(_)
            | Wait::Received { .. } => Vec::new(),
        }
    }

    /// Circles of waits, each as a line: every one waits for the next.
    pub(crate) fn circles(&self, heap: &Heap) -> Vec<String> {
        #[derive(Clone, Copy, PartialEq)]
        enum Mark {
            OnPath(usize),
            Done,
        }
        let mut marks: HashMap<u32, Mark> = HashMap::new();
        let mut circles = Vec::new();
        for start in self.waiting_tasks() {
            if marks.contains_key(&start.0) {
                continue;
            }
            // Depth first, with the path and what is left to look at as a stack.
            let mut path = vec![(start, self.waited_for(heap, start))];
            marks.insert(start.0, Mark::OnPath(0));
            while let Some((id, left)) = path.last_mut() {
                let Some(next) = left.pop() else {
                    marks.insert(id.0, Mark::Done);
                    path.pop();
                    continue;
                };
                match marks.get(&next.0) {
                    Some(Mark::OnPath(from)) => {
                        if circles.len() < CIRCLES_MAX {
                            let members: Vec<TaskId> = path[*from..].iter().map(|(id, _)| *id).collect();
                            circles.push(self.draw(&members));
                        }
                    }
                    Some(Mark::Done) => {}
                    None => {
                        marks.insert(next.0, Mark::OnPath(path.len()));
                        path.push((next, self.waited_for(heap, next)));
                    }
                }
            }
        }
        circles
    }

    /// A circle that begins with its oldest task.
    fn draw(&self, members: &[TaskId]) -> String {
        let oldest = (0..members.len()).min_by_key(|i| self.tasks.get(members[*i]).sequence).unwrap_or(0);
        let around = (0..members.len()).map(|i| members[(oldest + i) % members.len()]);
        let mut names: Vec<String> = around.take(CIRCLE_MAX).map(|id| name(self.tasks.get(id))).collect();
        if members.len() > CIRCLE_MAX {
            names.push(format!("{} more", members.len() - CIRCLE_MAX));
        }
        names.push(names[0].clone());
        format!("each waits for the next: {}", names.join(" → "))
    }

    /// Raises `{:error :deadlock}` in every waiting task, the main program first. `waiters` is kept for the report.
    ///
    /// Whoever waits for fibers of its own goes on when they have ended; the error comes to it from them.
    pub(crate) fn break_deadlock(&mut self, heap: &mut Heap, waiters: Vec<String>) {
        if self.break_world_deadlock(heap) {
            return;
        }
        let mut waiting = self.waiting_tasks();
        waiting.retain(|id| !self.waits_for_processes(*id));
        let message = match waiting.len() {
            1 => "nothing can end this wait".to_owned(),
            count => format!("nothing can end the waits of {count} fibers"),
        };
        let error = heap.new_error("deadlock", &message, &[]);
        self.deadlock = Some(Deadlock { error, waiters, reported: false });
        let others: Vec<TaskId> = waiting.iter().copied().filter(|id| !self.owns_awaited(heap, *id)).collect();
        for id in if others.is_empty() { waiting } else { others } {
            self.wake(heap, id, How::Error(error));
        }
    }

    fn owns_awaited(&self, heap: &Heap, id: TaskId) -> bool {
        match self.tasks.get(id).wait {
            Wait::Group { group, .. } => group::group(heap, group).owns_members(),
            Wait::Join { purpose: Purpose::Results { owned, .. }, .. } => owned,
            _ => false,
        }
    }
}

/// How reports call a task.
fn name(task: &Task) -> String {
    match task.sequence {
        1 => "the main program".to_owned(),
        sequence => format!("fiber {sequence}"),
    }
}

/// What a note says: it is the text, or an array that begins with it.
fn note_text(note: Value) -> Option<String> {
    let text = note.as_array().and_then(|parts| parts.items().first().copied()).unwrap_or(note);
    text.as_object::<Str>().map(|text| text.as_str().to_owned())
}
