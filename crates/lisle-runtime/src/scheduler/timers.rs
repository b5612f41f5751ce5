//! Waits that time ends.

use lisle_vm::{Heap, Value};

use super::processes::PROCESS_TIMER;
use super::shield::SHIELD_TIMER;
use super::shutdown::SHUTDOWN_TIMER;
use super::tasks::TaskId;
use super::{Answer, How, Scheduler, Wait};
use crate::wheel::TimerId;

/// Timers from which on some may be later for the sake of others.
const MANY_TIMERS: usize = 1000;

/// By how much, in nanoseconds: a sleep's end is late by as much anyway where a thousand others are about to end.
const SLACK_NS: u64 = 500_000;

impl Scheduler {
    /// Starts a timer; its payload is a task's number or a shield's.
    pub(super) fn start_timer(&mut self, payload: u32, seconds: f64) -> TimerId {
        // The cast saturates: what is too far away never comes.
        let deadline = self.world.now_ns().saturating_add((seconds.max(0.0) * 1e9).ceil() as u64);
        self.timers.insert(deadline, payload)
    }

    /// Abort: the timer leaves the wheel.
    pub(super) fn sleep(&mut self, id: TaskId, seconds: Value) -> Answer {
        let seconds = seconds.as_number().unwrap_or(0.0);
        if seconds == 0.0 {
            self.requeue(id, How::Value(Value::NIL));
            return Answer::Parked;
        }
        let timer = self.start_timer(id.0, seconds);
        self.park(id, Wait::Sleep(timer));
        Answer::Parked
    }

    /// Ends the waits whose time has come.
    pub(super) fn fire_timers(&mut self, heap: &mut Heap) {
        if self.timers.is_empty() {
            return;
        }
        let now = self.world.now_ns();
        while let Some(payload) = self.timers.pop_due(now) {
            self.look_ahead(heap);
            if payload == SHUTDOWN_TIMER {
                self.shutdown_is_late(heap);
                continue;
            }
            if payload & SHIELD_TIMER != 0 {
                self.shield_is_late(heap, payload & !SHIELD_TIMER);
                continue;
            }
            if payload & PROCESS_TIMER != 0 {
                self.ring(heap, payload & !PROCESS_TIMER);
                continue;
            }
            let id = TaskId(payload);
            // The timer is gone already: the record must not be used to remove it again.
            match &mut self.tasks.get_mut(id).wait {
                wait @ Wait::Sleep(_) => {
                    *wait = Wait::None;
                    self.make_ready(id, How::Value(Value::NIL));
                }
                Wait::Queue { timer, .. } => {
                    *timer = None;
                    self.wake(heap, id, How::Value(Value::keyword_named("late")));
                }
                Wait::Group { timer, group, .. } => {
                    *timer = None;
                    let group = *group;
                    self.group_is_late(heap, group);
                }
                Wait::Receive(_) => {
                    self.receive_is_late(heap, id);
                    self.settle_exits(heap);
                }
                Wait::None
                | Wait::Join { .. }
                | Wait::Handed { .. }
                | Wait::Take { .. }
                | Wait::Put { .. }
                | Wait::Handing { .. }
                | Wait::Told { .. }
                | Wait::Arrived { .. }
                | Wait::Received { .. }
                | Wait::External { .. } => {
                    unreachable!("only waits with a timer are ended by one")
                }
            }
        }
    }

    /// Asks the processor for what those who wake up soon will touch. They have slept for long, each access would be a miss
    /// of the cache, and each of them must be awaited before the next is known; so they are made a step at a time, those of
    /// several fibers at once.
    #[inline]
    fn look_ahead(&self, heap: &Heap) {
        let task = |behind| {
            let payload = self.timers.peek(behind)?;
            (payload & (SHIELD_TIMER | PROCESS_TIMER) == 0).then_some(TaskId(payload))
        };
        if let Some(id) = task(7) {
            self.tasks.prefetch(id);
        }
        if let Some(id) = task(5) {
            self.tasks.get(id).fiber.prefetch();
        }
        if let Some(id) = task(3) {
            self.tasks.get(id).fiber.get(heap).prefetch_stacks();
        }
        if let Some(id) = task(1) {
            self.tasks.get(id).fiber.get(heap).prefetch_frames();
        }
    }

    /// When the next timer wants attention.
    pub(crate) fn next_deadline(&self) -> Option<u64> {
        self.timers.next_wake()
    }

    /// How much later than that is soon enough. With many timers, those that are close to each other end their waits
    /// together: going to sleep and waking up costs more than ten of them.
    pub(crate) fn slack_ns(&self) -> u64 {
        if self.timers.len() >= MANY_TIMERS && !self.world_chooses { SLACK_NS } else { 0 }
    }
}
