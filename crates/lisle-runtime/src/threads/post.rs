//! What a scheduler keeps for traffic with other threads.

use std::collections::HashMap;

use lisle_vm::heap::Tracer;
use lisle_vm::object::ExternalObject;
use lisle_vm::vm::State;
use lisle_vm::{Gc, Heap, Value};

use super::inbox::{Inbox, Wake};
use super::message::{Item, Message};
use super::pack::{Globals, Moving, Unsendable, pack};
use super::path::way_to_unsendable;
use super::program::Program;
use super::sync::Arc;
use super::unpack::{Units, unpack};
use crate::chan::core::Core;
use crate::chan::ends::{CrossingWaiter, Place, move_out};
use crate::chan::local::LocalWaiter;

/// A value on its way to another thread.
#[derive(Debug)]
pub(crate) enum Parcel {
    /// One that is no heap object.
    Small(Item),
    /// Any other.
    Packed(Box<Message>),
}

/// The post office of a thread.
#[derive(Debug)]
pub(crate) struct Post {
    /// Made when the first thing crosses: waking needs a descriptor.
    inbox: Option<Arc<Inbox>>,
    program: Arc<Program>,
    thread_id: u64,
    /// The program knows that this thread waits for others.
    resting: bool,
    /// Where tasks wait for a notice, by its number.
    expected: HashMap<u64, Gc<ExternalObject>>,
    last_ticket: u64,
    units: Units,
    known: Globals,
    /// Where the next `chan/select` begins to look, so that each of its channels has its turn.
    pub(crate) turn: usize,
}

impl Post {
    pub(crate) fn new() -> Post {
        Post {
            inbox: None,
            program: Arc::default(),
            thread_id: 1,
            resting: false,
            expected: HashMap::new(),
            last_ticket: 0,
            units: Units::default(),
            known: Globals::default(),
            turn: 0,
        }
    }

    /// Says which thread this is, and of which program.
    pub(crate) fn set_thread(&mut self, program: Arc<Program>, id: u64) {
        self.program = program;
        self.thread_id = id;
    }

    /// What the program's threads share.
    pub(crate) fn program(&self) -> &Arc<Program> {
        &self.program
    }

    /// This thread's number.
    pub(crate) fn thread_id(&self) -> u64 {
        self.thread_id
    }

    /// True in the program's first thread.
    pub(crate) fn is_main(&self) -> bool {
        self.thread_id == 1
    }

    /// Where notices for this thread go; made now if need be.
    pub(crate) fn inbox_or(&mut self, wake: impl FnOnce() -> Wake) -> &Arc<Inbox> {
        self.inbox.get_or_insert_with(|| Arc::new(Inbox::new(wake())))
    }

    /// True when there may be notices: asked at every turn.
    #[inline]
    pub(crate) fn has_notices(&self) -> bool {
        self.inbox.as_ref().is_some_and(|inbox| inbox.is_pending())
    }

    /// Takes the notices, in order.
    pub(crate) fn take_notices(&self) -> Vec<u64> {
        self.inbox.as_ref().map(|inbox| inbox.take()).unwrap_or_default()
    }

    /// The scheduler is about to wait; `only_notices` if for nothing but notices. False if it must not, because there are
    /// some.
    pub(crate) fn fall_asleep(&mut self, only_notices: bool) -> bool {
        let Some(inbox) = &self.inbox else { return true };
        if !inbox.fall_asleep() {
            return false;
        }
        self.resting = only_notices;
        if only_notices {
            self.program.rest(self.thread_id, inbox);
        }
        true
    }

    /// The scheduler has waited.
    pub(crate) fn wake_up(&mut self) {
        self.inbox.iter().for_each(|inbox| inbox.wake_up());
        if std::mem::take(&mut self.resting) {
            self.program.stop_resting(self.thread_id);
        }
    }

    /// True while somebody waits for a notice: then nothing is a deadlock.
    pub(crate) fn expects_notices(&self) -> bool {
        !self.expected.is_empty()
    }

    /// A number for a notice that a task will wait for in that queue.
    pub(crate) fn expect(&mut self, queue: Gc<ExternalObject>) -> u64 {
        self.last_ticket += 1;
        self.expected.insert(self.last_ticket, queue);
        self.last_ticket
    }

    /// Nobody waits for that notice any more, or it has come. Gives the queue in which somebody waits for it.
    pub(crate) fn take_expected(&mut self, ticket: u64) -> Option<Gc<ExternalObject>> {
        self.expected.remove(&ticket)
    }

    pub(crate) fn trace(&self, tracer: &mut Tracer<'_>) {
        #[allow(clippy::iter_over_hash_type, reason = "marking does not depend on the order")]
        for queue in self.expected.values() {
            tracer.object(*queue);
        }
        self.units.trace(tracer);
    }

    /// How shared channels know a waiter.
    pub(crate) fn crossing_waiter(&mut self, waiter: &LocalWaiter) -> CrossingWaiter {
        waiter.crossing_or(|| {
            let ticket = self.expect(waiter.queue());
            // Channels cross only after a thread was started, or in one: then there is an inbox.
            let inbox = self.inbox_or(|| Box::new(|| {})).clone();
            CrossingWaiter::new(inbox, ticket)
        })
    }

    /// Packs a value for another thread. Local channels whose ends are in it become shared.
    ///
    /// Errors: something in it cannot leave this thread: an error value that says what and where. Nothing has changed.
    pub(crate) fn pack(&mut self, heap: &mut Heap, state: &State, name: &str, value: Value) -> Result<Parcel, Value> {
        match Item::of_small(value) {
            Some(item) => Ok(Parcel::Small(item)),
            None => match self.pack_object(heap, state, value) {
                Ok(message) => Ok(Parcel::Packed(Box::new(message))),
                Err(unsendable) => Err(self.refusal(heap, state, name, value, unsendable)),
            },
        }
    }

    fn pack_object(&mut self, heap: &mut Heap, state: &State, value: Value) -> Result<Message, Unsendable> {
        let mut moving = Moving::default();
        let message = pack(heap, state, &mut self.known, &mut moving, value)?;
        // What is queued in the channels that move may hold ends of others, which then move, too.
        let mut packed = Vec::new();
        while let Some((channel, crossing)) = moving.next() {
            let values: Vec<Value> = channel.with(|place| match place {
                Place::Local(core) => core.values().copied().collect(),
                Place::Shared(_) => Vec::new(),
            });
            let mut parcels = Vec::with_capacity(values.len());
            for value in values {
                parcels.push(match Item::of_small(value) {
                    Some(item) => Parcel::Small(item),
                    None => Parcel::Packed(Box::new(pack(heap, state, &mut self.known, &mut moving, value)?)),
                });
            }
            packed.push((channel, crossing, parcels));
        }
        for (channel, crossing, parcels) in packed {
            move_out(&channel, &crossing, parcels, |waiter| self.crossing_waiter(waiter));
        }
        Ok(message)
    }

    #[cold]
    fn refusal(&mut self, heap: &mut Heap, state: &State, name: &str, value: Value, found: Unsendable) -> Value {
        let (way, culprit) = way_to_unsendable(heap, state, &mut self.known, value).unwrap_or((String::new(), found.0));
        let kind = match culprit.as_external() {
            Some(external) => external.get(heap).thing.type_name(),
            None => culprit.tag().type_name(),
        };
        let article = if kind.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
        let message = match way.as_str() {
            "" => format!("{name}: cannot send {kind} to another thread"),
            way => format!("{name}: cannot send {kind} to another thread: {way} is {article} {kind}"),
        };
        let path = heap.new_string(&way).into();
        heap.new_error("thread-error", &message, &[("path", path), ("type", Value::keyword_named(kind))])
    }

    /// The value of a parcel.
    pub(crate) fn unpack(&mut self, heap: &mut Heap, state: &mut State, parcel: &Parcel) -> Value {
        match parcel {
            Parcel::Small(item) => item.value(&[]),
            Parcel::Packed(message) => unpack(heap, state, &mut self.units, message),
        }
    }
}

/// A shared channel that a local one is to become.
pub(super) fn placeholder() -> Arc<crate::chan::ends::Crossing> {
    Arc::new(crate::chan::ends::Crossing::new(Core::placeholder()))
}
