//! The ends of channels, as programs hold them, and what can be done with them.
//!
//! An end of a local channel is closed by `chan/close` and `chan/close-recv` alone. One of a shared channel that nobody can
//! reach any more, or whose thread has ended, counts as closed, too: the other side may be in a thread that goes on for
//! long. Within one thread that would make programs depend on when memory is collected.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use lisle_vm::heap::Tracer;
use lisle_vm::object::{External, ExternalObject, Shared};
use lisle_vm::{Gc, Heap, Value};

use super::core::Core;
use super::local::{self, LocalWaiter};
use super::shared::{Mailbox, SharedChannel, SharedWaiter};
use super::sync::Arc;
use crate::threads::{Inbox, Parcel};

/// A channel between threads.
pub(crate) type Crossing = SharedChannel<Parcel, Inbox>;
/// Who waits for one.
pub(crate) type CrossingWaiter = SharedWaiter<Parcel, Inbox>;

impl Mailbox for Inbox {
    fn notify(&self, ticket: u64) {
        Inbox::notify(self, ticket);
    }
}

/// Where a channel is.
#[derive(Debug)]
pub(crate) enum Place {
    /// In this thread.
    Local(Core<LocalWaiter>),
    /// Between threads.
    Shared(Arc<Crossing>),
}

/// A channel, as the ends of one thread share it.
#[derive(Clone, Debug)]
pub(crate) struct Channel(Rc<Inner>);

#[derive(Debug)]
struct Inner {
    place: RefCell<Place>,
    /// Senders and receivers of a local channel that were collected while open.
    collected: Cell<(usize, usize)>,
}

impl Channel {
    pub(crate) fn new(capacity: Option<usize>) -> Channel {
        Channel::at(Place::Local(Core::new(capacity)))
    }

    fn at(place: Place) -> Channel {
        Channel(Rc::new(Inner { place: RefCell::new(place), collected: Cell::new((0, 0)) }))
    }

    /// Does something with the channel. Nothing may be allocated in the heap meanwhile: that may collect an end of it.
    pub(crate) fn with<R>(&self, action: impl FnOnce(&mut Place) -> R) -> R {
        action(&mut self.0.place.borrow_mut())
    }

    /// The shared channel, if it is one.
    pub(crate) fn crossing(&self) -> Option<Arc<Crossing>> {
        match &*self.0.place.borrow() {
            Place::Shared(crossing) => Some(crossing.clone()),
            Place::Local(_) => None,
        }
    }

    /// True for the same channel.
    pub(crate) fn is(&self, other: &Channel) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }

    fn trace(&self, tracer: &mut Tracer<'_>) {
        if let Place::Local(core) = &*self.0.place.borrow() {
            local::trace(core, tracer);
        }
    }

    /// A sender, or a receiver, is gone without having been closed.
    fn lose(&self, kind: Kind) {
        match &*self.0.place.borrow() {
            Place::Local(_) => {
                let (senders, receivers) = self.0.collected.get();
                let is_sender = kind == Kind::Sender;
                self.0.collected.set((senders + usize::from(is_sender), receivers + usize::from(!is_sender)));
            }
            Place::Shared(crossing) => kind.remove(crossing),
        }
    }
}

/// A sender.
#[derive(Debug)]
pub(crate) struct Sender {
    pub(crate) channel: Channel,
    pub(crate) open: Cell<bool>,
}

/// A receiver.
#[derive(Debug)]
pub(crate) struct Receiver {
    pub(crate) channel: Channel,
    pub(crate) open: Cell<bool>,
}

impl From<&Sender> for (Channel, bool) {
    fn from(end: &Sender) -> (Channel, bool) {
        (end.channel.clone(), end.open.get())
    }
}

impl From<&Receiver> for (Channel, bool) {
    fn from(end: &Receiver) -> (Channel, bool) {
        (end.channel.clone(), end.open.get())
    }
}

/// A task's wait for channels, while it lasts.
#[derive(Debug)]
pub(crate) struct Waiting {
    pub(crate) waiter: LocalWaiter,
    /// The channels that know of it, by the number that it gave them.
    pub(crate) channels: Vec<Channel>,
}

macro_rules! external {
    ($type:ident, $name:literal, $self:ident, $tracer:ident => $trace:expr) => {
        impl External for $type {
            fn type_name(&self) -> &'static str {
                $name
            }
            fn display(&self) -> String {
                concat!("#<", $name, ">").to_owned()
            }
            fn trace(&$self, $tracer: &mut Tracer<'_>) {
                $trace
            }
        }
    };
}
external!(Sender, "chan/sender", self, tracer => self.channel.trace(tracer));
external!(Receiver, "chan/receiver", self, tracer => self.channel.trace(tracer));
external!(Waiting, "chan/waiting", self, tracer => {
    self.waiter.trace(tracer);
    self.channels.iter().for_each(|channel| channel.trace(tracer));
});

impl Drop for Sender {
    fn drop(&mut self) {
        if self.open.get() {
            self.channel.lose(Kind::Sender);
        }
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        if self.open.get() {
            self.channel.lose(Kind::Receiver);
        }
    }
}

/// The object of that type in a value.
pub(crate) fn end<T: External>(heap: &Heap, value: Value) -> Option<&T> {
    let external: Gc<ExternalObject> = value.as_external()?;
    // The borrow is that of the heap.
    external.get(heap).downcast_ref::<T>()
}

/// The two kinds of end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Sender,
    Receiver,
}

impl Kind {
    fn add(self, crossing: &Crossing) {
        crossing.with(|core| match self {
            Kind::Sender => core.add_sender(),
            Kind::Receiver => core.add_receiver(),
        });
    }

    fn remove(self, crossing: &Crossing) {
        // What is dropped may hold ends of the same channel: it must outlive the lock.
        let _dropped = crossing.with(|core| match self {
            Kind::Sender => (core.remove_sender(), Default::default()),
            Kind::Receiver => core.remove_receiver(),
        });
    }
}

/// An end on its way to another thread, and there. It counts as an end of its own.
#[derive(Debug)]
pub(crate) struct Sent {
    crossing: Arc<Crossing>,
    kind: Kind,
    open: bool,
}

impl Sent {
    /// For an end of a channel, which is or becomes that one.
    pub(crate) fn new(crossing: Arc<Crossing>, kind: Kind, open: bool) -> Sent {
        if open {
            kind.add(&crossing);
        }
        Sent { crossing, kind, open }
    }
}

impl Shared for Sent {
    fn arrive(&self) -> Box<dyn External> {
        let channel = Channel::at(Place::Shared(self.crossing.clone()));
        let open = Cell::new(self.open);
        if self.open {
            self.kind.add(&self.crossing);
        }
        match self.kind {
            Kind::Sender => Box::new(Sender { channel, open }),
            Kind::Receiver => Box::new(Receiver { channel, open }),
        }
    }
}

impl Drop for Sent {
    fn drop(&mut self) {
        if self.open {
            self.kind.remove(&self.crossing);
        }
    }
}

/// Makes a shared channel of a local one, whose values have been packed in the order of [`Core::values`].
pub(crate) fn move_out(
    channel: &Channel,
    crossing: &Arc<Crossing>,
    values: Vec<Parcel>,
    mut waiter: impl FnMut(&LocalWaiter) -> CrossingWaiter,
) {
    let (senders, receivers) = channel.0.collected.take();
    channel.with(|place| {
        let Place::Local(core) = place else { return };
        let mut moved = core.translated(&mut waiter, values);
        moved.forget_ends(senders, receivers);
        crossing.with(|empty| empty.become_core(moved));
        *place = Place::Shared(crossing.clone());
    });
}
