//! The clock that counts turns, and the timers on it; and timers of processes that count seconds.
//!
//! As long as something is ready, the clock moves by one when the tasks that were ready have all had their turn. When
//! nothing is, it jumps to the next timer, if nothing else can happen; otherwise a tick is a millisecond.

use std::collections::BTreeMap;

use lisle_vm::Value;
use lisle_vm::heap::Tracer;

use super::Slot;
use super::slab::Slab;
use crate::scheduler::TaskId;
use crate::wheel::TimerId;

/// Nanoseconds of a tick while the program waits for the world.
const TICK_NS: u64 = 1_000_000;

/// What is to happen in a tick.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Due {
    /// A message is delivered.
    Message(Letter),
    /// A task does not wait for messages any more.
    Deadline(TaskId),
}

/// A message that is sent later.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Letter {
    pub(crate) to: Slot,
    pub(crate) world: u32,
    pub(crate) reference: u64,
    pub(crate) message: Value,
}

#[derive(Debug)]
struct Timer {
    /// Its place: the tick, and its number among all.
    at: (u64, u64),
    due: Due,
}

/// The clock and its timers.
#[derive(Debug, Default)]
pub(crate) struct Ticks {
    /// The current tick.
    pub(crate) now: u64,
    /// The timers of this tick act at the moment: whom they wake is due in it.
    pub(crate) firing: bool,
    timers: Slab<Timer>,
    order: BTreeMap<(u64, u64), u32>,
    started: u64,
    /// Since when nothing is ready, and the tick of then.
    idle: Option<(u64, u64)>,
}

impl Ticks {
    /// The tick in which a task is due that becomes ready now.
    #[inline]
    pub(crate) fn due(&self) -> u64 {
        self.now + u64::from(!self.firing)
    }

    /// Starts a timer; gives its number.
    pub(crate) fn start(&mut self, ticks: i64, due: Due) -> u32 {
        let tick = self.now.saturating_add(ticks.max(1).unsigned_abs());
        // Messages come before deadlines: one that comes in time wins.
        let class = if matches!(due, Due::Message(_)) { 0 } else { 1 << 63 };
        let at = (tick, class | self.started);
        self.started += 1;
        let timer = self.timers.insert(Timer { at, due });
        self.order.insert(at, timer);
        timer
    }

    /// Stops a timer.
    pub(crate) fn stop(&mut self, timer: u32) -> Due {
        let timer = self.timers.remove(timer);
        self.order.remove(&timer.at);
        timer.due
    }

    /// The tick of the first timer.
    #[inline]
    pub(crate) fn next(&self) -> Option<u64> {
        self.order.first_key_value().map(|((tick, _), _)| *tick)
    }

    /// Takes the next timer whose tick has come.
    pub(crate) fn pop(&mut self) -> Option<Due> {
        let ((tick, _), timer) = self.order.first_key_value()?;
        if *tick > self.now {
            return None;
        }
        let timer = *timer;
        Some(self.stop(timer))
    }

    /// True if there are timers.
    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// Nothing is ready at that time: when the world's clock reaches the next tick with a timer.
    pub(crate) fn wake_ns(&mut self, now_ns: u64) -> Option<u64> {
        let next = self.next()?;
        let (since_ns, tick) = *self.idle.get_or_insert((now_ns, self.now));
        Some(since_ns.saturating_add((next - tick).saturating_mul(TICK_NS)))
    }

    /// Moves the clock by the time that has passed while nothing was ready.
    pub(crate) fn catch_up(&mut self, now_ns: u64) {
        if let Some((since_ns, tick)) = self.idle {
            let passed = now_ns.saturating_sub(since_ns) / TICK_NS;
            self.now = self.now.max(tick + passed);
        }
    }

    /// Something is ready.
    #[inline]
    pub(crate) fn end_idle(&mut self) {
        self.idle = None;
    }

    /// Reports the messages.
    pub(crate) fn trace(&self, tracer: &mut Tracer<'_>) {
        for (_, timer) in self.timers.iter() {
            if let Due::Message(letter) = &timer.due {
                tracer.value(letter.message);
            }
        }
    }
}

/// Something that the wheel is to do for a process.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Alarm {
    /// A message is delivered.
    Message(Letter),
    /// A killed process has had its second.
    Kill { process: Slot, pid: u64 },
}

impl Alarm {
    /// Reports the message.
    pub(crate) fn trace(&self, tracer: &mut Tracer<'_>) {
        if let Alarm::Message(letter) = self {
            tracer.value(letter.message);
        }
    }
}

/// A timer that a program can cancel.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Sending {
    /// By ticks.
    Ticks(u32),
    /// By seconds: the alarm, and its timer on the wheel.
    Seconds(u32, TimerId),
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scheduler::NO_TASK;

    #[test]
    fn a_message_comes_before_a_deadline_of_its_tick() {
        let mut ticks = Ticks::default();
        let letter = Letter { to: Slot(0), world: 0, reference: 0, message: Value::NIL };
        ticks.start(2, Due::Deadline(NO_TASK));
        ticks.start(2, Due::Message(letter));
        ticks.start(0, Due::Deadline(NO_TASK));
        assert_eq!(ticks.next(), Some(1));
        ticks.now = 2;
        assert!(matches!(ticks.pop(), Some(Due::Deadline(_))));
        assert!(matches!(ticks.pop(), Some(Due::Message(_))));
        assert!(matches!(ticks.pop(), Some(Due::Deadline(_))));
        assert!(ticks.pop().is_none() && ticks.is_empty());
    }

    #[test]
    fn while_the_program_waits_a_tick_is_a_millisecond() {
        let mut ticks = Ticks::default();
        ticks.start(10, Due::Deadline(NO_TASK));
        assert_eq!(ticks.wake_ns(5_000_000), Some(15_000_000));
        ticks.catch_up(8_500_000);
        assert_eq!(ticks.now, 3);
        assert_eq!(ticks.wake_ns(8_500_000), Some(15_000_000));
    }
}
