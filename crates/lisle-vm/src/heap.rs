//! The heap: allocation and collection.
//!
//! Precise, incremental, non-moving mark-sweep; one heap a thread, no locks. This text is the protocol; the parts are
//! in the files below it: size classes, blocks, large objects, marking, sweeping, pacing, statistics, verifier.
//!
//! # Phases
//!
//! `Idle` → `Mark` → `Sweep` → `Idle`. [`Heap::collect_step`], called by the interpreter at a safepoint (I2) when
//! [`Heap::wants_collection`] says so, does a slice of the phase's work. Allocation never collects: it counts bytes, and
//! sweeps a few blocks when it needs cells.
//!
//! # Colours
//!
//! One bit in the header's `mark`, whose meaning flips with each cycle, so that nothing has to be reset:
//!
//! * *white*: not found yet. New objects are white during `Mark` and have the colour of the living otherwise
//!   (`Heap::allocation_mark` says which bit that is).
//! * *grey*: to be traced. These are white or black objects on the grey stack; those that a barrier put there bear
//!   `QUEUED`, so that they are put there once.
//! * *black*: traced. At the end of `Mark` black becomes the colour of the living, and white objects are garbage, which
//!   `Sweep` frees.
//!
//! Only this module and its children write `Header::mark` and `Header::class`; `tag` is written once. A cell whose tag
//! is 0 is free.
//!
//! # What keeps marking right
//!
//! The mutator may hide a white object from marking only by storing it in an object that is black already.
//!
//! * A store of one value into an existing object is preceded by [`Heap::barrier_forward`], which makes a white *value*
//!   grey (Dijkstra). Stores into an object that was made since the last safepoint need none: it is white.
//! * Any other change is preceded by [`Heap::barrier_back`] (`Gc::get_mut` does it), which has a black *object* traced
//!   again. It waits on a list until marking has nothing else to do, so that frequent changes cost one tracing.
//! * Removing needs no barrier: what was removed is in a register if it is still used.
//! * Registers and the other fields of the running fiber have no barrier at all. A fiber that runs during `Mark` is put on
//!   a list by [`Heap::fiber_ran`], and is traced again at the end; those that did not run since are not.
//! * At the end, within one slice: roots, changed objects and fibers that ran are traced once more, and all that
//!   they lead to. If that is too much for a slice, it counts as ordinary progress, and the end is tried again later; what is
//!   new between two attempts shrinks by the factor by which marking is faster than allocation. The eighth attempt is
//!   carried through.
//!
//! New objects being white is what makes allocation cheap (no grey stack, no barrier on first stores), and lets a cycle
//! free what was made and dropped while it was marking. The price is the last scan: it finds what was made since the
//! attempt before.
//!
//! Registers above a fiber's live ones are set to nil whenever it is scanned (`mark.rs` says why).
//!
//! # Pauses that remain
//!
//! The last scan traces the running fiber's whole stack in one slice: about 2 ns a register, which is felt from some
//! hundred thousand frames of recursion on. So does a changed mutable array or table of millions of elements, and
//! a host with as many roots.
//!
//! # Rejected
//!
//! * Moving: natives, the interpreter and identity hashes use addresses; and blocks that are swept to runs allocate as
//!   fast as a nursery.
//! * Mark bits beside the objects: the test of a bit touches two lines that all blocks compete for, and the header has to
//!   be read for tracing anyway. Headers make sweeping read all cells, but in order, and shortly before they are
//!   allocated.
//! * New objects black during marking: their first stores would need barriers.
//! * Generations: later, if at all, by keeping marks between collections ("sticky"); the backward barrier is the
//!   remembered set that this needs.
#![allow(unsafe_code, reason = "manages raw memory")]

mod block;
mod class;
mod grey;
mod large;
mod mark;
mod pace;
mod prefetch;
mod reach;
mod stats;
mod sweep;
#[cfg(test)]
mod tests;
mod verify;

use std::cell::Cell;
use std::ptr::NonNull;

pub use stats::{HeapStats, PauseHistogram};

use crate::fiber::Fiber;
use crate::gc::{Gc, Header, HeapObject, Object};
use crate::value::Value;
use block::{Cursor, Space};
use class::{BINS, LARGE, SMALL_MAX};
use grey::GreyStack;
use large::LargeSpace;
use mark::Marker;
use pace::Pace;
pub use prefetch::prefetch;
pub(crate) use prefetch::prefetch_line;

/// Collects what roots and objects refer to.
#[derive(Debug)]
pub struct Tracer<'a> {
    grey: &'a mut GreyStack,
    /// Elements of sequences that were looked at: they cost time, whether or not they are pointers.
    elements: usize,
}

impl<'a> Tracer<'a> {
    fn new(grey: &'a mut GreyStack) -> Tracer<'a> {
        Tracer { grey, elements: 0 }
    }

    /// Reports a value.
    #[inline(always)]
    pub fn value(&mut self, value: Value) {
        if value.is_heap() {
            // SAFETY: a value with a heap tag holds the address of an object.
            let object = unsafe { NonNull::new_unchecked(value.bits() as *mut Header) };
            self.grey.push(object);
        }
    }

    /// Reports many values.
    #[inline]
    pub fn values(&mut self, values: &[Value]) {
        self.elements += values.len();
        for value in values.iter().rev() {
            self.value(*value);
        }
    }

    /// Reports an object.
    #[inline]
    pub fn object<T: HeapObject>(&mut self, object: Gc<T>) {
        self.grey.push(object.to_header());
    }

    /// The part of `items[..end]` that is to be reported now, and the end of what is left then: for objects that may
    /// have very many elements ([`HeapObject::trace_part`]).
    #[inline]
    pub fn part<'i, T>(&mut self, items: &'i [T], end: usize) -> (&'i [T], usize) {
        let end = end.min(items.len());
        let start = end.saturating_sub(mark::PART);
        self.elements += end - start;
        (&items[start..end], start)
    }

    /// Reports the next part of many values; gives the end of what is left.
    #[inline]
    pub fn values_part(&mut self, values: &[Value], end: usize) -> usize {
        let (part, rest) = self.part(values, end);
        for value in part.iter().rev() {
            self.value(*value);
        }
        rest
    }
}

/// What a collection starts from, besides the heap's own roots: implemented by the VM and the host.
pub trait Roots {
    /// Reports every root.
    fn trace_roots(&self, tracer: &mut Tracer<'_>);

    /// Reports the fibers that are held weakly. One that nothing else reaches lives on until [`Heap::take_lost`] gives it.
    fn weak_fibers(&self, _report: &mut dyn FnMut(Gc<Fiber>)) {}
}

/// Where a collection stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Idle,
    Mark,
    Sweep,
}

/// Counters that only grow.
#[derive(Debug, Default)]
struct Counters {
    allocated_total: u64,
    collections: u64,
    slices: u64,
    max_slice_work: usize,
    attempts_put_off: u64,
}

/// A heap: belongs to one thread.
pub struct Heap {
    /// Where the next objects go, by bin.
    cursors: [Cursor; BINS],
    /// The mark of new objects: white during `Mark`, the colour of the living otherwise.
    allocation_mark: u8,
    /// The phase is `Mark`: barriers have something to do.
    marking: bool,
    /// A slice is due.
    wants: bool,
    phase: Phase,
    /// Collect everything at every safepoint.
    stress: bool,
    over_limit: bool,
    ids: u32,
    /// Fibers that were held weakly when nothing else reached them, for the host.
    lost: Vec<Gc<Fiber>>,
    /// The fiber that ran last; not a root.
    running: Option<Gc<Fiber>>,
    marker: Marker,
    space: Space,
    large: LargeSpace,
    /// The bin that the sweeping slices are at.
    sweep_bin: usize,
    /// Bytes of chunks that are kept although they are unused.
    keep_bytes: usize,
    /// Bytes owned outside the heap.
    external_bytes: usize,
    pace: Pace,
    counters: Counters,
    clock: Option<fn() -> u64>,
    pauses: PauseHistogram,
    /// Units of work that natives have done and that no budget has been charged with: see [`Heap::note_work`].
    unpaid: std::cell::Cell<u64>,
}

impl std::fmt::Debug for Heap {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Heap").field("phase", &self.phase).field("stats", &self.stats()).finish_non_exhaustive()
    }
}

impl Default for Heap {
    fn default() -> Heap {
        Heap::new()
    }
}

impl Heap {
    /// An empty heap.
    pub fn new() -> Heap {
        Heap {
            cursors: [Cursor::EMPTY; BINS],
            allocation_mark: 0,
            marking: false,
            wants: false,
            phase: Phase::Idle,
            stress: false,
            over_limit: false,
            ids: 0,
            lost: Vec::new(),
            running: None,
            marker: Marker::default(),
            space: Space::new(),
            large: LargeSpace::default(),
            sweep_bin: 0,
            keep_bytes: 0,
            external_bytes: 0,
            pace: Pace::new(),
            counters: Counters::default(),
            clock: None,
            pauses: PauseHistogram::default(),
            unpaid: std::cell::Cell::new(0),
        }
    }

    /// A number not given before by this heap.
    pub fn next_id(&mut self) -> u32 {
        self.ids += 1;
        self.ids
    }
}

/// Allocation.
impl Heap {
    /// Allocates an object.
    #[inline(always)]
    pub fn allocate<T: HeapObject>(&mut self, body: T) -> Gc<T> {
        self.allocate_sized(body, size_of::<T>())
    }

    /// Allocates an object whose body takes `body_size` bytes, at least those of `T`; the bytes behind are for the
    /// caller to fill before the next safepoint.
    #[inline(always)]
    pub fn allocate_sized<T: HeapObject>(&mut self, body: T, body_size: usize) -> Gc<T> {
        const { assert!(align_of::<T>() <= 8) };
        debug_assert!(body_size >= size_of::<T>());
        let bytes = size_of::<Header>() + body_size;
        let (cell, class) = if bytes <= SMALL_MAX {
            let bin = class::bin_of(bytes, std::mem::needs_drop::<T>());
            let cursor = &mut self.cursors[bin];
            let next = cursor.next;
            let cell = if next != cursor.end {
                // SAFETY: a whole number of cells of this bin lies between `next` and `end`.
                cursor.next = unsafe { next.add(class::cell_bytes(bin as u8)) };
                next
            } else {
                self.refill(bin)
            };
            (cell, bin as u8)
        } else {
            (self.allocate_large(bytes), LARGE)
        };
        // One store for the whole header: `Header` is these bytes in this order.
        let header = T::TAG as u64 & 0xff | u64::from(self.allocation_mark) << 8 | u64::from(class) << 16;
        let object = cell.cast::<Object<T>>();
        // SAFETY: the cell is large enough, aligned, and ours alone.
        unsafe {
            cell.cast::<u64>().write(header.to_le());
            (&raw mut (*object).body).write(body);
            Gc::from_ptr(NonNull::new_unchecked(object))
        }
    }

    /// Finds free cells for a bin; takes the first.
    #[cold]
    #[inline(never)]
    fn refill(&mut self, bin: usize) -> *mut u8 {
        let taken = loop {
            if let Some(taken) = self.space.take_cells(bin) {
                break taken;
            }
            if !self.space.open_available(bin) && !self.sweep_for(bin) {
                self.space.open_fresh(bin);
            }
        };
        let cell = taken.next;
        // SAFETY: at least one cell was taken.
        let next = unsafe { cell.add(class::cell_bytes(bin as u8)) };
        self.cursors[bin] = Cursor { next, end: taken.end };
        self.charge(taken.end.addr() - cell.addr());
        cell
    }

    #[cold]
    #[inline(never)]
    fn allocate_large(&mut self, bytes: usize) -> *mut u8 {
        self.charge(bytes);
        self.large.allocate(bytes).as_ptr()
    }

    /// Tells the collector that an object now owns so many more bytes outside the heap.
    #[inline]
    pub fn note_growth(&mut self, bytes: usize) {
        self.external_bytes = self.external_bytes.saturating_add(bytes);
        self.charge(bytes);
    }

    /// Tells the collector that an object has freed so many bytes outside the heap. Not needed for what the object owns
    /// when it is collected.
    #[inline]
    pub fn note_shrink(&mut self, bytes: usize) {
        self.external_bytes = self.external_bytes.saturating_sub(bytes);
        self.discharge(bytes);
    }
}

/// Barriers: what the mutator tells the collector (see the module's text).
impl Heap {
    /// Tells the collector that `value` is about to be stored in an existing object (Dijkstra's insertion barrier).
    #[inline(always)]
    pub fn barrier_forward(&mut self, value: Value) {
        if self.marking && value.is_heap() {
            // SAFETY: a value with a heap tag holds the address of an object.
            self.shade(unsafe { NonNull::new_unchecked(value.bits() as *mut Header) });
        }
    }

    /// Tells the collector that an existing object is about to be changed in any way: it will be traced again.
    #[inline(always)]
    pub(crate) fn barrier_back(&mut self, object: NonNull<Header>) {
        if self.marking {
            self.trace_again(object);
        }
    }

    /// Tells the collector that a fiber runs from now on.
    #[inline(always)]
    pub fn fiber_ran(&mut self, fiber: Gc<Fiber>) {
        self.running = Some(fiber);
        if self.marking {
            self.note_ran(fiber);
        }
    }

    /// True when [`Heap::take_lost`] has something to give.
    #[inline]
    pub fn has_lost(&self) -> bool {
        !self.lost.is_empty()
    }

    /// Takes the fibers that were held weakly when nothing else reached them. They are free to go from now on.
    pub fn take_lost(&mut self) -> Vec<Gc<Fiber>> {
        std::mem::take(&mut self.lost)
    }

    /// True while marking goes on.
    #[inline(always)]
    pub fn is_marking(&self) -> bool {
        self.marking
    }
}

/// Collection.
impl Heap {
    /// True when the interpreter should call [`Heap::collect_step`] at its next safepoint.
    #[inline(always)]
    pub fn wants_collection(&self) -> bool {
        self.wants
    }

    /// Does a bounded amount of collection work: all there is in stress mode, and when the heap has reached its limit.
    /// Call only at a safepoint.
    pub fn collect_step(&mut self, roots: &dyn Roots) {
        match self.clock {
            None => self.step(roots),
            Some(clock) => {
                let begin = clock();
                self.step(roots);
                self.pauses.record(clock().saturating_sub(begin));
            }
        }
    }

    /// Ends the cycle at hand, if there is one, then does a whole one. Call only at a safepoint.
    pub fn collect_all(&mut self, roots: &dyn Roots) {
        self.complete(roots);
    }

    /// Stress mode: every safepoint collects everything, and what is freed is overwritten.
    pub fn set_stress(&mut self, on: bool) {
        self.stress = on;
        self.space.poison = on;
        self.wants |= on;
    }

    /// The most bytes that the heap may hold, memory owned outside of it included; `None` for no limit.
    pub fn set_heap_bytes_max(&mut self, bytes_max: Option<usize>) {
        self.limit(bytes_max);
    }

    /// The most bytes that the heap may hold.
    pub fn heap_bytes_max(&self) -> Option<usize> {
        self.pace.bytes_max()
    }

    /// True in stress mode.
    pub fn is_stressed(&self) -> bool {
        self.stress
    }

    /// True from a [`Heap::collect_step`] that found more alive than the limit allows, until the next. Then the program
    /// should be told; it is told again once it has allocated a sixteenth of the limit more.
    pub fn over_limit(&self) -> bool {
        self.over_limit
    }

    /// Says that so many units of work were done, a unit being a call or backward jump. Whatever walks over data or
    /// makes data of any size says it, here or with [`Cx::spend`](crate::Cx::spend), so that budgets notice.
    #[inline(always)]
    pub fn note_work(&self, units: usize) {
        self.unpaid.set(self.unpaid.get().saturating_add(units as u64));
    }

    /// [`Heap::note_work`] for so many values.
    #[inline(always)]
    pub fn note_items(&self, items: usize) {
        self.note_work(items / 8);
    }

    /// True when work was noted since [`Heap::take_work`].
    #[inline(always)]
    pub(crate) fn has_worked(&self) -> bool {
        self.unpaid.get() != 0
    }

    /// The work noted since this was asked last.
    pub(crate) fn take_work(&self) -> u64 {
        self.unpaid.take()
    }

    /// True if so many more bytes would not go far beyond the limit. Natives that can be asked for any
    /// number of bytes ask first, since allocation itself does not fail.
    pub fn has_room_for(&self, bytes: usize) -> bool {
        self.has_room(bytes)
    }
}

/// Observation.
impl Heap {
    /// Numbers about the heap.
    pub fn stats(&self) -> HeapStats {
        HeapStats {
            live_bytes: self.pace.live_bytes(),
            heap_bytes: self.pace.heap_bytes(),
            reserved_bytes: self.space.reserved_bytes() + self.large.bytes(),
            external_bytes: self.external_bytes,
            allocated_total: self.counters.allocated_total,
            collections: self.counters.collections,
            blocks: self.space.blocks_in_use(),
            large_objects: self.large.count(),
            slices: self.counters.slices,
            max_slice_work: self.counters.max_slice_work,
            attempts_put_off: self.counters.attempts_put_off,
        }
    }

    /// Lends the heap a clock, in nanoseconds: it measures how long each slice takes.
    pub fn set_clock(&mut self, now_ns: fn() -> u64) {
        self.clock = Some(now_ns);
    }

    /// How long slices took since a clock was set.
    pub fn pause_histogram(&self) -> &PauseHistogram {
        &self.pauses
    }
}

impl Drop for Heap {
    /// Drops what objects own outside the heap; their memory goes with `space` and `large`.
    fn drop(&mut self) {
        self.space.walk(&self.cursors, |bin, cell| {
            if let (true, block::CellState::Object(object)) = (class::drops(bin), cell) {
                // SAFETY: nothing refers to the heap's objects any more; each is met once.
                unsafe { crate::object::drop_object(object.as_ptr()) };
            }
        });
    }
}

const _: () = {
    // `allocate_sized` writes a header as one word.
    assert!(std::mem::offset_of!(Header, tag) == 0);
    assert!(std::mem::offset_of!(Header, mark) == 1);
    assert!(std::mem::offset_of!(Header, class) == 2);
    assert!(size_of::<Cell<u32>>() == 4);
};
