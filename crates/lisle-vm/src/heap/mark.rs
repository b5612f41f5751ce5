//! Marking: from the roots, in slices.
//!
//! The grey stack holds edges, not nodes: whoever finds a pointer pushes it without looking at the object, and the
//! colour is tested when it is taken out. Between the two stands a short queue whose entries are being prefetched,
//! so that the first look at an object finds it in the cache.
//!
//! Objects with many elements are traced in parts of [`PART`] elements, from the end towards the start: then an
//! element that `swap_remove` or `pop` takes from the end was either seen there, or moves to where it will be seen.

use std::ptr::NonNull;

use super::class::{LARGE, cell_bytes, drops};
use super::grey::GreyStack;
use super::prefetch::prefetch_line;
use super::{Heap, Phase, Roots, Tracer, large};
use crate::fiber::Fiber;
use crate::gc::{Gc, Header, Object};
use crate::object::{self, Pair};
use crate::value::{Tag, Value};

/// In a header's mark: the colour. Which of both values means white or black is the heap's to know.
pub(super) const COLOUR: u8 = 1;
/// In a header's mark: on the grey stack, or on the list of objects to trace again, whatever the colour says.
pub(super) const QUEUED: u8 = 2;
/// In a fiber's mark: on the list of fibers that ran.
pub(super) const RAN: u8 = 4;

/// Elements of a large object that are traced at once.
pub(super) const PART: usize = 512;
/// Length of the queue of objects being prefetched.
const AHEAD: usize = 16;
/// Units for following one edge.
const EDGE_WORK: usize = 12;
/// Units for tracing an object, besides its edges.
const OBJECT_WORK: usize = 40;
/// Bytes of an object that are looked at for one unit.
const BYTES_PER_WORK: usize = 4;
/// Attempts to end marking within a slice, before it is ended whatever it takes.
const MOST_ATTEMPTS: u32 = 8;

const fn bit(tag: Tag) -> u32 {
    1 << (tag as u64 as u32)
}
/// Kinds that refer to nothing.
const LEAVES: u32 = bit(Tag::String) | bit(Tag::MString) | bit(Tag::Bytes) | bit(Tag::MBytes) | bit(Tag::Syntax);
const _: () = assert!((Tag::Node as u64) < u32::BITS as u64);

/// What marking has still to do.
#[derive(Debug, Default)]
pub(super) struct Marker {
    pub(super) grey: GreyStack,
    /// Large objects traced in part, and where the part begins that has been seen.
    parts: Vec<(NonNull<Header>, usize)>,
    /// Black objects that were changed; all `QUEUED`.
    again: Vec<NonNull<Header>>,
    /// Fibers that ran since marking began, or since they were last queued for it; all `RAN`.
    ran: Vec<Gc<Fiber>>,
    /// Attempts to end this marking.
    attempts: u32,
    /// Bytes found alive.
    live_bytes: usize,
    external_bytes: usize,
}

impl Heap {
    /// Begins a cycle: everything is white now, the roots become grey. Gives the work done.
    pub(super) fn start_marking(&mut self, roots: &dyn Roots) -> usize {
        debug_assert!(self.phase == Phase::Idle && self.marker.grey.is_empty());
        self.phase = Phase::Mark;
        self.marking = true;
        self.marker.attempts = 0;
        self.marker.live_bytes = 0;
        self.marker.external_bytes = 0;
        self.trace_roots(roots)
    }

    fn trace_roots(&mut self, roots: &dyn Roots) -> usize {
        let before = self.marker.grey.len();
        let mut tracer = Tracer::new(&mut self.marker.grey);
        roots.trace_roots(&mut tracer);
        self.lost.iter().for_each(|fiber| tracer.object(*fiber));
        if let Some(fiber) = self.running {
            self.note_ran(fiber);
        }
        (self.marker.grey.len() - before) * EDGE_WORK
    }

    /// Marks for about `budget` units; gives the work done.
    pub(super) fn mark_slice(&mut self, roots: &dyn Roots, budget: usize) -> usize {
        let mut work = 0;
        if !self.drain(&mut work, budget) || work > budget / 2 {
            return work;
        }
        // Nothing is grey. Whatever is reachable and not black now is so through a stack, a root, or a changed object.
        work += self.rescan(roots);
        self.marker.attempts += 1;
        let limit = if self.marker.attempts < MOST_ATTEMPTS { work.saturating_add(budget) } else { usize::MAX };
        while self.drain(&mut work, limit) {
            if !self.find_lost(roots) {
                self.finish_marking();
                return work;
            }
        }
        self.counters.attempts_put_off += 1;
        if let Some(fiber) = self.running {
            self.note_ran(fiber);
        }
        work
    }

    /// Marks until nothing is left to mark.
    pub(super) fn mark_all(&mut self, roots: &dyn Roots) {
        let mut work = self.rescan(roots);
        self.drain(&mut work, usize::MAX);
        while self.find_lost(roots) {
            self.drain(&mut work, usize::MAX);
        }
        self.finish_marking();
    }

    /// Nothing is grey: what is white is lost. Keeps those that are held weakly, for the host; false if there are none.
    fn find_lost(&mut self, roots: &dyn Roots) -> bool {
        let black = self.black();
        let before = self.lost.len();
        roots.weak_fibers(&mut |fiber| {
            if fiber.header().mark.get() & COLOUR != black {
                self.lost.push(fiber);
                self.marker.grey.push(fiber.to_header());
            }
        });
        self.lost.len() > before
    }

    /// Makes grey what changed without a barrier, and what the backward barrier kept back.
    fn rescan(&mut self, roots: &dyn Roots) -> usize {
        let mut work = self.trace_roots(roots);
        let black = self.black();
        let marker = &mut self.marker;
        work += (marker.again.len() + marker.ran.len()) * EDGE_WORK;
        for object in marker.again.drain(..) {
            marker.grey.push(object);
        }
        let grey = &mut marker.grey;
        marker.ran.retain(|fiber| {
            let mark = &fiber.header().mark;
            // A white one has not been scanned at all: it will be when it is found, if it is.
            let white = mark.get() & COLOUR != black;
            if !white {
                if mark.get() & QUEUED == 0 {
                    grey.push(fiber.to_header());
                }
                mark.set(mark.get() & !RAN | QUEUED);
            }
            white
        });
        work
    }

    /// The mutator gets a heap in which everything reachable is black; the rest is for sweeping.
    fn finish_marking(&mut self) {
        let black = self.black();
        let is_white = |fiber: &Gc<Fiber>| fiber.header().mark.get() & COLOUR != black;
        self.running = self.running.filter(|fiber| !is_white(fiber));
        for fiber in self.marker.ran.drain(..) {
            let mark = &fiber.header().mark;
            mark.set(mark.get() & !RAN);
        }
        debug_assert!(self.marker.parts.is_empty() && self.marker.again.is_empty());
        self.marking = false;
        self.phase = Phase::Sweep;
        self.allocation_mark = black;
        for (bin, cursor) in self.cursors.iter_mut().enumerate() {
            self.space.put_down(bin, cursor);
        }
        self.start_sweep();
        self.counters.collections += 1;
        self.external_bytes = self.marker.external_bytes;
        self.pace_after_marking(self.marker.live_bytes + self.marker.external_bytes);
    }

    /// Follows edges until none is left (true), or `work` has grown to `limit`.
    fn drain(&mut self, work: &mut usize, limit: usize) -> bool {
        let black = self.black();
        let mut queue = [NonNull::dangling(); AHEAD];
        let (mut first, mut len) = (0, 0);
        while *work < limit {
            if len < AHEAD {
                if let Some(object) = self.marker.grey.pop() {
                    prefetch_line(object);
                    queue[(first + len) % AHEAD] = object;
                    len += 1;
                    continue;
                }
                if len == 0 {
                    let Some((object, end)) = self.marker.parts.pop() else { return true };
                    *work += self.marker.trace_part(object, end);
                    continue;
                }
            }
            let object = queue[first];
            first = (first + 1) % AHEAD;
            len -= 1;
            *work += EDGE_WORK;
            // SAFETY: grey objects are not freed: sweeping begins when none is left.
            let header = unsafe { object.as_ref() };
            let mark = header.mark.get();
            if mark & (COLOUR | QUEUED) == black {
                continue;
            }
            self.marker.blacken(object, header, mark, black);
            *work += OBJECT_WORK + cell_bytes(header.class) / BYTES_PER_WORK;
            let tag = header.tag;
            if header.flags.get() & object::traits::TRAITED != 0 {
                *work += self.marker.trace_part(object, usize::MAX);
            } else if tag == Tag::Pair as u64 as u8 {
                // SAFETY: the tag says that it is a pair.
                let pair = unsafe { &object.cast::<Object<Pair>>().as_ref().body };
                // The first element is taken out first, so that a long list does not pile up its elements.
                let mut tracer = Tracer::new(&mut self.marker.grey);
                tracer.value(pair.rest);
                tracer.value(pair.first);
            } else if LEAVES >> tag & 1 == 0 {
                if tag == Tag::Fiber as u64 as u8 {
                    self.clear_stale_registers(object);
                }
                *work += self.marker.trace_part(object, usize::MAX);
            }
        }
        for place in 0..len {
            self.marker.grey.push(queue[(first + place) % AHEAD]);
        }
        len == 0 && self.marker.grey.is_empty() && self.marker.parts.is_empty()
    }

    /// Registers above a fiber's live ones may hold what was freed long ago, and will be live again unwritten: they
    /// are set to nil whenever the fiber is scanned. After the last scan of a cycle the fiber has not run until the
    /// end of marking, so that whatever it leaves there later is alive until the next.
    fn clear_stale_registers(&mut self, fiber: NonNull<Header>) {
        // SAFETY: the tag says that it is a fiber.
        let fiber: Gc<Fiber> = unsafe { Gc::from_ptr(fiber.cast()) };
        let is_running = self.running == Some(fiber);
        fiber.get_mut_unbarriered(self).clear_stale_registers(is_running);
    }

    /// The mark of objects that were traced; during marking only.
    #[inline(always)]
    fn black(&self) -> u8 {
        self.allocation_mark ^ COLOUR
    }

    /// See [`Heap::barrier_forward`].
    #[cold]
    #[inline(never)]
    pub(super) fn shade(&mut self, object: NonNull<Header>) {
        // SAFETY: the caller has it in hand, so it is alive.
        let mark = unsafe { &object.as_ref().mark };
        if mark.get() & (COLOUR | QUEUED) == self.allocation_mark {
            mark.set(mark.get() | QUEUED);
            self.marker.grey.push(object);
        }
    }

    /// See [`Heap::barrier_back`].
    #[cold]
    #[inline(never)]
    pub(super) fn trace_again(&mut self, object: NonNull<Header>) {
        // SAFETY: the caller has it in hand, so it is alive.
        let mark = unsafe { &object.as_ref().mark };
        if mark.get() & (COLOUR | QUEUED) == self.black() {
            mark.set(mark.get() | QUEUED);
            self.marker.again.push(object);
        }
    }

    /// See [`Heap::fiber_ran`].
    #[cold]
    #[inline(never)]
    pub(super) fn note_ran(&mut self, fiber: Gc<Fiber>) {
        let mark = &fiber.header().mark;
        if mark.get() & RAN == 0 {
            mark.set(mark.get() | RAN);
            self.marker.ran.push(fiber);
        }
    }
}

impl Marker {
    /// Makes an object black, and counts it if it was white.
    #[inline(always)]
    fn blacken(&mut self, object: NonNull<Header>, header: &Header, mark: u8, black: u8) {
        header.mark.set(mark & !(COLOUR | QUEUED) | black);
        if mark & COLOUR != black {
            self.count(object, header);
        }
    }

    #[inline(always)]
    fn count(&mut self, object: NonNull<Header>, header: &Header) {
        self.live_bytes += cell_bytes(header.class);
        if drops(header.class) {
            if header.class == LARGE {
                // SAFETY: the class says that it is a large object, and it is not freed while marking goes on.
                self.live_bytes += unsafe { large::bytes_of(object.as_ptr()) };
            } else {
                // SAFETY: the object is not freed while marking goes on.
                self.external_bytes += unsafe { object::external_size(object.as_ptr()) };
            }
        }
    }

    /// Traces a part of a black object; what is left is noted. Gives the work.
    fn trace_part(&mut self, object: NonNull<Header>, end: usize) -> usize {
        let mut tracer = Tracer::new(&mut self.grey);
        // SAFETY: black objects are not freed while marking goes on.
        let rest = unsafe { object::trace_part(object.as_ptr(), end, &mut tracer) };
        let work = tracer.elements * size_of::<Value>() / BYTES_PER_WORK;
        if rest > 0 {
            self.parts.push((object, rest));
        }
        work
    }
}
