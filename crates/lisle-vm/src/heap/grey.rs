//! The stack of grey objects, in segments: growing it never copies what it holds, which for a heap of many small
//! objects would itself be a pause.

use std::ptr::NonNull;

use crate::gc::Header;

const SEGMENT: usize = 4096;

type Segment = Vec<NonNull<Header>>;

/// A stack of objects.
#[derive(Debug, Default)]
pub(super) struct GreyStack {
    top: Segment,
    full: Vec<Segment>,
    spare: Option<Segment>,
}

impl GreyStack {
    #[inline(always)]
    pub(super) fn push(&mut self, object: NonNull<Header>) {
        if self.top.len() == self.top.capacity() {
            self.grow();
        }
        self.top.push(object);
    }

    #[cold]
    #[inline(never)]
    fn grow(&mut self) {
        if self.top.capacity() < SEGMENT {
            // Small heaps need no whole segment.
            let more = (self.top.capacity() * 3).clamp(64, SEGMENT - self.top.len());
            self.top.reserve_exact(more);
        } else {
            let fresh = self.spare.take().unwrap_or_else(|| Vec::with_capacity(SEGMENT));
            self.full.push(std::mem::replace(&mut self.top, fresh));
        }
    }

    #[inline(always)]
    pub(super) fn pop(&mut self) -> Option<NonNull<Header>> {
        match self.top.pop() {
            None => self.pop_segment(),
            object => object,
        }
    }

    #[cold]
    #[inline(never)]
    fn pop_segment(&mut self) -> Option<NonNull<Header>> {
        let segment = self.full.pop()?;
        self.spare = Some(std::mem::replace(&mut self.top, segment));
        self.top.pop()
    }

    pub(super) fn len(&self) -> usize {
        self.top.len() + self.full.len() * SEGMENT
    }

    pub(super) fn is_empty(&self) -> bool {
        self.top.is_empty() && self.full.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gives_back_what_was_pushed_last() {
        let address = |n: usize| NonNull::new(std::ptr::without_provenance_mut::<Header>(n * 8)).expect("not null");
        let mut stack = GreyStack::default();
        for n in 1..=3 * SEGMENT {
            stack.push(address(n));
        }
        for n in (SEGMENT..=3 * SEGMENT).rev() {
            assert_eq!(stack.pop(), Some(address(n)));
        }
        stack.push(address(7));
        assert_eq!(stack.pop(), Some(address(7)));
        for n in (1..SEGMENT).rev() {
            assert_eq!(stack.pop(), Some(address(n)));
        }
        assert_eq!(stack.pop(), None);
        assert!(stack.is_empty());
    }
}
