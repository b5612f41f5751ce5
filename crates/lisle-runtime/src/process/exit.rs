//! How processes end. See the parent module for the rules.

use lisle_vm::{Heap, Value};

use super::keys::keys;
use super::ticks::Alarm;
use super::ties::Kind;
use super::world::{Log, world_object_mut};
use super::{Crash, Slot, info, is_normal};
use crate::scheduler::{How, NO_TASK, Scheduler, TaskId};

/// Seconds that the cleanup of a killed process may take.
const KILL_SECONDS: f64 = 1.0;

impl Scheduler {
    /// `(exit target reason)`, said by the process with that pid.
    pub(crate) fn signal_exit(&mut self, heap: &mut Heap, sender: u64, target: Slot, reason: Value) {
        let keys = keys();
        let killed = reason.is_identical(keys.kill);
        let record = self.processes.record(target);
        if record.traps && !killed && record.exiting.is_none() {
            let message = heap.new_array(&[keys.exit, pid_value(sender), reason]);
            self.deliver(heap, target, message.into());
        } else if killed || !is_normal(reason) {
            let reason = heap.new_array(&[keys.killed, reason]);
            let pid = self.processes.record(target).pid;
            self.doom(target, reason.into());
            self.settle_exits(heap);
            if killed && self.processes.still(target, pid) {
                self.limit_cleanup(target);
            }
        }
    }

    /// The link to a process that has died of that is gone.
    fn signal_link(&mut self, heap: &mut Heap, from: u64, partner: Slot, reason: Value) {
        let keys = keys();
        let record = self.processes.record(partner);
        if record.exiting.is_some() {
            return;
        }
        if record.traps {
            let message = heap.new_array(&[keys.exit, pid_value(from), reason]);
            self.deliver(heap, partner, message.into());
        } else if !is_normal(reason) || (record.owned && record.parent == from) {
            let reason = heap.new_array(&[keys.linked, pid_value(from), reason]);
            self.doom(partner, reason.into());
        }
    }

    /// Says that a process is to die. It does in `settle_exits`.
    pub(crate) fn doom(&mut self, process: Slot, reason: Value) {
        let pid = self.processes.record(process).pid;
        self.processes.doomed.push_back((process, pid, reason));
    }

    /// Ends those who are to die, until there is none.
    pub(crate) fn settle_exits(&mut self, heap: &mut Heap) {
        while let Some((process, pid, reason)) = self.processes.doomed.pop_front() {
            if self.processes.still(process, pid) && self.processes.record(process).exiting.is_none() {
                self.begin_exit(heap, process, reason);
            }
        }
    }

    /// Ends a process, at once if it has no cleanup.
    fn begin_exit(&mut self, heap: &mut Heap, process: Slot, reason: Value) {
        let record = self.processes.record_mut(process);
        record.exiting = Some(reason);
        let main = record.main;
        if main != NO_TASK {
            if !self.end_task_at_once(heap, main) {
                self.unwind_task(heap, main);
                return;
            }
            self.processes.discharge(main);
        }
        self.end_sub_tasks(heap, process);
    }

    /// The main task has ended: now the others do. When none is left, the process is gone.
    fn end_sub_tasks(&mut self, heap: &mut Heap, process: Slot) {
        // The newest first: those that it has started end before it.
        let mut tasks = self.processes.record(process).tasks().to_vec();
        tasks.reverse();
        for task in tasks {
            if self.end_task_at_once(heap, task) {
                self.processes.discharge(task);
            } else {
                self.unwind_task(heap, task);
            }
        }
        if self.processes.record(process).tasks().is_empty() {
            self.bury_process(heap, process);
        }
    }

    /// A task has ended, or will never start. `result` is nothing if it did not start.
    pub(crate) fn process_task_ended(&mut self, heap: &mut Heap, id: TaskId, result: Option<Result<Value, Value>>) {
        let Some((process, is_main)) = self.processes.discharge(id) else { return };
        if is_main {
            let keys = keys();
            let record = self.processes.record_mut(process);
            if record.exiting.is_none() {
                let reason = match result {
                    Some(Ok(value)) => [keys.normal, value],
                    Some(Err(error)) => [keys.error, error],
                    None => [keys.error, Value::NIL],
                };
                let reason = heap.new_array(&reason).into();
                self.processes.record_mut(process).exiting = Some(reason);
            }
            self.end_sub_tasks(heap, process);
        } else if self.processes.record(process).main == NO_TASK && self.processes.record(process).tasks().is_empty() {
            self.bury_process(heap, process);
        }
        self.settle_exits(heap);
    }

    /// Takes a process away: the only way out. Its tasks have ended.
    fn bury_process(&mut self, heap: &mut Heap, process: Slot) {
        let keys = keys();
        let processes = &mut self.processes;
        let record = processes.records.get_mut(process.0);
        debug_assert!(record.main == NO_TASK && record.receivers.is_empty());
        let (pid, number) = (record.pid, record.world);
        let reason = record.exiting.unwrap_or_default();
        let world = processes.worlds.get_mut(number);
        world.pids.remove(pid);
        for name in record.names() {
            world.names.remove(name);
        }
        let timers = record.rare.as_mut().map(|rare| std::mem::take(&mut rare.timers)).unwrap_or_default();
        let kill = record.rare.as_mut().and_then(|rare| rare.kill.take());
        if let Some((alarm, timer)) = kill {
            self.stop_alarm(alarm, timer);
        }
        for reference in timers {
            self.stop_sending(number, reference);
        }
        self.report_end(heap, process, reason);
        let mut told = Vec::new();
        while let Some(tie) = self.processes.ties.first(self.processes.record(process).links) {
            let tie = self.processes.ties.remove(&mut self.processes.records, tie);
            told.push(tie.partner(process));
        }
        for partner in told {
            self.signal_link(heap, pid, partner, reason);
        }
        while let Some(tie) = self.processes.ties.first(self.processes.record(process).watchers) {
            let tie = self.processes.ties.remove(&mut self.processes.records, tie);
            match tie.kind {
                Kind::Monitor { reference } => {
                    let reference = Value::int(reference as i64);
                    let message = heap.new_array(&[keys.down, reference, pid_value(pid), reason]);
                    self.deliver(heap, tie.watcher(), message.into());
                }
                Kind::Call { task } => self.call_failed(heap, task, pid, reason),
                Kind::Link => unreachable!("links stand in a list of their own"),
            }
        }
        while let Some(tie) = self.processes.ties.first(self.processes.record(process).watched) {
            self.processes.ties.remove(&mut self.processes.records, tie);
        }
        self.processes.records.remove(process.0);
        if self.processes.worlds.get(number).pids.is_empty() {
            self.leave_world(heap, number);
        }
    }

    /// The last process of a world has gone: those who wait for that go on.
    fn leave_world(&mut self, heap: &mut Heap, number: u32) {
        let world = self.processes.worlds.remove(number);
        debug_assert!(world.names.is_empty() && world.timers.is_empty());
        let object = world_object_mut(heap, world.object);
        object.number = None;
        object.next_pid = world.next_pid;
        object.next_reference = world.next_reference;
        while self.unpark(heap, world.starters, How::Value(Value::NIL)) {}
    }

    /// Notes an end for the report, if one is wanted.
    fn report_end(&mut self, heap: &mut Heap, process: Slot, reason: Value) {
        let record = self.processes.record(process);
        let world = self.processes.worlds.get(record.world);
        let failed = super::tagged(info::root(reason), keys().error);
        let told = !record.links.is_empty() || !record.watchers.is_empty();
        let wanted = match world.settings.log {
            Log::None => false,
            Log::Errors => failed.is_some() && !told,
            Log::All => true,
        };
        if !wanted {
            return;
        }
        let logger = world.settings.logger;
        let fiber = record.fiber;
        let fields = info::crash_fields(&self.processes, heap, process, reason);
        let notes = info::crash_notes(&self.processes, heap, process, reason);
        let error = failed.and_then(|parts| parts.items().get(1).copied());
        self.processes.crashes.push_back(Crash { fiber, fields, error, logger, notes });
    }

    /// A killed process is not to clean up for longer than a second.
    fn limit_cleanup(&mut self, process: Slot) {
        let record = self.processes.record_mut(process);
        let pid = record.pid;
        if record.rare_mut().kill.is_none() {
            let alarm = self.start_alarm(KILL_SECONDS, Alarm::Kill { process, pid });
            self.processes.record_mut(process).rare_mut().kill = Some(alarm);
        }
    }

    /// The time of a killed process is over.
    pub(crate) fn cut_cleanup(&mut self, heap: &mut Heap, process: Slot, pid: u64) {
        if !self.processes.still(process, pid) || self.processes.record(process).exiting.is_none() {
            return;
        }
        let record = self.processes.record_mut(process);
        let mut tasks = record.tasks().to_vec();
        tasks.push(record.main);
        for task in tasks {
            if task != NO_TASK && self.end_task(heap, task) {
                self.processes.discharge(task);
            }
        }
        let record = self.processes.record(process);
        if record.main == NO_TASK && record.tasks().is_empty() {
            self.bury_process(heap, process);
        }
        self.settle_exits(heap);
    }

    /// The exit of the running process by itself: what its task raises.
    pub(crate) fn exit_oneself(&mut self, heap: &mut Heap, process: Slot, reason: Value) {
        let running = self.running_task();
        let record = self.processes.record_mut(process);
        record.exiting.get_or_insert(reason);
        let main = record.main;
        if running != Some(main) && main != NO_TASK {
            // One of its sub-tasks says so.
            if self.end_task_at_once(heap, main) {
                self.processes.discharge(main);
                let others: Vec<TaskId> =
                    self.processes.record(process).tasks().iter().copied().filter(|id| Some(*id) != running).collect();
                for task in others {
                    if self.end_task_at_once(heap, task) {
                        self.processes.discharge(task);
                    } else {
                        self.unwind_task(heap, task);
                    }
                }
            } else {
                self.unwind_task(heap, main);
            }
        }
    }

    /// Ends all processes of a world.
    pub(crate) fn stop_world(&mut self, heap: &mut Heap, number: u32) {
        let world = self.processes.worlds.get_mut(number);
        world.stopped = true;
        let all: Vec<(u64, Slot)> = world.pids.iter().collect();
        let keys = keys();
        let reason = heap.new_array(&[keys.killed, keys.shutdown]);
        for (_, process) in all {
            self.doom(process, reason.into());
        }
        self.settle_exits(heap);
    }

    /// True when nobody has a record of the process any more.
    #[cfg(test)]
    pub(crate) fn has_no_processes(&self) -> bool {
        let processes = &self.processes;
        let things = [
            processes.records.len(),
            processes.worlds.len(),
            processes.ties.len(),
            processes.calls.len(),
            processes.alarms.len(),
            processes.doomed.len(),
        ];
        things == [0; 6] && processes.ticks.is_empty()
    }
}

/// A pid as programs see it.
pub(crate) fn pid_value(pid: u64) -> Value {
    Value::int(pid as i64)
}
