//! The verifier: an independent look at the heap, for tests and debug builds.

use std::collections::HashMap;
use std::ptr::NonNull;

use super::block::CellState;
use super::class::{LARGE, cell_bytes};
use super::grey::GreyStack;
use super::mark::{COLOUR, QUEUED};
use super::{Heap, Phase, Roots, Tracer, large};
use crate::gc::Header;
use crate::object;
use crate::value::Tag;

/// Heaps up to this size are verified after whole collections in debug builds.
#[cfg(debug_assertions)]
const VERIFY_BYTES: usize = 64 << 20;
/// In stress mode one collection in so many is verified.
#[cfg(debug_assertions)]
const STRESS_INTERVAL: u64 = 64;

impl Heap {
    /// Checks the heap: every pointer that can be reached leads to an allocated object with a heap tag, nothing
    /// reachable is white after marking, and the counters agree with what there is. Call only at a safepoint.
    ///
    /// Errors: what is wrong, in words.
    pub fn verify(&self, roots: &dyn Roots) -> Result<(), String> {
        let objects = self.allocated_objects()?;
        self.space.check()?;
        let large_bytes: usize = self.large.iter().map(|o| objects.get(&o).copied().unwrap_or(0)).sum();
        if large_bytes != self.large.bytes() {
            return Err(format!("large objects have {large_bytes} bytes, counted are {}", self.large.bytes()));
        }
        let mut seen: HashMap<NonNull<Header>, ()> = HashMap::new();
        let mut grey = GreyStack::default();
        roots.trace_roots(&mut Tracer::new(&mut grey));
        roots.weak_fibers(&mut |fiber| grey.push(fiber.to_header()));
        self.lost.iter().for_each(|fiber| grey.push(fiber.to_header()));
        while let Some(object) = grey.pop() {
            if !objects.contains_key(&object) {
                return Err(format!("{object:p} can be reached, but no object is there"));
            }
            if seen.insert(object, ()).is_some() {
                continue;
            }
            // SAFETY: the object is allocated.
            let header = unsafe { object.as_ref() };
            if !is_heap_tag(header.tag) {
                return Err(format!("{object:p} can be reached and has the tag {}", header.tag));
            }
            let mark = header.mark.get();
            if self.phase != Phase::Mark && mark & (COLOUR | QUEUED) != self.allocation_mark {
                return Err(format!("{object:p}, of tag {}, can be reached and is not marked", header.tag));
            }
            // SAFETY: the object is allocated, and its tag is one of the heap's.
            unsafe { object::trace_object(object.as_ptr(), &mut Tracer::new(&mut grey)) };
        }
        if self.phase == Phase::Idle && self.stress {
            // Just after a whole collection every object is alive and counted.
            let bytes: usize = objects.values().sum();
            let seen_bytes: usize = seen.keys().map(|o| objects[o]).sum();
            if bytes != seen_bytes {
                return Err(format!("{bytes} bytes are allocated, but {seen_bytes} can be reached"));
            }
        }
        Ok(())
    }

    /// All objects that are allocated, dead ones that are not swept yet included, with their bytes.
    fn allocated_objects(&self) -> Result<HashMap<NonNull<Header>, usize>, String> {
        let mut objects = HashMap::new();
        let mut fault = None;
        self.space.walk(&self.cursors, |bin, cell| {
            let CellState::Object(object) = cell else { return };
            // SAFETY: a walk meets only headers.
            let header = unsafe { object.as_ref() };
            if header.class != bin || !is_heap_tag(header.tag) {
                fault =
                    Some(format!("{object:p} in a block of bin {bin} has bin {} and tag {}", header.class, header.tag));
            }
            objects.insert(object, cell_bytes(bin));
        });
        for object in self.large.iter() {
            // SAFETY: the list holds only objects that are not freed.
            let header = unsafe { object.as_ref() };
            if header.class != LARGE {
                fault = Some(format!("the large object {object:p} has bin {}", header.class));
            }
            // SAFETY: as above.
            objects.insert(object, unsafe { large::bytes_of(object.as_ptr()) });
        }
        fault.map_or(Ok(objects), Err)
    }

    /// After whole collections in debug builds: verifies, if the heap is not too large for it.
    #[cfg(debug_assertions)]
    pub(super) fn verify_sometimes(&self, roots: &dyn Roots) {
        let due = !self.stress || self.counters.collections % STRESS_INTERVAL < 2;
        if due
            && self.pace.live_bytes() <= VERIFY_BYTES
            && let Err(fault) = self.verify(roots)
        {
            panic!("the heap is broken: {fault}");
        }
    }
}

fn is_heap_tag(tag: u8) -> bool {
    (Tag::Pair as u64..=Tag::Node as u64).contains(&u64::from(tag))
}
