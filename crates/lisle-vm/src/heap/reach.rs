//! How much can be reached from some objects: for limits of parts of a program.

use std::ptr::NonNull;

use foldhash::fast::FixedState;
use hashbrown::HashSet;

use super::class::{LARGE, cell_bytes, drops};
use super::grey::GreyStack;
use super::{Heap, Tracer, large};
use crate::fiber::Fiber;
use crate::gc::{Gc, Header};
use crate::object::{self, tag_of};
use crate::value::Tag;

impl Heap {
    /// The bytes of all objects that can be reached from what `roots` reports, with what they own outside of the heap.
    /// Code, top-level variables, external things and fibers that are `foreign` belong to nobody in particular: they are
    /// neither counted nor followed. Counting ends once `limit` is exceeded.
    pub fn reached_bytes(
        &self,
        roots: &dyn Fn(&mut Tracer<'_>),
        foreign: &dyn Fn(Gc<Fiber>) -> bool,
        limit: usize,
    ) -> usize {
        let mut grey = GreyStack::default();
        roots(&mut Tracer::new(&mut grey));
        let mut seen: HashSet<NonNull<Header>, FixedState> = HashSet::default();
        let mut bytes = 0;
        while let Some(object) = grey.pop() {
            if bytes > limit || !seen.insert(object) {
                continue;
            }
            // SAFETY: everything that is reached from live objects is alive.
            let (header, tag) = unsafe { (object.as_ref(), tag_of(object.as_ptr())) };
            if matches!(tag, Tag::Proto | Tag::Unit | Tag::Instance | Tag::External | Tag::Syntax) {
                continue;
            }
            if tag == Tag::Fiber {
                // SAFETY: the tag says that it is a fiber.
                let fiber: Gc<Fiber> = unsafe { Gc::from_ptr(object.cast()) };
                if foreign(fiber) {
                    continue;
                }
            }
            bytes += cell_bytes(header.class);
            if drops(header.class) {
                // SAFETY: the object is alive, and the class says whether it is a large one.
                bytes += unsafe {
                    match header.class {
                        LARGE => large::bytes_of(object.as_ptr()),
                        _ => object::external_size(object.as_ptr()),
                    }
                };
            }
            // SAFETY: the object is alive.
            unsafe { object::trace_object(object.as_ptr(), &mut Tracer::new(&mut grey)) };
        }
        bytes
    }

    /// Bytes that have been allocated so far, in steps of some kilobytes.
    #[inline]
    pub fn allocated_bytes(&self) -> u64 {
        self.counters.allocated_total
    }
}

#[cfg(test)]
mod tests {
    use crate::value::Value;
    use crate::vm::Vm;

    #[test]
    fn everything_is_counted_once_and_what_is_foreign_is_not() {
        let mut vm = Vm::new();
        let heap = &mut vm.heap;
        let leaf: Value = heap.new_array(&[Value::int(1); 100]).into();
        let pair: Value = heap.new_array(&[leaf, leaf]).into();
        let count = |heap: &super::Heap, value: Value, foreign: bool, limit: usize| {
            heap.reached_bytes(&|tracer| tracer.value(value), &|_| foreign, limit)
        };
        let one = count(heap, leaf, false, usize::MAX);
        assert!((1600..2400).contains(&one), "{one}");
        let both = count(heap, pair, false, usize::MAX);
        assert!((one + 32..one + 80).contains(&both), "{both}");
        let text: Value = heap.new_string(&"x".repeat(1 << 20)).into();
        assert!(count(heap, text, false, usize::MAX) >= 1 << 20);
        assert!((11..one * 3).contains(&count(heap, pair, false, 10)));
        let fiber: Value = vm.new_fiber(pair, 0).into();
        assert!(count(&vm.heap, fiber, false, usize::MAX) > both);
        assert_eq!(count(&vm.heap, fiber, true, usize::MAX), 0);
    }
}
