//! Pointers to heap objects, and what an object must tell the collector.
//!
//! A [`Gc`] is a bare pointer. It is good until the next safepoint (I2), and beyond that as long as its
//! object is reachable from a root. Safepoints lie between instructions of the interpreter and nowhere
//! else, so a primitive may keep `Gc`s in locals for as long as it runs, and across any number of
//! allocations; it must not store them anywhere but in heap objects or named roots.
//!
//! Objects whose contents never change ([`Immutable`]) are read by dereferencing. Those that do change
//! are read with a shared and written with an exclusive borrow of the [`Heap`](crate::heap::Heap), so
//! that the borrow checker keeps readers and writers of any one object apart, and every write passes
//! the collector's barrier.
#![allow(unsafe_code, reason = "the one place where heap pointers are dereferenced")]

use std::marker::PhantomData;
use std::ops::Deref;
use std::ptr::NonNull;

use crate::heap::{Heap, Tracer};
use crate::value::Tag;

/// The first word of every heap object.
#[derive(Debug)]
#[repr(C)]
pub struct Header {
    /// What the object is: one of the heap tags.
    pub(crate) tag: u8,
    /// The collector's state of this object; owned by [`crate::heap`].
    pub(crate) mark: std::cell::Cell<u8>,
    /// The collector's: the bin of its cell, or `heap::class::LARGE`.
    pub(crate) class: u8,
    /// The highest bit: carries a trait table (`object::traits`). The others are free for the object's own use (see
    /// the object's module).
    pub(crate) flags: std::cell::Cell<u8>,
    /// Free for the object's own use: cached hashes and the like.
    pub(crate) aux: std::cell::Cell<u32>,
}

const _: () = assert!(size_of::<Header>() == 8);

/// An object in the heap: header and body. Bodies with inline elements end in a zero-length array.
#[derive(Debug)]
#[repr(C)]
pub struct Object<T> {
    pub(crate) header: Header,
    pub(crate) body: T,
}

/// A type of heap object.
///
/// # Safety
/// `TAG` must belong to this type alone, `trace` must report every value and pointer in the object, and
/// `object::trace_object`, `object::drop_object` must know the tag.
pub unsafe trait HeapObject: Sized {
    /// Its tag.
    const TAG: Tag;
    /// Reports everything the object refers to.
    fn trace(&self, tracer: &mut Tracer<'_>);

    /// Reports a part of what the object refers to, so that marking a very large one can be interrupted. What lies at
    /// `end` and beyond was reported before (nothing if it is `usize::MAX`). Gives the new end; 0 when all was reported.
    /// Between two calls the object may change as barriers allow; see [`crate::heap`].
    #[inline]
    fn trace_part(&self, _end: usize, tracer: &mut Tracer<'_>) -> usize {
        self.trace(tracer);
        0
    }

    /// Bytes of the body, with the elements that stand in the object itself.
    fn body_size(&self) -> usize {
        size_of::<Self>()
    }

    /// Bytes that the object owns outside the heap: about as many as were reported by `Heap::note_growth`.
    fn external_size(&self) -> usize {
        0
    }
}

/// Marks types whose contents do not change after they were made.
pub trait Immutable: HeapObject {}

/// A pointer to a heap object.
pub struct Gc<T: HeapObject>(NonNull<Object<T>>, PhantomData<*const T>);

impl<T: HeapObject> Clone for Gc<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T: HeapObject> Copy for Gc<T> {}
impl<T: HeapObject> PartialEq for Gc<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<T: HeapObject> Eq for Gc<T> {}
impl<T: HeapObject> std::fmt::Debug for Gc<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "<{:?} {:p}>", T::TAG, self.0)
    }
}

impl<T: HeapObject> Gc<T> {
    /// From a pointer that the heap made.
    ///
    /// # Safety
    /// `pointer` must point to a live object of type `T`.
    #[inline(always)]
    pub unsafe fn from_ptr(pointer: NonNull<Object<T>>) -> Gc<T> {
        Gc(pointer, PhantomData)
    }

    /// From an address obtained by [`Gc::address`].
    ///
    /// # Safety
    /// The address must be that of a live object of type `T`.
    #[inline(always)]
    pub unsafe fn from_address(address: u64) -> Gc<T> {
        // SAFETY: the caller vouches that the address came from a live object, which is never null.
        Gc(unsafe { NonNull::new_unchecked(address as *mut Object<T>) }, PhantomData)
    }

    /// The object's address: its identity.
    #[inline(always)]
    pub fn address(self) -> u64 {
        self.0.as_ptr() as u64
    }

    /// Asks the processor for the object's first lines, which will be needed soon.
    #[inline(always)]
    pub fn prefetch(self) {
        let line = self.0.cast::<[u8; 64]>();
        crate::heap::prefetch_line(line);
        if size_of::<Object<T>>() > size_of::<[u8; 64]>() {
            crate::heap::prefetch_line(line.map_addr(|at| at.saturating_add(64)));
        }
    }

    /// The raw pointer, for the interpreter and the heap.
    #[inline(always)]
    pub fn as_ptr(self) -> *mut Object<T> {
        self.0.as_ptr()
    }

    /// The object without its type, for the collector.
    #[inline(always)]
    pub(crate) fn to_header(self) -> NonNull<Header> {
        self.0.cast()
    }

    /// The object's header.
    #[inline(always)]
    pub fn header(&self) -> &Header {
        // SAFETY: the object is live (I2); the header's mutable parts are `Cell`s and the heap belongs to one thread.
        unsafe { &(*self.0.as_ptr()).header }
    }

    /// Reads an object that may change.
    #[inline(always)]
    pub fn get<'h>(&self, _heap: &'h Heap) -> &'h T {
        // SAFETY: the object is live (I2), and writers need the heap exclusively (`get_mut`).
        unsafe { &(*self.0.as_ptr()).body }
    }

    /// Writes an object, any part of it. Passes the collector's backward barrier: an object already
    /// marked will be traced again. For one element at a time the object's own setters are cheaper.
    #[inline(always)]
    pub fn get_mut<'h>(&self, heap: &'h mut Heap) -> &'h mut T {
        heap.barrier_back(self.0.cast::<Header>());
        // SAFETY: the object is live (I2), and the exclusive borrow of the heap keeps every other borrow away.
        unsafe { &mut (*self.0.as_ptr()).body }
    }

    /// Writes without a barrier: for parts that hold no values (counters, flags), or where the caller has
    /// told the collector about the value that it stores (`Heap::barrier_forward`).
    #[inline(always)]
    pub(crate) fn get_mut_unbarriered<'h>(&self, _heap: &'h mut Heap) -> &'h mut T {
        // SAFETY: as in `get_mut`; that the collector misses nothing is the caller's word.
        unsafe { &mut (*self.0.as_ptr()).body }
    }
}

impl<T: Immutable> Deref for Gc<T> {
    type Target = T;

    #[inline(always)]
    fn deref(&self) -> &T {
        // SAFETY: the object is live (I2), and nobody changes an immutable object.
        unsafe { &(*self.0.as_ptr()).body }
    }
}
