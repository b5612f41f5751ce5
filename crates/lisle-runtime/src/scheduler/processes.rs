//! What processes ask of tasks: their start, their waits for messages, and their end. The rules of processes are in
//! [`crate::process`].

use lisle_vm::fiber::{self, Fiber};
use lisle_vm::object::Struct;
use lisle_vm::{Gc, Heap, Value, interp};

use super::tasks::{Going, State, TaskId, TaskList};
use super::{Answer, How, NO_LINK, NO_TASK, Purpose, Scheduler, Wait, group, queue};
use crate::observe::What;
use crate::process::exit::pid_value;
use crate::process::keys::keys;
use crate::process::mailbox::Mailbox;
use crate::process::pids::Pids;
use crate::process::record::Process;
use crate::process::ticks::{Alarm, Due, Letter, Sending};
use crate::process::ties::TieList;
use crate::process::world::world_object_mut;
use crate::process::{Call, Slot, tagged};
use crate::wheel::TimerId;

/// What timers of processes have in their payload besides the alarm's number: tasks and shields have other numbers.
pub(super) const PROCESS_TIMER: u32 = 1 << 30;

/// What a receiver waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Want {
    /// Any message; it is handed over.
    Any,
    /// A message with that number or a larger one; its number is told.
    Look(Number),
    /// The answer to that call.
    Call(u32),
}

/// A message's number, in two halves: waits are many, and small.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Number([u32; 2]);

impl From<u64> for Number {
    fn from(number: u64) -> Number {
        Number([number as u32, (number >> 32) as u32])
    }
}

impl From<Number> for u64 {
    fn from(Number([low, high]): Number) -> u64 {
        u64::from(low) | u64::from(high) << 32
    }
}

/// Until when a receiver waits.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Deadline {
    None,
    Ticks(u32),
    Seconds(TimerId),
}

/// A wait for messages.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Receive {
    pub(crate) process: Slot,
    pub(crate) want: Want,
    pub(crate) deadline: Deadline,
}

/// Start and membership.
impl Scheduler {
    /// The task that runs.
    pub(crate) fn running_task(&self) -> Option<TaskId> {
        self.running
    }

    /// The running task ends now: what it is to raise.
    pub(crate) fn unwind_running(&mut self) -> Value {
        let error = self.exit_error();
        if let Some(id) = self.running {
            let task = self.tasks.get_mut(id);
            task.observed = true;
            task.injected = Some(error);
            task.doomed = false;
            task.aborting = true;
            task.attention = true;
        }
        error.into()
    }

    /// The process whose task runs.
    #[inline]
    pub(crate) fn running_process(&self) -> Option<Slot> {
        self.processes.of_task(self.running?)
    }

    /// True when nothing but the running task is ready.
    #[inline]
    pub(crate) fn is_alone(&self) -> bool {
        self.ready.is_empty()
    }

    /// Makes a process of a new fiber, in that world.
    pub(crate) fn spawn_process(&mut self, heap: &mut Heap, world: u32, fiber: Gc<Fiber>, parent: u64) -> Slot {
        let id = self.spawn_free(heap, fiber);
        // Its end is for its links and monitors, and for the report of the world.
        self.tasks.get_mut(id).observed = true;
        let of = self.processes.worlds.get_mut(world);
        let pid = of.next_pid;
        of.next_pid += 1;
        let slot = Slot(self.processes.records.insert(Process {
            pid,
            world,
            main: id,
            fiber,
            parent,
            mailbox: Mailbox::default(),
            receivers: TaskList::EMPTY,
            links: TieList::EMPTY,
            watchers: TieList::EMPTY,
            watched: TieList::EMPTY,
            last_message: Value::NIL,
            exiting: None,
            traps: false,
            owned: false,
            kind: None,
            rare: None,
        }));
        self.processes.worlds.get_mut(world).pids.insert(pid, slot);
        self.processes.enlist(id, slot, true);
        slot
    }

    /// A task was spawned: if the running one belongs to a process, it does, too.
    #[inline]
    pub(super) fn inherit_process(&mut self, id: TaskId) {
        if self.processes.is_active()
            && let Some(process) = self.running_process()
        {
            self.processes.enlist(id, process, false);
        }
    }

    /// Units that a task may run at a time, if it belongs to a process.
    #[inline]
    pub(crate) fn fuel_of(&mut self, id: TaskId) -> Option<u64> {
        if !self.processes.is_active() {
            return None;
        }
        let process = self.processes.of_task(id)?;
        Some(self.processes.world_of(process).settings.fuel)
    }

    /// Units that a task may run before the world is looked at or others have their turn.
    #[inline]
    pub(crate) fn quantum_of(&mut self, id: TaskId) -> u64 {
        self.fuel_of(id).map_or(self.quantum, |fuel| fuel.min(self.quantum))
    }

    /// Starts a function with an argument, in a task of nobody's.
    pub(crate) fn start_with(&mut self, heap: &mut Heap, fiber: Gc<Fiber>, argument: Value) {
        let id = self.spawn_free(heap, fiber);
        self.tasks.get_mut(id).set_how(How::Value(argument));
    }
}

/// Messages.
impl Scheduler {
    /// A message for a process. Call `settle_exits` afterwards: the process may have more than it is allowed.
    pub(crate) fn deliver(&mut self, heap: &mut Heap, process: Slot, message: Value) {
        if let Some(parts) = tagged(message, keys().reply).filter(|parts| parts.items().len() == 3)
            && self.take_reply(heap, process, parts.items()[1], parts.items()[2])
        {
            return;
        }
        let receivers = self.processes.record(process).receivers;
        let Some(first) = receivers.first() else {
            self.keep(heap, process, message);
            return;
        };
        let any = |this: &Scheduler, id: TaskId| this.want(id) == Want::Any;
        let taker = if any(self, first) { Some(first) } else { self.tasks.list(receivers).find(|id| any(self, *id)) };
        if let Some(id) = taker {
            let record = self.processes.record_mut(process);
            let number = record.mailbox.pass();
            record.last_message = message;
            self.wake(heap, id, How::Value(message));
            self.tasks.get_mut(id).wait = Wait::Received { process, number };
            return;
        }
        let number = self.processes.record(process).mailbox.end();
        self.keep(heap, process, message);
        let waiting: Vec<TaskId> = self.tasks.list(receivers).collect();
        for id in waiting {
            if let Want::Look(from) = self.want(id)
                && u64::from(from) <= number
            {
                self.wake(heap, id, How::Value(Value::int(number as i64)));
            }
        }
    }

    fn want(&self, id: TaskId) -> Want {
        match &self.tasks.get(id).wait {
            Wait::Receive(receive) => receive.want,
            _ => unreachable!("receivers wait for messages"),
        }
    }

    /// Puts a message into the mailbox.
    fn keep(&mut self, heap: &mut Heap, process: Slot, message: Value) {
        let record = self.processes.record_mut(process);
        record.mailbox.push(message);
        let length = record.mailbox.len() as u64;
        let max = self.processes.world_of(process).settings.mailbox_max;
        if max.is_some_and(|max| length > max) && self.processes.record(process).exiting.is_none() {
            let reason = [keys().limit, Value::keyword_named("mailbox"), Value::int(length as i64)];
            let reason = heap.new_array(&reason);
            self.doom(process, reason.into());
        }
    }

    /// Takes the oldest message, or waits for one. The answer is it, or `:timeout`.
    ///
    /// Abort: the receiver leaves; a message that it was handed already goes back to where it was.
    pub(super) fn receive_message(&mut self, id: TaskId, ticks: Value, seconds: Value) -> Answer {
        let Some(process) = self.processes.of_task(id) else { return Answer::Now(How::Value(Value::NIL)) };
        let record = self.processes.record_mut(process);
        if let Some((number, message)) = record.mailbox.pop() {
            record.last_message = message;
            self.requeue(id, How::Value(message));
            self.tasks.get_mut(id).wait = Wait::Received { process, number };
            return Answer::Parked;
        }
        self.park_receiver(id, process, Want::Any, ticks, seconds);
        Answer::Parked
    }

    /// Waits until there is a message with that number or a larger one. The answer is its number, or `:timeout`.
    ///
    /// Abort: the receiver leaves.
    pub(super) fn look(&mut self, id: TaskId, from: Value, ticks: Value, seconds: Value) -> Answer {
        let Some(process) = self.processes.of_task(id) else { return Answer::Now(How::Value(Value::NIL)) };
        let from = from.as_int().unwrap_or(0).max(0).unsigned_abs();
        if let Some((number, _)) = self.processes.record(process).mailbox.look(from) {
            return Answer::Now(How::Value(Value::int(number as i64)));
        }
        self.park_receiver(id, process, Want::Look(from.into()), ticks, seconds);
        Answer::Parked
    }

    fn park_receiver(&mut self, id: TaskId, process: Slot, want: Want, ticks: Value, seconds: Value) {
        let deadline = if let Some(ticks) = ticks.as_int() {
            Deadline::Ticks(self.processes.ticks.start(ticks, Due::Deadline(id)))
        } else if let Some(seconds) = seconds.as_number() {
            Deadline::Seconds(self.start_timer(id.0, seconds))
        } else {
            Deadline::None
        };
        let mut receivers = self.processes.record(process).receivers;
        self.tasks.push(&mut receivers, id);
        self.processes.record_mut(process).receivers = receivers;
        self.park(id, Wait::Receive(Receive { process, want, deadline }));
    }

    /// A receiver does not wait any more: a part of `leave`.
    pub(super) fn leave_receive(&mut self, id: TaskId, receive: Receive) {
        let Receive { process, want, deadline } = receive;
        let mut receivers = self.processes.record(process).receivers;
        self.tasks.take(&mut receivers, id);
        self.processes.record_mut(process).receivers = receivers;
        match deadline {
            Deadline::None => {}
            Deadline::Ticks(timer) => {
                self.processes.ticks.stop(timer);
            }
            Deadline::Seconds(timer) => {
                self.timers.remove(timer);
            }
        }
        if let Want::Call(call) = want {
            let Call { reference, tie, .. } = self.processes.calls.remove(call);
            if tie != u32::MAX {
                self.processes.ties.remove(&mut self.processes.records, tie);
            }
            if reference != u64::MAX {
                self.processes.record_mut(process).give_up(reference);
            }
        }
    }

    /// The time of a receiver is over; its timer is gone.
    pub(super) fn receive_is_late(&mut self, heap: &mut Heap, id: TaskId) {
        let Wait::Receive(receive) = &mut self.tasks.get_mut(id).wait else {
            unreachable!("a deadline goes with its wait")
        };
        receive.deadline = Deadline::None;
        let want = receive.want;
        let how = match want {
            Want::Any | Want::Look(_) => How::Value(keys().timeout),
            Want::Call(call) => {
                let what = if self.processes.calls.get(call).stops { "stop" } else { "call" };
                let message = format!("gen-server {what} timed out");
                How::Error(heap.new_error("gen-server-timeout", &message, &[]))
            }
        };
        self.wake(heap, id, how);
    }

    /// A task that was handed a message raises an error instead: the message goes back.
    pub(super) fn give_message_back(&mut self, heap: &mut Heap, id: TaskId) {
        let task = self.tasks.get_mut(id);
        if let Wait::Received { process, number } = task.wait {
            let message = task.value();
            task.wait = Wait::None;
            let record = self.processes.record_mut(process);
            record.mailbox.put_back(number, message);
            let receivers = record.receivers;
            let waiting: Vec<TaskId> = self.tasks.list(receivers).collect();
            for id in waiting {
                match self.want(id) {
                    Want::Any => {
                        if let Some((number, message)) = self.processes.record_mut(process).mailbox.pop() {
                            self.wake(heap, id, How::Value(message));
                            self.tasks.get_mut(id).wait = Wait::Received { process, number };
                        }
                    }
                    Want::Look(from) if u64::from(from) <= number => {
                        self.wake(heap, id, How::Value(Value::int(number as i64)))
                    }
                    Want::Look(_) | Want::Call(_) => {}
                }
            }
        }
    }
}

/// Calls.
impl Scheduler {
    /// Sends `[tag pid reference request]` and waits for the answer: target, request, and an array of the tag, ticks,
    /// seconds, and whether it asks for the server's end.
    ///
    /// Abort: the caller leaves; an answer that comes later is dropped.
    pub(super) fn call(&mut self, heap: &mut Heap, id: TaskId, target: Value, request: Value, how: Value) -> Answer {
        let Some(caller) = self.processes.of_task(id) else {
            let message = "process:gen-server-call: only a process can do this; see process:start";
            return Answer::Now(How::Error(heap.new_error("state-error", message, &[])));
        };
        let options = how.as_array();
        let option =
            |index: usize| options.as_ref().and_then(|options| options.items().get(index).copied()).unwrap_or_default();
        let callee = match self.resolve(caller, target) {
            Some(callee) => callee,
            None => {
                let message = format!("no process {}", lisle_vm::ops::machine_text(heap, target));
                return Answer::Now(How::Error(heap.new_error("noproc", &message, &[])));
            }
        };
        let record = self.processes.record(caller);
        let pid = record.pid;
        if callee == caller && self.processes.record(caller).main == id && record.tasks().is_empty() {
            let message = "a process cannot wait for an answer of its own";
            return Answer::Now(How::Error(heap.new_error("deadlock", message, &[])));
        }
        let reference = self.processes.world_of(caller).reference();
        let tie = self.processes.ties.call(&mut self.processes.records, caller, callee, id);
        let stops = option(3).is_truthy();
        let call = self.processes.calls.insert(Call { reference, tie, stops });
        self.park_receiver(id, caller, Want::Call(call), option(1), option(2));
        let tag = if options.is_some() { option(0) } else { keys().call };
        let message = heap.new_array(&[tag, pid_value(pid), Value::int(reference as i64), request]);
        self.deliver(heap, callee, message.into());
        self.settle_exits(heap);
        Answer::Parked
    }

    /// The process that a pid or a name means to another.
    pub(crate) fn resolve(&mut self, from: Slot, target: Value) -> Option<Slot> {
        let world = self.processes.record(from).world;
        if let Some(pid) = target.as_int() {
            return self.processes.find(world, u64::try_from(pid).ok()?);
        }
        let name = target.as_keyword()?;
        self.processes.worlds.get(world).names.get(&name).copied()
    }

    /// An answer to a call. False if nobody waits for one with that reference, and nobody has given it up.
    pub(crate) fn take_reply(&mut self, heap: &mut Heap, process: Slot, reference: Value, value: Value) -> bool {
        let Some(reference) = reference.as_int().map(i64::unsigned_abs) else { return false };
        let receivers = self.processes.record(process).receivers;
        let mut next = receivers.first();
        while let Some(id) = next {
            if let Want::Call(call) = self.want(id)
                && self.processes.calls.get(call).reference == reference
            {
                self.processes.calls.get_mut(call).reference = u64::MAX;
                self.wake(heap, id, How::Value(value));
                return true;
            }
            next = self.tasks.after(id);
        }
        self.processes.record_mut(process).forget_call(reference)
    }

    /// Whoever was called has died; the tie is gone.
    pub(crate) fn call_failed(&mut self, heap: &mut Heap, id: TaskId, pid: u64, reason: Value) {
        let Want::Call(call) = self.want(id) else { unreachable!("the tie of a call goes with its wait") };
        let call = self.processes.calls.get_mut(call);
        call.tie = u32::MAX;
        let how = if call.stops {
            How::Value(keys().ok)
        } else {
            let fields = [("reason", reason), ("pid", pid_value(pid))];
            How::Error(heap.new_error("gen-server-down", "the server died before it answered", &fields))
        };
        self.wake(heap, id, how);
    }
}

/// Time.
impl Scheduler {
    /// The running task has done something that costs a tick, and goes on at once, as nobody else is ready.
    #[inline]
    pub(crate) fn pass_tick(&mut self, heap: &mut Heap) {
        let ticks = &mut self.processes.ticks;
        ticks.now += 1;
        if !ticks.is_empty() && ticks.next().is_some_and(|next| next <= ticks.now) {
            self.fire_ticks(heap);
        }
    }

    /// A task is about to have its turn. True if that has changed who is ready.
    #[inline]
    pub(super) fn begin_turn(&mut self, heap: &mut Heap, id: TaskId) -> bool {
        let Some(due) = self.processes.due_of(id) else { return false };
        let ticks = &mut self.processes.ticks;
        ticks.end_idle();
        if due <= ticks.now {
            return false;
        }
        ticks.now = due;
        if ticks.is_empty() || ticks.next().is_none_or(|next| next > due) {
            return false;
        }
        self.fire_ticks(heap);
        true
    }

    fn fire_ticks(&mut self, heap: &mut Heap) {
        self.processes.ticks.firing = true;
        while let Some(due) = self.processes.ticks.pop() {
            match due {
                Due::Message(letter) => self.deliver_letter(heap, letter),
                Due::Deadline(id) => self.receive_is_late(heap, id),
            }
        }
        self.processes.ticks.firing = false;
        self.settle_exits(heap);
    }

    fn deliver_letter(&mut self, heap: &mut Heap, letter: Letter) {
        self.processes.worlds.get_mut(letter.world).timers.remove(&letter.reference);
        let rare = self.processes.record_mut(letter.to).rare_mut();
        rare.timers.retain(|reference| *reference != letter.reference);
        self.deliver(heap, letter.to, letter.message);
    }

    /// Nothing is ready, and nothing outside will happen: the clock jumps to the next timer. False if there is none.
    pub(crate) fn jump_ticks(&mut self, heap: &mut Heap) -> bool {
        let Some(next) = self.processes.ticks.next() else { return false };
        self.processes.ticks.now = next;
        self.fire_ticks(heap);
        true
    }

    /// Nothing is ready: when the clock of ticks wants to be looked at.
    pub(crate) fn tick_deadline(&mut self) -> Option<u64> {
        if self.processes.ticks.is_empty() {
            return None;
        }
        let now_ns = self.world.now_ns();
        self.processes.ticks.wake_ns(now_ns)
    }

    /// Some time has passed while nothing was ready.
    pub(crate) fn catch_up_ticks(&mut self, heap: &mut Heap) {
        if !self.processes.ticks.is_empty() {
            let now_ns = self.world.now_ns();
            self.processes.ticks.catch_up(now_ns);
            self.fire_ticks(heap);
        }
    }

    /// Sends a message later. Gives the reference.
    pub(crate) fn send_later(
        &mut self,
        from: Slot,
        to: Value,
        message: Value,
        ticks: Option<i64>,
        seconds: f64,
    ) -> u64 {
        let world = self.processes.record(from).world;
        let reference = self.processes.world_of(from).reference();
        let Some(target) = self.resolve(from, to) else { return reference };
        let record = self.processes.record_mut(target);
        let letter = Letter { to: target, world, reference, message };
        record.rare_mut().timers.push(reference);
        let sending = match ticks {
            Some(ticks) => Sending::Ticks(self.processes.ticks.start(ticks, Due::Message(letter))),
            None => {
                let (alarm, timer) = self.start_alarm(seconds, Alarm::Message(letter));
                Sending::Seconds(alarm, timer)
            }
        };
        self.processes.worlds.get_mut(world).timers.insert(reference, sending);
        reference
    }

    /// Starts a timer by seconds.
    pub(crate) fn start_alarm(&mut self, seconds: f64, alarm: Alarm) -> (u32, TimerId) {
        let alarm = self.processes.alarms.insert(alarm);
        let timer = self.start_timer(PROCESS_TIMER | alarm, seconds);
        (alarm, timer)
    }

    /// Stops an alarm.
    pub(crate) fn stop_alarm(&mut self, alarm: u32, timer: TimerId) -> Alarm {
        self.timers.remove(timer);
        self.processes.alarms.remove(alarm)
    }

    /// The time of an alarm has come.
    pub(super) fn ring(&mut self, heap: &mut Heap, alarm: u32) {
        match self.processes.alarms.remove(alarm) {
            Alarm::Message(letter) => {
                self.deliver_letter(heap, letter);
                self.settle_exits(heap);
            }
            Alarm::Kill { process, pid } => {
                self.processes.record_mut(process).rare_mut().kill = None;
                self.cut_cleanup(heap, process, pid);
            }
        }
    }

    /// Takes back a message that is to be sent later. False if it was sent.
    pub(crate) fn stop_sending(&mut self, world: u32, reference: u64) -> bool {
        let Some(sending) = self.processes.worlds.get_mut(world).timers.remove(&reference) else { return false };
        let to = match sending {
            Sending::Ticks(timer) => match self.processes.ticks.stop(timer) {
                Due::Message(letter) => letter.to,
                Due::Deadline(_) => unreachable!("the timer of a message is for a message"),
            },
            Sending::Seconds(alarm, timer) => match self.stop_alarm(alarm, timer) {
                Alarm::Message(letter) => letter.to,
                Alarm::Kill { process, .. } => process,
            },
        };
        self.processes.record_mut(to).rare_mut().timers.retain(|known| *known != reference);
        true
    }
}

/// The end.
impl Scheduler {
    /// The error that unwinds processes.
    pub(crate) fn exit_error(&self) -> Gc<Struct> {
        self.processes.exit_error.expect("it was made with the first world")
    }

    /// Ends a task that does not run, if it has no cleanup. False if it has, or if it runs.
    pub(crate) fn end_task_at_once(&mut self, heap: &mut Heap, id: TaskId) -> bool {
        let task = self.tasks.get(id);
        let has_more = match (&task.state, &task.wait) {
            (State::Running, _) => true,
            (State::Ready, _) => task.going == Going::GivingBack || task.must_give_back(),
            (State::Waiting, Wait::Group { group: of, .. }) => group::group(heap, *of).owns_members(),
            (State::Waiting, Wait::Join { purpose: Purpose::Results { owned, .. }, .. }) => *owned,
            (State::Waiting | State::New | State::Cancelled | State::Failed | State::Free, _) => false,
        };
        if has_more || task.shielded || interp::has_cleanup(heap, task.fiber) {
            return false;
        }
        self.end_task(heap, id)
    }

    /// Ends a task that does not run, whatever cleanup it has. False if it runs.
    pub(crate) fn end_task(&mut self, heap: &mut Heap, id: TaskId) -> bool {
        let task = self.tasks.get(id);
        let (state, fiber) = (task.state, task.fiber);
        if state == State::Running {
            return false;
        }
        if matches!(state, State::Cancelled | State::Failed) {
            return true;
        }
        if self.observer.listens() {
            self.report_event(self.number(id), What::Fails);
        }
        self.leave(heap, id);
        if task_is_shielded(self, id) {
            self.drop_shields(id);
        }
        let error = self.exit_error();
        fiber::cancel(heap, fiber, error.into());
        fiber.get_mut(heap).task = NO_TASK.0;
        if self.tasks.get(id).holds_listed {
            self.abandon_locks(heap, fiber);
        }
        self.release_joiners(heap, id);
        if self.tasks.get(id).links != NO_LINK {
            let mut aborts = Vec::new();
            self.leave_groups(heap, id, true, true, &mut aborts);
            self.abort_each(heap, aborts);
        }
        if state == State::Waiting {
            self.waiting -= 1;
            self.tasks.remove(id);
        } else {
            // It stays in the run queue until its turn, which frees it.
            self.tasks.get_mut(id).state = State::Cancelled;
        }
        true
    }

    /// Lets a task run its cleanup, and end.
    pub(crate) fn unwind_task(&mut self, heap: &mut Heap, id: TaskId) {
        self.tasks.get_mut(id).observed = true;
        let error = self.exit_error();
        self.abort_each(heap, vec![(id, error)]);
    }

    /// A task that was told to end goes on: an error of its cleanup came in the way, and was caught. It is told again, but
    /// not for ever.
    pub(super) fn insist_on_exit(&mut self, heap: &mut Heap, id: TaskId) {
        const MOST: u8 = 100;
        let Some(process) = self.processes.of_task(id) else { return };
        self.tasks.get_mut(id).aborting = false;
        let pid = self.processes.record(process).pid;
        let rare = self.processes.record_mut(process).rare_mut();
        rare.insisted = rare.insisted.saturating_add(1);
        if rare.insisted > MOST {
            self.cut_cleanup(heap, process, pid);
        } else {
            self.unwind_task(heap, id);
        }
    }

    /// True when a task belongs to a process that is dying.
    pub(super) fn must_end(&self, id: TaskId) -> bool {
        if !self.processes.is_active() {
            return false;
        }
        self.processes.of_task(id).is_some_and(|process| {
            let record = self.processes.record(process);
            record.exiting.is_some() || record.main == NO_TASK
        })
    }
}

fn task_is_shielded(scheduler: &Scheduler, id: TaskId) -> bool {
    scheduler.tasks.get(id).shielded
}

/// Deadlocks.
impl Scheduler {
    /// True for a task that waits for messages, or for the end of a world's processes.
    pub(super) fn waits_for_processes(&self, id: TaskId) -> bool {
        match &self.tasks.get(id).wait {
            Wait::Receive(_) => true,
            Wait::Queue { queue, .. } => self.processes.worlds.iter().any(|(_, world)| world.starters == *queue),
            _ => false,
        }
    }

    /// Nothing can run any more. If that is because processes wait for messages, whoever started them is told. False if
    /// something else is the cause.
    pub(super) fn break_world_deadlock(&mut self, heap: &mut Heap) -> bool {
        if self.processes.worlds.len() == 0 {
            return false;
        }
        let waiting = || self.tasks.iter().filter(|(_, task)| task.state == State::Waiting);
        let other_cause = waiting().any(|(id, task)| {
            !self.waits_for_processes(id) && !matches!(task.wait, Wait::Join { .. } | Wait::Group { .. })
        });
        if other_cause {
            return false;
        }
        // Worlds in which somebody waits for another world are not the cause.
        let outer: Vec<u32> = waiting()
            .filter(|(_, task)| matches!(task.wait, Wait::Queue { .. }))
            .filter_map(|(id, _)| self.processes.of_task(id).map(|process| self.processes.record(process).world))
            .collect();
        let inner: Vec<u32> =
            self.processes.worlds.iter().map(|(number, _)| number).filter(|number| !outer.contains(number)).collect();
        for number in inner {
            self.break_world(heap, number);
        }
        true
    }

    fn break_world(&mut self, heap: &mut Heap, number: u32) {
        let world = self.processes.worlds.get(number);
        let starters = world.starters;
        if !world.stopped && queue::waiters(heap, starters).count() > 0 {
            let message = "all processes waiting, no messages pending";
            let error = heap.new_error("deadlock", message, &[]);
            while self.unpark(heap, starters, How::Error(error)) {}
            return;
        }
        // Cleanup that never ends: it is cut.
        let left: Vec<(u64, Slot)> = world.pids.iter().collect();
        self.stop_world(heap, number);
        for (pid, process) in left {
            self.cut_cleanup(heap, process, pid);
        }
    }

    /// Begins to run processes in a world; gives its number.
    pub(crate) fn enter_world(&mut self, heap: &mut Heap, object: Gc<lisle_vm::object::ExternalObject>) -> Option<u32> {
        use crate::process::world::{World, world_object};
        let body = world_object(heap, object);
        if body.number.is_some() {
            return None;
        }
        let world = World {
            object,
            pids: Pids::starting_at(body.next_pid),
            names: Default::default(),
            timers: Default::default(),
            next_pid: body.next_pid,
            next_reference: body.next_reference,
            settings: body.settings,
            starters: body.starters,
            stopped: false,
        };
        let number = self.processes.worlds.insert(world);
        world_object_mut(heap, object).number = Some(number);
        Some(number)
    }
}

/// Pictures.
impl Scheduler {
    /// What a process does, for pictures.
    pub(crate) fn process_state(&self, process: Slot) -> String {
        let record = self.processes.record(process);
        if record.exiting.is_some() || record.main == NO_TASK {
            return "exiting".to_owned();
        }
        let task = self.tasks.get(record.main);
        match (&task.state, &task.wait) {
            (State::Waiting, Wait::Receive(receive)) => match receive.want {
                Want::Call(_) => "waiting for an answer".to_owned(),
                Want::Any | Want::Look(_) => "waiting for a message".to_owned(),
            },
            (State::Waiting, Wait::Sleep(_)) => "sleeping".to_owned(),
            (State::Waiting, _) => "waiting".to_owned(),
            (State::New, _) => "new".to_owned(),
            (State::Running, _) => "running".to_owned(),
            _ => "ready".to_owned(),
        }
    }

    /// What a receiver waits for, for reports.
    pub(super) fn describe_receive(&self, receive: &Receive) -> String {
        let title = crate::process::info::title(self.processes.record(receive.process));
        match receive.want {
            Want::Any | Want::Look(_) => format!("{title} waits for a message"),
            Want::Call(call) => {
                let tie = self.processes.calls.get(call).tie;
                let server = self.processes.ties.get(tie).watched();
                format!("{title} waits for an answer of {}", crate::process::info::title(self.processes.record(server)))
            }
        }
    }
}
