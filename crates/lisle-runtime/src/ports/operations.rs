//! Operations that wait, and the timers that end their waits.

use std::net::SocketAddr;

use lisle_vm::heap::Tracer;
use lisle_vm::{Heap, Value};

use super::connect::Connecting;
use super::jobs::Purpose;
use super::write::Writing;
use super::{Arrival, Arrived, Mode, timeout};
use crate::scheduler::{Answer, How, Scheduler, TaskId};
use crate::wheel::TimerId;
use crate::world::io::{ChildId, Handle};

/// What an operation does.
#[derive(Debug)]
pub(super) enum What {
    /// Reads.
    Read(Mode),
    /// Writes.
    Write(Writing),
    /// Waits until standard output takes more; then its value is this number.
    Drain(i64),
    /// Takes a connection.
    Accept,
    /// Receives a datagram of up to so many bytes.
    Receive(usize),
    /// Sends a datagram to there.
    Send(Vec<u8>, SocketAddr),
    /// Connects.
    Connect(Box<Connecting>),
    /// Waits for a descriptor of somebody else.
    Poll(Handle),
    /// Waits for what happens to files.
    Changes,
    /// Waits until a path is watched.
    Add,
    /// Waits for a job.
    Job(Box<Purpose>),
    /// Waits for the end of a subprocess.
    Exit(ChildId),
}

impl What {
    /// What the task waits for, for reports.
    fn description(&self) -> &'static str {
        match self {
            What::Read(_) | What::Receive(_) => "data from a port",
            What::Write(_) | What::Drain(_) | What::Send(..) => "room in a port",
            What::Accept | What::Connect(_) => "a connection",
            What::Poll(_) => "a descriptor",
            What::Changes => "changes of files",
            What::Add => "a file",
            What::Job(purpose) => purpose.description(),
            What::Exit(_) => "the end of a subprocess",
        }
    }
}

/// One wait of one task.
#[derive(Debug)]
pub(super) struct Operation {
    /// What programs call it.
    pub(super) name: &'static str,
    /// The number of its port.
    pub(super) port: Option<u32>,
    /// The value of its port, which must not be collected.
    pub(super) value: Value,
    pub(super) what: What,
    deadline: Option<(TimerId, u32)>,
}

/// What a timer is for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Alarm {
    /// An operation is too late.
    Deadline(u64),
    /// The next address is to be tried.
    Attempt(u64),
    /// A job is not postponed any longer.
    Begin(u64),
    /// Connections are accepted again.
    Pause(u32),
}

#[derive(Debug, Default)]
struct Slot {
    generation: u32,
    operation: Option<Operation>,
}

/// All that wait. The lower half of a token is a place, the upper half counts the operations that were there.
#[derive(Debug, Default)]
pub(super) struct Operations {
    slots: Vec<Slot>,
    free: Vec<u32>,
}

impl Operations {
    fn insert(&mut self, operation: Operation) -> u64 {
        let index = self.free.pop().unwrap_or_else(|| {
            self.slots.push(Slot::default());
            (self.slots.len() - 1) as u32
        });
        let slot = &mut self.slots[index as usize];
        slot.operation = Some(operation);
        u64::from(slot.generation) << 32 | u64::from(index)
    }

    pub(super) fn get(&mut self, token: u64) -> Option<&mut Operation> {
        let slot = self.slots.get_mut(token as u32 as usize)?;
        if slot.generation == (token >> 32) as u32 { slot.operation.as_mut() } else { None }
    }

    fn remove(&mut self, token: u64) -> Option<Operation> {
        self.get(token)?;
        let slot = &mut self.slots[token as u32 as usize];
        slot.generation = slot.generation.wrapping_add(1);
        self.free.push(token as u32);
        slot.operation.take()
    }

    pub(super) fn trace(&self, tracer: &mut Tracer<'_>) {
        for operation in self.slots.iter().filter_map(|slot| slot.operation.as_ref()) {
            tracer.value(operation.value);
            if let What::Write(writing) = &operation.what {
                writing.trace(tracer);
            }
        }
    }
}

impl Scheduler {
    /// Lets the running task wait for an operation. Who calls puts the token into the queue where it belongs.
    pub(super) fn wait_for(
        &mut self,
        id: TaskId,
        name: &'static str,
        port: Option<(u32, Value)>,
        what: What,
        timeout_ns: Option<u64>,
    ) -> u64 {
        let description = what.description();
        let (port, value) = port.map_or((None, Value::NIL), |(port, value)| (Some(port), value));
        let token = self.ports.operations.insert(Operation { name, port, value, what, deadline: None });
        if let Some(timeout_ns) = timeout_ns {
            let alarm = self.set_alarm(timeout_ns, Alarm::Deadline(token));
            if let Some(operation) = self.ports.operations.get(token) {
                operation.deadline = Some(alarm);
            }
        }
        self.park_external(id, token, description);
        token
    }

    /// An operation is done.
    pub(super) fn finish_operation(&mut self, heap: &mut Heap, token: u64, how: How) {
        self.finish_with(heap, token, how, None);
    }

    /// An operation is done, and its task gets something that must not be lost.
    pub(super) fn finish_with(&mut self, heap: &mut Heap, token: u64, how: How, arrival: Option<Arrival>) {
        let Some(operation) = self.ports.operations.remove(token) else { return };
        let arrived = match how {
            How::Value(_) => match arrival {
                Some(arrival) => Some(Arrived { from: None, what: arrival }),
                None => self.arrival_of(&operation),
            },
            How::Passed(_) | How::Error(_) => None,
        };
        self.leave_queues(heap, token, operation);
        self.wake_external(token, how, arrived);
    }

    /// The task that waited was aborted, and has left.
    pub(crate) fn abandon(&mut self, heap: &mut Heap, token: u64) {
        if let Some(operation) = self.ports.operations.remove(token) {
            self.leave_queues(heap, token, operation);
        }
    }

    /// Takes an operation out of wherever it stands (I4), and undoes what it has begun.
    fn leave_queues(&mut self, heap: &mut Heap, token: u64, operation: Operation) {
        if let Some(alarm) = operation.deadline {
            self.clear_alarm(alarm);
        }
        if let Some(id) = operation.port {
            let port = self.ports.port(id);
            for queue in [&mut port.readers, &mut port.writers] {
                if let Some(index) = queue.iter().position(|waiting| *waiting == token) {
                    queue.remove(index);
                }
            }
        }
        match operation.what {
            What::Write(writing) => self.keep_rest(heap, operation.port, writing),
            What::Connect(connecting) => self.drop_attempts(&connecting),
            What::Poll(handle) => self.close_handle(handle),
            What::Exit(child) => self.stop_waiting(child, token),
            What::Read(_)
            | What::Drain(_)
            | What::Accept
            | What::Receive(_)
            | What::Send(..)
            | What::Changes
            | What::Add
            | What::Job(_) => {}
        }
    }

    /// Asks for attention after a while.
    pub(super) fn set_alarm(&mut self, after_ns: u64, alarm: Alarm) -> (TimerId, u32) {
        let ports = &mut self.ports;
        let index = ports.free_alarms.pop().unwrap_or_else(|| {
            ports.alarms.push(None);
            (ports.alarms.len() - 1) as u32
        });
        ports.alarms[index as usize] = Some(alarm);
        let deadline = self.world.now_ns().saturating_add(after_ns);
        (self.ports.timers.insert(deadline, index), index)
    }

    /// Asks no longer.
    pub(super) fn clear_alarm(&mut self, (timer, index): (TimerId, u32)) {
        // One that has rung is out of the wheel already.
        if self.ports.alarms[index as usize].take().is_some() {
            self.ports.timers.remove(timer);
            self.ports.free_alarms.push(index);
        }
    }

    /// Gives attention to those who asked for it.
    pub(super) fn ring_alarms(&mut self, heap: &mut Heap) {
        if self.ports.timers.is_empty() {
            return;
        }
        let now_ns = self.world.now_ns();
        while let Some(index) = self.ports.timers.pop_due(now_ns) {
            let alarm = self.ports.alarms[index as usize].take();
            self.ports.free_alarms.push(index);
            match alarm {
                Some(Alarm::Deadline(token)) => {
                    if let Some(operation) = self.ports.operations.get(token) {
                        operation.deadline = None;
                        let error = timeout(heap);
                        self.finish_operation(heap, token, How::Error(error));
                    }
                }
                Some(Alarm::Attempt(token)) => self.try_next_address(heap, token, true),
                Some(Alarm::Begin(job)) => self.begin_late(job),
                Some(Alarm::Pause(id)) => self.end_pause(heap, id),
                None => {}
            }
        }
    }

    /// An answer that lets others run first, now and then: what is always possible at once must not keep them waiting.
    pub(super) fn answer(&mut self, id: TaskId, how: How, arrived: Option<Arrived>) -> Answer {
        if self.ports.streak < super::requests::STREAK_MAX {
            self.ports.streak += 1;
            return Answer::Now(how);
        }
        self.ports.streak = 0;
        self.make_look_due();
        let arrived = arrived.filter(|_| matches!(how, How::Value(_)));
        self.requeue(id, how);
        self.note_arrival(id, arrived);
        Answer::Parked
    }
}
