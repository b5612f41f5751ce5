//! What has happened outside.

use lisle_vm::fiber::Fiber;
use lisle_vm::{Heap, Value, signal};

use super::Owner;
use crate::scheduler::Scheduler;
use crate::world::io::Event;

/// Turns of tasks between two looks at the world while there is something to run.
const TURNS_PER_LOOK: u32 = 61;

impl Scheduler {
    /// A task has its turn. True when it is time to look at the world although there are others to run.
    pub(crate) fn is_look_due(&mut self) -> bool {
        let due = self.is_look_near();
        self.note_turn_unlooked();
        if due {
            self.ports.turns = 0;
        }
        due
    }

    /// True when it will be time to look at the world after this turn.
    #[inline]
    pub(crate) fn is_look_near(&self) -> bool {
        self.ports.turns + 1 >= TURNS_PER_LOOK && (self.external_waits() > 0 || !self.ports.handlers.is_empty())
    }

    /// A task has its turn although it is not time.
    #[inline]
    pub(crate) fn note_turn_unlooked(&mut self) {
        self.ports.turns = self.ports.turns.saturating_add(1);
    }

    /// It is time to look at the world.
    pub(super) fn make_look_due(&mut self) {
        self.ports.turns = TURNS_PER_LOOK;
    }

    /// True when no operation that waits can ever end: nothing will happen, and none has a deadline.
    pub(crate) fn is_cut_off(&self) -> bool {
        self.world.is_cut_off() && self.ports.next_wake().is_none()
    }

    /// Takes what has happened outside; waits for it until then, or for ever.
    pub(crate) fn poll_world(&mut self, heap: &mut Heap, until_ns: Option<u64>) {
        self.ports.turns = 0;
        self.ports.streak = 0;
        self.close_dropped(heap);
        self.own_output();
        let until_ns = match (until_ns, self.ports.next_wake()) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
        let mut events = std::mem::take(&mut self.ports.events);
        self.world.poll(until_ns, &mut events);
        for event in events.drain(..) {
            self.take_event(heap, event);
        }
        self.ports.events = events;
        self.ring_alarms(heap);
    }

    /// Looks at the world without waiting.
    pub(crate) fn look_at_world(&mut self, heap: &mut Heap) {
        let now_ns = self.world.now_ns();
        self.poll_world(heap, Some(now_ns));
    }

    fn take_event(&mut self, heap: &mut Heap, event: Event) {
        match event {
            Event::Ready { handle, readable, writable, ended } => match self.ports.owner(handle) {
                Owner::Nobody => {}
                Owner::Port(id) => {
                    let port = self.ports.port(id);
                    port.readable |= readable;
                    port.writable |= writable;
                    port.hung_up |= ended;
                    if readable && !port.readers.is_empty() {
                        self.serve_readers(heap, id);
                    }
                    let port = self.ports.port(id);
                    if writable && (!port.writers.is_empty() || !port.rest.is_empty()) {
                        self.serve_writers(heap, id);
                    }
                }
                Owner::Connect(token) => self.look_at_attempt(heap, token, handle),
                Owner::Poll(token) => self.look_at_descriptor(heap, token),
                Owner::Output => self.drain_output(heap),
            },
            Event::Finished { job, outcome } => self.finish_job(heap, job, outcome),
            Event::Exited { child, code } => self.exited(heap, child, code),
            Event::Signal(number) => {
                if let Some(handler) = self.ports.handlers.get(&number).copied() {
                    let fiber = heap.allocate(Fiber::new(handler, signal::SPAWN_MASK));
                    self.spawn(heap, fiber);
                }
            }
        }
    }

    /// From now on that function is called, in a fiber of its own, when the signal comes; with nil the signal does again what
    /// it did at first.
    pub(crate) fn handle_signal(&mut self, number: i32, handler: Value) -> std::io::Result<()> {
        if handler.is_nil() {
            self.ports.handlers.remove(&number);
            self.world.io().unwatch_signal(number);
            return Ok(());
        }
        self.world.io().watch_signal(number)?;
        self.ports.handlers.insert(number, handler);
        Ok(())
    }
}
