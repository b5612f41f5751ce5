//! Trait objects whose type is at hand.
//!
//! A downcast through `Any` calls the object for its type. Natives of the host do that several times in each operation,
//! which then is a tenth of its time. Here the type is noted once.
#![allow(unsafe_code, reason = "casts to the type that was noted")]

use std::any::TypeId;
use std::ops::{Deref, DerefMut};
use std::ptr::NonNull;

use crate::flow::Host;
use crate::object::External;

/// A boxed external thing.
#[derive(Debug)]
pub struct Thing {
    thing: Box<dyn External>,
    /// The type of `thing`.
    id: TypeId,
}

impl Thing {
    /// Notes the type of a thing.
    pub fn new(thing: Box<dyn External>) -> Thing {
        let id = (*thing).type_id();
        Thing { thing, id }
    }

    /// The box again.
    pub fn into_box(self) -> Box<dyn External> {
        self.thing
    }

    /// The thing, if it is of that type.
    #[inline]
    pub fn downcast_ref<T: External>(&self) -> Option<&T> {
        // SAFETY: `id` is the type of `thing`: they are set together, and nothing else sets either.
        (self.id == TypeId::of::<T>()).then(|| unsafe { &*(&raw const *self.thing).cast::<T>() })
    }

    /// The thing, if it is of that type.
    #[inline]
    pub fn downcast_mut<T: External>(&mut self) -> Option<&mut T> {
        // SAFETY: as above.
        (self.id == TypeId::of::<T>()).then(|| unsafe { &mut *(&raw mut *self.thing).cast::<T>() })
    }
}

impl Deref for Thing {
    type Target = dyn External;
    fn deref(&self) -> &(dyn External + 'static) {
        &*self.thing
    }
}

impl DerefMut for Thing {
    fn deref_mut(&mut self) -> &mut (dyn External + 'static) {
        &mut *self.thing
    }
}

/// The host, as natives reach it.
pub struct HostRef {
    host: NonNull<dyn Host>,
    /// The type of `host`.
    id: TypeId,
}

impl HostRef {
    /// Calls a function with a reference to a host, which is borrowed until that returns.
    ///
    /// For this crate, which never exchanges two of them: natives see just one, and cannot move it out of its place.
    pub(crate) fn with<R>(host: &mut (dyn Host + 'static), run: impl FnOnce(&mut HostRef) -> R) -> R {
        let id = (*host).type_id();
        run(&mut HostRef { host: NonNull::from(host), id })
    }

    /// The host, if it is of that type.
    #[inline]
    pub fn downcast<T: Host>(&mut self) -> Option<&mut T> {
        // SAFETY: `id` is the type of the host, which `with` has borrowed for us alone.
        (self.id == TypeId::of::<T>()).then(|| unsafe { self.host.cast::<T>().as_mut() })
    }
}

impl Deref for HostRef {
    type Target = dyn Host;
    fn deref(&self) -> &(dyn Host + 'static) {
        // SAFETY: `with` has borrowed the host for us alone.
        unsafe { self.host.as_ref() }
    }
}

impl DerefMut for HostRef {
    fn deref_mut(&mut self) -> &mut (dyn Host + 'static) {
        // SAFETY: as above.
        unsafe { self.host.as_mut() }
    }
}
